//! Sends one message through Twilio's Messages API.
//!
//! The API has no idempotency key: a time-out may mean that the message went. What comes back therefore always says
//! whether it was taken, was not, or may have been ([`SendError`]). Nothing is ever sent twice from here.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use domain::address::WhatsAppAddress;
use domain::ids::MessageSid;
use reqwest::header::RETRY_AFTER;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

pub use crate::failure::SendError;
use crate::sid::{AccountSid, ContentSid, KeySid, SidError};
use crate::status::MessageStatus;

/// Twilio's answers are about 1 kB; what is longer is not Twilio's.
const MOST_BYTES: usize = 64 * 1024;

/// Where and as whom to send. An API key can be restricted and revoked; it can't prove webhooks.
#[derive(Clone, Debug)]
pub struct Config {
    /// `https://api.twilio.com`, or a stand-in's address with its path.
    pub api_url: String,
    pub account_sid: AccountSid,
    pub key_sid: KeySid,
    pub key_secret: SecretString,
    pub sender: WhatsAppAddress,
    pub connect_timeout: Duration,
    /// From the first byte out to the last byte in, connecting included.
    pub total_timeout: Duration,
}

impl Config {
    /// With the time-outs that a function of 30 s can afford.
    pub fn new(
        api_url: String,
        account_sid: &str,
        key_sid: &str,
        key_secret: SecretString,
        sender: WhatsAppAddress,
    ) -> Result<Self, SidError> {
        Ok(Self {
            api_url,
            account_sid: AccountSid::parse(account_sid)?,
            key_sid: KeySid::parse(key_sid)?,
            key_secret,
            sender,
            connect_timeout: Duration::from_secs(2),
            total_timeout: Duration::from_secs(10),
        })
    }
}

/// The client can't be built from its configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("Twilio's API address is not an http or https URL")]
    ApiUrl,
    #[error("the HTTP client can't be built")]
    Http(#[source] reqwest::Error),
}

/// One message to one person. `Debug` shows neither.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    pub to: &'a WhatsAppAddress,
    pub content: Content<'a>,
    /// A public picture of at most 16 MB.
    pub media_url: Option<&'a str>,
    /// Where Twilio reports delivery.
    pub status_callback: &'a str,
    /// After so many seconds in Twilio's queue it is better not sent; 1 to 36000.
    pub validity_s: Option<u32>,
}

#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// Only inside the 24-hour window; at most 1600 characters as Twilio counts them.
    Text { body: &'a str },
    /// Outside the window only if WhatsApp has approved it.
    Template {
        content_sid: &'a ContentSid,
        variables: &'a BTreeMap<String, String>,
    },
}

/// Twilio has it. That is not delivery: WhatsApp's verdict comes by callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub sid: MessageSid,
    pub status: MessageStatus,
}

/// Cheap to clone; keeps its connections.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) messages: reqwest::Url,
    pub(crate) key_sid: KeySid,
    pub(crate) key_secret: SecretString,
    pub(crate) sender: WhatsAppAddress,
    pub(crate) total_timeout: Duration,
}

impl Client {
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let url = format!(
            "{}/2010-04-01/Accounts/{}/Messages.json",
            config.api_url.trim_end_matches('/'),
            config.account_sid.as_str()
        );
        let messages = reqwest::Url::parse(&url)
            .ok()
            .filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
            .ok_or(ConfigError::ApiUrl)?;
        let http = reqwest::Client::builder()
            .connect_timeout(config.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(ConfigError::Http)?;
        Ok(Self {
            http,
            messages,
            key_sid: config.key_sid,
            key_secret: config.key_secret,
            sender: config.sender,
            total_timeout: config.total_timeout,
        })
    }

    /// One request, never repeated. Logs the call and its outcome, and nothing of the message.
    pub async fn send(&self, message: &Outgoing<'_>) -> Result<Accepted, SendError> {
        let result = self.post(message).await;
        let outcome = match &result {
            Ok((status, _))
            | Err(
                SendError::Refused {
                    http_status: status,
                    ..
                }
                | SendError::Ambiguous {
                    http_status: Some(status),
                    ..
                },
            ) => status.to_string(),
            Err(SendError::Ambiguous { .. }) => "unanswered".to_owned(),
            Err(SendError::NotSent { .. }) => "unreached".to_owned(),
        };
        tracing::info!(target: "call", system = "twilio", operation = "CreateMessage", outcome);
        result.map(|(_, accepted)| accepted)
    }

    async fn post(&self, message: &Outgoing<'_>) -> Result<(u16, Accepted), SendError> {
        let response = self
            .http
            .post(self.messages.clone())
            .timeout(self.total_timeout)
            .basic_auth(self.key_sid.as_str(), Some(self.key_secret.expose_secret()))
            .form(&self.fields(message))
            .send()
            .await
            .map_err(SendError::unanswered)?;

        let status = response.status();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .map(|value| value.to_str().unwrap_or_default().to_owned());
        let body = read(response, MOST_BYTES).await;
        if !status.is_success() {
            let body = body.unwrap_or_default();
            return Err(SendError::answered(
                status.as_u16(),
                retry_after.as_deref(),
                &body,
            ));
        }
        // Twilio says it took the message; without the SID it can only be looked for.
        let unreadable = |source| SendError::Ambiguous {
            http_status: Some(status.as_u16()),
            source,
        };
        let body = body.map_err(|error| unreadable(error.map(reqwest::Error::without_url)))?;
        let created: Created = serde_json::from_slice(&body).map_err(|_| unreadable(None))?;
        Ok((status.as_u16(), created.into()))
    }

    fn fields(&self, message: &Outgoing<'_>) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("To", message.to.to_twilio()),
            ("From", self.sender.to_twilio()),
            ("StatusCallback", message.status_callback.to_owned()),
        ];
        match message.content {
            Content::Text { body } => fields.push(("Body", body.to_owned())),
            Content::Template {
                content_sid,
                variables,
            } => {
                fields.push(("ContentSid", content_sid.as_str().to_owned()));
                if !variables.is_empty() {
                    let json = serde_json::json!(variables);
                    fields.push(("ContentVariables", json.to_string()));
                }
            }
        }
        if let Some(url) = message.media_url {
            fields.push(("MediaUrl", url.to_owned()));
        }
        if let Some(seconds) = message.validity_s {
            fields.push(("ValidityPeriod", seconds.to_string()));
        }
        fields
    }
}

/// The part of the answer that we rely on; the schema makes every field nullable.
#[derive(Deserialize)]
struct Created {
    sid: MessageSid,
    status: Option<String>,
}

impl From<Created> for Accepted {
    fn from(created: Created) -> Self {
        Self {
            sid: created.sid,
            status: created.status.map_or(MessageStatus::Unknown, |status| {
                MessageStatus::parse(&status)
            }),
        }
    }
}

/// The whole body; an error without a source if it is longer than any of Twilio's.
pub(crate) async fn read(
    mut response: reqwest::Response,
    most: usize,
) -> Result<Vec<u8>, Option<reqwest::Error>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Some)? {
        if body.len() + chunk.len() > most {
            return Err(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("content", &self.content)
            .field("with_media", &self.media_url.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { .. } => f.write_str("Text(…)"),
            Self::Template { content_sid, .. } => write!(f, "Template({})", content_sid.as_str()),
        }
    }
}
