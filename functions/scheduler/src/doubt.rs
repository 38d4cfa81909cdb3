//! Finding out what became of an entry that Twilio may or may not have taken.

use aws::queue::{QueueMessage, QueueName};
use aws::tables::{Meant, Report};
use aws::telemetry;
use domain::ids::EntryKey;
use domain::outbox::{Delivery, Doubt, NextLook};
use domain::policy::{DOUBT_CLOCKS_DIFFER, DOUBT_GAP};
use domain::time::Moment;
use twilio::list::ListError;

use crate::{Again, App};

/// Looks through Twilio's own list. What is found there is adopted; what is absent twice, a minute apart, is sent once
/// more; what can't be decided stays unknown, and somebody is told.
pub(crate) async fn resolve(
    app: &App,
    key: &EntryKey,
    doubt: &Doubt,
    meant: &Meant,
    now: Moment,
) -> Result<(), Again> {
    let since = doubt.claimed_at.plus(-DOUBT_CLOCKS_DIFFER);
    let mut listed = app.twilio.current().sent_to(&meant.to, since).await;
    if let Err(ListError::Refused(401)) = &listed
        && let Some(client) = app.twilio.refresh(now).await
    {
        listed = client.sent_to(&meant.to, since).await;
    }
    let listed = match listed {
        Ok(listed) => listed,
        Err(error) => {
            telemetry::failure("reconcile", &error);
            return look_later(app, key, doubt, doubt.unanswered(now), now).await;
        }
    };
    let taken = app.tables.sids_of(&key.person).await?;
    // The oldest that fits is ours: a later one may be the answer to a repeated question.
    let found = listed
        .into_iter()
        .rev()
        .find(|message| message.body == meant.text && !taken.contains(&message.sid));
    match found {
        Some(message) => {
            let report = Report {
                delivery: Delivery::Queued,
                sid: Some(&message.sid),
                error_code: None,
            };
            app.tables.report(key, &report).await?;
            telemetry::count("send_found");
            Ok(())
        }
        None => look_later(app, key, doubt, doubt.absent(now), now).await,
    }
}

async fn look_later(
    app: &App,
    key: &EntryKey,
    doubt: &Doubt,
    next: NextLook,
    now: Moment,
) -> Result<(), Again> {
    match next {
        NextLook::After { absences } => {
            if app
                .tables
                .look_again(key, doubt.absences, absences, now.plus(DOUBT_GAP))
                .await?
            {
                app.queue
                    .send(QueueName::Wake, &[QueueMessage::later(key, DOUBT_GAP)])
                    .await?;
            }
        }
        NextLook::SendAgain => {
            if app.tables.send_again(key, doubt.absences, now).await? {
                telemetry::count("send_again");
                app.queue
                    .send(QueueName::Wake, &[QueueMessage::later(key, 0)])
                    .await?;
            }
        }
        NextLook::GiveUp => {
            if app.tables.give_up(key).await? {
                telemetry::count("send_undecided");
            }
        }
    }
    Ok(())
}
