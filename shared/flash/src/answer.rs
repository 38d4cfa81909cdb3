//! The envelope every GraphQL answer comes in, and what its errors mean.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Error, Refusal};

/// The exact refusal of a send with a key that cannot send (Flash's scope check runs before it looks at the wallets).
const NO_SEND_SCOPE: &str = "API key missing required scope: write:wallet";

/// `data`, `errors` or both: partial data is normal.
#[derive(Debug)]
pub(crate) struct Answer<D> {
    pub(crate) data: Option<D>,
    errors: Vec<Problem>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    errors: Option<Vec<Problem>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    message: String,
    /// Where an error without the router in front puts it.
    code: Option<String>,
    path: Option<Vec<Value>>,
    extensions: Option<Extensions>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Extensions {
    code: Option<String>,
    retry_after_seconds: Option<u32>,
}

impl Problem {
    fn refusal(&self) -> Refusal {
        let extended = self.extensions.as_ref().and_then(|e| e.code.as_deref());
        let asked = self.extensions.as_ref().and_then(|e| e.retry_after_seconds);
        Refusal::of([extended, self.code.as_deref()], &self.message, asked)
    }
}

impl<D: DeserializeOwned> Answer<D> {
    /// Data that does not fit counts as absent where errors say why; else it is nonsense.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Error> {
        let malformed = |error| Error::malformed(&error);
        let Envelope { data, errors } = serde_json::from_slice(body).map_err(malformed)?;
        let errors = errors.unwrap_or_default();
        let data = match data.map(|raw| serde_json::from_str(raw.get())) {
            Some(Err(error)) if errors.is_empty() => return Err(malformed(error)),
            Some(Ok(data)) => data,
            _ => None,
        };
        Ok(Self { data, errors })
    }
}

impl<D> Answer<D> {
    /// Whether an error carries this code, wherever that stands.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        let extended = |problem: &Problem| {
            problem.extensions.as_ref().and_then(|e| e.code.as_deref()) == Some(code)
        };
        self.errors
            .iter()
            .any(|problem| problem.code.as_deref() == Some(code) || extended(problem))
    }

    /// The most telling of the errors; `Passing` only where no other says more.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        Refusal::most_telling(self.errors.iter().map(Problem::refusal))
    }

    /// Why `what` is missing.
    pub(crate) fn lacks(&self, what: &'static str) -> Error {
        self.refusal()
            .map_or(Error::Incomplete(what), Error::Refused)
    }

    /// Whether an error arose under one of these fields.
    pub(crate) fn failed_at(&self, fields: &[&str]) -> bool {
        self.errors
            .iter()
            .flat_map(|problem| problem.path.iter().flatten())
            .any(|step| step.as_str().is_some_and(|name| fields.contains(&name)))
    }

    /// Whether this is the refusal of a send for want of the scope, and nothing else.
    pub(crate) fn refuses_sending(&self) -> bool {
        matches!(self.errors.as_slice(), [only] if only.message == NO_SEND_SCOPE)
    }

    /// Whether the question never got as far as the operation: the router's or the limiter's answer.
    pub(crate) fn is_from_the_gateway(&self) -> bool {
        self.errors.iter().any(|problem| {
            let code = problem.extensions.as_ref().and_then(|e| e.code.as_deref());
            matches!(code, Some("TOO_MANY_REQUESTS" | "SUBREQUEST_HTTP_ERROR"))
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::flash::FlashTrouble;

    use super::*;

    fn trouble(body: &str) -> FlashTrouble {
        let answer = Answer::<Value>::parse(body.as_bytes()).unwrap();
        answer.lacks("anything").trouble()
    }

    #[test]
    fn the_code_decides_wherever_it_stands() {
        for body in [
            r#"{"data":null,"errors":[{"message":"x","extensions":{"code":"NOT_AUTHENTICATED"}}]}"#,
            r#"{"data":null,"errors":[{"message":"x","code":"NOT_AUTHORIZED"}]}"#,
            r#"{"data":{"me":null},"errors":[{"message":"Not authorized","path":["me"]}]}"#,
            r#"{"data":{"me":null},"errors":[{"message":"API key missing required scope: read:wallet"}]}"#,
        ] {
            assert_eq!(trouble(body), FlashTrouble::CredentialGone, "{body}");
        }
    }

    #[test]
    fn a_code_that_stands_for_many_things_leaves_the_word_to_the_message() {
        let moving = r#"{"errors":[{"message":"Cash Wallet cutover is in progress. Please try again shortly.","code":"INVALID_INPUT"}]}"#;
        assert_eq!(trouble(moving), FlashTrouble::Moving);
        let review = r#"{"errors":[{"message":"Cash Wallet migration needs support review.","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}"#;
        assert_eq!(trouble(review), FlashTrouble::NeedsSupport);
    }

    #[test]
    fn a_limit_says_how_long() {
        let by_key = r#"{"data":null,"errors":[{"message":"API key rate limit exceeded","extensions":{"code":"TOO_MANY_REQUESTS","retryAfterSeconds":42,"rateLimit":{"limit":300,"remaining":0}}}]}"#;
        assert_eq!(trouble(by_key), FlashTrouble::Busy { retry_after_s: 42 });
        let inside = r#"{"errors":[{"message":"slow down","code":"TOO_MANY_REQUEST"}]}"#;
        assert_eq!(trouble(inside), FlashTrouble::Busy { retry_after_s: 300 });
    }

    #[test]
    fn the_most_telling_error_wins_and_none_is_unavailable() {
        let body =
            r#"{"errors":[{"message":"An error occurred."},{"message":"Account is inactive."}]}"#;
        assert_eq!(trouble(body), FlashTrouble::NeedsSupport);
        assert_eq!(
            trouble(r#"{"errors":[{"message":"?"}]}"#),
            FlashTrouble::Unavailable
        );
        assert_eq!(trouble(r#"{"data":null}"#), FlashTrouble::Unavailable);
    }

    #[test]
    fn only_the_exact_words_alone_refuse_sending() {
        let refuses = |body: &str| {
            Answer::<Value>::parse(body.as_bytes())
                .unwrap()
                .refuses_sending()
        };
        assert!(refuses(
            r#"{"data":null,"errors":[{"message":"API key missing required scope: write:wallet"}]}"#
        ));
        for body in [
            r#"{"data":null,"errors":[{"message":"API key missing required scope: write:wallets"}]}"#,
            r#"{"data":null,"errors":[{"message":"API key missing required scope: read:wallet"}]}"#,
            r#"{"data":null,"errors":[{"message":"API key missing required scope: write:wallet"},{"message":"x"}]}"#,
            r#"{"data":null,"errors":[]}"#,
            r#"{"data":{"intraLedgerUsdPaymentSend":{"status":"FAILURE"}}}"#,
        ] {
            assert!(!refuses(body), "{body}");
        }
    }
}
