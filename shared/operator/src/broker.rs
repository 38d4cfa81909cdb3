//! `operator broker`: what a RabbitMQ broker must have before Flash can publish its events there and `event-bridge` read
//! them: docs/runbook.md.
//!
//! Flash publishes to a topic exchange, whose bindings bring what a person can be told of into our queue. Both it and the
//! exchange last over a restart. A message that makes the function fail again and again goes to a queue of dead letters,
//! which is declared first so that none is lost on its way there.

use std::fmt;
use std::time::Duration;

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
use lapin::types::{AMQPValue, FieldTable};
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties, ErrorKind, ExchangeKind};
use secrecy::{ExposeSecret, SecretString};

/// The queue that `event-bridge` reads, unless the deployment names another.
pub const QUEUE: &str = "flash_whatsapp_events";
/// Where Flash publishes, unless the deployment names another.
pub const EXCHANGE: &str = "flash.events";
/// The routing keys of what a person can be told of: `payment.received.lightning`, `balance.updated`.
pub const BINDINGS: [&str; 2] = ["payment.#", "balance.#"];

/// How long a broker may take to be reached, log in and answer; across the world and with TLS it takes a second.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a message may come back before it is a dead letter. RabbitMQ 4 takes 20 where nothing is said and RabbitMQ 3
/// any number. The function sets aside what it can't read, so whatever comes back waits for something that is broken, and
/// fails in seconds: 20 would be over within minutes of an outage, and any number would let one message that kills the
/// function stand in everybody's way for ever.
const DELIVERIES: u32 = 100;

/// Why the broker is not as it must be.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// Says nothing of what was given, in which a password stands.
    #[error(
        "that is no broker's address: amqps://USER:PASSWORD@HOST:5671 is wanted, with / and % in a password as %2F and %25"
    )]
    Address,
    #[error(
        "{0:?} is no name of a queue or exchange: at most 240 bytes, none of them a control character, not amq.…"
    )]
    Name(String),
    #[error("{host}: no answer within {} s", PATIENCE.as_secs())]
    Silent { host: String },
    #[error("{host}: {source}")]
    Refused {
        host: String,
        source: Box<lapin::Error>,
    },
    #[error(
        "{what} is there, and is another kind than it must be: {source}. Delete it once it is empty, or choose another name"
    )]
    Differs {
        what: String,
        source: Box<lapin::Error>,
    },
}

/// What shall be there.
#[derive(Clone, Debug)]
pub struct Wanted {
    queue: String,
    exchange: String,
}

impl Wanted {
    pub fn new(queue: &str, exchange: &str) -> Result<Self, BrokerError> {
        for name in [queue, exchange] {
            let fits = (1..=240).contains(&name.len());
            // Names that begin so are the broker's own.
            if !fits || name.chars().any(char::is_control) || name.starts_with("amq.") {
                return Err(BrokerError::Name(name.to_owned()));
            }
        }
        Ok(Self {
            queue: queue.to_owned(),
            exchange: exchange.to_owned(),
        })
    }

    fn dead_queue(&self) -> String {
        format!("{}.dead", self.queue)
    }

    fn dead_exchange(&self) -> String {
        format!("{}.dead", self.exchange)
    }
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            queue: QUEUE.to_owned(),
            exchange: EXCHANGE.to_owned(),
        }
    }
}

/// What is there now. Shows no credentials.
#[derive(Debug)]
pub struct Declared {
    host: String,
    virtual_host: String,
    /// Each with whether it is new.
    parts: Vec<(String, bool)>,
    wanted: Wanted,
}

impl fmt::Display for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, virtual host {}", self.host, self.virtual_host)?;
        for (what, is_new) in &self.parts {
            let done = if *is_new { "declared" } else { "was there" };
            writeln!(f, "{what}: {done}")?;
        }
        let Wanted { queue, exchange } = &self.wanted;
        let keys = BINDINGS.join(", ");
        writeln!(f, "{exchange} to {queue}: bound by {keys}")
    }
}

