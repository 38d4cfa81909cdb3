//! What may stand in the tables in the clear, attribute by attribute, and how it must look. Whatever is not on the list, by
//! its name or by its form, is a question that somebody has to answer first.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::announcement::Stage;
use domain::assistant::counts::NO_ENTRY;
use domain::assistant::{Source, named};
use domain::command::COMMANDS;
use domain::consent;
use domain::conversation::{Event, UNKNOWN, Verdict};
use domain::flow;
use domain::ids::{EntryKey, MessageSid, PersonKey};
use domain::knowledge::check::Fault;
use domain::knowledge::{Base, Unusable};
use domain::language::Language;
use domain::notification::Why;
use domain::outbox::{Class, Delivery, Kind, Shape};
use domain::preferences::Frequency;
use domain::request::{Code, Progress};
use domain::risk::Sign;
use domain::role::Role;
use domain::sending::Because;
use domain::state::Asks;
use domain::texts::privacy::question;
use domain::ticket;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

type Form = fn(&Value) -> bool;

/// Shortest ciphertext: a nonce of 12 bytes and a tag of 16.
const SEALED: usize = 28;

/// Table, attribute (of lists, their elements), and how each value there must look.
const ITEMS: &[(&str, &str, Form)] = &[
    ("people", "person", person_or_about_one),
    ("people", "to", person),
    ("people", "address", sealed),
    ("people", "user", person),
    ("people", "writes_as", person),
    ("people", "suspended_at", number),
    ("people", "moved_away_at", number),
    ("people", "currency", currency),
    ("people", "ticket", ticket),
    ("people", "language", is::<Language>),
    ("people", "link.account", account),
    ("people", "link.key_id", key_id),
    ("people", "link.credential", sealed),
    ("people", "link.linked_at", number),
    ("people", "link.ends_at", number),
    ("people", "link.language", is::<Language>),
    ("people", "link.proven_at", number),
    ("people", "link.wallet", account),
    ("people", "link.user", account),
    ("people", "guard.failures[]", number),
    ("people", "guard.issues[]", number),
    ("people", "guard.paused_until", number_or_none),
    ("people", "guard.locked_until", number_or_none),
    ("people", "guard.locks", number),
    ("people", "guard.forgiven_at", number),
    ("people", "guard.tried[].challenge", random),
    ("people", "guard.tried[].held", number),
    ("people", "guard.signs[].sign", is::<Sign>),
    ("people", "guard.signs[].at", number),
    ("people", "chats[].chat", person),
    ("people", "chats[].at", number),
    ("people", "opted_out_at", number),
    ("people", "opted_in_at", number),
    ("people", "role.role", is::<Role>),
    ("people", "role.account", account),
    ("people", "role.user", person),
    ("people", "role.at", number),
    ("people", "consents.notifications.given", flag),
    ("people", "consents.notifications.at", number),
    ("people", "consents.notifications.policy", day),
    ("people", "consents.assistant.given", flag),
    ("people", "consents.assistant.at", number),
    ("people", "consents.assistant.policy", day),
    ("people", "consents.alerts_after_stop.given", flag),
    ("people", "consents.alerts_after_stop.at", number),
    ("people", "consents.alerts_after_stop.policy", day),
    ("people", "consents.told_of", day),
    ("people", "preferences.topics.received", flag),
    ("people", "preferences.topics.requests", flag),
    ("people", "preferences.topics.sent", flag),
    ("people", "preferences.topics.balance", flag),
    ("people", "preferences.topics.service", flag),
    // As of a later release, which one test knows.
    ("people", "preferences.topics.cards", flag),
    ("people", "preferences.minimum", number),
    ("people", "preferences.quiet.from", number),
    ("people", "preferences.quiet.until", number),
    ("people", "preferences.zone", zone),
    ("people", "preferences.frequency", is::<Frequency>),
    ("people", "preferences.paused_until", number),
    ("people", "news_shard", number),
    ("people", "guard.by_staff_until", number),
    ("people", "blocked[].wallet", digest),
    ("people", "blocked[].name", digest),
    ("people", "blocked[].at", number),
    ("people", "seen.told[]", number),
    ("people", "seen.balance_at", number),
    ("people", "seen.waiting[].until", number),
    ("people", "seen.waiting[].kept", number),
    ("people", "seen.waiting[].more", number),
    ("people", "seen.waiting[].from", number),
    ("people", "version", number),
    ("people", "expires_at", number),
    ("sessions", "person", person_or_about_one),
    ("sessions", "memory", sealed),
    ("sessions", "session.flow.flow", flow),
    ("sessions", "session.flow.nodes[]", flow_node),
    ("sessions", "session.flow.nonce", sid),
    ("sessions", "session.flow.until", number),
    ("sessions", "session.assistant.id", sid),
    ("sessions", "session.assistant.asked[]", number),
    ("sessions", "session.open.question", sealed),
    ("sessions", "version", number),
    ("sessions", "expires_at", number),
    ("sessions", "window_closed_at", number),
    ("sessions", "session.started_at", number),
    ("sessions", "session.last_inbound", number),
    ("sessions", "session.dialogue.state", dialogue),
    ("sessions", "session.dialogue.nonce", sid),
    ("sessions", "session.dialogue.until", number),
    ("sessions", "session.open.asks", is::<Asks>),
    ("sessions", "session.open.nonce", sid),
    ("sessions", "session.open.until", number),
    ("sessions", "session.open.about", person),
    ("sessions", "session.open.command", command),
    ("sessions", "session.trouble.command", command),
    ("sessions", "session.trouble.at", number),
    ("sessions", "session.export.id", random),
    ("sessions", "session.export.until", number),
    ("sessions", "session.export.taken", number),
    ("sessions", "session.step_up.waiting", command),
    ("sessions", "session.step_up.until", number),
    ("sessions", "session.step_up.page", random),
    ("sessions", "session.step_up.user", person),
    ("sessions", "session.listed.payments[]", payment),
    ("sessions", "session.listed.down_to", number),
    ("sessions", "session.listed.until", number),
    ("sessions", "session.listed.of_link", key_id),
    ("sessions", "session.page.id", random),
    ("sessions", "session.page.until", number),
    ("sessions", "session.page.issues", number),
    ("sessions", "session.page.key_digest", digest),
    ("sessions", "session.page.refused", number),
    ("sessions", "session.pace.answers[]", number),
    ("sessions", "session.invoice", sid),
    ("sessions", "session.pace.full_at", number),
    ("sessions", "session.pace.silent_until", number),
    ("sessions", "session.unpublished.at", number),
    ("sessions", "session.unpublished.entries[]", entry_key),
    ("sessions", "session.unpublished.times[]", number),
    ("codes", "person", person),
    ("codes", "purpose", purpose),
    ("codes", "challenge", random),
    ("codes", "digest", digest),
    ("codes", "tries", number),
    ("codes", "tried_by[]", sid),
    ("codes", "expires_at", number),
    ("codes", "of_link", key_id),
    ("codes", "moves_from", person),
    ("codes", "link.account", account),
    ("codes", "link.key_id", key_id),
    ("codes", "link.credential", sealed),
    ("codes", "link.linked_at", number),
    ("codes", "link.ends_at", number),
    ("codes", "link.language", is::<Language>),
    ("codes", "link.wallet", account),
    ("codes", "link.user", account),
    ("messages", "person", person_or_list),
    ("messages", "id", receipt_or_entry),
    ("messages", "entries[]", entry_key),
    ("messages", "entry", entry_id),
    ("messages", "kind", is::<Kind>),
    ("messages", "class", is::<Class>),
    ("messages", "delivery", is::<Delivery>),
    ("messages", "shape", is::<Shape>),
    ("messages", "because", because),
    ("messages", "rank", number),
    ("messages", "attempt", number),
    ("messages", "postponed", number),
    ("messages", "absences", number),
    ("messages", "failures", number),
    ("messages", "resent", flag),
    ("messages", "created_at", number),
    ("messages", "claimed_at", number),
    ("messages", "lease_until", number),
    ("messages", "due_at", number),
    ("messages", "due_shard", number),
    ("messages", "ends_at", number),
    ("messages", "expires_at", number),
    ("messages", "part_before", entry_id),
    ("messages", "next_part", entry_id),
    ("messages", "to", sealed),
    ("messages", "reply", sealed),
    ("messages", "challenge", random),
    ("messages", "app_challenge", random),
    ("messages", "key_id", key_id),
    ("messages", "erased_at", number),
    ("messages", "let_go_at", number),
    ("messages", "watched", sealed),
    ("messages", "look", number),
    ("messages", "asked", sealed),
    ("messages", "record.source", is::<Source>),
    ("messages", "record.entries[]", knowledge_entry),
    ("messages", "record.knowledge", version),
    ("messages", "record.prompt", version),
    ("messages", "record.tokens[]", number),
    ("messages", "record.because", word),
    ("messages", "held", sealed),
    ("messages", "held_until", number),
    ("messages", "gave[]", entry_id),
    ("messages", "request", random),
    ("messages", "progress", is::<Progress>),
    ("messages", "with", digest),
    ("messages", "terms", sealed),
    ("messages", "name", sealed),
    ("messages", "words", sealed),
    ("messages", "good", flag),
    ("messages", "version", number),
    ("messages", "reads", is::<Language>),
    ("messages", "open", flag),
    ("messages", "opened_at", number),
    ("messages", "waits_since", number),
    ("messages", "user", person),
    ("messages", "shared", sealed),
    ("messages", "alert.ticket", ticket),
    ("messages", "alert.reads", is::<Language>),
    ("messages", "alert.since", number),
    ("messages", "whose", person),
    ("messages", "cause", cause),
    ("messages", "about", about),
    ("messages", "sid", sid),
    ("messages", "former_sids[]", sid),
    ("messages", "error_code", number),
    ("audit", "person", person),
    ("audit", "at_entry", at_entry),
    ("audit", "event", is::<Event>),
    ("audit", "account", account),
    ("audit", "verdict", is::<Verdict>),
    ("audit", "by", person_operator_or_twilio),
    ("audit", "on", person),
    ("audit", "consent.kind", is::<consent::Kind>),
    ("audit", "consent.given", flag),
    ("audit", "consent.policy", day),
    ("audit", "consent.wording", wording),
    ("audit", "consent.language", is::<Language>),
    ("audit", "cause", cause),
    ("audit", "expires_at", number),
    ("cache", "key", cache_key),
    ("cache", "version", number),
    ("cache", "expires_at", number),
    ("cache", "generation", number),
    ("cache", "balance", sealed),
    ("cache", "price.currency.code", currency),
    ("cache", "price.currency.symbol", symbol),
    ("cache", "price.currency.fraction_digits", number),
    ("cache", "price.cent.base", number),
    ("cache", "price.cent.offset", number),
    ("cache", "price.sat.base", number),
    ("cache", "price.sat.offset", number),
    ("cache", "price.at", number),
    ("cache", "id", sid),
    ("cache", "stage", is::<Stage>),
    ("cache", "by", person),
    ("cache", "words", sealed),
    ("cache", "readers.count", number),
    ("cache", "readers.or_more", flag),
    ("cache", "told", number),
    ("cache", "shard", number),
    ("cache", "after", person),
    ("cache", "next_at", number),
    ("cache", "breaker.failures", number),
    ("cache", "breaker.open_until", number_or_none),
    ("cache", "watermark.at", number),
    ("cache", "watermark.look_at", number),
    ("cache", "watermark.span", number),
    ("cache", "watermark.tries", number),
    ("cache", "code", number),
    ("cache", "at", number),
    ("cache", "off_since", number),
    ("cache", "asked", number),
    ("cache", "in_force", version),
    ("cache", "before", version),
    ("cache", "kept[].name", version),
    ("cache", "kept[].at", number),
    ("cache", "text", knowledge_base),
];

