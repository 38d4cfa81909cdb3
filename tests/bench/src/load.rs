//! Many at once: each message signed anew, posted as Twilio posts it, and followed until its answer is with Twilio.
//!
//! Times are of this machine and of an embedded database that writes one thing at a time: only their ratios within one run
//! say something. What is lost or doubled fails the run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use e2e::Scene;
use e2e::chaos::tally;
use futures::future::join_all;
use futures::stream::{self, StreamExt};
use sandbox::fault::{Mode, System};
use sandbox::world::{Options, World};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::table::{Rows, row};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// Fifty people who are linked write what people write, sixteen at once.
    Steady,
    /// Two thousand who have never written all write, sixty-four at once.
    Morning,
    /// Everybody is paid, four times, and asks for their balance.
    Payday,
    /// As steady, and Twilio refuses for every other round.
    #[value(name = "twilio-429")]
    TwilioRefuses,
    /// As steady, and Flash holds its answers back.
    FlashSlow,
    /// As steady, and one of them writes five hundred messages beside it.
    Flood,
}

const WORDS: [&str; 5] = ["help", "balance", "history", "what is this", "requests"];
const PEOPLE: usize = 50;
const ROUNDS: usize = 20;
const AT_ONCE: usize = 16;
/// Nobody writes more often than the limit lets them.
const BETWEEN: i64 = 10;
const MORNING: usize = 2_000;
const MORNING_AT_ONCE: usize = 64;
const FLOOD: usize = 500;
const PAYMENTS: usize = 4;

/// What came of a scenario.
#[derive(Debug)]
struct Outcome {
    messages: usize,
    took: Duration,
    /// Of the webhook's answers, in order.
    answers: Vec<Duration>,
    /// Not taken by the webhook, and posted again until it did.
    refused: usize,
    limited: usize,
    lost: usize,
    doubled: usize,
}

/// All that is to be posted, and how far it is.
struct Load {
    scene: Scene,
    asked: BTreeMap<String, Vec<String>>,
    posted: usize,
    answers: Vec<Duration>,
    refused: usize,
}

impl Load {
    async fn of(people: usize) -> Self {
        let options = Options {
            twilio_timeout: Some(Duration::from_millis(250)),
            ..Options::default()
        };
        let scene = Scene::with(options).await;
        for nth in 0..people {
            let phone = phone(nth);
            scene.at_flash(&phone, json!({"balance": 100})).await;
            scene.link(&phone).await;
            for text in ["notifications", "yes"] {
                scene.ask(&phone, text).await;
            }
        }
        // Whatever the relay looks for begins here.
        scene.advance(120).await;
        Self {
            scene,
            asked: (0..people).map(|nth| (chat(nth), Vec::new())).collect(),
            posted: 0,
            answers: Vec::new(),
            refused: 0,
        }
    }

    /// All of them, so many at once, while the queues are worked.
    async fn post(&mut self, messages: Vec<(usize, &str)>, at_once: usize) {
        let world = &self.scene.world;
        let says: Vec<_> = messages
            .into_iter()
            .map(|(nth, text)| {
                let sid = format!("SM{:032x}", 0x1000_0000_0000_usize + self.posted);
                self.posted += 1;
                self.asked.entry(chat(nth)).or_default().push(sid.clone());
                json!({"from": chat(nth), "body": text, "message_sid": sid})
            })
            .collect();
        let ends = tokio::sync::Notify::new();
        let posts = async {
            let posts = stream::iter(says).map(|say| post(world, say));
            let posted: Vec<_> = posts.buffer_unordered(at_once).collect().await;
            ends.notify_one();
            posted
        };
        let works = async {
            loop {
                tokio::select! {
                    biased;
                    () = ends.notified() => return,
                    () = tokio::task::yield_now() => { world.run_due().await; }
                }
            }
        };
        let (posted, ()) = tokio::join!(posts, works);
        for (answered, refused) in posted {
            self.answers.push(answered);
            self.refused += refused;
        }
    }

    async fn settle(&self) {
        self.scene.world.faults.clear();
        for _ in 0..20 {
            self.scene.world.advance(60).await;
        }
        self.scene.world.advance(7_200).await;
    }
}

fn phone(nth: usize) -> String {
    format!("+1876555{nth:04}")
}

fn chat(nth: usize) -> String {
    format!("whatsapp:{}", phone(nth))
}

/// Until it is taken, as Twilio does twice and the search for missed messages later; how long the last answer took.
async fn post(world: &Arc<World>, say: Value) -> (Duration, usize) {
    let mut refused = 0;
    loop {
        let Ok(said) = serde_json::from_value(say.clone()) else {
            return (Duration::ZERO, refused);
        };
        let form = world.twilio.inbound_form(&said);
        let path = form.url.strip_prefix(&world.public_url);
        let path = path.unwrap_or(&form.url).to_owned();
        let begun = Instant::now();
        let answer = world.post(&path, form.headers, form.body).await;
        if answer.status == 200 {
            return (begun.elapsed(), refused);
        }
        let is_wanted_again = matches!(answer.status, 503 | 504);
        assert!(is_wanted_again, "{}", answer.status);
        refused += 1;
    }
}

