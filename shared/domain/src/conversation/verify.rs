//! `verify 123456`, `v 123456` or the bare code: the last step of linking.

use super::{
    Audit, Decision, Event, Outcome, Pointer, Question, Recipient, Tried, Turn, request, step_up,
};
use crate::command::TypedCode;
use crate::command::{Category, Command, Offered, Takes};
use crate::outbox::{Buttons, Notice, Reply};
use crate::renewal::Ending;
use crate::risk::Sign;
use crate::role::Role;
use crate::state::{Link, WaitingCode};
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "verify",
    aliases: &["v", "verificar"],
    takes: Takes::Nothing,
    category: Category::Account,
    offered: Offered::Unlinked,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: true,
    examples: &["verify 123456"],
    run: |turn, _| turn.say(texts::malformed_code(turn.language())).into(),
};

pub(super) fn run(turn: &Turn<'_>, code: &TypedCode) -> Decision {
    if let Some(waiting) = step_up::tries(turn) {
        return step_up::verify(turn, waiting, code);
    }
    if let Some(until) = turn.state.guard.locked(turn.now) {
        return turn
            .say(texts::chat_locked(turn.language(), until, &turn.zone()))
            .into();
    }
    let waiting = turn.state.code.as_ref();
    match (&turn.answers.tried, waiting) {
        (Some((challenge, tried)), Some(waiting)) if *challenge == waiting.challenge => match tried
        {
            Tried::Right => complete(turn, waiting),
            Tried::Wrong { left } => wrong(turn, waiting, *left),
            Tried::Gone => nothing_waits(turn).into(),
        },
        (Some((challenge, Tried::Wrong { left })), _) => missed(turn, challenge, *left),
        (None, Some(waiting)) if may_be_tried(turn, waiting) => Decision::Ask(Question::Try {
            challenge: waiting.challenge.clone(),
            code: code.clone(),
        }),
        (None, None) => {
            let mut outcome = nothing_waits(turn);
            outcome.guard = outcome.guard.noted(Sign::Probed, turn.now);
            outcome.into()
        }
        (Some((_, Tried::Right | Tried::Gone)) | None, _) => nothing_waits(turn).into(),
    }
}

/// A try that was counted stays one, though it was the last and nobody heard what came of it.
fn may_be_tried(turn: &Turn<'_>, waiting: &WaitingCode) -> bool {
    waiting.is_live(turn.now) || waiting.counted(&turn.message.sid, turn.now)
}

/// A code that has used up its tries and is still there is left alone: the message that was right may be on its way to
/// complete it, and if none was, its timer ends it.
fn nothing_waits(turn: &Turn<'_>) -> Outcome {
    turn.say(match turn.link() {
        Some(link) => texts::already_linked(turn.language(), link.ends_at, &turn.zone()),
        None => texts::no_code_waiting(turn.language()),
    })
}

/// The account becomes this chat's: if it is free, and if it is another's, only where that was confirmed on the page.
fn complete(turn: &Turn<'_>, waiting: &WaitingCode) -> Decision {
    let account = &waiting.link.account;
    if turn.answers.account_taken {
        let mut outcome = turn.say(
            Reply::from(texts::linked_elsewhere(turn.language())).with(Buttons::StartUnlinked),
        );
        outcome.audit.push(Audit {
            event: Event::LinkRefusedLinkedElsewhere,
            account: Some(account.clone()),
        });
        return done(outcome, waiting);
    }
    let old = turn.state.person.link.as_ref();
    let same = old.filter(|old| old.account == *account);
    let wallet = same.and_then(|old| old.wallet.clone());
    let user = same.and_then(|old| old.user.clone());
    let link = Link {
        linked_at: turn.now,
        wallet: waiting.link.wallet.clone().or(wallet),
        user: waiting.link.user.clone().or(user),
        ..waiting.link.clone()
    };
    let moves_from = waiting.moves_from.clone().filter(|_| !turn.answers.let_go);
    let renewed = turn.link().is_some_and(|old| old.account == *account);
    // What they have chosen at Flash holds from here on.
    let chosen = turn.state.person.language.or(link.language);
    let l = chosen.unwrap_or_else(|| turn.language());
    let text = match &moves_from {
        Some(_) => texts::moved_here(l),
        None if renewed => texts::renewed(l, link.ends_at, &turn.zone()),
        None => texts::linked(l),
    };
    let mut outcome = turn.say_in(l, Reply::from(text).with(Buttons::StartLinked));
    step_up::end(turn.state, &mut outcome);
    let left = old.filter(|old| old.account != *account);
    outcome
        .pointers
        .extend(left.into_iter().flat_map(|old| turn.release(old)));
    outcome
        .pointers
        .extend(request::name_moves(old, &link, turn.now));
    outcome.pointers.push(Pointer::Claim {
        account: account.clone(),
        until: link.ends_at,
        moves_from: moves_from.clone(),
    });
    outcome.guard = outcome.guard.succeeded();
    outcome.person.user = turn.message.user.clone().or(outcome.person.user);
    outcome.person.writes_as = None;
    outcome.person.suspended_at = None;
    outcome.audit.push(Audit {
        event: match moves_from {
            Some(_) => Event::MovedHere,
            None => Event::Linked,
        },
        account: Some(account.clone()),
    });
    outcome.disconnects = moves_from;
    outcome.ending = Some(Ending::after(&link, turn.now));
    outcome.person.link = Some(link);
    done(outcome, waiting)
}

fn done(mut outcome: Outcome, waiting: &WaitingCode) -> Decision {
    outcome.session.page = None;
    outcome.destroy_code = Some(waiting.challenge.clone());
    outcome.into()
}

fn wrong(turn: &Turn<'_>, waiting: &WaitingCode, left: u32) -> Decision {
    let guard = &turn.state.guard;
    let (guard, locked_until) = guard.failed_at(&waiting.challenge, left, turn.now);
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
        outcome = turn.say(texts::chat_locked(turn.language(), until, &turn.zone()));
        outcome.audit.push(Audit {
            event: Event::ChatLocked,
            account: Some(account.clone()),
        });
        if let Some(other) = other {
            let chat = turn.message.from.masked();
            outcome.says.push((
                Recipient::Other(other.clone()),
                Reply::from(texts::owner_chat_locked(other.language, &chat))
                    .language(other.language)
                    .notice(Notice::SecurityAlert { chat }),
            ));
        }
    } else {
        outcome = turn.say(if left == 0 {
            texts::code_destroyed(turn.language())
        } else {
            texts::wrong_code(turn.language(), left)
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

/// A wrong try whose code has gone meanwhile, or given way to another, counts all the same.
fn missed(turn: &Turn<'_>, challenge: &str, left: u32) -> Decision {
    let (guard, locked_until) = turn.state.guard.failed_at(challenge, left, turn.now);
    let mut outcome = nothing_waits(turn);
    if let Some(until) = locked_until {
        outcome = turn.say(texts::chat_locked(turn.language(), until, &turn.zone()));
        outcome.session.page = None;
        outcome.destroy_code = turn.state.code.as_ref().map(|code| code.challenge.clone());
        outcome.audit.push(Audit {
            event: Event::ChatLocked,
            account: None,
        });
    }
    outcome.guard = guard;
    outcome.into()
}
