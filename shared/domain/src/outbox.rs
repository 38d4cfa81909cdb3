//! What the bot has to say or do next. An entry is also the record of its delivery.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::policy::DOUBT_ABSENCES;
use crate::time::Moment;

/// What an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A message to the person, through Twilio.
    Send,
    /// The end of a code's life.
    Expire,
}

/// What to say: the whole text, and the buttons that go with it where the channel has them.
/// The text alone must be enough: it always names what to type. It is the person's own and not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buttons: Option<Buttons>,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply(…, {:?})", self.buttons)
    }
}

/// Sets of quick replies. Each is a message template; the text is its variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "set", rename_all = "snake_case")]
pub enum Buttons {
    StartUnlinked,
    StartLinked,
    UnlinkConfirm { nonce: String },
}

impl From<String> for Reply {
    fn from(text: String) -> Self {
        Self {
            text,
            buttons: None,
        }
    }
}

impl Reply {
    #[must_use]
    pub fn with(self, buttons: Buttons) -> Self {
        Self {
            buttons: Some(buttons),
            ..self
        }
    }
}

/// How far an entry has come, in Twilio's words where Twilio has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    /// To be done when due.
    Pending,
    /// Claimed, under a lease.
    Sending,
    /// Twilio may or may not have it. Never sent again without proof that it has not.
    Unknown,
    /// Twilio has accepted it.
    Queued,
    Sent,
    Failed,
    Undelivered,
    Delivered,
    Read,
    /// A timer that has done its work, or found none to do.
    Done,
    /// Not worth sending any more when its turn came.
    Dropped,
}

impl Delivery {
    /// Order in which reports of delivery count: a report only ever raises it.
    /// Proof of receipt outranks a failure, because only one of the two can be mistaken.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Sending => 1,
            Self::Unknown => 2,
            Self::Queued => 3,
            Self::Sent => 4,
            Self::Failed | Self::Undelivered | Self::Dropped => 5,
            Self::Delivered => 6,
            Self::Read => 7,
            Self::Done => 8,
        }
    }
}

/// What is known of an entry that Twilio may or may not have taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// When its sending began.
    pub claimed_at: Moment,
    /// After this it is not worth sending.
    pub ends_at: Moment,
    /// Listings in which it was not found.
    pub absences: u32,
    /// It has been sent a second time before.
    pub resent: bool,
}

/// What to do about an entry in doubt that was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextLook {
    /// Look once more after the gap, remembering so many absences.
    After { absences: u32 },
    /// It was not taken: send it, for the second and last time.
    SendAgain,
    /// It stays unknown.
    GiveUp,
}

impl Doubt {
    /// Twilio's list does not have it.
    pub fn absent(&self, now: Moment) -> NextLook {
        let absences = self.absences.saturating_add(1);
        if self.resent || now >= self.ends_at {
            NextLook::GiveUp
        } else if absences >= DOUBT_ABSENCES {
            NextLook::SendAgain
        } else {
            NextLook::After { absences }
        }
    }

    /// Twilio's list could not be read, which says nothing about the entry.
    pub fn unanswered(&self, now: Moment) -> NextLook {
        if now >= self.ends_at {
            NextLook::GiveUp
        } else {
            NextLook::After {
                absences: self.absences,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_delivery_outranks_what_came_before_it() {
        use Delivery::{
            Delivered, Done, Dropped, Failed, Pending, Queued, Read, Sending, Sent, Undelivered,
            Unknown,
        };
        let ways = [
            &[Pending, Sending, Unknown, Queued, Sent, Delivered, Read][..],
            &[Pending, Sending, Queued, Sent, Undelivered],
            &[Pending, Sending, Failed],
            &[Pending, Dropped],
            &[Pending, Done],
            // A failure reported by mistake gives way to proof of receipt, never the other way.
            &[Failed, Delivered, Read],
            &[Undelivered, Delivered],
        ];
        for way in ways {
            assert!(
                way.is_sorted_by(|earlier, later| earlier.rank() < later.rank()),
                "{way:?}"
            );
        }
    }

    #[test]
    fn stored_names_stay_what_the_release_before_wrote() {
        let kinds = serde_json::to_string(&[Kind::Send, Kind::Expire]).unwrap();
        assert_eq!(kinds, r#"["send","expire"]"#);
        let reply =
            Reply::from("Sure?".to_owned()).with(Buttons::UnlinkConfirm { nonce: "n".into() });
        let stored = r#"{"text":"Sure?","buttons":{"set":"unlink_confirm","nonce":"n"}}"#;
        assert_eq!(serde_json::to_string(&reply).unwrap(), stored);
        assert_eq!(serde_json::from_str::<Reply>(stored).unwrap(), reply);
        let plain = Reply::from("Hello".to_owned());
        assert_eq!(
            serde_json::to_string(&plain).unwrap(),
            r#"{"text":"Hello"}"#
        );
        assert_eq!(
            serde_json::from_str::<Reply>(r#"{"text":"Hello"}"#).unwrap(),
            plain
        );
        assert_eq!(
            serde_json::to_string(&Delivery::Undelivered).unwrap(),
            r#""undelivered""#
        );
    }

    #[test]
    fn what_a_person_reads_is_not_printed() {
        let reply = Reply::from("*US$1.09*".to_owned()).with(Buttons::StartLinked);
        assert_eq!(format!("{reply:?}"), "Reply(…, Some(StartLinked))");
    }
}
