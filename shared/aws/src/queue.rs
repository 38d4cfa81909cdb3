//! Queues carry ids, never text; the one of Flash's events carries it sealed. One port, two implementations: SQS, and the local world's own.

use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{MessageAttributeValue, QueueAttributeName, SendMessageBatchRequestEntry};
use domain::ids::EntryKey;
use serde::{Deserialize, Serialize};

use crate::dead_letter::SetAside;

/// SQS's limit for one batch.
pub const BATCH: usize = 10;
/// SQS's longest delay, seconds.
pub const LONGEST_DELAY: i64 = 900;

/// Our queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QueueName {
    /// FIFO, one group for each person: messages to send.
    Send,
    /// Standard, delayed: codes whose life ends.
    Expire,
    /// Standard, delayed: entries that somebody should look at when they are due.
    Wake,
    /// Standard, delayed: invoices that may have been paid.
    Watch,
    /// FIFO, one group for each person: questions for the assistant.
    Ask,
    /// Standard: what Flash has told, sealed, [`crate::events`]. The one queue that carries more than ids.
    Events,
}

impl QueueName {
    pub const ALL: [Self; 6] = [
        Self::Send,
        Self::Expire,
        Self::Wake,
        Self::Watch,
        Self::Ask,
        Self::Events,
    ];

    pub const fn is_fifo(self) -> bool {
        matches!(self, Self::Send | Self::Ask)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Expire => "expire",
            Self::Wake => "wake",
            Self::Watch => "watch",
            Self::Ask => "ask",
            Self::Events => "events",
        }
    }
}

/// What a record's body says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// `person.id`.
    pub entry: String,
}

impl Ticket {
    /// The entry that a record's body names; none if it is not a ticket.
    pub fn entry_of(body: &str) -> Option<EntryKey> {
        let ticket: Self = serde_json::from_str(body).ok()?;
        EntryKey::parse(&ticket.entry).ok()
    }
}

/// One message for a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueMessage {
    pub body: String,
    /// FIFO only.
    pub fifo: Option<Fifo>,
    /// Standard only, seconds.
    pub delay: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fifo {
    pub group: String,
    pub deduplication: String,
}

impl QueueMessage {
    /// For a FIFO queue: in order per person; the same attempt at the same entry is delivered once in five minutes.
    pub fn now(entry: &EntryKey, attempt: u32) -> Self {
        Self {
            body: ticket(entry),
            fifo: Some(Fifo {
                group: entry.person.as_str().to_owned(),
                deduplication: format!("{}-{attempt}", entry.id.as_str()),
            }),
            delay: 0,
        }
    }

    /// A dead letter's record once more. Its deduplication id is new to the queue, which may still swallow the record's own,
    /// and the same for each try to put back this letter.
    pub fn redriven(letter_id: &str, body: String, group: Option<String>) -> Self {
        Self {
            body,
            fifo: group.map(|group| Fifo {
                group,
                deduplication: format!("redriven-{letter_id}"),
            }),
            delay: 0,
        }
    }

    /// For a standard queue: after `wait` seconds, or as near as SQS gets; the consumer looks at the clock again.
    pub fn later(entry: &EntryKey, wait: i64) -> Self {
        Self {
            body: ticket(entry),
            fifo: None,
            delay: wait.clamp(0, LONGEST_DELAY),
        }
    }
}

fn ticket(entry: &EntryKey) -> String {
    serde_json::json!({ "entry": entry.to_string() }).to_string()
}

/// The queue did not take every message. The entries stand in the table all the same.
#[derive(Debug, thiserror::Error)]
#[error("the queue did not take {failed} of {sent} messages")]
pub struct QueueError {
    pub sent: usize,
    pub failed: usize,
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// About how much a queue holds: SQS counts from several places, none of them exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// To be delivered, now or when their time comes, or being worked.
    pub waiting: u64,
    /// In its dead-letter queue.
    pub dead: u64,
}

/// A queue did not say how much it holds.
#[derive(Debug, thiserror::Error)]
#[error("sqs: a queue does not say how much it holds")]
pub struct DepthError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Where messages are put for another function.
#[async_trait]
pub trait Queue: Send + Sync + std::fmt::Debug {
    /// Puts all of them in order, at most [`BATCH`] to a call. An error means that at least one was not taken.
    async fn send(&self, queue: QueueName, messages: &[QueueMessage]) -> Result<(), QueueError>;

    /// Puts a record of `queue` into its dead-letter queue. The record itself is still there, and its consumer's to end.
    async fn set_aside(&self, queue: QueueName, record: &SetAside) -> Result<(), QueueError>;

    /// About how much is in a queue and its dead letters.
    async fn depth(&self, queue: QueueName) -> Result<Depth, DepthError>;

    /// The queue whose records come with this `eventSourceARN`, if it is one that is known here.
    fn of_arn(&self, arn: &str) -> Option<QueueName>;
}

