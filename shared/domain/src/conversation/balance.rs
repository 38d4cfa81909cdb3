//! `balance` and `refresh`: what the linked wallet holds.

use super::{Decision, Question, Turn, from_flash, needs_link, step_up};
use crate::cached::{Figure, Remember};
use crate::command::{Category, Command, Offered, Takes};
use crate::money::Cents;
use crate::outbox::{QuickSet, Reply};
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
    run: |turn, _| run(turn, &COMMAND, Asked::OfLate),
};

pub(super) const REFRESH: Command = Command {
    name: "refresh",
    aliases: &[
        "balance refresh",
        "refresh balance",
        "actualizar",
        "actualizar saldo",
    ],
    offered: Offered::Never,
    examples: &["refresh"],
    run: |turn, _| run(turn, &REFRESH, Asked::Now),
    ..COMMAND
};

/// How old a figure may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// One that was told a moment ago will do.
    OfLate,
    /// Flash is asked.
    Now,
}

/// A figure, and whether it was told before.
pub(super) struct Told<'t> {
    pub(super) figure: &'t Figure,
    pub(super) before: bool,
}

/// What the sender's wallet holds, else what comes in its place: the question, or what the sender of `command` reads.
pub(super) fn told<'t>(
    turn: &Turn<'t>,
    command: &Command,
    asked: Asked,
) -> Result<Told<'t>, Box<Decision>> {
    let Some(link) = turn.link() else {
        return Err(Box::new(needs_link(turn, command)));
    };
    let currency = turn.state.person.currency.as_deref();
    let cached = &turn.state.cached_balance;
    let answer = turn.answers.balance.as_ref();
    let answer = answer.filter(|answer| answer.answers(link, currency, cached));
    let figure = cached
        .figure
        .as_ref()
        .filter(|figure| asked == Asked::OfLate && figure.serves(link, currency, turn.now));
    if let (None, Some(figure)) = (answer, figure) {
        return Ok(Told {
            figure,
            before: true,
        });
    }
    let got = answer.map(|answer| (answer.of_link.as_str(), &answer.told));
    let question = |link| Question::Balance {
        link,
        currency: currency.map(str::to_owned),
    };
    let figure = from_flash::answer(turn, command, command.name, got, question)?;
    Ok(Told {
        figure,
        before: false,
    })
}

fn run(turn: &Turn<'_>, command: &'static Command, asked: Asked) -> Decision {
    let told = match told(turn, command, asked) {
        Ok(told) => told,
        Err(instead) => return *instead,
    };
    let Figure { balance, at, .. } = told.figure;
    let l = turn.language();
    let Some(cents) = balance.cents.and_then(Cents::floor) else {
        return turn.say(texts::balance_not_available(l)).into();
    };
    if let Some(proof_first) = step_up::before_showing(turn, command, None, cents) {
        return proof_first;
    }
    let price = balance.price.as_ref();
    let mut text = texts::balance(l, cents, price, (*at, turn.now), &turn.zone());
    if told.before {
        text.push('\n');
        text.push_str(&texts::balance_told_before(l));
    }
    let reply = Reply::from(text).quick(QuickSet::AfterBalance, Vec::new());
    let mut outcome = turn.say(match turn.link() {
        Some(link) => reply.of_link(link),
        None => reply,
    });
    outcome.balance = Remember::Figure(Box::new(told.figure.clone()));
    outcome.into()
}
