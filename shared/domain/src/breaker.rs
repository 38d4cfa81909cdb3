//! When to stop asking a system that keeps failing, and when to try it again.

use serde::{Deserialize, Serialize};

use crate::policy::{BREAKER_FAILURES, BREAKER_PAUSE, BREAKER_PAUSE_LONGEST};
use crate::time::Moment;

/// What all instances remember together about one outside system. The default is a healthy one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaker {
    /// Failures in a row.
    pub failures: u32,
    /// Not asked before then.
    pub open_until: Option<Moment>,
}

impl Breaker {
    pub fn is_open(self, now: Moment) -> bool {
        self.open_until.is_some_and(|until| now < until)
    }

    /// One more failure: at the limit the system gets a pause, and a longer one each time it fails right after it.
    #[must_use]
    pub fn failed(self, now: Moment) -> Self {
        let failures = self.failures.saturating_add(1);
        let open_until = failures.checked_sub(BREAKER_FAILURES).map(|doublings| {
            let pause =
                BREAKER_PAUSE.saturating_mul(1_i64.checked_shl(doublings.min(10)).unwrap_or(1));
            now.plus(pause.min(BREAKER_PAUSE_LONGEST))
        });
        Self {
            failures,
            open_until,
        }
    }

    #[must_use]
    pub fn succeeded(self) -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_at_the_limit_lets_one_through_after_the_pause_and_closes_on_success() {
        let now = Moment::from_unix(1_000);
        let mut breaker = Breaker::default();
        for _ in 1..BREAKER_FAILURES {
            breaker = breaker.failed(now);
            assert!(!breaker.is_open(now));
        }
        breaker = breaker.failed(now);
        assert!(breaker.is_open(now));
        let later = now.plus(BREAKER_PAUSE);
        assert!(!breaker.is_open(later));
        let again = breaker.failed(later);
        assert!(
            again.is_open(later.plus(BREAKER_PAUSE)),
            "the second pause is longer"
        );
        assert!(!again.succeeded().is_open(later));
    }

    #[test]
    fn the_pause_never_exceeds_its_longest() {
        let now = Moment::from_unix(0);
        let breaker = (0..10_000).fold(Breaker::default(), |b, _| b.failed(now));
        assert_eq!(breaker.open_until, Some(now.plus(BREAKER_PAUSE_LONGEST)));
    }
}
