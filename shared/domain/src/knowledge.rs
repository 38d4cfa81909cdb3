//! What the bot knows of Flash, in questions and answers: files in `knowledge/`, one for each subject, every entry in every
//! language.
//!
//! A whole base is one text in TOML: the files one after the other, [`OURS`], or what was published since. What is not
//! checked ([`check`]) answers nothing. Who asks is answered from the entries that fit best, or not at all ([`Base::find`]).

pub mod check;

mod file;
mod search;
mod words;

use std::fmt;
use std::sync::{LazyLock, OnceLock};

use jiff::civil::Date;
use serde::Deserialize;

use crate::language::Language;
use crate::policy::{KNOWLEDGE_ANSWERS, KNOWLEDGE_FOUND, KNOWLEDGE_SURE, KNOWLEDGE_SURE_LEAD};
pub use check::Faults;
use file::File;
use search::Index;

/// The base that this release was built with, as it would be published: one file for each subject.
pub const OURS: &str = concat!(
    include_str!("../knowledge/base.toml"),
    include_str!("../knowledge/flash.toml"),
    include_str!("../knowledge/linking.toml"),
    include_str!("../knowledge/money.toml"),
    include_str!("../knowledge/receiving.toml"),
    include_str!("../knowledge/sending.toml"),
    include_str!("../knowledge/safety.toml"),
    include_str!("../knowledge/privacy.toml"),
    include_str!("../knowledge/settings.toml"),
    include_str!("../knowledge/support.toml"),
    include_str!("../knowledge/bitcoin.toml"),
);

/// How an entry is called in every language, such as `lost-phone`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct EntryId(String);

impl EntryId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A question with its answer, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: EntryId,
    pub question: String,
    /// Other ways to ask it.
    pub variants: Vec<String>,
    /// As it is sent: short, in WhatsApp's markup, with what to do next.
    pub answer: String,
    /// Pages and addresses that the answer names, all of them on the allow-list ([`check::is_allowed`]).
    pub links: Vec<String>,
    /// Quick replies, the best first, one at least: what can be typed next, in English. [`crate::texts::taught`] says it in
    /// other languages.
    pub next: Vec<String>,
    /// The day on which somebody last found it true.
    pub written: Date,
    /// The day from which somebody must look again.
    pub review: Date,
}

impl Entry {
    /// The question, then its variants.
    pub fn asked(&self) -> impl Iterator<Item = &str> {
        let variants = self.variants.iter().map(String::as_str);
        std::iter::once(self.question.as_str()).chain(variants)
    }
}

/// The question is the entry's own, or one of its variants, word for word.
pub fn is_asked_so(l: Language, entry: &Entry, question: &str) -> bool {
    let question = words::whole_words(l, question);
    entry
        .asked()
        .any(|asked| words::whole_words(l, asked) == question)
}

/// The words that a text is about, without their endings.
pub(crate) fn subject_of(l: Language, text: &str) -> Vec<String> {
    let words = words::of_line(l, text).into_iter();
    words
        .filter(|word| !word.filler)
        .map(|word| word.stem)
        .collect()
}

/// An entry that answers, and how well: 0 is not at all, and 1 is about all that could be found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found<'b> {
    pub entry: &'b Entry,
    pub score: f32,
    /// It fits so well, and so much better than the next, that its answer can be given as it stands.
    pub is_sure: bool,
}

/// The entries of one language. They are made ready to be asked when they are asked first.
#[derive(Debug)]
struct Shelf {
    language: Language,
    entries: Vec<Entry>,
    index: OnceLock<Index>,
}

impl Shelf {
    fn of(language: Language, file: &File) -> Self {
        Self {
            language,
            entries: file.entries(language),
            index: OnceLock::new(),
        }
    }

    fn index(&self) -> &Index {
        self.index
            .get_or_init(|| Index::of(self.language, &self.entries))
    }
}

