//! How far a message of ours has come, from Twilio's delivery callbacks.
//!
//! Callbacks come late, twice, in any order and without a time. Only the [rank](MessageStatus::rank) says which is news.

use domain::address::WhatsAppAddress;
use domain::ids::MessageSid;
use domain::outbox::Delivery;

use crate::form::Form;
pub use crate::form::FormError;

/// Where a message is. Twilio may name states that are [`Unknown`](Self::Unknown) here; those are passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageStatus {
    Accepted,
    Scheduled,
    Queued,
    Sending,
    /// With WhatsApp. A person who blocked us leaves it here for ever.
    Sent,
    Failed,
    Undelivered,
    Canceled,
    Delivered,
    PartiallyDelivered,
    Read,
    Unknown,
}

use MessageStatus::{
    Accepted, Canceled, Delivered, Failed, PartiallyDelivered, Queued, Read, Scheduled, Sending,
    Sent, Undelivered, Unknown,
};

/// State, Twilio's word for it, rank. A receipt outranks a failure: it proves that the failure was none.
const RANKS: [(MessageStatus, &str, u8); 11] = [
    (Accepted, "accepted", 0),
    (Scheduled, "scheduled", 0),
    (Queued, "queued", 1),
    (Sending, "sending", 2),
    (Sent, "sent", 3),
    (Failed, "failed", 4),
    (Undelivered, "undelivered", 4),
    (Canceled, "canceled", 4),
    (Delivered, "delivered", 5),
    (PartiallyDelivered, "partially_delivered", 5),
    (Read, "read", 6),
];

impl MessageStatus {
    pub fn parse(text: &str) -> Self {
        RANKS
            .iter()
            .find(|(_, word, _)| *word == text)
            .map_or(Unknown, |(status, _, _)| *status)
    }

    /// Twilio's word; `unknown` for what we have none for.
    pub fn as_str(self) -> &'static str {
        self.row().map_or("unknown", |(_, word, _)| *word)
    }

    /// A state may only be followed by one of higher rank. None: say nothing of it, change nothing.
    pub fn rank(self) -> Option<u8> {
        self.row().map(|(_, _, rank)| *rank)
    }

    /// What it says of an entry; None: nothing.
    pub fn delivery(self) -> Option<Delivery> {
        Some(match self {
            Accepted | Scheduled | Queued | Sending => Delivery::Queued,
            Sent => Delivery::Sent,
            Delivered | PartiallyDelivered => Delivery::Delivered,
            Read => Delivery::Read,
            Failed | Canceled => Delivery::Failed,
            Undelivered => Delivery::Undelivered,
            Unknown => return None,
        })
    }

    fn row(self) -> Option<&'static (Self, &'static str, u8)> {
        RANKS.iter().find(|(status, _, _)| *status == self)
    }
}

/// One delivery callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusCallback {
    pub message_sid: MessageSid,
    pub status: MessageStatus,
    /// Why it failed; what to do about it says [`action::of_code`](crate::action::of_code).
    pub error_code: Option<u32>,
    /// Whom the message was for.
    pub to: Option<WhatsAppAddress>,
}

impl StatusCallback {
    /// Reads the raw body, proven beforehand.
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        Self::read(&Form::parse(body))
    }

    /// As [`parse`](Self::parse), of a form that is read already.
    pub fn read(form: &Form<'_>) -> Result<Self, FormError> {
        let status = form
            .filled("MessageStatus")
            .or_else(|| form.filled("SmsStatus"))
            .ok_or(FormError::Missing("MessageStatus"))?;
        Ok(Self {
            message_sid: form.require("MessageSid", MessageSid::parse)?,
            status: MessageStatus::parse(status),
            error_code: form.filled("ErrorCode").and_then(|code| code.parse().ok()),
            to: form
                .filled("To")
                .and_then(|to| WhatsAppAddress::parse(to).ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SID: &str = "SM00000000000000000000000000000001";

    #[test]
    fn a_failure_is_read_with_its_code() {
        let body = format!(
            "MessageSid={SID}&SmsSid={SID}&MessageStatus=undelivered&SmsStatus=undelivered&ErrorCode=63016&To=x"
        );
        let callback = StatusCallback::parse(body.as_bytes()).unwrap();
        assert_eq!(callback.message_sid.as_str(), SID);
        assert_eq!(callback.status, Undelivered);
        assert_eq!(callback.error_code, Some(63016));
    }

    #[test]
    fn a_state_nobody_told_us_of_is_unknown_and_has_no_rank() {
        let body = format!("MessageSid={SID}&MessageStatus=teleported&ErrorCode=");
        let callback = StatusCallback::parse(body.as_bytes()).unwrap();
        assert_eq!(callback.status, Unknown);
        assert_eq!(callback.status.rank(), None);
        assert_eq!(callback.error_code, None);
    }

    #[test]
    fn what_is_missing_is_named() {
        let parse = |body: &str| StatusCallback::parse(body.as_bytes());
        assert_eq!(
            parse("MessageSid=x"),
            Err(FormError::Missing("MessageStatus"))
        );
        assert_eq!(
            parse("MessageStatus=sent"),
            Err(FormError::Missing("MessageSid"))
        );
        assert_eq!(
            parse("MessageStatus=sent&MessageSid=x"),
            Err(FormError::Malformed("MessageSid"))
        );
    }

    #[test]
    fn the_usual_way_of_a_message_only_climbs_and_a_receipt_outranks_a_failure() {
        let way = [Accepted, Queued, Sending, Sent, Delivered, Read];
        assert!(way.is_sorted_by(|a, b| a.rank() < b.rank()));
        assert!(Failed.rank() > Sent.rank() && Failed.rank() < Delivered.rank());
        assert_eq!(Failed.rank(), Undelivered.rank());
    }

    #[test]
    fn every_word_reads_back() {
        for (status, word, _) in RANKS {
            assert_eq!(MessageStatus::parse(word), status);
            assert_eq!(status.as_str(), word);
        }
    }
}
