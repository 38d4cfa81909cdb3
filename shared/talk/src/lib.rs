//! One message of a person: read once, decide, write once, publish. What a function does with it stands in the function.

mod ask;
mod commit;

use std::sync::Arc;

use aws::clock::Clock;
use aws::queue::{Queue, QueueMessage, QueueName};
use aws::tables::{CommitError, Known, Part, TableError, Tables, pause};
use aws::telemetry;
use domain::conversation::{Answers, Decision, Message, Outcome, Pointer, decide};
use domain::ids::{EntryKey, PersonKey};
use domain::policy::COMMIT_TRIES;
use domain::time::Moment;

/// No command asks more than this before it knows what to say.
const MOST_QUESTIONS: usize = 8;

/// All that an answer may need, made once.
#[derive(Debug)]
pub struct Talk {
    pub clock: Clock,
    pub tables: Tables,
    pub queue: Arc<dyn Queue>,
    pub flash: flash::Client,
    /// Flash's admin API, where the operator has connected it.
    pub flash_admin: Option<flash::Admin>,
    /// Where people reach us, without a slash at the end.
    pub public_base_url: String,
    /// Where the link page is hosted, if not by us.
    pub link_page_url: Option<String>,
}

/// A message that has been read and whose sender has a name.
#[derive(Debug)]
pub struct Received {
    pub message: Message,
    /// Keyed hash of the address it came from.
    pub person: PersonKey,
}

/// Why a message could not be dealt with. Whoever brought it should bring it again.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Token(#[from] aws::tokens::TokenError),
    #[error("another message of the same person always came first")]
    Contended,
    #[error("the conversation asks without end")]
    Endless,
    #[error("too many missed messages of one person at once")]
    Later,
}

impl Talk {
    /// Deals with a message, once: what follows from it is stored when this returns, and published unless the queue is
    /// down, when the person's next message or the relay does so.
    pub async fn hear(&self, received: &Received) -> Result<(), Fault> {
        let entries = deal_with(self, received).await?;
        if entries.is_empty() {
            return Ok(());
        }
        let tickets: Vec<_> = entries
            .iter()
            .map(|key| QueueMessage::now(key, 0))
            .collect();
        if let Err(error) = self.queue.send(QueueName::Send, &tickets).await {
            telemetry::count("publish_failed");
            telemetry::failure("publish", &error);
        }
        Ok(())
    }
}

/// Decides and commits; answers with the sends to publish: what the message before may have left unpublished, then its
/// own; or, if this is a repeat, those of its earlier delivery.
async fn deal_with(talk: &Talk, received: &Received) -> Result<Vec<EntryKey>, Fault> {
    let mut answers = Answers::default();
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let now = talk.clock.now();
        let known = talk
            .tables
            .read_person(&received.person, received.message.user.as_ref(), now)
            .await?;
        let outcome = conclude(talk, received, &known, &mut answers, now).await?;
        let claims = outcome
            .pointers
            .iter()
            .any(|pointer| matches!(pointer, Pointer::Claim { .. }));
        let flooded = outcome.flooded;
        match commit::commit(talk, received, &known, *outcome, now).await {
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
    talk: &Talk,
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
                ask::answer(talk, &received.message, known, question, answers, now).await?;
            }
        }
    }
    Err(Fault::Endless)
}
