//! SQS batches: record by record, each failing alone, FIFO groups stopping at their first failure.
//!
//! A record that can never work is set aside at once, one that keeps failing when it is received for the last time: into
//! the queue's dead letters, with the reason, and then it counts as done. If that fails, the record fails, and SQS's own
//! redrive keeps it, without a reason.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use domain::ids::EntryKey;
use domain::policy::{QUEUE_RECEIVES, SET_ASIDE_MS};
use futures::FutureExt;
use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use tracing::{Instrument, Span};

use crate::clock::Clock;
use crate::dead_letter::{Reason, SetAside};
use crate::events::{Moved, MovedError};
use crate::keys::SealError;
use crate::queue::{Queue, QueueError, QueueName, Ticket};
use crate::tables::TableError;
use crate::telemetry;

/// The function that a queue's records come to.
#[derive(Clone, Copy, Debug)]
pub struct Consumer<'a> {
    pub consumes: QueueName,
    pub queue: &'a dyn Queue,
    pub clock: &'a Clock,
    /// The time that one record may take, milliseconds: none is begun with less before the deadline.
    pub needs_ms: i64,
}

/// Why a record's work could not be done, and must be tried again.
#[derive(Debug, thiserror::Error)]
pub enum Again {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error(transparent)]
    Moved(#[from] MovedError),
}

impl Again {
    fn class(&self) -> &'static str {
        match self {
            Self::Table(TableError::Retryable { .. }) => "table_unavailable",
            Self::Table(TableError::Refused { .. }) => "table_refused",
            Self::Table(TableError::NotUnderstood { .. }) => "item_not_understood",
            Self::Table(TableError::Sealed { .. }) => "field_not_opened",
            Self::Queue(_) => "queue_unavailable",
            Self::Moved(MovedError::Sealed(SealError::UnknownKey | SealError::Refused)) => {
                "event_not_opened"
            }
            Self::Moved(MovedError::NotUnderstood) => "event_not_understood",
        }
    }
}

/// A record could not be brought to its end.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("the record is not a ticket")]
    NotATicket,
    #[error("the handler panicked")]
    Panicked,
    /// Begun now, it might not end before the function does.
    #[error("too little time is left")]
    NoTime,
    /// By the class of what is wrong with it.
    #[error("what was put back among the events is none: {0}")]
    Malformed(String),
    #[error(transparent)]
    Failed(#[from] Again),
}

impl RecordError {
    fn reason(&self) -> Reason {
        match self {
            Self::NotATicket => Reason::NotATicket,
            Self::Panicked => Reason::Panicked,
            Self::NoTime => Reason::NoTime,
            Self::Malformed(class) => Reason::Malformed(class.clone()),
            Self::Failed(again) => Reason::Failed(again.class()),
        }
    }
}

/// The event is not SQS's.
#[derive(Debug, thiserror::Error)]
#[error("not an SQS event")]
pub struct NotSqs;

impl From<NotSqs> for Diagnostic {
    fn from(error: NotSqs) -> Self {
        Self {
            error_type: "NotSqs".to_owned(),
            error_message: error.to_string(),
        }
    }
}

/// Runs `handle` for each record's entry and says which records must be delivered again.
pub async fn each_entry<F, Fut, E>(
    event: LambdaEvent<serde_json::Value>,
    consumer: Consumer<'_>,
    handle: F,
) -> Result<SqsBatchResponse, NotSqs>
where
    F: Fn(EntryKey) -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: Into<Again>,
{
    let read = |body: &str| {
        let key = Ticket::entry_of(body)?;
        Some((telemetry::about(&key), key))
    };
    let handle = |key| {
        let work = handle(key);
        async {
            work.await
                .map_err(|error| RecordError::Failed(error.into()))
        }
    };
    each_record(event, consumer, read, handle).await
}

/// Runs `handle` for each record's event of Flash's and says which records must be delivered again.
pub async fn each_event<F, Fut>(
    event: LambdaEvent<serde_json::Value>,
    consumer: Consumer<'_>,
    handle: F,
) -> Result<SqsBatchResponse, NotSqs>
where
    F: Fn(Moved) -> Fut,
    Fut: Future<Output = Result<(), RecordError>>,
{
    let read = |body: &str| {
        let moved = Moved::parse(body)?;
        Some((telemetry::following(&moved.trace), moved))
    };
    each_record(event, consumer, read, handle).await
}

