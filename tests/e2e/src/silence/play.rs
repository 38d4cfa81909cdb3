//! A short story in which everything private is used, and a slip of the tongue if one is wanted: what the search must
//! find, and what it must not. Played in a process of its own, because what is kept is kept by process.

use std::sync::Arc;

use aws::queue::{Queue, QueueMessage, QueueName};
use aws::telemetry;
use aws_sdk_dynamodb::types::AttributeValue;
use clap::ValueEnum;
use sandbox::fault::Faults;
use sandbox::trace::Death;
use serde_json::json;

use crate::{MARCIA, READ_ONLY, Scene};

const HER_ID: &str = "whatsapp:JM.4566546130240823";
const HER_NAME: &str = "Marcia of Mandeville";
const LATITUDE: f64 = 18.0425;

/// How something gets out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Slip {
    /// One line of the log for each kind of private value.
    Log,
    /// A function panics with a number on its lips.
    Panic,
    Table,
    Queue,
    Trace,
}

#[derive(Debug)]
struct Slipped(String);

impl std::fmt::Display for Slipped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "it was about {} as it seems", self.0)
    }
}

impl std::error::Error for Slipped {}

/// Plays it. Whether anything is kept is the environment's business.
pub async fn play(slip: Option<Slip>) {
    let scene = Scene::begin().await;
    let chat = format!("whatsapp:{MARCIA}");
    let token = scene.link_token(&chat).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let session = scene.log_in(MARCIA).await;
    let shown = scene.bring(&token, &key, false).await.json();
    let code = shown["code"].as_str().unwrap();
    let linked = scene.ask(MARCIA, &format!("verify {code}")).await;
    assert!(linked.contains("Linked"), "{linked}");
    let balance = scene.ask(MARCIA, "balance").await;
    let (_, amount) = balance.split_once("US$").unwrap();
    let somewhere = json!({
        "profile_name": HER_NAME, "external_user_id": HER_ID, "latitude": LATITUDE, "longitude": -77.5,
    });
    scene.say_as(&chat, somewhere).await;
    scene.advance(600).await;
    match slip {
        None => {}
        Some(Slip::Log) => {
            for value in [
                MARCIA,
                HER_ID,
                HER_NAME,
                &balance,
                &LATITUDE.to_string(),
                code,
                &key,
                &token,
                &session,
                "local-auth-token",
                &amount[..4],
            ] {
                telemetry::failure("slip", &Slipped(value.to_owned()));
            }
        }
        Some(Slip::Panic) => panics(&scene).await,
        Some(Slip::Table) => {
            let database = &scene.world.database;
            let put = database.client(Arc::<Faults>::default()).put_item();
            let put = put.table_name(&database.names.cache);
            let put = put.item("key", AttributeValue::S(format!("person#{MARCIA}")));
            put.send().await.unwrap();
        }
        Some(Slip::Queue) => {
            let message = QueueMessage::redriven("1", balance, None);
            let sent = scene.world.queue.send(QueueName::Wake, &[message]).await;
            sent.unwrap();
        }
        Some(Slip::Trace) => {
            let traces = &scene.world.traces;
            traces.add("SM1", "webhook", "note", code, "", "shown");
        }
    }
}

async fn panics(scene: &Scene) {
    let traces = Arc::clone(&scene.world.traces);
    let invocation = async { panic!("nobody has the number {MARCIA}") };
    let invocation = traces.follow("SM1", "webhook", Death::after(None), invocation);
    let ended: Result<Option<()>, _> = tokio::spawn(invocation).await;
    assert!(ended.unwrap_err().is_panic());
}
