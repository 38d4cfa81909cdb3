//! `price`: what a bitcoin and a US dollar cost in the person's own money.

use super::balance::{self, Asked};
use super::{Decision, Question, Turn};
use crate::command::{Category, Command, Offered, Takes};
use crate::flash::FlashTrouble;
use crate::money::{Currency, Price};
use crate::place;
use crate::policy::PRICE_STALE;
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "price",
    aliases: &[
        "prices",
        "btc",
        "bitcoin",
        "btc price",
        "bitcoin price",
        "rate",
        "precio",
        "precio de bitcoin",
        "tasa",
    ],
    takes: Takes::Nothing,
    category: Category::Money,
    offered: Offered::Always,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["price"],
    run: |turn, _| run(turn),
};

fn run(turn: &Turn<'_>) -> Decision {
    match &turn.state.person.currency {
        Some(code) => in_currency(turn, code),
        None => by_account(turn).unwrap_or_else(|| in_currency(turn, &of_place(turn))),
    }
}

/// That of the place, or the US dollar once Flash has said that it has no such currency.
fn of_place(turn: &Turn<'_>) -> String {
    let dollar = Currency::usd().code;
    let asked = turn.answers.price.as_ref();
    match asked {
        Some((code, told)) if *code == dollar || matches!(told, Ok(None)) => dollar,
        Some(_) | None => place::currency(&turn.message.from).to_owned(),
    }
}

/// In the currency of the linked account, which comes with its balance: one question in place of two. None: there is no
/// such account to ask about, or it is no help.
fn by_account(turn: &Turn<'_>) -> Option<Decision> {
    turn.link().filter(|_| !turn.is_unproven())?;
    match balance::told(turn, &COMMAND, Asked::OfLate) {
        Ok(told) => told
            .figure
            .balance
            .price
            .as_ref()
            .map(|price| show(turn, price)),
        Err(instead) => {
            let trouble = turn.answers.balance.as_ref();
            let trouble = trouble.and_then(|asked| asked.told.as_ref().err());
            // What is wrong with the account is told when it is asked for.
            let of_account = matches!(
                trouble,
                Some(
                    FlashTrouble::Moving
                        | FlashTrouble::NeedsSupport
                        | FlashTrouble::Declined
                        | FlashTrouble::CredentialDamaged
                )
            );
            (!of_account).then_some(*instead)
        }
    }
}

fn in_currency(turn: &Turn<'_>, code: &str) -> Decision {
    let asked = turn.answers.price.as_ref();
    let asked = asked.filter(|(asked, _)| asked == code);
    let trouble = match asked {
        Some((_, Ok(Some(price)))) => return show(turn, price),
        Some((_, Ok(None))) if turn.state.person.currency.is_some() => {
            return turn
                .say(texts::price_unlisted(turn.language(), code))
                .into();
        }
        Some((_, Err(trouble @ FlashTrouble::Busy { .. }))) => *trouble,
        None if !turn.state.flash_is_down => {
            return Decision::Ask(Question::Price {
                currency: code.to_owned(),
            });
        }
        // No key is used here, so nothing can be wrong with one.
        Some((_, Ok(None) | Err(_))) | None => FlashTrouble::Unavailable,
    };
    let text = texts::flash_trouble(turn.language(), trouble, COMMAND.name);
    turn.say(text).into()
}

fn show(turn: &Turn<'_>, price: &Price) -> Decision {
    let l = turn.language();
    let text = if turn.now.since(price.at) > PRICE_STALE {
        Some(texts::price_too_old(l, price.at, &turn.zone()))
    } else {
        texts::price(l, price, turn.now)
    };
    let none = || texts::flash_trouble(l, FlashTrouble::Unavailable, COMMAND.name);
    turn.say(text.unwrap_or_else(none)).into()
}
