//! SQS batches: record by record, each failing alone, FIFO groups stopping at their first failure.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use domain::ids::EntryKey;
use futures::FutureExt;
use lambda_runtime::{Context, Diagnostic, LambdaEvent};

use crate::queue::Ticket;

/// A record could not be brought to its end and must be delivered again, or, in the end, set aside.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("the record is not a ticket")]
    NotATicket,
    #[error("the handler panicked")]
    Panicked,
    /// Begun now, it might not end before the function does.
    #[error("too little time is left")]
    NoTime,
    #[error(transparent)]
    Failed(#[from] Box<dyn std::error::Error + Send + Sync>),
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

/// Runs `handle` for each record's entry and says which records failed. `needs_ms` is the time one record may take:
/// none is begun with less before the deadline.
pub async fn each_entry<F, Fut, E>(
    event: LambdaEvent<serde_json::Value>,
    clock_millis: impl Fn() -> i64,
    needs_ms: i64,
    handle: F,
) -> Result<SqsBatchResponse, NotSqs>
where
    F: Fn(EntryKey) -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let deadline = deadline(&event.context, clock_millis());
    let batch: SqsEvent = serde_json::from_value(event.payload).map_err(|_| NotSqs)?;
    let mut stopped: HashSet<String> = HashSet::new();
    let mut failures = Vec::new();
    for record in batch.records {
        let group = record.attributes.get("MessageGroupId").cloned();
        if group.as_ref().is_some_and(|group| stopped.contains(group)) {
            failures.push(failure(&record));
            continue;
        }
        let outcome = if deadline.saturating_sub(clock_millis()) < needs_ms {
            Err(RecordError::NoTime)
        } else {
            one(&record, &handle).await
        };
        if let Err(error) = outcome {
            crate::telemetry::failure("record", &error);
            failures.push(failure(&record));
            stopped.extend(group);
        }
    }
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failures;
    Ok(response)
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

async fn one<F, Fut, E>(record: &SqsMessage, handle: &F) -> Result<(), RecordError>
where
    F: Fn(EntryKey) -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let body = record.body.as_deref().unwrap_or_default();
    let ticket: Ticket = serde_json::from_str(body).map_err(|_| RecordError::NotATicket)?;
    let key = EntryKey::parse(&ticket.entry).map_err(|_| RecordError::NotATicket)?;
    match AssertUnwindSafe(handle(key)).catch_unwind().await {
        Ok(outcome) => outcome.map_err(|error| RecordError::Failed(error.into())),
        Err(_) => Err(RecordError::Panicked),
    }
}

fn failure(record: &SqsMessage) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = record.message_id.clone().unwrap_or_default();
    failure
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    const PERSON: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0";

    fn record(id: &str, group: &str, body: &str) -> serde_json::Value {
        serde_json::json!({"messageId": id, "receiptHandle": "r", "body": body, "attributes": {"MessageGroupId": group},
            "messageAttributes": {}, "eventSource": "aws:sqs", "eventSourceARN": "arn", "awsRegion": "us-east-1"})
    }

    fn ticket(id: &str) -> String {
        serde_json::json!({ "entry": format!("{PERSON}.{id}") }).to_string()
    }

    async fn run(records: Vec<serde_json::Value>, deadline: u64) -> (Vec<String>, Vec<String>) {
        let mut context = lambda_runtime::Context::default();
        context.deadline = deadline;
        let done = Mutex::new(Vec::new());
        let event = LambdaEvent::new(serde_json::json!({ "Records": records }), context);
        let response = each_entry(
            event,
            || 0,
            1_000,
            |key| {
                let done = &done;
                async move {
                    match key.id.as_str() {
                        "panics" => panic!("on purpose"),
                        "fails" => Err("on purpose"),
                        id => {
                            done.lock().unwrap().push(id.to_owned());
                            Ok(())
                        }
                    }
                }
            },
        )
        .await
        .unwrap();
        let failed = response
            .batch_item_failures
            .into_iter()
            .map(|failure| failure.item_identifier)
            .collect();
        (done.into_inner().unwrap(), failed)
    }

    #[tokio::test]
    async fn a_group_stops_at_its_first_failure_and_the_others_go_on() {
        let records = vec![
            record("1", "a", &ticket("one")),
            record("2", "a", &ticket("fails")),
            record("3", "a", &ticket("after")),
            record("4", "b", "not json"),
            record("5", "c", &ticket("panics")),
            record("6", "d", &ticket("last")),
        ];
        let (done, failed) = run(records, u64::MAX).await;
        assert_eq!(done, ["one", "last"]);
        assert_eq!(failed, ["2", "3", "4", "5"]);
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
        let (done, failed) = run(vec![record("1", "a", &ticket("one"))], 999).await;
        assert!(done.is_empty());
        assert_eq!(failed, ["1"]);
    }
}
