//! `tickets`, `reply T-3F2K …`, `close T-3F2K`: what people have passed on to support, and support's answers.

use super::announce::as_written;
use crate::command::{Category, Command, Offered, Takes};
use crate::conversation::{
    Act, Audit, Decision, Event, Outcome, Question, Recipient, Subject, Turn,
};
use crate::outbox::{Class, News, Reply};
use crate::policy::SUPPORT_ANSWER_CHARACTERS;
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;
use crate::ticket::{Change, Code, Ticket};

pub(in crate::conversation) const COMMAND: Command = Command {
    name: "tickets",
    aliases: &[],
    takes: Takes::Nothing,
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Support,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: false,
    examples: &["tickets"],
    run: |turn, _| list(turn),
};

pub(in crate::conversation) const REPLY: Command = Command {
    name: "reply",
    aliases: &["responder"],
    takes: Takes::Rest {
        looks_like_one: names_one,
    },
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Support,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: true,
    examples: &["reply T-3F2K We found your payment"],
    run: |turn, rest| match rest.and_then(split) {
        Some((code, words)) if !words.is_empty() => about(turn, code, |turn, ticket, subject| {
            answer(turn, ticket, subject, words)
        }),
        _ => turn.say(texts::reply_how(turn.language())).into(),
    },
};

pub(in crate::conversation) const CLOSE: Command = Command {
    name: "close",
    aliases: &["cerrar"],
    takes: Takes::Rest {
        looks_like_one: names_one,
    },
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Support,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: true,
    examples: &["close T-3F2K"],
    run: |turn, rest| match rest.and_then(Code::parse) {
        Some(code) => about(turn, code, close),
        None => turn.say(texts::close_how(turn.language())).into(),
    },
};

/// A ticket, right or mistyped: what was meant for a customer is no question to the assistant.
fn names_one(rest: &str) -> bool {
    let first = rest.split(' ').next().unwrap_or_default();
    // In small letters without a figure it may be another word, such as t-shirt.
    let mistyped = match first.get(..2) {
        Some("T-") => true,
        Some("t-") => first.bytes().any(|b| b.is_ascii_digit()),
        _ => false,
    };
    mistyped || split(rest).is_some()
}

/// A ticket's code, and what follows it.
fn split(rest: &str) -> Option<(Code, &str)> {
    let (code, words) = rest.split_once(' ').unwrap_or((rest, ""));
    Some((Code::parse(code.trim_end_matches(':'))?, words.trim()))
}

fn list(turn: &Turn<'_>) -> Decision {
    let Some(open) = &turn.answers.open_tickets else {
        return Decision::Ask(Question::OpenTickets);
    };
    let mut outcome = turn.say(texts::tickets(turn.language(), open, &turn.zone()));
    if open.count > 0 {
        outcome.audit.push(Audit {
            event: Event::TicketsRead,
            account: None,
        });
    }
    outcome.into()
}

/// `does` it about the ticket of that code, if it is open and somebody else's.
fn about(
    turn: &Turn<'_>,
    code: Code,
    does: impl Fn(&Turn<'_>, &Ticket, &Subject) -> Outcome,
) -> Decision {
    let l = turn.language();
    let found = turn.answers.ticket.as_ref();
    let Some((_, found)) = found.filter(|(asked, _)| *asked == code) else {
        return Decision::Ask(Question::Ticket(code));
    };
    match found.as_deref() {
        Some((_, subject)) if subject.state.key == turn.state.key => {
            turn.say(texts::not_your_own_ticket(l)).into()
        }
        Some((ticket, subject)) if ticket.open => does(turn, ticket, subject).into(),
        Some(_) | None => turn.say(texts::no_such_ticket(l, &code)).into(),
    }
}

fn answer(turn: &Turn<'_>, ticket: &Ticket, subject: &Subject, typed: &str) -> Outcome {
    let l = turn.language();
    let words = as_written(&turn.message.body, typed);
    if words.chars().count() > SUPPORT_ANSWER_CHARACTERS {
        return turn.say(texts::reply_too_long(l));
    }
    let person = &subject.state.person;
    let writes = person.writes_as.as_ref().or(person.user.as_ref());
    if !ticket.may_be_of(writes) {
        return turn.say(texts::ticket_of_another(l, &ticket.code));
    }
    let out = subject.state.standing.opted_out_at;
    if out.is_some_and(|out| ticket.opened_at <= out) {
        return turn.say(texts::ticket_opted_out(l, &ticket.code));
    }
    let Some(chat) = subject.chat() else {
        return turn.say(texts::ticket_unreachable(l, &ticket.code));
    };
    let in_time = subject.heard.is_some();
    let mut outcome = turn.say(texts::replied(l, &ticket.code, in_time));
    let text = texts::support_answers(chat.language, &ticket.code, &words);
    let told = Reply::from(text)
        .language(chat.language)
        .news(News::SupportAnswered {
            code: ticket.code.as_str().to_owned(),
            words,
            asked_at: ticket.opened_at,
        });
    outcome.says.push((Recipient::Other(chat), told));
    outcome.tickets.push(Change::Answer {
        whose: subject.state.key.clone(),
        ticket: Box::new(Ticket {
            waits_since: None,
            ..ticket.clone()
        }),
    });
    outcome.act = Some(Act::on(subject, Event::TicketAnswered));
    outcome
}

fn close(turn: &Turn<'_>, ticket: &Ticket, subject: &Subject) -> Outcome {
    let l = turn.language();
    let mut outcome = turn.say(texts::ticket_closed_for_staff(l, &ticket.code));
    outcome.tickets.push(Change::Close {
        whose: subject.state.key.clone(),
        ticket: Box::new(ticket.clone()),
    });
    outcome.act = Some(Act::on(subject, Event::TicketClosed));
    let out = subject.state.standing.opted_out_at.is_some();
    // Who has not written within a day is not told that nothing more comes.
    if let Some(chat) = subject.chat().filter(|_| !out && subject.heard.is_some()) {
        let told = Reply::from(texts::ticket_closed(chat.language, &ticket.code));
        let told = told.language(chat.language).class(Class::Notice);
        outcome.says.push((Recipient::Other(chat), told));
    }
    outcome
}
