//! Why a message was not, or may not have been, taken by Twilio.

use serde::Deserialize;

use crate::action::{self, Action};

/// The three endings that are not a SID. None of them holds a word of the message or of Twilio's answer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Twilio has not taken it.
    #[error("Twilio refused the message: HTTP {http_status}, code {code:?}")]
    Refused {
        http_status: u16,
        /// Twilio's own, where the answer was one of its error bodies.
        code: Option<u32>,
        /// How long Twilio asks to be left alone.
        retry_after_s: Option<u32>,
    },
    /// Twilio may have taken it: it must not be sent again before it was looked for.
    #[error("Twilio may have taken the message: HTTP {http_status:?}")]
    Ambiguous {
        http_status: Option<u16>,
        #[source]
        source: Option<reqwest::Error>,
    },
    /// No byte of it left us.
    #[error("Twilio was not reached")]
    NotSent {
        #[source]
        source: reqwest::Error,
    },
}

impl SendError {
    /// The next step for the message.
    pub fn action(&self) -> Action {
        match self {
            // A 503 is a refusal only where Twilio said when to come back.
            Self::NotSent { .. }
            | Self::Refused {
                http_status: 503, ..
            } => Action::RetryLater,
            Self::Ambiguous { .. } => Action::Reconcile,
            Self::Refused {
                http_status, code, ..
            } => action::of_refusal(*http_status, *code),
        }
    }

    /// An answer of status 3xx to 5xx. `retry_after` is the header as it came.
    pub(crate) fn answered(http_status: u16, retry_after: Option<&str>, body: &[u8]) -> Self {
        let told_to_wait = http_status == 503 && retry_after.is_some();
        if http_status >= 500 && !told_to_wait {
            return Self::Ambiguous {
                http_status: Some(http_status),
                source: None,
            };
        }
        Self::Refused {
            http_status,
            code: error_code(body),
            retry_after_s: retry_after.and_then(|seconds| seconds.trim().parse().ok()),
        }
    }

    /// The request ended without an answer.
    pub(crate) fn unanswered(error: reqwest::Error) -> Self {
        let source = error.without_url();
        if source.is_connect() || source.is_builder() {
            Self::NotSent { source }
        } else {
            Self::Ambiguous {
                http_status: None,
                source: Some(source),
            }
        }
    }
}

/// Twilio's older error bodies and its RFC 9457 ones keep the code in the same place; a proxy's HTML has none.
fn error_code(body: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    struct ErrorBody {
        code: u32,
    }
    serde_json::from_slice::<ErrorBody>(body)
        .ok()
        .map(|body| body.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &[u8] = br#"{"code":21211,"message":"Invalid 'To'","more_info":"https://www.twilio.com/docs/errors/21211","status":400}"#;
    const PROBLEM: &[u8] = br#"{"type":"https://www.twilio.com/docs/errors/20429","title":"Too Many Requests","status":429,"code":20429,"detail":"x"}"#;
    const HTML: &[u8] = b"<html><h1>502 Bad Gateway</h1></html>";

    fn refusal(error: &SendError) -> Option<(u16, Option<u32>, Option<u32>)> {
        match error {
            SendError::Refused {
                http_status,
                code,
                retry_after_s,
            } => Some((*http_status, *code, *retry_after_s)),
            _ => None,
        }
    }

    #[test]
    fn both_kinds_of_error_body_and_none_at_all_are_read() {
        let read = |status, after, body| refusal(&SendError::answered(status, after, body));
        assert_eq!(read(400, None, OLD), Some((400, Some(21211), None)));
        assert_eq!(
            read(429, Some("7"), PROBLEM),
            Some((429, Some(20429), Some(7)))
        );
        assert_eq!(read(404, None, HTML), Some((404, None, None)));
        assert_eq!(read(302, None, b""), Some((302, None, None)));
        assert_eq!(read(400, None, br#"{"code":"x"}"#), Some((400, None, None)));
    }

    #[test]
    fn a_fault_of_theirs_is_ambiguous_unless_they_say_when_to_return() {
        for (status, after) in [(500, None), (502, Some("3")), (503, None), (504, None)] {
            let error = SendError::answered(status, after, HTML);
            assert_eq!(refusal(&error), None, "{status}");
            assert_eq!(error.action(), Action::Reconcile, "{status}");
        }
        let told = SendError::answered(503, Some("Sun, 22 Nov 2026 12:00:00 GMT"), HTML);
        assert_eq!(refusal(&told), Some((503, None, None)));
        assert_eq!(told.action(), Action::RetryLater);
    }

    #[test]
    fn a_refusal_is_acted_on_by_its_code() {
        assert_eq!(
            SendError::answered(400, None, OLD).action(),
            Action::Undeliverable
        );
        assert_eq!(
            SendError::answered(429, None, PROBLEM).action(),
            Action::RetryLater
        );
        assert_eq!(
            SendError::answered(401, None, b"").action(),
            Action::Misconfigured
        );
    }
}
