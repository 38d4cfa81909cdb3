//! Row B05 of the acceptance cases: the second factor, by page and by the Flash app, and what waited is answered after it.

use std::sync::Arc;

use e2e::{Answer, DEVON, MARCIA, READ_ONLY, Scene};
use reqwest::Method;
use sandbox::world::Options;
use serde_json::{Value, json};

const DAY: i64 = 86_400;
/// A month is over, and with it the proof of linking.
const STALE: i64 = 31 * DAY;
/// What a page mints to prove whose account it is.
const CHECK: [&str; 1] = ["read_user"];

fn chat(phone: &str) -> String {
    format!("whatsapp:{phone}")
}

/// Marcia, linked so long ago that a proof is due.
async fn stale() -> Scene {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(STALE).await;
    scene
}

/// The same where a code in the Flash app may do.
async fn stale_with_the_app() -> Scene {
    let scene = Scene::with(Options {
        step_up_by_app: true,
        ..Options::default()
    })
    .await;
    scene.link(MARCIA).await;
    scene.advance(STALE).await;
    scene
}

fn page_in(text: &str) -> String {
    let (_, rest) = text
        .split_once("/confirm/")
        .unwrap_or_else(|| panic!("no page in: {text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

/// Asks for the balance and gets a page instead; its token.
async fn asked(scene: &Scene, phone: &str) -> String {
    let text = scene.ask(phone, "balance").await;
    assert!(!text.contains('$'), "nothing is told before: {text}");
    page_in(&text)
}

async fn bring(scene: &Scene, token: &str, key: &str) -> Answer {
    let body = json!({ "api_key": key });
    scene.post(&format!("/confirm/{token}/proof"), &body).await
}

/// Brings a fresh key of `phone`'s account; the status and the reason.
async fn prove(scene: &Scene, token: &str, phone: &str) -> (u16, Value) {
    let key = scene.mint_key(phone, &CHECK).await;
    let answer = bring(scene, token, &key).await;
    scene.drain().await;
    (answer.status, answer.json()["reason"].clone())
}

fn refused(status: u16, reason: &str) -> (u16, Value) {
    (status, reason.into())
}

const PROVEN: (u16, Value) = (200, Value::Null);

/// The newest answer, which nobody typed for.
async fn last(scene: &Scene, phone: &str) -> String {
    scene.texts(phone).await.pop().unwrap()
}

/// The code that the Flash app of `phone` shows last.
fn pushed(scene: &Scene, phone: &str) -> Option<String> {
    let people = scene.world.flash.people();
    let person = people.iter().find(|person| person["phone"] == phone)?;
    let body = person["pushes"].as_array()?.last()?["body"].as_str()?;
    body.split_whitespace().next().map(str::to_owned)
}

async fn events(scene: &Scene) -> Vec<String> {
    let mut lines = scene.table("audit").await;
    lines.sort_by_key(|line| line["at_entry"].as_str().unwrap().to_owned());
    let names = lines.iter().map(|line| line["event"].as_str().unwrap());
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn b05_due_by_time_it_is_answered_after_the_page_without_being_typed_again() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(29 * DAY).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    scene.advance(2 * DAY).await;
    let before = scene.world.flash.requests();
    let token = asked(&scene, MARCIA).await;
    assert_eq!(
        scene.world.flash.requests(),
        before,
        "Flash is not asked before"
    );

    // Opening it consumes nothing: previews do.
    for _ in 0..2 {
        let page = scene.get(&format!("/confirm/{token}")).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("+1 876 ••• ••00"));
        assert!(
            page.body
                .contains("Nobody from Flash ever asks you to do this")
        );
    }
    assert_eq!(prove(&scene, &token, MARCIA).await, PROVEN);
    assert!(last(&scene, MARCIA).await.contains("US$1.09"));
    assert_eq!(events(&scene).await, ["linked", "stepped_up"]);
    let session = &scene.table("sessions").await[0]["session"];
    assert_eq!(session.get("step_up"), None);

    // It is good for a month, and costs no more than before.
    scene.advance(29 * DAY).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    scene.advance(2 * DAY).await;
    asked(&scene, MARCIA).await;
}

#[tokio::test]
async fn b05_due_by_amount_the_balance_is_withheld_until_then() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(8 * DAY).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    scene.at_flash(MARCIA, json!({"balance": 100_000})).await;
    scene.advance(31).await;
    let token = asked(&scene, MARCIA).await;
    assert_eq!(prove(&scene, &token, MARCIA).await, PROVEN);
    assert!(last(&scene, MARCIA).await.contains("US$1,000.00"));
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1,000.00"));
}

#[tokio::test]
async fn b05_due_by_risk_once_other_chats_are_after_the_account() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(61).await;
    // A few other chats log in to her account and try to link it.
    for n in 0..6 {
        let token = scene.link_token(&format!("whatsapp:JM.STRANGER{n}")).await;
        let key = scene.mint_key(MARCIA, &READ_ONLY).await;
        let answer = scene.bring(&token, &key, true).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        scene.drain().await;
    }
    let token = asked(&scene, MARCIA).await;
    scene.advance(1).await;
    assert_eq!(prove(&scene, &token, MARCIA).await, PROVEN);
    assert!(last(&scene, MARCIA).await.contains("US$1.09"));
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn b05_only_a_fresh_key_of_the_linked_account_that_can_do_nothing_else_proves_it() {
    let scene = stale().await;
    let token = asked(&scene, MARCIA).await;
    let told = scene.texts(MARCIA).await.len();
    assert_eq!(
        prove(&scene, &token, DEVON).await,
        refused(403, "other_account")
    );
    for wide in [
        &["read_user", "read_wallet"][..],
        &["read_user", "read_transactions"],
        &["read_user", "write_wallet"],
        &READ_ONLY,
        &["admin"],
    ] {
        let key = scene.mint_key(MARCIA, wide).await;
        let answer = bring(&scene, &token, &key).await;
        assert_eq!(
            (answer.status, answer.json()["reason"].clone()),
            refused(403, "key_reaches_too_far"),
            "{wide:?}"
        );
        // Old failures are forgiven: this is about keys, not about locks.
        scene.advance(60).await;
    }
    for nonsense in ["", "fk_1_2", &format!("fk_0123abcd_{}", "A".repeat(64))] {
        let answer = bring(&scene, &token, nonsense).await;
        assert_eq!(
            (answer.status, answer.json()["reason"].clone()),
            refused(401, "key_refused")
        );
    }
    scene.drain().await;
    assert_eq!(
        scene.texts(MARCIA).await.len(),
        told,
        "nothing is told for any of them"
    );
    let counted = events(&scene).await;
    let counted = counted.iter().filter(|event| *event == "step_up_refused");
    assert_eq!(counted.count(), 7, "they count as wrong codes do");
    assert_eq!(prove(&scene, &token, MARCIA).await, PROVEN);
    assert!(last(&scene, MARCIA).await.contains("US$1.09"));
}

#[tokio::test]
async fn b05_the_bots_own_key_is_no_proof() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&chat(MARCIA)).await;
    let stored = scene.mint_key(MARCIA, &READ_ONLY).await;
    let answer = scene.bring(&token, &stored, false).await;
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    scene.ask(MARCIA, &code).await;
    scene.advance(STALE).await;
    let token = asked(&scene, MARCIA).await;
    let answer = bring(&scene, &token, &stored).await;
    assert_eq!(
        (answer.status, answer.json()["reason"].clone()),
        refused(403, "key_used")
    );
}

