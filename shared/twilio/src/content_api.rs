//! Twilio's Content API: which templates exist, creating one, and WhatsApp's approval. For operators: no function calls it.
//!
//! Nothing is repeated from here. A request that was not answered may have been carried out; the list then shows it.

use std::time::Duration;

use domain::time::Moment;
use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use crate::client::ConfigError;
use crate::client::read;
use crate::content::{Category, Words};
use crate::sid::{AccountSid, ContentSid, KeySid, SidError};

/// Twilio's own address.
pub const TWILIO: &str = "https://content.twilio.com";

const PAGE_SIZE: &str = "100";
/// Ten thousand templates; WhatsApp approves 6000 for one account.
const MOST_PAGES: usize = 100;
/// A hundred templates of the longest kind.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// Of Twilio's or WhatsApp's own words, in characters.
const WORDS_MAX: usize = 500;

/// Where and as whom to ask. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// [`TWILIO`], or a stand-in's address with its path.
    pub api_url: String,
    /// Whose templates are meant. The key decides whose they are; an answer from another account is an error.
    pub account_sid: AccountSid,
    pub key_sid: KeySid,
    pub key_secret: SecretString,
    pub connect_timeout: Duration,
    /// From the first byte out to the last byte in, connecting included.
    pub total_timeout: Duration,
}

impl Config {
    /// With the time-outs that somebody at a terminal can afford.
    pub fn new(
        api_url: String,
        account_sid: &str,
        key_sid: &str,
        key_secret: SecretString,
    ) -> Result<Self, SidError> {
        Ok(Self {
            api_url,
            account_sid: AccountSid::parse(account_sid)?,
            key_sid: KeySid::parse(key_sid)?,
            key_secret,
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(30),
        })
    }
}

/// Why a question to the Content API has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ContentApiError {
    /// It may have been carried out all the same.
    #[error("Twilio was not reached or did not answer in time")]
    Unanswered(#[source] reqwest::Error),
    #[error("Twilio does not accept the API key")]
    NotAccepted,
    #[error("Twilio refused it with HTTP {http_status}{}: {words}", coded(*code))]
    Refused {
        http_status: u16,
        /// Twilio's own, where the answer was one of its error bodies.
        code: Option<u32>,
        /// Twilio's own words, for whoever reads them at a terminal; blank for a body that is none of Twilio's.
        words: String,
    },
    #[error("Twilio's answer is not as it should be")]
    Unreadable,
    #[error("Twilio's list is longer than was read")]
    TooLong,
    #[error("the API key belongs to another account")]
    OtherAccount,
}

/// A template as it exists at Twilio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub sid: ContentSid,
    pub friendly_name: String,
    pub language: String,
    /// None for a template of a type that we have none of.
    pub words: Option<Words>,
    pub created_at: Option<Moment>,
}

/// What WhatsApp makes of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    pub status: ApprovalStatus,
    /// WhatsApp's own, which may not be the one that was asked for. Blank for what was never submitted.
    pub category: String,
    /// WhatsApp's words; blank where it rejected nothing.
    pub rejection_reason: String,
}

/// How far a template has come at WhatsApp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApprovalStatus {
    Unsubmitted,
    /// Twilio has it and hands it on.
    Received,
    Pending,
    Approved,
    Rejected,
    /// For a while, because people complained.
    Paused,
    /// For good, because people went on complaining.
    Disabled,
    /// A word that nobody told us of.
    Unknown,
}

use ApprovalStatus::{
    Approved, Disabled, Paused, Pending, Received, Rejected, Unknown, Unsubmitted,
};

const STATUSES: [(ApprovalStatus, &str); 7] = [
    (Unsubmitted, "unsubmitted"),
    (Received, "received"),
    (Pending, "pending"),
    (Approved, "approved"),
    (Rejected, "rejected"),
    (Paused, "paused"),
    (Disabled, "disabled"),
];

