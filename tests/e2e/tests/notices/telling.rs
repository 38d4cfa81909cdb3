//! Flash as it tells what has happened, and what comes of it.

use std::sync::{Arc, OnceLock};

use aws::queue::{Depth, Queue, QueueName};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::address::WhatsAppAddress;
use domain::ids::PersonKey;
use domain::preferences::Preferences;
use domain::time::Moment;
use e2e::Scene;
use flash::events::signature::sign;
use futures::future::join_all;
use lambda_http::LambdaEvent;
use reqwest::Method;
use sandbox::gateway;
use sandbox::world::SIGNING_SECRET;
use secrecy::SecretString;
use serde_json::{Value, json};

/// `phone` is linked and agrees to be told.
pub async fn agreed(phone: &str) -> Scene {
    let scene = Scene::begin().await;
    agrees(&scene, phone).await;
    scene
}

pub async fn agrees(scene: &Scene, phone: &str) {
    scene.link(phone).await;
    scene.ask(phone, "notifications").await;
    scene.ask(phone, "yes").await;
}

pub fn now(scene: &Scene) -> Moment {
    scene.world.scheduler.clock.now()
}

pub fn key_of(scene: &Scene, phone: &str) -> PersonKey {
    let address = WhatsAppAddress::parse(&format!("whatsapp:{phone}")).unwrap();
    scene.world.scheduler.tables.keys().person(&address)
}

pub async fn heard(scene: &Scene, phone: &str) -> usize {
    scene.texts(phone).await.len()
}

pub async fn since(scene: &Scene, phone: &str, before: usize) -> Vec<String> {
    scene.texts(phone).await.split_off(before)
}

/// What the person says that they want.
pub async fn wants(scene: &Scene, phone: &str, change: impl Fn(&mut Preferences)) {
    let tables = &scene.world.webhook.talk.tables;
    let person = key_of(scene, phone);
    let known = tables.read_person(&person, None, now(scene)).await.unwrap();
    let mut standing = known.state.standing.clone();
    change(&mut standing.preferences);
    let mut transaction = tables.transaction(&person, now(scene));
    transaction.standing(&known, &standing);
    transaction.commit().await.unwrap();
}

