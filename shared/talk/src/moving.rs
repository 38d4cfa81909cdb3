//! Whoever has the account that moves to another chat, read right before they lose it.

use aws::tables::{Known, TableError};
use domain::conversation::{OtherChat, Outcome, Recipient};
use domain::outbox::Reply;
use domain::parting::{Parting, moved_away};
use domain::time::Moment;

use crate::{Received, Talk};

/// A person who is disconnected by another's message, with what their items must still be.
pub(crate) struct Parted {
    pub(crate) known: Known,
    pub(crate) parting: Parting,
}

/// Whom a message disconnects.
pub(crate) enum Disconnects {
    Nobody,
    Somebody(Box<Parted>),
    /// They have let the account go since it was confirmed that it moves.
    LetGo,
}

pub(crate) async fn disconnects(
    talk: &Talk,
    received: &Received,
    outcome: &Outcome,
    now: Moment,
) -> Result<Disconnects, TableError> {
    let (Some(other), Some(link)) = (&outcome.disconnects, &outcome.person.link) else {
        return Ok(Disconnects::Nobody);
    };
    let known = talk.tables.read_person(other, None, now).await?;
    let chat = received.message.from.masked();
    let parting = moved_away(&known.state, &link.account, &chat, now);
    Ok(match parting {
        Some(parting) => Disconnects::Somebody(Box::new(Parted { known, parting })),
        None => Disconnects::LetGo,
    })
}

impl Parted {
    /// To whom, and what.
    pub(crate) fn says(&self) -> Option<(Recipient, Reply)> {
        let chat = OtherChat {
            person: self.known.state.key.clone(),
            address: self.known.address()?.clone(),
        };
        Some((Recipient::Other(chat), self.parting.says.clone()))
    }
}
