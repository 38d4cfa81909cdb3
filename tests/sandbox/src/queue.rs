//! SQS, as far as this project leans on it: FIFO groups, deduplication, delays, visibility, receive counts, dead letters.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use aws::dead_letter::{Reason, SetAside};
use aws::queue::{BATCH, Fifo, LONGEST_DELAY, Queue, QueueError, QueueMessage, QueueName};
use domain::policy::QUEUE_RECEIVES;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::WorldClock;
use crate::fault::{Faults, Mode, System};

pub const QUEUES: [QueueName; 3] = [QueueName::Send, QueueName::Expire, QueueName::Wake];

/// Six times the functions' time-out, as in the template.
const VISIBILITY_MILLIS: i64 = 180_000;
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

    /// Up to ten records for each group that has something visible; a record in flight hides the rest of its group.
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
        let never = Reason::NotATicket.to_string();
        let (kept, wanted): (Vec<_>, Vec<_>) = letters
            .into_iter()
            .partition(|letter| letter.reason.as_ref() == Some(&never));
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
        for _ in 1..=QUEUE_RECEIVES {
            clock.move_to(clock.millis() + VISIBILITY_MILLIS + 1);
            queue.receive(QueueName::Send);
        }
        let letters = queue.dead_letters(QueueName::Send);
        let bodies: Vec<&str> = letters.iter().map(|letter| letter.body.as_str()).collect();
        assert_eq!(bodies[..3], ["0", "1", "2"]);
        let first = &letters[0];
        assert_eq!((&first.reason, first.receives), (&None, QUEUE_RECEIVES));
    }

    fn letter(id: &str, group: &str, reason: Reason) -> SetAside {
        SetAside {
            body: id.to_owned(),
            message_id: id.to_owned(),
            group: Some(group.to_owned()),
            receives: 3,
            reason,
        }
    }

    #[tokio::test]
    async fn a_dead_letter_keeps_its_reason_and_its_place_and_comes_back_in_its_group() {
        let (_, queue) = queue();
        queue
            .send(QueueName::Send, &[fifo("a", "1"), fifo("a", "2")])
            .await
            .unwrap();
        let batches = queue.receive(QueueName::Send);
        for (id, reason) in [
            ("1", Reason::Panicked),
            ("no ticket", Reason::NotATicket),
            ("2", Reason::Failed("table_refused")),
            ("1", Reason::Panicked),
        ] {
            let letter = letter(id, "a", reason);
            queue.set_aside(QueueName::Send, &letter).await.unwrap();
        }
        queue.settle(&batches[0], &HashSet::new());
        let told: Vec<_> = queue
            .dead_letters(QueueName::Send)
            .into_iter()
            .map(|letter| (letter.body, letter.reason.unwrap(), letter.receives))
            .collect();
        let expected = [
            ("1", "panicked"),
            ("no ticket", "not_a_ticket"),
            ("2", "failed:table_refused"),
        ];
        assert_eq!(
            told,
            expected.map(|(body, reason)| (body.to_owned(), reason.to_owned(), 3)),
            "in order, and a repeat is no second letter"
        );

        // Within the five minutes in which their own ids are swallowed.
        assert_eq!(queue.redrive(QueueName::Send), 2);
        let batches = queue.receive(QueueName::Send);
        assert_eq!(bodies(&batches), [["1", "2"]]);
        let record = &batches[0].event["Records"][0]["attributes"];
        assert_eq!(record["MessageGroupId"], "a");
        assert_eq!(record["ApproximateReceiveCount"], "1");
        assert_eq!(queue.dead_letters(QueueName::Send)[0].body, "no ticket");
    }

    #[tokio::test]
    async fn a_dead_letter_without_a_group_is_none_of_a_fifo_queue() {
        let (_, queue) = queue();
        let in_a_group = letter("1", "a", Reason::Panicked);
        let alone = SetAside {
            group: None,
            ..in_a_group.clone()
        };
        assert!(queue.set_aside(QueueName::Send, &alone).await.is_err());
        assert!(queue.set_aside(QueueName::Wake, &in_a_group).await.is_err());
        assert!(queue.set_aside(QueueName::Wake, &alone).await.is_ok());
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
