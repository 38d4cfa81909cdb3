//! The message templates, as Twilio's Content API takes them, and under which key their SIDs are kept.
//!
//! There are two sorts. A message with buttons or a list needs a Content resource, created once and sent by its SID;
//! inside the 24-hour window it needs no approval, and its body is one variable, `{{1}}`, which WhatsApp would not approve
//! for use outside. What is sent outside the window is a text that WhatsApp has approved, word for word, in each language.
//!
//! Titles are fixed. An id may hold a variable, so that a tap on an old question is told from one on the present:
//! Twilio's reference allows variables in a quick reply's `actions` without saying in which of their fields, and public
//! projects put them into `id`; until one was sent for real, whoever reads a payload must take a literal `{{2}}` for
//! an old button.
//!
//! A template's words are its identity. WhatsApp lets nobody change what it has approved, so changed words are a new
//! resource with a SID of its own, beside the old one, which the release before may still send.

mod check;
mod sids;
mod words;

use std::collections::BTreeMap;

use domain::language::Language;
use domain::outbox::{News, Notice, QuickSet, Reply};

pub use self::check::{ContentError, check};
pub use self::sids::{NotSids, read_sids, write_sids};
pub use self::words::Words;
use crate::sid::ContentSid;

/// Longest body of a message with buttons or of an approved template, its variables filled in, in characters.
pub const BODY_MAX: usize = 1024;
/// Without approval WhatsApp shows no more buttons than this.
pub const BUTTONS_MAX: usize = 3;
pub const TITLE_MAX: usize = 20;
pub const ID_MAX: usize = 200;
/// A list has at most so many items, and is opened by a button with a title as other buttons have.
pub const ITEMS_MAX: usize = 10;
pub const ITEM_MAX: usize = 24;
pub const DESCRIPTION_MAX: usize = 72;
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
    /// Yes, Help. Variable `2` is the command that Yes runs.
    Suggest,
    /// More, Help. Variable `2` is the command that More runs.
    More,
    /// Thumbs up, thumbs down. Variable `2` names what is judged: a tap answers `good:` or `bad:` and this name.
    Thumbs,
    /// Thumbs up, thumbs down, Talk to a person. Variable `2` names the answer, as above.
    Answer,
    /// Refresh, History, Help.
    AfterBalance,
    /// A list of what to ask for, to a linked chat.
    HelpLinked,
    /// The same where being paid is on.
    HelpReceiving,
    /// The same to a chat without a link.
    HelpUnlinked,
    /// The same where being paid is on.
    HelpUnlinkedReceiving,
    /// Decline, Block. Variable `2` names the request: a tap answers `decline:` or `block:` and this name.
    Asked,
    /// New code, Help. Variable `2` is the command that New code runs.
    Receive,
    /// A list of what can be set of news.
    Notifications,
    /// On, Off, All settings. Variable `2` is the topic that they are for, as it is typed.
    NotificationsTopic,
    /// US$1, US$5, Any amount.
    NotificationsMinimum,
    /// 10 PM to 7 AM, No quiet hours, All settings.
    NotificationsQuiet,
    /// At once, Every hour, Once a day.
    NotificationsOften,
    /// Until tomorrow, 1 week, End pause.
    NotificationsPause,
    /// 1, 2, 3. Variable `2` names the step: a tap answers `pick-1:`, or another number, and this name.
    Choose,
    /// To the owner of an account that somebody tries to link elsewhere. Variable `1` is the other chat, masked.
    SecurityAlert,
    /// To whom had the link that another chat has taken over. Variable `1` is the other chat, masked. Link here again.
    LinkMoved,
    /// To somebody whose link ends in `1` days. Renew.
    LinkEnding,
    /// To somebody whose link has ended. Link again.
    LinkEnded,
    /// To somebody who is asked for money: by `1` for the amount `2`, for what `3` says, to be paid at `4`; its code is `5`.
    PaymentRequest,
    /// To everybody who has agreed to news: `1` about Flash's service.
    ServiceNotice,
    /// To somebody who has been paid `1`, by `2`, with the note `3`, at `4`.
    PaymentReceived,
    /// To somebody to whom `1` is on its way from `2`, since `3`.
    PaymentComing,
    /// To somebody from whose account `1` has gone to `2`, at `3`.
    PaymentSent,
    /// To somebody whose wallet holds `1` since `2`.
    BalanceChanged,
    /// To somebody whose request `1` for `2` was paid by `3`, at `4`.
    RequestPaid,
    /// To somebody whose request `1` for `2` was declined by `3`.
    RequestDeclined,
    /// To somebody whose news come together: `1` sums them up.
    NewsDigest,
    /// To somebody whose question `1` a person at support answers: `2`.
    SupportAnswer,
}

