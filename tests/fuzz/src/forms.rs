//! What Twilio posts, and what says that it is Twilio's.

use twilio::debugger::DebuggerEvent;
use twilio::inbound::InboundMessage;
use twilio::signature::{self, AuthToken};
use twilio::status::StatusCallback;

use crate::{near, seeds};

/// All of Twilio's parameters for a message, a tap, a pin and a picture.
pub(crate) const MESSAGES: [&[u8]; 3] = [
    b"SmsMessageSid=SM00000000000000000000000000000001&NumMedia=0&ProfileName=Marcia+B.&MessageType=text&SmsSid=SM00000000000000000000000000000001&WaId=18765550100&SmsStatus=received&Body=balance&To=whatsapp%3A%2B14155238886&NumSegments=1&ReferralNumMedia=0&MessageSid=SM00000000000000000000000000000001&AccountSid=AC00000000000000000000000000000001&From=whatsapp%3A%2B18765550100&ApiVersion=2010-04-01",
    b"ButtonText=Balance&ButtonPayload=cmd%3Abalance&ListId=a&ListTitle=b&ExternalUserId=whatsapp%3AJM.4566546130240823&SmsStatus=received&Body=Balance&To=whatsapp%3A%2B14155238886&MessageSid=SM00000000000000000000000000000002&AccountSid=AC00000000000000000000000000000001&From=whatsapp%3AJM.4566546130240823&FoundLater=true",
    b"Latitude=18.0179&Longitude=-76.8099&Label=Home&Address=x&NumMedia=2&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2Fx&MediaContentType0=image%2Fjpeg&MediaUrl1=y&MediaContentType1=audio%2Fogg&SmsStatus=received&Body=&To=whatsapp%3A%2B14155238886&MessageSid=MM00000000000000000000000000000003&AccountSid=AC00000000000000000000000000000001&From=whatsapp%3A%2B18765550100",
];

/// Bytes that are no UTF-8 grow threefold.
const GROWTH: usize = 3;

pub(crate) fn messages(input: &[u8]) {
    let form = near(&MESSAGES, input);
    let Ok(message) = InboundMessage::parse(&form) else {
        return;
    };
    assert!(message.body.len() <= form.len() * GROWTH && message.media.len() <= 10);
    if let Some(location) = &message.location {
        assert!(location.latitude.abs() <= 90.0 && location.longitude.abs() <= 180.0);
    }
    let printed = format!("{message:?}");
    assert!(
        !printed.contains("whatsapp:") && printed.len() < 200,
        "{printed}"
    );
}

pub(crate) const CALLBACKS: [&[u8]; 2] = [
    b"ChannelPrefix=whatsapp&ApiVersion=2010-04-01&MessageStatus=undelivered&SmsSid=SM00000000000000000000000000000001&SmsStatus=undelivered&ErrorCode=63016&To=whatsapp%3A%2B18765550100&From=whatsapp%3A%2B14155238886&MessageSid=SM00000000000000000000000000000001&AccountSid=AC00000000000000000000000000000001",
    b"EventType=READ&MessageStatus=read&MessageSid=SM00000000000000000000000000000001&To=whatsapp%3AJM.4566546130240823",
];

pub(crate) fn callbacks(input: &[u8]) {
    if let Ok(callback) = StatusCallback::parse(&near(&CALLBACKS, input)) {
        assert_eq!(callback.message_sid.as_str().len(), 34);
        assert_eq!(
            callback.status.rank().is_some(),
            callback.status.delivery().is_some()
        );
    }
}

pub(crate) const DEBUGGER: [&[u8]; 2] = [
    b"ParentAccountSid=&Payload=%7B%22resource_sid%22%3A%22SM00000000000000000000000000000001%22%2C%22service_sid%22%3Anull%2C%22error_code%22%3A%2211200%22%2C%22more_info%22%3A%7B%22Msg%22%3A%22%22%2C%22httpResponse%22%3A%22502%22%7D%7D&Level=ERROR&Timestamp=2026-11-22T12%3A00%3A00Z&PayloadType=application%2Fjson&AccountSid=AC00000000000000000000000000000001&Sid=NO00000000000000000000000000000001",
    b"Payload=%7B%22error_code%22%3A63016%7D&AccountSid=AC00000000000000000000000000000001",
];

pub(crate) fn debugger(input: &[u8]) {
    let form = near(&DEBUGGER, input);
    if let Ok(event) = DebuggerEvent::parse(&form) {
        assert!(!event.account_sid.is_empty());
        assert!(event.error_code.is_some() || !event.is_ours());
    }
}

const URL: &str = "https://bot.example/whatsapp/webhook";
const KIND: &str = "application/x-www-form-urlencoded";

/// The header's edits where the first byte is even, the form's where it is odd.
pub(crate) fn signature_seeds() -> Vec<Vec<u8>> {
    let firsts = 0..2 * MESSAGES.len();
    let of = |which: usize| seeds::of(&[MESSAGES[which % MESSAGES.len()]]);
    let all = firsts.zip(0_u8..).flat_map(|(which, first)| {
        let all = of(which).into_iter();
        all.map(move |seed| [&[first], seed.as_slice()].concat())
    });
    all.collect()
}

/// Only what the token's holder would have signed is believed.
pub(crate) fn signatures(input: &[u8]) {
    let token = AuthToken::from("a-token".to_owned());
    let pairs = |form: &[u8]| {
        form_urlencoded::parse(form)
            .into_owned()
            .collect::<Vec<_>>()
    };
    let (which, edits) = input.split_first().unwrap_or((&0, &[]));
    let real = MESSAGES[usize::from(*which) % MESSAGES.len()];
    let header = signature::sign(&token, URL, &pairs(real));
    let mut form = near(&[real], edits);
    let mut claimed = header.clone();
    if which % 2 == 0 {
        claimed = String::from_utf8_lossy(&near(&[header.as_bytes()], edits)).into_owned();
        form = real.to_vec();
    }
    let tokens = [token.clone()];
    let believed = signature::verify(&tokens, URL, &form, Some(KIND), Some(&claimed)).is_ok();
    let honest = signature::sign(&token, URL, &pairs(&form));
    assert_eq!(believed, claimed == honest);
    let kinds = ["", "text/plain", "application/json", "multipart/form-data"];
    let kind = kinds[usize::from(*which) % kinds.len()];
    let other = signature::verify(&tokens, URL, &form, Some(kind), Some(&claimed));
    assert!(other.is_err() || form.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_what_the_parsers_take() {
        for form in MESSAGES {
            assert!(InboundMessage::parse(form).is_ok());
        }
        for form in DEBUGGER {
            assert!(DebuggerEvent::parse(form).is_ok_and(|event| event.error_code.is_some()));
        }
        for form in CALLBACKS {
            assert!(StatusCallback::parse(form).is_ok());
        }
    }
}
