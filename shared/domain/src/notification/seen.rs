//! What is remembered of the news of one person, so that they are neither flooded nor told out of order.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::when::wanted;
use crate::policy::{HELD_MOST, MESSAGE_MEMORY, NEWS_HOUR, NEWS_OLDEST};
use crate::preferences::Preferences;
use crate::time::Moment;

/// It is written by whoever tells, holds or releases something, if nobody else has since it was read: so all of these come
/// one after another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When they were told something in the last hour, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<Moment>,
    /// How young the youngest balance is that an event has told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance_at: Option<Moment>,
    /// What waits, by the moment that it waits for; what began to wait first, first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<Waiting>,
}

/// News that wait for the same moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub until: Moment,
    /// So many are kept.
    pub kept: u32,
    /// So many are only counted.
    #[serde(default, skip_serializing_if = "crate::outbox::is_default")]
    pub more: u32,
    /// From when the first of them would have been told, but for the hours and the frequency that the person wants. None: a
    /// release before held it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Moment>,
}

impl Waiting {
    /// When it falls due by what the person wants now: never later than was decided when it was held.
    fn falls_due(&self, preferences: &Preferences, zone: &TimeZone) -> Moment {
        let anew = self.from.map(|from| wanted(preferences, zone, from));
        anew.map_or(self.until, |anew| anew.min(self.until))
    }
}

impl Seen {
    /// What they were told within the hour before `now`.
    pub fn of_late(&self, now: Moment) -> impl Iterator<Item = Moment> {
        let told = self.told.iter().copied();
        told.filter(move |at| now.since(*at) < NEWS_HOUR)
    }

    /// They are told something now.
    #[must_use]
    pub fn telling(&self, now: Moment) -> Self {
        Self {
            told: self.of_late(now).chain([now]).collect(),
            ..self.clone()
        }
    }

    /// Something more waits until `until`, which could be told `from` then on if they wanted; and whether it is kept, not only
    /// counted.
    #[must_use]
    pub fn holding(&self, until: Moment, from: Moment) -> (Self, bool) {
        let kept: u32 = self.waiting.iter().map(|waiting| waiting.kept).sum();
        let is_kept = kept < HELD_MOST;
        let mut seen = self.clone();
        let found = seen.waiting.iter_mut().find(|w| w.until == until);
        match (found, is_kept) {
            (Some(waiting), true) => waiting.kept = waiting.kept.saturating_add(1),
            (Some(waiting), false) => waiting.more = waiting.more.saturating_add(1),
            (None, _) => seen.waiting.push(Waiting {
                until,
                kept: u32::from(is_kept),
                more: u32::from(!is_kept),
                from: Some(from),
            }),
        }
        (seen, is_kept)
    }

    /// Nothing waits for `until` any more.
    #[must_use]
    pub fn released(&self, until: Moment) -> Self {
        let waiting = self.waiting.iter().filter(|w| w.until != until);
        Self {
            waiting: waiting.cloned().collect(),
            ..self.clone()
        }
    }

    /// Something waits for `until`.
    pub fn waits_for(&self, until: Moment) -> bool {
        self.waiting.iter().any(|waiting| waiting.until == until)
    }

    /// How many wait for `until` that are kept.
    pub fn kept(&self, until: Moment) -> u32 {
        let found = self.waiting.iter().find(|w| w.until == until);
        found.map_or(0, |waiting| waiting.kept)
    }

    /// How many wait for `until` that are only counted.
    pub fn more(&self, until: Moment) -> u32 {
        let found = self.waiting.iter().find(|w| w.until == until);
        found.map_or(0, |waiting| waiting.more)
    }

    /// Until when the last of that waits which falls due by `at`: whatever comes later goes with it, not before it.
    pub fn last_due(
        &self,
        preferences: &Preferences,
        zone: &TimeZone,
        at: Moment,
    ) -> Option<Moment> {
        let due = self.due(preferences, zone, at);
        due.last().map(|waiting| waiting.until)
    }

