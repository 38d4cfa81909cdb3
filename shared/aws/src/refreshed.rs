//! Secrets that change while we run. What was read at the start is used until somebody finds it refused; then it is read
//! again, seldom enough that nobody can make us hammer Secrets Manager with bad requests.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::policy::{SECRET_READ_MS, SECRET_REFRESH_GAP};
use domain::time::Moment;
use futures::future::BoxFuture;
use futures::lock;
use tokio::time::timeout;

use crate::telemetry;

/// Why a secret could not be read again. The old one stays.
pub type ReadError = Box<dyn std::error::Error + Send + Sync>;

type Read<T> = Box<dyn Fn() -> BoxFuture<'static, Result<T, ReadError>> + Send + Sync>;

/// Something made from a secret, and how to make it again.
pub struct Refreshed<T> {
    value: Mutex<Arc<T>>,
    /// When it was last read again; held by whoever is at it.
    last: lock::Mutex<Option<Moment>>,
    read: Read<T>,
}

impl<T> fmt::Debug for Refreshed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Refreshed(…)")
    }
}

impl<T> Refreshed<T> {
    /// Reads it for the first time.
    pub async fn read<F>(read: F) -> Result<Self, ReadError>
    where
        F: Fn() -> BoxFuture<'static, Result<T, ReadError>> + Send + Sync + 'static,
    {
        let value = read().await?;
        Ok(Self::beginning_with(value, read))
    }

    /// What is enough until somebody finds it refused, where reading all of it would hold up the start.
    pub fn beginning_with<F>(value: T, read: F) -> Self
    where
        F: Fn() -> BoxFuture<'static, Result<T, ReadError>> + Send + Sync + 'static,
    {
        Self {
            value: Mutex::new(Arc::new(value)),
            last: lock::Mutex::default(),
            read: Box::new(read),
        }
    }

    pub fn current(&self) -> Arc<T> {
        Arc::clone(&self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads it again, unless that was tried a moment ago; the new value, if there is one. Who comes while it is being read
    /// waits for that reading.
    pub async fn refresh(&self, now: Moment) -> Option<Arc<T>> {
        let before = self.current();
        let mut last = self.last.lock().await;
        let current = self.current();
        if !Arc::ptr_eq(&before, &current) {
            return Some(current);
        }
        if last.is_some_and(|last| now.since(last) < SECRET_REFRESH_GAP) {
            return None;
        }
        *last = Some(now);
        let read = timeout(Duration::from_millis(SECRET_READ_MS), (self.read)()).await;
        match read.unwrap_or_else(|_| Err("it could not be read in time".into())) {
            Ok(fresh) => {
                let fresh = Arc::new(fresh);
                *self.value.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
                Some(fresh)
            }
            Err(error) => {
                telemetry::failure("secret", error.as_ref());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn it_is_read_again_when_asked_but_not_all_the_time() {
        let reads = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&reads);
        let secret = Refreshed::read(move || {
            let count = Arc::clone(&count);
            async move { Ok(count.fetch_add(1, Ordering::SeqCst)) }.boxed()
        })
        .await
        .unwrap();
        assert_eq!(*secret.current(), 0);
        let now = Moment::from_unix(1_000);
        assert_eq!(secret.refresh(now).await.as_deref(), Some(&1));
        assert_eq!(secret.refresh(now.plus(SECRET_REFRESH_GAP - 1)).await, None);
        assert_eq!(
            secret
                .refresh(now.plus(SECRET_REFRESH_GAP))
                .await
                .as_deref(),
            Some(&2)
        );
        assert_eq!(*secret.current(), 2);
    }

    #[tokio::test]
    async fn what_can_not_be_read_leaves_the_old_one() {
        let reads = Arc::new(AtomicU32::new(0));
        let secret = Refreshed::read(move || {
            let first = reads.fetch_add(1, Ordering::SeqCst) == 0;
            async move { if first { Ok("old") } else { Err("down".into()) } }.boxed()
        })
        .await
        .unwrap();
        assert_eq!(secret.refresh(Moment::from_unix(0)).await, None);
        assert_eq!(*secret.current(), "old");
    }

    #[tokio::test]
    async fn whoever_comes_while_it_is_read_waits_for_that_reading() {
        let reads = Arc::new(AtomicU32::new(0));
        let secret = Refreshed::read(move || {
            let count = Arc::clone(&reads);
            async move {
                tokio::task::yield_now().await;
                Ok(count.fetch_add(1, Ordering::SeqCst))
            }
            .boxed()
        })
        .await
        .unwrap();
        let now = Moment::from_unix(0);
        let (one, other) = futures::join!(secret.refresh(now), secret.refresh(now));
        assert_eq!((one.as_deref(), other.as_deref()), (Some(&1), Some(&1)));
        assert_eq!(secret.refresh(now).await, None);
    }
}
