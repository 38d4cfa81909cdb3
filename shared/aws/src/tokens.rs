//! The token in a link page's address: a JWT that says which chat asked, and for how long it holds.

use domain::ids::PersonKey;
use domain::time::Moment;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::keys::Keys;

const AUDIENCE: &str = "link";

/// What a valid token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkToken {
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
#[error("not a valid link token")]
pub struct TokenError;

/// HS256 under the ring's current key.
pub fn sign(keys: &Keys, token: &LinkToken) -> Result<String, TokenError> {
    let (id, key) = keys.signing();
    let header = Header {
        kid: Some(id.to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let claims = Claims {
        sub: token.person.clone(),
        jti: token.id.clone(),
        aud: AUDIENCE.to_owned(),
        exp: token.until.unix(),
    };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(key)).map_err(|_| TokenError)
}

/// Reads a token that some key of the ring signed and that has not ended at `now`.
pub fn verify(keys: &Keys, text: &str, now: Moment) -> Result<LinkToken, TokenError> {
    let header = jsonwebtoken::decode_header(text).map_err(|_| TokenError)?;
    let key = header
        .kid
        .as_deref()
        .and_then(|id| keys.verifying(id))
        .ok_or(TokenError)?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[AUDIENCE]);
    // The library would compare with the machine's clock; ours is compared below.
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(text, &DecodingKey::from_secret(key), &validation)
        .map_err(|_| TokenError)?
        .claims;
    let until = Moment::from_unix(claims.exp);
    let person = PersonKey::from_digest(claims.sub.as_str().to_owned()).map_err(|_| TokenError)?;
    if now < until {
        Ok(LinkToken {
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

    fn token() -> LinkToken {
        LinkToken {
            person: PersonKey::from_digest("A".repeat(43)).unwrap(),
            id: "page".to_owned(),
            until: Moment::from_unix(1_000),
        }
    }

    #[test]
    fn a_token_reads_back_until_it_ends() {
        let keys = keys("k1", 1);
        let text = sign(&keys, &token()).unwrap();
        assert_eq!(verify(&keys, &text, Moment::from_unix(999)), Ok(token()));
        assert_eq!(
            verify(&keys, &text, Moment::from_unix(1_000)),
            Err(TokenError)
        );
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
            assert_eq!(verify(&ours, &forged, now), Err(TokenError), "{forged}");
        }
    }
}
