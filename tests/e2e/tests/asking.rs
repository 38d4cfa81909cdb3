//! Questions in somebody's own words: who is asked, what leaves, and that everybody is answered once (rows A01 to A05, A07
//! to A09).

mod asking {
    mod changing;
    mod failing;
    mod leaving;
    mod once;
    mod published;
    mod remembering;
    mod telling;
    mod voting;
}

use std::time::Duration;

use domain::address::WhatsAppAddress;
use domain::assistant::Memory;
use domain::ids::PersonKey;
use e2e::Scene;
use sandbox::maple::Manner;
use sandbox::world::Options;
use serde_json::{Value, json};

const HOW: &str = "How can somebody pay me?";
const LOST: &str = "I have lost my phone, what now?";

/// A world in which `phone` has agreed that questions go to the model.
async fn agreed(phone: &str) -> Scene {
    agreed_in(Options::default(), phone).await
}

async fn agreed_in(options: Options, phone: &str) -> Scene {
    let scene = Scene::with(options).await;
    agrees(&scene, phone).await;
    scene
}

async fn agrees(scene: &Scene, phone: &str) {
    scene.ask(phone, "assistant").await;
    scene.ask(phone, "yes").await;
}

fn message(phone: &str, body: &str) -> Value {
    json!({"from": format!("whatsapp:{phone}"), "body": body})
}

/// `phone` asks, and the model thinks about it until it is released.
async fn held(scene: &Scene, phone: &str, body: &str) -> String {
    let before = scene.world.maple.asked().len();
    scene.world.maple.will(Manner::Held);
    let (sid, status) = scene.post_message(&message(phone, body)).await;
    assert_eq!(status, 200);
    thinks(scene, before).await;
    sid
}

/// What is due runs until the model has been asked more than `before` questions.
async fn thinks(scene: &Scene, before: usize) {
    for _ in 0..1_000 {
        scene.world.run_due().await;
        if scene.world.maple.asked().len() > before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the model is never asked");
}

/// All words that the model was given, of the question with this number.
fn given(scene: &Scene, number: usize) -> String {
    let asked = scene.world.maple.asked();
    let messages = asked[number]["messages"].as_array().unwrap().iter();
    let words = messages.map(|message| message["content"].as_str().unwrap().to_owned());
    words.collect::<Vec<_>>().join("\n")
}

/// The records of all answers, in no order.
async fn records(scene: &Scene) -> Vec<Value> {
    let items = scene.table("messages").await.into_iter();
    let records = items.filter_map(|item| item.get("record").cloned());
    records.collect()
}

async fn sources(scene: &Scene) -> Vec<String> {
    let records = records(scene).await.into_iter();
    let mut sources: Vec<_> = records
        .map(|record| record["source"].as_str().unwrap().to_owned())
        .collect();
    sources.sort();
    sources
}

fn person(scene: &Scene, phone: &str) -> PersonKey {
    let address = WhatsAppAddress::parse(&format!("whatsapp:{phone}")).unwrap();
    scene.world.operator.keys().person(&address)
}

/// What is remembered of `phone`, opened.
async fn memory(scene: &Scene, phone: &str) -> Memory {
    let now = scene.world.clock.reader().now();
    let tables = &scene.world.operator;
    let memory = tables.memory(&person(scene, phone), now).await;
    memory.unwrap().memory
}

/// The memory items as they stand.
async fn memories(scene: &Scene) -> Vec<Value> {
    let mut sessions = scene.table("sessions").await;
    sessions.retain(|item| item["person"].as_str().unwrap().starts_with("memory#"));
    sessions
}
