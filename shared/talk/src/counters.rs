//! What is counted of the messages that are heard here, and what staff are told of it.

use aws::queue::QueueName;
use aws::tables::{Known, TableError};
use aws::telemetry;
use domain::conversation::{HeardAs, ModelStands, QueueDepth, Status};
use domain::counts::{self, DayCounts};
use domain::policy::TRUTH_AFTER;
use domain::time::Moment;
use futures::future::{try_join, try_join_all};

use crate::Talk;

/// A message was dealt with, for the first time.
pub(crate) fn heard(talk: &Talk, heard_as: Option<HeardAs>, now: Moment) {
    talk.traffic.count(counts::HEARD, now);
    if let Some(heard_as) = heard_as {
        let name = format!("{}{}", counts::COMMAND, heard_as.command);
        talk.traffic.count(&name, now);
    }
}

/// What was counted on the last days, by this instance up to now. For staff alone: a call to the table for each day, and
/// one to write what this instance has not written yet.
pub(crate) async fn report(
    talk: &Talk,
    days: u32,
    now: Moment,
) -> Result<Vec<DayCounts>, TableError> {
    talk.traffic.flush_all(&talk.tables, now).await;
    talk.tables.day_counts(days, now).await
}

/// How everything stands. For staff alone: 17 calls to the tables beside those of a report, and two for each queue, of
/// which those to the queues may fail.
/// How the model stands that answers questions.
pub(crate) async fn model(talk: &Talk, now: Moment) -> Result<ModelStands, TableError> {
    let gates = talk.tables.gates();
    let asked = talk.tables.questions_this_hour(now);
    let (gate, asked_this_hour) = try_join(gates.model(now), asked).await?;
    Ok(ModelStands {
        connected: talk.assistant,
        breaker: gate.breaker,
        off_since: gate.off_since,
        asked_this_hour,
    })
}

pub(crate) async fn status(talk: &Talk, known: &Known, now: Moment) -> Result<Status, TableError> {
    let gates = talk.tables.gates();
    let (gate, overdue) = try_join(gates.read(now), talk.tables.overdue_since(now)).await?;
    let today = report(talk, 1, now).await?.into_iter().next();
    let depths = QueueName::ALL.map(|queue| async move {
        let depth = talk.queue.depth(queue).await?;
        Ok(QueueDepth {
            name: queue.as_str(),
            waiting: depth.waiting,
            dead: depth.dead,
        })
    });
    let depths: Result<_, aws::queue::DepthError> = try_join_all(depths).await;
    if let Err(error) = &depths {
        telemetry::failure("status", error);
    }
    Ok(Status {
        release: talk.release.clone(),
        flash: known.flash_breaker,
        twilio: gate.breaker,
        stopped: gate.stopped.map(|stopped| (stopped.code, stopped.at)),
        queues: depths.ok(),
        // What has only just become due is about to be done.
        overdue_since: overdue.filter(|since| now.since(*since) >= TRUTH_AFTER),
        counts: today.map(|today| today.counts).unwrap_or_default(),
    })
}
