//! Twilio's webhooks: what people write, and what became of what we sent.
//!
//! `POST /whatsapp/webhook` answers 200 with empty TwiML once the message and everything that follows from it is
//! stored, 403 for a request that Twilio did not sign for us, 503 when nothing could be stored, so that Twilio tries
//! again. `POST /whatsapp/status/{entry}` and `POST /whatsapp/status` answer 204, 403 or 503. `POST /whatsapp/debugger`, for
//! Twilio's debugger, answers 204 or 403.

mod debugger;
mod message;
mod setup;
mod status;

use aws::refreshed::Refreshed;
use aws::tables::TableError;
use aws::telemetry;
use domain::address::WhatsAppAddress;
use lambda_http::http::{Method, StatusCode, header};
use lambda_http::{Body, Request, Response};
use talk::Talk;
use tracing::Instrument;
use tracing::field::Empty;
use twilio::form::Form;
use twilio::signature::{self, AuthToken, SignatureError};

const WEBHOOK: &str = "/whatsapp/webhook";
const STATUS: &str = "/whatsapp/status";
const DEBUGGER: &str = "/whatsapp/debugger";
const EMPTY_TWIML: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response></Response>"#;
/// Twilio's forms are below 20 kB.
const LARGEST_BODY: usize = 64 * 1024;
/// What its debugger tells repeats a whole request and its answer, escaped twice.
const LARGEST_EVENT: usize = 256 * 1024;

/// All that the function needs, made once.
#[derive(Debug)]
pub struct App {
    pub talk: Talk,
    /// Every token that may sign: current, coming, former.
    pub auth_tokens: Refreshed<Vec<AuthToken>>,
    pub account_sid: String,
    /// The bot's own address.
    pub sender: WhatsAppAddress,
}

/// Why a webhook could not be dealt with. Twilio is told to try again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Talk(#[from] talk::Fault),
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Answers one request of the HTTP API. Every line of its log names the message and the entry it is about.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    let span = tracing::info_span!(target: "webhook", "request", message_sid = Empty, person = Empty, entry = Empty, status = Empty);
    let mut response = respond(app, request).instrument(span.clone()).await;
    span.record("status", response.status().as_u16());
    harden(response.headers_mut());
    response
}

/// Twilio needs none of these; whoever else comes by gets nothing that a browser would keep, guess at or show in a frame.
fn harden(headers: &mut header::HeaderMap) {
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
}

async fn respond(app: &App, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let entry = path
        .strip_prefix(STATUS)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let known = path == WEBHOOK || path == DEBUGGER || entry.is_some();
    if request.method() != Method::POST || !known {
        return answer(StatusCode::NOT_FOUND, "");
    }
    let largest = if path == DEBUGGER {
        LARGEST_EVENT
    } else {
        LARGEST_BODY
    };
    if request.body().len() > largest {
        telemetry::count("body_too_large");
        return answer(StatusCode::PAYLOAD_TOO_LARGE, "");
    }
    let form = Form::parse(request.body());
    if let Err(error) = verify(app, &request, &form, &path).await {
        telemetry::count("signature_refused");
        tracing::warn!(target: "webhook", outcome = %error);
        return answer(StatusCode::FORBIDDEN, "");
    }
    if path == DEBUGGER {
        return debugger::receive(app, request.body());
    }
    let outcome = match entry {
        Some(entry) => status::receive(app, entry, &form).await,
        None => message::receive(app, &form).await,
    };
    match outcome {
        Ok(response) => response,
        Err(fault) => {
            telemetry::failure("webhook", &fault);
            answer(StatusCode::SERVICE_UNAVAILABLE, "")
        }
    }
}

/// A signature that no known token made may be of one that is new: the tokens are read again, now and then.
async fn verify(
    app: &App,
    request: &Request,
    form: &Form<'_>,
    path: &str,
) -> Result<(), SignatureError> {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    // Our routes have no query; one that was added is part of what Twilio would have signed.
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let url = format!("{}{path}{query}", app.talk.public_base_url);
    let (content_type, claimed) = (header("content-type"), header("x-twilio-signature"));
    let check = |tokens: &[AuthToken]| {
        if signature::is_form(content_type) {
            signature::verify_form(tokens, &url, form, claimed)
        } else {
            signature::verify(tokens, &url, request.body(), content_type, claimed)
        }
    };
    let outcome = check(&app.auth_tokens.current());
    if outcome == Err(SignatureError::Mismatch)
        && let Some(tokens) = app.auth_tokens.refresh(app.talk.clock.now()).await
    {
        return check(&tokens);
    }
    outcome
}

fn answer(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(if text.is_empty() {
        Body::Empty
    } else {
        Body::from(text)
    });
    *response.status_mut() = status;
    response
}

fn empty_twiml() -> Response<Body> {
    let mut response = answer(StatusCode::OK, EMPTY_TWIML);
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/xml; charset=utf-8"),
    );
    response
}
