//! How a base is written: TOML, with every entry in every language.

use jiff::civil::Date;
use serde::Deserialize;

use super::{Entry, EntryId, Unusable, check};
use crate::language::Language;

/// The format that this release writes, and the newest that it reads.
pub(super) const FORMAT: u32 = 1;

/// A whole base, as it is written. All of it is required, so that a misspelt name is no missing part; what a later release adds
/// within the same format is passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct File {
    /// Another one where a release that reads this one would misunderstand it.
    pub(super) format: u32,
    pub(super) version: String,
    #[serde(rename = "entry", default)]
    pub(super) entries: Vec<Written>,
}

/// An entry in every language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Written {
    pub(super) id: EntryId,
    #[serde(rename = "written")]
    pub(super) read_last: Date,
    pub(super) review: Date,
    pub(super) next: Vec<String>,
    pub(super) en: Words,
    pub(super) es: Words,
}

/// What of an entry differs between languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Words {
    pub(super) question: String,
    pub(super) variants: Vec<String>,
    pub(super) answer: String,
}

#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl File {
    pub(super) fn read(text: &str) -> Result<Self, Unusable> {
        match toml::from_str::<Self>(text) {
            Ok(file) if file.format <= FORMAT => Ok(file),
            Ok(newer) => Err(Unusable::Newer(newer.format)),
            // A newer one may well look different.
            Err(error) => Err(match toml::from_str::<Head>(text) {
                Ok(head) if head.format > FORMAT => Unusable::Newer(head.format),
                _ => Unusable::Unreadable(error.to_string()),
            }),
        }
    }

    pub(super) fn entries(&self, l: Language) -> Vec<Entry> {
        self.entries.iter().map(|entry| entry.of(l)).collect()
    }
}

impl Written {
    pub(super) const fn words(&self, l: Language) -> &Words {
        match l {
            Language::English => &self.en,
            Language::Spanish => &self.es,
        }
    }

    fn of(&self, l: Language) -> Entry {
        let Words {
            question,
            variants,
            answer,
        } = self.words(l).clone();
        Entry {
            id: self.id.clone(),
            links: check::links(&answer).map(str::to_owned).collect(),
            question,
            variants,
            answer,
            next: self.next.clone(),
            written: self.read_last,
            review: self.review,
        }
    }
}

impl Words {
    /// The question, then its variants.
    pub(super) fn asked(&self) -> impl Iterator<Item = &str> {
        let variants = self.variants.iter().map(String::as_str);
        std::iter::once(self.question.as_str()).chain(variants)
    }
}
