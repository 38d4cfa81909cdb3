//! What a person is told of Flash's events: whether, when, and in which words. Consent, preferences and pace decide here, in
//! one place, for whatever is told without having been asked.

mod decide;
#[cfg(test)]
mod fixtures;
mod release;
mod seen;
#[cfg(test)]
mod story;
mod when;
mod worth;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::decide::{decide, overtaken};
pub use self::release::{Listener, Release, Released, Says, release};
pub use self::seen::{Seen, Waiting};
pub use self::when::when;

use crate::flash::{Details, Direction, FlashTrouble, Rail, TransactionId, TransactionStatus};
use crate::flash_event::{EventId, Other};
use crate::ids::AccountId;
use crate::money::{Cents, Currency, Price, Sats};
use crate::outbox::Reply;
use crate::preferences::Topic;
use crate::request::Code;
use crate::time::Moment;

/// What is told, as data: text and template are made of it when it goes, in the language of that moment. It is kept sealed
/// while it is held.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub what: ToldOf,
    /// None: it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
    /// When it happened.
    pub at: Moment,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum ToldOf {
    Payment {
        direction: Direction,
        status: TransactionStatus,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rail: Option<Rail>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        other: Option<Other>,
        /// Made harmless.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        memo: Option<String>,
        /// It pays what the person asked for under this code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<Code>,
    },
    /// The money is what the wallet holds now.
    Balance,
}

/// An amount as it is told: in US dollars, and beside them in what the person counts in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Rounded down. None: only the satoshis are known, and no price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cents: Option<Cents>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sats: Option<Sats>,
    /// Minor units of the person's currency, if that is another than US dollars and has a price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<(i64, Currency)>,
}

impl Told {
    pub const fn topic(&self) -> Topic {
        match &self.what {
            ToldOf::Balance => Topic::Balance,
            ToldOf::Payment {
                request: Some(_), ..
            } => Topic::Requests,
            ToldOf::Payment {
                direction: Direction::Received,
                ..
            } => Topic::Received,
            ToldOf::Payment {
                direction: Direction::Sent,
                ..
            } => Topic::Sent,
        }
    }
}

/// What waits to be told, as it is kept, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub told: Told,
    /// Whose link it is about: who has another one by then is not told.
    pub account: AccountId,
}

/// When something may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Now,
    /// Not before then; whatever else waits for that moment goes with it.
    At(Moment),
    Never(Why),
}

/// Why somebody is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nobody is linked to that account any more, or their link waits to be made anew.
    NotLinked,
    OptedOut,
    /// They have not agreed to news, or to an earlier privacy notice.
    NotAgreed,
    TopicOff,
    UnderMinimum,
    Paused,
    /// Something younger is known: a balance, or how the payment has ended.
    Older,
    /// It happened too long ago to be news.
    TooLate,
    /// There is nothing to say of it: a payment that failed, or of nothing.
    NothingToSay,
    /// Of a later release.
    #[serde(other)]
    SomethingElse,
}

impl Why {
    /// Its name in counters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotLinked => "not_linked",
            Self::OptedOut => "opted_out",
            Self::NotAgreed => "not_agreed",
            Self::TopicOff => "topic_off",
            Self::UnderMinimum => "under_minimum",
            Self::Paused => "paused",
            Self::Older => "older",
            Self::TooLate => "too_late",
            Self::NothingToSay => "nothing_to_say",
            Self::SomethingElse => "something_else",
        }
    }
}

/// What has to be known before it can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Of a payment whose amount the event does not name, by the key of the link.
    Details(TransactionId),
    /// In the currency of this code.
    Price(String),
    /// Which open request of the person's to that user is of that amount.
    Request { from: String, cents: Cents },
}

/// The answers so far. None: not asked.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// None inside: it is none of the account's latest.
    pub details: Option<Result<Option<Details>, FlashTrouble>>,
    /// None inside: Flash has no price, or does not answer.
    pub price: Option<Option<Price>>,
    pub request: Option<Option<Code>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Ask(Question),
    Done(Box<Outcome>),
}

/// What becomes of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub topic: Topic,
    pub fate: Fate,
    /// As it is to be remembered from now on.
    pub seen: Seen,
    /// Further names of the event, which Flash has told.
    pub also_called: Vec<EventId>,
    /// The open request that it pays.
    pub pays: Option<Code>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Tell(Box<Reply>),
    /// It waits for that moment. None: so much does already that the digest only counts it.
    Hold {
        held: Option<Box<Held>>,
        until: Moment,
    },
    Mute(Why),
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Told(…)")
    }
}

impl fmt::Debug for ToldOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ToldOf(…)")
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Money(…)")
    }
}
