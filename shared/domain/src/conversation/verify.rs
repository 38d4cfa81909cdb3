//! `verify 123456`, `v 123456` or the bare code: the last step of linking.

use super::{Audit, Decision, Event, Outcome, Pointer, Question, Recipient, Tried, Turn};
use crate::command::TypedCode;
use crate::outbox::{Buttons, Reply};
use crate::state::{Link, WaitingCode};
use crate::texts;

pub(super) fn run(turn: &Turn<'_>, code: &TypedCode) -> Decision {
    if let Some(until) = turn.state.guard.locked(turn.now) {
        return turn.say(texts::chat_locked(until, &turn.zone())).into();
    }
    let tried = turn.answers.tried.as_ref();
    // A try that was counted stays one, even if its code has ended by the time the state is read again.
    let counts = |waiting: &WaitingCode| {
        tried.is_some() || waiting.is_live(turn.now) || waiting.counted(&turn.message.sid, turn.now)
    };
    let Some(waiting) = turn.state.code.as_ref().filter(|waiting| counts(waiting)) else {
        let linked = turn.link().is_some();
        let text = if linked { texts::already_linked() } else { texts::no_code_waiting() };
        let mut outcome = turn.say(text);
        // One that has used up its tries and is still there goes now.
        outcome.destroy_code = turn.state.code.as_ref().map(|code| code.challenge.clone());
        return outcome.into();
    };
    match tried {
        Some((challenge, Tried::Right)) if *challenge == waiting.challenge => {
            complete(turn, waiting)
        }
        Some((challenge, Tried::Wrong { left })) if *challenge == waiting.challenge => {
            wrong(turn, waiting, *left)
        }
        Some(_) => turn.say(texts::no_code_waiting()).into(),
        None => Decision::Ask(Question::Try {
            challenge: waiting.challenge.clone(),
            code: code.clone(),
        }),
    }
}

fn complete(turn: &Turn<'_>, waiting: &WaitingCode) -> Decision {
    let account = waiting.link.account.clone();
    let mut outcome;
    if turn.answers.account_taken {
        outcome = turn.say(texts::linked_elsewhere());
        outcome.audit.push(Audit {
            event: Event::LinkRefusedLinkedElsewhere,
            account: Some(account),
        });
    } else {
        outcome = turn.say(Reply::from(texts::linked()).with(Buttons::StartLinked));
        if let Some(old) = turn
            .state
            .person
            .link
            .as_ref()
            .filter(|old| old.account != account)
        {
            outcome.pointers.push(Pointer::Release(old.account.clone()));
        }
        outcome.pointers.push(Pointer::Claim {
            account: account.clone(),
            until: waiting.link.ends_at,
        });
        outcome.guard = outcome.guard.succeeded();
        outcome.person.link = Some(Link {
            linked_at: turn.now,
            ..waiting.link.clone()
        });
        outcome.audit.push(Audit {
            event: Event::Linked,
            account: Some(account),
        });
    }
    outcome.session.page = None;
    outcome.destroy_code = Some(waiting.challenge.clone());
    outcome.into()
}

fn wrong(turn: &Turn<'_>, waiting: &WaitingCode, left: u32) -> Decision {
    let (guard, locked_until) = turn.state.guard.failed(turn.now);
    let account = &waiting.link.account;
    let mut outcome: Outcome;
    if let Some(until) = locked_until {
        let Some((_, other)) = turn
            .answers
            .other_chat
            .as_ref()
            .filter(|(asked, _)| asked == account)
        else {
            return Decision::Ask(Question::OtherChat {
                account: account.clone(),
            });
        };
        outcome = turn.say(texts::chat_locked(until, &turn.zone()));
        outcome.audit.push(Audit {
            event: Event::ChatLocked,
            account: Some(account.clone()),
        });
        if let Some(other) = other {
            outcome.says.push((
                Recipient::Other(other.clone()),
                texts::owner_chat_locked(&turn.message.from.masked()).into(),
            ));
        }
    } else {
        outcome = turn.say(if left == 0 {
            texts::code_destroyed()
        } else {
            texts::wrong_code(left)
        });
    }
    if left == 0 || locked_until.is_some() {
        outcome.session.page = None;
        outcome.destroy_code = Some(waiting.challenge.clone());
        outcome.audit.push(Audit {
            event: Event::CodeDestroyed,
            account: Some(account.clone()),
        });
    }
    outcome.guard = guard;
    outcome.into()
}
