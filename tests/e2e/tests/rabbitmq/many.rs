//! Rows N01, N02, N05, N06 and N09: thousands of events by both ways, a fifth of them repeats and a fiftieth poison, while
//! pollers die with batches in their hands and the broker is restarted and killed, are exactly the right messages.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws::queue::QueueName;
use domain::address::WhatsAppAddress;
use domain::money::Cents;
use domain::preferences::{Frequency, Preferences};
use domain::time::Moment;
use e2e::Scene;
use e2e::rabbitmq::{Broker, Publisher};
use flash::events::signature::sign;
use futures::future::join_all;
use operator::broker::{Wanted, declare};
use sandbox::rabbitmq::Poller;
use sandbox::world::{Options, SIGNING_SECRET, World};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, block_in_place, spawn_blocking};

use crate::plan::{MINIMUM, Payment, Plan, Tell, Wish};
use crate::{folder, left_by, look};

/// How many there are, unless this variable says otherwise: a multiple of 500.
const EVENTS: &str = "FLASH_EVENTS";
const FEW: usize = 1_000;
const SEED: u64 = 7;

const NAME: &str = "many";
const KEY: &str = "payment.received.lightning";

/// Five in the morning on a Sunday in Jamaica; until then there is an hour for everybody to be linked.
const FIRST: i64 = 1_795_341_600;
const HOUR: i64 = 3_600;
/// News of a round come after the full hour, and all are out when the next begins.
const PAST: i64 = 300;
const BETWEEN: i64 = 3 * HOUR;

/// Events published or posted at once.
const AT_ONCE: usize = 16;
/// Of so many batches one is the last of its poller.
const LIVES: usize = 12;
/// A message's pace where there is nothing to do, and where the broker is failing.
const PAUSE: Duration = Duration::from_millis(20);

/// What went wrong on the way, so that it proves something.
#[derive(Debug, Default)]
struct Trouble {
    batches: AtomicUsize,
    redelivered: AtomicUsize,
    deaths: AtomicUsize,
    unconfirmed: AtomicUsize,
}

/// Reads the queue for the world, and dies now and then.
struct Reader {
    world: Arc<World>,
    url: SecretString,
    dies: Notify,
    trouble: Arc<Trouble>,
}

