//! `operator sign-event` and `operator trace-event`: one of Flash's events, as its webhook would bring it, and the name by
//! which it is followed: docs/events.md.

use std::fmt;
use std::path::{Path, PathBuf};

use aws::events::{Moved, Trace};
use aws::keys::Keys;
use domain::time::Moment;
use flash::events::signature::{self, BadSecret};
use flash::events::{Malformed, Reading, Told, read};
use secrecy::SecretString;
use uuid::Uuid;

#[derive(Debug, thiserror::Error)]
pub enum EventError {
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("standard input: {0}")]
    Input(#[source] std::io::Error),
    #[error(transparent)]
    BadSecret(#[from] BadSecret),
    /// The one word that would stand at its dead letter.
    #[error("malformed:{0}")]
    Malformed(#[from] Malformed),
    #[error("an event of the kind {0} is dropped: nothing follows from it")]
    Unknown(String),
    #[error("a body that is no text can't be signed")]
    NotText,
}

/// Byte for byte: the signature is of these bytes, a line's end at the end of the file among them.
pub fn body(file: Option<&Path>) -> Result<Vec<u8>, EventError> {
    let Some(path) = file else {
        let mut body = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut body)
            .map_err(EventError::Input)?;
        return Ok(body);
    };
    std::fs::read(path).map_err(|source| unreadable(path, source))
}

/// The signing secret: what stands in `file`, if there is one.
pub fn secret(
    given: Option<SecretString>,
    file: Option<&Path>,
) -> Result<SecretString, EventError> {
    let Some(path) = file else {
        return given.ok_or(EventError::BadSecret(BadSecret));
    };
    let text = std::fs::read_to_string(path).map_err(|source| unreadable(path, source))?;
    Ok(text.into())
}

fn unreadable(path: &Path, source: std::io::Error) -> EventError {
    EventError::File {
        path: path.to_owned(),
        source,
    }
}

/// The headers of a signed post, a line each, as `curl -H @FILE` takes them.
#[derive(Debug)]
pub struct Headers([(&'static str, String); 3]);

impl fmt::Display for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "content-type: application/json")?;
        for (name, value) in &self.0 {
            writeln!(f, "{name}: {value}")?;
        }
        Ok(())
    }
}

/// Signs `body` as the message `id`; without one it is a message that nobody has sent before.
pub fn sign(
    secret: &SecretString,
    id: Option<&str>,
    body: &[u8],
    now: Moment,
) -> Result<Headers, EventError> {
    let text = std::str::from_utf8(body).map_err(|_| EventError::NotText)?;
    let id = id.map_or_else(|| format!("msg_{}", Uuid::new_v4().simple()), str::to_owned);
    Ok(Headers(signature::sign(secret, &id, now, text)?))
}

/// By which the event in `body` is followed, if it came in a message of that name.
pub fn trace(
    keys: &Keys,
    body: &[u8],
    message: Option<&str>,
    now: Moment,
) -> Result<Trace, EventError> {
    let told = Told {
        envelope: message,
        now,
    };
    match read(body, told)? {
        Reading::Event(event) => Ok(Moved::event(keys, &event).trace),
        Reading::Unknown(kind) => Err(EventError::Unknown(kind.as_str().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const NOW: Moment = Moment::from_unix(1_786_772_030);
    const BODY: &str = r#"{"type": "payment_received", "timestamp": 1786771997,
        "data": {"userId": "6b1c3f0a", "transactionId": "0c9b6f3e", "amount": "0.5"}}"#;

    fn keys() -> Keys {
        use base64::Engine as _;
        let key = |byte: u8| base64::engine::general_purpose::STANDARD.encode([byte; 32]);
        let ring = serde_json::json!([{"id": "k1", "key": key(1), "state": "current"}]);
        let secret = serde_json::json!({"pepper": key(7), "ring": ring});
        Keys::from_secret(&secret.to_string()).unwrap()
    }

    #[test]
    fn what_is_signed_is_what_the_webhook_believes() {
        let printed = sign(&SECRET.into(), None, BODY.as_bytes(), NOW)
            .unwrap()
            .to_string();
        let mut headers = http::HeaderMap::new();
        for line in printed.lines() {
            let (name, value) = line.split_once(": ").unwrap();
            let name: http::HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        let known = [SecretString::from(SECRET)];
        let id = signature::verify(&known, &headers, BODY.as_bytes(), NOW).unwrap();
        assert!(id.as_str().starts_with("msg_") && !printed.contains("whsec_"));
        assert!(signature::verify(&known, &headers, b"{}", NOW).is_err());
    }

    #[test]
    fn an_event_has_the_trace_that_it_has_on_its_way() {
        let first = trace(&keys(), BODY.as_bytes(), None, NOW).unwrap();
        let later = trace(&keys(), BODY.as_bytes(), Some("a-message"), NOW.plus(60)).unwrap();
        assert_eq!(first, later, "its transaction is its first name");
        let other = BODY.replace("0c9b6f3e", "0c9b6f3f");
        assert_ne!(first, trace(&keys(), other.as_bytes(), None, NOW).unwrap());
    }

    #[test]
    fn what_would_be_set_aside_or_dropped_is_called_so() {
        let said = |body: &str| {
            trace(&keys(), body.as_bytes(), None, NOW)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(said("{"), "malformed:not_json");
        assert!(said(r#"{"type": "card_spent", "data": {}}"#).contains("card_spent"));
        let unsigned = sign(&"whsec_AAAA".into(), None, b"{}", NOW).unwrap_err();
        assert!(!unsigned.to_string().contains("AAAA"));
    }
}
