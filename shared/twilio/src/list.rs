//! What Twilio itself knows of recent messages: the only way to learn what became of one whose answer or callback was
//! lost, and what people wrote while nobody took it.

use std::fmt;

use domain::address::WhatsAppAddress;
use domain::ids::MessageSid;
use domain::time::Moment;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::client::{Client, read};
use crate::status::MessageStatus;

/// Newest first, this many to a page, and no more pages: what is looked for is minutes old.
const PAGE_SIZE: &str = "100";
const MOST_PAGES: usize = 5;

/// Of what people wrote: the API's largest page, and as many messages as one look can deal with.
const INBOUND_PAGE_SIZE: &str = "1000";
const INBOUND_MOST_PAGES: usize = 10;

/// A page of the longest messages.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Twilio's word for what people wrote.
const INBOUND: &str = "inbound";

/// Twilio could not be asked. Nothing follows from that for any message.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("Twilio was not reached")]
    Unanswered(#[source] reqwest::Error),
    #[error("Twilio answered HTTP {0}")]
    Refused(u16),
    #[error("Twilio's answer is not as it should be")]
    Unreadable,
    /// Older messages than were read may be among those asked for.
    #[error("Twilio's list is longer than was read")]
    TooLong,
}

/// One message as Twilio has it. `Debug` shows no word of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Listed {
    pub sid: MessageSid,
    pub status: MessageStatus,
    pub body: String,
    pub created_at: Moment,
}

impl fmt::Debug for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listed")
            .field("sid", &self.sid)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// What somebody wrote to us, as far as Twilio's list tells: no user id, no name, no button, no address of a picture.
/// `Debug` shows no word of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Inbound {
    pub sid: MessageSid,
    pub account_sid: String,
    pub from: WhatsAppAddress,
    pub to: String,
    pub body: String,
    pub num_media: String,
    pub api_version: String,
    /// When Twilio posted it, or would have.
    pub sent_at: Moment,
}

impl fmt::Debug for Inbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbound")
            .field("sid", &self.sid)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}

/// How far a message of ours has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fetched {
    pub status: MessageStatus,
    pub error_code: Option<u32>,
}

#[derive(Deserialize)]
struct Page {
    messages: Vec<Resource>,
    next_page_uri: Option<String>,
}

/// The part of a message that we rely on; the schema makes every field nullable.
#[derive(Deserialize)]
struct Resource {
    sid: MessageSid,
    account_sid: Option<String>,
    api_version: Option<String>,
    direction: Option<String>,
    from: Option<String>,
    to: Option<String>,
    status: Option<String>,
    error_code: Option<u32>,
    body: Option<String>,
    num_media: Option<String>,
    date_created: Option<String>,
    date_sent: Option<String>,
}

impl Resource {
    fn status(&self) -> MessageStatus {
        self.status
            .as_deref()
            .map_or(MessageStatus::Unknown, MessageStatus::parse)
    }

    fn created_at(&self) -> Option<Moment> {
        self.date_created.as_deref().and_then(moment)
    }

    /// None for what no person wrote, or nobody could answer.
    fn inbound(self) -> Option<Inbound> {
        if self.direction.as_deref() != Some(INBOUND) {
            return None;
        }
        let sent_at = self.date_sent.as_deref().and_then(moment);
        Some(Inbound {
            sent_at: sent_at.or_else(|| self.created_at())?,
            from: WhatsAppAddress::parse(self.from.as_deref()?).ok()?,
            account_sid: self.account_sid?,
            to: self.to?,
            body: self.body.unwrap_or_default(),
            num_media: self.num_media.unwrap_or_default(),
            api_version: self.api_version.unwrap_or_default(),
            sid: self.sid,
        })
    }
}

impl Client {
    /// What was sent from our sender to `to` since `since`, newest first. All of it or an error.
    pub async fn sent_to(
        &self,
        to: &WhatsAppAddress,
        since: Moment,
    ) -> Result<Vec<Listed>, ListError> {
        let mut url = self.messages.clone();
        // By date of sending a message that still waits would be left out, so the order by age decides.
        url.query_pairs_mut()
            .append_pair("To", &to.to_twilio())
            .append_pair("From", &self.sender.to_twilio())
            .append_pair("PageSize", PAGE_SIZE);
        let mut found = Vec::new();
        let result = self.pages(url, MOST_PAGES, |resource| {
            let created_at = resource.created_at().ok_or(ListError::Unreadable)?;
            if created_at < since {
                return Ok(false);
            }
            found.push(Listed {
                status: resource.status(),
                body: resource.body.unwrap_or_default(),
                sid: resource.sid,
                created_at,
            });
            Ok(true)
        });
        told("ListMessage", result.await).map(|()| found)
    }

