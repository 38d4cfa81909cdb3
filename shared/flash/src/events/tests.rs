//! Every form, as its examples have it, and what is none.

mod hostile;
mod schemas;

use domain::flash_event::{EventId, FlashEvent};
use domain::time::Moment;
use serde_json::{Value, json};

use super::{Malformed, Reading, Told, read};

/// In the minute after the examples' latest.
const NOW: Moment = Moment::from_unix(1_786_772_030);

const HASH: &str = "bf6b0a1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8";
const TX_HASH: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9";
const USER: &str = "6b1c3f0a-9d3e-4a55-8f21-0c7e5a4b9d10";
const ACCOUNT: &str = "1580f7f2-4a3d-4c7e-9b56-2f8e6d1c0a93";
const WALLET: &str = "21087d73-5b0f-4c1e-8d2a-7f4e9c3b6a58";

const RABBITMQ_RECEIVED: &str = include_str!("examples/rabbitmq-received.json");
const CLOUD_RECEIVED: &str = include_str!("examples/cloud-received.json");

fn told(envelope: Option<&str>) -> Told<'_> {
    Told { envelope, now: NOW }
}

fn event_of(body: &str, envelope: Option<&str>) -> FlashEvent {
    match read(body.as_bytes(), told(envelope)) {
        Ok(Reading::Event(event)) => *event,
        other => panic!("{other:?}: {body}"),
    }
}

/// As it travels, which shows all of it.
fn shown(body: &str) -> Value {
    serde_json::to_value(event_of(body, None)).unwrap()
}

fn refused(body: &Value) -> Malformed {
    read(body.to_string().as_bytes(), told(None)).expect_err("not an event")
}

fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_payment_from_rabbitmq_is_read() {
    assert_eq!(
        shown(RABBITMQ_RECEIVED),
        json!({
            "what": {
                "kind": "payment", "direction": "received", "status": "settled",
                "amount": {"value": "1.10237620493", "currency": "USD"}, "rail": "lightning",
                "other": {"as": "name", "name": "Marcia B."},
                "memo": "For ∗lunch∗, see https:∕∕flash․example∕x",
                "transaction": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001",
            },
            "whose": {"owner": USER},
            "ids": [
                {"of": "payment_hash", "id": HASH},
                {"of": "transaction", "id": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001"},
            ],
            "at": 1_786_771_992,
        })
    );
}

#[test]
fn bitcoin_is_meant_where_no_currency_is_named() {
    let read = shown(include_str!("examples/rabbitmq-received-in-bitcoin.json"));
    assert_eq!(
        read["what"],
        json!({
            "kind": "payment", "direction": "received", "status": "settled",
            "amount": {"value": "0.00012345", "currency": "BTC"}, "sats": 12_345,
        }),
        "by an id of Flash's own books nothing can be asked"
    );
    assert_eq!(read["at"], 1_786_771_997);
}

#[test]
fn what_was_sent_has_no_sign_and_ids_one_form() {
    assert_eq!(
        shown(include_str!("examples/rabbitmq-sent.json")),
        json!({
            "what": {
                "kind": "payment", "direction": "sent", "status": "settled",
                "amount": {"value": "5.25", "currency": "USD"},
                "other": {"as": "name", "name": "Kingston Coffee"},
                "transaction": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70002",
            },
            "whose": {"account": ACCOUNT, "wallet": WALLET},
            "ids": [{"of": "transaction", "id": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70002"}],
            "at": 1_786_771_997,
        })
    );
}

#[test]
fn a_balance_from_rabbitmq_is_read() {
    let read = shown(include_str!("examples/rabbitmq-balance.json"));
    assert_eq!(
        read["what"],
        json!({
            "kind": "balance_changed",
            "before": {"value": "12.5", "currency": "USD"},
            "now": {"value": "13.6023762", "currency": "USD"},
        })
    );
    assert_eq!(read["at"], 1_786_771_997, "the zone counts");
}

#[test]
fn a_cloud_event_is_read() {
    assert_eq!(
        shown(CLOUD_RECEIVED),
        json!({
            "what": {
                "kind": "payment", "direction": "received", "status": "settled",
                "amount": {"value": "1.10237620493", "currency": "USD"},
                "display": {"value": "173.07", "currency": "JMD"},
                "sats": 1_735, "rail": "lightning",
                "other": {"as": "username", "name": "marcia_b"}, "memo": "Lunch",
                "transaction": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001",
            },
            "whose": {"account": ACCOUNT, "wallet": WALLET},
            "ids": [
                {"of": "payment_hash", "id": HASH},
                {"of": "transaction", "id": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001"},
                {"of": "envelope", "id": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001"},
            ],
            "at": 1_786_771_997,
        })
    );
    let sent = shown(include_str!("examples/cloud-sent-on-chain.json"));
    assert_eq!(sent["what"]["amount"]["value"], "20");
    assert_eq!(sent["what"]["status"], "pending");
    assert_eq!(sent["ids"][0], json!({"of": "tx_hash", "id": TX_HASH}));
    assert_eq!(
        sent["ids"][2],
        json!({"of": "envelope", "id": "evt-20260815-17"})
    );
    let balance = shown(include_str!("examples/cloud-balance.json"));
    assert_eq!(balance["what"]["now"]["value"], "13.6023762");
}

#[test]
fn the_body_that_flash_has_inherited_is_read() {
    assert_eq!(
        shown(include_str!("examples/webhook-lightning.json")),
        json!({
            "what": {
                "kind": "payment", "direction": "received", "status": "settled",
                "amount": {"value": "0.00002707", "currency": "BTC"},
                "display": {"value": "1", "currency": "USD"}, "sats": 2_707, "rail": "lightning",
            },
            "whose": {"account": ACCOUNT, "wallet": WALLET},
            "ids": [
                {"of": "payment_hash", "id": HASH},
                {"of": "transaction", "id": "655cd1926445716f60b89418"},
            ],
            "at": 1_700_531_378,
        })
    );
    let sent = shown(include_str!("examples/webhook-intraledger-sent.json"));
    assert_eq!(
        sent["what"],
        json!({
            "kind": "payment", "direction": "sent", "status": "settled",
            "amount": {"value": "5.5", "currency": "USD"},
            "display": {"value": "863.5", "currency": "JMD"}, "rail": "flash",
            "other": {"as": "username", "name": "marcia_b"}, "memo": "Thanks",
        })
    );
    let pending = shown(include_str!("examples/webhook-on-chain-pending.json"));
    assert_eq!(pending["what"]["status"], "pending");
    assert_eq!(pending["what"]["sats"], 50_000);
    assert_eq!(pending["ids"][0], json!({"of": "tx_hash", "id": TX_HASH}));
}

/// Whether it counts in cents or in millionths is not known; the display amount is in dollars.
#[test]
fn of_the_new_ledger_only_the_display_amount_is_believed() {
    let mut body = example(include_str!("examples/webhook-lightning.json"));
    body["transaction"]["settlementCurrency"] = json!("USDT");
    let read = shown(&body.to_string());
    assert_eq!(
        read["what"]["amount"],
        json!({"value": "1", "currency": "USD"})
    );
    body["transaction"]["settlementDisplayPrice"]["displayCurrency"] = json!("JMD");
    let read = shown(&body.to_string());
    assert_eq!(read["what"].get("amount"), None);
    assert_eq!(
        read["what"]["display"],
        json!({"value": "1", "currency": "JMD"})
    );
    body["transaction"]["settlementDisplayPrice"] = Value::Null;
    assert_eq!(shown(&body.to_string())["what"].get("amount"), None);
}

#[test]
fn the_older_body_names_only_the_payment() {
    assert_eq!(
        shown(include_str!("examples/webhook-old.json")),
        json!({
            "what": {"kind": "payment", "direction": "received", "status": "settled", "rail": "flash"},
            "whose": {"account": ACCOUNT},
            "ids": [
                {"of": "payment_hash", "id": HASH},
                {"of": "transaction", "id": "655cd1926445716f60b89421"},
            ],
            "at": NOW.unix(),
        })
    );
}

#[test]
fn what_the_custodian_posts_is_read_and_its_secret_is_not() {
    let read = shown(include_str!("examples/custodian-lightning.json"));
    assert_eq!(
        read,
        json!({
            "what": {
                "kind": "payment", "direction": "received", "status": "settled",
                "amount": {"value": "1.10237620493", "currency": "USD"}, "sats": 1_735, "rail": "lightning",
                "transaction": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001",
            },
            "whose": {"wallet": WALLET},
            "ids": [
                {"of": "payment_hash", "id": HASH},
                {"of": "transaction", "id": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001"},
            ],
            "at": 1_786_771_997,
        })
    );
    assert!(!read.to_string().contains("not-a-real"));
    let seen = shown(include_str!("examples/custodian-on-chain.json"));
    assert_eq!(seen["what"]["status"], "pending", "seen, and not settled");
    let coin = shown(include_str!("examples/custodian-coin.json"));
    assert_eq!(
        coin["what"]["amount"],
        json!({"value": "25.000001", "currency": "USD"})
    );
    assert_eq!(coin["ids"], json!([{"of": "tx_hash", "id": TX_HASH}]));
    assert_eq!(coin["whose"], json!({"wallet": WALLET}));
}

#[test]
fn the_custodians_numbers_say_which_way_and_which_money() {
    let kind = |number: u32, currency: u32| {
        let mut body = example(include_str!("examples/custodian-on-chain.json"));
        body["transaction"]["transactionTypeId"] = number.into();
        body["transaction"]["currencyId"] = currency.into();
        shown(&body.to_string())["what"].clone()
    };
    for (number, direction, rail) in [
        (1, "received", "lightning"),
        (2, "sent", "lightning"),
        (3, "received", "on_chain"),
        (4, "sent", "on_chain"),
        (9, "received", "other"),
        (10, "sent", "other"),
        (11, "received", "on_chain"),
        (12, "sent", "on_chain"),
    ] {
        let what = kind(number, 3);
        assert_eq!(
            (&what["direction"], &what["rail"]),
            (&json!(direction), &json!(rail))
        );
    }
    assert_eq!(
        kind(3, 1).get("amount"),
        None,
        "of a unit that nobody knows"
    );
}

#[test]
fn one_payment_has_one_name_whoever_tells_of_it() {
    let bodies = [
        RABBITMQ_RECEIVED,
        CLOUD_RECEIVED,
        include_str!("examples/webhook-lightning.json"),
        include_str!("examples/custodian-lightning.json"),
    ];
    for body in bodies {
        let event = event_of(body, Some("msg_1"));
        assert!(event.ids[0] == EventId::PaymentHash(HASH.to_owned()));
        assert_eq!(event.scope(), domain::flash_event::RECEIVED);
        assert!(event.ids.last() == Some(&EventId::Envelope("msg_1".to_owned())));
    }
}

#[test]
fn the_hash_may_have_any_of_its_names() {
    let mut body = example(RABBITMQ_RECEIVED);
    let data = body["data"].as_object_mut().unwrap();
    data.remove("paymentHash");
    for name in ["paymentHash", "payment_hash", "paymentIdentifier", "hash"] {
        let mut named = example(RABBITMQ_RECEIVED);
        named["data"].as_object_mut().unwrap().remove("paymentHash");
        named["data"][name] = json!(HASH.to_uppercase());
        let event = event_of(&named.to_string(), None);
        assert!(
            event.ids[0] == EventId::PaymentHash(HASH.to_owned()),
            "{name}"
        );
    }
    let mut two = example(RABBITMQ_RECEIVED);
    two["data"]["hash"] = json!(TX_HASH);
    assert_eq!(refused(&two), Malformed::BadId);
}

/// A redelivery without any name must be known again, and is not written byte for byte the same.
#[test]
fn what_nobody_has_named_is_called_after_its_content() {
    let body = include_str!("examples/rabbitmq-balance.json");
    let first = event_of(body, None);
    let again = event_of(&example(body).to_string(), Some(""));
    assert_eq!(first.ids.len(), 1);
    assert!(first.ids == again.ids);
    let later = read(
        body.as_bytes(),
        Told {
            envelope: None,
            now: NOW.plus(60),
        },
    );
    assert!(matches!(later, Ok(Reading::Event(event)) if event.ids == first.ids));
    let mut other = example(body);
    other["data"]["newBalance"] = json!("13.60");
    assert!(event_of(&other.to_string(), None).ids != first.ids);
    let named = event_of(body, Some("a-message"));
    assert!(named.ids == [EventId::Envelope("a-message".to_owned())]);
}

#[test]
fn the_time_is_that_of_the_event_before_that_of_the_message() {
    let mut body = example(RABBITMQ_RECEIVED);
    assert_eq!(event_of(&body.to_string(), None).at.unix(), 1_786_771_992);
    body["data"]["timestamp"] = Value::Null;
    assert_eq!(event_of(&body.to_string(), None).at.unix(), 1_786_771_997);
    body.as_object_mut().unwrap().remove("timestamp");
    assert_eq!(event_of(&body.to_string(), None).at, NOW);
    for (ahead, fits) in [(300, true), (301, false)] {
        body["timestamp"] = json!(NOW.plus(ahead).unix());
        let read = read(body.to_string().as_bytes(), told(None));
        assert_eq!(read.is_ok(), fits, "{ahead}");
    }
}

#[test]
fn a_kind_that_is_not_told_is_named_without_anything_of_anybodys() {
    let unknown = |body: Value| match read(body.to_string().as_bytes(), told(None)) {
        Ok(Reading::Unknown(kind)) => kind.as_str().to_owned(),
        other => panic!("{other:?}"),
    };
    let kind = |name: &str| unknown(json!({"type": name, "data": {}}));
    assert_eq!(kind("fygaro_topup_credited"), "fygaro_topup_credited");
    assert_eq!(kind("Bridge_Deposit.Received"), "bridge_deposit.received");
    for name in [
        "",
        "paid +18765550100",
        "payment_for_5550100",
        "a\nb",
        "Zahlung für",
        &"x".repeat(41),
    ] {
        assert_eq!(kind(name), "other", "{name}");
    }
    assert_eq!(
        unknown(json!({"eventType": "send.carrier_pigeon", "accountId": "x"})),
        "send.carrier_pigeon"
    );
    assert_eq!(
        unknown(json!({"transaction": {"id": "x", "transactionTypeId": 5}})),
        "custodian"
    );
    let cloud = json!({"specversion": "1.0", "id": "x", "source": "y", "type": "card.spent"});
    assert_eq!(unknown(cloud), "card.spent");
}
