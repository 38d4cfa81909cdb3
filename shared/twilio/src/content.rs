//! The message templates, as Twilio's Content API takes them, and under which key their SIDs are kept.
//!
//! There are two sorts. A message with buttons needs a Content resource, created once and sent by its SID; inside the
//! 24-hour window it needs no approval, and its body is one variable, `{{1}}`, which WhatsApp would not approve for use
//! outside. What is sent outside the window is a text that WhatsApp has approved, word for word, in each language.
//!
//! Titles are fixed. An id may hold a variable, so that a tap on an old question is told from one on the present:
//! Twilio's reference allows variables in a quick reply's `actions` without saying in which of their fields, and public
//! projects put them into `id`; until one was sent for real, whoever reads a payload must take a literal `{{2}}` for
//! an old button.
//!
//! A template's words are its identity. WhatsApp lets nobody change what it has approved, so changed words are a new
//! resource with a SID of its own, beside the old one, which the release before may still send.

mod check;
mod words;

use std::collections::BTreeMap;

use domain::language::Language;
use domain::outbox::Notice;

pub use self::check::{ContentError, check};
pub use self::words::Words;
use crate::sid::ContentSid;

/// Longest body of a message with buttons or of an approved template, its variables filled in, in characters.
pub const BODY_MAX: usize = 1024;
/// Without approval WhatsApp shows no more buttons than this.
pub const BUTTONS_MAX: usize = 3;
pub const TITLE_MAX: usize = 20;
pub const ID_MAX: usize = 200;
/// Of a template.
pub const VARIABLES_MAX: usize = 100;
pub const VARIABLE_NAME_MAX: usize = 16;
pub const VARIABLE_VALUE_MAX: usize = 1600;

/// The templates that the bot sends. In those with buttons variable `1` is always the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TemplateName {
    /// To a chat without a link: Link my account, Help.
    StartUnlinked,
    /// To a linked chat: Balance, Help.
    StartLinked,
    /// Yes, unlink; Keep my link. Variable `2` names the question: a tap answers `unlink:` or `keep:` and this name.
    UnlinkConfirm,
    /// Yes; No. Variable `2` names the question, as above: a tap answers `yes:` or `no:` and this name.
    YesNo,
    /// To the owner of an account that somebody tries to link elsewhere. Variable `1` is the other chat, masked.
    SecurityAlert,
    /// To whom had the link that another chat has taken over. Variable `1` is the other chat, masked. Link here again.
    LinkMoved,
    /// To somebody whose link ends in `1` days. Renew.
    LinkEnding,
    /// To somebody whose link has ended. Link again.
    LinkEnded,
}

impl TemplateName {
    pub const ALL: [Self; 8] = [
        Self::StartUnlinked,
        Self::StartLinked,
        Self::UnlinkConfirm,
        Self::YesNo,
        Self::SecurityAlert,
        Self::LinkMoved,
        Self::LinkEnding,
        Self::LinkEnded,
    ];

    /// The template's `friendly_name` at Twilio, in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StartUnlinked => "start_unlinked",
            Self::StartLinked => "start_linked",
            Self::UnlinkConfirm => "unlink_confirm",
            Self::YesNo => "yes_no",
            Self::SecurityAlert => "security_alert",
            Self::LinkMoved => "link_moved",
            Self::LinkEnding => "link_ending",
            Self::LinkEnded => "link_ended",
        }
    }
}

/// What WhatsApp is told that an approved template is for. Marketing is never sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    Utility,
}

impl Category {
    /// WhatsApp's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utility => "UTILITY",
        }
    }
}

/// As what it is submitted to WhatsApp; None for what is only sent inside the window, and never submitted.
pub fn submission(name: TemplateName) -> Option<Category> {
    match name {
        TemplateName::StartUnlinked
        | TemplateName::StartLinked
        | TemplateName::UnlinkConfirm
        | TemplateName::YesNo => None,
        TemplateName::SecurityAlert
        | TemplateName::LinkMoved
        | TemplateName::LinkEnding
        | TemplateName::LinkEnded => Some(Category::Utility),
    }
}

/// The languages that it exists in, English first. What is sent inside the window has its words in a variable.
pub fn languages(name: TemplateName) -> &'static [Language] {
    match submission(name) {
        None => &[Language::English],
        Some(_) => &[Language::English, Language::Spanish],
    }
}

/// Every template in every language that it exists in.
pub fn all() -> impl Iterator<Item = (TemplateName, Language)> {
    TemplateName::ALL.into_iter().flat_map(|name| {
        languages(name)
            .iter()
            .map(move |language| (name, *language))
    })
}