    /// What people wrote to our sender from `from` to `until`, both included, oldest first. All of it or an error.
    pub async fn received(&self, from: Moment, until: Moment) -> Result<Vec<Inbound>, ListError> {
        let mut url = self.messages.clone();
        url.query_pairs_mut()
            .append_pair("To", &self.sender.to_twilio())
            .append_pair("DateSent>", &iso(from)?)
            .append_pair("DateSent<", &iso(until)?)
            .append_pair("PageSize", INBOUND_PAGE_SIZE);
        let mut found = Vec::new();
        let result = self.pages(url, INBOUND_MOST_PAGES, |resource| {
            // Should Twilio go by the day alone, the rest of the day is not asked for.
            let inbound = resource.inbound();
            found.extend(inbound.filter(|it| (from..=until).contains(&it.sent_at)));
            Ok(true)
        });
        told("ListMessage", result.await)?;
        found.reverse();
        Ok(found)
    }

    /// How far one message has come; [`ListError::Refused`] with 404 if Twilio does not know it, or not yet.
    pub async fn fetch(&self, sid: &MessageSid) -> Result<Fetched, ListError> {
        let mut url = self.messages.clone();
        let path = url.path().trim_end_matches(".json").to_owned();
        url.set_path(&format!("{path}/{}.json", sid.as_str()));
        let resource: Resource = told("FetchMessage", self.get(url).await)?;
        Ok(Fetched {
            status: resource.status(),
            error_code: resource.error_code,
        })
    }

    /// Gives `take` each message of the list, page by page, until it says that it has enough.
    async fn pages(
        &self,
        mut url: reqwest::Url,
        most: usize,
        mut take: impl FnMut(Resource) -> Result<bool, ListError>,
    ) -> Result<(), ListError> {
        for _ in 0..most {
            let page: Page = self.get(url.clone()).await?;
            for resource in page.messages {
                if !take(resource)? {
                    return Ok(());
                }
            }
            let Some(next) = page.next_page_uri else {
                return Ok(());
            };
            // Only the query is taken: wherever the answer points, the credentials go to Twilio.
            let query = next.split_once('?').map(|(_, query)| query.to_owned());
            url.set_query(query.as_deref());
        }
        Err(ListError::TooLong)
    }

    async fn get<T: DeserializeOwned>(&self, url: reqwest::Url) -> Result<T, ListError> {
        let request = self.http.get(url).timeout(self.total_timeout);
        let request =
            request.basic_auth(self.key_sid.as_str(), Some(self.key_secret.expose_secret()));
        let response = request
            .send()
            .await
            .map_err(|error| ListError::Unanswered(error.without_url()))?;
        if !response.status().is_success() {
            return Err(ListError::Refused(response.status().as_u16()));
        }
        let body = read(response, MOST_BYTES)
            .await
            .map_err(|error| match error {
                Some(error) => ListError::Unanswered(error.without_url()),
                None => ListError::Unreadable,
            })?;
        serde_json::from_slice(&body).map_err(|_| ListError::Unreadable)
    }
}

/// Logs the call and its outcome, and nothing of any message.
fn told<T>(operation: &'static str, result: Result<T, ListError>) -> Result<T, ListError> {
    let outcome = match &result {
        Ok(_) => "200".to_owned(),
        Err(ListError::Refused(status)) => status.to_string(),
        Err(_) => "unanswered".to_owned(),
    };
    tracing::info!(target: "call", system = "twilio", operation, outcome);
    result
}

/// Twilio's RFC 2822 dates.
fn moment(text: &str) -> Option<Moment> {
    let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(Moment::from_unix(zoned.timestamp().as_second()))
}

/// As Twilio's own libraries write a filter: GMT, to the second.
fn iso(moment: Moment) -> Result<String, ListError> {
    let timestamp = jiff::Timestamp::from_second(moment.unix());
    let timestamp = timestamp.map_err(|_| ListError::Unreadable)?;
    Ok(timestamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
