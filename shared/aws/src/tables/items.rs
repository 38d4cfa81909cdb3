//! How things stand in the tables. Field names are the tables' own; what is sealed is marked.

use domain::assistant::{Asked, Record};
use domain::consent::Evidence;
use domain::conversation::{Event, Verdict};
use domain::guard::Guard;
use domain::ids::{AccountId, EntryId, EntryKey, MessageSid, PersonKey};
use domain::notification::Why;
use domain::outbox::{Class, Delivery, Kind, Reply, Shape};
use domain::policy::{ALERT_LIFE, MESSAGE_MEMORY, PART_WAIT, REPLY_LIFE};
use domain::renewal::Ending;
use domain::sending::Because;
use domain::state::{AppCode, Person, Sealed, Session, Standing, WaitingCode};
use domain::ticket::Alert;
use domain::time::Moment;
use domain::watched::{Watched, first_look};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::schema::DUE_SHARDS;
use super::{TableError, Tables, has_ended, read, s};
use crate::keys::Place;

/// `codes.purpose` of a link's code.
pub(super) const LINK: &str = "link";
/// The same of a code that was sent to the Flash app.
pub(super) const STEP_UP: &str = "step-up";

/// How the sort key of an entry begins.
pub(super) const ENTRY: &str = "entry#";

pub(super) fn due_shard(id: &EntryId) -> usize {
    id.as_str().bytes().map(usize::from).sum::<usize>() % DUE_SHARDS
}

/// `people`, key `person`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PersonItem {
    pub person: PersonKey,
    pub version: u64,
    /// Sealed.
    pub address: Sealed,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Moment>,
    #[serde(flatten)]
    pub value: Person,
}

/// `people`, key `guard#person`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct GuardItem {
    pub person: String,
    pub version: u64,
    pub expires_at: Moment,
    pub guard: Guard,
}

/// `people`, key `standing#person`. It has no end: an opt-out that ran out would be none, and beside a keyed hash there
/// is only a date in it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StandingItem {
    pub person: String,
    pub version: u64,
    /// Only while the person wants news: the index of those who do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news_shard: Option<u32>,
    #[serde(flatten)]
    pub value: Standing,
}

/// `people`, key `account#id` or `alias#person`: to whom it points.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PointerItem {
    pub person: String,
    pub to: PersonKey,
    pub expires_at: Moment,
}

/// `sessions`, key `person`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SessionItem {
    pub person: PersonKey,
    pub version: u64,
    pub expires_at: Moment,
    pub session: Session,
    /// WhatsApp has refused free text since the person last wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_closed_at: Option<Moment>,
}

/// `codes`, key `person`, `purpose`. The code's fields stand on their own, because a try is counted by one update.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CodeItem {
    pub person: PersonKey,
    pub purpose: String,
    #[serde(flatten)]
    pub code: WaitingCode,
}

/// `codes`, key `person`, `step-up`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AppCodeItem {
    pub person: PersonKey,
    pub purpose: String,
    #[serde(flatten)]
    pub code: AppCode,
}

/// `messages`, key `person`, `receipt#SID`: this message has been dealt with.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReceiptItem {
    pub person: PersonKey,
    pub id: String,
    /// The sends it gave rise to, so that a repeat can publish them again.
    pub entries: Vec<String>,
    /// Of an event that nobody was told of: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Why>,
    pub expires_at: Moment,
}

/// `messages`, key `person`, `entry#id`: something to do, and the record of its doing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct EntryItem {
    pub person: PersonKey,
    pub id: String,
    pub kind: Kind,
    #[serde(default)]
    pub class: Class,
    pub delivery: Delivery,
    pub rank: u8,
    pub attempt: u32,
    /// How often it was put off before an attempt; each makes another ticket of it.
    #[serde(default)]
    pub postponed: u32,
    pub created_at: Moment,
    /// After this it is not worth doing.
    pub ends_at: Moment,
    pub expires_at: Moment,
    /// Both only while it is to be done: the due index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_shard: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<Moment>,
    /// Of an entry in doubt: Twilio's lists in which it was not found.
    #[serde(default)]
    pub absences: u32,
    /// It was proven absent once and sent again.
    #[serde(default)]
    pub resent: bool,
    /// Times that WhatsApp failed to deliver it and it was sent again.
    #[serde(default)]
    pub failures: u32,
    /// The messages of those times: what is still said of them is old news.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_sids: Vec<MessageSid>,
    #[serde(default)]
    pub shape: Shape,
    /// The part of the same answer that must have gone before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_before: Option<EntryId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_part: Option<EntryId>,
    /// Sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Sealed>,
    /// Sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Sealed>,
    /// Of an `expire` entry: the code whose life it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
    /// Of an `expire` entry: the key, by Flash's public part of it, whose end is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// Of an `expire` entry: the code in the Flash app whose life it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_challenge: Option<String>,
    /// Of an `expire` entry: what was said to the person before goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Moment>,
    /// Of an `expire` entry: requests for money from before are over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub let_go_at: Option<Moment>,
    /// Of an `expire` entry, sealed: the invoice that is watched until it is paid or over. The release before finds
    /// nothing to do in it and leaves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched: Option<Sealed>,
    /// The number of the look that comes next.
    #[serde(default, skip_serializing_if = "is_none_yet")]
    pub look: u32,
    /// Of an `expire` entry: news that wait until then are told. The release before finds nothing to do in it and leaves
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Moment>,
    /// Of an `expire` entry, sealed: a question for the assistant, until it is answered. The release before finds nothing
    /// to do in it and leaves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Sealed>,
    /// Of an `expire` entry: what the operator is to be told. The release before finds nothing to do in it and leaves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Alert>,
    /// Of an answered question: how the answer came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// The sends it gave rise to, so that a repeat can publish them again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gave: Vec<EntryId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<MessageSid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<u32>,
    /// Of a dropped entry: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Because>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_none_yet(look: &u32) -> bool {
    *look == 0
}

