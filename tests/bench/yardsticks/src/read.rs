//! Requests to AWS, from the JSON in which they were seen.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, KeysAndAttributes, Put, ReturnValue,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use serde_json::Value;

use crate::Wrong;

pub(crate) type Item = HashMap<String, AttributeValue>;

pub(crate) fn item(value: &Value) -> Item {
    let pairs = value.as_object().into_iter().flatten();
    pairs
        .map(|(name, value)| (name.clone(), attribute(value)))
        .collect()
}

fn attribute(value: &Value) -> AttributeValue {
    let inner = |kind: &str| value.get(kind);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if let Some(string) = inner("S") {
        AttributeValue::S(text(string))
    } else if let Some(number) = inner("N") {
        AttributeValue::N(text(number))
    } else if let Some(truth) = inner("BOOL") {
        AttributeValue::Bool(truth == true)
    } else if let Some(list) = inner("L") {
        AttributeValue::L(
            list.as_array()
                .into_iter()
                .flatten()
                .map(attribute)
                .collect(),
        )
    } else if let Some(map) = inner("M") {
        AttributeValue::M(item(map))
    } else if let Some(set) = inner("SS") {
        AttributeValue::Ss(set.as_array().into_iter().flatten().map(text).collect())
    } else {
        AttributeValue::Null(true)
    }
}

pub(crate) fn text(body: &Value, name: &str) -> Option<String> {
    body[name].as_str().map(str::to_owned)
}

pub(crate) fn names(body: &Value) -> Option<HashMap<String, String>> {
    let names = body["ExpressionAttributeNames"].as_object()?.iter();
    let own = |(short, name): (&String, &Value)| {
        (short.clone(), name.as_str().unwrap_or_default().to_owned())
    };
    Some(names.map(own).collect())
}

pub(crate) fn values(body: &Value) -> Option<Item> {
    let values = &body["ExpressionAttributeValues"];
    values.is_object().then(|| item(values))
}

pub(crate) fn returned(body: &Value) -> Option<ReturnValue> {
    text(body, "ReturnValues").map(|kind| ReturnValue::from(kind.as_str()))
}

pub(crate) fn on_failure(body: &Value) -> Option<ReturnValuesOnConditionCheckFailure> {
    let kind = text(body, "ReturnValuesOnConditionCheckFailure");
    kind.map(|kind| ReturnValuesOnConditionCheckFailure::from(kind.as_str()))
}

/// What a `BatchGetItem` asks of each table.
pub(crate) fn keys(body: &Value) -> Result<HashMap<String, KeysAndAttributes>, Wrong> {
    let tables = body["RequestItems"].as_object().into_iter().flatten();
    tables
        .map(|(table, wanted)| {
            let keys = wanted["Keys"].as_array().into_iter().flatten();
            let asked = KeysAndAttributes::builder()
                .set_keys(Some(keys.map(item).collect()))
                .set_consistent_read(wanted["ConsistentRead"].as_bool());
            Ok((table.clone(), asked.build()?))
        })
        .collect()
}

/// A line of a `TransactWriteItems`.
pub(crate) fn line(line: &Value) -> Result<TransactWriteItem, Wrong> {
    let made = TransactWriteItem::builder();
    let (kind, body) = line
        .as_object()
        .and_then(|line| line.iter().next())
        .ok_or("an empty line")?;
    let made = match kind.as_str() {
        "Put" => made.put(
            Put::builder()
                .set_table_name(text(body, "TableName"))
                .set_item(Some(item(&body["Item"])))
                .set_condition_expression(text(body, "ConditionExpression"))
                .set_expression_attribute_names(names(body))
                .set_expression_attribute_values(values(body))
                .set_return_values_on_condition_check_failure(on_failure(body))
                .build()?,
        ),
        "Update" => made.update(
            Update::builder()
                .set_table_name(text(body, "TableName"))
                .set_key(Some(item(&body["Key"])))
                .set_update_expression(text(body, "UpdateExpression"))
                .set_condition_expression(text(body, "ConditionExpression"))
                .set_expression_attribute_names(names(body))
                .set_expression_attribute_values(values(body))
                .set_return_values_on_condition_check_failure(on_failure(body))
                .build()?,
        ),
        "Delete" => made.delete(
            Delete::builder()
                .set_table_name(text(body, "TableName"))
                .set_key(Some(item(&body["Key"])))
                .set_condition_expression(text(body, "ConditionExpression"))
                .set_expression_attribute_names(names(body))
                .set_expression_attribute_values(values(body))
                .set_return_values_on_condition_check_failure(on_failure(body))
                .build()?,
        ),
        "ConditionCheck" => made.condition_check(
            ConditionCheck::builder()
                .set_table_name(text(body, "TableName"))
                .set_key(Some(item(&body["Key"])))
                .set_condition_expression(text(body, "ConditionExpression"))
                .set_expression_attribute_names(names(body))
                .set_expression_attribute_values(values(body))
                .set_return_values_on_condition_check_failure(on_failure(body))
                .build()?,
        ),
        other => return Err(format!("no line of a transaction: {other}").into()),
    };
    Ok(made.build())
}

/// What a `SendMessageBatch` puts into its queue.
pub(crate) fn tickets(body: &Value) -> Result<Vec<SendMessageBatchRequestEntry>, Wrong> {
    let entries = body["Entries"].as_array().into_iter().flatten();
    entries
        .map(|entry| {
            let made = SendMessageBatchRequestEntry::builder()
                .set_id(text(entry, "Id"))
                .set_message_body(text(entry, "MessageBody"))
                .set_message_group_id(text(entry, "MessageGroupId"))
                .set_message_deduplication_id(text(entry, "MessageDeduplicationId"));
            Ok(made.build()?)
        })
        .collect()
}
