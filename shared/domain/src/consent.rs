//! What a person agrees to beside the answers to what they ask, and under which words.
//!
//! An agreement counts only under the privacy notice it was given under. Both the notice ([`crate::texts::privacy`]) and
//! the words of each question belong to [`POLICY`]: change one, and the version changes with it, and everybody is asked
//! again.

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::time::Moment;

/// The privacy notice in force, by its day.
pub const POLICY: &str = "2026-11-25";

/// What is asked for, each for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// News of payments and of the account.
    Notifications,
    /// Questions in the person's own words go to an AI service.
    Assistant,
    /// Security alerts although the person has said STOP.
    AlertsAfterStop,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Notifications, Self::Assistant, Self::AlertsAfterStop];
}

/// An answer, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub given: bool,
    pub at: Moment,
    /// The privacy notice of that moment.
    pub policy: String,
}

impl Consent {
    /// An answer given now.
    pub fn now(given: bool, now: Moment) -> Self {
        Self {
            given,
            at: now,
            policy: POLICY.to_owned(),
        }
    }

    /// The person agrees, under the notice that is in force.
    pub fn counts(&self) -> bool {
        self.given && self.policy == POLICY
    }

    /// The person has agreed, under another notice.
    pub fn is_outdated(&self) -> bool {
        self.given && self.policy != POLICY
    }
}

/// The answers of a person, and what they were told of the notice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consents {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifications: Option<Consent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assistant: Option<Consent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts_after_stop: Option<Consent>,
    /// The notice that the person was last told of without having asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_of: Option<String>,
}

impl Consents {
    pub const fn of(&self, kind: Kind) -> Option<&Consent> {
        match kind {
            Kind::Notifications => self.notifications.as_ref(),
            Kind::Assistant => self.assistant.as_ref(),
            Kind::AlertsAfterStop => self.alerts_after_stop.as_ref(),
        }
    }

    pub fn set(&mut self, kind: Kind, consent: Consent) {
        let place = match kind {
            Kind::Notifications => &mut self.notifications,
            Kind::Assistant => &mut self.assistant,
            Kind::AlertsAfterStop => &mut self.alerts_after_stop,
        };
        *place = Some(consent);
    }

    /// Since when the person, who said STOP at `opted_out_at`, wants security alerts all the same: only what was agreed to
    /// after the last STOP counts.
    pub fn alerts_since(&self, opted_out_at: Moment) -> Option<Moment> {
        let alerts = self.alerts_after_stop.as_ref()?;
        (alerts.counts() && opted_out_at <= alerts.at).then_some(alerts.at)
    }

    /// An agreement no longer counts because the notice has changed, and the person was not told yet.
    pub fn must_tell(&self) -> bool {
        let outdated = Kind::ALL
            .iter()
            .filter_map(|kind| self.of(*kind))
            .any(Consent::is_outdated);
        outdated && self.told_of.as_deref() != Some(POLICY)
    }
}

/// An answer as evidence: what was asked, in the very words that were shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub kind: Kind,
    pub given: bool,
    pub policy: String,
    pub wording: String,
    pub language: Language,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix(1_795_356_300);

    fn under(policy: &str, given: bool) -> Consent {
        Consent {
            given,
            at: NOW,
            policy: policy.to_owned(),
        }
    }

    #[test]
    fn only_a_yes_under_the_notice_in_force_counts() {
        assert!(Consent::now(true, NOW).counts());
        assert!(!Consent::now(false, NOW).counts());
        assert!(!under("2026-01-01", true).counts());
        assert!(!under("2099-01-01", true).counts());
        assert!(!under("", true).counts());
    }

    #[test]
    fn alerts_after_stop_are_agreed_to_after_the_stop_and_end_with_the_next() {
        let mut consents = Consents::default();
        assert_eq!(consents.alerts_since(NOW), None);
        consents.set(Kind::AlertsAfterStop, Consent::now(true, NOW));
        assert_eq!(consents.alerts_since(NOW.plus(-1)), Some(NOW));
        assert_eq!(consents.alerts_since(NOW), Some(NOW));
        assert_eq!(consents.alerts_since(NOW.plus(1)), None);
        consents.set(Kind::AlertsAfterStop, under("2026-01-01", true));
        assert_eq!(consents.alerts_since(NOW), None);
        consents.set(Kind::AlertsAfterStop, Consent::now(false, NOW));
        assert_eq!(consents.alerts_since(NOW), None);
    }

    #[test]
    fn whoever_agreed_under_another_notice_is_to_be_told_once() {
        let mut consents = Consents::default();
        assert!(!consents.must_tell());
        for kind in Kind::ALL {
            consents = Consents::default();
            consents.set(kind, Consent::now(true, NOW));
            assert!(!consents.must_tell(), "{kind:?}");
            consents.set(kind, under("2026-01-01", false));
            assert!(!consents.must_tell(), "a no stays a no: {kind:?}");
            consents.set(kind, under("2026-01-01", true));
            assert!(consents.must_tell(), "{kind:?}");
            consents.told_of = Some("2026-01-01".to_owned());
            assert!(consents.must_tell(), "told of an earlier one: {kind:?}");
            consents.told_of = Some(POLICY.to_owned());
            assert!(!consents.must_tell(), "{kind:?}");
        }
    }

    #[test]
    fn what_is_stored_reads_back_as_it_was_and_nothing_is_stored_of_nobody() {
        let stored = serde_json::json!({"notifications": {"given": true, "at": 1_795_356_300, "policy": POLICY}});
        let mut consents = Consents::default();
        assert_eq!(
            serde_json::to_value(&consents).unwrap(),
            serde_json::json!({})
        );
        consents.set(Kind::Notifications, Consent::now(true, NOW));
        assert_eq!(serde_json::to_value(&consents).unwrap(), stored);
        assert_eq!(
            serde_json::from_value::<Consents>(stored).unwrap(),
            consents
        );
    }
}