#[tokio::test]
async fn b05_one_key_proves_once() {
    let scene = stale().await;
    let token = asked(&scene, MARCIA).await;
    let key = scene.mint_key(MARCIA, &CHECK).await;
    assert_eq!(bring(&scene, &token, &key).await.status, 200);
    scene.advance(STALE).await;
    let token = asked(&scene, MARCIA).await;
    let answer = bring(&scene, &token, &key).await;
    assert_eq!(
        (answer.status, answer.json()["reason"].clone()),
        refused(403, "key_used")
    );
    for table in ["people", "sessions", "codes", "audit", "messages"] {
        let items = json!(scene.table(table).await).to_string();
        assert!(!items.contains(&key), "{table} keeps a digest and no key");
    }
}

#[tokio::test]
async fn b05_a_page_is_for_its_chat_its_purpose_and_its_time() {
    let scene = stale().await;
    let link = scene.link_token(&chat(DEVON)).await;
    let confirm = asked(&scene, MARCIA).await;
    // A link token is none here, and the reverse.
    assert_eq!(scene.get(&format!("/confirm/{link}")).await.status, 410);
    assert_eq!(scene.get(&format!("/link/{confirm}")).await.status, 410);
    assert_eq!(
        prove(&scene, &link, DEVON).await,
        refused(410, "page_ended")
    );
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    assert_eq!(scene.bring(&confirm, &key, true).await.status, 410);
    // Another chat's page proves nothing here.
    scene.link(DEVON).await;
    scene.advance(STALE).await;
    let (hers, his) = (asked(&scene, MARCIA).await, asked(&scene, DEVON).await);
    assert_eq!(
        prove(&scene, &his, MARCIA).await,
        refused(403, "other_account")
    );
    scene.advance(540).await;
    assert_eq!(scene.get(&format!("/confirm/{hers}")).await.status, 200);
    scene.advance(60).await;
    assert_eq!(scene.get(&format!("/confirm/{hers}")).await.status, 410);
    assert_eq!(
        prove(&scene, &hers, MARCIA).await,
        refused(410, "page_ended")
    );
    assert!(asked(&scene, MARCIA).await != hers);
}

