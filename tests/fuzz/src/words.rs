//! What people type, and the names of people and things.

use domain::address::{PhoneNumber, UserId, WhatsAppAddress};
use domain::command::{self, Parsed, TypedCode};
use domain::ids::{EntryKey, MessageSid, PersonKey};
use domain::outside;

use crate::near_text;

const TEXTS: [&str; 8] = [
    "balance",
    " *Verify: 123-456* ",
    "v 123456",
    "٠١٢٣٤٥",
    "１２３４５６",
    "STOP\u{200b}ALL",
    "cmd:balance",
    "cmd:unlink:yes:Abc_-123",
];

pub(crate) fn texts(input: &[u8]) {
    let text = near_text(&TEXTS, input);
    if let Parsed::Code(code) = command::parse(&text) {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(code.expose(), digits, "only what was typed, all of it");
        assert!(!format!("{code:?}").contains(&digits));
    }
    if let Some(code) = TypedCode::parse(&text) {
        assert!(code.expose().len() == 6 && text.len() <= 7);
    }
    if command::parse_payload(&text).is_some() {
        assert!(text.starts_with("cmd:"));
    }
    let tame = outside::words(&text, 40);
    assert!(tame.chars().count() <= 40);
    assert!(
        !tame.contains(['*', '_', '~', '`', '{', '\n', '/']),
        "{tame}"
    );
}

const ADDRESSES: [&str; 5] = [
    "whatsapp:+18765550100",
    "whatsapp:JM.1A2B3C4D5E",
    "whatsapp:JM.ENT.4566546130240823",
    "+18765550100",
    "JM.1A2B",
];

pub(crate) fn addresses(input: &[u8]) {
    let text = near_text(&ADDRESSES, input);
    if let Ok(address) = WhatsAppAddress::parse(&text) {
        assert_eq!(address.to_twilio(), text, "sent back byte for byte");
        assert!(text.is_ascii() && text.len() <= 150);
        let shown = address.masked();
        let digits = shown.chars().filter(char::is_ascii_digit).count();
        assert!(digits <= 6, "{shown}");
        assert!(!format!("{address:?}").contains(|c: char| c.is_ascii_digit()));
    }
    if let Ok(phone) = PhoneNumber::parse(&text) {
        assert_eq!(phone.as_str(), text);
    }
    if let Ok(user) = UserId::parse(&text) {
        assert_eq!(user.country().len(), 2);
    }
}

const IDS: [&str; 4] = [
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0.SM00000000000000000000000000000001-0",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0",
    "SM0123456789abcdef0123456789ABCDEF",
    "MM00000000000000000000000000000001",
];

pub(crate) fn ids(input: &[u8]) {
    let text = near_text(&IDS, input);
    let plain = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    if let Ok(key) = EntryKey::parse(&text) {
        assert_eq!(key.to_string(), text);
        assert!(
            plain(&text) && text.len() <= 140,
            "fit for a path, a queue and a log"
        );
    }
    if let Ok(sid) = MessageSid::parse(&text) {
        assert_eq!(sid.as_str(), text);
        assert!(plain(&text) && text.len() == 34);
    }
    if let Ok(person) = PersonKey::from_digest(text.clone()) {
        assert_eq!(person.as_str(), text);
        assert!(plain(&text) && text.len() == 43);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_what_the_parsers_take() {
        assert_eq!(
            ADDRESSES
                .iter()
                .filter(|text| WhatsAppAddress::parse(text).is_ok())
                .count(),
            3
        );
        assert!(EntryKey::parse(IDS[0]).is_ok() && MessageSid::parse(IDS[2]).is_ok());
        assert!(PersonKey::from_digest(IDS[1].to_owned()).is_ok());
        assert!(matches!(command::parse(TEXTS[1]), Parsed::Code(_)));
    }
}
