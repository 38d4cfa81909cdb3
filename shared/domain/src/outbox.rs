//! What the bot has to say or do next. An entry is also the record of its delivery.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::notification::When;
use crate::policy::{
    CODE_SEND_LIFE, DOUBT_ABSENCES, DOUBT_GAP, DOUBT_GAP_LONGEST, DOUBT_MEMORY, NOTICE_LIFE,
    NOTICE_WAIT_FIRST, NOTICE_WAIT_LONGEST, REPLY_LIFE, SEND_WAIT_FIRST, SEND_WAIT_LIMIT,
    SEND_WAIT_LONGEST,
};
use crate::preferences::Topic;
use crate::state::Link;
use crate::time::Moment;

/// What an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A message to the person, through Twilio.
    Send,
    /// The end of a code's life.
    Expire,
}

/// What to say: the whole text, and the buttons that go with it where the channel has them.
/// The text alone must be enough: it always names what to type. It is the person's own and not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub text: String,
    /// In which it is written: so are its buttons.
    #[serde(default, skip_serializing_if = "is_default")]
    pub language: Language,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buttons: Option<Buttons>,
    /// The name of the question that Yes and No answer, in place of `buttons`: a release that does not know it shows the
    /// text alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yes_or_no: Option<String>,
    /// Other quick replies than [`Buttons`] knows, in place of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quick: Option<Quick>,
    /// The address of a picture, under which the text stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub class: Class,
    /// Worth nothing from then on, sooner than others of its class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// Shown only while this link stands, named by the id of its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_link: Option<String>,
    /// What may be said instead where the 24-hour window is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// News that [`Notice`] does not know, in place of it: a release that does not know them either says nothing outside
    /// the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<News>,
    /// Not to be told before then. That is kept as the moment at which its entry is due.
    #[serde(skip)]
    pub not_before: Option<Moment>,
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What a message is to its reader: how long it is worth sending, and how it waits when it can't go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// It opens something that does not live long, such as a link page. Never sent again after that.
    Code,
    /// The answer to what somebody has just written.
    #[default]
    Reply,
    /// Told without having been asked.
    Notice,
}

impl Class {
    /// Seconds after which it is not worth sending.
    pub const fn life(self) -> i64 {
        match self {
            Self::Code => CODE_SEND_LIFE,
            Self::Reply => REPLY_LIFE,
            Self::Notice => NOTICE_LIFE,
        }
    }

    /// Seconds to wait after the `attempt`-th refusal, the first being 1. They double; the shell adds chance.
    pub fn wait(self, attempt: u32) -> i64 {
        let (first, longest) = match self {
            Self::Code | Self::Reply => (SEND_WAIT_FIRST, SEND_WAIT_LONGEST),
            Self::Notice => (NOTICE_WAIT_FIRST, NOTICE_WAIT_LONGEST),
        };
        doubled(first, attempt, longest)
    }
}

/// Seconds to wait after the `attempt`-th refusal for a limit that is used up, or a mistake that somebody has to mend.
pub fn long_wait(attempt: u32) -> i64 {
    doubled(SEND_WAIT_LIMIT, attempt, NOTICE_WAIT_LONGEST)
}

/// `first` doubled `attempt - 1` times, at most `longest`.
pub fn doubled(first: i64, attempt: u32, longest: i64) -> i64 {
    let doublings = attempt.saturating_sub(1).min(20);
    first
        .saturating_mul(1_i64.checked_shl(doublings).unwrap_or(1))
        .min(longest)
}

/// How an entry is dressed when it is sent again after a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// With its buttons, and as a template only where the window is closed.
    #[default]
    Usual,
    /// The text alone: WhatsApp could not show the rest.
    Plain,
    /// As its template: WhatsApp says that the window is closed.
    Template,
}

/// News that an approved template can tell. Its variables are the person's own and not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// Somebody else is at the person's Flash account, from the masked chat named.
    SecurityAlert { chat: String },
    /// The person's link is now the masked chat's that is named.
    LinkMoved { chat: String },
    /// The link's key ends in so many days, at least one.
    LinkEnding { days: i64 },
    /// The link's key has ended.
    LinkEnded,
}

impl Notice {
    /// It tells of somebody at the account: whoever has said STOP may have agreed to this alone.
    pub const fn is_security_alert(&self) -> bool {
        match self {
            Self::SecurityAlert { .. } | Self::LinkMoved { .. } => true,
            Self::LinkEnding { .. } | Self::LinkEnded => false,
        }
    }
}

