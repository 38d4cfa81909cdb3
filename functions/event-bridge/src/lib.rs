//! What happens at Flash becomes a message.
//!
//! Messages of a `RabbitMQ` broker are read, sealed and moved to the `events` queue, which `web` fills as well. Each record
//! of that queue is one of Flash's events, and its person is told if they want to be. Each record of the `watch` queue names
//! the timer of an invoice that was asked for here: whether it is paid, or has run out, Flash alone says. Deliveries repeat,
//! so the tables and the clock decide, not the record.

mod events;
mod notify;
mod rabbitmq;
mod setup;
mod watch;

use std::sync::Arc;

use aws::batch::{self, Consumer, NotSqs};
use aws::clock::Clock;
use aws::events::Moved;
use aws::queue::{Queue, QueueName};
use aws::tables::Tables;
use aws::telemetry;
use aws_lambda_events::sqs::SqsBatchResponse;
use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::Value;

pub use rabbitmq::NotMoved;

/// One question to Flash with its retry, two reads, one transaction with its retries, one publication.
const NEEDS_MS: i64 = 15_000;

/// All that the function needs, made once.
#[derive(Debug)]
pub struct App {
    pub clock: Clock,
    pub tables: Tables,
    pub queue: Arc<dyn Queue>,
    pub flash: flash::Client,
}

/// Why none of an invocation's work is known to be done: all of it comes again.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    NotSqs(#[from] NotSqs),
    #[error(transparent)]
    NotMoved(#[from] NotMoved),
}

impl From<Refused> for Diagnostic {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotSqs(error) => error.into(),
            Refused::NotMoved(error) => error.into(),
        }
    }
}

/// Works a batch, and says which of its records must come again; to a broker nothing is said.
pub async fn handle(app: &App, event: LambdaEvent<Value>) -> Result<SqsBatchResponse, Refused> {
    if event.payload["eventSource"] == rabbitmq::SOURCE {
        let taken = Box::pin(rabbitmq::take(app, event.payload, &event.context)).await;
        return match taken {
            Ok(()) => Ok(SqsBatchResponse::default()),
            Err(error) => {
                telemetry::count("events_not_moved");
                telemetry::failure("rabbitmq", &error);
                Err(error.into())
            }
        };
    }
    let consumer = |consumes| Consumer {
        consumes,
        queue: &*app.queue,
        clock: &app.clock,
        needs_ms: NEEDS_MS,
    };
    let response = if queue_of(app, &event.payload) == QueueName::Events {
        let work = |moved| Box::pin(events::run(app, moved));
        batch::each_event(event, consumer(QueueName::Events), work).await
    } else {
        let work = |key| Box::pin(watch::run(app, key));
        batch::each_entry(event, consumer(QueueName::Watch), work).await
    };
    Ok(response?)
}

/// Whose records these are; all records of a batch are of one queue. Where an event is given by hand, its address may be of
/// another account: then the first record tells.
fn queue_of(app: &App, event: &Value) -> QueueName {
    let first = &event["Records"][0];
    let arn = first["eventSourceARN"].as_str().unwrap_or_default();
    let body = first["body"].as_str().unwrap_or_default();
    match app.queue.of_arn(arn) {
        Some(queue) => queue,
        None if Moved::parse(body).is_some() => QueueName::Events,
        None => QueueName::Watch,
    }
}
