//! Lambda's side of a function: the Runtime API that its process asks for work, and `Invoke` in front of it.
//!
//! One process, one event at a time, as on Lambda. What a function does against the protocol is refused and remembered.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws::clock::system_millis;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use sandbox::silence::{self, Stream};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};

use crate::template::Deployed;

/// Lambda's limit for what a function answers.
const LARGEST_ANSWER: usize = 6 * 1024 * 1024;
/// A process that starts may take so long before its first event, as on Lambda.
const START_MS: i64 = 10_000;

/// What came of an event: the function's answer, or its error.
pub(crate) type Outcome = Result<Value, Value>;

struct Event {
    id: String,
    body: Bytes,
    answer: oneshot::Sender<Outcome>,
}

#[derive(Default)]
struct Work {
    begun: usize,
    waiting: VecDeque<Event>,
    in_hand: Option<Event>,
    wrongs: Vec<String>,
}

struct Inner {
    name: String,
    timeout_ms: i64,
    work: Mutex<Work>,
    news: Notify,
}

/// The Runtime API of one function. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Runtime {
    pub(crate) address: SocketAddr,
    inner: Arc<Inner>,
}

type Here = State<Arc<Inner>>;

impl Runtime {
    pub(crate) async fn open(function: &Deployed) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner {
            name: function.package.clone(),
            timeout_ms: function.timeout_ms,
            work: Mutex::default(),
            news: Notify::new(),
        });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route(
                "/2018-06-01/runtime/invocation/{id}/response",
                post(response),
            )
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route(
                "/2015-03-31/functions/{name}/invocations",
                post(invocations),
            )
            .fallback(|State(inner): Here, uri: Uri| async move {
                inner.wrong(format!("asks for {uri}"))
            })
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, inner }
    }

    pub(crate) async fn invoke(&self, event: &Value) -> Outcome {
        silence::keep_event_private(event);
        let outcome = self.inner.invoke(event.to_string().into()).await;
        if let Ok(answer) = &outcome {
            silence::keep_answer_private(answer["body"].as_str().unwrap_or_default().as_bytes());
        }
        outcome
    }

    /// Where anybody may invoke it.
    pub(crate) fn url(&self) -> String {
        let Self { address, inner } = self;
        format!(
            "http://{address}/2015-03-31/functions/{}/invocations",
            inner.name
        )
    }

    /// What the function did against the protocol.
    pub(crate) fn wrongs(&self) -> Vec<String> {
        self.inner.work.lock().unwrap().wrongs.clone()
    }
}

impl Inner {
    async fn invoke(&self, body: Bytes) -> Outcome {
        let (answer, answered) = oneshot::channel();
        {
            let mut work = self.work.lock().unwrap();
            work.begun += 1;
            let id = format!("00000000-0000-4000-8000-{:012}", work.begun);
            work.waiting.push_back(Event { id, body, answer });
        }
        self.news.notify_one();
        let longest = Duration::from_millis(u64::try_from(START_MS + self.timeout_ms).unwrap());
        match tokio::time::timeout(longest, answered).await {
            Ok(Ok(outcome)) => outcome,
            _ => Err(
                json!({"errorType": "Sandbox.Timedout", "errorMessage": format!("{} has not answered", self.name)}),
            ),
        }
    }

    fn wrong(&self, what: String) -> Response {
        let message = json!({"errorType": "InvalidRequest", "errorMessage": &what});
        self.work.lock().unwrap().wrongs.push(what);
        (StatusCode::BAD_REQUEST, axum::Json(message)).into_response()
    }

    fn settle(&self, id: &str, outcome: Outcome) -> Response {
        let event = self
            .work
            .lock()
            .unwrap()
            .in_hand
            .take_if(|event| event.id == id);
        match event {
            Some(event) => {
                // Whoever asked may have stopped waiting.
                let _ = event.answer.send(outcome);
                (StatusCode::ACCEPTED, axum::Json(json!({"status": "OK"}))).into_response()
            }
            None => self.wrong(format!("answers {id}, which it was not given")),
        }
    }
}

async fn next(State(inner): Here) -> Response {
    if inner.work.lock().unwrap().in_hand.is_some() {
        return inner.wrong("asks for the next event before it has answered the last".to_owned());
    }
    let (id, body) = loop {
        {
            let mut work = inner.work.lock().unwrap();
            if let Some(event) = work.waiting.pop_front() {
                let given = (event.id.clone(), event.body.clone());
                work.in_hand = Some(event);
                break given;
            }
        }
        inner.news.notified().await;
    };
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", id),
        (
            "lambda-runtime-deadline-ms",
            (system_millis() + inner.timeout_ms).to_string(),
        ),
        (
            "lambda-runtime-invoked-function-arn",
            format!(
                "arn:aws:lambda:us-east-1:000000000000:function:{}",
                inner.name
            ),
        ),
        (
            "lambda-runtime-trace-id",
            "Root=1-6b01b2e5-000000000000000000000001;Parent=0000000000000001;Sampled=0".to_owned(),
        ),
    ];
    (headers, body).into_response()
}

async fn response(State(inner): Here, Path(id): Path<String>, body: Bytes) -> Response {
    if body.len() > LARGEST_ANSWER {
        return inner.wrong("answers more than Lambda takes".to_owned());
    }
    match serde_json::from_slice(&body) {
        Ok(answer) => inner.settle(&id, Ok(answer)),
        Err(_) => inner.wrong("answers what is not JSON".to_owned()),
    }
}

async fn error(
    State(inner): Here,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    silence::heard(Stream::Logs, &String::from_utf8_lossy(&body));
    let told: Value = serde_json::from_slice(&body).unwrap_or_default();
    if !headers.contains_key("lambda-runtime-function-error-type") || !told["errorType"].is_string()
    {
        return inner.wrong("reports an error without a type".to_owned());
    }
    inner.settle(&id, Err(told))
}

/// Lambda's own `Invoke`, for whoever comes with a client of his own.
async fn invocations(State(inner): Here, Path(name): Path<String>, body: Bytes) -> Response {
    if name != inner.name {
        return (
            StatusCode::NOT_FOUND,
            axum::Json(json!({"Message": format!("Function not found: {name}")})),
        )
            .into_response();
    }
    match inner.invoke(body).await {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(told) => ([("x-amz-function-error", "Unhandled")], axum::Json(told)).into_response(),
    }
}