/// Where an item, as plain JSON, holds what is not on the list, or what does not look as it should there.
pub fn misplaced(table: &str, item: &Value) -> Vec<String> {
    let mut found = Vec::new();
    visit(table, "", item, &mut found);
    found
}

fn visit(table: &str, path: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let dot = if path.is_empty() { "" } else { "." };
                visit(table, &format!("{path}{dot}{name}"), value, found);
            }
        }
        Value::Array(all) => {
            for value in all {
                visit(table, &format!("{path}[]"), value, found);
            }
        }
        value => {
            let mut places = ITEMS.iter();
            if table == "cache" && is_counter(path) && number(value) {
                return;
            }
            match places.find(|(of, at, _)| (*of, *at) == (table, path)) {
                None => found.push(format!("{table}: {path} is not on the list")),
                Some((.., form)) if !form(value) => {
                    found.push(format!("{table}: {path} does not look as it should"));
                }
                Some(_) => {}
            }
        }
    }
}

/// The name of a counter: one of ours, or one of those that carry a command, an event or a failure's name.
fn is_counter(path: &str) -> bool {
    let Some(name) = path.strip_prefix("count:") else {
        return false;
    };
    let ours = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ' ' | '_');
    match name.split_once(':') {
        Some(("command", command)) => command == UNKNOWN || is_command(command),
        Some(("event", event)) => is::<Event>(&event.into()),
        Some(("told" | "held" | "muted", what)) => what.len() <= 20 && what.chars().all(ours),
        Some((
            "assistant" | "assistant_because" | "assistant_seconds" | "assistant_good"
            | "assistant_bad" | "failed",
            what,
        )) => what.len() <= 40 && what.chars().all(ours),
        Some(("assistant_unanswered", entry)) => entry == NO_ENTRY || is_knowledge_entry(entry),
        Some(_) => false,
        None => {
            const NAMES: [&str; 15] = [
                "people",
                "heard",
                "sent",
                "notices",
                "feedback_words",
                "feedback_good",
                "feedback_bad",
                "assistant_answered",
                "assistant_unwanted",
                "assistant_tokens_read",
                "assistant_tokens_written",
                "tickets_opened",
                "tickets_added_to",
                "tickets_answered",
                "tickets_closed",
            ];
            NAMES.contains(&name)
        }
    }
}

