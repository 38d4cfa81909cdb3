//! How a question is met, by order of a test or of the phone page.

use serde::{Deserialize, Serialize};

use crate::fault::Mode;

/// What becomes of one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manner {
    /// The answer of the first of the knowledge base's entries that stand in the prompt.
    Honest,
    /// Whatever the last thing said by the user demands.
    Obeys,
    /// These words.
    Says(String),
    /// The honest answer, cut for its length.
    Cut,
    /// The honest answer, after so long: of the machine's clock, not of the world's.
    After {
        millis: u64,
    },
    /// The honest answer, once it is released ([`super::MapleStandIn::release`]).
    Held,
    /// Nothing for longer than any caller waits.
    Slow,
    /// An answer, after longer than any caller waits.
    TooLate,
    /// 503, and no word on when to come back.
    Down,
    /// 500.
    Fails,
    /// 429, with how long to wait where that is given.
    OverLimit {
        retry_after_s: Option<u32>,
    },
    /// The server's own filter withholds the answer.
    Filtered,
    /// The model declines, as `OpenAI`'s do.
    Declines,
    /// HTML, cut JSON and wrong types in turn, each with a 200.
    Nonsense,
    NoChoices,
    /// An answer of no words.
    Wordless,
    /// Larger than any answer.
    Huge,
    /// The line breaks in the middle of the answer.
    HangsUp,
}

impl Manner {
    /// What a fault of the whole system comes to; None: it is none for this one.
    pub(super) fn of(mode: Mode) -> Option<Self> {
        match mode {
            Mode::Ok | Mode::CommitAnswerLost | Mode::Busy => None,
            Mode::Down => Some(Self::Down),
            Mode::Slow => Some(Self::Slow),
            Mode::Nonsense => Some(Self::Nonsense),
            Mode::RateLimited => Some(Self::OverLimit {
                retry_after_s: Some(60),
            }),
            Mode::TimeoutAfterAccept => Some(Self::TooLate),
        }
    }
}
