//! What a person says, as Twilio posts it to the bot.

use serde::Deserialize;
use serde_json::{Map, json};

use super::message::{Message, Stage};
use super::sid::digits_for;
use super::state::State;
use super::{TwilioStandIn, WEBHOOK, encode, in_channel};

/// The body of `POST /sandbox/say`. Addresses may leave `whatsapp:` out.
#[derive(Clone, Debug, Deserialize)]
pub struct Say {
    pub from: String,
    #[serde(default)]
    pub body: String,
    /// The id of the button that was tapped; `body` is its title.
    pub button_payload: Option<String>,
    /// The id of the item that was picked from a list; `body` is its title.
    pub list_id: Option<String>,
    #[serde(default)]
    pub media: Vec<SayMedia>,
    /// Twilio's `MessageType`, where it is not what the rest looks like: `reaction`.
    pub message_type: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub external_user_id: Option<String>,
    pub profile_name: Option<String>,
    /// A used one repeats what was said under it, byte for byte.
    pub message_sid: Option<String>,
    #[serde(default)]
    pub sign: Sign,
}

#[derive(Clone, Debug, Deserialize)]
pub struct SayMedia {
    #[serde(rename = "type")]
    pub content_type: String,
    pub url: String,
}

/// How the post is signed: rightly, with a token that is not the account's, or not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    #[default]
    Ok,
    Bad,
    None,
}

/// A post to the webhook, ready to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundForm {
    pub message_sid: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl TwilioStandIn {
    /// The form of what is said. Rightly signed, it also opens the person's window and enters Twilio's own list.
    pub fn inbound_form(&self, say: &Say) -> InboundForm {
        let now = self.now();
        let mut state = self.state();
        if let Some(said) = say.message_sid.as_ref().and_then(|sid| state.said.get(sid)) {
            return self.signed(said.clone(), say.sign);
        }
        let sid = say.message_sid.clone().unwrap_or_else(|| {
            let prefix = if say.media.is_empty() { "SM" } else { "MM" };
            state.sids.issue(prefix)
        });
        let from = in_channel(&say.from);
        let user_id = say
            .external_user_id
            .as_deref()
            .map(in_channel)
            .or_else(|| (!from.starts_with("whatsapp:+")).then(|| from.clone()));
        let tapped = say.button_payload.as_ref().or(say.list_id.as_ref());
        let tapped = tapped.and_then(|id| {
            let sent = state.messages.iter().rev().filter(|sent| sent.to == from);
            let mut showing = sent.filter(|sent| sent.shows(id));
            showing.next().map(|sent| sent.sid.clone())
        });
        let form = self.form(say, &sid, &from, user_id.as_deref(), tapped.as_deref());
        let url = format!(
            "{}{WEBHOOK}",
            self.0.config.public_url.trim_end_matches('/')
        );
        let inbound = InboundForm {
            headers: self.webhook_headers(&url, &form, &digits_for(&sid)),
            message_sid: sid,
            url,
            body: encode(&form),
        };
        if say.sign == Sign::Ok {
            state.hear(say, &inbound, from, user_id, &self.0.config.sender, now);
        }
        self.signed(inbound, say.sign)
    }

    fn signed(&self, mut form: InboundForm, sign: Sign) -> InboundForm {
        let header = form
            .headers
            .iter()
            .position(|(name, _)| name == "x-twilio-signature");
        if let (Some(at), Sign::Bad | Sign::None) = (header, sign) {
            form.headers.remove(at);
            if sign == Sign::Bad {
                let wrong = format!("{}-of-somebody-else", self.0.config.account_sid);
                let fields: Vec<_> = form_urlencoded::parse(&form.body).into_owned().collect();
                let signature = twilio::signature::sign(&wrong.into(), &form.url, &fields);
                form.headers
                    .push(("x-twilio-signature".to_owned(), signature));
            }
        }
        form
    }

    fn form(
        &self,
        say: &Say,
        sid: &str,
        from: &str,
        user_id: Option<&str>,
        tapped: Option<&str>,
    ) -> Vec<(String, String)> {
        let config = &self.0.config;
        let profile_name = say.profile_name.as_deref().unwrap_or("Friend");
        let wa_id = from.strip_prefix("whatsapp:+");
        let mut form = Form::default();
        form.add("SmsMessageSid", sid);
        form.add("NumMedia", say.media.len().to_string());
        form.add("ProfileName", profile_name);
        let message_type = say.message_type.as_deref();
        form.add(
            "MessageType",
            message_type.unwrap_or_else(|| say.message_type()),
        );
        form.add("SmsSid", sid);
        form.add_some("WaId", wa_id);
        form.add("SmsStatus", "received");
        form.add("Body", &say.body);
        if let Some(payload) = &say.button_payload {
            form.add("ButtonText", &say.body);
            form.add("ButtonPayload", payload);
        }
        if let Some(id) = &say.list_id {
            form.add("ListId", id);
            form.add("ListTitle", &say.body);
        }
        if say.button_payload.is_some() || say.list_id.is_some() {
            form.add("Forwarded", "false");
            form.add("FrequentlyForwarded", "false");
            form.add_some(
                "OriginalRepliedMessageSender",
                tapped.map(|_| &config.sender),
            );
            form.add_some("OriginalRepliedMessageSid", tapped);
        }
        for (i, media) in say.media.iter().enumerate() {
            form.add(&format!("MediaContentType{i}"), &media.content_type);
            form.add(&format!("MediaUrl{i}"), &media.url);
        }
        form.add_some("Latitude", say.latitude.map(|degrees| degrees.to_string()));
        form.add_some(
            "Longitude",
            say.longitude.map(|degrees| degrees.to_string()),
        );
        form.add("To", &config.sender);
        form.add("NumSegments", "1");
        form.add("ReferralNumMedia", "0");
        form.add("MessageSid", sid);
        form.add("AccountSid", &config.account_sid);
        let mut context = Map::from_iter([("ProfileName".to_owned(), json!(profile_name))]);
        context.extend(wa_id.map(|id| ("WaId".to_owned(), json!(id))));
        form.add(
            "ChannelMetadata",
            json!({"type": "whatsapp", "data": {"context": context}}).to_string(),
        );
        form.add("From", from);
        form.add_some("ExternalUserId", user_id);
        form.add("ApiVersion", "2010-04-01");
        form.0
    }
}

