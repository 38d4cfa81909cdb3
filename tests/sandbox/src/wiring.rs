//! Each function, wired to this world as its `setup.rs` wires it to AWS.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws::keys::Keys;
use aws::queue::Queue;
use aws::refreshed::Refreshed;
use aws::ring::KeyRing;
use aws::tables::Tables;
use aws::topic::Topic;
use aws::traffic::Traffic;
use domain::address::WhatsAppAddress;
use domain::policy::FLASH_BUDGET_MS;
use domain::receiving::PayHosts;
use futures::FutureExt;
use secrecy::SecretString;
use talk::Talk;
use twilio::client::{Client, Config};
use twilio::content;
use twilio::repost::Webhook;
use twilio::sid::ContentSid;
use twilio::signature::AuthToken;

use crate::clock::WorldClock;
use crate::database::LocalDatabase;
use crate::fault::Faults;
use crate::maple::{MODEL, MapleStandIn};
use crate::queue::LocalQueue;
use crate::secrets::SecretStore;
use crate::topic::TOPIC_ARN;
use crate::twilio::TwilioStandIn;
use crate::world::{API_KEY_SID, Failure, Options};

/// What the functions share.
#[derive(Debug)]
pub(crate) struct Wiring<'a> {
    pub options: &'a Options,
    /// Where the stand-ins are reached from this process.
    pub here: String,
    pub public_url: String,
    pub clock: WorldClock,
    pub faults: Arc<Faults>,
    pub database: &'a LocalDatabase,
    pub queue: Arc<LocalQueue>,
    pub secrets: Arc<SecretStore>,
    pub sender: WhatsAppAddress,
}

