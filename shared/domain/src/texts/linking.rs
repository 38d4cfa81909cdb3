//! Linking a Flash account: the page, its codes, and the link's end.

use jiff::tz::TimeZone;

use super::words;
use crate::language::Language;
use crate::place;
use crate::policy::LINK_PAGE_LIFE;
use crate::time::Moment;

pub fn link_page(l: Language, url: &str) -> String {
    let fills = [
        ("url", url.into()),
        ("minutes", (LINK_PAGE_LIFE / 60).into()),
    ];
    words(l, "link-page", &fills)
}

pub fn renewal_page(l: Language, url: &str, ends_at: Moment, zone: &TimeZone) -> String {
    let fills = [
        ("until", place::date(l, ends_at, zone).into()),
        ("url", url.into()),
        ("minutes", (LINK_PAGE_LIFE / 60).into()),
    ];
    words(l, "renewal-page", &fills)
}

pub fn no_flash_account(l: Language) -> String {
    words(l, "no-flash-account", &[])
}

pub fn already_linked(l: Language, ends_at: Moment, zone: &TimeZone) -> String {
    until_day(l, "already-linked", ends_at, zone)
}

pub fn link_first(l: Language) -> String {
    words(l, "link-first", &[])
}

pub fn linked(l: Language) -> String {
    words(l, "linked", &[])
}

pub fn moved_here(l: Language) -> String {
    words(l, "moved-here", &[])
}

pub fn renewed(l: Language, ends_at: Moment, zone: &TimeZone) -> String {
    until_day(l, "renewed", ends_at, zone)
}

pub fn linked_elsewhere(l: Language) -> String {
    words(l, "linked-elsewhere", &[])
}

pub fn owner_linked_elsewhere(l: Language, other_chat: &str) -> String {
    words(l, "owner-linked-elsewhere", &[("chat", other_chat.into())])
}

/// To the chat that had the link.
pub fn moved_away(l: Language, to_chat: &str) -> String {
    words(l, "moved-away", &[("chat", to_chat.into())])
}

/// So many days before, the last time one.
pub fn link_ending(l: Language, days: i64, ends_at: Moment, zone: &TimeZone) -> String {
    if days > 1 {
        let on = place::date(l, ends_at, zone);
        let fills = [("days", days.into()), ("on", on.into())];
        words(l, "link-ending-days", &fills)
    } else {
        let at = place::day_and_time(l, ends_at, zone);
        words(l, "link-ending-soon", &[("at", at.into())])
    }
}

pub fn link_has_ended(l: Language) -> String {
    words(l, "link-has-ended", &[])
}

pub fn owner_chat_locked(l: Language, other_chat: &str) -> String {
    words(l, "owner-chat-locked", &[("chat", other_chat.into())])
}

pub fn wrong_code(l: Language, left: u32) -> String {
    words(l, "wrong-code", &[("left", left.into())])
}

pub fn code_destroyed(l: Language) -> String {
    words(l, "code-destroyed", &[])
}

pub fn malformed_code(l: Language) -> String {
    words(l, "malformed-code", &[])
}

pub fn no_code_waiting(l: Language) -> String {
    words(l, "no-code-waiting", &[])
}

pub fn code_ran_out(l: Language) -> String {
    words(l, "code-ran-out", &[])
}

pub fn chat_locked(l: Language, until: Moment, zone: &TimeZone) -> String {
    until_time(l, "chat-locked", until, zone)
}

pub fn locked_for_misuse(l: Language, until: Moment, zone: &TimeZone) -> String {
    until_time(l, "locked-for-misuse", until, zone)
}

pub fn codes_paused(l: Language, until: Moment, zone: &TimeZone) -> String {
    until_time(l, "codes-paused", until, zone)
}

pub fn linking_cancelled(l: Language) -> String {
    words(l, "linking-cancelled", &[])
}

pub fn link_paused(l: Language) -> String {
    words(l, "link-paused", &[])
}

pub fn confirm_unlink(l: Language) -> String {
    words(l, "confirm-unlink", &[])
}

pub fn yes_or_no(l: Language) -> String {
    words(l, "unlink-yes-or-no", &[])
}

pub fn kept(l: Language) -> String {
    words(l, "kept", &[])
}

pub fn unlinked(l: Language, key_ends_at: Moment, zone: &TimeZone) -> String {
    until_day(l, "unlinked", key_ends_at, zone)
}

pub fn not_linked(l: Language) -> String {
    words(l, "not-linked", &[])
}

pub fn link_ended(l: Language) -> String {
    words(l, "link-ended", &[])
}

fn until_day(l: Language, id: &str, until: Moment, zone: &TimeZone) -> String {
    words(l, id, &[("until", place::date(l, until, zone).into())])
}

pub(super) fn until_time(l: Language, id: &str, until: Moment, zone: &TimeZone) -> String {
    let until = place::day_and_time(l, until, zone);
    words(l, id, &[("until", until.into())])
}