    /// Until when something waits that is to be told at `due`: what began to wait for a later moment and falls due as early
    /// by now comes first.
    pub fn joins(&self, preferences: &Preferences, zone: &TimeZone, due: Moment) -> Moment {
        let last = self.last_due(preferences, zone, due);
        last.map_or(due, |last| last.max(due))
    }

    /// What should have been told by `now`, and before what waits until `until`: by the moments it waits for, in order. If
    /// nothing waits until then, all that is due.
    pub fn before(
        &self,
        until: Moment,
        preferences: &Preferences,
        zone: &TimeZone,
        now: Moment,
    ) -> Vec<Moment> {
        let before = self.waiting.iter().map(|waiting| waiting.until);
        let before: Vec<Moment> = before.take_while(|other| *other != until).collect();
        let due = self.due(preferences, zone, now).into_iter();
        let due = due.map(|waiting| waiting.until);
        due.filter(|due| before.contains(due)).collect()
    }

    /// What falls due earlier than when it was held, but is not due yet: the moment it waits for, and the new one.
    pub fn hastened(
        &self,
        preferences: &Preferences,
        zone: &TimeZone,
        now: Moment,
    ) -> Vec<(Moment, Moment)> {
        let all = self.waiting.iter();
        let all = all.map(|waiting| (waiting.until, waiting.falls_due(preferences, zone)));
        all.filter(|(until, due)| now < *due && due < until)
            .collect()
    }

    /// What falls due by `now`, in the order in which it is told.
    fn due(&self, preferences: &Preferences, zone: &TimeZone, now: Moment) -> Vec<&Waiting> {
        let waiting = self.waiting.iter();
        let due = waiting.filter(|waiting| waiting.falls_due(preferences, zone) <= now);
        due.collect()
    }