impl ApprovalStatus {
    pub fn parse(text: &str) -> Self {
        STATUSES
            .iter()
            .find(|(_, word)| *word == text)
            .map_or(Unknown, |(status, _)| *status)
    }

    /// Twilio's word; `unknown` for what we have none for.
    pub fn as_str(self) -> &'static str {
        STATUSES
            .iter()
            .find(|(status, _)| *status == self)
            .map_or("unknown", |(_, word)| *word)
    }

    /// True if WhatsApp has said no, for now or for good.
    pub fn is_refusal(self) -> bool {
        matches!(self, Rejected | Paused | Disabled)
    }
}

/// Cheap to clone; keeps its connections.
#[derive(Clone, Debug)]
pub struct ContentApi {
    http: reqwest::Client,
    contents: Url,
    account_sid: AccountSid,
    key_sid: KeySid,
    key_secret: SecretString,
    total_timeout: Duration,
}

impl ContentApi {
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let url = format!("{}/v1/Content", config.api_url.trim_end_matches('/'));
        let contents = Url::parse(&url)
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
            contents,
            account_sid: config.account_sid,
            key_sid: config.key_sid,
            key_secret: config.key_secret,
            total_timeout: config.total_timeout,
        })
    }

    /// Every template of the account, or an error.
    pub async fn list(&self) -> Result<Vec<Resource>, ContentApiError> {
        let mut url = self.contents.clone();
        url.query_pairs_mut().append_pair("PageSize", PAGE_SIZE);
        let mut found = Vec::new();
        for _ in 0..MOST_PAGES {
            let page: Page = self.ask(self.http.get(url.clone())).await?;
            for content in &page.contents {
                found.push(self.resource(content)?);
            }
            let Some(next) = page.meta.next_page_url else {
                return Ok(found);
            };
            // Only the query is taken: wherever the answer points, the credentials go to Twilio.
            url.set_query(next.split_once('?').map(|(_, query)| query));
        }
        Err(ContentApiError::TooLong)
    }

    /// Creates the template `json`, one of [`template`](crate::content::template), whether or not there is another.
    pub async fn create(&self, json: &str) -> Result<Resource, ContentApiError> {
        let request = self.http.post(self.contents.clone());
        let request = request
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(json.to_owned());
        self.resource(&self.ask(request).await?)
    }

    /// Asks WhatsApp to approve it under `name`, which Twilio makes unique by adding the SID. Once for each template.
    pub async fn submit(
        &self,
        sid: &ContentSid,
        name: &str,
        category: Category,
    ) -> Result<Approval, ContentApiError> {
        let request = self
            .http
            .post(self.approval_requests(sid, "/whatsapp"))
            .json(&json!({"name": name, "category": category.as_str()}));
        let answer: WhatsApp = self.ask(request).await?;
        Ok(answer.into())
    }

    /// How far it has come at WhatsApp.
    pub async fn approval(&self, sid: &ContentSid) -> Result<Approval, ContentApiError> {
        let request = self.http.get(self.approval_requests(sid, ""));
        let answer: Approvals = self.ask(request).await?;
        Ok(answer.whatsapp.unwrap_or_default().into())
    }

    fn approval_requests(&self, sid: &ContentSid, channel: &str) -> Url {
        let mut url = self.contents.clone();
        let path = format!("{}/{}/ApprovalRequests{channel}", url.path(), sid.as_str());
        url.set_path(&path);
        url
    }

    fn resource(&self, content: &Value) -> Result<Resource, ContentApiError> {
        let Content {
            sid,
            account_sid,
            friendly_name,
            language,
            date_created,
        } = Content::deserialize(content).map_err(|_| ContentApiError::Unreadable)?;
        if account_sid != self.account_sid {
            return Err(ContentApiError::OtherAccount);
        }
        Ok(Resource {
            sid,
            friendly_name: friendly_name.unwrap_or_default(),
            language: language.unwrap_or_default(),
            words: Words::deserialize(content).ok(),
            created_at: date_created.as_deref().and_then(moment),
        })
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<T, ContentApiError> {
        let unanswered = |error: reqwest::Error| ContentApiError::Unanswered(error.without_url());
        let response = request
            .timeout(self.total_timeout)
            .basic_auth(self.key_sid.as_str(), Some(self.key_secret.expose_secret()))
            .send()
            .await
            .map_err(unanswered)?;
        let status = response.status();
        let body = read(response, MOST_BYTES).await;
        if status == reqwest::StatusCode::UNAUTHORIZED {
            return Err(ContentApiError::NotAccepted);
        }
        if !status.is_success() {
            let error: ErrorBody =
                serde_json::from_slice(&body.unwrap_or_default()).unwrap_or_default();
            return Err(ContentApiError::Refused {
                http_status: status.as_u16(),
                code: error.code,
                words: printable(&error.message.or(error.detail).unwrap_or_default()),
            });
        }
        let body = body.map_err(|error| error.map_or(ContentApiError::Unreadable, unanswered))?;
        serde_json::from_slice(&body).map_err(|_| ContentApiError::Unreadable)
    }
}

