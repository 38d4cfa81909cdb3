//! One transaction for all that one message changes.

use aws::queue::BATCH;
use aws::tables::{Alias, CommitError, Known, NewEntry, TableError};
use aws::telemetry;
use domain::address::WhatsAppAddress;
use domain::conversation::{Outcome, Recipient};
use domain::ids::{EntryKey, PersonKey};
use domain::state::{Session, Unpublished};
use domain::time::Moment;

use crate::{Received, Talk};

pub(crate) async fn commit(
    talk: &Talk,
    received: &Received,
    known: &Known,
    outcome: Outcome,
    now: Moment,
) -> Result<Vec<EntryKey>, CommitError> {
    let (person, sid) = (&known.state.key, &received.message.sid);
    let mut entries = Vec::new();
    for (recipient, reply) in outcome.says {
        let (to_person, to) = recipient_of(talk, person, &received.message.from, &recipient)?;
        let cause = (sid.as_str(), entries.len());
        entries.extend(talk.tables.sends(&to_person, &to, &reply, cause, now));
    }
    let mut transaction = talk.tables.transaction(person, now);
    transaction.receipt(&received.person, sid, &entries);
    let address = known
        .address()
        .cloned()
        .unwrap_or_else(|| talk.tables.seal_address(person, &received.message.from));
    transaction.person(known, &outcome.person, &address);
    transaction.standing(known, &outcome.standing);
    // The session keeps what it gave rise to for a while, in order: by then it is published or will be.
    let keys: Vec<_> = ready(&entries).map(|key| key.to_string()).collect();
    let before = known.state.session.unpublished.as_ref();
    let unpublished = Unpublished::then(before, &keys, now, BATCH);
    let session = Session {
        unpublished: Some(unpublished.clone()),
        ..outcome.session
    };
    transaction.session_heard(known, &session);
    transaction.guard(known, &outcome.guard);
    if let (Some(user), Alias::PointHere { instead_of }) = (&received.message.user, &known.alias) {
        transaction.alias(user, instead_of.as_ref());
    }
    if let Some(challenge) = &outcome.destroy_code {
        transaction.destroy_code(challenge);
    }
    for pointer in &outcome.pointers {
        transaction.pointer(pointer);
    }
    for entry in &entries {
        transaction.entry(entry);
    }
    for audit in &outcome.audit {
        transaction.audit(audit, sid.as_str());
    }
    transaction.commit().await?;
    for audit in &outcome.audit {
        telemetry::count(audit.event.name());
    }
    // Whoever says nothing publishes nothing: silence costs no call.
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let tickets = unpublished.entries.iter();
    Ok(tickets
        .filter_map(|key| EntryKey::parse(key).ok())
        .collect())
}

/// What can be sent at once.
fn ready(entries: &[NewEntry]) -> impl Iterator<Item = EntryKey> {
    let ready = entries.iter().filter(|entry| entry.is_ready_to_send());
    ready.map(|entry| entry.key().clone())
}

fn recipient_of(
    talk: &Talk,
    sender: &PersonKey,
    from: &WhatsAppAddress,
    recipient: &Recipient,
) -> Result<(PersonKey, WhatsAppAddress), TableError> {
    match recipient {
        Recipient::Sender => Ok((sender.clone(), from.clone())),
        Recipient::Other(other) => {
            let address = talk.tables.open_address(&other.person, &other.address)?;
            Ok((other.person.clone(), address))
        }
    }
}
