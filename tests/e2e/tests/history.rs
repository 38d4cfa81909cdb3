//! Row B07: what was paid, and what is told of the account.

use e2e::{DEVON, MARCIA, Scene};
use serde_json::{Value, json};

/// In Trinidad.
const ANJALI: &str = "+18685550104";

/// 14 November 2023, 22:13:20 in UTC.
const ONCE: i64 = 1_700_000_000;

async fn linked() -> Scene {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene
}

fn id(number: usize) -> String {
    format!("0c9b6f3e-2d71-4f7b-a1c8-{number:012}")
}

/// Flash says that so much was paid, the latest a minute ago, each a minute before the one above it.
async fn paid(scene: &Scene, phone: &str, amounts: &[&str]) {
    let now = scene.get("/sandbox/clock").await.json()["now"]
        .as_i64()
        .unwrap();
    let rows = (1_i64..).zip(amounts).map(|(number, amount)| {
        json!({"id": id(usize::try_from(number).unwrap()), "at": now - 60 * number, "amount": amount, "via": "lightning"})
    });
    let rows: Vec<Value> = rows.collect();
    scene.at_flash(phone, json!({ "payments": rows })).await;
}

async fn odd(scene: &Scene, oddity: Option<&str>) {
    let asked = json!({ "oddity": oddity });
    assert_eq!(scene.post("/sandbox/flash/odd", &asked).await.status, 200);
}

/// The rows of a list: number and money.
fn rows(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.split_once(") ").is_some());
    let money = |line: &str| line.split(" · ").next().unwrap().to_owned();
    lines.map(money).collect()
}

#[tokio::test]
async fn b07_history_is_the_newest_first_with_sign_currency_and_rail() {
    let scene = linked().await;
    let text = scene.ask(MARCIA, "history").await;
    assert_eq!(
        rows(&text),
        ["1) +<US$0.01", "2) −US$0.50", "3) +US$1.59"],
        "{text}"
    );
    let rails: Vec<_> = text
        .lines()
        .filter_map(|line| line.split_once(" · "))
        .map(|(_, rail)| rail)
        .collect();
    assert_eq!(rails, ["Lightning", "Lightning", "on-chain"]);
    assert!(
        text.contains("*transaction 1*") && !text.contains("*more*"),
        "{text}"
    );
    let text = scene.ask(MARCIA, "transaction 1").await;
    assert!(
        text.contains("Payment 1: +US$0.004"),
        "a receipt that Flash calls sent: {text}"
    );
}

#[tokio::test]
async fn b07_what_is_paid_now_is_listed_next_time_and_numbers_mean_the_list_that_was_read() {
    let scene = linked().await;
    paid(
        &scene,
        MARCIA,
        &[
            "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12",
        ],
    )
    .await;
    let text = scene.ask(MARCIA, "payments").await;
    assert_eq!(
        rows(&text),
        [
            "1) +US$1.00",
            "2) +US$2.00",
            "3) +US$3.00",
            "4) +US$4.00",
            "5) +US$5.00"
        ]
    );
    assert!(text.contains("*more*"), "{text}");
    let pay = json!({"phone": MARCIA, "cents": 4200, "memo": "for *lunch*", "via": "intraledger"});
    assert_eq!(scene.post("/sandbox/flash/pay", &pay).await.status, 200);

    let text = scene.ask(MARCIA, "more").await;
    assert_eq!(rows(&text)[0], "6) +US$6.00", "{text}");
    let text = scene.ask(MARCIA, "transaction 7").await;
    assert!(text.contains("Payment 7: +US$7.00"), "{text}");
    let text = scene.ask(MARCIA, "next").await;
    assert_eq!(rows(&text), ["11) +US$11.00", "12) +US$12.00"], "{text}");
    assert!(
        scene
            .ask(MARCIA, "more")
            .await
            .contains("no older payments")
    );

    let text = scene.ask(MARCIA, "history 20").await;
    assert_eq!(rows(&text).len(), 13, "{text}");
    assert!(text.contains("1) +US$42.00 · Flash"), "{text}");
    let text = scene.ask(MARCIA, "transaction 1").await;
    assert!(
        text.contains("Note: “for ∗lunch∗”"),
        "somebody else's words are none of ours: {text}"
    );
}

