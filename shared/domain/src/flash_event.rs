//! Something that has happened at Flash, whichever way it is told: the one form that all of Flash's events are turned into.
//! The crate `flash` reads them off the wire.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::flash::{Direction, Rail, TransactionId, TransactionStatus};
use crate::ids::{AccountId, WalletId};
use crate::money::Sats;
use crate::state::Link;
use crate::time::Moment;

/// One event. It travels sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlashEvent {
    pub what: What,
    pub whose: Whose,
    /// All the names it has, the most telling first, at least one. Any of them seen before makes it a repeat.
    pub ids: Vec<EventId>,
    /// When it happened.
    pub at: Moment,
}

/// What has happened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    Payment(Box<Payment>),
    /// The wallet holds something else than before; why is not said.
    BalanceChanged {
        before: Option<Worth>,
        now: Option<Worth>,
    },
}

/// Money has come to, or gone from, the account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub direction: Direction,
    pub status: TransactionStatus,
    /// Without a sign. None: the event does not say, and Flash is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Worth>,
    /// The same in what the account counts in, if the event says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<Worth>,
    /// What went over Lightning or the chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sats: Option<Sats>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rail: Option<Rail>,
    /// Who paid or was paid: a username of Flash's, or a name, made harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<Other>,
    /// Somebody's words, made harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// By which Flash can be asked for the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<TransactionId>,
}

/// Who is at the other end of a payment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", content = "name", rename_all = "snake_case")]
pub enum Other {
    /// Flash says that it is this user.
    Username(String),
    /// Somebody has written that it is them.
    Name(String),
}

/// An amount in major units of a currency, or of `BTC`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worth {
    pub value: Decimal,
    /// `USD`, `JMD`, `BTC`; Flash's `USDT` is `USD`.
    pub currency: String,
}

/// Whose account it is, as far as the event says; at least one of the three.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whose {
    /// A Flash user's id or an account's: the publisher does not say which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallet: Option<WalletId>,
}

impl Whose {
    /// Whether it is about the account of `link`. A wallet that is not the known one may be another of the same account.
    pub fn fits(&self, link: &Link) -> Fit {
        let user = link.user.as_ref().map(|user| user.0.as_str());
        let account = link.account.0.as_str();
        let owner = self.owner.as_deref().map(|owner| {
            let known = owner == account || user == Some(owner);
            (known, !known && user.is_some())
        });
        let named = self.account.as_ref().map(|named| {
            let known = *named == link.account;
            (known, !known)
        });
        let wallet = self.wallet.as_ref().map(|wallet| {
            let known = link.wallet.as_ref() == Some(wallet);
            (known, false)
        });
        let says = || [owner, named, wallet].into_iter().flatten();
        let known = says().any(|(known, _)| known);
        let another = says().any(|(_, another)| another);
        match (known, another) {
            (true, false) => Fit::Own,
            (true, true) => Fit::Both,
            (false, _) => Fit::Other,
        }
    }
}

/// How an event's names fit an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// One of them is its own, and none is another's.
    Own,
    /// One of them is its own, and one is another's.
    Both,
    Other,
}

/// One name of an event. A name means the same whoever tells it: a payment's hash, whether an event or an invoice brings it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "of", content = "id", rename_all = "snake_case")]
pub enum EventId {
    /// Of a Lightning payment, 64 lower-case hex digits.
    PaymentHash(String),
    /// Of a transaction on the chain.
    TxHash(String),
    /// Of the entry in Flash's or its custodian's books.
    Transaction(String),
    /// Of the message that told of it.
    Envelope(String),
}

impl EventId {
    pub fn as_str(&self) -> &str {
        match self {
            Self::PaymentHash(id)
            | Self::TxHash(id)
            | Self::Transaction(id)
            | Self::Envelope(id) => id,
        }
    }
}

impl FlashEvent {
    /// What makes two events with the same name two events: the way the money goes, and how far it is.
    pub fn scope(&self) -> &'static str {
        match &self.what {
            What::BalanceChanged { .. } => "balance",
            What::Payment(payment) => match (payment.direction, payment.status) {
                (Direction::Received, TransactionStatus::Settled) => RECEIVED,
                (Direction::Received, TransactionStatus::Pending) => RECEIVED_PENDING,
                (Direction::Received, TransactionStatus::Failed) => RECEIVED_FAILED,
                (Direction::Sent, TransactionStatus::Settled) => SENT,
                (Direction::Sent, TransactionStatus::Pending) => SENT_PENDING,
                (Direction::Sent, TransactionStatus::Failed) => SENT_FAILED,
            },
        }
    }
}

