//! The JSON Schemas that publishers are given say the same as the reader, and the examples of the docs are events.

use jsonschema::Validator;
use serde_json::Map;

use super::*;

const EXAMPLES: [&str; 7] = [
    RABBITMQ_RECEIVED,
    include_str!("../examples/rabbitmq-received-in-bitcoin.json"),
    include_str!("../examples/rabbitmq-sent.json"),
    include_str!("../examples/rabbitmq-balance.json"),
    CLOUD_RECEIVED,
    include_str!("../examples/cloud-sent-on-chain.json"),
    include_str!("../examples/cloud-balance.json"),
];

const DOCS: &str = include_str!("../../../../../docs/events.md");

struct Schemas {
    rabbitmq: Validator,
    cloud: Validator,
}

impl Schemas {
    fn new() -> Self {
        let compiled = |text: &str| jsonschema::validator_for(&example(text)).unwrap();
        Self {
            rabbitmq: compiled(include_str!(
                "../../../../../docs/events/rabbitmq.schema.json"
            )),
            cloud: compiled(include_str!(
                "../../../../../docs/events/cloudevents.schema.json"
            )),
        }
    }

    fn of(&self, body: &Value) -> &Validator {
        if body.get("specversion").is_some() {
            &self.cloud
        } else {
            &self.rabbitmq
        }
    }
}

/// What stands between the fences of the document.
fn examples_of_the_docs() -> Vec<Value> {
    let fenced = DOCS.split("```json\n").skip(1);
    let bodies = fenced.map(|rest| rest.split("```").next().unwrap());
    bodies.map(example).collect()
}

fn is_read(body: &Value) -> bool {
    read(body.to_string().as_bytes(), told(None)).is_ok()
}

#[test]
fn every_example_is_an_event_to_the_schema_and_to_the_reader() {
    let schemas = Schemas::new();
    let documented = examples_of_the_docs();
    let (published, posted): (Vec<_>, Vec<_>) = documented
        .into_iter()
        .partition(|body| body.get("type").is_some());
    assert!(
        published.len() >= 4 && posted.len() >= 2,
        "the docs show every way"
    );
    for body in EXAMPLES.map(example).iter().chain(&published) {
        let errors: Vec<_> = schemas
            .of(body)
            .iter_errors(body)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}: {body}");
        event_of(&body.to_string(), None);
    }
    for body in posted {
        event_of(&body.to_string(), None);
    }
}

#[test]
fn the_schema_of_one_form_refuses_the_other() {
    let schemas = Schemas::new();
    assert!(!schemas.rabbitmq.is_valid(&example(CLOUD_RECEIVED)));
    assert!(!schemas.cloud.is_valid(&example(RABBITMQ_RECEIVED)));
}

/// What may go wrong with a field.
fn spoilt(value: &Value) -> Vec<Value> {
    let mut all = vec![
        Value::Null,
        json!(true),
        json!([]),
        json!({}),
        json!(""),
        json!(" "),
        json!(0),
        json!(-1),
        json!(1.5),
        json!("-1"),
        json!("0.5"),
        json!("1,5"),
        json!("+1"),
        json!("01"),
        json!("1e-7"),
        json!("NaN"),
        json!("USDT"),
        json!("sats"),
        json!("J$"),
        json!("pending"),
        json!("failure"),
        json!("maybe"),
        json!("2026-08-15T05:33:17Z"),
        json!("2026-08-15T05:33:17"),
        json!("yesterday"),
        json!("balance_updated"),
        json!("payment.sent"),
        json!("a#b"),
        json!("é"),
        json!("x".repeat(129)),
        json!("x".repeat(300)),
        json!(HASH),
        json!(HASH.to_uppercase()),
        json!(format!("0x{HASH}")),
        json!(&HASH[1..]),
    ];
    if let Some(text) = value.as_str() {
        all.push(json!(format!("{text} ")));
        all.push(json!(format!("{text}\n")));
    }
    all
}

/// Every place in `body`, each spoilt in every way, or left out.
fn mutated(body: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for pointer in pointers("", body) {
        let place = body.pointer(&pointer).unwrap();
        for value in spoilt(place) {
            let mut other = body.clone();
            *other.pointer_mut(&pointer).unwrap() = value.clone();
            all.push((format!("{pointer} = {value}"), other));
        }
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut other = body.clone();
        let holder = other.pointer_mut(parent).and_then(Value::as_object_mut);
        holder.map(|holder: &mut Map<_, _>| holder.remove(name));
        all.push((format!("{pointer} left out"), other));
    }
    all
}

fn pointers(at: &str, value: &Value) -> Vec<String> {
    let Some(fields) = value.as_object() else {
        return Vec::new();
    };
    let each = fields.iter().flat_map(|(name, value)| {
        let here = format!("{at}/{name}");
        let mut all = pointers(&here, value);
        all.push(here);
        all
    });
    each.collect()
}

/// What only the reader can know: one hash against another, and that without `specversion` this is another form.
fn is_beyond_a_schema(change: &str, body: &Value) -> bool {
    let hashes: std::collections::HashSet<String> = ["paymentHash", "payment_hash"]
        .iter()
        .filter_map(|name| body["data"][*name].as_str())
        .map(str::to_lowercase)
        .filter(|hash| !hash.is_empty())
        .collect();
    hashes.len() > 1 || change.starts_with("/specversion")
}

#[test]
fn schema_and_reader_agree_on_whatever_is_spoilt() {
    let schemas = Schemas::new();
    let (mut taken, mut refused) = (0, 0);
    for text in EXAMPLES {
        let body = example(text);
        let schema = schemas.of(&body);
        for (change, other) in mutated(&body) {
            if is_beyond_a_schema(&change, &other) {
                continue;
            }
            let (by_schema, by_reader) = (schema.is_valid(&other), is_read(&other));
            assert_eq!(by_schema, by_reader, "schema and reader on {change}");
            if by_reader {
                taken += 1;
            } else {
                refused += 1;
            }
        }
    }
    assert!(
        taken > 300 && refused > 1_000,
        "{taken} taken, {refused} refused"
    );
}
