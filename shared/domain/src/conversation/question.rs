//! `question …`, `forget`, and what is no command: questions for the assistant, in the sender's own words.
//!
//! Nothing is answered here: the question is minimised, kept, and answered by the function `assistant` in a message of its
//! own. What is a secret is neither kept nor asked.

use super::{Decision, Outcome, Turn, consent, guess, help};
use crate::command::{Category, Command, Offered, Takes};
use crate::consent::{Consent, Kind};
use crate::minimise::{Minimised, minimise};
use crate::policy::QUESTION_CHARACTERS;
use crate::role::Role;
use crate::state::{Asks, Sealed};
use crate::step_up::Proof;
use crate::{place, texts};

pub(super) const COMMAND: Command = Command {
    name: "question",
    aliases: &["pregunta"],
    takes: Takes::Rest {
        looks_like_one: |_| true,
    },
    category: Category::Help,
    offered: Offered::Always,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: true,
    examples: &["question how do I get paid"],
    run: |turn, words| match words {
        Some(words) => ask(turn, words),
        None => turn.say_beside(texts::question_how(turn.language())).into(),
    },
};

pub(super) const FORGET: Command = Command {
    name: "forget",
    aliases: &["forget it", "olvida", "olvidar"],
    takes: Takes::Nothing,
    category: Category::Settings,
    offered: Offered::Never,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: true,
    examples: &["forget"],
    run: |turn, _| {
        let mut outcome = turn.say_beside(texts::questions_forgotten(turn.language()));
        outcome.session.assistant = turn.state.session.assistant.ended();
        outcome.into()
    },
};

/// What the assistant is asked.
#[derive(Clone, PartialEq, Eq)]
pub enum Inquiry {
    /// Minimised.
    Words(String),
    /// The same, from the session that kept it until now ([`crate::state::Open::question`]).
    Kept(Sealed),
}

impl std::fmt::Debug for Inquiry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Words(_) => "Words(…)",
            Self::Kept(_) => "Kept(…)",
        })
    }
}

/// Somebody has sent what they must tell nobody. It is kept nowhere.
pub(super) fn warning(turn: &Turn<'_>) -> Option<Decision> {
    warned(turn, &minimise(&turn.message.body))
}

pub(super) fn warned(turn: &Turn<'_>, found: &Minimised) -> Option<Decision> {
    let first = found.secrets.first()?;
    let text = texts::secret(turn.language(), *first);
    Some(turn.say_beside(text).into())
}

/// The words of the message are a question, and no misspelt command.
pub(super) fn is_one(turn: &Turn<'_>) -> bool {
    let body = &turn.message.body;
    let is_word = |word: &&str| word.chars().any(char::is_alphabetic);
    let words = body.split_whitespace().filter(is_word).count();
    // One word beside a number is no sentence: `balance 1,000` wants telling what there is.
    let looks_like_one = words > 1 || (words == 1 && body.contains(['?', '¿']));
    looks_like_one && guess::guess(body, help::reader(turn)).is_none()
}

/// The assistant is asked what the message says. None: it is no question.
pub(super) fn of_words(turn: &Turn<'_>) -> Option<Decision> {
    is_one(turn).then(|| ask(turn, &turn.message.body))
}

fn ask(turn: &Turn<'_>, words: &str) -> Decision {
    let l = turn.language();
    let minimised = minimise(words);
    if let Some(warned) = warned(turn, &minimised) {
        return warned;
    }
    if minimised.text.chars().count() > QUESTION_CHARACTERS {
        return turn.say_beside(texts::question_too_long(l)).into();
    }
    let consent = turn.state.standing.consents.assistant.as_ref();
    let answered = consent.is_some_and(|consent| !consent.given || consent.counts());
    if turn.state.assistant && !answered {
        let first = Some(texts::question_before_consent(l));
        let mut outcome = consent::asks(turn, Kind::Assistant, first);
        outcome.keeps = Some(minimised.text);
        return outcome.into();
    }
    let mut outcome = turn.say_beside(String::new());
    outcome.says.clear();
    asks(turn, Inquiry::Words(minimised.text), &mut outcome);
    outcome.into()
}

/// In the session's thread, if there is room for another question.
fn asks(turn: &Turn<'_>, inquiry: Inquiry, outcome: &mut Outcome) {
    let thread = &outcome.session.assistant;
    if let Some(thread) = thread.asks(turn.message.sid.as_str(), turn.now) {
        outcome.session.assistant = thread;
        outcome.asks = Some((inquiry, turn.language()));
        return;
    }
    let (l, room_at) = (turn.language(), thread.room_at(turn.now));
    let room_at = place::time_of_day(l, room_at, &turn.zone());
    let text = texts::questions_too_many(l, &room_at);
    outcome.says.push((super::Recipient::Sender, text.into()));
}

/// The person has said what becomes of questions in their own words: the one that waited is answered, by the model or
/// without it. Who no longer agrees is forgotten.
pub(super) fn after_consent(turn: &Turn<'_>, given: bool, outcome: &mut Outcome) {
    let before = turn.state.standing.consents.assistant.as_ref();
    if !given && before.is_some_and(Consent::counts) {
        outcome.session.assistant = outcome.session.assistant.ended();
    }
    let open = turn.state.session.open.as_ref();
    let open = open.filter(|open| open.asks == Asks::Assistant && turn.now < open.until);
    if let Some(kept) = open.and_then(|open| open.question.clone()) {
        asks(turn, Inquiry::Kept(kept), outcome);
    }
}
