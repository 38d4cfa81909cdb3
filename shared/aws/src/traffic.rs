//! What passes through one instance, counted in memory and written now and then: at most one call every few seconds and
//! instance, at the end of an invocation, whatever the number of messages. What an instance has not written when it ends is
//! lost, so reports call these figures "about".

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use domain::counts::Counts;
use domain::time::Moment;

use crate::tables::Tables;
use crate::telemetry;

/// The counts of one instance that are not written yet.
#[derive(Debug)]
pub struct Traffic {
    /// Seconds that counts wait for others before they are written.
    every: i64,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    by_day: BTreeMap<String, Counts>,
    /// When the first of them was counted.
    since: Option<Moment>,
}

impl Traffic {
    /// Written every so many seconds at most.
    pub fn every(seconds: i64) -> Self {
        Self {
            every: seconds,
            held: Mutex::default(),
        }
    }

    pub fn count(&self, name: &str, now: Moment) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.since.get_or_insert(now);
        held.by_day.entry(now.day()).or_default().add(name, 1);
    }

    /// At the end of an invocation: writes what has waited long enough.
    pub async fn flush(&self, tables: &Tables, now: Moment) {
        let old = |since: Moment| now < since || now.since(since) >= self.every;
        self.write(tables, now, old).await;
    }

    /// Writes whatever there is, for whoever reads the counters next.
    pub async fn flush_all(&self, tables: &Tables, now: Moment) {
        self.write(tables, now, |_| true).await;
    }

    async fn write(&self, tables: &Tables, now: Moment, old: impl Fn(Moment) -> bool) {
        let by_day = {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            if !held.since.is_some_and(old) {
                return;
            }
            std::mem::take(&mut *held).by_day
        };
        // One day, but for the first invocation after midnight.
        for (day, counts) in by_day {
            // What was not written may have been, all the same: it is not added a second time.
            if let Err(error) = tables.count_traffic(&day, &counts, now).await {
                telemetry::failure("traffic", &error);
            }
        }
    }
}
