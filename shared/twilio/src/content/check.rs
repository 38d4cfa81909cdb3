//! What a template must be, so that Twilio takes it, WhatsApp shows it and, where it has to be asked, approves it.
//!
//! Sources: Twilio's reference of the Content API and its page on variables, WhatsApp's reasons for rejection as Twilio
//! lists them, November 2026. WhatsApp also judges by taste; that shows only when it is asked.

use std::collections::BTreeSet;

use domain::language::Language;
use serde::Deserialize;
use serde_json::Value;

use super::words::{Action, Item, Types, Words};
use super::{
    BODY_MAX, BUTTONS_MAX, DESCRIPTION_MAX, ID_MAX, ITEM_MAX, ITEMS_MAX, TITLE_MAX, TemplateName,
    VARIABLE_NAME_MAX, VARIABLE_VALUE_MAX, VARIABLES_MAX, submission,
};

/// WhatsApp counts a run of this many spaces in a variable's value as an attempt at layout, and refuses it.
const SPACES: &str = "    ";

/// What a template may not be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    #[error("not the JSON of a template of ours: {0}")]
    Shape(String),
    #[error("friendly_name and language are not those that it is kept under")]
    Name,
    #[error(
        "the body is blank, begins or ends with white space, or is longer than {BODY_MAX} characters"
    )]
    Body,
    #[error("there are no buttons or more than {BUTTONS_MAX}")]
    Buttons,
    #[error("there are no items or more than {ITEMS_MAX}")]
    Items,
    #[error("the item {0:?} is blank or longer than {ITEM_MAX} characters")]
    Item(String),
    #[error("the description {0:?} is blank or longer than {DESCRIPTION_MAX} characters")]
    Description(String),
    #[error("a list can be shown in a session only, and is never submitted")]
    ListSubmitted,
    #[error("the title {0:?} is blank or longer than {TITLE_MAX} characters")]
    Title(String),
    #[error("the id {0:?} is blank or longer than {ID_MAX} characters")]
    Id(String),
    #[error("two buttons or items share the title or id {0:?}")]
    Twice(String),
    #[error("a brace is open, closed or empty that should not be: {0:?}")]
    Braces(String),
    #[error(
        "a variable's name is not of 1 to {VARIABLE_NAME_MAX} letters and digits, or there are more than {VARIABLES_MAX}"
    )]
    Variables,
    #[error("variables and their samples differ")]
    Samples,
    #[error("the sample of variable {0} is blank or longer than {VARIABLE_VALUE_MAX} characters")]
    Sample(String),
    #[error("WhatsApp wants variables numbered from 1 without a gap")]
    Numbering,
    #[error("WhatsApp refuses a body that begins or ends with a variable")]
    Edge,
    #[error("WhatsApp refuses two variables without a word between them")]
    Adjacent,
    #[error("WhatsApp refuses line breaks, tabs and runs of spaces in variable {0}")]
    Layout(String),
}

/// Its words, if the template `json` can be created as `name` in `language`, shown in a session and, where it is to be
/// submitted, has no formal reason to be rejected.
pub fn check(name: TemplateName, language: Language, json: &str) -> Result<Words, ContentError> {
    let shape = |error: serde_json::Error| ContentError::Shape(error.to_string());
    let value: Value = serde_json::from_str(json).map_err(shape)?;
    let Named {
        friendly_name,
        language: in_language,
    } = Named::deserialize(&value).map_err(shape)?;
    let words = Words::deserialize(&value).map_err(shape)?;
    known_fields(&value).map_err(ContentError::Shape)?;
    if friendly_name != name.as_str() || in_language != language {
        return Err(ContentError::Name);
    }
    if words.body().trim() != words.body() || !fits(words.body(), BODY_MAX) {
        return Err(ContentError::Body);
    }
    match &words.types {
        Types::QuickReply { actions, .. } => buttons(actions)?,
        Types::ListPicker { .. } if submission(name).is_some() => {
            return Err(ContentError::ListSubmitted);
        }
        Types::ListPicker { button, items, .. } => list(button, items)?,
        Types::Text { .. } => {}
    }
    samples(&words)?;
    if submission(name).is_some() {
        approvable(&words)?;
    }
    Ok(words)
}

