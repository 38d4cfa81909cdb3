//! What the bot knows about the sender of a message, and what of it a message may change.

use serde::{Deserialize, Serialize};

use crate::address::WhatsAppAddress;
use crate::assistant::Thread;
use crate::cached::CachedBalance;
use crate::consent::{Consent, Consents, Kind};
use crate::flash::TransactionId;
use crate::flood::Pace;
use crate::guard::Guard;
use crate::ids::{AccountId, FlashUserId, MessageSid, PersonKey, WalletId};
use crate::language::Language;
use crate::outbox::is_default;
use crate::place;
use crate::policy::{EXPORT_TIMES, REPUBLISH_WITHIN, SESSION_ABSOLUTE, SESSION_IDLE};
use crate::preferences::Preferences;
use crate::receiving::PayHosts;
use crate::request::Blocked;
use crate::role::Grant;
use crate::support::Hours;
use crate::ticket;
use crate::time::Moment;

/// Ciphertext. The domain carries it about and can't read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(pub String);

/// A person we have heard from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Keyed hash of the WhatsApp user id first seen with this person, or confirmed by linking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<PersonKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// The WhatsApp user who has written last, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writes_as: Option<PersonKey>,
    /// When somebody else first wrote from the number that is linked: nobody may use the link until it is made anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<Moment>,
    /// When the link was moved away from somebody who could not be told, because they had said STOP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_away_at: Option<Moment>,
    /// In which they have asked to be answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The code of the currency in which they have asked to see money: `JMD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What they have passed on to support last, which may be closed by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<ticket::Code>,
}

/// The Flash account a person has linked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub account: AccountId,
    /// Flash's public part of the API key, by which the link page knows it.
    pub key_id: String,
    /// The API key itself.
    pub credential: Sealed,
    pub linked_at: Moment,
    /// When Flash stops honouring the key.
    pub ends_at: Moment,
    /// The person's language at Flash when they linked, if they had chosen one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// When they last proved that the account is theirs, if that was after linking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven_at: Option<Moment>,
    /// The account's cash wallet, by which whoever pays its username finds this person. None: not known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallet: Option<WalletId>,
    /// Flash's user who has the account, by whom Flash's events may name it. None: not known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<FlashUserId>,
}

impl Link {
    /// Linking is a proof, too.
    pub fn proven_at(&self) -> Moment {
        self.proven_at.unwrap_or(self.linked_at)
    }
}

impl Person {
    /// The number was linked by one WhatsApp user and now writes as another: it may have a new owner.
    pub fn is_somebody_else(&self, user: Option<&PersonKey>) -> bool {
        matches!((&self.user, user), (Some(known), Some(user)) if known != user)
    }

    /// Whoever writes now is not who wrote last: what was open is none of their business.
    pub fn changes_hands(&self, user: Option<&PersonKey>) -> bool {
        let last = self.writes_as.as_ref().or(self.user.as_ref());
        matches!((last, user), (Some(last), Some(user)) if last != user)
    }

    /// The link waits until somebody makes it anew.
    pub fn is_suspended(&self, user: Option<&PersonKey>) -> bool {
        self.link.is_some() && (self.suspended_at.is_some() || self.is_somebody_else(user))
    }

    /// The language they have asked for here, else at Flash.
    pub fn own_language(&self) -> Option<Language> {
        let at_flash = self.link.as_ref().and_then(|link| link.language);
        self.language.or(at_flash)
    }

    /// In which they read, who write from `address`: their own language, else that of the place.
    pub fn language(&self, address: &WhatsAppAddress) -> Language {
        self.own_language()
            .unwrap_or_else(|| place::language(address))
    }

    /// The link, if its credential can still be good.
    pub fn live_link(&self, now: Moment) -> Option<&Link> {
        self.link.as_ref().filter(|link| now < link.ends_at)
    }
}

/// What a person has said of being written to. It survives unlinking, erasure and any silence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// When they said STOP, to us or to Twilio, and not START since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opted_out_at: Option<Moment>,
    /// When they last took a STOP back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opted_in_at: Option<Moment>,
    /// What the operator has let them do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Grant>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub consents: Consents,
    /// From whom they want no requests, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<Blocked>,
    /// Of what they want to be told, and when.
    #[serde(default, skip_serializing_if = "is_default")]
    pub preferences: Preferences,
}

