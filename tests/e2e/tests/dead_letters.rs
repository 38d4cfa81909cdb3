//! Row N06 and rule 12 of the acceptance cases, for our own queues: a record that can't be worked is set aside with the
//! reason, holds up nobody, and can be put back.

use aws::queue::{Fifo, Queue, QueueMessage, QueueName};
use e2e::{DEVON, MARCIA, Scene};
use serde_json::{Value, json};

/// The functions' visibility time-out, seconds, and how often a record is received.
const HIDDEN: i64 = 180;
const RECEIVES: i64 = 10;

/// Until a record that always fails has been received for the last time.
const UNTIL_SET_ASIDE: i64 = HIDDEN * (RECEIVES - 1) + 30;

fn says(phone: &str, body: &str) -> Value {
    json!({"from": format!("whatsapp:{phone}"), "body": body})
}

async fn dead_letters(scene: &Scene, queue: &str) -> Vec<Value> {
    let all = scene.get("/sandbox/dead-letters").await.json();
    all[queue].as_array().unwrap().clone()
}

async fn redrive(scene: &Scene, queue: &str) -> u64 {
    let which = json!({ "queue": queue });
    let answer = scene.post("/sandbox/dead-letters", &which).await;
    answer.json()["redriven"].as_u64().unwrap()
}

/// The group of `phone`'s records, once it has written.
async fn group_of(scene: &Scene, phone: &str) -> String {
    let before = scene.table("people").await;
    scene.ask(phone, "help").await;
    let mut people = scene.table("people").await;
    people.retain(|item| !before.contains(item));
    people[0]["person"].as_str().unwrap().to_owned()
}

async fn put(scene: &Scene, queue: QueueName, body: &str, group: Option<&str>) {
    let fifo = group.map(|group| Fifo {
        group: group.to_owned(),
        deduplication: "poison".to_owned(),
    });
    let message = QueueMessage {
        body: body.to_owned(),
        fifo,
        delay: 0,
    };
    scene.world.queue.send(queue, &[message]).await.unwrap();
}

#[tokio::test]
async fn n06_what_is_no_ticket_is_set_aside_with_the_reason_and_the_good_ones_beside_it_go_through()
{
    let scene = Scene::begin().await;
    let group = group_of(&scene, MARCIA).await;
    put(&scene, QueueName::Send, "not json", Some(&group)).await;
    put(&scene, QueueName::Expire, r#"{"entry": ""}"#, None).await;
    put(&scene, QueueName::Wake, r#"{"ticket": 1}"#, None).await;
    scene.post_message(&says(MARCIA, "help")).await;
    scene.post_message(&says(DEVON, "help")).await;
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), 2, "behind it in its group");
    assert_eq!(scene.texts(DEVON).await.len(), 1);
    for (queue, body) in [
        ("send", "not json"),
        ("expire", r#"{"entry": ""}"#),
        ("wake", r#"{"ticket": 1}"#),
    ] {
        let letters = dead_letters(&scene, queue).await;
        assert_eq!(letters.len(), 1, "{queue}");
        assert_eq!(letters[0]["reason"], "not_a_ticket", "{queue}");
        assert_eq!(letters[0]["receives"], 1, "{queue}");
        assert_eq!(letters[0]["body"], body);
        assert_eq!(redrive(&scene, queue).await, 0, "it can never work");
    }
}

#[tokio::test]
async fn n06_what_always_fails_is_set_aside_with_the_reason_and_works_once_put_back() {
    let scene = Scene::begin().await;
    assert_eq!(scene.post_message(&says(MARCIA, "help")).await.1, 200);
    scene.fault("dynamodb", "down", None).await;
    scene.advance(UNTIL_SET_ASIDE - HIDDEN).await;
    assert_eq!(dead_letters(&scene, "send").await, Vec::<Value>::new());
    scene.advance(HIDDEN).await;
    let letters = dead_letters(&scene, "send").await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0]["reason"], "failed:table_unavailable");
    assert_eq!(letters[0]["receives"], RECEIVES);
    assert!(scene.texts(MARCIA).await.is_empty());

    scene.fault("dynamodb", "ok", None).await;
    assert_eq!(redrive(&scene, "send").await, 1);
    // Not drained: then the relay would publish the entry, too.
    assert!(scene.world.run_due().await);
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
    assert_eq!(dead_letters(&scene, "send").await, Vec::<Value>::new());
    scene.advance(3_600).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn n06_what_can_not_even_be_set_aside_is_kept_by_sqs_without_a_reason() {
    let scene = Scene::begin().await;
    put(&scene, QueueName::Wake, "not json", None).await;
    scene.fault("queue", "down", None).await;
    scene.advance(UNTIL_SET_ASIDE).await;
    assert_eq!(dead_letters(&scene, "wake").await, Vec::<Value>::new());
    scene.advance(HIDDEN).await;
    let letters = dead_letters(&scene, "wake").await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0]["reason"], Value::Null);
    assert_eq!(letters[0]["receives"], RECEIVES);
}
