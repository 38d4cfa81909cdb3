//! WhatsApp's approval of a template: only an approved one reaches a person who has not written for a day.
//!
//! The original takes from minutes to a day. Here what breaks a formal rule is rejected at once, and the rest waits
//! until [`TwilioStandIn::judge_template`] says what WhatsApp made of it.

use serde::Deserialize;
use serde_json::{Value, json};
use twilio::content::Category;

use super::content::Content;
use super::{Refusal, TwilioStandIn};

/// How WhatsApp stands to a template that was submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TemplateStatus {
    /// Under review.
    Pending,
    Approved,
    Rejected,
    /// For a while, because people complained.
    Paused,
    /// For good, because people went on complaining.
    Disabled,
}

impl TemplateStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
        }
    }
}

/// What was asked for, and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Approval {
    name: String,
    category: String,
    pub(super) status: TemplateStatus,
    /// WhatsApp's word for it, where it rejected.
    rejection: Option<String>,
}

impl Approval {
    fn as_json(&self, content: &Content, status: &str) -> Value {
        json!({
            "name": self.name,
            "category": self.category,
            "content_type": content.types.keys().next(),
            "status": status,
            "rejection_reason": self.rejection.as_deref().unwrap_or_default(),
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
        if content.approval.is_some() {
            let words = "The template associated with this SID has already been submitted.";
            return Err(Refusal::bad(92009, words));
        }
        let objection = objection(content);
        let approval = Approval {
            name: name.to_owned(),
            category: category.to_owned(),
            status: objection.map_or(TemplateStatus::Pending, |_| TemplateStatus::Rejected),
            rejection: objection.map(|words| format!("INVALID_FORMAT. {words}")),
        };
        let answer = Approval {
            rejection: None,
            ..approval.clone()
        };
        let answer = answer.as_json(content, "received");
        content.approval = Some(approval);
        Ok(Some(answer))
    }

    /// None if there is no such template.
    pub(super) fn fetch_approval(&self, sid: &str) -> Option<Value> {
        let state = self.state();
        let content = state.contents.iter().find(|content| content.sid == sid)?;
        let mut whatsapp = match &content.approval {
            Some(approval) => approval.as_json(content, approval.status.as_str()),
            None => json!({
                "name": "", "category": "", "content_type": "", "status": "unsubmitted",
                "rejection_reason": "", "allow_category_change": true,
            }),
        };
        whatsapp["type"] = "whatsapp".into();
        Some(json!({
            "sid": sid,
            "account_sid": self.0.config.account_sid,
            "whatsapp": whatsapp,
            "url": format!("https://content.twilio.com/v1/Content/{sid}/ApprovalRequests"),
        }))
    }

    /// A template as it stands when its operator is done: created and, as a category is given, submitted and approved.
    /// Its SID.
    pub fn register_template(
        &self,
        json: &str,
        category: Option<Category>,
    ) -> Result<String, Refusal> {
        let created = self.create_content(json.as_bytes())?;
        let text = |field: &str| created[field].as_str().unwrap_or_default();
        if let Some(category) = category {
            let request = json!({"name": text("friendly_name"), "category": category.as_str()});
            self.request_approval(text("sid"), request.to_string().as_bytes())?;
            self.judge_template(
                text("friendly_name"),
                text("language"),
                TemplateStatus::Approved,
            );
        }
        Ok(text("sid").to_owned())
    }

    /// WhatsApp's word on the youngest template of this name and language, as Twilio will tell it from now on. False if
    /// none was submitted.
    pub fn judge_template(
        &self,
        friendly_name: &str,
        language: &str,
        status: TemplateStatus,
    ) -> bool {
        let mut state = self.state();
        let approval = state
            .contents
            .iter_mut()
            .rev()
            .filter(|content| content.friendly_name == friendly_name)
            .find(|content| content.language == language)
            .and_then(|content| content.approval.as_mut());
        let Some(approval) = approval else {
            return false;
        };
        approval.status = status;
        let rejected = status == TemplateStatus::Rejected;
        approval.rejection = rejected.then(|| "INCORRECT_CATEGORY".to_owned());
        true
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
    let plain = |sample: &Value| {
        let sample = sample.as_str().unwrap_or_default();
        !sample.is_empty() && !sample.contains(['\n', '\t']) && !sample.contains("     ")
    };
    if body.starts_with("{{") || tail.ends_with("}}") {
        Some("the body starts or ends with a variable")
    } else if close.contains("}}{{") {
        Some("two variables stand next to each other")
    } else if !content.samples.values().all(plain) || content.samples.len() < variables(body) {
        Some("a variable has no sample, or one with a layout of its own")
    } else {
        None
    }
}

fn variables(body: &str) -> usize {
    let names = body
        .split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"));
    names
        .map(|(name, _)| name)
        .collect::<std::collections::BTreeSet<_>>()
        .len()
}