#[tokio::test]
async fn b05_a_proof_brought_again_or_twice_at_once_gives_one_answer() {
    let scene = stale().await;
    let token = asked(&scene, MARCIA).await;
    let told = scene.texts(MARCIA).await.len();
    let key = scene.mint_key(MARCIA, &CHECK).await;
    let twice = futures::future::join_all((0..4).map(|_| bring(&scene, &token, &key))).await;
    for answer in &twice {
        // Whoever loses every race is told to try again, and finds it done.
        assert!([200, 503].contains(&answer.status), "{}", answer.body);
    }
    assert_eq!(bring(&scene, &token, &key).await.status, 200);
    scene.drain().await;
    let texts = scene.texts(MARCIA).await;
    assert_eq!(texts.len(), told + 1, "{texts:?}");
    assert_eq!(events(&scene).await, ["linked", "stepped_up"]);
    // The answer is lost on the way: the page asks again.
    scene.advance(STALE).await;
    let token = asked(&scene, MARCIA).await;
    let key = scene.mint_key(MARCIA, &CHECK).await;
    scene.fault("dynamodb", "commit_answer_lost", Some(5)).await;
    assert_eq!(bring(&scene, &token, &key).await.status, 503);
    assert_eq!(bring(&scene, &token, &key).await.status, 200);
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), texts.len() + 2);
}

