//! Rows N and X of the acceptance cases, as far as they are about delivery: nothing is lost, nothing is sent twice.

use std::time::Duration;

use e2e::{DEVON, MARCIA, Scene};
use sandbox::world::Options;
use serde_json::{Value, json};

fn says(phone: &str, body: &str) -> Value {
    json!({"from": format!("whatsapp:{phone}"), "body": body})
}

async fn sends(scene: &Scene) -> Vec<Value> {
    scene
        .table("messages")
        .await
        .into_iter()
        .filter(|item| item["kind"] == "send")
        .collect()
}

#[tokio::test]
async fn n07_what_twilio_refuses_for_now_is_sent_once_after_growing_waits() {
    let scene = Scene::begin().await;
    scene.fault("twilio", "rate_limited", Some(3)).await;
    scene.post_message(&says(MARCIA, "help")).await;
    scene.drain().await;
    assert!(scene.texts(MARCIA).await.is_empty());
    assert_eq!(sends(&scene).await[0]["delivery"], "pending");
    scene.advance(900).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
    assert_eq!(sends(&scene).await[0]["attempt"], 4);
    assert_eq!(
        scene.get("/sandbox/dead-letters").await.json()["send"],
        json!([])
    );
}

#[tokio::test]
async fn n07_a_refused_send_holds_up_nobodys_next_message() {
    let scene = Scene::begin().await;
    scene.fault("twilio", "rate_limited", Some(1)).await;
    scene.post_message(&says(MARCIA, "help")).await;
    scene.drain().await;
    let texts = scene.say(MARCIA, "balance").await;
    assert!(
        texts[0].contains("link your Flash account first"),
        "answered while the other waits: {texts:?}"
    );
    scene.advance(120).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 2);
}

