//! The question that is open: what counts as an answer to it, and what is said when nobody answered in time.

use super::{
    Decision, Outcome, Recipient, Turn, agent, consent, feedback, flow, help, privacy, requests,
    staff, unlink,
};
use crate::command::{self, Command, Parsed};
use crate::outbox::Reply;
use crate::policy::CONFIRM_LIFE;
use crate::state::{Asks, Open};
use crate::texts;

/// Asks, and waits for YES or NO.
pub(super) fn ask(turn: &Turn<'_>, asks: Asks, text: String) -> Outcome {
    let open = opened(turn, asks, None);
    let mut outcome = turn.say(Reply::from(text).yes_or_no(&open.nonce));
    outcome.session.open = Some(open);
    outcome
}

/// A question of just now; `command` is what YES to it runs, if that is what it asks.
pub(super) fn opened(turn: &Turn<'_>, asks: Asks, command: Option<String>) -> Open {
    Open {
        asks,
        // A MessageSid is never used twice, so it serves as the nonce.
        nonce: turn.message.sid.as_str().to_owned(),
        until: turn.now.plus(CONFIRM_LIFE),
        command,
        about: None,
        question: None,
    }
}

/// What waits for its answer, and the name that is on its buttons.
fn open<'a>(turn: &'a Turn<'_>) -> Option<(Asks, &'a str)> {
    let (asks, nonce, until) = turn.state.session.question()?;
    (turn.now < until && asks != Asks::SomethingElse).then_some((asks, nonce))
}

/// A question waits that wants an answer. Whether a command was meant does not: whatever else is said goes before it.
pub(super) fn waits(turn: &Turn<'_>) -> bool {
    open(turn).is_some_and(|(asks, _)| asks != Asks::Suggestion)
}

/// Anything is open that can be left.
pub(super) fn is_open(turn: &Turn<'_>) -> bool {
    open(turn).is_some()
}

/// The command that YES would run, which changes nothing at once.
pub(super) fn suggested(turn: &Turn<'_>) -> Option<(&'static Command, Option<String>)> {
    open(turn).filter(|(asks, _)| *asks == Asks::Suggestion)?;
    let open = turn.state.session.open.as_ref()?;
    match command::parse(open.command.as_deref()?) {
        Parsed::Run(command, rest) if !command.changes => Some((command, rest)),
        _ => None,
    }
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
    if let Some(thanked) = feedback::thumb(turn, payload) {
        return thanked.into();
    }
    if let Some(answered) = requests::tapped(turn, payload) {
        return answered;
    }
    if let Some(answered) = flow::tapped(turn, payload) {
        return answered;
    }
    let tapped = payload.split_once(':').zip(open(turn));
    let answered = tapped.and_then(|((word, tapped), (asks, nonce))| {
        let yes = match (asks, word) {
            (Asks::Unlink, "unlink") => true,
            (Asks::Unlink, "keep") => false,
            // The buttons of a suggestion are commands.
            (Asks::Unlink | Asks::Suggestion, _) => return None,
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
        (Asks::UnlinkUser, _) => staff::unlink::conclude(turn, yes),
        (Asks::Announcement, _) => staff::announce::conclude(turn, yes),
        (Asks::Person, _) => agent::conclude(turn, yes),
        (Asks::Suggestion, _) => match suggested(turn).filter(|_| yes) {
            Some((command, rest)) => super::run(turn, command, rest.as_deref()),
            None => help::run(turn),
        },
        (_, Some(kind)) => consent::conclude(turn, kind, yes),
        (_, None) => turn.say(texts::nothing_to_confirm(turn.language())).into(),
    }
}

/// CANCEL: the question goes. To one of consent that is no answer.
pub(super) fn cancel(turn: &Turn<'_>) -> Decision {
    match open(turn) {
        Some((
            Asks::Unlink | Asks::Erasure | Asks::UnlinkUser | Asks::Announcement | Asks::Person,
            _,
        )) => answer(turn, false),
        _ => turn
            .say(texts::privacy::question_closed(turn.language()))
            .into(),
    }
}

/// Whoever let a question wait too long hears so at the head of the next answer, once.
pub(super) fn tell_time_out(turn: &Turn<'_>, outcome: &mut Outcome) {
    let (session, before) = (&mut outcome.session, &turn.state.session);
    let ran_out = before.question().filter(|(.., until)| *until <= turn.now);
    let asked = ran_out.map(|(asks, ..)| asks).or(turn.state.timed_out);
    // Nobody waits for the answer to that one.
    let Some(asks) = asked.filter(|asks| *asks != Asks::Suggestion) else {
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
