//! What happens to the next messages, by order of a test or of the phone page.

use serde::Deserialize;

use super::{Refusal, TwilioStandIn, in_channel};

/// The body of `POST /sandbox/fail`: how one of the next messages ends.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Fail {
    /// Twilio's error code.
    pub code: u32,
    /// The status of a refusal at once; none for a failure by callback.
    pub http_status: Option<u16>,
}

impl TwilioStandIn {
    /// From now on `address` has blocked the sender: what it is sent gets no further than `sent`.
    pub fn block(&self, address: &str) {
        self.state().blocking.insert(in_channel(address));
    }

    /// As if all that people wrote so far had been written so much earlier.
    pub fn backdate(&self, millis: i64) {
        for message in &mut self.state().inbound {
            message.created -= millis;
            message.sent = message.sent.map(|sent| sent - millis);
        }
    }

    /// The next message that is not spoken for ends so. False if no such refusal exists.
    pub fn fail_next(&self, fail: Fail) -> bool {
        let mut state = self.state();
        match fail.http_status {
            None => state.doomed.push_back(fail.code),
            Some(status) => {
                let Ok(status) = http::StatusCode::from_u16(status) else {
                    return false;
                };
                if !status.is_client_error() {
                    return false;
                }
                state.refusals.push_back(Refusal {
                    status,
                    code: fail.code,
                    message: "On purpose".to_owned(),
                });
            }
        }
        true
    }
}
