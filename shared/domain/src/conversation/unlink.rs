//! `unlink`: asks once, then destroys the link and all that belongs to it.

use super::{Decision, Event, Outcome, Turn};
use crate::outbox::{Buttons, Reply};
use crate::policy::CONFIRM_LIFE;
use crate::state::Dialogue;
use crate::texts;

pub(super) fn ask(turn: &Turn<'_>) -> Decision {
    match &turn.state.person.link {
        None => return cancel(turn).into(),
        Some(_) if turn.is_paused() => return turn.say(texts::link_paused()).into(),
        Some(link) if turn.link().is_none() => return turn.ended(link).into(),
        Some(_) => {}
    }
    // A MessageSid is never used twice, so it serves as the nonce.
    let nonce = turn.message.sid.as_str().to_owned();
    let mut outcome = turn.say(
        Reply::from(texts::confirm_unlink()).with(Buttons::UnlinkConfirm {
            nonce: nonce.clone(),
        }),
    );
    outcome.session.dialogue = Dialogue::ConfirmUnlink {
        nonce,
        until: turn.now.plus(CONFIRM_LIFE),
    };
    outcome.into()
}

/// Nothing is linked; what was begun goes, with the key that waited for its code.
fn cancel(turn: &Turn<'_>) -> Outcome {
    turn.without_linking(if turn.is_linking() {
        texts::linking_cancelled()
    } else {
        texts::not_linked()
    })
}

/// Whether "Disconnect?" waits for its answer.
pub(super) fn waits(turn: &Turn<'_>) -> bool {
    matches!(&turn.state.session.dialogue, Dialogue::ConfirmUnlink { until, .. } if turn.now < *until)
}

/// Something that is neither an answer nor a command: the question stands.
pub(super) fn ask_again(turn: &Turn<'_>) -> Decision {
    turn.say_beside(texts::yes_or_no()).into()
}

/// YES or NO was typed.
pub(super) fn answer(turn: &Turn<'_>, yes: bool) -> Decision {
    match &turn.state.session.dialogue {
        Dialogue::ConfirmUnlink { until, .. } if turn.now < *until => conclude(turn, yes),
        Dialogue::ConfirmUnlink { .. } | Dialogue::Idle => {
            turn.say(texts::nothing_to_confirm()).into()
        }
    }
}

/// A button that is no command was tapped: `unlink:NONCE` or `keep:NONCE`.
pub(super) fn button(turn: &Turn<'_>, payload: &str) -> Decision {
    match (payload.split_once(':'), &turn.state.session.dialogue) {
        (Some((word @ ("unlink" | "keep"), tapped)), Dialogue::ConfirmUnlink { nonce, until })
            if tapped == nonce && turn.now < *until =>
        {
            conclude(turn, word == "unlink")
        }
        _ => turn.say_beside(texts::old_button()).into(),
    }
}

fn conclude(turn: &Turn<'_>, yes: bool) -> Decision {
    match &turn.state.person.link {
        None => turn.say(texts::not_linked()).into(),
        Some(_) if turn.is_paused() => turn.say(texts::link_paused()).into(),
        Some(link) if turn.link().is_none() => turn.ended(link).into(),
        Some(_) if !yes => turn.say(texts::kept()).into(),
        Some(link) => turn
            .without_link(
                link,
                Event::UnlinkedByPerson,
                Reply::from(texts::unlinked(link.ends_at, &turn.zone()))
                    .with(Buttons::StartUnlinked),
            )
            .into(),
    }
}
