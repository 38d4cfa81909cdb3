//! What is said of privacy: the notice, the questions that belong to it, and what is shown and deleted.
//!
//! The notice and the questions are one version ([`POLICY`]); whoever changes a word of them changes the version, too.

use jiff::tz::TimeZone;

use crate::consent::{Consent, Kind, POLICY};
use crate::language::Language;
use crate::place;
use crate::policy::{
    AUDIT_MEMORY, BACKUP_DAYS, CREDENTIAL_LIFE, EXPORT_PAGE_LIFE, MESSAGE_MEMORY, SESSION_ABSOLUTE,
    STRANGER_MEMORY, TWILIO_LOG_DAYS,
};
use crate::state::Asks;
use crate::time::Moment;

const DAY: i64 = 86_400;
const YEAR: i64 = 365 * DAY;

/// The privacy notice.
pub fn notice(l: Language) -> String {
    format!(
        "This is Flash's chat. Here is what it keeps, for how long, and who sees it.\n\n\
        _What is kept_\n\
        • Your number or WhatsApp id, sealed: while an account is linked, else until {stranger} days after you last wrote.\n\
        • Your link to Flash, with a sealed key that can only read: until you unlink, at most {key} days.\n\
        • What I wrote to you, sealed: {message} days. What you write is acted on and not kept.\n\
        • Where our conversation stands: a day after your last message, at most {session} days.\n\
        • Limits and locks against misuse: until they run out.\n\
        • STOP, and your answers to what I may send: with no end, so that they hold.\n\
        • A log of what happened to your link, without number or name: {audit} years.\n\n\
        _Who sees it_\n\
        WhatsApp and Twilio carry our messages and keep copies of their own. Amazon Web Services stores what I keep. Flash answers what I ask about your account. Nobody gets it for advertising.\n\n\
        _What you can do_\n\
        Send *export my data* to see all of it, *delete my data* to have it deleted, *unlink* to disconnect your account, or *stop* to get nothing but answers. Questions: support@getflash.io\n\n\
        _Version {POLICY}_",
        stranger = STRANGER_MEMORY / DAY,
        key = CREDENTIAL_LIFE / DAY,
        message = MESSAGE_MEMORY / DAY,
        session = SESSION_ABSOLUTE / DAY,
        audit = AUDIT_MEMORY / YEAR,
    )
}

/// The question itself, as it is kept with its answer.
pub fn question(l: Language, kind: Kind) -> String {
    let asked = match kind {
        Kind::Notifications => {
            "May I write to you here when money arrives or something happens on your Flash account? You would get such news through WhatsApp and Twilio, and no advertising. You can take a yes back any time: send *notifications* again.\n\nSuch news are not switched on yet. I'll keep your answer for then."
        }
        Kind::Assistant => {
            "May I have questions that you ask in your own words answered by an assistant? An AI service, Maple, would then read them. You can take a yes back any time: send *assistant* again.\n\nThe assistant is not switched on yet. I'll keep your answer for then."
        }
        Kind::AlertsAfterStop => {
            "You've stopped my messages. May I still write to you when somebody tries to get at your Flash account? That would be such security alerts and nothing else, until you send *STOP* again."
        }
    };
    format!(
        "{asked} Send *YES* to agree, or *NO* to refuse.\n\n_Privacy notice {POLICY}: send_ *privacy*"
    )
}

/// How it stands, before the question is asked.
pub fn standing(l: Language, consent: &Consent, zone: &TimeZone) -> String {
    let date = place::date(consent.at, zone);
    if consent.is_outdated() {
        format!("You agreed on {date}, under an earlier privacy notice, so that no longer counts.")
    } else if consent.given {
        format!("You agreed on {date}.")
    } else {
        format!("You refused on {date}.")
    }
}

/// An answer was given.
pub fn answered(l: Language, kind: Kind, given: bool) -> String {
    match (kind, given) {
        (Kind::Notifications, true) => "Thank you. You'll get news of your account here once they are switched on. To take that back, send *notifications* again.",
        (Kind::Notifications, false) => "All right, no news of your account. To change that, send *notifications* again.",
        (Kind::Assistant, true) => "Thank you. The assistant may answer you once it is switched on. To take that back, send *assistant* again.",
        (Kind::Assistant, false) => "All right, no assistant. To change that, send *assistant* again.",
        (Kind::AlertsAfterStop, true) => "Thank you. I'll still write to you when somebody tries to get at your Flash account. Send *STOP* to end that, too.",
        (Kind::AlertsAfterStop, false) => "All right, no security alerts either. To change that, send *alerts* again.",
    }
    .to_owned()
}

/// Security alerts need no agreement of their own before STOP.
pub fn alerts_come_anyway(l: Language) -> String {
    "You get security alerts as it is. If you ever send *STOP*, you can send *alerts* after it to go on getting them."
        .to_owned()
}

