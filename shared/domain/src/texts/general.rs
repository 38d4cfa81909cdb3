//! What belongs to no one subject: getting messages or not, and what went wrong.

use jiff::tz::TimeZone;

use super::{link_ended, said, taught, words};
use crate::flash::FlashTrouble;
use crate::language::Language;
use crate::place;
use crate::policy::FLOOD_SILENCE;
use crate::time::Moment;

pub fn opted_out(l: Language, linked: bool, linking_cancelled: bool) -> String {
    let fills = [
        ("linked", said(linked)),
        ("cancelled", said(linking_cancelled)),
    ];
    words(l, "opted-out", &fills)
}

pub fn missed_start(l: Language) -> String {
    words(l, "missed-start", &[])
}

pub fn moved_away_before(l: Language, at: Moment, zone: &TimeZone) -> String {
    let at = place::day_and_time(l, at, zone);
    words(l, "moved-away-before", &[("at", at.into())])
}

pub fn opted_in(l: Language) -> String {
    words(l, "opted-in", &[])
}

/// Ends every answer to somebody who has opted out.
pub fn how_to_start(l: Language, but_alerts: bool) -> String {
    words(l, "how-to-start", &[("alerts", said(but_alerts))])
}

/// To a sentence that asks for silence.
pub fn how_to_stop(l: Language) -> String {
    words(l, "how-to-stop", &[])
}

pub fn nothing_open(l: Language, opted_out: bool) -> String {
    words(l, "nothing-open", &[("stopped", said(opted_out))])
}

pub fn flooded(l: Language) -> String {
    let pause = wait(l, u32::try_from(FLOOD_SILENCE).unwrap_or(u32::MAX));
    words(l, "flooded", &[("pause", pause.into())])
}

/// Ends an answer that was too long for all of its parts.
pub fn rest_left_out(l: Language) -> String {
    words(l, "rest-left-out", &[])
}

pub fn nothing_to_confirm(l: Language) -> String {
    words(l, "nothing-to-confirm", &[])
}

pub fn old_button(l: Language) -> String {
    words(l, "old-button", &[])
}

pub fn missed_command(l: Language, command: &str) -> String {
    words(
        l,
        "missed-command",
        &[("command", taught(l, command).into())],
    )
}

/// Why Flash gave no answer to the command of this name.
pub fn flash_trouble(l: Language, trouble: FlashTrouble, command: &str) -> String {
    let command = taught(l, command);
    let about = |id| words(l, id, &[("command", command.as_str().into())]);
    match trouble {
        FlashTrouble::CredentialGone => link_ended(l),
        FlashTrouble::Unavailable => about("flash-unavailable"),
        FlashTrouble::Busy { retry_after_s } => {
            let wait = wait(l, retry_after_s);
            let fills = [("command", command.as_str().into()), ("wait", wait.into())];
            words(l, "flash-busy", &fills)
        }
        FlashTrouble::Moving => about("flash-moving"),
        FlashTrouble::Declined => words(l, "flash-declined", &[]),
        FlashTrouble::NeedsSupport => words(l, "flash-needs-support", &[]),
        FlashTrouble::CredentialDamaged => words(l, "flash-key-damaged", &[]),
    }
}

/// So many seconds, never too few.
pub(super) fn wait(l: Language, seconds: u32) -> String {
    match seconds.div_ceil(60).max(1) {
        minutes @ ..=59 => words(l, "wait-minutes", &[("minutes", minutes.into())]),
        _ => words(l, "wait-hours", &[]),
    }
}
