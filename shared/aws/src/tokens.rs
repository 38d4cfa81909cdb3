//! The token in a page's address: a JWT that says which chat asked, for what, and for how long it holds.

use domain::ids::PersonKey;
use domain::time::Moment;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::keys::Keys;

/// What a page is for. A token for one is worth nothing at another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Link,
    StepUp,
    /// On which somebody saves what is kept of them.
    Export,
}

impl Purpose {
    const fn audience(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::StepUp => "step-up",
            Self::Export => "export",
        }
    }
}

/// What a valid token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageToken {
    pub purpose: Purpose,
    pub person: PersonKey,
    /// The page's id; single use is the session's business.
    pub id: String,
    pub until: Moment,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: PersonKey,
    jti: String,
    aud: String,
    exp: i64,
}

/// Forged, damaged, for another purpose, under an unknown key, or over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid page token")]
pub struct TokenError;

/// HS256 under the ring's current key.
pub fn sign(keys: &Keys, token: &PageToken) -> Result<String, TokenError> {
    let (id, key) = keys.signing();
    let header = Header {
        kid: Some(id.to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let claims = Claims {
        sub: token.person.clone(),
        jti: token.id.clone(),
        aud: token.purpose.audience().to_owned(),
        exp: token.until.unix(),
    };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(key)).map_err(|_| TokenError)
}

/// The id of the key that a token says it was signed with.
pub(crate) fn key_id(text: &str) -> Option<String> {
    jsonwebtoken::decode_header(text).ok()?.kid
}

/// Reads a token for this purpose that some key of the ring signed and that has not ended at `now`.
pub fn verify(
    keys: &Keys,
    purpose: Purpose,
    text: &str,
    now: Moment,
) -> Result<PageToken, TokenError> {
    let header = jsonwebtoken::decode_header(text).map_err(|_| TokenError)?;
    let key = header
        .kid
        .as_deref()
        .and_then(|id| keys.verifying(id))
        .ok_or(TokenError)?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[purpose.audience()]);
    // The library would compare with the machine's clock; ours is compared below.
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(text, &DecodingKey::from_secret(key), &validation)
        .map_err(|_| TokenError)?
        .claims;
    let until = Moment::from_unix(claims.exp);
    let person = PersonKey::from_digest(claims.sub.as_str().to_owned()).map_err(|_| TokenError)?;
    if now < until {
        Ok(PageToken {
            purpose,
            person,
            id: claims.jti,
            until,
        })
    } else {
        Err(TokenError)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;

    fn keys(id: &str, byte: u8) -> Keys {
        let ring =
            serde_json::json!([{"id": id, "key": STANDARD.encode([byte; 32]), "state": "current"}]);
        Keys::from_secret(
            &serde_json::json!({"pepper": STANDARD.encode([7; 32]), "ring": ring}).to_string(),
        )
        .unwrap()
    }

    fn token() -> PageToken {
        PageToken {
            purpose: Purpose::Link,
            person: PersonKey::from_digest("A".repeat(43)).unwrap(),
            id: "page".to_owned(),
            until: Moment::from_unix(1_000),
        }
    }

    #[test]
    fn a_token_reads_back_until_it_ends() {
        let keys = keys("k1", 1);
        let text = sign(&keys, &token()).unwrap();
        assert_eq!(
            verify(&keys, Purpose::Link, &text, Moment::from_unix(999)),
            Ok(token())
        );
        assert_eq!(
            verify(&keys, Purpose::Link, &text, Moment::from_unix(1_000)),
            Err(TokenError)
        );
    }

    #[test]
    fn a_token_for_one_purpose_opens_no_other() {
        let (keys, now) = (keys("k1", 1), Moment::from_unix(0));
        for (made_for, other) in [
            (Purpose::Link, Purpose::StepUp),
            (Purpose::StepUp, Purpose::Link),
            (Purpose::Export, Purpose::Link),
            (Purpose::Link, Purpose::Export),
        ] {
            let token = PageToken {
                purpose: made_for,
                ..token()
            };
            let text = sign(&keys, &token).unwrap();
            assert_eq!(verify(&keys, made_for, &text, now), Ok(token));
            assert_eq!(verify(&keys, other, &text, now), Err(TokenError));
        }
    }

    #[test]
    fn forgeries_are_refused() {
        let ours = keys("k1", 1);
        let text = sign(&ours, &token()).unwrap();
        let now = Moment::from_unix(0);
        let (rest, signature) = text.rsplit_once('.').unwrap();
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"k1"}"#);
        let payload = text.split('.').nth(1).unwrap();
        for forged in [
            String::new(),
            "a.b.c".to_owned(),
            format!("{rest}."),
            format!("{rest}.{}", "A".repeat(signature.len())),
            format!("{none}.{payload}."),
            sign(&keys("k1", 2), &token()).unwrap(),
            sign(&keys("k2", 1), &token()).unwrap(),
        ] {
            assert_eq!(
                verify(&ours, Purpose::Link, &forged, now),
                Err(TokenError),
                "{forged}"
            );
        }
    }
}
