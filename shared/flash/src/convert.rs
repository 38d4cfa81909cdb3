//! From the wire's types to the bot's own.

use domain::address::PhoneNumber;
use domain::flash::{
    Balance, Direction, Owner, Rail, Reach, Transaction, TransactionId, TransactionStatus,
};
use domain::ids::{AccountId, WalletId};
use domain::language::Language;
use domain::money::{Currency, Price, Quote};
use domain::outside;
use domain::time::Moment;
use rust_decimal::Decimal;

use crate::answer::Answer;
use crate::error::{Error, Refusal};
use crate::fraction::{Fraction, decimal};
use crate::operation::{balance, bare_balance, history, me, send_probe};

pub(crate) fn owner(answer: Answer<me::ResponseData>) -> Result<Owner, Error> {
    let lacking = answer.lacks("me");
    let user = answer.data.and_then(|data| data.me).ok_or(lacking)?;
    Ok(Owner {
        account: AccountId(user.default_account.id),
        phone: user.phone.and_then(|phone| PhoneNumber::parse(&phone).ok()),
        username: user.username,
        language: Language::of_tag(&user.language),
        totp: user.totp_enabled,
    })
}

/// One of the account's wallets, whichever operation read it.
struct Wallet {
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

macro_rules! wallet_from {
    ($module:ident) => {
        impl From<$module::WalletFields> for Wallet {
            fn from(wallet: $module::WalletFields) -> Self {
                Self {
                    id: wallet.id,
                    unit: match wallet.wallet_currency {
                        $module::WalletCurrency::Usdt => Unit::Usdt,
                        $module::WalletCurrency::Usd => Unit::Usd,
                        _ => Unit::Other,
                    },
                    external: wallet.is_external,
                    balance: wallet.balance,
                }
            }
        }
    };
}
wallet_from!(balance);
wallet_from!(bare_balance);

/// The wallet Flash shows as cash: dollars on either ledger, its own, not one of an outside provider.
/// With two of them the account's default one is meant, else the one on the new ledger.
fn cash_wallet(wallets: impl Iterator<Item = Wallet>, default_id: &str) -> Option<Wallet> {
    wallets
        .filter(|wallet| !wallet.external && wallet.unit != Unit::Other)
        .min_by_key(|wallet| (wallet.id != default_id, wallet.unit))
}

fn balance_of(
    refusal: Option<Refusal>,
    account: String,
    default_id: &str,
    wallets: impl Iterator<Item = Wallet>,
    price: Option<Price>,
) -> Result<Balance, Error> {
    let wallet = cash_wallet(wallets, default_id).ok_or(Error::Incomplete("a cash wallet"))?;
    // Unknown is an answer too, unless Flash gives a reason that tells the person what to do.
    if let (None, Some(refusal)) = (&wallet.balance, refusal)
        && refusal != Refusal::Passing
    {
        return Err(Error::Refused(refusal));
    }
    Ok(Balance {
        account: AccountId(account),
        wallet: WalletId(wallet.id),
        cents: wallet.balance.map(|cents| cents.0),
        price,
    })
}

pub(crate) fn balance(answer: Answer<balance::ResponseData>) -> Result<Balance, Error> {
    let refusal = answer.refusal();
    let lacking = if answer.failed_at(&["realtimePrice", "currencyList"]) {
        Error::Priceless
    } else {
        answer.lacks("me")
    };
    let Some((user, list)) = answer
        .data
        .and_then(|data| Some((data.me?, data.currency_list)))
    else {
        return Err(lacking);
    };
    let account = user.default_account;
    let price = price(account.realtime_price, list);
    balance_of(
        refusal,
        account.id,
        &account.default_wallet_id,
        account.wallets.into_iter().map(Wallet::from),
        price,
    )
}

pub(crate) fn bare_balance(answer: Answer<bare_balance::ResponseData>) -> Result<Balance, Error> {
    let (lacking, refusal) = (answer.lacks("me"), answer.refusal());
    let user = answer.data.and_then(|data| data.me).ok_or(lacking)?;
    let account = user.default_account;
    balance_of(
        refusal,
        account.id,
        &account.default_wallet_id,
        account.wallets.into_iter().map(Wallet::from),
        None,
    )
}

/// Only the exact refusal is trusted; what the gateway answered in Flash's place is no verdict.
pub(crate) fn reach(answer: &Answer<send_probe::ResponseData>) -> Result<Reach, Error> {
    if answer.refuses_sending() {
        Ok(Reach::ReadOnly)
    } else if answer.is_from_the_gateway() {
        Err(answer.lacks("a verdict"))
    } else {
        Ok(Reach::MayMoveMoney)
    }
}

/// None where the quote's currency is not in Flash's list: its digits would be a guess, and money is not guessed.
fn price(quoted: balance::PriceFields, list: Vec<balance::BalanceCurrencyList>) -> Option<Price> {
    let code = quoted.denominator_currency;
    let currency = list
        .into_iter()
        .find(|listed| listed.id == code)
        .and_then(|listed| {
            Some(Currency {
                // Both stand in the message.
                code: outside::words(&listed.id, 4),
                symbol: outside::words(&listed.symbol, 6),
                fraction_digits: u32::try_from(listed.fraction_digits).ok()?,
            })
        })
        .or_else(|| (code == "USD").then(Currency::usd))?;
    let price = Price {
        currency,
        cent: quote(quoted.usd_cent_price.base, quoted.usd_cent_price.offset)?,
        sat: quote(quoted.btc_sat_price.base, quoted.btc_sat_price.offset)?,
        at: Moment::from_unix(quoted.timestamp),
    };
    Some(price)
}

fn quote(base: i64, offset: i64) -> Option<Quote> {
    let quote = Quote {
        base,
        offset: u32::try_from(offset).ok()?,
    };
    quote.value().map(|_| quote)
}

/// Newest first. Flash lists an account's wallets one after the other, and an outage of its custodian as no rows at all.
pub(crate) fn history(answer: Answer<history::ResponseData>) -> Result<Vec<Transaction>, Error> {
    let lacking = answer.lacks("transactions");
    let edges = answer
        .data
        .and_then(|data| data.me)
        .and_then(|user| user.default_account.transactions)
        .and_then(|connection| connection.edges)
        .ok_or(lacking)?;
    let mut rows: Vec<_> = edges
        .into_iter()
        .map(|edge| transaction(edge.node))
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    Ok(rows)
}

fn transaction(row: history::TransactionFields) -> Transaction {
    let dollars = decimal(&row.settlement_display_amount);
    Transaction {
        id: TransactionId(row.id),
        at: Moment::from_unix(row.created_at),
        dollars,
        direction: match (dollars, row.direction) {
            (Some(amount), _) if amount < Decimal::ZERO => Direction::Sent,
            (Some(amount), _) if amount > Decimal::ZERO => Direction::Received,
            (_, history::TxDirection::Receive) => Direction::Received,
            _ => Direction::Sent,
        },
        rail: match row.settlement_via {
            history::TransactionFieldsSettlementVia::SettlementViaLn => Rail::Lightning,
            history::TransactionFieldsSettlementVia::SettlementViaIntraLedger => Rail::Flash,
            history::TransactionFieldsSettlementVia::SettlementViaOnChain => Rail::OnChain,
            history::TransactionFieldsSettlementVia::Unknown => Rail::Other,
        },
        status: match row.status {
            history::TxStatus::Success => TransactionStatus::Settled,
            history::TxStatus::Failure => TransactionStatus::Failed,
            _ => TransactionStatus::Pending,
        },
    }
}