#[derive(Deserialize)]
struct Named {
    friendly_name: String,
    language: Language,
}

/// Twilio refuses fields that it does not know; ours would be misspelt.
fn known_fields(template: &Value) -> Result<(), String> {
    let only = |value: &Value, known: &[&str]| {
        let unknown = value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(field, _)| field)
            .find(|field| !known.contains(&field.as_str()));
        unknown.map_or(Ok(()), |field| Err(format!("unknown field {field:?}")))
    };
    only(
        template,
        &["friendly_name", "language", "variables", "types"],
    )?;
    for (kind, content) in template["types"].as_object().into_iter().flatten() {
        let fields: &[&str] = match kind.as_str() {
            "twilio/quick-reply" => &["body", "actions"],
            "twilio/list-picker" => &["body", "button", "items"],
            _ => &["body"],
        };
        only(content, fields)?;
        for item in content["items"].as_array().into_iter().flatten() {
            only(item, &["item", "description", "id"])?;
        }
        for action in content["actions"].as_array().into_iter().flatten() {
            only(action, &["type", "title", "id"])?;
            if !(action["type"].is_null() || action["type"] == "QUICK_REPLY") {
                return Err("a button that is no quick reply".to_owned());
            }
        }
    }
    Ok(())
}

fn fits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count())
}

fn buttons(actions: &[Action]) -> Result<(), ContentError> {
    if !(1..=BUTTONS_MAX).contains(&actions.len()) {
        return Err(ContentError::Buttons);
    }
    for Action { title, id } in actions {
        titled(title)?;
        named(id)?;
    }
    distinct(actions.iter().map(|a| (a.title.as_str(), a.id.as_str())))
}

fn list(button: &str, items: &[Item]) -> Result<(), ContentError> {
    titled(button)?;
    if !(1..=ITEMS_MAX).contains(&items.len()) {
        return Err(ContentError::Items);
    }
    for item in items {
        if !fits(&item.title, ITEM_MAX) {
            return Err(ContentError::Item(item.title.clone()));
        }
        if !fits(&item.description, DESCRIPTION_MAX) {
            return Err(ContentError::Description(item.description.clone()));
        }
        named(&item.id)?;
    }
    distinct(items.iter().map(|i| (i.title.as_str(), i.id.as_str())))
}

fn titled(title: &str) -> Result<(), ContentError> {
    if fits(title, TITLE_MAX) {
        Ok(())
    } else {
        Err(ContentError::Title(title.to_owned()))
    }
}

fn named(id: &str) -> Result<(), ContentError> {
    if fits(id, ID_MAX) {
        Ok(())
    } else {
        Err(ContentError::Id(id.to_owned()))
    }
}

/// No two have the same title or the same id.
fn distinct<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Result<(), ContentError> {
    let mut seen = BTreeSet::new();
    for (title, id) in all {
        for (kind, text) in [("title", title), ("id", id)] {
            if !seen.insert((kind, text)) {
                return Err(ContentError::Twice(text.to_owned()));
            }
        }
    }
    Ok(())
}

