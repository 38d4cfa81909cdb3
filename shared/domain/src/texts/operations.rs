//! What staff read of their commands, and what others read because of them.

use fluent_bundle::FluentValue;
use jiff::tz::TimeZone;

use super::{taught, words};
use crate::announcement::{Announcement, Readers, Stage, Words};
use crate::breaker::Breaker;
use crate::conversation::{Event, QueueDepth, Status};
use crate::counts::{self, Counts, DayCounts};
use crate::language::Language;
use crate::place;
use crate::policy::{
    ANNOUNCEMENT_CHARACTERS, ANNOUNCEMENT_MEMORY, CONFIRM_LIFE, SESSION_IDLE, STAFF_LOCK,
};
use crate::time::Moment;

/// Counters of one kind that are shown, the largest first: a phone's screen holds no more of them.
const LISTED: usize = 12;
const DAY: i64 = 86_400;

pub fn no_such_name(l: Language) -> String {
    words(l, "no-such-name", &[])
}

pub fn name_not_linked_here(l: Language) -> String {
    words(l, "name-not-linked-here", &[])
}

pub fn name_not_asked(l: Language, command: &str) -> String {
    words(
        l,
        "name-not-asked",
        &[("command", taught(l, command).into())],
    )
}

pub fn not_your_own_chat(l: Language) -> String {
    words(l, "not-your-own-chat", &[])
}

pub fn has_a_higher_role(l: Language) -> String {
    words(l, "has-a-higher-role", &[])
}

pub fn nobody_there(l: Language) -> String {
    words(l, "nobody-there", &[])
}

pub fn nothing_changed(l: Language) -> String {
    words(l, "nothing-changed", &[])
}

pub fn locked_for_staff(l: Language, until: Moment, zone: &TimeZone) -> String {
    let until = place::day_and_time(l, until, zone);
    words(l, "locked-for-staff", &[("until", until.into())])
}

pub fn is_locked_by_staff(l: Language, until: Moment, zone: &TimeZone) -> String {
    let until = place::day_and_time(l, until, zone);
    words(l, "is-locked-by-staff", &[("until", until.into())])
}

/// To whoever asks for something while staff have locked their chat.
pub fn locked_by_support(l: Language, until: Moment, zone: &TimeZone) -> String {
    let until = place::day_and_time(l, until, zone);
    words(l, "locked-by-support", &[("until", until.into())])
}

/// To whom it happens, at once.
pub fn told_of_lock(l: Language) -> String {
    words(l, "told-of-lock", &[("days", (STAFF_LOCK / DAY).into())])
}

pub fn confirm_unlink_user(l: Language) -> String {
    words(
        l,
        "confirm-unlink-user",
        &[("minutes", (CONFIRM_LIFE / 60).into())],
    )
}

pub fn chat_has_no_link(l: Language) -> String {
    words(l, "chat-has-no-link", &[])
}

pub fn unlinked_for_staff(l: Language) -> String {
    words(l, "unlinked-for-staff", &[])
}

pub fn unlinked_by_support(l: Language) -> String {
    words(l, "unlinked-by-support", &[])
}