#[tokio::test]
async fn b05_where_flash_is_down_nothing_is_proven_and_the_page_may_try_again() {
    let scene = stale().await;
    let token = asked(&scene, MARCIA).await;
    let key = scene.mint_key(MARCIA, &CHECK).await;
    scene.fault("flash", "down", None).await;
    assert_eq!(bring(&scene, &token, &key).await.status, 503);
    scene.fault("flash", "ok", None).await;
    // It knows whose key it is, and then its custodian fails: the proof stands, and the answer says what to do.
    scene.at_flash(MARCIA, json!({"balance": null})).await;
    assert_eq!(bring(&scene, &token, &key).await.status, 200);
    scene.drain().await;
    let text = last(&scene, MARCIA).await;
    assert!(text.contains("Please send *balance* again"), "{text}");
    scene.at_flash(MARCIA, json!({"balance": 109})).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn b05_the_persons_words_in_between_count() {
    // Asked again: the same page. Something else: as ever.
    let scene = stale().await;
    let token = asked(&scene, MARCIA).await;
    assert!(
        scene
            .ask(MARCIA, "help")
            .await
            .contains("Flash on WhatsApp")
    );
    assert_eq!(asked(&scene, MARCIA).await, token);
    // Cancelled.
    assert!(scene.ask(MARCIA, "cancel").await.contains("no longer wait"));
    assert_eq!(
        prove(&scene, &token, MARCIA).await,
        refused(410, "page_ended")
    );
    // STOP means what it always means, and the next question what it says.
    let token = asked(&scene, MARCIA).await;
    assert!(
        scene
            .ask(MARCIA, "stop")
            .await
            .contains("From now on you get nothing")
    );
    assert_eq!(
        prove(&scene, &token, MARCIA).await,
        refused(410, "page_ended")
    );
    let token = asked(&scene, MARCIA).await;
    assert_eq!(prove(&scene, &token, MARCIA).await, PROVEN);
    let text = last(&scene, MARCIA).await;
    assert!(
        text.contains("US$1.09") && text.contains("*START*"),
        "{text}"
    );
    // Unlinked.
    scene.advance(STALE).await;
    let token = asked(&scene, MARCIA).await;
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    assert_eq!(
        prove(&scene, &token, MARCIA).await,
        refused(410, "page_ended")
    );
}

#[tokio::test]
async fn b05_what_the_page_answers_does_not_hold_whatsapps_window_open() {
    let scene = stale().await;
    let token = asked(&scene, MARCIA).await;
    let heard = scene.table("sessions").await[0]["session"]["last_inbound"].clone();
    scene.advance(300).await;
    assert_eq!(prove(&scene, &token, MARCIA).await, PROVEN);
    let session = &scene.table("sessions").await[0]["session"];
    assert_eq!(session["last_inbound"], heard);
}

#[tokio::test]
async fn b05_by_a_code_in_the_flash_app_what_waited_is_answered_with_it() {
    let scene = stale_with_the_app().await;
    let text = scene.ask(MARCIA, "balance").await;
    assert!(
        text.contains("Flash app") && !text.contains("/confirm/"),
        "{text}"
    );
    let code = pushed(&scene, MARCIA).unwrap();
    assert!(!text.contains(&code));
    for table in ["people", "sessions", "codes", "messages"] {
        let items = json!(scene.table(table).await).to_string();
        assert!(!items.contains(&format!("\"{code}\"")), "{table}");
    }
    let wrong = Scene::other_than(&code);
    assert!(scene.ask(MARCIA, &wrong).await.contains("4 tries left"));
    // In another chat it is worth nothing.
    assert!(scene.ask(DEVON, &code).await.contains("No code is waiting"));
    let text = scene.ask(MARCIA, &format!("verify {code}")).await;
    assert!(text.contains("US$1.09"), "{text}");
    assert_eq!(events(&scene).await, ["linked", "stepped_up"]);
    assert!(scene.table("codes").await.is_empty());
    assert!(
        !scene.ask(MARCIA, &code).await.contains('$'),
        "it works once"
    );
    // Its timer has nothing left to end.
    let told = scene.texts(MARCIA).await.len();
    scene.advance(400).await;
    assert_eq!(scene.texts(MARCIA).await.len(), told);
}

#[tokio::test]
async fn b05_a_code_in_the_app_ends_on_the_minute_and_its_end_is_told_once() {
    let scene = stale_with_the_app().await;
    scene.ask(MARCIA, "balance").await;
    let code = pushed(&scene, MARCIA).unwrap();
    let told = scene.texts(MARCIA).await.len();
    scene.advance(240).await;
    assert_eq!(scene.table("codes").await.len(), 1);
    scene.advance(60).await;
    assert!(scene.table("codes").await.is_empty());
    scene.advance(120).await;
    let texts = scene.texts(MARCIA).await.split_off(told);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].contains("has run out"), "{texts:?}");
    assert!(!scene.ask(MARCIA, &code).await.contains('$'));
    // The next one is another.
    scene.ask(MARCIA, "balance").await;
    let next = pushed(&scene, MARCIA).unwrap();
    assert!(scene.ask(MARCIA, &next).await.contains("US$1.09"));
}

#[tokio::test]
async fn b05_where_no_code_reaches_the_app_there_is_a_page() {
    for outcome in [
        "PUSH_RECIPIENT_DISABLED",
        "PUSH_NO_DEVICE_TOKENS",
        "PUSH_ALL_TOKENS_STALE",
        "PUSH_NO_DEVICE_ACCEPTED",
        "down",
    ] {
        let scene = stale_with_the_app().await;
        if outcome == "down" {
            scene.fault("flash", "down", Some(1)).await;
        } else {
            scene.at_flash(MARCIA, json!({ "push": outcome })).await;
        }
        let token = asked(&scene, MARCIA).await;
        assert_eq!(pushed(&scene, MARCIA), None, "{outcome}");
        assert!(scene.table("codes").await.is_empty(), "{outcome}");
        assert_eq!(prove(&scene, &token, MARCIA).await, PROVEN, "{outcome}");
        assert!(last(&scene, MARCIA).await.contains("US$1.09"), "{outcome}");
    }
}

#[tokio::test]
async fn b05_a_code_that_does_not_come_leaves_the_page_and_either_is_enough() {
    let scene = stale_with_the_app().await;
    scene.ask(MARCIA, "balance").await;
    let code = pushed(&scene, MARCIA).unwrap();
    let token = asked(&scene, MARCIA).await;
    assert_eq!(
        pushed(&scene, MARCIA).as_ref(),
        Some(&code),
        "no second code"
    );
    assert_eq!(prove(&scene, &token, MARCIA).await, PROVEN);
    assert!(last(&scene, MARCIA).await.contains("US$1.09"));
    assert!(scene.table("codes").await.is_empty());
    assert!(!scene.ask(MARCIA, &code).await.contains('$'));
}

