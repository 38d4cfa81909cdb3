//! What the person says or does while the model thinks.

use domain::policy::ERASURE_LAST_ROUND;
use e2e::{MARCIA, Scene, TANYA};
use serde_json::json;

use crate::{HOW, agreed, held, memories, message, records};

/// The person writes `words` while the model thinks; what they hear from then on, the model's answer included if it is told.
async fn meanwhile(scene: &Scene, words: &[&str]) -> Vec<String> {
    held(scene, MARCIA, HOW).await;
    let before = scene.texts(MARCIA).await.len();
    for body in words {
        let (_, status) = scene.post_message(&message(MARCIA, body)).await;
        assert_eq!(status, 200);
    }
    scene.world.maple.release();
    scene.drain().await;
    scene.advance(300).await;
    scene.texts(MARCIA).await.split_off(before)
}

/// Nothing was said, nothing is remembered, and why is recorded.
async fn is_dropped(scene: &Scene) {
    let records = records(scene).await;
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0]["because"], "conversation_ended", "{records:?}");
    assert_eq!(memories(scene).await.len(), 0);
    let mut entries = scene.table("messages").await;
    entries.retain(|item| item.get("asked").is_some());
    assert_eq!(
        entries.len(),
        0,
        "the question is kept no longer: {entries:?}"
    );
}

#[tokio::test]
async fn an_answer_that_was_begun_before_forget_is_neither_kept_nor_sent() {
    let scene = agreed(MARCIA).await;
    let heard = meanwhile(&scene, &["forget"]).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    is_dropped(&scene).await;
}

#[tokio::test]
async fn an_answer_that_was_begun_before_stop_is_neither_kept_nor_sent() {
    let scene = agreed(MARCIA).await;
    let heard = meanwhile(&scene, &["STOP"]).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    is_dropped(&scene).await;
}

#[tokio::test]
async fn an_answer_that_was_begun_before_unlink_is_neither_kept_nor_sent() {
    let scene = agreed(MARCIA).await;
    scene.link(MARCIA).await;
    let heard = meanwhile(&scene, &["unlink", "yes"]).await;
    assert_eq!(heard.len(), 2, "{heard:?}");
    is_dropped(&scene).await;
}

#[tokio::test]
async fn an_answer_that_was_begun_before_the_consent_was_withdrawn_is_neither_kept_nor_sent() {
    let scene = agreed(MARCIA).await;
    let heard = meanwhile(&scene, &["assistant", "no"]).await;
    assert_eq!(heard.len(), 2, "{heard:?}");
    is_dropped(&scene).await;
}

#[tokio::test]
async fn an_answer_that_was_begun_before_an_erasure_is_neither_kept_nor_sent() {
    let scene = agreed(MARCIA).await;
    let heard = meanwhile(&scene, &["delete my data", "yes"]).await;
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert_eq!(memories(&scene).await.len(), 0);
    // What was said in the erasure's own second goes with its last round.
    scene.advance(ERASURE_LAST_ROUND + 120).await;
    assert_eq!(records(&scene).await.len(), 0);
}

#[tokio::test]
async fn an_answer_to_whoever_had_the_number_before_is_not_told_to_whoever_has_it_now() {
    let scene = Scene::begin().await;
    let address = format!("whatsapp:{MARCIA}");
    let hers = json!({"external_user_id": "JM.4566546130240823"});
    let says = |body: &str, of: &serde_json::Value| {
        let mut say = of.clone();
        say["from"] = address.as_str().into();
        say["body"] = body.into();
        say
    };
    for body in ["assistant", "yes"] {
        scene.post_message(&says(body, &hers)).await;
        scene.drain().await;
    }
    scene.link(MARCIA).await;
    scene.world.maple.will(sandbox::maple::Manner::Held);
    scene.post_message(&says(HOW, &hers)).await;
    crate::thinks(&scene, 0).await;
    let before = scene.texts(MARCIA).await.len();
    let other = json!({"external_user_id": "JM.9900112233445566"});
    scene.post_message(&says("help", &other)).await;
    scene.world.maple.release();
    scene.drain().await;
    let heard = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(memories(&scene).await.len(), 0);
}

#[tokio::test]
async fn another_command_meanwhile_changes_nothing() {
    let scene = agreed(TANYA).await;
    held(&scene, TANYA, HOW).await;
    let before = scene.texts(TANYA).await.len();
    scene.post_message(&message(TANYA, "price")).await;
    scene.world.maple.release();
    scene.drain().await;
    let heard = scene.texts(TANYA).await.split_off(before);
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert_eq!(memories(&scene).await.len(), 1);
}
