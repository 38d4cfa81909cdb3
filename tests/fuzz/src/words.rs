//! What people type, and the names of people and things.

use std::sync::LazyLock;

use domain::address::{PhoneNumber, UserId, WhatsAppAddress};
use domain::assistant::{self, Asked, Memory, ModelTrouble, Plan};
use domain::command::{self, COMMANDS, Parsed, TypedCode};
use domain::ids::{EntryKey, MessageSid, PersonKey};
use domain::knowledge::Base;
use domain::language::Language;
use domain::minimise::minimise;
use domain::policy::{PART_UNITS, PARTS};
use domain::preferences::{self, Preferences, Typed};
use domain::time::Moment;
use domain::{flow, outside, place, request, split, ticket};

use crate::{near_text, seeds};

pub(crate) const TEXTS: [&str; 8] = [
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

/// What follows a command's name, of every kind.
const AFTER_NAMES: [&str; 22] = [
    "balance",
    "123-456",
    "5 lunch",
    "20 from @marcia for lunch",
    "received off",
    "minimum US$5",
    "quiet 10pm-7am",
    "de las 10 p. m. a las 7 a. m.",
    "zone New York",
    "zona Trinidad y Tobago",
    "daily",
    "pause 1 day",
    "pausa 2 semanas",
    "español",
    "JMD",
    "2",
    "3F2K",
    "T-3F2K It has arrived.",
    "+1 (876) 555-0100",
    "@marcia",
    "answer:model-1795356300",
    "yes:3F2K.Abc_-123",
];

/// Each command with one of them, and the name of each flow.
static COMMAND_LINES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let after = AFTER_NAMES.iter().cycle();
    let lines = COMMANDS.iter().zip(after);
    let lines = lines.map(|(command, rest)| format!("{} {rest}", command.name));
    let others = AFTER_NAMES
        .iter()
        .map(|rest| format!("notifications {rest}"));
    lines.chain(others).collect()
});

fn command_lines() -> Vec<&'static str> {
    COMMAND_LINES.iter().map(String::as_str).collect()
}

pub(crate) fn command_seeds() -> Vec<Vec<u8>> {
    seeds::of(&command_lines())
}

/// Sun, 22 Nov 2026 12:00:00 +0000.
const NOON: Moment = Moment::from_unix(1_795_348_800);

/// What a command's own reader makes of what was typed after its name, each with any other's as well.
pub(crate) fn commands(input: &[u8]) {
    let text = near_text(&command_lines(), input);
    let parsed = command::parse(&text);
    assert!(format!("{parsed:?}").len() < 60, "none of the person's own");
    let rest = match parsed {
        Parsed::Run(_, Some(rest)) => rest,
        _ => text,
    };
    if let Some(Typed::Change(setting)) = preferences::read(&rest) {
        #[expect(clippy::unwrap_used, reason = "the samples are right")]
        let zone = place::zone(&WhatsAppAddress::parse(ADDRESSES[0]).unwrap());
        let after = Preferences::default().with(&setting, &zone, NOON);
        assert!(after.paused(NOON).is_none_or(|until| until > NOON));
        // It is stored and read again.
        let stored = serde_json::to_string(&after).unwrap_or_default();
        assert!(serde_json::from_str::<Preferences>(&stored).is_ok_and(|read| read == after));
    }
    if let Ok(code) = request::Code::parse(&rest) {
        assert_eq!(code.as_str().len(), 4);
    }
    if let Some((code, id)) = request::from_button(&rest) {
        assert!(rest.ends_with(id) && code.as_str().len() == 4);
    }
    if let Some(code) = ticket::Code::parse(&rest) {
        assert_eq!(code.as_str().len(), 6);
    }
    let _ = (
        command::topic(&rest),
        flow::named(&rest),
        Language::named(&rest),
        Language::of_tag(&rest),
        assistant::named(&rest),
    );
}

pub(crate) const QUESTIONS: [&str; 8] = [
    "How do I link my Flash account?",
    "so how can I hook my flash account up with this chat",
    "¿cuánto cuesta enviar dinero?",
    "my number is +1 (876) 555-0100 and my mail marcia@example.com",
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
    "card 4242 4242 4242 4242, pin one two three four",
    "my password is hunter2, the code is 123 456",
    "pay lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypq or @marcia_b https://example.com/x?y=1",
];

/// Characters of a message, as long as Twilio lets one be.
const LONGEST_MESSAGE: usize = 1_600;

/// What leaves of a person's own words: no secret, and nothing private that a second look would find.
pub(crate) fn questions(input: &[u8]) {
    let text = near_text(&QUESTIONS, input);
    let text: String = text.chars().take(LONGEST_MESSAGE).collect();
    let minimised = minimise(&text);
    if !minimised.secrets.is_empty() {
        assert!(minimised.text.is_empty(), "a secret goes nowhere");
    } else if minimised.text != text {
        let again = minimise(&minimised.text);
        assert_eq!(again.text, minimised.text);
        assert!(again.secrets.is_empty() && again.replaced.is_empty());
    }
    let units = |part: &String| part.encode_utf16().count();
    for language in LANGUAGES {
        let parts = split::parts(language, &text);
        assert!(parts.len() <= PARTS && parts.iter().all(|part| units(part) <= PART_UNITS));
    }
}

const LANGUAGES: [Language; 2] = [Language::English, Language::Spanish];

/// What is found for them, and what is said where no model can be asked.
pub(crate) fn answers(input: &[u8]) {
    let (first, rest) = input.split_first().unwrap_or((&0, &[]));
    let asked = Asked {
        thread: "SM1".to_owned(),
        question: near_text(&QUESTIONS, rest),
        language: LANGUAGES[usize::from(*first) % LANGUAGES.len()],
        at: NOON,
    };
    let can_ask = Err(ModelTrouble::Failed);
    let plan = assistant::plan(&asked, &Memory::default(), Base::ours(), can_ask);
    assert!(matches!(plan, Plan::Say(answer) if !answer.reply.text.is_empty()));
}

pub(crate) const ADDRESSES: [&str; 5] = [
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

pub(crate) const IDS: [&str; 4] = [
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
