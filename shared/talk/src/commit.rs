//! One transaction for all that one message changes.

use aws::queue::{BATCH, QueueMessage, QueueName};
use aws::tables::{Alias, CommitError, Known, NewEntry, TableError, Transaction};
use aws::telemetry;
use domain::address::WhatsAppAddress;
use domain::conversation::{Act, Audit, Event, Outcome, Recipient};
use domain::ids::{EntryId, EntryKey, PersonKey};
use domain::outbox::Reply;
use domain::policy::CODE_LIFE;
use domain::state::{AppCode, Session, Unpublished};
use domain::time::Moment;

use crate::moving::Parted;
use crate::{Received, Talk, question, receiving, requests, staff, tickets};

pub(crate) async fn commit(
    talk: &Talk,
    received: &Received,
    known: &Known,
    outcome: Outcome,
    parted: Option<&Parted>,
    now: Moment,
) -> Result<Vec<EntryKey>, CommitError> {
    let (person, cause) = (&known.state.key, received.cause());
    let mut says = outcome.says.clone();
    says.extend(parted.and_then(Parted::says));
    let from = (person, &received.message.from);
    let entries = entries_of(talk, from, &cause, &says, now).await?;
    let (entries, hidden) = requests::apart(known, &outcome, entries);
    let mut transaction = talk.tables.transaction(person, now);
    transaction.receipt_of(&received.person, &cause, &entries);
    let address = known
        .address()
        .cloned()
        .unwrap_or_else(|| talk.tables.seal_address(person, &received.message.from));
    if outcome.erases {
        let writes_as = received.message.user.as_ref();
        let user_ids = talk.tables.user_ids(known, writes_as, now).await?;
        transaction.erase(known, &user_ids, (&cause, entries.len()));
    } else {
        transaction.person(known, &outcome.person, &address);
        transaction.balance(known, &outcome.balance);
    }
    transaction.standing(known, &outcome.standing);
    let sooner = hasten(&mut transaction, known, &outcome, &cause, now);
    // The session keeps what it gave rise to for a while, in order: by then it is published or will be.
    let keys: Vec<_> = ready(&entries).map(|key| key.to_string()).collect();
    let before = known.state.session.unpublished.as_ref();
    let before = before.filter(|_| !outcome.erases);
    let unpublished = Unpublished::then(before, &keys, now, BATCH);
    let question = question::asked(talk, known, &outcome, &cause, now).await?;
    let review = question::review(talk, known, &outcome, now).await?;
    let mut session = Session {
        unpublished: Some(unpublished.clone()),
        ..outcome.session.clone()
    };
    question::keep(talk, person, &mut session, outcome.keeps.as_deref());
    tickets::keep(talk, person, &mut session, outcome.drafts.as_ref());
    if question::forgets(&known.state.session, &session) || outcome.erases {
        transaction.forget();
    }
    match &received.proof {
        None => transaction.session_heard(known, &session),
        Some(proof) => {
            transaction.session(known, &session);
            transaction.proof(&proof.key_digest);
        }
    }
    transaction.guard(known, &outcome.guard);
    if let (Some(user), Alias::PointHere { instead_of }) = (&received.message.user, &known.alias)
        && !outcome.erases
    {
        transaction.alias(user, instead_of.as_ref());
    }
    destroy_codes(&mut transaction, &outcome);
    let code = outcome.await_app_code.as_ref();
    let timer = code.map(|code| await_app_code(&mut transaction, person, &cause, code));
    let watches = outcome.watches.clone();
    let watch = watches.map(|watched| receiving::watch(&mut transaction, person, &cause, watched));
    if let Some(question) = &question {
        transaction.entry(question);
    }
    for pointer in &outcome.pointers {
        transaction.pointer(pointer);
    }
    for entry in entries.iter().chain(&hidden) {
        transaction.entry(entry);
    }
    transaction.requests(&outcome.requests);
    transaction.tickets(&outcome.tickets);
    let alert = tickets::alert(&mut transaction, person, &cause, &outcome.tickets);
    record(&mut transaction, &outcome, received, person, &cause);
    if let Some(feedback) = &outcome.feedback {
        transaction.feedback(feedback, review.as_deref(), &cause);
    }
    if let Some(Parted { known, parting, .. }) = parted {
        let mut theirs = talk.tables.transaction(&known.state.key, now);
        theirs.part(known, parting, &cause);
        transaction.join(theirs);
    }
    if let Some(act) = &outcome.act {
        staff::join(talk, &mut transaction, act, (person, &cause), now).await?;
    }
    transaction.commit().await?;
    if let Some(timer) = &timer {
        publish(talk, timer).await;
    }
    if let Some(watch) = &watch {
        receiving::publish(talk, watch, now).await;
    }
    if let Some(question) = &question {
        question::publish(talk, question).await;
    }
    wake(talk, sooner.as_ref()).await;
    wake(talk, alert.as_ref()).await;
    count(&outcome.audit, parted, outcome.act.as_ref());
    // Whoever says nothing publishes nothing: silence costs no call.
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let tickets = unpublished.entries.iter();
    let tickets = tickets.filter_map(|key| EntryKey::parse(key).ok());
    Ok(tickets.chain(ready(&hidden)).collect())
}