/// A second message, once: what was agreed to no longer counts.
pub fn notice_changed(l: Language, kinds: &[Kind]) -> String {
    let commands: Vec<_> = kinds
        .iter()
        .map(|kind| match kind {
            Kind::Notifications => "*notifications*",
            Kind::Assistant => "*assistant*",
            Kind::AlertsAfterStop => "*alerts*",
        })
        .collect();
    format!(
        "My privacy notice has changed, so what you agreed to under the old one no longer counts. Send *privacy* to read the new one. To answer again, send {}.",
        commands.join(" or ")
    )
}

/// Begins the first answer after a question has waited in vain.
pub fn timed_out(l: Language, asks: Asks) -> String {
    let asked = match asks {
        Asks::Unlink => {
            "I had asked whether to disconnect your Flash account. That question has timed out, and nothing was changed."
        }
        Asks::Erasure => {
            "I had asked whether to delete what I keep of you. That question has timed out, and I've deleted nothing."
        }
        Asks::Notifications | Asks::Assistant | Asks::AlertsAfterStop => {
            "I had asked what you agree to. That question has timed out, and your answer is as it was before."
        }
        Asks::SomethingElse => {
            "I had asked you something. That question has timed out, and nothing has changed."
        }
    };
    format!("_{asked}_")
}

/// CANCEL to a question that needs no answer.
pub fn question_closed(l: Language) -> String {
    "All right, I've taken that question back. Nothing has changed.".to_owned()
}

/// Something else was said while a question was open.
pub fn yes_or_no(l: Language) -> String {
    "Please send *YES* or *NO* to my question, or *cancel* to leave it.".to_owned()
}

/// What is kept, on a page.
pub fn export_page(l: Language, url: &str, linked_at: Option<Moment>, zone: &TimeZone) -> String {
    let link = match linked_at {
        Some(at) => format!(
            "your Flash account is linked since {}",
            place::date(at, zone)
        ),
        None => "no Flash account is linked".to_owned(),
    };
    format!(
        "On this page you can save everything I keep of you as a file:\n{url}\n\nIt works for {} minutes. Don't pass it on. In short: {link}; there is what I wrote to you in the last {} days, your answers to what I may send, limits that count for this chat, and the log of what happened.",
        EXPORT_PAGE_LIFE / 60,
        MESSAGE_MEMORY / DAY,
    )
}

/// The number has another owner, to whom nothing from before is shown.
pub fn export_of_another(l: Language) -> String {
    "This number now writes from another WhatsApp account, so I can't show what I keep from before. Send *delete my data* to have it deleted."
        .to_owned()
}

pub fn missed_export(l: Language) -> String {
    "Sorry, I was away when you asked for your data. To be sure that it's you, please send *export my data* once more.".to_owned()
}

/// The question before everything is deleted.
pub fn confirm_erasure(l: Language, linked: bool) -> String {
    let link = if linked {
        " the link to your Flash account with its key,"
    } else {
        ""
    };
    format!(
        "Delete what I keep of you? Your number goes,{link} our conversation, and everything I wrote to you. It can't be brought back. Your money and your Flash account stay as they are.\n\n\
        What stays: STOP and your answers to what I may send, limits and locks until they run out, and for {} years a log of what happened to your link, without number or name.\n\n\
        Send *YES* to delete, or *NO* to keep it.",
        AUDIT_MEMORY / YEAR
    )
}

/// It is done. `key_ends_at` of the key that Flash still lists, if an account was linked.
pub fn erased(l: Language, key_ends_at: Option<Moment>, zone: &TimeZone) -> String {
    let (link, key) = match key_ends_at {
        Some(at) => (
            ", the link to your Flash account with its key",
            format!(
                "\n• Flash lists that key, unused, until {}.",
                place::date(at, zone)
            ),
        ),
        None => ("", String::new()),
    };
    format!(
        "Done. I've deleted your number{link} and our conversation. What I wrote to you is being deleted now; this message goes within two hours.\n\n\
        I keep, so that it holds:\n\
        • STOP and your answers to what I may send\n\
        • limits and locks, until they run out\n\
        • a log of what happened to your link, without number or name, for {audit} years, as records of money are kept\n\
        • ids of your messages, {ids} days, so that none is taken twice\n\n\
        Copies elsewhere:\n\
        • WhatsApp and Twilio keep our messages themselves, Twilio {twilio} days or as Flash has set it.{key}\n\
        • Backups end after {backup} days. Logs hold no number and no text.\n\n\
        If you write again, we begin anew.",
        audit = AUDIT_MEMORY / YEAR,
        ids = MESSAGE_MEMORY / DAY,
        twilio = TWILIO_LOG_DAYS,
        backup = BACKUP_DAYS,
    )
}

pub fn nothing_erased(l: Language) -> String {
    "All right, I've deleted nothing.".to_owned()
}

#[cfg(test)]
mod tests;