/// News that an approved template can tell, beside [`Notice`]. Its variables are the person's own and not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum News {
    /// Somebody asks the person for money.
    PaymentRequest {
        /// With its `@`.
        who: String,
        amount: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        memo: Option<String>,
        /// Where it can be paid.
        page: String,
        code: String,
    },
    /// An announcement, on one line.
    Service { text: String },
    /// Money has come. `amount` says so if it is not known; `at` is the person's own time, with the day.
    PaymentReceived {
        amount: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        memo: Option<String>,
        at: String,
    },
    /// Money is on its way to the person.
    PaymentComing {
        amount: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        at: String,
    },
    /// Money has left the account.
    PaymentSent {
        amount: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        at: String,
    },
    /// The wallet holds `amount` now.
    BalanceChanged { amount: String, at: String },
    /// What the person has asked for is paid.
    RequestPaid {
        code: String,
        amount: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        at: String,
    },
    /// What the person has asked for is declined.
    RequestDeclined {
        code: String,
        amount: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
    },
    /// Several of Flash's events, summed up on one line.
    Digest { sums: String },
    /// A person at support answers what was asked at `asked_at`, on one line.
    SupportAnswered {
        code: String,
        words: String,
        asked_at: Moment,
    },
    /// Of a later release.
    #[serde(other)]
    SomethingElse,
}

impl News {
    /// What they are about, where that is one thing.
    pub const fn topic(&self) -> Option<Topic> {
        Some(match self {
            Self::PaymentReceived { .. } | Self::PaymentComing { .. } => Topic::Received,
            Self::PaymentRequest { .. }
            | Self::RequestPaid { .. }
            | Self::RequestDeclined { .. } => Topic::Requests,
            Self::PaymentSent { .. } => Topic::Sent,
            Self::BalanceChanged { .. } => Topic::Balance,
            Self::Service { .. } => Topic::Service,
            Self::Digest { .. } | Self::SupportAnswered { .. } | Self::SomethingElse => {
                return None;
            }
        })
    }
}

impl fmt::Debug for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PaymentRequest { .. } => "PaymentRequest(…)",
            Self::Service { .. } => "Service(…)",
            Self::PaymentReceived { .. } => "PaymentReceived(…)",
            Self::PaymentComing { .. } => "PaymentComing(…)",
            Self::PaymentSent { .. } => "PaymentSent(…)",
            Self::BalanceChanged { .. } => "BalanceChanged(…)",
            Self::RequestPaid { .. } => "RequestPaid(…)",
            Self::RequestDeclined { .. } => "RequestDeclined(…)",
            Self::Digest { .. } => "Digest(…)",
            Self::SupportAnswered { .. } => "SupportAnswered(…)",
            Self::SomethingElse => "SomethingElse",
        })
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SecurityAlert { .. } => "SecurityAlert(…)",
            Self::LinkMoved { .. } => "LinkMoved(…)",
            Self::LinkEnding { .. } => "LinkEnding",
            Self::LinkEnded => "LinkEnded",
        })
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply(…, {:?})", self.buttons)
    }
}

/// Sets of quick replies. Each is a message template; the text is its variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "set", rename_all = "snake_case")]
pub enum Buttons {
    StartUnlinked,
    StartLinked,
    UnlinkConfirm { nonce: String },
}

/// Quick replies by the name of their template, with what fills the ids of its buttons.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quick {
    pub set: QuickSet,
    /// From variable `2` on; `1` is the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fills: Vec<String>,
}

/// What a button does may say what its reader is about.
impl fmt::Debug for Quick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Quick({:?}, …)", self.set)
    }
}

