//! What staff read, and what others read because of them.

use jiff::tz::TimeZone;

use super::{taught, words};
use crate::conversation::Subject;
use crate::guard::Guard;
use crate::language::Language;
use crate::place;
use crate::policy::{CODE_ISSUE_WINDOW, FAILURE_WINDOW};
use crate::risk::{self, Level, Sign};
use crate::state::State;
use crate::time::Moment;

/// To everybody else. Whoever is locked and asks for it reads where help is.
/// To somebody of the team, for whose role it is not.
pub fn for_admins_only(l: Language) -> String {
    words(l, "for-admins-only", &[])
}

pub fn for_staff_only(l: Language) -> String {
    words(l, "for-staff-only", &[])
}

pub fn staff_example(l: Language, command: &str) -> String {
    words(
        l,
        "staff-example",
        &[("command", taught(l, command).into())],
    )
}

pub fn not_your_own_lock(l: Language) -> String {
    words(l, "not-your-own-lock", &[])
}

pub fn is_not_locked(l: Language) -> String {
    words(l, "is-not-locked", &[])
}

pub fn unlocked_for_staff(l: Language) -> String {
    words(l, "unlocked-for-staff", &[])
}

pub fn unlocked_by_support(l: Language) -> String {
    words(l, "unlocked-by-support", &[])
}

/// How a chat stands: no account, no name, no address, no amount.
pub fn chat_for_staff(l: Language, subject: &Subject, now: Moment, zone: &TimeZone) -> String {
    let state = &subject.state;
    if subject.address.is_none() && state.guard == Guard::default() {
        return words(l, "chat-unknown", &[]);
    }
    let guard = &state.guard;
    let at = |id, shown: String| words(l, id, &[("at", shown.into())]);
    let until = |end: Option<Moment>| match end {
        Some(end) => at("chat-until", place::day_and_time(l, end, zone)),
        None => words(l, "chat-no", &[]),
    };
    let paused = guard.paused_until.filter(|end| now < *end);
    let within = |times: &[Moment], window| {
        let young = times.iter().filter(|at| now.since(**at) < window);
        young.count()
    };
    let heard = match subject.heard {
        Some(heard) => place::date(l, heard, zone),
        None => words(l, "chat-not-heard", &[]),
    };
    let stopped = match state.standing.opted_out_at {
        Some(since) => at("chat-since", place::date(l, since, zone)),
        None => words(l, "chat-no", &[]),
    };
    let wrong = within(&guard.failures, FAILURE_WINDOW);
    let shown = within(&guard.issues, CODE_ISSUE_WINDOW);
    let fills = [
        ("linked", link(l, state, now, zone).into()),
        ("locked", until(guard.locked(now)).into()),
        ("locks", guard.locks.into()),
        ("paused", until(paused).into()),
        ("window", (FAILURE_WINDOW / 60).into()),
        ("wrong", wrong.into()),
        ("shown", shown.into()),
        ("risk", risk(l, guard, now).into()),
        ("stopped", stopped.into()),
        ("heard", heard.into()),
    ];
    words(l, "chat-for-staff", &fills)
}

fn link(l: Language, state: &State, now: Moment, zone: &TimeZone) -> String {
    let date = |at| place::date(l, at, zone);
    match &state.person.link {
        None => words(l, "chat-no", &[]),
        Some(link) if link.ends_at <= now => {
            words(l, "chat-link-ended", &[("at", date(link.ends_at).into())])
        }
        Some(link) => {
            let (since, until) = (date(link.linked_at), date(link.ends_at));
            let fills = [("since", since.into()), ("until", until.into())];
            words(l, "chat-linked", &fills)
        }
    }
}

fn risk(l: Language, guard: &Guard, now: Moment) -> String {
    let score = risk::score(guard, now);
    let level = match risk::level(guard, now) {
        Level::Calm => "calm",
        Level::StepUp => "step-up",
        Level::Alert => "alert",
    };
    let reasons: Vec<_> = risk::reasons(guard, now)
        .into_iter()
        .map(|(sign, times)| words(l, name(sign), &[("times", times.into())]))
        .collect();
    if reasons.is_empty() {
        return score.to_string();
    }
    let fills = [
        ("score", score.into()),
        ("level", level.into()),
        ("reasons", reasons.join(", ").into()),
    ];
    words(l, "chat-risk", &fills)
}

const fn name(sign: Sign) -> &'static str {
    match sign {
        Sign::WrongCode => "sign-wrong-code",
        Sign::Locked => "sign-locked",
        Sign::CodesPaused => "sign-codes-paused",
        Sign::PageAgain => "sign-page-again",
        Sign::Flooded => "sign-flooded",
        Sign::Probed => "sign-probed",
        Sign::StaffRefused => "sign-staff-refused",
        Sign::KeyRefused => "sign-key-refused",
        Sign::Sought => "sign-sought",
        Sign::Unknown => "sign-unknown",
    }
}
