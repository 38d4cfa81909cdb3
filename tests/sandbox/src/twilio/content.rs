//! The Content API: message templates, and how one is read when it is sent.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::approval::Approval;
use super::message::Button;
use super::{Refusal, TwilioStandIn};

const API: &str = "https://content.twilio.com/v1/Content";
const VARIABLES_MAX: usize = 100;
const VARIABLE_NAME_MAX: usize = 16;
const ACTIONS_MAX: usize = 10;

/// A template as it was created.
#[derive(Clone, Debug)]
pub(super) struct Content {
    pub(super) sid: String,
    pub(super) friendly_name: String,
    pub(super) language: String,
    pub(super) samples: Map<String, Value>,
    pub(super) types: Map<String, Value>,
    pub(super) created: i64,
    pub(super) approval: Option<Approval>,
}

/// A template with its variables filled in.
pub(super) struct Rendered {
    pub(super) body: String,
    pub(super) buttons: Vec<Button>,
    pub(super) approved: bool,
}

impl TwilioStandIn {
    /// Creates a template from the API's JSON and answers the resource; its `sid` is what messages name.
    pub fn create_content(&self, body: &[u8]) -> Result<Value, Refusal> {
        // The codes of this API's refusals are not published; 20001 is Twilio's for a wrong parameter.
        let invalid = |words: &str| Refusal::bad(20001, words);
        let json: Value =
            serde_json::from_slice(body).map_err(|_| invalid("the body is not JSON"))?;
        let text = |name: &str| json[name].as_str().filter(|text| !text.is_empty());
        let language = text("language").ok_or_else(|| invalid("language is required"))?;
        let types = json["types"]
            .as_object()
            .filter(|types| !types.is_empty())
            .ok_or_else(|| invalid("types is required"))?;
        let samples = match &json["variables"] {
            Value::Null => Map::new(),
            Value::Object(samples) => samples.clone(),
            _ => return Err(invalid("variables is not an object")),
        };
        let named = |name: &str| {
            (1..=VARIABLE_NAME_MAX).contains(&name.chars().count()) && !name.contains(' ')
        };
        if samples.len() > VARIABLES_MAX
            || !samples
                .iter()
                .all(|(name, value)| named(name) && value.is_string())
        {
            return Err(invalid(
                "variables has a wrong name or a value that is no text",
            ));
        }
        if let Some(quick_reply) = types.get("twilio/quick-reply") {
            check_quick_reply(quick_reply).map_err(invalid)?;
        }

        let now = self.now();
        let mut state = self.state();
        let content = Content {
            sid: state.sids.issue("HX"),
            friendly_name: text("friendly_name").unwrap_or_default().to_owned(),
            language: language.to_owned(),
            samples,
            types: types.clone(),
            created: now,
            approval: None,
        };
        let resource = content.resource(&self.0.config.account_sid);
        state.contents.push(content);
        Ok(resource)
    }

    pub(super) fn list_contents(&self) -> Value {
        let account = &self.0.config.account_sid;
        let contents: Vec<Value> = self
            .state()
            .contents
            .iter()
            .map(|content| content.resource(account))
            .collect();
        let url = format!("{API}?PageSize=1000&Page=0");
        json!({
            "contents": contents,
            "meta": {"page": 0, "page_size": 1000, "first_page_url": url, "previous_page_url": null,
                     "url": url, "next_page_url": null, "key": "contents"},
        })
    }
}

/// The schema's own demands: a body, actions with a title each, nothing else.
fn check_quick_reply(quick_reply: &Value) -> Result<(), &'static str> {
    let only = |value: &Value, names: &[&str]| {
        value
            .as_object()
            .is_some_and(|object| object.keys().all(|key| names.contains(&key.as_str())))
    };
    let actions = quick_reply["actions"].as_array();
    let actions = actions.ok_or("twilio/quick-reply has no actions")?;
    let shaped = only(quick_reply, &["body", "actions"])
        && quick_reply["body"].is_string()
        && (1..=ACTIONS_MAX).contains(&actions.len())
        && actions.iter().all(|action| {
            only(action, &["type", "title", "id"])
                && action["title"].is_string()
                && (action["id"].is_null() || action["id"].is_string())
                && (action["type"].is_null() || action["type"] == "QUICK_REPLY")
        });
    if shaped {
        Ok(())
    } else {
        Err("twilio/quick-reply does not have its form")
    }
}

impl Content {
    fn resource(&self, account: &str) -> Value {
        let url = format!("{API}/{}", self.sid);
        let created = Timestamp::from_second(self.created.div_euclid(1000))
            .unwrap_or(Timestamp::UNIX_EPOCH)
            .to_string();
        json!({
            "sid": self.sid,
            "account_sid": account,
            "friendly_name": self.friendly_name,
            "language": self.language,
            "variables": self.samples,
            "types": self.types,
            "url": url,
            "date_created": created,
            "date_updated": created,
            "links": {
                "approval_create": format!("{url}/ApprovalRequests/whatsapp"),
                "approval_fetch": format!("{url}/ApprovalRequests"),
            },
        })
    }

    /// What the person sees. A variable that was not given shows its sample, one without a sample shows itself.
    pub(super) fn render(&self, given: &Map<String, Value>) -> Rendered {
        let value = |name: &str| given.get(name).or_else(|| self.samples.get(name))?.as_str();
        let body = self.body().unwrap_or_default();
        let actions = self.types.get("twilio/quick-reply");
        let actions = actions.and_then(|quick_reply| quick_reply["actions"].as_array());
        let filled = |field: &Value| fill(field.as_str().unwrap_or_default(), value);
        Rendered {
            body: fill(body, value),
            buttons: actions
                .into_iter()
                .flatten()
                .map(|action| {
                    let title = filled(&action["title"]);
                    let id = if action["id"].is_null() {
                        title.clone()
                    } else {
                        filled(&action["id"])
                    };
                    Button { title, id }
                })
                .collect(),
            approved: self.approval.as_ref().is_some_and(Approval::is_approved),
        }
    }

    /// The text of the richest type that WhatsApp can show.
    pub(super) fn body(&self) -> Option<&str> {
        [
            "twilio/quick-reply",
            "twilio/call-to-action",
            "twilio/list-picker",
            "twilio/media",
            "twilio/text",
        ]
        .into_iter()
        .find_map(|kind| self.types.get(kind)?["body"].as_str())
    }
}

fn fill<'v>(text: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut parts = text.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let variable = part
            .split_once("}}")
            .and_then(|(name, rest)| Some((value(name.trim())?, rest)));
        if let Some((value, rest)) = variable {
            filled.push_str(value);
            filled.push_str(rest);
        } else {
            filled.push_str("{{");
            filled.push_str(part);
        }
    }
    filled
}
