//! Messages from Flash's queue on a `RabbitMQ` broker, as Lambda's event source brings them: each is read, sealed and moved to
//! where all the rest is done. The broker gets the whole batch back if any of it could not be put away; what was moved
//! before comes twice then, and is told once.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use aws::batch;
use aws::dead_letter::{Reason, SetAside};
use aws::events::Moved;
use aws::keys::Keys;
use aws::queue::{BATCH, QueueError, QueueMessage, QueueName};
use aws::telemetry;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::policy::SET_ASIDE_MS;
use domain::time::Moment;
use flash::events::{self, Reading, Told};
use lambda_runtime::{Context, Diagnostic};
use serde::Deserialize;
use serde_json::Value;

use crate::App;

pub(crate) const SOURCE: &str = "aws:rmq";
const VIA: &str = "rabbitmq";

/// Why the broker must deliver the batch again.
#[derive(Debug, thiserror::Error)]
pub enum NotMoved {
    #[error("not an event of RabbitMQ")]
    NotRabbitMq,
    #[error("too little time is left for the batch")]
    NoTime,
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl From<NotMoved> for Diagnostic {
    fn from(error: NotMoved) -> Self {
        let error_type = match error {
            NotMoved::NotRabbitMq => "NotRabbitMq",
            NotMoved::NoTime => "NoTime",
            NotMoved::Queue(_) => "QueueUnavailable",
        };
        Self {
            error_type: error_type.to_owned(),
            error_message: error.to_string(),
        }
    }
}

/// What is needed of the event. The type of `aws_lambda_events` wants more, and one odd property would fail a whole batch.
#[derive(Deserialize)]
struct Batch {
    /// By `queue::virtual host`.
    #[serde(rename = "rmqMessagesByQueue")]
    queues: BTreeMap<String, Vec<Value>>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "basicProperties")]
    properties: Option<Properties>,
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    message_id: Option<String>,
}

/// What becomes of one message.
enum Way {
    Moved(Moved),
    PassedOver,
    SetAside(SetAside),
}

pub(crate) async fn take(app: &App, payload: Value, context: &Context) -> Result<(), NotMoved> {
    let deadline = batch::deadline(context, app.clock.millis());
    let in_time = || match deadline.saturating_sub(app.clock.millis()) {
        SET_ASIDE_MS.. => Ok(()),
        _ => Err(NotMoved::NoTime),
    };
    let batch: Batch = serde_json::from_value(payload).map_err(|_| NotMoved::NotRabbitMq)?;
    let now = app.clock.now();
    let keys = app.tables.ring().fresh(now).await;
    let (mut moved, mut letters) = (Vec::new(), Vec::new());
    for message in batch.queues.values().flatten() {
        match way(&keys, message, now) {
            Way::Moved(event) => moved.push(event),
            Way::PassedOver => {}
            Way::SetAside(letter) => letters.push(letter),
        }
    }
    for some in moved.chunks(BATCH) {
        in_time()?;
        let messages: Vec<QueueMessage> = some.iter().map(Moved::message).collect();
        app.queue.send(QueueName::Events, &messages).await?;
        for event in some {
            telemetry::taken(&event.trace, VIA);
        }
    }
    for letter in &letters {
        in_time()?;
        app.queue.set_aside(QueueName::Events, letter).await?;
        telemetry::dead_lettered(QueueName::Events, letter);
    }
    Ok(())
}

fn way(keys: &Keys, message: &Value, now: Moment) -> Way {
    let parsed = Message::deserialize(message).ok();
    let body = parsed
        .as_ref()
        .and_then(|message| STANDARD.decode(&message.data).ok());
    let Some((message, body)) = parsed.zip(body) else {
        let moved = Moved::unread(keys, message.to_string().as_bytes(), None);
        return Way::SetAside(moved.aside(Reason::Malformed("not_a_message".to_owned())));
    };
    let envelope = message.properties.and_then(|its| its.message_id);
    let envelope = envelope.as_deref();
    let told = Told { envelope, now };
    let aside = |reason| Way::SetAside(Moved::unread(keys, &body, envelope).aside(reason));
    match catch_unwind(AssertUnwindSafe(|| events::read(&body, told))) {
        Ok(Ok(Reading::Event(event))) => Way::Moved(Moved::event(keys, &event)),
        Ok(Ok(Reading::Unknown(kind))) => {
            telemetry::passed_over(kind.as_str(), VIA);
            Way::PassedOver
        }
        Ok(Err(malformed)) => aside(Reason::Malformed(malformed.to_string())),
        Err(_) => aside(Reason::Panicked),
    }
}
