//! What was paid, as Flash lists and tells it.

use domain::flash::{Direction, FlashTrouble, History, PaymentHash, Rail, TransactionId};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Scripted, key, ok};

fn row(id: &str, at: i64, direction: &str, amount: &str, via: &str) -> Value {
    json!({"node":{"id":id,"createdAt":at,"direction":direction,"status":"SUCCESS",
        "settlementDisplayAmount":amount,"settlementVia":{"__typename":via}}})
}

/// The account's wallet with so many cents, or with none to be had.
fn cash(cents: &str) -> Value {
    json!({"__typename":"UsdtWallet","id":"w","walletCurrency":"USDT","isExternal":false,
        "balance": serde_json::from_str::<Value>(cents).unwrap()})
}

fn listed(wallets: &[Value], rows: &[Value]) -> Value {
    json!({"data":{"me":{"defaultAccount":{"__typename":"ConsumerAccount","wallets":wallets,
        "transactions":{"edges":rows}}}}})
}

async fn history(answer: &Value) -> History {
    let flash = Scripted::new([ok(answer)]).await;
    flash.client.history(&key()).await.unwrap()
}

#[tokio::test]
async fn history_is_sorted_and_believes_the_dollars() {
    let answer = listed(
        &[cash("1")],
        &[
            row("dust", 30, "SEND", "0.004", "SettlementViaLn"),
            row("usd", 10, "SEND", "-0.5", "SettlementViaIntraLedger"),
            row("tiny", 20, "RECEIVE", "1e-7", "SettlementViaOnChain"),
            row("lost", 40, "RECEIVE", "undefined", "SettlementViaPigeon"),
            row("long", 5, "RECEIVE", "9.824690376349", "SettlementViaLn"),
            row("unsigned", 4, "SEND", "12.5", "SettlementViaLn"),
            row("odd", 3, "RECEIVE", "-2", "SettlementViaLn"),
        ],
    );
    let flash = Scripted::new([ok(&answer)]).await;
    let history = flash.client.history(&key()).await.unwrap();
    let seen: Vec<_> = history
        .rows
        .iter()
        .map(|row| {
            let dollars = row.dollars.map(|dollars| dollars.to_string());
            (row.id.0.as_str(), dollars, row.direction, row.rail)
        })
        .collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        seen,
        [
            ("lost", None, Direction::Received, Rail::Other),
            ("dust", some("0.004"), Direction::Received, Rail::Lightning),
            (
                "tiny",
                some("0.0000001"),
                Direction::Received,
                Rail::OnChain
            ),
            ("usd", some("-0.5"), Direction::Sent, Rail::Flash),
            (
                "long",
                some("9.824690376349"),
                Direction::Received,
                Rail::Lightning
            ),
            ("unsigned", some("-12.5"), Direction::Sent, Rail::Lightning),
            ("odd", some("-2"), Direction::Sent, Rail::Lightning),
        ]
    );
    assert!(!history.doubtful);
    assert_eq!(flash.heard.lock().unwrap()[0].1["variables"]["first"], 50);

    let flash = Scripted::new([ok(&answer)]).await;
    assert_eq!(flash.client.rows(&key(), 200).await.unwrap(), history.rows);
    assert_eq!(flash.heard.lock().unwrap()[0].1["variables"]["first"], 100);
}

#[tokio::test]
async fn no_rows_are_believed_only_beside_a_balance_of_nothing() {
    let outside = json!({"__typename":"UsdWallet","id":"x","walletCurrency":"USD","isExternal":true,"balance":null});
    for (wallets, doubtful) in [
        (vec![cash("0")], false),
        (vec![cash("0"), outside], false),
        (vec![cash("null")], true),
        (vec![cash("0.0001")], true),
        (vec![cash("-0.5")], true),
        (vec![cash("0"), cash("null")], true),
    ] {
        let told = history(&listed(&wallets, &[])).await;
        assert_eq!(
            (told.rows.len(), told.doubtful),
            (0, doubtful),
            "{wallets:?}"
        );
        let row = row("a", 1, "RECEIVE", "1", "SettlementViaLn");
        assert!(!history(&listed(&wallets, &[row])).await.doubtful);
    }
    let told = history(&listed(&[cash("0")], &[])).await;
    assert_eq!(
        told.wallets
            .iter()
            .map(|id| id.0.as_str())
            .collect::<Vec<_>>(),
        ["w"]
    );
}

#[tokio::test]
async fn a_history_withheld_is_an_error() {
    let inactive = json!({"data":{"me":{"defaultAccount":{"__typename":"ConsumerAccount","wallets":[],"transactions":null}}},
        "errors":[{"message":"Account is inactive.","path":["me","defaultAccount","transactions"]}]});
    let moving = json!({"data":{"me":null},"errors":[{"message":"Cash Wallet cutover is in progress. Please try again shortly."}]});
    let silent = json!({"data":{"me":{"defaultAccount":{"__typename":"ConsumerAccount","wallets":[],"transactions":{"edges":null}}}}});
    for (answer, trouble) in [
        (inactive, FlashTrouble::NeedsSupport),
        (moving, FlashTrouble::Moving),
        (silent, FlashTrouble::Unavailable),
    ] {
        let flash = Scripted::new([ok(&answer)]).await;
        let error = flash.client.history(&key()).await.unwrap_err();
        assert_eq!(error.trouble(), trouble, "{answer}");
    }
}

