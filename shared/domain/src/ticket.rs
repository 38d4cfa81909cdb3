//! What a person at Flash's support is asked to look at: a ticket.
//!
//! A customer has one open at a time. It holds what they have seen and agreed to pass on, and nothing else.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::PersonKey;
use crate::language::Language;
use crate::policy::{TICKET_DAY, TICKET_WORDS, TICKETS_A_DAY};
use crate::request;
use crate::time::Moment;

/// What a ticket is called between people: `T-3F2K`. It is made as that of a request for money is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

impl Code {
    const PREFIX: &str = "T-";

    pub fn new(code: &request::Code) -> Self {
        Self(format!("{}{}", Self::PREFIX, code.as_str()))
    }

    /// In any case, with or without its beginning. None: it is no such code.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_uppercase();
        let code = text.strip_prefix(Self::PREFIX).unwrap_or(&text);
        request::Code::parse(code).ok().as_ref().map(Self::new)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// It is no code of a ticket.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("no code of a ticket")]
pub struct NotACode;

impl TryFrom<String> for Code {
    type Error = NotACode;
    fn try_from(text: String) -> Result<Self, NotACode> {
        Self::parse(&text).ok_or(NotACode)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What somebody at support gets to see. Its customer has seen the very same before they agreed; it is kept sealed and not
/// printed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// The customer's chat, masked.
    pub chat: String,
    /// Their Flash username, with its `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// In their own words, minimised, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared(…)")
    }
}

impl Shared {
    /// With what is passed on later. The name is that of now, if it was passed on again.
    #[must_use]
    pub fn and(mut self, later: Self) -> Self {
        self.chat = later.chat;
        self.name = later.name.or(self.name);
        self.words.extend(later.words);
        self
    }

    /// For whoever reads what is kept of them.
    pub fn in_words(&self) -> String {
        let parts = std::iter::once(&self.chat).chain(&self.name);
        let parts = parts.chain(&self.words);
        parts.map(String::as_str).collect::<Vec<_>>().join(" · ")
    }

    pub const fn has_room(&self) -> bool {
        self.words.len() < TICKET_WORDS
    }
}

/// A ticket as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub code: Code,
    pub opened_at: Moment,
    /// In which its customer reads.
    pub language: Language,
    /// None: it is closed, or what was passed on can't be read any more.
    pub shared: Option<Shared>,
    pub open: bool,
    /// Since when its customer has waited for an answer. None: they have one.
    pub waits_since: Option<Moment>,
    /// Keyed hash of the WhatsApp user who opened it, where that was known.
    pub user: Option<PersonKey>,
    /// What whoever changes it must still find.
    pub version: u64,
}

impl Ticket {
    /// It may be of whoever has that user id: of nobody else who has got the number since.
    pub fn may_be_of(&self, user: Option<&PersonKey>) -> bool {
        match (&self.user, user) {
            (Some(opened), Some(user)) => opened == user,
            _ => true,
        }
    }
}

/// What stands of one customer's tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// Open and closed, as far as they are remembered.
    pub tickets: Vec<Ticket>,
    /// For a new one.
    pub code: Code,
}

impl Own {
    /// The one that is open and theirs who write as `user`.
    pub fn open(&self, user: Option<&PersonKey>) -> Option<&Ticket> {
        let mut open = self.tickets.iter().filter(|ticket| ticket.open);
        open.find(|ticket| ticket.may_be_of(user))
    }

    /// Another may be opened at `now`.
    pub fn has_room(&self, now: Moment) -> bool {
        let today = self.tickets.iter();
        let today = today.filter(|ticket| now.since(ticket.opened_at) < TICKET_DAY);
        today.count() < TICKETS_A_DAY
    }
}

/// Tickets as support reads of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// The oldest, that one first.
    pub tickets: Vec<Ticket>,
    /// How many are open, at least.
    pub count: usize,
}

/// What becomes of a ticket: of the version that was read, where one was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The sender opens it.
    Open(Box<Ticket>),
    /// The sender adds to it: all that is passed on by now.
    Add(Box<Ticket>),
    /// Its customer has an answer.
    Answer {
        whose: PersonKey,
        ticket: Box<Ticket>,
    },
    /// Support has done with it, and what was passed on is destroyed.
    Close {
        whose: PersonKey,
        ticket: Box<Ticket>,
    },
    /// The sender's goes, whether it is open or not.
    End(Code),
}

