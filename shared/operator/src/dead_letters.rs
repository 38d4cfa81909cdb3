//! `operator dead-letters`: what the functions set aside, looked at and put back.
//!
//! SQS's own `StartMessageMoveTask` is not used. It moves all or nothing, so what can never work would come straight back;
//! it finds no way home for a letter that a function put there rather than SQS itself; it goes on after the command has
//! ended; and which deduplication id a FIFO queue sees then is not documented. So each letter is received, sent and
//! deleted, oldest first, whether all are wanted or one. Whoever is interrupted between sending and deleting does no
//! harm: within five minutes the queue swallows the repeat, after that the entry's own state does.

use std::collections::HashSet;
use std::error::Error;
use std::fmt;

use aws::dead_letter::{attribute, is_final};
use aws::events::{Moved, Trace};
use aws::queue::{BATCH, QueueMessage, Ticket};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, Message, MessageSystemAttributeName,
    QueueAttributeName,
};
use domain::ids::EntryKey;
use jiff::Timestamp;
use serde_json::Value;

/// How long a letter is hidden while the others are looked at, seconds; given free at the end. Time for some thousands.
const HELD: i32 = 120;
/// A receipt that waits asks all of SQS's servers, so that an empty answer means that nothing is left. Seconds.
const WAIT: i32 = 1;
/// What SQS takes at once.
const MOST: i32 = 10;

/// Why the dead letters could not be looked at or put back.
#[derive(Debug, thiserror::Error)]
pub enum DeadLetterError {
    #[error("sqs: {operation}: {why}")]
    Sqs {
        operation: &'static str,
        why: String,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("{0} has no dead-letter queue: its redrive policy names none")]
    NoDeadLetters(String),
}

/// A queue, and the one that its dead letters are in.
#[derive(Clone, Debug)]
pub struct DeadLetters {
    client: Client,
    queue_url: String,
    letters_url: String,
}

/// One dead letter, without its body, which may be anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub id: String,
    /// The id under which the function received the record, as in its log. None: SQS moved it, under the same id.
    pub record: Option<String>,
    /// A class of `aws::dead_letter::Reason`. None: SQS moved it, because the function died or could not set it aside.
    pub reason: Option<String>,
    /// How often the function received it.
    pub receives: Option<u32>,
    /// When it was put there; a standard queue's record that SQS moved keeps the moment at which it was sent.
    pub since: Option<Timestamp>,
    /// The entry whose ticket it is. None: it is no ticket.
    pub entry: Option<EntryKey>,
    /// Of the event of Flash's that it is. None: it is none.
    pub trace: Option<Trace>,
}

/// All dead letters of a queue.
#[derive(Debug)]
pub struct Looked(pub Vec<Letter>);

/// What was put back.
#[derive(Debug, Default)]
pub struct Redriven {
    pub put_back: Vec<Letter>,
    /// Left where they are: what can never work, or was not asked for.
    pub left: usize,
    /// Asked for and not found.
    pub missing: Vec<String>,
}

/// A received letter's handle, by which it is deleted or given free.
struct Held {
    letter: Letter,
    body: String,
    /// FIFO only.
    group: Option<String>,
    receipt: String,
}

impl DeadLetters {
    /// Those of the queue at `queue_url`. Where they are is read off its redrive policy, so that nothing can be put back
    /// into another queue.
    pub async fn of(client: Client, queue_url: &str) -> Result<Self, DeadLetterError> {
        let attributes = client
            .get_queue_attributes()
            .queue_url(queue_url)
            .attribute_names(QueueAttributeName::RedrivePolicy)
            .send()
            .await
            .map_err(failed("GetQueueAttributes"))?
            .attributes
            .unwrap_or_default();
        let policy = attributes.get(&QueueAttributeName::RedrivePolicy);
        let name = policy
            .and_then(|policy| dead_letter_queue(policy))
            .ok_or_else(|| DeadLetterError::NoDeadLetters(queue_url.to_owned()))?;
        let found = client.get_queue_url().queue_name(name).send().await;
        let letters_url = found.map_err(failed("GetQueueUrl"))?.queue_url;
        Ok(Self {
            client,
            queue_url: queue_url.to_owned(),
            letters_url: letters_url.unwrap_or_default(),
        })
    }

    /// Every letter; nothing is changed. Of one person's letters SQS shows ten at a time.
    pub async fn look(&self) -> Result<Looked, DeadLetterError> {
        let mut letters = Vec::new();
        self.each(async |held| {
            letters.push(held.letter.clone());
            Ok(false)
        })
        .await?;
        Ok(Looked(letters))
    }

