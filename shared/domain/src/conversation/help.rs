//! `help`, and the way to it for whoever typed something else.

use super::{Decision, Turn, staff};
use crate::command::{Category, Command, Offered, Takes};
use crate::outbox::{Buttons, Reply};
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "help",
    aliases: &["menu", "?", "hi", "hello", "commands", "ayuda", "hola"],
    takes: Takes::Nothing,
    category: Category::Help,
    offered: Offered::Always,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["help"],
    run: |turn, _| run(turn),
};

pub(super) fn run(turn: &Turn<'_>) -> Decision {
    let linked = turn.link().is_some();
    let opted_out = turn.state.standing.opted_out_at.is_some();
    let staff = staff::role(turn) > Role::User;
    turn.say(
        Reply::from(texts::help(turn.language(), linked, opted_out, staff)).with(buttons(linked)),
    )
    .into()
}

pub(super) fn pointer(turn: &Turn<'_>) -> Decision {
    let linked = turn.link().is_some();
    turn.say(Reply::from(texts::unknown(turn.language(), linked)).with(buttons(linked)))
        .into()
}

fn buttons(linked: bool) -> Buttons {
    if linked {
        Buttons::StartLinked
    } else {
        Buttons::StartUnlinked
    }
}
