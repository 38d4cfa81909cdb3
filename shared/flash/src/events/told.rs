//! An event on its way from a form of Flash's to the bot's own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::flash::{Direction, Rail, TransactionId, TransactionStatus};
use domain::flash_event::{EventId, FlashEvent, Other, Payment, What, Whose, Worth};
use domain::ids::{AccountId, WalletId};
use domain::money::Sats;
use domain::policy::{EVENT_AHEAD, EVENT_ENVELOPE, EVENT_MEMO, EVENT_NAME};
use domain::time::Moment;
use domain::{flash::Username, request};
use rust_decimal::Decimal;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Malformed;
use super::field::{self, filled};

pub(super) enum Reading {
    Event(Box<Draft>),
    Unknown(Kind),
}

impl Reading {
    pub(super) fn unknown(kind: &str) -> Self {
        Self::Unknown(Kind::of(kind))
    }

    pub(super) fn event(draft: Draft) -> Self {
        Self::Event(Box::new(draft))
    }
}

/// What an event is called that is not told: letters, `.`, `-` and `_`, so that it can hold no number of anybody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind(String);

impl Kind {
    /// A longer name is none of Flash's: `bridge_withdrawal_processing` is among its longest.
    const LONGEST: usize = 40;

    fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let safe = name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'-' | b'_'));
        if safe && (1..=Self::LONGEST).contains(&name.len()) {
            Self(name)
        } else {
            Self("other".to_owned())
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a form says, each field by itself already as the bot has it.
pub(super) struct Draft {
    pub(super) what: What,
    pub(super) whose: Whose,
    pub(super) ids: Ids,
    /// None: the body does not say when.
    pub(super) at: Option<Moment>,
}

/// The names that the body itself gives the event.
#[derive(Default)]
pub(super) struct Ids {
    pub(super) payment_hash: Option<String>,
    pub(super) tx_hash: Option<String>,
    pub(super) transaction: Option<String>,
    pub(super) envelope: Option<String>,
}

impl Draft {
    /// With the name that its message has.
    pub(super) fn complete(
        self,
        envelope: Option<&str>,
        now: Moment,
    ) -> Result<FlashEvent, Malformed> {
        let whose = &self.whose;
        if whose.owner.is_none() && whose.account.is_none() && whose.wallet.is_none() {
            return Err(Malformed::NoOwner);
        }
        if self.at.is_some_and(|at| at.since(now) > EVENT_AHEAD) {
            return Err(Malformed::BadTime);
        }
        let mut ids: Vec<EventId> = [
            self.ids.payment_hash.clone().map(EventId::PaymentHash),
            self.ids.tx_hash.clone().map(EventId::TxHash),
            self.ids.transaction.clone().map(EventId::Transaction),
            self.ids.envelope.clone().map(EventId::Envelope),
        ]
        .into_iter()
        .flatten()
        .collect();
        if let Some(name) = envelope.filter(|name| !name.is_empty()) {
            let name = EventId::Envelope(message_name(name)?);
            if !ids.contains(&name) {
                ids.push(name);
            }
        }
        if ids.is_empty() {
            ids.push(EventId::Envelope(self.digest()?));
        }
        Ok(FlashEvent {
            what: self.what,
            whose: self.whose,
            ids,
            at: self.at.unwrap_or(now),
        })
    }

    /// A name for what nobody has named: the same for the same content, however it was written.
    fn digest(&self) -> Result<String, Malformed> {
        #[derive(Serialize)]
        struct Content<'a> {
            what: &'a What,
            whose: &'a Whose,
            at: Option<Moment>,
        }
        let content = Content {
            what: &self.what,
            whose: &self.whose,
            at: self.at,
        };
        let text = serde_json::to_vec(&content).map_err(|_| Malformed::BadField)?;
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(text));
        Ok(format!("content-{digest}"))
    }
}

/// Any text; it is never shown and stands in no table.
pub(super) fn message_name(name: &str) -> Result<String, Malformed> {
    if (1..=EVENT_ENVELOPE).contains(&name.len()) {
        Ok(name.to_owned())
    } else {
        Err(Malformed::BadId)
    }
}

/// A payment as all forms tell one.
pub(super) struct Paid<'a> {
    pub(super) direction: Direction,
    pub(super) status: TransactionStatus,
    /// With or without its sign.
    pub(super) amount: Option<Worth>,
    pub(super) display: Option<Worth>,
    pub(super) sats: Option<Sats>,
    pub(super) rail: Option<Rail>,
    pub(super) username: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) memo: Option<&'a str>,
}

impl Paid<'_> {
    /// Money that arrived is not less than nothing; what was sent may be written so.
    pub(super) fn what(self, ids: &Ids) -> Result<What, Malformed> {
        let unsigned = |worth: Option<Worth>| match worth {
            Some(worth) if self.direction == Direction::Received && worth.value < Decimal::ZERO => {
                Err(Malformed::BadAmount)
            }
            worth => Ok(worth.map(|worth| Worth {
                value: worth.value.abs().normalize(),
                ..worth
            })),
        };
        let amount = unsigned(self.amount)?;
        let sats = self.sats.or_else(|| field::sats_of(amount.as_ref()?));
        Ok(What::Payment(Box::new(Payment {
            direction: self.direction,
            status: self.status,
            amount,
            display: unsigned(self.display)?,
            sats,
            rail: self.rail,
            other: other(self.username, self.name),
            memo: harmless(self.memo, EVENT_MEMO),
            // Flash's own books have other ids than its custodian's, by which nothing can be asked.
            transaction: ids
                .transaction
                .clone()
                .filter(|id| Uuid::try_parse(id).is_ok())
                .map(TransactionId),
        })))
    }
}

/// Flash's word before somebody's own.
fn other(username: Option<&str>, name: Option<&str>) -> Option<Other> {
    let claimed = match filled(username).map(|text| (Username::parse(text), text)) {
        Some((Ok(username), _)) => return Some(Other::Username(username.as_str().to_owned())),
        Some((Err(_), text)) => Some(text),
        None => None,
    };
    harmless(name, EVENT_NAME)
        .or_else(|| harmless(claimed, EVENT_NAME))
        .map(Other::Name)
}

fn harmless(text: Option<&str>, most: usize) -> Option<String> {
    text.map(|text| request::kept(text, most))
        .filter(|text| !text.is_empty())
}

pub(super) fn whose(
    owner: Option<&str>,
    account: Option<&str>,
    wallet: Option<&str>,
) -> Result<Whose, Malformed> {
    Ok(Whose {
        owner: field::id(owner)?,
        account: field::id(account)?.map(AccountId),
        wallet: field::id(wallet)?.map(WalletId),
    })
}
