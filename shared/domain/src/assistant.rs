//! Questions in a person's own words, and what an automated assistant answers.
//!
//! The words are minimised before they are kept or sent anywhere ([`crate::minimise`]). The assistant has no tools: it is
//! given words and gives words, and what it says is judged before anybody reads it.

pub mod counts;

mod judge;
mod memory;
mod plan;
mod prompt;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::consent::Consent;
use crate::language::Language;
use crate::policy::{ASSISTANT_HOUR, ASSISTANT_PER_HOUR};
use crate::state::State;
use crate::time::Moment;
pub use judge::Because;
pub use memory::tokens;
pub use plan::{Answer, Pending, Plan, plan};

/// A conversation with the assistant. It ends with `forget`, STOP, a link that ends, a withdrawn agreement, and the session;
/// what belongs to another than the present one is neither kept, sent nor remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The message that began it. None: the next question begins one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When questions of the last hour were asked, the oldest first. They count on in the next thread.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<Moment>,
}

impl Thread {
    /// With a question of `now`, asked by the message `sid`. None: too many in the last hour.
    pub fn asks(&self, sid: &str, now: Moment) -> Option<Self> {
        let mut asked = self.recent(now);
        if asked.len() >= ASSISTANT_PER_HOUR {
            return None;
        }
        asked.push(now);
        let id = self.id.clone().unwrap_or_else(|| sid.to_owned());
        Some(Self {
            id: Some(id),
            asked,
        })
    }

    /// Nothing that was said before is remembered, and nothing that is being thought about is told.
    #[must_use]
    pub fn ended(&self) -> Self {
        Self {
            id: None,
            asked: self.asked.clone(),
        }
    }

    /// When there is room for a question again.
    pub fn room_at(&self, now: Moment) -> Moment {
        let recent = self.recent(now);
        let over = recent
            .len()
            .saturating_add(1)
            .saturating_sub(ASSISTANT_PER_HOUR);
        let frees = over.checked_sub(1).and_then(|nth| recent.get(nth));
        frees.map_or(now, |at| at.plus(ASSISTANT_HOUR))
    }

    fn recent(&self, now: Moment) -> Vec<Moment> {
        let recent = |at: &&Moment| now.since(**at) < ASSISTANT_HOUR;
        self.asked.iter().filter(recent).copied().collect()
    }

    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A question on its way, minimised. It is the person's own and not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The thread that it belongs to.
    pub thread: String,
    pub question: String,
    pub language: Language,
    pub at: Moment,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Asked({:?}, …)", self.language)
    }
}

impl Asked {
    /// Nobody has ended the conversation since.
    pub fn is_wanted(&self, state: &State) -> bool {
        state.session.assistant.id.as_deref() == Some(self.thread.as_str())
    }

    /// It may leave for the model: the person agrees to that, now as well.
    pub fn may_leave(&self, state: &State) -> bool {
        let consent = state.standing.consents.assistant.as_ref();
        self.is_wanted(state) && consent.is_some_and(Consent::counts)
    }
}

/// What was said in a thread so far, minimised, the oldest first. It is the person's own and not printed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    pub thread: String,
    pub said: Vec<Exchange>,
}

/// One question and its answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    pub question: String,
    pub answer: String,
    pub at: Moment,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} exchanges)", self.said.len())
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exchange(…)")
    }
}

/// What the model is given. It is the person's own and not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Of the rules and of how they are put together.
    pub version: &'static str,
    pub lines: Vec<Line>,
}

/// One message of a prompt, as chat completions know them.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    pub by: By,
    pub text: String,
}

/// Whose line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    System,
    User,
    Assistant,
}

impl fmt::Debug for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prompt({}, {} lines)", self.version, self.lines.len())
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({:?}, …)", self.by)
    }
}

/// What the model said, judged by nobody yet. It is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Completion {
    pub text: String,
    /// Read and written, as the model counts them.
    pub tokens: (u64, u64),
    /// It ended where it wanted to, not where it was cut.
    pub is_whole: bool,
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Completion({:?} tokens, …)", self.tokens)
    }
}

/// Why the model gave no answer, as far as what is said instead depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelTrouble {
    /// The operator has connected none, or has switched it off.
    Off,
    /// Its breaker is open, or all of us have asked as much as may be asked in an hour.
    NotNow,
    /// It was down, too slow, over its limit, or said something that is no answer.
    Failed,
}

/// From where an answer came: its name in records, counts and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The model, with entries of the knowledge base at hand.
    Model,
    /// The knowledge base alone: the person has not agreed to more, or no model is connected, or it is switched off; or an
    /// entry was asked for in its own words.
    Knowledge,
    /// The knowledge base, because the model could not answer.
    Fallback,
    /// It is no question about Flash, or one that the assistant may not answer.
    Refused,
    /// The model said what it may not say; the knowledge base answered.
    Filtered,
    /// Nothing fits: whom else to ask.
    Nothing,
    /// Of a later release.
    #[serde(other)]
    SomethingElse,
}

impl Source {
    pub const ALL: [Self; 6] = [
        Self::Model,
        Self::Knowledge,
        Self::Fallback,
        Self::Refused,
        Self::Filtered,
        Self::Nothing,
    ];

    /// Its name in counters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Knowledge => "knowledge",
            Self::Fallback => "fallback",
            Self::Refused => "refused",
            Self::Filtered => "filtered",
            Self::Nothing | Self::SomethingElse => "nothing",
        }
    }
}

/// Where an answer came from, and when it was asked for, by the name that its buttons carry: `model-1795356300`. None: it
/// names something else.
pub fn named(about: &str) -> Option<(Source, Moment)> {
    let (source, at) = about.rsplit_once('-')?;
    let source = Source::ALL.into_iter().find(|it| it.name() == source)?;
    Some((source, Moment::from_unix(at.parse().ok()?)))
}

/// How an answer came about: facts, no words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub source: Source,
    /// The entries of the knowledge base that were at hand, the best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<String>,
    /// The knowledge base's version.
    pub knowledge: String,
    /// The version of prompt and rules; none where no model was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Tokens that the model read and wrote, as it counts them.
    #[serde(default)]
    pub tokens: (u64, u64),
    /// Why the model's words were not used, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix(1_795_356_300);

    #[test]
    fn a_thread_goes_on_until_it_is_ended_and_counts_on_after_that() {
        let first = Thread::default().asks("SM1", NOW).unwrap();
        let second = first.asks("SM2", NOW).unwrap();
        assert_eq!(second.id.as_deref(), Some("SM1"));
        let third = second.ended().asks("SM3", NOW).unwrap();
        assert_eq!(third.id.as_deref(), Some("SM3"));
        assert_eq!(third.asked.len(), 3);
    }

    #[test]
    fn there_is_room_again_an_hour_after_the_oldest_of_too_many() {
        let mut thread = Thread::default();
        for nth in 0..i64::try_from(ASSISTANT_PER_HOUR).unwrap() {
            assert_eq!(thread.room_at(NOW.plus(nth)), NOW.plus(nth));
            thread = thread.asks("SM1", NOW.plus(nth)).unwrap();
        }
        let later = NOW.plus(100);
        assert_eq!(thread.asks("SM2", later), None);
        assert_eq!(thread.room_at(later), NOW.plus(ASSISTANT_HOUR));
        assert!(thread.asks("SM2", NOW.plus(ASSISTANT_HOUR)).is_some());
    }
}
