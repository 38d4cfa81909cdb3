//! The one clock of the local world: the machine's, or one that started elsewhere, and as far ahead as it was moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws::clock::{Clock, system_millis};

/// Clones are the same clock.
#[derive(Clone, Debug, Default)]
pub struct WorldClock(Arc<AtomicI64>);

impl WorldClock {
    /// Shows `millis` now, which may be long ago.
    pub fn starting_at(millis: i64) -> Self {
        Self(Arc::new(AtomicI64::new(millis - system_millis())))
    }

    pub fn millis(&self) -> i64 {
        system_millis() + self.0.load(Ordering::SeqCst)
    }

    /// Never goes back.
    pub fn move_to(&self, millis: i64) {
        self.0.fetch_max(millis - system_millis(), Ordering::SeqCst);
    }

    /// As the functions see it.
    pub fn reader(&self) -> Clock {
        let clock = self.clone();
        Clock::told_by(move || clock.millis())
    }
}

impl dynoxide::storage_backend::Clock for WorldClock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.millis() / 1000).unwrap_or_default()
    }

    #[expect(clippy::cast_precision_loss, reason = "the engine's own interface")]
    fn now_unix_secs_f64(&self) -> f64 {
        self.millis() as f64 / 1000.0
    }
}
