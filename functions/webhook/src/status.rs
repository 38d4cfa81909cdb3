//! Delivery callbacks: Twilio tells what became of a message. They come late, twice and in any order.

use aws::tables::{OnceMore, Report};
use aws::telemetry;
use domain::counts;
use domain::ids::{EntryKey, MessageSid};
use domain::outbox::Delivery;
use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use twilio::action::{self, Action, Undelivered};
use twilio::form::Form;
use twilio::status::StatusCallback;

use crate::{App, Fault, answer};

/// `rest` is what follows `/whatsapp/status`: `/{entry}`, or nothing for messages whose entry Twilio does not name.
pub(crate) async fn receive(
    app: &App,
    rest: &str,
    form: &Form<'_>,
) -> Result<Response<Body>, Fault> {
    let done = || Ok(answer(StatusCode::NO_CONTENT, ""));
    let callback = match StatusCallback::read(form) {
        Ok(callback) => callback,
        Err(error) => {
            telemetry::count("callback_not_understood");
            telemetry::failure("callback", &error);
            return done();
        }
    };
    tracing::Span::current().record("message_sid", callback.message_sid.as_str());
    let Some(delivery) = callback.status.delivery() else {
        telemetry::count("callback_not_understood");
        return done();
    };
    let now = app.talk.clock.now();
    let report = Report::of(delivery, &callback.message_sid, callback.error_code);
    let Some(entry) = rest
        .strip_prefix('/')
        .and_then(|entry| EntryKey::parse(entry).ok())
    else {
        telemetry::count("callback_without_entry");
        if let Some(to) = &callback.to {
            let person = app.talk.tables.keys().person(to);
            app.talk.tables.keep_orphan(&person, &report, now).await?;
        }
        return done();
    };
    tracing::Span::current().record("entry", entry.to_string());
    let failed = matches!(delivery, Delivery::Failed | Delivery::Undelivered);
    let action = callback.error_code.map(action::of_code);
    if let (true, Some(action)) = (failed, action)
        && once_more(app, &entry, &callback.message_sid, action, &callback).await?
    {
        return done();
    }
    // Before the report, so that a stop that could not be written is told again.
    if failed && action == Some(Action::StopSending) {
        stop_all(app, &entry, &callback.message_sid, callback.error_code).await?;
    }
    if app.talk.tables.report(&entry, &report, now).await? && failed {
        telemetry::count("delivery_failed");
        let code = callback
            .error_code
            .map_or("unknown".to_owned(), |code| code.to_string());
        let name = format!("{}delivery_{code}", counts::FAILED);
        app.talk.traffic.count(&name, now);
        if action.is_some_and(Action::alarms) {
            telemetry::count("delivery_failed_alarm");
        }
        if action == Some(Action::TemplateUnusable) {
            telemetry::count("template_unusable");
        }
    }
    if action == Some(Action::OptedOut) && failed {
        opted_out(app, &entry, &callback.message_sid).await?;
    }
    done()
}

/// WhatsApp or Twilio has shut us out, and says so of a message that is ours and still on its way.
async fn stop_all(
    app: &App,
    key: &EntryKey,
    sid: &MessageSid,
    error_code: Option<u32>,
) -> Result<(), Fault> {
    let now = app.talk.clock.now();
    let (Some(code), Some((entry, delivery))) =
        (error_code, app.talk.tables.sent_entry(key, now).await?)
    else {
        return Ok(());
    };
    let ours = entry.sid.as_ref().is_none_or(|known| known == sid)
        && (Delivery::Sending.rank()..Delivery::Failed.rank()).contains(&delivery.rank());
    if ours && app.talk.tables.gates().stop(code, now).await? {
        telemetry::count("sending_stopped");
    }
    Ok(())
}

/// The person told Twilio STOP. Twilio may say so long after, so it counts only against what they said before.
async fn opted_out(app: &App, key: &EntryKey, sid: &MessageSid) -> Result<(), Fault> {
    let now = app.talk.clock.now();
    let entry = app.talk.tables.sent_entry(key, now).await?;
    let Some((entry, _)) = entry.filter(|(entry, _)| entry.sid.as_ref() == Some(sid)) else {
        return Ok(());
    };
    let sent_at = entry.claimed_at.unwrap_or(entry.created_at);
    let tables = &app.talk.tables;
    if tables.opted_out_at_twilio(key, sent_at, now).await? {
        telemetry::count("opted_out_at_twilio");
    }
    Ok(())
}

/// A failure that is no end: the entry waits for another sending. False if it is one.
async fn once_more(
    app: &App,
    key: &EntryKey,
    sid: &MessageSid,
    action: Action,
    callback: &StatusCallback,
) -> Result<bool, Fault> {
    let now = app.talk.clock.now();
    if !matches!(
        action,
        Action::RetryLater
            | Action::RetryMuchLater
            | Action::RetryOnce
            | Action::UseTemplate
            | Action::PlainText
            | Action::WithoutMedia
    ) {
        return Ok(false);
    }
    let Some((entry, _)) = app.talk.tables.sent_entry(key, now).await? else {
        return Ok(false);
    };
    if action == Action::UseTemplate {
        let sent_at = entry.claimed_at.unwrap_or(entry.created_at);
        app.talk
            .tables
            .close_window(&key.person, sent_at, now)
            .await?;
    }
    let message = Undelivered {
        class: entry.reply.class,
        shape: entry.shape,
        failures: entry.failures,
        has_buttons: entry.reply.has_buttons(),
        has_picture: entry.reply.picture.is_some(),
        has_template: entry.reply.has_template(),
    };
    let Some((wait, shape)) = action.once_more(&message) else {
        return Ok(false);
    };
    let again = OnceMore {
        sid,
        error_code: callback.error_code,
        failures: entry.failures,
        due_at: now.plus(wait),
        shape,
    };
    let again = app.talk.tables.once_more(key, &again).await?;
    if again {
        telemetry::count("delivery_retried");
    }
    Ok(again)
}
