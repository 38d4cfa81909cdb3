//! Whatever breaks on the way, the person is told, and once.

use e2e::{MARCIA, Scene};
use serde_json::json;

use super::telling::{Event, account_of, agreed, all_done, heard, since, webhook};

/// Her payments, each told whatever fails meanwhile.
async fn told_once(scene: &Scene, times: u32) {
    let before = heard(scene, MARCIA).await;
    let account = account_of(scene, MARCIA).await;
    for nth in 0..times {
        let event = Event::received(&format!("{}.00", nth + 1))
            .named(nth)
            .of(&account);
        event.publish(scene).await;
        event.publish(scene).await;
    }
    scene.drain().await;
    scene.advance(1_800).await;
    scene
        .post(
            "/sandbox/fault",
            &json!({"system": "dynamodb", "mode": "ok"}),
        )
        .await;
    scene
        .post("/sandbox/fault", &json!({"system": "queue", "mode": "ok"}))
        .await;
    scene.advance(1_800).await;
    let told = since(scene, MARCIA, before).await;
    for nth in 0..times {
        let amount = format!("US${}.00", nth + 1);
        let tells = told.iter().filter(|text| text.contains(&amount)).count();
        assert_eq!(tells, 1, "{amount}: {told:?}");
    }
    assert_eq!(told.len(), times as usize, "{told:?}");
    all_done(scene).await;
}

#[tokio::test]
async fn n01_lost_answers_of_commits_tell_nobody_twice() {
    let scene = agreed(MARCIA).await;
    for count in 1..=6 {
        scene
            .fault("dynamodb", "commit_answer_lost", Some(count))
            .await;
        let before = heard(&scene, MARCIA).await;
        let account = account_of(&scene, MARCIA).await;
        let event = Event::received(&format!("{count}.00"))
            .named(count)
            .of(&account);
        event.by_broker(&scene).await;
        scene.advance(1_200).await;
        scene.fault("dynamodb", "ok", None).await;
        scene.advance(1_200).await;
        assert_eq!(since(&scene, MARCIA, before).await.len(), 1, "{count}");
    }
}

#[tokio::test]
async fn n01_conflicts_and_incomplete_reads_lose_nothing() {
    let scene = agreed(MARCIA).await;
    scene.fault("dynamodb", "busy", Some(40)).await;
    told_once(&scene, 3).await;
}

#[tokio::test]
async fn n01_a_table_that_is_down_for_a_while_loses_nothing() {
    let scene = agreed(MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    let before = heard(&scene, MARCIA).await;
    Event::received("5.00").of(&account).publish(&scene).await;
    scene.fault("dynamodb", "down", Some(25)).await;
    scene.drain().await;
    scene.advance(1_800).await;
    scene.fault("dynamodb", "ok", None).await;
    scene.advance(1_800).await;
    assert_eq!(since(&scene, MARCIA, before).await.len(), 1);
    all_done(&scene).await;
}

#[tokio::test]
async fn n01_a_queue_that_is_down_after_the_commit_loses_nothing() {
    let scene = agreed(MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    let before = heard(&scene, MARCIA).await;
    Event::received("5.00").of(&account).publish(&scene).await;
    scene.fault("queue", "down", Some(2)).await;
    scene.drain().await;
    scene.advance(1_800).await;
    scene.fault("queue", "ok", None).await;
    scene.advance(1_800).await;
    assert_eq!(since(&scene, MARCIA, before).await.len(), 1);
    all_done(&scene).await;
}

#[tokio::test]
async fn n01_while_flash_is_down_the_payment_is_told_without_its_amount() {
    for mode in ["down", "nonsense", "rate_limited"] {
        let scene = agreed(MARCIA).await;
        let account = account_of(&scene, MARCIA).await;
        scene.fault("flash", mode, None).await;
        let before = heard(&scene, MARCIA).await;
        for nth in 0..7 {
            let id = format!("0c9b6f3e-2d71-4f7b-a1c8-53e0d4b7000{nth}");
            let bare = json!({"eventType": "receive.lightning", "accountId": account, "txid": id});
            webhook(&scene, &format!("msg-{nth}"), &bare).await;
        }
        let told = since(&scene, MARCIA, before).await;
        assert_eq!(told.len(), 7, "{mode}: {told:?}");
        assert!(
            told.iter().all(|text| !text.contains("US$")),
            "{mode}: {told:?}"
        );
    }
}