/// `read` gives what a record's body says, and what its work is logged under.
async fn each_record<T, R, F, Fut>(
    event: LambdaEvent<serde_json::Value>,
    consumer: Consumer<'_>,
    read: R,
    handle: F,
) -> Result<SqsBatchResponse, NotSqs>
where
    R: Fn(&str) -> Option<(Span, T)>,
    F: Fn(T) -> Fut,
    Fut: Future<Output = Result<(), RecordError>>,
{
    let deadline = deadline(&event.context, consumer.clock.millis());
    let left = || deadline.saturating_sub(consumer.clock.millis());
    let batch: SqsEvent = serde_json::from_value(event.payload).map_err(|_| NotSqs)?;
    let mut stopped: HashSet<String> = HashSet::new();
    let mut failures = Vec::new();
    for record in batch.records {
        let group = group_of(&record);
        if group.as_ref().is_some_and(|group| stopped.contains(group)) {
            failures.push(failure(&record));
            continue;
        }
        let outcome = if left() < consumer.needs_ms {
            Err(RecordError::NoTime)
        } else {
            one(&record, &read, &handle).await
        };
        if let Err(error) = outcome {
            telemetry::failure("record", &error);
            // Lambda calls the invocation a success, so this is all that an alarm can see.
            if !error.reason().is_final() {
                telemetry::count("record_failed");
            }
            if left() < SET_ASIDE_MS || !set_aside(&record, error.reason(), consumer).await {
                failures.push(failure(&record));
                stopped.extend(group);
            }
        }
    }
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failures;
    Ok(response)
}

/// Puts a record that has no further try among the dead letters; true if it is there now.
async fn set_aside(record: &SqsMessage, reason: Reason, consumer: Consumer<'_>) -> bool {
    let receives = receives_of(record);
    if !reason.is_final() && receives < QUEUE_RECEIVES {
        return false;
    }
    let queue = consumer.consumes;
    let letter = SetAside {
        body: record.body.clone().unwrap_or_default(),
        message_id: record.message_id.clone().unwrap_or_default(),
        group: group_of(record).filter(|_| queue.is_fifo()),
        receives,
        reason,
    };
    match consumer.queue.set_aside(queue, &letter).await {
        Ok(()) => {
            telemetry::dead_lettered(queue, &letter);
            true
        }
        Err(error) => {
            telemetry::failure("set_aside", &error);
            false
        }
    }
}

fn group_of(record: &SqsMessage) -> Option<String> {
    record.attributes.get("MessageGroupId").cloned()
}

/// How often SQS has delivered the record, this time included.
fn receives_of(record: &SqsMessage) -> u32 {
    let receives = record.attributes.get("ApproximateReceiveCount");
    receives
        .and_then(|count| count.parse().ok())
        .unwrap_or_default()
}

/// When the invocation that begins now will be ended, in milliseconds. A moment that is over already, as some local
/// runtimes give, is none.
pub fn deadline(context: &Context, now_millis: i64) -> i64 {
    let deadline = i64::try_from(context.deadline).unwrap_or(i64::MAX);
    if deadline <= now_millis {
        i64::MAX
    } else {
        deadline
    }
}

async fn one<T, R, F, Fut>(record: &SqsMessage, read: &R, handle: &F) -> Result<(), RecordError>
where
    R: Fn(&str) -> Option<(Span, T)>,
    F: Fn(T) -> Fut,
    Fut: Future<Output = Result<(), RecordError>>,
{
    let body = record.body.as_deref().unwrap_or_default();
    let (about, says) = read(body).ok_or(RecordError::NotATicket)?;
    let work = AssertUnwindSafe(Box::pin(handle(says))).catch_unwind();
    let outcome = work.instrument(about.clone()).await;
    let outcome = outcome.unwrap_or(Err(RecordError::Panicked));
    about.record("outcome", if outcome.is_ok() { "ok" } else { "failed" });
    outcome
}

