//! The keys of the house while we run. The ring is rotated without a deploy: what stands under a key that this instance
//! does not know makes it read the secret again, and every hour it does so anyway. The pepper never changes.

pub mod document;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use domain::policy::KEY_RING_MEMORY;
use domain::state::Sealed;
use domain::time::Moment;
use futures::FutureExt;
use futures::future::BoxFuture;
use secrecy::SecretString;

use crate::keys::{Keys, Place, SealError};
use crate::refreshed::{ReadError, Refreshed};
use crate::secrets::Secrets;
use crate::telemetry;
use crate::tokens::{self, PageToken, Purpose, TokenError};

/// What was read names people otherwise than what we have: with it nobody would be recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keys secret has another pepper than before; the keys that are known stay in use")]
pub struct PepperChanged;

/// The keys as last read, and how to read them again.
#[derive(Debug)]
pub struct KeyRing {
    keys: Refreshed<Keys>,
    /// Since when we have gone by them.
    since: Mutex<Option<Moment>>,
}

impl KeyRing {
    /// Reads them for the first time.
    pub async fn read<F>(read: F) -> Result<Self, ReadError>
    where
        F: Fn() -> BoxFuture<'static, Result<Keys, ReadError>> + Send + Sync + 'static,
    {
        let first = Arc::new(OnceLock::new());
        let keys = Refreshed::read(move || {
            let (first, keys) = (Arc::clone(&first), read());
            async move { same_pepper(&first, keys.await?) }.boxed()
        });
        Ok(Self {
            keys: keys.await?,
            since: Mutex::default(),
        })
    }

    /// Of the secret with this name or ARN.
    pub async fn of_secret(secrets: Secrets, name: String) -> Result<Self, ReadError> {
        Self::read(move || {
            let (secrets, name) = (secrets.clone(), name.clone());
            async move { Ok(secrets.keys(&name).await?) }.boxed()
        })
        .await
    }

    pub fn current(&self) -> Arc<Keys> {
        self.keys.current()
    }

    /// The keys for who seals without having read anything from a table before.
    pub async fn fresh(&self, now: Moment) -> Arc<Keys> {
        self.keep_fresh(now).await;
        self.current()
    }

    /// Opens what is sealed, if need be with a key that the ring has got since we read it.
    pub async fn open(
        &self,
        place: Place<'_>,
        sealed: &Sealed,
        now: Moment,
    ) -> Result<SecretString, SealError> {
        let opened = self.open_from_outside(place, sealed, now).await;
        match &opened {
            Ok(_) => {}
            Err(SealError::UnknownKey) => telemetry::count("key_unknown"),
            Err(SealError::Refused) => telemetry::count("sealed_refused"),
        }
        opened
    }

    /// As [`KeyRing::open`], of what anybody may have made up: that it is none of ours alarms nobody.
    pub(crate) async fn open_from_outside(
        &self,
        place: Place<'_>,
        sealed: &Sealed,
        now: Moment,
    ) -> Result<SecretString, SealError> {
        let opened = self.current().open(place, sealed);
        if let Err(SealError::UnknownKey) = &opened
            && let Some(keys) = self.refresh(now).await
        {
            return keys.open(place, sealed);
        }
        opened
    }

    /// As [`tokens::verify`], if need be with a key that the ring has got since we read it.
    pub async fn verify(
        &self,
        purpose: Purpose,
        token: &str,
        now: Moment,
    ) -> Result<PageToken, TokenError> {
        let mut keys = self.current();
        if tokens::key_id(token).is_some_and(|id| !keys.knows(&id)) {
            keys = self.refresh(now).await.unwrap_or(keys);
        }
        tokens::verify(&keys, purpose, token, now)
    }

    /// Reads them again if they are an hour old: an instance that meets nothing but what it sealed itself would use a
    /// retired key for as long as it lives. What can't be read stays in use.
    pub(crate) async fn keep_fresh(&self, now: Moment) {
        let since = *self.since().get_or_insert(now);
        if now.since(since) >= KEY_RING_MEMORY {
            self.refresh(now).await;
        }
    }

    async fn refresh(&self, now: Moment) -> Option<Arc<Keys>> {
        let keys = self.keys.refresh(now).await?;
        *self.since() = Some(now);
        Some(keys)
    }

