//! The second factor: before a command that needs one its sender proves that the linked account is theirs, on a page or
//! by a code in the Flash app, and the command is then answered without being typed again.

use super::{
    Answers, Audit, Decision, Event, Message, Outcome, Question, Tried, Turn, opting, run, staff,
};
use crate::command::{self, Command, Parsed, Takes, TypedCode};
use crate::guard::{Guard, Issue};
use crate::ids::AccountId;
use crate::money::Cents;
use crate::outbox::{Class, Reply};
use crate::policy::PROOF_PAGE_LEFT;
use crate::risk;
use crate::role::Role;
use crate::state::{AppCode, Link, Session, State, StepUp};
use crate::step_up::{self, Facts, Refusal};
use crate::texts;
use crate::time::Moment;

/// Asks for the second factor where a command must not run without. A command that lacks a link says so itself.
pub(super) fn first(turn: &Turn<'_>, command: &Command, rest: Option<&str>) -> Option<Decision> {
    let link = turn.link()?;
    is_due(turn, command, link, None).then(|| ask(turn, command, rest, link))
}

/// The same once it is known how much money the answer to a command that runs would show.
pub(super) fn before_showing(
    turn: &Turn<'_>,
    command: &'static Command,
    rest: Option<&str>,
    cents: Cents,
) -> Option<Decision> {
    let link = turn.link()?;
    is_due(turn, command, link, Some(cents)).then(|| ask(turn, command, rest, link))
}

fn is_due(turn: &Turn<'_>, command: &Command, link: &Link, shows: Option<Cents>) -> bool {
    let facts = Facts {
        proven_at: link.proven_at(),
        raised_at: risk::raised_at(&turn.state.guard, turn.now).max(staff::since(turn, command)),
        shows,
        now: turn.now,
    };
    step_up::due(command.proof, &facts).is_some()
}

/// Nothing of what was asked for is told. A code in the app where there may be one, else a page: so whoever asks again
/// while a code waits, because none has come, gets the page as well.
fn ask(turn: &Turn<'_>, command: &Command, rest: Option<&str>, link: &Link) -> Decision {
    let before = waits(turn);
    let again = before.and_then(|waits| Some((waits.page.clone()?, waits.until)));
    let again = again.filter(|(_, until)| until.since(turn.now) >= PROOF_PAGE_LEFT);
    if again.is_none() && may_push(turn) {
        match &turn.answers.pushed {
            Some((key_id, Some(code))) if *key_id == link.key_id => {
                return by_app(turn, (command, rest), link, code).into();
            }
            Some((key_id, None)) if *key_id == link.key_id => {}
            Some(_) | None => {
                return Decision::Ask(Question::PushCode {
                    account: link.account.clone(),
                    of_link: link.key_id.clone(),
                });
            }
        }
    }
    let Some(page) = &turn.answers.proof_page else {
        return Decision::Ask(Question::ProofPage { again });
    };
    let text = texts::proof_page(turn.language(), &page.url);
    let mut outcome = turn.say(Reply::from(text).class(Class::Code).of_link(link));
    outcome.session.step_up = Some(StepUp {
        waiting: waiting(command, rest),
        until: page.until,
        page: Some(page.id.clone()),
        user: turn.message.user.clone(),
    });
    outcome.into()
}

/// One code at a time: with another on its way, or one for a link, nobody could tell which is typed.
fn may_push(turn: &Turn<'_>) -> bool {
    let linking = turn.state.code.as_ref();
    let guard = &turn.state.guard;
    turn.state.app_code.is_none()
        && !linking.is_some_and(|code| code.is_live(turn.now))
        && guard.locked(turn.now).is_none()
        && guard.may_issue(turn.now, false) == Issue::Allowed
}

fn by_app(
    turn: &Turn<'_>,
    (command, rest): (&Command, Option<&str>),
    link: &Link,
    code: &AppCode,
) -> Outcome {
    let text = texts::code_in_app(turn.language(), command.name);
    let mut outcome = turn.say(Reply::from(text).class(Class::Code).of_link(link));
    outcome.session.step_up = Some(StepUp {
        waiting: waiting(command, rest),
        until: code.expires_at,
        page: None,
        user: turn.message.user.clone(),
    });
    outcome.guard = outcome.guard.issued(turn.now, false);
    outcome.await_app_code = Some(code.clone());
    outcome
}

