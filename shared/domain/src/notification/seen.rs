//! What is remembered of the news of one person, so that they are neither flooded nor told out of order.

use serde::{Deserialize, Serialize};

use crate::policy::{HELD_MOST, MESSAGE_MEMORY, NEWS_HOUR, NEWS_OLDEST};
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
    /// What waits, by the moment that it waits for.
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

    /// Something more waits until `until`; and whether it is kept, not only counted.
    #[must_use]
    pub fn holding(&self, until: Moment) -> (Self, bool) {
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

    /// How many wait for `until` that are only counted.
    pub fn more(&self, until: Moment) -> u32 {
        let found = self.waiting.iter().find(|w| w.until == until);
        found.map_or(0, |waiting| waiting.more)
    }

    /// Until when the last of that waits which should have been told by `now`: whatever comes later goes with it, not before
    /// it.
    pub fn overdue(&self, now: Moment) -> Option<Moment> {
        let untils = self.waiting.iter().map(|waiting| waiting.until);
        untils.filter(|until| *until <= now).max()
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
        assert!(!seen.waits_for(THEN) && seen.holding(THEN).0.waits_for(THEN));
        let later = seen.telling(THEN.plus(3_605));
        assert_eq!(later.told, [THEN.plus(10), THEN.plus(3_605)]);
    }

    #[test]
    fn beyond_what_is_kept_news_are_counted_whatever_they_wait_for() {
        let mut seen = Seen::default();
        for nth in 0..HELD_MOST {
            let (next, kept) = seen.holding(THEN.plus(i64::from(nth % 2)));
            assert!(kept);
            seen = next;
        }
        let (seen, kept) = seen.holding(THEN);
        assert!(!kept);
        let (seen, kept) = seen.holding(THEN.plus(2));
        assert!(!kept);
        assert_eq!((seen.more(THEN), seen.more(THEN.plus(2))), (1, 1));
        assert_eq!(seen.more(THEN.plus(1)), 0);
        let (seen, kept) = seen.released(THEN).holding(THEN.plus(2));
        assert!(kept, "there is room again");
        assert_eq!(seen.overdue(THEN), None);
        assert_eq!(seen.overdue(THEN.plus(9)), Some(THEN.plus(2)));
    }

    #[test]
    fn it_is_kept_as_long_as_it_matters() {
        assert_eq!(Seen::default().matters_until(), Moment::from_unix(0));
        let told = Seen::default().telling(THEN);
        assert_eq!(told.matters_until(), THEN.plus(NEWS_HOUR));
        let (held, _) = told.holding(THEN.plus(90_000));
        assert_eq!(held.matters_until(), THEN.plus(90_000 + MESSAGE_MEMORY));
    }

    #[test]
    fn it_reads_back_and_the_release_before_reads_what_it_knows() {
        let (seen, _) = Seen::default().telling(THEN).holding(THEN.plus(5));
        let text = serde_json::to_string(&seen).unwrap();
        assert_eq!(serde_json::from_str::<Seen>(&text).unwrap(), seen);
        assert_eq!(
            text,
            r#"{"told":[1000000],"waiting":[{"until":1000005,"kept":1}]}"#
        );
    }
}
