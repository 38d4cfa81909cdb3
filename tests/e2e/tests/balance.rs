//! Rows B of the acceptance cases, as far as the balance goes.

use e2e::{DEVON, MARCIA, Scene};
use serde_json::{Value, json};

async fn linked() -> Scene {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene
}

#[tokio::test]
async fn b01_balance_shows_display_currency_dollars_bitcoin_and_the_persons_time() {
    let scene = linked().await;
    let text = scene.ask(MARCIA, "balance").await;
    assert!(
        text.contains("*J$171.45* JMD")
            && text.contains("US$1.09")
            && text.contains("BTC")
            && text.contains("As of"),
        "{text}"
    );
    let scene = Scene::begin().await;
    scene.link(DEVON).await;
    let text = scene.ask(DEVON, "Balance!").await;
    assert!(
        text.contains("*US$25.50*") && !text.contains("JMD"),
        "a display currency that is the dollar is shown once: {text}"
    );
}

#[tokio::test]
async fn b01_balance_needs_no_more_calls_than_agreed() {
    let scene = linked().await;
    let (sid, status) = scene
        .post_message(&json!({"from": format!("whatsapp:{MARCIA}"), "body": "balance"}))
        .await;
    assert_eq!(status, 200);
    scene.drain().await;
    let trace = scene.trace(&sid).await;
    // One read, one write, one queue call and, beside them, one question to Flash; then claim, send, report.
    assert_eq!(
        trace["calls"]["webhook"],
        json!({"table": 2, "queue": 1, "http": 1}),
        "{trace}"
    );
    assert_eq!(
        trace["calls"]["outbound"],
        json!({"table": 2, "queue": 0, "http": 1}),
        "{trace}"
    );
}

#[tokio::test]
async fn verify_needs_one_write_more() {
    let scene = Scene::begin().await;
    let code = scene.code_for(MARCIA).await;
    let (sid, _) = scene
        .post_message(&json!({"from": format!("whatsapp:{MARCIA}"), "body": code}))
        .await;
    scene.drain().await;
    let trace = scene.trace(&sid).await;
    assert_eq!(
        trace["calls"]["webhook"],
        json!({"table": 3, "queue": 1, "http": 0}),
        "{trace}"
    );
}

/// The stand-ins' own count of requests agrees with what the trace says was called.
#[tokio::test]
async fn the_trace_leaves_no_call_out() {
    let scene = linked().await;
    let (flash, twilio) = (scene.world.flash.requests(), scene.world.twilio.requests());
    let (sid, _) = scene
        .post_message(&json!({"from": format!("whatsapp:{MARCIA}"), "body": "balance"}))
        .await;
    scene.drain().await;
    let calls = scene.trace(&sid).await["calls"].clone();
    assert_eq!(
        json!(scene.world.flash.requests() - flash),
        calls["webhook"]["http"]
    );
    assert_eq!(
        json!(scene.world.twilio.requests() - twilio),
        calls["outbound"]["http"]
    );
}

#[tokio::test]
async fn b02_flash_down_or_talking_nonsense_gets_a_friendly_answer() {
    for mode in ["down", "nonsense"] {
        let scene = linked().await;
        for _ in 0..3 {
            scene.fault("flash", mode, None).await;
            let text = scene.ask(MARCIA, "balance").await;
            assert!(
                text.contains("isn't answering") && text.contains("*balance*"),
                "{mode}: {text}"
            );
            assert!(
                !text.contains("0.00") && !text.contains('<') && !text.contains("rror"),
                "{mode}: {text}"
            );
        }
        scene.fault("flash", "ok", None).await;
        assert!(
            scene.ask(MARCIA, "balance").await.contains("US$1.09"),
            "{mode}"
        );
    }
}

#[tokio::test]
async fn b02_a_slow_flash_gets_a_friendly_answer_within_its_time() {
    let scene = linked().await;
    scene.fault("flash", "slow", None).await;
    // The webhook answers within the function's own 12 s, or the gateway would have answered 504.
    let text = scene.ask(MARCIA, "balance").await;
    assert!(text.contains("isn't answering"), "{text}");
}