impl Wiring<'_> {
    pub(crate) async fn webhook(&self) -> Result<webhook::App, Failure> {
        let secrets = Arc::clone(&self.secrets);
        let auth_tokens = Refreshed::read(move || {
            let tokens = secrets.read().auth_tokens;
            async move { Ok(tokens.into_iter().map(AuthToken::from).collect()) }.boxed()
        });
        Ok(webhook::App {
            talk: self.talk().await?,
            auth_tokens: auth_tokens.await?,
            account_sid: self.options.twilio_account_sid.clone(),
            sender: self.sender.clone(),
        })
    }

    async fn talk(&self) -> Result<Talk, Failure> {
        Ok(Talk {
            clock: self.clock.reader(),
            tables: self.tables().await?,
            queue: self.port(),
            flash: self.flash(FLASH_BUDGET_MS)?,
            flash_admin: self.flash_admin()?,
            step_up_by_app: self.options.step_up_by_app,
            receiving: self.options.receiving,
            hosts: PayHosts::default(),
            assistant: self.options.assistant,
            support: self.options.support_hours.clone(),
            traffic: self.traffic(),
            release: "local".to_owned(),
            public_base_url: self.public_url.clone(),
            link_page_url: None,
        })
    }

    pub(crate) async fn outbound(&self, twilio: &TwilioStandIn) -> Result<outbound::App, Failure> {
        Ok(outbound::App {
            clock: self.clock.reader(),
            tables: self.tables().await?,
            queue: self.port(),
            twilio: self.twilio_client().await?,
            gate: outbound::Watch::default(),
            traffic: self.traffic(),
            content_sids: if self.options.templates {
                register_templates(twilio)?
            } else {
                BTreeMap::new()
            },
            public_base_url: self.public_url.clone(),
        })
    }

    pub(crate) async fn web(&self) -> Result<web::App, Failure> {
        let tables = self.tables().await?;
        let flash = self.flash(FLASH_BUDGET_MS / 2)?;
        Ok(web::App {
            clock: self.clock.reader(),
            tables: tables.clone(),
            queue: self.port(),
            flash: flash.clone(),
            talk: Talk {
                tables,
                flash,
                flash_admin: None,
                step_up_by_app: false,
                ..self.talk().await?
            },
            flash_url: format!("{}/sandbox/flash/graphql", self.public_url),
            public_base_url: self.public_url.clone(),
            bot_number: web::bot_number(&self.sender),
            geetest_script_url: format!("{}/sandbox/flash/captcha.js", self.public_url),
            allow_other_phone: self.options.allow_other_phone,
            link_page_url: None,
            signing_secrets: self.signing_secrets().await?,
            health: web::Health::default(),
        })
    }

    pub(crate) async fn otp_expiry(&self) -> Result<otp_expiry::App, Failure> {
        Ok(otp_expiry::App {
            clock: self.clock.reader(),
            tables: self.tables().await?,
            queue: self.port(),
        })
    }

    pub(crate) async fn assistant(&self, maple: &MapleStandIn) -> Result<assistant::App, Failure> {
        let maple = if self.options.assistant {
            Some(self.maple_client(maple).await?)
        } else {
            None
        };
        Ok(assistant::App {
            clock: self.clock.reader(),
            tables: self.tables().await?,
            queue: self.port(),
            maple,
            gate: assistant::Watch::default(),
            knowledge: assistant::Knowledge::default(),
            moment: self.options.model_moment,
        })
    }

    /// The key is read off the stand-in, as where an operator keeps the secret as Maple has it.
    async fn maple_client(
        &self,
        maple: &MapleStandIn,
    ) -> Result<Refreshed<maple::Client>, Failure> {
        let (base_url, maple) = (format!("{}/sandbox/maple", self.here), maple.clone());
        let total_timeout = self.options.model_timeout;
        Refreshed::read(move || {
            let client = base_url.parse().map(|base_url| {
                maple::Client::new(maple::ClientConfig {
                    base_url,
                    model: MODEL.to_owned(),
                    key: SecretString::from(maple.key()),
                    connect_timeout: Duration::from_secs(2),
                    total_timeout,
                })
            });
            async move { Ok(client??) }.boxed()
        })
        .await
    }

    pub(crate) async fn event_bridge(&self) -> Result<event_bridge::App, Failure> {
        Ok(event_bridge::App {
            clock: self.clock.reader(),
            tables: self.tables().await?,
            queue: self.port(),
            flash: self.flash(FLASH_BUDGET_MS)?,
        })
    }

    pub(crate) async fn scheduler(&self) -> Result<scheduler::App, Failure> {
        let secrets = Arc::clone(&self.secrets);
        let auth_token = Refreshed::read(move || {
            let current = secrets.read().auth_tokens.into_iter().next();
            async move { Ok(AuthToken::from(current.ok_or("no auth token")?)) }.boxed()
        });
        Ok(scheduler::App {
            clock: self.clock.reader(),
            tables: self.tables().await?,
            queue: self.port(),
            twilio: self.twilio_client().await?,
            auth_token: auth_token.await?,
            webhook: Webhook::new(self.public_url.clone())?,
            announce_per_minute: self.options.announce_per_minute,
            support_topic: Some(self.support_topic()),
        })
    }

    fn support_topic(&self) -> Topic {
        let sns = self.database.sns(&format!("{}/sandbox/sns", self.here));
        Topic::new(sns, TOPIC_ARN.to_owned())
    }

    async fn signing_secrets(&self) -> Result<Option<Refreshed<Vec<SecretString>>>, Failure> {
        if self.options.signing_secrets.is_none() {
            return Ok(None);
        }
        let store = Arc::clone(&self.secrets);
        let secrets = Refreshed::read(move || {
            let secrets = store.signing();
            async move { Ok(secrets.into_iter().map(SecretString::from).collect()) }.boxed()
        });
        Ok(Some(secrets.await?))
    }

    /// Each function has read the ring for itself.
    async fn tables(&self) -> Result<Tables, Failure> {
        self.tables_behind(Arc::clone(&self.faults)).await
    }

    /// An operator's tables: no fault strikes them, so that looking uses none up.
    pub(crate) async fn operator(&self) -> Result<Tables, Failure> {
        self.tables_behind(Arc::default()).await
    }

    async fn tables_behind(&self, faults: Arc<Faults>) -> Result<Tables, Failure> {
        let client = self.database.client(faults);
        let secrets = Arc::clone(&self.secrets);
        let ring = KeyRing::read(move || {
            let keys = Keys::from_secret(&secrets.keys());
            async move { Ok(keys?) }.boxed()
        });
        let names = self.database.names.clone();
        Ok(Tables::new(client, names, Arc::new(ring.await?)))
    }

    /// Each instance counts for itself.
    fn traffic(&self) -> Arc<Traffic> {
        Arc::new(Traffic::every(self.options.traffic_every))
    }

    fn port(&self) -> Arc<dyn Queue> {
        Arc::clone(&self.queue) as Arc<dyn Queue>
    }

    fn flash(&self, budget_ms: u64) -> Result<flash::Client, Failure> {
        Ok(flash::Client::new(flash::ClientConfig {
            url: format!("{}/sandbox/flash/graphql", self.here).parse()?,
            connect_timeout: Duration::from_secs(2),
            total_timeout: Duration::from_millis(budget_ms),
        })?)
    }

    fn flash_admin(&self) -> Result<Option<flash::Admin>, Failure> {
        if !self.options.flash_admin {
            return Ok(None);
        }
        let url = format!("{}/sandbox/flash/admin/graphql", self.here).parse()?;
        let secret = SecretString::from(crate::flash::ADMIN_SECRET);
        Ok(Some(flash::Admin::new(url, secret)?))
    }

    async fn twilio_client(&self) -> Result<Refreshed<Client>, Failure> {
        let secrets = Arc::clone(&self.secrets);
        let (api_url, sender) = (format!("{}/sandbox/twilio", self.here), self.sender.clone());
        let account_sid = self.options.twilio_account_sid.clone();
        let total_timeout = self.options.twilio_timeout;
        Refreshed::read(move || {
            let secret = SecretString::from(secrets.read().key_secret);
            let config = Config::new(
                api_url.clone(),
                &account_sid,
                API_KEY_SID,
                secret,
                sender.clone(),
            );
            let config = config.map(|config| Config {
                total_timeout: total_timeout.unwrap_or(config.total_timeout),
                ..config
            });
            async move { Ok(Client::new(config?)?) }.boxed()
        })
        .await
    }
}

/// Our templates, created at the stand-in as an operator creates them at Twilio, and approved where they must be.
fn register_templates(twilio: &TwilioStandIn) -> Result<BTreeMap<String, ContentSid>, Failure> {
    let mut sids = BTreeMap::new();
    for (name, language) in content::all() {
        let sid = twilio
            .register_template(content::template(name, language), content::submission(name))
            .map_err(|refusal| format!("a template was refused: {}", refusal.message))?;
        sids.insert(content::sid_key(name, language), ContentSid::parse(&sid)?);
    }
    Ok(sids)
}
