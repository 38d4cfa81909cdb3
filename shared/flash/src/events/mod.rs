//! What Flash tells without being asked, in all the forms in which it does, read into the one that the bot knows.
//!
//! Forms are told apart by what each of them must have and none of the others may; fields that are not known are passed
//! over. docs/events.md describes them field by field, for whoever publishes.
//!
//! | form | it has | module |
//! |---|---|---|
//! | RabbitMQ envelope | `type` and `data`, no `specversion` | `envelope` |
//! | CloudEvents | `specversion` | `cloud` |
//! | webhook, old and new body | `eventType` | `webhook` |
//! | what Flash's custodian posts | `transaction`, no `eventType` | `custodian` |
//! | the same for coins on other chains | `tx_hash` and `address` | `custodian` |

mod cloud;
mod custodian;
mod envelope;
mod field;
pub mod signature;
mod told;
mod webhook;

#[cfg(test)]
mod tests;

use domain::flash_event::FlashEvent;
use domain::policy::EVENT_BYTES;
use domain::time::Moment;
use serde::Deserialize;
use serde::de::IgnoredAny;

pub use self::told::Kind;

/// How a body has come.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// What the message is called that brought it: AMQP's `messageId`, or `svix-id`. It must be the same each time the
    /// message comes, and no other message's.
    pub envelope: Option<&'a str>,
    /// When it came.
    pub now: Moment,
}

/// What a body comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    Event(Box<FlashEvent>),
    /// Something that is not told to anybody: to be counted and dropped.
    Unknown(Kind),
}

/// Why a body is no event: the class only, fit for a log, a metric and a dead letter. As text it is one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("too_large")]
    TooLarge,
    #[error("not_json")]
    NotJson,
    /// It has none of the forms, or more than one.
    #[error("unknown_form")]
    UnknownForm,
    /// A field is of another type than it must be, missing, or there twice.
    #[error("bad_field")]
    BadField,
    /// Nothing says whose account it is.
    #[error("no_owner")]
    NoOwner,
    /// No number, more digits than can be kept, too large, or less than nothing.
    #[error("bad_amount")]
    BadAmount,
    #[error("bad_currency")]
    BadCurrency,
    /// Not a time, without its zone, or of a clock that is ahead of ours.
    #[error("bad_time")]
    BadTime,
    /// An id is none, or the same one is given twice and differs.
    #[error("bad_id")]
    BadId,
    #[error("bad_status")]
    BadStatus,
    /// Neither an amount, nor anything to ask Flash for it by.
    #[error("incomplete")]
    Incomplete,
}

/// The event in `body`. Names and words of others are made harmless, secrets are not kept.
pub fn read(body: &[u8], told: Told<'_>) -> Result<Reading, Malformed> {
    if body.len() > EVENT_BYTES {
        return Err(Malformed::TooLarge);
    }
    let body = std::str::from_utf8(body).map_err(|_| Malformed::NotJson)?;
    let reading = match Shape::of(body)? {
        Shape::Envelope => envelope::read(body)?,
        Shape::Cloud => cloud::read(body)?,
        Shape::Webhook => webhook::read(body)?,
        Shape::Custodian => custodian::read(body)?,
        Shape::Coin => custodian::read_coin(body)?,
    };
    match reading {
        told::Reading::Event(event) => {
            let event = event.complete(told.envelope, told.now)?;
            Ok(Reading::Event(Box::new(event)))
        }
        told::Reading::Unknown(kind) => Ok(Reading::Unknown(kind)),
    }
}

/// Which of the forms a body has.
#[derive(Clone, Copy)]
enum Shape {
    Envelope,
    Cloud,
    Webhook,
    Custodian,
    Coin,
}

/// The fields that tell forms apart.
#[derive(Deserialize)]
struct Marks {
    specversion: Option<IgnoredAny>,
    #[serde(rename = "type")]
    kind: Option<IgnoredAny>,
    data: Option<IgnoredAny>,
    #[serde(rename = "eventType")]
    event_type: Option<IgnoredAny>,
    transaction: Option<IgnoredAny>,
    tx_hash: Option<IgnoredAny>,
    address: Option<IgnoredAny>,
}

impl Shape {
    fn of(body: &str) -> Result<Self, Malformed> {
        let _: IgnoredAny = serde_json::from_str(body).map_err(|_| Malformed::NotJson)?;
        // A list would do for a struct as well.
        if !body.trim_start().starts_with('{') {
            return Err(Malformed::UnknownForm);
        }
        let marks: Marks = object(body)?;
        let cloud = marks.specversion.is_some();
        let webhook = marks.event_type.is_some();
        let mut fitting = [
            (cloud, Self::Cloud),
            (
                !cloud && marks.kind.is_some() && marks.data.is_some(),
                Self::Envelope,
            ),
            (webhook, Self::Webhook),
            (!webhook && marks.transaction.is_some(), Self::Custodian),
            (
                marks.tx_hash.is_some() && marks.address.is_some(),
                Self::Coin,
            ),
        ]
        .into_iter()
        .filter_map(|(fits, shape)| fits.then_some(shape));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(Malformed::UnknownForm),
        }
    }
}

/// A body as its form has it. The parser's own words quote what it read, so they are not kept.
fn object<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Malformed> {
    serde_json::from_str(body).map_err(|_| Malformed::BadField)
}
