//! Twilio's inbound forms, in the shapes that public captures show.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail it")]

use domain::address::WhatsAppAddress;
use proptest::prelude::*;
use twilio::inbound::{FormError, InboundMessage, MessageType};
use twilio::status::StatusCallback;

const SID: &str = "SM00000000000000000000000000000001";
const ACCOUNT: &str = "AC00000000000000000000000000000001";

fn form(params: &[(&str, &str)]) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish()
        .into_bytes()
}

/// The parameters of any message, and `extra`, which come first and so win.
fn message(extra: &[(&str, &str)]) -> InboundMessage {
    let usual = [
        ("SmsMessageSid", SID),
        ("NumMedia", "0"),
        ("ProfileName", "Marcia B."),
        ("MessageType", "text"),
        ("SmsSid", SID),
        ("WaId", "18765550100"),
        ("SmsStatus", "received"),
        ("Body", "balance"),
        ("To", "whatsapp:+14155238886"),
        ("NumSegments", "1"),
        ("ReferralNumMedia", "0"),
        ("MessageSid", SID),
        ("AccountSid", ACCOUNT),
        ("From", "whatsapp:+18765550100"),
        ("ApiVersion", "2010-04-01"),
        ("SomethingTwilioAddsTomorrow", "x"),
    ];
    InboundMessage::parse(&form(&[extra, &usual].concat())).unwrap()
}

#[test]
fn a_text_is_read_whole() {
    let read = message(&[]);
    assert_eq!(read.message_sid.as_str(), SID);
    assert_eq!(read.account_sid.as_str(), ACCOUNT);
    assert_eq!(
        read.from,
        WhatsAppAddress::parse("whatsapp:+18765550100").unwrap()
    );
    assert_eq!(
        read.to,
        WhatsAppAddress::parse("whatsapp:+14155238886").unwrap()
    );
    assert_eq!(read.body, "balance");
    assert_eq!(read.profile_name.as_deref(), Some("Marcia B."));
    assert_eq!(read.message_type, MessageType::Text);
    assert_eq!(
        (read.user_id, read.button, read.location),
        (None, None, None)
    );
    assert_eq!((read.media.len(), read.num_media), (0, 0));
}

#[test]
fn the_user_id_stands_beside_a_phone_number_or_in_its_place() {
    let beside = message(&[("ExternalUserId", "whatsapp:JM.4566546130240823")]);
    assert!(beside.from.phone().is_some());
    assert_eq!(String::from(beside.user_id.unwrap()), "JM.4566546130240823");

    let alone = message(&[
        ("From", "whatsapp:JM.4566546130240823"),
        ("ExternalUserId", "whatsapp:JM.4566546130240823"),
        ("WaId", ""),
    ]);
    assert!(alone.from.phone().is_none());
    assert_eq!(String::from(alone.user_id.unwrap()), "JM.4566546130240823");

    assert_eq!(message(&[("ExternalUserId", "?")]).user_id, None);
}

#[test]
fn a_tap_carries_what_we_gave_the_button() {
    let tap = message(&[
        ("MessageType", "interactive"),
        ("Body", "Balance"),
        ("ButtonText", "Balance"),
        ("ButtonPayload", "cmd:balance"),
    ]);
    assert_eq!(tap.message_type, MessageType::Interactive);
    let button = tap.button.unwrap();
    assert_eq!(
        (button.payload.as_str(), button.title.as_str()),
        ("cmd:balance", "Balance")
    );

    let picked = message(&[
        ("ListId", "cmd:help"),
        ("ListTitle", "Help"),
        ("ButtonPayload", ""),
    ]);
    assert_eq!(picked.button.unwrap().payload, "cmd:help");
    assert_eq!(message(&[("ButtonText", "Balance")]).button, None);
}

