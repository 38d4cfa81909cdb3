//! A message that somebody sent to the bot, from Twilio's form post.
//!
//! Prove the post with [`signature::verify`](crate::signature::verify) first: nothing here asks who wrote it.

use std::fmt;

use domain::address::{UserId, WhatsAppAddress};
use domain::ids::MessageSid;

use crate::form::Form;
pub use crate::form::FormError;
pub use crate::message_type::MessageType;
use crate::repost::FOUND_LATER;
use crate::sid::AccountSid;

/// More media than this are not read; WhatsApp sends one, Twilio's other channels up to ten.
const MOST_MEDIA: u32 = 10;

/// One message as it arrived. `Debug` shows no word of it.
#[derive(Clone, PartialEq)]
pub struct InboundMessage {
    pub message_sid: MessageSid,
    /// Must equal ours: a sub-account's traffic is not for us.
    pub account_sid: AccountSid,
    /// The phone number where Twilio knows it, else the user id.
    pub from: WhatsAppAddress,
    pub to: WhatsAppAddress,
    /// The person's business-scoped id, also where `from` is a phone number.
    pub user_id: Option<UserId>,
    /// The name people give themselves: anybody may take any.
    pub profile_name: Option<String>,
    /// What was typed, a picture's caption, or a button's title; blank for the rest.
    pub body: String,
    pub button: Option<Button>,
    pub media: Vec<Media>,
    /// How many media Twilio says there are.
    pub num_media: u32,
    pub location: Option<Location>,
    pub message_type: MessageType,
    /// It comes from Twilio's list, by [`repost`](crate::repost), and can't show the sender's user id.
    pub found_later: bool,
}

/// A tap: what we gave the button as its id, and what the person saw. It may be the button of an old message.
#[derive(Clone, PartialEq, Eq)]
pub struct Button {
    pub payload: String,
    pub title: String,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Media {
    pub content_type: String,
    /// Behind Twilio's authentication, and deleted by our retention.
    pub url: String,
}

/// A pin on the map, in degrees.
#[derive(Clone, PartialEq)]
pub struct Location {
    pub latitude: f64,
    pub longitude: f64,
    pub label: Option<String>,
}

impl InboundMessage {
    /// Reads the raw body. What is unknown is passed over, what is optional and broken is left out.
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        Self::read(&Form::parse(body))
    }

    /// As [`parse`](Self::parse), of a form that is read already.
    pub fn read(form: &Form<'_>) -> Result<Self, FormError> {
        // A delivery callback has most of the same parameters, with sender and receiver exchanged.
        if form.filled("SmsStatus").is_some_and(|s| s != "received") {
            return Err(FormError::Malformed("SmsStatus"));
        }
        let from = form.require("From", WhatsAppAddress::parse)?;
        let num_media = form
            .filled("NumMedia")
            .and_then(|n| n.parse().ok())
            .unwrap_or(0);
        let message = Self {
            message_sid: form.require("MessageSid", MessageSid::parse)?,
            account_sid: form.require("AccountSid", AccountSid::parse)?,
            to: form.require("To", WhatsAppAddress::parse)?,
            user_id: user_id(form, &from),
            from,
            profile_name: form.filled("ProfileName").map(str::to_owned),
            body: form.get("Body").unwrap_or_default().to_owned(),
            button: button(form),
            media: media(form, num_media),
            num_media,
            location: location(form),
            message_type: MessageType::Other,
            found_later: form.filled(FOUND_LATER) == Some("true"),
        };
        Ok(Self {
            message_type: form
                .filled("MessageType")
                .map_or_else(|| message.looks_like(), MessageType::parse),
            ..message
        })
    }

    /// For a post without `MessageType`, which Twilio has not always sent.
    fn looks_like(&self) -> MessageType {
        let kind = self.media.first().map(|media| media.content_type.as_str());
        match kind.and_then(|kind| kind.split('/').next()) {
            Some("image") => MessageType::Image,
            Some("audio") => MessageType::Audio,
            Some("video") => MessageType::Video,
            Some(_) => MessageType::Document,
            None if self.location.is_some() => MessageType::Location,
            None if self.button.is_some() => MessageType::Interactive,
            None => MessageType::Text,
        }
    }
}

fn user_id(form: &Form<'_>, from: &WhatsAppAddress) -> Option<UserId> {
    if let WhatsAppAddress::User(id) = from {
        return Some(id.clone());
    }
    let text = form.filled("ExternalUserId")?;
    UserId::parse(text.strip_prefix("whatsapp:").unwrap_or(text)).ok()
}

fn button(form: &Form<'_>) -> Option<Button> {
    [("ListId", "ListTitle"), ("ButtonPayload", "ButtonText")]
        .into_iter()
        .find_map(|(payload, title)| {
            Some(Button {
                payload: form.filled(payload)?.to_owned(),
                title: form.get(title).unwrap_or_default().to_owned(),
            })
        })
}

fn media(form: &Form<'_>, count: u32) -> Vec<Media> {
    (0..count.min(MOST_MEDIA))
        .filter_map(|i| {
            Some(Media {
                url: form.filled(&format!("MediaUrl{i}"))?.to_owned(),
                content_type: form.filled(&format!("MediaContentType{i}"))?.to_owned(),
            })
        })
        .collect()
}

fn location(form: &Form<'_>) -> Option<Location> {
    let degrees = |name: &str, most: f64| {
        let value: f64 = form.filled(name)?.parse().ok()?;
        (-most..=most).contains(&value).then_some(value)
    };
    Some(Location {
        latitude: degrees("Latitude", 90.0)?,
        longitude: degrees("Longitude", 180.0)?,
        label: form
            .filled("Label")
            .or_else(|| form.filled("Address"))
            .map(str::to_owned),
    })
}

impl fmt::Debug for InboundMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboundMessage")
            .field("message_sid", &self.message_sid)
            .field("message_type", &self.message_type)
            .field("num_media", &self.num_media)
            .finish_non_exhaustive()
    }
}

macro_rules! masked {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
masked!(Button, Media, Location);
