//! Wakes what waits. Each record of the `wake` queue names an entry to look at; every minute the relay looks at all
//! that the due index proposes, so that nothing depends on a ticket having arrived.
//!
//! Looking is harmless however often it happens: the entry and the clock decide what is done, conditionally.
//!
//! With the relay, now and then, what people wrote and nobody took is found in Twilio's list and posted to the webhook.

mod alert;
mod announce;
mod callbacks;
mod doubt;
mod parts;
mod recovery;
mod release;
mod repost;
mod setup;

use std::sync::Arc;

use aws::batch::{self, Again, Consumer, NotSqs};
use aws::clock::Clock;
use aws::queue::{Queue, QueueMessage, QueueName};
use aws::refreshed::Refreshed;
use aws::tables::{TableError, Tables};
use aws::telemetry;
use aws::topic::Topic;
use domain::ids::EntryKey;
use domain::outbox::{Delivery, Kind};
use domain::policy::RELAY_SHARD_PAGE;
use futures::TryFutureExt;
use futures::future::join4;
use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::{Value, json};
use tracing::Instrument;
use twilio::repost::Webhook;
use twilio::signature::AuthToken;

/// One look with a listing at Twilio.
const NEEDS_MS: i64 = 20_000;

/// All that the function needs, made once.
#[derive(Debug)]
pub struct App {
    pub clock: Clock,
    pub tables: Tables,
    pub queue: Arc<dyn Queue>,
    pub twilio: Refreshed<twilio::client::Client>,
    /// Signs what is posted in Twilio's place.
    pub auth_token: Refreshed<AuthToken>,
    pub webhook: Webhook,
    /// How many people an announcement is written for in a minute.
    pub announce_per_minute: u32,
    /// Where whoever is at support hears that a customer waits, if the operator has named a topic.
    pub support_topic: Option<Topic>,
}

/// Why an invocation failed.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(transparent)]
    NotSqs(#[from] NotSqs),
    /// Told in the log already. What could be done of the round is done; the next minute tries the rest.
    #[error("a part of the round failed")]
    Round,
}

impl From<Failed> for Diagnostic {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::NotSqs(error) => error.into(),
            Failed::Round => Self {
                error_type: "RoundFailed".to_owned(),
                error_message: failed.to_string(),
            },
        }
    }
}

/// An event of the `wake` queue is answered with the records that must come again, one of the schedule with how many
/// entries were looked at, how many missed messages the webhook has taken, and how many people an announcement was
/// written for.
///
/// # Errors
///
/// Where the tables failed a part of the schedule's round: nobody repeats it, and nothing else would tell.
pub async fn handle(app: &App, event: LambdaEvent<Value>) -> Result<Value, Failed> {
    if event.payload.get("Records").is_some() {
        let consumer = Consumer {
            consumes: QueueName::Wake,
            queue: &*app.queue,
            clock: &app.clock,
            needs_ms: NEEDS_MS,
        };
        let response =
            batch::each_entry(event, consumer, |key| attend(app, key, Found::ByTicket)).await?;
        return Ok(serde_json::to_value(response).unwrap_or_default());
    }
    let deadline = batch::deadline(&event.context, app.clock.millis());
    let (looked_at, recovered, announced, watched) = Box::pin(join4(
        relay(app, deadline),
        recovery::run(app, deadline),
        announce::run(app, deadline),
        watch_sending(app),
    ))
    .await;
    // Each is told before any of them ends the round.
    let (looked_at, recovered, announced, watched) = (
        told("relay", looked_at),
        told("recovery", recovered),
        told("announce", announced),
        told("sending", watched),
    );
    let (looked_at, recovered, announced) = (looked_at?, recovered?, announced?);
    watched?;
    telemetry::count("relay_done");
    Ok(json!({ "looked_at": looked_at, "recovered": recovered, "announced": announced }))
}

fn told<T, E: std::error::Error + 'static>(
    what: &'static str,
    part: Result<T, E>,
) -> Result<T, Failed> {
    part.map_err(|error| {
        telemetry::failure(what, &error);
        Failed::Round
    })
}