/// Of the knowledge base, in which nobody is named.
fn is_knowledge_entry(id: &str) -> bool {
    Base::ours().entry(Language::English, id).is_some()
}

fn knowledge_entry(value: &Value) -> bool {
    is_knowledge_entry(text(value))
}

/// A whole base, if only of a later release or with faults, as tests publish it; no number stands in it that could be
/// somebody's.
fn knowledge_base(value: &Value) -> bool {
    match Base::read(text(value)) {
        Ok(_) | Err(Unusable::Newer(_)) => true,
        Err(Unusable::Unreadable(_)) => false,
        Err(Unusable::Faulty(faults)) => {
            let mut all = faults.all().iter();
            !all.any(|at| matches!(at.fault, Fault::Number | Fault::Begs(_)))
        }
    }
}

/// What somebody of Flash's called a release of words: `2026-11-23-2`.
fn version(value: &Value) -> bool {
    let ours = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    (1..=40).contains(&text(value).len()) && text(value).chars().all(ours)
}

/// One of the code's own.
fn word(value: &Value) -> bool {
    let ours = |c: char| c.is_ascii_lowercase() || c == '_';
    (1..=40).contains(&text(value).len()) && text(value).chars().all(ours)
}

fn is_command(name: &str) -> bool {
    COMMANDS.iter().any(|known| known.name == name)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A date, a count, a version, a code of Twilio's.
fn number(value: &Value) -> bool {
    value.is_u64()
}

fn number_or_none(value: &Value) -> bool {
    number(value) || value.is_null()
}

/// As IANA spells it.
fn zone(value: &Value) -> bool {
    let known = jiff::tz::TimeZone::get(text(value));
    known.is_ok_and(|zone| zone.iana_name() == Some(text(value)))
}

fn flag(value: &Value) -> bool {
    value.is_boolean()
}

/// One of the words that the domain knows.
fn is<T: DeserializeOwned + Serialize>(value: &Value) -> bool {
    let known = serde_json::from_value::<T>(value.clone());
    known.is_ok_and(|known| serde_json::to_value(known).is_ok_and(|written| written == *value))
}

fn bytes(text: &str) -> Option<usize> {
    Some(URL_SAFE_NO_PAD.decode(text).ok()?.len())
}

/// An HMAC.
fn is_digest(text: &str) -> bool {
    bytes(text) == Some(32)
}

fn digest(value: &Value) -> bool {
    is_digest(text(value))
}

/// [`aws::keys::random_id`].
fn random(value: &Value) -> bool {
    bytes(text(value)) == Some(16)
}

/// `keyid.base64`, where the key's id is no longer than [`aws::keys::Keys`] takes.
fn sealed(value: &Value) -> bool {
    text(value).split_once('.').is_some_and(|(key, sealed)| {
        (1..=32).contains(&key.len()) && bytes(sealed).is_some_and(|bytes| bytes >= SEALED)
    })
}

fn person(value: &Value) -> bool {
    PersonKey::from_digest(text(value).to_owned()).is_ok() && digest(value)
}

/// Flash's id of an account: random, and of no use to a stranger.
fn is_account(text: &str) -> bool {
    Uuid::try_parse(text).is_ok()
}

fn account(value: &Value) -> bool {
    is_account(text(value))
}

/// Flash's id of a payment: as random, and told to nobody but who has the account.
fn payment(value: &Value) -> bool {
    Uuid::try_parse(text(value)).is_ok()
}

/// A code of Flash's `currencyList`: `JMD`.
fn is_currency(code: &str) -> bool {
    (3..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase())
}

fn currency(value: &Value) -> bool {
    is_currency(text(value))
}

/// `J$`: a few characters, none of them a digit.
fn symbol(value: &Value) -> bool {
    let symbol = text(value);
    symbol.chars().count() <= 5 && !symbol.chars().any(char::is_numeric)
}

/// Flash's public part of an API key.
fn is_key_id(id: &str) -> bool {
    id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit())
}

