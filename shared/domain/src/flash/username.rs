//! Under which name an account is paid.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::outside;

/// A text is no username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a username")]
pub struct NotAUsername;

/// A Flash username, lower case: 3 to 50 letters, digits and `_`, and nothing that begins as an address or an invoice does.
/// Flash allows the letters of every script.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

/// How Bitcoin addresses and Lightning invoices begin.
const TAKEN: [&str; 4] = ["1", "3", "bc1", "lnbc1"];

impl Username {
    /// With or without an `@` before it, in any case.
    pub fn parse(text: &str) -> Result<Self, NotAUsername> {
        let name = text.strip_prefix('@').unwrap_or(text).to_lowercase();
        let fits = (3..=50).contains(&name.chars().count())
            && name.chars().all(is_of_a_name)
            && !TAKEN.iter().any(|start| name.starts_with(start));
        if fits {
            Ok(Self(name))
        } else {
            Err(NotAUsername)
        }
    }

    /// Without the `@`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Some fillers count as letters and show nothing.
fn is_of_a_name(c: char) -> bool {
    let letter = c.is_alphabetic() && outside::words(c.encode_utf8(&mut [0; 4]), 1).starts_with(c);
    letter || c.is_ascii_digit() || c == '_'
}

impl TryFrom<String> for Username {
    type Error = NotAUsername;
    fn try_from(text: String) -> Result<Self, NotAUsername> {
        Self::parse(&text)
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

impl fmt::Debug for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Username")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_lower_case_without_its_at() {
        for (typed, name) in [
            ("marcia", "marcia"),
            ("@Marcia_B", "marcia_b"),
            ("JOSÉ2", "josé2"),
            ("谢谢你", "谢谢你"),
            ("bc2_bank", "bc2_bank"),
        ] {
            assert_eq!(Username::parse(typed).unwrap().as_str(), name);
        }
    }

    #[test]
    fn what_flash_would_not_take_is_refused() {
        for text in [
            "",
            "@",
            "ab",
            "@@marcia",
            "1marcia",
            "3marcia",
            "BC1marcia",
            "lnbc1marcia",
            "mar cia",
            "mar-cia",
            "marcia@flashapp.me",
            "marcia.",
            "mar\u{200b}cia",
            "mar\u{202e}cia",
            "mar\u{3164}cia",
            "mar\u{115f}cia",
            "mar\u{fe0f}cia",
            "*marcia*",
            &"a".repeat(51),
        ] {
            assert_eq!(Username::parse(text), Err(NotAUsername), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_one_word_that_reads_as_itself(text in any::<String>()) {
            if let Ok(name) = Username::parse(&text) {
                prop_assert_eq!(Username::parse(name.as_str()), Ok(name.clone()));
                prop_assert!(!name.as_str().contains(|c: char| c.is_whitespace() || c.is_control()));
            }
        }
    }
}
