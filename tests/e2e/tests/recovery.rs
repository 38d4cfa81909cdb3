//! Row N12: what was lost between Twilio and us, on its way here or back, is found again.

use domain::policy::{CALLBACK_LATE, RECOVERY_GAP, RECOVERY_REFUSALS, RECOVERY_TRIES};
use e2e::{DEVON, MARCIA, READ_ONLY, Scene, TANYA, WINSTON};
use lambda_http::LambdaEvent;
use sandbox::gateway;
use scheduler::Failed;
use serde_json::{Value, json};

const HER_ID: &str = "whatsapp:JM.4566546130240823";
const WORDS: [&str; 4] = ["help", "balance", "unlink", "what is this"];
const DAY: i64 = 86_400;

fn says(phone: &str, body: &str) -> Value {
    json!({"from": format!("whatsapp:{phone}"), "body": body})
}

/// `phone` writes and nobody takes it; its SID.
async fn writes_in_vain(scene: &Scene, phone: &str, body: &str) -> String {
    let (sid, status) = scene.post_message(&says(phone, body)).await;
    assert_eq!(status, 502);
    sid
}

/// How often the webhook was called for a message.
async fn calls(scene: &Scene, sid: &str) -> usize {
    let trace = scene.trace(sid).await;
    let steps = trace["steps"].as_array().unwrap().iter();
    steps
        .filter(|step| step["function"] == "webhook" && step["kind"] == "invoke")
        .count()
}

/// The one entry there is.
async fn entry(scene: &Scene) -> Value {
    let mut sends = scene.table("messages").await;
    sends.retain(|item| item["kind"] == "send");
    assert_eq!(sends.len(), 1, "{sends:?}");
    sends.remove(0)
}

async fn watermark(scene: &Scene) -> Value {
    let cache = scene.table("cache").await;
    let item = cache.iter().find(|item| item["key"] == "watermark#inbound");
    item.unwrap()["watermark"].clone()
}

/// A message that Twilio has and of which no callback arrives.
async fn answers_and_hears_nothing(scene: &Scene) {
    assert_eq!(scene.post_message(&says(MARCIA, "help")).await.1, 200);
    scene.fault("webhook", "down", None).await;
    scene.drain().await;
    scene.advance(60).await;
    scene.fault("webhook", "ok", None).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
    assert_eq!(entry(scene).await["delivery"], "queued");
}

/// The schedule's event, without the local world around it.
async fn round(scene: &Scene) -> Result<Value, scheduler::Failed> {
    let event = LambdaEvent::new(json!({"trigger": "relay"}), gateway::context(i64::MAX));
    scheduler::handle(&scene.world.scheduler, event).await
}

/// Nobody repeats a round, and its queue has no dead letters: Lambda's own count of errors is all that would tell.
#[tokio::test]
async fn n06_a_round_that_the_tables_fail_is_a_failed_invocation() {
    let scene = Scene::begin().await;
    round(&scene).await.unwrap();
    scene.fault("dynamodb", "down", None).await;
    assert!(matches!(round(&scene).await, Err(Failed::Round)));
    scene.fault("dynamodb", "ok", None).await;
    round(&scene).await.unwrap();
}

#[tokio::test]
async fn n12_a_list_that_twilio_does_not_give_fails_no_round_and_is_asked_for_again() {
    let scene = Scene::begin().await;
    round(&scene).await.unwrap();
    scene.fault("webhook", "down", None).await;
    writes_in_vain(&scene, MARCIA, "help").await;
    scene.fault("webhook", "ok", None).await;
    scene.fault("twilio", "down", None).await;
    scene.advance(2 * RECOVERY_GAP).await;
    let before = watermark(&scene).await;
    round(&scene).await.unwrap();
    assert_eq!(watermark(&scene).await["at"], before["at"]);
    scene.fault("twilio", "ok", None).await;
    scene.advance(2 * RECOVERY_GAP).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn n10_a_start_that_was_missed_does_not_take_back_a_later_stop() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    scene.fault("webhook", "down", None).await;
    writes_in_vain(&scene, MARCIA, "start").await;
    scene.advance(20).await;
    scene.fault("webhook", "ok", None).await;
    assert!(scene.ask(MARCIA, "stop").await.contains("Done"));
    let before = scene.texts(MARCIA).await.len();
    scene.advance(2 * RECOVERY_GAP).await;
    let texts = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].contains("send *START* once more"), "{texts:?}");
    let people = scene.table("people").await;
    let standing = people
        .iter()
        .find(|item| item.get("opted_out_at").is_some());
    assert!(standing.is_some(), "{people:?}");
}