fn destroy_codes(transaction: &mut Transaction<'_>, outcome: &Outcome) {
    if let Some(challenge) = &outcome.destroy_code {
        transaction.destroy_code(challenge);
    }
    if let Some(challenge) = &outcome.destroy_app_code {
        transaction.destroy_app_code(challenge);
    }
}

/// What has happened, by name.
fn count(audit: &[Audit], parted: Option<&Parted>, act: Option<&Act>) {
    let own = audit.iter().map(|audit| audit.event);
    let theirs = parted.map(|parted| parted.parting.audit.event);
    // Whose link staff end is told by theirs.
    let act = act.filter(|act| act.unlinks.is_none());
    for event in own.chain(theirs).chain(act.map(|act| act.event)) {
        telemetry::count(event.name());
    }
}

/// What of it is no part of the conversation: the next timer of the link, the lines of the person's own record (what was
/// agreed to with the words that were asked), and what staff decide for everybody.
fn record(
    transaction: &mut Transaction<'_>,
    outcome: &Outcome,
    received: &Received,
    person: &PersonKey,
    cause: &str,
) {
    if let Some(ending) = outcome.ending.clone() {
        transaction.entry(&NewEntry::ending(person, ending));
    }
    for line in &outcome.audit {
        match &outcome.consent {
            Some(evidence) if line.event == Event::ConsentAnswered => {
                transaction.audit_consent(evidence, cause);
            }
            _ => transaction.audit(line, cause),
        }
    }
    if let Some(on) = outcome.switches_model {
        transaction.switch_model(on);
    }
    if let Some(change) = &outcome.announces {
        transaction.announce(change, received.message.sid.as_str());
    }
}

/// The code that was sent to the app, and the timer of its end.
fn await_app_code(
    transaction: &mut Transaction<'_>,
    person: &PersonKey,
    cause: &str,
    code: &AppCode,
) -> NewEntry {
    let timer = NewEntry::ExpireAppCode {
        key: EntryKey {
            person: person.clone(),
            id: EntryId::caused_by(&format!("{cause}-app"), 0),
        },
        challenge: code.challenge.clone(),
        due_at: code.expires_at,
    };
    transaction.await_app_code(code);
    transaction.entry(&timer);
    timer
}

/// A code ends by the clock even if its timer is not published; the relay finds it.
async fn publish(talk: &Talk, timer: &NewEntry) {
    let ticket = QueueMessage::later(timer.key(), CODE_LIFE);
    if let Err(error) = talk.queue.send(QueueName::Expire, &[ticket]).await {
        telemetry::failure("publish", &error);
    }
}

/// The timer of what waits to be told, if it may be due by what the person has just said.
fn hasten(
    transaction: &mut Transaction<'_>,
    known: &Known,
    outcome: &Outcome,
    cause: &str,
    now: Moment,
) -> Option<NewEntry> {
    let (before, after) = (&known.state.standing.preferences, &outcome.standing);
    let hastens = after.wants_news() && before.hastens(&after.preferences, now);
    let person = &known.state.key;
    let timer =
        (hastens && !outcome.erases).then(|| NewEntry::release_sooner(person, cause, now))?;
    transaction.entry(&timer);
    Some(timer)
}

/// What waits is told at once. Where the ticket is lost, the relay finds the timer within its minute.
async fn wake(talk: &Talk, timer: Option<&NewEntry>) {
    let Some(timer) = timer else { return };
    let ticket = QueueMessage::later(timer.key(), 0);
    if let Err(error) = talk.queue.send(QueueName::Wake, &[ticket]).await {
        telemetry::failure("wake", &error);
    }
}

/// What can be sent at once.
fn ready(entries: &[NewEntry]) -> impl Iterator<Item = EntryKey> {
    let ready = entries.iter().filter(|entry| entry.is_ready_to_send());
    ready.map(|entry| entry.key().clone())
}

/// What `cause` gives rise to: to whom it can be said, of all that is to be said.
async fn entries_of(
    talk: &Talk,
    (sender, from): (&PersonKey, &WhatsAppAddress),
    cause: &str,
    says: &[(Recipient, Reply)],
    now: Moment,
) -> Result<Vec<NewEntry>, TableError> {
    let mut entries = Vec::new();
    for (recipient, reply) in says {
        if let Some((person, to)) = recipient_of(talk, sender, from, recipient, now).await? {
            let nth = (cause, entries.len());
            entries.extend(talk.tables.sends(&person, &to, reply, nth, now));
        }
    }
    Ok(entries)
}

/// None: somebody else, whose address is damaged. What the sender did is recorded all the same: a wrong code counts, whether
/// its owner can be told or not.
async fn recipient_of(
    talk: &Talk,
    sender: &PersonKey,
    from: &WhatsAppAddress,
    recipient: &Recipient,
    now: Moment,
) -> Result<Option<(PersonKey, WhatsAppAddress)>, TableError> {
    let other = match recipient {
        Recipient::Sender => return Ok(Some((sender.clone(), from.clone()))),
        Recipient::Other(other) => other,
    };
    let tables = &talk.tables;
    match tables
        .open_address(&other.person, &other.address, now)
        .await
    {
        Err(error) if error.is_damage() => {
            telemetry::failure("recipient", &error);
            Ok(None)
        }
        opened => Ok(Some((other.person.clone(), opened?))),
    }
}