fn key_id(value: &Value) -> bool {
    is_key_id(text(value))
}

fn person_or_about_one(value: &Value) -> bool {
    match text(value).split_once('#') {
        None => person(value),
        Some(("guard" | "standing" | "alias" | "proof" | "seen" | "memory", digest)) => {
            is_digest(digest)
        }
        Some(("account" | "seekers" | "wallet" | "user", id)) => is_account(id),
        Some(_) => false,
    }
}

fn sid(value: &Value) -> bool {
    MessageSid::parse(text(value)).is_ok()
}

/// What a cause gave rise to, and its number: `SM…-0`.
fn is_entry(text: &str) -> bool {
    text.rsplit_once('-')
        .is_some_and(|(cause, index)| index.parse::<u32>().is_ok() && is_cause(cause))
}

/// An event, by the trace of it; a moment for which news wait; a message; a page, one of its codes (`page-1`) or what was brought to it; what an operator did; a key that ends; an
/// entry that gave rise to another.
fn is_cause(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    if let ["key", key, at, "week" | "day" | "end"] = parts[..] {
        return is_key_id(key) && at.parse::<u64>().is_ok();
    }
    if let ["requests", key] = parts[..] {
        return is_key_id(key);
    }
    if let ["held", at] = parts[..] {
        return at.parse::<u64>().is_ok();
    }
    if let ["event", trace] = parts[..] {
        return trace.len() == 16 && trace.bytes().all(|b| b.is_ascii_hexdigit());
    }
    let told = [
        "-told", "-sooner", "-app", "-invoice", "-ask", "-moment", "-alert",
    ]
    .iter()
    .find_map(|end| text.strip_suffix(end));
    let text = told.unwrap_or(text);
    let done = ["operator-", "proof-", "announce-"]
        .iter()
        .find_map(|start| text.strip_prefix(start));
    let message = MessageSid::parse(done.unwrap_or(text)).is_ok();
    message || bytes(done.unwrap_or(text)) == Some(16) || is_entry(text)
}