#[tokio::test]
async fn b02_too_many_questions_are_told_as_that() {
    let scene = linked().await;
    scene.fault("flash", "rate_limited", Some(1)).await;
    let text = scene.ask(MARCIA, "balance").await;
    assert!(text.contains("in a minute"), "{text}");
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn b02_the_breaker_opens_and_later_closes() {
    let scene = linked().await;
    scene.fault("flash", "down", None).await;
    for _ in 0..5 {
        scene.ask(MARCIA, "balance").await;
    }
    let asked = scene.world.flash.requests();
    assert!(
        scene
            .ask(MARCIA, "balance")
            .await
            .contains("isn't answering")
    );
    assert_eq!(
        scene.world.flash.requests(),
        asked,
        "an open breaker asks nobody"
    );
    assert_eq!(
        scene.get("/health?deep=1").await.json()["dependencies"]["flash"],
        "down"
    );
    scene.fault("flash", "ok", None).await;
    scene.advance(31).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    scene.advance(31).await;
    assert_eq!(
        scene.get("/health?deep=1").await.json()["dependencies"]["flash"],
        "ok"
    );
}

#[tokio::test]
async fn b03_a_revoked_credential_is_destroyed_and_the_person_told_to_link_again() {
    let scene = linked().await;
    scene.at_flash(MARCIA, json!({"keys_revoked": true})).await;
    let text = scene.ask(MARCIA, "balance").await;
    assert!(
        text.contains("*link*") && text.contains("deleted"),
        "{text}"
    );
    let people = scene.table("people").await;
    assert!(people.iter().all(|item| item.get("link").is_none()
        && !item["person"].as_str().unwrap().starts_with("account#")));
    assert!(
        scene
            .table("audit")
            .await
            .iter()
            .any(|item| item["event"] == "unlinked_credential_gone")
    );
    assert!(
        scene
            .ask(MARCIA, "balance")
            .await
            .contains("link your Flash account first")
    );
    scene.link(MARCIA).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn b03_a_link_that_has_reached_its_90_days_is_over() {
    let scene = linked().await;
    scene.advance(90 * 86_400).await;
    let text = scene.ask(MARCIA, "balance").await;
    assert!(text.contains("*link*"), "{text}");
    assert!(
        scene
            .table("people")
            .await
            .iter()
            .all(|item| item.get("link").is_none())
    );
}

#[tokio::test]
async fn b04_zero_null_fractions_and_dust() {
    let scene = linked().await;
    let zero: Value = json!(0);
    for (balance, wanted, unwanted) in [
        (zero, "US$0.00", "available"),
        (json!(109.9346), "US$1.09", "1.10"),
        (json!(0.9999), "US$0.00", "0.01"),
        (json!(-0.0001), "US$0.00", "-"),
        (json!(123_456_789), "US$1,234,567.89", "e"),
        (Value::Null, "can't tell me your balance", "0.00"),
    ] {
        scene.at_flash(MARCIA, json!({ "balance": balance })).await;
        let text = scene.ask(MARCIA, "refresh").await;
        assert!(text.contains(wanted), "{balance}: {text}");
        let figures = text.lines().take(2).collect::<String>();
        assert!(
            unwanted == "e" || !figures.contains(unwanted),
            "{balance}: {text}"
        );
    }
}

#[tokio::test]
async fn b04_a_wallet_that_is_being_moved_is_told_as_that() {
    let scene = linked().await;
    scene
        .at_flash(MARCIA, json!({"cutover": "in_progress"}))
        .await;
    let text = scene.ask(MARCIA, "balance").await;
    assert!(text.contains("moving your wallet"), "{text}");
    scene
        .at_flash(MARCIA, json!({"cutover": "needs_review"}))
        .await;
    let text = scene.ask(MARCIA, "balance").await;
    assert!(text.contains("support@getflash.io"), "{text}");
    scene.at_flash(MARCIA, json!({"cutover": null})).await;
    scene.at_flash(MARCIA, json!({"price_down": true})).await;
    let text = scene.ask(MARCIA, "balance").await;
    assert!(text.contains("US$1.09") && !text.contains("J$"), "{text}");
}

/// B10 where the balance meets it: no command here takes an amount, and what looks like one runs nothing.
#[tokio::test]
async fn b10_an_amount_after_balance_is_not_silently_dropped() {
    let scene = linked().await;
    for text in ["balance 5", "balance 1,000", "-5", "1e3", "٥"] {
        let answer = scene.ask(MARCIA, text).await;
        assert!(!answer.contains("US$"), "{text}: {answer}");
        assert!(answer.contains("*help*"), "{text}: {answer}");
    }
}