    /// Puts back the letters with these ids, or, if there are none, all but those that can never work. An id may be the
    /// letter's or its record's. A FIFO queue gets each in its person's group.
    pub async fn redrive(&self, ids: &[String]) -> Result<Redriven, DeadLetterError> {
        let is_wanted = |letter: &Letter| {
            if ids.is_empty() {
                !letter.reason.as_deref().is_some_and(is_final)
            } else {
                ids.iter().any(|id| letter.is(id))
            }
        };
        let mut redriven = Redriven::default();
        self.each(async |held| {
            let wanted = is_wanted(&held.letter);
            if wanted {
                self.put_back(held).await?;
                redriven.put_back.push(held.letter.clone());
            } else {
                redriven.left += 1;
            }
            Ok(wanted)
        })
        .await?;
        let missing = |id: &&String| !redriven.put_back.iter().any(|letter| letter.is(id));
        redriven.missing = ids.iter().filter(missing).cloned().collect();
        Ok(redriven)
    }

    /// Calls `visit` for each letter, oldest first in each group, and deletes it where that returns true. The others are
    /// free again afterwards, whatever happened.
    async fn each(
        &self,
        visit: impl AsyncFnMut(&Held) -> Result<bool, DeadLetterError>,
    ) -> Result<(), DeadLetterError> {
        let mut kept = Vec::new();
        let walked = self.walk(visit, &mut kept).await;
        let freed = self.give_free(&kept).await;
        walked.and(freed)
    }

    async fn walk(
        &self,
        mut visit: impl AsyncFnMut(&Held) -> Result<bool, DeadLetterError>,
        kept: &mut Vec<String>,
    ) -> Result<(), DeadLetterError> {
        let mut seen = HashSet::new();
        loop {
            let batch = self.receive().await?;
            kept.extend(batch.iter().map(|held| held.receipt.clone()));
            // What is seen again was held for too long.
            let new = |held: &&Held| seen.insert(held.letter.id.clone());
            let batch: Vec<&Held> = batch.iter().filter(new).collect();
            if batch.is_empty() {
                return Ok(());
            }
            for held in batch {
                if visit(held).await? {
                    self.delete(&held.receipt).await?;
                    kept.retain(|receipt| *receipt != held.receipt);
                }
            }
        }
    }

    async fn receive(&self) -> Result<Vec<Held>, DeadLetterError> {
        let received = self
            .client
            .receive_message()
            .queue_url(&self.letters_url)
            .max_number_of_messages(MOST)
            .visibility_timeout(HELD)
            .wait_time_seconds(WAIT)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .send()
            .await
            .map_err(failed("ReceiveMessage"))?;
        Ok(received
            .messages
            .unwrap_or_default()
            .into_iter()
            .map(Held::of)
            .collect())
    }

    async fn put_back(&self, held: &Held) -> Result<(), DeadLetterError> {
        let (body, group) = (held.body.clone(), held.group.clone());
        let message = QueueMessage::redriven(&held.letter.id, body, group);
        let mut send = self
            .client
            .send_message()
            .queue_url(&self.queue_url)
            .message_body(message.body);
        if let Some(fifo) = message.fifo {
            send = send
                .message_group_id(fifo.group)
                .message_deduplication_id(fifo.deduplication);
        }
        send.send().await.map_err(failed("SendMessage"))?;
        Ok(())
    }

    async fn delete(&self, receipt: &str) -> Result<(), DeadLetterError> {
        self.client
            .delete_message()
            .queue_url(&self.letters_url)
            .receipt_handle(receipt)
            .send()
            .await
            .map_err(failed("DeleteMessage"))?;
        Ok(())
    }

    /// Without it the letters are hidden from the next look, and from the alarm, until [`HELD`] is over.
    async fn give_free(&self, receipts: &[String]) -> Result<(), DeadLetterError> {
        for batch in receipts.chunks(BATCH) {
            let entries = batch.iter().enumerate().filter_map(|(index, receipt)| {
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(index.to_string())
                    .receipt_handle(receipt)
                    .visibility_timeout(0)
                    .build()
                    .ok()
            });
            self.client
                .change_message_visibility_batch()
                .queue_url(&self.letters_url)
                .set_entries(Some(entries.collect()))
                .send()
                .await
                .map_err(failed("ChangeMessageVisibilityBatch"))?;
        }
        Ok(())
    }
}

/// The name in a redrive policy's ARN.
fn dead_letter_queue(policy: &str) -> Option<String> {
    let policy: Value = serde_json::from_str(policy).ok()?;
    let arn = policy["deadLetterTargetArn"].as_str()?;
    arn.rsplit(':').next().map(str::to_owned)
}

