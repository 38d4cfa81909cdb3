//! What Lambda's event source mapping for Amazon MQ does with a RabbitMQ queue: reads messages in batches, calls the function
//! with each batch, acknowledges the batch when the function has taken it, and else lets all of it come again.
//!
//! One batch is under way at a time, as on AWS. Whoever drops a [`Poller`], or what it runs in, kills it: what was not
//! acknowledged the broker delivers again.

mod event;
mod world;

use std::fmt::Display;
use std::time::Duration;

use futures::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions};
use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
use lapin::types::FieldTable;
use lapin::uri::AMQPUri;
use lapin::{Connection, ConnectionProperties, Consumer, ErrorKind};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// The queue of every local world, unless another is named.
pub const QUEUE: &str = "flash_whatsapp_events";
/// How many messages a batch has at most, as in the template.
const BATCH: u16 = 10;
/// How much a batch carries at most, bytes as the function gets them: Lambda's limit for an invocation.
const PAYLOAD: usize = 6_000_000;
/// Before a failed batch is delivered again, and before a broker that is away is looked for again.
const PAUSE: Duration = Duration::from_millis(500);
/// How long a broker may take to let us in.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a queue can't be read.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// Says nothing of what was given, in which a password stands.
    #[error("that is no broker's address: amqp://USER:PASSWORD@HOST:5672 is wanted")]
    Address,
    #[error("the broker does not answer within {} s", PATIENCE.as_secs())]
    Silent,
    #[error(
        "the broker has no queue {0}. Declare it first: BROKER_URL=amqp://… cargo run -p operator -- broker declare --queue {0}"
    )]
    NoQueue(String),
    #[error("the queue is read no more: it was deleted, or its node is gone")]
    Cancelled,
    #[error("broker: {0}")]
    Broker(#[from] lapin::Error),
}

/// Reads one queue.
#[derive(Debug)]
pub struct Poller {
    uri: AMQPUri,
    queue: String,
    window: Duration,
    link: Link,
}

/// A connection on which messages come.
#[derive(Debug)]
struct Link {
    consumer: Consumer,
    /// What did not fit into the batch before.
    over: Option<Delivery>,
    /// Ends with its last owner, and with it everything that was not acknowledged on it.
    _connection: Connection,
}

impl Poller {
    /// Begins to read. The virtual host stands in the address's path; without one it is `/`.
    pub async fn connect(url: &SecretString, queue: &str) -> Result<Self, PollError> {
        let mut uri: AMQPUri = url
            .expose_secret()
            .parse()
            .map_err(|_| PollError::Address)?;
        if uri.vhost.is_empty() {
            "/".clone_into(&mut uri.vhost);
        }
        Ok(Self {
            link: Link::open(&uri, queue).await?,
            uri,
            queue: queue.to_owned(),
            window: Duration::ZERO,
        })
    }

    /// Lets a batch that is not full wait for more. In the template none does: a batch is what has come by then.
    #[must_use]
    pub fn waiting(self, window: Duration) -> Self {
        Self { window, ..self }
    }

    /// Calls `function` with one batch after the other, for as long as it is not dropped. A broker that goes away is looked
    /// for until it is back.
    pub async fn run<F, A, E>(mut self, function: F)
    where
        F: Fn(Value) -> A,
        A: Future<Output = Result<(), E>>,
        E: Display,
    {
        loop {
            let Err(error) = self.deliver(&function).await else {
                continue;
            };
            tracing::warn!(target: "failure", what = "rabbitmq", error = %error);
            self.link = loop {
                sleep(PAUSE).await;
                match Link::open(&self.uri, &self.queue).await {
                    Ok(link) => break link,
                    Err(error) => {
                        tracing::warn!(target: "failure", what = "rabbitmq", error = %error);
                    }
                }
            };
        }
    }

    /// One batch.
    async fn deliver<F, A, E>(&mut self, function: &F) -> Result<(), PollError>
    where
        F: Fn(Value) -> A,
        A: Future<Output = Result<(), E>>,
        E: Display,
    {
        let batch = self.link.batch(self.window).await?;
        let Some(last) = batch.last() else {
            return Ok(());
        };
        let event = event::of(&self.queue, &self.uri.vhost, &batch);
        match function(event).await {
            Ok(()) => {
                let all = BasicAckOptions { multiple: true };
                last.ack(all).await?;
            }
            Err(error) => {
                tracing::warn!(target: "failure", what = "rabbitmq_batch", error = %error);
                let all = BasicNackOptions {
                    multiple: true,
                    requeue: true,
                };
                last.nack(all).await?;
                sleep(PAUSE).await;
            }
        }
        Ok(())
    }
}

impl Link {
    /// In a task of its own, which whoever is killed meanwhile leaves behind: a connection that is dropped before it stands
    /// may never be closed, and would keep a share of the messages from everybody.
    async fn open(uri: &AMQPUri, queue: &str) -> Result<Self, PollError> {
        let reaching = Self::reach(uri.clone(), queue.to_owned());
        let opened = tokio::spawn(timeout(PATIENCE, reaching)).await;
        match opened {
            Ok(Ok(opened)) => opened,
            Ok(Err(_)) | Err(_) => Err(PollError::Silent),
        }
    }

    async fn reach(uri: AMQPUri, queue: String) -> Result<Self, PollError> {
        let options = ConnectionProperties::default().with_connection_name("flash-poller".into());
        let connection = Connection::connect_uri(uri, options).await?;
        let channel = connection.create_channel().await?;
        let per_consumer = BasicQosOptions::default();
        channel.basic_qos(BATCH, per_consumer).await?;
        let (options, none) = (BasicConsumeOptions::default(), FieldTable::default());
        let name = queue.as_str().into();
        let consuming = channel.basic_consume(name, "lambda".into(), options, none);
        let consumer = consuming.await.map_err(|error| {
            if is_missing(&error) {
                PollError::NoQueue(queue)
            } else {
                error.into()
            }
        })?;
        Ok(Self {
            consumer,
            over: None,
            _connection: connection,
        })
    }

    /// What has come when the batch is full or its window over; never nothing, but for a message that is too large.
    async fn batch(&mut self, window: Duration) -> Result<Vec<Delivery>, PollError> {
        let first = match self.over.take() {
            Some(over) => over,
            None => self.next().await?,
        };
        let mut size = event::size(&first);
        if size > PAYLOAD {
            // Lambda drops what can't be given to a function at all.
            tracing::warn!(target: "failure", what = "rabbitmq_too_large", bytes = size);
            first.ack(BasicAckOptions::default()).await?;
            return Ok(Vec::new());
        }
        let mut batch = vec![first];
        let end = Instant::now() + window;
        while batch.len() < usize::from(BATCH) {
            let Ok(delivery) = timeout_at(end, self.next()).await else {
                break;
            };
            let delivery = delivery?;
            size += event::size(&delivery);
            if size > PAYLOAD {
                self.over = Some(delivery);
                break;
            }
            batch.push(delivery);
        }
        Ok(batch)
    }

    async fn next(&mut self) -> Result<Delivery, PollError> {
        match self.consumer.next().await {
            Some(delivery) => Ok(delivery?),
            None => Err(PollError::Cancelled),
        }
    }
}

fn is_missing(error: &lapin::Error) -> bool {
    match error.kind() {
        ErrorKind::ProtocolError(error) => {
            matches!(error.kind(), AMQPErrorKind::Soft(AMQPSoftError::NOTFOUND))
        }
        _ => false,
    }
}
