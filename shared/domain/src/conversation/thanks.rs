//! `thanks`, and what else people say without wanting anything.

use super::{Decision, Turn, asked};
use crate::command::{Category, Command, Offered, Takes};
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "thanks",
    aliases: &[
        "thank you",
        "thank you very much",
        "thanks a lot",
        "many thanks",
        "ok",
        "okay",
        "ok thanks",
        "gracias",
        "muchas gracias",
    ],
    takes: Takes::Nothing,
    category: Category::Help,
    offered: Offered::Never,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["thanks"],
    run: |turn, _| run(turn),
};

/// "Ok" is no YES.
fn run(turn: &Turn<'_>) -> Decision {
    if asked::waits(turn) {
        return asked::again(turn);
    }
    turn.say_beside(texts::welcome(turn.language())).into()
}
