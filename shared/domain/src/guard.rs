//! Counts and locks of one chat. They outlive unlinking, so that nobody gets fresh tries by starting over.

use serde::{Deserialize, Serialize};

use crate::policy::{
    CODE_ISSUE_GAP, CODE_ISSUE_PAUSE, CODE_ISSUE_WINDOW, CODE_ISSUES_PER_HOUR, CODE_TRIES,
    FAILURE_FORGIVEN, FAILURE_WINDOW, FAILURES_HELD, FAILURES_TO_LOCK, LOCK_FIRST, LOCK_LONGEST,
    LOCK_MEMORY, STAFF_LOCK,
};
use crate::risk::{Seen, Sign};
use crate::time::Moment;

/// Seconds until the most that can be held against a chat is forgiven.
const ALL_FORGIVEN: i64 = FAILURES_HELD.saturating_mul(FAILURE_FORGIVEN);

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
    /// When every wrong code so far is forgiven, however far apart they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgiven_at: Option<Moment>,
    /// The last two codes with wrong tries: one that links and one that was sent to the app can wait at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<Tries>,
    /// What was odd of late, oldest first ([`crate::risk`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signs: Vec<Seen>,
    /// Until when staff have locked the chat: by then its link shows nothing, either. `locked_until` is no earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_staff_until: Option<Moment>,
}

/// How many of a code's tries are held against the chat by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    pub challenge: String,
    pub held: u32,
}

