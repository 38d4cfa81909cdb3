//! One message as Twilio keeps it, and the two ways it is shown.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use twilio::status::MessageStatus;

/// A button as the person sees it, its variables filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Button {
    pub(super) title: String,
    pub(super) id: String,
}

/// A list as the person sees it once it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List {
    /// The title of what opens it.
    pub(super) button: String,
    pub(super) items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) title: String,
    pub(super) id: String,
    pub(super) description: String,
}

#[derive(Clone, Debug)]
pub(super) struct Message {
    /// Its number among the accepted, from 1; 0 for what people say.
    pub(super) n: u64,
    pub(super) sid: String,
    pub(super) from: String,
    pub(super) to: String,
    /// As it is read: of a template, its text with the variables filled in.
    pub(super) body: String,
    pub(super) buttons: Vec<Button>,
    pub(super) list: Option<List>,
    pub(super) content_sid: Option<String>,
    pub(super) content_variables: Map<String, Value>,
    /// True for a template that WhatsApp has approved.
    pub(super) approved: bool,
    pub(super) media: Vec<String>,
    pub(super) state: Stage,
    pub(super) error: Option<(u32, &'static str)>,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) sent: Option<i64>,
    pub(super) status_callback: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// From a person; it has no way to go.
    Received,
    Outbound(MessageStatus),
}

impl Stage {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Outbound(status) => status.as_str(),
        }
    }
}

impl Message {
    /// It shows something to tap with this id.
    pub(super) fn shows(&self, id: &str) -> bool {
        let items = self.list.iter().flat_map(|list| &list.items);
        self.buttons.iter().any(|button| button.id == id)
            || items.into_iter().any(|item| item.id == id)
    }

    /// The resource of the REST API, every field of it.
    pub(super) fn resource(&self, account: &str) -> Value {
        let uri = format!("/2010-04-01/Accounts/{account}/Messages/{}", self.sid);
        let direction = match self.state {
            Stage::Received => "inbound",
            Stage::Outbound(_) => "outbound-api",
        };
        json!({
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": rfc_2822(self.created),
            "date_sent": self.sent.map(rfc_2822),
            "date_updated": rfc_2822(self.updated),
            "direction": direction,
            "error_code": self.error.map(|(code, _)| code),
            "error_message": self.error.map(|(_, text)| text),
            "from": self.from,
            "messaging_service_sid": null,
            "num_media": self.media.len().to_string(),
            "num_segments": "1",
            "price": null,
            "price_unit": null,
            "sid": self.sid,
            "status": self.state.as_str(),
            "subresource_uris": {"media": format!("{uri}/Media.json")},
            "to": self.to,
            "uri": format!("{uri}.json"),
        })
    }

    /// For the sandbox's own route. `at` is in seconds; `buttons` and `list` are null where there are none.
    pub(super) fn for_sandbox(&self) -> Value {
        let buttons: Option<Vec<Value>> = (!self.buttons.is_empty()).then(|| {
            self.buttons
                .iter()
                .map(|button| json!({"title": button.title, "id": button.id}))
                .collect()
        });
        let list = self.list.as_ref().map(|list| {
            let item = |item: &Item| json!({"title": item.title, "description": item.description, "id": item.id});
            json!({"button": list.button, "items": list.items.iter().map(item).collect::<Vec<_>>()})
        });
        let variables = self.content_sid.as_ref().map(|_| &self.content_variables);
        json!({
            "n": self.n,
            "sid": self.sid,
            "to": self.to,
            "from": self.from,
            "body": self.body,
            "buttons": buttons,
            "list": list,
            "content_sid": self.content_sid,
            "content_variables": variables,
            "media_url": self.media.first(),
            "status": self.state.as_str(),
            "error_code": self.error.map(|(code, _)| code),
            "at": self.created.div_euclid(1000),
        })
    }

    /// Goes to `status` if that is further on; Twilio's own record never goes back, whatever its callbacks do.
    pub(super) fn advance(
        &mut self,
        status: MessageStatus,
        error: Option<(u32, &'static str)>,
        at: i64,
    ) {
        if let Stage::Outbound(known) = self.state
            && status.rank() > known.rank()
        {
            self.state = Stage::Outbound(status);
            self.error = error;
            self.updated = at;
            if error.is_none() && self.sent.is_none() {
                self.sent = Some(at);
            }
        }
    }
}

/// `Thu, 24 Aug 2023 05:01:45 +0000`; the day always of two digits.
fn rfc_2822(millis: i64) -> String {
    let moment = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_written_as_twilio_writes_them() {
        assert_eq!(
            super::rfc_2822(1_692_853_305_000),
            "Thu, 24 Aug 2023 05:01:45 +0000"
        );
        assert_eq!(
            super::rfc_2822(1_604_275_200_999),
            "Mon, 02 Nov 2020 00:00:00 +0000"
        );
    }
}
