//! SQS, as far as this project leans on it: FIFO groups, deduplication, delays, visibility, receive counts, dead letters.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use aws::dead_letter::{self, SetAside};
use aws::queue::{
    BATCH, Depth, DepthError, Fifo, LONGEST_DELAY, Queue, QueueError, QueueMessage, QueueName,
};
use domain::policy::QUEUE_RECEIVES;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::WorldClock;
use crate::fault::{Faults, Mode, System};
use crate::silence::{self, Stream};

pub const QUEUES: [QueueName; 6] = [
    QueueName::Send,
    QueueName::Expire,
    QueueName::Wake,
    QueueName::Watch,
    QueueName::Ask,
    QueueName::Events,
];

/// Six times the function's time-out, as in the template.
const fn visibility_millis(queue: QueueName) -> i64 {
    match queue {
        QueueName::Ask => 360_000,
        _ => 180_000,
    }
}

/// Records of one invocation, as in the template.
const fn batch_of(queue: QueueName) -> usize {
    match queue {
        QueueName::Ask => 1,
        _ => BATCH,
    }
}

/// A FIFO queue swallows a repeated deduplication id for so long, even after the first was deleted.
const DEDUPLICATION_MILLIS: i64 = 300_000;

/// Of one message, and of all messages of one call.
const MOST_BYTES: usize = 1_048_576;

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

/// A message of a dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadLetter {
    pub id: String,
    /// None: SQS moved it by itself, and knows no reason.
    pub reason: Option<String>,
    pub receives: u32,
    pub body: String,
    pub group: Option<String>,
}

/// Deduplication ids by queue and group, with when they were last taken.
type Seen = HashMap<(QueueName, String, String), i64>;

#[derive(Debug, Default)]
struct State {
    messages: HashMap<QueueName, Vec<Stored>>,
    dead: HashMap<QueueName, Vec<DeadLetter>>,
    seen: Seen,
    /// Of the dead-letter queues, which are FIFO where their queue is.
    seen_dead: Seen,
    sequence: u64,
}

impl State {
    /// `fifo` is the letter's place in a dead-letter queue that is FIFO.
    fn bury(&mut self, queue: QueueName, fifo: Option<&Fifo>, letter: DeadLetter, now: i64) {
        if fifo.is_none_or(|fifo| is_new(&mut self.seen_dead, queue, fifo, now)) {
            self.dead.entry(queue).or_default().push(letter);
        }
    }
}

