//! Finding out what became of an entry that Twilio may or may not have taken.

use aws::queue::{QueueMessage, QueueName};
use aws::tables::{Meant, Report};
use aws::telemetry;
use domain::ids::EntryKey;
use domain::outbox::{Doubt, NextLook, Reply};
use domain::policy::{DOUBT_CLOCKS_DIFFER, DOUBT_GAP, SEND_LEASE};
use domain::sending::Because;
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
    let others = app.tables.others(key, now).await?;
    // The oldest that fits is ours: a later one may be the answer to a repeated question.
    let latest = doubt.claimed_at.plus(SEND_LEASE + DOUBT_CLOCKS_DIFFER);
    let wordings = wordings(&meant.reply);
    let found = listed.into_iter().rev().find(|message| {
        message.created_at <= latest
            && wordings.contains(&message.body)
            && !others.sids.contains(&message.sid)
    });
    match found {
        // Another entry of this person is being sent right now: the message may be its.
        Some(_) if others.being_sent => {
            look_later(app, key, doubt, doubt.unanswered(now), now).await
        }
        Some(message) => {
            if app.tables.adopt(key, &message.sid, now).await? {
                telemetry::count("send_found");
                return Ok(());
            }
            look_later(app, key, doubt, doubt.unanswered(now), now).await
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
        NextLook::After { absences } => again_in(app, key, doubt, absences, DOUBT_GAP, now).await?,
        NextLook::AfterWait(wait) => again_in(app, key, doubt, doubt.absences, wait, now).await?,
        NextLook::TooLate => {
            let report = Report::dropped(Because::TooLate);
            if app.tables.report(key, &report, now).await? {
                telemetry::count(Because::TooLate.metric());
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

async fn again_in(
    app: &App,
    key: &EntryKey,
    doubt: &Doubt,
    absences: u32,
    wait: i64,
    now: Moment,
) -> Result<(), Again> {
    if app
        .tables
        .look_again(key, doubt.absences, absences, now.plus(wait))
        .await?
    {
        app.queue
            .send(QueueName::Wake, &[QueueMessage::later(key, wait)])
            .await?;
    }
    Ok(())
}

/// Every way the message may read at Twilio: as it was written, or as the template that tells the same.
fn wordings(reply: &Reply) -> Vec<String> {
    let mut wordings = vec![reply.text.clone()];
    if let Some((name, variables)) = twilio::content::of_reply(reply) {
        let languages = twilio::content::LANGUAGES.into_iter();
        wordings.extend(
            languages.map(|language| twilio::content::rendered(name, language, &variables)),
        );
    }
    wordings
}
