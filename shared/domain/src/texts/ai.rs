//! What admins read of the assistant.

use jiff::tz::TimeZone;

use super::words;
use crate::assistant::counts::{
    ANSWERED, BAD, BECAUSE, GOOD, SOURCE, THOUGHT, TOKENS_READ, TOKENS_WRITTEN, UNANSWERED,
    UNWANTED,
};
use crate::conversation::ModelStands;
use crate::counts::{Counts, DayCounts};
use crate::language::Language;
use crate::place;
use crate::policy::{ASSISTANT_ALL_PER_HOUR, MODEL_SECONDS};
use crate::time::Moment;

/// Topics that are shown, the most frequent first.
const TOPICS: usize = 5;

pub fn ai_switched(l: Language, on: bool) -> String {
    words(l, if on { "ai-on" } else { "ai-off" }, &[])
}

pub fn ai_report_days(l: Language) -> String {
    words(l, "ai-report-days", &[])
}

pub fn ai_report(
    l: Language,
    days: &[DayCounts],
    stands: &ModelStands,
    now: Moment,
    zone: &TimeZone,
) -> String {
    let mut all = Counts::default();
    for day in days {
        all.add_all(&day.counts);
    }
    let none = || words(l, "report-none", &[]);
    let number = |name: &str| all.of(name).to_string();
    let listed = |kind: &str, most: usize| {
        let counted = all.of_kind(kind).into_iter().take(most);
        let listed: Vec<_> = counted
            .map(|(name, times)| format!("{name} {times}"))
            .collect();
        if listed.is_empty() {
            none()
        } else {
            listed.join(", ")
        }
    };
    let within = |share: u64| within(&all, share).unwrap_or_else(none);
    let lines = [
        words(l, "ai-title", &[("days", days.len().into())]),
        model(l, stands, now, zone),
        words(
            l,
            "ai-hour",
            &[
                ("asked", stands.asked_this_hour.to_string().into()),
                ("most", ASSISTANT_ALL_PER_HOUR.to_string().into()),
            ],
        ),
        words(
            l,
            "ai-answers",
            &[
                ("answered", number(ANSWERED).into()),
                ("unwanted", number(UNWANTED).into()),
                ("list", listed(SOURCE, usize::MAX).into()),
            ],
        ),
        words(l, "ai-because", &[("list", listed(BECAUSE, TOPICS).into())]),
        words(
            l,
            "ai-thumbs",
            &[
                ("good", listed(GOOD, usize::MAX).into()),
                ("bad", listed(BAD, usize::MAX).into()),
            ],
        ),
        words(
            l,
            "ai-topics",
            &[("list", listed(UNANSWERED, TOPICS).into())],
        ),
        words(
            l,
            "ai-time",
            &[("half", within(50).into()), ("most", within(95).into())],
        ),
        words(
            l,
            "ai-tokens",
            &[
                ("read", number(TOKENS_READ).into()),
                ("written", number(TOKENS_WRITTEN).into()),
            ],
        ),
    ];
    lines.join("\n")
}

fn model(l: Language, stands: &ModelStands, now: Moment, zone: &TimeZone) -> String {
    let open_until = stands.breaker.open_until.filter(|at| now < *at);
    match (stands.connected, stands.off_since, open_until) {
        (false, ..) => words(l, "ai-model-none", &[]),
        (true, Some(since), _) => {
            let since = place::day_and_time(l, since, zone);
            words(l, "ai-model-off", &[("since", since.into())])
        }
        (true, None, Some(until)) => {
            let until = place::time_of_day(l, until, zone);
            words(l, "ai-model-down", &[("until", until.into())])
        }
        (true, None, None) => words(l, "ai-model-on", &[]),
    }
}

/// In how many seconds, at most, so many of a hundred answers of the model were there.
fn within(all: &Counts, share: u64) -> Option<String> {
    let of = |seconds: u64| all.of(&format!("{THOUGHT}{seconds}"));
    let counted = all.of_kind(THOUGHT).into_iter().map(|(_, times)| times);
    let total = counted.fold(0, u64::saturating_add);
    let wanted = total.saturating_mul(share).div_ceil(100);
    let mut there = 0_u64;
    let found = MODEL_SECONDS.into_iter().find(|seconds| {
        there = there.saturating_add(of(*seconds));
        there >= wanted
    });
    let last = MODEL_SECONDS.last().copied().unwrap_or_default();
    let told = found.map_or_else(|| format!(">{last} s"), |seconds| format!("≤{seconds} s"));
    (total > 0).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_and_nearly_all_answers_are_told_by_the_seconds_within_which_they_were() {
        let mut all = Counts::default();
        assert_eq!(within(&all, 50), None);
        all.add("assistant_seconds:2", 50);
        all.add("assistant_seconds:5", 45);
        all.add("assistant_seconds:more", 5);
        assert_eq!(within(&all, 50).as_deref(), Some("≤2 s"));
        assert_eq!(within(&all, 51).as_deref(), Some("≤5 s"));
        assert_eq!(within(&all, 95).as_deref(), Some("≤5 s"));
        assert_eq!(within(&all, 96).as_deref(), Some(">45 s"));
    }
}
