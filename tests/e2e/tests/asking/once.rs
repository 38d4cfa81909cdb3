//! One question, one answer, in order: whatever comes twice, dies or breaks in between.

use domain::policy::ASK_LEASE;
use e2e::MARCIA;
use sandbox::maple::Manner;

use crate::{HOW, LOST, agreed, given, held, message, sources, thinks};

#[tokio::test]
async fn a_message_that_comes_twice_is_answered_once() {
    let scene = agreed(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    let mut say = message(MARCIA, HOW);
    let (sid, _) = scene.post_message(&say).await;
    say["message_sid"] = sid.into();
    scene.post_message(&say).await;
    scene.drain().await;
    scene.post_message(&say).await;
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), before + 1);
    assert_eq!(scene.world.maple.requests(), 1);
}

#[tokio::test]
async fn two_questions_are_answered_one_after_the_other() {
    let scene = agreed(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    held(&scene, MARCIA, HOW).await;
    let (_, status) = scene.post_message(&message(MARCIA, LOST)).await;
    assert_eq!(status, 200);
    for _ in 0..20 {
        scene.world.run_due().await;
    }
    assert_eq!(
        scene.world.maple.requests(),
        1,
        "the second waits for the first"
    );
    scene.world.maple.release();
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), before + 2);
    assert!(given(&scene, 0).contains(HOW));
    let second = given(&scene, 1);
    let (first_at, second_at) = (second.find(HOW), second.find(LOST));
    assert!(first_at.is_some() && first_at < second_at, "{second}");
}

#[tokio::test]
async fn somebody_elses_question_does_not_wait() {
    let scene = agreed(MARCIA).await;
    crate::agrees(&scene, e2e::TANYA).await;
    held(&scene, MARCIA, HOW).await;
    scene.post_message(&message(e2e::TANYA, LOST)).await;
    thinks(&scene, 1).await;
    scene.world.maple.release();
    scene.drain().await;
    assert_eq!(sources(&scene).await, ["model", "model"]);
}

/// The first invocation never comes back; SQS gives its record to another when it is visible again.
#[tokio::test]
async fn a_question_whose_invocation_is_lost_is_answered_without_asking_the_model_twice() {
    let scene = agreed(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    held(&scene, MARCIA, HOW).await;
    let clock = &scene.world.clock;
    clock.move_to(clock.millis() + 361_000);
    for _ in 0..1_000 {
        scene.world.run_due().await;
        if scene.texts(MARCIA).await.len() > before {
            break;
        }
    }
    assert_eq!(scene.texts(MARCIA).await.len(), before + 1);
    assert_eq!(sources(&scene).await, ["fallback"]);
    // The first one lives after all, and comes too late.
    scene.world.maple.release();
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), before + 1);
    assert_eq!(scene.world.maple.requests(), 1);
    assert_eq!(sources(&scene).await, ["fallback"]);
}

#[tokio::test]
async fn an_answer_that_can_not_be_written_is_made_again_when_the_lease_is_over() {
    let scene = agreed(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    held(&scene, MARCIA, HOW).await;
    scene.fault("dynamodb", "down", None).await;
    scene.world.maple.release();
    for _ in 0..400 {
        scene.world.run_due().await;
    }
    scene.fault("dynamodb", "ok", None).await;
    assert_eq!(scene.texts(MARCIA).await.len(), before);
    scene.advance(ASK_LEASE + 120).await;
    assert_eq!(scene.texts(MARCIA).await.len(), before + 1);
    assert_eq!(scene.world.maple.requests(), 1);
}

#[tokio::test]
async fn an_answer_whose_commit_is_confirmed_to_nobody_is_said_once() {
    let scene = agreed(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    held(&scene, MARCIA, HOW).await;
    scene.fault("dynamodb", "commit_answer_lost", Some(1)).await;
    scene.world.maple.release();
    scene.drain().await;
    scene.advance(ASK_LEASE + 120).await;
    assert_eq!(scene.texts(MARCIA).await.len(), before + 1);
}

#[tokio::test]
async fn a_question_whose_ticket_was_not_taken_is_found_by_the_relay() {
    let scene = agreed(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    scene.fault("queue", "down", Some(1)).await;
    scene.post_message(&message(MARCIA, HOW)).await;
    scene.fault("queue", "ok", None).await;
    scene.advance(120).await;
    assert_eq!(scene.texts(MARCIA).await.len(), before + 1);
    assert_eq!(sources(&scene).await, ["model"]);
}

#[tokio::test]
async fn an_invocation_may_die_at_any_call_and_everybody_is_answered_once() {
    for calls in 1..=9 {
        let scene = agreed(MARCIA).await;
        let before = scene.texts(MARCIA).await.len();
        scene.world.maple.always(Manner::Honest);
        let (_, status) = scene.post_message(&message(MARCIA, HOW)).await;
        assert_eq!(status, 200);
        scene
            .world
            .faults
            .let_die(calls, 1, u32::try_from(calls).unwrap());
        scene.world.run_due().await;
        scene.world.faults.let_die(0, 0, 0);
        scene.drain().await;
        scene.advance(600).await;
        let heard = scene.texts(MARCIA).await.split_off(before);
        assert_eq!(heard.len(), 1, "after {calls} calls at most: {heard:?}");
        assert!(
            scene.world.maple.requests() <= 1,
            "after {calls} calls at most"
        );
    }
}