#[tokio::test]
async fn n07_an_outage_of_minutes_loses_nothing() {
    let scene = Scene::begin().await;
    scene.fault("twilio", "rate_limited", None).await;
    scene.post_message(&says(MARCIA, "help")).await;
    scene.advance(600).await;
    let tried = scene.world.twilio.sends();
    assert!(
        (6..=12).contains(&tried),
        "the waits grow: {tried} tries in ten minutes"
    );
    scene.fault("twilio", "ok", None).await;
    scene.advance(600).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn n11_a_callback_about_another_message_changes_nothing() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    scene.ask(DEVON, "help").await;
    scene.advance(60).await;
    let before = sends(&scene).await;
    let entry = before[0].clone();
    let id = entry["id"]
        .as_str()
        .unwrap()
        .strip_prefix("entry#")
        .unwrap();
    let path = format!(
        "/whatsapp/status/{}.{id}",
        entry["person"].as_str().unwrap()
    );
    let params = [
        ("MessageSid", "SM000000000000000000000000000000ff"),
        ("MessageStatus", "failed"),
        ("ErrorCode", "63016"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let token = twilio::signature::AuthToken::from("local-auth-token".to_owned());
    let signature = twilio::signature::sign(&token, &scene.url(&path), &params);
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-twilio-signature", signature.as_str()),
    ];
    let body = "MessageSid=SM000000000000000000000000000000ff&MessageStatus=failed&ErrorCode=63016"
        .to_owned();
    let answer = scene
        .call(reqwest::Method::POST, &path, &headers, Some(body))
        .await;
    assert_eq!(answer.status, 204);
    assert_eq!(sends(&scene).await, before);
}

#[tokio::test]
async fn n07_a_send_that_is_refused_for_ever_is_given_up_visibly() {
    let scene = Scene::begin().await;
    scene.fault("twilio", "rate_limited", None).await;
    scene.post_message(&says(MARCIA, "help")).await;
    scene.advance(7_200).await;
    scene.fault("twilio", "ok", None).await;
    scene.advance(3_600).await;
    assert!(scene.texts(MARCIA).await.is_empty());
    let delivery = sends(&scene).await[0]["delivery"].clone();
    assert!(delivery == "failed" || delivery == "dropped", "{delivery}");
    assert!(
        sends(&scene).await[0].get("due_at").is_none(),
        "nothing is left to do"
    );
}

#[tokio::test]
async fn n07_a_message_that_twilio_took_without_saying_so_is_found_and_not_sent_again() {
    let scene = Scene::begin().await;
    scene.fault("twilio", "timeout_after_accept", Some(1)).await;
    scene.post_message(&says(MARCIA, "help")).await;
    scene.drain().await;
    scene.advance(600).await;
    assert_eq!(
        scene.texts(MARCIA).await.len(),
        1,
        "taken once, and never again"
    );
    let entry = sends(&scene).await.remove(0);
    assert_eq!(entry["delivery"], "read", "{entry}");
    assert!(entry["sid"].is_string());
}

#[tokio::test]
async fn n07_the_list_finds_a_message_even_if_no_callback_ever_comes() {
    let scene = Scene::begin().await;
    // Two equal answers, so that the list holds two that fit: each entry gets one of its own.
    for _ in 0..2 {
        scene.fault("twilio", "timeout_after_accept", Some(1)).await;
        scene.post_message(&says(MARCIA, "help")).await;
        scene.drain().await;
    }
    scene.world.twilio.forget_callbacks();
    scene.advance(600).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 2);
    let sids: std::collections::HashSet<String> = sends(&scene)
        .await
        .iter()
        .map(|entry| entry["sid"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(sids.len(), 2);
}

/// The list can't tell whose message it is where two entries read the same; a callback can, and may come after the guess.
#[tokio::test]
async fn n07_whoever_was_given_an_equal_message_is_sent_once_a_callback_says_whose_it_was() {
    let scene = Scene::with(Options {
        twilio_timeout: Some(Duration::from_millis(250)),
        ..Options::default()
    })
    .await;
    // Of two equal answers Twilio takes the second, and its callbacks are late.
    for fault in ["down", "timeout_after_accept"] {
        scene.fault("twilio", fault, Some(1)).await;
        scene.post_message(&says(MARCIA, "help")).await;
        scene.fault("webhook", "down", None).await;
        scene.drain().await;
        scene.world.twilio.forget_callbacks();
        scene.fault("webhook", "ok", None).await;
        scene.advance(5).await;
    }
    let taken = scene.messages(MARCIA).await;
    assert_eq!(taken.len(), 1, "{taken:?}");
    let sid = taken[0]["sid"].as_str().unwrap();
    scene.advance(45).await;
    let (given, left): (Vec<_>, Vec<_>) = sends(&scene)
        .await
        .into_iter()
        .partition(|entry| entry["sid"] == sid);
    assert_eq!((given.len(), left.len()), (1, 1), "{given:?} {left:?}");
    let mut claims = scene.table("messages").await;
    claims.retain(|item| item["id"] == format!("sid#{sid}"));
    let given = given[0]["id"].as_str().unwrap();
    assert!(given.ends_with(claims[0]["entry"].as_str().unwrap()));

    let id = left[0]["id"].as_str().unwrap();
    let id = id.strip_prefix("entry#").unwrap();
    let path = format!(
        "/whatsapp/status/{}.{id}",
        left[0]["person"].as_str().unwrap()
    );
    let read = [("MessageSid", sid), ("MessageStatus", "read")];
    assert_eq!(scene.post_status(&path, &read).await, 204);
    scene.advance(1_800).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 2, "each answer once");
    let entries = sends(&scene).await;
    let read = entries.iter().filter(|entry| entry["delivery"] == "read");
    assert_eq!(read.count(), 2, "{entries:?}");
    assert_ne!(entries[0]["sid"], entries[1]["sid"]);
}

#[tokio::test]
async fn n07_a_message_that_twilio_did_not_take_is_sent_once_more_after_it_was_absent_twice() {
    let scene = Scene::begin().await;
    // 503 without a word about when to return: it may have been taken.
    scene.fault("twilio", "down", Some(1)).await;
    scene.post_message(&says(MARCIA, "help")).await;
    scene.drain().await;
    assert_eq!(sends(&scene).await[0]["delivery"], "unknown");
    scene.advance(60).await;
    assert!(
        scene.texts(MARCIA).await.is_empty(),
        "one look is not enough"
    );
    scene.advance(120).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
    scene.advance(600).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn n07_what_can_not_be_decided_stays_unknown_and_is_not_sent() {
    let scene = Scene::begin().await;
    scene.fault("twilio", "down", None).await;
    scene.post_message(&says(MARCIA, "help")).await;
    scene.advance(26 * 3_600).await;
    scene.fault("twilio", "ok", None).await;
    scene.advance(2 * 3_600).await;
    assert!(scene.texts(MARCIA).await.is_empty());
    let entry = sends(&scene).await.remove(0);
    assert_eq!(entry["delivery"], "unknown");
    assert!(
        entry.get("due_at").is_none(),
        "nobody looks at it any more: {entry}"
    );
}

#[tokio::test]
async fn n07_what_proves_absent_only_after_its_end_is_dropped_and_says_so() {
    let scene = Scene::begin().await;
    scene.fault("twilio", "down", None).await;
    scene.post_message(&says(MARCIA, "link")).await;
    scene.advance(600).await;
    scene.fault("twilio", "ok", None).await;
    scene.advance(900).await;
    assert!(scene.texts(MARCIA).await.is_empty());
    let entry = sends(&scene).await.remove(0);
    assert_eq!(entry["delivery"], "dropped", "{entry}");
    assert_eq!(entry["because"], "too_late");
}

#[tokio::test]
async fn x02_after_a_queue_that_was_down_for_several_messages_all_come_in_order() {
    let scene = Scene::begin().await;
    scene.fault("queue", "down", None).await;
    for body in ["help", "balance", "unlink"] {
        scene.post_message(&says(MARCIA, body)).await;
        scene.advance(3).await;
    }
    scene.fault("queue", "ok", None).await;
    // By the next message.
    scene.post_message(&says(MARCIA, "yes")).await;
    scene.drain().await;
    let texts = scene.texts(MARCIA).await;
    let wanted = [
        "Flash on WhatsApp",
        "link your Flash",
        "No Flash account",
        "nothing waiting",
    ];
    assert_eq!(texts.len(), wanted.len(), "{texts:?}");
    for (text, wanted) in texts.iter().zip(wanted) {
        assert!(text.contains(wanted), "{texts:?}");
    }
}

#[tokio::test]
async fn x02_after_a_queue_that_was_down_the_relay_keeps_the_order() {
    let scene = Scene::begin().await;
    scene.fault("queue", "down", None).await;
    for body in ["help", "balance", "unlink", "what is this"] {
        scene.post_message(&says(MARCIA, body)).await;
        scene.advance(3).await;
    }
    scene.fault("queue", "ok", None).await;
    scene.advance(60).await;
    let texts = scene.texts(MARCIA).await;
    let wanted = [
        "Flash on WhatsApp",
        "link your Flash",
        "No Flash account",
        "before I answer your question",
    ];
    assert_eq!(texts.len(), wanted.len(), "{texts:?}");
    for (text, wanted) in texts.iter().zip(wanted) {
        assert!(text.contains(wanted), "{texts:?}");
    }
}

#[tokio::test]
async fn n11_callbacks_late_twice_and_out_of_order_only_move_forward() {
    let scene = Scene::begin().await;
    for n in 0..8 {
        scene
            .ask(if n % 2 == 0 { MARCIA } else { DEVON }, "help")
            .await;
    }
    scene.advance(60).await;
    let entries = sends(&scene).await;
    assert_eq!(entries.len(), 8);
    for entry in entries {
        assert_eq!(entry["delivery"], "read");
        assert!(entry["sid"].as_str().unwrap().starts_with("SM"));
        assert!(entry.get("due_at").is_none(), "what is done is not due");
    }
}

#[tokio::test]
async fn x01_a_table_that_is_down_means_503_then_one_answer() {
    let scene = Scene::begin().await;
    scene.fault("dynamodb", "down", None).await;
    let mut say = says(MARCIA, "help");
    let (sid, status) = scene.post_message(&say).await;
    assert_eq!(status, 503);
    scene.fault("dynamodb", "ok", None).await;
    say["message_sid"] = sid.into();
    assert_eq!(scene.post_message(&say).await.1, 200);
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn x02_with_the_queue_down_after_the_commit_the_next_message_publishes_both_in_order() {
    let scene = Scene::begin().await;
    scene.fault("queue", "down", Some(1)).await;
    assert_eq!(scene.post_message(&says(MARCIA, "help")).await.1, 200);
    assert_eq!(scene.post_message(&says(MARCIA, "balance")).await.1, 200);
    scene.drain().await;
    let texts = scene.texts(MARCIA).await;
    assert_eq!(texts.len(), 2);
    assert!(
        texts[0].contains("Flash on WhatsApp") && texts[1].contains("*link*"),
        "{texts:?}"
    );
}

#[tokio::test]
async fn x02_with_the_queue_down_after_the_commit_the_relay_sends_it_once() {
    let scene = Scene::begin().await;
    scene.fault("queue", "down", Some(1)).await;
    assert_eq!(scene.post_message(&says(MARCIA, "help")).await.1, 200);
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
    scene.advance(600).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn x02_a_code_ends_on_time_even_if_its_timer_was_never_published() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let key = scene.mint_key(MARCIA, &e2e::READ_ONLY).await;
    scene.fault("queue", "down", Some(1)).await;
    assert_eq!(scene.bring(&token, &key, false).await.status, 200);
    scene.advance(301).await;
    assert!(scene.table("codes").await.is_empty());
    assert!(
        scene
            .texts(MARCIA)
            .await
            .pop()
            .unwrap()
            .contains("has run out")
    );
}

#[tokio::test]
async fn x03_a_commit_whose_answer_is_lost_gives_one_answer() {
    let scene = Scene::begin().await;
    for count in [1, 5] {
        scene
            .fault("dynamodb", "commit_answer_lost", Some(count))
            .await;
        scene.post_until_taken(says(MARCIA, "help")).await;
        scene.fault("dynamodb", "ok", None).await;
    }
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), 2);
}
