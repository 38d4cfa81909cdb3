//! What an instance goes by for a moment, instead of reading it each time.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use domain::policy::GATE_MEMORY;
use domain::time::Moment;

use crate::tables::TableError;
use crate::telemetry;

/// What was read last, and when. The default has read nothing yet.
pub struct Remembered<T>(Mutex<Option<(T, Moment)>>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> fmt::Debug for Remembered<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remembered(…)")
    }
}

impl<T: Copy + Default> Remembered<T> {
    /// Reads at most every [`GATE_MEMORY`]. What can't be read stays as it was, and `what` is logged.
    pub async fn or_read(
        &self,
        what: &'static str,
        now: Moment,
        read: impl Future<Output = Result<T, TableError>>,
    ) -> T {
        let seen = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((value, at)) = seen
            && (0..GATE_MEMORY).contains(&now.since(at))
        {
            return value;
        }
        match read.await {
            Ok(value) => {
                self.remember(value, now);
                value
            }
            Err(error) => {
                telemetry::failure(what, &error);
                seen.map(|(value, _)| value).unwrap_or_default()
            }
        }
    }

    pub fn remember(&self, value: T, now: Moment) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((value, now));
    }

    /// Reads again the next time.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn down() -> TableError {
        TableError::Retryable {
            operation: "GetItem",
            code: "Throttled".to_owned(),
            source: None,
        }
    }

    #[tokio::test]
    async fn it_is_read_again_when_it_is_old_and_stays_where_it_can_not_be_read() {
        let remembered = Remembered::default();
        let reads = AtomicU32::new(0);
        let now = Moment::from_unix(1_000);
        let read = async || Ok(reads.fetch_add(1, Ordering::SeqCst) + 1);
        assert_eq!(remembered.or_read("test", now, read()).await, 1);
        let later = now.plus(GATE_MEMORY - 1);
        assert_eq!(remembered.or_read("test", later, read()).await, 1);
        let later = now.plus(GATE_MEMORY);
        assert_eq!(remembered.or_read("test", later, read()).await, 2);
        let later = later.plus(GATE_MEMORY);
        let broken = remembered.or_read("test", later, async { Err(down()) });
        assert_eq!(broken.await, 2);
        remembered.forget();
        let broken = remembered.or_read("test", later, async { Err(down()) });
        assert_eq!(broken.await, 0, "nothing is known");
    }
}
