//! Answers what people ask in their own words, one question for each record of the `ask` queue.
//!
//! An entry is claimed under a lease, and the model is asked during the first claim alone: whatever ends an invocation, no
//! question is asked twice. What the model can't or may not answer, the knowledge base does. The answer, what is remembered
//! of it and its record are one transaction, which holds only as long as the conversation is as it was read: whoever says
//! `forget` or STOP meanwhile hears nothing. A record fails only where its entry could not be claimed; what goes wrong after
//! that is taken up at the lease's end, and holds up nobody's next question.

mod answer;
mod gate;
mod knowledge;
mod model;
mod moment;
mod setup;

use std::sync::Arc;
use std::time::Duration;

use aws::batch::{self, Again, Consumer, NotSqs};
use aws::clock::Clock;
use aws::queue::{Queue, QueueMessage, QueueName};
use aws::refreshed::Refreshed;
use aws::tables::{AskClaim, Tables};
use aws::telemetry;
use aws_lambda_events::sqs::SqsBatchResponse;
use domain::ids::EntryKey;
use domain::policy::{ASK_LEASE, MODEL_BUDGET_MS};
use lambda_runtime::LambdaEvent;

pub use gate::Watch;
pub use knowledge::{Knowledge, Words};

/// The model's whole time, and what is read and written around it.
const NEEDS_MS: i64 = MODEL_BUDGET_MS.cast_signed() + 10_000;

/// All that the function needs, made once.
#[derive(Debug)]
pub struct App {
    pub clock: Clock,
    pub tables: Tables,
    pub queue: Arc<dyn Queue>,
    /// None: no model is connected, and the knowledge base answers alone.
    pub maple: Option<Refreshed<maple::Client>>,
    pub gate: Watch,
    pub knowledge: Knowledge,
    /// Who waits so long is told that an answer is on its way.
    pub moment: Duration,
}

/// Answers what the batch's records name, and says which of them must come again.
pub async fn handle(
    app: &App,
    event: LambdaEvent<serde_json::Value>,
) -> Result<SqsBatchResponse, NotSqs> {
    let consumer = Consumer {
        consumes: QueueName::Ask,
        queue: &*app.queue,
        clock: &app.clock,
        needs_ms: NEEDS_MS,
    };
    batch::each_entry(event, consumer, |key| one(app, key)).await
}

async fn one(app: &App, key: EntryKey) -> Result<(), Again> {
    let now = app.clock.now();
    let lease_until = now.plus(ASK_LEASE);
    match app.tables.claim_ask(&key, now, lease_until).await? {
        AskClaim::Mine { asked, attempt } => {
            let answered = Box::pin(answer::run(app, &key, &asked, attempt)).await;
            if let Err(error) = answered {
                telemetry::failure("answer", &error);
                telemetry::count("answer_put_off");
            }
            Ok(())
        }
        // Whoever did the work may not have come this far.
        AskClaim::Done { gave } => publish(app, &gave).await,
        // Whoever has the lease answers, or the relay finds the question at its end.
        AskClaim::NotDue(_) | AskClaim::Nothing => Ok(()),
    }
}

async fn publish(app: &App, entries: &[EntryKey]) -> Result<(), Again> {
    let tickets: Vec<_> = entries
        .iter()
        .map(|key| QueueMessage::now(key, 0))
        .collect();
    if !tickets.is_empty() {
        app.queue.send(QueueName::Send, &tickets).await?;
    }
    Ok(())
}
