//! A real RabbitMQ on this machine, for as long as a test needs it, and somebody who publishes to it as Flash would.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use futures::future::join_all;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, PublisherConfirm,
};
use secrecy::SecretString;
use tokio::time::timeout;

use crate::server::free_port;

/// Debian's own; the one in the path wants to be root, or the system's user for it.
const SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";
/// In tenths of a second; it takes some 8 s where nothing else runs.
const START: u32 = 1_800;
const TENTH: Duration = Duration::from_millis(100);
/// How long one that is failing may leave a client without an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A broker with a folder, a name and ports of its own, all on loopback. Ends, and its folder with it, when dropped.
#[derive(Debug)]
pub struct Broker {
    folder: PathBuf,
    amqp: u16,
    distribution: u16,
    names: u16,
    /// Erlang's name server, which the broker would else start for itself and leave behind.
    epmd: Child,
    node: Child,
}

impl Broker {
    /// Starts one that keeps everything in `folder`, which is emptied.
    pub fn start(folder: &Path) -> Self {
        let _ = fs::remove_dir_all(folder);
        for part in ["home", "log", "data"] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        // No plugin, and as much of the disk as there is.
        fs::write(folder.join("plugins"), "[].").unwrap();
        fs::write(
            folder.join("rabbitmq.conf"),
            "log.console = false\ndisk_free_limit.absolute = 1MB\n",
        )
        .unwrap();
        let (amqp, distribution, names) = (free_port(), free_port(), free_port());
        let mut epmd = Command::new("epmd");
        epmd.args(["-address", "127.0.0.1", "-port", &names.to_string()]);
        let mut broker = Self {
            epmd: spawned(&mut epmd),
            node: spawned(&mut node(folder, amqp, distribution, names)),
            folder: folder.to_owned(),
            amqp,
            distribution,
            names,
        };
        broker.wait();
        broker
    }

    /// Where it is reached, as its first user.
    pub fn url(&self) -> SecretString {
        format!("amqp://guest:guest@127.0.0.1:{}", self.amqp).into()
    }

    /// Stops it as an operator does, and starts it again with what it had.
    pub fn restart(&mut self) {
        let pid = self.node.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(told.success());
        self.node.wait().unwrap();
        self.start_again();
    }

    /// Kills it, as when its machine fails. A broker writes down which queues it has some time after they were declared; if
    /// it is killed before, it forgets them. One that was restarted since has done so.
    pub fn kill(&mut self) {
        self.node.kill().unwrap();
        self.node.wait().unwrap();
    }

    /// Starts it again after it was killed, with what it had written.
    pub fn start_again(&mut self) {
        let mut node = node(&self.folder, self.amqp, self.distribution, self.names);
        self.node = spawned(&mut node);
        self.wait();
    }

    /// Until it lets clients in, which it does last.
    fn wait(&mut self) {
        for _ in 0..START {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.amqp)).is_ok() {
                return;
            }
            let ended = self.node.try_wait().unwrap();
            assert!(
                ended.is_none(),
                "RabbitMQ has ended: {}",
                self.folder.display()
            );
            sleep(TENTH);
        }
        panic!("RabbitMQ does not answer: {}", self.folder.display());
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        for child in [&mut self.node, &mut self.epmd] {
            let _ = child.kill();
            let _ = child.wait();
        }
        // A test that fails leaves the logs.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn node(folder: &Path, amqp: u16, distribution: u16, names: u16) -> Command {
    let mut command = Command::new(SERVER);
    command
        .env("HOME", folder.join("home"))
        .env("ERL_EPMD_ADDRESS", "127.0.0.1")
        .env("ERL_EPMD_PORT", names.to_string())
        .env("RABBITMQ_NODENAME", format!("flash-{amqp}@localhost"))
        .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
        .env("RABBITMQ_NODE_PORT", amqp.to_string())
        .env("RABBITMQ_DIST_PORT", distribution.to_string())
        .env("RABBITMQ_MNESIA_BASE", folder.join("data"))
        .env("RABBITMQ_LOG_BASE", folder.join("log"))
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.join("plugins"))
        .env("RABBITMQ_CONFIG_FILE", folder.join("rabbitmq"))
        .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
        .env(
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            "-noinput -kernel inet_dist_use_interface {127,0,0,1}",
        )
        // The script then becomes the broker, so that who ends one ends the other.
        .env("RABBITMQ_ALLOW_INPUT", "true");
    command
}

fn spawned(command: &mut Command) -> Child {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("run by .ci/test, which installs RabbitMQ: {command:?}: {error}")
        })
}

/// Publishes, and knows what the broker has taken.
#[derive(Debug)]
pub struct Publisher {
    channel: Channel,
    _connection: Connection,
}

impl Publisher {
    pub async fn connect(url: &SecretString) -> Self {
        Self::open(url).await.unwrap()
    }

    async fn open(url: &SecretString) -> Result<Self, lapin::Error> {
        use secrecy::ExposeSecret;
        let url = url.expose_secret();
        let connection = Connection::connect(url, ConnectionProperties::default());
        let connection = connection.await?;
        let channel = connection.create_channel().await?;
        let confirms = ConfirmSelectOptions::default();
        channel.confirm_select(confirms).await?;
        Ok(Self {
            channel,
            _connection: connection,
        })
    }

    /// A persistent message to `exchange`, once the broker has it on its disk; fails if nothing is bound by `key`.
    pub async fn publish(&self, exchange: &str, key: &str, body: &[u8]) {
        let publishing = self.begin(exchange, key, body);
        let confirmed = publishing.await.unwrap().await.unwrap();
        assert_eq!(
            confirmed,
            Confirmation::Ack(None),
            "nobody gets it, or it was refused"
        );
    }

    async fn begin(
        &self,
        exchange: &str,
        key: &str,
        body: &[u8],
    ) -> Result<PublisherConfirm, lapin::Error> {
        let properties = BasicProperties::default()
            .with_content_type("application/json".into())
            .with_delivery_mode(2);
        let options = BasicPublishOptions {
            mandatory: true,
            ..BasicPublishOptions::default()
        };
        let (exchange, key) = (exchange.into(), key.into());
        let publishing = self
            .channel
            .basic_publish(exchange, key, options, body, properties);
        publishing.await
    }

    /// As [`Self::connect`], as soon as the broker lets anybody in.
    pub async fn reach(url: &SecretString) -> Self {
        for _ in 0..START {
            if let Ok(publisher) = timeout(PATIENCE, Self::open(url)).await
                && let Ok(publisher) = publisher
            {
                return publisher;
            }
            tokio::time::sleep(TENTH).await;
        }
        panic!("RabbitMQ lets nobody in");
    }

    /// The same to a broker that may fail: those which it is not known to have.
    pub async fn offer<'b>(&self, exchange: &str, key: &str, bodies: &[&'b [u8]]) -> Vec<&'b [u8]> {
        let offers = bodies.iter().map(|body| async move {
            let confirmed = async {
                let publishing = self.begin(exchange, key, body);
                publishing.await?.await
            };
            match timeout(PATIENCE, confirmed).await {
                Ok(Ok(confirmed)) => (confirmed != Confirmation::Ack(None)).then_some(*body),
                Ok(Err(_)) | Err(_) => Some(*body),
            }
        });
        join_all(offers).await.into_iter().flatten().collect()
    }

    /// For what else a test does with the broker.
    pub fn channel(&self) -> &Channel {
        &self.channel
    }
}
