//! Everything made once, before the first batch.

use std::sync::Arc;

use aws::clients;
use aws::clock::Clock;
use aws::config::Config;
use aws::queue::{QueueUrls, Sqs};
use aws::ring::KeyRing;
use aws::secrets::Secrets;
use aws::tables::{Names, Tables};

use crate::App;

/// Why the function does not start.
type Refusal = Box<dyn std::error::Error + Send + Sync>;

impl App {
    /// From environment variables and the secrets they name. What is missing is named, all of it at once.
    pub async fn from_env() -> Result<Self, Refusal> {
        let mut config = Config::from_env();
        let names = Names::from_config(
            &mut config,
            &["people", "sessions", "codes", "messages", "audit", "cache"],
        );
        let urls = QueueUrls {
            send: config.required("QUEUE_SEND"),
            expire: config.required("QUEUE_EXPIRE"),
            expire_dead: config.required("QUEUE_EXPIRE_DEAD"),
            ..QueueUrls::default()
        };
        let keys_secret = config.required("KEYS_SECRET_ID");
        config.finish()?;

        let sdk = clients::function_config().await;
        let keys = Arc::new(KeyRing::of_secret(Secrets::new(&sdk), keys_secret).await?);
        Ok(Self {
            clock: Clock::system(),
            tables: Tables::new(clients::dynamodb(&sdk), names, keys),
            queue: Arc::new(Sqs::new(clients::sqs(&sdk), urls)),
        })
    }
}
