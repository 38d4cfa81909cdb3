//! Rows B06, N01, N02 and N05 of the acceptance cases: what happens at Flash is told to whose account it is, once, whichever
//! way and however often it comes; and nobody else.

#[path = "notices/faults.rs"]
mod faults;
#[path = "notices/many.rs"]
mod many;
#[path = "notices/owners.rs"]
mod owners;
#[path = "notices/requests.rs"]
mod requests;
#[path = "notices/telling.rs"]
mod telling;

use e2e::MARCIA;
use futures::future::join_all;
use serde_json::json;
use telling::{Event, account_of, agreed, all_done, because, hash, heard, since, wants};

#[tokio::test]
async fn n01_a_payment_by_the_broker_is_one_message() {
    let scene = agreed(MARCIA).await;
    let before = heard(&scene, MARCIA).await;
    let event = Event::received("5.00").of(&account_of(&scene, MARCIA).await);
    event.by_broker(&scene).await;
    let told = since(&scene, MARCIA, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("US$5.00"), "{}", told[0]);
    all_done(&scene).await;
    // Message, entry and event are followed by one name.
    let entries = scene.table("messages").await;
    let entry = entries.iter().find(|item| item["class"] == "notice");
    let id = entry.unwrap()["id"].as_str().unwrap();
    assert!(id.starts_with("entry#event-"), "{id}");
}

#[tokio::test]
async fn n01_a_payment_by_the_signed_webhook_is_one_message() {
    let scene = agreed(MARCIA).await;
    let before = heard(&scene, MARCIA).await;
    let event = Event::received("5.00").of(&account_of(&scene, MARCIA).await);
    event.by_webhook(&scene).await;
    let told = since(&scene, MARCIA, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("US$5.00"), "{}", told[0]);
}

/// Today's price would make it US$1.71; and what is usual at her place is not asked for.
#[tokio::test]
async fn n01_what_flash_shows_of_a_payment_is_what_is_told() {
    let scene = agreed(MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    let at = scene.world.clock.millis() / 1000;
    let body = |display: &str, currency: &str, id: &str| {
        json!({
            "accountId": account, "eventType": "receive.lightning",
            "transaction": {
                "id": id, "createdAt": at, "status": "success",
                "settlementAmount": 2_707, "settlementCurrency": "BTC",
                "settlementDisplayAmount": display,
                "settlementDisplayPrice": {
                    "base": "36941263391", "offset": "12",
                    "displayCurrency": currency, "walletCurrency": "BTC",
                },
                "settlementVia": {"type": "lightning"},
            },
        })
    };
    let before = heard(&scene, MARCIA).await;
    let dollars = body("1.00", "USD", "655cd1926445716f60b89418");
    telling::webhook(&scene, "msg-dollars", &dollars).await;
    let local = body("157.30", "JMD", "655cd1926445716f60b89419");
    telling::webhook(&scene, "msg-local", &local).await;
    let told = since(&scene, MARCIA, before).await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|text| text.contains("US$1.00")), "{told:?}");
    assert!(!told[0].contains("J$"), "{}", told[0]);
    assert!(told[1].contains("J$157.30"), "{}", told[1]);
}

#[tokio::test]
async fn n02_the_same_payment_by_both_ways_and_again_for_days_is_one_message() {
    let scene = agreed(MARCIA).await;
    let before = heard(&scene, MARCIA).await;
    let event = Event::received("5.00").of(&account_of(&scene, MARCIA).await);
    for _ in 0..2 {
        event.by_broker(&scene).await;
        event.by_webhook(&scene).await;
    }
    scene.advance(3 * 86_400).await;
    event.by_broker(&scene).await;
    event.by_webhook(&scene).await;
    assert_eq!(since(&scene, MARCIA, before).await.len(), 1);
    all_done(&scene).await;
}

