//! Flash's events between the function that takes them in and the one that tells of them: sealed, because a queue and its
//! dead letters are read by more people than a table, and each with a name by which it can be followed.

use std::fmt;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::flash_event::FlashEvent;
use domain::ids::PersonKey;
use domain::policy::EVENT_BYTES;
use domain::state::Sealed;
use domain::time::Moment;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::dead_letter::{Reason, SetAside};
use crate::keys::{Keys, Place, SealError};
use crate::queue::QueueMessage;
use crate::ring::KeyRing;

/// By which one event is followed: through the logs of whoever takes it in and tells of it, in the id of the entry that it
/// gives rise to, and so to its delivery. 16 hexadecimal digits that say nothing; the same each time the event comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Trace(String);

/// Not 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a trace")]
pub struct NotATrace;

impl Trace {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Trace {
    type Error = NotATrace;

    fn try_from(text: String) -> Result<Self, NotATrace> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == 16 && text.bytes().all(hex) {
            Ok(Self(text))
        } else {
            Err(NotATrace)
        }
    }
}

impl From<Trace> for String {
    fn from(trace: Trace) -> Self {
        trace.0
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An event under way, as a record of the queue says it: `{"trace": …, "event": sealed}`, or `"unread"` instead of `"event"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub trace: Trace,
    #[serde(flatten)]
    carried: Carried,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Carried {
    Event(Sealed),
    Unread(Sealed),
}

/// What was under way.
pub enum Arrived {
    Event(Box<FlashEvent>),
    /// Something that could not be read when it came. It was put back among the events, to be read once more.
    Unread(Unread),
}

impl fmt::Debug for Arrived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Arrived(…)")
    }
}

/// A body as it came, as far as it is kept.
#[derive(Serialize, Deserialize)]
pub struct Unread {
    #[serde(with = "as_base64")]
    pub body: Vec<u8>,
    /// The name of the message that brought it.
    pub envelope: Option<String>,
}

impl fmt::Debug for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unread(…)")
    }
}

/// What is under way can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MovedError {
    #[error("an event under way: {0}")]
    Sealed(#[from] SealError),
    /// A later release may have sealed it.
    #[error("an event under way is not understood")]
    NotUnderstood,
}

impl Moved {
    pub fn event(keys: &Keys, event: &FlashEvent) -> Self {
        let name = event.ids.first().map_or("", |id| id.as_str());
        let text = serde_json::to_string(event).unwrap_or_default();
        Self {
            trace: Trace(keys.trace(&[event.scope(), name])),
            carried: Carried::Event(keys.seal(place("event"), &text)),
        }
    }

    /// What could not be read: of what is too large for any event only the beginning.
    pub fn unread(keys: &Keys, body: &[u8], envelope: Option<&str>) -> Self {
        let kept = body.get(..EVENT_BYTES).unwrap_or(body);
        let name = envelope.unwrap_or_default();
        let unread = Unread {
            body: kept.to_vec(),
            envelope: envelope.map(str::to_owned),
        };
        let text = serde_json::to_string(&unread).unwrap_or_default();
        Self {
            trace: Trace(keys.trace(&["unread", name, &String::from_utf8_lossy(kept)])),
            carried: Carried::Unread(keys.seal(place("unread"), &text)),
        }
    }

    /// A record's body; none if it is nothing of ours.
    pub fn parse(body: &str) -> Option<Self> {
        serde_json::from_str(body).ok()
    }

    pub async fn open(&self, ring: &KeyRing, now: Moment) -> Result<Arrived, MovedError> {
        let (place, sealed) = match &self.carried {
            Carried::Event(sealed) => (place("event"), sealed),
            Carried::Unread(sealed) => (place("unread"), sealed),
        };
        let text = ring.open(place, sealed, now).await?;
        let arrived = match &self.carried {
            Carried::Event(_) => serde_json::from_str(text.expose_secret()).map(Arrived::Event),
            Carried::Unread(_) => serde_json::from_str(text.expose_secret()).map(Arrived::Unread),
        };
        arrived.map_err(|_| MovedError::NotUnderstood)
    }

    pub fn message(&self) -> QueueMessage {
        QueueMessage {
            body: self.body(),
            fifo: None,
            delay: 0,
        }
    }

    /// A dead letter that was never in the queue. Its trace is the id under which it can be found in the log.
    pub fn aside(&self, reason: Reason) -> SetAside {
        SetAside {
            body: self.body(),
            message_id: self.trace.to_string(),
            group: None,
            receives: 1,
            reason,
        }
    }

    fn body(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// In a queue nobody is known yet: the place of a person is taken by what is no person's.
fn place(field: &'static str) -> Place<'static> {
    static NOBODY: LazyLock<PersonKey> = LazyLock::new(|| {
        PersonKey::from_digest("-".repeat(43)).expect("43 characters of base64url")
    });
    Place {
        table: "events",
        field,
        person: &NOBODY,
    }
}

mod as_base64 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::{Engine, STANDARD};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use domain::flash_event::{EventId, What, Whose};
    use futures::FutureExt;
    use serde_json::{Value, json};

    use super::*;

    const NOW: Moment = Moment::from_unix(1_000_000);

    fn secret() -> String {
        let key = |byte: u8| STANDARD.encode([byte; 32]);
        let ring = json!([{"id": "k1", "key": key(1), "state": "current"}]);
        json!({"pepper": key(7), "ring": ring}).to_string()
    }

    async fn ring() -> KeyRing {
        let keys = || async { Ok(Keys::from_secret(&secret())?) }.boxed();
        KeyRing::read(keys).await.unwrap()
    }

    fn event(hash: &str) -> FlashEvent {
        FlashEvent {
            what: What::BalanceChanged {
                before: None,
                now: None,
            },
            whose: Whose {
                owner: Some("owner-of-it".to_owned()),
                ..Whose::default()
            },
            ids: vec![EventId::PaymentHash(hash.to_owned())],
            at: NOW,
        }
    }

    #[tokio::test]
    async fn an_event_travels_sealed_and_arrives_as_it_was() {
        let ring = ring().await;
        let event = event("the-hash");
        let body = Moved::event(&ring.current(), &event).message().body;
        assert!(!body.contains("owner") && !body.contains("hash"), "{body}");
        let moved = Moved::parse(&body).unwrap();
        let Arrived::Event(arrived) = moved.open(&ring, NOW).await.unwrap() else {
            panic!("not an event");
        };
        assert_eq!(*arrived, event);
    }

    #[tokio::test]
    async fn what_could_not_be_read_is_kept_sealed_as_far_as_an_event_may_be_long() {
        let ring = ring().await;
        let body: Vec<u8> = [0xff, b'p'].repeat(EVENT_BYTES);
        let moved = Moved::unread(&ring.current(), &body, Some("the-name"));
        let letter = moved.aside(Reason::Malformed("not_json".to_owned()));
        assert_eq!(letter.message_id, moved.trace.as_str());
        assert!(!letter.body.contains("the-name") && letter.body.len() < 4 * EVENT_BYTES);
        let moved = Moved::parse(&letter.body).unwrap();
        let Arrived::Unread(unread) = moved.open(&ring, NOW).await.unwrap() else {
            panic!("an event");
        };
        assert_eq!(unread.body, body[..EVENT_BYTES]);
        assert_eq!(unread.envelope.as_deref(), Some("the-name"));
    }

    #[tokio::test]
    async fn what_could_not_be_read_never_passes_for_an_event() {
        let ring = ring().await;
        let claimed = serde_json::to_vec(&event("made-up")).unwrap();
        let moved = Moved::unread(&ring.current(), &claimed, None);
        let mut body: Value = serde_json::from_str(&moved.message().body).unwrap();
        let sealed = body.as_object_mut().unwrap().remove("unread").unwrap();
        body["event"] = sealed;
        let moved = Moved::parse(&body.to_string()).unwrap();
        let refused = moved.open(&ring, NOW).await.unwrap_err();
        assert_eq!(refused, MovedError::Sealed(SealError::Refused));
    }

    #[test]
    fn a_trace_is_the_same_each_time_and_says_nothing() {
        let keys = Keys::from_secret(&secret()).unwrap();
        let trace = |hash| Moved::event(&keys, &event(hash)).trace;
        assert_eq!(trace("one"), trace("one"));
        assert_ne!(trace("one"), trace("two"));
        assert!(Trace::try_from(trace("one").to_string()).is_ok());
        for other in [
            "",
            "0123456789abcdeF",
            "0123456789abcde",
            "0123456789abcdef0",
        ] {
            assert_eq!(Trace::try_from(other.to_owned()), Err(NotATrace));
        }
    }

    #[test]
    fn nothing_else_is_an_event_under_way() {
        for body in [
            "",
            "not json",
            r#"{"entry": "x"}"#,
            r#"{"trace": "0123456789abcdef"}"#,
            r#"{"trace": "18765550100", "event": "k1.x"}"#,
            r#"{"event": "k1.x"}"#,
        ] {
            assert_eq!(Moved::parse(body), None, "{body}");
        }
    }
}
