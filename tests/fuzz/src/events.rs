//! What Flash tells, and what says that it is Flash's.

use domain::flash_event::{FlashEvent, Other, What, Worth};
use domain::policy::{EVENT_AHEAD, EVENT_AMOUNT, EVENT_MEMO, EVENT_NAME};
use domain::time::Moment;
use flash::events::{Reading, Told, read, signature};
use lambda_http::http::{HeaderMap, HeaderValue};
use secrecy::SecretString;

use crate::{near, near_text};

/// One of each form.
pub(crate) const EVENTS: [&[u8]; 8] = [
    include_bytes!("../../../shared/flash/src/events/examples/rabbitmq-received.json"),
    include_bytes!("../../../shared/flash/src/events/examples/rabbitmq-sent.json"),
    include_bytes!("../../../shared/flash/src/events/examples/rabbitmq-balance.json"),
    include_bytes!("../../../shared/flash/src/events/examples/cloud-received.json"),
    include_bytes!("../../../shared/flash/src/events/examples/webhook-lightning.json"),
    include_bytes!("../../../shared/flash/src/events/examples/webhook-old.json"),
    include_bytes!("../../../shared/flash/src/events/examples/custodian-lightning.json"),
    include_bytes!("../../../shared/flash/src/events/examples/custodian-coin.json"),
];

/// In the minute after the examples' latest.
const NOW: Moment = Moment::from_unix(1_786_772_030);

pub(crate) fn of_events(input: &[u8]) {
    let body = near(&EVENTS, input);
    let told = |envelope| Told { envelope, now: NOW };
    match read(&body, told(Some("a-message"))) {
        Ok(Reading::Event(event)) => is_sound(&event),
        Ok(Reading::Unknown(kind)) => {
            let name = kind.as_str();
            let safe = |c: char| c.is_ascii_lowercase() || "._-".contains(c);
            assert!((1..=40).contains(&name.len()) && name.chars().all(safe));
        }
        Err(why) => {
            let word = why.to_string();
            assert!(word.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        }
    }
    // The name of the message decides nothing but the names of the event.
    let unnamed = read(&body, told(None));
    match (unnamed, read(&body, told(Some("a-message")))) {
        (Ok(Reading::Event(one)), Ok(Reading::Event(other))) => {
            assert!(one.what == other.what && one.whose == other.whose && one.at == other.at);
        }
        (one, other) => assert_eq!(one, other),
    }
}

fn is_sound(event: &FlashEvent) {
    let whose = &event.whose;
    assert!(whose.owner.is_some() || whose.account.is_some() || whose.wallet.is_some());
    assert!(!event.ids.is_empty() && event.ids.iter().all(|id| !id.as_str().is_empty()));
    assert!(event.at.since(NOW) <= EVENT_AHEAD);
    match &event.what {
        What::Payment(payment) => {
            let worths = payment.amount.iter().chain(&payment.display);
            for worth in worths {
                assert!(!worth.value.is_sign_negative() || worth.value.is_zero());
                is_bearable(worth);
            }
            assert!(payment.sats.is_none_or(|sats| sats.0 >= 0));
            let is_tame = |text: &str, most: usize| {
                assert!(!text.is_empty() && text.chars().count() <= most);
                assert!(!text.contains(['*', '~', '`', '{', '\n', '/']), "{text}");
            };
            match &payment.other {
                Some(Other::Name(name)) => is_tame(name, EVENT_NAME),
                Some(Other::Username(name)) => {
                    let plain = |c: char| c.is_alphanumeric() || c == '_';
                    assert!((3..=50).contains(&name.chars().count()) && name.chars().all(plain));
                }
                None => {}
            }
            if let Some(memo) = &payment.memo {
                is_tame(memo, EVENT_MEMO);
            }
        }
        What::BalanceChanged { before, now } => {
            before.iter().chain(now).for_each(is_bearable);
        }
    }
    // It travels and arrives.
    let text = serde_json::to_string(event).unwrap_or_default();
    assert!(serde_json::from_str::<FlashEvent>(&text).is_ok_and(|arrived| arrived == *event));
}

fn is_bearable(worth: &Worth) {
    assert!(worth.value.abs() <= EVENT_AMOUNT.into());
    assert!(worth.currency != "USDT" && worth.currency.bytes().all(|b| b.is_ascii_uppercase()));
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(crate) const BODY: &str = r#"{"type": "payment_received", "data": {}}"#;

/// Only what the secret's holder would have signed about now is believed.
pub(crate) fn signed_events(input: &[u8]) {
    let secret = SecretString::from(SECRET);
    let (which, edits) = input.split_first().unwrap_or((&0, &[]));
    let Ok(honest) = signature::sign(&secret, "msg_1", NOW, BODY) else {
        panic!("the secret is one");
    };
    let (mut claimed, mut body) = (honest.clone(), BODY.as_bytes().to_vec());
    match usize::from(*which) % 4 {
        3 => body = near(&[BODY.as_bytes()], edits),
        header => claimed[header].1 = near_text(&[&honest[header].1], edits),
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &claimed {
        let Ok(value) = HeaderValue::from_str(value) else {
            return;
        };
        headers.insert(*name, value);
    }
    let believed = signature::verify(std::slice::from_ref(&secret), &headers, &body, NOW).is_ok();
    let [id, time, signatures] = claimed.map(|(_, value)| value);
    let untouched = id == honest[0].1 && body == BODY.as_bytes();
    let same_time = time == honest[1].1;
    let has_it = signatures.split(' ').any(|one| one == honest[2].1);
    assert_eq!(believed, untouched && same_time && has_it);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_what_the_reader_takes() {
        for body in EVENTS {
            let told = Told {
                envelope: None,
                now: NOW,
            };
            assert!(matches!(read(body, told), Ok(Reading::Event(_))));
        }
        let told = Told {
            envelope: None,
            now: NOW,
        };
        assert!(read(b"{}", told).is_err());
    }
}