/// Why an entry was dropped, or why nobody was told of an event.
fn because(value: &Value) -> bool {
    is::<Because>(value) || is::<Why>(value)
}

fn cause(value: &Value) -> bool {
    is_cause(text(value))
}

/// Whose item it is, or the day on which something was said, or the list of open tickets.
fn person_or_list(value: &Value) -> bool {
    match text(value).split_once('#') {
        Some(("feedback" | "reviews", on)) => day(&on.into()),
        Some(("tickets", "open")) => true,
        _ => person(value),
    }
}

fn flow(value: &Value) -> bool {
    flow::of_id(text(value)).is_some()
}

fn flow_node(value: &Value) -> bool {
    flow::all()
        .iter()
        .any(|flow| flow.nodes.contains_key(text(value)))
}

/// The help for a command, or an answer of the assistant, by its source and its moment.
fn about(value: &Value) -> bool {
    let words = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b' ');
    words(text(value)) || named(text(value)).is_some()
}

fn ticket(value: &Value) -> bool {
    text(value).starts_with("T-") && ticket::Code::parse(text(value)).is_some()
}

fn entry_id(value: &Value) -> bool {
    is_entry(text(value))
}

fn entry_key(value: &Value) -> bool {
    EntryKey::parse(text(value))
        .is_ok_and(|key| is_digest(key.person.as_str()) && is_entry(key.id.as_str()))
}

fn receipt_or_entry(value: &Value) -> bool {
    match text(value).split_once('#') {
        Some(("receipt" | "sid", cause)) => is_cause(cause),
        Some(("entry", entry)) => is_entry(entry),
        Some(("ticket" | "open", code)) => ticket(&code.into()),
        Some(("request", named)) => named
            .split_once('-')
            .is_some_and(|(way, code)| ["from", "to"].contains(&way) && Code::parse(code).is_ok()),
        Some(("blocked" | "event", mark)) => is_digest(mark),
        Some(("feedback", given)) => match given.strip_prefix("thumb#") {
            Some(named) => about(&named.into()),
            None => is_cause(given),
        },
        Some(("held", held)) => match held.split('#').collect::<Vec<_>>()[..] {
            [until, at, nth, cause] => {
                [until, at, nth]
                    .iter()
                    .all(|number| number.parse::<u64>().is_ok())
                    && is_cause(cause)
            }
            _ => false,
        },
        Some(("listed", listed)) => listed
            .split_once('#')
            .is_some_and(|(at, cause)| at.parse::<u64>().is_ok() && is_cause(cause)),
        _ => false,
    }
}

