//! What a87df0e requires of an item, field by field.
#![expect(
    dead_code,
    reason = "a field is required whether anybody looks at it or not"
)]

use serde::Deserialize;

/// Seconds since the Unix epoch.
pub(super) type Moment = i64;

#[derive(Deserialize)]
pub(super) struct PersonItem {
    pub person: String,
    pub version: u64,
    pub address: String,
    pub expires_at: Option<Moment>,
    #[serde(flatten)]
    pub value: Person,
}

#[derive(Deserialize)]
pub(super) struct Person {
    #[serde(default)]
    pub user: Option<String>,
    pub link: Option<Link>,
}

#[derive(Deserialize)]
pub(super) struct Link {
    pub account: String,
    pub key_id: String,
    pub credential: String,
    pub linked_at: Moment,
    pub ends_at: Moment,
}

#[derive(Deserialize)]
pub(super) struct GuardItem {
    pub person: String,
    pub version: u64,
    pub expires_at: Moment,
    pub guard: Guard,
}

#[derive(Deserialize)]
pub(super) struct Guard {
    pub failures: Vec<Moment>,
    pub issues: Vec<Moment>,
    pub paused_until: Option<Moment>,
    pub locked_until: Option<Moment>,
    pub locks: u32,
}

#[derive(Deserialize)]
pub(super) struct PointerItem {
    pub person: String,
    pub to: String,
    pub expires_at: Moment,
}

#[derive(Deserialize)]
pub(super) struct SessionItem {
    pub person: String,
    pub version: u64,
    pub expires_at: Moment,
    pub session: Session,
}

#[derive(Deserialize)]
pub(super) struct Session {
    pub started_at: Moment,
    pub last_inbound: Moment,
    pub dialogue: Dialogue,
    pub page: Option<Page>,
    #[serde(default)]
    pub unpublished: Option<Unpublished>,
}

#[derive(Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum Dialogue {
    Idle,
    ConfirmUnlink { nonce: String, until: Moment },
}

#[derive(Deserialize)]
pub(super) struct Page {
    pub id: String,
    pub until: Moment,
    pub issues: u32,
    pub key_digest: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Unpublished {
    pub at: Moment,
    pub entries: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct CodeItem {
    pub person: String,
    pub purpose: String,
    #[serde(flatten)]
    pub code: WaitingCode,
}

#[derive(Deserialize)]
pub(super) struct WaitingCode {
    pub challenge: String,
    pub digest: String,
    pub expires_at: Moment,
    pub tries: u32,
    pub tried_by: Vec<MessageSid>,
    pub link: Link,
}

/// `SM` or `MM` and 32 hexadecimal digits.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct MessageSid(pub String);

impl TryFrom<String> for MessageSid {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.strip_prefix("SM").or_else(|| text.strip_prefix("MM"));
        let shaped = |digits: &str| {
            digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        };
        if digits.is_some_and(shaped) {
            Ok(Self(text))
        } else {
            Err(format!("{text} is no message SID"))
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ReceiptItem {
    pub person: String,
    pub id: String,
    pub entries: Vec<String>,
    pub expires_at: Moment,
}

#[derive(Deserialize)]
pub(super) struct EntryItem {
    pub person: String,
    pub id: String,
    pub kind: Kind,
    pub delivery: Delivery,
    pub rank: u8,
    pub attempt: u32,
    pub created_at: Moment,
    pub ends_at: Moment,
    pub expires_at: Moment,
    pub due_shard: Option<u8>,
    pub due_at: Option<Moment>,
    pub lease_until: Option<Moment>,
    pub claimed_at: Option<Moment>,
    #[serde(default)]
    pub absences: u32,
    #[serde(default)]
    pub resent: bool,
    pub to: Option<String>,
    pub reply: Option<String>,
    pub challenge: Option<String>,
    pub sid: Option<MessageSid>,
    pub error_code: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Send,
    Expire,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Delivery {
    Pending,
    Sending,
    Unknown,
    Queued,
    Sent,
    Failed,
    Undelivered,
    Delivered,
    Read,
    Done,
    Dropped,
}

impl Delivery {
    pub(super) const fn rank(self) -> u8 {
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

/// What is sealed in `reply`, as JSON.
#[derive(Deserialize)]
pub(super) struct Reply {
    pub text: String,
    pub buttons: Option<Buttons>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "set", rename_all = "snake_case")]
pub(super) enum Buttons {
    StartUnlinked,
    StartLinked,
    UnlinkConfirm { nonce: String },
}

#[derive(Deserialize)]
pub(super) struct AuditItem {
    pub person: String,
    pub at_entry: String,
    pub event: Event,
    pub account: Option<String>,
    pub cause: String,
    pub expires_at: Moment,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Event {
    Linked,
    LinkRefusedLinkedElsewhere,
    UnlinkedByPerson,
    UnlinkedCredentialGone,
    CodeDestroyed,
    ChatLocked,
}

#[derive(Deserialize)]
pub(super) struct BreakerItem {
    pub key: String,
    pub expires_at: Moment,
    pub breaker: Breaker,
}

#[derive(Deserialize)]
pub(super) struct Breaker {
    pub failures: u32,
    pub open_until: Option<Moment>,
}
