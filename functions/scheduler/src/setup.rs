//! Everything made once, before the first event.

use std::sync::Arc;

use aws::clients;
use aws::clock::Clock;
use aws::config::Config;
use aws::queue::{QueueUrls, Sqs};
use aws::refreshed::Refreshed;
use aws::ring::KeyRing;
use aws::secrets::Secrets;
use aws::tables::{Names, Tables};
use aws::topic::Topic;
use domain::address::WhatsAppAddress;
use domain::policy::ANNOUNCE_PER_MINUTE;
use futures::FutureExt;
use twilio::client::Client;
use twilio::repost::Webhook;
use twilio::signature::AuthToken;

use crate::App;

/// Why the function does not start.
type Refusal = Box<dyn std::error::Error + Send + Sync>;

impl App {
    /// From environment variables and the secrets they name. What is missing is named, all of it at once.
    pub async fn from_env() -> Result<Self, Refusal> {
        let mut config = Config::from_env();
        let names = Names::from_config(&mut config, &["people", "messages", "cache"]);
        let urls = QueueUrls {
            send: config.required("QUEUE_SEND"),
            expire: config.required("QUEUE_EXPIRE"),
            watch: config.required("QUEUE_WATCH"),
            ask: config.required("QUEUE_ASK"),
            wake: config.required("QUEUE_WAKE"),
            wake_dead: config.required("QUEUE_WAKE_DEAD"),
            ..QueueUrls::default()
        };
        let sender = config.required("TWILIO_SENDER");
        let api_url = config.required("TWILIO_API_URL");
        let public_base_url = config
            .required("PUBLIC_BASE_URL")
            .trim_end_matches('/')
            .to_owned();
        let (auth_secret, api_key_secret, keys_secret) = (
            config.required("TWILIO_AUTH_SECRET_ID"),
            config.required("TWILIO_API_KEY_SECRET_ID"),
            config.required("KEYS_SECRET_ID"),
        );
        let announce_per_minute = config
            .parsed("ANNOUNCE_PER_MINUTE", str::parse)
            .unwrap_or(ANNOUNCE_PER_MINUTE);
        let support_topic = config.optional("SUPPORT_TOPIC_ARN");
        config.finish()?;

        let sdk = clients::function_config().await;
        let secrets = Secrets::new(&sdk);
        let keys = Arc::new(KeyRing::of_secret(secrets.clone(), keys_secret).await?);
        let sender = WhatsAppAddress::parse(&sender)?;
        let source = secrets.clone();
        let auth_token = Refreshed::read(move || {
            let (source, name) = (source.clone(), auth_secret.clone());
            async move { Ok(AuthToken::new(source.twilio_token(&name).await?)) }.boxed()
        })
        .await?;
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
        })
        .await?;
        Ok(Self {
            clock: Clock::system(),
            tables: Tables::new(clients::dynamodb(&sdk), names, keys),
            queue: Arc::new(Sqs::new(clients::sqs(&sdk), urls)),
            twilio,
            auth_token,
            webhook: Webhook::new(public_base_url)?,
            announce_per_minute,
            support_topic: support_topic.map(|arn| Topic::new(clients::sns(&sdk), arn)),
        })
    }
}
