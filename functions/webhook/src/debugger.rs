//! Twilio's debugger tells what went wrong between Twilio and us: a metric, and an alarm where messages are lost.

use aws::telemetry;
use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use twilio::debugger::DebuggerEvent;

use crate::{App, answer};

/// Answered whatever it says: Twilio tells of what fails here as of all else, and would tell of that again.
pub(crate) fn receive(app: &App, body: &[u8]) -> Response<Body> {
    match DebuggerEvent::parse(body) {
        Ok(event) if event.account_sid == app.account_sid => {
            telemetry::debugger(event.error_code, event.is_ours());
        }
        Ok(_) => telemetry::count("message_for_somebody_else"),
        Err(error) => {
            telemetry::count("callback_not_understood");
            telemetry::failure("debugger", &error);
        }
    }
    answer(StatusCode::NO_CONTENT, "")
}
