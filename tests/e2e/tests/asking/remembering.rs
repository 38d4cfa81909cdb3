//! Row A09: what is remembered, how, and until when.

use domain::policy::{ASSISTANT_HOUR, ASSISTANT_PER_HOUR, MEMORY_TOKENS};
use e2e::{DEVON, MARCIA};

use crate::{HOW, LOST, agreed, agrees, given, memories, memory};

#[tokio::test]
async fn a09_a_question_may_be_about_the_one_before_and_what_is_remembered_is_sealed() {
    let scene = agreed(MARCIA).await;
    scene.ask(MARCIA, HOW).await;
    scene.ask(MARCIA, LOST).await;
    assert!(given(&scene, 1).contains(HOW));
    let items = memories(&scene).await;
    assert_eq!(items.len(), 1);
    let item = items[0].to_string();
    assert!(!item.contains("pay") && !item.contains("phone"), "{item}");
    assert!(items[0]["expires_at"].is_u64());
    assert_eq!(memory(&scene, MARCIA).await.said.len(), 2);
}

#[tokio::test]
async fn a09_forget_empties_it_at_once() {
    let scene = agreed(MARCIA).await;
    scene.ask(MARCIA, HOW).await;
    scene.ask(MARCIA, "forget").await;
    assert_eq!(memories(&scene).await.len(), 0);
    scene.ask(MARCIA, LOST).await;
    assert!(!given(&scene, 1).contains(HOW));
}

#[tokio::test]
async fn a09_after_a_day_it_is_gone() {
    let scene = agreed(MARCIA).await;
    scene.ask(MARCIA, HOW).await;
    scene.advance(86_400 + 60).await;
    assert_eq!(memory(&scene, MARCIA).await.said, []);
    scene.ask(MARCIA, LOST).await;
    assert!(!given(&scene, 1).contains(HOW));
}

#[tokio::test]
async fn a09_a_long_conversation_keeps_within_its_budget() {
    let scene = agreed(MARCIA).await;
    for number in 0..15 {
        scene.ask(MARCIA, [HOW, LOST][number % 2]).await;
        scene.advance(400).await;
        let memory = memory(&scene, MARCIA).await;
        assert!(memory.tokens() <= MEMORY_TOKENS, "{number}");
    }
    let memory = memory(&scene, MARCIA).await;
    let topics = memory.said.iter().filter(|said| said.is_topic()).count();
    let pruned = topics > 0 || memory.said.len() < 15;
    assert!(pruned, "{topics} of {}", memory.said.len());
    assert!(memory.said.len() > topics, "the last one is whole");
}

#[tokio::test]
async fn a09_nobody_is_told_what_somebody_else_asked() {
    let scene = agreed(MARCIA).await;
    agrees(&scene, DEVON).await;
    scene.ask(MARCIA, HOW).await;
    scene.ask(DEVON, LOST).await;
    assert!(!given(&scene, 1).contains(HOW));
}

#[tokio::test]
async fn who_asks_too_much_in_an_hour_is_told_when_to_come_back() {
    let scene = agreed(MARCIA).await;
    for _ in 0..ASSISTANT_PER_HOUR {
        scene.ask(MARCIA, HOW).await;
        scene.advance(30).await;
    }
    let asked = scene.world.maple.requests();
    let text = scene.ask(MARCIA, HOW).await;
    assert!(text.contains("a lot of questions"), "{text}");
    assert_eq!(scene.world.maple.requests(), asked);
    scene.advance(ASSISTANT_HOUR).await;
    scene.ask(MARCIA, HOW).await;
    assert_eq!(scene.world.maple.requests(), asked + 1);
}
