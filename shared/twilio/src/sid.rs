//! Twilio's names of things: two letters and 32 hexadecimal digits. Not secret.

use serde::{Deserialize, Serialize};

/// A text is not a SID of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SID of the form {0} and 32 hexadecimal digits")]
pub struct SidError(&'static str);

macro_rules! sid {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn parse(text: &str) -> Result<Self, SidError> {
                text.strip_prefix($prefix)
                    .filter(|digits| digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
                    .map(|_| Self(text.to_owned()))
                    .ok_or(SidError($prefix))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = SidError;
            fn try_from(text: String) -> Result<Self, SidError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(sid: $name) -> Self {
                sid.0
            }
        }
    };
}

sid!(
    /// An account: `AC…`.
    AccountSid, "AC"
);
sid!(
    /// An API key's public half: `SK…`.
    KeySid, "SK"
);
sid!(
    /// A message template: `HX…`.
    ContentSid, "HX"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_takes_only_its_own() {
        let digits = "0123456789abcdefABCDEF0123456789";
        assert!(AccountSid::parse(&format!("AC{digits}")).is_ok());
        assert!(KeySid::parse(&format!("SK{digits}")).is_ok());
        assert!(ContentSid::parse(&format!("HX{digits}")).is_ok());
        for text in [
            String::new(),
            digits.to_owned(),
            format!("SK{digits}"),
            format!("AC{digits}0"),
            format!("AC{}g", &digits[1..]),
        ] {
            assert!(AccountSid::parse(&text).is_err(), "{text}");
        }
    }
}
