//! Whoever has the account that moves to another chat, or whose link staff end, read right before they lose it.

use aws::tables::{Known, TableError};
use domain::conversation::{Act, OtherChat, Outcome, Recipient};
use domain::ids::PersonKey;
use domain::language::Language;
use domain::outbox::Reply;
use domain::parting::{Parting, by_staff, moved_away};
use domain::state::Link;
use domain::time::Moment;

use crate::{Received, Talk};

/// A person who is disconnected by another's message, with what their items must still be.
pub(crate) struct Parted {
    pub(crate) known: Known,
    pub(crate) parting: Parting,
    /// In which they read.
    language: Language,
}

/// Whom a message disconnects.
pub(crate) enum Disconnects {
    Nobody,
    Somebody(Box<Parted>),
    /// They have let the account go since it was confirmed that it moves.
    LetGo,
}

/// Why a link ends.
enum Ends<'a> {
    Moves {
        other: &'a PersonKey,
        link: &'a Link,
    },
    ByStaff {
        act: &'a Act,
        key_id: &'a str,
    },
}

pub(crate) async fn disconnects(
    talk: &Talk,
    received: &Received,
    sender: &PersonKey,
    outcome: &Outcome,
    now: Moment,
) -> Result<Disconnects, TableError> {
    let ends = match (&outcome.disconnects, &outcome.person.link, &outcome.act) {
        (Some(other), Some(link), _) => Ends::Moves { other, link },
        (_, _, Some(act)) => match &act.unlinks {
            Some(key_id) => Ends::ByStaff { act, key_id },
            None => return Ok(Disconnects::Nobody),
        },
        _ => return Ok(Disconnects::Nobody),
    };
    let other = match &ends {
        Ends::Moves { other, .. } => *other,
        Ends::ByStaff { act, .. } => &act.on,
    };
    let known = talk.tables.read_person(other, None, now).await?;
    let chat = received.message.from.masked();
    let language = match known.address() {
        Some(address) => {
            let person = &known.state.person;
            talk.tables.language_of(other, person, address, now).await
        }
        None => Language::default(),
    };
    let parting = match ends {
        Ends::Moves { link, .. } => moved_away(&known.state, &link.account, &chat, language, now),
        Ends::ByStaff { key_id, .. } => by_staff(&known.state, key_id, sender, language, now),
    };
    Ok(match parting {
        Some(parting) => Disconnects::Somebody(Box::new(Parted {
            known,
            parting,
            language,
        })),
        None => Disconnects::LetGo,
    })
}

impl Parted {
    /// To whom, and what.
    pub(crate) fn says(&self) -> Option<(Recipient, Reply)> {
        let chat = OtherChat {
            person: self.known.state.key.clone(),
            address: self.known.address()?.clone(),
            language: self.language,
        };
        Some((Recipient::Other(chat), self.parting.says.clone()))
    }
}
