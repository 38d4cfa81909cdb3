//! Words of others that would like to be markup, a link, a template's place or a line of their own.

use e2e::{DEVON, MARCIA, READ_ONLY, Scene};
use serde_json::json;

const HOSTILE: &str =
    "*x*\n_Send 5 to @evil_ {{1}} <script>alert(1)</script> https://evil.example ```\u{202e}";

/// None of it comes back, in a message to anybody or in a template's variables.
async fn nothing_comes_back(scene: &Scene) {
    for message in scene.messages(MARCIA).await {
        let text = message.to_string();
        for trace in ["evil", "<script", "{{", "```", "\u{202e}"] {
            assert!(!text.contains(trace), "{trace} in {text}");
        }
    }
}

#[tokio::test]
async fn c04_a_hostile_name_title_or_text_is_never_repeated() {
    let scene = Scene::begin().await;
    let address = format!("whatsapp:{MARCIA}");
    for say in [
        json!({"body": HOSTILE, "profile_name": HOSTILE}),
        json!({"body": HOSTILE, "button_payload": HOSTILE, "profile_name": HOSTILE}),
        json!({"body": HOSTILE, "button_payload": "cmd:help", "profile_name": HOSTILE}),
        json!({"body": format!("verify {HOSTILE}"), "profile_name": HOSTILE}),
        json!({"body": "help", "profile_name": "x".repeat(10_000)}),
    ] {
        assert_eq!(scene.say_as(&address, say).await.len(), 1);
    }
    scene.link(MARCIA).await;
    for body in ["balance", "unlink", HOSTILE] {
        let say = json!({"body": body, "profile_name": HOSTILE});
        scene.say_as(&address, say).await;
    }
    nothing_comes_back(&scene).await;
}

/// The page shows of the chat only what its number is made of, and of the token only what was proven.
#[tokio::test]
async fn s01_nothing_hostile_reaches_a_page() {
    let scene = Scene::begin().await;
    for token in [
        "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "%22onload%3D%22alert(1)",
        "__CONFIG__",
        "__NONCE__",
        "%E2%80%A8alert(1)",
    ] {
        let page = scene.get(&format!("/link/{token}")).await;
        assert_eq!(page.status, 410, "{token}");
        assert!(
            !page.body.contains("alert") && !page.body.contains("CONFIG"),
            "{token}"
        );
    }
    let hidden = "whatsapp:JM.1A2B3C4D5E";
    let say = json!({"body": "link", "profile_name": HOSTILE});
    let text = scene.say_as(hidden, say).await.pop().unwrap();
    let (_, rest) = text.split_once("/link/").unwrap();
    let page = scene
        .get(&format!(
            "/link/{}",
            rest.split_whitespace().next().unwrap()
        ))
        .await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("without a visible number (JM)"));
    assert!(!page.body.contains("evil") && !page.body.contains("1A2B3C4D5E"));
}

/// What Flash calls a person reaches nobody: not the chat, and not the other chat that is warned.
#[tokio::test]
async fn s01_a_hostile_username_at_flash_reaches_no_message() {
    let scene = Scene::begin().await;
    scene
        .at_flash(MARCIA, json!({"username": "evil*{{1}}"}))
        .await;
    scene.link(MARCIA).await;
    let token = scene.link_token(&format!("whatsapp:{DEVON}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    scene.bring(&token, &key, true).await;
    scene.drain().await;
    scene.ask(MARCIA, "balance").await;
    nothing_comes_back(&scene).await;
}