pub fn status(l: Language, status: &Status, now: Moment, zone: &TimeZone) -> String {
    let say = |id: &str, fills: &[(&'static str, FluentValue<'_>)]| words(l, id, fills);
    let system = |name: &str, breaker: Breaker| match breaker.open_until.filter(|at| now < *at) {
        None => say("status-fine", &[("name", name.into())]),
        Some(until) => {
            let until = place::time_of_day(l, until, zone);
            say(
                "status-down",
                &[("name", name.into()), ("until", until.into())],
            )
        }
    };
    let mut lines = vec![
        say("status-title", &[]),
        say("status-release", &[("release", (&*status.release).into())]),
        system("Flash", status.flash),
        system("Twilio", status.twilio),
        system(&say("status-tables", &[]), Breaker::default()),
    ];
    lines.push(match status.stopped {
        None => say("status-sending", &[]),
        Some((code, since)) => {
            let since = place::day_and_time(l, since, zone);
            say(
                "status-stopped",
                &[("code", code.to_string().into()), ("since", since.into())],
            )
        }
    });
    lines.extend(match &status.queues {
        None => vec![say("status-queues-silent", &[])],
        Some(queues) => depths(l, queues),
    });
    lines.push(match status.overdue_since {
        None => say("status-nothing-overdue", &[]),
        Some(since) => {
            let minutes = now.since(since).max(0) / 60;
            say("status-overdue", &[("minutes", minutes.into())])
        }
    });
    let counts = &status.counts;
    lines.push(say(
        "status-today",
        &[
            ("heard", times(counts, counts::HEARD)),
            ("sent", times(counts, counts::SENT)),
        ],
    ));
    lines.push(match list(counts, counts::FAILED) {
        None => say("status-no-failures", &[]),
        Some(list) => say("status-failures", &[("list", list.into())]),
    });
    let alerts = counts.event(Event::RiskAlert);
    lines.push(say("status-alerts", &[("count", shown(alerts))]));
    lines.join("\n")
}

fn depths(l: Language, queues: &[QueueDepth]) -> Vec<String> {
    let line = |id: &str, name: &str, count: u64| {
        words(l, id, &[("name", name.into()), ("count", shown(count))])
    };
    let mut lines: Vec<_> = queues
        .iter()
        .map(|queue| line("status-waiting", queue.name, queue.waiting))
        .collect();
    let dead = queues.iter().filter(|queue| queue.dead > 0);
    let dead: Vec<_> = dead
        .map(|queue| line("status-dead-letters", queue.name, queue.dead))
        .collect();
    if dead.is_empty() {
        lines.push(words(l, "status-no-dead-letters", &[]));
    }
    lines.extend(dead);
    lines
}

/// Digits alone, whatever the language makes of large numbers.
fn shown(times: u64) -> FluentValue<'static> {
    times.to_string().into()
}

fn times(counts: &Counts, name: &str) -> FluentValue<'static> {
    shown(counts.of(name))
}

/// `balance 40, help 12`.
fn list(counts: &Counts, kind: &str) -> Option<String> {
    let of_kind = counts.of_kind(kind);
    let listed = of_kind
        .iter()
        .take(LISTED)
        .map(|(name, times)| format!("{name} {times}"));
    let listed: Vec<_> = listed.collect();
    (!listed.is_empty()).then(|| listed.join(", "))
}

pub fn report_days(l: Language) -> String {
    words(l, "report-days", &[])
}

pub fn report(l: Language, days: &[DayCounts]) -> String {
    let mut all = Counts::default();
    for day in days {
        all.add_all(&day.counts);
    }
    let none = || words(l, "report-none", &[]);
    let named = |kind: &str| list(&all, kind).unwrap_or_else(none);
    let sum = |events: &[Event]| {
        let counts = events.iter().map(|event| all.event(*event));
        shown(counts.fold(0, u64::saturating_add))
    };
    let kinds = |kind: &str| {
        let counts = all.of_kind(kind).into_iter().map(|(_, times)| times);
        shown(counts.fold(0, u64::saturating_add))
    };
    let (made, ended) = all.links();
    let mut lines = vec![
        words(l, "report-title", &[("days", days.len().into())]),
        words(
            l,
            "report-people",
            &[("count", times(&all, counts::PEOPLE))],
        ),
        words(
            l,
            "report-links",
            &[("made", shown(made)), ("ended", shown(ended))],
        ),
        words(
            l,
            "report-messages",
            &[
                ("heard", times(&all, counts::HEARD)),
                ("sent", times(&all, counts::SENT)),
                ("notices", times(&all, counts::NOTICES)),
            ],
        ),
        words(
            l,
            "report-commands",
            &[("list", named(counts::COMMAND).into())],
        ),
        words(
            l,
            "report-failures",
            &[("list", named(counts::FAILED).into())],
        ),
        words(
            l,
            "report-news",
            &[
                ("told", kinds(counts::TOLD)),
                ("held", kinds(counts::HELD)),
                ("muted", kinds(counts::MUTED)),
            ],
        ),
        words(
            l,
            "report-feedback",
            &[
                ("good", times(&all, "feedback_good")),
                ("bad", times(&all, "feedback_bad")),
                ("words", times(&all, "feedback_words")),
            ],
        ),
        words(
            l,
            "report-tickets",
            &[
                ("opened", times(&all, "tickets_opened")),
                ("answered", times(&all, "tickets_answered")),
                ("closed", times(&all, "tickets_closed")),
            ],
        ),
        words(
            l,
            "report-safety",
            &[
                ("locks", sum(&[Event::ChatLocked, Event::LockedByStaff])),
                ("alerts", sum(&[Event::RiskAlert])),
                ("refused", sum(&[Event::RefusedRole])),
            ],
        ),
        words(
            l,
            "report-opting",
            &[
                ("out", sum(&[Event::OptedOut])),
                ("in", sum(&[Event::OptedIn])),
                ("erased", sum(&[Event::Erased])),
            ],
        ),
    ];
    if days.len() > 1 {
        lines.push(String::new());
        lines.extend(days.iter().map(|day| of_day(l, day)));
    }
    lines.join("\n")
}