/// `audit`, key `person`, `at_entry`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AuditItem {
    pub person: PersonKey,
    pub at_entry: String,
    pub event: Event,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// None: of a release that did not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Who did it, if not the person whose record it is: `operator`, the key of one of the staff; or `twilio`, who told us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// To whom staff did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<PersonKey>,
    pub cause: String,
    /// What was agreed to or refused, in the words that were shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Evidence>,
    pub expires_at: Moment,
}

/// Something to put into the outbox.
#[derive(Clone, Debug)]
pub enum NewEntry {
    Send {
        key: EntryKey,
        to: Sealed,
        reply: Box<Reply>,
        ends_at: Moment,
        part_before: Option<EntryId>,
        next_part: Option<EntryId>,
        /// None: now.
        not_before: Option<Moment>,
    },
    Expire {
        key: EntryKey,
        challenge: String,
        due_at: Moment,
    },
    /// As [`NewEntry::Expire`], of a code that was sent to the Flash app.
    ExpireAppCode {
        key: EntryKey,
        challenge: String,
        due_at: Moment,
    },
    /// What was said to the person before `erased_at` is destroyed. No ticket waits for it: the relay finds it within a
    /// minute.
    Erase { key: EntryKey, erased_at: Moment },
    /// The requests for money of somebody whose link ended at `let_go_at` end with it. As above.
    LetGo { key: EntryKey, let_go_at: Moment },
    /// An invoice that may be paid, to be looked at when it is due.
    Watch {
        key: EntryKey,
        watched: Box<Watched>,
    },
    /// The assistant is to answer, now.
    Ask { key: EntryKey, asked: Box<Asked> },
    /// The operator is told, now.
    Alert { key: EntryKey, alert: Alert },
    /// News wait until `until`. What waits for the same moment has the same one.
    Release { key: EntryKey, until: Moment },
    /// No ticket waits for it: the relay finds it when it is due, months later.
    Ending { key: EntryKey, ending: Ending },
}

impl NewEntry {
    /// What is next to be said of the end of `person`'s link.
    pub fn ending(person: &PersonKey, ending: Ending) -> Self {
        Self::Ending {
            key: EntryKey {
                person: person.clone(),
                id: ending.entry.clone(),
            },
            ending,
        }
    }

    pub fn key(&self) -> &EntryKey {
        match self {
            Self::Send { key, .. }
            | Self::Expire { key, .. }
            | Self::ExpireAppCode { key, .. }
            | Self::Erase { key, .. }
            | Self::LetGo { key, .. }
            | Self::Watch { key, .. }
            | Self::Ask { key, .. }
            | Self::Alert { key, .. }
            | Self::Release { key, .. }
            | Self::Ending { key, .. } => key,
        }
    }

    /// To be put into the `send` queue now. Later parts of an answer are when the one before has gone.
    pub fn is_ready_to_send(&self) -> bool {
        matches!(
            self,
            Self::Send {
                part_before: None,
                not_before: None,
                ..
            }
        )
    }

    /// To be sent then at the earliest.
    #[must_use]
    pub fn not_before(mut self, at: Moment) -> Self {
        if let Self::Send {
            not_before,
            ends_at,
            reply,
            ..
        } = &mut self
        {
            *not_before = Some(at);
            *ends_at = reply.ends_at(at);
        }
        self
    }

