//! What Twilio's and WhatsApp's refusals lead to: waits, another try, a breaker, a stop of everything; and what is not
//! sent after all, because the truth has changed.

use domain::ids::PersonKey;
use domain::outbox::Reply;
use e2e::{DEVON, MARCIA, Scene};
use serde_json::{Value, json};

fn says(phone: &str, body: &str) -> Value {
    json!({"from": format!("whatsapp:{phone}"), "body": body})
}

async fn sends(scene: &Scene) -> Vec<Value> {
    let mut sends = scene.table("messages").await;
    sends.retain(|item| item["kind"] == "send");
    sends
}

async fn fail(scene: &Scene, body: Value) {
    assert_eq!(scene.post("/sandbox/fail", &body).await.status, 204);
}

#[tokio::test]
async fn n07_a_message_that_whatsapp_fails_to_deliver_is_sent_again_with_growing_waits() {
    let scene = Scene::begin().await;
    for code in [63012, 63010] {
        fail(&scene, json!({ "code": code })).await;
    }
    scene.post_message(&says(MARCIA, "help")).await;
    scene.drain().await;
    scene.advance(600).await;
    assert_eq!(
        scene.messages(MARCIA).await.len(),
        3,
        "two that failed, one that arrived"
    );
    let entry = sends(&scene).await.remove(0);
    assert_eq!(entry["delivery"], "read", "{entry}");
    assert_eq!(entry["failures"], 2);
    assert_eq!(entry["former_sids"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn n07_a_message_that_is_never_delivered_is_given_up_after_three_more_tries() {
    let scene = Scene::begin().await;
    for _ in 0..9 {
        fail(&scene, json!({"code": 63012})).await;
    }
    scene.post_message(&says(MARCIA, "help")).await;
    scene.drain().await;
    scene.advance(7_200).await;
    assert_eq!(scene.messages(MARCIA).await.len(), 4);
    let entry = sends(&scene).await.remove(0);
    assert_eq!(entry["delivery"], "failed");
    assert_eq!(entry["error_code"], 63012);
    assert!(entry.get("due_at").is_none());
}

#[tokio::test]
async fn n07_a_link_page_that_failed_is_not_sent_after_its_time() {
    let scene = Scene::begin().await;
    scene.fault("twilio", "rate_limited", None).await;
    scene.post_message(&says(MARCIA, "link")).await;
    scene.advance(250).await;
    scene.fault("twilio", "ok", None).await;
    scene.advance(3_600).await;
    assert!(
        scene.messages(MARCIA).await.is_empty(),
        "a page that is nearly over helps nobody"
    );
    let entry = sends(&scene).await.remove(0);
    assert_eq!(entry["because"], "too_late", "{entry}");
}

#[tokio::test]
async fn n07_buttons_that_whatsapp_can_not_show_are_left_out() {
    let scene = Scene::begin().await;
    fail(&scene, json!({"code": 63005})).await;
    scene.post_message(&says(MARCIA, "help")).await;
    scene.drain().await;
    scene.advance(120).await;
    let messages = scene.messages(MARCIA).await;
    assert_eq!(messages.len(), 2);
    assert!(messages[0]["content_sid"].is_string() && messages[1]["content_sid"].is_null());
}

#[tokio::test]
async fn n11_news_of_a_message_that_failed_before_does_not_undo_its_second_sending() {
    let scene = Scene::begin().await;
    fail(&scene, json!({"code": 63012})).await;
    // The stand-in reports some failures twice.
    for n in 0..4 {
        scene
            .post_message(&says(if n % 2 == 0 { MARCIA } else { DEVON }, "help"))
            .await;
        fail(&scene, json!({"code": 63012})).await;
    }
    scene.advance(600).await;
    for entry in sends(&scene).await {
        assert_eq!(entry["delivery"], "read", "{entry}");
    }
}

#[tokio::test]
async fn n07_bad_credentials_stop_all_sending_until_an_operator_resets() {
    let scene = Scene::begin().await;
    fail(&scene, json!({"code": 20003, "http_status": 401})).await;
    // The key is read again and tried once more before that.
    fail(&scene, json!({"code": 20003, "http_status": 401})).await;
    scene.post_message(&says(MARCIA, "help")).await;
    scene.drain().await;
    let before = scene.world.twilio.sends();
    for _ in 0..3 {
        scene.post_message(&says(DEVON, "help")).await;
        scene.drain().await;
    }
    scene.advance(900).await;
    assert_eq!(scene.world.twilio.sends(), before, "Twilio is left alone");
    assert!(scene.messages(DEVON).await.is_empty());
    scene.world.outbound.tables.gates().resume().await.unwrap();
    scene.advance(600).await;
    assert_eq!(scene.messages(DEVON).await.len(), 3, "nothing was lost");
    assert_eq!(scene.messages(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn n07_a_locked_account_told_by_callback_stops_all_sending() {
    let scene = Scene::begin().await;
    fail(&scene, json!({"code": 63051})).await;
    scene.ask(MARCIA, "help").await;
    scene.advance(60).await;
    let before = scene.world.twilio.sends();
    scene.post_message(&says(DEVON, "help")).await;
    scene.advance(300).await;
    assert_eq!(scene.world.twilio.sends(), before);
    assert!(scene.messages(DEVON).await.is_empty());
}

#[tokio::test]
async fn n07_one_odd_answer_holds_up_nobody_else() {
    for (code, http_status) in [(20404, Some(404)), (63007, Some(400)), (63020, None)] {
        let scene = Scene::begin().await;
        fail(&scene, json!({"code": code, "http_status": http_status})).await;
        scene.post_message(&says(MARCIA, "help")).await;
        scene.drain().await;
        scene.advance(10).await;
        assert!(
            scene.ask(DEVON, "help").await.contains("Flash on WhatsApp"),
            "{code}"
        );
        scene.advance(1_800).await;
        let arrived = scene.messages(MARCIA).await;
        assert_eq!(arrived.len(), 1, "{code}: {arrived:?}");
    }
}

#[tokio::test]
async fn n11_news_of_messages_that_are_not_ours_or_long_done_stop_nothing() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    scene.advance(60).await;
    let entry = sends(&scene).await.remove(0);
    let id = entry["id"]
        .as_str()
        .unwrap()
        .strip_prefix("entry#")
        .unwrap();
    let known = format!("{}.{id}", entry["person"].as_str().unwrap());
    let unknown = format!("{}.SM00000000000000000000000000000000-0", "A".repeat(43));
    let sid = entry["sid"].as_str().unwrap();
    let foreign = "SM000000000000000000000000000000ff";
    for (entry, sid) in [(&unknown, foreign), (&known, foreign), (&known, sid)] {
        let path = format!("/whatsapp/status/{entry}");
        let params = [
            ("MessageSid", sid),
            ("MessageStatus", "failed"),
            ("ErrorCode", "63051"),
        ];
        assert_eq!(scene.post_status(&path, &params).await, 204);
    }
    let path = format!("/whatsapp/status/{known}");
    let params = [
        ("MessageSid", foreign),
        ("MessageStatus", "failed"),
        ("ErrorCode", "21610"),
    ];
    assert_eq!(scene.post_status(&path, &params).await, 204);
    let answer = scene.ask(MARCIA, "help").await;
    assert!(!answer.contains("START"), "nobody has opted out: {answer}");
    assert_eq!(scene.texts(DEVON).await.len(), 0);
    assert!(scene.ask(DEVON, "help").await.contains("Flash on WhatsApp"));
}

#[tokio::test]
async fn n07_while_twilio_is_down_the_breaker_spares_it_and_no_try_is_burned() {
    let scene = Scene::begin().await;
    scene.fault("twilio", "down", None).await;
    for n in 0..8 {
        scene
            .post_message(&says(&format!("+1876555{:04}", 200 + n), "help"))
            .await;
        scene.drain().await;
    }
    let asked = scene.world.twilio.sends();
    assert!(
        (5..8).contains(&asked),
        "five failures open the breaker: {asked}"
    );
    let untried = sends(&scene)
        .await
        .iter()
        .filter(|entry| entry["attempt"] == 0)
        .count();
    assert!(
        untried >= 1,
        "what waits for the breaker has not been tried"
    );
    scene.fault("twilio", "ok", None).await;
    scene.advance(900).await;
    for n in 0..8 {
        let texts = scene.texts(&format!("+1876555{:04}", 200 + n)).await;
        assert_eq!(texts.len(), 1, "everybody is answered once");
    }
}

#[tokio::test]
async fn c10_figures_that_wait_are_not_shown_after_an_unlink() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    scene.fault("twilio", "rate_limited", Some(1)).await;
    scene.post_message(&says(MARCIA, "balance")).await;
    scene.drain().await;
    scene.say(MARCIA, "unlink").await;
    assert!(scene.ask(MARCIA, "yes").await.contains("disconnected"));
    scene.advance(600).await;
    let texts = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts.iter().all(|text| !text.contains("US$")), "{texts:?}");
    let dropped: Vec<_> = sends(&scene)
        .await
        .into_iter()
        .filter(|entry| entry["delivery"] == "dropped")
        .collect();
    assert_eq!(dropped.len(), 1);
    assert_eq!(dropped[0]["because"], "unlinked");
}

#[tokio::test]
async fn c10_two_messages_at_once_are_each_answered_once_in_order() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    let (help, balance) = (says(MARCIA, "help"), says(MARCIA, "balance"));
    tokio::join!(scene.post_message(&help), scene.post_message(&balance));
    scene.drain().await;
    let texts = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(texts.len(), 2, "{texts:?}");
    let balances = texts.iter().filter(|text| text.contains("US$")).count();
    assert_eq!(balances, 1, "{texts:?}");
}

#[tokio::test]
async fn c10_the_same_message_delivered_twice_at_once_is_answered_once() {
    let scene = Scene::begin().await;
    let mut say = says(MARCIA, "help");
    say["message_sid"] = "SM000000000000000000000000000000aa".into();
    tokio::join!(scene.post_message(&say), scene.post_message(&say));
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn c10_an_unlink_beside_a_balance_shows_nothing_to_a_chat_just_unlinked() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.say(MARCIA, "unlink").await;
    let before = scene.texts(MARCIA).await.len();
    let (yes, balance) = (says(MARCIA, "yes"), says(MARCIA, "balance"));
    tokio::join!(scene.post_message(&yes), scene.post_message(&balance));
    scene.drain().await;
    scene.advance(60).await;
    let texts = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(texts.len(), 2, "{texts:?}");
    let unlinked = texts.iter().position(|text| text.contains("disconnected"));
    let shown = texts.iter().position(|text| text.contains("US$"));
    // Whichever came first: no figures after the chat was told that it is disconnected.
    assert!(
        unlinked.is_none_or(|unlinked| shown.is_none_or(|shown| shown < unlinked)),
        "{texts:?}"
    );
}

/// Puts a text of several parts into the outbox, as a long answer would.
async fn long_answer(scene: &Scene) -> (PersonKey, String) {
    let tables = &scene.world.webhook.talk.tables;
    let address = domain::address::WhatsAppAddress::parse(&format!("whatsapp:{MARCIA}")).unwrap();
    let person = tables.keys().person(&address);
    let sentence = "Every part of this long answer comes after the part before it. ";
    let text = (0..60).fold(String::new(), |text, n| text + &format!("{n}: {sentence}"));
    let now = scene.world.webhook.talk.clock.now();
    let reply = Reply::from(text.clone());
    let cause = ("SM000000000000000000000000000000bb", 0);
    let entries = tables.sends(&person, &address, &reply, cause, now);
    assert_eq!(entries.len(), 3);
    let mut transaction = tables.transaction(&person, now);
    for entry in &entries {
        transaction.entry(entry);
    }
    transaction.commit().await.unwrap();
    (person, text)
}

async fn parts(scene: &Scene) -> Vec<String> {
    let mut texts = scene.texts(MARCIA).await;
    texts.retain(|text| text.contains("long answer"));
    texts
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[tokio::test]
async fn a_long_answer_comes_in_parts_in_order_though_the_first_is_refused_for_a_while() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    let (_, text) = long_answer(&scene).await;
    scene.fault("twilio", "rate_limited", Some(3)).await;
    scene.advance(300).await;
    let parts = parts(&scene).await;
    assert_eq!(parts.len(), 3);
    assert_eq!(words(&parts.join(" ")), words(&text));
    assert!(
        parts
            .iter()
            .all(|part| part.encode_utf16().count() <= 1_500)
    );
}

#[tokio::test]
async fn later_parts_find_out_by_themselves_that_their_turn_has_come() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    let (_, text) = long_answer(&scene).await;
    // Twilio takes each part and never says so: only the list knows.
    scene.fault("twilio", "timeout_after_accept", Some(1)).await;
    scene.advance(900).await;
    let parts = parts(&scene).await;
    assert_eq!(words(&parts.join(" ")), words(&text));
}

#[tokio::test]
async fn later_parts_are_not_sent_if_the_first_can_not_be() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    long_answer(&scene).await;
    fail(&scene, json!({"code": 21211, "http_status": 400})).await;
    scene.advance(900).await;
    assert!(parts(&scene).await.is_empty());
    let reasons: Vec<_> = sends(&scene)
        .await
        .iter()
        .filter(|entry| entry["delivery"] == "dropped")
        .map(|entry| entry["because"].clone())
        .collect();
    assert_eq!(reasons, ["part_before_missing", "part_before_missing"]);
}