/// The body of the request that creates the template at Twilio, JSON; in English where it does not exist in `language`.
pub fn template(name: TemplateName, language: Language) -> &'static str {
    match (name, language) {
        (TemplateName::StartUnlinked, _) => include_str!("../templates/start_unlinked.json"),
        (TemplateName::StartLinked, _) => include_str!("../templates/start_linked.json"),
        (TemplateName::UnlinkConfirm, _) => include_str!("../templates/unlink_confirm.json"),
        (TemplateName::YesNo, _) => include_str!("../templates/yes_no.json"),
        (TemplateName::SecurityAlert, Language::English) => {
            include_str!("../templates/security_alert.en.json")
        }
        (TemplateName::SecurityAlert, Language::Spanish) => {
            include_str!("../templates/security_alert.es.json")
        }
        (TemplateName::LinkMoved, Language::English) => {
            include_str!("../templates/link_moved.en.json")
        }
        (TemplateName::LinkMoved, Language::Spanish) => {
            include_str!("../templates/link_moved.es.json")
        }
        (TemplateName::LinkEnding, Language::English) => {
            include_str!("../templates/link_ending.en.json")
        }
        (TemplateName::LinkEnding, Language::Spanish) => {
            include_str!("../templates/link_ending.es.json")
        }
        (TemplateName::LinkEnded, Language::English) => {
            include_str!("../templates/link_ended.en.json")
        }
        (TemplateName::LinkEnded, Language::Spanish) => {
            include_str!("../templates/link_ended.es.json")
        }
    }
}

/// Its key in the map of SIDs (`TWILIO_CONTENT_SIDS`): `start_linked`, or `security_alert_es` for what WhatsApp approves
/// language by language.
pub fn sid_key(name: TemplateName, language: Language) -> String {
    match submission(name) {
        None => name.as_str().to_owned(),
        Some(_) => format!("{}_{}", name.as_str(), language.code()),
    }
}

/// The SID to send it by: in `language`, else in English, else there is none.
pub fn sid(
    sids: &BTreeMap<String, ContentSid>,
    name: TemplateName,
    language: Language,
) -> Option<&ContentSid> {
    [language, Language::English]
        .into_iter()
        .find_map(|language| sids.get(&sid_key(name, language)))
}

/// The template that tells some news, and what fills it.
pub fn of_notice(notice: &Notice) -> (TemplateName, BTreeMap<String, String>) {
    let one = |value: String| BTreeMap::from([("1".to_owned(), value)]);
    match notice {
        Notice::SecurityAlert { chat } => (TemplateName::SecurityAlert, one(chat.clone())),
        Notice::LinkMoved { chat } => (TemplateName::LinkMoved, one(chat.clone())),
        Notice::LinkEnding { days } => (TemplateName::LinkEnding, one(days.to_string())),
        Notice::LinkEnded => (TemplateName::LinkEnded, BTreeMap::new()),
    }
}

/// The template as it is read, its variables filled in.
pub fn rendered(
    name: TemplateName,
    language: Language,
    variables: &BTreeMap<String, String>,
) -> String {
    let words: Option<Words> = serde_json::from_str(template(name, language)).ok();
    let body = words.map(|words| words.body().to_owned());
    variables
        .iter()
        .fold(body.unwrap_or_default(), |body, (name, value)| {
            body.replace(&format!("{{{{{name}}}}}"), value)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content_sid(digit: char) -> ContentSid {
        ContentSid::parse(&format!("HX{}", digit.to_string().repeat(32))).unwrap()
    }

    #[test]
    fn keys_are_distinct_and_name_the_language_only_where_there_are_several() {
        let keys: Vec<_> = all()
            .map(|(name, language)| sid_key(name, language))
            .collect();
        assert_eq!(
            keys,
            [
                "start_unlinked",
                "start_linked",
                "unlink_confirm",
                "yes_no",
                "security_alert_en",
                "security_alert_es",
                "link_moved_en",
                "link_moved_es",
                "link_ending_en",
                "link_ending_es",
                "link_ended_en",
                "link_ended_es",
            ]
        );
    }

    #[test]
    fn a_language_whose_template_cannot_be_sent_gives_way_to_english() {
        let alert = |sids: &[(&str, char)], language| {
            let sids = sids
                .iter()
                .map(|(key, digit)| ((*key).to_owned(), content_sid(*digit)))
                .collect();
            sid(&sids, TemplateName::SecurityAlert, language).cloned()
        };
        let (en, es) = (("security_alert_en", 'a'), ("security_alert_es", 'b'));
        assert_eq!(alert(&[en, es], Language::Spanish), Some(content_sid('b')));
        assert_eq!(alert(&[en], Language::Spanish), Some(content_sid('a')));
        assert_eq!(alert(&[en, es], Language::English), Some(content_sid('a')));
        assert_eq!(alert(&[es], Language::English), None);
        assert_eq!(alert(&[("security_alert", 'c')], Language::Spanish), None);
    }

    #[test]
    fn news_read_as_whatsapp_shows_them() {
        let chat = "+1 876 ••• ••00".to_owned();
        for (notice, says) in [
            (Notice::SecurityAlert { chat: chat.clone() }, chat.as_str()),
            (Notice::LinkMoved { chat: chat.clone() }, &chat),
            (Notice::LinkEnding { days: 7 }, " 7."),
            (Notice::LinkEnded, "Flash"),
        ] {
            let (name, variables) = of_notice(&notice);
            for language in languages(name) {
                let text = rendered(name, *language, &variables);
                assert!(text.contains(says) && !text.contains("{{"), "{text}");
            }
        }
    }

    #[test]
    fn buttons_are_found_in_whatever_language_somebody_reads() {
        let sids = BTreeMap::from([("start_linked".to_owned(), content_sid('a'))]);
        let found = sid(&sids, TemplateName::StartLinked, Language::Spanish);
        assert_eq!(found, Some(&content_sid('a')));
    }
}
