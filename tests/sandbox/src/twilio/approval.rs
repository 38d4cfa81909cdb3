//! WhatsApp's approval of a template: only an approved one reaches a person who has not written for a day.
//!
//! The original takes from minutes to a day; here the verdict is there when it is next asked for.

use serde_json::{Value, json};

use super::content::Content;
use super::{Refusal, TwilioStandIn};

/// WhatsApp's verdict, and what was asked for.
#[derive(Clone, Debug)]
pub(super) struct Approval {
    name: String,
    category: String,
    /// None: approved.
    rejection: Option<&'static str>,
}

impl Approval {
    pub(super) fn is_approved(&self) -> bool {
        self.rejection.is_none()
    }

    fn as_json(&self, content: &Content, status: &str) -> Value {
        json!({
            "name": self.name,
            "category": self.category,
            "content_type": content.types.keys().next(),
            "status": status,
            "rejection_reason": self.rejection.unwrap_or_default(),
            "allow_category_change": true,
        })
    }
}

impl TwilioStandIn {
    /// None if there is no such template.
    pub(super) fn request_approval(
        &self,
        sid: &str,
        body: &[u8],
    ) -> Result<Option<Value>, Refusal> {
        let invalid = |words: &str| Refusal::bad(20001, words);
        let json: Value =
            serde_json::from_slice(body).map_err(|_| invalid("the body is not JSON"))?;
        let lower_snake = |name: &&str| {
            let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            !name.is_empty() && name.bytes().all(fits)
        };
        let name = json["name"].as_str().filter(lower_snake);
        let name = name.ok_or_else(|| invalid("name is not in lower_snake_case"))?;
        let category = json["category"]
            .as_str()
            .filter(|category| ["UTILITY", "MARKETING", "AUTHENTICATION"].contains(category));
        let category = category.ok_or_else(|| invalid("category is not WhatsApp's"))?;

        let mut state = self.state();
        let Some(content) = state.contents.iter_mut().find(|content| content.sid == sid) else {
            return Ok(None);
        };
        let approval = Approval {
            name: name.to_owned(),
            category: category.to_owned(),
            rejection: objection(content),
        };
        let answer = approval.as_json(content, "received");
        content.approval = Some(approval);
        Ok(Some(answer))
    }

    /// None if there is no such template.
    pub(super) fn fetch_approval(&self, sid: &str) -> Option<Value> {
        let state = self.state();
        let content = state.contents.iter().find(|content| content.sid == sid)?;
        let whatsapp = content.approval.as_ref().map(|approval| {
            let status = if approval.is_approved() {
                "approved"
            } else {
                "rejected"
            };
            approval.as_json(content, status)
        });
        Some(json!({
            "sid": sid,
            "account_sid": self.0.config.account_sid,
            "whatsapp": whatsapp,
            "url": format!("https://content.twilio.com/v1/Content/{sid}/ApprovalRequests"),
        }))
    }
}

/// WhatsApp's formal rules; its taste can't be played.
fn objection(content: &Content) -> Option<&'static str> {
    if content.types.contains_key("twilio/list-picker") {
        return Some("a list picker can't be approved");
    }
    let body = content.body().unwrap_or_default().trim();
    // Punctuation after a last variable does not make it less the last.
    let tail = body.trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '}');
    let close: String = body.split_whitespace().collect();
    if body.starts_with("{{") || tail.ends_with("}}") {
        Some("the body starts or ends with a variable")
    } else if close.contains("}}{{") {
        Some("two variables stand next to each other")
    } else {
        None
    }
}