fn samples(words: &Words) -> Result<(), ContentError> {
    let mut used = BTreeSet::new();
    for text in words.around().into_iter().chain([words.body()]) {
        used.extend(pieces(text)?.into_iter().filter_map(|piece| match piece {
            Piece::Variable(name) => Some(name),
            Piece::Text(_) => None,
        }));
    }
    let named = |name: &&str| {
        fits(name, VARIABLE_NAME_MAX) && name.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if used.len() > VARIABLES_MAX || !used.iter().all(named) {
        return Err(ContentError::Variables);
    }
    if !used
        .into_iter()
        .eq(words.variables.keys().map(String::as_str))
    {
        return Err(ContentError::Samples);
    }
    let unfit = words
        .variables
        .iter()
        .find(|(_, sample)| sample.trim().is_empty() || !fits(sample, VARIABLE_VALUE_MAX));
    unfit.map_or(Ok(()), |(name, _)| Err(ContentError::Sample(name.clone())))
}

/// WhatsApp's formal rules for what it approves.
fn approvable(words: &Words) -> Result<(), ContentError> {
    let numbered =
        (1..=words.variables.len()).all(|number| words.variables.contains_key(&number.to_string()));
    if !numbered {
        return Err(ContentError::Numbering);
    }
    if let Some((name, _)) = words
        .variables
        .iter()
        .find(|(_, sample)| sample.contains(['\n', '\r', '\t']) || sample.contains(SPACES))
    {
        return Err(ContentError::Layout(name.clone()));
    }
    // What stands between variables, before the first and after the last; punctuation and emoji are no words.
    let wordless = |piece: &Piece<'_>| match piece {
        Piece::Text(text) => !text.contains(char::is_alphanumeric),
        Piece::Variable(_) => false,
    };
    let spoken: Vec<_> = pieces(words.body())?
        .into_iter()
        .filter(|piece| !wordless(piece))
        .collect();
    let variable = |piece: Option<&Piece<'_>>| matches!(piece, Some(Piece::Variable(_)));
    if variable(spoken.first()) || variable(spoken.last()) {
        return Err(ContentError::Edge);
    }
    if spoken
        .windows(2)
        .any(|two| two.iter().all(|piece| variable(Some(piece))))
    {
        return Err(ContentError::Adjacent);
    }
    Ok(())
}

enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// The text, parted at its variables.
fn pieces(text: &str) -> Result<Vec<Piece<'_>>, ContentError> {
    let braces = || ContentError::Braces(text.to_owned());
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").ok_or_else(braces)?;
        if name.is_empty() {
            return Err(braces());
        }
        pieces.push(Piece::Text(before));
        pieces.push(Piece::Variable(name));
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    let stray = |piece: &Piece<'_>| match piece {
        Piece::Text(text) | Piece::Variable(text) => text.contains(['{', '}']),
    };
    if pieces.iter().any(stray) {
        return Err(braces());
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::content::{all, template};

    #[test]
    fn every_template_keeps_the_rules() {
        for (name, language) in all() {
            let verdict = check(name, language, template(name, language));
            assert_eq!(verdict.err(), None, "{name:?} {language:?}");
        }
    }

    #[test]
    fn only_what_is_never_submitted_has_all_its_words_in_a_variable() {
        for (name, language) in all() {
            let words = check(name, language, template(name, language)).unwrap();
            let bare = words.body() == "{{1}}";
            assert_eq!(bare, submission(name).is_none(), "{name:?}");
        }
    }

    fn with(body: &str, variables: &Value, actions: &Value) -> Result<(), ContentError> {
        let json = json!({"friendly_name": "start_linked", "language": "en", "variables": variables,
            "types": {"twilio/quick-reply": {"body": body, "actions": actions}}});
        let json = json.to_string();
        check(TemplateName::StartLinked, Language::English, &json).map(drop)
    }

    fn button(title: &str, id: &str) -> Value {
        json!({"type": "QUICK_REPLY", "title": title, "id": id})
    }

    #[test]
    fn each_limit_of_a_session_holds_at_its_edge() {
        let sample = json!({"1": "x"});
        let none = json!({});
        let one = json!([button("Help", "cmd:help")]);
        let is = |body: &str, actions: &Value| with(body, &none, actions);
        assert_eq!(is(&"x".repeat(1024), &one), Ok(()));
        for body in ["x".repeat(1025), String::new(), " x".into(), "x\n".into()] {
            assert_eq!(is(&body, &one), Err(ContentError::Body), "{body:?}");
        }

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
        // What WhatsApp would not approve is none of its business here.
        assert_eq!(with("{{1}}", &json!({"1": "a\nb"}), &one), Ok(()));
    }

    fn picker(button: &str, items: &Value) -> Result<(), ContentError> {
        let json = json!({"friendly_name": "help_linked", "language": "es", "variables": {},
            "types": {"twilio/list-picker": {"body": "x", "button": button, "items": items}}});
        let json = json.to_string();
        check(TemplateName::HelpLinked, Language::Spanish, &json).map(drop)
    }

    #[test]
    fn each_limit_of_a_list_holds_at_its_edge() {
        let item = |n: usize, title: &str, description: &str| json!({"item": title, "id": n.to_string(), "description": description});
        let many = |n: usize| Value::Array((0..n).map(|i| item(i, &i.to_string(), "d")).collect());
        assert_eq!(picker("Menu", &many(10)), Ok(()));
        assert_eq!(picker("Menu", &many(11)), Err(ContentError::Items));
        assert_eq!(picker("Menu", &many(0)), Err(ContentError::Items));
        assert_eq!(picker(&"b".repeat(20), &many(1)), Ok(()));
        let long = "b".repeat(21);
        assert_eq!(picker(&long, &many(1)), Err(ContentError::Title(long)));

        let one =
            |title: &str, description: &str| picker("Menu", &json!([item(1, title, description)]));
        assert_eq!(one(&"é".repeat(24), &"é".repeat(72)), Ok(()));
        let long = "é".repeat(25);
        assert_eq!(one(&long, "d"), Err(ContentError::Item(long)));
        for unfit in [String::new(), "é".repeat(73)] {
            assert_eq!(one("t", &unfit), Err(ContentError::Description(unfit)));
        }
        let twins = json!([item(1, "a", "d"), item(1, "b", "d")]);
        assert_eq!(
            picker("Menu", &twins),
            Err(ContentError::Twice("1".to_owned()))
        );
        let odd = json!([{"item": "a", "id": "1", "description": "d", "title": "a"}]);
        assert!(matches!(picker("Menu", &odd), Err(ContentError::Shape(_))));
    }

    #[test]
    fn a_list_is_never_submitted() {
        let json = json!({"friendly_name": "security_alert", "language": "es", "variables": {},
            "types": {"twilio/list-picker": {"body": "x", "button": "y",
                "items": [{"item": "a", "id": "1", "description": "d"}]}}});
        let verdict = check(
            TemplateName::SecurityAlert,
            Language::Spanish,
            &json.to_string(),
        );
        assert_eq!(verdict.err(), Some(ContentError::ListSubmitted));
    }

    fn alert(body: &str, samples: &[(&str, &str)]) -> Result<(), ContentError> {
        let variables: serde_json::Map<_, _> = samples
            .iter()
            .map(|(name, sample)| ((*name).to_owned(), (*sample).into()))
            .collect();
        let json = json!({"friendly_name": "security_alert", "language": "es", "variables": variables,
            "types": {"twilio/text": {"body": body}}});
        let json = json.to_string();
        check(TemplateName::SecurityAlert, Language::Spanish, &json).map(drop)
    }

    #[test]
    fn a_submitted_body_neither_begins_nor_ends_with_a_variable() {
        let one = &[("1", "x")][..];
        assert_eq!(alert("Chat {{1}} tried", one), Ok(()));
        assert_eq!(alert("¿Chat {{1}} otra vez?", one), Ok(()));
        for body in [
            "{{1}}",
            "{{1}} tried",
            "*{{1}}* tried",
            "⚠️ {{1}} tried",
            "Tried: {{1}}",
            "Tried: {{1}}.",
            "Tried: {{1}} 🙂",
        ] {
            assert_eq!(alert(body, one), Err(ContentError::Edge), "{body}");
        }
    }

    #[test]
    fn a_submitted_body_has_a_word_between_two_variables() {
        let two = &[("1", "x"), ("2", "y")][..];
        assert_eq!(alert("Chat {{1}} at {{2}} tried", two), Ok(()));
        for body in [
            "Chat {{1}}{{2}} tried",
            "Chat {{1}} {{2}} tried",
            "Chat {{1}}, {{2}} tried",
        ] {
            assert_eq!(alert(body, two), Err(ContentError::Adjacent), "{body}");
        }
    }

    #[test]
    fn submitted_variables_are_numbered_and_their_samples_plain() {
        assert_eq!(
            alert("Chat {{2}} tried", &[("2", "x")]),
            Err(ContentError::Numbering)
        );
        assert_eq!(
            alert("Chat {{chat}} tried", &[("chat", "x")]),
            Err(ContentError::Numbering)
        );
        let sample = |sample: &str| alert("Chat {{1}} tried", &[("1", sample)]);
        assert_eq!(sample("a   b"), Ok(()));
        for layout in ["a    b", "a\nb", "a\rb", "a\tb"] {
            assert_eq!(sample(layout), Err(ContentError::Layout("1".into())));
        }
        assert_eq!(sample(&"x".repeat(1600)), Ok(()));
        for unfit in [String::new(), " ".to_owned(), "x".repeat(1601)] {
            assert_eq!(sample(&unfit), Err(ContentError::Sample("1".into())));
        }
        assert_eq!(alert("Chat {{1}} tried", &[]), Err(ContentError::Samples));
    }

    #[test]
    fn a_submitted_body_is_as_long_as_whatsapp_allows() {
        assert_eq!(alert(&"x".repeat(1024), &[]), Ok(()));
        assert_eq!(alert(&"x".repeat(1025), &[]), Err(ContentError::Body));
    }

    #[test]
    fn variables_are_well_formed() {
        let long = "v".repeat(17);
        for name in ["a b", "ü", "a_b", " 1", &long] {
            let body = format!("Chat {{{{{name}}}}} tried");
            assert_eq!(
                alert(&body, &[(name, "x")]),
                Err(ContentError::Variables),
                "{name:?}"
            );
        }
        // The longest name is well formed, and only not a number.
        assert_eq!(
            alert("Chat {{vvvvvvvvvvvvvvvv}} tried", &[(&long[..16], "x")]),
            Err(ContentError::Numbering)
        );
        for body in [
            "Chat {{}} tried",
            "Chat {{1} tried",
            "Chat {1}} tried",
            "a {b} c",
        ] {
            assert_eq!(alert(body, &[]), Err(ContentError::Braces(body.to_owned())));
        }
    }

    #[test]
    fn there_are_a_hundred_variables_at_most() {
        let many = |n: usize| {
            let names: Vec<_> = (1..=n).map(|i| i.to_string()).collect();
            let bodies: Vec<_> = names
                .iter()
                .map(|name| format!("a {{{{{name}}}}} "))
                .collect();
            let samples: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
            alert(&format!("{}b", bodies.concat()), &samples)
        };
        assert_eq!(many(100), Ok(()));
        assert_eq!(many(101), Err(ContentError::Variables));
    }

    #[test]
    fn what_is_kept_under_a_name_bears_it() {
        let json = template(TemplateName::SecurityAlert, Language::English);
        for (name, language) in [
            (TemplateName::SecurityAlert, Language::Spanish),
            (TemplateName::StartLinked, Language::English),
        ] {
            assert_eq!(check(name, language, json), Err(ContentError::Name));
        }
    }

    #[test]
    fn what_twilio_would_not_take_is_no_template() {
        let json = template(TemplateName::StartLinked, Language::English);
        for (from, to) in [
            ("\"types\"", "\"typos\""),
            ("\"variables\"", "\"Variables\""),
            ("\"title\"", "\"text\""),
            ("\"id\"", "\"payload\""),
            ("QUICK_REPLY", "URL"),
            ("twilio/quick-reply", "twilio/text"),
            ("twilio/quick-reply", "twilio/media"),
            ("\"language\": \"en\"", "\"language\": \"fr\""),
            ("\"body\"", "\"footer\": \"x\", \"body\""),
        ] {
            let broken = json.replace(from, to);
            assert_ne!(json, broken);
            let verdict = check(TemplateName::StartLinked, Language::English, &broken);
            assert!(
                matches!(verdict, Err(ContentError::Shape(_))),
                "{to}: {verdict:?}"
            );
        }
    }
}