/// The templates of quick replies beside [`Buttons`]. Titles are fixed, in each language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuickSet {
    /// Yes, which runs the command in variable `2`; Help. After a misspelt command.
    Suggest,
    /// More, which runs the command in variable `2`; Help.
    More,
    /// Thumbs up and down, about what variable `2` names.
    Thumbs,
    /// Thumbs up and down, about what variable `2` names; Talk to a person.
    Answer,
    /// Refresh, History, Help.
    AfterBalance,
    /// A list of what to ask for: to a linked chat, to one where being paid is on as well, to one without a link,
    /// and to such a one where being paid is on.
    HelpLinked,
    HelpReceiving,
    HelpUnlinked,
    HelpUnlinkedReceiving,
    /// Decline, Block: the request that variable `2` names.
    Asked,
    /// New code, which runs the command in variable `2`; Help.
    Receive,
    /// A list of what can be set of news.
    Notifications,
    /// On, Off: of the topic that variable `2` names as it is typed; All settings.
    NotificationsTopic,
    /// US$1, US$5, Any amount.
    NotificationsMinimum,
    /// 10 PM to 7 AM, None, All settings.
    NotificationsQuiet,
    /// At once, Every hour, Once a day.
    NotificationsOften,
    /// Until tomorrow, 1 week, End pause.
    NotificationsPause,
    /// 1, 2, 3: of the step that variable `2` names.
    Choose,
    /// One of a later release: the text is shown alone.
    #[serde(other)]
    SomethingElse,
}

impl From<String> for Reply {
    fn from(text: String) -> Self {
        Self {
            text,
            language: Language::default(),
            buttons: None,
            yes_or_no: None,
            quick: None,
            picture: None,
            class: Class::default(),
            until: None,
            of_link: None,
            notice: None,
            news: None,
            not_before: None,
        }
    }
}

impl Reply {
    #[must_use]
    pub fn with(self, buttons: Buttons) -> Self {
        Self {
            buttons: Some(buttons),
            ..self
        }
    }

    /// With a Yes and a No that answer the question of this name.
    #[must_use]
    pub fn yes_or_no(self, nonce: &str) -> Self {
        Self {
            yes_or_no: Some(nonce.to_owned()),
            ..self
        }
    }

    /// With the quick replies of this set.
    #[must_use]
    pub fn quick(self, set: QuickSet, fills: Vec<String>) -> Self {
        Self {
            quick: Some(Quick { set, fills }),
            ..self
        }
    }

    /// With the picture at this address.
    #[must_use]
    pub fn picture(self, url: String) -> Self {
        Self {
            picture: Some(url),
            ..self
        }
    }

    /// Written in that language.
    #[must_use]
    pub fn language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    #[must_use]
    pub fn class(self, class: Class) -> Self {
        Self { class, ..self }
    }

    /// With anything to tap.
    pub const fn has_buttons(&self) -> bool {
        self.buttons.is_some() || self.yes_or_no.is_some() || self.quick.is_some()
    }

    /// When what is said at `now` is not worth sending any more.
    pub fn ends_at(&self, now: Moment) -> Moment {
        let of_class = now.plus(self.class.life());
        self.until.map_or(of_class, |until| until.min(of_class))
    }

    /// Not worth sending from that moment on.
    #[must_use]
    pub fn until(self, until: Moment) -> Self {
        Self {
            until: Some(until),
            ..self
        }
    }

    /// Not to be shown once this link is gone.
    #[must_use]
    pub fn of_link(self, link: &Link) -> Self {
        Self {
            of_link: Some(link.key_id.clone()),
            ..self
        }
    }

    /// News of another kind than [`Reply::notice`] takes.
    #[must_use]
    pub fn news(self, news: News) -> Self {
        Self {
            class: Class::Notice,
            news: Some(news),
            ..self
        }
    }

    /// It answers what its reader has asked a person, and was told that a person would.
    pub fn asked_of_support(&self) -> Option<Moment> {
        match &self.news {
            Some(News::SupportAnswered { asked_at, .. }) => Some(*asked_at),
            _ => None,
        }
    }

    /// Told at that moment at the earliest.
    #[must_use]
    pub fn when(self, when: When) -> Self {
        let not_before = match when {
            When::At(moment) => Some(moment),
            When::Now | When::Never(_) => None,
        };
        Self { not_before, ..self }
    }

    /// There may be an approved template that tells it.
    pub const fn has_template(&self) -> bool {
        self.notice.is_some() || self.news.is_some()
    }

    /// News, with its template for a closed window.
    #[must_use]
    pub fn notice(self, notice: Notice) -> Self {
        Self {
            class: Class::Notice,
            notice: Some(notice),
            ..self
        }
    }
}

/// How far an entry has come, in Twilio's words where Twilio has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    /// To be done when due.
    Pending,
    /// Claimed, under a lease.
    Sending,
    /// Twilio may or may not have it. Never sent again without proof that it has not.
    Unknown,
    /// Twilio has accepted it.
    Queued,
    /// WhatsApp has it. Final if no receipt ever follows: a person who blocked us leaves it here for ever.
    Sent,
    Failed,
    Undelivered,
    Delivered,
    Read,
    /// A timer that has done its work, or found none to do.
    Done,
    /// Not worth sending any more when its turn came.
    Dropped,
}

