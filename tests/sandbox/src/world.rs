//! The local world, put together: every function with the clock, tables and queues of this world, and the stand-ins.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws::tables::Tables;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::address::WhatsAppAddress;
use domain::policy::{MODEL_BUDGET_MS, MODEL_MOMENT_MS};
use domain::support::Hours;
use secrecy::SecretString;
use serde_json::json;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::clock::WorldClock;
use crate::database::LocalDatabase;
use crate::fault::Faults;
use crate::flash::{FlashStandIn, Rules};
use crate::maple::MapleStandIn;
use crate::pump::Thinking;
use crate::queue::LocalQueue;
use crate::secrets::{SecretStore, TwilioSecrets};
use crate::silence;
use crate::topic::TopicStandIn;
use crate::trace::{self, Traces};
use crate::twilio::TwilioStandIn;
use crate::wiring::Wiring;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The bot's own address in every local world.
pub const SENDER: &str = "whatsapp:+14155238886";
/// The API key that opens every local world's Twilio.
pub const API_KEY_SID: &str = "SK00000000000000000000000000000001";
pub const API_KEY_SECRET: &str = "local-api-key-secret";

/// With which every local world's Flash signs its events.
pub const SIGNING_SECRET: &str = "whsec_bG9jYWwtc2lnbmluZy1zZWNyZXQtb2YtZmxhc2g=";

/// What can be chosen about a world.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Options {
    pub listen: SocketAddr,
    /// None: the listen address.
    pub public_url: Option<String>,
    /// All are accepted, the first signs.
    pub twilio_auth_tokens: Vec<String>,
    pub twilio_account_sid: String,
    /// With which Flash's events may be signed. None: they don't come by webhook.
    pub signing_secrets: Option<Vec<String>>,
    /// None: in memory.
    pub data: Option<PathBuf>,
    /// What the `keys` secret holds. None: fresh keys, or those that belong to the data.
    pub keys: Option<String>,
    /// Where the clock starts, in Unix milliseconds. None: at the machine's time.
    pub starts_at: Option<i64>,
    pub flash_admin: bool,
    /// A second factor may be a code in the Flash app.
    pub step_up_by_app: bool,
    /// People may ask for money here.
    pub receiving: bool,
    /// A model answers questions, of those who agree to that.
    pub assistant: bool,
    /// Who waits so long for the model is told to.
    pub model_moment: Duration,
    /// The model has so long. A test that lets it stall can't wait as long as production does.
    pub model_timeout: Duration,
    pub allow_other_phone: bool,
    /// Queues and callbacks run by themselves; without it only when drained.
    pub runs_by_itself: bool,
    /// Our message templates exist at Twilio, approved.
    pub templates: bool,
    /// Traffic is written this often, seconds. In a test never, unless it is about that: a write more or less depends on
    /// how quick the machine is.
    pub traffic_every: i64,
    /// How many people an announcement is written for in a minute.
    pub announce_per_minute: u32,
    /// When somebody at support answers. None: nobody has said.
    pub support_hours: Option<Hours>,
    /// None: as in production. A test that lets Twilio stall a thousand times can't wait that long.
    pub twilio_timeout: Option<Duration>,
}

impl Default for Options {
    /// A world for a test: any free port, in memory, nothing happens unless asked.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: None,
            twilio_auth_tokens: vec!["local-auth-token".to_owned()],
            twilio_account_sid: "AC00000000000000000000000000000001".to_owned(),
            signing_secrets: Some(vec![SIGNING_SECRET.to_owned()]),
            data: None,
            keys: None,
            starts_at: None,
            flash_admin: true,
            step_up_by_app: false,
            receiving: true,
            assistant: true,
            model_moment: Duration::from_millis(MODEL_MOMENT_MS),
            model_timeout: Duration::from_millis(MODEL_BUDGET_MS),
            allow_other_phone: true,
            runs_by_itself: false,
            templates: true,
            traffic_every: i64::MAX,
            announce_per_minute: domain::policy::ANNOUNCE_PER_MINUTE,
            support_hours: None,
            twilio_timeout: None,
        }
    }
}

/// Everything there is. Shared by the routes and the pump.
#[derive(Debug)]
pub struct World {
    pub address: SocketAddr,
    pub public_url: String,
    pub clock: WorldClock,
    pub faults: Arc<Faults>,
    pub twilio: TwilioStandIn,
    pub flash: FlashStandIn,
    pub maple: MapleStandIn,
    pub topic: TopicStandIn,
    pub database: LocalDatabase,
    pub queue: Arc<LocalQueue>,
    pub traces: Arc<Traces>,
    pub secrets: Arc<SecretStore>,
    pub webhook: webhook::App,
    pub outbound: outbound::App,
    pub web: web::App,
    pub otp_expiry: otp_expiry::App,
    pub assistant: assistant::App,
    pub event_bridge: event_bridge::App,
    pub scheduler: scheduler::App,
    /// The tables as an operator has them.
    pub operator: Tables,
    /// Of the broker that is read, if one is: events go through it then.
    pub broker: OnceLock<SecretString>,
    pub(crate) thinking: Thinking,
    /// Held by whoever runs queues and callbacks.
    pub(crate) turn: tokio::sync::Mutex<()>,
}