impl Say {
    fn message_type(&self) -> &'static str {
        if self.button_payload.is_some() || self.list_id.is_some() {
            return "interactive";
        }
        if self.latitude.is_some() && self.longitude.is_some() {
            return "location";
        }
        let Some(media) = self.media.first() else {
            return "text";
        };
        match media.content_type.split('/').next() {
            _ if media.content_type == "text/vcard" => "contacts",
            _ if media.content_type == "image/webp" => "sticker",
            Some("image") => "image",
            Some("audio") => "audio",
            Some("video") => "video",
            _ => "document",
        }
    }
}

impl State {
    fn hear(
        &mut self,
        say: &Say,
        form: &InboundForm,
        from: String,
        user_id: Option<String>,
        sender: &str,
        now: i64,
    ) {
        self.said.insert(form.message_sid.clone(), form.clone());
        self.last_inbound.insert(from.clone(), now);
        if let Some(id) = user_id {
            self.last_inbound.insert(id.clone(), now);
            self.user_ids.insert(from.clone(), id);
        }
        self.inbound.push(Message {
            n: 0,
            sid: form.message_sid.clone(),
            from,
            to: sender.to_owned(),
            body: say.body.clone(),
            buttons: Vec::new(),
            list: None,
            content_sid: None,
            content_variables: Map::new(),
            approved: false,
            media: say.media.iter().map(|media| media.url.clone()).collect(),
            state: Stage::Received,
            error: None,
            created: now,
            updated: now,
            sent: Some(now),
            status_callback: None,
        });
    }
}

#[derive(Default)]
struct Form(Vec<(String, String)>);

impl Form {
    fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    fn add_some(&mut self, name: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }
}
