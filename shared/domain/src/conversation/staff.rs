//! `user NUMBER`, `unlock NUMBER`: what Flash's staff may see and mend of other people's chats.
//!
//! Nobody is shown an account, a name, an address or an amount. The number that was typed is turned into a person's key by
//! the shell at once and goes no further.

use super::{Act, Audit, Decision, Event, Outcome, Question, Recipient, Subject, Turn};
use crate::address::PhoneNumber;
use crate::command::{Category, Command, Offered, Takes, looks_like_a_number};
use crate::outbox::{Class, Reply};
use crate::risk::Sign;
use crate::role::{self, Role};
use crate::step_up::Proof;
use crate::texts;
use crate::time::Moment;

pub(super) const USER: Command = Command {
    name: "user",
    aliases: &[],
    takes: Takes::Rest {
        looks_like_one: looks_like_a_number,
    },
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Support,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: false,
    examples: &["user +18765550100"],
    run: |turn, number| about(turn, number, "user", look),
};

pub(super) const UNLOCK: Command = Command {
    name: "unlock",
    aliases: &[],
    takes: Takes::Rest {
        looks_like_one: looks_like_a_number,
    },
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Support,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: true,
    examples: &["unlock +18765550100"],
    run: |turn, number| about(turn, number, "unlock", unlock),
};

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
pub(super) fn refused(turn: &Turn<'_>) -> Decision {
    let mut outcome = turn.say_beside(texts::for_staff_only(turn.language()));
    // What was found later does not say who sent it: it may have been staff.
    if !turn.message.found_later {
        outcome.guard = outcome.guard.noted(Sign::StaffRefused, turn.now);
    }
    outcome.audit.push(Audit {
        event: Event::RefusedRole,
        account: turn.link().map(|link| link.account.clone()),
    });
    outcome.into()
}

/// `does` it to the chat of the number that was typed.
fn about(
    turn: &Turn<'_>,
    number: Option<&str>,
    name: &str,
    does: fn(&Turn<'_>, &Subject) -> Outcome,
) -> Decision {
    let Some(number) = number.and_then(|number| PhoneNumber::parse(number).ok()) else {
        return turn.say(texts::staff_example(turn.language(), name)).into();
    };
    let Some(subject) = &turn.answers.subject else {
        return Decision::Ask(Question::Subject {
            number: number.clone(),
        });
    };
    does(turn, subject).into()
}

fn look(turn: &Turn<'_>, subject: &Subject) -> Outcome {
    let text = texts::chat_for_staff(turn.language(), subject, turn.now, &turn.zone());
    let mut outcome = turn.say(text);
    outcome.act = Some(Act {
        on: subject.state.key.clone(),
        event: Event::StaffLooked,
        guard: None,
    });
    outcome
}

fn unlock(turn: &Turn<'_>, subject: &Subject) -> Outcome {
    if subject.state.key == turn.state.key {
        return turn.say(texts::not_your_own_lock(turn.language()));
    }
    let was = &subject.state.guard;
    let freed = was.unlocked(turn.now);
    if freed == *was {
        return turn.say(texts::is_not_locked(turn.language()));
    }
    let mut outcome = turn.say(texts::unlocked_for_staff(turn.language()));
    outcome.act = Some(Act {
        on: subject.state.key.clone(),
        event: Event::UnlockedByStaff,
        guard: Some((was.clone(), freed)),
    });
    if let Some(chat) = subject.chat() {
        let told = Reply::from(texts::unlocked_by_support(turn.language())).class(Class::Notice);
        outcome.says.push((Recipient::Other(chat), told));
    }
    outcome
}