/// `01795374829#SM…-0`.
fn at_entry(value: &Value) -> bool {
    text(value)
        .split_once('#')
        .is_some_and(|(at, entry)| at.parse::<u64>().is_ok() && is_entry(entry))
}

/// The privacy notice of that day.
fn day(value: &Value) -> bool {
    let day = text(value);
    day.len() == 10 && day.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

fn person_operator_or_twilio(value: &Value) -> bool {
    ["operator", "twilio"].contains(&text(value)) || person(value)
}

/// The bot's own question, in which nobody is named.
fn wording(value: &Value) -> bool {
    let asked = |kind| {
        [Language::English, Language::Spanish]
            .iter()
            .any(|l| question(*l, kind) == text(value))
    };
    consent::Kind::ALL.into_iter().any(asked)
}

fn command(value: &Value) -> bool {
    let words = text(value);
    let command = words
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end();
    COMMANDS.iter().any(|known| known.name == command)
}

fn dialogue(value: &Value) -> bool {
    ["idle", "confirm_unlink"].contains(&text(value))
}

fn purpose(value: &Value) -> bool {
    ["link", "step-up"].contains(&text(value))
}

fn cache_key(value: &Value) -> bool {
    const KEYS: [&str; 6] = [
        "breaker#flash",
        "breaker#twilio",
        "breaker#maple",
        "switch#sending",
        "switch#assistant",
        "watermark#inbound",
    ];
    match text(value).split_once('#') {
        Some(("balance", person)) => is_digest(person),
        Some(("price", code)) => is_currency(code),
        Some(("count" | "traffic", shard)) => shard
            .split_once('#')
            .is_some_and(|(on, shard)| day(&on.into()) && shard.parse::<u32>().is_ok()),
        Some(("announcement" | "knowledge", which)) => which == "current",
        Some(("asked", hour)) => hour.parse::<u32>().is_ok(),
        Some(("knowledge_text", name)) => version(&name.into()),
        _ => KEYS.contains(&text(value)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_nobody_has_decided_about_is_named() {
        let key = "A".repeat(43);
        let item =
            json!({"person": format!("guard#{key}"), "version": 1, "guard": {"failures": [1, 2]}});
        assert_eq!(misplaced("people", &item), Vec::<String>::new());
        let item = json!({"person": "guard#+18765550100", "phone": "+18765550100", "guard": {"failures": ["1"]}});
        let found = [
            "people: guard.failures[] does not look as it should",
            "people: person does not look as it should",
            "people: phone is not on the list",
        ];
        let mut misplaced = misplaced("people", &item);
        misplaced.sort();
        assert_eq!(misplaced, found);
    }

    #[test]
    fn what_should_be_sealed_is_neither_a_text_nor_another_tables() {
        let clear = json!({"to": "whatsapp:+18765550100", "reply": "a.text"});
        assert_eq!(misplaced("messages", &clear).len(), 2);
        let ciphertext = format!("k1.{}", "A".repeat(40));
        assert_eq!(
            misplaced("messages", &json!({"to": ciphertext, "reply": ciphertext})).len(),
            0
        );
        assert_eq!(misplaced("people", &json!({"reply": ciphertext})).len(), 1);
        assert_eq!(misplaced("audit", &json!({"event": "Marcia"})).len(), 1);
    }

    #[test]
    fn a_published_base_is_one_and_nobodys_words() {
        let item = |text: &str| json!({"key": "knowledge_text#2026-11-23", "text": text});
        let ours = item(domain::knowledge::OURS);
        assert_eq!(misplaced("cache", &ours), Vec::<String>::new());
        let theirs = item("Marcia, call me at +1 876 555 0100");
        assert_eq!(misplaced("cache", &theirs).len(), 1);
        let theirs = json!({"key": "knowledge_text#+18765550100"});
        assert_eq!(misplaced("cache", &theirs).len(), 1);
    }
}