/// Declares what is missing on the broker at `url`, a virtual host in its path or else `/`; says what was there. Whatever
/// is there with other properties is left as it is, and is an error.
pub async fn declare(url: &SecretString, wanted: &Wanted) -> Result<Declared, BrokerError> {
    let mut uri: AMQPUri = url
        .expose_secret()
        .parse()
        .map_err(|_| BrokerError::Address)?;
    // `amqps://HOST/` names the virtual host without a name, which no broker has.
    if uri.vhost.is_empty() {
        "/".clone_into(&mut uri.vhost);
    }
    let host = uri.authority.host.clone();
    let virtual_host = uri.vhost.clone();
    let declared = tokio::time::timeout(PATIENCE, at(uri, wanted)).await;
    let parts = declared.map_err(|_| BrokerError::Silent { host: host.clone() })??;
    Ok(Declared {
        host,
        virtual_host,
        parts,
        wanted: wanted.clone(),
    })
}

async fn at(uri: AMQPUri, wanted: &Wanted) -> Result<Vec<(String, bool)>, BrokerError> {
    let host = uri.authority.host.clone();
    let options = ConnectionProperties::default().with_connection_name("flash-operator".into());
    let connected = Connection::connect_uri(uri, options).await;
    let broker = Broker {
        connection: connected.map_err(refused(&host))?,
        host,
    };
    let (dead_exchange, dead_queue) = (wanted.dead_exchange(), wanted.dead_queue());
    let mut dead = FieldTable::default();
    dead.insert("x-queue-type".into(), text("quorum"));
    let parts = vec![
        broker
            .exchange(&dead_exchange, ExchangeKind::Direct)
            .await?,
        broker.queue(&dead_queue, dead).await?,
        broker
            .exchange(&wanted.exchange, ExchangeKind::Topic)
            .await?,
        broker.queue(&wanted.queue, live(wanted)).await?,
    ];
    broker
        .bind(&dead_exchange, &dead_queue, &wanted.queue)
        .await?;
    for key in BINDINGS {
        broker.bind(&wanted.exchange, &wanted.queue, key).await?;
    }
    // Everything was confirmed; that channels are still closing is no failure.
    let _ = broker.connection.close(200, "done".into()).await;
    Ok(parts)
}

