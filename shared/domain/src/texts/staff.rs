//! What staff read, and what others read because of them.

use jiff::tz::TimeZone;

use crate::conversation::Subject;
use crate::guard::Guard;
use crate::language::Language;
use crate::place;
use crate::policy::{CODE_ISSUE_WINDOW, FAILURE_WINDOW};
use crate::risk::{self, Level, Sign};
use crate::state::State;
use crate::time::Moment;

/// To everybody else. Whoever is locked and asks for it reads where help is.
pub fn for_staff_only(l: Language) -> String {
    "Only Flash's support team can do that. If you need help, write to support@getflash.io, or send *help* to see what I can do for you.".to_owned()
}

pub fn staff_example(l: Language, command: &str) -> String {
    format!("The number must be whole, with its plus. Send it like this: *{command} +18765550100*")
}

pub fn not_your_own_lock(l: Language) -> String {
    "That is your own chat. Somebody else on the team has to unlock it.".to_owned()
}

pub fn is_not_locked(l: Language) -> String {
    "That chat is not locked, and codes are not paused there.".to_owned()
}

pub fn unlocked_for_staff(l: Language) -> String {
    "Done. That chat can link again, and I've told them. If they are locked once more, it will be for longer.".to_owned()
}

pub fn unlocked_by_support(l: Language) -> String {
    "Flash's support has ended the lock of this chat. Send *link* to start again.".to_owned()
}

pub fn locked_for_misuse(l: Language, until: Moment, zone: &TimeZone) -> String {
    format!(
        "Too many things here look like somebody trying doors. To keep the account safe, this chat can't link until {}. If you need help, write to support@getflash.io.",
        place::day_and_time(until, zone)
    )
}

/// How a chat stands: no account, no name, no address, no amount.
pub fn chat_for_staff(l: Language, subject: &Subject, now: Moment, zone: &TimeZone) -> String {
    let state = &subject.state;
    if subject.address.is_none() && state.guard == Guard::default() {
        return "I know nobody by that number.".to_owned();
    }
    let until = |at: Moment| format!("until {}", place::day_and_time(at, zone));
    let guard = &state.guard;
    let lock = guard.locked(now).map_or("no".to_owned(), until);
    let paused = guard.paused_until.filter(|at| now < *at);
    let within = |times: &[Moment], window| {
        let young = times.iter().filter(|at| now.since(**at) < window);
        young.count()
    };
    let heard = subject
        .heard
        .map_or("not within a day".to_owned(), |at| place::date(at, zone));
    let stopped = state.standing.opted_out_at;
    let stopped = stopped.map_or("no".to_owned(), |at| {
        format!("since {}", place::date(at, zone))
    });
    [
        "That chat:".to_owned(),
        format!("Linked: {}", link(state, now, zone)),
        format!("Locked: {lock}"),
        format!("Locks so far: {}", guard.locks),
        format!("Codes paused: {}", paused.map_or("no".to_owned(), until)),
        format!(
            "Wrong codes within {} minutes: {}",
            FAILURE_WINDOW / 60,
            within(&guard.failures, FAILURE_WINDOW)
        ),
        format!(
            "Codes shown within the hour: {}",
            within(&guard.issues, CODE_ISSUE_WINDOW)
        ),
        format!("Risk: {}", risk(guard, now)),
        format!("Messages stopped: {stopped}"),
        format!("Last wrote: {heard}"),
    ]
    .join("\n")
}

fn link(state: &State, now: Moment, zone: &TimeZone) -> String {
    let date = |at| place::date(at, zone);
    match &state.person.link {
        None => "no".to_owned(),
        Some(link) if link.ends_at <= now => format!("ended on {}", date(link.ends_at)),
        Some(link) => format!(
            "since {}, until {}",
            date(link.linked_at),
            date(link.ends_at)
        ),
    }
}

fn risk(guard: &Guard, now: Moment) -> String {
    let score = risk::score(guard, now);
    let level = match risk::level(guard, now) {
        Level::Calm => "",
        Level::StepUp => ", asks for a fresh log-in",
        Level::Alert => ", alert",
    };
    let reasons: Vec<_> = risk::reasons(guard, now)
        .into_iter()
        .map(|(sign, times)| format!("{times} × {}", name(sign)))
        .collect();
    if reasons.is_empty() {
        return format!("{score}");
    }
    format!("{score}{level} ({})", reasons.join(", "))
}

const fn name(sign: Sign) -> &'static str {
    match sign {
        Sign::WrongCode => "wrong code",
        Sign::Locked => "locked",
        Sign::CodesPaused => "too many codes asked for",
        Sign::PageAgain => "page asked for again",
        Sign::Flooded => "flooded",
        Sign::Probed => "code typed where none waited",
        Sign::StaffRefused => "staff's command tried",
        Sign::KeyRefused => "unknown key on a link page",
        Sign::Sought => "account sought by many chats",
        Sign::Unknown => "something newer than I know",
    }
}