impl Standing {
    /// Has agreed to news, under the notice in force, and has not said STOP.
    pub fn wants_news(&self) -> bool {
        let agreed = self.consents.notifications.as_ref();
        self.opted_out_at.is_none() && agreed.is_some_and(Consent::counts)
    }
}

/// One conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub started_at: Moment,
    pub last_inbound: Moment,
    pub dialogue: Dialogue,
    /// A question of another kind than [`Dialogue`] knows; at most one of the two waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<Open>,
    /// The page on which the person may see what is kept of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<ExportPage>,
    /// The link page that was last sent, until it has done its work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    /// A command that waits until its sender has proven who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_up: Option<StepUp>,
    /// What Flash could not answer last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// The payments that were listed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<Listed>,
    /// The message that asked for the youngest invoice that is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<MessageSid>,
    /// The step of a guided flow that waits for a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowStep>,
    /// What is asked of the assistant; its count survives unlinking.
    #[serde(default, skip_serializing_if = "Thread::is_default")]
    pub assistant: Thread,
    /// Survives unlinking, which otherwise begins a new session.
    #[serde(default, skip_serializing_if = "Pace::is_default")]
    pub pace: Pace,
    /// What the last messages gave rise to. Whoever commits next publishes it first, in case nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpublished: Option<Unpublished>,
}

/// Entries, by their full keys, that may not have been published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unpublished {
    pub at: Moment,
    /// The oldest first.
    pub entries: Vec<String>,
    /// When each was written; none from the release before, which kept those of one message alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<Moment>,
}

impl Unpublished {
    /// Those that nobody may have published by `now`, with their times.
    pub fn young(&self, now: Moment) -> impl Iterator<Item = (&String, Moment)> {
        let times = self.times.iter().copied();
        let times = times.chain(std::iter::repeat(self.at));
        let entries = self.entries.iter().zip(times);
        entries.filter(move |(_, at)| now.since(*at) < REPUBLISH_WITHIN)
    }

    /// With `entries` written now, and no more than the youngest `most`.
    #[must_use]
    pub fn then(before: Option<&Self>, entries: &[String], now: Moment, most: usize) -> Self {
        let young = before.into_iter().flat_map(|before| before.young(now));
        let young = young.map(|(entry, at)| (entry.clone(), at));
        let all = young.chain(entries.iter().map(|entry| (entry.clone(), now)));
        let all: Vec<_> = all.collect();
        let surplus = all.len().saturating_sub(most);
        let (entries, times) = all.into_iter().skip(surplus).unzip();
        Self {
            at: now,
            entries,
            times,
        }
    }
}

/// What the bot is waiting to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Dialogue {
    Idle,
    /// "Really unlink?" The nonce is on the buttons, so that an old button can't answer a new question.
    ConfirmUnlink {
        nonce: String,
        until: Moment,
    },
}

/// A question beside those of [`Dialogue`], to which a release that does not know it gets no answer: there YES answers
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    pub asks: Asks,
    /// On the buttons, so that an old button can't answer a new question.
    pub nonce: String,
    pub until: Moment,
    /// What YES runs, where [`Asks::Suggestion`] asks whether it was meant: a command's name, and a number at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Whom it is about, if that is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<PersonKey>,
    /// What the person wants to know, minimised and sealed, which waits until they have answered. Where [`Asks::Person`] asks, all
    /// that a person at support would get to see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Sealed>,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// "Really unlink?", which is asked by [`Dialogue::ConfirmUnlink`].
    Unlink,
    Notifications,
    Assistant,
    AlertsAfterStop,
    /// "Delete everything?"
    Erasure,
    /// "End their link?"
    UnlinkUser,
    /// "Send it to everybody?"
    Announcement,
    /// "Did you mean …?"
    Suggestion,
    /// "Pass this on to a person?"
    Person,
    /// A question of a later release.
    #[serde(other)]
    SomethingElse,
}

impl From<Kind> for Asks {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Notifications => Self::Notifications,
            Kind::Assistant => Self::Assistant,
            Kind::AlertsAfterStop => Self::AlertsAfterStop,
        }
    }
}

