//! `agent …`: a person at Flash's support, at any time, with a link or without. The customer first sees the very words and names that
//! would be passed on, and nothing is before they say YES.

use super::{Audit, Decision, Event, Outcome, Question, Recipient, Turn, asked, question};
use crate::command::{Category, Command, Offered, Takes};
use crate::minimise::minimise;
use crate::outside;
use crate::policy::TICKET_CHARACTERS;
use crate::role::Role;
use crate::state::Asks;
use crate::step_up::Proof;
use crate::texts;
use crate::ticket::{Change, Own, Shared, Ticket};

pub(super) const COMMAND: Command = Command {
    name: "agent",
    aliases: &["agente"],
    takes: Takes::Rest {
        looks_like_one: |_| true,
    },
    category: Category::Help,
    offered: Offered::Always,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["agent", "agent my payment has not arrived"],
    run: hand_over,
};

/// The other words for it, which with more words around them are a question like any other, unless those ask for nothing else.
pub(crate) const PERSON: Command = Command {
    name: "person",
    aliases: &[
        "talk to a person",
        "human",
        "a person",
        "a human",
        "real person",
        "talk to a human",
        "talk to someone",
        "talk to somebody",
        "talk to agent",
        "talk to an agent",
        "talk to support",
        "speak to a person",
        "speak to a human",
        "speak to someone",
        "speak to an agent",
        "support",
        "contact support",
        "customer support",
        "customer service",
        "representative",
        "persona",
        "humano",
        "soporte",
        "hablar con alguien",
        "hablar con una persona",
        "hablar con un agente",
        "hablar con soporte",
        "servicio al cliente",
        "atención al cliente",
    ],
    takes: Takes::Nothing,
    category: Category::Help,
    offered: Offered::Never,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["person", "talk to a person"],
    run: hand_over,
};

/// While the question waits whether something is passed on, other words are what it is about.
pub(super) fn in_words(turn: &Turn<'_>) -> Option<Decision> {
    let open = turn.state.session.open.as_ref()?;
    let waits = open.asks == Asks::Person && turn.now < open.until;
    let has_words = turn.message.body.chars().any(char::is_alphabetic);
    (waits && has_words).then(|| hand_over(turn, Some(&turn.message.body)))
}

fn hand_over(turn: &Turn<'_>, words: Option<&str>) -> Decision {
    let l = turn.language();
    let found = words.map(minimise);
    if let Some(warned) = found
        .as_ref()
        .and_then(|found| question::warned(turn, found))
    {
        return warned;
    }
    let words = found.map(|found| found.text);
    let long = |words: &String| words.chars().count() > TICKET_CHARACTERS;
    if words.as_ref().is_some_and(long) {
        return turn.say_beside(texts::ticket_too_long(l)).into();
    }
    let Some(own) = &turn.answers.tickets else {
        return Decision::Ask(Question::Tickets);
    };
    let open = own.open(turn.message.user.as_ref());
    match (open, &words) {
        (Some(ticket), None) => {
            let text = texts::ticket_stands(l, ticket, there(turn), &turn.zone());
            return turn.say(text).into();
        }
        (Some(ticket), _) if !has_room(ticket) => {
            return turn.say(texts::ticket_full(l, &ticket.code)).into();
        }
        (None, _) if !own.has_room(turn.now) => {
            return turn.say(texts::tickets_too_many(l)).into();
        }
        _ => {}
    }
    let name = match name(turn) {
        Ok(name) => name,
        Err(first) => return *first,
    };
    let words = words.map(|words| outside::words(&words, TICKET_CHARACTERS));
    let words = words.filter(|words| !words.is_empty());
    let shared = Shared {
        chat: turn.message.from.masked(),
        name,
        words: words.into_iter().collect(),
    };
    let text = texts::ticket_draft(l, &shared, open.map(|ticket| &ticket.code));
    let mut outcome = asked::ask(turn, Asks::Person, text);
    outcome.drafts = Some(shared);
    outcome.into()
}

