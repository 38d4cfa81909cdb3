//! Counting how often somebody did something, as Flash's limiter counts: a window from the first time, then a block.

use std::collections::HashMap;

/// So many times within a window; whoever goes over waits out the block.
#[derive(Debug)]
pub(super) struct Limiter {
    points: u32,
    window_s: i64,
    block_s: i64,
    hits: HashMap<String, Hits>,
}

#[derive(Debug)]
struct Hits {
    count: u32,
    end: i64,
}

impl Limiter {
    pub(super) fn new(points: u32, window_s: i64, block_s: i64) -> Self {
        Self {
            points,
            window_s,
            block_s,
            hits: HashMap::new(),
        }
    }

    /// Counts one; Err holds the seconds to wait.
    pub(super) fn take(&mut self, who: &str, now: i64) -> Result<(), i64> {
        self.take_of(self.points, who, now)
    }

    /// The same with a limit of this one's own.
    pub(super) fn take_of(&mut self, points: u32, who: &str, now: i64) -> Result<(), i64> {
        let fresh = Hits {
            count: 0,
            end: now + self.window_s,
        };
        let hits = self.hits.entry(who.to_owned()).or_insert(Hits { ..fresh });
        if hits.end <= now {
            *hits = fresh;
        }
        hits.count += 1;
        if hits.count <= points {
            return Ok(());
        }
        if hits.count == points + 1 && self.block_s > 0 {
            hits.end = now + self.block_s;
        }
        Err(hits.end - now)
    }

    /// Takes one back: Flash does not count a login that succeeds.
    pub(super) fn give_back(&mut self, who: &str) {
        if let Some(hits) = self.hits.get_mut(who) {
            hits.count = hits.count.saturating_sub(1);
        }
    }
}

/// So many a minute, and so many at once before that counts, as a proxy's limiter counts.
#[derive(Debug)]
pub(super) struct Leaky {
    per_minute: i64,
    burst: i64,
    /// Sixtieths of a request that have not run out, and when that was so.
    levels: HashMap<String, (i64, i64)>,
}

impl Leaky {
    pub(super) fn new(per_minute: u32, burst: u32) -> Self {
        Self {
            per_minute: per_minute.into(),
            burst: burst.into(),
            levels: HashMap::new(),
        }
    }

    /// Whether one more is let through; one that is not does not count.
    pub(super) fn lets_through(&mut self, who: &str, now: i64) -> bool {
        let (level, at) = self.levels.entry(who.to_owned()).or_insert((0, now));
        *level = level
            .saturating_sub((now - *at).max(0).saturating_mul(self.per_minute))
            .max(0);
        *at = now;
        let through = *level + 60 <= (self.burst + 1) * 60;
        if through {
            *level += 60;
        }
        through
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_the_limit_one_waits_out_the_block_not_the_window() {
        let mut limiter = Limiter::new(2, 60, 600);
        assert_eq!(limiter.take("a", 0), Ok(()));
        assert_eq!(limiter.take("a", 10), Ok(()));
        assert_eq!(limiter.take("b", 10), Ok(()));
        assert_eq!(limiter.take("a", 20), Err(600));
        assert_eq!(limiter.take("a", 320), Err(300));
        assert_eq!(limiter.take("a", 620), Ok(()));
    }

    #[test]
    fn a_burst_runs_out_by_the_minute() {
        let mut limiter = Leaky::new(60, 2);
        let through = |limiter: &mut Leaky, now| limiter.lets_through("a", now);
        assert_eq!(
            [0, 0, 0, 0, 1, 1, 100].map(|now| through(&mut limiter, now)),
            [true, true, true, false, true, false, true]
        );
        assert!(limiter.lets_through("b", 0));
    }

    #[test]
    fn a_success_is_not_counted() {
        let mut limiter = Limiter::new(1, 60, 0);
        for now in 0..5 {
            assert_eq!(limiter.take("a", now), Ok(()));
            limiter.give_back("a");
        }
        assert_eq!(limiter.take("a", 5), Ok(()));
        assert_eq!(limiter.take("a", 6), Err(54));
        assert_eq!(limiter.take("a", 60), Ok(()));
    }
}