    /// To forget it then changes nothing.
    pub fn matters_until(&self) -> Moment {
        let told = self.told.last().map(|at| at.plus(NEWS_HOUR));
        let waits = self.waiting.iter().map(|w| w.until.plus(MESSAGE_MEMORY));
        let waits = waits.max();
        // What is older is too old to be told anyway.
        let balance = self.balance_at.map(|at| at.plus(NEWS_OLDEST));
        let all = [told, waits, balance];
        let last = all.into_iter().flatten().max();
        last.unwrap_or(Moment::from_unix(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEN: Moment = Moment::from_unix(1_000_000);

    #[test]
    fn what_was_told_counts_for_an_hour() {
        let seen = Seen::default().telling(THEN).telling(THEN.plus(10));
        assert_eq!(seen.of_late(THEN.plus(3_599)).count(), 2);
        assert_eq!(seen.of_late(THEN.plus(3_600)).count(), 1);
        assert!(!seen.waits_for(THEN) && seen.holding(THEN, THEN).0.waits_for(THEN));
        let later = seen.telling(THEN.plus(3_605));
        assert_eq!(later.told, [THEN.plus(10), THEN.plus(3_605)]);
    }

    #[test]
    fn beyond_what_is_kept_news_are_counted_whatever_they_wait_for() {
        let mut seen = Seen::default();
        for nth in 0..HELD_MOST {
            let (next, kept) = seen.holding(THEN.plus(i64::from(nth % 2)), THEN);
            assert!(kept);
            seen = next;
        }
        let (seen, kept) = seen.holding(THEN, THEN);
        assert!(!kept);
        let (seen, kept) = seen.holding(THEN.plus(2), THEN);
        assert!(!kept);
        assert_eq!((seen.more(THEN), seen.more(THEN.plus(2))), (1, 1));
        assert_eq!(seen.more(THEN.plus(1)), 0);
        let (_, kept) = seen.released(THEN).holding(THEN.plus(2), THEN);
        assert!(kept, "there is room again");
    }

    fn waits(all: &[(i64, i64)]) -> Seen {
        let all = all
            .iter()
            .map(|(from, until)| (THEN.plus(*from), THEN.plus(*until)));
        all.fold(Seen::default(), |seen, (from, until)| {
            seen.holding(until, from).0
        })
    }

    fn hourly() -> Preferences {
        Preferences {
            frequency: crate::preferences::Frequency::Hourly,
            ..Preferences::default()
        }
    }

    #[test]
    fn what_waits_falls_due_by_what_they_want_now_but_never_later_than_was_decided() {
        let at = |seconds: i64| THEN.plus(seconds);
        let (hourly, at_once) = (hourly(), Preferences::default());
        let overdue = |seen: &Seen, wants, now| seen.last_due(wants, &TimeZone::UTC, now);
        // THEN is 13:46:40, the hour is over 800 s later.
        let seen = waits(&[(0, 800), (0, 90_000)]);
        assert_eq!(overdue(&seen, &hourly, at(799)), None);
        assert_eq!(overdue(&seen, &hourly, at(800)), Some(at(90_000)));
        assert_eq!(overdue(&seen, &at_once, at(0)), Some(at(90_000)));
        assert_eq!(seen.joins(&at_once, &TimeZone::UTC, at(700)), at(90_000));
        assert_eq!(seen.joins(&hourly, &TimeZone::UTC, at(700)), at(700));
        assert_eq!(seen.joins(&hourly, &TimeZone::UTC, at(99_000)), at(99_000));
        let hastened = |wants| seen.hastened(wants, &TimeZone::UTC, at(0));
        assert_eq!(hastened(&hourly), [(at(90_000), at(800))]);
        assert_eq!(hastened(&at_once), [], "it is due");
        // What a busy hour holds waits for its end, whatever they change.
        let busy = waits(&[(500, 500)]);
        assert_eq!(overdue(&busy, &at_once, at(499)), None);
        assert_eq!(overdue(&busy, &hourly, at(500)), Some(at(500)));
        // What the release before held is left as it was.
        let mut old = waits(&[(0, 800)]);
        old.waiting[0].from = None;
        assert_eq!(overdue(&old, &at_once, at(799)), None);
        assert_eq!(overdue(&old, &at_once, at(800)), Some(at(800)));
    }

    #[test]
    fn what_was_held_first_is_told_first_whatever_moment_it_waits_for() {
        let at = |seconds: i64| THEN.plus(seconds);
        let seen = waits(&[(9, 90_000), (5, 800), (7, 700)]);
        let before =
            |until| seen.before(at(until), &Preferences::default(), &TimeZone::UTC, at(10));
        assert_eq!(before(90_000), []);
        assert_eq!(before(800), [at(90_000)]);
        assert_eq!(before(700), [at(90_000), at(800)]);
        assert_eq!(before(10), [at(90_000), at(800), at(700)], "none of them");
    }

    #[test]
    fn it_is_kept_as_long_as_it_matters() {
        assert_eq!(Seen::default().matters_until(), Moment::from_unix(0));
        let told = Seen::default().telling(THEN);
        assert_eq!(told.matters_until(), THEN.plus(NEWS_HOUR));
        let (held, _) = told.holding(THEN.plus(90_000), THEN);
        assert_eq!(held.matters_until(), THEN.plus(90_000 + MESSAGE_MEMORY));
    }

    #[test]
    fn it_reads_back_and_the_release_before_reads_what_it_knows() {
        let (seen, _) = Seen::default().telling(THEN).holding(THEN.plus(5), THEN);
        let text = serde_json::to_string(&seen).unwrap();
        assert_eq!(serde_json::from_str::<Seen>(&text).unwrap(), seen);
        assert_eq!(
            text,
            r#"{"told":[1000000],"waiting":[{"until":1000005,"kept":1,"from":1000000}]}"#
        );
        let before = r#"{"waiting":[{"until":1000005,"kept":1}]}"#;
        let before: Seen = serde_json::from_str(before).unwrap();
        assert_eq!(before.waiting[0].from, None);
    }
}
