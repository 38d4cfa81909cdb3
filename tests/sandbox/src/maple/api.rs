//! The HTTP side: routes, the key, faults, and the sandbox's own control.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{OriginalUri, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Said, completion, huge, hung_up, nonsense};
use super::model::{MODEL, honest, obedient};
use super::request::{Asked, Refusal, Role};
use super::{Manner, MapleStandIn};
use crate::fault::System;
use crate::silence::{Kind, keep_private};

/// Longer than any caller waits.
const HOLD: Duration = Duration::from_mins(1);

impl MapleStandIn {
    /// Maple's paths, and at the root the control: `GET` tells what was asked, `POST` what shall come.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(told).post(order))
            .route("/v1/chat/completions", post(complete))
            .route("/v1/models", get(models))
            .fallback(unknown)
            .method_not_allowed_fallback(unknown)
            .with_state(self.clone())
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION);
        let given = given.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        given == Some(&self.state().key)
    }

    fn now(&self) -> i64 {
        self.0.clock.now().unix()
    }

    /// What a question meets that comes now.
    fn manner(&self) -> Manner {
        if let Some(manner) = Manner::of(self.0.faults.strike(System::Maple)) {
            return manner;
        }
        let mut state = self.state();
        let ordered = state.next.pop_front();
        ordered.unwrap_or_else(|| state.always.clone())
    }

    async fn answer(&self, headers: &HeaderMap, body: &Bytes) -> Result<Response, Refusal> {
        self.state().requests += 1;
        let manner = self.manner();
        if let Some(broken) = self.broken(&manner).await {
            return Ok(broken);
        }
        if !self.knows(headers) {
            return Err(Refusal::unauthorized());
        }
        if !is_json(headers) {
            let (status, kind) = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request_error");
            return Err(Refusal::new(status, kind, None, "Send JSON."));
        }
        let (asked, whole) = Asked::parse(body)?;
        for message in asked
            .messages
            .iter()
            .filter(|message| message.role == Role::User)
        {
            keep_private(Kind::Text, &message.content);
        }
        self.state().asked.push(whole);
        Ok(self.said(manner, &asked).await)
    }

    /// What is wrong before anybody looks at the question.
    async fn broken(&self, manner: &Manner) -> Option<Response> {
        let (status, kind, code, message) = match manner {
            Manner::Slow => {
                tokio::time::sleep(HOLD).await;
                (
                    StatusCode::GATEWAY_TIMEOUT,
                    "server_error",
                    None,
                    "Nobody answered.",
                )
            }
            Manner::Down => {
                let code = Some("service_unavailable");
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    "server_error",
                    code,
                    "The engine is overloaded.",
                )
            }
            Manner::Fails => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                None,
                "The server had an error.",
            ),
            Manner::OverLimit { .. } => {
                let code = Some("rate_limit_exceeded");
                (
                    StatusCode::TOO_MANY_REQUESTS,
                    "requests",
                    code,
                    "Rate limit reached for requests.",
                )
            }
            _ => return None,
        };
        let mut response = Refusal::new(status, kind, code, message).into_response();
        if let Manner::OverLimit {
            retry_after_s: Some(seconds),
        } = manner
        {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        Some(response)
    }

    async fn said(&self, manner: Manner, asked: &Asked) -> Response {
        let said = match manner {
            Manner::Obeys => Some(Said::whole(obedient(&asked.messages))),
            Manner::Says(words) => Some(Said::whole(words)),
            Manner::Cut => Some(Said::cut(&honest(&asked.messages))),
            Manner::Filtered => Some(Said::filtered()),
            Manner::Declines => Some(Said::declined()),
            Manner::Wordless => Some(Said::whole(String::new())),
            Manner::NoChoices => None,
            Manner::Huge => return Json(huge(self.now())).into_response(),
            Manner::HangsUp => return hung_up(),
            Manner::Nonsense => {
                let turn = self.state().nonsense;
                self.state().nonsense += 1;
                return nonsense(turn);
            }
            Manner::After { millis } => {
                tokio::time::sleep(Duration::from_millis(millis)).await;
                Some(Said::whole(honest(&asked.messages)))
            }
            Manner::Held => {
                let holds = Arc::clone(&self.state().holds);
                // It is never given; it ends.
                let _ = holds.acquire().await;
                Some(Said::whole(honest(&asked.messages)))
            }
            Manner::TooLate => {
                tokio::time::sleep(HOLD).await;
                Some(Said::whole(honest(&asked.messages)))
            }
            _ => Some(Said::whole(honest(&asked.messages))),
        };
        Json(completion(said, asked.read(), self.now())).into_response()
    }
}

async fn complete(State(maple): State<MapleStandIn>, headers: HeaderMap, body: Bytes) -> Response {
    let answered = maple.answer(&headers, &body).await;
    answered.unwrap_or_else(IntoResponse::into_response)
}

async fn models(
    State(maple): State<MapleStandIn>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    if !maple.knows(&headers) {
        return Err(Refusal::unauthorized());
    }
    let model =
        json!({"id": MODEL, "object": "model", "created": 1_733_443_200, "owned_by": "meta"});
    Ok(Json(json!({"object": "list", "data": [model]})))
}

async fn unknown(OriginalUri(uri): OriginalUri) -> Refusal {
    let (kind, code) = ("invalid_request_error", Some("unknown_url"));
    let message = format!("Unknown request URL: {}", uri.path());
    Refusal::new(StatusCode::NOT_FOUND, kind, code, &message)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';')
        .next()
        .is_some_and(|kind| kind.trim() == "application/json")
}

/// The body of `POST /sandbox/maple`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    /// For the next questions, in this order.
    #[serde(default)]
    next: Vec<Manner>,
    /// For all after these.
    always: Option<Manner>,
}

async fn order(State(maple): State<MapleStandIn>, body: Bytes) -> Response {
    match serde_json::from_slice::<Order>(&body) {
        Ok(order) => {
            order.next.into_iter().for_each(|manner| maple.will(manner));
            if let Some(manner) = order.always {
                maple.always(manner);
            }
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => {
            let problem = json!({"error": error.to_string()});
            (StatusCode::BAD_REQUEST, Json(problem)).into_response()
        }
    }
}

/// The query of `GET /sandbox/maple`.
#[derive(Deserialize)]
struct Newest {
    /// Only so many of the questions. None: all.
    newest: Option<usize>,
}

async fn told(State(maple): State<MapleStandIn>, Query(which): Query<Newest>) -> Json<Value> {
    let mut asked = maple.asked();
    let others = asked
        .len()
        .saturating_sub(which.newest.unwrap_or(usize::MAX));
    let always = maple.state().always.clone();
    Json(json!({"requests": maple.requests(), "always": always, "asked": asked.split_off(others)}))
}
