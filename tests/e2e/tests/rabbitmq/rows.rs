//! Rows N01, N02 and N06: from Flash's message on the broker to what the person reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use e2e::rabbitmq::Publisher;
use e2e::{MARCIA, Scene};
use operator::broker::{Wanted, declare};
use sandbox::rabbitmq::Poller;
use sandbox::world::World;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{left_by, shared};

const KEY: &str = "payment.received.lightning";

/// Marcia, who is linked and has agreed to news, and a broker from which her world is told of payments.
struct Told {
    scene: Scene,
    name: &'static str,
    account: String,
    publisher: Publisher,
    broker: Arc<e2e::rabbitmq::Broker>,
}

impl Told {
    async fn through(name: &'static str) -> Self {
        let broker = shared();
        let url = broker.url();
        declare(&url, &Wanted::new(name, name).unwrap())
            .await
            .unwrap();
        let scene = Scene::begin().await;
        scene.link(MARCIA).await;
        scene.ask(MARCIA, "notifications").await;
        scene.ask(MARCIA, "YES").await;
        let people = scene.world.flash.people();
        let marcia = people.iter().find(|person| person["phone"] == MARCIA);
        Self {
            account: marcia.unwrap()["account_id"].as_str().unwrap().to_owned(),
            publisher: Publisher::connect(&url).await,
            scene,
            name,
            broker,
        }
    }

    /// Reads the queue for the world. With `forgets`, the first batch that the function has taken is not acknowledged.
    async fn poll(&self, forgets: bool) -> JoinHandle<()> {
        let poller = Poller::connect(&self.broker.url(), self.name)
            .await
            .unwrap();
        let world = Arc::clone(&self.scene.world);
        let forgets = Arc::new(AtomicBool::new(forgets));
        tokio::spawn(poller.run(move |event| take(Arc::clone(&world), Arc::clone(&forgets), event)))
    }

    /// A payment of `dollars` that has come to Marcia, the `number`th.
    fn payment(&self, number: u32, dollars: &str) -> Value {
        json!({
            "specversion": "1.0",
            "id": format!("0c9b6f3e-2d71-4f7b-a1c8-{number:012x}"),
            "source": "flash-backend",
            "type": "payment.received",
            "data": {
                "accountId": self.account,
                "rail": "lightning",
                "status": "success",
                "amount": {"value": dollars, "currency": "USD"},
                "paymentHash": format!("{number:064x}"),
                "counterpartyUsername": "devon",
            },
        })
    }

    async fn publish(&self, body: &[u8]) {
        self.publisher.publish(self.name, KEY, body).await;
    }

    /// What Marcia has been told of payments, once a text names `last`.
    async fn told(&self, last: &str) -> Vec<String> {
        for _ in 0..600 {
            self.scene.drain().await;
            let mut texts = self.scene.texts(MARCIA).await;
            texts.retain(|text| text.contains("devon"));
            if texts.iter().any(|text| text.contains(last)) {
                return texts;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{last} is never told: {:?}", self.scene.texts(MARCIA).await);
    }
}

async fn take(world: Arc<World>, forgets: Arc<AtomicBool>, event: Value) -> Result<(), String> {
    let taken = world.rabbitmq(event).await;
    taken.map_err(|error| error.to_string())?;
    if forgets.swap(false, Ordering::SeqCst) {
        return Err("taken, and not acknowledged".to_owned());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn n01_a_payment_that_the_broker_tells_of_is_one_message() {
    let told = Told::through("n01").await;
    let poller = told.poll(false).await;
    told.publish(told.payment(1, "4.25").to_string().as_bytes())
        .await;
    let texts = told.told("4.25").await;
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert_eq!(left_by(&told.publisher, told.name, poller).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn n02_what_the_broker_delivers_again_or_flash_publishes_twice_is_one_message() {
    let told = Told::through("n02").await;
    let first = told.payment(1, "4.25");
    let mut renamed = first.clone();
    renamed["id"] = "0c9b6f3e-2d71-4f7b-a1c8-00000000ffff".into();
    for body in [&first, &first, &renamed] {
        told.publish(body.to_string().as_bytes()).await;
    }
    let poller = told.poll(true).await;
    told.told("4.25").await;
    told.publish(told.payment(2, "5.75").to_string().as_bytes())
        .await;
    let texts = told.told("5.75").await;
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert_eq!(left_by(&told.publisher, told.name, poller).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn n06_what_can_t_be_read_is_set_aside_with_its_reason_and_the_good_one_beside_it_goes_through()
 {
    let told = Told::through("n06").await;
    let huge = vec![b'['; 300_000];
    let nobodys =
        json!({"type": "payment_received", "data": {"amount": "1", "transactionId": "t"}});
    let mut worthless = told.payment(9, "4.25");
    worthless["data"]["amount"]["value"] = "a lot".into();
    let bad = [
        b"".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        b"{\"type\":".to_vec(),
        b"[]".to_vec(),
        huge,
        nobodys.to_string().into_bytes(),
        worthless.to_string().into_bytes(),
    ];
    let (before, after) = bad.split_at(3);
    for body in before {
        told.publish(body).await;
    }
    told.publish(told.payment(1, "4.25").to_string().as_bytes())
        .await;
    for body in after {
        told.publish(body).await;
    }
    let poller = told.poll(false).await;
    let texts = told.told("4.25").await;
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert_eq!(left_by(&told.publisher, told.name, poller).await, 0);

    let all = told.scene.get("/sandbox/dead-letters").await.json();
    let letters = all["events"].as_array().unwrap();
    assert_eq!(letters.len(), bad.len(), "{letters:?}");
    for letter in letters {
        let reason = letter["reason"].as_str().unwrap();
        assert!(reason.starts_with("malformed:"), "{reason}");
    }
}