    fn since(&self) -> std::sync::MutexGuard<'_, Option<Moment>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `keys`, if they have the pepper of those that were read first.
fn same_pepper(first: &OnceLock<String>, keys: Keys) -> Result<Keys, ReadError> {
    let mark = keys.pepper_mark();
    if *first.get_or_init(|| mark.clone()) == mark {
        return Ok(keys);
    }
    telemetry::count("pepper_changed");
    Err(PepperChanged.into())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use domain::ids::PersonKey;
    use domain::policy::SECRET_REFRESH_GAP;
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;

    const NOW: Moment = Moment::from_unix(1_000_000);

    fn keys(pepper: u8, ring: &[(&str, u8)]) -> String {
        let state = |at: usize| if at == 0 { "current" } else { "older" };
        let ring: Vec<_> = ring
            .iter()
            .enumerate()
            .map(|(at, (id, byte))| json!({"id": id, "key": STANDARD.encode([*byte; 32]), "state": state(at)}))
            .collect();
        json!({"pepper": STANDARD.encode([pepper; 32]), "ring": ring}).to_string()
    }

    /// A ring whose secret can be changed, and how often it was read.
    async fn ring(text: String) -> (KeyRing, Arc<Mutex<String>>, Arc<AtomicU32>) {
        let secret = Arc::new(Mutex::new(text));
        let reads = Arc::new(AtomicU32::new(0));
        let (source, count) = (Arc::clone(&secret), Arc::clone(&reads));
        let ring = KeyRing::read(move || {
            count.fetch_add(1, Ordering::SeqCst);
            let read = Keys::from_secret(&source.lock().unwrap());
            async move { Ok(read?) }.boxed()
        });
        (ring.await.unwrap(), secret, reads)
    }

    fn person() -> PersonKey {
        PersonKey::from_digest("A".repeat(43)).unwrap()
    }

    fn place(person: &PersonKey) -> Place<'_> {
        Place {
            table: "people",
            field: "address",
            person,
        }
    }

    fn sealed(text: &str) -> Sealed {
        let keys = Keys::from_secret(text).unwrap();
        keys.seal(place(&person()), "x")
    }

    fn token(text: &str) -> String {
        let token = PageToken {
            purpose: Purpose::Link,
            person: person(),
            id: "page".to_owned(),
            until: NOW.plus(600),
        };
        tokens::sign(&Keys::from_secret(text).unwrap(), &token).unwrap()
    }

    #[tokio::test]
    async fn an_unknown_key_makes_it_read_the_ring_again_but_not_all_the_time() {
        let (old, new) = (keys(7, &[("k1", 1)]), keys(7, &[("k2", 2), ("k1", 1)]));
        let (ring, secret, reads) = ring(old).await;
        let (person, later) = (person(), sealed(&new));
        for _ in 0..2 {
            let unknown = ring.open(place(&person), &later, NOW).await.unwrap_err();
            assert_eq!(unknown, SealError::UnknownKey);
        }
        assert_eq!(
            reads.load(Ordering::SeqCst),
            2,
            "at the start and once more"
        );
        secret.lock().unwrap().clone_from(&new);
        let soon = NOW.plus(SECRET_REFRESH_GAP);
        let opened = ring.open(place(&person), &later, soon).await.unwrap();
        assert_eq!(opened.expose_secret(), "x");
        assert!(ring.current().is_current(&later));
    }

    #[tokio::test]
    async fn a_damaged_value_is_refused_without_reading_anything() {
        let text = keys(7, &[("k1", 1)]);
        let (ring, _, reads) = ring(text.clone()).await;
        let other = PersonKey::from_digest("B".repeat(43)).unwrap();
        let swapped = ring.open(place(&other), &sealed(&text), NOW).await;
        assert_eq!(swapped.unwrap_err(), SealError::Refused);
        assert_eq!(reads.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_token_under_a_new_key_makes_it_read_the_ring_again() {
        let (old, new) = (keys(7, &[("k1", 1)]), keys(7, &[("k2", 2), ("k1", 1)]));
        let (ring, secret, reads) = ring(old.clone()).await;
        secret.lock().unwrap().clone_from(&new);
        assert!(ring.verify(Purpose::Link, &token(&old), NOW).await.is_ok());
        assert_eq!(
            ring.verify(Purpose::Link, "no token", NOW).await,
            Err(TokenError)
        );
        assert_eq!(reads.load(Ordering::SeqCst), 1);
        assert!(ring.verify(Purpose::Link, &token(&new), NOW).await.is_ok());
        assert_eq!(reads.load(Ordering::SeqCst), 2);
        let foreign = token(&keys(7, &[("k3", 3)]));
        assert_eq!(
            ring.verify(Purpose::Link, &foreign, NOW).await,
            Err(TokenError)
        );
    }

    #[tokio::test]
    async fn a_ring_with_another_pepper_is_refused_and_the_old_one_kept() {
        let (ring, secret, _) = ring(keys(7, &[("k1", 1)])).await;
        let new = keys(8, &[("k2", 2), ("k1", 1)]);
        secret.lock().unwrap().clone_from(&new);
        let mark = ring.current().pepper_mark();
        let person = person();
        let unknown = ring.open(place(&person), &sealed(&new), NOW).await;
        assert_eq!(unknown.unwrap_err(), SealError::UnknownKey);
        assert_eq!(ring.current().pepper_mark(), mark);
    }

    #[tokio::test]
    async fn it_is_read_again_after_an_hour() {
        let (ring, secret, reads) = ring(keys(7, &[("k1", 1)])).await;
        secret
            .lock()
            .unwrap()
            .clone_from(&keys(7, &[("k2", 2), ("k1", 1)]));
        for (passed, read) in [(0, 1), (KEY_RING_MEMORY - 1, 1), (KEY_RING_MEMORY, 2)] {
            ring.keep_fresh(NOW.plus(passed)).await;
            assert_eq!(reads.load(Ordering::SeqCst), read, "{passed}");
        }
        ring.keep_fresh(NOW.plus(2 * KEY_RING_MEMORY - 1)).await;
        assert_eq!(reads.load(Ordering::SeqCst), 2, "an hour from then");
        assert!(ring.current().knows("k2"));
    }
}