/// Of the queue that is read. Dead letters are handed over with the broker's own confirmation, which needs a queue that
/// refuses what is too much instead of dropping its oldest.
fn live(wanted: &Wanted) -> FieldTable {
    let mut arguments = FieldTable::default();
    for (name, value) in [
        ("x-queue-type", text("quorum")),
        ("x-dead-letter-exchange", text(&wanted.dead_exchange())),
        ("x-dead-letter-routing-key", text(&wanted.queue)),
        ("x-dead-letter-strategy", text("at-least-once")),
        ("x-overflow", text("reject-publish")),
        (
            "x-delivery-limit",
            AMQPValue::LongLongInt(DELIVERIES.into()),
        ),
    ] {
        arguments.insert(name.into(), value);
    }
    arguments
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

fn refused(host: &str) -> impl FnOnce(lapin::Error) -> BrokerError {
    let host = host.to_owned();
    |source| BrokerError::Refused {
        host,
        source: Box::new(source),
    }
}

/// A broker that has let us in.
struct Broker {
    connection: Connection,
    host: String,
}

impl Broker {
    /// A channel ends with the first thing that is refused on it.
    async fn channel(&self) -> Result<Channel, BrokerError> {
        let channel = self.connection.create_channel().await;
        channel.map_err(refused(&self.host))
    }

    async fn exchange(
        &self,
        name: &str,
        kind: ExchangeKind,
    ) -> Result<(String, bool), BrokerError> {
        let declare = async |passive| {
            let channel = self.channel().await?;
            let options = ExchangeDeclareOptions {
                passive,
                durable: true,
                ..ExchangeDeclareOptions::default()
            };
            let none = FieldTable::default();
            let declared = channel.exchange_declare(name.into(), kind.clone(), options, none);
            Ok(declared.await)
        };
        let what = format!("exchange {name}");
        let is_new = self.is_missing(declare(true).await?)?;
        self.differs(&what, declare(false).await?)?;
        Ok((what, is_new))
    }

    async fn queue(
        &self,
        name: &str,
        arguments: FieldTable,
    ) -> Result<(String, bool), BrokerError> {
        let declare = async |passive| {
            let channel = self.channel().await?;
            let options = QueueDeclareOptions {
                passive,
                durable: true,
                ..QueueDeclareOptions::default()
            };
            let declared = channel.queue_declare(name.into(), options, arguments.clone());
            Ok(declared.await)
        };
        let what = format!("queue {name}");
        let is_new = self.is_missing(declare(true).await?)?;
        self.differs(&what, declare(false).await?)?;
        Ok((what, is_new))
    }

    async fn bind(&self, exchange: &str, queue: &str, key: &str) -> Result<(), BrokerError> {
        let channel = self.channel().await?;
        let (options, none) = (QueueBindOptions::default(), FieldTable::default());
        let bound = channel.queue_bind(queue.into(), exchange.into(), key.into(), options, none);
        bound.await.map_err(refused(&self.host))
    }

    fn is_missing<T>(&self, looked: lapin::Result<T>) -> Result<bool, BrokerError> {
        match looked {
            Ok(_) => Ok(false),
            Err(error) if is_soft(&error, &AMQPSoftError::NOTFOUND) => Ok(true),
            Err(error) => Err(refused(&self.host)(error)),
        }
    }

    fn differs<T>(&self, what: &str, declared: lapin::Result<T>) -> Result<(), BrokerError> {
        match declared {
            Ok(_) => Ok(()),
            Err(error) if is_soft(&error, &AMQPSoftError::PRECONDITIONFAILED) => {
                Err(BrokerError::Differs {
                    what: what.to_owned(),
                    source: Box::new(error),
                })
            }
            Err(error) => Err(refused(&self.host)(error)),
        }
    }
}

fn is_soft(error: &lapin::Error, kind: &AMQPSoftError) -> bool {
    match error.kind() {
        ErrorKind::ProtocolError(error) => {
            matches!(error.kind(), AMQPErrorKind::Soft(soft) if soft == kind)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_told_line_by_line() {
        let declared = Declared {
            host: "broker.example".to_owned(),
            virtual_host: "/".to_owned(),
            parts: vec![
                ("exchange flash.events".to_owned(), false),
                ("queue flash_whatsapp_events".to_owned(), true),
            ],
            wanted: Wanted::default(),
        };
        assert_eq!(
            declared.to_string(),
            "broker.example, virtual host /\nexchange flash.events: was there\nqueue flash_whatsapp_events: declared\n\
             flash.events to flash_whatsapp_events: bound by payment.#, balance.#\n"
        );
    }

    #[test]
    fn a_name_that_a_broker_refuses_is_refused_here() {
        for name in ["", "amq.topic", "a\nb", &"n".repeat(241)] {
            assert!(Wanted::new(name, EXCHANGE).is_err(), "{name:?}");
            assert!(Wanted::new(QUEUE, name).is_err(), "{name:?}");
        }
        assert!(Wanted::new(&"n".repeat(240), "e").is_ok());
    }

    #[tokio::test]
    async fn an_address_that_can_t_be_read_is_not_shown() {
        for url in [
            "https://u:hidden@host",
            "amqps://u:hid/den@host:5671",
            "hidden",
        ] {
            let url = SecretString::from(url);
            let error = declare(&url, &Wanted::default()).await.unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hid"), "{error}");
        }
    }
}