impl TemplateName {
    pub const ALL: [Self; 36] = [
        Self::StartUnlinked,
        Self::StartLinked,
        Self::UnlinkConfirm,
        Self::YesNo,
        Self::Suggest,
        Self::More,
        Self::Thumbs,
        Self::Answer,
        Self::AfterBalance,
        Self::HelpLinked,
        Self::HelpReceiving,
        Self::HelpUnlinked,
        Self::HelpUnlinkedReceiving,
        Self::Asked,
        Self::Receive,
        Self::Notifications,
        Self::NotificationsTopic,
        Self::NotificationsMinimum,
        Self::NotificationsQuiet,
        Self::NotificationsOften,
        Self::NotificationsPause,
        Self::Choose,
        Self::SecurityAlert,
        Self::LinkMoved,
        Self::LinkEnding,
        Self::LinkEnded,
        Self::PaymentRequest,
        Self::ServiceNotice,
        Self::PaymentReceived,
        Self::PaymentComing,
        Self::PaymentSent,
        Self::BalanceChanged,
        Self::RequestPaid,
        Self::RequestDeclined,
        Self::NewsDigest,
        Self::SupportAnswer,
    ];

    /// The template's `friendly_name` at Twilio, in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StartUnlinked => "start_unlinked",
            Self::StartLinked => "start_linked",
            Self::UnlinkConfirm => "unlink_confirm",
            Self::YesNo => "yes_no",
            Self::Suggest => "suggest",
            Self::More => "more",
            Self::Thumbs => "thumbs",
            Self::Answer => "answer",
            Self::AfterBalance => "after_balance",
            Self::HelpLinked => "help_linked",
            Self::HelpReceiving => "help_receiving",
            Self::HelpUnlinked => "help_unlinked",
            Self::HelpUnlinkedReceiving => "help_unlinked_receiving",
            Self::Asked => "asked",
            Self::Receive => "receive",
            Self::Notifications => "notifications",
            Self::NotificationsTopic => "notifications_topic",
            Self::NotificationsMinimum => "notifications_minimum",
            Self::NotificationsQuiet => "notifications_quiet",
            Self::NotificationsOften => "notifications_often",
            Self::NotificationsPause => "notifications_pause",
            Self::Choose => "choose",
            Self::SecurityAlert => "security_alert",
            Self::LinkMoved => "link_moved",
            Self::LinkEnding => "link_ending",
            Self::LinkEnded => "link_ended",
            Self::PaymentRequest => "payment_request",
            Self::ServiceNotice => "service_notice",
            Self::PaymentReceived => "payment_received",
            Self::PaymentComing => "payment_coming",
            Self::PaymentSent => "payment_sent",
            Self::BalanceChanged => "balance_changed",
            Self::RequestPaid => "request_paid",
            Self::RequestDeclined => "request_declined",
            Self::NewsDigest => "news_digest",
            Self::SupportAnswer => "support_answer",
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
        | TemplateName::YesNo
        | TemplateName::Suggest
        | TemplateName::More
        | TemplateName::Thumbs
        | TemplateName::Answer
        | TemplateName::AfterBalance
        | TemplateName::HelpLinked
        | TemplateName::HelpReceiving
        | TemplateName::HelpUnlinked
        | TemplateName::HelpUnlinkedReceiving
        | TemplateName::Asked
        | TemplateName::Receive
        | TemplateName::Notifications
        | TemplateName::NotificationsTopic
        | TemplateName::NotificationsMinimum
        | TemplateName::NotificationsQuiet
        | TemplateName::NotificationsOften
        | TemplateName::NotificationsPause
        | TemplateName::Choose => None,
        TemplateName::SecurityAlert
        | TemplateName::LinkMoved
        | TemplateName::LinkEnding
        | TemplateName::LinkEnded
        | TemplateName::PaymentRequest
        | TemplateName::ServiceNotice
        | TemplateName::PaymentReceived
        | TemplateName::PaymentComing
        | TemplateName::PaymentSent
        | TemplateName::BalanceChanged
        | TemplateName::RequestPaid
        | TemplateName::RequestDeclined
        | TemplateName::NewsDigest
        | TemplateName::SupportAnswer => Some(Category::Utility),
    }
}