impl Asks {
    /// The agreement that is asked for, if one is.
    pub const fn consent(self) -> Option<Kind> {
        match self {
            Self::Notifications => Some(Kind::Notifications),
            Self::Assistant => Some(Kind::Assistant),
            Self::AlertsAfterStop => Some(Kind::AlertsAfterStop),
            Self::Unlink
            | Self::Erasure
            | Self::UnlinkUser
            | Self::Announcement
            | Self::Suggestion
            | Self::Person
            | Self::SomethingElse => None,
        }
    }
}

/// A page on which what is kept of a person may be taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportPage {
    /// The token's `jti`.
    pub id: String,
    pub until: Moment,
    /// How often it was taken.
    #[serde(default)]
    pub taken: u32,
}

/// A link page that may still be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The token's `jti`.
    pub id: String,
    pub until: Moment,
    /// Codes shown on it so far.
    pub issues: u32,
    /// Digest of the key it was first used with: only that key gets a fresh code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_digest: Option<String>,
    /// Keys that it brought and Flash did not know.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refused: u32,
}

/// A command that waits until its sender has proven, on a page or by a code in the Flash app, that the account is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepUp {
    /// The command's name. One that this release does not know is not run.
    pub waiting: String,
    pub until: Moment,
    /// The `jti` of the page's token, where a page was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The WhatsApp user who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<PersonKey>,
}

/// A command that Flash gave no answer to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The command's name.
    pub command: String,
    pub at: Moment,
}

/// A step of a guided flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowStep {
    /// None: which flow it shall be is what is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<String>,
    /// From the start to the one that waits.
    pub nodes: Vec<String>,
    /// On the buttons, so that an old button chooses nothing of a new step.
    pub nonce: String,
    pub until: Moment,
}

/// Payments as they were listed: their numbers, and where the list goes on, mean what was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// In the order of their numbers, the newest first.
    pub payments: Vec<TransactionId>,
    /// When the last of them was made.
    pub down_to: Moment,
    pub until: Moment,
    /// The link whose payments they are, by the id of its key.
    pub of_link: String,
}

impl Session {
    pub fn begin(now: Moment) -> Self {
        Self {
            started_at: now,
            last_inbound: now,
            dialogue: Dialogue::Idle,
            open: None,
            export: None,
            page: None,
            step_up: None,
            trouble: None,
            listed: None,
            invoice: None,
            flow: None,
            assistant: Thread::default(),
            pace: Pace::default(),
            unpublished: None,
        }
    }

    /// A new conversation without a word from the person: WhatsApp's window stands as it stood.
    #[must_use]
    pub fn anew(&self, now: Moment) -> Self {
        Self {
            last_inbound: self.last_inbound,
            assistant: self.assistant.ended(),
            pace: self.pace.clone(),
            unpublished: self.unpublished.clone(),
            ..Self::begin(now)
        }
    }

    /// The question that waits for its answer, or has waited in vain: what it asks, its name, and until when.
    pub fn question(&self) -> Option<(Asks, &str, Moment)> {
        match (&self.dialogue, &self.open) {
            (Dialogue::ConfirmUnlink { nonce, until }, _) => Some((Asks::Unlink, nonce, *until)),
            (Dialogue::Idle, Some(open)) => Some((open.asks, &open.nonce, open.until)),
            (Dialogue::Idle, None) => None,
        }
    }

    /// The page of this name on which what is kept may still be saved.
    pub fn export_page(&self, id: &str, now: Moment) -> Option<&ExportPage> {
        let page = self.export.as_ref()?;
        (page.id == id && now < page.until && page.taken < EXPORT_TIMES).then_some(page)
    }

    pub fn ends_at(&self) -> Moment {
        self.last_inbound
            .plus(SESSION_IDLE)
            .min(self.started_at.plus(SESSION_ABSOLUTE))
    }
}

