//! `history` and `more`: what was paid, the newest first.

use super::{Answers, Decision, Question, Turn, from_flash, step_up};
use crate::command::{Category, Command, Offered, Takes, looks_like_a_number};
use crate::flash::{History, Transaction, TransactionId};
use crate::money::Cents;
use crate::outbox::{QuickSet, Reply};
use crate::policy::{HISTORY_MOST, HISTORY_PAGE, HISTORY_ROWS, LISTED_LIFE};
use crate::role::Role;
use crate::state::Listed;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "history",
    aliases: &[
        "transactions",
        "payments",
        "my payments",
        "historial",
        "movimientos",
        "mis pagos",
    ],
    takes: Takes::Rest {
        looks_like_one: looks_like_a_number,
    },
    category: Category::Money,
    offered: Offered::Linked,
    role: Role::User,
    needs_link: true,
    proof: Proof::ForReading,
    changes: false,
    examples: &["history", "history 10"],
    run: |turn, many| latest(turn, many).unwrap_or_else(|instead| *instead),
};

pub(super) const MORE: Command = Command {
    name: "more",
    aliases: &["next", "más", "mas"],
    takes: Takes::Nothing,
    category: Category::Money,
    offered: Offered::Never,
    role: Role::User,
    needs_link: true,
    proof: Proof::ForReading,
    changes: false,
    examples: &["more"],
    run: |turn, _| more(turn).unwrap_or_else(|instead| *instead),
};

/// The list whose numbers the sender goes by, if there is one.
pub(super) fn listed<'a>(turn: &Turn<'a>) -> Option<&'a Listed> {
    let listed = turn.state.session.listed.as_ref()?;
    let link = turn.link()?;
    (turn.now < listed.until && listed.of_link == link.key_id).then_some(listed)
}

/// What a payment comes to, whichever way the money went; None where nobody knows.
pub(super) fn size(payment: &Transaction) -> Option<Cents> {
    let cents = payment.dollars?.abs().checked_mul(100.into())?;
    Cents::floor(cents)
}

fn latest(turn: &Turn<'_>, many: Option<&str>) -> Result<Decision, Box<Decision>> {
    let page = match many.map(str::parse) {
        None => HISTORY_PAGE,
        Some(Ok(many @ 1..=HISTORY_MOST)) => many,
        Some(_) => {
            let text = texts::how_many_payments(turn.language());
            return Ok(turn.say_beside(text).into());
        }
    };
    let again = match many {
        Some(many) => format!("{} {many}", COMMAND.name),
        None => COMMAND.name.to_owned(),
    };
    let history = history(turn, &COMMAND, &again)?;
    if history.rows.is_empty() {
        let l = turn.language();
        let mut outcome = turn.say(if history.doubtful {
            texts::payments_not_available(l, &again)
        } else {
            texts::no_payments(l, turn.state.receiving)
        });
        outcome.session.listed = None;
        return Ok(outcome.into());
    }
    let rows: Vec<_> = history.rows.iter().collect();
    Ok(show(turn, &COMMAND, many, Vec::new(), &rows, page))
}

/// What comes after the list as it was read: new payments may have come in since.
fn more(turn: &Turn<'_>) -> Result<Decision, Box<Decision>> {
    let l = turn.language();
    let Some(listed) = listed(turn) else {
        return Ok(turn.say_beside(texts::nothing_listed(l)).into());
    };
    let history = history(turn, &MORE, MORE.name)?;
    // There was something a moment ago.
    if history.rows.is_empty() {
        return Ok(turn.say(texts::payments_not_available(l, MORE.name)).into());
    }
    let older = |row: &&Transaction| row.at <= listed.down_to && !listed.payments.contains(&row.id);
    let rows: Vec<_> = history.rows.iter().filter(older).collect();
    if rows.is_empty() {
        let all = history.rows.len() < usize::from(HISTORY_ROWS);
        return Ok(turn.say(texts::no_more_payments(l, all)).into());
    }
    let before = listed.payments.clone();
    Ok(show(turn, &MORE, None, before, &rows, HISTORY_PAGE))
}

fn history<'t>(
    turn: &Turn<'t>,
    command: &Command,
    again: &str,
) -> Result<&'t History, Box<Decision>> {
    let answers: &'t Answers = turn.answers;
    let got = answers.history.as_ref();
    let got = got.map(|(key_id, history)| (key_id.as_str(), history));
    from_flash::answer(turn, command, again, got, |link| Question::History { link })
}

/// The first of `rows`, which come after those `before`; `page` of them at most.
fn show(
    turn: &Turn<'_>,
    command: &'static Command,
    typed: Option<&str>,
    before: Vec<TransactionId>,
    rows: &[&Transaction],
    page: usize,
) -> Decision {
    let shown: Vec<_> = rows.iter().take(page).copied().collect();
    let (Some(link), Some(last)) = (turn.link(), shown.last()) else {
        return turn
            .say(texts::no_payments(turn.language(), turn.state.receiving))
            .into();
    };
    let largest = shown.iter().filter_map(|row| size(row)).max();
    let proof_first =
        largest.and_then(|cents| step_up::before_showing(turn, command, typed, cents));
    if let Some(proof_first) = proof_first {
        return proof_first;
    }
    let more = shown.len() < rows.len();
    let text = texts::payments(
        turn.language(),
        before.len(),
        &shown,
        more,
        turn.now,
        &turn.zone(),
    );
    let mut reply = Reply::from(text).of_link(link);
    if more {
        reply = reply.quick(QuickSet::More, vec![MORE.name.to_owned()]);
    }
    let mut payments = before;
    payments.extend(shown.iter().map(|row| row.id.clone()));
    let mut outcome = turn.say(reply);
    outcome.session.listed = Some(Listed {
        payments,
        down_to: last.at,
        until: turn.now.plus(LISTED_LIFE),
        of_link: link.key_id.clone(),
    });
    outcome.into()
}
