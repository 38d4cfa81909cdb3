//! Many who write at the same time, to as many processes of our release functions as Lambda would have instances, on MiniStack.
//! They share nothing but its tables and its queue: what they lose or double between them fails the run.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use aws::clock::system_millis;
use futures::future::{join, join_all};
use serde_json::{Value, json};
use tokio::process::Child;
use tokio::time::Instant;

use super::Wrong;
use super::cloud::Cloud;
use super::programs::Program;
use super::runtime::Runtime;
use super::tools::Tools;
use crate::table::{Rows, row};

/// Of `webhook` and of `outbound`: the first is what the others are compared with.
const INSTANCES: [(usize, usize); 3] = [(1, 1), (4, 2), (8, 4)];

/// Longer than a message that failed stays hidden in the queue.
const PATIENCE: Duration = Duration::from_secs(45);

/// One process, which is given one event at a time.
#[derive(Debug)]
struct Instance {
    runtime: Runtime,
    _process: Child,
}

impl Instance {
    async fn start(code: &Path, cloud: &Cloud, log: &Path) -> Result<Self, Wrong> {
        let runtime = Runtime::open().await?;
        let settings = cloud.settings(&cloud.aws, &cloud.world);
        let address = runtime.address.to_string();
        let process = Program::start(&[code.into()], &settings, &address, log)?;
        Ok(Self {
            runtime,
            _process: process,
        })
    }
}

/// Of one run, so far.
#[derive(Debug, Default)]
struct Crowd {
    /// Not taken yet.
    waiting: RefCell<VecDeque<Value>>,
    /// How long the webhook took for each that it has taken.
    answers: RefCell<Vec<Duration>>,
    /// Not taken by the webhook, and posted again.
    refused: Cell<usize>,
    /// Batches that came again from the queue.
    again: Cell<usize>,
    /// In milliseconds, from the queue to Twilio.
    oldest: Cell<i64>,
    ended: Cell<bool>,
}

impl Crowd {
    async fn post(&self, webhook: &mut Instance) {
        while !self.ended.get() {
            let Some(event) = self.waiting.borrow_mut().pop_front() else {
                return;
            };
            let begun = Instant::now();
            if webhook.runtime.invoke(&event).await.is_ok() {
                self.answers.borrow_mut().push(begun.elapsed());
            } else {
                self.refused.set(self.refused.get() + 1);
                self.waiting.borrow_mut().push_back(event);
            }
        }
    }

    /// As Lambda's poller does: what has not failed is deleted.
    async fn send(&self, outbound: &mut Instance, cloud: &Cloud) -> Result<(), Wrong> {
        while !self.ended.get() {
            let records = cloud.receive().await?;
            if records.is_empty() {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
            let event = json!({"Records": records});
            if outbound.runtime.invoke(&event).await.is_err() {
                self.again.set(self.again.get() + 1);
                continue;
            }
            let sent = records.iter().filter_map(|record| {
                let sent = record["attributes"]["SentTimestamp"].as_str()?;
                sent.parse::<i64>().ok()
            });
            let now = system_millis();
            let oldest = sent.map(|sent| now - sent).max().unwrap_or_default();
            self.oldest.set(self.oldest.get().max(oldest));
            cloud.delete(&records).await?;
        }
        Ok(())
    }

    /// When the last had an answer: all of them, or nobody has had one for long. What is sent twice has a while to come.
    async fn end(&self, cloud: &Cloud, messages: usize) -> Instant {
        let (mut sent, mut since) = (0, Instant::now());
        while sent < messages && since.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let now = cloud.sent().len();
            if now > sent {
                (sent, since) = (now, Instant::now());
            }
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        self.ended.set(true);
        since
    }
}

/// What came of a run.
#[derive(Debug)]
struct Outcome {
    took: Duration,
    crowd: Crowd,
    lost: usize,
    doubled: usize,
}

async fn run(
    tools: &Tools,
    (receiving, sending): (usize, usize),
    messages: usize,
) -> Result<Outcome, Wrong> {
    let [webhook, outbound] = tools
        .bootstraps(&["webhook", "outbound"])?
        .try_into()
        .map_err(|_| "there are two functions")?;
    let mut cloud = Cloud::open(tools).await?;
    let crowd = Crowd::default();
    for _ in 0..messages {
        let event = cloud.message()?;
        crowd.waiting.borrow_mut().push_back(event);
    }
    let log = |name: &str| {
        tools
            .scratch()
            .map(|to| to.join(format!("crowd-{name}.log")))
    };
    let (mut webhooks, mut outbounds) = (Vec::new(), Vec::new());
    for nth in 0..receiving {
        let log = log(&format!("webhook-{nth}"))?;
        webhooks.push(Instance::start(&webhook, &cloud, &log).await?);
    }
    for nth in 0..sending {
        let log = log(&format!("outbound-{nth}"))?;
        outbounds.push(Instance::start(&outbound, &cloud, &log).await?);
    }
    let begun = Instant::now();
    let posts = join_all(webhooks.iter_mut().map(|webhook| crowd.post(webhook)));
    let sends = join_all(
        outbounds
            .iter_mut()
            .map(|outbound| crowd.send(outbound, &cloud)),
    );
    let took = async {
        let (_, last) = join(posts, crowd.end(&cloud, messages)).await;
        last - begun
    };
    let (took, sends) = join(took, sends).await;
    sends.into_iter().collect::<Result<Vec<()>, Wrong>>()?;
    let sent = cloud.sent();
    Ok(Outcome {
        took,
        crowd,
        lost: messages.saturating_sub(sent.len()),
        doubled: sent.values().map(|times| times - 1).sum(),
    })
}

/// The same messages through ever more instances.
pub(crate) async fn table(messages: usize) -> Result<Rows, Wrong> {
    let tools = Tools::here();
    let heads = [
        "instances of `webhook`, of `outbound`",
        "messages",
        "a second",
        "of the first row",
        "webhook p50, p95, p99 (ms)",
        "oldest in the queue (s)",
        "refused",
        "batches again",
        "lost",
        "doubled",
    ];
    let mut rows = vec![row(heads)];
    let mut first = None;
    for instances in INSTANCES {
        let outcome = run(&tools, instances, messages).await?;
        if outcome.lost + outcome.doubled > 0 {
            return Err(format!("{instances:?}: {outcome:?}").into());
        }
        let rate = rate(messages, outcome.took);
        let of = rate / *first.get_or_insert(rate);
        let crowd = outcome.crowd;
        let mut answers = crowd.answers.into_inner();
        answers.sort();
        let at = |share: usize| {
            let place = (answers.len() * share / 100).min(answers.len() - 1);
            answers[place].as_millis().to_string()
        };
        rows.push(vec![
            format!("{}, {}", instances.0, instances.1),
            messages.to_string(),
            format!("{rate:.0}"),
            format!("{of:.2}"),
            [50, 95, 99].map(at).join(", "),
            (crowd.oldest.get() / 1000).to_string(),
            crowd.refused.get().to_string(),
            crowd.again.get().to_string(),
            outcome.lost.to_string(),
            outcome.doubled.to_string(),
        ]);
    }
    Ok(rows)
}

#[expect(clippy::cast_precision_loss, reason = "thousands")]
fn rate(messages: usize, took: Duration) -> f64 {
    messages as f64 / took.as_secs_f64()
}