/// A code that was shown on a link page and not yet typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingCode {
    /// Random name of this code; a digest, a timer or a try for another code never fits it.
    pub challenge: String,
    pub digest: String,
    pub expires_at: Moment,
    pub tries: u32,
    /// The messages that were counted as tries, so that a redelivery is not counted again.
    pub tried_by: Vec<MessageSid>,
    /// What becomes the link when the code is typed.
    pub link: Link,
    /// Who has the account linked, and gives it up then: so it was confirmed on the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves_from: Option<PersonKey>,
}

/// A code that was sent to the Flash app and not yet typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppCode {
    /// Random name of this code; a digest, a timer or a try for another code never fits it.
    pub challenge: String,
    pub digest: String,
    pub expires_at: Moment,
    pub tries: u32,
    /// The messages that were counted as tries, so that a redelivery is not counted again.
    pub tried_by: Vec<MessageSid>,
    /// The link whose account it was sent to, by the id of its key.
    pub of_link: String,
}

impl AppCode {
    /// As [`WaitingCode::is_live`].
    pub fn is_live(&self, now: Moment) -> bool {
        now < self.expires_at && self.tries < crate::policy::CODE_TRIES
    }

    /// As [`WaitingCode::counted`].
    pub fn counted(&self, message: &MessageSid, now: Moment) -> bool {
        now < self.expires_at && self.tried_by.contains(message)
    }
}

impl WaitingCode {
    pub fn is_live(&self, now: Moment) -> bool {
        now < self.expires_at && self.tries < crate::policy::CODE_TRIES
    }

    /// This message's try was counted before; only its outcome may have been lost.
    pub fn counted(&self, message: &MessageSid, now: Moment) -> bool {
        now < self.expires_at && self.tried_by.contains(message)
    }
}

/// A stored value and the version its next writer must still find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    pub value: T,
    pub version: u64,
}

