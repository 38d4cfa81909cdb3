//! Whether the model's words may be read by anybody.
//!
//! The model is taken for one that says whatever somebody wants it to. So nothing of what it says is believed: it is
//! shown only if it leads nowhere but to Flash, claims nothing, asks for nothing, and stays within what the notes say. What
//! it must not say stands in `assistant/filter.toml`, in both languages, whichever it writes in.

mod figures;
mod phrases;
mod reach;
mod tidy;
mod tongue;
mod turned;
mod words;

use std::collections::BTreeSet;

use super::{Completion, Exchange, prompt};
use crate::knowledge::{Base, Entry, check};
use crate::language::Language;
use crate::policy::ANSWER_CHARACTERS;
use figures::Figures;
#[cfg(test)]
pub(super) use phrases::FILTER;
use turned::Clause;
use words::{Sentence, sentences};

/// What an answer must stay within.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ground {
    language: Language,
    /// Where it may lead.
    links: Vec<String>,
    /// The ids of the notes, which are nobody's business.
    ids: Vec<String>,
    figures: Figures,
    /// The words of the notes.
    notes: Vec<String>,
    /// Their sentences, word for word: somebody has reviewed them.
    reviewed: BTreeSet<Vec<String>>,
    /// Their parts of sentences.
    clauses: Vec<Clause>,
    /// What they are about, without endings, and what any answer may be about beside that.
    subject: BTreeSet<String>,
}

impl Ground {
    pub(super) fn of(
        l: Language,
        question: &str,
        entries: &[Entry],
        said: &[Exchange],
        base: &Base,
    ) -> Self {
        let notes: Vec<_> = entries
            .iter()
            .map(|it| format!("{}\n{}", it.question, it.answer))
            .collect();
        let notes = notes.join("\n");
        let asked: Vec<_> = said.iter().map(|said| said.question.as_str()).collect();
        let asked = format!("{}\n{question}", asked.join("\n"));
        let links = entries.iter().flat_map(|entry| entry.links.iter().cloned());
        let support = check::ADDRESSES.iter().map(|&address| address.to_owned());
        Self {
            language: l,
            links: links.chain(support).collect(),
            ids: base
                .entries(l)
                .iter()
                .map(|it| it.id.as_str().to_owned())
                .collect(),
            figures: Figures::of(&notes, &asked),
            notes: words::of(&notes),
            reviewed: sentences(&notes).map(|it| Sentence::of(it).words).collect(),
            clauses: turned::clauses(l, sentences(&notes)),
            subject: tongue::subject(l, &notes),
        }
    }
}

/// What becomes of the model's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They are said, in WhatsApp's markup.
    Fine(String),
    /// The model says that the notes don't answer.
    NoAnswer,
    /// The model says that this is nothing of Flash's.
    OffTopic,
    Not(Because),
}

/// Why the model's words are not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    Empty,
    /// It did not end where it wanted to.
    Cut,
    Long,
    /// Letters of no language that we speak, or words spelt so that they are read but not found.
    Letters,
    /// Markup that WhatsApp does not know, or that is left open.
    Markup,
    /// It speaks as somebody else, or as the system.
    Role,
    /// It tells its rules, or of them.
    Rules,
    /// It leads where answers don't: a page, an address, an account, another service.
    Link,
    /// A number that could be called, or somebody's.
    Number,
    /// It asks for what nobody may be told.
    Secret,
    /// It says that something was done or happened, or will be.
    Claim,
    /// It says that the bot can do what it can't.
    Unsupported,
    /// It poses as a person, or as Flash's staff.
    Person,
    /// It tells of another's account, or of what this one holds.
    Account,
    /// It foretells prices, or says what to do with one's money.
    Advice,
    /// It promises money, or that something is free or certain.
    Promise,
    /// It frightens or hurries.
    Threat,
    /// It has somebody pay.
    Pay,
    /// An amount, a share or a time that the notes don't have.
    Figure,
    /// Something to type that is no command.
    Command,
    /// It says yes where the notes say no.
    Contrary,
    /// Another language than the asker's.
    Language,
    /// It is about something else than the notes.
    Subject,
}