/// What is kept of what was asked: the command, and a number after it. Anything else may be private, and the session is
/// not sealed.
pub(super) fn waiting(command: &Command, rest: Option<&str>) -> String {
    let number = rest.filter(|rest| rest.len() <= 3 && rest.bytes().all(|b| b.is_ascii_digit()));
    match number {
        Some(number) => format!("{} {number}", command.name),
        None => command.name.to_owned(),
    }
}

/// The command that waits for this sender, if one does.
pub(super) fn waits<'a>(turn: &Turn<'a>) -> Option<&'a StepUp> {
    let waits = turn.state.session.step_up.as_ref();
    let somebody_else = |waits: &StepUp| match (&waits.user, &turn.message.user) {
        (Some(asked), Some(writes)) => asked != writes,
        _ => false,
    };
    waits.filter(|waits| turn.now < waits.until && !somebody_else(waits))
}

/// As [`Turn::say`], and no command waits for a proof any more.
pub(super) fn cancel(turn: &Turn<'_>) -> Outcome {
    let mut outcome = turn.say(texts::proof_cancelled(turn.language()));
    end(turn.state, &mut outcome);
    outcome
}

/// What waited for a proof goes, with the code that was sent for it.
pub(super) fn end(state: &State, outcome: &mut Outcome) {
    outcome.session.step_up = None;
    outcome.await_app_code = None;
    let code = state.app_code.as_ref();
    outcome.destroy_app_code = code.map(|code| code.challenge.clone());
}

/// The code in the app that this message may be trying: of this link, for a command that waits, and sent after any code
/// that waits for a link.
pub(super) fn tries<'a>(turn: &Turn<'a>) -> Option<&'a AppCode> {
    let code = turn.state.app_code.as_ref()?;
    if let Some((challenge, _)) = &turn.answers.tried {
        return (*challenge == code.challenge).then_some(code);
    }
    let link = turn.link().filter(|link| link.key_id == code.of_link);
    let later = turn.state.code.as_ref();
    let later = later.is_some_and(|later| code.expires_at < later.expires_at);
    (link.is_some() && waits(turn).is_some() && !turn.is_unproven() && !later).then_some(code)
}

/// A code was typed while one waits that was sent to the app.
pub(super) fn verify(turn: &Turn<'_>, waiting: &AppCode, typed: &TypedCode) -> Decision {
    if let Some(until) = turn.state.guard.locked(turn.now) {
        return turn
            .say(texts::codes_locked(turn.language(), until, &turn.zone()))
            .into();
    }
    match &turn.answers.tried {
        Some((_, Tried::Right)) => match waits(turn) {
            Some(waits) => answer(turn, waits),
            None => cancel(turn).into(),
        },
        Some((_, Tried::Wrong { left })) => wrong(turn, waiting, *left).into(),
        None if waiting.is_live(turn.now) || waiting.counted(&turn.message.sid, turn.now) => {
            Decision::Ask(Question::TryAppCode {
                challenge: waiting.challenge.clone(),
                code: typed.clone(),
            })
        }
        Some((_, Tried::Gone)) | None => {
            turn.say(texts::no_app_code_waiting(turn.language())).into()
        }
    }
}

fn wrong(turn: &Turn<'_>, waiting: &AppCode, left: u32) -> Outcome {
    let guard = &turn.state.guard;
    let (guard, locked_until) = guard.failed_at(&waiting.challenge, left, turn.now);
    let account = turn.link().map(|link| link.account.clone());
    let mut outcome = turn.say(match locked_until {
        Some(until) => texts::codes_locked(turn.language(), until, &turn.zone()),
        None if left == 0 => texts::app_code_destroyed(turn.language()),
        None => texts::wrong_app_code(turn.language(), left),
    });
    outcome.guard = guard;
    let events = [
        (locked_until.is_some(), Event::ChatLocked),
        (left == 0 || locked_until.is_some(), Event::CodeDestroyed),
    ];
    outcome.audit.extend(
        events
            .into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, event)| Audit {
                event,
                account: account.clone(),
            }),
    );
    if left == 0 || locked_until.is_some() {
        end(turn.state, &mut outcome);
    }
    outcome
}

