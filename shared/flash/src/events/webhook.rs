//! What Flash's Svix posts: the body that Flash has inherited, and the older one, which names only the payment.

use domain::flash::{Direction, Rail};
use domain::flash_event::Worth;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::told::{Draft, Ids, Paid, Reading, whose};
use super::{Malformed, field, object};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    event_type: String,
    #[serde(borrow)]
    transaction: Option<&'a RawValue>,
}

/// It says neither how much nor, but for a hash, of what.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bare {
    account_id: Option<String>,
    txid: Option<String>,
    payment_hash: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Full<'a> {
    account_id: Option<String>,
    wallet_id: Option<String>,
    #[serde(borrow)]
    transaction: Transaction<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transaction<'a> {
    id: String,
    wallet_id: Option<String>,
    #[serde(borrow)]
    created_at: Option<&'a RawValue>,
    initiation_via: Option<Via>,
    settlement_via: Option<Via>,
    memo: Option<String>,
    #[serde(borrow)]
    settlement_amount: Option<&'a RawValue>,
    settlement_currency: Option<String>,
    #[serde(borrow)]
    settlement_display_amount: Option<&'a RawValue>,
    settlement_display_price: Option<DisplayPrice>,
    status: Option<String>,
}

/// How it was begun or settled: each way has some of these.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Via {
    payment_hash: Option<String>,
    counter_party_username: Option<String>,
    transaction_hash: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DisplayPrice {
    display_currency: Option<String>,
}

pub(super) fn read(body: &str) -> Result<Reading, Malformed> {
    let head: Head<'_> = object(body)?;
    match (kind(&head.event_type), head.transaction) {
        (None, _) => Ok(Reading::unknown(&head.event_type)),
        (Some((direction, rail)), Some(_)) => full(object(body)?, direction, rail),
        (Some((direction, rail)), None) => bare(&object(body)?, direction, rail),
    }
}

fn kind(name: &str) -> Option<(Direction, Rail)> {
    let (direction, rail) = name.split_once('.')?;
    let direction = match direction {
        "receive" => Direction::Received,
        "send" => Direction::Sent,
        _ => return None,
    };
    let rail = match rail {
        "lightning" => Rail::Lightning,
        "intraledger" => Rail::Flash,
        "onchain" => Rail::OnChain,
        _ => return None,
    };
    Some((direction, rail))
}

/// It is sent only of what has been settled.
fn bare(head: &Bare, direction: Direction, rail: Rail) -> Result<Reading, Malformed> {
    let ids = Ids {
        payment_hash: field::payment_hash([head.payment_hash.as_deref()])?,
        transaction: field::id(head.txid.as_deref())?,
        ..Ids::default()
    };
    if ids.payment_hash.is_none() && ids.transaction.is_none() {
        return Err(Malformed::Incomplete);
    }
    let paid = Paid {
        direction,
        status: field::status(None)?,
        amount: None,
        display: None,
        sats: None,
        rail: Some(rail),
        username: None,
        name: None,
        memo: None,
    };
    Ok(Reading::event(Draft {
        what: paid.what(&ids)?,
        whose: whose(None, head.account_id.as_deref(), None)?,
        ids,
        at: None,
    }))
}

fn full(head: Full<'_>, direction: Direction, rail: Rail) -> Result<Reading, Malformed> {
    let told = head.transaction;
    let (begun, settled) = (
        told.initiation_via.unwrap_or_default(),
        told.settlement_via.unwrap_or_default(),
    );
    let ids = Ids {
        payment_hash: field::payment_hash([
            begun.payment_hash.as_deref(),
            settled.payment_hash.as_deref(),
        ])?,
        tx_hash: field::tx_hash(settled.transaction_hash.as_deref())?,
        transaction: Some(field::id(Some(&told.id))?.ok_or(Malformed::BadId)?),
        envelope: None,
    };
    let display = display(
        told.settlement_display_amount,
        told.settlement_display_price
            .and_then(|price| price.display_currency),
    )?;
    let settled_amount = field::number(told.settlement_amount)?;
    let amount = match (settled_amount, told.settlement_currency.as_deref()) {
        (Some(value), Some(currency)) => field::minor_worth(value, currency)?,
        _ => None,
    };
    let paid = Paid {
        direction,
        status: field::status(told.status.as_deref())?,
        // Of the new ledger's unit nothing is known; its display amount is in dollars.
        amount: amount.or_else(|| display.clone().filter(|shown| shown.currency == "USD")),
        display,
        sats: None,
        rail: Some(rail),
        username: settled
            .counter_party_username
            .as_deref()
            .or(begun.counter_party_username.as_deref()),
        name: None,
        memo: told.memo.as_deref(),
    };
    Ok(Reading::event(Draft {
        what: paid.what(&ids)?,
        whose: whose(
            None,
            head.account_id.as_deref(),
            told.wallet_id.as_deref().or(head.wallet_id.as_deref()),
        )?,
        ids,
        at: field::time(told.created_at)?,
    }))
}

/// Flash writes `undefined` where it has no figure to show.
fn display(
    amount: Option<&RawValue>,
    currency: Option<String>,
) -> Result<Option<Worth>, Malformed> {
    match (field::number(amount).ok().flatten(), currency) {
        (Some(value), Some(currency)) => field::worth(value, &currency).map(Some),
        _ => Ok(None),
    }
}