#[tokio::test]
async fn b05_guessing_the_code_in_the_app_gets_five_tries_and_then_a_lock() {
    let scene = stale_with_the_app().await;
    scene.ask(MARCIA, "balance").await;
    let number: u32 = pushed(&scene, MARCIA).unwrap().parse().unwrap();
    // All at once: no extra tries, and none that was right.
    let guesses = (1..=9)
        .map(|n| json!({"from": chat(MARCIA), "body": format!("{:06}", (number + n) % 1_000_000)}));
    futures::future::join_all(guesses.map(|guess| {
        let scene = &scene;
        async move { scene.post_until_taken(guess).await }
    }))
    .await;
    scene.drain().await;
    assert!(scene.table("codes").await.is_empty(), "five tries end it");
    let failures = |people: Vec<Value>| {
        let guard = people.into_iter().find(|item| item.get("guard").is_some());
        guard.unwrap()["guard"]["failures"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(failures(scene.table("people").await), 5);
    scene.advance(61).await;
    scene.ask(MARCIA, "balance").await;
    let wrong = Scene::other_than(&pushed(&scene, MARCIA).unwrap());
    let mut text = String::new();
    for _ in 0..3 {
        text = scene.ask(MARCIA, &wrong).await;
    }
    assert!(text.contains("no codes from this chat until"), "{text}");
    assert!(scene.table("codes").await.is_empty());
    // A locked chat proves itself by the page alone, which nobody can guess.
    let token = asked(&scene, MARCIA).await;
    scene.advance(1).await;
    assert_eq!(prove(&scene, &token, MARCIA).await, PROVEN);
    assert!(last(&scene, MARCIA).await.contains("US$1.09"));
}

#[tokio::test]
async fn b05_keys_that_prove_nothing_lock_the_chat_in_the_end() {
    let scene = stale().await;
    let token = asked(&scene, MARCIA).await;
    for _ in 0..8 {
        prove(&scene, &token, DEVON).await;
    }
    assert_eq!(
        prove(&scene, &token, MARCIA).await,
        refused(410, "page_ended"),
        "the lock has ended it"
    );
    assert!(events(&scene).await.contains(&"chat_locked".to_owned()));
}

#[tokio::test]
async fn b05_a_code_pushed_for_a_redelivered_message_is_the_one_that_counts() {
    let scene = stale_with_the_app().await;
    let say = json!({"from": chat(MARCIA), "body": "balance", "message_sid": "SM000000000000000000000000000000b5"});
    for _ in 0..3 {
        assert_eq!(scene.post_message(&say).await.1, 200);
    }
    scene.drain().await;
    let people = scene.world.flash.people();
    let marcia = people.iter().find(|person| person["phone"] == MARCIA);
    assert_eq!(marcia.unwrap()["pushes"].as_array().unwrap().len(), 1);
    let code = pushed(&scene, MARCIA).unwrap();
    assert!(scene.ask(MARCIA, &code).await.contains("US$1.09"));
}

#[tokio::test]
async fn b05_the_proof_route_takes_what_the_page_sends_and_nothing_else() {
    let scene = stale().await;
    let token = asked(&scene, MARCIA).await;
    let path = format!("/confirm/{token}/proof");
    let json_type = ("content-type", "application/json");
    for (headers, body, status) in [
        (&[("content-type", "text/plain")][..], "{}".to_owned(), 415),
        (&[json_type], "no json".to_owned(), 400),
        (&[json_type], "{}".to_owned(), 400),
        (&[json_type], format!("\"{}\"", "x".repeat(5_000)), 413),
        (
            &[json_type, ("origin", "https://evil.example")],
            json!({"api_key": scene.mint_key(MARCIA, &CHECK).await}).to_string(),
            403,
        ),
    ] {
        let answer = scene.call(Method::POST, &path, headers, Some(body)).await;
        assert_eq!(answer.status, status, "{headers:?}");
    }
    assert_eq!(scene.get(&path).await.status, 404);
    let world = Arc::clone(&scene.world);
    assert!(
        world
            .queue
            .dead_letters(aws::queue::QueueName::Send)
            .is_empty()
    );
    assert_eq!(prove(&scene, &token, MARCIA).await, PROVEN);
}