#[tokio::test]
async fn n12_messages_written_while_we_were_down_are_found_and_answered_once_in_order() {
    let scene = Scene::begin().await;
    let mut as_ever = Vec::new();
    for body in WORDS {
        as_ever.extend(scene.say(WINSTON, body).await);
    }
    let people = [MARCIA, DEVON, TANYA];
    scene.fault("webhook", "down", None).await;
    let mut sids = Vec::new();
    for minute in 0..10 {
        for phone in people {
            if let (0, Some(body)) = (minute % 3, WORDS.get(minute / 3)) {
                sids.push(writes_in_vain(&scene, phone, body).await);
            }
        }
        scene.advance(60).await;
    }
    assert_eq!(sids.len(), people.len() * WORDS.len());
    for phone in people {
        assert!(scene.texts(phone).await.is_empty());
    }

    scene.fault("webhook", "ok", None).await;
    scene.advance(2 * RECOVERY_GAP).await;
    for phone in people {
        assert_eq!(scene.texts(phone).await, as_ever, "{phone}");
    }
    for sid in &sids {
        assert_eq!(calls(&scene, sid).await, 1);
    }
    scene.advance(3_600).await;
    for phone in people {
        assert_eq!(scene.texts(phone).await.len(), as_ever.len());
    }
    for sid in &sids {
        assert_eq!(calls(&scene, sid).await, 1, "found again, and let be");
    }
}

#[tokio::test]
async fn n12_a_message_that_was_answered_is_not_answered_again() {
    let scene = Scene::begin().await;
    let (sid, status) = scene.post_message(&says(MARCIA, "help")).await;
    assert_eq!(status, 200);
    for _ in 0..6 {
        scene.advance(RECOVERY_GAP).await;
    }
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
    assert_eq!(calls(&scene, &sid).await, 1);
}

/// Twilio's list shows the number alone, and the receipt must be found by it.
#[tokio::test]
async fn n12_who_is_known_by_a_user_id_is_not_answered_again_under_the_number() {
    let scene = Scene::begin().await;
    let token = scene.link_token(HER_ID).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let answer = scene.bring(&token, &key, true).await;
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    let linked = scene.say_as(HER_ID, json!({ "body": code })).await;
    assert!(linked[0].contains("Linked"), "{linked:?}");

    let say = json!({"body": "balance", "external_user_id": HER_ID});
    let texts = scene.say_as(&format!("whatsapp:{MARCIA}"), say).await;
    assert!(texts[0].contains("US$1.09"), "{texts:?}");
    scene.advance(3 * RECOVERY_GAP).await;
    assert_eq!(scene.texts(MARCIA).await, texts);
}

