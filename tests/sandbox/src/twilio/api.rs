//! The HTTP side: routes, faults, authentication.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, Path, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use serde_json::Value;

use super::{Refusal, TwilioStandIn};
use crate::fault::{Mode, System};

/// Longer than any caller waits.
const HOLD: Duration = Duration::from_mins(1);
const RETRY_AFTER_S: HeaderValue = HeaderValue::from_static("1");
const REALM: HeaderValue = HeaderValue::from_static("Basic realm=\"Twilio API\"");

impl TwilioStandIn {
    /// Twilio's paths, those of `api.twilio.com` and `content.twilio.com` under one roof.
    pub fn router(&self) -> Router {
        let accounts = "/2010-04-01/Accounts/{account}";
        Router::new()
            .route(&format!("{accounts}/Messages.json"), post(create).get(list))
            .route(&format!("{accounts}/Messages/{{file}}"), get(fetch))
            .route("/v1/Content", post(create_content).get(list_contents))
            .route("/v1/Content/{sid}/ApprovalRequests", get(fetch_approval))
            .route(
                "/v1/Content/{sid}/ApprovalRequests/whatsapp",
                post(request_approval),
            )
            .fallback(|uri: Uri| async move { Refusal::not_found(uri.path()) })
            .layer(from_fn_with_state(self.clone(), gate))
            .with_state(self.clone())
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let config = &self.0.config;
        let given = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "))
            .and_then(|encoded| String::from_utf8(STANDARD.decode(encoded).ok()?).ok());
        let credentials = self.credentials();
        let key = format!("{}:{}", config.key_sid, credentials.key_secret);
        given.is_some_and(|given| {
            given == key
                || credentials
                    .auth_tokens
                    .iter()
                    .any(|token| given == format!("{}:{token}", config.account_sid))
        })
    }

    fn own(&self, account: &str, uri: &Uri) -> Result<(), Refusal> {
        if account == self.0.config.account_sid {
            Ok(())
        } else {
            Err(Refusal::not_found(uri.path()))
        }
    }

    /// HTML, then JSON that ends too early, in turn.
    fn nonsense(&self) -> Response {
        let turn = {
            let mut state = self.state();
            state.nonsense += 1;
            state.nonsense
        };
        if turn % 2 == 1 {
            let html =
                "<!DOCTYPE html><html><body><h1>Twilio is having a moment</h1></body></html>";
            (StatusCode::OK, [(CONTENT_TYPE, "text/html")], html).into_response()
        } else {
            let cut = r#"{"sid":"SM0000"#;
            (
                StatusCode::CREATED,
                [(CONTENT_TYPE, "application/json")],
                cut,
            )
                .into_response()
        }
    }
}

/// Counts the request, lets the fault in force strike, then asks who it is.
async fn gate(State(twilio): State<TwilioStandIn>, request: Request, next: Next) -> Response {
    {
        let creates =
            request.method() == Method::POST && request.uri().path().ends_with("/Messages.json");
        let mut state = twilio.state();
        state.requests += 1;
        state.sends += u64::from(creates);
    }
    let mode = twilio.0.faults.strike(System::Twilio);
    match mode {
        Mode::Ok | Mode::TimeoutAfterAccept | Mode::CommitAnswerLost | Mode::Busy => {}
        Mode::Down => return Refusal::unavailable().into_response(),
        Mode::RateLimited => {
            let mut response = Refusal::too_many().into_response();
            response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_S);
            return response;
        }
        Mode::Nonsense => return twilio.nonsense(),
        Mode::Slow => {
            tokio::time::sleep(HOLD).await;
            return Refusal::unavailable().into_response();
        }
    }
    if !twilio.knows(request.headers()) {
        let mut response = Refusal::unauthenticated().into_response();
        response.headers_mut().insert(WWW_AUTHENTICATE, REALM);
        return response;
    }
    let response = next.run(request).await;
    if mode == Mode::TimeoutAfterAccept {
        tokio::time::sleep(HOLD).await;
        return Response::new(Body::empty());
    }
    response
}

fn of_type(headers: &HeaderMap, wanted: &str) -> Result<(), Refusal> {
    let essence = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok()?.split(';').next())
        .map(str::trim);
    if essence.is_some_and(|essence| essence.eq_ignore_ascii_case(wanted)) {
        Ok(())
    } else {
        Err(Refusal::media_type())
    }
}

type Answer = Result<(StatusCode, Json<Value>), Refusal>;

async fn create(
    State(twilio): State<TwilioStandIn>,
    Path(account): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    twilio.own(&account, &uri)?;
    of_type(&headers, "application/x-www-form-urlencoded")?;
    let message = twilio.create_message(&body)?;
    Ok((StatusCode::CREATED, Json(message)))
}

async fn list(
    State(twilio): State<TwilioStandIn>,
    Path(account): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    twilio.own(&account, &uri)?;
    let page = twilio.list_messages(uri.query().unwrap_or_default())?;
    Ok((StatusCode::OK, Json(page)))
}

async fn fetch(
    State(twilio): State<TwilioStandIn>,
    Path((account, file)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    twilio.own(&account, &uri)?;
    let message = file
        .strip_suffix(".json")
        .and_then(|sid| twilio.fetch_message(sid))
        .ok_or_else(|| Refusal::not_found(uri.path()))?;
    Ok((StatusCode::OK, Json(message)))
}

async fn create_content(
    State(twilio): State<TwilioStandIn>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    of_type(&headers, "application/json")?;
    Ok((StatusCode::CREATED, Json(twilio.create_content(&body)?)))
}

async fn list_contents(
    State(twilio): State<TwilioStandIn>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let page = twilio.list_contents(uri.query().unwrap_or_default())?;
    Ok((StatusCode::OK, Json(page)))
}

async fn request_approval(
    State(twilio): State<TwilioStandIn>,
    Path(sid): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    of_type(&headers, "application/json")?;
    let answer = twilio
        .request_approval(&sid, &body)?
        .ok_or_else(|| Refusal::not_found(uri.path()))?;
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn fetch_approval(
    State(twilio): State<TwilioStandIn>,
    Path(sid): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let answer = twilio
        .fetch_approval(&sid)
        .ok_or_else(|| Refusal::not_found(uri.path()))?;
    Ok((StatusCode::OK, Json(answer)))
}
