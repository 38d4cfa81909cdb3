//! What an account looks like through Flash's schema to one caller.

use apollo_compiler::resolvers::FieldError;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::State;
use super::invoices::{decimal, number};
use super::keys::Caller;
use super::market;
use super::oddity::{Oddity, price_time};
use super::people::{Account, Payment, Person};
use super::tree::{Node, failure};

/// How a request is made, beyond who makes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// The client knows wallets on the new ledger.
    pub(super) knows_usdt: bool,
    pub(super) now: i64,
    /// What is odd about this answer.
    pub(super) odd: Option<Oddity>,
    /// Of when prices are; None: there are none.
    pub(super) priced_at: Option<i64>,
}

impl Manner {
    pub(super) fn new(knows_usdt: bool, now: i64, odd: Option<(Oddity, i64)>) -> Self {
        Self {
            knows_usdt,
            now,
            odd: odd.map(|(oddity, _)| oddity),
            priced_at: price_time(odd, now),
        }
    }
}

/// A row with what it looks like, and the wallet that it is a row of.
#[derive(Debug)]
pub(super) struct Booked {
    payment: Payment,
    ledger: String,
    wallet: String,
    display: String,
}

pub(super) fn user(person: &Person, account: &Account, caller: &Caller, manner: Manner) -> Node {
    Node::object(
        "User",
        json!({
            "id": account.user_id, "phone": person.phone,
            "username": account.username, "language": account.language, "totpEnabled": account.totp,
        }),
    )
    .with([("defaultAccount", default_account(account, caller, manner))])
}

fn default_account(account: &Account, caller: &Caller, manner: Manner) -> Node {
    let price = if account.price_down {
        Node::Failed("Price is not available")
    } else {
        price(&account.display_currency, manner)
    };
    Node::object(
        "ConsumerAccount",
        json!({
            "id": account.id, "displayCurrency": account.display_currency,
            "defaultWalletId": account.wallet_id, "level": account.level,
        }),
    )
    .with([
        ("realtimePrice", price),
        ("limits", limits(account, manner)),
        ("wallets", wallets(account, caller, manner)),
        ("transactions", transactions(account, caller, manner)),
    ])
}

/// The price in a currency that there is.
pub(super) fn price(code: &str, manner: Manner) -> Node {
    match manner.priced_at {
        _ if !market::is_listed(code) => Node::Failed("Price is not available"),
        None => Node::Failed("Price is not available"),
        Some(at) if manner.odd == Some(Oddity::AbsurdPrice) => market::absurd_price(code, at),
        Some(at) => market::realtime_price(code, at),
    }
}

const DAY_S: i64 = 86_400;

/// Cents a day by level: out of Flash, and within it.
fn daily(level: &str) -> [i64; 2] {
    match level {
        "ZERO" => [12_500, 12_500],
        "ONE" => [100_000, 200_000],
        _ => [5_000_000, 5_000_000],
    }
}

fn limits(account: &Account, manner: Manner) -> Node {
    if manner.odd == Some(Oddity::NoLimits) {
        return Node::Failed("An error occurred. Contact support if error persists.");
    }
    let [withdrawal, internal] = daily(&account.level);
    let sent = |within: bool| -> Decimal {
        let today = account
            .payments
            .iter()
            .filter(|row| row.at > manner.now - DAY_S);
        let sent = today
            .filter(|row| (row.via == "intraledger") == within)
            .filter_map(|row| decimal(&json!(row.amount)))
            .filter(Decimal::is_sign_negative);
        -sent.sum::<Decimal>() * Decimal::ONE_HUNDRED
    };
    let limit = |total: i64, used: Decimal| {
        let left = (Decimal::from(total) - used).floor().max(Decimal::ZERO);
        let limit = json!({"interval": DAY_S, "totalLimit": total, "remainingLimit": number(left)});
        Node::List(vec![Node::object("OneDayAccountLimit", limit)])
    };
    Node::object("AccountLimits", json!({})).with([
        ("withdrawal", limit(withdrawal, sent(false))),
        ("internalSend", limit(internal, sent(true))),
        ("convert", limit(internal, Decimal::ZERO)),
    ])
}

