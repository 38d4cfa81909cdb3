//! What an account is allowed and shown as.

use std::fmt;

use crate::ids::{AccountId, FlashUserId, WalletId};
use crate::language::Language;
use crate::money::Cents;

/// An account, as far as its owner may be told of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    pub user: FlashUserId,
    pub account: AccountId,
    /// As Flash writes it; none where it could not be one.
    pub username: Option<String>,
    /// The cash wallet.
    pub wallet: WalletId,
    /// All that Flash itself keeps for the account, the cash wallet among them.
    pub wallets: Vec<WalletId>,
    /// None: one that this project does not know.
    pub level: Option<Level>,
    /// The code of the display currency, made harmless: `JMD`.
    pub currency: String,
    /// Empty where Flash could not say.
    pub limits: Vec<Limit>,
    pub language: Option<Language>,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("account", &self.account)
            .field("wallet", &self.wallet)
            .field("level", &self.level)
            .field("currency", &self.currency)
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

/// How well Flash knows an account's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Zero,
    One,
    Two,
    Three,
}

/// So much within so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub what: Limited,
    /// US cents.
    pub total: Cents,
    /// What is left of it. None: Flash could not say.
    pub left: Option<Cents>,
    pub seconds: i64,
}

/// What a limit is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// Out of Flash, by Lightning or on chain.
    Withdrawal,
    /// To other accounts of Flash.
    Internal,
    /// Between the account's own wallets.
    Convert,
}
