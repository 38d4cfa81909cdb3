//! Everything made once, before the first message.

use std::sync::Arc;
use std::time::Duration;

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
use domain::policy::{FLASH_BUDGET_MS, TRAFFIC_GAP};
use domain::support::Hours;
use flash::ClientConfig;
use futures::{FutureExt, TryFutureExt};
use talk::Talk;
use twilio::signature::AuthToken;

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
        // Messages are put into three of them; staff are told how much is in each.
        let urls = QueueUrls {
            send: config.required("QUEUE_SEND"),
            send_dead: config.required("QUEUE_SEND_DEAD"),
            expire: config.required("QUEUE_EXPIRE"),
            expire_dead: config.required("QUEUE_EXPIRE_DEAD"),
            wake: config.required("QUEUE_WAKE"),
            wake_dead: config.required("QUEUE_WAKE_DEAD"),
            watch: config.required("QUEUE_WATCH"),
            watch_dead: config.required("QUEUE_WATCH_DEAD"),
            ask: config.required("QUEUE_ASK"),
            ask_dead: config.required("QUEUE_ASK_DEAD"),
            events: config.required("QUEUE_EVENTS"),
            events_dead: config.required("QUEUE_EVENTS_DEAD"),
        };
        let release = config.optional("RELEASE");
        let release = release.unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned());
        let public_base_url = config
            .required("PUBLIC_BASE_URL")
            .trim_end_matches('/')
            .to_owned();
        let sender = config.required("TWILIO_SENDER");
        let (auth_secret, keys_secret) = (
            config.required("TWILIO_AUTH_SECRET_ID"),
            config.required("KEYS_SECRET_ID"),
        );
        let flash_url = config.required("FLASH_GRAPHQL_URL");
        let link_page_url = config.optional("LINK_PAGE_URL");
        let receiving = config.switch("RECEIVING");
        let assistant = config.switch("ASSISTANT");
        let hosts = talk::pay_hosts(&config);
        let support = config.parsed("SUPPORT_HOURS", Hours::parse);
        let admin_url = config.optional("FLASH_ADMIN_URL");
        let admin_secret = admin_url
            .as_ref()
            .map(|_| config.required("FLASH_ADMIN_SECRET_ID"));
        let step_up_by_app = config.switch("STEP_UP_BY_APP");
        if step_up_by_app && admin_url.is_none() {
            config.required("FLASH_ADMIN_URL");
        }
        config.finish()?;

        let sdk = clients::function_config().await;
        let secrets = Secrets::new(&sdk);
        let (keys, auth) = futures::try_join!(
            KeyRing::of_secret(secrets.clone(), keys_secret),
            secrets.twilio_current(&auth_secret).map_err(Refusal::from),
        )?;
        let auth_tokens = tokens(
            secrets.clone(),
            auth_secret,
            AuthToken::new(auth.auth_token),
        );
        let flash = flash::Client::new(ClientConfig {
            url: flash_url.parse()?,
            connect_timeout: Duration::from_secs(2),
            total_timeout: Duration::from_millis(FLASH_BUDGET_MS),
        })?;
        let flash_admin = match (admin_url, admin_secret) {
            (Some(url), Some(secret)) => Some(flash::Admin::new(
                url.parse()?,
                secrets.text(&secret).await?,
            )?),
            _ => None,
        };
        let talk = Talk {
            clock: Clock::system(),
            tables: Tables::new(clients::dynamodb(&sdk), names, Arc::new(keys)),
            queue: Arc::new(Sqs::new(clients::sqs(&sdk), urls)),
            flash,
            flash_admin,
            step_up_by_app,
            receiving,
            hosts,
            assistant,
            support,
            traffic: Arc::new(Traffic::every(TRAFFIC_GAP)),
            release,
            public_base_url,
            link_page_url,
        };
        Ok(Self {
            talk,
            account_sid: auth.account_sid,
            auth_tokens,
            sender: WhatsAppAddress::parse(&sender)?,
        })
    }
}

/// While a token is replaced another one may sign as well: who is refused makes all of them be read.
fn tokens(secrets: Secrets, name: String, current: AuthToken) -> Refreshed<Vec<AuthToken>> {
    Refreshed::beginning_with(vec![current], move || {
        let (secrets, name) = (secrets.clone(), name.clone());
        async move {
            let tokens = secrets.twilio_auth(&name).await?;
            Ok(tokens
                .into_iter()
                .map(|auth| AuthToken::new(auth.auth_token))
                .collect())
        }
        .boxed()
    })
}
