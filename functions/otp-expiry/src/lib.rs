//! A code's life ends on time: the code and the credential that waited beside it are destroyed, and the person is told once.
//!
//! Each record of the `expire` queue names a timer entry. SQS's longest delay is shorter than some waits and its
//! deliveries repeat, so the entry and the clock decide, not the record.

mod setup;

use std::sync::Arc;

use aws::batch::{self, Again, Consumer, NotSqs};
use aws::clock::Clock;
use aws::queue::{Queue, QueueMessage, QueueName};
use aws::tables::{CommitError, Part, Tables, Timer};
use aws::telemetry;
use aws_lambda_events::sqs::SqsBatchResponse;
use domain::ids::{EntryId, EntryKey};
use domain::texts;
use lambda_runtime::LambdaEvent;

/// Two reads, one transaction with its retries, one publication.
const NEEDS_MS: i64 = 10_000;

/// All that the function needs, made once.
#[derive(Debug)]
pub struct App {
    pub clock: Clock,
    pub tables: Tables,
    pub queue: Arc<dyn Queue>,
}

/// Ends the codes whose timers the batch's records name, and says which records must come again.
pub async fn handle(
    app: &App,
    event: LambdaEvent<serde_json::Value>,
) -> Result<SqsBatchResponse, NotSqs> {
    let consumer = Consumer {
        consumes: QueueName::Expire,
        queue: &*app.queue,
        clock: &app.clock,
        needs_ms: NEEDS_MS,
    };
    batch::each_entry(event, consumer, |key| expire(app, key)).await
}

async fn expire(app: &App, timer: EntryKey) -> Result<(), Again> {
    let now = app.clock.now();
    let says = EntryKey {
        person: timer.person.clone(),
        id: EntryId::caused_by(timer.id.as_str(), 0),
    };
    match app.tables.timer(&timer, now).await? {
        Timer::NotDue(due) => {
            app.queue
                .send(
                    QueueName::Expire,
                    &[QueueMessage::later(&timer, due.since(now))],
                )
                .await?;
            return Ok(());
        }
        Timer::Nothing => return Ok(()),
        Timer::Done => {}
        Timer::Due { challenge } => {
            let known = app.tables.read_person(&timer.person, None, now).await?;
            let Some(address) = known.address() else {
                app.tables.close_timer(&timer, now).await?;
                return Ok(());
            };
            let address = app.tables.open_address(&timer.person, address)?;
            let reply = texts::code_ran_out().into();
            let cause = (timer.id.as_str(), 0);
            let entries = app
                .tables
                .sends(&timer.person, &address, &reply, cause, now);
            match app.tables.end_code(&timer, &challenge, &entries, now).await {
                Ok(()) => telemetry::count("code_ran_out"),
                // Typed, destroyed or replaced in time: there is nothing to say.
                Err(CommitError::Changed(Part::Code)) => {
                    app.tables.close_timer(&timer, now).await?;
                    return Ok(());
                }
                // Another delivery of the same record was faster.
                Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {}
                Err(CommitError::Table(error)) => return Err(error.into()),
            }
        }
    }
    // Published again if need be: whoever did the work may not have come this far. An entry that was never written
    // is found absent by the sender.
    app.queue
        .send(QueueName::Send, &[QueueMessage::now(&says, 0)])
        .await?;
    Ok(())
}
