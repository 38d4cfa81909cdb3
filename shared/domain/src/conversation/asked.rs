//! The question that is open: what counts as an answer to it, and what is said when nobody answered in time.

use super::{Decision, Outcome, Recipient, Turn, consent, privacy, unlink};
use crate::outbox::Reply;
use crate::policy::CONFIRM_LIFE;
use crate::state::{Asks, Open};
use crate::texts;

/// Asks, and waits for YES or NO.
pub(super) fn ask(turn: &Turn<'_>, asks: Asks, text: String) -> Outcome {
    // A MessageSid is never used twice, so it serves as the nonce.
    let nonce = turn.message.sid.as_str().to_owned();
    let mut outcome = turn.say(Reply::from(text).yes_or_no(&nonce));
    outcome.session.open = Some(Open {
        asks,
        nonce,
        until: turn.now.plus(CONFIRM_LIFE),
    });
    outcome
}

/// What waits for its answer, and the name that is on its buttons.
fn open<'a>(turn: &'a Turn<'_>) -> Option<(Asks, &'a str)> {
    let (asks, nonce, until) = turn.state.session.question()?;
    (turn.now < until && asks != Asks::SomethingElse).then_some((asks, nonce))
}

pub(super) fn waits(turn: &Turn<'_>) -> bool {
    open(turn).is_some()
}

/// Something that is neither an answer nor a command: the question stands.
pub(super) fn again(turn: &Turn<'_>) -> Decision {
    let text = match open(turn) {
        Some((Asks::Unlink, _)) => texts::yes_or_no(turn.language()),
        _ => texts::privacy::yes_or_no(turn.language()),
    };
    turn.say_beside(text).into()
}

/// YES or NO was typed.
pub(super) fn answer(turn: &Turn<'_>, yes: bool) -> Decision {
    match open(turn) {
        Some((asks, _)) => conclude(turn, asks, yes),
        None => turn.say(texts::nothing_to_confirm(turn.language())).into(),
    }
}

/// A button that is no command was tapped: a word and the name of its question.
pub(super) fn button(turn: &Turn<'_>, payload: &str) -> Decision {
    let tapped = payload.split_once(':').zip(open(turn));
    let answered = tapped.and_then(|((word, tapped), (asks, nonce))| {
        let yes = match (asks, word) {
            (Asks::Unlink, "unlink") => true,
            (Asks::Unlink, "keep") => false,
            (Asks::Unlink, _) => return None,
            (_, "yes") => true,
            (_, "no") => false,
            _ => return None,
        };
        (tapped == nonce).then_some((asks, yes))
    });
    match answered {
        Some((asks, yes)) => conclude(turn, asks, yes),
        None => turn.say_beside(texts::old_button(turn.language())).into(),
    }
}

fn conclude(turn: &Turn<'_>, asks: Asks, yes: bool) -> Decision {
    match (asks, asks.consent()) {
        (Asks::Unlink, _) => unlink::conclude(turn, yes),
        (Asks::Erasure, _) => privacy::conclude(turn, yes),
        (_, Some(kind)) => consent::conclude(turn, kind, yes),
        (_, None) => turn.say(texts::nothing_to_confirm(turn.language())).into(),
    }
}

/// CANCEL: the question goes. To one of consent that is no answer.
pub(super) fn cancel(turn: &Turn<'_>) -> Decision {
    match open(turn) {
        Some((Asks::Unlink | Asks::Erasure, _)) => answer(turn, false),
        _ => turn
            .say(texts::privacy::question_closed(turn.language()))
            .into(),
    }
}

/// Whoever let a question wait too long hears so at the head of the next answer, once.
pub(super) fn tell_time_out(turn: &Turn<'_>, outcome: &mut Outcome) {
    let (session, before) = (&mut outcome.session, &turn.state.session);
    let ran_out = before.question().filter(|(.., until)| *until <= turn.now);
    let Some(asks) = ran_out.map(|(asks, ..)| asks).or(turn.state.timed_out) else {
        return;
    };
    let first = outcome
        .says
        .iter_mut()
        .find(|(recipient, _)| *recipient == Recipient::Sender);
    let Some((_, reply)) = first else {
        return;
    };
    reply.text = format!(
        "{}\n\n{}",
        texts::privacy::timed_out(turn.language(), asks),
        reply.text
    );
    // What is said beside a question leaves it as it was.
    if ran_out.is_some() && session.question() == before.question() {
        session.dialogue = crate::state::Dialogue::Idle;
        session.open = None;
    }
}
