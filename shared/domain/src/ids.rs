//! Names of things, each its own type so that none is taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text is not an id of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a {0}")]
pub struct IdError(pub &'static str);

/// Keyed hash of a person's address, base64url without padding, 43 characters. The only name a person has in tables, queues and logs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonKey(String);

impl PersonKey {
    /// `digest` is the HMAC-SHA-256 in base64url; nothing else may become a key.
    pub fn from_digest(digest: String) -> Result<Self, IdError> {
        let shaped = digest.len() == 43
            && digest
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if shaped {
            Ok(Self(digest))
        } else {
            Err(IdError("person key"))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Twilio's id of one message: `SM` (text) or `MM` (media) and 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageSid(String);

impl MessageSid {
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let digits = text
            .strip_prefix("SM")
            .or_else(|| text.strip_prefix("MM"))
            .ok_or(IdError("message SID"))?;
        if digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError("message SID"))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MessageSid {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<MessageSid> for String {
    fn from(sid: MessageSid) -> Self {
        sid.0
    }
}

/// An outbox entry within one person: what caused it and its index, `SM…-0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(String);

impl EntryId {
    /// The `index`-th entry that `cause` (a [`MessageSid`], an event, another entry) gave rise to.
    pub fn caused_by(cause: &str, index: usize) -> Self {
        Self(format!("{cause}-{index}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An entry's full table key. In queues and in the `StatusCallback`'s path it is written `person.id`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EntryKey {
    pub person: PersonKey,
    pub id: EntryId,
}

impl EntryKey {
    pub fn parse(text: &str) -> Result<Self, IdError> {
        const NAME: IdError = IdError("entry key");
        let (person, id) = text.split_once('.').ok_or(NAME)?;
        let shaped = (1..=96).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !shaped {
            return Err(NAME);
        }
        Ok(Self {
            person: PersonKey::from_digest(person.to_owned()).map_err(|_| NAME)?,
            id: EntryId(id.to_owned()),
        })
    }
}

impl fmt::Display for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.person.0, self.id.0)
    }
}

/// Flash's public account id (a UUID).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub String);

/// Flash's wallet id (a UUID).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WalletId(pub String);

/// Flash's id of a user, who has one account (a UUID).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FlashUserId(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    const PERSON: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0";

    #[test]
    fn an_entry_key_reads_back_what_it_prints() {
        let text = format!("{PERSON}.SM00000000000000000000000000000001-0");
        assert_eq!(EntryKey::parse(&text).unwrap().to_string(), text);
    }

    #[test]
    fn hostile_entry_keys_are_refused() {
        for text in [
            "",
            ".",
            "a.b",
            &format!("{PERSON}."),
            &format!("{PERSON}.a/b"),
            &format!("{PERSON}.{}", "x".repeat(97)),
        ] {
            assert!(EntryKey::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_message_sid_is_sm_or_mm_and_hex() {
        assert!(MessageSid::parse("SM0123456789abcdef0123456789ABCDEF").is_ok());
        assert!(MessageSid::parse("MM00000000000000000000000000000001").is_ok());
        for text in [
            "",
            "SM1",
            "XX00000000000000000000000000000001",
            "SM0000000000000000000000000000000g",
        ] {
            assert!(MessageSid::parse(text).is_err(), "{text}");
        }
    }
}
