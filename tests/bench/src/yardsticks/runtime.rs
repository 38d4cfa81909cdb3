//! Lambda's Runtime API for one process, which is given one event after the other.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws::clock::system_millis;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

use super::Wrong;

/// Under valgrind everything takes fifty times as long.
const PATIENCE: Duration = Duration::from_mins(5);

#[derive(Debug)]
struct Inner {
    given: AtomicU64,
    events: Mutex<mpsc::UnboundedReceiver<String>>,
    answers: mpsc::UnboundedSender<Bytes>,
}

#[derive(Debug)]
pub(crate) struct Runtime {
    pub(crate) address: SocketAddr,
    events: mpsc::UnboundedSender<String>,
    answers: mpsc::UnboundedReceiver<Bytes>,
}

impl Runtime {
    pub(crate) async fn open() -> Result<Self, Wrong> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (give, events) = mpsc::unbounded_channel();
        let (answer, answers) = mpsc::unbounded_channel();
        let inner = Arc::new(Inner {
            given: AtomicU64::new(0),
            events: Mutex::new(events),
            answers: answer,
        });
        let outcome = |State(inner): State<Arc<Inner>>, body: Bytes| async move {
            // Whoever asked has stopped waiting.
            let _ = inner.answers.send(body);
            StatusCode::ACCEPTED
        };
        let invocation = "/2018-06-01/runtime/invocation";
        let router = Router::new()
            .route(&format!("{invocation}/next"), get(next))
            .route(&format!("{invocation}/{{id}}/response"), post(outcome))
            .route(&format!("{invocation}/{{id}}/error"), post(outcome))
            .with_state(inner);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self {
            address,
            events: give,
            answers,
        })
    }

    pub(crate) async fn invoke(&mut self, event: &Value) -> Result<(), Wrong> {
        self.events.send(event.to_string())?;
        let answer = tokio::time::timeout(PATIENCE, self.answers.recv()).await;
        let answer = answer.map_err(|_| "it has not answered")?;
        done(&serde_json::from_slice(&answer.unwrap_or_default())?)
    }
}

/// Whether the message was taken, or the record sent.
pub(crate) fn done(answer: &Value) -> Result<(), Wrong> {
    let sent = answer["batchItemFailures"].as_array();
    if answer["statusCode"] == 200 || sent.is_some_and(Vec::is_empty) {
        Ok(())
    } else {
        Err(format!("it answers {answer}").into())
    }
}

async fn next(State(inner): State<Arc<Inner>>) -> impl IntoResponse {
    let event = inner.events.lock().await.recv().await.unwrap_or_default();
    let nth = inner.given.fetch_add(1, Ordering::Relaxed);
    let headers = [
        ("content-type", "application/json".to_owned()),
        (
            "lambda-runtime-aws-request-id",
            format!("00000000-0000-4000-8000-{nth:012}"),
        ),
        (
            "lambda-runtime-deadline-ms",
            (system_millis() + 900_000).to_string(),
        ),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:000000000000:function:bench".to_owned(),
        ),
    ];
    (headers, event)
}