#[tokio::test]
async fn n12_a_message_that_no_one_can_take_holds_up_nobody_else() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    // An item of a later release, say.
    let person = scene.table("people").await[0]["person"].clone();
    let odd = json!({"person": person, "version": "two"});
    let database = &scene.world.database;
    database.load("people", &[odd]).await.unwrap();

    scene.fault("webhook", "down", None).await;
    let mut sids = Vec::new();
    for _ in 0..=RECOVERY_REFUSALS {
        sids.push(writes_in_vain(&scene, MARCIA, "balance").await);
    }
    scene.advance(30).await;
    writes_in_vain(&scene, DEVON, "help").await;
    scene.fault("webhook", "ok", None).await;
    scene.advance(2 * RECOVERY_GAP).await;
    assert_eq!(scene.texts(DEVON).await.len(), 1);
    let before = watermark(&scene).await;
    assert_ne!(before["tries"], 0, "it waits for her: {before}");

    for _ in 0..2 * RECOVERY_TRIES {
        scene.advance(RECOVERY_GAP).await;
    }
    let after = watermark(&scene).await;
    assert_eq!(after["tries"], 0, "and not for ever: {after}");
    assert_eq!(calls(&scene, &sids[0]).await, RECOVERY_TRIES as usize);
    for later in &sids[1..] {
        assert_eq!(calls(&scene, later).await, 1, "none goes without a try");
    }
    assert_eq!(scene.texts(DEVON).await.len(), 1);
}

