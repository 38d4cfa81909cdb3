//! Delivery callbacks: Twilio tells what became of a message. They come late, twice and in any order.

use aws::tables::Report;
use aws::telemetry;
use domain::ids::EntryKey;
use domain::outbox::Delivery;
use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use twilio::action;
use twilio::status::{MessageStatus, StatusCallback};

use crate::{App, Fault, answer};

/// `rest` is what follows `/whatsapp/status`: `/{entry}`, or nothing for messages that were not sent by an entry.
pub(crate) async fn receive(app: &App, rest: &str, body: &[u8]) -> Result<Response<Body>, Fault> {
    let done = || Ok(answer(StatusCode::NO_CONTENT, ""));
    let callback = match StatusCallback::parse(body) {
        Ok(callback) => callback,
        Err(error) => {
            telemetry::count("callback_not_understood");
            telemetry::failure("callback", &error);
            return done();
        }
    };
    let Some(delivery) = delivery_of(callback.status) else {
        telemetry::count("callback_not_understood");
        return done();
    };
    let Some(entry) = rest
        .strip_prefix('/')
        .and_then(|entry| EntryKey::parse(entry).ok())
    else {
        telemetry::count("callback_without_entry");
        return done();
    };
    let report = Report {
        delivery,
        sid: Some(&callback.message_sid),
        error_code: callback.error_code,
    };
    let raised = app.tables.report(&entry, &report).await?;
    if raised && matches!(delivery, Delivery::Failed | Delivery::Undelivered) {
        telemetry::count("delivery_failed");
        if callback
            .error_code
            .is_some_and(|code| action::of_code(code).alarms())
        {
            telemetry::count("delivery_failed_alarm");
        }
    }
    done()
}

fn delivery_of(status: MessageStatus) -> Option<Delivery> {
    Some(match status {
        MessageStatus::Accepted
        | MessageStatus::Scheduled
        | MessageStatus::Queued
        | MessageStatus::Sending => Delivery::Queued,
        MessageStatus::Sent => Delivery::Sent,
        MessageStatus::Delivered | MessageStatus::PartiallyDelivered => Delivery::Delivered,
        MessageStatus::Read => Delivery::Read,
        MessageStatus::Failed | MessageStatus::Canceled => Delivery::Failed,
        MessageStatus::Undelivered => Delivery::Undelivered,
        MessageStatus::Unknown => return None,
    })
}