    /// It waits for no other part of the same answer.
    pub fn is_first(&self) -> bool {
        matches!(
            self,
            Self::Send {
                part_before: None,
                ..
            }
        )
    }
}

/// An entry that has been claimed, opened.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: EntryKey,
    pub attempt: u32,
    pub created_at: Moment,
    pub ends_at: Moment,
    /// When its present sending began.
    pub claimed_at: Option<Moment>,
    pub failures: u32,
    pub shape: Shape,
    /// The message at Twilio, if it is known.
    pub sid: Option<MessageSid>,
    pub next_part: Option<EntryKey>,
    pub to: domain::address::WhatsAppAddress,
    pub reply: Reply,
}

/// A message to be sent now, of which nothing is known yet.
fn blank(key: &EntryKey, now: Moment) -> EntryItem {
    let shard = due_shard(&key.id);
    EntryItem {
        person: key.person.clone(),
        id: entry_id(&key.id),
        kind: Kind::Send,
        class: Class::default(),
        delivery: Delivery::Pending,
        rank: Delivery::Pending.rank(),
        attempt: 0,
        postponed: 0,
        created_at: now,
        ends_at: now,
        expires_at: now.plus(MESSAGE_MEMORY),
        due_shard: u8::try_from(shard).ok(),
        due_at: Some(now),
        lease_until: None,
        claimed_at: None,
        absences: 0,
        resent: false,
        failures: 0,
        former_sids: Vec::new(),
        shape: Shape::default(),
        part_before: None,
        next_part: None,
        to: None,
        reply: None,
        challenge: None,
        key_id: None,
        app_challenge: None,
        erased_at: None,
        let_go_at: None,
        watched: None,
        look: 0,
        held_until: None,
        asked: None,
        alert: None,
        record: None,
        gave: Vec::new(),
        sid: None,
        error_code: None,
        because: None,
    }
}

pub(super) fn entry_id(id: &EntryId) -> String {
    format!("{ENTRY}{}", id.as_str())
}

impl Tables {
    /// An address as `messages.to` keeps it.
    pub fn seal_recipient(
        &self,
        person: &PersonKey,
        address: &domain::address::WhatsAppAddress,
    ) -> Sealed {
        self.keys().seal(
            Place {
                table: "messages",
                field: "to",
                person,
            },
            &address.to_twilio(),
        )
    }

    /// The entries that say `reply` to somebody: one, or one for each part of a long text, each waiting for the one
    /// before. They are the `first`-th and following that `cause` gives rise to.
    pub fn sends(
        &self,
        person: &PersonKey,
        to: &domain::address::WhatsAppAddress,
        reply: &Reply,
        (cause, first): (&str, usize),
        now: Moment,
    ) -> Vec<NewEntry> {
        let parts = domain::split::parts(reply.language, &reply.text);
        let last = parts.len().saturating_sub(1);
        let id = |part: usize| EntryId::caused_by(cause, first + part);
        let entry = |(part, text): (usize, String)| NewEntry::Send {
            key: EntryKey {
                person: person.clone(),
                id: id(part),
            },
            to: self.seal_recipient(person, to),
            reply: Box::new(Reply {
                text,
                buttons: reply.buttons.clone().filter(|_| part == last),
                yes_or_no: reply.yes_or_no.clone().filter(|_| part == last),
                quick: reply.quick.clone().filter(|_| part == last),
                picture: reply.picture.clone().filter(|_| part == 0),
                notice: reply.notice.clone().filter(|_| part == 0),
                news: reply.news.clone().filter(|_| part == 0),
                ..reply.clone()
            }),
            ends_at: reply.ends_at(reply.not_before.unwrap_or(now)),
            part_before: part.checked_sub(1).map(id),
            next_part: (part < last).then(|| id(part + 1)),
            not_before: reply.not_before,
        };
        parts.into_iter().enumerate().map(entry).collect()
    }

