//! What is said of privacy: the notice, the questions that belong to it, and what is shown and deleted.
//!
//! The notice and the questions are one version ([`POLICY`]), in all languages; whoever changes a word of them changes the
//! version, too.

use jiff::tz::TimeZone;

use super::{said, taught, words};
use crate::consent::{Consent, Kind, POLICY};
use crate::language::Language;
use crate::place;
use crate::policy::{
    AUDIT_MEMORY, BACKUP_DAYS, CREDENTIAL_LIFE, EXPORT_PAGE_LIFE, FEEDBACK_MEMORY, MESSAGE_MEMORY,
    REQUEST_MEMORY, SESSION_ABSOLUTE, STRANGER_MEMORY, TWILIO_LOG_DAYS,
};
use crate::state::Asks;
use crate::time::Moment;

const DAY: i64 = 86_400;
const YEAR: i64 = 365 * DAY;

/// The privacy notice.
pub fn notice(l: Language) -> String {
    let fills = [
        ("stranger", (STRANGER_MEMORY / DAY).into()),
        ("key", (CREDENTIAL_LIFE / DAY).into()),
        ("message", (MESSAGE_MEMORY / DAY).into()),
        ("session", (SESSION_ABSOLUTE / DAY).into()),
        ("feedback", (FEEDBACK_MEMORY / DAY).into()),
        ("request", (REQUEST_MEMORY / DAY).into()),
        ("audit", (AUDIT_MEMORY / YEAR).into()),
        ("policy", POLICY.into()),
    ];
    words(l, "privacy-notice", &fills)
}

/// The question itself, as it is kept with its answer.
pub fn question(l: Language, kind: Kind) -> String {
    let asked = match kind {
        Kind::Notifications => words(l, "privacy-asks-notifications", &[]),
        Kind::Assistant => words(l, "privacy-asks-assistant", &[]),
        Kind::AlertsAfterStop => words(l, "privacy-asks-alerts", &[]),
    };
    let fills = [("asked", asked.into()), ("policy", POLICY.into())];
    words(l, "privacy-question", &fills)
}

/// How it stands, before the question is asked.
pub fn standing(l: Language, consent: &Consent, zone: &TimeZone) -> String {
    let id = if consent.is_outdated() {
        "privacy-agreed-before"
    } else if consent.given {
        "privacy-agreed"
    } else {
        "privacy-refused"
    };
    words(l, id, &[("date", place::date(l, consent.at, zone).into())])
}

/// An answer was given.
pub fn answered(l: Language, kind: Kind, given: bool) -> String {
    let id = match (kind, given) {
        (Kind::Notifications, true) => "privacy-notifications-yes",
        (Kind::Notifications, false) => "privacy-notifications-no",
        (Kind::Assistant, true) => "privacy-assistant-yes",
        (Kind::Assistant, false) => "privacy-assistant-no",
        (Kind::AlertsAfterStop, true) => "privacy-alerts-yes",
        (Kind::AlertsAfterStop, false) => "privacy-alerts-no",
    };
    words(l, id, &[])
}

/// Security alerts need no agreement of their own before STOP.
pub fn alerts_come_anyway(l: Language) -> String {
    words(l, "privacy-alerts-anyway", &[])
}

/// A second message, once: what was agreed to no longer counts.
pub fn notice_changed(l: Language, kinds: &[Kind]) -> String {
    let commands = kinds.iter().map(|kind| match kind {
        Kind::Notifications => "notifications",
        Kind::Assistant => "assistant",
        Kind::AlertsAfterStop => "alerts",
    });
    let commands = commands.map(|command| format!("*{}*", taught(l, command)));
    let or = |one: String, other: String| {
        let fills = [("one", one.into()), ("other", other.into())];
        words(l, "privacy-or", &fills)
    };
    let commands = commands.reduce(or).unwrap_or_default();
    words(l, "privacy-changed", &[("commands", commands.into())])
}

/// Begins the first answer after a question has waited in vain.
pub fn timed_out(l: Language, asks: Asks) -> String {
    let id = match asks {
        Asks::Unlink => "question-unlink-timed-out",
        Asks::Erasure => "question-erasure-timed-out",
        Asks::Notifications | Asks::Assistant | Asks::AlertsAfterStop => {
            "question-consent-timed-out"
        }
        Asks::Person => "question-person-timed-out",
        Asks::UnlinkUser | Asks::Announcement | Asks::Suggestion | Asks::SomethingElse => {
            "question-timed-out"
        }
    };
    words(l, id, &[])
}

/// CANCEL to a question that needs no answer.
pub fn question_closed(l: Language) -> String {
    words(l, "question-closed", &[])
}

/// Something else was said while a question was open.
pub fn yes_or_no(l: Language) -> String {
    words(l, "question-yes-or-no", &[])
}

/// What is kept, on a page.
pub fn export_page(l: Language, url: &str, linked_at: Option<Moment>, zone: &TimeZone) -> String {
    let since = linked_at.map(|at| place::date(l, at, zone));
    let fills = [
        ("url", url.into()),
        ("minutes", (EXPORT_PAGE_LIFE / 60).into()),
        ("linked", said(linked_at.is_some())),
        ("since", since.unwrap_or_default().into()),
        ("days", (MESSAGE_MEMORY / DAY).into()),
    ];
    words(l, "export-page", &fills)
}

/// The number has another owner, to whom nothing from before is shown.
pub fn export_of_another(l: Language) -> String {
    words(l, "export-of-another", &[])
}

pub fn missed_export(l: Language) -> String {
    words(l, "missed-export", &[])
}

/// The question before everything is deleted.
pub fn confirm_erasure(l: Language, linked: bool) -> String {
    let years = AUDIT_MEMORY / YEAR;
    let fills = [("linked", said(linked)), ("years", years.into())];
    words(l, "confirm-erasure", &fills)
}

/// It is done. `key_ends_at` of the key that Flash still lists, if an account was linked.
pub fn erased(l: Language, key_ends_at: Option<Moment>, zone: &TimeZone) -> String {
    let key = key_ends_at.map(|at| {
        let until = place::date(l, at, zone);
        let listed = words(l, "erased-key", &[("until", until.into())]);
        format!("\n{listed}")
    });
    let fills = [
        ("linked", said(key.is_some())),
        ("key", key.unwrap_or_default().into()),
        ("audit", (AUDIT_MEMORY / YEAR).into()),
        ("ids", (MESSAGE_MEMORY / DAY).into()),
        ("twilio", TWILIO_LOG_DAYS.into()),
        ("backup", BACKUP_DAYS.into()),
    ];
    words(l, "erased", &fills)
}

pub fn nothing_erased(l: Language) -> String {
    words(l, "nothing-erased", &[])
}

#[cfg(test)]
mod tests;
