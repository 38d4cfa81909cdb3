//! One question: read, planned, asked, judged, answered.

use aws::batch::Again;
use aws::tables::{AskEnd, CommitError, Known, MemoryBefore, NewEntry, Part, TableError, pause};
use domain::assistant::{Answer, Asked, Memory, Plan, Record, Source, counts, plan};
use domain::ids::EntryKey;
use domain::knowledge::Base;
use domain::policy::{COMMIT_TRIES, REPLY_LIFE};
use domain::state::State;
use domain::time::Moment;
use futures::future::try_join;

use crate::{App, model, publish};

/// What was read of the person, with what the answer's transaction must still find.
pub(crate) struct Before {
    pub(crate) known: Known,
    pub(crate) memory: MemoryBefore,
}

/// An answer, and how long the model thought about it, in milliseconds.
struct Made {
    answer: Answer,
    thought: Option<u64>,
}

pub(crate) async fn before(app: &App, key: &EntryKey) -> Result<Before, TableError> {
    let now = app.clock.now();
    let known = app.tables.read_person(&key.person, None, now);
    let (known, memory) = try_join(known, app.tables.memory(&key.person, now)).await?;
    Ok(Before { known, memory })
}

/// Why nobody waits for an answer any more, by name.
pub(crate) fn unwanted(asked: &Asked, state: &State, now: Moment) -> Option<&'static str> {
    if !asked.is_wanted(state) {
        Some("conversation_ended")
    } else if now.since(asked.at) >= REPLY_LIFE {
        Some("too_late")
    } else {
        None
    }
}

pub(crate) async fn run(
    app: &App,
    key: &EntryKey,
    asked: &Asked,
    attempt: u32,
) -> Result<(), Again> {
    let bases = app.tables.bases();
    let base = app.knowledge.current(&bases, app.clock.now()).await;
    let mut made: Option<Made> = None;
    for tried in 0..COMMIT_TRIES {
        pause(tried).await;
        let mut read = before(app, key).await?;
        let wanted = unwanted(asked, &read.known.state, app.clock.now()).is_none();
        if wanted && made.is_none() {
            let fresh = Box::pin(make(app, key, asked, attempt, &read, &base)).await;
            // Much may have been said while the model thought.
            if fresh.thought.is_some() {
                read = before(app, key).await?;
            }
            made = Some(fresh);
        }
        match end(app, key, asked, made.as_ref(), &read, &base).await {
            Ok(says) => {
                let ready = says.iter().filter(|entry| entry.is_ready_to_send());
                let ready: Vec<EntryKey> = ready.map(|entry| entry.key().clone()).collect();
                return publish(app, &ready).await;
            }
            // Somebody else has answered, or forgotten the question.
            Err(CommitError::Changed(Part::Entry)) => return Ok(()),
            // The person has said something: does the answer still belong there?
            Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {}
            Err(CommitError::Table(error)) => return Err(error.into()),
        }
    }
    Err(Again::Table(TableError::Retryable {
        operation: "TransactWriteItems",
        code: "Contended".to_owned(),
        source: None,
    }))
}

async fn make(
    app: &App,
    key: &EntryKey,
    asked: &Asked,
    attempt: u32,
    read: &Before,
    base: &Base,
) -> Made {
    let can_ask = model::can_be_asked(app, asked, attempt, &read.known.state).await;
    let memory = remembered(asked, read);
    match plan(asked, &memory, base, can_ask) {
        Plan::Say(answer) => Made {
            answer,
            thought: None,
        },
        Plan::Ask(prompt, pending) => {
            let begun = app.clock.millis();
            let completion = Box::pin(model::consult(app, key, asked, &prompt)).await;
            let thought = u64::try_from(app.clock.millis() - begun).unwrap_or_default();
            Made {
                answer: pending.answered(completion),
                thought: Some(thought),
            }
        }
    }
}

/// What was said in this conversation. What was said in another counts for nothing.
fn remembered(asked: &Asked, read: &Before) -> Memory {
    let memory = &read.memory.memory;
    if memory.thread == asked.thread {
        return memory.clone();
    }
    Memory {
        thread: asked.thread.clone(),
        said: Vec::new(),
    }
}

/// Ends the question with its answer, if somebody still waits for one.
async fn end(
    app: &App,
    key: &EntryKey,
    asked: &Asked,
    made: Option<&Made>,
    read: &Before,
    base: &Base,
) -> Result<Vec<NewEntry>, CommitError> {
    let now = app.clock.now();
    let unwanted = unwanted(asked, &read.known.state, now);
    let (Some(made), None, Some(address)) = (made, unwanted, read.known.address()) else {
        let record = Record {
            source: Source::Nothing,
            entries: Vec::new(),
            knowledge: base.version().to_owned(),
            prompt: None,
            tokens: (0, 0),
            because: Some(unwanted.unwrap_or("nobody").to_owned()),
        };
        let end = AskEnd {
            says: &[],
            memory: None,
            record: &record,
            counts: &counts::of_unwanted(),
        };
        app.tables.end_ask(key, &read.known, end, now).await?;
        return Ok(Vec::new());
    };
    let answer = &made.answer;
    let address = app.tables.open_address(&key.person, address, now).await?;
    let cause = (key.id.as_str(), 0);
    let says = app
        .tables
        .sends(&key.person, &address, &answer.reply, cause, now);
    let remembers = answer.remembers.clone();
    let memory = remembers.map(|exchange| remembered(asked, read).with(exchange, now));
    let end = AskEnd {
        says: &says,
        memory: memory.as_ref().map(|memory| (&read.memory, memory)),
        record: &answer.record,
        counts: &counts::of_answer(&answer.record, made.thought),
    };
    app.tables.end_ask(key, &read.known, end, now).await?;
    Ok(says)
}