/// The parts of the answers that we rely on; the schema makes every field nullable.
#[derive(Deserialize)]
struct Page {
    contents: Vec<Value>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    next_page_url: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    sid: ContentSid,
    account_sid: AccountSid,
    friendly_name: Option<String>,
    language: Option<String>,
    date_created: Option<String>,
}

#[derive(Deserialize)]
struct Approvals {
    whatsapp: Option<WhatsApp>,
}

/// What was never submitted has no such part, or one that says so.
#[derive(Default, Deserialize)]
struct WhatsApp {
    status: Option<String>,
    category: Option<String>,
    rejection_reason: Option<String>,
}

impl From<WhatsApp> for Approval {
    fn from(answer: WhatsApp) -> Self {
        let text = |text: Option<String>| printable(&text.unwrap_or_default());
        Self {
            status: answer
                .status
                .map_or(Unsubmitted, |status| ApprovalStatus::parse(&status)),
            category: text(answer.category),
            rejection_reason: text(answer.rejection_reason),
        }
    }
}

/// Twilio's older error bodies and its RFC 9457 ones.
#[derive(Default, Deserialize)]
struct ErrorBody {
    code: Option<u32>,
    message: Option<String>,
    detail: Option<String>,
}

fn coded(code: Option<u32>) -> String {
    code.map_or_else(String::new, |code| format!(" and code {code}"))
}

/// On one line, and without what a terminal would obey.
fn printable(text: &str) -> String {
    text.chars()
        .take(WORDS_MAX)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The schema speaks of RFC 2822; what it shows, and what comes, is RFC 3339.
fn moment(text: &str) -> Option<Moment> {
    let timestamp = text.parse().ok().or_else(|| {
        let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
        Some(zoned.timestamp())
    })?;
    Some(Moment::from_unix(jiff::Timestamp::as_second(timestamp)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_and_a_new_one_is_unknown() {
        for (status, word) in STATUSES {
            assert_eq!(ApprovalStatus::parse(word), status);
            assert_eq!(status.as_str(), word);
        }
        assert_eq!(ApprovalStatus::parse("in_appeal"), Unknown);
        assert_eq!(Unknown.as_str(), "unknown");
        assert!(!Unknown.is_refusal());
    }

    #[test]
    fn dates_are_read_in_both_spellings() {
        let at = Some(Moment::from_unix(1_438_282_800));
        assert_eq!(moment("2015-07-30T19:00:00Z"), at);
        assert_eq!(moment("Thu, 30 Jul 2015 19:00:00 +0000"), at);
        assert_eq!(moment("yesterday"), None);
    }

    #[test]
    fn what_would_drive_a_terminal_is_not_printed() {
        assert_eq!(printable("a\n\u{1b}[2Jb"), "a  [2Jb");
        assert_eq!(printable(&"é".repeat(600)).chars().count(), 500);
    }
}