#[test]
fn media_and_pins_are_read_and_broken_ones_left_out() {
    let picture = message(&[
        ("MessageType", "image"),
        ("NumMedia", "2"),
        ("MediaUrl0", "https://api.twilio.com/m"),
        ("MediaContentType0", "image/jpeg"),
        ("MediaUrl1", "https://api.twilio.com/n"),
    ]);
    assert_eq!(picture.media.len(), 1);
    assert_eq!(picture.num_media, 2);
    assert_eq!(picture.media[0].content_type, "image/jpeg");

    let pin = message(&[
        ("Latitude", "18.0179"),
        ("Longitude", "-76.8099"),
        ("Label", "Kingston"),
    ]);
    let place = pin.location.unwrap();
    assert!((place.latitude - 18.0179).abs() < 1e-9 && (place.longitude + 76.8099).abs() < 1e-9);
    assert_eq!(place.label.as_deref(), Some("Kingston"));
    for broken in ["", "NaN", "inf", "91", "here"] {
        let pin = message(&[("Latitude", broken), ("Longitude", "1")]);
        assert_eq!(pin.location, None, "{broken}");
    }
    assert_eq!(message(&[("NumMedia", "4294967295")]).media.len(), 0);
}

#[test]
fn a_kind_we_do_not_know_and_a_kind_not_told_are_both_read() {
    assert_eq!(
        message(&[("MessageType", "hologram")]).message_type,
        MessageType::Other
    );
    let untold = message(&[
        ("MessageType", ""),
        ("NumMedia", "1"),
        ("MediaUrl0", "https://api.twilio.com/m"),
        ("MediaContentType0", "audio/ogg"),
    ]);
    assert_eq!(untold.message_type, MessageType::Audio);
    let old_text = message(&[("MessageType", "")]);
    assert_eq!(old_text.message_type, MessageType::Text);
}

#[test]
fn of_a_repeated_parameter_the_first_counts() {
    assert_eq!(message(&[("Body", "one"), ("Body", "two")]).body, "one");
}

#[test]
fn what_is_no_message_is_refused_by_the_name_of_the_parameter() {
    let refused = |params: &[(&str, &str)]| InboundMessage::parse(&form(params)).unwrap_err();
    let address = "whatsapp:+18765550100";
    assert_eq!(refused(&[]), FormError::Missing("From"));
    assert_eq!(
        refused(&[("From", "+18765550100")]),
        FormError::Malformed("From")
    );
    assert_eq!(
        refused(&[("From", address)]),
        FormError::Missing("MessageSid")
    );
    assert_eq!(
        refused(&[("From", address), ("MessageSid", "SM1")]),
        FormError::Malformed("MessageSid")
    );
    assert_eq!(
        refused(&[
            ("From", address),
            ("MessageSid", SID),
            ("AccountSid", "ACx")
        ]),
        FormError::Malformed("AccountSid")
    );
}

#[test]
fn a_delivery_callback_is_never_taken_for_a_message() {
    let callback = form(&[
        ("MessageSid", SID),
        ("MessageStatus", "delivered"),
        ("SmsStatus", "delivered"),
        ("AccountSid", ACCOUNT),
        ("From", "whatsapp:+14155238886"),
        ("To", "whatsapp:+18765550100"),
    ]);
    assert_eq!(
        InboundMessage::parse(&callback),
        Err(FormError::Malformed("SmsStatus"))
    );
}

#[test]
fn nothing_private_is_printed() {
    let read = message(&[
        ("ExternalUserId", "whatsapp:JM.4566546130240823"),
        ("ButtonPayload", "cmd:balance"),
        ("Latitude", "18.5"),
        ("Longitude", "-76.5"),
        ("NumMedia", "1"),
        ("MediaUrl0", "https://api.twilio.com/secret-media"),
        ("MediaContentType0", "image/png"),
    ]);
    let printed = format!(
        "{read:?} {:?} {:?} {:?}",
        read.button, read.media, read.location
    );
    for private in [
        "555",
        "Marcia",
        "balance",
        "JM.",
        "18.5",
        "secret",
        "4155238886",
    ] {
        assert!(!printed.contains(private), "{private} in {printed}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_parsers_panic(body in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = InboundMessage::parse(&body);
        let _ = StatusCallback::parse(&body);
    }

    /// Close to a real form, so that the parsers get past the first parameter.
    #[test]
    fn no_values_make_the_parsers_panic(values in proptest::collection::vec(".{0,40}", 9)) {
        let names = ["Body", "NumMedia", "MediaUrl0", "MediaContentType0", "Latitude", "Longitude", "MessageType", "ExternalUserId", "ButtonPayload"];
        let extra: Vec<_> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        let read = message(&extra);
        prop_assert_eq!(read.body.as_str(), values[0].as_str());
        prop_assert!(read.media.len() <= 1);
    }
}
