//! Posts to the bot's own webhook what Twilio posted in vain or not at all, signed as Twilio signs: so it passes the same
//! gateway, proof and repeats as everything else, and nothing is done twice.

use std::fmt;
use std::time::Duration;

use domain::ids::{EntryKey, MessageSid};

use crate::list::{Fetched, Inbound};
use crate::signature::{AuthToken, sign};

/// As Twilio is told to (`ct` of the webhook's address), and longer than the webhook's own time-out.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// What a post takes at most.
pub const TIMEOUT: Duration = Duration::from_secs(13);

/// A parameter that only our own posts have: the list they come from knows no user id.
pub(crate) const FOUND_LATER: &str = "FoundLater";

/// Names and values, in order.
pub type Form = Vec<(String, String)>;

/// What Twilio would have posted. `Debug` shows no word of it.
#[derive(Clone, Copy, Debug)]
pub enum Post<'a> {
    /// A message from Twilio's list.
    Message(&'a Inbound),
    /// How far the message of an entry has come.
    Status {
        entry: &'a EntryKey,
        sid: &'a MessageSid,
        news: Fetched,
    },
}

/// The webhook did not take it; it may be posted again.
#[derive(Debug, thiserror::Error)]
pub enum RepostError {
    /// 403 where the token is not one of those that sign.
    #[error("the webhook answered HTTP {0}")]
    Refused(u16),
    #[error("the webhook was not reached, or did not answer")]
    Unanswered(#[source] reqwest::Error),
}

/// The bot, where Twilio finds it. Cheap to clone; keeps its connections.
#[derive(Clone)]
pub struct Webhook {
    http: reqwest::Client,
    public_base_url: String,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook(…)")
    }
}

impl Webhook {
    /// `public_base_url` is as configured at Twilio, without a slash at the end.
    pub fn new(public_base_url: String) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            http,
            public_base_url,
        })
    }

    /// One request. Ok means that it is dealt with, now or before. Logs its outcome, and nothing of what it says.
    pub async fn post(&self, token: &AuthToken, post: Post<'_>) -> Result<(), RepostError> {
        let (operation, path, form) = match post {
            Post::Message(message) => ("Message", "webhook".to_owned(), message_form(message)),
            Post::Status { entry, sid, news } => (
                "Status",
                format!("status/{entry}"),
                status_form(sid.as_str(), news),
            ),
        };
        let url = format!("{}/whatsapp/{path}", self.public_base_url);
        let request = self.http.post(&url).form(&form);
        let request = request.header("x-twilio-signature", sign(token, &url, &form));
        let answered = request.send().await.map(|answer| answer.status());
        let outcome = answered.as_ref().map_or_else(
            |_| "unanswered".to_owned(),
            |status| status.as_u16().to_string(),
        );
        tracing::info!(target: "call", system = "webhook", operation, outcome);
        match answered {
            Ok(status) if status.is_success() => Ok(()),
            Ok(status) => Err(RepostError::Refused(status.as_u16())),
            Err(error) => Err(RepostError::Unanswered(error.without_url())),
        }
    }
}

/// The parameters that Twilio's list knows. Those that it does not know are left out, never made up.
fn message_form(message: &Inbound) -> Form {
    let sid = message.sid.as_str();
    form(&[
        ("SmsMessageSid", sid),
        ("NumMedia", &message.num_media),
        ("SmsSid", sid),
        ("SmsStatus", "received"),
        ("Body", &message.body),
        ("To", &message.to),
        ("MessageSid", sid),
        ("AccountSid", &message.account_sid),
        ("From", &message.from.to_twilio()),
        ("ApiVersion", &message.api_version),
        (FOUND_LATER, "true"),
    ])
}

/// A delivery callback, as far as we know what Twilio would have said.
pub fn status_form(sid: &str, news: Fetched) -> Form {
    let status = news.status.as_str();
    let mut form = form(&[
        ("SmsSid", sid),
        ("SmsStatus", status),
        ("MessageStatus", status),
        ("MessageSid", sid),
    ]);
    form.extend(
        news.error_code
            .map(|code| ("ErrorCode".to_owned(), code.to_string())),
    );
    form
}

fn form(pairs: &[(&str, &str)]) -> Form {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
