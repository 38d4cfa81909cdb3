//! Everything made once, before the first request.

use std::sync::Arc;
use std::time::Duration;

use aws::clients;
use aws::clock::Clock;
use aws::config::Config;
use aws::queue::{Queue, QueueUrls, Sqs};
use aws::refreshed::Refreshed;
use aws::ring::KeyRing;
use aws::secrets::Secrets;
use aws::tables::{Names, Tables};
use aws::traffic::Traffic;
use domain::address::WhatsAppAddress;
use domain::policy::{FLASH_BUDGET_MS, TRAFFIC_GAP};
use flash::ClientConfig;
use futures::FutureExt;
use secrecy::SecretString;
use talk::Talk;

use crate::{App, Health};

/// Why the function does not start.
type Refusal = Box<dyn std::error::Error + Send + Sync>;

impl App {
    /// From environment variables and the secret they name. What is missing is named, all of it at once.
    pub async fn from_env() -> Result<Self, Refusal> {
        let mut config = Config::from_env();
        let names = Names::from_config(
            &mut config,
            &["people", "sessions", "codes", "messages", "audit", "cache"],
        );
        let urls = QueueUrls {
            send: config.required("QUEUE_SEND"),
            expire: config.required("QUEUE_EXPIRE"),
            events: config.required("QUEUE_EVENTS"),
            events_dead: config.required("QUEUE_EVENTS_DEAD"),
            ..QueueUrls::default()
        };
        let public_base_url = config
            .required("PUBLIC_BASE_URL")
            .trim_end_matches('/')
            .to_owned();
        let sender = config.required("TWILIO_SENDER");
        let keys_secret = config.required("KEYS_SECRET_ID");
        let flash_url = config.required("FLASH_GRAPHQL_URL");
        let signing_secret = config.optional("FLASH_EVENTS_SECRET_ID");
        let geetest_script_url = config.required("GEETEST_SCRIPT_URL");
        let allow_other_phone = config.switch("LINK_ALLOW_OTHER_PHONE");
        let link_page_url = config.optional("LINK_PAGE_URL");
        let receiving = config.switch("RECEIVING");
        let hosts = talk::pay_hosts(&config);
        config.finish()?;

        let sdk = clients::function_config().await;
        let secrets = Secrets::new(&sdk);
        let keys = Arc::new(KeyRing::of_secret(secrets.clone(), keys_secret).await?);
        let signing_secrets = match signing_secret {
            Some(name) => Some(signing_secrets(secrets, name).await?),
            None => None,
        };
        // Two questions to Flash fit into one message's time for it.
        let flash = flash::Client::new(ClientConfig {
            url: flash_url.parse()?,
            connect_timeout: Duration::from_secs(2),
            total_timeout: Duration::from_millis(FLASH_BUDGET_MS / 2),
        })?;
        let sender = WhatsAppAddress::parse(&sender)?;
        let clock = Clock::system();
        let tables = Tables::new(clients::dynamodb(&sdk), names, keys);
        let queue = Arc::new(Sqs::new(clients::sqs(&sdk), urls));
        let talk = Talk {
            clock: clock.clone(),
            tables: tables.clone(),
            queue: Arc::clone(&queue) as Arc<dyn Queue>,
            flash: flash.clone(),
            flash_admin: None,
            step_up_by_app: false,
            receiving,
            hosts,
            assistant: false,
            support: None,
            traffic: Arc::new(Traffic::every(TRAFFIC_GAP)),
            // Nothing that staff ask for is answered here.
            release: String::new(),
            public_base_url: public_base_url.clone(),
            link_page_url: link_page_url.clone(),
        };
        Ok(Self {
            clock,
            tables,
            queue,
            flash,
            talk,
            flash_url,
            public_base_url,
            bot_number: bot_number(&sender),
            geetest_script_url,
            allow_other_phone,
            link_page_url,
            signing_secrets,
            health: Health::default(),
        })
    }
}

async fn signing_secrets(
    secrets: Secrets,
    name: String,
) -> Result<Refreshed<Vec<SecretString>>, Refusal> {
    Refreshed::read(move || {
        let (secrets, name) = (secrets.clone(), name.clone());
        async move { Ok(secrets.signing_secrets(&name).await?) }.boxed()
    })
    .await
}

/// What `wa.me` links take: the digits alone.
pub fn bot_number(sender: &WhatsAppAddress) -> String {
    sender
        .phone()
        .map(|phone| phone.as_str().trim_start_matches('+').to_owned())
        .unwrap_or_default()
}
