//! The message templates, as Twilio's Content API takes them, and the limits that WhatsApp sets for them.
//!
//! A message with buttons needs a Content resource, created once and sent by its SID. All of these are for use inside
//! the 24-hour window: their body is one variable, `{{1}}`, which WhatsApp would not approve for use outside.
//!
//! Titles are fixed. An id may hold a variable, so that a tap on an old question is told from one on the present:
//! Twilio's reference allows variables in a quick reply's `actions` without saying in which of their fields, and public
//! projects put them into `id`; until one was sent for real, whoever reads a payload must take a literal `{{2}}` for
//! an old button.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// Longest body of a message with buttons, its variables filled in, in characters.
pub const BODY_MAX: usize = 1024;
/// Without approval WhatsApp shows no more buttons than this.
pub const BUTTONS_MAX: usize = 3;
pub const TITLE_MAX: usize = 20;
pub const ID_MAX: usize = 200;

/// The templates that the bot sends. Variable `1` is always the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TemplateName {
    /// To a chat without a link: Link my account, Help.
    StartUnlinked,
    /// To a linked chat: Balance, Help.
    StartLinked,
    /// Yes, unlink; Keep my link. Variable `2` names the question: a tap answers `unlink:` or `keep:` and this name.
    UnlinkConfirm,
}

impl TemplateName {
    pub const ALL: [Self; 3] = [Self::StartUnlinked, Self::StartLinked, Self::UnlinkConfirm];

    /// The template's `friendly_name` at Twilio.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StartUnlinked => "start_unlinked",
            Self::StartLinked => "start_linked",
            Self::UnlinkConfirm => "unlink_confirm",
        }
    }
}

/// The body of the request that creates the template at Twilio, JSON.
pub fn template(name: TemplateName) -> &'static str {
    match name {
        TemplateName::StartUnlinked => include_str!("../templates/start_unlinked.json"),
        TemplateName::StartLinked => include_str!("../templates/start_linked.json"),
        TemplateName::UnlinkConfirm => include_str!("../templates/unlink_confirm.json"),
    }
}

/// What a template may not be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    #[error("not a quick-reply template: {0}")]
    Shape(String),
    #[error("the body is blank or longer than {BODY_MAX} characters")]
    Body,
    #[error("there are no buttons or more than {BUTTONS_MAX}")]
    Buttons,
    #[error("the title {0:?} is blank or longer than {TITLE_MAX} characters")]
    Title(String),
    #[error("the id {0:?} is blank or longer than {ID_MAX} characters")]
    Id(String),
    #[error("two buttons share the title or id {0:?}")]
    Twice(String),
    #[error("variables and their samples differ")]
    Samples,
}

/// Ok if WhatsApp would show the quick-reply template `json` in a session.
pub fn check(json: &str) -> Result<(), ContentError> {
    let template: Template =
        serde_json::from_str(json).map_err(|error| ContentError::Shape(error.to_string()))?;
    let QuickReply { body, actions } = &template.types.quick_reply;
    let fits = |text: &str, most| (1..=most).contains(&text.chars().count());
    if !fits(body, BODY_MAX) {
        return Err(ContentError::Body);
    }
    if !(1..=BUTTONS_MAX).contains(&actions.len()) {
        return Err(ContentError::Buttons);
    }
    let mut seen = BTreeSet::new();
    for Action { title, id, .. } in actions {
        if !fits(title, TITLE_MAX) {
            return Err(ContentError::Title(title.clone()));
        }
        if !fits(id, ID_MAX) {
            return Err(ContentError::Id(id.clone()));
        }
        for (kind, text) in [("title", title), ("id", id)] {
            if !seen.insert((kind, text)) {
                return Err(ContentError::Twice(text.clone()));
            }
        }
    }
    let used: BTreeSet<_> = actions
        .iter()
        .flat_map(|action| [&action.title, &action.id])
        .chain([body])
        .flat_map(|text| variables_of(text))
        .collect();
    if used
        .into_iter()
        .eq(template.variables.keys().map(String::as_str))
    {
        Ok(())
    } else {
        Err(ContentError::Samples)
    }
}

/// The names between `{{` and `}}`.
fn variables_of(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("}}")?.0.trim()))
}

#[derive(Deserialize)]
struct Template {
    #[expect(dead_code, reason = "has to be there for Twilio")]
    friendly_name: String,
    #[expect(dead_code, reason = "has to be there for Twilio")]
    language: String,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    types: Types,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Types {
    #[serde(rename = "twilio/quick-reply")]
    quick_reply: QuickReply,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuickReply {
    body: String,
    actions: Vec<Action>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Action {
    #[serde(rename = "type")]
    #[expect(dead_code, reason = "has to be there for Twilio")]
    kind: Kind,
    title: String,
    id: String,
}

#[derive(Deserialize)]
enum Kind {
    #[serde(rename = "QUICK_REPLY")]
    QuickReply,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn every_template_keeps_the_limits_and_bears_its_own_name() {
        for name in TemplateName::ALL {
            assert_eq!(check(template(name)), Ok(()), "{name:?}");
            let json: Value = serde_json::from_str(template(name)).unwrap();
            assert_eq!(json["friendly_name"], name.as_str());
            assert_eq!(json["types"]["twilio/quick-reply"]["body"], "{{1}}");
        }
    }

    fn with(body: &str, variables: &Value, actions: &Value) -> Result<(), ContentError> {
        let json = json!({"friendly_name": "x", "language": "en", "variables": variables,
            "types": {"twilio/quick-reply": {"body": body, "actions": actions}}});
        check(&json.to_string())
    }

    fn button(title: &str, id: &str) -> Value {
        json!({"type": "QUICK_REPLY", "title": title, "id": id})
    }

    #[test]
    fn each_limit_holds_at_its_edge() {
        let sample = json!({"1": "x"});
        let none = json!({});
        let one = json!([button("Help", "cmd:help")]);
        let is = |body: &str, actions: &Value| with(body, &none, actions);
        assert_eq!(is(&"x".repeat(1024), &one), Ok(()));
        assert_eq!(is(&"x".repeat(1025), &one), Err(ContentError::Body));
        assert_eq!(is("", &one), Err(ContentError::Body));

        let many = |n: u32| {
            (0..n)
                .map(|i| button(&i.to_string(), &i.to_string()))
                .collect()
        };
        assert_eq!(is("x", &Value::Array(many(3))), Ok(()));
        assert_eq!(is("x", &Value::Array(many(4))), Err(ContentError::Buttons));
        assert_eq!(is("x", &json!([])), Err(ContentError::Buttons));

        let title = |n: usize| is("x", &json!([button(&"é".repeat(n), "i")]));
        assert_eq!(title(20), Ok(()));
        assert_eq!(title(21), Err(ContentError::Title("é".repeat(21))));
        let id = |n: usize| is("x", &json!([button("t", &"i".repeat(n))]));
        assert_eq!(id(200), Ok(()));
        assert_eq!(id(201), Err(ContentError::Id("i".repeat(201))));

        let twins = json!([button("t", "a"), button("t", "b")]);
        assert_eq!(is("x", &twins), Err(ContentError::Twice("t".to_owned())));
        assert_eq!(with("{{1}}", &sample, &one), Ok(()));
        assert_eq!(with("{{1}}", &none, &one), Err(ContentError::Samples));
        assert_eq!(with("x", &sample, &one), Err(ContentError::Samples));
        assert!(matches!(check("{}"), Err(ContentError::Shape(_))));
    }
}
