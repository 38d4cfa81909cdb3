//! Rows S of the acceptance cases, as far as they are about who may speak to the webhook.

use e2e::{MARCIA, Scene};
use serde_json::{Value, json};

fn says(phone: &str, body: &str) -> Value {
    json!({"from": format!("whatsapp:{phone}"), "body": body})
}

#[tokio::test]
async fn s01_a_request_that_twilio_did_not_sign_reads_and_writes_nothing() {
    let scene = Scene::begin().await;
    for sign in ["bad", "none"] {
        let mut say = says(MARCIA, "help");
        say["sign"] = sign.into();
        let (sid, status) = scene.post_message(&say).await;
        assert_eq!(status, 403, "{sign}");
        let calls = scene.trace(&sid).await["calls"]["webhook"].clone();
        assert_eq!(calls, json!({"table": 0, "queue": 0, "http": 0}), "{sign}");
    }
}

#[tokio::test]
async fn s02_tokens_are_rotated_without_a_deploy() {
    let scene = Scene::begin().await;
    assert!(
        scene
            .ask(MARCIA, "help")
            .await
            .contains("Flash on WhatsApp")
    );
    // The coming token is known before Twilio signs with it; then Twilio does; the old one is still taken.
    scene.world.secrets.rotate_auth_token("token-two");
    assert!(
        scene
            .ask(MARCIA, "help")
            .await
            .contains("Flash on WhatsApp"),
        "the old one signs, the new one is known"
    );
    scene.world.twilio.rotate_auth_token("token-two");
    assert!(
        scene
            .ask(MARCIA, "help")
            .await
            .contains("Flash on WhatsApp"),
        "the new one signs"
    );
    // Twilio changed first: what is refused makes the function read the secret again, seldom.
    scene.world.twilio.rotate_auth_token("token-three");
    assert_eq!(scene.post_message(&says(MARCIA, "help")).await.1, 403);
    scene.world.secrets.rotate_auth_token("token-three");
    scene.advance(31).await;
    assert!(
        scene
            .ask(MARCIA, "help")
            .await
            .contains("Flash on WhatsApp")
    );
    // A token that was dropped is no longer taken.
    scene.world.twilio.rotate_auth_token("local-auth-token");
    scene.advance(31).await;
    assert_eq!(scene.post_message(&says(MARCIA, "help")).await.1, 403);
}

#[tokio::test]
async fn s02_the_api_key_is_rotated_without_a_deploy() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    scene.world.secrets.rotate_key_secret("the-next-secret");
    scene.world.twilio.rotate_key_secret("the-next-secret");
    assert!(
        scene
            .ask(MARCIA, "help")
            .await
            .contains("Flash on WhatsApp")
    );
}
