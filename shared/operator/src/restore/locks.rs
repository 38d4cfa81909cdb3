//! Locks of a chat: what the audit says of them since the copy, and the stricter of two guards.

use std::collections::BTreeSet;

use domain::conversation::Event;
use domain::guard::Guard;
use domain::policy::LOCK_LONGEST;
use domain::time::Moment;

/// What happened to the locks of one chat, in order. What fell into the same second counts against it: the lock holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Locks(BTreeSet<(i64, Step)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Unlocked,
    Locked,
    LockedByStaff,
}

impl Locks {
    /// False: the event is about something else.
    pub(super) fn note(&mut self, event: &str, at: i64) -> bool {
        let steps = [
            (Event::UnlockedByStaff, Step::Unlocked),
            (Event::ChatLocked, Step::Locked),
            (Event::LockedByStaff, Step::LockedByStaff),
        ];
        let step = steps.iter().find(|(is, _)| is.name() == event);
        if let Some((_, step)) = step {
            // Staff's acts stand in two records.
            self.0.insert((at, *step));
        }
        step.is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The guard of the copy after all that. For how long the chat was locked, no record says: for the longest.
    pub(super) fn after(&self, guard: Guard) -> Guard {
        self.0.iter().fold(guard, |guard, (at, step)| {
            let at = Moment::from_unix(*at);
            match step {
                Step::Unlocked => guard.unlocked(at),
                Step::LockedByStaff => guard.lock_by_staff(at),
                Step::Locked => Guard {
                    locked_until: guard.locked_until.max(Some(at.plus(LOCK_LONGEST))),
                    locks: guard.locks.saturating_add(1),
                    ..guard
                },
            }
        })
    }
}

/// All that either holds against the chat. Which codes were tried is as the one that stands has it: the copy's are over.
pub(super) fn stricter(stands: &Guard, copy: &Guard) -> Guard {
    let mut signs = both(&stands.signs, &copy.signs);
    signs.sort_by_key(|seen| seen.at);
    let times = |stands: &[Moment], copy: &[Moment]| {
        let mut times = both(stands, copy);
        times.sort();
        times
    };
    Guard {
        failures: times(&stands.failures, &copy.failures),
        issues: times(&stands.issues, &copy.issues),
        paused_until: stands.paused_until.max(copy.paused_until),
        locked_until: stands.locked_until.max(copy.locked_until),
        locks: stands.locks.max(copy.locks),
        forgiven_at: stands.forgiven_at.max(copy.forgiven_at),
        tried: stands.tried.clone(),
        signs,
        by_staff_until: stands.by_staff_until.max(copy.by_staff_until),
    }
}

/// What both have is meant once.
fn both<T: Copy + PartialEq>(stands: &[T], copy: &[T]) -> Vec<T> {
    let mut unmatched = stands.to_vec();
    let mut all = stands.to_vec();
    for one in copy {
        match unmatched.iter().position(|other| other == one) {
            Some(at) => drop(unmatched.swap_remove(at)),
            None => all.push(*one),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use domain::policy::{LOCK_FIRST, STAFF_LOCK};
    use domain::risk::Sign;

    use super::*;

    const AT: Moment = Moment::from_unix(1_795_000_000);

    fn locks(steps: &[(i64, Event)]) -> Locks {
        let mut locks = Locks::default();
        for (at, event) in steps {
            assert!(locks.note(event.name(), AT.plus(*at).unix()));
        }
        locks
    }

    #[test]
    fn a_lock_since_the_copy_is_put_on_whether_there_was_a_guard_or_not() {
        let by_staff = locks(&[(5, Event::LockedByStaff), (5, Event::LockedByStaff)]);
        let until = AT.plus(5 + STAFF_LOCK);
        assert_eq!(
            by_staff.after(Guard::default()).locked_by_staff(AT),
            Some(until)
        );
        let (before, _) = Guard::default().failed(AT);
        let after = by_staff.after(before.clone());
        assert_eq!(after.locked_by_staff(AT), Some(until));
        assert_eq!(after.failures, before.failures);
        let itself = locks(&[(7, Event::ChatLocked)]).after(Guard::default());
        assert_eq!(itself.locked(AT), Some(AT.plus(7 + LOCK_LONGEST)));
        assert_eq!(itself.locks, 1);
        assert!(!Locks::default().note(Event::Linked.name(), 1));
    }

    #[test]
    fn an_unlock_ends_what_was_locked_before_it_and_nothing_after() {
        let freed = locks(&[(9, Event::UnlockedByStaff), (5, Event::LockedByStaff)]);
        let copy = Guard::default().lock_by_staff(AT);
        assert_eq!(freed.after(copy).locked(AT.plus(9)), None);
        for events in [
            [(9, Event::UnlockedByStaff), (10, Event::ChatLocked)],
            [(9, Event::LockedByStaff), (9, Event::UnlockedByStaff)],
        ] {
            let again = locks(&events).after(Guard::default());
            assert!(again.locked(AT.plus(9)).is_some(), "{events:?}");
        }
    }

    #[test]
    fn of_two_guards_the_stricter_holds_in_everything_and_twice_is_once() {
        let mut stands = Guard::default().noted(Sign::WrongCode, AT.plus(60));
        stands.failures = vec![AT.plus(1), AT.plus(1), AT.plus(60)];
        stands.locked_until = Some(AT.plus(LOCK_FIRST));
        let mut copy = Guard::default().lock_by_staff(AT);
        copy.failures = vec![AT.plus(1), AT.plus(2)];
        copy.locks = 3;
        copy.forgiven_at = Some(AT.plus(9));
        let both = stricter(&stands, &copy);
        assert_eq!(
            both.failures,
            [AT.plus(1), AT.plus(1), AT.plus(2), AT.plus(60)]
        );
        assert_eq!((both.locks, both.forgiven_at), (3, copy.forgiven_at));
        assert_eq!(both.locked_by_staff(AT), copy.locked_by_staff(AT));
        assert_eq!(both.locked(AT), Some(AT.plus(STAFF_LOCK)));
        assert_eq!(both.signs, stands.signs);
        assert_eq!(stricter(&both, &copy), both);
        assert_eq!(stricter(&copy, &Guard::default()), copy);
    }
}
