//! Row A04: the model is down, slow, over its limit, or talks nonsense.

use std::time::Duration;

use domain::language::Language;
use domain::policy::{ASSISTANT_ALL_PER_HOUR, ASSISTANT_HOUR, BREAKER_FAILURES, BREAKER_PAUSE};
use domain::texts;
use e2e::MARCIA;
use sandbox::maple::Manner;
use sandbox::world::Options;
use serde_json::json;

use crate::{HOW, agreed, agreed_in, records, sources};

fn impatient() -> Options {
    Options {
        model_timeout: Duration::from_millis(1_500),
        ..Options::default()
    }
}

#[tokio::test]
async fn a04_whatever_the_model_does_the_person_has_an_answer() {
    let all = [
        Manner::Down,
        Manner::Fails,
        Manner::Slow,
        Manner::OverLimit {
            retry_after_s: Some(60),
        },
        Manner::Nonsense,
        Manner::NoChoices,
        Manner::Wordless,
        Manner::Huge,
        Manner::HangsUp,
        Manner::Filtered,
        Manner::Declines,
    ];
    for manner in all {
        let scene = agreed_in(impatient(), MARCIA).await;
        scene.world.maple.always(manner.clone());
        let text = scene.ask(MARCIA, HOW).await;
        assert!(
            !text.is_empty() && !text.contains("rror"),
            "{manner:?}: {text}"
        );
        assert_eq!(sources(&scene).await, ["fallback"], "{manner:?}");
    }
}

#[tokio::test]
async fn a04_the_breaker_opens_and_later_closes() {
    let scene = agreed_in(impatient(), MARCIA).await;
    scene.world.maple.always(Manner::Down);
    for _ in 0..BREAKER_FAILURES {
        scene.ask(MARCIA, HOW).await;
        scene.advance(10).await;
    }
    let cache = scene.table("cache").await;
    assert!(
        cache.iter().any(|item| item["key"] == "breaker#maple"),
        "{cache:?}"
    );
    let asked = scene.world.maple.requests();
    scene.ask(MARCIA, HOW).await;
    assert_eq!(
        scene.world.maple.requests(),
        asked,
        "an open breaker asks nobody"
    );

    scene.world.maple.always(Manner::Honest);
    scene.advance(BREAKER_PAUSE).await;
    scene.ask(MARCIA, HOW).await;
    assert_eq!(scene.world.maple.requests(), asked + 1);
    let sources = sources(&scene).await;
    let answered = |by: &str| sources.iter().filter(|source| *source == by).count();
    assert_eq!(
        (answered("fallback"), answered("model")),
        (6, 1),
        "{sources:?}"
    );
}

#[tokio::test]
async fn a04_who_waits_long_is_told_once_and_before_the_answer() {
    let options = Options {
        model_moment: Duration::from_millis(20),
        ..Options::default()
    };
    let scene = agreed_in(options, MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    crate::held(&scene, MARCIA, HOW).await;
    for _ in 0..1_000 {
        scene.world.run_due().await;
        if scene.texts(MARCIA).await.len() > before {
            break;
        }
    }
    let moment = texts::answer_in_a_moment(Language::English);
    assert_eq!(
        scene.texts(MARCIA).await.split_off(before),
        [moment.as_str()]
    );
    scene.world.maple.release();
    scene.drain().await;
    let heard = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(heard[0] == moment && heard[1] != moment, "{heard:?}");
}

#[tokio::test]
async fn a04_a_key_that_was_replaced_is_read_again() {
    let scene = agreed(MARCIA).await;
    scene.world.maple.rotate_key("another-local-maple-key");
    scene.ask(MARCIA, HOW).await;
    assert_eq!(sources(&scene).await, ["model"]);
    assert_eq!(scene.world.maple.requests(), 2);
}

#[tokio::test]
async fn all_together_ask_the_model_so_much_in_an_hour_and_are_answered_without_it_then() {
    let scene = agreed(MARCIA).await;
    let now = scene.world.clock.reader().now();
    let hour = now.unix() / ASSISTANT_HOUR;
    let full = json!({"key": format!("asked#{hour}"), "asked": ASSISTANT_ALL_PER_HOUR, "expires_at": now.unix() + 7_200});
    let next = json!({"key": format!("asked#{}", hour + 1), "asked": ASSISTANT_ALL_PER_HOUR - 1, "expires_at": now.unix() + 7_200});
    scene
        .world
        .database
        .load("cache", &[full, next])
        .await
        .unwrap();
    scene.ask(MARCIA, HOW).await;
    assert_eq!(scene.world.maple.requests(), 0);
    scene.advance(ASSISTANT_HOUR).await;
    scene.ask(MARCIA, HOW).await;
    scene.ask(MARCIA, HOW).await;
    assert_eq!(scene.world.maple.requests(), 1);
    let records = records(&scene).await;
    let fallbacks = records
        .iter()
        .filter(|record| record["source"] == "fallback");
    assert_eq!(fallbacks.count(), 2, "{records:?}");
}
