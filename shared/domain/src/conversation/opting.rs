//! STOP, START, and the words that end what is open.
//!
//! STOP is heard before the flood limiter, before any question that waits and whatever has become of the link; it ends
//! what is open and unlinks nothing. It is confirmed once: said again within the day it is silence that keeps its word,
//! unless there was something to end.

use super::{
    Audit, Decision, Event, Message, Outcome, Recipient, Turn, agent, asked, flow, help, step_up,
};
use crate::command::{self, Category, Command, Offered, Takes};
use crate::consent::{Consent, Kind};
use crate::flood::Room;
use crate::policy::STOP_CONFIRMED;
use crate::role::Role;
use crate::state::Standing;
use crate::step_up::Proof;
use crate::texts;

pub(super) const STOP: Command = Command {
    name: "stop",
    // As WhatsApp's and the carriers' rules name them, as phones correct them, and in Spanish.
    aliases: &[
        "stopall",
        "stop all",
        "unsubscribe",
        "revoke",
        "optout",
        "opt out",
        "opt-out",
        "parar",
        "detener",
    ],
    takes: Takes::Nothing,
    category: Category::Settings,
    offered: Offered::Receiving,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: true,
    examples: &["stop"],
    run: |turn, _| stop(turn, Room::Answer).into(),
};

pub(super) const START: Command = Command {
    name: "start",
    aliases: &["unstop", "comenzar", "empezar"],
    takes: Takes::Nothing,
    category: Category::Settings,
    offered: Offered::Never,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: true,
    examples: &["start"],
    run: |turn, _| start(turn),
};

pub(super) const END: Command = Command {
    name: "cancel",
    aliases: &["end", "quit", "cancelar"],
    takes: Takes::Nothing,
    category: Category::Help,
    offered: Offered::Never,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: true,
    examples: &["cancel"],
    run: |turn, _| end(turn),
};

pub(super) const BACK: Command = Command {
    name: "back",
    aliases: &["go back", "volver", "atrás"],
    takes: Takes::Nothing,
    category: Category::Help,
    offered: Offered::Never,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: true,
    examples: &["back"],
    run: |turn, _| back(turn),
};

/// The whole message is STOP or one of its spellings: typed, under a picture, or on a button.
pub(super) fn says_stop(message: &Message) -> bool {
    let tapped = message.payload.as_deref().and_then(command::parse_payload);
    let tapped = tapped.is_some_and(|(command, _)| command == &STOP);
    tapped || command::parse(&message.body).is(STOP.name)
}

/// A sentence that asks for silence is told the word that gives it.
pub(super) fn in_words(turn: &Turn<'_>) -> Option<Decision> {
    let text = command::tidy(&turn.message.body)
        .to_lowercase()
        .replace('’', "'");
    let asks = SILENCE.iter().any(|start| {
        let rest = text.strip_prefix(start);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    asks.then(|| turn.say_beside(texts::how_to_stop(turn.language())).into())
}

/// How sentences begin that ask to be left alone.
const SILENCE: [&str; 22] = [
    "stop messaging",
    "stop texting",
    "stop sending",
    "stop writing",
    "stop contacting",
    "stop bothering",
    "stop this",
    "stop all",
    "stop it",
    "please stop",
    "unsubscribe",
    "opt out",
    "opt me out",
    "leave me alone",
    "don't message me",
    "do not message me",
    "don't text me",
    "no me escriban",
    "no me escribas",
    "deja de escribirme",
    "dejen de escribirme",
    "déjame en paz",
];

pub(super) fn stop(turn: &Turn<'_>, room: Room) -> Outcome {
    let (linked, linking) = (turn.state.person.link.is_some(), turn.is_linking());
    let mut outcome = turn.without_linking(texts::opted_out(turn.language(), linked, linking));
    step_up::end(turn.state, &mut outcome);
    outcome.session.assistant = turn.state.session.assistant.ended();
    let asked_a_person = agent::ends(turn, &mut outcome);
    // A date ahead of the clock is a mistake of some clock, and confirmed as if it were none.
    let confirmed = turn
        .state
        .standing
        .opted_out_at
        .filter(|at| (0..STOP_CONFIRMED).contains(&turn.now.since(*at)));
    // What was agreed to for after a STOP ends with the next.
    let consents = &mut outcome.standing.consents;
    let alerts = consents
        .of(Kind::AlertsAfterStop)
        .is_some_and(|alerts| alerts.given);
    if alerts {
        consents.set(Kind::AlertsAfterStop, Consent::now(false, turn.now));
        outcome.audit.push(audit(Event::AlertsWithdrawn));
    }
    if confirmed.is_some() && (!(linking || alerts || asked_a_person) || room == Room::Silence) {
        outcome.says.clear();
        if alerts {
            outcome.standing.opted_out_at = Some(turn.now);
        }
        return outcome;
    }
    outcome.standing.opted_out_at = Some(turn.now);
    outcome.audit.push(audit(Event::OptedOut));
    outcome
}

/// START takes a STOP back. From anybody else it is a greeting.
pub(super) fn start(turn: &Turn<'_>) -> Decision {
    if turn.state.standing.opted_out_at.is_none() {
        return help::run(turn);
    }
    // It may be older than the STOP, and nothing tells.
    if turn.message.found_later {
        return turn.say(texts::missed_start(turn.language())).into();
    }
    let mut outcome = turn.say(texts::opted_in(turn.language()));
    outcome.standing = Standing {
        opted_out_at: None,
        opted_in_at: Some(turn.now),
        ..turn.state.standing.clone()
    };
    outcome.audit.push(audit(Event::OptedIn));
    outcome.into()
}

/// CANCEL, END or QUIT: the question that waits, else the linking that was begun; else whoever means STOP is told it.
pub(super) fn end(turn: &Turn<'_>) -> Decision {
    if asked::is_open(turn) {
        asked::cancel(turn)
    } else if flow::is_open(turn) {
        flow::close(turn)
    } else if turn.is_linking() {
        turn.without_linking(texts::linking_cancelled(turn.language()))
            .into()
    } else if step_up::waits(turn).is_some() {
        step_up::cancel(turn).into()
    } else {
        turn.say(texts::nothing_open(
            turn.language(),
            turn.state.standing.opted_out_at.is_some(),
        ))
        .into()
    }
}

/// Leaves a question as [`end`] does; with none open it leads to help.
fn back(turn: &Turn<'_>) -> Decision {
    if asked::is_open(turn) {
        end(turn)
    } else if let Some(step) = flow::back(turn) {
        step
    } else if step_up::waits(turn).is_some() {
        end(turn)
    } else {
        help::run(turn)
    }
}

/// Every answer to somebody who has opted out says last how to get messages again.
pub(super) fn remind(turn: &Turn<'_>, outcome: &mut Outcome) {
    let Some(out) = outcome.standing.opted_out_at else {
        return;
    };
    if turn.state.standing.opted_out_at.is_none() {
        return;
    }
    let alerts = outcome.standing.consents.alerts_since(out);
    let how = texts::how_to_start(turn.language(), alerts.is_some());
    for (recipient, reply) in &mut outcome.says {
        // Under a picture stands what is copied.
        if *recipient == Recipient::Sender && reply.picture.is_none() {
            reply.text = format!("{}\n\n{how}", reply.text);
        }
    }
}

fn audit(event: Event) -> Audit {
    Audit {
        event,
        account: None,
    }
}
