//! The local world itself: what it keeps, what it forgets, what it refuses.

use e2e::{MARCIA, Scene};
use sandbox::world::Options;
use serde_json::json;

#[tokio::test]
async fn kept_tables_are_read_again_after_a_restart() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("kept-{}", std::process::id()));
    let options = Options {
        data: Some(folder.clone()),
        ..Options::default()
    };
    let first = Scene::with(options.clone()).await;
    first.ask(MARCIA, "help").await;
    let before = first.table("people").await;
    assert_eq!(before.len(), 1);
    drop(first);
    let second = Scene::with(options).await;
    assert_eq!(second.table("people").await, before);
    second.ask(MARCIA, "help").await;
    assert_eq!(
        second.table("people").await.len(),
        1,
        "the same person under the same keys"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_reset_empties_everything() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    assert_eq!(scene.post("/sandbox/reset", &json!({})).await.status, 200);
    for table in ["people", "sessions", "codes", "messages", "audit", "cache"] {
        assert!(scene.table(table).await.is_empty(), "{table}");
    }
    assert!(scene.messages(MARCIA).await.is_empty());
    scene.link(MARCIA).await;
}

#[tokio::test]
async fn what_the_sandbox_does_not_know_it_refuses_with_words() {
    let scene = Scene::begin().await;
    for (path, body) in [
        (
            "/sandbox/fault",
            json!({"system": "flash", "mode": "sleepy"}),
        ),
        (
            "/sandbox/fault",
            json!({"system": "twilio", "mode": "commit_answer_lost"}),
        ),
        ("/sandbox/clock", json!({"advance_s": -1})),
        ("/sandbox/say", json!({"body": "no sender"})),
        ("/sandbox/people", json!({"name": "nobody"})),
    ] {
        let answer = scene.post(path, &body).await;
        assert_eq!(answer.status, 400, "{path} {body}");
        assert!(answer.json()["error"].is_string(), "{path} {body}");
    }
    assert_eq!(scene.get("/sandbox/tables/secrets").await.status, 404);
    assert_eq!(
        scene.get("/sandbox/trace?message_sid=SM1").await.status,
        404
    );
}

#[tokio::test]
async fn the_clock_moves_for_everybody_at_once() {
    let scene = Scene::begin().await;
    let before = scene.get("/sandbox/clock").await.json()["now"]
        .as_i64()
        .unwrap();
    scene.advance(90_000).await;
    let after = scene.get("/sandbox/clock").await.json()["now"]
        .as_i64()
        .unwrap();
    assert!((90_000..90_060).contains(&(after - before)));
}