fn wallets(account: &Account, caller: &Caller, manner: Manner) -> Node {
    if let Err(refusal) = caller.has("read:wallet") {
        return Node::Failed(refusal);
    }
    if let Some(message) = account.in_the_way() {
        return Node::Failed(message);
    }
    let down = manner.odd == Some(Oddity::CustodianDown);
    let wallet = |unit: &str, id: &str, cents: &Option<serde_json::Number>| {
        let (kind, unit) = if unit == "USDT" && manner.knows_usdt {
            ("UsdtWallet", "USDT")
        } else {
            ("UsdWallet", "USD")
        };
        let balance = match cents {
            Some(cents) if !down => Node::Leaf(Value::Number(cents.clone())),
            _ => Node::Failed("An error occurred. Contact support if error persists."),
        };
        let wallet = json!({"id": id, "walletCurrency": unit, "isExternal": false});
        Node::object(kind, wallet).with([("balance", balance)])
    };
    let cash = wallet(
        &account.wallet_currency,
        &account.wallet_id,
        &account.balance,
    );
    let old = account.old_wallet.as_ref().filter(|_| manner.knows_usdt);
    let old = old.map(|(id, cents)| wallet("USD", id, cents));
    Node::List(std::iter::once(cash).chain(old).collect())
}

fn transactions(account: &Account, caller: &Caller, manner: Manner) -> Node {
    if let Err(refusal) = caller.has("read:transactions") {
        return Node::Failed(refusal);
    }
    if !account.is_active() {
        return Node::Failed("Account is inactive.");
    }
    // The custodian's failure is taken for an account without payments.
    if let Some(Oddity::CustodianDown | Oddity::EmptyHistory) = manner.odd {
        return Node::History(Vec::new());
    }
    let mut rows: Vec<Booked> = account
        .payments
        .iter()
        .map(|payment| booked(account, payment, manner))
        .collect();
    // One wallet after the other, and no look at the clock.
    rows.sort_by_key(|row| row.ledger != "USDT");
    Node::History(rows)
}

fn booked(account: &Account, payment: &Payment, manner: Manner) -> Booked {
    let ledger = payment
        .currency
        .as_ref()
        .unwrap_or(&account.wallet_currency);
    let old = account.old_wallet.as_ref().filter(|_| ledger == "USD");
    Booked {
        payment: payment.clone(),
        ledger: ledger.clone(),
        wallet: old.map_or_else(|| account.wallet_id.clone(), |(id, _)| id.clone()),
        display: match manner.odd {
            Some(Oddity::UndefinedAmounts) => "undefined".to_owned(),
            Some(Oddity::ExponentAmounts) => "1e-7".to_owned(),
            Some(Oddity::UnsignedAmounts) => payment.amount.trim_start_matches('-').to_owned(),
            _ => payment.amount.clone(),
        },
    }
}