impl Delivery {
    /// Order in which reports of delivery count: a report only ever raises it.
    /// Proof of receipt outranks a failure, because only one of the two can be mistaken.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Sending => 1,
            Self::Unknown => 2,
            Self::Queued => 3,
            Self::Sent => 4,
            Self::Failed | Self::Undelivered | Self::Dropped => 5,
            Self::Delivered => 6,
            Self::Read => 7,
            Self::Done => 8,
        }
    }
}

/// What is known of an entry that Twilio may or may not have taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// When its sending began.
    pub claimed_at: Moment,
    /// After this it is not worth sending.
    pub ends_at: Moment,
    /// Listings in which it was not found.
    pub absences: u32,
    /// It has been sent a second time before.
    pub resent: bool,
}

/// What to do about an entry in doubt that was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextLook {
    /// Look once more after the gap, remembering so many absences.
    After { absences: u32 },
    /// Look once more after so many seconds: the list can't be read.
    AfterWait(i64),
    /// It was not taken: send it, for the second and last time.
    SendAgain,
    /// It was not taken, and is not worth sending any more.
    TooLate,
    /// It stays unknown.
    GiveUp,
}

impl Doubt {
    /// Twilio's list does not have it.
    pub fn absent(&self, now: Moment) -> NextLook {
        let absences = self.absences.saturating_add(1);
        if self.resent {
            NextLook::GiveUp
        } else if absences < DOUBT_ABSENCES {
            NextLook::After { absences }
        } else if now < self.ends_at {
            NextLook::SendAgain
        } else {
            NextLook::TooLate
        }
    }

    /// Twilio's list could not be read, which says nothing about the entry: again at half its age, for a day.
    pub fn unanswered(&self, now: Moment) -> NextLook {
        let age = now.since(self.claimed_at);
        if age >= DOUBT_MEMORY {
            NextLook::GiveUp
        } else {
            NextLook::AfterWait((age / 2).clamp(DOUBT_GAP, DOUBT_GAP_LONGEST))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_delivery_outranks_what_came_before_it() {
        use Delivery::{
            Delivered, Done, Dropped, Failed, Pending, Queued, Read, Sending, Sent, Undelivered,
            Unknown,
        };
        let ways = [
            &[Pending, Sending, Unknown, Queued, Sent, Delivered, Read][..],
            &[Pending, Sending, Queued, Sent, Undelivered],
            &[Pending, Sending, Failed],
            &[Pending, Dropped],
            &[Pending, Done],
            // A failure reported by mistake gives way to proof of receipt, never the other way.
            &[Failed, Delivered, Read],
            &[Undelivered, Delivered],
        ];
        for way in ways {
            assert!(
                way.is_sorted_by(|earlier, later| earlier.rank() < later.rank()),
                "{way:?}"
            );
        }
    }

    #[test]
    fn stored_names_stay_what_the_release_before_wrote() {
        let kinds = serde_json::to_string(&[Kind::Send, Kind::Expire]).unwrap();
        assert_eq!(kinds, r#"["send","expire"]"#);
        let reply =
            Reply::from("Sure?".to_owned()).with(Buttons::UnlinkConfirm { nonce: "n".into() });
        let stored = r#"{"text":"Sure?","buttons":{"set":"unlink_confirm","nonce":"n"}}"#;
        assert_eq!(serde_json::to_string(&reply).unwrap(), stored);
        assert_eq!(serde_json::from_str::<Reply>(stored).unwrap(), reply);
        let plain = Reply::from("Hello".to_owned());
        assert_eq!(
            serde_json::to_string(&plain).unwrap(),
            r#"{"text":"Hello"}"#
        );
        assert_eq!(
            serde_json::from_str::<Reply>(r#"{"text":"Hello"}"#).unwrap(),
            plain
        );
        assert_eq!(
            serde_json::to_string(&Delivery::Undelivered).unwrap(),
            r#""undelivered""#
        );
    }

    #[test]
    fn what_a_person_reads_is_not_printed() {
        let reply = Reply::from("*US$1.09*".to_owned()).with(Buttons::StartLinked);
        assert_eq!(format!("{reply:?}"), "Reply(…, Some(StartLinked))");
    }
}
