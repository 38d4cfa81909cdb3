//! `balance`: what the linked wallet holds.

use super::{Decision, Question, Turn, step_up};
use crate::command::Verb;
use crate::flash::FlashTrouble;
use crate::money::Cents;
use crate::outbox::{Buttons, Reply};
use crate::texts;

pub(super) fn run(turn: &Turn<'_>) -> Decision {
    let Some(link) = &turn.state.person.link else {
        return turn
            .say(Reply::from(texts::link_first()).with(Buttons::StartUnlinked))
            .into();
    };
    if turn.is_paused() {
        return turn
            .say(Reply::from(texts::link_paused()).with(Buttons::StartUnlinked))
            .into();
    }
    if turn.link().is_none() {
        return turn.ended(link).into();
    }
    if turn.is_unproven() {
        return turn.say(texts::missed_balance()).into();
    }
    // An answer got with another key belongs to a link that is no more.
    match turn
        .answers
        .balance
        .as_ref()
        .filter(|(key_id, _)| *key_id == link.key_id)
    {
        None if turn.state.flash_is_down => turn
            .say(texts::flash_trouble(FlashTrouble::Unavailable))
            .into(),
        None => Decision::Ask(Question::Balance { link: link.clone() }),
        Some((_, Err(FlashTrouble::CredentialGone))) => turn.ended(link).into(),
        Some((_, Err(trouble))) => turn.say(texts::flash_trouble(*trouble)).into(),
        Some((_, Ok(balance))) => match balance.cents.and_then(Cents::floor) {
            Some(cents) => match step_up::before_showing(turn, Verb::Balance, cents) {
                Some(proof_first) => proof_first,
                None => turn
                    .say(
                        Reply::from(texts::balance(balance, cents, turn.now, &turn.zone()))
                            .of_link(link),
                    )
                    .into(),
            },
            None => turn.say(texts::balance_not_available()).into(),
        },
    }
}
