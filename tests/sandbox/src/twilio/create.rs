//! `CreateMessage`: what Twilio checks before it answers 201.

use std::net::IpAddr;

use domain::address::WhatsAppAddress;
use reqwest::Url;
use serde_json::{Map, Value};
use twilio::status::MessageStatus;

use super::message::{Message, Stage};
use super::{Refusal, TemplateStatus, TwilioStandIn, verdict};
use crate::silence;

/// Twilio's limit for a text, in UTF-16 units: an emoji counts as more than one.
const BODY_MAX: usize = 1600;
const VALUE_MAX: usize = 1600;
const VALIDITY_S: std::ops::RangeInclusive<u32> = 1..=36_000;
/// Of media, per message.
const MEDIA_MAX: usize = 10;

impl TwilioStandIn {
    /// Accepts the form or refuses it; from then on it is Twilio's to deliver.
    pub(super) fn create_message(&self, body: &[u8]) -> Result<Value, Refusal> {
        silence::keep_form_private(body);
        let form = Fields::parse(body);
        let (from, to) = self.addresses(&form)?;
        let status_callback = self.status_callback(&form)?;
        validity(&form)?;
        let media = media(&form)?;
        let text = form.filled("Body");
        let content_sid = form.filled("ContentSid");
        if text.is_none() && content_sid.is_none() && media.is_empty() {
            return Err(Refusal::bad(21602, "Message body is required."));
        }
        if text.is_some_and(|text| text.encode_utf16().count() > BODY_MAX) {
            let words = "The concatenated message body exceeds the 1600 character limit.";
            return Err(Refusal::bad(21617, words));
        }
        let variables = variables(&form)?;

        let now = self.now();
        let mut state = self.state();
        if let Some(refusal) = state.refusals.pop_front() {
            return Err(refusal);
        }
        let rendered = match content_sid {
            None => None,
            Some(sid) => Some(
                state
                    .contents
                    .iter()
                    .find(|content| content.sid == sid)
                    .ok_or_else(|| Refusal::bad(21655, "The ContentSid is Invalid."))?
                    .render(&variables),
            ),
        };
        let sid = state.sids.issue(if media.is_empty() { "SM" } else { "MM" });
        let n = state.messages.len() as u64 + 1;
        let mut message = Message {
            n,
            sid,
            from,
            to,
            body: text.unwrap_or_default().to_owned(),
            buttons: Vec::new(),
            list: None,
            content_sid: content_sid.map(str::to_owned),
            content_variables: variables,
            approved: false,
            media,
            state: Stage::Outbound(MessageStatus::Queued),
            error: None,
            created: now,
            updated: now,
            sent: None,
            status_callback,
        };
        let mut template = None;
        if let Some(rendered) = rendered {
            message.body = rendered.body;
            message.buttons = rendered.buttons;
            message.list = rendered.list;
            message.approved = rendered.status == Some(TemplateStatus::Approved);
            template = rendered.status;
        }
        silence::keep_private(silence::Kind::Text, &message.body);
        let last_inbound = state.last_inbound.get(&message.to).copied();
        let failure = state
            .doomed
            .pop_front()
            .map(|code| (code, "On purpose"))
            .or_else(|| verdict::of_whatsapp(&message, template, last_inbound, now));
        let resource = message.resource(&self.0.config.account_sid);
        let blocked = state.blocking.contains(&message.to);
        state.plan(&message.sid, failure, blocked, now);
        state.messages.push(message);
        Ok(resource)
    }

