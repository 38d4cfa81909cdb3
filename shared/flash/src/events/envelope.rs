//! What Flash publishes to `RabbitMQ`: `{"type", "timestamp", "data"}`.

use domain::flash::Direction;
use domain::flash_event::{What, Worth};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::told::{Draft, Ids, Paid, Reading, whose};
use super::{Malformed, field, object};

#[derive(Deserialize)]
struct Kinded<'a> {
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
}

#[derive(Deserialize)]
struct Envelope<'a, D> {
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    data: D,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moved<'a> {
    user_id: Option<String>,
    account_id: Option<String>,
    wallet_id: Option<String>,
    transaction_id: Option<String>,
    #[serde(borrow)]
    amount: Option<&'a RawValue>,
    currency: Option<String>,
    status: Option<String>,
    rail: Option<String>,
    sender_name: Option<String>,
    receiver_name: Option<String>,
    memo: Option<String>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    payment_hash: Option<String>,
    #[serde(rename = "payment_hash")]
    payment_hash_too: Option<String>,
    payment_identifier: Option<String>,
    hash: Option<String>,
    tx_hash: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Changed<'a> {
    user_id: Option<String>,
    account_id: Option<String>,
    wallet_id: Option<String>,
    #[serde(borrow)]
    old_balance: Option<&'a RawValue>,
    #[serde(borrow)]
    new_balance: Option<&'a RawValue>,
    currency: Option<String>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
}

pub(super) fn read(body: &str) -> Result<Reading, Malformed> {
    let Kinded { kind } = object(body)?;
    match kind.as_ref() {
        "payment_received" => payment(body, Direction::Received),
        "payment_sent" => payment(body, Direction::Sent),
        "balance_updated" => balance(body),
        other => Ok(Reading::unknown(other)),
    }
}

fn payment(body: &str, direction: Direction) -> Result<Reading, Malformed> {
    let Envelope { timestamp, data }: Envelope<'_, Moved<'_>> = object(body)?;
    let ids = Ids {
        payment_hash: field::payment_hash([
            data.payment_hash.as_deref(),
            data.payment_hash_too.as_deref(),
            data.payment_identifier.as_deref(),
            data.hash.as_deref(),
        ])?,
        tx_hash: field::tx_hash(data.tx_hash.as_deref())?,
        transaction: field::id(data.transaction_id.as_deref())?,
        envelope: None,
    };
    let amount = worth(data.amount, data.currency.as_deref())?;
    if amount.is_none() && ids.payment_hash.is_none() && ids.transaction.is_none() {
        return Err(Malformed::Incomplete);
    }
    let name = match direction {
        Direction::Received => data.sender_name.as_deref(),
        Direction::Sent => data.receiver_name.as_deref(),
    };
    let paid = Paid {
        direction,
        status: field::status(data.status.as_deref())?,
        amount,
        display: None,
        sats: None,
        rail: field::rail(data.rail.as_deref()),
        username: None,
        name,
        memo: data.memo.as_deref(),
    };
    Ok(Reading::event(Draft {
        what: paid.what(&ids)?,
        whose: whose(
            data.user_id.as_deref(),
            data.account_id.as_deref(),
            data.wallet_id.as_deref(),
        )?,
        ids,
        at: at(data.timestamp, timestamp)?,
    }))
}

fn balance(body: &str) -> Result<Reading, Malformed> {
    let Envelope { timestamp, data }: Envelope<'_, Changed<'_>> = object(body)?;
    let now = worth(data.new_balance, data.currency.as_deref())?;
    Ok(Reading::event(Draft {
        what: What::BalanceChanged {
            before: worth(data.old_balance, data.currency.as_deref())?,
            now: Some(now.ok_or(Malformed::Incomplete)?),
        },
        whose: whose(
            data.user_id.as_deref(),
            data.account_id.as_deref(),
            data.wallet_id.as_deref(),
        )?,
        ids: Ids::default(),
        at: at(data.timestamp, timestamp)?,
    }))
}

/// When it happened, rather than when it was told.
fn at(
    happened: Option<&RawValue>,
    told: Option<&RawValue>,
) -> Result<Option<domain::time::Moment>, Malformed> {
    let (happened, told) = (field::time(happened)?, field::time(told)?);
    Ok(happened.or(told))
}

/// Bitcoin, where no currency is named.
fn worth(amount: Option<&RawValue>, currency: Option<&str>) -> Result<Option<Worth>, Malformed> {
    let currency = field::filled(currency).unwrap_or("BTC");
    field::number(amount)?
        .map(|value| field::worth(value, currency))
        .transpose()
}
