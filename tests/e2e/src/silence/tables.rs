//! The items in a request to DynamoDB, as they will stand in the table.

use std::borrow::Cow;

use sandbox::silence::CANARY;
use serde_json::{Map, Value};

/// How the key of a published knowledge base begins.
const PUBLISHED: &str = "knowledge_text#";

/// Table and item of everything that this line of the tables' stream puts there. Deployments have prefixes of their own.
pub(super) fn written(line: &str) -> Vec<(String, Value)> {
    let call: Value = serde_json::from_str(line).unwrap_or_default();
    let transaction = call["TransactWriteItems"]["TransactItems"].as_array();
    let puts = transaction.into_iter().flatten().map(|item| &item["Put"]);
    puts.chain([&call["PutItem"]])
        .filter(|put| put["Item"].is_object() && put["Item"]["key"]["S"] != CANARY)
        .map(|put| {
            let table = put["TableName"].as_str().unwrap_or_default();
            let table = table.rsplit('-').next().unwrap_or_default().to_owned();
            (table, members(&put["Item"]))
        })
        .collect()
}

/// The line without the words of a knowledge base that it publishes: they are everybody's, and people ask with the same.
/// Whether a base is all that stands there, its form says.
pub(super) fn without_published(line: &str) -> Cow<'_, str> {
    if !line.contains(PUBLISHED) {
        return line.into();
    }
    let mut call: Value = serde_json::from_str(line).unwrap_or_default();
    let items = call.pointer_mut("/TransactWriteItems/TransactItems");
    for put in items.and_then(Value::as_array_mut).into_iter().flatten() {
        let item = &mut put["Put"]["Item"];
        let key = item["key"]["S"].as_str().unwrap_or_default();
        if key.starts_with(PUBLISHED) {
            item["text"] = Value::Null;
        }
    }
    call.to_string().into()
}

fn members(typed: &Value) -> Value {
    let members = typed.as_object().into_iter().flatten();
    let plain: Map<_, _> = members
        .map(|(name, value)| (name.clone(), plain(value)))
        .collect();
    plain.into()
}

/// Without the types.
fn plain(typed: &Value) -> Value {
    let Some((kind, value)) = typed.as_object().and_then(|typed| typed.iter().next()) else {
        return typed.clone();
    };
    match (kind.as_str(), value) {
        ("M", members_of) => members(members_of),
        ("L", Value::Array(all)) => all.iter().map(plain).collect(),
        ("N", Value::String(number)) => number.parse().map_or(Value::Null, Value::Number),
        ("NULL", _) => Value::Null,
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_are_read_out_of_single_puts_and_transactions() {
        let item = json!({"person": {"S": "p"}, "guard": {"M": {"failures": {"L": [{"N": "1"}]}, "until": {"NULL": true}}}});
        let plain = json!({"person": "p", "guard": {"failures": [1], "until": null}});
        let put = json!({"TableName": "flash-dev-people", "Item": item});
        let single = json!({ "PutItem": put });
        let several =
            json!({"TransactWriteItems": {"TransactItems": [{"Delete": {}}, {"Put": put}]}});
        for line in [single, several] {
            assert_eq!(
                written(&line.to_string()),
                [("people".to_owned(), plain.clone())]
            );
        }
        assert_eq!(written(r#"{"GetItem":{"TableName":"people"}}"#), []);
    }

    #[test]
    fn of_a_published_base_the_words_are_left_out_and_nothing_else_of_the_line() {
        let put = |key: &str| json!({"Put": {"Item": {"key": {"S": key}, "text": {"S": "words"}}}});
        let line =
            |puts: &[Value]| json!({"TransactWriteItems": {"TransactItems": puts}}).to_string();
        let other = line(&[put("other")]);
        assert_eq!(without_published(&other), other);
        let both = line(&[put("knowledge_text#monday"), put("other")]);
        let left = without_published(&both);
        assert_eq!(left.matches("words").count(), 1, "{left}");
        assert!(left.contains("knowledge_text#monday"), "{left}");
    }
}