fn of_day(l: Language, day: &DayCounts) -> String {
    let (made, ended) = day.counts.links();
    words(
        l,
        "report-day",
        &[
            ("day", (&*day.day).into()),
            ("people", times(&day.counts, counts::PEOPLE)),
            ("made", shown(made)),
            ("ended", shown(ended)),
            ("heard", times(&day.counts, counts::HEARD)),
            ("sent", times(&day.counts, counts::SENT)),
        ],
    )
}

pub fn announce_how(l: Language) -> String {
    words(l, "announce-how", &[])
}

/// How far the last announcement has come.
pub fn announcement(l: Language, last: Option<&Announcement>) -> String {
    let Some(last) = last else {
        let days = ANNOUNCEMENT_MEMORY / SESSION_IDLE;
        return words(l, "announcement-none", &[("days", days.into())]);
    };
    let id = match last.stage {
        Stage::Draft => "announcement-draft-waits",
        Stage::Running => "announcement-running",
        Stage::Stopped => "announcement-was-stopped",
        Stage::Done => "announcement-done",
    };
    words(
        l,
        id,
        &[
            ("told", shown(last.told)),
            ("readers", shown(last.readers.count)),
        ],
    )
}

pub fn announcement_stopped(l: Language, told: u64) -> String {
    words(l, "announcement-stopped", &[("told", shown(told))])
}

pub fn nothing_to_stop(l: Language) -> String {
    words(l, "nothing-to-stop", &[])
}

pub fn announcement_runs(l: Language) -> String {
    words(l, "announcement-runs", &[])
}

pub fn announcement_too_long(l: Language) -> String {
    words(
        l,
        "announcement-too-long",
        &[("most", ANNOUNCEMENT_CHARACTERS.into())],
    )
}

pub fn announce_english_first(l: Language) -> String {
    words(l, "announce-english-first", &[])
}

pub fn nobody_to_tell(l: Language) -> String {
    words(l, "nobody-to-tell", &[])
}

/// What would go out, to how many, and how to let it.
pub fn announcement_draft(l: Language, drafted: &Words, readers: Readers) -> String {
    let spanish = drafted.spanish.as_deref();
    words(
        l,
        "announcement-draft",
        &[
            ("text", drafted.text.as_str().into()),
            ("spanish", spanish.unwrap_or("none").into()),
            ("count", readers.count.into()),
            ("more", if readers.or_more { "yes" } else { "no" }.into()),
            ("minutes", (CONFIRM_LIFE / 60).into()),
        ],
    )
}

pub fn announcement_starts(l: Language, readers: Readers) -> String {
    words(l, "announcement-starts", &[("count", shown(readers.count))])
}

pub fn another_draft(l: Language) -> String {
    words(l, "another-draft", &[])
}

/// What people read of an announcement while their window is open.
pub fn service_notice(l: Language, text: &str) -> String {
    words(l, "service-notice", &[("text", text.into())])
}

#[cfg(test)]
mod tests;
