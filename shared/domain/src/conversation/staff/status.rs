//! `status`: how the bot and what it stands on are doing, for staff.

use crate::breaker::Breaker;
use crate::command::{Category, Command, Offered, Takes};
use crate::conversation::{Decision, Question, Turn};
use crate::counts::Counts;
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;
use crate::time::Moment;

pub(in crate::conversation) const COMMAND: Command = Command {
    name: "status",
    aliases: &["estado"],
    takes: Takes::Nothing,
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Support,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: false,
    examples: &["status"],
    run: |turn, _| run(turn),
};

/// How things stand, as far as anybody here can know. That the tables answer is shown by there being one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The running release, as it was named when it was deployed.
    pub release: String,
    pub flash: Breaker,
    pub twilio: Breaker,
    /// Why and since when nothing is sent at all: Twilio's code.
    pub stopped: Option<(u32, Moment)>,
    /// None: the queues did not say.
    pub queues: Option<Vec<QueueDepth>>,
    /// Since when what waits longest should have been done.
    pub overdue_since: Option<Moment>,
    /// Of today.
    pub counts: Counts,
}

/// About how much a queue holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueDepth {
    pub name: &'static str,
    /// To be delivered, now or when their time comes.
    pub waiting: u64,
    pub dead: u64,
}

fn run(turn: &Turn<'_>) -> Decision {
    match &turn.answers.status {
        Some(status) => {
            let text = texts::status(turn.language(), status, turn.now, &turn.zone());
            turn.say(text).into()
        }
        None => Decision::Ask(Question::Status),
    }
}
