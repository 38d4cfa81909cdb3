//! What Twilio itself knows of recent messages: the only way to learn what became of one whose answer was lost.

use std::fmt;

use domain::address::WhatsAppAddress;
use domain::ids::MessageSid;
use domain::time::Moment;
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::client::{Client, read};
use crate::status::MessageStatus;

/// Newest first, this many to a page, and no more pages: what is looked for is minutes old.
const PAGE_SIZE: &str = "100";
const MOST_PAGES: usize = 5;

/// Twilio's list could not be read. Nothing follows from that for any message.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("Twilio was not reached")]
    Unanswered(#[source] reqwest::Error),
    #[error("Twilio answered HTTP {0}")]
    Refused(u16),
    #[error("Twilio's list is not as it should be")]
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

#[derive(Deserialize)]
struct Page {
    messages: Vec<Resource>,
    next_page_uri: Option<String>,
}

#[derive(Deserialize)]
struct Resource {
    sid: MessageSid,
    status: Option<String>,
    body: Option<String>,
    date_created: Option<String>,
}

impl Client {
    /// What was sent from our sender to `to` since `since`, newest first. All of it or an error.
    pub async fn sent_to(
        &self,
        to: &WhatsAppAddress,
        since: Moment,
    ) -> Result<Vec<Listed>, ListError> {
        let result = self.pages(to, since).await;
        let outcome = match &result {
            Ok(_) => "200".to_owned(),
            Err(ListError::Refused(status)) => status.to_string(),
            Err(_) => "unanswered".to_owned(),
        };
        tracing::info!(target: "call", system = "twilio", operation = "ListMessage", outcome);
        result
    }

    async fn pages(&self, to: &WhatsAppAddress, since: Moment) -> Result<Vec<Listed>, ListError> {
        let mut url = self.messages.clone();
        // By date of sending a message that still waits would be left out, so the order by age decides.
        url.query_pairs_mut()
            .append_pair("To", &to.to_twilio())
            .append_pair("From", &self.sender.to_twilio())
            .append_pair("PageSize", PAGE_SIZE);
        let mut found = Vec::new();
        for _ in 0..MOST_PAGES {
            let page = self.page(url.clone()).await?;
            for resource in page.messages {
                let created_at = resource
                    .date_created
                    .as_deref()
                    .and_then(moment)
                    .ok_or(ListError::Unreadable)?;
                if created_at < since {
                    return Ok(found);
                }
                found.push(Listed {
                    sid: resource.sid,
                    status: resource
                        .status
                        .as_deref()
                        .map_or(MessageStatus::Unknown, MessageStatus::parse),
                    body: resource.body.unwrap_or_default(),
                    created_at,
                });
            }
            let Some(next) = page.next_page_uri else {
                return Ok(found);
            };
            // Only the query is taken: wherever the answer points, the credentials go to Twilio.
            let query = next.split_once('?').map(|(_, query)| query.to_owned());
            url.set_query(query.as_deref());
        }
        Err(ListError::TooLong)
    }

    async fn page(&self, url: reqwest::Url) -> Result<Page, ListError> {
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

/// A hundred messages of the longest kind.
const MOST_BYTES: usize = 1024 * 1024;

/// Twilio's RFC 2822 dates.
fn moment(text: &str) -> Option<Moment> {
    let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(Moment::from_unix(zoned.timestamp().as_second()))
}
