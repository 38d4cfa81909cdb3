//! Who a message is from: a WhatsApp address is a phone number or a business-scoped user id.

use std::fmt;

use serde::{Deserialize, Serialize};

const CHANNEL: &str = "whatsapp:";

/// Why a text is not an address. It carries no part of the text: the text is private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The `whatsapp:` prefix is missing.
    #[error("not an address of the whatsapp channel")]
    Channel,
    /// Neither E.164 nor a business-scoped user id.
    #[error("neither a phone number nor a business-scoped user id")]
    Form,
}

/// An E.164 phone number, `+` and 7 to 14 digits (the bounds of Flash's `Phone` scalar).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

impl PhoneNumber {
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let digits = text.strip_prefix('+').ok_or(AddressError::Form)?;
        let plausible = (7..=14).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if plausible {
            Ok(Self(text.to_owned()))
        } else {
            Err(AddressError::Form)
        }
    }

    /// `+18765550100`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Enough to recognise one's own number and no more, `+1 876 ••• ••00`: at least four digits stay hidden.
    pub fn masked(&self) -> String {
        let digits = self.0.trim_start_matches('+');
        let last: String = digits
            .chars()
            .skip(digits.len().saturating_sub(2))
            .collect();
        let shown = digits.len().saturating_sub(6);
        let head: String = digits.chars().take(shown.min(4)).collect();
        match head.strip_prefix('1') {
            Some(area) => format!("+1 {area} ••• ••{last}"),
            None => format!("+{} ••• ••{last}", head.chars().take(3).collect::<String>()),
        }
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = AddressError;
    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl From<PhoneNumber> for String {
    fn from(phone: PhoneNumber) -> Self {
        phone.0
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(…)")
    }
}

/// WhatsApp's business-scoped user id: a country (ISO 3166 alpha-2), a dot, up to 128 letters or digits;
/// a parent id has `ENT.` between. Sent back byte for byte.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

impl UserId {
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (country, rest) = text.split_once('.').ok_or(AddressError::Form)?;
        let id = rest.strip_prefix("ENT.").unwrap_or(rest);
        let plausible = country.len() == 2
            && country.bytes().all(|b| b.is_ascii_uppercase())
            && (1..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric());
        if plausible {
            Ok(Self(text.to_owned()))
        } else {
            Err(AddressError::Form)
        }
    }

    /// The country it was issued for, `JM`.
    pub fn country(&self) -> &str {
        self.0.split('.').next().unwrap_or_default()
    }
}

impl TryFrom<String> for UserId {
    type Error = AddressError;
    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl From<UserId> for String {
    fn from(id: UserId) -> Self {
        id.0
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId(…)")
    }
}

/// Where a message comes from or goes to, in Twilio's spelling `whatsapp:+1876…` or `whatsapp:JM.1A2…`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum WhatsAppAddress {
    Phone(PhoneNumber),
    User(UserId),
}

impl WhatsAppAddress {
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let address = text.strip_prefix(CHANNEL).ok_or(AddressError::Channel)?;
        if address.starts_with('+') {
            PhoneNumber::parse(address).map(Self::Phone)
        } else {
            UserId::parse(address).map(Self::User)
        }
    }

    pub fn phone(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Phone(phone) => Some(phone),
            Self::User(_) => None,
        }
    }

    /// What another person may see of it.
    pub fn masked(&self) -> String {
        match self {
            Self::Phone(phone) => phone.masked(),
            Self::User(id) => format!(
                "a WhatsApp chat without a visible number ({})",
                id.country()
            ),
        }
    }

    /// Twilio's spelling. Named, not `Display`, so that no log line prints it by accident.
    pub fn to_twilio(&self) -> String {
        match self {
            Self::Phone(phone) => format!("{CHANNEL}{}", phone.0),
            Self::User(id) => format!("{CHANNEL}{}", id.0),
        }
    }
}

impl TryFrom<String> for WhatsAppAddress {
    type Error = AddressError;
    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl From<WhatsAppAddress> for String {
    fn from(address: WhatsAppAddress) -> Self {
        address.to_twilio()
    }
}

impl fmt::Debug for WhatsAppAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Phone(_) => "WhatsAppAddress::Phone(…)",
            Self::User(_) => "WhatsAppAddress::User(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_address_survive_a_round_trip() {
        for text in [
            "whatsapp:+18765550100",
            "whatsapp:JM.1A2B3C4D",
            "whatsapp:JM.ENT.4566546130240823",
        ] {
            assert_eq!(WhatsAppAddress::parse(text).unwrap().to_twilio(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "+18765550100",
            "whatsapp:",
            "whatsapp:+1",
            "whatsapp:+1876555010x",
            "whatsapp:jm.1A",
            "whatsapp:JM.",
            "whatsapp:JM.a b",
            "sms:+18765550100",
        ] {
            assert!(WhatsAppAddress::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_private_is_printed() {
        let address = WhatsAppAddress::parse("whatsapp:+18765550100").unwrap();
        assert!(!format!("{address:?}").contains("555"));
        assert_eq!(address.masked(), "+1 876 ••• ••00");
    }
}