/// The rows a query asked for: in the order they are kept, which is no promise of their time.
pub(super) fn history(rows: &[Booked], arguments: &Value) -> Result<Node, FieldError> {
    let first = match arguments["first"].as_i64() {
        None => rows.len(),
        Some(first) => usize::try_from(first)
            .ok()
            .filter(|first| (1..=100).contains(first))
            .ok_or_else(|| failure("Invalid pagination arguments"))?,
    };
    for side in ["after", "before"] {
        // Ids are UUIDs here, and cursors ids, but for what checks them.
        let cursor = arguments[side].as_str();
        let of_old =
            |cursor: &str| cursor.len() == 24 && cursor.bytes().all(|b| b.is_ascii_hexdigit());
        if cursor.is_some_and(|cursor| !of_old(cursor)) {
            return Err(failure(format!(
                "Argument \"{side}\" must be a valid cursor"
            )));
        }
    }
    let of_wallets = arguments["walletIds"].as_array();
    let wanted = |row: &&Booked| {
        of_wallets.is_none_or(|ids| ids.iter().any(|id| id.as_str() == Some(&row.wallet)))
    };
    let rows: Vec<&Booked> = rows.iter().filter(wanted).take(first).collect();
    let page = json!({"endCursor": rows.last().map(|row| &row.payment.id), "hasNextPage": !rows.is_empty()});
    let edges = rows.iter().map(|row| {
        Node::object("TransactionEdge", json!({"cursor": row.payment.id}))
            .with([("node", transaction(row))])
    });
    let edges = Node::List(edges.collect());
    Ok(Node::object("TransactionConnection", json!({})).with([
        ("edges", edges),
        ("pageInfo", Node::object("PageInfo", page)),
    ]))
}

fn transaction(row: &Booked) -> Node {
    let (kind, detail) = match row.payment.via.as_str() {
        "lightning" => ("SettlementViaLn", json!({"preImage": null})),
        "onchain" => ("SettlementViaOnChain", json!({"transactionHash": null})),
        _ => (
            "SettlementViaIntraLedger",
            json!({"counterPartyUsername": null}),
        ),
    };
    let settled = settled(row);
    let direction = if settled > Decimal::ZERO {
        "RECEIVE"
    } else {
        "SEND"
    };
    Node::object(
        "Transaction",
        json!({
            "id": row.payment.id, "createdAt": row.payment.at, "status": "SUCCESS", "memo": null,
            "direction": direction, "settlementDisplayAmount": row.display,
            "settlementAmount": number(settled), "settlementCurrency": row.ledger,
        }),
    )
    .with([("settlementVia", Node::object(kind, detail))])
}

/// In the ledger's own unit: on the new one whole cents, so that dust received looks sent; on the old one dollars.
fn settled(row: &Booked) -> Decimal {
    let dollars = decimal(&json!(row.payment.amount)).unwrap_or_default();
    if row.ledger == "USDT" {
        (dollars * Decimal::ONE_HUNDRED).round()
    } else {
        dollars
    }
}

/// Of any payment of anybody's: nobody looks whose it is. As the custodian tells it, without a sign, and without a word of
/// what kind it is.
pub(super) fn details(state: &State, id: &str, manner: Manner) -> Node {
    let told = |details: Node, errors: Vec<Node>| {
        Node::object("TransactionDetailsPayload", json!({})).with([
            ("transactionDetails", details),
            ("errors", Node::List(errors)),
        ])
    };
    let refused = |message: &str| {
        let error = Node::object("TransactionDetailsError", json!({ "message": message }));
        told(Node::null(), vec![error])
    };
    if manner.odd == Some(Oddity::CustodianDown) {
        return refused("An error occurred. Contact support if error persists.");
    }
    let found = state
        .people
        .iter()
        .filter_map(|person| person.account.as_ref())
        .find_map(|account| {
            let payment = account.payments.iter().find(|payment| payment.id == id)?;
            Some(booked(account, payment, manner))
        });
    let Some(row) = found else {
        return refused("Transaction not found");
    };
    let amount = decimal(&json!(row.payment.amount)).unwrap_or_default();
    let received = amount.is_sign_positive();
    let at = jiff::Timestamp::from_second(row.payment.at).map(|at| at.to_string());
    let details = json!({
        "id": row.payment.id, "accountId": row.wallet, "amount": number(amount.abs()),
        "currency": null, "type": null, "status": "completed", "createdAt": at.ok(),
        "memo": row.payment.memo, "paymentHash": row.payment.hash.as_ref().filter(|_| received),
        "fee": row.payment.fee.clone().unwrap_or_else(|| 0.into()),
    });
    told(Node::object("TransactionDetails", details), Vec::new())
}
