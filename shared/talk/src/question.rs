//! Questions for the assistant.

use aws::queue::{QueueMessage, QueueName};
use aws::tables::{Known, NewEntry, TableError};
use aws::telemetry;
use domain::assistant::{Asked, Exchange};
use domain::conversation::{Inquiry, Outcome};
use domain::ids::{EntryId, EntryKey, PersonKey};
use domain::state::Session;
use domain::time::Moment;

use crate::Talk;

/// What the assistant is asked. None: nothing, or what the session kept is damaged.
pub(crate) async fn asked(
    talk: &Talk,
    known: &Known,
    outcome: &Outcome,
    cause: &str,
    now: Moment,
) -> Result<Option<NewEntry>, TableError> {
    let person = &known.state.key;
    let (Some((inquiry, language)), Some(thread)) = (&outcome.asks, &outcome.session.assistant.id)
    else {
        return Ok(None);
    };
    let question = match inquiry {
        Inquiry::Words(words) => words.clone(),
        Inquiry::Kept(sealed) => match talk.tables.open_question(person, sealed, now).await {
            Err(error) if error.is_damage() => {
                telemetry::failure("question", &error);
                return Ok(None);
            }
            opened => opened?,
        },
    };
    let asked = Asked {
        thread: thread.clone(),
        question,
        language: *language,
        at: now,
    };
    Ok(Some(NewEntry::Ask {
        key: EntryKey {
            person: person.clone(),
            id: EntryId::caused_by(&format!("{cause}-ask"), 0),
        },
        asked: Box::new(asked),
    }))
}

/// A question that waits, beside the one that must be answered first.
pub(crate) fn keep(talk: &Talk, person: &PersonKey, session: &mut Session, words: Option<&str>) {
    if let (Some(open), Some(words)) = (&mut session.open, words) {
        open.question = Some(talk.tables.seal_question(person, words));
    }
}

/// The answer that is called bad, with its question, where it may be read and is still remembered.
pub(crate) async fn review(
    talk: &Talk,
    known: &Known,
    outcome: &Outcome,
    now: Moment,
) -> Result<Option<String>, TableError> {
    let Some(at) = outcome.reviews else {
        return Ok(None);
    };
    let before = talk.tables.memory(&known.state.key, now).await?;
    let said = before.memory.answered(&known.state.session.assistant, at);
    Ok(said.map(Exchange::in_words))
}

/// The conversation with the assistant that was is over.
pub(crate) fn forgets(before: &Session, after: &Session) -> bool {
    let (before, after) = (&before.assistant.id, &after.assistant.id);
    before.is_some() && before != after
}

/// A question is answered even if its ticket is not published, up to a minute late: the relay finds it.
pub(crate) async fn publish(talk: &Talk, question: &NewEntry) {
    let ticket = QueueMessage::now(question.key(), 0);
    if let Err(error) = talk.queue.send(QueueName::Ask, &[ticket]).await {
        telemetry::failure("publish", &error);
    }
}
