//! `transaction 2`: one payment of the list that was just read, in detail.

use super::{Decision, Question, Turn, from_flash, history, step_up};
use crate::command::{Category, Command, Offered, Takes};
use crate::flash::TransactionId;
use crate::outbox::Reply;
use crate::role::Role;
use crate::state::Listed;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "transaction",
    aliases: &[
        "tx",
        "payment",
        "detail",
        "details",
        "transacción",
        "transaccion",
        "pago",
        "detalle",
    ],
    takes: Takes::Rest {
        looks_like_one: looks_like_an_id,
    },
    category: Category::Money,
    offered: Offered::Never,
    role: Role::User,
    needs_link: true,
    proof: Proof::ForReading,
    changes: false,
    examples: &["transaction 2"],
    run: |turn, number| run(turn, number).unwrap_or_else(|instead| *instead),
};

/// A number, or what somebody may have copied from elsewhere to stand for a payment; not a sentence.
fn looks_like_an_id(text: &str) -> bool {
    !text.contains(' ') && text.chars().any(char::is_numeric)
}

fn run(turn: &Turn<'_>, number: Option<&str>) -> Result<Decision, Box<Decision>> {
    let l = turn.language();
    let Some(listed) = history::listed(turn) else {
        return Ok(turn.say_beside(texts::nothing_listed(l)).into());
    };
    // Only what the list has shown can be asked for: Flash answers for anybody's id.
    let Some((number, id)) = number.and_then(|number| numbered(listed, number)) else {
        let text = texts::which_payment(l, listed.payments.len());
        return Ok(turn.say_beside(text).into());
    };
    let got = turn.answers.transaction.as_ref();
    let got = got.filter(|(_, asked, _)| asked == id);
    let got = got.map(|(key_id, _, details)| (key_id.as_str(), details));
    let again = format!("{} {number}", COMMAND.name);
    let details = from_flash::answer(turn, &COMMAND, &again, got, |link| Question::Transaction {
        link,
        id: id.clone(),
    })?;
    let (Some(details), Some(link)) = (details, turn.link()) else {
        return Ok(turn.say(texts::no_such_payment(l)).into());
    };
    let typed = number.to_string();
    let size = history::size(&details.transaction);
    let proof_first =
        size.and_then(|cents| step_up::before_showing(turn, &COMMAND, Some(&typed), cents));
    if let Some(proof_first) = proof_first {
        return Ok(proof_first);
    }
    let text = texts::payment(l, number, details, turn.now, &turn.zone());
    Ok(turn.say(Reply::from(text).of_link(link)).into())
}

/// The payment of this number in the list.
fn numbered<'l>(listed: &'l Listed, number: &str) -> Option<(usize, &'l TransactionId)> {
    let number: usize = number.trim_start_matches('#').parse().ok()?;
    let id = listed.payments.get(number.checked_sub(1)?)?;
    Some((number, id))
}