impl Reader {
    async fn run(self: Arc<Self>) {
        loop {
            let Ok(poller) = Poller::connect(&self.url, NAME).await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let reader = Arc::clone(&self);
            tokio::select! {
                () = poller.run(move |event| Arc::clone(&reader).take(event)) => {}
                () = self.dies.notified() => {
                    self.trouble.deaths.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
    }

    /// The last batch of a poller is not acknowledged, whether the function has taken it or not.
    async fn take(self: Arc<Self>, event: Value) -> Result<(), String> {
        let queues = event["rmqMessagesByQueue"].as_object().unwrap();
        let messages = queues.values().flat_map(|queue| queue.as_array().unwrap());
        let again = messages.filter(|message| message["redelivered"] == json!(true));
        let trouble = &self.trouble;
        trouble
            .redelivered
            .fetch_add(again.count(), Ordering::SeqCst);
        let nth = trouble.batches.fetch_add(1, Ordering::SeqCst);
        let is_last = nth % LIVES == LIVES - 1;
        let is_taken = (nth / LIVES).is_multiple_of(2);
        if !is_last || is_taken {
            let taken = Arc::clone(&self.world).rabbitmq(event).await;
            taken.map_err(|error| error.to_string())?;
        }
        if is_last {
            self.dies.notify_one();
            pending::<()>().await;
        }
        Ok(())
    }
}

/// How a broker fails.
#[derive(Clone, Copy)]
enum Failing {
    Restarted,
    Killed,
}

/// Publishes what is in Flash's outbox, until the broker is known to have it.
struct Outbox {
    broker: Arc<Mutex<Broker>>,
    url: SecretString,
    publisher: Publisher,
    trouble: Arc<Trouble>,
}

impl Outbox {
    /// In the middle of it the broker fails.
    async fn publish(&mut self, tells: &[&Tell], failing: Option<Failing>) {
        let some: Vec<_> = tells.chunks(AT_ONCE).collect();
        let (before, after) = some.split_at(some.len() / 2);
        for tells in before {
            self.offer(tells).await;
        }
        let failed = failing.map(|failing| self.fail(failing));
        for tells in after {
            self.offer(tells).await;
            if failed.as_ref().is_some_and(|failed| !failed.is_finished()) {
                tokio::time::sleep(PAUSE).await;
            }
        }
        if let Some(failed) = failed {
            failed.await.unwrap();
        }
        self.publisher = Publisher::reach(&self.url).await;
    }

    /// One that is killed is dead when this returns.
    fn fail(&self, failing: Failing) -> JoinHandle<()> {
        let broker = Arc::clone(&self.broker);
        if matches!(failing, Failing::Killed) {
            block_in_place(|| broker.lock().unwrap().kill());
        }
        spawn_blocking(move || {
            let mut broker = broker.lock().unwrap();
            match failing {
                Failing::Restarted => broker.restart(),
                Failing::Killed => broker.start_again(),
            }
        })
    }

    async fn offer(&mut self, tells: &[&Tell]) {
        let mut left: Vec<&[u8]> = tells.iter().map(|tell| &tell.body[..]).collect();
        loop {
            left = self.publisher.offer(NAME, KEY, &left).await;
            if left.is_empty() {
                return;
            }
            let unconfirmed = &self.trouble.unconfirmed;
            unconfirmed.fetch_add(left.len(), Ordering::SeqCst);
            self.publisher = Publisher::reach(&self.url).await;
        }
    }
}

async fn post(world: &Arc<World>, tells: &[&Tell]) {
    let secret = SecretString::from(SIGNING_SECRET);
    for some in tells.chunks(AT_ONCE) {
        let posts = some.iter().map(|tell| async {
            let now = world.scheduler.clock.now();
            let body = std::str::from_utf8(&tell.body).unwrap();
            let headers = sign(&secret, &tell.name, now, body).unwrap();
            let headers = headers.map(|(name, value)| (name.to_owned(), value));
            let body = tell.body.clone();
            let answer = world.post("/flash/events", headers.into(), body).await;
            assert_eq!(answer.status, 204);
        });
        join_all(posts).await;
    }
}

/// The world's queues, worked until it is told that nothing more comes.
async fn pump(world: Arc<World>, ends: Arc<AtomicBool>) {
    while !ends.load(Ordering::SeqCst) {
        if !world.run_due().await {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn now(scene: &Scene) -> Moment {
    scene.world.scheduler.clock.now()
}

async fn wants(scene: &Scene, phone: &str, change: impl Fn(&mut Preferences)) {
    let tables = &scene.world.webhook.talk.tables;
    let address = WhatsAppAddress::parse(&format!("whatsapp:{phone}")).unwrap();
    let person = tables.keys().person(&address);
    let known = tables.read_person(&person, None, now(scene)).await.unwrap();
    let mut standing = known.state.standing.clone();
    change(&mut standing.preferences);
    let mut transaction = tables.transaction(&person, now(scene));
    transaction.standing(&known, &standing);
    transaction.commit().await.unwrap();
}

/// Somebody with an account, who is linked and has agreed to news; their account.
async fn agreed(scene: &Scene, phone: &str) -> String {
    scene.at_flash(phone, json!({"balance": 100})).await;
    scene.link(phone).await;
    scene.ask(phone, "notifications").await;
    scene.ask(phone, "yes").await;
    let people = scene.world.flash.people();
    let person = people.iter().find(|person| person["phone"] == phone);
    person.unwrap()["account_id"].as_str().unwrap().to_owned()
}

async fn wishes(scene: &Scene, phone: &str, wish: Wish) {
    let often = |frequency| move |wanted: &mut Preferences| wanted.frequency = frequency;
    match wish {
        Wish::Each | Wish::Much => {}
        Wish::Hourly => wants(scene, phone, often(Frequency::Hourly)).await,
        Wish::Daily => wants(scene, phone, often(Frequency::Daily)).await,
        Wish::AtLeast => {
            let minimum = Some(Cents(MINIMUM));
            wants(scene, phone, |wanted| wanted.minimum = minimum).await;
        }
        Wish::Nothing => {
            scene.ask(phone, "stop").await;
        }
    }
}

/// What somebody has been told.
#[derive(Debug, Default)]
struct Heard {
    messages: usize,
    /// Each that was named.
    named: Vec<Payment>,
    /// How many there were of all that has come, and of all that has gone, and their sum.
    sums: BTreeMap<bool, (usize, i64)>,
}

impl Heard {
    fn of(texts: &[String]) -> Self {
        let mut heard = Self {
            messages: texts.len(),
            ..Self::default()
        };
        for text in texts {
            if let Some(digest) = text.strip_prefix('📬') {
                heard.digest(digest);
            } else {
                let received = text.starts_with('✅');
                assert!(received || text.starts_with('↗'), "{text}");
                heard.named.push((received, cents(text)));
                heard.add(received, 1, cents(text));
            }
        }
        heard
    }

    fn digest(&mut self, text: &str) {
        for line in text.lines() {
            if let Some(row) = line.strip_prefix("• ") {
                self.named.push((row.starts_with('+'), cents(row)));
            } else if let Some((_, payments)) = line.rsplit_once('(')
                && let Some((count, _)) = payments.split_once(" payment")
            {
                let received = line.starts_with("Received: ");
                assert!(received || line.starts_with("Sent: "), "{line}");
                self.add(received, count.parse().unwrap(), cents(line));
            }
        }
    }

    fn add(&mut self, received: bool, count: usize, cents: i64) {
        let (counted, sum) = self.sums.entry(received).or_default();
        *counted += count;
        *sum += cents;
    }
}

/// The first amount in US dollars.
fn cents(text: &str) -> i64 {
    let (_, amount) = text.split_once("US$").unwrap();
    let digits = amount
        .chars()
        .take_while(|c| c.is_ascii_digit() || ",.".contains(*c));
    let digits: String = digits.filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

/// Everybody was told of what they wanted, each of it once.
async fn all_are_told(scene: &Scene, plan: &Plan, before: &BTreeMap<String, usize>) -> usize {
    let mut messages = 0;
    for person in &plan.people {
        let texts = scene.texts(&person.phone).await;
        let heard = Heard::of(&texts[before[&person.phone]..]);
        let (expected, in_messages) = person.expects();
        let who = format!("{:?}: {heard:?}", person.wish);
        assert_eq!(heard.messages, in_messages, "{who}");
        let mut sums: BTreeMap<bool, (usize, i64)> = BTreeMap::new();
        for (received, cents) in &expected {
            let (count, sum) = sums.entry(*received).or_default();
            *count += 1;
            *sum += cents;
        }
        assert_eq!(heard.sums, sums, "{who}");
        // A digest of many names the first few.
        let named: BTreeSet<_> = heard.named.iter().collect();
        assert_eq!(named.len(), heard.named.len(), "twice: {who}");
        let all: BTreeSet<_> = expected.iter().collect();
        assert!(named.is_subset(&all), "{who}");
        assert!(person.wish == Wish::Daily || named == all, "{who}");
        messages += heard.messages;
    }
    messages
}

/// What can't be read was set aside with its reason, and nothing else was.
fn all_poison_is_set_aside(world: &World, plan: &Plan) -> usize {
    let letters = world.queue.dead_letters(QueueName::Events);
    // What was delivered again is set aside again, under the same name.
    let named: BTreeSet<(String, String)> = letters
        .iter()
        .map(|letter| {
            let body: Value = serde_json::from_str(&letter.body).unwrap();
            let trace = body["trace"].as_str().unwrap().to_owned();
            (trace, letter.reason.clone().unwrap())
        })
        .collect();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for (_, reason) in named {
        *reasons.entry(reason).or_default() += 1;
    }
    assert_eq!(reasons, plan.letters);
    letters.len()
}

async fn all_is_counted(scene: &Scene, plan: &Plan) {
    let days = scene.world.scheduler.tables.day_counts(2, now(scene)).await;
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for day in days.unwrap() {
        for (name, times) in day.counts.iter() {
            let name = match name {
                // Which of two balances came first is a matter of chance.
                "muted:older" | "muted:topic_off" => "muted:balances",
                name => name,
            };
            if ["told:", "held:", "muted:"]
                .iter()
                .any(|kind| name.starts_with(kind))
            {
                *counted.entry(name.to_owned()).or_default() += times;
            }
        }
    }
    assert_eq!(counted, plan.counts());
}

#[expect(clippy::disallowed_methods, reason = "it configures no function")]
fn wanted() -> usize {
    let wanted = std::env::var(EVENTS).ok();
    wanted.map_or(FEW, |wanted| wanted.parse().unwrap())
}

/// Every other one goes by the webhook, unless the broker alone carries it.
fn ways(tells: &[Tell]) -> (Vec<&Tell>, Vec<&Tell>) {
    let (mut by_broker, mut by_webhook) = (Vec::new(), Vec::new());
    for (nth, tell) in tells.iter().enumerate() {
        if tell.by_broker_alone || nth % 2 == 0 {
            by_broker.push(tell);
        } else {
            by_webhook.push(tell);
        }
    }
    (by_broker, by_webhook)
}

#[tokio::test(flavor = "multi_thread")]
async fn n02_thousands_of_events_by_both_ways_while_poller_and_broker_fail_are_the_right_messages()
{
    let events = wanted();
    let folder: PathBuf = folder(NAME);
    let broker = block_in_place(|| Broker::start(&folder));
    let url = broker.url();
    let wanted = Wanted::new(NAME, NAME).unwrap();
    declare(&url, &wanted).await.unwrap();
    let scene = Scene::with(Options {
        starts_at: Some((FIRST - HOUR) * 1_000),
        ..Options::default()
    })
    .await;
    let mut people = Vec::new();
    for nth in 0..Plan::people(events) {
        let phone = format!("+1876555{:04}", 1_000 + nth);
        let account = agreed(&scene, &phone).await;
        people.push((phone, account));
    }
    let plan = Plan::of(events, people, SEED);
    let mut before = BTreeMap::new();
    for person in &plan.people {
        wishes(&scene, &person.phone, person.wish).await;
        let heard = scene.texts(&person.phone).await.len();
        before.insert(person.phone.clone(), heard);
    }

    let trouble = Arc::<Trouble>::default();
    let mut outbox = Outbox {
        broker: Arc::new(Mutex::new(broker)),
        publisher: Publisher::connect(&url).await,
        url: url.clone(),
        trouble: Arc::clone(&trouble),
    };
    let reader = Arc::new(Reader {
        world: Arc::clone(&scene.world),
        url,
        dies: Notify::new(),
        trouble: Arc::clone(&trouble),
    });
    let mut starts = FIRST + PAST;
    for (nth, tells) in plan.rounds.iter().enumerate() {
        let wait = starts - now(&scene).unix();
        assert!(wait >= 0, "this machine is too slow for the clock");
        scene.world.advance(wait).await;
        starts += BETWEEN;
        let failing = match nth {
            1 => Some(Failing::Restarted),
            // It has written down by then which queues it has.
            3 => Some(Failing::Killed),
            _ => None,
        };
        let (by_broker, by_webhook) = ways(tells);
        let ends = Arc::<AtomicBool>::default();
        let pump = tokio::spawn(pump(Arc::clone(&scene.world), Arc::clone(&ends)));
        let mut reads = tokio::spawn(Arc::clone(&reader).run());
        tokio::join!(
            outbox.publish(&by_broker, failing),
            post(&scene.world, &by_webhook)
        );
        // What a reader has in hand when it is killed comes again.
        loop {
            while look(&outbox.publisher, NAME).await.message_count() > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            if left_by(&outbox.publisher, NAME, reads).await == 0 {
                break;
            }
            reads = tokio::spawn(Arc::clone(&reader).run());
        }
        ends.store(true, Ordering::SeqCst);
        pump.await.unwrap();
        scene.drain().await;
        let took = now(&scene).unix() - starts + BETWEEN;
        assert!(took < HOUR - PAST, "this machine is too slow for the clock");
    }
    scene.world.advance(6 * HOUR).await;

    let messages = all_are_told(&scene, &plan, &before).await;
    let letters = all_poison_is_set_aside(&scene.world, &plan);
    all_is_counted(&scene, &plan).await;
    let depth = scene.world.queue.counts();
    assert_eq!(depth, (0, 0), "something is under way still");
    let items = scene.table("messages").await;
    let by_now = |item: &&Value| item["due_at"].as_i64() <= Some(now(&scene).unix());
    let due = items.iter().filter(|item| item.get("due_at").is_some());
    assert_eq!(due.filter(by_now).count(), 0, "something is due still");
    println!(
        "{} events, {} of them repeats, of {} people: {messages} messages, {letters} letters; {trouble:?}",
        plan.events,
        plan.repeats,
        plan.people.len(),
    );
    let count = |number: &AtomicUsize| number.load(Ordering::SeqCst);
    assert!(
        count(&trouble.deaths) > 0
            && count(&trouble.redelivered) > 0
            && count(&trouble.unconfirmed) > 0,
        "too little went wrong to prove anything: {trouble:?}"
    );
}