/// The languages that every template exists in, English first.
pub const LANGUAGES: [Language; 2] = [Language::English, Language::Spanish];

/// Every template in every language that it exists in.
pub fn all() -> impl Iterator<Item = (TemplateName, Language)> {
    TemplateName::ALL
        .into_iter()
        .flat_map(|name| LANGUAGES.map(|language| (name, language)))
}

/// The body of the request that creates the template at Twilio, JSON.
#[expect(clippy::too_many_lines, reason = "four for each template")]
pub fn template(name: TemplateName, language: Language) -> &'static str {
    let (english, spanish) = match name {
        TemplateName::StartUnlinked => (
            include_str!("../templates/start_unlinked.en.json"),
            include_str!("../templates/start_unlinked.es.json"),
        ),
        TemplateName::StartLinked => (
            include_str!("../templates/start_linked.en.json"),
            include_str!("../templates/start_linked.es.json"),
        ),
        TemplateName::UnlinkConfirm => (
            include_str!("../templates/unlink_confirm.en.json"),
            include_str!("../templates/unlink_confirm.es.json"),
        ),
        TemplateName::YesNo => (
            include_str!("../templates/yes_no.en.json"),
            include_str!("../templates/yes_no.es.json"),
        ),
        TemplateName::Suggest => (
            include_str!("../templates/suggest.en.json"),
            include_str!("../templates/suggest.es.json"),
        ),
        TemplateName::More => (
            include_str!("../templates/more.en.json"),
            include_str!("../templates/more.es.json"),
        ),
        TemplateName::Thumbs => (
            include_str!("../templates/thumbs.en.json"),
            include_str!("../templates/thumbs.es.json"),
        ),
        TemplateName::Answer => (
            include_str!("../templates/answer.en.json"),
            include_str!("../templates/answer.es.json"),
        ),
        TemplateName::AfterBalance => (
            include_str!("../templates/after_balance.en.json"),
            include_str!("../templates/after_balance.es.json"),
        ),
        TemplateName::HelpLinked => (
            include_str!("../templates/help_linked.en.json"),
            include_str!("../templates/help_linked.es.json"),
        ),
        TemplateName::HelpReceiving => (
            include_str!("../templates/help_receiving.en.json"),
            include_str!("../templates/help_receiving.es.json"),
        ),
        TemplateName::HelpUnlinked => (
            include_str!("../templates/help_unlinked.en.json"),
            include_str!("../templates/help_unlinked.es.json"),
        ),
        TemplateName::HelpUnlinkedReceiving => (
            include_str!("../templates/help_unlinked_receiving.en.json"),
            include_str!("../templates/help_unlinked_receiving.es.json"),
        ),
        TemplateName::Asked => (
            include_str!("../templates/asked.en.json"),
            include_str!("../templates/asked.es.json"),
        ),
        TemplateName::Receive => (
            include_str!("../templates/receive.en.json"),
            include_str!("../templates/receive.es.json"),
        ),
        TemplateName::Notifications => (
            include_str!("../templates/notifications.en.json"),
            include_str!("../templates/notifications.es.json"),
        ),
        TemplateName::NotificationsTopic => (
            include_str!("../templates/notifications_topic.en.json"),
            include_str!("../templates/notifications_topic.es.json"),
        ),
        TemplateName::NotificationsMinimum => (
            include_str!("../templates/notifications_minimum.en.json"),
            include_str!("../templates/notifications_minimum.es.json"),
        ),
        TemplateName::NotificationsQuiet => (
            include_str!("../templates/notifications_quiet.en.json"),
            include_str!("../templates/notifications_quiet.es.json"),
        ),
        TemplateName::NotificationsOften => (
            include_str!("../templates/notifications_often.en.json"),
            include_str!("../templates/notifications_often.es.json"),
        ),
        TemplateName::NotificationsPause => (
            include_str!("../templates/notifications_pause.en.json"),
            include_str!("../templates/notifications_pause.es.json"),
        ),
        TemplateName::SecurityAlert => (
            include_str!("../templates/security_alert.en.json"),
            include_str!("../templates/security_alert.es.json"),
        ),
        TemplateName::LinkMoved => (
            include_str!("../templates/link_moved.en.json"),
            include_str!("../templates/link_moved.es.json"),
        ),
        TemplateName::LinkEnding => (
            include_str!("../templates/link_ending.en.json"),
            include_str!("../templates/link_ending.es.json"),
        ),
        TemplateName::LinkEnded => (
            include_str!("../templates/link_ended.en.json"),
            include_str!("../templates/link_ended.es.json"),
        ),
        TemplateName::PaymentRequest => (
            include_str!("../templates/payment_request.en.json"),
            include_str!("../templates/payment_request.es.json"),
        ),
        TemplateName::ServiceNotice => (
            include_str!("../templates/service_notice.en.json"),
            include_str!("../templates/service_notice.es.json"),
        ),
        TemplateName::PaymentReceived => (
            include_str!("../templates/payment_received.en.json"),
            include_str!("../templates/payment_received.es.json"),
        ),
        TemplateName::PaymentComing => (
            include_str!("../templates/payment_coming.en.json"),
            include_str!("../templates/payment_coming.es.json"),
        ),
        TemplateName::PaymentSent => (
            include_str!("../templates/payment_sent.en.json"),
            include_str!("../templates/payment_sent.es.json"),
        ),
        TemplateName::BalanceChanged => (
            include_str!("../templates/balance_changed.en.json"),
            include_str!("../templates/balance_changed.es.json"),
        ),
        TemplateName::RequestPaid => (
            include_str!("../templates/request_paid.en.json"),
            include_str!("../templates/request_paid.es.json"),
        ),
        TemplateName::RequestDeclined => (
            include_str!("../templates/request_declined.en.json"),
            include_str!("../templates/request_declined.es.json"),
        ),
        TemplateName::NewsDigest => (
            include_str!("../templates/news_digest.en.json"),
            include_str!("../templates/news_digest.es.json"),
        ),
        TemplateName::Choose => (
            include_str!("../templates/choose.en.json"),
            include_str!("../templates/choose.es.json"),
        ),
        TemplateName::SupportAnswer => (
            include_str!("../templates/support_answer.en.json"),
            include_str!("../templates/support_answer.es.json"),
        ),
    };
    match language {
        Language::English => english,
        Language::Spanish => spanish,
    }
}