/// A whole base that was checked, and can be asked.
#[derive(Debug)]
pub struct Base {
    version: String,
    english: Shelf,
    spanish: Shelf,
}

/// Why a text is no base that can be used. Who has another goes on with that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("the base is of format {0}, and this release reads formats up to {known}", known = file::FORMAT)]
    Newer(u32),
    #[error("the base can't be read: {0}")]
    Unreadable(String),
    #[error("{0}")]
    Faulty(#[from] Faults),
}

static BUILT_IN: LazyLock<Base> =
    LazyLock::new(|| Base::unchecked(&File::read(OURS).unwrap_or_default()));

impl Base {
    /// What this release was built with, read when it is needed first. A test has checked it.
    pub fn ours() -> &'static Self {
        &BUILT_IN
    }

    /// What was published since, if nothing is wrong with it.
    pub fn read(text: &str) -> Result<Self, Unusable> {
        let file = File::read(text)?;
        check::check(text, &file)?;
        Ok(Self::unchecked(&file))
    }

    fn unchecked(file: &File) -> Self {
        Self {
            version: file.version.clone(),
            english: Shelf::of(Language::English, file),
            spanish: Shelf::of(Language::Spanish, file),
        }
    }

    /// Which words were the ground of an answer: a short name, such as `2026-11-23` or `2026-11-23-2`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// In the order of the files.
    pub fn entries(&self, l: Language) -> &[Entry] {
        &self.shelf(l).entries
    }

    pub fn entry(&self, l: Language, id: &str) -> Option<&Entry> {
        self.entries(l).iter().find(|entry| entry.id.0 == id)
    }

    /// The entries of that language that answer, the best first, [`KNOWLEDGE_FOUND`] at most. Not everybody asks in the
    /// language that they are answered in: where nothing fits, the question is read as one in another. None if nobody has
    /// written an answer.
    pub fn find(&self, l: Language, question: &str) -> Vec<Found<'_>> {
        let others = Language::ALL.into_iter().filter(|other| *other != l);
        let ranked = std::iter::once(l)
            .chain(others)
            .map(|asked_in| self.rank(asked_in, question))
            .find(|ranked| {
                ranked
                    .first()
                    .is_some_and(|best| best.score >= KNOWLEDGE_ANSWERS)
            });
        let best = ranked.into_iter().flatten().take(KNOWLEDGE_FOUND);
        best.filter_map(|found| {
            let entry = self.entry(l, found.entry.id.as_str())?;
            Some(Found { entry, ..found })
        })
        .collect()
    }

    /// Every entry, the best first, however badly it fits.
    pub fn rank(&self, l: Language, question: &str) -> Vec<Found<'_>> {
        let language = self.shelf(l);
        let scores = language.index().scores(question);
        let entries = language.entries.iter().zip(scores);
        let mut ranked: Vec<_> = entries
            .map(|(entry, score)| Found {
                entry,
                score,
                is_sure: false,
            })
            .collect();
        // What is equal stays in the order of the files.
        ranked.sort_by(|one, other| other.score.total_cmp(&one.score));
        let next = ranked.get(1).map_or(0.0, |found| found.score);
        if let Some(best) = ranked.first_mut() {
            best.is_sure = best.score >= KNOWLEDGE_SURE && best.score >= KNOWLEDGE_SURE_LEAD * next;
        }
        ranked
    }

    /// What somebody must look at again, the longest due first.
    pub fn overdue(&self, today: Date) -> Vec<&EntryId> {
        let entries = self.entries(Language::English).iter();
        let mut due: Vec<_> = entries.filter(|entry| entry.review <= today).collect();
        due.sort_by_key(|entry| entry.review);
        due.into_iter().map(|entry| &entry.id).collect()
    }

    const fn shelf(&self, l: Language) -> &Shelf {
        match l {
            Language::English => &self.english,
            Language::Spanish => &self.spanish,
        }
    }
}

#[cfg(test)]
mod tests;
