//! What a template says, as the Content API writes it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Words and buttons of a template, without what is its resource's own. Two with equal words are the same template.
///
/// Reads both what we post and what Twilio answers, which may hold more: fields that we don't know are passed over, and
/// so is a button's `type`, which quick replies may leave out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Words {
    /// Samples of the variables by name. Twilio writes null for none.
    #[serde(default, deserialize_with = "or_none")]
    pub variables: BTreeMap<String, String>,
    pub types: Types,
}

/// The one type that a template of ours has. What has another type, or several, was not made here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum Types {
    #[serde(rename = "twilio/quick-reply")]
    QuickReply { body: String, actions: Vec<Action> },
    #[serde(rename = "twilio/list-picker")]
    ListPicker {
        body: String,
        /// The title of what opens the list.
        button: String,
        items: Vec<Item>,
    },
    #[serde(rename = "twilio/text")]
    Text { body: String },
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Action {
    pub title: String,
    pub id: String,
}

/// One of a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Item {
    #[serde(rename = "item")]
    pub title: String,
    pub id: String,
    pub description: String,
}

impl Words {
    pub fn body(&self) -> &str {
        match &self.types {
            Types::QuickReply { body, .. }
            | Types::ListPicker { body, .. }
            | Types::Text { body } => body,
        }
    }

    /// Title and id of all that can be tapped.
    pub fn tapped(&self) -> Vec<(&str, &str)> {
        match &self.types {
            Types::QuickReply { actions, .. } => {
                let tapped = actions.iter().map(|a| (a.title.as_str(), a.id.as_str()));
                tapped.collect()
            }
            Types::ListPicker { items, .. } => {
                let tapped = items.iter().map(|i| (i.title.as_str(), i.id.as_str()));
                tapped.collect()
            }
            Types::Text { .. } => Vec::new(),
        }
    }

    /// What a variable may stand in beside the body.
    pub(super) fn around(&self) -> Vec<&str> {
        match &self.types {
            Types::QuickReply { actions, .. } => {
                let parts = actions.iter().flat_map(|a| [a.title.as_str(), &a.id]);
                parts.collect()
            }
            Types::ListPicker { button, items, .. } => {
                let parts = items
                    .iter()
                    .flat_map(|item| [item.title.as_str(), &item.id, &item.description]);
                parts.chain([button.as_str()]).collect()
            }
            Types::Text { .. } => Vec::new(),
        }
    }

    /// True if what fills the variables of one fills those of the other.
    pub fn takes_the_same_variables(&self, other: &Self) -> bool {
        self.variables.keys().eq(other.variables.keys())
    }
}

fn or_none<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(json: &str) -> Option<Words> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn what_twilio_adds_does_not_make_other_words_of_them() {
        let ours = words(
            r#"{"friendly_name": "x", "variables": {"1": "a"}, "types": {"twilio/quick-reply":
                {"body": "{{1}}", "actions": [{"type": "QUICK_REPLY", "title": "t", "id": "i"}]}}}"#,
        );
        let theirs = words(
            r#"{"sid": "HX1", "links": {}, "variables": {"1": "a"}, "types": {"twilio/quick-reply":
                {"footer": null, "body": "{{1}}", "actions": [{"title": "t", "id": "i"}]}}}"#,
        );
        assert!(ours.is_some());
        assert_eq!(ours, theirs);
    }

    #[test]
    fn no_variables_are_written_in_three_ways() {
        let text = r#""types": {"twilio/text": {"body": "x"}}}"#;
        let absent = words(&format!("{{{text}"));
        assert!(absent.is_some());
        assert_eq!(absent, words(&format!("{{\"variables\": null, {text}")));
        assert_eq!(absent, words(&format!("{{\"variables\": {{}}, {text}")));
    }

    #[test]
    fn each_part_tells_two_apart() {
        let text = |body: &str, sample: &str| {
            words(&format!(
                r#"{{"variables": {{"1": "{sample}"}}, "types": {{"twilio/text": {{"body": "{body}"}}}}}}"#
            ))
        };
        assert!(text("x", "a").is_some());
        assert_ne!(text("x", "a"), text("y", "a"));
        assert_ne!(text("x", "a"), text("x", "b"));
        assert_eq!(words(r#"{"types": {"twilio/media": {"body": "x"}}}"#), None);
        assert_eq!(
            words(r#"{"types": {"twilio/text": {"body": "x"}, "twilio/media": {"body": "x"}}}"#),
            None
        );
    }
}
