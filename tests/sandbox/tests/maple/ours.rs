//! Our client, and what it makes of everything that the stand-in does.

use std::time::Duration;

use domain::assistant::{By, Line};
use sandbox::fault::{Mode, System};
use sandbox::maple::{KEY, MODEL, Manner};
use serde_json::json;
use tokio::time::Instant;

use crate::{World, client, prompt};

const HASTE: Duration = Duration::from_millis(1_500);

#[tokio::test]
async fn a_question_is_answered_once_and_says_nothing_beside_the_words() {
    let world = World::start().await;
    let mut prompt = prompt("Answer.", "How do I link?");
    prompt.lines.push(Line {
        by: By::Assistant,
        text: "Send *link*.".to_owned(),
    });
    prompt.lines.push(Line {
        by: By::User,
        text: "And then?".to_owned(),
    });
    world.maple.will(Manner::Says("Open the page.".to_owned()));
    let said = world.client.ask(&prompt).await.unwrap();
    assert_eq!(said.text, "Open the page.");
    assert_eq!(said.tokens, (2 + 4 + 3 + 3, 4));
    assert!(said.is_whole);
    let messages = json!([
        {"role": "system", "content": "Answer."},
        {"role": "user", "content": "How do I link?"},
        {"role": "assistant", "content": "Send *link*."},
        {"role": "user", "content": "And then?"},
    ]);
    let asked = json!({"model": MODEL, "messages": messages, "max_tokens": 1000, "temperature": 0, "stream": false});
    assert_eq!(world.maple.asked(), [asked]);
    assert_eq!(world.maple.requests(), 1);
}

#[tokio::test]
async fn what_passes_is_tried_again_three_times_in_all() {
    let world = World::start().await;
    let passing = [
        Manner::Down,
        Manner::Fails,
        Manner::HangsUp,
        Manner::Nonsense,
        Manner::OverLimit {
            retry_after_s: None,
        },
    ];
    for manner in passing {
        let before = world.maple.requests();
        world.maple.will(manner.clone());
        world.maple.will(Manner::Says("Yes.".to_owned()));
        assert_eq!(world.ask("hm").await.unwrap().text, "Yes.", "{manner:?}");
        assert_eq!(world.maple.requests() - before, 2, "{manner:?}");
    }
    let before = world.maple.requests();
    world.faults.set(System::Maple, Mode::Down, None);
    assert_eq!(world.ask("hm").await.unwrap_err().outcome(), "status");
    assert_eq!(world.maple.requests() - before, 3);
}

#[tokio::test]
async fn who_is_told_to_wait_waits_as_long_or_not_at_all() {
    let world = World::start().await;
    let over = |seconds| Manner::OverLimit {
        retry_after_s: Some(seconds),
    };
    world.maple.will(over(2));
    let began = Instant::now();
    world.ask("hm").await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(2));
    // Longer than there is time: nobody waits, and nobody asks in vain.
    world.maple.will(over(60));
    assert_eq!(world.ask("hm").await.unwrap_err().outcome(), "limited");
    assert_eq!(world.maple.requests(), 3);
}

#[tokio::test]
async fn what_does_not_pass_is_not_tried_again() {
    let world = World::start().await;
    let lasting = [
        (Manner::Filtered, "filtered", false),
        (Manner::Declines, "declined", false),
        (Manner::NoChoices, "empty", false),
        (Manner::Wordless, "empty", false),
        (Manner::Huge, "oversize", true),
    ];
    for (nth, (manner, outcome, is_outage)) in (1..).zip(lasting) {
        world.maple.will(manner);
        let error = world.ask("hm").await.unwrap_err();
        assert_eq!((error.outcome(), error.is_outage()), (outcome, is_outage));
        assert_eq!(world.maple.requests(), nth);
    }
    let stranger = client(&world.url, "another-key", HASTE);
    let error = stranger.ask(&prompt("Answer.", "hm")).await.unwrap_err();
    assert_eq!(error.outcome(), "unauthorized");
    let lost = client(&format!("{}/elsewhere", world.url), KEY, HASTE);
    let error = lost.ask(&prompt("Answer.", "hm")).await.unwrap_err();
    assert_eq!(error.outcome(), "status");
}

#[tokio::test]
async fn all_of_it_ends_when_the_time_is_up() {
    let world = World::start().await;
    let hasty = world.in_haste(HASTE);
    for mode in [Mode::Slow, Mode::TimeoutAfterAccept] {
        world.faults.set(System::Maple, mode, None);
        let error = hasty.ask(&prompt("Answer.", "hm")).await.unwrap_err();
        assert_eq!(error.outcome(), "late", "{mode:?}");
    }
    // With so little time left nothing is tried again.
    world.faults.set(System::Maple, Mode::Down, None);
    let before = world.maple.requests();
    hasty.ask(&prompt("Answer.", "hm")).await.unwrap_err();
    assert_eq!(world.maple.requests() - before, 1);
    let nobody = client("http://127.0.0.1:9", KEY, HASTE);
    let error = nobody.ask(&prompt("Answer.", "hm")).await.unwrap_err();
    assert_eq!(error.outcome(), "unreachable");
}

#[tokio::test]
async fn what_was_cut_is_known_to_be() {
    let world = World::start().await;
    world.maple.will(Manner::Cut);
    assert!(!world.ask("hm").await.unwrap().is_whole);
}

#[tokio::test]
async fn a_rotated_key_opens_and_the_old_one_does_not() {
    let world = World::start().await;
    world.maple.rotate_key("next-key");
    assert_eq!(world.ask("hm").await.unwrap_err().outcome(), "unauthorized");
    let next = client(&world.url, "next-key", HASTE);
    next.ask(&prompt("Answer.", "hm")).await.unwrap();
}
