//! Our own secrets, tokens, tickets and records, as somebody may have written them who is not us.

use std::sync::LazyLock;

use async_trait::async_trait;
use aws::batch::{Consumer, each_entry};
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

use crate::{near, near_text};

const PERSON: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0";
const SECRET: &str = r#"{"pepper":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=","ring":[{"id":"k2","key":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=","state":"current"},{"id":"k1","key":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","state":"older"}]}"#;

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

/// What was changed in any way opens nowhere.
pub(crate) fn sealed_values(input: &[u8]) {
    static SEALED: LazyLock<Sealed> = LazyLock::new(|| KEYS.seal(place(), "fk_secret"));
    let text = near_text(&[&SEALED.0], input);
    let opened = KEYS.open(place(), &Sealed(text.clone()));
    assert_eq!(opened.is_ok(), text == SEALED.0);
}

/// Only what we signed is read, and only for its own purpose.
pub(crate) fn page_tokens(input: &[u8]) {
    const PURPOSES: [Purpose; 3] = [Purpose::Link, Purpose::StepUp, Purpose::Export];
    #[expect(clippy::unwrap_used, reason = "what we sign can be signed")]
    static TOKENS: LazyLock<[String; 3]> =
        LazyLock::new(|| PURPOSES.map(|purpose| tokens::sign(&KEYS, &token(purpose)).unwrap()));
    fn token(purpose: Purpose) -> PageToken {
        PageToken {
            purpose,
            person: PEOPLE.clone(),
            id: "page".to_owned(),
            until: Moment::from_unix(1_000),
        }
    }
    let samples: Vec<_> = TOKENS.iter().map(String::as_str).collect();
    let text = near_text(&samples, input);
    for (purpose, ours) in PURPOSES.into_iter().zip(TOKENS.iter()) {
        let read = tokens::verify(&KEYS, purpose, &text, Moment::from_unix(0)).ok();
        assert_eq!(read, (text == *ours).then(|| token(purpose)));
    }
}

const TICKETS: [&str; 2] = [
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

const BATCHES: [&[u8]; 5] = [
    include_bytes!("../../../events/outbound-send.json"),
    include_bytes!("../../../events/outbound-not-json.json"),
    include_bytes!("../../../events/otp-expiry-expire.json"),
    include_bytes!("../../../events/assistant-ask.json"),
    include_bytes!("../../../events/event-bridge-watch.json"),
];

/// A batch is refused whole, or each of its records is worked or set aside.
pub(crate) fn batches(input: &[u8]) {
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
    let done = each_entry(
        LambdaEvent::new(event, Context::default()),
        consumer,
        |key| async move {
            assert_eq!(key.person.as_str().len(), 43);
            Ok::<_, TableError>(())
        },
    );
    if let Ok(response) = crate::run(done) {
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
