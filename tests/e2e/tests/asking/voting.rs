//! Row A08: thumbs, and who gets to read what was called bad.

use domain::policy::{ERASURE_LAST_ROUND, REVIEW_MEMORY};
use domain::role::Role;
use e2e::{DEVON, MARCIA, Scene, TANYA};
use operator::roles::grant;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{HOW, LOST, agreed, agrees};

/// The button of that name under what `phone` was told last.
async fn button(scene: &Scene, phone: &str, title: &str) -> String {
    let shown = scene.messages(phone).await.pop().unwrap();
    let buttons = shown["buttons"].as_array().unwrap();
    let button = buttons.iter().find(|button| button["title"] == title);
    button.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn taps(scene: &Scene, phone: &str, payload: &str) -> String {
    let tap = json!({"body": "👍", "button_payload": payload});
    let answers = scene.say_as(&format!("whatsapp:{phone}"), tap).await;
    assert_eq!(answers.len(), 1, "{answers:?}");
    answers.into_iter().next().unwrap()
}

/// `phone` asks and calls the answer bad; the question's buttons for either.
async fn calls_bad(scene: &Scene, phone: &str, question: &str) -> [String; 2] {
    scene.ask(phone, question).await;
    let good = button(scene, phone, "👍").await;
    let bad = button(scene, phone, "👎").await;
    taps(scene, phone, &bad).await;
    [good, bad]
}

/// What the operator reads of today.
async fn reviews(scene: &Scene) -> String {
    let now = scene.world.clock.reader().now();
    let tables = &scene.world.operator;
    let told = operator::assistant::of_day(tables, &now.day(), now).await;
    told.unwrap().to_string()
}

async fn thumbs(scene: &Scene) -> Vec<Value> {
    let mut items = scene.table("messages").await;
    items.retain(|item| item.get("good").is_some());
    items
}

/// An admin, whose link is young enough to prove who they are.
async fn admin(scene: &Scene, phone: &str) {
    scene.link(phone).await;
    let now = scene.world.clock.reader().now();
    let tables = &scene.world.operator;
    grant(tables, phone, Role::Admin, now).await.unwrap();
    scene.advance(61).await;
    scene.ask(phone, "unlink").await;
    scene.ask(phone, "yes").await;
    scene.advance(1).await;
    scene.link(phone).await;
}

#[tokio::test]
async fn a08_thumbs_are_counted_once_and_an_admin_reads_how_many() {
    let scene = agreed(TANYA).await;
    admin(&scene, MARCIA).await;
    let [_, bad] = calls_bad(&scene, TANYA, HOW).await;
    assert!(taps(&scene, TANYA, &bad).await.contains("already"));
    agrees(&scene, DEVON).await;
    scene.ask(DEVON, LOST).await;
    let good = button(&scene, DEVON, "👍").await;
    assert!(taps(&scene, DEVON, &good).await.contains("glad"));
    assert_eq!(thumbs(&scene).await.len(), 2);
    let text = scene.ask(MARCIA, "ai report").await;
    assert!(text.contains("👍 model 1 · 👎 model 1"), "{text}");
}

#[tokio::test]
async fn a08_a_bad_answer_is_read_with_its_question_and_sealed_until_then() {
    let scene = agreed(MARCIA).await;
    let question = "How can somebody pay me at marcia.b@example.com?";
    let [good, _] = calls_bad(&scene, MARCIA, question).await;
    let told = reviews(&scene).await;
    assert!(told.contains("How can somebody pay me"), "{told}");
    assert!(told.contains("Answered: "), "{told}");
    assert!(!told.contains("example.com"), "{told}");
    let kept = thumbs(&scene).await;
    assert!(!format!("{kept:?}").contains("somebody"), "{kept:?}");
    assert!(kept[0]["words"].is_string(), "{kept:?}");

    // Called good after all, it is nobody's business any more.
    assert!(taps(&scene, MARCIA, &good).await.contains("changed"));
    assert!(!reviews(&scene).await.contains("somebody"));
    assert!(thumbs(&scene).await[0].get("words").is_none());
}

#[tokio::test]
async fn a08_without_an_agreement_a_bad_answer_is_counted_alone() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "assistant").await;
    scene.ask(MARCIA, "no").await;
    calls_bad(&scene, MARCIA, HOW).await;
    let kept = thumbs(&scene).await;
    assert_eq!(kept.len(), 1);
    assert!(kept[0].get("words").is_none(), "{kept:?}");
    assert!(!reviews(&scene).await.contains("Asked"));
}

#[tokio::test]
async fn a08_whoever_takes_the_agreement_back_is_not_read_any_more() {
    let scene = agreed(MARCIA).await;
    calls_bad(&scene, MARCIA, HOW).await;
    assert!(reviews(&scene).await.contains(HOW));
    scene.ask(MARCIA, "assistant").await;
    scene.ask(MARCIA, "no").await;
    assert!(!reviews(&scene).await.contains(HOW));
}

#[tokio::test]
async fn a08_what_was_forgotten_is_not_there_to_be_read() {
    let scene = agreed(MARCIA).await;
    scene.ask(MARCIA, HOW).await;
    let bad = button(&scene, MARCIA, "👎").await;
    scene.ask(MARCIA, "forget").await;
    taps(&scene, MARCIA, &bad).await;
    let kept = thumbs(&scene).await;
    assert!(
        kept.len() == 1 && kept[0].get("words").is_none(),
        "{kept:?}"
    );
    assert!(!reviews(&scene).await.contains("Asked"));
}

#[tokio::test]
async fn a08_what_is_kept_to_be_read_ends_with_its_month_and_with_its_person() {
    let scene = agreed(MARCIA).await;
    let now = || scene.world.clock.reader().now().unix();
    let before = now();
    calls_bad(&scene, MARCIA, HOW).await;
    let kept = thumbs(&scene).await[0]["expires_at"].as_i64().unwrap() - REVIEW_MEMORY;
    assert!((before..=now()).contains(&kept), "{kept}");
    let day = scene.world.clock.reader().now().day();
    scene.ask(MARCIA, "delete my data").await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(ERASURE_LAST_ROUND + 120).await;
    assert_eq!(thumbs(&scene).await.len(), 0);
    let now = scene.world.clock.reader().now();
    let told = operator::assistant::of_day(&scene.world.operator, &day, now).await;
    assert!(!told.unwrap().to_string().contains(HOW));
}

#[tokio::test]
async fn what_is_remembered_and_kept_to_be_read_is_in_the_file_of_ones_data() {
    let scene = agreed(MARCIA).await;
    calls_bad(&scene, MARCIA, HOW).await;
    scene.ask(MARCIA, LOST).await;
    let told = scene.ask(MARCIA, "export my data").await;
    let (_, page) = told.split_once("/export/").unwrap();
    let page = page.split_whitespace().next().unwrap();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", &*scene.world.public_url),
        ("sec-fetch-site", "same-origin"),
    ];
    let path = format!("/export/{page}");
    let file = scene.call(Method::POST, &path, &headers, None).await;
    let text = file.body;
    let (_, asked) = text
        .split_once("WHAT YOU HAVE ASKED THE ASSISTANT")
        .unwrap();
    let (asked, rest) = asked.split_once("CODES THAT WAIT").unwrap();
    assert!(asked.contains(HOW) && asked.contains(LOST), "{asked}");
    let (_, thought) = rest.split_once("WHAT YOU THINK OF ME").unwrap();
    let (thought, _) = thought.split_once("REQUESTS FOR MONEY").unwrap();
    assert!(
        thought.contains(HOW) && !thought.contains(LOST),
        "{thought}"
    );
}
