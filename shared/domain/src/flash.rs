//! What Flash can tell the bot, in the bot's own types. The client crate `flash` turns the wire into these.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::address::PhoneNumber;
use crate::ids::{AccountId, WalletId};
use crate::language::Language;
use crate::money::Price;
use crate::time::Moment;

/// Whose credential it is: the answer to `me`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub account: AccountId,
    /// The account's own, verified number; none for accounts opened by e-mail.
    pub phone: Option<PhoneNumber>,
    pub username: Option<String>,
    pub language: Language,
    /// An authenticator app guards this account.
    pub totp: bool,
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
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    pub account: AccountId,
    pub wallet: WalletId,
    /// Fractional US cents. None: Flash could not say, which is never zero.
    pub cents: Option<Decimal>,
    /// In the account's display currency. None: Flash had no price.
    pub price: Option<Price>,
}

/// Flash's id of one transaction (a UUID).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransactionId(pub String);

/// One row of an account's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    pub id: TransactionId,
    pub at: Moment,
    /// US dollars, negative when sent, down to fractions of a cent. None: Flash gave no figure, which is never zero.
    pub dollars: Option<Decimal>,
    pub direction: Direction,
    pub rail: Rail,
    pub status: TransactionStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Received,
    Sent,
}

/// The way a payment took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rail {
    Lightning,
    OnChain,
    /// Between two accounts of Flash.
    Flash,
    /// A way this project does not know yet.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
