//! What Twilio's debugger posts when something went wrong between Twilio and us. Its payload repeats whole requests, so of
//! all that it says only the error's number is read.

use serde::Deserialize;

use crate::form::{Form, FormError};

/// Errors that mean that a message or a callback did not reach us, or that our answer to it was no good, by Twilio's
/// error dictionary: no answer or a bad one, no connection, TLS, too long a body, wrong TwiML or content type, a loop of
/// answers.
const OURS: [u32; 13] = [
    11200, 11205, 11206, 11210, 11215, 11220, 11235, 11237, 11750, 12100, 12200, 12300, 14107,
];

/// One error or warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebuggerEvent {
    pub account_sid: String,
    /// None where Twilio names none.
    pub error_code: Option<u32>,
}

#[derive(Deserialize)]
struct Payload {
    /// A number, or its digits.
    error_code: Option<serde_json::Value>,
}

impl DebuggerEvent {
    /// Reads the raw body, proven beforehand.
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        let form = Form::parse(body);
        let account_sid = form.filled("AccountSid");
        let payload = form.require("Payload", |text| serde_json::from_str::<Payload>(text))?;
        let code = payload.error_code.map(|code| code.to_string());
        Ok(Self {
            account_sid: account_sid
                .ok_or(FormError::Missing("AccountSid"))?
                .to_owned(),
            error_code: code.and_then(|code| code.trim_matches('"').parse().ok()),
        })
    }

    /// Somebody's message was lost, or will be.
    pub fn is_ours(&self) -> bool {
        self.error_code.is_some_and(|code| OURS.contains(&code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(payload: &str) -> Result<DebuggerEvent, FormError> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Sid", "NO00000000000000000000000000000001");
        form.append_pair("AccountSid", "AC00000000000000000000000000000001");
        form.append_pair("Level", "ERROR");
        form.append_pair("PayloadType", "application/json");
        form.append_pair("Payload", payload);
        DebuggerEvent::parse(form.finish().as_bytes())
    }

    #[test]
    fn only_the_number_of_the_error_is_read() {
        let whole = r#"{"resource_sid":"SM1","service_sid":null,"error_code":"11200","more_info":{"Msg":"","httpResponse":"502"},"webhook":{"request":{"parameters":{"Body":"balance"}}}}"#;
        let event = parsed(whole).unwrap();
        assert_eq!(event.error_code, Some(11200));
        assert!(event.is_ours());
        assert!(!format!("{event:?}").contains("balance"));
        assert!(parsed(r#"{"error_code":14107}"#).unwrap().is_ours());
        assert!(!parsed(r#"{"error_code":"63016"}"#).unwrap().is_ours());
        for none in ["{}", r#"{"error_code":null}"#, r#"{"error_code":"x"}"#] {
            assert_eq!(parsed(none).unwrap().error_code, None, "{none}");
        }
    }

    #[test]
    fn what_is_no_event_is_refused_by_name() {
        assert_eq!(
            parsed("no json").unwrap_err(),
            FormError::Malformed("Payload")
        );
        let nothing = DebuggerEvent::parse(b"AccountSid=AC1").unwrap_err();
        assert_eq!(nothing, FormError::Missing("Payload"));
    }
}
