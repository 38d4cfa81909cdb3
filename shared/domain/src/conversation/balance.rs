//! `balance`: what the linked wallet holds.

use super::{Decision, Question, Turn, needs_link, step_up};
use crate::command::{Category, Command, Offered, Takes};
use crate::flash::FlashTrouble;
use crate::money::Cents;
use crate::outbox::Reply;
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "balance",
    aliases: &["bal", "my balance", "b", "saldo", "mi saldo"],
    takes: Takes::Nothing,
    category: Category::Money,
    offered: Offered::Linked,
    role: Role::User,
    needs_link: true,
    proof: Proof::ForReading,
    changes: false,
    examples: &["balance"],
    run: |turn, _| run(turn),
};

fn run(turn: &Turn<'_>) -> Decision {
    let Some(link) = turn.link() else {
        return needs_link(turn, &COMMAND);
    };
    // An answer got with another key belongs to a link that is no more.
    match turn
        .answers
        .balance
        .as_ref()
        .filter(|(key_id, _)| *key_id == link.key_id)
    {
        None if turn.state.flash_is_down => turn
            .say(texts::flash_trouble(
                turn.language(),
                FlashTrouble::Unavailable,
                COMMAND.name,
            ))
            .into(),
        None => Decision::Ask(Question::Balance { link: link.clone() }),
        Some((_, Err(FlashTrouble::CredentialGone))) => turn.ended(link).into(),
        Some((_, Err(trouble))) => turn
            .say(texts::flash_trouble(
                turn.language(),
                *trouble,
                COMMAND.name,
            ))
            .into(),
        Some((_, Ok(balance))) => match balance.cents.and_then(Cents::floor) {
            Some(cents) => match step_up::before_showing(turn, &COMMAND, None, cents) {
                Some(proof_first) => proof_first,
                None => turn
                    .say(
                        Reply::from(texts::balance(
                            turn.language(),
                            balance,
                            cents,
                            turn.now,
                            &turn.zone(),
                        ))
                        .of_link(link),
                    )
                    .into(),
            },
            None => turn
                .say(texts::balance_not_available(turn.language()))
                .into(),
        },
    }
}
