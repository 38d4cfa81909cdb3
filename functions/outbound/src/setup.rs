//! Everything made once, before the first batch.

use std::sync::Arc;

use aws::clients;
use aws::clock::Clock;
use aws::config::Config;
use aws::queue::{QueueUrls, Sqs};
use aws::refreshed::Refreshed;
use aws::ring::KeyRing;
use aws::secrets::Secrets;
use aws::tables::{Names, Tables};
use aws::traffic::Traffic;
use domain::address::WhatsAppAddress;
use domain::policy::TRAFFIC_GAP;
use futures::FutureExt;
use twilio::client::Client;
use twilio::content;

use crate::App;

/// Why the function does not start.
type Refusal = Box<dyn std::error::Error + Send + Sync>;

impl App {
    /// From environment variables and the secrets they name. What is missing is named, all of it at once.
    pub async fn from_env() -> Result<Self, Refusal> {
        let mut config = Config::from_env();
        let tables = ["people", "sessions", "messages", "audit", "cache"];
        let names = Names::from_config(&mut config, &tables);
        let urls = QueueUrls {
            wake: config.required("QUEUE_WAKE"),
            send_dead: config.required("QUEUE_SEND_DEAD"),
            ..QueueUrls::default()
        };
        let public_base_url = config
            .required("PUBLIC_BASE_URL")
            .trim_end_matches('/')
            .to_owned();
        let sender = config.required("TWILIO_SENDER");
        let api_url = config.required("TWILIO_API_URL");
        let (api_key_secret, keys_secret) = (
            config.required("TWILIO_API_KEY_SECRET_ID"),
            config.required("KEYS_SECRET_ID"),
        );
        let content_sids = config.parsed("TWILIO_CONTENT_SIDS", content::read_sids);
        config.finish()?;

        let sdk = clients::function_config().await;
        let secrets = Secrets::new(&sdk);
        let sender = WhatsAppAddress::parse(&sender)?;
        let keys = KeyRing::of_secret(secrets.clone(), keys_secret);
        let twilio = Refreshed::read(move || {
            let (secrets, name) = (secrets.clone(), api_key_secret.clone());
            let (api_url, sender) = (api_url.clone(), sender.clone());
            async move {
                let key = secrets.twilio_api_key(&name).await?;
                let (account_sid, key_sid) = (&key.account_sid, &key.api_key_sid);
                let config = twilio::client::Config::new(
                    api_url,
                    account_sid,
                    key_sid,
                    key.api_key_secret,
                    sender,
                )?;
                Ok(Client::new(config)?)
            }
            .boxed()
        });
        let (keys, twilio) = futures::try_join!(keys, twilio)?;
        Ok(Self {
            clock: Clock::system(),
            tables: Tables::new(clients::dynamodb(&sdk), names, Arc::new(keys)),
            queue: Arc::new(Sqs::new(clients::sqs(&sdk), urls)),
            twilio,
            gate: crate::Watch::default(),
            traffic: Arc::new(Traffic::every(TRAFFIC_GAP)),
            content_sids: content_sids.unwrap_or_default(),
            public_base_url,
        })
    }
}
