//! The Content API: message templates, and how one is read when it is sent.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::approval::{Approval, TemplateStatus};
use super::message::{Button, Item, List};
use super::{Refusal, TwilioStandIn};

const API: &str = "https://content.twilio.com/v1/Content";
const VARIABLES_MAX: usize = 100;
const VARIABLE_NAME_MAX: usize = 16;
const ACTIONS_MAX: usize = 10;
const ITEMS_MAX: usize = 10;
const PAGE_SIZE: usize = 50;
const PAGE_SIZE_MAX: usize = 1000;
/// The types that the API's schema knows.
const TYPES: [&str; 14] = [
    "twilio/text",
    "twilio/media",
    "twilio/location",
    "twilio/list-picker",
    "twilio/call-to-action",
    "twilio/quick-reply",
    "twilio/card",
    "twilio/catalog",
    "twilio/carousel",
    "twilio/flows",
    "twilio/schedule",
    "whatsapp/card",
    "whatsapp/authentication",
    "whatsapp/flows",
];

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
    pub(super) list: Option<List>,
    /// None for what was never submitted.
    pub(super) status: Option<TemplateStatus>,
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
        if let Some(unknown) = types.keys().find(|kind| !TYPES.contains(&kind.as_str())) {
            return Err(invalid(&format!("types has no {unknown}")));
        }
        if let Some(quick_reply) = types.get("twilio/quick-reply") {
            check_quick_reply(quick_reply).map_err(invalid)?;
        }
        if let Some(list) = types.get("twilio/list-picker") {
            check_list(list).map_err(invalid)?;
        }
        if let Some(text) = types.get("twilio/text") {
            check_text(text).map_err(invalid)?;
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

    /// One page, oldest first. `PageToken` names the last template of the page before.
    pub(super) fn list_contents(&self, query: &str) -> Result<Value, Refusal> {
        let get = |name: &str| {
            form_urlencoded::parse(query.as_bytes())
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let number = |name: &str, default: usize| match get(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|_| Refusal::bad(20001, format!("{name} is not a number"))),
        };
        let size = number("PageSize", PAGE_SIZE)?;
        if !(1..=PAGE_SIZE_MAX).contains(&size) {
            return Err(Refusal::bad(20001, "PageSize is not from 1 to 1000"));
        }
        let page = number("Page", 0)?;
        let token = get("PageToken");
        let state = self.state();
        let start = match token.as_deref() {
            None => page.saturating_mul(size),
            Some(token) => {
                let after = state
                    .contents
                    .iter()
                    .position(|content| token == format!("PA{}", content.sid));
                after.ok_or_else(|| Refusal::bad(20006, "Page token out of range"))? + 1
            }
        };
        let shown: Vec<_> = state.contents.iter().skip(start).take(size).collect();
        let more = start + shown.len() < state.contents.len();
        let last = shown.last().filter(|_| more);
        let url = |page: usize, token: &str| format!("{API}?PageSize={size}&Page={page}{token}");
        let own = token.map_or_else(String::new, |token| format!("&PageToken={token}"));
        let next = last.map(|last| url(page + 1, &format!("&PageToken=PA{}", last.sid)));
        let contents: Vec<Value> = shown
            .iter()
            .map(|content| content.resource(&self.0.config.account_sid))
            .collect();
        Ok(json!({
            "contents": contents,
            "meta": {
                "page": page, "page_size": size, "key": "contents",
                "first_page_url": url(0, ""),
                "previous_page_url": page.checked_sub(1).map(|before| url(before, "")),
                "url": url(page, &own),
                "next_page_url": next,
            },
        }))
    }
}

/// The schema's own demands: a body, nothing else.
fn check_text(text: &Value) -> Result<(), &'static str> {
    let fields = text.as_object().map(Map::len);
    if fields == Some(1) && text["body"].is_string() {
        Ok(())
    } else {
        Err("twilio/text does not have its form")
    }
}

fn only(value: &Value, names: &[&str]) -> bool {
    value
        .as_object()
        .is_some_and(|object| object.keys().all(|key| names.contains(&key.as_str())))
}

/// The schema's own demands: a body, what opens the list, items with a title and an id each, nothing else.
fn check_list(list: &Value) -> Result<(), &'static str> {
    let items = list["items"].as_array();
    let items = items.ok_or("twilio/list-picker has no items")?;
    let shaped = only(list, &["body", "button", "items"])
        && list["body"].is_string()
        && list["button"].is_string()
        && (1..=ITEMS_MAX).contains(&items.len())
        && items.iter().all(|item| {
            only(item, &["item", "id", "description"])
                && item["item"].is_string()
                && item["id"].is_string()
                && (item["description"].is_null() || item["description"].is_string())
        });
    if shaped {
        Ok(())
    } else {
        Err("twilio/list-picker does not have its form")
    }
}

/// The schema's own demands: a body, actions with a title each, nothing else.
fn check_quick_reply(quick_reply: &Value) -> Result<(), &'static str> {
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
            list: self.types.get("twilio/list-picker").map(|list| List {
                button: filled(&list["button"]),
                items: list["items"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|item| Item {
                        title: filled(&item["item"]),
                        id: filled(&item["id"]),
                        description: filled(&item["description"]),
                    })
                    .collect(),
            }),
            status: self.approval.as_ref().map(|approval| approval.status),
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
