//! What happens at Flash becomes a message: an invoice that was asked for here is paid, or has run out.
//!
//! Each record of the `watch` queue names the timer of an invoice. Its deliveries repeat, so the entry and the clock
//! decide, not the record; and Flash alone says what has become of the invoice.

mod setup;
mod watch;

use std::sync::Arc;

use aws::batch::{self, Consumer, NotSqs};
use aws::clock::Clock;
use aws::queue::{Queue, QueueName};
use aws::tables::Tables;
use aws_lambda_events::sqs::SqsBatchResponse;
use lambda_runtime::LambdaEvent;

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

/// Looks at the invoices whose timers the batch's records name, and says which records must come again.
pub async fn handle(
    app: &App,
    event: LambdaEvent<serde_json::Value>,
) -> Result<SqsBatchResponse, NotSqs> {
    let consumer = Consumer {
        consumes: QueueName::Watch,
        queue: &*app.queue,
        clock: &app.clock,
        needs_ms: NEEDS_MS,
    };
    batch::each_entry(event, consumer, |key| Box::pin(watch::run(app, key))).await
}
