//! Our own secrets, tokens, tickets and records, as somebody may have written them who is not us.

use std::sync::LazyLock;

use async_trait::async_trait;
use aws::batch::{Consumer, RecordError, each_entry, each_event};
use aws::clock::Clock;
use aws::dead_letter::SetAside;
use aws::keys::{Keys, Place};
use aws::queue::{Depth, DepthError, Queue, QueueError, QueueMessage, QueueName, Ticket};
use aws::tables::TableError;
use aws::tokens::{self, PageToken, Purpose};
use domain::ids::PersonKey;
use domain::state::Sealed;
use domain::time::Moment;
use lambda_runtime::{Context, LambdaEvent};
use secrecy::ExposeSecret;
use tokio::runtime::Runtime;

use crate::{near, near_text, runtime};

const PERSON: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0";
pub(crate) const SECRET: &str = r#"{"pepper":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=","ring":[{"id":"k2","key":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=","state":"current"},{"id":"k1","key":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","state":"older"}]}"#;

#[expect(clippy::unwrap_used, reason = "the samples are right")]
static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::from_secret(SECRET).unwrap());

#[expect(clippy::unwrap_used, reason = "the samples are right")]
static PEOPLE: LazyLock<PersonKey> =
    LazyLock::new(|| PersonKey::from_digest(PERSON.to_owned()).unwrap());

fn place() -> Place<'static> {
    Place {
        table: "people",
        field: "credential",
        person: &PEOPLE,
    }
}

pub(crate) fn secrets(input: &[u8]) {
    let text = near_text(&[SECRET], input);
    if let Ok(keys) = Keys::from_secret(&text) {
        let sealed = keys.seal(place(), "fk_x");
        let opened = keys
            .open(place(), &sealed)
            .map(|text| text.expose_secret().to_owned());
        assert_eq!(opened.as_deref(), Ok("fk_x"));
        assert!(!format!("{keys:?}").contains("AgIC"));
    }
}

/// `fk_secret`. Sealed anew it would be another text each time, and no input would do the same twice.
pub(crate) const SEALED: &str = "k2.vvCTPd5WrMmcJki2hbN62akx3kuXuwoYxzl4PYzzw-KvXQU_pw";

/// What was changed in any way opens nowhere.
pub(crate) fn sealed_values(input: &[u8]) {
    let text = near_text(&[SEALED], input);
    let opened = KEYS.open(place(), &Sealed(text.clone()));
    assert_eq!(opened.is_ok(), text == SEALED);
}

const PURPOSES: [Purpose; 3] = [Purpose::Link, Purpose::StepUp, Purpose::Export];

#[expect(clippy::unwrap_used, reason = "what we sign can be signed")]
pub(crate) static TOKENS: LazyLock<[String; 3]> =
    LazyLock::new(|| PURPOSES.map(|purpose| tokens::sign(&KEYS, &token(purpose)).unwrap()));

fn token(purpose: Purpose) -> PageToken {
    PageToken {
        purpose,
        person: PEOPLE.clone(),
        id: "page".to_owned(),
        until: Moment::from_unix(1_000),
    }
}

/// Only what we signed is read, and only for its own purpose.
pub(crate) fn page_tokens(input: &[u8]) {
    let samples: Vec<_> = TOKENS.iter().map(String::as_str).collect();
    let text = near_text(&samples, input);
    for (purpose, ours) in PURPOSES.into_iter().zip(TOKENS.iter()) {
        let read = tokens::verify(&KEYS, purpose, &text, Moment::from_unix(0)).ok();
        assert_eq!(read, (text == *ours).then(|| token(purpose)));
    }
}

pub(crate) const TICKETS: [&str; 2] = [
    r#"{"entry":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0.SM00000000000000000000000000000001-0"}"#,
    "[[[[[[[[[[[[[[[[[[[[[[[[",
];

pub(crate) fn tickets(input: &[u8]) {
    if let Some(key) = Ticket::entry_of(&near_text(&TICKETS, input)) {
        assert_eq!(key.person.as_str().len(), 43);
    }
}

/// Takes everything and keeps nothing.
#[derive(Debug)]
struct Sink;

#[async_trait]
impl Queue for Sink {
    async fn send(&self, _: QueueName, _: &[QueueMessage]) -> Result<(), QueueError> {
        Ok(())
    }

    async fn set_aside(&self, _: QueueName, _: &SetAside) -> Result<(), QueueError> {
        Ok(())
    }

    async fn depth(&self, _: QueueName) -> Result<Depth, DepthError> {
        Ok(Depth::default())
    }

    fn of_arn(&self, _: &str) -> Option<QueueName> {
        None
    }
}

pub(crate) const BATCHES: [&[u8]; 6] = [
    include_bytes!("../../../events/outbound-send.json"),
    include_bytes!("../../../events/outbound-not-json.json"),
    include_bytes!("../../../events/otp-expiry-expire.json"),
    include_bytes!("../../../events/assistant-ask.json"),
    include_bytes!("../../../events/event-bridge-watch.json"),
    include_bytes!("../../../events/event-bridge-events.json"),
];

/// A batch is refused whole, or each of its records is worked or set aside.
pub(crate) fn batches(input: &[u8]) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);
    let Ok(event) = serde_json::from_slice::<serde_json::Value>(&near(&BATCHES, input)) else {
        return;
    };
    let records = event["Records"].as_array().map_or(0, Vec::len);
    let clock = Clock::told_by(|| 0);
    let consumer = Consumer {
        consumes: QueueName::Send,
        queue: &Sink,
        clock: &clock,
        needs_ms: 0,
    };
    let entries = each_entry(
        LambdaEvent::new(event.clone(), Context::default()),
        consumer,
        |key| async move {
            assert_eq!(key.person.as_str().len(), 43);
            Ok::<_, TableError>(())
        },
    );
    let moved = each_event(
        LambdaEvent::new(event, Context::default()),
        consumer,
        |moved| async move {
            assert_eq!(moved.trace.as_str().len(), 16);
            Err(RecordError::Malformed("as every one".to_owned()))
        },
    );
    let (entries, moved) = RUNTIME.block_on(async { (entries.await, moved.await) });
    for response in [entries, moved].into_iter().flatten() {
        assert!(response.batch_item_failures.len() <= records);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_what_the_parsers_take() {
        assert!(Ticket::entry_of(TICKETS[0]).is_some() && Ticket::entry_of(TICKETS[1]).is_none());
        assert!(Keys::from_secret(SECRET).is_ok());
        let opened = KEYS.open(place(), &Sealed(SEALED.to_owned()));
        assert_eq!(opened.unwrap().expose_secret(), "fk_secret");
        for batch in BATCHES {
            let event: serde_json::Value = serde_json::from_slice(batch).unwrap();
            assert!(
                event["Records"]
                    .as_array()
                    .is_some_and(|records| !records.is_empty())
            );
        }
    }
}