/// Its key in the map of SIDs (`TWILIO_CONTENT_SIDS`): `security_alert_en` and `security_alert_es` for what WhatsApp
/// approves, `start_linked` and `start_linked_es` for the rest, which was in English alone at first and is read under that
/// key by the release before.
pub fn sid_key(name: TemplateName, language: Language) -> String {
    match (submission(name), language) {
        (None, Language::English) => name.as_str().to_owned(),
        _ => format!("{}_{}", name.as_str(), language.code()),
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

/// The template of a set of quick replies; None for one of a later release.
pub fn of_quick(set: QuickSet) -> Option<TemplateName> {
    Some(match set {
        QuickSet::Suggest => TemplateName::Suggest,
        QuickSet::More => TemplateName::More,
        QuickSet::Thumbs => TemplateName::Thumbs,
        QuickSet::Answer => TemplateName::Answer,
        QuickSet::AfterBalance => TemplateName::AfterBalance,
        QuickSet::HelpLinked => TemplateName::HelpLinked,
        QuickSet::HelpReceiving => TemplateName::HelpReceiving,
        QuickSet::HelpUnlinked => TemplateName::HelpUnlinked,
        QuickSet::HelpUnlinkedReceiving => TemplateName::HelpUnlinkedReceiving,
        QuickSet::Asked => TemplateName::Asked,
        QuickSet::Receive => TemplateName::Receive,
        QuickSet::Notifications => TemplateName::Notifications,
        QuickSet::NotificationsTopic => TemplateName::NotificationsTopic,
        QuickSet::NotificationsMinimum => TemplateName::NotificationsMinimum,
        QuickSet::NotificationsQuiet => TemplateName::NotificationsQuiet,
        QuickSet::NotificationsOften => TemplateName::NotificationsOften,
        QuickSet::NotificationsPause => TemplateName::NotificationsPause,
        QuickSet::Choose => TemplateName::Choose,
        QuickSet::SomethingElse => return None,
    })
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

/// WhatsApp takes no empty variable: this stands where there is nothing to say.
const NOTHING: &str = "–";

/// The same of other news; None for those of a later release.
fn of_news(news: &News) -> Option<(TemplateName, BTreeMap<String, String>)> {
    let or_nothing = |said: &Option<String>| said.clone().unwrap_or_else(|| NOTHING.to_owned());
    let (name, fills) = match news.clone() {
        News::PaymentRequest {
            who,
            amount,
            memo,
            page,
            code,
        } => (
            TemplateName::PaymentRequest,
            vec![who, amount, or_nothing(&memo), page, code],
        ),
        News::Service { text } => (TemplateName::ServiceNotice, vec![text]),
        News::PaymentReceived {
            amount,
            who,
            memo,
            at,
        } => (
            TemplateName::PaymentReceived,
            vec![amount, or_nothing(&who), or_nothing(&memo), at],
        ),
        News::PaymentComing { amount, who, at } => (
            TemplateName::PaymentComing,
            vec![amount, or_nothing(&who), at],
        ),
        News::PaymentSent { amount, who, at } => (
            TemplateName::PaymentSent,
            vec![amount, or_nothing(&who), at],
        ),
        News::BalanceChanged { amount, at } => (TemplateName::BalanceChanged, vec![amount, at]),
        News::RequestPaid {
            code,
            amount,
            who,
            at,
        } => (
            TemplateName::RequestPaid,
            vec![code, amount, or_nothing(&who), at],
        ),
        News::RequestDeclined { code, amount, who } => (
            TemplateName::RequestDeclined,
            vec![code, amount, or_nothing(&who)],
        ),
        News::Digest { sums } => (TemplateName::NewsDigest, vec![sums]),
        News::SupportAnswered { code, words, .. } => {
            (TemplateName::SupportAnswer, vec![code, words])
        }
        News::SomethingElse => return None,
    };
    let named = (1..).zip(fills);
    let variables = named.map(|(number, fill): (u32, _)| (number.to_string(), fill));
    Some((name, variables.collect()))
}

/// The template that tells what is said outside the window in place of a message, and what fills it.
pub fn of_reply(reply: &Reply) -> Option<(TemplateName, BTreeMap<String, String>)> {
    match (&reply.notice, &reply.news) {
        (Some(notice), _) => Some(of_notice(notice)),
        (None, Some(news)) => of_news(news),
        (None, None) => None,
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
    use domain::command::{self, Parsed};

    use super::words::Types;
    use super::*;

    fn content_sid(digit: char) -> ContentSid {
        ContentSid::parse(&format!("HX{}", digit.to_string().repeat(32))).unwrap()
    }

    #[test]
    fn keys_are_distinct_and_those_of_the_release_before_are_among_them() {
        let keys: std::collections::BTreeSet<_> = all()
            .map(|(name, language)| sid_key(name, language))
            .collect();
        assert_eq!(keys.len(), all().count());
        for before in [
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
        ] {
            assert!(keys.contains(before), "{before}");
        }
        assert!(keys.contains("start_linked_es") && keys.contains("suggest"));
    }

    /// A tap does what its title says; an item of a list also where Twilio should post its title alone.
    #[test]
    fn whatever_can_be_tapped_is_a_command_or_answers_a_question() {
        for (name, language) in all() {
            let words: Words = serde_json::from_str(template(name, language)).unwrap();
            for (title, id) in words.tapped() {
                let Some(typed) = id
                    .strip_prefix("cmd:")
                    .filter(|typed| !typed.contains("{{"))
                else {
                    assert!(id.contains("{{2}}"), "{name:?}: {id}");
                    continue;
                };
                let does = command::parse_payload(id);
                assert!(does.is_some(), "{name:?}: {typed} is no command");
                if matches!(words.types, Types::ListPicker { .. }) {
                    let titled = match command::parse(title) {
                        Parsed::Run(command, rest) => Some((command, rest)),
                        _ => None,
                    };
                    let about = |run: &Option<(&'static command::Command, Option<String>)>| {
                        let (command, rest) = run.clone()?;
                        Some((command, rest.and_then(|rest| command::topic(&rest))))
                    };
                    assert_eq!(about(&titled), about(&does), "{name:?}: {title}");
                }
            }
        }
    }

    /// What cannot be done there is not offered, and what typed help names is.
    #[test]
    fn the_lists_of_help_offer_being_paid_where_that_is_on() {
        for (name, paid) in [
            (TemplateName::HelpLinked, false),
            (TemplateName::HelpReceiving, true),
            (TemplateName::HelpUnlinked, false),
            (TemplateName::HelpUnlinkedReceiving, true),
        ] {
            for language in LANGUAGES {
                let words: Words = serde_json::from_str(template(name, language)).unwrap();
                let offered: Vec<_> = words.tapped().into_iter().map(|(_, id)| id).collect();
                let has = |id: &str| offered.contains(&id);
                assert_eq!(has("cmd:help receiving"), paid, "{name:?} {offered:?}");
                for subject in ["account", "money", "settings"] {
                    assert!(has(&format!("cmd:help {subject}")), "{name:?} {subject}");
                }
            }
        }
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
            for language in LANGUAGES {
                let text = rendered(name, language, &variables);
                assert!(text.contains(says) && !text.contains("{{"), "{text}");
            }
        }
    }

    #[test]
    fn a_request_for_money_reads_as_whatsapp_shows_it_with_or_without_a_purpose() {
        for (memo, says) in [(Some("lunch".to_owned()), "lunch"), (None, ": –.")] {
            let news = News::PaymentRequest {
                who: "@devon".into(),
                amount: "US$20.00".into(),
                memo,
                page: "https://pay.flashapp.me/devon".into(),
                code: "3F2K".into(),
            };
            let reply = Reply::from(String::new()).news(news);
            let (name, variables) = of_reply(&reply).unwrap();
            for language in LANGUAGES {
                let text = rendered(name, language, &variables);
                let decline = match language {
                    Language::English => "*decline 3F2K*",
                    Language::Spanish => "*rechazar 3F2K*",
                };
                let all = ["@devon", "US$20.00", "/devon ", decline, says];
                assert!(all.iter().all(|part| text.contains(part)), "{text}");
                assert!(!text.contains("{{"), "{text}");
            }
        }
        let later = Reply::from(String::new()).news(News::SomethingElse);
        assert_eq!(of_reply(&later), None);
    }

    #[test]
    fn news_of_money_read_as_whatsapp_shows_them_with_or_without_what_is_not_known() {
        let who = || Some("@devon".to_owned());
        let (amount, at) = (
            || "US$5.00 (J$785.00)".to_owned(),
            || "3:05 PM, Sun 22 Nov".to_owned(),
        );
        let code = || "3F2K".to_owned();
        let news = [
            (
                News::PaymentReceived {
                    amount: amount(),
                    who: who(),
                    memo: Some("lunch".into()),
                    at: at(),
                },
                vec!["@devon", "J$785.00", ": lunch.", "3:05 PM"],
            ),
            (
                News::PaymentReceived {
                    amount: amount(),
                    who: None,
                    memo: None,
                    at: at(),
                },
                vec![": –. ", "J$785.00"],
            ),
            (
                News::PaymentComing {
                    amount: amount(),
                    who: None,
                    at: at(),
                },
                vec![": –. ", "J$785.00", "3:05 PM"],
            ),
            (
                News::PaymentSent {
                    amount: amount(),
                    who: who(),
                    at: at(),
                },
                vec!["@devon", "support@getflash.io", "3:05 PM"],
            ),
            (
                News::BalanceChanged {
                    amount: amount(),
                    at: at(),
                },
                vec!["J$785.00", "3:05 PM"],
            ),
            (
                News::RequestPaid {
                    code: code(),
                    amount: amount(),
                    who: who(),
                    at: at(),
                },
                vec![" 3F2K ", "@devon", "J$785.00"],
            ),
            (
                News::RequestDeclined {
                    code: code(),
                    amount: amount(),
                    who: None,
                },
                vec![" 3F2K ", ": –."],
            ),
            (
                News::Digest {
                    sums: "Received: US$5.00 (1 payment)".into(),
                },
                vec!["Received: US$5.00 (1 payment)."],
            ),
        ];
        for (news, says) in news {
            let reply = Reply::from(String::new()).news(news);
            let (name, variables) = of_reply(&reply).unwrap();
            for language in LANGUAGES {
                let text = rendered(name, language, &variables);
                assert!(says.iter().all(|part| text.contains(part)), "{text}");
                assert!(!text.contains("{{"), "{text}");
            }
        }
    }

    /// What a template says by itself leaves room for what fills it, of which each has its limit where it is made.
    #[test]
    fn a_template_leaves_room_for_the_longest_of_what_fills_it() {
        for (name, language) in all().filter(|(name, _)| submission(*name).is_some()) {
            let body = rendered(name, language, &BTreeMap::new());
            let own = body.chars().count();
            let most = match name {
                TemplateName::PaymentRequest | TemplateName::ServiceNotice => 550,
                _ => 324,
            };
            assert!(own <= most, "{name:?} {language:?}: {own}");
        }
    }

    #[test]
    fn a_session_reads_its_buttons_in_its_own_language_where_they_are() {
        let sids = BTreeMap::from([
            ("more".to_owned(), content_sid('a')),
            ("more_es".to_owned(), content_sid('b')),
        ]);
        let found = |language| sid(&sids, TemplateName::More, language).cloned();
        assert_eq!(found(Language::English), Some(content_sid('a')));
        assert_eq!(found(Language::Spanish), Some(content_sid('b')));
    }

    #[test]
    fn buttons_are_found_in_whatever_language_somebody_reads() {
        let sids = BTreeMap::from([("start_linked".to_owned(), content_sid('a'))]);
        let found = sid(&sids, TemplateName::StartLinked, Language::Spanish);
        assert_eq!(found, Some(&content_sid('a')));
    }
}