impl Because {
    /// In records and counters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Cut => "cut",
            Self::Long => "long",
            Self::Letters => "letters",
            Self::Markup => "markup",
            Self::Role => "role",
            Self::Rules => "rules",
            Self::Link => "link",
            Self::Number => "number",
            Self::Secret => "secret",
            Self::Claim => "claim",
            Self::Unsupported => "unsupported",
            Self::Person => "person",
            Self::Account => "account",
            Self::Advice => "advice",
            Self::Promise => "promise",
            Self::Threat => "threat",
            Self::Pay => "pay",
            Self::Figure => "figure",
            Self::Command => "command",
            Self::Contrary => "contrary",
            Self::Language => "language",
            Self::Subject => "subject",
        }
    }
}

pub(super) fn judge(completion: &Completion, ground: &Ground) -> Verdict {
    let text = tidy::tidy(&completion.text);
    match marked(&text) {
        Some(verdict) => verdict,
        None if !completion.is_whole => Verdict::Not(Because::Cut),
        None => match objection(&text, ground) {
            Some(because) => Verdict::Not(because),
            None => Verdict::Fine(text),
        },
    }
}

/// The model says, in the rules' words, that it has no answer.
fn marked(text: &str) -> Option<Verdict> {
    let said = text.trim_matches(|c: char| !c.is_ascii_alphabetic());
    match said {
        "NO ANSWER" => Some(Verdict::NoAnswer),
        "OFF TOPIC" => Some(Verdict::OffTopic),
        _ => None,
    }
}

/// The first reason not to say it, the gravest first.
fn objection(text: &str, ground: &Ground) -> Option<Because> {
    if text.is_empty() {
        return Some(Because::Empty);
    }
    if text.chars().count() > ANSWER_CHARACTERS {
        return Some(Because::Long);
    }
    let read = sentences(text).map(Sentence::of);
    let read: Vec<_> = read
        .filter(|read| !ground.reviewed.contains(&read.words))
        .collect();
    reach::objection(text, ground)
        .or_else(|| leaks(text, ground).then_some(Because::Rules))
        .or_else(|| phrases::objection(&read, &ground.notes))
        .or_else(|| as_an_entry(text, ground.language))
        .or_else(|| ground.figures.objection(text))
        .or_else(|| tongue::objection(text, ground.language, &ground.subject))
        .or_else(|| turned::objection(text, ground))
}

/// What no entry may do, a model may not either.
fn as_an_entry(text: &str, l: Language) -> Option<Because> {
    let mut first = None;
    check::check_answer(l, text, &mut |fault| {
        first = first.or(Some(match fault {
            check::Fault::Link(_) => Because::Link,
            check::Fault::Number => Because::Number,
            check::Fault::Begs(_) => Because::Secret,
            check::Fault::NoCommand(_) | check::Fault::ForStaff(_) | check::Fault::OtherWord(_) => {
                Because::Command
            }
            _ => Because::Markup,
        }));
    });
    first
}

/// So many words in a row of the rules are no accident.
const LEAK: usize = 7;

/// Words of the rules that the notes don't have as well, or the id of a note.
fn leaks(text: &str, ground: &Ground) -> bool {
    let said = words::of(text);
    let rules = words::of(prompt::RULES);
    let rules: BTreeSet<&[String]> = rules.windows(LEAK).collect();
    let notes: BTreeSet<&[String]> = ground.notes.windows(LEAK).collect();
    let told = said
        .windows(LEAK)
        .any(|row| rules.contains(row) && !notes.contains(row));
    let ids = ground.ids.iter().filter(|id| id.contains('-'));
    told || ids.into_iter().any(|id| text.contains(id.as_str()))
}

#[cfg(test)]
mod tests;
