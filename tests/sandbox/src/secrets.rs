//! What Secrets Manager holds, as far as it is rotated while functions run.

use std::sync::{Mutex, PoisonError};

/// Twilio's two secrets.
#[derive(Clone, Debug)]
pub struct TwilioSecrets {
    /// The current token first, then the one before.
    pub auth_tokens: Vec<String>,
    pub key_secret: String,
}

#[derive(Debug)]
pub struct SecretStore(Mutex<TwilioSecrets>);

impl SecretStore {
    pub fn new(secrets: TwilioSecrets) -> Self {
        Self(Mutex::new(secrets))
    }

    pub fn read(&self) -> TwilioSecrets {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// As a rotation leaves it: `token` is current, the one before is previous.
    pub fn rotate_auth_token(&self, token: &str) {
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.auth_tokens.insert(0, token.to_owned());
        secrets.auth_tokens.truncate(2);
    }

    pub fn rotate_key_secret(&self, secret: &str) {
        secret.clone_into(
            &mut self
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .key_secret,
        );
    }
}
