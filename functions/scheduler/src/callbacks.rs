//! Asking Twilio for the delivery callback that never came.

use aws::queue::{QueueMessage, QueueName};
use aws::tables::{Report, Standing};
use aws::telemetry;
use domain::ids::{EntryKey, MessageSid};
use domain::outbox::Delivery;
use domain::recovery::ask_again_in;
use domain::time::Moment;
use twilio::list::{Fetched, ListError};
use twilio::repost::Post;

use crate::{Again, App, repost};

/// Fetches the entry's message by its SID. What Twilio says of it goes to the webhook as the callback would have, with
/// all that follows from it; after that nobody asks again. An entry that is no more than `sent` then stays so, unless a
/// callback comes late: a number that has blocked us looks like that.
pub(crate) async fn ask(
    app: &App,
    key: &EntryKey,
    standing: &Standing,
    now: Moment,
) -> Result<(), Again> {
    let Some(sid) = &standing.sid else {
        return close(app, key).await;
    };
    // What was found in Twilio's list may have been an equal message's, whose own callbacks came later.
    if app.tables.give_back(key, sid, now).await? {
        telemetry::count("send_given_back");
        let ticket = QueueMessage::later(key, 0);
        app.queue.send(QueueName::Wake, &[ticket]).await?;
        return Ok(());
    }
    // A receipt may have come to the address that names no entry.
    if let Some((delivery, error_code)) = app.tables.orphan(&key.person, sid, now).await?
        && matches!(delivery, Delivery::Delivered | Delivery::Read)
    {
        let report = Report::of(delivery, sid, error_code);
        app.tables.report(key, &report, now).await?;
        return Ok(());
    }
    let news = match fetch(app, sid, now).await {
        Ok(news) => news,
        Err(error) => {
            telemetry::failure("callback", &error);
            return ask_later(app, key, standing, now).await;
        }
    };
    match news.status.delivery() {
        // Still on its way; Twilio may hold it for hours.
        None | Some(Delivery::Queued) => return ask_later(app, key, standing, now).await,
        Some(delivery) if delivery == standing.delivery => {}
        Some(_) => {
            let entry = key;
            if let Err(error) = repost::post(app, Post::Status { entry, sid, news }).await {
                telemetry::failure("callback", &error);
                return ask_later(app, key, standing, now).await;
            }
            telemetry::count("callback_found");
        }
    }
    close(app, key).await
}

async fn fetch(app: &App, sid: &MessageSid, now: Moment) -> Result<Fetched, ListError> {
    match app.twilio.current().fetch(sid).await {
        Err(ListError::Refused(401)) => match app.twilio.refresh(now).await {
            Some(client) => client.fetch(sid).await,
            None => Err(ListError::Refused(401)),
        },
        result => result,
    }
}

async fn ask_later(
    app: &App,
    key: &EntryKey,
    standing: &Standing,
    now: Moment,
) -> Result<(), Again> {
    match ask_again_in(standing.doubt.claimed_at, now) {
        Some(wait) => {
            app.tables.ask_later(key, now.plus(wait)).await?;
            Ok(())
        }
        None => close(app, key).await,
    }
}

async fn close(app: &App, key: &EntryKey) -> Result<(), Again> {
    if app.tables.close_unconfirmed(key).await? {
        telemetry::count("send_unconfirmed");
    }
    Ok(())
}
