//! The items in a request to DynamoDB, as they will stand in the table.

use sandbox::silence::CANARY;
use serde_json::{Map, Value};

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
}