/// The sender has proven who they are: what they asked for is done as if they had just asked.
fn answer(turn: &Turn<'_>, waits: &StepUp) -> Decision {
    let mut state = turn.state.clone();
    let account = state.person.link.as_mut().map(|link| {
        link.proven_at = Some(turn.now);
        link.account.clone()
    });
    state.session.step_up = None;
    state.guard = state.guard.succeeded();
    let turn = Turn {
        state: &state,
        ..*turn
    };
    let decision = match command::parse(&waits.waiting) {
        Parsed::Run(command, rest)
            if command.role == Role::User || matches!(command.takes, Takes::Nothing) =>
        {
            run(&turn, command, rest.as_deref())
        }
        // What staff asked about is somebody's number or ticket, which is not kept.
        _ => turn.say(texts::proven(turn.language())).into(),
    };
    match decision {
        Decision::Done(mut outcome) => {
            end(&state, &mut outcome);
            let event = Event::SteppedUp;
            outcome.audit.insert(0, Audit { event, account });
            Decision::Done(outcome)
        }
        decision => decision,
    }
}

/// The link whose owner the page called `id` is to prove, and what waits for that, if this chat still does.
pub fn page_waits<'a>(
    state: &'a State,
    id: &str,
    now: Moment,
) -> Result<(&'a Link, &'a StepUp), Refusal> {
    let waits = state.session.step_up.as_ref();
    let waits = waits.filter(|waits| waits.page.as_deref() == Some(id) && now < waits.until);
    let link = state.person.live_link(now);
    link.zip(waits).ok_or(Refusal::PageEnded)
}

/// Whether nothing but a code in the Flash app was given to this person, so that with its end they must ask again.
pub fn waits_for_app_code(state: &State, now: Moment) -> bool {
    let waits = state.session.step_up.as_ref();
    waits.is_some_and(|waits| waits.page.is_none()) && state.person.live_link(now).is_some()
}

/// The page called `id` has brought a proof that the account is its owner's: the command that waits for it is answered.
///
/// `message` is what stands for the person's word: whence and as whom they asked. Nothing else is taken from it, and the
/// conversation's window is none the longer for it.
pub fn proven(
    state: &State,
    (id, owner): (&str, &AccountId),
    message: &Message,
    answers: &Answers,
    now: Moment,
) -> Result<Decision, Refusal> {
    let (link, _) = page_waits(state, id, now)?;
    if link.account != *owner {
        return Err(Refusal::OtherAccount);
    }
    let turn = Turn {
        state,
        message,
        answers,
        now,
    };
    let waits = waits(&turn).ok_or(Refusal::PageEnded)?;
    // Whoever writes from this number by now may not be who asked.
    turn.link().ok_or(Refusal::PageEnded)?;
    let mut decision = answer(&turn, waits);
    if let Decision::Done(outcome) = &mut decision {
        outcome.session.last_inbound = state.session.last_inbound;
        outcome.forget_balance(state);
        opting::remind(&turn, outcome);
    }
    Ok(decision)
}

/// What shall be, all of it or nothing, after a key that proves nothing.
#[derive(Clone, Debug)]
pub struct Refused {
    pub guard: Guard,
    pub session: Session,
    /// The code in the app to destroy, by its challenge.
    pub destroy_app_code: Option<String>,
    pub audit: Vec<Audit>,
}

/// A key was brought that proves nothing, for a reason that counts: as a wrong code does.
pub fn refused(state: &State, now: Moment) -> Refused {
    let account = state.person.link.as_ref().map(|link| link.account.clone());
    let (guard, locked_until) = state.guard.failed(now);
    let locked = locked_until.map(|_| Event::ChatLocked);
    let code = state.app_code.as_ref().filter(|_| locked.is_some());
    let line = |event| Audit {
        event,
        account: account.clone(),
    };
    Refused {
        guard,
        session: match locked {
            Some(_) => state.session.anew(now),
            None => state.session.clone(),
        },
        destroy_app_code: code.map(|code| code.challenge.clone()),
        audit: std::iter::once(Event::StepUpRefused)
            .chain(locked)
            .map(line)
            .collect(),
    }
}
