//! Dead letters: records that their function can't work, set aside with the reason. SQS's own redrive keeps none.

use std::fmt;

use crate::queue::Fifo;

/// Why a record was set aside: a class, never the error's own words or the record's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It can never work.
    NotATicket,
    Panicked,
    /// There was too little time left to begin it, even the last time.
    NoTime,
    /// The class of the error with which it failed the last time.
    Failed(&'static str),
    /// It can never work: something of Flash's that is no event, by the class of what is wrong with it.
    Malformed(String),
}

/// The reason's name is all that says why.
const NOT_A_TICKET: &str = "not_a_ticket";
const MALFORMED: &str = "malformed:";

impl Reason {
    /// Whether trying again is of no use.
    pub fn is_final(&self) -> bool {
        is_final(&self.to_string())
    }
}

/// The same of a reason as it stands on a dead letter.
pub fn is_final(reason: &str) -> bool {
    reason == NOT_A_TICKET || reason.starts_with(MALFORMED)
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotATicket => f.write_str(NOT_A_TICKET),
            Self::Panicked => f.write_str("panicked"),
            Self::NoTime => f.write_str("no_time"),
            Self::Failed(class) => write!(f, "failed:{class}"),
            Self::Malformed(class) => write!(f, "{MALFORMED}{class}"),
        }
    }
}

/// A record that goes to its queue's dead letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// As it was received, whatever it says.
    pub body: String,
    pub message_id: String,
    /// FIFO only: the group among whose dead letters it keeps its place.
    pub group: Option<String>,
    /// How often it was received.
    pub receives: u32,
    pub reason: Reason,
}

/// Message attributes of a dead letter. One that SQS itself moved has none of them.
pub mod attribute {
    pub const REASON: &str = "reason";
    /// The id under which the record was received.
    pub const MESSAGE_ID: &str = "message_id";
    pub const RECEIVES: &str = "receives";
}

impl SetAside {
    /// Attributes by name, all text.
    pub fn attributes(&self) -> [(&'static str, String); 3] {
        [
            (attribute::REASON, self.reason.to_string()),
            (attribute::MESSAGE_ID, self.message_id.clone()),
            (attribute::RECEIVES, self.receives.to_string()),
        ]
    }

    /// Its place in a dead-letter queue that is FIFO. The id of the record makes a repeat the same dead letter, and so
    /// does SQS, which takes the same id where it moves the record itself.
    pub fn fifo(&self) -> Option<Fifo> {
        self.group.as_ref().map(|group| Fifo {
            group: group.clone(),
            deduplication: self.message_id.clone(),
        })
    }
}
