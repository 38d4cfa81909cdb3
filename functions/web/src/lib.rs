//! What people and operators open in a browser: the link page, its captcha frame, and the health of the whole.
//!
//! `GET /link/{token}` shows the page and consumes nothing; `POST /link/{token}/credential` takes the key that the page
//! minted at Flash and answers with a code; `GET /confirm/{token}` is the same page where somebody must prove anew that
//! the account is theirs, `POST /confirm/{token}/proof` what it brings; `GET` and `POST /export/{token}`
//! give what is kept of somebody; `GET /qr/{name}` is a picture of an invoice; `GET /link/captcha-frame` is the captcha's own frame; `GET /health` says
//! that the function lives and, with `?deep=1`, how what it stands on is doing. `POST /flash/events` is for Flash alone.

mod credential;
mod events;
mod export;
mod health;
mod origin;
mod page;
mod proof;
mod qr;
mod setup;

use std::sync::Arc;

use aws::clock::Clock;
use aws::queue::Queue;
use aws::refreshed::Refreshed;
use aws::tables::Tables;
use lambda_http::http::header::{self, HeaderName, HeaderValue};
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, Response};
use secrecy::SecretString;
use talk::Talk;
use tracing::Instrument;

use page::Page;

pub use health::Health;
pub use setup::bot_number;

/// All that the function needs, made once.
#[derive(Debug)]
pub struct App {
    pub clock: Clock,
    pub tables: Tables,
    pub queue: Arc<dyn Queue>,
    pub flash: flash::Client,
    /// What answers a command that waited for a proof.
    pub talk: Talk,
    /// Where browsers reach Flash, and the credential route.
    pub flash_url: String,
    pub public_base_url: String,
    /// The bot's number, digits only, for links back to the chat.
    pub bot_number: String,
    pub geetest_script_url: String,
    /// An account of another phone than the chat's may be linked, once the person has confirmed it.
    pub allow_other_phone: bool,
    /// Where the link page is hosted, if not by us.
    pub link_page_url: Option<String>,
    /// Every secret with which Flash's events may be signed. None: they don't come this way.
    pub signing_secrets: Option<Refreshed<Vec<SecretString>>>,
    pub health: Health,
}

/// What was asked for.
enum Route {
    Health,
    CaptchaFrame,
    Link { token: String },
    Credential { token: String },
    Confirm { token: String },
    Proof { token: String },
    Export { token: String },
    ExportFile { token: String },
    Picture { name: String },
    FlashEvents,
    Nothing,
}

impl Route {
    fn of(method: &Method, path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match (method, segments.as_slice()) {
            (&Method::GET, ["health"]) => Self::Health,
            (&Method::GET, ["link", "captcha-frame"]) => Self::CaptchaFrame,
            (&Method::GET, ["link", token]) => Self::Link {
                token: (*token).to_owned(),
            },
            (&Method::POST, ["link", token, "credential"]) => Self::Credential {
                token: (*token).to_owned(),
            },
            (&Method::GET, ["confirm", token]) => Self::Confirm {
                token: (*token).to_owned(),
            },
            (&Method::POST, ["confirm", token, "proof"]) => Self::Proof {
                token: (*token).to_owned(),
            },
            (&Method::GET, ["export", token]) => Self::Export {
                token: (*token).to_owned(),
            },
            (&Method::POST, ["export", token]) => Self::ExportFile {
                token: (*token).to_owned(),
            },
            (&Method::GET | &Method::HEAD, ["qr", name]) => Self::Picture {
                name: (*name).to_owned(),
            },
            (&Method::POST, ["flash", "events"]) => Self::FlashEvents,
            _ => Self::Nothing,
        }
    }
}

/// Answers one request of the HTTP API.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    let span = tracing::info_span!(target: "web", "request", status = tracing::field::Empty);
    let response = Box::pin(respond(app, request))
        .instrument(span.clone())
        .await;
    span.record("status", response.status().as_u16());
    response
}

async fn respond(app: &App, request: Request) -> Response<Body> {
    let mut response = match Route::of(request.method(), request.uri().path()) {
        _ if request.method() == Method::POST && !origin::is_ours(app, request.headers()) => {
            empty(StatusCode::FORBIDDEN)
        }
        Route::Health => health::answer(app, request.uri().query()).await,
        Route::CaptchaFrame => page::captcha_frame(app),
        Route::Link { token } => page::show(app, Page::Link, &token).await,
        Route::Confirm { token } => page::show(app, Page::Confirm, &token).await,
        Route::Proof { token } => proof::receive(app, &token, &request).await,
        Route::Export { token } => export::show(app, &token).await,
        Route::ExportFile { token } => export::give(app, &token).await,
        Route::Credential { token } => credential::receive(app, &token, &request).await,
        Route::Picture { name } => qr::show(app, &name).await,
        Route::FlashEvents => events::receive(app, &request).await,
        Route::Nothing => empty(StatusCode::NOT_FOUND),
    };
    harden(app, response.headers_mut());
    if request.method() == Method::HEAD {
        *response.body_mut() = Body::Empty;
    }
    response
}

/// Headers for everything we serve. What a page may load is said by the page itself.
fn harden(app: &App, headers: &mut header::HeaderMap) {
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ),
        );
    }
    if let Some(origin) = app
        .link_page_url
        .as_deref()
        .and_then(origin_of)
        .and_then(|origin| HeaderValue::from_str(&origin).ok())
    {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    }
}

/// `https://host:port` of an address.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest
        .split(['/', '?', '#'])
        .next()
        .filter(|host| !host.is_empty())?;
    Some(format!("{scheme}://{host}"))
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = status;
    response
}

fn json(status: StatusCode, value: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    response
}
