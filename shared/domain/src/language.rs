//! The languages that the bot's templates exist in.

use icu_locale_core::{Locale, locale};
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
    pub const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// From a BCP 47 tag or Flash's setting (`es`, `es-419`, `DEFAULT`); None where that says nothing, or names one that we
    /// don't speak.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let is = |language: &Self| primary.eq_ignore_ascii_case(language.code());
        Self::ALL.into_iter().find(is)
    }

    /// As people call it, in either language, or by its tag.
    pub fn named(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "english" | "inglés" | "ingles" => Some(Self::English),
            "spanish" | "español" | "espanol" | "castellano" => Some(Self::Spanish),
            tag => Self::of_tag(tag),
        }
    }

    /// For what Unicode CLDR knows of figures, dates and plurals. Spanish is that of Latin America, where a point stands before
    /// the cents as it does in the Caribbean's English.
    pub(crate) const fn locale(self) -> Locale {
        match self {
            Self::English => locale!("en"),
            Self::Spanish => locale!("es-419"),
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
    fn a_language_is_known_by_its_names_in_both() {
        for (name, language) in [
            ("English", Some(Language::English)),
            ("INGLÉS", Some(Language::English)),
            ("español", Some(Language::Spanish)),
            ("espanol", Some(Language::Spanish)),
            ("Spanish", Some(Language::Spanish)),
            ("es", Some(Language::Spanish)),
            ("français", None),
            ("", None),
        ] {
            assert_eq!(Language::named(name), language, "{name}");
        }
    }

    #[test]
    fn tags_of_any_shape_find_their_language() {
        for (tag, language) in [
            ("es", Some(Language::Spanish)),
            ("ES-419", Some(Language::Spanish)),
            ("es_DO", Some(Language::Spanish)),
            ("en", Some(Language::English)),
            ("en-JM", Some(Language::English)),
            ("ht", None),
            ("DEFAULT", None),
            ("", None),
            ("est", None),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
    }
}