/// Codes whose tries are remembered.
const CODES_REMEMBERED: usize = 2;

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
        let until = self.locked_until.max(self.by_staff_until);
        until.filter(|until| now < *until)
    }

    /// The end of the lock that staff have put on the chat, if that is in force.
    pub fn locked_by_staff(&self, now: Moment) -> Option<Moment> {
        self.by_staff_until.filter(|until| now < *until)
    }

    /// Staff lock the chat. It says nothing of what the chat did, so no later lock is longer for it.
    #[must_use]
    pub fn lock_by_staff(&self, now: Moment) -> Self {
        let until = Some(now.plus(STAFF_LOCK));
        Self {
            by_staff_until: until,
            // A release that knows of no such locks keeps this one.
            locked_until: self.locked_until.max(until),
            ..self.clone()
        }
    }

    /// A wrong code was typed, at the code that `challenge` names and that has `left` tries left since. Every try is counted
    /// with the code before it is compared; tries that came at once, and whose own messages could not be stored, are held
    /// here together with this one, even if the right one should be among them. Returns the new state and, if it locked the
    /// chat, until when.
    #[must_use]
    pub fn failed_at(&self, challenge: &str, left: u32, now: Moment) -> (Self, Option<Moment>) {
        let tries = CODE_TRIES.saturating_sub(left);
        let before = self.tried.iter().find(|it| it.challenge == challenge);
        let before = before.map_or(0, |it| it.held);
        let (mut guard, until) = self.failures(tries.saturating_sub(before), now);
        guard.tried.retain(|it| it.challenge != challenge);
        guard.tried.push(Tries {
            challenge: challenge.to_owned(),
            held: tries.max(before),
        });
        let surplus = guard.tried.len().saturating_sub(CODES_REMEMBERED);
        guard.tried.drain(..surplus);
        (guard, until)
    }

    /// Something failed that counts as a wrong code does. Returns the new state and, if it locked the chat, until when.
    #[must_use]
    pub fn failed(&self, now: Moment) -> (Self, Option<Moment>) {
        self.failures(1, now)
    }

    fn failures(&self, count: u32, now: Moment) -> (Self, Option<Moment>) {
        let mut guard = self.clone();
        let mut held = None;
        guard.failures.retain(|at| now.since(*at) < FAILURE_WINDOW);
        for _ in 0..count {
            guard = guard.noted(Sign::WrongCode, now);
            guard.failures.push(now);
            held = guard.holds_one_more(now);
        }
        let burst = guard.failures.len() >= FAILURES_TO_LOCK;
        if count == 0 || !burst && held.is_none() {
            return (guard, None);
        }
        let burst = burst.then(|| guard.lock_for_a_burst(now));
        let until = held.max(burst);
        guard.locked_until = until;
        guard.failures.clear();
        (guard.noted(Sign::Locked, now), until)
    }

    /// The chat has misbehaved otherwise than by wrong codes: locked as for a burst of those. A lock in force that ends
    /// later stands.
    #[must_use]
    pub fn locked_for_misuse(&self, now: Moment) -> (Self, Moment) {
        let mut guard = self.noted(Sign::Locked, now);
        let until = guard.lock_for_a_burst(now);
        let until = self.locked(now).map_or(until, |stands| stands.max(until));
        guard.locked_until = Some(until);
        (guard, until)
    }

    /// Somebody of Flash's support has ended lock and pause. How many locks there were is not forgotten sooner for it.
    #[must_use]
    pub fn unlocked(&self, now: Moment) -> Self {
        Self {
            locked_until: self.locked_until.map(|until| until.min(now)),
            by_staff_until: None,
            paused_until: self.paused_until.filter(|until| *until <= now),
            ..self.clone()
        }
    }

    /// Until when it must be locked, if that was as much as can be held against it.
    fn holds_one_more(&mut self, now: Moment) -> Option<Moment> {
        let before = self.forgiven_at.filter(|at| now < *at).unwrap_or(now);
        // Never later than if all of it had failed now: a clock that was ahead must lock nobody for long.
        let all = before.plus(FAILURE_FORGIVEN).min(now.plus(ALL_FORGIVEN));
        self.forgiven_at = Some(all);
        let room_at = all.plus(FAILURE_FORGIVEN.saturating_sub(ALL_FORGIVEN));
        (now < room_at).then_some(room_at)
    }

    /// Each doubles the next, as long as they are remembered.
    fn lock_for_a_burst(&mut self, now: Moment) -> Moment {
        if self
            .locked_until
            .is_some_and(|until| now.since(until) > LOCK_MEMORY)
        {
            self.locks = 0;
        }
        let length = LOCK_FIRST
            .saturating_mul(1_i64.checked_shl(self.locks.min(10)).unwrap_or(1))
            .min(LOCK_LONGEST);
        self.locks = self.locks.saturating_add(1);
        now.plus(length)
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
            return guard.noted(Sign::CodesPaused, now);
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
        [lock, pause, counts, self.forgiven_at, self.signs_end_at()]
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
    fn a_lock_by_staff_stands_whatever_else_locks_the_chat_until_staff_or_its_week_end_it() {
        let now = Moment::from_unix(1_000_000);
        let locked = Guard::default().lock_by_staff(now);
        let until = now.plus(STAFF_LOCK);
        assert_eq!(locked.locked_by_staff(now), Some(until));
        assert_eq!((locked.locked(now), locked.locks), (Some(until), 0));
        assert_eq!(locked.locked(until), None);
        let (failed, _) = fail(locked.clone(), FAILURES_TO_LOCK, now.plus(5));
        assert_eq!(failed.locked(now.plus(5)), Some(until));
        assert_eq!(failed.locked_by_staff(now.plus(5)), Some(until));
        assert!(locked.ends_at(now) >= until);
        let freed = locked.unlocked(now.plus(9));
        assert_eq!(freed.locked(now.plus(9)), None);
        assert_eq!(freed.locked_by_staff(now.plus(9)), None);
        // What a release without this field makes of it.
        let before = Guard {
            by_staff_until: None,
            ..locked
        };
        assert_eq!(before.locked(now), Some(until));
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
    fn failures_spread_wider_than_the_window_lock_when_twenty_are_held() {
        let mut guard = Guard::default();
        for n in 0..19 {
            let (next, until) = guard.failed(Moment::from_unix(n * 200));
            assert_eq!(until, None, "failure {n}");
            guard = next;
        }
        let now = Moment::from_unix(19 * 200);
        let (guard, until) = guard.failed(now);
        assert_eq!(until, Some(Moment::from_unix(FAILURE_FORGIVEN)));
        assert!(guard.ends_at(now) >= Moment::from_unix(ALL_FORGIVEN));
        // From then on it is one a day.
        let (guard, until) = guard.failed(Moment::from_unix(FAILURE_FORGIVEN));
        assert_eq!(until, Some(Moment::from_unix(2 * FAILURE_FORGIVEN)));
        let (_, until) = guard.failed(Moment::from_unix(9 * FAILURE_FORGIVEN));
        assert_eq!(until, None, "what was forgiven is no longer held");
    }

    #[test]
    fn tries_that_came_at_once_are_held_once_each_whoever_is_stored() {
        let now = Moment::from_unix(0);
        // Three were counted before the first of them was stored.
        let (guard, _) = Guard::default().failed_at("a", 2, now);
        assert_eq!(guard.failures.len(), 3);
        let (guard, _) = guard.failed_at("a", 4, now);
        assert_eq!(guard.failures.len(), 3, "was among them");
        let (guard, _) = guard.failed_at("app", 4, now);
        let (guard, _) = guard.failed_at("a", 1, now);
        assert_eq!(guard.failures.len(), 5, "each code has its own tries");
        let (guard, _) = guard.failed_at("b", 4, now);
        assert_eq!(guard.failures.len(), 6);
        assert_eq!(guard.tried.len(), 2);
        let (guard, until) = guard.failed_at("b", 0, now);
        assert_eq!(until, Some(now.plus(LOCK_FIRST)));
        assert_eq!(
            guard.failed_at("b", 2, now).1,
            None,
            "late, and held before"
        );
    }

    #[test]
    fn a_failure_a_day_locks_nobody() {
        let mut guard = Guard::default();
        for day in 0..1_000 {
            let (next, until) = guard.failed(Moment::from_unix(day * FAILURE_FORGIVEN));
            assert_eq!(until, None, "day {day}");
            guard = next;
        }
    }

    #[test]
    fn a_clock_that_was_far_ahead_locks_nobody_for_longer_than_a_day() {
        let (ahead, _) = Guard::default().failed(Moment::from_unix(i64::MAX / 2));
        let now = Moment::from_unix(0);
        let (_, until) = ahead.failed(now);
        assert_eq!(until, Some(now.plus(LOCK_LONGEST)));
    }

    #[test]
    fn a_lock_grows_to_a_day_and_is_forgotten_after_a_week() {
        let mut now = Moment::from_unix(0);
        let mut guard = Guard::default();
        let mut last = None;
        for _ in 0..12 {
            // What has failed longer ago than its lock lasts is another rule's.
            guard.forgiven_at = None;
            let (next, until) = fail(guard, 8, now);
            guard = next;
            last = until.map(|u| u.since(now));
            now = until.unwrap();
        }
        assert_eq!(last, Some(LOCK_LONGEST));
        now = now.plus(LOCK_MEMORY + 1);
        guard.forgiven_at = None;
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
    fn support_ends_lock_and_pause_and_the_next_lock_is_as_long_as_it_would_have_been() {
        let now = Moment::from_unix(1_000_000);
        let (guard, _) = fail(Guard::default(), 8, now);
        let guard = Guard {
            paused_until: Some(now.plus(CODE_ISSUE_PAUSE)),
            ..guard
        };
        let free = guard.unlocked(now.plus(60));
        assert_eq!(free.locked(now.plus(60)), None);
        assert_eq!(free.may_issue(now.plus(60), false), Issue::Allowed);
        assert_eq!((free.locks, &free.signs), (guard.locks, &guard.signs));
        assert!(free.ends_at(now.plus(60)) >= now.plus(60 + LOCK_MEMORY));
        let (_, until) = fail(free, 8, now.plus(60));
        assert_eq!(until, Some(now.plus(60 + 2 * LOCK_FIRST)));
    }

    #[test]
    fn misuse_locks_as_wrong_codes_do_and_no_lock_is_made_shorter() {
        let now = Moment::from_unix(1_000_000);
        let (guard, until) = Guard::default().locked_for_misuse(now);
        assert_eq!(
            (until, guard.locked(now)),
            (now.plus(LOCK_FIRST), Some(until))
        );
        let (_, second) = guard.locked_for_misuse(until);
        assert_eq!(second, until.plus(2 * LOCK_FIRST));
        let long = Guard {
            locked_until: Some(now.plus(LOCK_LONGEST)),
            ..Guard::default()
        };
        assert_eq!(long.locked_for_misuse(now).1, now.plus(LOCK_LONGEST));
    }

    #[test]
    fn a_repeat_for_the_same_page_need_not_wait() {
        let now = Moment::from_unix(0);
        let guard = Guard::default().issued(now, false);
        assert_eq!(guard.may_issue(now.plus(1), true), Issue::Allowed);
        assert_eq!(guard.issued(now.plus(1), true).issues.len(), 1);
    }
}
