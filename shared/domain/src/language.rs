//! The languages that the bot's templates exist in.

use serde::{Deserialize, Serialize};

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "es")]
    Spanish,
}

impl Language {
    /// From a BCP 47 tag or Flash's setting (`es`, `es-419`, `DEFAULT`); English where we have nothing nearer.
    pub fn of_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("es") {
            Self::Spanish
        } else {
            Self::English
        }
    }

    /// As Twilio's Content API and WhatsApp call it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_any_shape_find_their_language() {
        for (tag, language) in [
            ("es", Language::Spanish),
            ("ES-419", Language::Spanish),
            ("es_DO", Language::Spanish),
            ("en", Language::English),
            ("DEFAULT", Language::English),
            ("", Language::English),
            ("est", Language::English),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
    }
}