    fn addresses(&self, form: &Fields) -> Result<(String, String), Refusal> {
        let to = form
            .filled("To")
            .ok_or_else(|| Refusal::bad(21604, "A 'To' phone number is required."))?;
        if form.filled("MessagingServiceSid").is_some() {
            return Err(Refusal::bad(21701, "The Messaging Service does not exist."));
        }
        let from = form
            .filled("From")
            .ok_or_else(|| Refusal::bad(21603, "A 'From' phone number is required."))?;
        if to.starts_with("whatsapp:") != from.starts_with("whatsapp:") {
            let words = "Invalid From and To pair. From and To should be of the same channel";
            return Err(Refusal::bad(21910, words));
        }
        if WhatsAppAddress::parse(to).is_err() {
            return Err(Refusal::bad(21211, "Invalid 'To' Phone Number"));
        }
        if WhatsAppAddress::parse(from).is_err() {
            return Err(Refusal::bad(21212, "Invalid 'From' Phone Number"));
        }
        if from != self.0.config.sender {
            let words = "Twilio could not find a Channel with the specified From address";
            return Err(Refusal::bad(63007, words));
        }
        if from == to {
            let words = "Message cannot have the same To and From";
            return Err(Refusal::bad(63031, words));
        }
        Ok((from.to_owned(), to.to_owned()))
    }

    /// https, or http to this machine or to wherever the bot is said to be.
    fn status_callback(&self, form: &Fields) -> Result<Option<String>, Refusal> {
        let Some(text) = form.filled("StatusCallback") else {
            return Ok(None);
        };
        let own = Url::parse(&self.0.config.public_url).ok();
        let usable = Url::parse(text).is_ok_and(|url| {
            let host = url.host_str().unwrap_or_default();
            let nearby = loopback(host) || own.as_ref().and_then(Url::host_str) == Some(host);
            let scheme = url.scheme() == "https" || (url.scheme() == "http" && nearby);
            scheme && !host.is_empty() && !host.contains('_')
        });
        if usable {
            Ok(Some(text.to_owned()))
        } else {
            Err(Refusal::bad(21609, "Invalid 'StatusCallback' URL"))
        }
    }
}

fn loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

fn validity(form: &Fields) -> Result<(), Refusal> {
    let fits = |text: &str| text.parse().is_ok_and(|s: u32| VALIDITY_S.contains(&s));
    match form.filled("ValidityPeriod") {
        Some(text) if !fits(text) => {
            // The code is not published; its schema says only that this is refused.
            Err(Refusal::bad(400, "ValidityPeriod is not from 1 to 36000"))
        }
        _ => Ok(()),
    }
}

fn media(form: &Fields) -> Result<Vec<String>, Refusal> {
    let urls: Vec<_> = form.all("MediaUrl").map(str::to_owned).collect();
    if urls.len() > MEDIA_MAX {
        return Err(Refusal::bad(21623, "Number of media files exceeds limit"));
    }
    let http = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    if urls
        .iter()
        .all(|url| Url::parse(url).is_ok_and(|u| http(&u)))
    {
        Ok(urls)
    } else {
        Err(Refusal::bad(21620, "Invalid media URL(s)"))
    }
}

fn variables(form: &Fields) -> Result<Map<String, Value>, Refusal> {
    if form.filled("ContentSid").is_some() && form.filled("Body").is_some() {
        return Err(Refusal::bad(35127, "Body can't be sent with Content"));
    }
    let Some(text) = form.filled("ContentVariables") else {
        return Ok(Map::new());
    };
    if form.filled("Body").is_some() {
        return Err(Refusal::bad(35127, "Body can't be sent with Content"));
    }
    if form.filled("ContentSid").is_none() {
        return Err(Refusal::bad(21654, "ContentSid Required"));
    }
    let invalid = || Refusal::bad(21656, "The ContentVariables Parameter is invalid.");
    let variables: Map<String, Value> = serde_json::from_str(text).map_err(|_| invalid())?;
    for value in variables.values() {
        let value = value.as_str().filter(|value| !value.is_empty());
        let value = value.ok_or_else(invalid)?;
        if value.chars().count() > VALUE_MAX {
            let words = "Content variable value exceeds the 1600 character limit";
            return Err(Refusal::bad(21658, words));
        }
    }
    Ok(variables)
}

struct Fields(Vec<(String, String)>);

impl Fields {
    fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    fn filled(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }
}
