//! What Flash's staff may see and mend: other people's chats, how the bot is doing, and news to everybody.
//!
//! Nobody is shown an account, a name, an address or an amount. The number or the name that was typed is turned into a
//! person's key by the shell at once and goes no further.

pub(super) mod ai;
pub(super) mod announce;
pub(super) mod lock;
pub(super) mod report;
pub(super) mod status;
pub(super) mod tickets;
pub(super) mod unlink;
pub(super) mod user;

use super::{Audit, Decision, Event, NoSubject, Outcome, Question, Subject, Turn, Whom, step_up};
use crate::address::PhoneNumber;
use crate::command::{Command, looks_like_a_number};
use crate::flash::Username;
use crate::risk::Sign;
use crate::role::{self, Role};
use crate::texts;
use crate::time::Moment;

/// The role in force for the sender.
pub(super) fn role(turn: &Turn<'_>) -> Role {
    let state = turn.state;
    let user = turn.message.user.as_ref();
    role::in_force(&state.standing, &state.person, user, turn.now)
}

/// Since when they have had it, for a command that needs one: nothing proven before then counts.
pub(super) fn since(turn: &Turn<'_>, command: &Command) -> Option<Moment> {
    let grant = turn.state.standing.role.as_ref();
    let grant = grant.filter(|_| command.role > Role::User);
    grant.map(|grant| grant.at)
}

/// What the sender may not do, said in words that fit whoever meant something else, recorded, and odd if repeated.
pub(super) fn refused(turn: &Turn<'_>, command: &Command) -> Decision {
    let l = turn.language();
    let is_staff = role(turn) > Role::User;
    let mut outcome = turn.say_beside(if is_staff {
        texts::for_admins_only(l)
    } else {
        texts::for_staff_only(l)
    });
    // Whoever asks for the status or for tickets, or wants to report something, need not have meant ours.
    let plain = [
        status::COMMAND.name,
        report::COMMAND.name,
        tickets::COMMAND.name,
    ];
    let plain = plain.contains(&command.name);
    // What was found later does not say who sent it: it may have been staff.
    if !turn.message.found_later && !plain && !is_staff {
        outcome.guard = outcome.guard.noted(Sign::StaffRefused, turn.now);
    }
    outcome.audit.push(Audit {
        event: Event::RefusedRole,
        account: turn.link().map(|link| link.account.clone()),
    });
    outcome.into()
}

/// A question of `command` is answered with YES: role and proof must be as good as when it was asked.
fn no_longer_may(turn: &Turn<'_>, command: &'static Command) -> Option<Decision> {
    if role(turn) < command.role {
        return Some(refused(turn, command));
    }
    step_up::first(turn, command, None)
}

/// What nobody types after a command but as somebody's number or name, right or wrong.
fn looks_like_somebody(text: &str) -> bool {
    looks_like_a_number(text) || (text.starts_with('@') && !text.contains(' '))
}

fn whom(text: &str) -> Option<Whom> {
    if text.starts_with('@') {
        return Username::parse(text).ok().map(Whom::Username);
    }
    PhoneNumber::parse(text).ok().map(Whom::Number)
}

/// `does` it to the chat of the number or name that was typed.
fn about(
    turn: &Turn<'_>,
    typed: Option<&str>,
    command: &Command,
    does: fn(&Turn<'_>, &Subject) -> Outcome,
) -> Decision {
    let Some(whom) = typed.and_then(whom) else {
        let example = texts::staff_example(turn.language(), command.name);
        return turn.say(example).into();
    };
    found(turn, whom, command, does)
}

fn found(
    turn: &Turn<'_>,
    whom: Whom,
    command: &Command,
    does: fn(&Turn<'_>, &Subject) -> Outcome,
) -> Decision {
    let l = turn.language();
    match (&turn.answers.subject, turn.answers.no_subject) {
        (Some(subject), _) => does(turn, subject).into(),
        (None, Some(NoSubject::NotAtFlash)) => turn.say(texts::no_such_name(l)).into(),
        (None, Some(NoSubject::NotHere)) => turn.say(texts::name_not_linked_here(l)).into(),
        (None, Some(NoSubject::NotAsked)) => {
            turn.say(texts::name_not_asked(l, command.name)).into()
        }
        (None, None) => Decision::Ask(Question::Subject { whom }),
    }
}

/// Nobody changes their own chat as staff, nor that of somebody with a higher role: that is the operator's.
fn not_theirs_to_change(turn: &Turn<'_>, subject: &Subject) -> Option<Outcome> {
    let l = turn.language();
    if subject.state.key == turn.state.key {
        return Some(turn.say(texts::not_your_own_chat(l)));
    }
    let theirs = subject.state.standing.role.as_ref();
    if theirs.is_some_and(|grant| grant.role > role(turn)) {
        let mut outcome = turn.say(texts::has_a_higher_role(l));
        outcome.audit.push(Audit {
            event: Event::RefusedRole,
            account: turn.link().map(|link| link.account.clone()),
        });
        return Some(outcome);
    }
    None
}

/// Nobody has ever written from there.
fn is_unknown(subject: &Subject) -> bool {
    subject.address.is_none() && subject.state.guard == crate::guard::Guard::default()
}