fn has_room(ticket: &Ticket) -> bool {
    ticket.shared.as_ref().is_none_or(Shared::has_room)
}

/// The username of the account, where whoever writes may use the link and Flash says it. That nobody can say it keeps nobody
/// from a person.
fn name(turn: &Turn<'_>) -> Result<Option<String>, Box<Decision>> {
    let usable = turn.link().filter(|_| !turn.is_unproven());
    let locked = turn.state.guard.locked_by_staff(turn.now).is_some();
    let Some(link) = usable.filter(|_| !locked && !turn.state.flash_is_down) else {
        return Ok(None);
    };
    match &turn.answers.account {
        Some((key_id, account)) if *key_id == link.key_id => {
            let account = account.as_ref().ok();
            let name = account.and_then(|account| account.username.as_ref());
            Ok(name.map(|name| format!("@{name}")))
        }
        _ => Err(Box::new(Decision::Ask(Question::Account {
            link: link.clone(),
        }))),
    }
}

/// The answer to "Pass it on?".
pub(super) fn conclude(turn: &Turn<'_>, yes: bool) -> Decision {
    let l = turn.language();
    if !yes {
        return turn.say(texts::ticket_not_opened(l)).into();
    }
    let open = turn.state.session.open.as_ref();
    let Some(kept) = open.and_then(|open| open.question.clone()) else {
        return turn.say(texts::ticket_lost(l)).into();
    };
    let Some(draft) = &turn.answers.draft else {
        return Decision::Ask(Question::Draft(kept));
    };
    let Some(own) = &turn.answers.tickets else {
        return Decision::Ask(Question::Tickets);
    };
    match draft {
        Some(shared) => pass_on(turn, shared.clone(), own).into(),
        None => turn.say(texts::ticket_lost(l)).into(),
    }
}

fn pass_on(turn: &Turn<'_>, shared: Shared, own: &Own) -> Outcome {
    let (l, user) = (turn.language(), turn.message.user.as_ref());
    if let Some(ticket) = own.open(user) {
        let mut outcome = turn.say(texts::ticket_added(l, &ticket.code));
        let before = ticket.shared.clone().unwrap_or_default();
        outcome.tickets.push(Change::Add(Box::new(Ticket {
            shared: Some(before.and(shared)),
            waits_since: ticket.waits_since.or(Some(turn.now)),
            ..ticket.clone()
        })));
        return outcome;
    }
    let ticket = Ticket {
        code: own.code.clone(),
        opened_at: turn.now,
        language: l,
        shared: Some(shared),
        open: true,
        waits_since: Some(turn.now),
        user: user.cloned(),
        version: 0,
    };
    let text = texts::ticket_opened(l, &ticket.code, there(turn), &turn.zone());
    let mut outcome = turn.say(text);
    outcome.person.ticket = Some(ticket.code.clone());
    outcome.tickets.push(Change::Open(Box::new(ticket)));
    outcome.audit.push(audit(Event::TicketOpened));
    outcome
}

/// STOP, and being forgotten, end what the chat may have passed on and say so. Nothing is asked for it. False: there was
/// nothing.
pub(super) fn ends(turn: &Turn<'_>, outcome: &mut Outcome) -> bool {
    let Some(code) = &turn.state.person.ticket else {
        return false;
    };
    outcome.person.ticket = None;
    outcome.tickets.push(Change::End(code.clone()));
    let told = texts::ticket_ended(turn.language(), code);
    let mut says = outcome.says.iter_mut();
    if let Some((_, reply)) = says.find(|(recipient, _)| *recipient == Recipient::Sender) {
        reply.text = format!("{}\n\n{told}", reply.text);
    }
    true
}

fn there(turn: &Turn<'_>) -> Option<crate::support::There> {
    let hours = turn.state.support.as_ref();
    hours.map(|hours| hours.there(turn.now))
}

fn audit(event: Event) -> Audit {
    Audit {
        event,
        account: None,
    }
}
