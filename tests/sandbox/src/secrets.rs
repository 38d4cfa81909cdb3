//! What Secrets Manager holds, as far as it is rotated while functions run.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::silence::{Kind, keep_keys_private, keep_private};

/// Twilio's two secrets.
#[derive(Clone, Debug)]
pub struct TwilioSecrets {
    /// The current token first, then the one before.
    pub auth_tokens: Vec<String>,
    pub key_secret: String,
}

pub struct SecretStore {
    twilio: Mutex<TwilioSecrets>,
    /// As `aws::keys::Keys::from_secret` takes it.
    keys: Mutex<String>,
    /// With which Flash's events may be signed.
    signing: Mutex<Vec<String>>,
}

impl fmt::Debug for SecretStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretStore(…)")
    }
}

impl SecretStore {
    pub fn new(secrets: TwilioSecrets, keys: &str, signing: &[String]) -> Self {
        for secret in secrets.auth_tokens.iter().chain([&secrets.key_secret]) {
            keep_private(Kind::Secret, secret);
        }
        let store = Self {
            twilio: Mutex::new(secrets),
            keys: Mutex::default(),
            signing: Mutex::default(),
        };
        store.put_keys(keys);
        store.put_signing(signing);
        store
    }

    /// Every secret with which Flash's events may be signed.
    pub fn signing(&self) -> Vec<String> {
        lock(&self.signing).clone()
    }

    pub fn put_signing(&self, secrets: &[String]) {
        for secret in secrets {
            keep_private(Kind::Secret, secret);
        }
        secrets.clone_into(&mut lock(&self.signing));
    }

    /// The `keys` secret.
    pub fn keys(&self) -> String {
        lock(&self.keys).clone()
    }

    pub fn put_keys(&self, secret: &str) {
        keep_keys_private(secret);
        secret.clone_into(&mut lock(&self.keys));
    }

    pub fn read(&self) -> TwilioSecrets {
        lock(&self.twilio).clone()
    }

    /// As a rotation leaves it: `token` is current, the one before is previous.
    pub fn rotate_auth_token(&self, token: &str) {
        keep_private(Kind::Secret, token);
        let mut secrets = lock(&self.twilio);
        secrets.auth_tokens.insert(0, token.to_owned());
        secrets.auth_tokens.truncate(2);
    }

    pub fn rotate_key_secret(&self, secret: &str) {
        keep_private(Kind::Secret, secret);
        secret.clone_into(&mut lock(&self.twilio).key_secret);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
