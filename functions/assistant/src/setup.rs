//! Everything made once, before the first batch.

use std::sync::Arc;
use std::time::Duration;

use aws::clients;
use aws::clock::Clock;
use aws::config::Config;
use aws::queue::{QueueUrls, Sqs};
use aws::refreshed::{ReadError, Refreshed};
use aws::ring::KeyRing;
use aws::secrets::Secrets;
use aws::tables::{Names, Tables};
use domain::policy::{MODEL_BUDGET_MS, MODEL_MOMENT_MS};
use futures::FutureExt;
use maple::ClientConfig;

use crate::App;

/// Why the function does not start.
type Refusal = Box<dyn std::error::Error + Send + Sync>;

impl App {
    /// From environment variables and the secrets they name. What is missing is named, all of it at once. Without
    /// `MAPLE_SECRET_ID` no model is connected; with it its address and its name are wanted, too.
    pub async fn from_env() -> Result<Self, Refusal> {
        let mut config = Config::from_env();
        let names = Names::from_config(
            &mut config,
            &["people", "sessions", "codes", "messages", "cache"],
        );
        let urls = QueueUrls {
            send: config.required("QUEUE_SEND"),
            ask_dead: config.required("QUEUE_ASK_DEAD"),
            ..QueueUrls::default()
        };
        let keys_secret = config.required("KEYS_SECRET_ID");
        let maple = config.optional("MAPLE_SECRET_ID").map(|secret| {
            let url = config.required("MAPLE_URL");
            (secret, url, config.required("MAPLE_MODEL"))
        });
        config.finish()?;

        let sdk = clients::function_config().await;
        let secrets = Secrets::new(&sdk);
        let keys = Arc::new(KeyRing::of_secret(secrets.clone(), keys_secret).await?);
        let maple = match maple {
            None => None,
            Some((secret, url, model)) => Some(connect(secrets, secret, url, model).await?),
        };
        Ok(Self {
            clock: Clock::system(),
            tables: Tables::new(clients::dynamodb(&sdk), names, keys),
            queue: Arc::new(Sqs::new(clients::sqs(&sdk), urls)),
            maple,
            gate: crate::Watch::default(),
            knowledge: crate::Knowledge::default(),
            moment: Duration::from_millis(MODEL_MOMENT_MS),
        })
    }
}

async fn connect(
    secrets: Secrets,
    secret: String,
    url: String,
    model: String,
) -> Result<Refreshed<maple::Client>, ReadError> {
    Refreshed::read(move || {
        let (secrets, secret) = (secrets.clone(), secret.clone());
        let (url, model) = (url.clone(), model.clone());
        async move {
            let client = maple::Client::new(ClientConfig {
                base_url: url.parse()?,
                model,
                key: secrets.maple_key(&secret).await?,
                connect_timeout: Duration::from_secs(2),
                total_timeout: Duration::from_millis(MODEL_BUDGET_MS),
            });
            Ok(client?)
        }
        .boxed()
    })
    .await
}
