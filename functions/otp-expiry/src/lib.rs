//! A code's life ends on time: the code and the credential that waited beside it are destroyed, and the person is told once.
//! So does a link's key: its person is told a week and a day before, and when it has ended and is destroyed. And what was
//! said to somebody who has had their data deleted.
//!
//! Each record of the `expire` queue names a timer entry. SQS's longest delay is shorter than some waits and its
//! deliveries repeat, so the entry and the clock decide, not the record.

mod app_code;
mod erasure;
mod key;
mod requests;
mod setup;

use std::sync::Arc;

use aws::batch::{self, Again, Consumer, NotSqs};
use aws::clock::Clock;
use aws::queue::{Queue, QueueMessage, QueueName};
use aws::tables::{CommitError, NewEntry, Part, Tables, Timer};
use aws::telemetry;
use aws_lambda_events::sqs::SqsBatchResponse;
use domain::address::WhatsAppAddress;
use domain::ids::{EntryId, EntryKey};
use domain::outbox::Reply;
use domain::texts;
use domain::time::Moment;
use lambda_runtime::LambdaEvent;

/// Two reads and one transaction with its retries, a few times over; one publication.
const NEEDS_MS: i64 = 10_000;

/// All that the function needs, made once.
#[derive(Debug)]
pub struct App {
    pub clock: Clock,
    pub tables: Tables,
    pub queue: Arc<dyn Queue>,
}

/// Ends the codes and keys whose timers the batch's records name, and says which records must come again.
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
    batch::each_entry(event, consumer, |key| Box::pin(expire(app, key))).await
}

/// What came of a timer whose time has come.
enum Outcome {
    /// The person is told, now or by an earlier delivery of the same record.
    Told,
    Silent,
}

async fn expire(app: &App, timer: EntryKey) -> Result<(), Again> {
    let now = app.clock.now();
    let outcome = match app.tables.timer(&timer, now).await? {
        Timer::NotDue(due) => {
            app.queue
                .send(
                    QueueName::Expire,
                    &[QueueMessage::later(&timer, due.since(now))],
                )
                .await?;
            Outcome::Silent
        }
        Timer::Nothing => Outcome::Silent,
        Timer::Done => Outcome::Told,
        Timer::Due { challenge } => end_code(app, &timer, &challenge, now).await?,
        Timer::AppCodeDue { challenge } => app_code::run(app, &timer, &challenge, now).await?,
        Timer::KeyDue { key_id } => key::run(app, &timer, &key_id).await?,
        Timer::LetGoDue { let_go_at } => requests::run(app, &timer, let_go_at, now).await?,
        Timer::EraseDue { erased_at } => {
            Box::pin(erasure::run(app, &timer, erased_at, now)).await?
        }
    };
    if let Outcome::Silent = outcome {
        return Ok(());
    }
    // Published again if need be: whoever did the work may not have come this far. An entry that was never written
    // is found absent by the sender.
    let says = EntryKey {
        person: timer.person.clone(),
        id: EntryId::caused_by(timer.id.as_str(), 0),
    };
    app.queue
        .send(QueueName::Send, &[QueueMessage::now(&says, 0)])
        .await?;
    Ok(())
}

async fn end_code(
    app: &App,
    timer: &EntryKey,
    challenge: &str,
    now: Moment,
) -> Result<Outcome, Again> {
    let known = app.tables.read_person(&timer.person, None, now).await?;
    let Some(address) = known.address() else {
        app.tables.close_timer(timer, now).await?;
        return Ok(Outcome::Silent);
    };
    let address = app.tables.open_address(&timer.person, address, now).await?;
    let l = known.state.person.language(&address);
    let reply = Reply::from(texts::code_ran_out(l)).language(l);
    let entries = says(app, timer, &address, &reply, now);
    match app.tables.end_code(timer, challenge, &entries, now).await {
        Ok(()) => {
            telemetry::count("code_ran_out");
            Ok(Outcome::Told)
        }
        // Typed, destroyed or replaced in time: there is nothing to say.
        Err(CommitError::Changed(Part::Code)) => {
            app.tables.close_timer(timer, now).await?;
            Ok(Outcome::Silent)
        }
        // Another delivery of the same record was faster.
        Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => Ok(Outcome::Told),
        Err(CommitError::Table(error)) => Err(error.into()),
    }
}

/// What a timer gives rise to, by names that come from its own.
fn says(
    app: &App,
    timer: &EntryKey,
    address: &WhatsAppAddress,
    reply: &Reply,
    now: Moment,
) -> Vec<NewEntry> {
    let cause = (timer.id.as_str(), 0);
    app.tables.sends(&timer.person, address, reply, cause, now)
}
