//! Flash's events through a real RabbitMQ: the operator's command declares what it needs, a poller reads it as Lambda does.
//!
//! `.ci/test` installs the broker.

#[path = "rabbitmq/many.rs"]
mod many;
#[path = "rabbitmq/plan.rs"]
mod plan;
#[path = "rabbitmq/rows.rs"]
mod rows;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use e2e::rabbitmq::{Broker, Publisher};
use lapin::options::{BasicGetOptions, BasicNackOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use operator::broker::{BrokerError, Wanted, declare};
use sandbox::rabbitmq::{PollError, Poller};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::{JoinHandle, block_in_place};

fn folder(name: &str) -> PathBuf {
    let name = format!("rabbitmq-{name}-{}", std::process::id());
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// One broker for all tests that are under way; the last ends it.
fn shared() -> Arc<Broker> {
    static SHARED: Mutex<Weak<Broker>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap();
    shared.upgrade().unwrap_or_else(|| {
        let broker = Arc::new(Broker::start(&folder("shared")));
        *shared = Arc::downgrade(&broker);
        broker
    })
}

/// A queue and an exchange of its own on a broker, somebody who publishes numbers there, and a function that is given them.
struct Stage {
    url: SecretString,
    name: &'static str,
    publisher: Publisher,
    function: Arc<Function>,
}

/// Notes what it is called with.
struct Function {
    calls: Mutex<Vec<Value>>,
    /// How many of the next calls fail.
    fails: Mutex<u32>,
    /// No call comes to an end while this is false.
    ends: watch::Sender<bool>,
}

/// Messages' numbers, and whether they have come before, by call.
type Batches = Vec<Vec<(u32, bool)>>;

impl Function {
    async fn call(self: Arc<Self>, event: Value) -> Result<(), &'static str> {
        self.calls.lock().unwrap().push(event);
        let mut ends = self.ends.subscribe();
        ends.wait_for(|ends| *ends).await.unwrap();
        let mut fails = self.fails.lock().unwrap();
        if *fails > 0 {
            *fails -= 1;
            return Err("told to fail");
        }
        Ok(())
    }
}

impl Stage {
    async fn on(broker: &Broker, name: &'static str) -> Self {
        let url = broker.url();
        let wanted = Wanted::new(name, name).unwrap();
        declare(&url, &wanted).await.unwrap();
        Self {
            publisher: Publisher::connect(&url).await,
            url,
            name,
            function: Arc::new(Function {
                calls: Mutex::default(),
                fails: Mutex::default(),
                ends: watch::channel(true).0,
            }),
        }
    }

    async fn publish(&self, numbers: Range<u32>) {
        for number in numbers {
            let body = number.to_string();
            let key = "payment.received.lightning";
            self.publisher
                .publish(self.name, key, body.as_bytes())
                .await;
        }
    }

    /// Begins to read the queue; dies when aborted.
    async fn poll(&self) -> JoinHandle<()> {
        let poller = Poller::connect(&self.url, self.name).await.unwrap();
        // So that what stands in the queue is a batch, however slow the machine.
        let poller = poller.waiting(Duration::from_secs(2));
        let function = Arc::clone(&self.function);
        tokio::spawn(poller.run(move |event| Arc::clone(&function).call(event)))
    }

    fn batches(&self) -> Batches {
        let key = format!("{}::/", self.name);
        let calls = self.function.calls.lock().unwrap();
        let batches = calls.iter().map(|event| {
            let messages = event["rmqMessagesByQueue"][&key].as_array().unwrap();
            let messages = messages.iter().map(|message| {
                let data = STANDARD.decode(message["data"].as_str().unwrap()).unwrap();
                let number = String::from_utf8(data).unwrap().parse().unwrap();
                (number, message["redelivered"] == json!(true))
            });
            messages.collect()
        });
        batches.collect()
    }

    async fn until(&self, reached: impl Fn(&Batches) -> bool) {
        for _ in 0..1_200 {
            if reached(&self.batches()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never reached: {:?}", self.batches());
    }

    /// Nothing but what is published now is in the queue: batches go one after the other, so all before were acknowledged.
    async fn only_has(&self, number: u32, poller: JoinHandle<()>) {
        self.function.ends.send_replace(false);
        self.publish(number..number + 1).await;
        self.until(|batches| batches.iter().flatten().any(|(seen, _)| *seen == number))
            .await;
        assert_eq!(left_by(&self.publisher, self.name, poller).await, 1);
    }
}

/// Kills the poller and says how many messages are in its queue, once the broker has noticed.
async fn left_by(publisher: &Publisher, queue: &str, poller: JoinHandle<()>) -> u32 {
    poller.abort();
    for _ in 0..1_200 {
        let looked = look(publisher, queue).await;
        if looked.consumer_count() == 0 {
            return looked.message_count();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the broker never notices");
}

/// Who reads a queue, and how much of it nobody has in hand.
async fn look(publisher: &Publisher, queue: &str) -> lapin::Queue {
    let passive = QueueDeclareOptions {
        passive: true,
        ..QueueDeclareOptions::default()
    };
    let none = FieldTable::default();
    let looked = publisher
        .channel()
        .queue_declare(queue.into(), passive, none);
    looked.await.unwrap()
}

fn count(batches: &Batches) -> usize {
    batches.iter().map(Vec::len).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_of_ten_at_most_are_acknowledged_once_the_function_has_taken_them() {
    let broker = shared();
    let stage = Stage::on(&broker, "batches").await;
    stage.publish(0..25).await;
    let poller = stage.poll().await;
    stage.until(|batches| count(batches) >= 25).await;
    let batches = stage.batches();
    assert_eq!(batches[0].len(), 10);
    assert!(batches.iter().all(|batch| batch.len() <= 10), "{batches:?}");
    let seen: Vec<_> = batches.concat();
    assert_eq!(
        seen,
        (0..25).map(|number| (number, false)).collect::<Vec<_>>()
    );
    stage.only_has(25, poller).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_function_fails_on_comes_again_until_it_is_taken() {
    let broker = shared();
    let stage = Stage::on(&broker, "failing").await;
    *stage.function.fails.lock().unwrap() = 2;
    stage.publish(0..3).await;
    let poller = stage.poll().await;
    stage.until(|batches| count(batches) >= 9).await;
    let batches = stage.batches();
    for (call, batch) in batches.iter().enumerate() {
        let mut batch = batch.clone();
        batch.sort_unstable();
        let again = call > 0;
        assert_eq!(batch, [(0, again), (1, again), (2, again)], "call {call}");
    }
    stage.only_has(3, poller).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poller_that_dies_in_the_middle_loses_nothing_and_repeats() {
    let broker = shared();
    let stage = Stage::on(&broker, "dying").await;
    stage.publish(0..12).await;
    stage.function.ends.send_replace(false);
    let first = stage.poll().await;
    stage.until(|batches| count(batches) == 10).await;
    assert_eq!(left_by(&stage.publisher, stage.name, first).await, 12);

    stage.function.ends.send_replace(true);
    let second = stage.poll().await;
    stage.until(|batches| count(batches) >= 22).await;
    let mut again = stage.batches()[1..].concat();
    again.sort_unstable();
    assert_eq!(
        again,
        (0..12)
            .map(|number| (number, number < 10))
            .collect::<Vec<_>>()
    );
    stage.only_has(12, second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_killed_keeps_what_it_took_and_is_found_again() {
    let mut broker = block_in_place(|| Broker::start(&folder("killed")));
    let mut stage = Stage::on(&broker, "killed").await;
    block_in_place(|| broker.restart());
    stage.publisher = Publisher::connect(&stage.url).await;
    stage.publish(0..12).await;
    stage.function.ends.send_replace(false);
    let poller = stage.poll().await;
    stage.until(|batches| count(batches) == 10).await;
    block_in_place(|| broker.kill());
    stage.function.ends.send_replace(true);
    block_in_place(|| broker.start_again());

    // What was under way when the broker died can't have been acknowledged.
    stage.until(|batches| count(batches) >= 22).await;
    let again = stage.batches()[1..].concat();
    let again: BTreeSet<u32> = again.into_iter().map(|(number, _)| number).collect();
    assert_eq!(again, (0..12).collect());
    stage.publisher = Publisher::connect(&stage.url).await;
    stage.only_has(12, poller).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_too_often_is_a_dead_letter_of_the_broker() {
    let broker = shared();
    let stage = Stage::on(&broker, "poison").await;
    stage.publish(7..8).await;
    let channel = stage.publisher.channel();
    let mut deliveries = 0;
    loop {
        let got = channel.basic_get("poison".into(), BasicGetOptions::default());
        let Some(message) = got.await.unwrap() else {
            break;
        };
        deliveries += 1;
        let back = BasicNackOptions {
            requeue: true,
            ..BasicNackOptions::default()
        };
        message.delivery.nack(back).await.unwrap();
        // What was given back is there when the next thing on this channel is answered.
        assert!(deliveries < 1_000, "it comes back for ever");
    }
    assert_eq!(deliveries, 101);
    for _ in 0..600 {
        let got = channel.basic_get("poison.dead".into(), BasicGetOptions::default());
        if let Some(letter) = got.await.unwrap() {
            assert_eq!(letter.delivery.data, b"7");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it is nowhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn declaring_twice_changes_nothing_and_what_differs_is_left_as_it_is() {
    let broker = shared();
    let url = broker.url();
    let wanted = Wanted::new("declared", "told.of").unwrap();
    let first = declare(&url, &wanted).await.unwrap().to_string();
    let all = "127.0.0.1, virtual host /\nexchange told.of.dead: declared\nqueue declared.dead: declared\n\
               exchange told.of: declared\nqueue declared: declared\n\
               told.of to declared: bound by payment.#, balance.#\n";
    assert_eq!(first, all);
    let second = declare(&url, &wanted).await.unwrap().to_string();
    assert_eq!(second, all.replace(": declared", ": was there"));

    let publisher = Publisher::connect(&url).await;
    let (classic, none) = (QueueDeclareOptions::durable(), FieldTable::default());
    let declared = publisher
        .channel()
        .queue_declare("classic".into(), classic, none);
    declared.await.unwrap();
    let wanted = Wanted::new("classic", "told.of").unwrap();
    let refused = declare(&url, &wanted).await.unwrap_err();
    assert!(matches!(refused, BrokerError::Differs { .. }), "{refused}");
    assert!(
        refused.to_string().starts_with("queue classic is there"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_shown_a_password() {
    let broker = shared();
    let right = broker.url().expose_secret().to_owned();
    let wrong = SecretString::from(right.replace("guest@", "hidden@"));
    let declared = declare(&wrong, &Wanted::default()).await.unwrap_err();
    let polled = Poller::connect(&wrong, "any").await.unwrap_err();
    let shown = format!("{declared} {declared:?} {polled} {polled:?}");
    assert!(shown.contains("ACCESS_REFUSED"), "{shown}");
    assert!(!shown.contains("hidden"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_is_missing_names_the_command_that_declares_it() {
    let broker = shared();
    let missing = Poller::connect(&broker.url(), "nobody_declared")
        .await
        .unwrap_err();
    assert!(matches!(missing, PollError::NoQueue(_)), "{missing}");
    let said = missing.to_string();
    assert!(
        said.contains("broker declare --queue nobody_declared"),
        "{said}"
    );
}
