//! What is wrong with a base: what holds for the files holds for what is published. Everything at once, for whoever writes.

mod markup;
mod trust;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::file::{File, Words, Written};
use super::words;
use crate::command::{Command, Parsed, is_invisible, parse};
use crate::language::Language;
use crate::policy::{
    KNOWLEDGE_ANSWER, KNOWLEDGE_BYTES, KNOWLEDGE_NAME, KNOWLEDGE_NEXT, KNOWLEDGE_QUESTION,
    KNOWLEDGE_VARIANTS,
};
use crate::role::Role;
use crate::texts;
pub use trust::{ADDRESSES, HOSTS, is_allowed, links};

/// Where something is wrong, and what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct FaultAt {
    /// An entry's id, with the language where it is the words', or `base`.
    pub place: String,
    pub fault: Fault,
}

/// What can be wrong. Entries are the operator's own words, and may be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the version is a few letters, digits and dashes")]
    Version,
    #[error("there are no entries")]
    Empty,
    #[error("more text than can be published: {0} bytes")]
    Large(usize),
    #[error("an id is words of small letters and digits with dashes between them")]
    Id,
    #[error("the id stands twice")]
    IdTwice,
    #[error("the review comes before the writing")]
    Review,
    #[error("one to three quick replies")]
    Replies,
    #[error("“{0}” is nothing that can be typed")]
    NoCommand(String),
    #[error("“{0}” is for staff")]
    ForStaff(String),
    #[error("“{0}” is not how this language calls it")]
    OtherWord(String),
    #[error("the question is one short line with a question mark")]
    Question,
    #[error("too few or too many variants: {0}")]
    Variants(usize),
    #[error("a variant is one short line: “{0}”")]
    Variant(String),
    #[error("“{0}” is asked twice")]
    AskedTwice(String),
    #[error("the answer is empty, has blanks around it or characters that nobody sees")]
    Answer,
    #[error("the answer is too long: {0} characters")]
    Long(usize),
    #[error("WhatsApp does not know this markup, or it is left open: {0}")]
    Markup(&'static str),
    #[error("“{0}” leads where answers don't")]
    Link(String),
    #[error("a number that could be called, or somebody's")]
    Number,
    #[error("this asks for a secret: “{0}”")]
    Begs(String),
}

/// All that is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<FaultAt>);

impl Faults {
    pub fn all(&self) -> &[FaultAt] {
        &self.0
    }

    fn add(&mut self, place: &str, fault: Fault) {
        self.0.push(FaultAt {
            place: place.to_owned(),
            fault,
        });
    }
}

