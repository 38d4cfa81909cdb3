//! Counts and locks of one chat. They outlive unlinking, so that nobody gets fresh tries by starting over.

use serde::{Deserialize, Serialize};

use crate::policy::{
    CODE_ISSUE_GAP, CODE_ISSUE_PAUSE, CODE_ISSUE_WINDOW, CODE_ISSUES_PER_HOUR, FAILURE_WINDOW,
    FAILURES_TO_LOCK, LOCK_FIRST, LOCK_LONGEST, LOCK_MEMORY,
};
use crate::time::Moment;

/// What a chat has used up. The default is a chat that never failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// Wrong codes within the window, oldest first.
    pub failures: Vec<Moment>,
    /// Codes issued within the hour, oldest first.
    pub issues: Vec<Moment>,
    /// No codes are issued before then.
    pub paused_until: Option<Moment>,
    pub locked_until: Option<Moment>,
    /// Locks so far; each doubles the next.
    pub locks: u32,
}

/// Whether a code may be issued now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issue {
    Allowed,
    /// Not before then.
    Wait(Moment),
}

impl Guard {
    /// The end of the lock in force, if one is.
    pub fn locked(&self, now: Moment) -> Option<Moment> {
        self.locked_until.filter(|until| now < *until)
    }

    /// A wrong code was typed. Returns the new state and, if this failure locked the chat, until when.
    #[must_use]
    pub fn failed(&self, now: Moment) -> (Self, Option<Moment>) {
        let mut guard = self.clone();
        guard.failures.retain(|at| now.since(*at) < FAILURE_WINDOW);
        guard.failures.push(now);
        if guard.failures.len() < FAILURES_TO_LOCK {
            return (guard, None);
        }
        if guard
            .locked_until
            .is_some_and(|until| now.since(until) > LOCK_MEMORY)
        {
            guard.locks = 0;
        }
        let length = LOCK_FIRST
            .saturating_mul(1_i64.checked_shl(guard.locks.min(10)).unwrap_or(1))
            .min(LOCK_LONGEST);
        let until = now.plus(length);
        guard.locks = guard.locks.saturating_add(1);
        guard.locked_until = Some(until);
        guard.failures.clear();
        (guard, Some(until))
    }

    /// May a code be issued? A repeat for the same page and key is counted but need not wait out the gap.
    pub fn may_issue(&self, now: Moment, repeat: bool) -> Issue {
        if let Some(until) = self
            .locked(now)
            .or(self.paused_until.filter(|until| now < *until))
        {
            return Issue::Wait(until);
        }
        match self.issues.last() {
            Some(last) if !repeat && now.since(*last) < CODE_ISSUE_GAP => {
                Issue::Wait(last.plus(CODE_ISSUE_GAP))
            }
            _ => Issue::Allowed,
        }
    }

    /// A code was issued for a page that had none: the hour's last one starts the pause.
    /// Repeats of the same page are bounded by the page and not counted here.
    #[must_use]
    pub fn issued(&self, now: Moment, repeat: bool) -> Self {
        let mut guard = self.clone();
        guard.issues.retain(|at| now.since(*at) < CODE_ISSUE_WINDOW);
        if repeat {
            return guard;
        }
        guard.issues.push(now);
        if guard.issues.len() >= CODE_ISSUES_PER_HOUR {
            guard.paused_until = Some(now.plus(CODE_ISSUE_PAUSE));
            guard.issues.clear();
        }
        guard
    }

    /// A right code was typed: what was issued has served its purpose, and the next need not wait.
    #[must_use]
    pub fn succeeded(&self) -> Self {
        Self {
            issues: Vec::new(),
            ..self.clone()
        }
    }

    /// When nothing in it matters any more and the table may forget it.
    pub fn ends_at(&self, now: Moment) -> Moment {
        let lock = self.locked_until.map(|until| until.plus(LOCK_MEMORY));
        let pause = self.paused_until;
        let counts = Some(now.plus(CODE_ISSUE_WINDOW.max(FAILURE_WINDOW)));
        [lock, pause, counts]
            .into_iter()
            .flatten()
            .max()
            .unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(guard: Guard, times: usize, now: Moment) -> (Guard, Option<Moment>) {
        (0..times).fold((guard, None), |(guard, _), _| guard.failed(now))
    }

    #[test]
    fn eight_failures_in_twenty_minutes_lock_for_an_hour_then_two() {
        let now = Moment::from_unix(1_000_000);
        let (guard, until) = fail(Guard::default(), 7, now);
        assert_eq!(until, None);
        let (guard, until) = guard.failed(now);
        assert_eq!(until, Some(now.plus(3_600)));
        let later = now.plus(3_600);
        assert_eq!(guard.locked(later), None);
        let (guard, until) = fail(guard, 8, later);
        assert_eq!(until, Some(later.plus(7_200)));
        assert_eq!(guard.locked(later), until);
    }

    #[test]
    fn failures_spread_wider_than_the_window_do_not_lock() {
        let mut guard = Guard::default();
        for n in 0..50 {
            let (next, until) = guard.failed(Moment::from_unix(n * 200));
            assert_eq!(until, None, "failure {n}");
            guard = next;
        }
    }

    #[test]
    fn a_lock_grows_to_a_day_and_is_forgotten_after_a_week() {
        let mut now = Moment::from_unix(0);
        let mut guard = Guard::default();
        let mut last = None;
        for _ in 0..12 {
            let (next, until) = fail(guard, 8, now);
            guard = next;
            last = until.map(|u| u.since(now));
            now = until.unwrap();
        }
        assert_eq!(last, Some(LOCK_LONGEST));
        now = now.plus(LOCK_MEMORY + 1);
        let (_, until) = fail(guard, 8, now);
        assert_eq!(until, Some(now.plus(LOCK_FIRST)));
    }

    #[test]
    fn codes_come_a_minute_apart_four_an_hour_then_a_pause() {
        let mut now = Moment::from_unix(0);
        let mut guard = Guard::default();
        for _ in 0..4 {
            assert_eq!(guard.may_issue(now, false), Issue::Allowed);
            guard = guard.issued(now, false);
            assert!(matches!(
                guard.may_issue(now.plus(59), false),
                Issue::Wait(_)
            ));
            now = now.plus(60);
        }
        assert_eq!(
            guard.may_issue(now, false),
            Issue::Wait(now.plus(CODE_ISSUE_PAUSE - 60))
        );
        assert_eq!(
            guard.may_issue(now.plus(CODE_ISSUE_PAUSE), false),
            Issue::Allowed
        );
    }

    #[test]
    fn a_code_that_was_typed_rightly_makes_nobody_wait() {
        let now = Moment::from_unix(0);
        let guard = Guard::default().issued(now, false);
        assert_eq!(guard.succeeded().may_issue(now, false), Issue::Allowed);
        let (failed, _) = guard.failed(now);
        assert_eq!(failed.succeeded().failures.len(), 1);
    }

    #[test]
    fn a_repeat_for_the_same_page_need_not_wait() {
        let now = Moment::from_unix(0);
        let guard = Guard::default().issued(now, false);
        assert_eq!(guard.may_issue(now.plus(1), true), Issue::Allowed);
        assert_eq!(guard.issued(now.plus(1), true).issues.len(), 1);
    }
}
