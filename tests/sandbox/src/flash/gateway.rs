//! What stands in front of Flash's API: origins, credentials, limits, and the ways it breaks.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use serde_json::{Value, json};

use super::execute::{self, Request};
use super::keys::{Caller, Closed};
use super::root::{Context, Root};
use super::view::Manner;
use super::{FlashStandIn, State};
use crate::fault::{Mode, System};

/// Longer than any caller waits.
const TOO_LONG: Duration = Duration::from_mins(1);

impl FlashStandIn {
    /// Answers one HTTP request to `/graphql`.
    pub(super) async fn answer(&self, parts: Parts, body: Bytes) -> Response<Body> {
        let mut response = if parts.method == Method::OPTIONS {
            preflight()
        } else {
            self.answer_post(&parts, &body).await
        };
        if let Some(origin) = self.allowed_origin(&parts.headers) {
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        }
        response
            .headers_mut()
            .insert(header::VARY, HeaderValue::from_static("Origin"));
        response
    }

    async fn answer_post(&self, parts: &Parts, body: &Bytes) -> Response<Body> {
        self.unless_broken(|| self.handle(parts, body)).await
    }

    /// The answer, or what the fault in force makes of it.
    pub(super) async fn unless_broken(
        &self,
        answer: impl FnOnce() -> Response<Body>,
    ) -> Response<Body> {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        match self.0.faults.strike(System::Flash) {
            Mode::Ok | Mode::CommitAnswerLost | Mode::Busy => answer(),
            Mode::Down => html(StatusCode::SERVICE_UNAVAILABLE),
            Mode::RateLimited => json_answer(200, &limited(120, 30)),
            Mode::Nonsense => self.nonsense(),
            Mode::Slow => {
                tokio::time::sleep(TOO_LONG).await;
                html(StatusCode::GATEWAY_TIMEOUT)
            }
            Mode::TimeoutAfterAccept => {
                let done = answer();
                tokio::time::sleep(TOO_LONG).await;
                done
            }
        }
    }

    fn handle(&self, parts: &Parts, body: &Bytes) -> Response<Body> {
        let now = self.0.clock.now().unix();
        let mut state = self.state();
        if !state.requests_by_ip.lets_through(&address(parts), now) {
            return html(StatusCode::SERVICE_UNAVAILABLE);
        }
        let caller = match authenticate(&mut state, &parts.headers, now) {
            Ok(caller) => caller,
            Err(Closed::Unauthorized) => return html(StatusCode::UNAUTHORIZED),
            Err(Closed::Limited { limit, wait_s }) => {
                return json_answer(200, &limited(limit, wait_s));
            }
        };
        if !is_json(&parts.headers) {
            return html(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let Ok(request) = serde_json::from_slice::<Request>(body) else {
            let error = json!({"message": "The body is no GraphQL request", "extensions": {"code": "INVALID_GRAPHQL_REQUEST"}});
            return json_answer(400, &json!({"errors": [error]}));
        };
        let concerned = state.concerned(&caller, &request);
        let odd = state.oddities.strike(concerned.as_deref());
        if let Some(response) = odd.and_then(|(odd, _)| odd.response(request.query())) {
            return response;
        }
        let knows_usdt = text(&parts.headers, "x-flash-client-capabilities").is_some_and(|known| {
            known
                .split(',')
                .any(|one| one.trim() == "cash-wallet-usdt-v1")
        });
        let context = Context {
            caller,
            manner: Manner::new(knows_usdt, now, odd),
            ip: address(parts),
        };
        let (status, mut answer) = execute::run(&self.0.schema, &request, |operation| Root {
            is_query: operation.is_query(),
            state: RefCell::new(&mut state),
            context: &context,
        });
        if let Some((odd, _)) = odd {
            odd.alter(&mut answer);
        }
        json_answer(status, &answer)
    }

    fn nonsense(&self) -> Response<Body> {
        let mut state = self.state();
        state.nonsense = (state.nonsense + 1) % 3;
        match state.nonsense {
            1 => html(StatusCode::OK),
            2 => raw_json(200, r#"{"data":{"me":{"phone":"+1876"#.to_owned()),
            _ => json_answer(
                200,
                &json!({"data": {"me": {"phone": 42, "defaultAccount": []}, "currencyList": "soon"}}),
            ),
        }
    }

    fn allowed_origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        let asked = origin.to_str().ok()?;
        let allowed = self.0.rules.origins.iter().any(|allowed| allowed == asked);
        allowed.then(|| origin.clone())
    }
}

impl State {
    /// The phone of the account that a request is about: the caller's, or the one that is paid.
    fn concerned(&self, caller: &Caller, request: &Request) -> Option<String> {
        let paid = || {
            let of_invoice = |paid: &str| {
                let mut invoices = self.invoices.iter();
                invoices.find(|invoice| invoice.payment_request == paid)
            };
            if let Some(name) = request.variable("username") {
                return self.by_account(|account| account.username.as_deref() == Some(name));
            }
            let wallet = request.variable("recipientWalletId");
            let wallet = wallet.or_else(|| {
                let invoice = request.variable("paymentRequest").and_then(of_invoice)?;
                Some(invoice.wallet())
            });
            self.by_wallet(wallet?)
        };
        let of_caller = |id| self.account(id);
        let (person, _) = caller.account().map_or_else(paid, of_caller)?;
        Some(person.phone.clone())
    }
}

/// One credential at most; a bad one is never taken for none.
fn authenticate(state: &mut State, headers: &HeaderMap, now: i64) -> Result<Caller, Closed> {
    match (text(headers, "authorization"), text(headers, "x-api-key")) {
        (None, None) => Ok(Caller::Anonymous),
        (Some(bearer), None) => {
            let token = bearer.strip_prefix("Bearer ").ok_or(Closed::Unauthorized)?;
            state.by_session(token)
        }
        (None, Some(key)) => state.by_key(key, now),
        (Some(_), Some(_)) => Err(Closed::Unauthorized),
    }
}

pub(super) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get(name)
        .map(|value| value.to_str().unwrap_or_default())
}

pub(super) fn is_json(headers: &HeaderMap) -> bool {
    text(headers, "content-type").is_some_and(|kind| kind.starts_with("application/json"))
}

/// The peer, unless something in front names another.
fn address(parts: &Parts) -> String {
    text(&parts.headers, "x-real-ip").map_or_else(
        || {
            let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
            peer.map_or_else(|| "unknown".to_owned(), |peer| peer.0.ip().to_string())
        },
        str::to_owned,
    )
}

pub(super) fn limited(limit: u32, wait_s: i64) -> Value {
    json!({"data": null, "errors": [{"message": "API key rate limit exceeded", "extensions": {
        "code": "TOO_MANY_REQUESTS", "retryAfterSeconds": wait_s,
        "rateLimit": {"limit": limit, "remaining": 0},
    }}]})
}

fn preflight() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

pub(super) fn json_answer(status: u16, body: &Value) -> Response<Body> {
    raw_json(status, body.to_string())
}

pub(super) fn raw_json(status: u16, body: String) -> Response<Body> {
    page(status, "application/json", body)
}

/// The proxy's own page, which is no JSON.
pub(super) fn html(status: StatusCode) -> Response<Body> {
    let title = format!(
        "{} {}",
        status.as_u16(),
        status.canonical_reason().unwrap_or_default()
    );
    let body = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    page(status.as_u16(), "text/html", body)
}

fn page(status: u16, kind: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
