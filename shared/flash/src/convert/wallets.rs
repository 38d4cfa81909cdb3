//! Which of an account's wallets is meant, and what is in it.

use domain::flash::Balance;
use domain::ids::{AccountId, FlashUserId, WalletId};
use domain::money::Price;
use rust_decimal::Decimal;

use crate::error::{Error, Refusal};
use crate::fraction::Fraction;
use crate::operation::{
    account, balance, balance_in, bare_account, bare_balance, details, history,
};

/// One of the account's wallets, whichever operation read it.
pub(super) struct Wallet {
    id: String,
    unit: Unit,
    external: bool,
    balance: Option<Fraction>,
}

/// What a wallet counts in, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Usdt,
    Usd,
    Other,
}

macro_rules! unit_of {
    ($module:ident, $currency:expr) => {
        match $currency {
            $module::WalletCurrency::Usdt => Unit::Usdt,
            $module::WalletCurrency::Usd => Unit::Usd,
            _ => Unit::Other,
        }
    };
}

macro_rules! with_balance {
    ($($module:ident)*) => {$(
        impl From<$module::WalletFields> for Wallet {
            fn from(wallet: $module::WalletFields) -> Self {
                Self {
                    unit: unit_of!($module, wallet.wallet_currency),
                    id: wallet.id,
                    external: wallet.is_external,
                    balance: wallet.balance,
                }
            }
        }
    )*};
}
with_balance!(balance balance_in bare_balance history details);

macro_rules! without_balance {
    ($($module:ident)*) => {$(
        impl From<$module::OwnWallet> for Wallet {
            fn from(wallet: $module::OwnWallet) -> Self {
                Self {
                    unit: unit_of!($module, wallet.wallet_currency),
                    id: wallet.id,
                    external: wallet.is_external,
                    balance: None,
                }
            }
        }
    )*};
}
without_balance!(account bare_account);

/// An account's wallets that Flash itself keeps: those of an outside provider are none of its rows and balances.
pub(super) struct Wallets(Vec<Wallet>);

impl Wallets {
    pub(super) fn of<W: Into<Wallet>>(wallets: impl IntoIterator<Item = W>) -> Self {
        let wallets = wallets.into_iter().map(Into::into);
        Self(wallets.filter(|wallet: &Wallet| !wallet.external).collect())
    }

    pub(super) fn ids(&self) -> Vec<WalletId> {
        self.0
            .iter()
            .map(|wallet| WalletId(wallet.id.clone()))
            .collect()
    }

    pub(super) fn holds(&self, id: &str) -> bool {
        self.0.iter().any(|wallet| wallet.id == id)
    }

    /// The wallet Flash shows as cash: dollars on either ledger. With two of them the account's default one is meant, else
    /// the one on the new ledger.
    fn into_cash(self, default_id: &str) -> Result<Wallet, Error> {
        self.0
            .into_iter()
            .filter(|wallet| wallet.unit != Unit::Other)
            .min_by_key(|wallet| (wallet.id != default_id, wallet.unit))
            .ok_or(Error::Incomplete("a cash wallet"))
    }

    pub(super) fn into_cash_id(self, default_id: &str) -> Result<WalletId, Error> {
        self.into_cash(default_id).map(|wallet| WalletId(wallet.id))
    }

    /// Whether an account without rows may have some all the same: Flash gives none while its custodian is down, and then
    /// no balance either; and what is in a wallet was paid into it.
    pub(super) fn leave_doubt(&self) -> bool {
        let empty = |wallet: &Wallet| wallet.balance.is_some_and(|cents| cents.0 == Decimal::ZERO);
        !self.0.iter().all(empty)
    }
}

pub(super) fn balance_of(
    refusal: Option<Refusal>,
    (user, account): (String, String),
    default_id: &str,
    wallets: Wallets,
    price: Option<Price>,
) -> Result<Balance, Error> {
    let wallet = wallets.into_cash(default_id)?;
    // Unknown is an answer too, unless Flash gives a reason that tells the person what to do.
    if let (None, Some(refusal)) = (&wallet.balance, refusal)
        && refusal != Refusal::Passing
    {
        return Err(Error::Refused(refusal));
    }
    Ok(Balance {
        user: Some(FlashUserId(user)),
        account: AccountId(account),
        wallet: WalletId(wallet.id),
        cents: wallet.balance.map(|cents| cents.0),
        price,
    })
}
