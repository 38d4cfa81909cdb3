//! The 24-hour window: free text inside, an approved template outside, and what happens where neither can go.

use e2e::{DEVON, MARCIA, READ_ONLY, Scene};
use sandbox::world::Options;
use serde_json::{Value, json};

const DAY: i64 = 86_400;

/// Somebody brings the key of Marcia's account to the link page of Devon's chat: Marcia is told.
async fn somebody_tries_marcias_account(scene: &Scene) {
    let token = scene.link_token(&format!("whatsapp:{DEVON}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let answer = scene.bring(&token, &key, true).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    scene.drain().await;
}

/// The entry that warns Marcia, as it stands.
async fn alert(scene: &Scene) -> Value {
    let entries = scene.table("messages").await;
    let mut alerts = entries.into_iter().filter(|item| item["class"] == "notice");
    let alert = alerts.next().expect("an alert stands in the outbox");
    assert_eq!(alerts.next(), None);
    alert
}

async fn judge(scene: &Scene, language: &str, status: &str) {
    let body = json!({"name": "security_alert", "language": language, "status": status});
    let answer = scene.post("/sandbox/templates", &body).await;
    assert!(answer.status < 300, "{}", answer.body);
}

#[tokio::test]
async fn n03_inside_the_window_news_go_as_free_text() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let before = scene.messages(MARCIA).await.len();
    somebody_tries_marcias_account(&scene).await;
    let told = scene.messages(MARCIA).await.split_off(before);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0]["content_sid"].is_null(), "{}", told[0]);
    assert!(told[0]["body"].as_str().unwrap().contains("tried to link"));
}

#[tokio::test]
async fn n03_a_day_after_the_person_last_wrote_the_approved_template_goes_out() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(DAY).await;
    let before = scene.messages(MARCIA).await.len();
    somebody_tries_marcias_account(&scene).await;
    scene.advance(60).await;
    let told = scene.messages(MARCIA).await.split_off(before);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0]["content_sid"].is_string(), "{}", told[0]);
    let body = told[0]["body"].as_str().unwrap();
    assert!(
        body.contains("Security alert") && body.contains("••"),
        "{body}"
    );
    assert_eq!(alert(&scene).await["delivery"], "read");
}

#[tokio::test]
async fn n03_the_template_is_in_the_persons_language_at_flash_or_else_in_english() {
    for (status, word) in [("approved", "alguien"), ("paused", "")] {
        let scene = Scene::begin().await;
        scene.at_flash(MARCIA, json!({"language": "es"})).await;
        scene.link(MARCIA).await;
        judge(&scene, "es", status).await;
        scene.advance(DAY).await;
        let before = scene.messages(MARCIA).await.len();
        somebody_tries_marcias_account(&scene).await;
        scene.advance(60).await;
        let told = scene.messages(MARCIA).await.split_off(before);
        if status == "approved" {
            assert_eq!(told.len(), 1);
            let body = told[0]["body"].as_str().unwrap().to_lowercase();
            assert!(body.contains(word), "{body}");
        } else {
            // Paused at WhatsApp after it was put into the configuration: it fails once, and is left.
            assert_eq!(told.len(), 1, "nothing loops: {told:?}");
            assert_eq!(alert(&scene).await["delivery"], "failed");
        }
    }
}

#[tokio::test]
async fn n03_a_window_that_whatsapp_finds_closed_is_switched_to_the_template_once() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.world.twilio.close_window(MARCIA);
    let before = scene.messages(MARCIA).await.len();
    somebody_tries_marcias_account(&scene).await;
    scene.advance(300).await;
    let told = scene.messages(MARCIA).await.split_off(before);
    assert_eq!(told.len(), 2, "free text, then the template: {told:?}");
    assert!(told[0]["content_sid"].is_null() && told[1]["content_sid"].is_string());
    let entry = alert(&scene).await;
    assert_eq!(entry["delivery"], "read", "{entry}");
    assert_eq!(entry["failures"], 1);
    // The window stays closed until she writes.
    let session = scene.table("sessions").await;
    let closed = |sessions: &[Value]| {
        sessions
            .iter()
            .filter(|session| session.get("window_closed_at").is_some())
            .count()
    };
    assert_eq!(closed(&session), 1);
    scene.ask(MARCIA, "help").await;
    assert_eq!(closed(&scene.table("sessions").await), 0);
}

#[tokio::test]
async fn n03_an_answer_that_whatsapp_finds_outside_the_window_is_not_sent_again() {
    let scene = Scene::begin().await;
    let fail = json!({"code": 63016});
    assert_eq!(scene.post("/sandbox/fail", &fail).await.status, 204);
    scene
        .post_message(&json!({"from": format!("whatsapp:{MARCIA}"), "body": "help"}))
        .await;
    scene.drain().await;
    scene.advance(3_600).await;
    assert_eq!(scene.messages(MARCIA).await.len(), 1);
    let entries = scene.table("messages").await;
    let entry = entries.iter().find(|item| item["kind"] == "send").unwrap();
    assert_eq!(entry["delivery"], "failed");
    assert_eq!(entry["error_code"], 63016);
}

#[tokio::test]
async fn n04_without_a_template_the_news_is_recorded_and_skipped() {
    let scene = Scene::with(Options {
        templates: false,
        ..Options::default()
    })
    .await;
    scene.link(MARCIA).await;
    scene.advance(DAY).await;
    let before = scene.messages(MARCIA).await.len();
    somebody_tries_marcias_account(&scene).await;
    scene.advance(DAY).await;
    assert_eq!(scene.messages(MARCIA).await.len(), before);
    let entry = alert(&scene).await;
    assert_eq!(entry["delivery"], "dropped");
    assert_eq!(entry["because"], "template_unusable");
    assert!(entry.get("due_at").is_none());
    // Everything else works without buttons.
    assert!(
        scene
            .ask(MARCIA, "help")
            .await
            .contains("Flash on WhatsApp")
    );
}

#[tokio::test]
async fn n04_a_rejected_template_fails_once_and_loops_nowhere() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    judge(&scene, "en", "rejected").await;
    scene.advance(DAY).await;
    let before = scene.messages(MARCIA).await.len();
    somebody_tries_marcias_account(&scene).await;
    scene.advance(DAY).await;
    assert_eq!(scene.messages(MARCIA).await.len(), before + 1);
    let entry = alert(&scene).await;
    assert_eq!(entry["delivery"], "failed");
    assert_eq!(entry["error_code"], 63040);
}