fn failed<E, R>(operation: &'static str) -> impl FnOnce(SdkError<E, R>) -> DeadLetterError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: fmt::Debug + Send + Sync + 'static,
{
    move |error| DeadLetterError::Sqs {
        operation,
        why: match (error.code(), error.message()) {
            (Some(code), Some(message)) => format!("{code}: {message}"),
            _ => in_full(&error),
        },
        source: Box::new(error),
    }
}

/// With its sources, which say what is missing where SQS gave no answer: credentials, a region, a connection.
fn in_full(error: &(dyn Error + 'static)) -> String {
    let all = std::iter::successors(Some(error), |error| (*error).source());
    let words: Vec<String> = all.map(ToString::to_string).collect();
    words.join(": ")
}

impl Held {
    fn of(message: Message) -> Self {
        let told = |name: &str| {
            let attribute = message.message_attributes.as_ref()?.get(name)?;
            attribute.string_value.clone()
        };
        let system = |name| message.attributes.as_ref()?.get(&name).cloned();
        let sent = system(MessageSystemAttributeName::SentTimestamp);
        let body = message.body.clone().unwrap_or_default();
        Self {
            letter: Letter {
                id: message.message_id.clone().unwrap_or_default(),
                record: told(attribute::MESSAGE_ID),
                reason: told(attribute::REASON),
                receives: told(attribute::RECEIVES).and_then(|count| count.parse().ok()),
                since: sent
                    .and_then(|millis| millis.parse().ok())
                    .and_then(|millis| Timestamp::from_millisecond(millis).ok()),
                entry: Ticket::entry_of(&body),
                trace: Moved::parse(&body).map(|moved| moved.trace),
            },
            body,
            group: system(MessageSystemAttributeName::MessageGroupId),
            receipt: message.receipt_handle.unwrap_or_default(),
        }
    }
}

impl Letter {
    fn is(&self, id: &str) -> bool {
        self.id == id || self.record.as_deref() == Some(id)
    }
}

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(since) = self.since {
            write!(f, "{}  ", since.strftime("%Y-%m-%d %H:%M:%SZ"))?;
        }
        f.write_str(self.reason.as_deref().unwrap_or("moved by SQS"))?;
        if let Some(receives) = self.receives {
            write!(f, ", received {receives} times")?;
        }
        write!(f, "\n  letter {}", self.id)?;
        if let Some(record) = &self.record {
            write!(f, "\n  record {record}")?;
        }
        match (&self.entry, &self.trace) {
            (Some(entry), _) => writeln!(f, "\n  entry  {entry}"),
            (None, Some(trace)) => writeln!(f, "\n  trace  {trace}"),
            (None, None) => writeln!(f, "\n  no entry"),
        }
    }
}

impl fmt::Display for Looked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in &self.0 {
            write!(f, "{letter}")?;
        }
        writeln!(f, "dead letters: {}", self.0.len())
    }
}

impl fmt::Display for Redriven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in &self.put_back {
            write!(f, "{letter}")?;
        }
        for id in &self.missing {
            writeln!(f, "not found: {id}")?;
        }
        writeln!(f, "put back: {}, left: {}", self.put_back.len(), self.left)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::types::MessageAttributeValue;

    use super::*;

    const ENTRY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0.SM1-0";

    fn told(value: &str) -> MessageAttributeValue {
        let attribute = MessageAttributeValue::builder();
        let attribute = attribute.data_type("String").string_value(value);
        attribute.build().unwrap()
    }

    fn message(body: &str) -> aws_sdk_sqs::types::builders::MessageBuilder {
        Message::builder()
            .message_id("letter-1")
            .receipt_handle("receipt")
            .body(body)
            .attributes(MessageSystemAttributeName::SentTimestamp, "1795273445123")
    }

    #[test]
    fn a_letter_shows_why_it_is_there_and_nothing_of_what_it_says() {
        let body = format!(r#"{{"entry":"{ENTRY}"}}"#);
        let message = message(&body)
            .message_attributes("reason", told("failed:table_refused"))
            .message_attributes("message_id", told("record-1"))
            .message_attributes("receives", told("10"))
            .build();
        let letter = Held::of(message).letter;
        assert_eq!(
            letter.to_string(),
            format!(
                "2026-11-21 15:04:05Z  failed:table_refused, received 10 times\n  letter letter-1\n  record record-1\n  entry  {ENTRY}\n"
            )
        );
        assert!(letter.is("letter-1") && letter.is("record-1") && !letter.is("record-2"));
    }

    #[test]
    fn a_letter_that_sqs_moved_by_itself_has_no_reason() {
        let letter = Held::of(message("private").build()).letter;
        let shown = Looked(vec![letter]).to_string();
        assert_eq!(
            shown,
            "2026-11-21 15:04:05Z  moved by SQS\n  letter letter-1\n  no entry\ndead letters: 1\n"
        );
    }

    #[test]
    fn a_letter_with_an_event_shows_its_trace_alone() {
        let body = r#"{"trace":"0123456789abcdef","unread":"k1.AAAA"}"#;
        let message = message(body)
            .message_attributes("reason", told("malformed:not_json"))
            .build();
        assert_eq!(
            Held::of(message).letter.to_string(),
            "2026-11-21 15:04:05Z  malformed:not_json\n  letter letter-1\n  trace  0123456789abcdef\n"
        );
    }

    #[test]
    fn the_dead_letter_queue_is_the_one_that_the_policy_names() {
        let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:111122223333:SendDeadLetters.fifo","maxReceiveCount":10}"#;
        assert_eq!(
            dead_letter_queue(policy).as_deref(),
            Some("SendDeadLetters.fifo")
        );
        assert_eq!(dead_letter_queue("{}"), None);
    }
}
