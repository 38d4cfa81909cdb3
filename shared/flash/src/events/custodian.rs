//! What Flash's custodian (IBEX) posts to Flash, where Flash hands it on as it is. Its `webhookSecret` is never read.

use domain::flash::{Direction, Rail, TransactionStatus};
use domain::flash_event::Worth;
use domain::money::Sats;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::told::{Draft, Ids, Paid, Reading, whose};
use super::{Malformed, field, object};

/// Millisatoshis in a satoshi.
const MSAT: i64 = 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Posted<'a> {
    user_id: Option<String>,
    account_id: Option<String>,
    #[serde(borrow)]
    received_msat: Option<&'a RawValue>,
    #[serde(borrow)]
    transaction: Transaction<'a>,
}

/// The custodian's account is what Flash calls a wallet.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transaction<'a> {
    id: String,
    account_id: Option<String>,
    #[serde(borrow)]
    amount: Option<&'a RawValue>,
    currency_id: Option<u32>,
    #[serde(rename = "transactionTypeId")]
    kind: u32,
    #[serde(borrow)]
    created_at: Option<&'a RawValue>,
    #[serde(borrow)]
    settled_at: Option<&'a RawValue>,
    hash: Option<String>,
    invoice: Option<Invoice>,
}

#[derive(Default, Deserialize)]
struct Invoice {
    hash: Option<String>,
    memo: Option<String>,
}

pub(super) fn read(body: &str) -> Result<Reading, Malformed> {
    let posted: Posted<'_> = object(body)?;
    let told = posted.transaction;
    let Some((direction, rail)) = kind(told.kind) else {
        return Ok(Reading::unknown("custodian"));
    };
    let invoice = told.invoice.unwrap_or_default();
    let ids = Ids {
        payment_hash: field::payment_hash([invoice.hash.as_deref()])?,
        tx_hash: field::tx_hash(told.hash.as_deref().filter(|_| rail != Rail::Lightning))?,
        transaction: Some(field::id(Some(&told.id))?.ok_or(Malformed::BadId)?),
        envelope: None,
    };
    let settled_at = field::time(told.settled_at)?;
    // An invoice's payment is posted once it is there, a chain's as soon as it is seen.
    let status = if rail == Rail::Lightning || settled_at.is_some() {
        TransactionStatus::Settled
    } else {
        TransactionStatus::Pending
    };
    let amount = match (field::number(told.amount)?, told.currency_id) {
        (Some(value), Some(DOLLARS | DOLLAR_COINS)) => Some(field::of("USD", value)?),
        _ => None,
    };
    let msat = field::number(posted.received_msat)?;
    let paid = Paid {
        direction,
        status,
        amount,
        display: None,
        sats: msat
            .and_then(|msat| msat.to_i64())
            .filter(|msat| direction == Direction::Received && *msat > 0)
            .map(|msat| Sats(msat / MSAT)),
        rail: Some(rail),
        username: None,
        name: None,
        memo: invoice.memo.as_deref(),
    };
    Ok(Reading::event(Draft {
        what: paid.what(&ids)?,
        whose: whose(
            posted.user_id.as_deref(),
            posted.account_id.as_deref(),
            told.account_id.as_deref(),
        )?,
        ids,
        at: settled_at.or(field::time(told.created_at)?),
    }))
}

/// The custodian's numbers of currencies.
const DOLLARS: u32 = 3;
const DOLLAR_COINS: u32 = 29;

/// By the custodian's numbers; between them are what its own organisation moves.
fn kind(number: u32) -> Option<(Direction, Rail)> {
    Some(match number {
        1 => (Direction::Received, Rail::Lightning),
        2 => (Direction::Sent, Rail::Lightning),
        3 | 11 => (Direction::Received, Rail::OnChain),
        4 | 12 => (Direction::Sent, Rail::OnChain),
        9 => (Direction::Received, Rail::Other),
        10 => (Direction::Sent, Rail::Other),
        _ => return None,
    })
}

/// Coins that have arrived on another chain. Whose they are stands in no field of the custodian's: Flash adds it.
#[derive(Deserialize)]
struct Coin<'a> {
    #[serde(rename = "userId")]
    user_id: Option<String>,
    #[serde(rename = "accountId")]
    account_id: Option<String>,
    #[serde(rename = "walletId")]
    wallet_id: Option<String>,
    tx_hash: String,
    #[serde(borrow)]
    amount: &'a RawValue,
    currency: String,
}

pub(super) fn read_coin(body: &str) -> Result<Reading, Malformed> {
    let coin: Coin<'_> = object(body)?;
    let hash = field::tx_hash(Some(&coin.tx_hash))?;
    let ids = Ids {
        tx_hash: Some(hash.ok_or(Malformed::BadId)?),
        ..Ids::default()
    };
    let amount: Option<Worth> = field::number(Some(coin.amount))?
        .map(|value| field::worth(value, &coin.currency))
        .transpose()?;
    let paid = Paid {
        direction: Direction::Received,
        status: TransactionStatus::Settled,
        amount,
        display: None,
        sats: None,
        rail: Some(Rail::Other),
        username: None,
        name: None,
        memo: None,
    };
    Ok(Reading::event(Draft {
        what: paid.what(&ids)?,
        whose: whose(
            coin.user_id.as_deref(),
            coin.account_id.as_deref(),
            coin.wallet_id.as_deref(),
        )?,
        ids,
        at: None,
    }))
}