#[tokio::test]
async fn n02_all_at_once_by_both_ways_is_one_message_of_each_payment() {
    let scene = agreed(MARCIA).await;
    let before = heard(&scene, MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    let events: Vec<_> = (0..3)
        .map(|nth| {
            Event::received(&format!("{}.00", 5 + nth))
                .named(nth)
                .of(&account)
        })
        .collect();
    let scene = &scene;
    join_all(events.iter().flat_map(|event| {
        [false, true, false].map(|webhook| async move {
            if webhook {
                event.post(scene).await;
            } else {
                event.publish(scene).await;
            }
        })
    }))
    .await;
    telling::at_once(scene).await;
    let mut told = since(scene, MARCIA, before).await;
    told.sort();
    assert_eq!(told.len(), 3, "{told:?}");
    all_done(scene).await;
    for (nth, text) in told.iter().enumerate() {
        assert!(text.contains(&format!("US${}.00", 5 + nth)), "{text}");
    }
}

#[tokio::test]
async fn n02_a_payment_that_comes_with_other_names_each_time_is_known_by_each_it_ever_had() {
    let scene = agreed(MARCIA).await;
    let before = heard(&scene, MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    let by_hash = Event::received("5.00")
        .without("transactionId")
        .of(&account);
    let by_both = Event::received("5.00").of(&account);
    let by_id = Event::received("5.00").without("paymentHash").of(&account);
    for event in [by_hash, by_both, by_id.clone(), by_id] {
        event.by_broker(&scene).await;
    }
    assert_eq!(since(&scene, MARCIA, before).await.len(), 1);
    all_done(&scene).await;
}

#[tokio::test]
async fn n02_what_names_only_the_payment_is_looked_up_and_known_by_its_hash() {
    for bare_first in [true, false] {
        let scene = agreed(MARCIA).await;
        let account = account_of(&scene, MARCIA).await;
        let id = "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70009";
        let at = scene.world.clock.millis() / 1000;
        let row = json!({"id": id, "at": at, "amount": "7.25", "via": "lightning", "payment_hash": hash(0)});
        scene.at_flash(MARCIA, json!({ "payments": [row] })).await;
        let before = heard(&scene, MARCIA).await;
        let full = Event::received("7.25")
            .without("transactionId")
            .of(&account);
        let bare = json!({"eventType": "receive.lightning", "accountId": account, "txid": id});
        if bare_first {
            telling::webhook(&scene, "msg-1", &bare).await;
            full.by_broker(&scene).await;
        } else {
            full.by_broker(&scene).await;
            telling::webhook(&scene, "msg-1", &bare).await;
        }
        let told = since(&scene, MARCIA, before).await;
        assert_eq!(told.len(), 1, "{bare_first}: {told:?}");
        assert!(told[0].contains("US$7.25"), "{bare_first}: {}", told[0]);
        all_done(&scene).await;
    }
}

#[tokio::test]
async fn n02_an_invoice_that_is_watched_and_told_of_is_one_message() {
    for event_first in [true, false] {
        let scene = agreed(MARCIA).await;
        let account = account_of(&scene, MARCIA).await;
        let texts = scene.say(MARCIA, "receive 5 lunch").await;
        let invoice = texts[1].clone();
        let parsed: lightning_invoice::Bolt11Invoice = invoice.parse().unwrap();
        let paid = json!({ "payment_request": invoice });
        assert_eq!(scene.post("/sandbox/flash/pay", &paid).await.status, 200);
        let event = Event::received("5.00")
            .with("paymentHash", json!(parsed.payment_hash().to_string()))
            .of(&account);
        let before = heard(&scene, MARCIA).await;
        if event_first {
            event.by_broker(&scene).await;
        }
        scene.advance(120).await;
        event.by_webhook(&scene).await;
        event.by_broker(&scene).await;
        let told = since(&scene, MARCIA, before).await;
        assert_eq!(told.len(), 1, "{event_first}: {told:?}");
        all_done(&scene).await;
    }
}

#[tokio::test]
async fn b06_after_a_payment_the_balance_from_before_is_not_shown_again() {
    let scene = agreed(MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    scene.at_flash(MARCIA, json!({ "balance": 609 })).await;
    assert!(
        scene.ask(MARCIA, "balance").await.contains("US$1.09"),
        "it is remembered for a while"
    );
    Event::received("5.00").of(&account).by_broker(&scene).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$6.09"));
    // Nor by what tells of the balance alone, or of something she does not want to hear of.
    scene.at_flash(MARCIA, json!({ "balance": 709 })).await;
    Event::balance("6.09", "7.09", 0)
        .of(&account)
        .by_broker(&scene)
        .await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$7.09"));
    wants(&scene, MARCIA, |preferences| {
        preferences
            .topics
            .insert(domain::preferences::Topic::Sent, false);
    })
    .await;
    scene.at_flash(MARCIA, json!({ "balance": 609 })).await;
    let before = heard(&scene, MARCIA).await;
    Event::sent("1.00")
        .named(3)
        .of(&account)
        .by_broker(&scene)
        .await;
    assert_eq!(since(&scene, MARCIA, before).await, [""; 0]);
    assert!(scene.ask(MARCIA, "balance").await.contains("US$6.09"));
}

#[tokio::test]
async fn n02_of_balances_that_come_out_of_order_the_older_is_never_told() {
    let scene = agreed(MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    wants(&scene, MARCIA, |preferences| {
        preferences
            .topics
            .insert(domain::preferences::Topic::Balance, true);
    })
    .await;
    scene.advance(600).await;
    let before = heard(&scene, MARCIA).await;
    let (older, newer) = (
        Event::balance("1.00", "2.00", -300).of(&account),
        Event::balance("2.00", "3.00", -100).of(&account),
    );
    newer.by_broker(&scene).await;
    older.by_broker(&scene).await;
    older.by_broker(&scene).await;
    let told = since(&scene, MARCIA, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("US$3.00"), "{}", told[0]);
    assert_eq!(because(&scene).await, ["older"]);
}

#[tokio::test]
async fn n02_a_payment_that_has_come_is_not_told_as_on_its_way_or_failed_in_whichever_order() {
    let scene = agreed(MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    let on_chain = |nth: u32, status: &str| {
        let event = Event::received("5.00").named(nth).of(&account);
        event
            .with("rail", json!("onchain"))
            .with("status", json!(status))
    };
    let before = heard(&scene, MARCIA).await;
    // In order it is told twice, and the first once more by another of its names.
    on_chain(1, "pending").by_broker(&scene).await;
    on_chain(1, "success").by_broker(&scene).await;
    let told = since(&scene, MARCIA, before).await;
    assert_eq!(told.len(), 2, "{told:?}");
    for late in ["pending", "failed"] {
        on_chain(1, late)
            .without("paymentHash")
            .by_webhook(&scene)
            .await;
        on_chain(2, "success").by_broker(&scene).await;
        on_chain(2, late).by_broker(&scene).await;
    }
    let told = since(&scene, MARCIA, before + 2).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("received"), "{}", told[0]);
    let older = because(&scene).await;
    assert!(
        !older.is_empty() && older.iter().all(|why| why == "older"),
        "{older:?}"
    );
    all_done(&scene).await;
}

#[tokio::test]
async fn n02_pending_and_done_at_the_same_time_never_end_as_pending() {
    let scene = agreed(MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    let before = heard(&scene, MARCIA).await;
    for nth in 1..=4 {
        for status in ["success", "pending"] {
            let event = Event::received(&format!("{nth}.00"))
                .named(nth)
                .of(&account);
            let event = event
                .with("rail", json!("onchain"))
                .with("status", json!(status));
            event.publish(&scene).await;
        }
    }
    telling::at_once(&scene).await;
    let told = since(&scene, MARCIA, before).await;
    for nth in 1..=4 {
        let amount = format!("US${nth}.00");
        let of_it: Vec<_> = told.iter().filter(|text| text.contains(&amount)).collect();
        let done = of_it.iter().position(|text| text.contains("received"));
        assert_eq!(done, Some(of_it.len() - 1), "{of_it:?}");
    }
    all_done(&scene).await;
}

#[tokio::test]
async fn n05_after_stop_nobody_is_told_and_why_is_recorded() {
    let scene = agreed(MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    scene.ask(MARCIA, "stop").await;
    let before = heard(&scene, MARCIA).await;
    Event::received("5.00").of(&account).by_broker(&scene).await;
    assert_eq!(since(&scene, MARCIA, before).await, [""; 0]);
    assert_eq!(because(&scene).await, ["opted_out"; 2], "under both names");
    let days = scene
        .world
        .scheduler
        .tables
        .day_counts(1, scene.world.scheduler.clock.now());
    assert_eq!(days.await.unwrap()[0].counts.of("muted:opted_out"), 1);
}

#[tokio::test]
async fn n05_what_was_decided_before_stop_is_dropped_when_it_would_be_sent() {
    let scene = agreed(MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    // Twilio is down: the message waits.
    scene.fault("twilio", "down", None).await;
    Event::received("5.00").of(&account).by_broker(&scene).await;
    scene.fault("twilio", "ok", None).await;
    scene.ask(MARCIA, "stop").await;
    let before = heard(&scene, MARCIA).await;
    scene.advance(3_600).await;
    assert_eq!(since(&scene, MARCIA, before).await, [""; 0]);
}
