//! Everything made once, before the first batch.

use std::sync::Arc;
use std::time::Duration;

use aws::clients;
use aws::clock::Clock;
use aws::config::Config;
use aws::queue::{QueueUrls, Sqs};
use aws::ring::KeyRing;
use aws::secrets::Secrets;
use aws::tables::{Names, Tables};
use domain::policy::FLASH_BUDGET_MS;
use flash::ClientConfig;

use crate::App;

/// Why the function does not start.
type Refusal = Box<dyn std::error::Error + Send + Sync>;

impl App {
    /// From environment variables and the secret they name. What is missing is named, all of it at once.
    pub async fn from_env() -> Result<Self, Refusal> {
        let mut config = Config::from_env();
        let names = Names::from_config(
            &mut config,
            &["people", "sessions", "codes", "messages", "cache"],
        );
        let urls = QueueUrls {
            send: config.required("QUEUE_SEND"),
            wake: config.required("QUEUE_WAKE"),
            watch: config.required("QUEUE_WATCH"),
            watch_dead: config.required("QUEUE_WATCH_DEAD"),
            events: config.required("QUEUE_EVENTS"),
            events_dead: config.required("QUEUE_EVENTS_DEAD"),
            ..QueueUrls::default()
        };
        let keys_secret = config.required("KEYS_SECRET_ID");
        let flash_url = config.required("FLASH_GRAPHQL_URL");
        config.finish()?;

        let sdk = clients::function_config().await;
        let keys = Arc::new(KeyRing::of_secret(Secrets::new(&sdk), keys_secret).await?);
        let flash = flash::Client::new(ClientConfig {
            url: flash_url.parse()?,
            connect_timeout: Duration::from_secs(2),
            total_timeout: Duration::from_millis(FLASH_BUDGET_MS),
        })?;
        Ok(Self {
            clock: Clock::system(),
            tables: Tables::new(clients::dynamodb(&sdk), names, keys),
            queue: Arc::new(Sqs::new(clients::sqs(&sdk), urls)),
            flash,
        })
    }
}
