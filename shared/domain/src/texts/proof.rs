//! Showing once more who one is.

use jiff::tz::TimeZone;

use super::linking::until_time;
use super::{taught, words};
use crate::language::Language;
use crate::policy::{CODE_LIFE, LINK_PAGE_LIFE};
use crate::time::Moment;

pub fn proof_page(l: Language, url: &str) -> String {
    let fills = [
        ("url", url.into()),
        ("minutes", (LINK_PAGE_LIFE / 60).into()),
    ];
    words(l, "proof-page", &fills)
}

pub fn code_in_app(l: Language, command: &str) -> String {
    let minutes = CODE_LIFE / 60;
    let command = taught(l, command);
    let fills = [("command", command.into()), ("minutes", minutes.into())];
    words(l, "code-in-app", &fills)
}

/// Title and words of the push; Flash keeps them in its logs, so they name nobody.
pub fn push_title(l: Language) -> String {
    words(l, "push-title", &[])
}

pub fn push_body(l: Language, code: &str) -> String {
    words(l, "push-body", &[("code", code.into())])
}

pub fn wrong_app_code(l: Language, left: u32) -> String {
    words(l, "wrong-app-code", &[("left", left.into())])
}

pub fn app_code_destroyed(l: Language) -> String {
    words(l, "app-code-destroyed", &[])
}

pub fn no_app_code_waiting(l: Language) -> String {
    words(l, "no-app-code-waiting", &[])
}

pub fn app_code_ran_out(l: Language) -> String {
    words(l, "app-code-ran-out", &[])
}

pub fn codes_locked(l: Language, until: Moment, zone: &TimeZone) -> String {
    until_time(l, "codes-locked", until, zone)
}

pub fn proof_cancelled(l: Language) -> String {
    words(l, "proof-cancelled", &[])
}

pub fn proven(l: Language) -> String {
    words(l, "proven", &[])
}