fn round(nth: usize) -> Vec<(usize, &'static str)> {
    let people = 0..PEOPLE;
    people
        .map(|who| (who, WORDS[(who + nth) % WORDS.len()]))
        .collect()
}

async fn run(scenario: Scenario) -> Result<Outcome, Failure> {
    let linked = if scenario == Scenario::Morning {
        0
    } else {
        PEOPLE
    };
    let mut load = Load::of(linked).await;
    let before = tally(&load.scene.world, 0, &load.asked).await?.doubled;
    let begun = Instant::now();
    match scenario {
        Scenario::Morning => {
            let all = (0..MORNING).map(|nth| (nth, "hello")).collect();
            load.post(all, MORNING_AT_ONCE).await;
        }
        Scenario::Payday => {
            for nth in 0..PAYMENTS {
                let paid = (0..PEOPLE).map(|who| {
                    let pays = json!({"phone": phone(who), "cents": 100 + nth, "via": "webhook"});
                    let scene = &load.scene;
                    async move { scene.post("/sandbox/pay", &pays).await.status }
                });
                let paid = join_all(paid).await;
                assert!(paid.iter().all(|status| *status == 200), "{paid:?}");
                load.post((0..PEOPLE).map(|who| (who, "balance")).collect(), AT_ONCE)
                    .await;
                load.scene.advance(BETWEEN).await;
            }
        }
        _ => {
            for nth in 0..ROUNDS {
                let faults = &load.scene.world.faults;
                match scenario {
                    Scenario::TwilioRefuses if nth % 2 == 1 => {
                        faults.set(System::Twilio, Mode::RateLimited, None);
                    }
                    Scenario::FlashSlow => faults.set(System::Flash, Mode::Slow, None),
                    _ => faults.clear(),
                }
                let mut messages = round(nth);
                if scenario == Scenario::Flood && nth == ROUNDS / 2 {
                    messages.extend((0..FLOOD).map(|_| (0, "help")));
                }
                load.post(messages, AT_ONCE).await;
                load.scene.advance(BETWEEN).await;
            }
        }
    }
    while load.scene.world.run_due().await {}
    let took = begun.elapsed();
    load.settle().await;
    let world = &load.scene.world;
    let tally = tally(world, load.posted, &load.asked).await?;
    // News are messages as well: that each is told once, and which, is the subject of tests of their own.
    let news = if scenario == Scenario::Payday {
        PAYMENTS * PEOPLE
    } else {
        0
    };
    let mut answers = load.answers;
    answers.sort();
    let outcome = Outcome {
        messages: load.posted + news,
        took,
        answers,
        refused: load.refused,
        limited: tally.limited,
        lost: tally.lost,
        doubled: (tally.doubled - before).abs_diff(news),
    };
    if outcome.lost + outcome.doubled > 0 {
        return Err(format!("{scenario:?}: {outcome:?} {:?}", tally.lost_as).into());
    }
    Ok(outcome)
}

/// Each named scenario, beside the steady one.
pub(crate) async fn table(named: Option<Scenario>) -> Result<Rows, Failure> {
    let scenarios = match named {
        None => Scenario::value_variants().to_vec(),
        Some(Scenario::Steady) => vec![Scenario::Steady],
        Some(other) => vec![Scenario::Steady, other],
    };
    let heads = [
        "scenario",
        "messages",
        "a second",
        "of steady",
        "webhook p50, p95, p99 (ms)",
        "refused",
        "limited",
        "lost",
        "doubled",
    ];
    let mut rows = vec![row(heads)];
    let mut steady = None;
    for scenario in scenarios {
        let outcome = run(scenario).await?;
        let rate = rate(&outcome);
        let of = rate / *steady.get_or_insert(rate);
        let at = |share: usize| {
            let place = (outcome.answers.len() * share / 100).min(outcome.answers.len() - 1);
            outcome.answers[place].as_millis().to_string()
        };
        let name = scenario.to_possible_value();
        let name = name.as_ref().map_or("", |name| name.get_name());
        rows.push(vec![
            name.to_owned(),
            outcome.messages.to_string(),
            format!("{rate:.0}"),
            format!("{of:.2}"),
            [50, 95, 99].map(at).join(", "),
            outcome.refused.to_string(),
            outcome.limited.to_string(),
            outcome.lost.to_string(),
            outcome.doubled.to_string(),
        ]);
    }
    Ok(rows)
}

#[expect(clippy::cast_precision_loss, reason = "thousands")]
fn rate(outcome: &Outcome) -> f64 {
    outcome.messages as f64 / outcome.took.as_secs_f64()
}
