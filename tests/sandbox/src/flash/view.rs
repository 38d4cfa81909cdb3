//! What an account looks like through Flash's schema to one caller.

use std::str::FromStr as _;

use apollo_compiler::resolvers::FieldError;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::keys::Caller;
use super::market;
use super::people::{Account, Payment, Person};
use super::tree::{Node, failure};

/// How a request is made, beyond who makes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// The client knows wallets on the new ledger.
    pub(super) knows_usdt: bool,
    pub(super) now: i64,
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
        market::realtime_price(&account.display_currency, manner.now)
    };
    Node::object(
        "ConsumerAccount",
        json!({
            "id": account.id, "displayCurrency": account.display_currency,
            "defaultWalletId": account.wallet_id,
        }),
    )
    .with([
        ("realtimePrice", price),
        ("wallets", wallets(account, caller, manner)),
        ("transactions", transactions(account, caller)),
    ])
}

fn wallets(account: &Account, caller: &Caller, manner: Manner) -> Node {
    if let Err(refusal) = caller.has("read:wallet") {
        return Node::Failed(refusal);
    }
    match account.cutover.as_deref() {
        Some("in_progress") => {
            return Node::Failed("Cash Wallet cutover is in progress. Please try again shortly.");
        }
        Some(_) => return Node::Failed("Cash Wallet migration needs support review."),
        None => {}
    }
    let (kind, currency) = if account.wallet_currency == "USDT" && manner.knows_usdt {
        ("UsdtWallet", "USDT")
    } else {
        ("UsdWallet", "USD")
    };
    let balance = match &account.balance {
        Some(cents) => Node::Leaf(Value::Number(cents.clone())),
        None => Node::Failed("An error occurred. Contact support if error persists."),
    };
    let wallet = json!({"id": account.wallet_id, "walletCurrency": currency, "isExternal": false});
    Node::List(vec![
        Node::object(kind, wallet).with([("balance", balance)]),
    ])
}

fn transactions(account: &Account, caller: &Caller) -> Node {
    if let Err(refusal) = caller.has("read:transactions") {
        return Node::Failed(refusal);
    }
    if !account.is_active() {
        return Node::Failed("Account is inactive.");
    }
    let booked = |payment: &Payment| Payment {
        currency: Some(
            payment
                .currency
                .clone()
                .unwrap_or_else(|| account.wallet_currency.clone()),
        ),
        ..payment.clone()
    };
    Node::History(account.payments.iter().map(booked).collect())
}

/// The rows a query asked for: in the order they are kept, which is no promise of their time.
pub(super) fn history(rows: &[Payment], arguments: &Value) -> Result<Node, FieldError> {
    let first = match arguments["first"].as_i64() {
        None => rows.len(),
        Some(first) => usize::try_from(first)
            .ok()
            .filter(|first| (1..=100).contains(first))
            .ok_or_else(|| failure("Invalid pagination arguments"))?,
    };
    let edges = rows
        .iter()
        .take(first)
        .map(|row| Node::object("TransactionEdge", json!({})).with([("node", transaction(row))]));
    let edges = Node::List(edges.collect());
    Ok(Node::object("TransactionConnection", json!({})).with([("edges", edges)]))
}

fn transaction(row: &Payment) -> Node {
    let (kind, detail) = match row.via.as_str() {
        "lightning" => ("SettlementViaLn", json!({"preImage": null})),
        "onchain" => ("SettlementViaOnChain", json!({"transactionHash": null})),
        _ => (
            "SettlementViaIntraLedger",
            json!({"counterPartyUsername": null}),
        ),
    };
    Node::object(
        "Transaction",
        json!({
            "id": row.id, "createdAt": row.at, "status": "SUCCESS",
            "direction": direction(row), "settlementDisplayAmount": row.amount,
        }),
    )
    .with([("settlementVia", Node::object(kind, detail))])
}

/// By the amount in the ledger's own unit: on the new ledger in whole cents, so that dust received looks sent.
fn direction(row: &Payment) -> &'static str {
    let dollars = Decimal::from_str(&row.amount)
        .or_else(|_| Decimal::from_scientific(&row.amount))
        .unwrap_or_default();
    let settled = if row.currency.as_deref() == Some("USDT") {
        (dollars * Decimal::ONE_HUNDRED).round()
    } else {
        dollars
    };
    if settled > Decimal::ZERO {
        "RECEIVE"
    } else {
        "SEND"
    }
}
