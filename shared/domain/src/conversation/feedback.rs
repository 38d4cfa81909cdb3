//! `feedback …`, and the thumbs under an answer: what people think of the bot, kept for Flash's team.

use super::{Decision, Outcome, Turn, question};
use crate::assistant;
use crate::command::{Category, Command, Offered, Takes};
use crate::consent::Consent;
use crate::minimise::minimise;
use crate::outside;
use crate::policy::FEEDBACK_CHARACTERS;
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;
use crate::time::Moment;

pub(super) const COMMAND: Command = Command {
    name: "feedback",
    aliases: &[
        "suggestion",
        "complaint",
        "opinión",
        "opinion",
        "sugerencia",
        "queja",
    ],
    takes: Takes::Rest {
        looks_like_one: |_| true,
    },
    category: Category::Help,
    offered: Offered::Always,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: true,
    examples: &["feedback I love the history"],
    run,
};

/// What somebody thinks of the bot.
#[derive(Clone, PartialEq, Eq)]
pub enum Feedback {
    /// In their own words.
    Words(String),
    /// Of the answer of that name: good, or bad.
    Thumb { about: String, good: bool },
    /// The other thumb than the one that was given before.
    Changed { about: String, good: bool },
}

/// Whether feedback like this is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Given {
    /// Not that anybody knows.
    #[default]
    Unknown,
    /// A thumb of that answer: this one or the other.
    OneOfThem,
    /// The very same.
    Same,
}

impl Given {
    /// What is known after the feedback that follows from it could not be kept.
    #[must_use]
    pub const fn after_refusal(self) -> Self {
        match self {
            Self::Unknown => Self::OneOfThem,
            Self::OneOfThem | Self::Same => Self::Same,
        }
    }
}

/// What people say is not printed.
impl std::fmt::Debug for Feedback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.counted_as())
    }
}

impl Feedback {
    /// Its name among the counters of the day.
    pub const fn counted_as(&self) -> &'static str {
        match self {
            Self::Words(_) => "feedback_words",
            Self::Thumb { good: true, .. } | Self::Changed { good: true, .. } => "feedback_good",
            Self::Thumb { good: false, .. } | Self::Changed { good: false, .. } => "feedback_bad",
        }
    }
}

fn run(turn: &Turn<'_>, words: Option<&str>) -> Decision {
    let l = turn.language();
    let Some(words) = words else {
        return turn.say_beside(texts::feedback_how(l)).into();
    };
    let minimised = minimise(words);
    if let Some(warned) = question::warned(turn, &minimised) {
        return warned;
    }
    if words.chars().count() > FEEDBACK_CHARACTERS {
        return turn.say_beside(texts::feedback_too_long(l)).into();
    }
    let words = outside::words(&minimised.text, FEEDBACK_CHARACTERS);
    taken(turn, Feedback::Words(words)).into()
}

/// A thumb was tapped: `good:` or `bad:` and what the answer was about. None: another button.
pub(super) fn thumb(turn: &Turn<'_>, payload: &str) -> Option<Outcome> {
    let (word, about) = payload.split_once(':')?;
    let good = match word {
        "good" => true,
        "bad" => false,
        _ => return None,
    };
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-');
    if about.is_empty() || about.len() > 40 || !about.chars().all(named) {
        return None;
    }
    let about = about.to_owned();
    Some(taken(turn, Feedback::Thumb { about, good }))
}

/// It is kept once: the other thumb takes the place of the first, and the same again is only thanked for.
fn taken(turn: &Turn<'_>, feedback: Feedback) -> Outcome {
    let l = turn.language();
    let feedback = match (turn.answers.feedback_given, feedback) {
        (Given::Unknown, feedback) => feedback,
        (Given::OneOfThem, Feedback::Thumb { about, good }) => Feedback::Changed { about, good },
        (Given::OneOfThem | Given::Same, _) => {
            return turn.say_beside(texts::feedback_before(l));
        }
    };
    let mut outcome = turn.say_beside(match &feedback {
        Feedback::Changed { good, .. } => texts::feedback_changed(l, *good),
        Feedback::Words(_) => texts::feedback_kept(l),
        Feedback::Thumb { good: true, .. } => texts::feedback_good(l),
        Feedback::Thumb { good: false, .. } => texts::feedback_bad(l),
    });
    outcome.reviews = to_review(turn, &feedback);
    outcome.feedback = Some(feedback);
    outcome
}

/// A bad answer of the assistant may be read, if its person agrees to that: when it was asked for.
fn to_review(turn: &Turn<'_>, feedback: &Feedback) -> Option<Moment> {
    let (Feedback::Thumb { about, good: false } | Feedback::Changed { about, good: false }) =
        feedback
    else {
        return None;
    };
    let consent = turn.state.standing.consents.assistant.as_ref();
    let (_, at) = assistant::named(about)?;
    consent.is_some_and(Consent::counts).then_some(at)
}
