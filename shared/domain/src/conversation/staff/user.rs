//! `user NUMBER`, `user @NAME`: how that chat stands.

use super::{about, looks_like_somebody};
use crate::command::{Category, Command, Offered, Takes};
use crate::conversation::{Act, Event, Outcome, Subject, Turn};
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;

pub(in crate::conversation) const COMMAND: Command = Command {
    name: "user",
    aliases: &[],
    takes: Takes::Rest {
        looks_like_one: looks_like_somebody,
    },
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Support,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: false,
    examples: &["user +18765550100", "user @marcia"],
    run: |turn, typed| about(turn, typed, &COMMAND, look),
};

fn look(turn: &Turn<'_>, subject: &Subject) -> Outcome {
    let text = texts::chat_for_staff(turn.language(), subject, turn.now, &turn.zone());
    let mut outcome = turn.say(text);
    outcome.act = Some(Act::on(subject, Event::StaffLooked));
    outcome
}
