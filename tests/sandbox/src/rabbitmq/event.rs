//! A batch as the function gets it: the event `aws:rmq` of AWS's developer guide for Lambda. The mapping is written in Java
//! and says what RabbitMQ's Java client holds: a property that was not set is null, a text in a header is its bytes, and a
//! time is an English date.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lapin::message::Delivery;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use serde_json::{Map, Value, json};

const BROKER: &str =
    "arn:aws:mq:us-east-1:000000000000:broker:local:b-00000000-0000-0000-0000-000000000000";

pub(super) fn of(queue: &str, virtual_host: &str, batch: &[Delivery]) -> Value {
    let key = format!("{queue}::{virtual_host}");
    let messages: Vec<Value> = batch.iter().map(message).collect();
    json!({
        "eventSource": "aws:rmq",
        "eventSourceArn": BROKER,
        "rmqMessagesByQueue": {key: messages},
    })
}

/// How much of an invocation the message takes, nearly: its data in base64.
pub(super) fn size(delivery: &Delivery) -> usize {
    delivery.data.len().div_ceil(3) * 4
}

fn message(delivery: &Delivery) -> Value {
    let properties = &delivery.properties;
    let text = |value: &Option<ShortString>| value.as_ref().map(ToString::to_string);
    json!({
        "basicProperties": {
            "contentType": text(properties.content_type()),
            "contentEncoding": text(properties.content_encoding()),
            "headers": properties.headers().as_ref().map(table),
            "deliveryMode": properties.delivery_mode(),
            "priority": properties.priority(),
            "correlationId": text(properties.correlation_id()),
            "replyTo": text(properties.reply_to()),
            "expiration": text(properties.expiration()),
            "messageId": text(properties.message_id()),
            "timestamp": properties.timestamp().map(date),
            "type": text(properties.kind()),
            "userId": text(properties.user_id()),
            "appId": text(properties.app_id()),
            "clusterId": text(properties.cluster_id()),
            "bodySize": delivery.data.len(),
        },
        "redelivered": delivery.redelivered,
        "data": STANDARD.encode(&delivery.data),
    })
}

fn table(table: &FieldTable) -> Value {
    let entries = table.inner().iter();
    let entries = entries.map(|(name, value)| (name.to_string(), header(value)));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn header(value: &AMQPValue) -> Value {
    match value {
        AMQPValue::Boolean(value) => json!(value),
        AMQPValue::ShortShortInt(value) => json!(value),
        AMQPValue::ShortShortUInt(value) => json!(value),
        AMQPValue::ShortInt(value) => json!(value),
        AMQPValue::ShortUInt(value) => json!(value),
        AMQPValue::LongInt(value) => json!(value),
        AMQPValue::LongUInt(value) => json!(value),
        AMQPValue::LongLongInt(value) => json!(value),
        AMQPValue::Float(value) => json!(value),
        AMQPValue::Double(value) => json!(value),
        AMQPValue::DecimalValue(value) => {
            json!(f64::from(value.value) / 10_f64.powi(value.scale.into()))
        }
        AMQPValue::ShortString(value) => json!({"bytes": value.as_str().as_bytes()}),
        AMQPValue::LongString(value) => json!({"bytes": value.as_bytes()}),
        AMQPValue::FieldArray(values) => values.as_slice().iter().map(header).collect(),
        AMQPValue::Timestamp(seconds) => json!(date(*seconds)),
        AMQPValue::FieldTable(fields) => table(fields),
        AMQPValue::ByteArray(bytes) => json!(bytes.as_slice()),
        AMQPValue::Void => Value::Null,
    }
}

/// `Jan 1, 1970, 12:33:41 AM`, in UTC.
fn date(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let at = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
    let at = at.to_zoned(TimeZone::UTC);
    at.strftime("%b %-d, %Y, %-I:%M:%S %p").to_string()
}

#[cfg(test)]
mod tests {
    use lapin::BasicProperties;

    use super::*;

    fn delivery(properties: BasicProperties, data: &[u8]) -> Delivery {
        let mut delivery =
            Delivery::mock(1, "flash.events".into(), "k".into(), false, data.to_vec());
        delivery.properties = properties;
        delivery
    }

    /// The example of AWS's guide, made from the message that it stands for, but for a size that is not its data's.
    #[test]
    fn a_message_is_shown_as_aws_documents_it() {
        let mut headers = FieldTable::default();
        headers.insert("header1".into(), AMQPValue::LongString("value1".into()));
        headers.insert("header2".into(), AMQPValue::LongString("value2".into()));
        headers.insert("numberInHeader".into(), AMQPValue::LongInt(10));
        let properties = BasicProperties::default()
            .with_content_type("text/plain".into())
            .with_headers(headers)
            .with_delivery_mode(1)
            .with_priority(34)
            .with_expiration("60000".into())
            .with_timestamp(2021)
            .with_user_id("AIDACKCEVSQ6C2EXAMPLE".into());
        let data = br#"{"timeout":0,"data":"CZrmf0Gw8Ov4bqLQxD4E"}"#;
        let event = of("pizzaQueue", "/", &[delivery(properties, data)]);
        assert_eq!(
            event["rmqMessagesByQueue"]["pizzaQueue::/"],
            json!([{
                "basicProperties": {
                    "contentType": "text/plain",
                    "contentEncoding": null,
                    "headers": {
                        "header1": {"bytes": [118, 97, 108, 117, 101, 49]},
                        "header2": {"bytes": [118, 97, 108, 117, 101, 50]},
                        "numberInHeader": 10
                    },
                    "deliveryMode": 1,
                    "priority": 34,
                    "correlationId": null,
                    "replyTo": null,
                    "expiration": "60000",
                    "messageId": null,
                    "timestamp": "Jan 1, 1970, 12:33:41 AM",
                    "type": null,
                    "userId": "AIDACKCEVSQ6C2EXAMPLE",
                    "appId": null,
                    "clusterId": null,
                    "bodySize": 43
                },
                "redelivered": false,
                "data": "eyJ0aW1lb3V0IjowLCJkYXRhIjoiQ1pybWYwR3c4T3Y0YnFMUXhENEUifQ=="
            }])
        );
        assert_eq!(event["eventSource"], "aws:rmq");
    }

    #[test]
    fn what_was_not_set_is_null() {
        let event = of("q", "other", &[delivery(BasicProperties::default(), b"")]);
        let shown = &event["rmqMessagesByQueue"]["q::other"][0];
        let properties = shown["basicProperties"].as_object().unwrap();
        assert_eq!(properties.len(), 15);
        for (name, value) in properties {
            assert!(value.is_null() || name == "bodySize", "{name}");
        }
        assert_eq!(shown["data"], "");
    }
}