fn failure(record: &SqsMessage) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = record.message_id.clone().unwrap_or_default();
    failure
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::*;
    use crate::queue::{Depth, DepthError, QueueMessage};
    use crate::telemetry::listening::Listening;

    const PERSON: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0";

    /// Keeps what is set aside, and may refuse to.
    #[derive(Debug, Default)]
    struct Aside {
        letters: Mutex<Vec<(QueueName, SetAside)>>,
        refuses: bool,
    }

    #[async_trait]
    impl Queue for Aside {
        async fn send(&self, _: QueueName, messages: &[QueueMessage]) -> Result<(), QueueError> {
            Err(unavailable(messages.len()))
        }

        async fn set_aside(&self, queue: QueueName, record: &SetAside) -> Result<(), QueueError> {
            if self.refuses {
                return Err(unavailable(1));
            }
            self.letters.lock().unwrap().push((queue, record.clone()));
            Ok(())
        }

        async fn depth(&self, _: QueueName) -> Result<Depth, DepthError> {
            Ok(Depth::default())
        }

        fn of_arn(&self, _: &str) -> Option<QueueName> {
            None
        }
    }

    impl Aside {
        fn reasons(&self) -> Vec<(String, String)> {
            let letters = self.letters.lock().unwrap();
            let told = letters.iter().map(|(_, letter)| {
                let reason = letter.reason.to_string();
                (letter.message_id.clone(), reason)
            });
            told.collect()
        }
    }

    fn unavailable(failed: usize) -> QueueError {
        QueueError {
            sent: failed,
            failed,
            source: None,
        }
    }

    fn received(times: u32, id: &str, group: &str, body: &str) -> serde_json::Value {
        let attributes = serde_json::json!({"MessageGroupId": group, "ApproximateReceiveCount": times.to_string()});
        serde_json::json!({"messageId": id, "receiptHandle": "r", "body": body, "attributes": attributes,
            "messageAttributes": {}, "eventSource": "aws:sqs", "eventSourceARN": "arn", "awsRegion": "us-east-1"})
    }

    fn record(id: &str, group: &str, body: &str) -> serde_json::Value {
        received(1, id, group, body)
    }

    fn last(id: &str, group: &str, body: &str) -> serde_json::Value {
        received(QUEUE_RECEIVES, id, group, body)
    }

    fn ticket(id: &str) -> String {
        serde_json::json!({ "entry": format!("{PERSON}.{id}") }).to_string()
    }

    /// What was done, and what must be delivered again.
    async fn run(
        records: Vec<serde_json::Value>,
        deadline: u64,
        aside: &Aside,
    ) -> (Vec<String>, Vec<String>) {
        let mut context = lambda_runtime::Context::default();
        context.deadline = deadline;
        let done = Mutex::new(Vec::new());
        let event = LambdaEvent::new(serde_json::json!({ "Records": records }), context);
        let consumer = Consumer {
            consumes: QueueName::Send,
            queue: aside,
            clock: &Clock::told_by(|| 0),
            needs_ms: 10_000,
        };
        let response = each_entry(event, consumer, |key| {
            let done = &done;
            async move {
                match key.id.as_str() {
                    "panics" => panic!("on purpose"),
                    "fails" => Err(unavailable(1)),
                    id => {
                        done.lock().unwrap().push(id.to_owned());
                        Ok(())
                    }
                }
            }
        })
        .await
        .unwrap();
        let failed = response
            .batch_item_failures
            .into_iter()
            .map(|failure| failure.item_identifier)
            .collect();
        (done.into_inner().unwrap(), failed)
    }

    /// What is counted while it works these records.
    async fn counted(records: Vec<serde_json::Value>) -> Vec<String> {
        let listening = Listening::begin();
        run(records, u64::MAX, &Aside::default()).await;
        let lines = listening.heard();
        let metrics = lines.iter().filter_map(|line| line["metric"].as_str());
        metrics.map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn a_record_that_fails_is_counted_and_one_that_can_never_work_is_not_the_functions_fault()
    {
        let records = vec![
            record("1", "a", &ticket("fails")),
            record("2", "b", &ticket("panics")),
            record("3", "c", &ticket("one")),
        ];
        assert_eq!(counted(records).await, ["record_failed", "record_failed"]);
        let counts = counted(vec![last("1", "a", &ticket("fails"))]).await;
        assert_eq!(counts, ["record_failed", "dead_lettered"]);
        let counts = counted(vec![record("1", "a", "not json")]).await;
        assert_eq!(counts, ["dead_lettered"]);
    }

    #[tokio::test]
    async fn a_group_stops_at_its_first_failure_and_the_others_go_on() {
        let records = vec![
            record("1", "a", &ticket("one")),
            record("2", "a", &ticket("fails")),
            record("3", "a", &ticket("after")),
            record("4", "c", &ticket("panics")),
            record("5", "d", &ticket("last")),
        ];
        let aside = Aside::default();
        let (done, failed) = run(records, u64::MAX, &aside).await;
        assert_eq!(done, ["one", "last"]);
        assert_eq!(failed, ["2", "3", "4"]);
        assert_eq!(aside.reasons(), []);
    }

    #[tokio::test]
    async fn what_is_no_ticket_is_set_aside_at_once_and_its_group_goes_on() {
        let records = vec![
            record("1", "a", "not json"),
            record("2", "a", r#"{"entry": "not a key"}"#),
            record("3", "a", &ticket("after")),
        ];
        let aside = Aside::default();
        let (done, failed) = run(records, u64::MAX, &aside).await;
        assert_eq!(done, ["after"]);
        assert_eq!(failed, [""; 0]);
        let expected = SetAside {
            body: "not json".to_owned(),
            message_id: "1".to_owned(),
            group: Some("a".to_owned()),
            receives: 1,
            reason: Reason::NotATicket,
        };
        let letters = aside.letters.into_inner().unwrap();
        assert_eq!(letters[0], (QueueName::Send, expected));
        assert_eq!(letters[1].1.message_id, "2");
    }

    #[tokio::test]
    async fn what_keeps_failing_is_set_aside_with_its_reason_when_it_is_received_for_the_last_time()
    {
        let records = vec![
            last("1", "a", &ticket("fails")),
            last("2", "a", &ticket("panics")),
            last("3", "a", &ticket("after")),
            received(QUEUE_RECEIVES - 1, "4", "b", &ticket("fails")),
        ];
        let aside = Aside::default();
        let (done, failed) = run(records, u64::MAX, &aside).await;
        assert_eq!(done, ["after"]);
        assert_eq!(failed, ["4"]);
        let told = [("1", "failed:queue_unavailable"), ("2", "panicked")];
        assert_eq!(
            aside.reasons(),
            told.map(|(id, reason)| (id.to_owned(), reason.to_owned()))
        );
    }

    #[tokio::test]
    async fn what_can_not_be_set_aside_fails_and_stops_its_group() {
        let records = vec![
            record("1", "a", "not json"),
            record("2", "a", &ticket("after")),
            last("3", "b", &ticket("fails")),
        ];
        let aside = Aside {
            refuses: true,
            ..Aside::default()
        };
        let (done, failed) = run(records, u64::MAX, &aside).await;
        assert_eq!(done, [""; 0]);
        assert_eq!(failed, ["1", "2", "3"]);
    }

    #[test]
    fn a_deadline_that_is_over_before_the_start_is_none() {
        let mut context = Context::default();
        context.deadline = 600_000;
        assert_eq!(deadline(&context, 599_999), 600_000);
        assert_eq!(deadline(&context, 1_795_000_000_000), i64::MAX);
    }

    #[tokio::test]
    async fn nothing_is_begun_that_could_not_be_ended() {
        let records = || vec![record("1", "a", &ticket("one")), last("2", "b", "not json")];
        let aside = Aside::default();
        let (done, failed) = run(records(), 9_999, &aside).await;
        assert_eq!(done, [""; 0]);
        assert_eq!(failed, ["1"]);
        assert_eq!(aside.reasons(), [("2".to_owned(), "no_time".to_owned())]);

        let aside = Aside::default();
        let (_, failed) = run(records(), 4_999, &aside).await;
        assert_eq!(failed, ["1", "2"]);
        assert_eq!(aside.reasons(), [], "not even set aside");
    }
}
