//! News of Flash's service, to everybody who has agreed to news: drafted, confirmed, sent out page by page, stopped.

use std::fmt;

use crate::ids::PersonKey;
use crate::language::Language;
use crate::time::Moment;

/// How far an announcement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It waits for its YES.
    Draft,
    /// It goes out.
    Running,
    /// Staff have ended it: whoever had not got it by then does not.
    Stopped,
    /// Everybody has it.
    Done,
}

/// One announcement. There is at most one at a time. What it says is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The message that drafted it.
    pub id: String,
    pub stage: Stage,
    /// Who drafted it.
    pub by: PersonKey,
    pub words: Words,
    /// When it was drafted.
    pub at: Moment,
    /// So many were to get it when it was drafted.
    pub readers: Readers,
    /// For so many it has been written.
    pub told: u64,
}

impl fmt::Debug for Announcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Announcement({}, {:?})", self.id, self.stage)
    }
}

/// What it says: to everybody, or to all but those who read Spanish.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Words {
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spanish: Option<String>,
}

impl Words {
    /// To whoever reads that language.
    pub fn to(&self, l: Language) -> &str {
        match (l, &self.spanish) {
            (Language::Spanish, Some(spanish)) => spanish,
            _ => &self.text,
        }
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(…)")
    }
}

/// How many are on the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Readers {
    pub count: u64,
    /// There are more: counting ended before the list did.
    #[serde(default, skip_serializing_if = "crate::outbox::is_default")]
    pub or_more: bool,
}

/// What staff change about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// In place of any draft, or of one that is over; of the same draft with other words the name is new as well.
    Draft { words: Words, readers: Readers },
    /// The draft of this name goes out.
    Start { id: String, readers: Readers },
    /// The one of this name goes out no further.
    Stop { id: String },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_spanish_gets_spanish_where_there_is_any() {
        let mut words = Words {
            text: "Hello".into(),
            spanish: None,
        };
        assert_eq!(words.to(Language::Spanish), "Hello");
        words.spanish = Some("Hola".into());
        assert_eq!(words.to(Language::Spanish), "Hola");
        assert_eq!(words.to(Language::English), "Hello");
        assert_eq!(format!("{words:?}"), "Words(…)");
    }
}