#[tokio::test]
async fn n12_while_the_webhook_takes_nothing_nothing_is_given_up() {
    let scene = Scene::begin().await;
    scene.drain().await;
    scene.fault("webhook", "down", None).await;
    writes_in_vain(&scene, MARCIA, "help").await;
    for _ in 0..3 * RECOVERY_TRIES {
        scene.advance(RECOVERY_GAP).await;
    }
    scene.fault("webhook", "ok", None).await;
    scene.advance(RECOVERY_GAP).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn n12_what_is_past_its_window_is_left_alone() {
    let scene = Scene::begin().await;
    scene.drain().await;
    scene.fault("webhook", "down", None).await;
    let late = writes_in_vain(&scene, MARCIA, "help").await;
    scene.advance(DAY).await;
    writes_in_vain(&scene, DEVON, "help").await;
    scene.fault("webhook", "ok", None).await;
    scene.advance(2 * RECOVERY_GAP).await;
    assert_eq!(calls(&scene, &late).await, 0);
    assert_eq!(scene.texts(DEVON).await.len(), 1);
}

#[tokio::test]
async fn n12_what_is_posted_in_twilios_place_is_signed_with_a_token_rotated_meanwhile() {
    let scene = Scene::begin().await;
    for token in ["second-token", "third-token"] {
        scene.world.secrets.rotate_auth_token(token);
        scene.world.twilio.rotate_auth_token(token);
    }
    // The webhook learns of it first, and forgets the first token.
    scene.ask(DEVON, "help").await;
    scene.fault("webhook", "down", None).await;
    writes_in_vain(&scene, MARCIA, "help").await;
    scene.fault("webhook", "ok", None).await;
    scene.advance(2 * RECOVERY_GAP).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn n12_twilios_list_is_asked_for_only_now_and_then_even_while_it_fails() {
    let scene = Scene::begin().await;
    scene.drain().await;
    scene.fault("twilio", "down", None).await;
    let before = scene.world.twilio.requests();
    for _ in 0..20 {
        scene.advance(60).await;
    }
    let asked = scene.world.twilio.requests() - before;
    assert!((3..=4).contains(&asked), "{asked} times in 20 minutes");
}

#[tokio::test]
async fn n12_entries_still_sent_are_fetched_once_by_sid() {
    let scene = Scene::begin().await;
    answers_and_hears_nothing(&scene).await;
    assert_eq!(scene.world.twilio.fetches(), 0);
    scene.advance(CALLBACK_LATE).await;
    let found = entry(&scene).await;
    assert_eq!(found["delivery"], "read");
    assert!(found.get("due_at").is_none(), "{found}");
    scene.advance(2 * DAY).await;
    assert_eq!(scene.world.twilio.fetches(), 1);
}

#[tokio::test]
async fn n12_a_blocked_number_stays_sent_for_ever_and_is_asked_for_once() {
    let scene = Scene::begin().await;
    scene.world.twilio.block(MARCIA);
    scene.ask(MARCIA, "help").await;
    scene.advance(60).await;
    let sent = entry(&scene).await;
    assert_eq!(sent["delivery"], "sent");
    assert!(sent.get("due_at").is_some(), "{sent}");
    for _ in 0..20 {
        scene.advance(3 * 3_600).await;
    }
    let sent = entry(&scene).await;
    assert_eq!(sent["delivery"], "sent");
    assert!(sent.get("due_at").is_none(), "{sent}");
    assert_eq!(scene.world.twilio.fetches(), 1);
}

#[tokio::test]
async fn n12_a_failure_that_nobody_told_us_of_is_found_with_its_code() {
    let scene = Scene::begin().await;
    let answer = scene.post("/sandbox/fail", &json!({"code": 63024})).await;
    assert_eq!(answer.status, 204);
    answers_and_hears_nothing(&scene).await;
    scene.advance(CALLBACK_LATE).await;
    let failed = entry(&scene).await;
    assert_eq!(failed["delivery"], "failed", "{failed}");
    assert_eq!(failed["error_code"], 63024);
    assert_eq!(scene.world.twilio.fetches(), 1);
}

#[tokio::test]
async fn n12_where_twilio_can_not_be_asked_it_is_asked_again_later_and_not_for_ever() {
    let scene = Scene::begin().await;
    answers_and_hears_nothing(&scene).await;
    scene.fault("twilio", "down", None).await;
    scene.advance(CALLBACK_LATE).await;
    let waiting = entry(&scene).await;
    assert_eq!(waiting["delivery"], "queued");
    assert!(waiting.get("due_at").is_some(), "{waiting}");
    scene.fault("twilio", "ok", None).await;
    scene.advance(3 * CALLBACK_LATE).await;
    assert_eq!(entry(&scene).await["delivery"], "read");

    let scene = Scene::begin().await;
    answers_and_hears_nothing(&scene).await;
    scene.fault("twilio", "down", None).await;
    for _ in 0..30 {
        scene.advance(3_600).await;
    }
    let closed = entry(&scene).await;
    assert_eq!(closed["delivery"], "queued");
    assert!(closed.get("due_at").is_none(), "{closed}");
}

#[tokio::test]
async fn n11_a_receipt_that_names_no_entry_is_kept_and_merged() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    scene.world.twilio.forget_callbacks();
    let sid = scene.messages(MARCIA).await[0]["sid"]
        .as_str()
        .unwrap()
        .to_owned();
    let to = format!("whatsapp:{MARCIA}");
    // Twice, and an older state after it: it only moves forward.
    for status in ["read", "read", "sent"] {
        let params = [
            ("MessageSid", sid.as_str()),
            ("MessageStatus", status),
            ("To", to.as_str()),
        ];
        assert_eq!(scene.post_status("/whatsapp/status", &params).await, 204);
    }
    scene.advance(1_000).await;
    assert_eq!(entry(&scene).await["delivery"], "read");
    let fetched = scene.world.twilio.fetches();
    assert_eq!(fetched, 0, "what is known is not asked for");
}

/// Twilio's list shows no user id, so it can't show that the number is still the same person's.
#[tokio::test]
async fn n12_figures_are_not_shown_on_a_message_that_can_not_show_who_wrote_it() {
    let scene = Scene::begin().await;
    let address = format!("whatsapp:{MARCIA}");
    let says = |body: &str| json!({"from": address, "body": body, "external_user_id": HER_ID});
    let code = scene.code_for(MARCIA).await;
    let linked = scene.say_as(&address, says(&code)).await;
    assert!(linked[0].contains("Linked"), "{linked:?}");
    let before = scene.texts(MARCIA).await.len();
    scene.fault("webhook", "down", None).await;
    assert_eq!(scene.post_message(&says("balance")).await.1, 502);
    scene.fault("webhook", "ok", None).await;
    scene.advance(2 * RECOVERY_GAP).await;
    let texts = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(
        texts[0].contains("once more") && !texts[0].contains("US$"),
        "{texts:?}"
    );
    let answer = scene.say_as(&address, says("balance")).await;
    assert!(answer[0].contains("US$1.09"), "{answer:?}");
}
