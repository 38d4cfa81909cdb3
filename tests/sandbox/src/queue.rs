//! SQS, as far as this project leans on it: FIFO groups, deduplication, delays, visibility, receive counts, dead letters.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use aws::queue::{BATCH, LONGEST_DELAY, Queue, QueueError, QueueMessage, QueueName};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::WorldClock;
use crate::fault::{Faults, Mode, System};

pub const QUEUES: [QueueName; 3] = [QueueName::Send, QueueName::Expire, QueueName::Wake];

/// Six times the functions' time-out, as in the template.
const VISIBILITY_MILLIS: i64 = 180_000;
const MAX_RECEIVE_COUNT: u32 = 10;
/// A FIFO queue swallows a repeated deduplication id for so long, even after the first was deleted.
const DEDUPLICATION_MILLIS: i64 = 300_000;

/// Why SQS would not take a message. Shown as SQS's error codes.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(&'static str);

#[derive(Clone, Debug)]
struct Stored {
    id: String,
    message: QueueMessage,
    sequence: u64,
    visible_at: i64,
    receives: u32,
    receipt: Option<String>,
    sent_at: i64,
}

#[derive(Debug, Default)]
struct State {
    messages: HashMap<QueueName, Vec<Stored>>,
    dead: HashMap<QueueName, Vec<Stored>>,
    seen: HashMap<(QueueName, String, String), i64>,
    sequence: u64,
}

/// The local world's queues.
#[derive(Debug)]
pub struct LocalQueue {
    clock: WorldClock,
    faults: Arc<Faults>,
    state: Mutex<State>,
}

/// Records of one invocation.
#[derive(Debug)]
pub struct Batch {
    pub queue: QueueName,
    pub event: Value,
    receipts: HashMap<String, String>,
}