/// Notes a deduplication id; false if it is repeated too early.
fn is_new(seen: &mut Seen, queue: QueueName, fifo: &Fifo, now: i64) -> bool {
    let key = (queue, fifo.group.clone(), fifo.deduplication.clone());
    let repeated = seen
        .get(&key)
        .is_some_and(|at| now - at < DEDUPLICATION_MILLIS);
    if !repeated {
        seen.insert(key, now);
    }
    !repeated
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
                if !is_new(&mut state.seen, queue, fifo, now) {
                    return Ok(());
                }
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

    /// A batch of records for each group that has something visible; a record in flight hides the rest of its group.
    /// Standard queues give one batch.
    pub fn receive(&self, queue: QueueName) -> Vec<Batch> {
        let now = self.clock.millis();
        let mut state = self.state();
        let (gone, kept): (Vec<_>, Vec<_>) = state
            .messages
            .remove(&queue)
            .unwrap_or_default()
            .into_iter()
            .partition(|stored| stored.visible_at <= now && stored.receives >= QUEUE_RECEIVES);
        for stored in gone {
            let (fifo, letter) = moved(stored);
            state.bury(queue, fifo.as_ref(), letter, now);
        }
        let waiting = state.messages.entry(queue).or_insert(kept);
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
                .position(|(of, records, _)| *of == group && records.len() < batch_of(queue));
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
            stored.visible_at = now + visibility_millis(queue);
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
        let now = self.clock.millis();
        if let Some(waiting) = self.state().messages.get_mut(&batch.queue) {
            waiting.retain(|stored| {
                // Of a FIFO queue a receipt ends with its record's invisibility.
                let expired = batch.queue.is_fifo() && stored.visible_at <= now;
                expired
                    || !stored
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

    /// What was set aside, oldest first.
    pub fn dead_letters(&self, queue: QueueName) -> Vec<DeadLetter> {
        self.state().dead.get(&queue).cloned().unwrap_or_default()
    }

    /// Puts back what was set aside, except what can never work; how many records that is. What `operator dead-letters
    /// redrive` does on AWS.
    pub fn redrive(&self, queue: QueueName) -> usize {
        let letters = self.state().dead.remove(&queue).unwrap_or_default();
        let (kept, wanted): (Vec<_>, Vec<_>) = letters.into_iter().partition(|letter| {
            let reason = letter.reason.as_deref();
            reason.is_some_and(dead_letter::is_final)
        });
        let mut redriven = 0;
        let mut left = kept;
        for letter in wanted {
            let DeadLetter {
                id, body, group, ..
            } = letter.clone();
            match self.put(queue, &QueueMessage::redriven(&id, body, group)) {
                Ok(()) => redriven += 1,
                Err(_) => left.push(letter),
            }
        }
        self.state()
            .dead
            .entry(queue)
            .or_default()
            .splice(..0, left);
        redriven
    }
}

/// A record received too often, as SQS moves it: under its own id, which is its deduplication id, too.
fn moved(stored: Stored) -> (Option<Fifo>, DeadLetter) {
    let fifo = stored.message.fifo.map(|fifo| Fifo {
        deduplication: stored.id.clone(),
        ..fifo
    });
    let letter = DeadLetter {
        id: stored.id,
        reason: None,
        receives: stored.receives,
        body: stored.message.body,
        group: fifo.as_ref().map(|fifo| fifo.group.clone()),
    };
    (fifo, letter)
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
            for message in batch {
                hear(&message.body, message.fifo.as_ref());
            }
            let mode = self.faults.strike(System::Queue);
            let outcome = if mode == Mode::Ok { "ok" } else { "no answer" };
            tracing::info!(target: "call", system = "sqs", operation = "SendMessageBatch", outcome);
            if !matches!(mode, Mode::Ok | Mode::TimeoutAfterAccept) {
                return refused(batch.len(), None);
            }
            let bytes: usize = batch.iter().map(|message| message.body.len()).sum();
            if bytes > MOST_BYTES {
                return refused(batch.len(), Some(Box::new(Refused("BatchRequestTooLong"))));
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

    async fn set_aside(&self, queue: QueueName, record: &SetAside) -> Result<(), QueueError> {
        let refused = |source| QueueError {
            sent: 1,
            failed: 1,
            source,
        };
        hear(&record.body, record.fifo().as_ref());
        let mode = self.faults.strike(System::Queue);
        let outcome = if mode == Mode::Ok { "ok" } else { "no answer" };
        tracing::info!(target: "call", system = "sqs", operation = "SendMessage", outcome);
        if !matches!(mode, Mode::Ok | Mode::TimeoutAfterAccept) {
            return Err(refused(None));
        }
        self.take_aside(queue, record)
            .map_err(|refusal| refused(Some(Box::new(refusal))))?;
        if mode == Mode::TimeoutAfterAccept {
            return Err(refused(None));
        }
        Ok(())
    }

    async fn depth(&self, queue: QueueName) -> Result<Depth, DepthError> {
        let mode = self.faults.strike(System::Queue);
        let outcome = if mode == Mode::Ok { "ok" } else { "no answer" };
        for operation in ["GetQueueAttributes"; 2] {
            tracing::info!(target: "call", system = "sqs", operation, outcome);
        }
        if mode != Mode::Ok {
            return Err(DepthError(Box::new(Refused("ServiceUnavailable"))));
        }
        let state = self.state();
        let number = |length: usize| u64::try_from(length).unwrap_or_default();
        Ok(Depth {
            waiting: number(state.messages.get(&queue).map_or(0, Vec::len)),
            dead: number(state.dead.get(&queue).map_or(0, Vec::len)),
        })
    }

    fn of_arn(&self, wanted: &str) -> Option<QueueName> {
        QUEUES.into_iter().find(|queue| arn(*queue) == wanted)
    }
}

impl LocalQueue {
    /// As SQS takes a message for a dead-letter queue.
    fn take_aside(&self, queue: QueueName, record: &SetAside) -> Result<(), Refused> {
        if record.body.is_empty() {
            return Err(Refused("EmptyBody"));
        }
        let fifo = record.fifo();
        if fifo.is_some() != queue.is_fifo() {
            return Err(Refused("InvalidParameterValue: MessageGroupId"));
        }
        let letter = DeadLetter {
            id: Uuid::new_v4().to_string(),
            reason: Some(record.reason.to_string()),
            receives: record.receives,
            body: record.body.clone(),
            group: record.group.clone(),
        };
        self.state()
            .bury(queue, fifo.as_ref(), letter, self.clock.millis());
        Ok(())
    }
}

/// For the silence check.
fn hear(body: &str, fifo: Option<&Fifo>) {
    if silence::is_kept() {
        let place = fifo.map(|fifo| (&fifo.group, &fifo.deduplication));
        silence::heard(Stream::Queues, &json!([body, place]).to_string());
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

fn arn(queue: QueueName) -> String {
    let fifo = if queue.is_fifo() { ".fifo" } else { "" };
    format!(
        "arn:aws:sqs:us-east-1:000000000000:{}{fifo}",
        queue.as_str()
    )
}

/// As Lambda's event source mapping delivers it.
fn record(queue: QueueName, stored: &Stored, receipt: &str) -> Value {
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
        "eventSourceARN": arn(queue),
        "awsRegion": "us-east-1",
    })
}

#[cfg(test)]
mod tests;
