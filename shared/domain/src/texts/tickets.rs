//! To whoever wants to talk to a person, and to the people at support.

use jiff::tz::TimeZone;

use super::words;
use crate::language::Language;
use crate::place;
use crate::policy::{SUPPORT_ANSWER_CHARACTERS, TICKET_CHARACTERS, TICKET_WORDS, TICKETS_A_DAY};
use crate::support::There;
use crate::ticket::{Code, Open, Shared, Ticket};

/// What a person would get to see, word for word, and whether they may. `of`: the open ticket that it is added to.
pub fn ticket_draft(l: Language, shared: &Shared, of: Option<&Code>) -> String {
    let first = match of {
        Some(code) => words(l, "ticket-draft-more", &code_of(code)),
        None => words(l, "ticket-draft", &[]),
    };
    let last = if shared.words.is_empty() {
        words(l, "ticket-draft-no-words", &[])
    } else {
        words(l, "ticket-draft-words", &[])
    };
    format!("{first}\n\n{}\n\n{last}", seen(l, shared))
}

/// The same lines for the customer and for support.
fn seen(l: Language, shared: &Shared) -> String {
    let chat = words(l, "ticket-chat", &[("chat", shared.chat.as_str().into())]);
    let name = shared.name.as_deref();
    let name = name.map(|name| words(l, "ticket-name", &[("name", name.into())]));
    let said = shared.words.iter().map(|words| format!("“{words}”"));
    let lines: Vec<_> = std::iter::once(chat).chain(name).chain(said).collect();
    lines.join("\n")
}

pub fn ticket_not_opened(l: Language) -> String {
    words(l, "ticket-not-opened", &[])
}

pub fn ticket_too_long(l: Language) -> String {
    let most = TICKET_CHARACTERS.into();
    words(l, "ticket-too-long", &[("most", most)])
}

/// What was to be passed on can't be read any more.
pub fn ticket_lost(l: Language) -> String {
    words(l, "ticket-lost", &[])
}

pub fn ticket_opened(l: Language, code: &Code, there: Option<There>, zone: &TimeZone) -> String {
    let fills = [
        ("code", code.as_str().into()),
        ("when", when(l, there, zone).into()),
    ];
    words(l, "ticket-opened", &fills)
}

/// One is open already.
pub fn ticket_stands(
    l: Language,
    ticket: &Ticket,
    there: Option<There>,
    zone: &TimeZone,
) -> String {
    let since = place::day_and_time(l, ticket.opened_at, zone);
    let fills = [
        ("code", ticket.code.as_str().into()),
        ("since", since.into()),
        ("when", when(l, there, zone).into()),
    ];
    words(l, "ticket-stands", &fills)
}

/// When somebody may answer, as far as that is known.
fn when(l: Language, there: Option<There>, zone: &TimeZone) -> String {
    match there {
        None => words(l, "support-hours-unknown", &[]),
        Some(There::Until(until)) => {
            let until = place::time_of_day(l, until, zone);
            words(l, "support-is-there", &[("until", until.into())])
        }
        Some(There::From(from)) => {
            let from = place::day_and_time(l, from, zone);
            words(l, "support-is-away", &[("from", from.into())])
        }
    }
}

pub fn ticket_added(l: Language, code: &Code) -> String {
    words(l, "ticket-added", &code_of(code))
}

pub fn ticket_full(l: Language, code: &Code) -> String {
    let fills = [
        ("code", code.as_str().into()),
        ("most", TICKET_WORDS.into()),
    ];
    words(l, "ticket-full", &fills)
}

pub fn tickets_too_many(l: Language) -> String {
    words(l, "tickets-too-many", &[("most", TICKETS_A_DAY.into())])
}

/// Their customer has said STOP, or is forgotten.
pub fn ticket_ended(l: Language, code: &Code) -> String {
    words(l, "ticket-ended", &code_of(code))
}

/// To the customer, from a person.
pub fn support_answers(l: Language, code: &Code, said: &str) -> String {
    let fills = [("code", code.as_str().into()), ("words", said.into())];
    words(l, "support-answers", &fills)
}

/// To the customer, whose ticket support has closed.
pub fn ticket_closed(l: Language, code: &Code) -> String {
    words(l, "ticket-closed", &code_of(code))
}

/// To support: the open tickets.
pub fn tickets(l: Language, open: &Open, zone: &TimeZone) -> String {
    if open.tickets.is_empty() {
        return words(l, "tickets-none", &[]);
    }
    let title = words(l, "tickets-title", &[("count", open.count.into())]);
    let shown = open.tickets.iter().map(|ticket| one(l, ticket, zone));
    let hidden = open.count.saturating_sub(open.tickets.len());
    let more = (hidden > 0).then(|| words(l, "tickets-more", &[("count", hidden.into())]));
    let parts = std::iter::once(title).chain(shown).chain(more);
    parts
        .chain([words(l, "tickets-how", &[])])
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn one(l: Language, ticket: &Ticket, zone: &TimeZone) -> String {
    let stands = match ticket.waits_since {
        Some(since) => {
            let since = place::day_and_time(l, since, zone);
            words(l, "ticket-waits", &[("since", since.into())])
        }
        None => words(l, "ticket-answered", &[]),
    };
    let language = match ticket.language {
        Language::English => "ticket-reads-english",
        Language::Spanish => "ticket-reads-spanish",
    };
    let fills = [
        ("code", ticket.code.as_str().into()),
        ("stands", stands.into()),
        ("reads", words(l, language, &[]).into()),
    ];
    let head = words(l, "ticket-line", &fills);
    let shared = match &ticket.shared {
        Some(shared) => seen(l, shared),
        None => words(l, "ticket-unreadable", &[]),
    };
    format!("{head}\n{shared}")
}

pub fn reply_how(l: Language) -> String {
    words(l, "reply-how", &[])
}

pub fn close_how(l: Language) -> String {
    words(l, "close-how", &[])
}

pub fn reply_too_long(l: Language) -> String {
    let most = SUPPORT_ANSWER_CHARACTERS.into();
    words(l, "reply-too-long", &[("most", most)])
}

/// Support's answer goes out: as it is where its reader wrote within a day, else as a template.
pub fn replied(l: Language, code: &Code, in_time: bool) -> String {
    let id = if in_time {
        "replied"
    } else {
        "replied-by-template"
    };
    words(l, id, &code_of(code))
}

pub fn ticket_closed_for_staff(l: Language, code: &Code) -> String {
    words(l, "ticket-closed-for-staff", &code_of(code))
}

pub fn no_such_ticket(l: Language, code: &Code) -> String {
    words(l, "no-such-ticket", &code_of(code))
}

pub fn not_your_own_ticket(l: Language) -> String {
    words(l, "not-your-own-ticket", &[])
}

/// The customer has said STOP since.
pub fn ticket_opted_out(l: Language, code: &Code) -> String {
    words(l, "ticket-opted-out", &code_of(code))
}

/// Somebody else may have the number by now.
pub fn ticket_of_another(l: Language, code: &Code) -> String {
    words(l, "ticket-of-another", &code_of(code))
}

/// Their address is not known any more.
pub fn ticket_unreachable(l: Language, code: &Code) -> String {
    words(l, "ticket-unreachable", &code_of(code))
}

fn code_of(code: &Code) -> [(&'static str, fluent_bundle::FluentValue<'_>); 1] {
    [("code", code.as_str().into())]
}

#[cfg(test)]
mod tests;