/// An answer to `transaction` of the id `mine`, with these rows beside it.
fn told(details: &Value, wallets: &[Value], rows: &[Value]) -> (u16, String) {
    let mut answer = listed(wallets, rows);
    answer["data"]["transactionDetails"] = json!({ "transactionDetails": details });
    ok(&answer)
}

async fn details(script: (u16, String)) -> Option<domain::flash::Details> {
    let flash = Scripted::new([script]).await;
    let id = TransactionId("mine".to_owned());
    let details = flash.client.transaction(&key(), &id).await.unwrap();
    let heard = flash.heard.lock().unwrap();
    assert_eq!(
        heard[0].1["variables"],
        json!({"first": 100, "input": {"transactionId": "mine"}})
    );
    details
}

#[tokio::test]
async fn a_payments_details_join_what_the_list_and_the_custodian_know() {
    let hash = "ab".repeat(32);
    let told_of = |via: &str, fee: &str| {
        let details = format!(
            r#"{{"id":"mine","accountId":"w","memo":"for *lunch*\n{{{{1}}}}","paymentHash":"{hash}","fee":{fee}}}"#
        );
        let details = serde_json::from_str(&details).unwrap();
        told(
            &details,
            &[cash("1")],
            &[row("mine", 9, "SEND", "-1.10237620493", via)],
        )
    };
    let seen = details(told_of("SettlementViaLn", "0.001423690928"))
        .await
        .unwrap();
    assert_eq!(
        seen.transaction.dollars,
        Some("-1.10237620493".parse().unwrap())
    );
    assert_eq!(seen.transaction.direction, Direction::Sent);
    assert_eq!(seen.memo.as_deref(), Some("for ∗lunch∗ ((1))"));
    assert_eq!(
        seen.payment_hash.as_ref().map(PaymentHash::as_str),
        Some(hash.as_str())
    );
    assert_eq!(seen.fee, Some("0.001423690928".parse::<Decimal>().unwrap()));
    let debug = format!("{seen:?}");
    assert!(
        !debug.contains("lunch") && !debug.contains("1.1"),
        "{debug}"
    );

    // On chain the same figure may be satoshis.
    let seen = details(told_of("SettlementViaOnChain", "240"))
        .await
        .unwrap();
    assert_eq!(seen.fee, None);
    let seen = details(told_of("SettlementViaLn", "0")).await.unwrap();
    assert_eq!(seen.fee, None);
}

#[tokio::test]
async fn a_payment_of_somebody_else_is_none() {
    let theirs =
        json!({"id":"mine","accountId":"theirs","memo":"rent","paymentHash":null,"fee":null});
    let nobodys = json!({"id":"mine","accountId":null,"memo":"rent","paymentHash":null,"fee":null});
    let other = [row("other", 9, "SEND", "-1", "SettlementViaLn")];
    for told_of in [&theirs, &nobodys, &Value::Null] {
        assert_eq!(details(told(told_of, &[cash("1")], &other)).await, None);
    }
    assert_eq!(details(told(&theirs, &[cash("0")], &[])).await, None);
    // Even beside a row of the owner's with this id, another wallet's words are not shown.
    let own = [row("mine", 9, "SEND", "-1", "SettlementViaLn")];
    let seen = details(told(&theirs, &[cash("1")], &own)).await.unwrap();
    assert_eq!((seen.memo, seen.payment_hash, seen.fee), (None, None, None));
}

#[tokio::test]
async fn a_payment_whose_row_an_outage_hides_is_no_answer() {
    let mine = json!({"id":"mine","accountId":"w","memo":null,"paymentHash":null,"fee":null});
    let id = TransactionId("mine".to_owned());
    for script in [
        told(&mine, &[cash("null")], &[]),
        told(&mine, &[cash("0")], &[]),
        told(&Value::Null, &[cash("null")], &[]),
    ] {
        let flash = Scripted::new([script]).await;
        let error = flash.client.transaction(&key(), &id).await.unwrap_err();
        assert_eq!(error.trouble(), FlashTrouble::Unavailable);
    }
}

#[tokio::test]
async fn a_row_stays_a_row_where_the_custodian_tells_no_more() {
    let own = [row("mine", 9, "RECEIVE", "3", "SettlementViaLn")];
    let seen = details(told(&Value::Null, &[cash("1")], &own))
        .await
        .unwrap();
    assert_eq!(seen.transaction.dollars, Some(Decimal::from(3)));
    assert_eq!(seen.memo, None);
}
