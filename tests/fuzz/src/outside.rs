//! A server that answers every request with what it was last told, as if it were Flash or Twilio.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Response, StatusCode};
use tokio::runtime::Runtime;

/// What is answered.
#[derive(Clone, Debug, Default)]
struct Answer {
    status: u16,
    body: Vec<u8>,
    /// The body comes again and again, for ever.
    endless: bool,
}

/// On a port of its own, for as long as it is kept.
#[derive(Debug)]
pub struct Outside {
    runtime: Runtime,
    address: SocketAddr,
    answer: Arc<Mutex<Answer>>,
}

impl Outside {
    /// # Panics
    /// Where no port can be had.
    #[expect(
        clippy::expect_used,
        reason = "a test's own tools: a failure here is the test's failure"
    )]
    pub fn start() -> Self {
        let runtime = crate::runtime();
        let answer = Arc::new(Mutex::new(Answer::default()));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        let told = Arc::clone(&answer);
        let app = Router::new().fallback(move || {
            let answer = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
            async move { respond(answer) }
        });
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self {
            runtime,
            address,
            answer,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What `question` comes to while every answer is this one.
    pub fn ask<T>(&self, status: u16, body: &[u8], question: impl Future<Output = T>) -> T {
        self.told(
            Answer {
                status,
                body: body.to_vec(),
                endless: false,
            },
            question,
        )
    }

    /// What it comes to while no answer ends.
    pub fn ask_without_end<T>(&self, body: &[u8], question: impl Future<Output = T>) -> T {
        self.told(
            Answer {
                status: 200,
                body: body.to_vec(),
                endless: true,
            },
            question,
        )
    }

    fn told<T>(&self, answer: Answer, question: impl Future<Output = T>) -> T {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
        self.runtime.block_on(question)
    }
}

fn respond(answer: Answer) -> Response<Body> {
    let body = if answer.endless {
        let piece = Bytes::from(answer.body);
        Body::from_stream(futures::stream::repeat_with(move || {
            Ok::<_, Infallible>(piece.clone())
        }))
    } else {
        Body::from(answer.body)
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    response
}
