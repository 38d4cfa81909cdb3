//! `unlink`: asks once, then destroys the link and all that belongs to it.

use super::{Decision, Event, Outcome, Turn};
use crate::command::{Category, Command, Offered, Takes};
use crate::outbox::{Buttons, Reply};
use crate::policy::CONFIRM_LIFE;
use crate::role::Role;
use crate::state::Dialogue;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "unlink",
    aliases: &[
        "disconnect",
        "unlink my account",
        "unlink account",
        "desvincular",
        "desconectar",
    ],
    takes: Takes::Nothing,
    category: Category::Account,
    offered: Offered::Linked,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["unlink"],
    run: |turn, _| ask(turn),
};

pub(super) fn ask(turn: &Turn<'_>) -> Decision {
    match &turn.state.person.link {
        None => return cancel(turn).into(),
        Some(_) if turn.is_paused() => return turn.say(texts::link_paused(turn.language())).into(),
        Some(link) if turn.link().is_none() => return turn.ended(link).into(),
        Some(_) => {}
    }
    // A MessageSid is never used twice, so it serves as the nonce.
    let nonce = turn.message.sid.as_str().to_owned();
    let mut outcome = turn.say(Reply::from(texts::confirm_unlink(turn.language())).with(
        Buttons::UnlinkConfirm {
            nonce: nonce.clone(),
        },
    ));
    outcome.session.dialogue = Dialogue::ConfirmUnlink {
        nonce,
        until: turn.now.plus(CONFIRM_LIFE),
    };
    outcome.into()
}

/// Nothing is linked; what was begun goes, with the key that waited for its code.
fn cancel(turn: &Turn<'_>) -> Outcome {
    turn.without_linking(if turn.is_linking() {
        texts::linking_cancelled(turn.language())
    } else {
        texts::not_linked(turn.language())
    })
}

/// The answer to "Disconnect?".
pub(super) fn conclude(turn: &Turn<'_>, yes: bool) -> Decision {
    match &turn.state.person.link {
        None => turn.say(texts::not_linked(turn.language())).into(),
        Some(_) if turn.is_paused() => turn.say(texts::link_paused(turn.language())).into(),
        Some(link) if turn.link().is_none() => turn.ended(link).into(),
        Some(_) if !yes => turn.say(texts::kept(turn.language())).into(),
        Some(link) => turn
            .without_link(
                link,
                Event::UnlinkedByPerson,
                Reply::from(texts::unlinked(turn.language(), link.ends_at, &turn.zone()))
                    .with(Buttons::StartUnlinked),
            )
            .into(),
    }
}