impl LocalQueue {
    pub fn new(clock: WorldClock, faults: Arc<Faults>) -> Self {
        Self {
            clock,
            faults,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn reset(&self) {
        *self.state() = State::default();
    }

    fn put(&self, queue: QueueName, message: &QueueMessage) -> Result<(), Refused> {
        let now = self.clock.millis();
        let mut state = self.state();
        if message.body.is_empty() {
            return Err(Refused("EmptyBody"));
        }
        match (&message.fifo, queue.is_fifo()) {
            (None, true) => return Err(Refused("MissingParameter: MessageGroupId")),
            (Some(_), false) => return Err(Refused("InvalidParameterValue: MessageGroupId")),
            (Some(fifo), true) => {
                if message.delay != 0 {
                    return Err(Refused("InvalidParameterValue: DelaySeconds"));
                }
                let fits = |text: &str| {
                    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
                };
                if !fits(&fifo.group) || !fits(&fifo.deduplication) {
                    return Err(Refused("InvalidParameterValue: MessageDeduplicationId"));
                }
                let key = (queue, fifo.group.clone(), fifo.deduplication.clone());
                if state
                    .seen
                    .get(&key)
                    .is_some_and(|at| now - at < DEDUPLICATION_MILLIS)
                {
                    return Ok(());
                }
                state.seen.insert(key, now);
            }
            (None, false) if !(0..=LONGEST_DELAY).contains(&message.delay) => {
                return Err(Refused("InvalidParameterValue: DelaySeconds"));
            }
            (None, false) => {}
        }
        state.sequence += 1;
        let stored = Stored {
            id: Uuid::new_v4().to_string(),
            message: message.clone(),
            sequence: state.sequence,
            visible_at: now + message.delay * 1000,
            receives: 0,
            receipt: None,
            sent_at: now,
        };
        state.messages.entry(queue).or_default().push(stored);
        Ok(())
    }

    /// Up to ten records for each group that has something visible; a record in flight hides the rest of its group.
    /// Standard queues give one batch.
    pub fn receive(&self, queue: QueueName) -> Vec<Batch> {
        let now = self.clock.millis();
        let mut state = self.state();
        let State { messages, dead, .. } = &mut *state;
        let waiting = messages.entry(queue).or_default();
        let (gone, kept): (Vec<_>, Vec<_>) = waiting
            .drain(..)
            .partition(|stored| stored.visible_at <= now && stored.receives >= MAX_RECEIVE_COUNT);
        dead.entry(queue).or_default().extend(gone);
        *waiting = kept;
        let hidden: HashSet<String> = waiting
            .iter()
            .filter(|stored| stored.visible_at > now)
            .map(group_of)
            .filter(|group| !group.is_empty())
            .collect();
        let mut batches: Vec<(String, Vec<Value>, HashMap<String, String>)> = Vec::new();
        for stored in waiting.iter_mut().filter(|stored| stored.visible_at <= now) {
            let group = group_of(stored);
            if hidden.contains(&group) {
                continue;
            }
            let place = batches
                .iter()
                .position(|(of, records, _)| *of == group && records.len() < BATCH);
            if place.is_none()
                && batches
                    .iter()
                    .any(|(of, ..)| *of == group && !group.is_empty())
            {
                continue;
            }
            let place = place.unwrap_or_else(|| {
                batches.push((group.clone(), Vec::new(), HashMap::new()));
                batches.len() - 1
            });
            let receipt = Uuid::new_v4().to_string();
            stored.receives += 1;
            stored.visible_at = now + VISIBILITY_MILLIS;
            stored.receipt = Some(receipt.clone());
            batches[place].1.push(record(queue, stored, &receipt));
            batches[place].2.insert(stored.id.clone(), receipt);
        }
        batches
            .into_iter()
            .map(|(_, records, receipts)| Batch {
                queue,
                event: json!({ "Records": records }),
                receipts,
            })
            .collect()
    }

    /// What the event source does with a function's answer: deletes what did not fail. A stale receipt deletes nothing.
    pub fn settle(&self, batch: &Batch, failed: &HashSet<String>) {
        let done: HashSet<&String> = batch
            .receipts
            .iter()
            .filter(|(id, _)| !failed.contains(*id))
            .map(|(_, receipt)| receipt)
            .collect();
        if let Some(waiting) = self.state().messages.get_mut(&batch.queue) {
            waiting.retain(|stored| {
                !stored
                    .receipt
                    .as_ref()
                    .is_some_and(|receipt| done.contains(receipt))
            });
        }
    }

    /// Messages that can be received now, and those that will be able to later.
    pub fn counts(&self) -> (usize, usize) {
        let now = self.clock.millis();
        let state = self.state();
        let all = || state.messages.values().flatten();
        let hidden: HashSet<String> = all()
            .filter(|stored| stored.visible_at > now)
            .map(group_of)
            .collect();
        let due = all()
            .filter(|stored| {
                stored.visible_at <= now
                    && (group_of(stored).is_empty() || !hidden.contains(&group_of(stored)))
            })
            .count();
        (due, all().count() - due)
    }

    /// When the next hidden or delayed message becomes visible, in milliseconds.
    pub fn next_visible(&self) -> Option<i64> {
        let now = self.clock.millis();
        self.state()
            .messages
            .values()
            .flatten()
            .map(|stored| stored.visible_at)
            .filter(|at| *at > now)
            .min()
    }

    /// Bodies set aside after too many receives.
    pub fn dead_letters(&self, queue: QueueName) -> Vec<String> {
        self.state()
            .dead
            .get(&queue)
            .into_iter()
            .flatten()
            .map(|stored| stored.message.body.clone())
            .collect()
    }
}

#[async_trait]
impl Queue for LocalQueue {
    async fn send(&self, queue: QueueName, messages: &[QueueMessage]) -> Result<(), QueueError> {
        for batch in messages.chunks(BATCH) {
            let refused = |failed, source| {
                Err(QueueError {
                    sent: batch.len(),
                    failed,
                    source,
                })
            };
            let mode = self.faults.strike(System::Queue);
            let outcome = if mode == Mode::Ok { "ok" } else { "no answer" };
            tracing::info!(target: "call", system = "sqs", operation = "SendMessageBatch", outcome);
            if !matches!(mode, Mode::Ok | Mode::TimeoutAfterAccept) {
                return refused(batch.len(), None);
            }
            let refusals: Vec<_> = batch
                .iter()
                .filter_map(|message| self.put(queue, message).err())
                .collect();
            let failed = refusals.len();
            if let Some(refusal) = refusals.into_iter().next() {
                return refused(failed, Some(Box::new(refusal)));
            }
            if mode == Mode::TimeoutAfterAccept {
                return refused(batch.len(), None);
            }
        }
        Ok(())
    }
}

fn group_of(stored: &Stored) -> String {
    stored
        .message
        .fifo
        .as_ref()
        .map(|fifo| fifo.group.clone())
        .unwrap_or_default()
}

/// As Lambda's event source mapping delivers it.
fn record(queue: QueueName, stored: &Stored, receipt: &str) -> Value {
    let name = match queue {
        QueueName::Send => "send.fifo",
        QueueName::Expire => "expire",
        QueueName::Wake => "wake",
    };
    let mut attributes = json!({
        "ApproximateReceiveCount": stored.receives.to_string(),
        "SentTimestamp": stored.sent_at.to_string(),
        "SenderId": "AROAEXAMPLE:local",
        "ApproximateFirstReceiveTimestamp": stored.sent_at.to_string(),
    });
    if let Some(fifo) = &stored.message.fifo {
        attributes["MessageGroupId"] = fifo.group.clone().into();
        attributes["MessageDeduplicationId"] = fifo.deduplication.clone().into();
        attributes["SequenceNumber"] = format!("{:020}", stored.sequence).into();
    }
    json!({
        "messageId": stored.id,
        "receiptHandle": receipt,
        "body": stored.message.body,
        "attributes": attributes,
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:us-east-1:000000000000:{name}"),
        "awsRegion": "us-east-1",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws::queue::Fifo;

    fn queue() -> (WorldClock, LocalQueue) {
        let clock = WorldClock::default();
        (clock.clone(), LocalQueue::new(clock, Arc::default()))
    }

    fn fifo(group: &str, id: &str) -> QueueMessage {
        QueueMessage {
            body: id.to_owned(),
            fifo: Some(Fifo {
                group: group.to_owned(),
                deduplication: id.to_owned(),
            }),
            delay: 0,
        }
    }

    fn bodies(batches: &[Batch]) -> Vec<Vec<&str>> {
        let records = |batch: &'_ Batch| batch.event["Records"].as_array().unwrap().len();
        batches
            .iter()
            .map(|batch| {
                (0..records(batch))
                    .map(|i| batch.event["Records"][i]["body"].as_str().unwrap())
                    .collect()
            })
            .collect()
    }

    #[tokio::test]
    async fn a_repeat_is_swallowed_for_five_minutes_even_after_delivery() {
        let (clock, queue) = queue();
        queue
            .send(QueueName::Send, &[fifo("a", "1"), fifo("a", "1")])
            .await
            .unwrap();
        let batches = queue.receive(QueueName::Send);
        assert_eq!(bodies(&batches), [["1"]]);
        queue.settle(&batches[0], &HashSet::new());
        queue
            .send(QueueName::Send, &[fifo("a", "1")])
            .await
            .unwrap();
        assert!(queue.receive(QueueName::Send).is_empty());
        clock.move_to(clock.millis() + DEDUPLICATION_MILLIS);
        queue
            .send(QueueName::Send, &[fifo("a", "1")])
            .await
            .unwrap();
        assert_eq!(queue.receive(QueueName::Send).len(), 1);
    }

    #[tokio::test]
    async fn a_hidden_record_blocks_only_its_group() {
        let (clock, queue) = queue();
        queue
            .send(QueueName::Send, &[fifo("a", "1"), fifo("b", "2")])
            .await
            .unwrap();
        assert_eq!(queue.receive(QueueName::Send).len(), 2);
        queue
            .send(QueueName::Send, &[fifo("a", "3"), fifo("c", "4")])
            .await
            .unwrap();
        assert_eq!(bodies(&queue.receive(QueueName::Send)), [["4"]]);
        clock.move_to(clock.millis() + VISIBILITY_MILLIS + 1);
        assert_eq!(
            bodies(&queue.receive(QueueName::Send)),
            [vec!["1", "3"], vec!["2"], vec!["4"]]
        );
    }

    #[tokio::test]
    async fn a_batch_holds_ten_and_a_failure_comes_back_until_it_is_dead() {
        let (clock, queue) = queue();
        let many: Vec<_> = (0..12).map(|n| fifo("a", &n.to_string())).collect();
        queue.send(QueueName::Send, &many).await.unwrap();
        let batches = queue.receive(QueueName::Send);
        assert_eq!(bodies(&batches)[0].len(), 10);
        let failed: HashSet<String> = batches[0].receipts.keys().cloned().collect();
        queue.settle(&batches[0], &failed);
        for _ in 1..=MAX_RECEIVE_COUNT {
            clock.move_to(clock.millis() + VISIBILITY_MILLIS + 1);
            queue.receive(QueueName::Send);
        }
        assert_eq!(
            queue
                .dead_letters(QueueName::Send)
                .first()
                .map(String::as_str),
            Some("0")
        );
    }

    #[tokio::test]
    async fn what_sqs_refuses_is_refused() {
        let (_, queue) = queue();
        let standard = QueueMessage {
            body: "x".into(),
            fifo: None,
            delay: 0,
        };
        assert!(
            queue
                .send(QueueName::Send, std::slice::from_ref(&standard))
                .await
                .is_err()
        );
        assert!(
            queue
                .send(
                    QueueName::Send,
                    &[QueueMessage {
                        delay: 5,
                        ..fifo("a", "1")
                    }]
                )
                .await
                .is_err()
        );
        assert!(
            queue
                .send(QueueName::Expire, &[fifo("a", "1")])
                .await
                .is_err()
        );
        assert!(
            queue
                .send(
                    QueueName::Expire,
                    &[QueueMessage {
                        delay: 901,
                        ..standard.clone()
                    }]
                )
                .await
                .is_err()
        );
        assert!(
            queue
                .send(
                    QueueName::Expire,
                    &[QueueMessage {
                        delay: 900,
                        ..standard
                    }]
                )
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn a_delayed_message_is_not_seen_before_its_time() {
        let (clock, queue) = queue();
        queue
            .send(
                QueueName::Expire,
                &[QueueMessage {
                    body: "x".into(),
                    fifo: None,
                    delay: 300,
                }],
            )
            .await
            .unwrap();
        assert!(queue.receive(QueueName::Expire).is_empty());
        assert_eq!(queue.counts(), (0, 1));
        clock.move_to(queue.next_visible().unwrap());
        assert_eq!(queue.receive(QueueName::Expire).len(), 1);
    }
}
