//! Row S03 of the acceptance cases: floods.

use e2e::{DEVON, MARCIA, Scene};
use futures::future::join_all;
use serde_json::{Value, json};

/// Past every silence, and past every bucket.
const QUIET: i64 = 300;

fn says(phone: &str, body: &str) -> Value {
    json!({"from": format!("whatsapp:{phone}"), "body": body})
}

fn asks_for_quiet(text: &str) -> bool {
    text.contains("many messages in a short time")
}

/// Posts it so often before anything is sent; the message SIDs.
async fn flood(scene: &Scene, phone: &str, body: &str, times: usize) -> Vec<String> {
    let mut sids = Vec::new();
    for _ in 0..times {
        let (sid, status) = scene.post_message(&says(phone, body)).await;
        assert_eq!(status, 200);
        sids.push(sid);
    }
    sids
}

async fn limited(scene: &Scene, sids: &[String]) -> usize {
    let traces = join_all(sids.iter().map(|sid| scene.trace(sid))).await;
    let counted = |trace: &&Value| {
        let steps = trace["steps"].as_array().unwrap();
        steps.iter().any(|step| step["what"] == "flood_limited")
    };
    traces.iter().filter(counted).count()
}

#[tokio::test]
async fn s03_a_flood_from_one_person_gets_one_polite_answer_and_then_silence() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(QUIET).await;
    let (before, asked) = (
        scene.texts(MARCIA).await.len(),
        scene.world.flash.requests(),
    );
    let sids = flood(&scene, MARCIA, "balance", 60).await;
    assert!(
        scene.ask(DEVON, "help").await.contains("You can send"),
        "others are answered meanwhile"
    );
    let answers = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(answers.len(), 12);
    let (last, answers) = answers.split_last().unwrap();
    assert!(answers.iter().all(|answer| answer.contains("US$1.09")));
    assert!(asks_for_quiet(last), "{last}");
    // The first asks Flash; within the same half minute its answer serves the others.
    assert_eq!(scene.world.flash.requests() - asked, 1);
    assert_eq!(limited(&scene, &sids).await, 49);
    for sid in &sids[13..] {
        assert_eq!(
            scene.trace(sid).await["calls"],
            json!({"webhook": {"table": 2, "queue": 0, "http": 0}}),
            "silence costs one read and one write"
        );
    }
    scene.advance(QUIET).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn s03_a_flood_that_comes_all_at_once_gets_no_more() {
    let scene = Scene::begin().await;
    for _ in 0..8 {
        // Twilio is told to try again where they are in each other's way.
        join_all((0..5).map(|_| scene.post_until_taken(says(MARCIA, "help")))).await;
    }
    scene.drain().await;
    let answers = scene.texts(MARCIA).await;
    assert_eq!(answers.len(), 12);
    assert_eq!(
        answers.iter().filter(|text| asks_for_quiet(text)).count(),
        1
    );
}

#[tokio::test]
async fn s03_what_is_written_into_the_silence_is_remembered_as_dealt_with_and_does_nothing() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(QUIET).await;
    scene.ask(MARCIA, "unlink").await;
    flood(&scene, MARCIA, "gobbledygook", 11).await;
    scene.drain().await;
    let said = scene.texts(MARCIA).await;
    assert!(asks_for_quiet(said.last().unwrap()), "{said:?}");
    let yes = scene.post_until_taken(says(MARCIA, "yes")).await;
    scene.advance(60).await;
    let mut again = says(MARCIA, "yes");
    again["message_sid"] = yes.as_str().into();
    scene.post_until_taken(again).await;
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await, said, "a repeat is a repeat");
    let answer = scene.ask(MARCIA, "yes").await;
    assert!(
        answer.contains("disconnected"),
        "the question went on waiting: {answer}"
    );
}

#[tokio::test]
async fn s03_a_code_typed_into_the_silence_is_no_try_and_still_works() {
    let scene = Scene::begin().await;
    let code = scene.code_for(MARCIA).await;
    flood(&scene, MARCIA, "help", 11).await;
    scene.drain().await;
    for _ in 0..6 {
        assert!(
            scene
                .say(MARCIA, &Scene::other_than(&code))
                .await
                .is_empty()
        );
    }
    scene.advance(60).await;
    assert!(scene.ask(MARCIA, &code).await.contains("Linked"));
}

#[tokio::test]
async fn s03_a_flood_from_many_people_is_answered_to_each() {
    let scene = Scene::begin().await;
    let people: Vec<_> = (0..150).map(|n| format!("+1876555{n:04}")).collect();
    for crowd in people.chunks(15) {
        join_all(
            crowd
                .iter()
                .map(|phone| scene.post_until_taken(says(phone, "help"))),
        )
        .await;
    }
    scene.drain().await;
    for phone in &people {
        let answers = scene.texts(phone).await;
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert!(answers[0].contains("You can send"));
    }
}
