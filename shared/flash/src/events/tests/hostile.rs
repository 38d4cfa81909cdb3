//! What is no event, and what would be one that does harm.

use domain::flash_event::{Other, What};
use domain::policy::EVENT_BYTES;

use super::*;

#[test]
fn what_is_no_json_or_none_of_the_forms_is_refused() {
    for (body, why) in [
        ("", Malformed::NotJson),
        ("hello", Malformed::NotJson),
        ("{", Malformed::NotJson),
        ("{} {}", Malformed::NotJson),
        ("\u{feff}{}", Malformed::NotJson),
        ("null", Malformed::UnknownForm),
        ("5", Malformed::UnknownForm),
        ("[]", Malformed::UnknownForm),
        ("[null,\"payment_received\",{}]", Malformed::UnknownForm),
        ("{}", Malformed::UnknownForm),
        ("{\"type\":\"payment_received\"}", Malformed::UnknownForm),
        ("{\"type\":null,\"data\":{}}", Malformed::UnknownForm),
        ("{\"test\": 2432232314}", Malformed::UnknownForm),
        (
            "{\"type\":\"payment_received\",\"data\":{},\"eventType\":\"receive.lightning\"}",
            Malformed::UnknownForm,
        ),
        (
            "{\"specversion\":\"0.3\",\"type\":\"payment.received\",\"id\":\"x\",\"source\":\"y\",\"data\":{}}",
            Malformed::UnknownForm,
        ),
        ("{\"type\":5,\"data\":{}}", Malformed::BadField),
        (
            "{\"type\":\"payment_received\",\"data\":[]}",
            Malformed::BadField,
        ),
        (
            "{\"type\":\"x\",\"type\":\"y\",\"data\":{}}",
            Malformed::BadField,
        ),
    ] {
        assert_eq!(read(body.as_bytes(), told(None)), Err(why), "{body}");
    }
    assert_eq!(
        read(b"{\"a\":\"\xff\"}", told(None)),
        Err(Malformed::NotJson)
    );
}

#[test]
fn huge_and_deep_bodies_are_refused_at_once() {
    let mut long = RABBITMQ_RECEIVED.to_owned();
    long.push_str(&" ".repeat(EVENT_BYTES - long.len()));
    assert!(read(long.as_bytes(), told(None)).is_ok());
    long.push(' ');
    assert_eq!(read(long.as_bytes(), told(None)), Err(Malformed::TooLarge));
    let deep = "[".repeat(EVENT_BYTES);
    assert_eq!(read(deep.as_bytes(), told(None)), Err(Malformed::NotJson));
    let nested = format!("{{\"type\":\"x\",\"data\":{}", "{\"a\":".repeat(10_000));
    assert_eq!(read(nested.as_bytes(), told(None)), Err(Malformed::NotJson));
}

