//! `help`, and the way to it for whoever typed something else.

use super::{Decision, Turn, staff};
use crate::outbox::{Buttons, Reply};
use crate::role::Role;
use crate::texts;

pub(super) fn run(turn: &Turn<'_>) -> Decision {
    let linked = turn.link().is_some();
    let opted_out = turn.state.standing.opted_out_at.is_some();
    let staff = staff::role(turn) > Role::User;
    turn.say(Reply::from(texts::help(linked, opted_out, staff)).with(buttons(linked)))
        .into()
}

pub(super) fn pointer(turn: &Turn<'_>) -> Decision {
    let linked = turn.link().is_some();
    turn.say(Reply::from(texts::unknown(linked)).with(buttons(linked)))
        .into()
}

fn buttons(linked: bool) -> Buttons {
    if linked {
        Buttons::StartLinked
    } else {
        Buttons::StartUnlinked
    }
}
