//! A stand-in on a port of its own, a clock in the test's hand, and our client.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use aws::clock::Clock;
use domain::address::WhatsAppAddress;
use sandbox::fault::Faults;
use sandbox::twilio::{Config, TwilioStandIn};
use serde_json::{Value, json};
use twilio::client::{Accepted, Client, Content, Outgoing, SendError};
use twilio::content_api::{self, ContentApi};
use twilio::sid::{AccountSid, ContentSid, KeySid};

pub(crate) const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub(crate) const KEY: &str = "SK00000000000000000000000000000001";
pub(crate) const SENDER: &str = "whatsapp:+14155238886";
pub(crate) const MARCIA: &str = "whatsapp:+18765550100";
pub(crate) const PUBLIC: &str = "http://127.0.0.1:8700";
pub(crate) const CALLBACK: &str = "http://127.0.0.1:8700/whatsapp/status/x";
/// Sun, 22 Nov 2026 12:00:00 +0000.
pub(crate) const NOON: i64 = 1_795_348_800_000;

pub(crate) struct World {
    pub(crate) twilio: TwilioStandIn,
    pub(crate) faults: Arc<Faults>,
    pub(crate) url: String,
    /// Building one costs more than a test: it reads the machine's certificates.
    pub(crate) http: reqwest::Client,
    client: Client,
    clock: Arc<AtomicI64>,
}

impl World {
    pub(crate) async fn start() -> Self {
        let clock = Arc::new(AtomicI64::new(NOON));
        let hand = clock.clone();
        let faults = Arc::new(Faults::default());
        let config = Config {
            account_sid: ACCOUNT.to_owned(),
            auth_tokens: vec!["first-token".to_owned(), "second-token".to_owned()],
            key_sid: KEY.to_owned(),
            key_secret: "key-secret".to_owned(),
            sender: SENDER.to_owned(),
            public_url: PUBLIC.to_owned(),
        };
        let told = Clock::told_by(move || hand.load(Ordering::SeqCst));
        let twilio = TwilioStandIn::new(config, told, faults.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/sandbox/twilio", listener.local_addr().unwrap());
        let app = axum::Router::new().nest("/sandbox/twilio", twilio.router());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            twilio,
            faults,
            http: reqwest::Client::new(),
            client: client(&url),
            url,
            clock,
        }
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub(crate) fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) async fn text(&self, body: &str) -> Result<Accepted, SendError> {
        self.send(MARCIA, Content::Text { body }, CALLBACK).await
    }

    pub(crate) async fn send(
        &self,
        to: &str,
        content: Content<'_>,
        status_callback: &str,
    ) -> Result<Accepted, SendError> {
        let to = WhatsAppAddress::parse(to).unwrap();
        self.client
            .send(&Outgoing {
                to: &to,
                content,
                media_url: None,
                status_callback,
                validity_s: Some(3600),
            })
            .await
    }

    pub(crate) async fn template(
        &self,
        sid: &ContentSid,
        variables: &[(&str, &str)],
    ) -> Result<Accepted, SendError> {
        let variables: BTreeMap<String, String> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let content = Content::Template {
            content_sid: sid,
            variables: &variables,
        };
        self.send(MARCIA, content, CALLBACK).await
    }

    pub(crate) async fn post_json(&self, path: &str, json: &str) -> (u16, Value) {
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/json")
            .basic_auth(KEY, Some("key-secret"))
            .body(json.to_owned());
        answer(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let request = self
            .http
            .get(format!("{}{path}", self.url))
            .basic_auth(ACCOUNT, Some("second-token"));
        answer(request).await
    }

    pub(crate) async fn register(&self, json: &str) -> ContentSid {
        let (status, created) = self.post_json("/v1/Content", json).await;
        assert_eq!(status, 201, "{created}");
        ContentSid::parse(created["sid"].as_str().unwrap()).unwrap()
    }

    /// Asks WhatsApp to approve it.
    pub(crate) async fn submit(&self, sid: &ContentSid, name: &str) {
        let path = format!("/v1/Content/{}/ApprovalRequests/whatsapp", sid.as_str());
        let request = json!({"name": name, "category": "UTILITY"}).to_string();
        let (status, asked) = self.post_json(&path, &request).await;
        assert_eq!((status, &asked["status"]), (201, &json!("received")));
    }

    pub(crate) fn content_api(&self) -> ContentApi {
        let secret = "key-secret".to_owned().into();
        let config = content_api::Config::new(self.url.clone(), ACCOUNT, KEY, secret).unwrap();
        ContentApi::new(content_api::Config {
            total_timeout: Duration::from_millis(500),
            ..config
        })
        .unwrap()
    }

    /// The status that Twilio's own record shows.
    pub(crate) fn status_of(&self, accepted: &Accepted) -> Value {
        self.message(accepted)["status"].clone()
    }

    pub(crate) fn message(&self, accepted: &Accepted) -> Value {
        self.twilio
            .messages(None, 0)
            .into_iter()
            .find(|message| message["sid"] == json!(accepted.sid.as_str()))
            .unwrap()
    }
}

fn client(api_url: &str) -> Client {
    Client::new(twilio::client::Config {
        api_url: api_url.to_owned(),
        account_sid: AccountSid::parse(ACCOUNT).unwrap(),
        key_sid: KeySid::parse(KEY).unwrap(),
        key_secret: "key-secret".to_owned().into(),
        sender: WhatsAppAddress::parse(SENDER).unwrap(),
        connect_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_millis(500),
    })
    .unwrap()
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}