#[tokio::test]
async fn b07_more_is_a_button_and_a_list_ends_after_a_quarter_of_an_hour() {
    let scene = linked().await;
    paid(&scene, MARCIA, &["1", "2", "3", "4", "5", "6"]).await;
    scene.ask(MARCIA, "history").await;
    let listed = scene.messages(MARCIA).await.pop().unwrap();
    let button = &listed["buttons"][0];
    assert_eq!(button["title"], "More", "{listed}");
    let tapped = json!({"body": button["title"], "button_payload": button["id"]});
    let texts = scene.say_as(&format!("whatsapp:{MARCIA}"), tapped).await;
    assert_eq!(rows(&texts[0]), ["6) +US$6.00"], "{texts:?}");
    scene.advance(900).await;
    for typed in ["more", "transaction 1"] {
        let text = scene.ask(MARCIA, typed).await;
        assert!(text.contains("*history*"), "{typed}: {text}");
    }
}

#[tokio::test]
async fn b07_an_outage_is_not_shown_as_no_payments() {
    for oddity in ["custodian_down", "empty_history"] {
        let scene = linked().await;
        odd(&scene, Some(oddity)).await;
        let text = scene.ask(MARCIA, "history").await;
        assert!(
            text.contains("can't show me your payments right now"),
            "{oddity}: {text}"
        );
        odd(&scene, None).await;
        assert_eq!(rows(&scene.ask(MARCIA, "history").await).len(), 3);
        odd(&scene, Some(oddity)).await;
        let text = scene.ask(MARCIA, "transaction 2").await;
        assert!(text.contains("isn't answering"), "{oddity}: {text}");
    }
    let scene = linked().await;
    scene
        .at_flash(MARCIA, json!({"payments": [], "balance": 0}))
        .await;
    let text = scene.ask(MARCIA, "history").await;
    assert!(text.contains("No payments yet"), "{text}");
}