#[test]
fn each_field_says_what_is_wrong_with_it() {
    for (pointer, value, why) in [
        ("/data/amount", json!("1,5"), Malformed::BadAmount),
        ("/data/amount", json!(true), Malformed::BadAmount),
        ("/data/amount", json!(-1), Malformed::BadAmount),
        ("/data/amount", json!(1e12), Malformed::BadAmount),
        ("/data/currency", json!("J$"), Malformed::BadCurrency),
        ("/data/timestamp", json!("yesterday"), Malformed::BadTime),
        (
            "/data/timestamp",
            json!("2126-08-15T05:33:17Z"),
            Malformed::BadTime,
        ),
        ("/data/userId", json!(""), Malformed::NoOwner),
        ("/data/userId", json!("a#b"), Malformed::BadId),
        ("/data/userId", json!(5), Malformed::BadField),
        (
            "/data/transactionId",
            json!("x".repeat(129)),
            Malformed::BadId,
        ),
        ("/data/paymentHash", json!("abc"), Malformed::BadId),
        ("/data/status", json!("maybe"), Malformed::BadStatus),
        ("/data/memo", json!({"a": 1}), Malformed::BadField),
        ("/data/senderName", json!(["Marcia"]), Malformed::BadField),
    ] {
        let mut body = example(RABBITMQ_RECEIVED);
        *body.pointer_mut(pointer).unwrap() = value;
        assert_eq!(refused(&body), why, "{pointer}");
        assert_eq!(why.to_string(), why.to_string().to_lowercase());
    }
    let mut partial = example(RABBITMQ_RECEIVED);
    for name in ["amount", "transactionId", "paymentHash"] {
        partial["data"].as_object_mut().unwrap().remove(name);
    }
    assert_eq!(refused(&partial), Malformed::Incomplete);
    let mut empty = example(include_str!("../examples/rabbitmq-balance.json"));
    empty["data"]["newBalance"] = Value::Null;
    assert_eq!(refused(&empty), Malformed::Incomplete);
    let mut nobodys = example(include_str!("../examples/custodian-coin.json"));
    nobodys["walletId"] = Value::Null;
    assert_eq!(refused(&nobodys), Malformed::NoOwner);
}

#[test]
fn the_name_of_a_message_is_as_long_as_amqp_lets_it_be() {
    let named = |length: usize| {
        let name = "x".repeat(length);
        read(RABBITMQ_RECEIVED.as_bytes(), told(Some(&name))).is_ok()
    };
    assert!(named(255) && !named(256));
}

#[test]
fn what_others_have_written_means_nothing_any_more() {
    let hostile = "*Flash*\n\n{{1}} _go to_ https://evil.example\u{202e} ```x```".repeat(20);
    for (text, field) in [
        (RABBITMQ_RECEIVED, "senderName"),
        (RABBITMQ_RECEIVED, "memo"),
        (CLOUD_RECEIVED, "counterpartyUsername"),
        (CLOUD_RECEIVED, "memo"),
    ] {
        let mut body = example(text);
        body["data"][field] = json!(hostile);
        let event = event_of(&body.to_string(), None);
        let What::Payment(payment) = event.what else {
            panic!("a payment");
        };
        let name = match payment.other {
            Some(Other::Name(name)) => name,
            Some(Other::Username(name)) => {
                assert_eq!(name, "marcia_b");
                String::new()
            }
            None => String::new(),
        };
        let memo = payment.memo.unwrap_or_default();
        for (text, most) in [(name, 50), (memo, 200)] {
            assert!(text.chars().count() <= most);
            assert!(
                !text.contains(['*', '_', '`', '{', '\n', '/', '\u{202e}']),
                "{text}"
            );
        }
    }
}

#[test]
fn what_is_cut_off_a_name_or_a_note_is_judged_with_the_rest() {
    for (field, most) in [("senderName", 50), ("memo", 200)] {
        for end in ["Flash Support", "Reply YES"] {
            let mut body = example(RABBITMQ_RECEIVED);
            let long = format!("{} {end}", "Marcia Brown ".repeat(most / 12));
            body["data"][field] = json!(long);
            let event = event_of(&body.to_string(), None);
            let What::Payment(payment) = event.what else {
                panic!("a payment");
            };
            let kept = match (field, payment.other) {
                ("senderName", Some(Other::Name(name))) => name,
                _ => payment.memo.unwrap(),
            };
            assert!(domain::request::poses(&kept), "{field}: {kept}");
            assert!(kept.chars().count() <= most);
        }
    }
}

#[test]
fn nothing_of_an_event_is_in_its_debug() {
    let event = event_of(RABBITMQ_RECEIVED, Some("a-message"));
    let printed = format!("{event:?} {:?}", read(b"{\"memo\":\"secret\"}", told(None)));
    for part in ["Marcia", "lunch", HASH, USER, "1.1", "secret", "a-message"] {
        assert!(!printed.contains(part), "{printed}");
    }
}
