//! What Flash can tell the bot, in the bot's own types. The client crate `flash` turns the wire into these.

mod account;
mod receiving;
mod username;

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use self::account::{Account, Level, Limit, Limited};
pub use self::receiving::{Invoice, InvoiceStatus, MEMO_BYTES, PaymentHash, PaymentRequest};
pub use self::username::{NotAUsername, Username};

use crate::address::PhoneNumber;
use crate::ids::{AccountId, FlashUserId, WalletId};
use crate::language::Language;
use crate::money::Price;
use crate::time::Moment;

/// Whose credential it is: the answer to `me`.
#[derive(Clone, PartialEq, Eq)]
pub struct Owner {
    pub user: FlashUserId,
    pub account: AccountId,
    /// The account's own, verified number; none for accounts opened by e-mail.
    pub phone: Option<PhoneNumber>,
    pub username: Option<String>,
    /// None: they have left it to the app.
    pub language: Option<Language>,
    /// An authenticator app guards this account.
    pub totp: bool,
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owner")
            .field("account", &self.account)
            .field("language", &self.language)
            .field("totp", &self.totp)
            .finish_non_exhaustive()
    }
}

/// Which ledger unit Flash keeps the cash wallet in. People see "USD" for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum WalletCurrency {
    Btc,
    Usd,
    Usdt,
}

/// The cash wallet of an account and what it is worth.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// Who has the account. None: a release before remembered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<FlashUserId>,
    pub account: AccountId,
    pub wallet: WalletId,
    /// Fractional US cents. None: Flash could not say, which is never zero.
    pub cents: Option<Decimal>,
    /// In the display currency of the account, or in the one that was asked for. None: Flash had no price.
    pub price: Option<Price>,
}

impl fmt::Debug for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Balance")
            .field("account", &self.account)
            .field("wallet", &self.wallet)
            .field("price", &self.price)
            .finish_non_exhaustive()
    }
}

/// The wallet that Flash pays into for a username.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payee {
    pub wallet: WalletId,
    pub currency: WalletCurrency,
}

/// Flash's id of one transaction (a UUID).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransactionId(pub String);

/// The latest rows of an account, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    pub rows: Vec<Transaction>,
    /// The account's own wallets, to which all rows belong.
    pub wallets: Vec<WalletId>,
    /// There are no rows, and an outage at Flash would look the same: nothing may be said of what was paid.
    pub doubtful: bool,
}

/// One payment of the owner's, with what a list does not tell.
#[derive(Clone, PartialEq, Eq)]
pub struct Details {
    pub transaction: Transaction,
    /// Somebody else's words, made harmless.
    pub memo: Option<String>,
    pub payment_hash: Option<PaymentHash>,
    /// US dollars. None where there was none to speak of, or Flash does not say in which unit it is.
    pub fee: Option<Decimal>,
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Details")
            .field("transaction", &self.transaction)
            .finish_non_exhaustive()
    }
}

/// One row of an account's history.
#[derive(Clone, PartialEq, Eq)]
pub struct Transaction {
    pub id: TransactionId,
    pub at: Moment,
    /// US dollars, negative when sent, down to fractions of a cent. None: Flash gave no figure, which is never zero.
    pub dollars: Option<Decimal>,
    pub direction: Direction,
    pub rail: Rail,
    pub status: TransactionStatus,
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("id", &self.id)
            .field("at", &self.at)
            .field("direction", &self.direction)
            .field("rail", &self.rail)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Received,
    Sent,
}

/// The way a payment took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rail {
    Lightning,
    OnChain,
    /// Between two accounts of Flash.
    Flash,
    /// A way this project does not know yet.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionStatus {
    Settled,
    Pending,
    Failed,
}

/// Why Flash gave no answer, down to what the person should do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashTrouble {
    /// The credential was revoked, expired or lacks a scope: link again.
    CredentialGone,
    /// Down, slow, or talking nonsense: try again in a little while.
    Unavailable,
    /// Too many questions; after so many seconds it answers again.
    Busy { retry_after_s: u32 },
    /// Flash is moving this wallet to its new ledger: try again shortly.
    Moving,
    /// Flash itself says that its support must look at this account.
    NeedsSupport,
    /// Flash will not do this, however often it is asked.
    Declined,
    /// Flash was not asked: our copy of the credential is not as it was kept. It stays as it is: link anew.
    CredentialDamaged,
}

/// Whether a credential could move money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Flash refused a send for want of the scope, in exactly those words.
    ReadOnly,
    /// Any other answer: the key is not to be trusted.
    MayMoveMoney,
}