/// Flash's id of the account of `phone`.
pub async fn account_of(scene: &Scene, phone: &str) -> String {
    me(scene, phone).await["defaultAccount"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Flash's id of the user who has it.
pub async fn user_of(scene: &Scene, phone: &str) -> String {
    me(scene, phone).await["id"].as_str().unwrap().to_owned()
}

async fn me(scene: &Scene, phone: &str) -> Value {
    let session = format!("Bearer {}", scene.log_in(phone).await);
    let query = "query { me { id defaultAccount { id } } }";
    let header = ("authorization", session.as_str());
    let answer = scene.flash(query, json!({}), Some(header)).await;
    answer["data"]["me"].clone()
}

/// Why nobody was told of events, by each of their names.
pub async fn because(scene: &Scene) -> Vec<String> {
    let items = scene.table("messages").await;
    let events = items
        .iter()
        .filter(|item| item["id"].as_str().unwrap().starts_with("event#"));
    events
        .filter_map(|item| Some(item["because"].as_str()?.to_owned()))
        .collect()
}

/// Each record that lies in the queue is worked by an instance of its own, all at the same time; then they come once more.
pub async fn at_once(scene: &Scene) {
    let batches = scene.world.queue.receive(QueueName::Events);
    let records = batches
        .iter()
        .flat_map(|batch| batch.event["Records"].as_array().unwrap());
    let all = records.map(|record| {
        let deadline = scene.world.clock.millis() + 30_000;
        let event = json!({ "Records": [record] });
        let event = LambdaEvent::new(event, gateway::context(deadline));
        event_bridge::handle(&scene.world.event_bridge, event)
    });
    for worked in join_all(all).await {
        worked.unwrap();
    }
    scene.advance(600).await;
}

/// All that Flash has told is dealt with: nothing of it comes again, and nothing was set aside.
pub async fn all_done(scene: &Scene) {
    let depth = scene.world.queue.depth(QueueName::Events).await.unwrap();
    assert_eq!(depth, Depth::default());
}

/// Of a payment, told apart by its number.
pub fn hash(nth: u32) -> String {
    format!("{nth:064x}")
}

/// In the form of a broker's envelope.
#[derive(Clone)]
pub struct Event {
    kind: &'static str,
    data: Value,
    /// Seconds from when it is first told.
    at: i64,
    /// Told again it says the same, whatever the time is by then.
    happened: OnceLock<Moment>,
}

impl Event {
    pub fn received(dollars: &str) -> Self {
        let data = json!({"amount": dollars, "currency": "USD", "senderName": "Keisha"});
        Self {
            kind: "payment_received",
            data,
            at: 0,
            happened: OnceLock::new(),
        }
        .named(0)
    }

    pub fn sent(dollars: &str) -> Self {
        Self {
            kind: "payment_sent",
            ..Self::received(dollars)
        }
    }

    pub fn balance(old: &str, new: &str, at: i64) -> Self {
        let data = json!({"oldBalance": old, "newBalance": new, "currency": "USD"});
        Self {
            kind: "balance_updated",
            data,
            at,
            happened: OnceLock::new(),
        }
    }

    /// Another payment than those of other numbers.
    pub fn named(self, nth: u32) -> Self {
        self.with("paymentHash", json!(hash(nth))).with(
            "transactionId",
            json!(format!("0c9b6f3e-2d71-4f7b-a1c8-53e0d4c7{nth:04}")),
        )
    }

    pub fn of(self, owner: &str) -> Self {
        self.with("userId", json!(owner))
    }

    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.data[field] = value;
        self
    }

    pub fn without(mut self, field: &str) -> Self {
        self.data.as_object_mut().unwrap().remove(field);
        self
    }

    fn body(&self, scene: &Scene) -> Value {
        let at = self.happened.get_or_init(|| now(scene).plus(self.at));
        let at = jiff::Timestamp::from_second(at.unix()).unwrap().to_string();
        json!({"type": self.kind, "timestamp": at, "data": self.data})
    }

    /// By the broker, into the queue.
    pub async fn publish(&self, scene: &Scene) {
        let data = STANDARD.encode(self.body(scene).to_string());
        let message = json!({"basicProperties": {"messageId": null, "headers": {}}, "redelivered": false, "data": data});
        let batch = json!({
            "eventSource": "aws:rmq", "eventSourceArn": "arn:aws:mq:us-east-1:000000000000:broker:local:b-1",
            "rmqMessagesByQueue": {"flash_whatsapp_events::/": [message]},
        });
        Arc::clone(&scene.world).rabbitmq(batch).await.unwrap();
    }

    /// By the webhook, into the queue.
    pub async fn post(&self, scene: &Scene) {
        let id = format!("msg-{}", self.data["transactionId"]);
        post(scene, &id.replace('"', ""), &self.body(scene)).await;
    }

    pub async fn by_broker(&self, scene: &Scene) {
        self.publish(scene).await;
        scene.drain().await;
    }

    pub async fn by_webhook(&self, scene: &Scene) {
        self.post(scene).await;
        scene.drain().await;
    }
}

/// A signed body, and all that comes of it.
pub async fn webhook(scene: &Scene, id: &str, body: &Value) {
    post(scene, id, body).await;
    scene.drain().await;
}

async fn post(scene: &Scene, id: &str, body: &Value) {
    let secret = SecretString::from(SIGNING_SECRET);
    let body = body.to_string();
    let headers = sign(&secret, id, now(scene), &body).unwrap();
    let headers = headers
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let answer = scene
        .call(Method::POST, "/flash/events", &headers, Some(body))
        .await;
    assert_eq!(answer.status, 204, "{}", answer.body);
}