#[tokio::test]
async fn b07_what_flash_has_no_figure_for_is_never_nothing() {
    for (oddity, shown) in [
        ("undefined_amounts", "1) amount not known"),
        ("exponent_amounts", "1) +<US$0.01"),
    ] {
        let scene = linked().await;
        odd(&scene, Some(oddity)).await;
        let text = scene.ask(MARCIA, "history").await;
        assert_eq!(rows(&text)[0], shown, "{text}");
        assert!(
            !text.contains("0.00\n") && !text.contains("undefined") && !text.contains("1e"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn b07_rows_of_two_ledgers_are_in_one_order_and_one_unit() {
    let scene = linked().await;
    let rows_of = json!([
        {"id": id(1), "at": ONCE, "amount": "5", "via": "lightning", "currency": "USDT"},
        {"id": id(2), "at": ONCE - 600, "amount": "-2.5", "via": "lightning", "currency": "USDT"},
        {"id": id(3), "at": ONCE - 300, "amount": "7.25", "via": "intraledger", "currency": "USD"},
        {"id": id(4), "at": ONCE + 300, "amount": "-0.125", "via": "onchain", "currency": "USD"},
    ]);
    let old = json!({"wallet_id": "f3c1d9b2-7e64-4a8f-8b15-90d2a6c40199", "balance": 100});
    scene
        .at_flash(MARCIA, json!({"payments": rows_of, "old_wallet": old}))
        .await;
    let text = scene.ask(MARCIA, "history").await;
    assert_eq!(
        rows(&text),
        ["1) −US$0.12", "2) +US$5.00", "3) +US$7.25", "4) −US$2.50"],
        "{text}"
    );
    for number in 1..=4 {
        let text = scene.ask(MARCIA, &format!("transaction {number}")).await;
        assert!(
            text.contains(&format!("Payment {number}: ")),
            "both wallets are hers: {text}"
        );
    }
}

#[tokio::test]
async fn b07_times_are_those_of_the_persons_zone() {
    let scene = linked().await;
    scene.link(ANJALI).await;
    let payments = json!([{"id": id(1), "at": ONCE, "amount": "5", "via": "lightning"}]);
    for (phone, time) in [
        (MARCIA, "5:13 PM, 14 November 2023"),
        (ANJALI, "6:13 PM, 14 November 2023"),
    ] {
        scene.at_flash(phone, json!({ "payments": payments })).await;
        for typed in ["history", "transaction 1"] {
            let text = scene.ask(phone, typed).await;
            assert!(text.contains(time), "{phone}: {text}");
        }
    }
}

/// Flash tells the details of a payment to whoever knows its id.
#[tokio::test]
async fn b07_somebody_elses_payment_is_not_shown_whatever_its_id() {
    let scene = linked().await;
    let theirs = "7d2e8a41-6b0c-4a95-8e3f-1f6c9d580001";
    let unlisted = scene.ask(MARCIA, &format!("transaction {theirs}")).await;
    assert!(unlisted.contains("*history*"), "{unlisted}");
    scene.ask(MARCIA, "history").await;
    let asked = scene.world.flash.requests();
    for typed in [theirs, "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001", "4", "0"] {
        let text = scene.ask(MARCIA, &format!("transaction {typed}")).await;
        assert!(
            text.contains("from 1 to 3") && !text.contains("US$"),
            "{typed}: {text}"
        );
    }
    assert_eq!(
        scene.world.flash.requests(),
        asked,
        "nobody is asked for what was not listed"
    );

    // A list of hers that has lost a row since: as if it had never been hers.
    scene
        .at_flash(
            MARCIA,
            json!({"payments": [{"id": id(1), "at": ONCE, "amount": "5", "via": "lightning"}]}),
        )
        .await;
    let gone = scene.ask(MARCIA, "transaction 2").await;
    assert!(gone.contains("can't find that payment"), "{gone}");
}

#[tokio::test]
async fn b07_a_payment_under_anothers_id_shows_nothing_of_theirs() {
    let scene = linked().await;
    scene.link(DEVON).await;
    let row = |amount: &str| json!([{"id": id(1), "at": ONCE, "amount": amount, "via": "lightning", "memo": "a secret", "fee": 0.25}]);
    scene.at_flash(MARCIA, json!({"payments": row("5")})).await;
    scene.at_flash(DEVON, json!({"payments": row("7")})).await;
    scene.ask(DEVON, "history").await;
    let text = scene.ask(DEVON, "transaction 1").await;
    assert!(
        text.contains("+US$7.00") && !text.contains("secret") && !text.contains("0.25"),
        "{text}"
    );
    scene.ask(MARCIA, "history").await;
    let text = scene.ask(MARCIA, "transaction 1").await;
    assert!(
        text.contains("+US$5.00") && text.contains("a secret") && text.contains("Fee: US$0.25"),
        "{text}"
    );
}

#[tokio::test]
async fn b07_history_needs_no_more_calls_than_agreed() {
    let scene = linked().await;
    paid(&scene, MARCIA, &["1", "2", "3", "4", "5", "6"]).await;
    for typed in [
        "history",
        "more",
        "transaction 6",
        "account",
        "username",
        "limits",
    ] {
        let say = json!({"from": format!("whatsapp:{MARCIA}"), "body": typed});
        let (sid, status) = scene.post_message(&say).await;
        assert_eq!(status, 200);
        scene.drain().await;
        let calls = scene.trace(&sid).await["calls"]["webhook"].clone();
        assert_eq!(calls, json!({"table": 2, "queue": 1, "http": 1}), "{typed}");
    }
}

#[tokio::test]
async fn b07_a_list_is_gone_with_its_link() {
    let scene = linked().await;
    scene.ask(MARCIA, "history").await;
    let held = |scene: Vec<Value>| {
        scene
            .iter()
            .any(|item| item["session"].get("listed").is_some())
    };
    assert!(held(scene.table("sessions").await));
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    assert!(!held(scene.table("sessions").await));
    let text = scene.ask(MARCIA, "transaction 1").await;
    assert!(text.contains("link your Flash account first"), "{text}");
}

#[tokio::test]
async fn account_username_and_limits_tell_what_is_safe() {
    let scene = linked().await;
    let text = scene.ask(MARCIA, "my account").await;
    assert!(
        text.contains("`marcia`") && text.contains("JMD") && text.contains("Level: "),
        "{text}"
    );
    for private in ["555", "6b0f2a5e", "f3c1d9b2", "fk_"] {
        assert!(!text.contains(private), "{text}");
    }
    let text = scene.ask(MARCIA, "username").await;
    assert!(
        text.contains("`marcia@flashapp.me`") && text.contains("https://pay.flashapp.me/marcia"),
        "{text}"
    );
    scene.at_flash(MARCIA, json!({"username": null})).await;
    let text = scene.ask(MARCIA, "username").await;
    assert!(text.contains("no Flash username yet"), "{text}");

    let text = scene.ask(MARCIA, "limits").await;
    assert!(
        text.contains("Out of Flash: US$1,000.00 in 24 hours, US$1,000.00 left now"),
        "{text}"
    );
    let now = scene.get("/sandbox/clock").await.json()["now"]
        .as_i64()
        .unwrap();
    let sent = json!([{"id": id(1), "at": now - 60, "amount": "-250", "via": "lightning"}]);
    scene.at_flash(MARCIA, json!({ "payments": sent })).await;
    let text = scene.ask(MARCIA, "limits").await;
    assert!(text.contains("US$750.00 left now"), "{text}");
    odd(&scene, Some("no_limits")).await;
    // So much at once is a flood.
    scene.advance(60).await;
    let text = scene.ask(MARCIA, "limits").await;
    assert!(text.contains("can't tell me your limits"), "{text}");
    let text = scene.ask(MARCIA, "account").await;
    assert!(
        text.contains("verified"),
        "the rest is known all the same: {text}"
    );
}