/// The scope of a payment that has arrived, whoever tells of it.
pub const RECEIVED: &str = "received settled";
const RECEIVED_PENDING: &str = "received pending";
const RECEIVED_FAILED: &str = "received failed";
const SENT: &str = "sent settled";
const SENT_PENDING: &str = "sent pending";
const SENT_FAILED: &str = "sent failed";

/// The scopes in which the same payment is further than in `scope`. Once it is known in one of them, `scope` is no news, in
/// whichever order the two are told: what has arrived is not on its way, and has not failed.
pub fn overtaken_by(scope: &str) -> &'static [&'static str] {
    match scope {
        RECEIVED_PENDING => &[RECEIVED, RECEIVED_FAILED],
        RECEIVED_FAILED => &[RECEIVED],
        SENT_PENDING => &[SENT, SENT_FAILED],
        SENT_FAILED => &[SENT],
        _ => &[],
    }
}

impl fmt::Debug for FlashEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FlashEvent({}, …)", self.scope())
    }
}

impl fmt::Debug for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("What(…)")
    }
}

impl fmt::Debug for Payment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Payment(…)")
    }
}

impl fmt::Debug for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Other(…)")
    }
}

impl fmt::Debug for Worth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Worth(…)")
    }
}

impl fmt::Debug for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Whose(…)")
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventId(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::FlashUserId;
    use crate::state::Sealed;

    fn link(user: Option<&str>) -> Link {
        Link {
            account: AccountId("account".into()),
            key_id: "0123abcd".into(),
            credential: Sealed("sealed".into()),
            linked_at: Moment::from_unix(0),
            ends_at: Moment::from_unix(1),
            language: None,
            proven_at: None,
            wallet: Some(WalletId("wallet".into())),
            user: user.map(|user| FlashUserId(user.into())),
        }
    }

    fn whose(owner: &str, account: &str, wallet: &str) -> Whose {
        let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        Whose {
            owner: named(owner),
            account: named(account).map(AccountId),
            wallet: named(wallet).map(WalletId),
        }
    }

    #[test]
    fn an_event_is_of_the_account_that_it_names_in_some_way_and_in_none_denies() {
        for (owner, account, wallet, fits) in [
            ("account", "", "", Fit::Own),
            ("user", "", "", Fit::Own),
            ("", "account", "", Fit::Own),
            ("", "", "wallet", Fit::Own),
            ("user", "account", "wallet", Fit::Own),
            ("user", "account", "another", Fit::Own),
            ("", "account", "another", Fit::Own),
            ("another", "", "", Fit::Other),
            ("another", "account", "wallet", Fit::Both),
            ("user", "another", "wallet", Fit::Both),
            ("", "another", "wallet", Fit::Both),
            ("another", "another", "", Fit::Other),
            ("", "", "another", Fit::Other),
            ("", "", "", Fit::Other),
        ] {
            let whose = whose(owner, account, wallet);
            let names = format!("{owner} {account} {wallet}");
            assert_eq!(whose.fits(&link(Some("user"))), fits, "{names}");
        }
    }

    #[test]
    fn a_payment_goes_on_from_pending_to_its_end_and_what_has_arrived_stays_so() {
        let scopes = [RECEIVED_PENDING, RECEIVED_FAILED, RECEIVED];
        for (nth, scope) in scopes.iter().enumerate() {
            for (mth, other) in scopes.iter().enumerate() {
                let overtaken = overtaken_by(scope).contains(other);
                assert_eq!(overtaken, nth < mth, "{scope} by {other}");
            }
        }
        assert_eq!(overtaken_by(SENT_PENDING), [SENT, SENT_FAILED]);
        assert_eq!(overtaken_by(SENT_FAILED), [SENT]);
        for end in [SENT, RECEIVED, "balance"] {
            assert_eq!(overtaken_by(end), [""; 0]);
        }
    }

    #[test]
    fn a_user_whom_the_link_does_not_know_says_nothing_either_way() {
        let fits = |owner: &str, account: &str| whose(owner, account, "").fits(&link(None));
        assert_eq!(fits("user", "account"), Fit::Own);
        assert_eq!(fits("user", ""), Fit::Other);
        assert_eq!(fits("account", ""), Fit::Own);
    }
}
