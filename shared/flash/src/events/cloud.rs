//! The same in the form of `CloudEvents` 1.0, structured: what new publishers should write.

use domain::flash::Direction;
use domain::flash_event::{What, Worth};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::told::{Draft, Ids, Paid, Reading, message_name, whose};
use super::{Malformed, field, object};

#[derive(Deserialize)]
struct Head {
    specversion: String,
    #[serde(rename = "type")]
    kind: String,
    id: String,
    source: String,
}

#[derive(Deserialize)]
struct Body<'a, D> {
    #[serde(borrow)]
    time: Option<&'a RawValue>,
    data: D,
}

#[derive(Deserialize)]
struct Amount<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
    currency: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moved<'a> {
    user_id: Option<String>,
    account_id: Option<String>,
    wallet_id: Option<String>,
    transaction_id: Option<String>,
    rail: Option<String>,
    status: Option<String>,
    #[serde(borrow)]
    amount: Option<Amount<'a>>,
    #[serde(borrow)]
    sats: Option<&'a RawValue>,
    #[serde(borrow)]
    display: Option<Amount<'a>>,
    payment_hash: Option<String>,
    tx_hash: Option<String>,
    counterparty_username: Option<String>,
    memo: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Balance<'a> {
    user_id: Option<String>,
    account_id: Option<String>,
    wallet_id: Option<String>,
    #[serde(borrow)]
    before: Option<Amount<'a>>,
    #[serde(borrow)]
    now: Option<Amount<'a>>,
}

pub(super) fn read(body: &str) -> Result<Reading, Malformed> {
    let head: Head = object(body)?;
    if head.specversion != "1.0" {
        return Err(Malformed::UnknownForm);
    }
    if head.id.is_empty() {
        return Err(Malformed::BadId);
    }
    if head.source.is_empty() {
        return Err(Malformed::BadField);
    }
    match head.kind.as_str() {
        "payment.received" => payment(body, &head.id, Direction::Received),
        "payment.sent" => payment(body, &head.id, Direction::Sent),
        "balance.changed" => balance(body, &head.id),
        other => Ok(Reading::unknown(other)),
    }
}

fn payment(body: &str, id: &str, direction: Direction) -> Result<Reading, Malformed> {
    let Body { time, data }: Body<'_, Moved<'_>> = object(body)?;
    let named = field::id(data.transaction_id.as_deref())?;
    // The publisher is asked to name an event after its transaction.
    let ids = Ids {
        payment_hash: field::payment_hash([data.payment_hash.as_deref()])?,
        tx_hash: field::tx_hash(data.tx_hash.as_deref())?,
        envelope: Some(message_name(id)?),
        transaction: named.or_else(|| {
            let uuid = Uuid::try_parse(id).ok()?;
            Some(uuid.hyphenated().to_string())
        }),
    };
    let paid = Paid {
        direction,
        status: field::status(data.status.as_deref())?,
        amount: worth(data.amount)?,
        display: worth(data.display)?,
        sats: field::sats(data.sats)?,
        rail: field::rail(data.rail.as_deref()),
        username: data.counterparty_username.as_deref(),
        name: None,
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
        at: field::time(time)?,
    }))
}

fn balance(body: &str, id: &str) -> Result<Reading, Malformed> {
    let Body { time, data }: Body<'_, Balance<'_>> = object(body)?;
    Ok(Reading::event(Draft {
        what: What::BalanceChanged {
            before: worth(data.before)?,
            now: worth(data.now)?,
        },
        whose: whose(
            data.user_id.as_deref(),
            data.account_id.as_deref(),
            data.wallet_id.as_deref(),
        )?,
        ids: Ids {
            envelope: Some(message_name(id)?),
            ..Ids::default()
        },
        at: field::time(time)?,
    }))
}

fn worth(amount: Option<Amount<'_>>) -> Result<Option<Worth>, Malformed> {
    let Some(Amount { value, currency }) = amount else {
        return Ok(None);
    };
    let value = field::number(Some(value))?.ok_or(Malformed::BadAmount)?;
    field::worth(value, &currency).map(Some)
}