impl World {
    /// Builds a world and begins to serve it.
    pub async fn start(options: Options) -> Result<Arc<Self>, Failure> {
        trace::listen();
        let listener = TcpListener::bind(options.listen).await.map_err(|error| {
            format!(
                "{} can't be served: {error}. Choose another address with --listen.",
                options.listen
            )
        })?;
        let address = listener.local_addr()?;
        let public_url = options
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{address}"));
        let public_url = public_url.trim_end_matches('/').to_owned();
        let world = Arc::new(Box::pin(Self::build(&options, address, public_url)).await?);
        silence::plant_canary(&world.clock, &world.database).await?;
        let router = crate::routes::router(&world);
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(target: "failure", what = "serve", error = %error);
            }
        });
        if options.runs_by_itself {
            tokio::spawn(crate::pump::run(Arc::downgrade(&world)));
        }
        Ok(world)
    }

    async fn build(
        options: &Options,
        address: SocketAddr,
        public_url: String,
    ) -> Result<Self, Failure> {
        let clock = options
            .starts_at
            .map_or_else(WorldClock::default, WorldClock::starting_at);
        let faults = Arc::new(Faults::default());
        let here = format!("http://{address}");
        let database = LocalDatabase::start(&clock, options.data.as_deref()).await?;
        let queue = Arc::new(LocalQueue::new(clock.clone(), Arc::clone(&faults)));
        let keys = match &options.keys {
            Some(secret) => secret.clone(),
            None => keys(options.data.as_ref())?,
        };

        let twilio = TwilioStandIn::new(
            crate::twilio::Config {
                account_sid: options.twilio_account_sid.clone(),
                auth_tokens: options.twilio_auth_tokens.clone(),
                key_sid: API_KEY_SID.to_owned(),
                key_secret: API_KEY_SECRET.to_owned(),
                sender: SENDER.to_owned(),
                public_url: public_url.clone(),
            },
            clock.reader(),
            Arc::clone(&faults),
        );
        let rules = Rules {
            origins: vec![public_url.clone(), here.clone()],
            codes_per_ip: 1_000,
            failed_logins_per_ip: 1_000,
            burst_per_ip: 1_000_000,
        };
        let flash = FlashStandIn::with_rules(clock.reader(), Arc::clone(&faults), rules);
        let maple = MapleStandIn::new(clock.reader(), Arc::clone(&faults));

        let twilio_secrets = TwilioSecrets {
            auth_tokens: options.twilio_auth_tokens.clone(),
            key_secret: API_KEY_SECRET.to_owned(),
        };
        let signing = options.signing_secrets.as_deref().unwrap_or_default();
        let secrets = Arc::new(SecretStore::new(twilio_secrets, &keys, signing));
        let wiring = Wiring {
            options,
            here,
            public_url: public_url.clone(),
            clock: clock.clone(),
            faults: Arc::clone(&faults),
            database: &database,
            queue: Arc::clone(&queue),
            secrets: Arc::clone(&secrets),
            sender: WhatsAppAddress::parse(SENDER)?,
        };
        Ok(Self {
            webhook: wiring.webhook().await?,
            outbound: wiring.outbound(&twilio).await?,
            web: wiring.web().await?,
            otp_expiry: wiring.otp_expiry().await?,
            assistant: wiring.assistant(&maple).await?,
            event_bridge: wiring.event_bridge().await?,
            scheduler: wiring.scheduler().await?,
            operator: wiring.operator().await?,
            traces: Arc::new(Traces::new(clock.clone())),
            secrets,
            broker: OnceLock::new(),
            thinking: Thinking::default(),
            turn: tokio::sync::Mutex::default(),
            address,
            public_url,
            clock,
            faults,
            twilio,
            flash,
            maple,
            topic: TopicStandIn::default(),
            database,
            queue,
        })
    }

    /// Empty tables and queues, the first people, no faults. The clock stays where it is.
    pub async fn reset(&self) -> Result<(), Failure> {
        let _turn = self.turn.lock().await;
        self.faults.clear();
        self.outbound.gate.forget();
        self.assistant.gate.forget();
        self.assistant.knowledge.forget();
        self.queue.reset();
        self.twilio.reset();
        self.flash.reset();
        self.maple.reset();
        self.topic.reset();
        self.traces.clear();
        self.database.reset().await
    }
}

#[cfg(unix)]
fn only_for_the_owner(file: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn only_for_the_owner(_: &std::path::Path) -> std::io::Result<()> {
    Ok(())
}

/// Fresh keys, or those that belong to the data in the folder: sealed items are worth nothing without them.
fn keys(data: Option<&PathBuf>) -> Result<String, Failure> {
    let random =
        || STANDARD.encode([*Uuid::new_v4().as_bytes(), *Uuid::new_v4().as_bytes()].concat());
    let fresh =
        json!({"pepper": random(), "ring": [{"id": "local", "key": random(), "state": "current"}]})
            .to_string();
    match data {
        None => Ok(fresh),
        Some(folder) => {
            let file = folder.join("keys.json");
            if !file.exists() {
                std::fs::write(&file, fresh)?;
                only_for_the_owner(&file)?;
            }
            Ok(std::fs::read_to_string(file)?)
        }
    }
}