impl Change {
    /// Its name among the counters of the day. None: what ends with STOP counts as that.
    pub const fn counted_as(&self) -> Option<&'static str> {
        Some(match self {
            Self::Open(_) => "tickets_opened",
            Self::Add(_) => "tickets_added_to",
            Self::Answer { .. } => "tickets_answered",
            Self::Close { .. } => "tickets_closed",
            Self::End(_) => return None,
        })
    }
}

/// What an operator is told where a customer waits: nothing of whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub ticket: Code,
    pub reads: Language,
    pub since: Moment,
}

impl Alert {
    /// The line above it.
    pub fn title(&self) -> String {
        format!("Somebody waits for a person: {}", self.ticket.as_str())
    }

    /// In English, as all that operators read.
    pub fn in_words(&self) -> String {
        let reads = match self.reads {
            Language::English => "English",
            Language::Spanish => "Spanish",
        };
        let since = jiff::Timestamp::from_second(self.since.unix());
        let since = since.unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        format!(
            "Ticket {}, reads {}, waiting since {} UTC. Whoever has the role of support sends \"tickets\" to the bot.",
            self.ticket.as_str(),
            reads,
            since.strftime("%F %H:%M"),
        )
    }
}

impl Change {
    /// Whoever is at support should hear of it.
    pub fn alert(&self) -> Option<Alert> {
        let (Self::Open(ticket) | Self::Add(ticket)) = self else {
            return None;
        };
        Some(Alert {
            ticket: ticket.code.clone(),
            reads: ticket.language,
            since: ticket.waits_since?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PersonKey;

    const NOW: Moment = Moment::from_unix(1_000_000);

    fn ticket(opened_at: Moment, open: bool) -> Ticket {
        Ticket {
            code: Code::parse("T-3F2K").unwrap(),
            opened_at,
            language: Language::English,
            shared: None,
            open,
            waits_since: None,
            user: None,
            version: 1,
        }
    }

    fn own(tickets: Vec<Ticket>) -> Own {
        Own {
            tickets,
            code: Code::parse("T-7H2J").unwrap(),
        }
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for text in ["T-3F2K", "t-3f2k", "3F2K", "3f2k"] {
            assert_eq!(Code::parse(text).unwrap().as_str(), "T-3F2K", "{text}");
        }
        for text in ["", "T-", "T-3F2", "T-3F2KK", "hello", "T-1111", "R-3F2K"] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
    }

    #[test]
    fn so_many_are_opened_in_a_day_whether_they_are_closed_or_not() {
        let today = |count| vec![ticket(NOW, false); count];
        assert!(own(today(TICKETS_A_DAY - 1)).has_room(NOW));
        assert!(!own(today(TICKETS_A_DAY)).has_room(NOW));
        assert!(own(today(TICKETS_A_DAY)).has_room(NOW.plus(TICKET_DAY)));
    }

    #[test]
    fn what_one_user_of_a_number_has_opened_is_not_anothers() {
        let user = |name: &str| PersonKey::from_digest(name.repeat(43)).unwrap();
        let theirs = Ticket {
            user: Some(user("A")),
            ..ticket(NOW, true)
        };
        let own = own(vec![ticket(NOW, false), theirs]);
        assert!(own.open(Some(&user("A"))).is_some());
        assert!(own.open(None).is_some(), "nobody else shows");
        assert!(own.open(Some(&user("B"))).is_none());
    }

    #[test]
    fn what_is_added_stands_after_what_was_there() {
        let of = |name: Option<&str>, words: &[&str]| Shared {
            chat: "+1 876 ••• ••00".into(),
            name: name.map(str::to_owned),
            words: words.iter().map(|words| (*words).to_owned()).collect(),
        };
        let both = of(Some("@marcia"), &["one"]).and(of(None, &["two"]));
        assert_eq!(both, of(Some("@marcia"), &["one", "two"]));
    }
}
