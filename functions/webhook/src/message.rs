//! One message of a person: read once, decide, write once, publish.

use aws::queue::{BATCH, QueueMessage, QueueName};
use aws::tables::{Alias, CommitError, Known, NewEntry, Part, TableError, pause};
use aws::telemetry;
use domain::address::WhatsAppAddress;
use domain::conversation::{Answers, Decision, Message, Outcome, Pointer, Recipient, decide};
use domain::ids::{EntryKey, PersonKey};
use domain::policy::COMMIT_TRIES;
use domain::state::{Session, Unpublished};
use domain::time::Moment;
use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use twilio::inbound::InboundMessage;

use crate::{App, Fault, answer, ask, empty_twiml};

/// No command asks more than this before it knows what to say.
const MOST_QUESTIONS: usize = 8;

/// A message that has been read and whose sender has a name.
struct Received {
    message: Message,
    person: PersonKey,
}

pub(crate) async fn receive(app: &App, body: &[u8]) -> Result<Response<Body>, Fault> {
    let inbound = match InboundMessage::parse(body) {
        Ok(inbound) => inbound,
        Err(error) => {
            // Twilio signed it, so it is real, but nobody can be answered: trying again would not help.
            telemetry::count("message_not_understood");
            telemetry::failure("message", &error);
            return Ok(empty_twiml());
        }
    };
    if inbound.account_sid.as_str() != app.account_sid || inbound.to != app.sender {
        telemetry::count("message_for_somebody_else");
        return Ok(answer(StatusCode::FORBIDDEN, ""));
    }
    let keys = app.tables.keys();
    let received = Received {
        person: keys.person(&inbound.from),
        message: Message {
            sid: inbound.message_sid,
            user: inbound
                .user_id
                .map(|id| keys.person(&WhatsAppAddress::User(id))),
            from: inbound.from,
            body: inbound.body,
            payload: inbound.button.map(|button| button.payload),
            found_later: inbound.found_later,
        },
    };
    tracing::Span::current().record("message_sid", received.message.sid.as_str());
    let entries = deal_with(app, &received).await?;
    if entries.is_empty() {
        return Ok(empty_twiml());
    }
    let tickets: Vec<_> = entries
        .iter()
        .map(|key| QueueMessage::now(key, 0))
        .collect();
    if let Err(error) = app.queue.send(QueueName::Send, &tickets).await {
        // The entries stand: the person's next message or the relay publishes them.
        telemetry::count("publish_failed");
        telemetry::failure("publish", &error);
    }
    Ok(empty_twiml())
}

/// Decides and commits; answers with the sends to publish: what the message before may have left unpublished, then its
/// own; or, if this is a repeat, those of its earlier delivery.
async fn deal_with(app: &App, received: &Received) -> Result<Vec<EntryKey>, Fault> {
    let mut answers = Answers::default();
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let now = app.clock.now();
        let known = app
            .tables
            .read_person(&received.person, received.message.user.as_ref(), now)
            .await?;
        let outcome = conclude(app, received, &known, &mut answers, now).await?;
        let claims = outcome
            .pointers
            .iter()
            .any(|pointer| matches!(pointer, Pointer::Claim { .. }));
        let flooded = outcome.flooded;
        match commit(app, received, &known, *outcome, now).await {
            Ok(entries) => {
                if flooded {
                    telemetry::count("flood_limited");
                }
                return Ok(entries);
            }
            Err(CommitError::Duplicate { entries }) => {
                telemetry::count("message_repeated");
                return Ok(entries);
            }
            Err(CommitError::Changed(Part::Pointer)) if claims => answers.account_taken = true,
            Err(CommitError::Changed(_)) => {}
            Err(CommitError::Table(error)) => return Err(error.into()),
        }
    }
    Err(Fault::Contended)
}

async fn conclude(
    app: &App,
    received: &Received,
    known: &Known,
    answers: &mut Answers,
    now: Moment,
) -> Result<Box<Outcome>, Fault> {
    for _ in 0..MOST_QUESTIONS {
        match decide(&known.state, &received.message, answers, now) {
            Decision::Done(outcome) => return Ok(outcome),
            Decision::Later => return Err(Fault::Later),
            Decision::Ask(question) => {
                ask::answer(app, &received.message, known, question, answers, now).await?;
            }
        }
    }
    Err(Fault::Endless)
}

async fn commit(
    app: &App,
    received: &Received,
    known: &Known,
    outcome: Outcome,
    now: Moment,
) -> Result<Vec<EntryKey>, CommitError> {
    let (person, sid) = (&known.state.key, &received.message.sid);
    let mut entries = Vec::new();
    for (recipient, reply) in outcome.says {
        let (to_person, to) = recipient_of(app, person, &received.message.from, &recipient)?;
        let cause = (sid.as_str(), entries.len());
        entries.extend(app.tables.sends(&to_person, &to, &reply, cause, now));
    }
    let mut transaction = app.tables.transaction(person, now);
    transaction.receipt(&received.person, sid, &entries);
    let address = known
        .address()
        .cloned()
        .unwrap_or_else(|| app.tables.seal_address(person, &received.message.from));
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
    app: &App,
    sender: &PersonKey,
    from: &WhatsAppAddress,
    recipient: &Recipient,
) -> Result<(PersonKey, WhatsAppAddress), TableError> {
    match recipient {
        Recipient::Sender => Ok((sender.clone(), from.clone())),
        Recipient::Other(other) => {
            let address = app.tables.open_address(&other.person, &other.address)?;
            Ok((other.person.clone(), address))
        }
    }
}
