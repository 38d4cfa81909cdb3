//! SNS, as far as the functions speak with it: one topic, and what was published there.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;

use crate::silence::{Stream, heard};

/// The one topic there is.
pub const TOPIC_ARN: &str = "arn:aws:sns:us-east-1:000000000000:support";

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub subject: String,
    pub message: String,
}

#[derive(Debug, Default)]
struct Topic {
    published: Vec<Published>,
    fails: bool,
}

/// The stand-in, shared by its routes.
#[derive(Clone, Debug, Default)]
pub struct TopicStandIn(Arc<Mutex<Topic>>);

/// A call of SNS's query protocol.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Call {
    action: String,
    topic_arn: String,
    subject: String,
    message: String,
}

impl TopicStandIn {
    fn topic(&self) -> MutexGuard<'_, Topic> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The oldest first.
    pub fn published(&self) -> Vec<Published> {
        self.topic().published.clone()
    }

    /// Whether it answers nothing but 500 from now on.
    pub fn fails(&self, fails: bool) {
        self.topic().fails = fails;
    }

    pub(crate) fn reset(&self) {
        *self.topic() = Topic::default();
    }

    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/", post(publish))
            .with_state(self.clone())
    }
}

async fn publish(State(stand_in): State<TopicStandIn>, Form(call): Form<Call>) -> Response {
    heard(
        Stream::Queues,
        &format!("{} {}", call.subject, call.message),
    );
    let mut topic = stand_in.topic();
    let (status, answer) = if topic.fails {
        (StatusCode::INTERNAL_SERVER_ERROR, refused("InternalError"))
    } else if call.action != "Publish" || call.topic_arn != TOPIC_ARN {
        (StatusCode::NOT_FOUND, refused("NotFound"))
    } else if call.subject.len() > 100 || !call.subject.is_ascii() || call.message.is_empty() {
        // As SNS has it of subjects.
        (StatusCode::BAD_REQUEST, refused("InvalidParameter"))
    } else {
        topic.published.push(Published {
            subject: call.subject,
            message: call.message,
        });
        let number = topic.published.len();
        let answer = format!(
            "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>00000000-0000-4000-8000-{number:012}</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>"
        );
        (StatusCode::OK, answer)
    };
    (status, [(header::CONTENT_TYPE, "text/xml")], answer).into_response()
}

fn refused(code: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    )
}
