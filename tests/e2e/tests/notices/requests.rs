//! A request for money is paid.

use e2e::{DEVON, MARCIA, Scene};
use serde_json::{Value, json};

use super::telling::{account_of, agreed, agrees, heard, key_of, since, wants, webhook};

/// Devon has asked Marcia for US$20; the code of it.
async fn asked() -> (Scene, String) {
    let scene = agreed(DEVON).await;
    agrees(&scene, MARCIA).await;
    let text = scene.ask(DEVON, "request 20 from @marcia for lunch").await;
    let (_, rest) = text.split_once("*withdraw ").unwrap();
    let code = rest.split('*').next().unwrap().to_owned();
    (scene, code)
}

/// Flash tells that Devon got so much of that user.
async fn paid(scene: &Scene, name: &str, who: &str, amount: &str) {
    let account = account_of(scene, DEVON).await;
    let event = json!({
        "specversion": "1.0", "id": name, "source": "flash-backend", "type": "payment.received",
        "data": {
            "accountId": account, "rail": "intraledger", "status": "success",
            "amount": {"value": amount, "currency": "USD"}, "counterpartyUsername": who,
        },
    });
    webhook(scene, name, &event).await;
}

/// How the request stands with each who has it.
async fn stands(scene: &Scene, phone: &str) -> Vec<Value> {
    let key = key_of(scene, phone);
    let mut items = scene.table("messages").await;
    items.retain(|item| {
        item["person"] == key.as_str() && item["id"].as_str().unwrap().starts_with("request#")
    });
    items.iter().map(|item| item["progress"].clone()).collect()
}

#[tokio::test]
async fn b09_a_request_that_is_paid_is_told_with_its_code_and_over_for_both() {
    let (scene, code) = asked().await;
    let before = (heard(&scene, DEVON).await, heard(&scene, MARCIA).await);
    paid(&scene, "payment-1", "marcia", "20.00").await;
    paid(&scene, "payment-1", "marcia", "20.00").await;
    let told = since(&scene, DEVON, before.0).await;
    assert_eq!(told.len(), 1, "{told:?}");
    for part in [code.as_str(), "@marcia", "US$20.00"] {
        assert!(told[0].contains(part), "{part}: {}", told[0]);
    }
    assert_eq!(
        heard(&scene, MARCIA).await,
        before.1,
        "she has paid herself"
    );
    assert_eq!(stands(&scene, DEVON).await, ["paid"]);
    assert_eq!(stands(&scene, MARCIA).await, ["paid"]);
    let text = scene.ask(MARCIA, &format!("decline {code}")).await;
    assert!(text.contains("was paid"), "{text}");
    // What comes after it is a payment like others.
    let before = heard(&scene, DEVON).await;
    paid(&scene, "payment-2", "marcia", "20.00").await;
    let told = since(&scene, DEVON, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(!told[0].contains(&code), "{}", told[0]);
}

#[tokio::test]
async fn b09_another_amount_or_another_payer_pays_no_request() {
    let (scene, code) = asked().await;
    let before = heard(&scene, DEVON).await;
    paid(&scene, "payment-1", "marcia", "20.01").await;
    paid(&scene, "payment-2", "marcia", "19.99").await;
    paid(&scene, "payment-3", "anjali", "20.00").await;
    let told = since(&scene, DEVON, before).await;
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().all(|text| !text.contains(&code)), "{told:?}");
    assert_eq!(stands(&scene, DEVON).await, ["open"]);
    assert_eq!(stands(&scene, MARCIA).await, ["open"]);
}

#[tokio::test]
async fn b09_who_is_not_told_of_requests_has_them_paid_all_the_same() {
    let (scene, _) = asked().await;
    wants(&scene, DEVON, |preferences| {
        preferences.paused_until = Some(super::telling::now(&scene).plus(3_600));
    })
    .await;
    let before = heard(&scene, DEVON).await;
    paid(&scene, "payment-1", "marcia", "20.00").await;
    assert_eq!(since(&scene, DEVON, before).await, [""; 0]);
    assert_eq!(stands(&scene, DEVON).await, ["paid"]);
    assert_eq!(stands(&scene, MARCIA).await, ["paid"]);
}

#[tokio::test]
async fn b09_a_request_whose_other_was_never_told_is_paid_where_it_stands() {
    let scene = agreed(DEVON).await;
    scene.ask(DEVON, "request 20 from @marcia for lunch").await;
    paid(&scene, "payment-1", "marcia", "20.00").await;
    assert_eq!(stands(&scene, DEVON).await, ["paid"]);
    assert_eq!(stands(&scene, MARCIA).await, [""; 0]);
}
