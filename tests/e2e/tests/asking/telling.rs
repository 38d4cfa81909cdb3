//! Who is asked, and what is said.

use domain::knowledge::Base;
use domain::language::Language;
use e2e::{MARCIA, Scene};
use sandbox::world::Options;
use serde_json::json;

use crate::{HOW, agreed, given, message, records, sources};

#[tokio::test]
async fn a01_a_how_to_question_is_answered_from_the_knowledge_base() {
    let scene = agreed(MARCIA).await;
    let text = scene.ask(MARCIA, HOW).await;
    let found = Base::ours().find(Language::English, HOW);
    let best = found.first().unwrap().entry;
    let begins: String = best.answer.chars().take(40).collect();
    assert!(text.contains(&begins), "{text}");
    let shown = scene.messages(MARCIA).await.pop().unwrap();
    let buttons = shown["buttons"].as_array().map_or(0, Vec::len);
    assert_eq!(buttons, 3, "{shown}");
    let records = records(&scene).await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["source"], "model", "{}", records[0]);
    assert_eq!(records[0]["entries"][0], best.id.as_str());
    assert_eq!(records[0]["knowledge"], Base::ours().version());
    assert!(records[0]["tokens"][0].as_u64() > Some(0), "{}", records[0]);
    assert!(given(&scene, 0).contains(&best.answer));
}

#[tokio::test]
async fn a02_a_question_waits_for_consent_and_is_answered_after_yes() {
    let scene = Scene::begin().await;
    let text = scene.ask(MARCIA, HOW).await;
    assert!(text.contains("One thing before I answer"), "{text}");
    assert_eq!(scene.world.maple.requests(), 0);
    let sessions = scene.table("sessions").await;
    let kept = sessions[0]["session"]["open"]["question"].as_str().unwrap();
    assert!(kept.contains('.') && !kept.contains("pay"), "{kept}");

    let answers = scene.say(MARCIA, "yes").await;
    assert_eq!(answers.len(), 2, "{answers:?}");
    assert_eq!(sources(&scene).await, ["model"]);
    assert!(given(&scene, 0).contains(HOW));
}

#[tokio::test]
async fn a02_after_no_the_knowledge_base_answers_alone_and_nobody_asks_again() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, HOW).await;
    let answers = scene.say(MARCIA, "no").await;
    assert_eq!(answers.len(), 2, "{answers:?}");
    scene.ask(MARCIA, "what does it cost to send?").await;
    assert_eq!(scene.world.maple.requests(), 0);
    assert_eq!(sources(&scene).await, ["knowledge", "knowledge"]);
}

#[tokio::test]
async fn a02_where_no_model_is_connected_nobody_is_asked_to_agree() {
    let options = Options {
        assistant: false,
        ..Options::default()
    };
    let scene = Scene::with(options).await;
    scene.ask(MARCIA, HOW).await;
    assert_eq!(scene.world.maple.requests(), 0);
    assert_eq!(sources(&scene).await, ["knowledge"]);
}

#[tokio::test]
async fn a_switch_turns_the_model_off_for_all_and_on_again() {
    let scene = agreed(MARCIA).await;
    let gates = scene.world.operator.gates();
    let now = scene.world.clock.reader().now();
    gates.switch_model_off(now).await.unwrap();
    scene.ask(MARCIA, HOW).await;
    assert_eq!(scene.world.maple.requests(), 0);
    gates.switch_model_on().await.unwrap();
    scene.advance(5).await;
    scene.ask(MARCIA, HOW).await;
    assert_eq!(scene.world.maple.requests(), 1);
    assert_eq!(sources(&scene).await, ["knowledge", "model"]);
}

/// The webhook costs no more than for any other answer: its read, its write, and a ticket. `assistant` claims, reads person
/// and memory, the gate, takes its place in the hour, reads both again after the model, and writes once. Once a minute it looks
/// which knowledge base is in force.
#[tokio::test]
async fn a_question_costs_so_many_calls_and_no_more() {
    let scene = agreed(MARCIA).await;
    let (sid, _) = scene.post_message(&message(MARCIA, HOW)).await;
    scene.drain().await;
    let calls = scene.trace(&sid).await["calls"].clone();
    assert_eq!(calls["webhook"], json!({"table": 2, "queue": 1, "http": 0}));
    assert_eq!(
        calls["assistant"],
        json!({"table": 9, "queue": 1, "http": 1})
    );
    // Now and then it looks as well whether anything may be sent.
    let outbound = [2, 3].map(|table| json!({"table": table, "queue": 0, "http": 1}));
    assert!(outbound.contains(&calls["outbound"]), "{calls}");
}

#[tokio::test]
async fn a_question_that_may_not_leave_costs_less() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "assistant").await;
    scene.ask(MARCIA, "no").await;
    let (sid, _) = scene.post_message(&message(MARCIA, HOW)).await;
    scene.drain().await;
    let calls = scene.trace(&sid).await["calls"].clone();
    assert_eq!(
        calls["assistant"],
        json!({"table": 5, "queue": 1, "http": 0})
    );
}
