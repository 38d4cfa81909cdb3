//! What a function calls, with what it was answered: the first answer to each kind of call is given again and again, at
//! once. Many messages then take minutes, all cost the same, and tables that grow are nobody's time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws::clock::system_millis;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Wrong;
use super::cloud::Cloud;

/// Of the local world.
pub(crate) const TWILIO: &str = "/sandbox/twilio";

#[derive(Clone, Debug)]
struct Recorded {
    status: StatusCode,
    kind: Option<header::HeaderValue>,
    body: Bytes,
}

#[derive(Debug)]
struct Inner {
    aws: String,
    world: String,
    http: reqwest::Client,
    recorded: Mutex<BTreeMap<String, Recorded>>,
    calls: Mutex<Vec<Value>>,
}

#[derive(Debug)]
pub(crate) struct Recorder {
    /// Where AWS answers, and Twilio.
    pub(crate) url: String,
    inner: Arc<Inner>,
}

impl Recorder {
    pub(crate) async fn open(cloud: &Cloud) -> Result<Self, Wrong> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let inner = Arc::new(Inner {
            aws: cloud.aws.clone(),
            world: cloud.world.clone(),
            http: reqwest::Client::builder().no_proxy().build()?,
            recorded: Mutex::default(),
            calls: Mutex::default(),
        });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, inner })
    }

    /// What was called since this was last asked, as a yardstick reads it.
    pub(crate) fn calls(&self) -> Vec<Value> {
        std::mem::take(
            &mut self
                .inner
                .calls
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

async fn pass(
    State(inner): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = headers.get("x-amz-target");
    let operation = target.and_then(|target| target.to_str().ok());
    let operation = operation.unwrap_or(method.as_str()).to_owned();
    let called = called(&operation, &uri, &headers, &body);
    let key = format!("{operation} {}", what(&called["body"]));
    kept(&inner.calls).push(called);
    let known = kept(&inner.recorded).get(&key).cloned();
    let recorded = match known {
        Some(recorded) => recorded,
        None => match ask(&inner, method, &uri, headers, body).await {
            Ok(answer) => {
                kept(&inner.recorded).insert(key, answer.clone());
                answer
            }
            Err(error) => return (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
        },
    };
    let mut response = (recorded.status, just_made(recorded.body)).into_response();
    if let Some(kind) = recorded.kind {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}

fn kept<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn called(operation: &str, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Value {
    if operation != "POST" {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        return json!({"operation": operation, "body": body});
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    json!({
        "operation": operation,
        "path": uri.path().trim_start_matches(TWILIO),
        "authorization": header("authorization"),
        "form": String::from_utf8_lossy(body),
    })
}

/// Two calls of one operation are different if they change another thing, or read another secret.
fn what(body: &Value) -> String {
    ["UpdateExpression", "SecretId", "VersionStage"]
        .map(|name| body[name].as_str().unwrap_or_default().to_owned())
        .join(" ")
}

/// An entry that was written long ago would be looked at again before it is sent.
fn just_made(body: Bytes) -> Bytes {
    if !body.starts_with(b"{\"Attributes\"") {
        return body;
    }
    let mut answer: Value = serde_json::from_slice(&body).unwrap_or_default();
    let now = system_millis() / 1000;
    for (name, from_now) in [("created_at", 0), ("ends_at", 3600)] {
        if let Some(value) = answer["Attributes"].get_mut(name) {
            *value = json!({"N": (now + from_now).to_string()});
        }
    }
    answer.to_string().into()
}

async fn ask(
    inner: &Inner,
    method: Method,
    uri: &Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Result<Recorded, reqwest::Error> {
    headers.remove(header::HOST);
    let to = if uri.path().starts_with(TWILIO) {
        &inner.world
    } else {
        &inner.aws
    };
    let request = inner.http.request(method, format!("{to}{uri}"));
    let answer = request.headers(headers).body(body).send().await?;
    Ok(Recorded {
        status: answer.status(),
        kind: answer.headers().get(header::CONTENT_TYPE).cloned(),
        body: answer.bytes().await?,
    })
}
