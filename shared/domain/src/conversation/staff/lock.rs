//! `lock NUMBER`: that chat can link nothing and see nothing until `unlock NUMBER`, or for a week. Support may do both: who
//! has lost a phone should not wait for an admin.

use super::{about, is_unknown, looks_like_somebody, not_theirs_to_change};
use crate::command::{Category, Command, Offered, Takes};
use crate::conversation::{Act, Decision, Event, Outcome, Recipient, Subject, Turn};
use crate::language::Language;
use crate::outbox::{Class, Reply};
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;
use crate::time::Moment;

pub(in crate::conversation) const LOCK: Command = Command {
    name: "lock",
    aliases: &[],
    takes: Takes::Rest {
        looks_like_one: looks_like_somebody,
    },
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Support,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: true,
    examples: &["lock +18765550100"],
    run: |turn, typed| about(turn, typed, &LOCK, lock),
};

pub(in crate::conversation) const UNLOCK: Command = Command {
    name: "unlock",
    aliases: &[],
    takes: Takes::Rest {
        looks_like_one: looks_like_somebody,
    },
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Support,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: true,
    examples: &["unlock +18765550100"],
    run: |turn, typed| about(turn, typed, &UNLOCK, unlock),
};

/// Staff have locked the sender's chat until then: whatever needs the link or a proof of it waits.
pub(in crate::conversation) fn locked(turn: &Turn<'_>, until: Moment) -> Decision {
    let text = texts::locked_by_support(turn.language(), until, &turn.zone());
    turn.say_beside(text).into()
}

fn lock(turn: &Turn<'_>, subject: &Subject) -> Outcome {
    let l = turn.language();
    if let Some(refused) = not_theirs_to_change(turn, subject) {
        return refused;
    }
    if is_unknown(subject) {
        return turn.say(texts::nobody_there(l));
    }
    let was = &subject.state.guard;
    if let Some(until) = was.locked_by_staff(turn.now) {
        return turn.say(texts::is_locked_by_staff(l, until, &turn.zone()));
    }
    let locked = was.lock_by_staff(turn.now);
    let until = locked.locked_by_staff(turn.now).unwrap_or(turn.now);
    let mut outcome = turn.say(texts::locked_for_staff(l, until, &turn.zone()));
    let mut act = Act::on(subject, Event::LockedByStaff);
    act.guard = Some((was.clone(), locked));
    outcome.act = Some(act);
    tell(&mut outcome, subject, texts::told_of_lock);
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
    let mut act = Act::on(subject, Event::UnlockedByStaff);
    act.guard = Some((was.clone(), freed));
    outcome.act = Some(act);
    tell(&mut outcome, subject, texts::unlocked_by_support);
    outcome
}

fn tell(outcome: &mut Outcome, subject: &Subject, text: fn(Language) -> String) {
    if let Some(chat) = subject.chat() {
        let told = Reply::from(text(chat.language))
            .language(chat.language)
            .class(Class::Notice);
        outcome.says.push((Recipient::Other(chat), told));
    }
}
