//! What the bot has to say or do next. An entry is also the record of its delivery.

use serde::{Deserialize, Serialize};

/// What an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A message to the person, through Twilio.
    Send,
    /// The end of a code's life.
    Expire,
}

/// What to say: the whole text, and the buttons that go with it where the channel has them.
/// The text alone must be enough: it always names what to type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buttons: Option<Buttons>,
}

/// Sets of quick replies. Each is a message template; the text is its variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "set", rename_all = "snake_case")]
pub enum Buttons {
    StartUnlinked,
    StartLinked,
    UnlinkConfirm { nonce: String },
}

impl From<String> for Reply {
    fn from(text: String) -> Self {
        Self {
            text,
            buttons: None,
        }
    }
}

impl Reply {
    #[must_use]
    pub fn with(self, buttons: Buttons) -> Self {
        Self {
            buttons: Some(buttons),
            ..self
        }
    }
}

/// How far an entry has come, in Twilio's words where Twilio has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    /// To be done when due.
    Pending,
    /// Claimed, under a lease.
    Sending,
    /// Twilio may or may not have it. Never sent again without proof that it has not.
    Unknown,
    /// Twilio has accepted it.
    Queued,
    Sent,
    Failed,
    Undelivered,
    Delivered,
    Read,
    /// A timer that has done its work, or found none to do.
    Done,
    /// Not worth sending any more when its turn came.
    Dropped,
}

impl Delivery {
    /// Order in which reports of delivery count: a report only ever raises it.
    /// Proof of receipt outranks a failure, because only one of the two can be mistaken.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Sending => 1,
            Self::Unknown => 2,
            Self::Queued => 3,
            Self::Sent => 4,
            Self::Failed | Self::Undelivered | Self::Dropped => 5,
            Self::Delivered => 6,
            Self::Read => 7,
            Self::Done => 8,
        }
    }
}