    pub(super) fn entry_item(&self, entry: &NewEntry, now: Moment) -> EntryItem {
        let key = entry.key();
        let item = blank(key, now);
        match entry {
            NewEntry::Send {
                to,
                reply,
                ends_at,
                part_before,
                next_part,
                not_before,
                ..
            } => {
                let place = Place {
                    table: "messages",
                    field: "reply",
                    person: &key.person,
                };
                let text = serde_json::to_string(reply).unwrap_or_default();
                // A later part is told when its turn comes; it looks by itself in case nobody does.
                let due_at = match part_before {
                    Some(_) => not_before.unwrap_or(now).plus(PART_WAIT),
                    None => not_before.unwrap_or(now),
                };
                EntryItem {
                    class: reply.class,
                    due_at: Some(due_at),
                    ends_at: *ends_at,
                    to: Some(to.clone()),
                    reply: Some(self.keys().seal(place, &text)),
                    part_before: part_before.clone(),
                    next_part: next_part.clone(),
                    ..item
                }
            }
            NewEntry::Expire {
                challenge, due_at, ..
            } => EntryItem {
                kind: Kind::Expire,
                due_at: Some(*due_at),
                ends_at: due_at.plus(MESSAGE_MEMORY),
                challenge: Some(challenge.clone()),
                ..item
            },
            NewEntry::ExpireAppCode {
                challenge, due_at, ..
            } => EntryItem {
                kind: Kind::Expire,
                due_at: Some(*due_at),
                ends_at: due_at.plus(MESSAGE_MEMORY),
                app_challenge: Some(challenge.clone()),
                ..item
            },
            NewEntry::Erase { erased_at, .. } => EntryItem {
                kind: Kind::Expire,
                ends_at: erased_at.plus(MESSAGE_MEMORY),
                erased_at: Some(*erased_at),
                ..item
            },
            NewEntry::LetGo { let_go_at, .. } => EntryItem {
                kind: Kind::Expire,
                ends_at: let_go_at.plus(MESSAGE_MEMORY),
                let_go_at: Some(*let_go_at),
                ..item
            },
            NewEntry::Watch { watched, .. } => EntryItem {
                kind: Kind::Expire,
                due_at: Some(first_look(watched.issued_at)),
                ends_at: watched.issued_at.plus(MESSAGE_MEMORY),
                watched: Some(self.seal_watched(&key.person, watched)),
                ..item
            },
            NewEntry::Ask { asked, .. } => EntryItem {
                kind: Kind::Expire,
                due_at: Some(asked.at),
                ends_at: asked.at.plus(REPLY_LIFE),
                asked: Some(self.seal_asked(&key.person, asked)),
                ..item
            },
            NewEntry::Alert { alert, .. } => EntryItem {
                kind: Kind::Expire,
                ends_at: now.plus(ALERT_LIFE),
                alert: Some(alert.clone()),
                ..item
            },
            NewEntry::Release { until, .. } => EntryItem {
                kind: Kind::Expire,
                due_at: Some(*until),
                ends_at: until.plus(MESSAGE_MEMORY),
                expires_at: until.plus(MESSAGE_MEMORY),
                held_until: Some(*until),
                ..item
            },
            NewEntry::Ending { ending, .. } => EntryItem {
                kind: Kind::Expire,
                due_at: Some(ending.due_at),
                ends_at: ending.due_at.plus(MESSAGE_MEMORY),
                expires_at: ending.due_at.plus(MESSAGE_MEMORY),
                key_id: Some(ending.key_id.clone()),
                ..item
            },
        }
    }

    /// An entry as it stands; None if there is none any more.
    pub(super) async fn entry(
        &self,
        key: &EntryKey,
        now: Moment,
    ) -> Result<Option<EntryItem>, TableError> {
        let request = self.client.get_item().table_name(&self.names.messages);
        let request = request
            .key("person", s(key.person.as_str()))
            .key("id", s(entry_id(&key.id)));
        let answer = request.consistent_read(true).send().await;
        let item = answer
            .map_err(|error| TableError::of("GetItem", error))?
            .item;
        let item = item.filter(|item| !has_ended(item, now));
        item.map(|item| read("messages", item)).transpose()
    }

    pub(super) async fn open_entry(
        &self,
        key: &EntryKey,
        item: &EntryItem,
        now: Moment,
    ) -> Result<Entry, TableError> {
        const TABLE: &str = "messages";
        let nothing = Sealed(String::new());
        let open = |field, sealed: &Option<Sealed>| {
            let place = Place {
                table: TABLE,
                field,
                person: &key.person,
            };
            let sealed = sealed.clone().unwrap_or_else(|| nothing.clone());
            async move { self.open(place, &sealed, now).await }
        };
        let damaged = || TableError::Sealed {
            table: TABLE,
            source: crate::keys::SealError::Refused,
        };
        let to = open("to", &item.to).await?;
        let reply = open("reply", &item.reply).await?;
        Ok(Entry {
            key: key.clone(),
            attempt: item.attempt,
            created_at: item.created_at,
            ends_at: item.ends_at,
            claimed_at: item.claimed_at,
            failures: item.failures,
            shape: item.shape,
            sid: item.sid.clone(),
            next_part: item.next_part.clone().map(|id| EntryKey {
                person: key.person.clone(),
                id,
            }),
            to: domain::address::WhatsAppAddress::parse(to.expose_secret())
                .map_err(|_| damaged())?,
            reply: serde_json::from_str(reply.expose_secret()).map_err(|_| damaged())?,
        })
    }
}
