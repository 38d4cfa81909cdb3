//! One message of a person: read once, decide, write once, publish. What a function does with it stands in the function.

mod account;
mod announce;
mod ask;
mod at_flash;
mod commit;
mod counters;
mod money;
mod moving;
mod proof;
mod question;
mod receiving;
mod requests;
mod staff;
mod tickets;

use std::sync::Arc;

use aws::clock::Clock;
use aws::config::Config;
use aws::queue::{Queue, QueueMessage, QueueName};
use aws::tables::{CommitError, Known, Part, TableError, Tables, pause};
use aws::telemetry;
use aws::traffic::Traffic;
use domain::conversation::{Answers, Decision, Message, Outcome, Pointer, decide, proven};
use domain::ids::{EntryKey, PersonKey};
use domain::policy::COMMIT_TRIES;
use domain::receiving::PayHosts;
use domain::step_up::Refusal;
use domain::support::Hours;
use domain::time::Moment;

pub use crate::at_flash::AtFlash;
pub use crate::proof::PageProof;

use crate::moving::{Disconnects, disconnects};

/// No command asks more than this before it knows what to say.
const MOST_QUESTIONS: usize = 8;

/// All that an answer may need, made once.
#[derive(Clone, Debug)]
pub struct Talk {
    pub clock: Clock,
    pub tables: Tables,
    pub queue: Arc<dyn Queue>,
    pub flash: flash::Client,
    /// Flash's admin API, where the operator has connected it.
    pub flash_admin: Option<flash::Admin>,
    /// A second factor may be a code in the Flash app.
    pub step_up_by_app: bool,
    /// People may ask for money here.
    pub receiving: bool,
    /// Where they are paid.
    pub hosts: PayHosts,
    /// A model answers questions, of those who agree to that.
    pub assistant: bool,
    /// When somebody at support answers, if the operator has said.
    pub support: Option<Hours>,
    /// What passes through this instance.
    pub traffic: Arc<Traffic>,
    /// The running release, as the operator named it.
    pub release: String,
    /// Where people reach us, without a slash at the end.
    pub public_base_url: String,
    /// Where the link page is hosted, if not by us.
    pub link_page_url: Option<String>,
}

/// Where people are paid, as far as it is configured.
pub fn pay_hosts(config: &Config) -> PayHosts {
    let flash = PayHosts::default();
    let pay_url = config.optional("PAY_URL").unwrap_or(flash.pay_url);
    PayHosts {
        pay_url: pay_url.trim_end_matches('/').to_owned(),
        lightning: config
            .optional("LIGHTNING_ADDRESS_HOST")
            .unwrap_or(flash.lightning),
    }
}

/// A message that has been read and whose sender has a name.
#[derive(Debug)]
pub struct Received {
    pub message: Message,
    /// Keyed hash of the address it came from.
    pub person: PersonKey,
    /// What a page has brought, if that is what is dealt with. The message then stands for the word of whoever asked.
    pub proof: Option<PageProof>,
}

impl Received {
    /// The name of what is dealt with, once.
    fn cause(&self) -> String {
        match &self.proof {
            None => self.message.sid.as_str().to_owned(),
            Some(proof) => proof.cause(),
        }
    }

    /// By whom a person may be found. Whoever a page is for has been found before.
    fn user(&self) -> Option<&PersonKey> {
        let user = self.message.user.as_ref();
        user.filter(|_| self.proof.is_none())
    }
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
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the conversation asks without end")]
    Endless,
    #[error("too many missed messages of one person at once")]
    Later,
}

impl Talk {
    /// Deals with a message, once: what follows from it is stored when this returns, and published unless the queue is
    /// down, when the person's next message or the relay does so.
    pub async fn hear(&self, received: &Received) -> Result<(), Fault> {
        let entries = Box::pin(deal_with(self, received)).await?;
        self.publish(&entries).await;
        self.traffic.flush(&self.tables, self.clock.now()).await;
        Ok(())
    }

    async fn publish(&self, entries: &[EntryKey]) {
        if entries.is_empty() {
            return;
        }
        let tickets: Vec<_> = entries
            .iter()
            .map(|key| QueueMessage::now(key, 0))
            .collect();
        if let Err(error) = self.queue.send(QueueName::Send, &tickets).await {
            telemetry::count("publish_failed");
            telemetry::failure("publish", &error);
        }
    }
}

/// Decides and commits; answers with the sends to publish: what the message before may have left unpublished, then its
/// own; or, if this is a repeat, those of its earlier delivery.
async fn deal_with(talk: &Talk, received: &Received) -> Result<Vec<EntryKey>, Fault> {
    // All of Flash's work for one message ends within the time for one question.
    let talk = &Talk {
        flash: talk.flash.budgeted(),
        ..talk.clone()
    };
    let mut answers = Answers::default();
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let now = talk.clock.now();
        let mut known = talk
            .tables
            .read_person(&received.person, received.user(), now)
            .await?;
        known.state.receiving = talk.receiving;
        known.state.assistant = talk.assistant;
        known.state.hosts = talk.hosts.clone();
        known.state.support.clone_from(&talk.support);
        let outcome = conclude(talk, received, &known, &mut answers, now).await?;
        let parted = match disconnects(talk, received, &known.state.key, &outcome, now).await? {
            Disconnects::Nobody => None,
            Disconnects::Somebody(parted) => Some(parted),
            Disconnects::LetGo => {
                answers.let_go = true;
                answers.subject = None;
                continue;
            }
        };
        let claims = outcome
            .pointers
            .iter()
            .any(|pointer| matches!(pointer, Pointer::Claim { .. }));
        let (flooded, heard_as) = (outcome.flooded, outcome.heard_as);
        let parted = parted.as_deref();
        match commit::commit(talk, received, &known, *outcome, parted, now).await {
            Ok(entries) => {
                if flooded {
                    telemetry::count("flood_limited");
                }
                if let Some(heard_as) = heard_as {
                    telemetry::heard(heard_as);
                }
                // What a page has brought was heard when it was asked for.
                if received.proof.is_none() {
                    counters::heard(talk, heard_as, now);
                }
                return Ok(entries);
            }
            Err(CommitError::Duplicate { entries }) => {
                telemetry::count("message_repeated");
                return Ok(entries);
            }
            Err(CommitError::Changed(Part::Pointer)) if claims => answers.account_taken = true,
            Err(CommitError::Changed(Part::Feedback)) => {
                answers.feedback_given = answers.feedback_given.after_refusal();
            }
            Err(CommitError::Changed(Part::Proof)) => return Err(Refusal::KeyUsed.into()),
            Err(CommitError::Changed(_)) => {
                answers.subject = None;
                answers.announced = None;
                answers.requests = None;
                answers.asking = None;
                answers.other_side = None;
                answers.tickets = None;
                answers.ticket = None;
            }
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
        let (state, message) = (&known.state, &received.message);
        let decision = match &received.proof {
            None => decide(state, message, answers, now),
            Some(proof) => proven(state, proof.names(), message, answers, now)?,
        };
        match decision {
            Decision::Done(outcome) => return Ok(outcome),
            Decision::Later => return Err(Fault::Later),
            Decision::Ask(question) => {
                // Larger than all the rest of a message, most of which ask nothing.
                Box::pin(ask::answer(
                    talk,
                    &received.message,
                    known,
                    question,
                    answers,
                    now,
                ))
                .await?;
            }
        }
    }
    Err(Fault::Endless)
}
