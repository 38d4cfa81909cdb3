//! To whoever sends what they must tell nobody.

use super::words;
use crate::language::Language;
use crate::minimise::Secret;

/// What it was, what was done with it, and what to do now.
pub fn secret(l: Language, secret: Secret) -> String {
    let (what, next) = match secret {
        Secret::RecoveryPhrase => ("secret-phrase", "secret-move-money"),
        Secret::PrivateKey => ("secret-key", "secret-move-money"),
        Secret::Card => ("secret-card", "secret-delete"),
        Secret::ApiKey => ("secret-api-key", "secret-replace"),
        Secret::Password => ("secret-password", "secret-replace"),
        Secret::Code => ("secret-code", "secret-delete"),
    };
    let (what, next) = (words(l, what, &[]), words(l, next, &[]));
    words(l, "secret", &[("what", what.into()), ("next", next.into())])
}
