//! `unlink user NUMBER`: an admin ends another chat's link to its Flash account, as its own person could. Asks first.

use super::{about, found, looks_like_somebody, no_longer_may, not_theirs_to_change};
use crate::command::{Category, Command, Offered, Takes};
use crate::conversation::{Act, Decision, Event, Outcome, Subject, Turn, Whom, asked};
use crate::role::Role;
use crate::state::{Asks, Open};
use crate::step_up::Proof;
use crate::texts;

pub(in crate::conversation) const COMMAND: Command = Command {
    name: "unlink user",
    aliases: &[],
    takes: Takes::Rest {
        looks_like_one: looks_like_somebody,
    },
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Admin,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: false,
    examples: &["unlink user +18765550100"],
    run: |turn, typed| about(turn, typed, &COMMAND, ask),
};

fn ask(turn: &Turn<'_>, subject: &Subject) -> Outcome {
    if let Some(no) = not_theirs_to_change(turn, subject) {
        return no;
    }
    if subject.state.person.live_link(turn.now).is_none() {
        return turn.say(texts::chat_has_no_link(turn.language()));
    }
    let text = texts::confirm_unlink_user(turn.language());
    let mut outcome = asked::ask(turn, Asks::UnlinkUser, text);
    // The number is not kept: the key of the chat says as much, and nothing to anybody else.
    outcome.session.open = outcome.session.open.map(|open| Open {
        about: Some(subject.state.key.clone()),
        ..open
    });
    outcome
}

/// The answer to "End their link?".
pub(in crate::conversation) fn conclude(turn: &Turn<'_>, yes: bool) -> Decision {
    if !yes {
        return turn.say(texts::nothing_changed(turn.language())).into();
    }
    if let Some(first) = no_longer_may(turn, &COMMAND) {
        return first;
    }
    let open = turn.state.session.open.as_ref();
    match open.and_then(|open| open.about.clone()) {
        Some(person) => found(turn, Whom::Person(person), &COMMAND, unlink),
        None => turn.say(texts::nothing_to_confirm(turn.language())).into(),
    }
}

fn unlink(turn: &Turn<'_>, subject: &Subject) -> Outcome {
    let l = turn.language();
    if let Some(no) = not_theirs_to_change(turn, subject) {
        return no;
    }
    let Some(link) = subject.state.person.live_link(turn.now) else {
        return turn.say(texts::chat_has_no_link(l));
    };
    let mut outcome = turn.say(texts::unlinked_for_staff(l));
    let mut act = Act::on(subject, Event::UnlinkedByStaff);
    act.unlinks = Some(link.key_id.clone());
    outcome.act = Some(act);
    outcome
}