impl std::error::Error for Faults {}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.0.iter().map(ToString::to_string);
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// The text, and what stands in it.
pub(super) fn check(text: &str, file: &File) -> Result<(), Faults> {
    let mut faults = Faults::default();
    if !is_name(&file.version) {
        faults.add("base", Fault::Version);
    }
    if file.entries.is_empty() {
        faults.add("base", Fault::Empty);
    }
    if text.len() > KNOWLEDGE_BYTES {
        faults.add("base", Fault::Large(text.len()));
    }
    let mut ids = BTreeSet::new();
    for entry in &file.entries {
        let id = entry.id.as_str();
        if !ids.insert(id) {
            faults.add(id, Fault::IdTwice);
        }
        check_entry(entry, &mut faults);
    }
    for l in Language::ALL {
        asked_once(l, &file.entries, &mut faults);
    }
    if faults.0.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

fn check_entry(entry: &Written, faults: &mut Faults) {
    let id = entry.id.as_str();
    if !is_name(id) || id.bytes().any(|b| b.is_ascii_uppercase()) {
        faults.add(id, Fault::Id);
    }
    if entry.review <= entry.read_last {
        faults.add(id, Fault::Review);
    }
    if !KNOWLEDGE_NEXT.contains(&entry.next.len()) {
        faults.add(id, Fault::Replies);
    }
    for typed in &entry.next {
        match parse(typed) {
            Parsed::Run(command, _) if command.role > Role::User => {
                faults.add(id, Fault::ForStaff(typed.clone()));
            }
            Parsed::Run(..) => {}
            _ => faults.add(id, Fault::NoCommand(typed.clone())),
        }
    }
    for l in Language::ALL {
        let place = format!("{id} ({})", l.code());
        check_words(l, entry.words(l), &mut |fault| faults.add(&place, fault));
    }
}

fn check_words(l: Language, words: &Words, found: &mut impl FnMut(Fault)) {
    let question = &words.question;
    if !is_line(question) || !question.ends_with(['?', '.']) || !question.contains('?') {
        found(Fault::Question);
    }
    let variants = words.variants.len();
    if !KNOWLEDGE_VARIANTS.contains(&variants) {
        found(Fault::Variants(variants));
    }
    for variant in &words.variants {
        if !is_line(variant) {
            found(Fault::Variant(variant.clone()));
        }
    }
    let answer = words.answer.as_str();
    let length = answer.chars().count();
    if length > KNOWLEDGE_ANSWER {
        found(Fault::Long(length));
    }
    check_answer(l, answer, found);
}

/// What holds for every answer, whoever wrote it.
pub(crate) fn check_answer(l: Language, answer: &str, found: &mut impl FnMut(Fault)) {
    let unseen = answer.chars().any(|c| c != '\n' && is_invisible(c));
    if answer.is_empty() || answer.trim() != answer || unseen {
        found(Fault::Answer);
    }
    if let Err(wrong) = markup::check(answer) {
        found(Fault::Markup(wrong));
    }
    for link in trust::strange_links(answer) {
        found(Fault::Link(link.to_owned()));
    }
    if trust::has_a_number(answer) {
        found(Fault::Number);
    }
    for sentence in trust::begging(l, answer) {
        found(Fault::Begs(sentence.to_owned()));
    }
    for fault in markup::told(l, answer).filter_map(|told| is_taught(l, told)) {
        found(fault);
    }
}

/// What is wrong with telling people to type `told.text`.
fn is_taught(l: Language, told: markup::Told<'_>) -> Option<Fault> {
    let text = || told.text.to_owned();
    let command = match parse(told.text) {
        Parsed::Run(command, _) => command,
        Parsed::Code(_) | Parsed::MalformedCode => Command::named("verify")?,
        Parsed::Yes | Parsed::No => return None,
        Parsed::Unknown => return told.to_type.then(|| Fault::NoCommand(text())),
    };
    if command.role > Role::User {
        return Some(Fault::ForStaff(text()));
    }
    let typed = told.text.to_lowercase();
    let begins = |word: &str| {
        let rest = typed.strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let own = texts::word(l, command);
    let also = ALSO_TAUGHT
        .iter()
        .any(|(also, word)| *also == l && begins(word));
    (!begins(&own) && !also).then(|| Fault::OtherWord(text()))
}

/// Other words than a command's own that texts teach too.
const ALSO_TAUGHT: &[(Language, &str)] = &[
    (Language::English, "renew"),
    (Language::Spanish, "renovar"),
    // How Spanish is asked for by whoever reads English and would not find its name.
    (Language::English, "español"),
];

/// Nobody can be answered twice to one question.
fn asked_once(l: Language, entries: &[Written], faults: &mut Faults) {
    let mut seen: BTreeMap<Vec<String>, &str> = BTreeMap::new();
    for entry in entries {
        for asked in entry.words(l).asked() {
            let words = words::whole_words(l, asked);
            if seen.insert(words, entry.id.as_str()).is_some() {
                let place = format!("{} ({})", entry.id, l.code());
                faults.add(&place, Fault::AskedTwice(asked.to_owned()));
            }
        }
    }
}

/// `lost-phone`, `2026-11-23`.
fn is_name(text: &str) -> bool {
    text.len() <= KNOWLEDGE_NAME
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn is_line(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && text.chars().count() <= KNOWLEDGE_QUESTION
        && !text.chars().any(is_invisible)
}
