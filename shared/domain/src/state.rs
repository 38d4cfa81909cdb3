//! What the bot knows about the sender of a message, and what of it a message may change.

use serde::{Deserialize, Serialize};

use crate::guard::Guard;
use crate::ids::{AccountId, MessageSid, PersonKey};
use crate::policy::{SESSION_ABSOLUTE, SESSION_IDLE};
use crate::time::Moment;

/// Ciphertext. The domain carries it about and can't read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(pub String);

/// A person we have heard from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
}

/// The Flash account a person has linked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub account: AccountId,
    /// Flash's public part of the API key, by which the link page knows it.
    pub key_id: String,
    /// The API key itself.
    pub credential: Sealed,
    pub linked_at: Moment,
    /// When Flash stops honouring the key.
    pub ends_at: Moment,
}

impl Person {
    /// The link, if its credential can still be good.
    pub fn live_link(&self, now: Moment) -> Option<&Link> {
        self.link.as_ref().filter(|link| now < link.ends_at)
    }
}

/// One conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub started_at: Moment,
    pub last_inbound: Moment,
    pub dialogue: Dialogue,
    /// The link page that was last sent, until it has done its work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
}

/// What the bot is waiting to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Dialogue {
    Idle,
    /// "Really unlink?" The nonce is on the buttons, so that an old button can't answer a new question.
    ConfirmUnlink {
        nonce: String,
        until: Moment,
    },
}

/// A link page that may still be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The token's `jti`.
    pub id: String,
    pub until: Moment,
    /// Codes shown on it so far.
    pub issues: u32,
    /// Digest of the key it was first used with: only that key gets a fresh code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_digest: Option<String>,
}

impl Session {
    pub fn begin(now: Moment) -> Self {
        Self {
            started_at: now,
            last_inbound: now,
            dialogue: Dialogue::Idle,
            page: None,
        }
    }

    pub fn ends_at(&self) -> Moment {
        self.last_inbound
            .plus(SESSION_IDLE)
            .min(self.started_at.plus(SESSION_ABSOLUTE))
    }
}

/// A code that was shown on a link page and not yet typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingCode {
    /// Random name of this code; a digest, a timer or a try for another code never fits it.
    pub challenge: String,
    pub digest: String,
    pub expires_at: Moment,
    pub tries: u32,
    /// The messages that were counted as tries, so that a redelivery is not counted again.
    pub tried_by: Vec<MessageSid>,
    /// What becomes the link when the code is typed.
    pub link: Link,
}

impl WaitingCode {
    pub fn is_live(&self, now: Moment) -> bool {
        now < self.expires_at && self.tries < crate::policy::CODE_TRIES
    }

    /// This message's try was counted before; only its outcome may have been lost.
    pub fn counted(&self, message: &MessageSid, now: Moment) -> bool {
        now < self.expires_at && self.tried_by.contains(message)
    }
}

/// A stored value and the version its next writer must still find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    pub value: T,
    pub version: u64,
}

/// All that one read found about the sender. What had expired by then is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub key: PersonKey,
    pub person: Person,
    pub guard: Guard,
    pub session: Session,
    pub code: Option<WaitingCode>,
    /// Whether Flash is worth asking.
    pub flash_is_down: bool,
}