/// As long as nothing may be sent, each minute says so.
async fn watch_sending(app: &App) -> Result<(), TableError> {
    let gate = app.tables.gates().read(app.clock.now()).await?;
    if gate.stopped.is_some() {
        telemetry::count("sending_stopped");
    }
    Ok(())
}

/// One round over everything due. An entry that fails is left for the next round.
async fn relay(app: &App, deadline: i64) -> Result<usize, TableError> {
    let due = app.tables.due(app.clock.now(), RELAY_SHARD_PAGE).await?;
    let mut looked_at = 0;
    for key in due {
        if deadline.saturating_sub(app.clock.millis()) < NEEDS_MS {
            telemetry::count("relay_out_of_time");
            break;
        }
        let about = telemetry::about(&key);
        let attended = attend(app, key, Found::ByRelay).inspect_err(|error| {
            telemetry::failure("relay", error);
            telemetry::count("record_failed");
        });
        // What went wrong has been told; the next minute tries again.
        let _ = attended.instrument(about).await;
        looked_at += 1;
    }
    Ok(looked_at)
}

/// How an entry was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    ByTicket,
    ByRelay,
}

/// Does for one entry whatever its state and the clock call for.
async fn attend(app: &App, key: EntryKey, found: Found) -> Result<(), Again> {
    let now = app.clock.now();
    let Some((standing, meant)) = app.tables.standing(&key, now).await? else {
        return Ok(());
    };
    if let Some(due) = standing.due_at.filter(|due| now < *due) {
        app.queue
            .send(
                QueueName::Wake,
                &[QueueMessage::later(&key, due.since(now))],
            )
            .await?;
        return Ok(());
    }
    match (standing.delivery, standing.kind) {
        (Delivery::Pending, Kind::Send) => {
            if let Some(before) = &standing.part_before {
                return parts::attend(app, &key, before, now).await;
            }
            // The same attempt published again within five minutes is swallowed by the queue.
            app.queue
                .send(QueueName::Send, &[QueueMessage::now(&key, standing.turn)])
                .await?;
        }
        // Many wait for the same hour: tickets are worked side by side, and the relay has others to find.
        (Delivery::Pending, Kind::Expire) if standing.releases && found == Found::ByRelay => {
            app.queue
                .send(QueueName::Wake, &[QueueMessage::later(&key, 0)])
                .await?;
        }
        (Delivery::Pending | Delivery::Done, Kind::Expire) if standing.releases => {
            Box::pin(release::run(app, &key)).await?;
        }
        (Delivery::Pending, Kind::Expire) if standing.asks => {
            app.queue
                .send(QueueName::Ask, &[QueueMessage::now(&key, standing.turn)])
                .await?;
        }
        (Delivery::Pending, Kind::Expire) if standing.alert.is_some() => {
            if let Some(alert) = &standing.alert {
                alert::run(app, &key, alert, now).await?;
            }
        }
        (Delivery::Pending, Kind::Expire) => {
            let queue = if standing.watches {
                QueueName::Watch
            } else {
                QueueName::Expire
            };
            app.queue
                .send(queue, &[QueueMessage::later(&key, 0)])
                .await?;
        }
        (Delivery::Sending, _) if standing.lease_until.is_none_or(|until| until <= now) => {
            telemetry::count("send_unknown");
            app.tables.doubt(&key, now).await?;
            app.queue
                .send(QueueName::Wake, &[QueueMessage::later(&key, 0)])
                .await?;
        }
        (Delivery::Unknown, _) if standing.due_at.is_some() => {
            if let Some(meant) = meant {
                doubt::resolve(app, &key, &standing.doubt, &meant, now).await?;
            }
        }
        (Delivery::Queued | Delivery::Sent, Kind::Send) if standing.due_at.is_some() => {
            callbacks::ask(app, &key, &standing, now).await?;
        }
        _ => {}
    }
    Ok(())
}