/// Amazon SQS.
#[derive(Clone, Debug)]
pub struct Sqs {
    client: Client,
    urls: QueueUrls,
}

/// Where each queue is, and its dead letters. A function that never puts anything into one has no address for it.
#[derive(Clone, Debug, Default)]
pub struct QueueUrls {
    pub send: String,
    pub send_dead: String,
    pub expire: String,
    pub expire_dead: String,
    pub wake: String,
    pub wake_dead: String,
    pub watch: String,
    pub watch_dead: String,
    pub ask: String,
    pub ask_dead: String,
    pub events: String,
    pub events_dead: String,
}

impl QueueUrls {
    fn queue(&self, queue: QueueName) -> &str {
        match queue {
            QueueName::Send => &self.send,
            QueueName::Expire => &self.expire,
            QueueName::Wake => &self.wake,
            QueueName::Watch => &self.watch,
            QueueName::Ask => &self.ask,
            QueueName::Events => &self.events,
        }
    }

    fn dead(&self, queue: QueueName) -> &str {
        match queue {
            QueueName::Send => &self.send_dead,
            QueueName::Expire => &self.expire_dead,
            QueueName::Wake => &self.wake_dead,
            QueueName::Watch => &self.watch_dead,
            QueueName::Ask => &self.ask_dead,
            QueueName::Events => &self.events_dead,
        }
    }
}

impl Sqs {
    pub fn new(client: Client, urls: QueueUrls) -> Self {
        Self { client, urls }
    }

    /// Everything in the queue at `url`, whether it can be received by now or not.
    async fn holds(&self, url: &str) -> Result<u64, DepthError> {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let request = self.client.get_queue_attributes().queue_url(url);
        let request = request.set_attribute_names(Some(names.to_vec()));
        let answer = request.send().await;
        let answer = answer.map_err(|error| DepthError(error.into()))?;
        let held = answer.attributes.unwrap_or_default();
        let counts = names
            .iter()
            .filter_map(|name| held.get(name)?.parse::<u64>().ok());
        Ok(counts.sum())
    }
}

#[async_trait]
impl Queue for Sqs {
    async fn send(&self, queue: QueueName, messages: &[QueueMessage]) -> Result<(), QueueError> {
        let url = self.urls.queue(queue);
        for batch in messages.chunks(BATCH) {
            let refused = |failed, source| QueueError {
                sent: batch.len(),
                failed,
                source,
            };
            let entries = batch.iter().enumerate().map(|(index, message)| {
                let entry = SendMessageBatchRequestEntry::builder()
                    .id(index.to_string())
                    .message_body(&message.body);
                let entry = match &message.fifo {
                    Some(fifo) => entry
                        .message_group_id(&fifo.group)
                        .message_deduplication_id(&fifo.deduplication),
                    None => entry,
                };
                // What the queue can't keep to is refused by it, not left out here.
                let delay = i32::try_from(message.delay).unwrap_or(i32::MAX);
                entry
                    .set_delay_seconds((delay != 0).then_some(delay))
                    .build()
            });
            let entries = entries
                .collect::<Result<Vec<_>, _>>()
                .map_err(|e| refused(batch.len(), Some(Box::new(e))))?;
            let answer = self
                .client
                .send_message_batch()
                .queue_url(url)
                .set_entries(Some(entries))
                .send()
                .await;
            let answer = answer.map_err(|e| refused(batch.len(), Some(Box::new(e))))?;
            if !answer.failed.is_empty() {
                return Err(refused(answer.failed.len(), None));
            }
        }
        Ok(())
    }

    async fn set_aside(&self, queue: QueueName, record: &SetAside) -> Result<(), QueueError> {
        let refused = |source| QueueError {
            sent: 1,
            failed: 1,
            source: Some(source),
        };
        let mut message = self
            .client
            .send_message()
            .queue_url(self.urls.dead(queue))
            .message_body(&record.body);
        for (name, value) in record.attributes() {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(value)
                .build()
                .map_err(|error| refused(error.into()))?;
            message = message.message_attributes(name, value);
        }
        if let Some(fifo) = record.fifo() {
            message = message
                .message_group_id(fifo.group)
                .message_deduplication_id(fifo.deduplication);
        }
        message
            .send()
            .await
            .map_err(|error| refused(error.into()))?;
        Ok(())
    }

    async fn depth(&self, queue: QueueName) -> Result<Depth, DepthError> {
        let (url, dead) = (self.urls.queue(queue), self.urls.dead(queue));
        let (waiting, dead) = futures::try_join!(self.holds(url), self.holds(dead))?;
        Ok(Depth { waiting, dead })
    }

    fn of_arn(&self, arn: &str) -> Option<QueueName> {
        let name = arn.rsplit(':').next().filter(|name| !name.is_empty());
        let is_it = |queue: &QueueName| self.urls.queue(*queue).rsplit('/').next() == name;
        QueueName::ALL.into_iter().find(is_it)
    }
}