/// All that one read found about the sender. What had expired by then is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub key: PersonKey,
    pub person: Person,
    pub standing: Standing,
    pub guard: Guard,
    pub session: Session,
    pub code: Option<WaitingCode>,
    pub app_code: Option<AppCode>,
    /// What is remembered of the balance.
    pub cached_balance: CachedBalance,
    /// What a conversation that has ended since was asking in vain.
    pub timed_out: Option<Asks>,
    /// Whether Flash is worth asking.
    pub flash_is_down: bool,
    /// Whether the operator lets people ask for money here; what is read says no.
    pub receiving: bool,
    /// Whether a model answers questions here; what is read says no.
    pub assistant: bool,
    /// Where people are paid; what is read says Flash's own.
    pub hosts: PayHosts,
    /// When somebody at support answers. None: nobody has said; what is read says so.
    pub support: Option<Hours>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::CODE_TRIES;

    const NOW: Moment = Moment::from_unix(1_000_000);

    fn sid(n: u32) -> MessageSid {
        MessageSid::parse(&format!("SM{n:032x}")).unwrap()
    }

    fn link() -> Link {
        Link {
            account: AccountId("a".into()),
            key_id: "0123abcd".into(),
            credential: Sealed("sealed".into()),
            linked_at: NOW,
            ends_at: NOW.plus(100),
            language: None,
            proven_at: None,
            wallet: None,
            user: None,
        }
    }

    fn code(tries: u32, tried_by: Vec<MessageSid>) -> WaitingCode {
        WaitingCode {
            challenge: "c".into(),
            digest: "d".into(),
            expires_at: NOW.plus(300),
            tries,
            tried_by,
            link: link(),
            moves_from: None,
        }
    }

    #[test]
    fn a_link_is_live_until_the_second_its_credential_ends() {
        let person = Person {
            link: Some(link()),
            ..Person::default()
        };
        assert!(person.live_link(NOW.plus(99)).is_some());
        assert!(person.live_link(NOW.plus(100)).is_none());
        assert!(Person::default().live_link(NOW).is_none());
    }

    #[test]
    fn a_session_ends_after_a_day_of_silence_or_a_week_in_all() {
        let mut session = Session::begin(NOW);
        assert_eq!(session.ends_at(), NOW.plus(86_400));
        session.last_inbound = NOW.plus(6 * 86_400);
        assert_eq!(session.ends_at(), NOW.plus(7 * 86_400));
        session.last_inbound = NOW.plus(7 * 86_400 - 1);
        assert_eq!(
            session.ends_at(),
            NOW.plus(7 * 86_400),
            "talking on does not stretch it"
        );
    }

    #[test]
    fn a_code_is_live_until_its_time_or_its_tries_are_up() {
        assert!(code(CODE_TRIES - 1, Vec::new()).is_live(NOW.plus(299)));
        assert!(!code(0, Vec::new()).is_live(NOW.plus(300)));
        assert!(!code(CODE_TRIES, Vec::new()).is_live(NOW));
    }

    #[test]
    fn a_try_that_was_counted_is_known_by_its_message_as_long_as_the_code_lives() {
        let code = code(CODE_TRIES, vec![sid(1), sid(2)]);
        assert!(code.counted(&sid(1), NOW) && code.counted(&sid(2), NOW.plus(299)));
        assert!(!code.counted(&sid(3), NOW));
        assert!(!code.counted(&sid(1), NOW.plus(300)));
    }

    #[test]
    fn what_is_stored_reads_back_as_it_was() {
        let person = Person {
            link: Some(link()),
            ..Person::default()
        };
        let stored = json!({"link": {
            "account": "a", "key_id": "0123abcd", "credential": "sealed", "linked_at": 1_000_000, "ends_at": 1_000_100,
        }});
        assert_eq!(serde_json::to_value(&person).unwrap(), stored);
        assert_eq!(serde_json::from_value::<Person>(stored).unwrap(), person);

        let mut session = Session::begin(NOW);
        let fresh = json!({"started_at": 1_000_000, "last_inbound": 1_000_000, "dialogue": {"state": "idle"}});
        assert_eq!(serde_json::to_value(&session).unwrap(), fresh);
        assert_eq!(serde_json::from_value::<Session>(fresh).unwrap(), session);
        session.dialogue = Dialogue::ConfirmUnlink {
            nonce: "n".into(),
            until: NOW,
        };
        session.page = Some(Page {
            id: "p".into(),
            until: NOW,
            issues: 1,
            key_digest: Some("k".into()),
            refused: 0,
        });
        let busy = json!({
            "started_at": 1_000_000, "last_inbound": 1_000_000,
            "dialogue": {"state": "confirm_unlink", "nonce": "n", "until": 1_000_000},
            "page": {"id": "p", "until": 1_000_000, "issues": 1, "key_digest": "k"},
        });
        assert_eq!(serde_json::to_value(&session).unwrap(), busy);
        assert_eq!(serde_json::from_value::<Session>(busy).unwrap(), session);
    }

    #[test]
    fn what_may_not_be_published_is_kept_in_order_for_a_while_and_not_without_bound() {
        let names = |from: u32, to: u32| (from..to).map(|n| n.to_string()).collect::<Vec<_>>();
        let first = Unpublished::then(None, &names(0, 2), NOW, 4);
        let second = Unpublished::then(Some(&first), &names(2, 3), NOW.plus(100), 4);
        assert_eq!(second.entries, names(0, 3));
        let third = Unpublished::then(Some(&second), &names(3, 5), NOW.plus(200), 4);
        assert_eq!(third.entries, names(1, 5), "the youngest four");
        let fourth = Unpublished::then(Some(&third), &names(5, 6), NOW.plus(REPUBLISH_WITHIN), 4);
        assert_eq!(
            fourth.entries,
            names(2, 6),
            "what is old by then is left to the relay"
        );
        let before = Unpublished {
            at: NOW,
            entries: names(0, 2),
            times: Vec::new(),
        };
        assert_eq!(before.young(NOW.plus(1)).count(), 2);
        assert_eq!(before.young(NOW.plus(REPUBLISH_WITHIN)).count(), 0);
    }

    #[test]
    fn a_field_of_the_release_after_this_one_is_no_fault_but_a_dialogue_of_it_is() {
        let newer = json!({"started_at": 1, "last_inbound": 1, "dialogue": {"state": "idle"}, "step_up_until": 5});
        assert!(serde_json::from_value::<Session>(newer).is_ok());
        let unknown =
            json!({"started_at": 1, "last_inbound": 1, "dialogue": {"state": "choosing_amount"}});
        assert!(
            serde_json::from_value::<Session>(unknown).is_err(),
            "never taken for idle"
        );
    }
}
