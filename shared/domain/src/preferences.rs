//! Of what a person wants to be told, and when.

mod hours;
mod pause;
mod typed;
mod zones;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::address::WhatsAppAddress;
use crate::money::Cents;
use crate::outbox::is_default;
use crate::place;
use crate::time::Moment;

pub use self::pause::Pause;
pub use self::typed::{About, Setting, Typed, Unclear, read};

/// What news are about. In the order of their weight: the first come first where not all can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Somebody is at the account: it can't be muted, held or counted.
    Security,
    /// Money has come.
    Received,
    /// A request for money: made to the person, paid or declined to them.
    Requests,
    /// Money has gone.
    Sent,
    /// The wallet holds something else than before, of which no payment tells.
    Balance,
    /// What the operator announces.
    Service,
    /// Of a later release.
    #[serde(other)]
    SomethingElse,
}

impl Topic {
    /// Those that can be switched.
    pub const ALL: [Self; 5] = [
        Self::Received,
        Self::Requests,
        Self::Sent,
        Self::Balance,
        Self::Service,
    ];

    /// Its name in counters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Received => "received",
            Self::Requests => "requests",
            Self::Sent => "sent",
            Self::Balance => "balance",
            Self::Service => "service",
            Self::SomethingElse => "something_else",
        }
    }

    /// Whether it is told to whoever has not said. A balance that changes is told by the payment that changes it.
    const fn is_on_by_itself(self) -> bool {
        !matches!(self, Self::Balance | Self::SomethingElse)
    }
}

/// How often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    #[default]
    Instant,
    /// Together, at the full hour.
    Hourly,
    /// Together, in the evening.
    Daily,
}

/// Hours in which nobody is disturbed: minutes of the person's own day, from `from` until before `until`, over midnight if
/// that is earlier. Never the same minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    pub from: u16,
    pub until: u16,
}

/// Topics that somebody has switched on or off, by their names: also those of a later release, which none before changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Switched(BTreeMap<String, bool>);

impl Switched {
    pub fn insert(&mut self, topic: Topic, on: bool) {
        self.0.insert(topic.as_str().to_owned(), on);
    }

    pub fn get(&self, topic: Topic) -> Option<bool> {
        self.0.get(topic.as_str()).copied()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl<const N: usize> From<[(Topic, bool); N]> for Switched {
    fn from(topics: [(Topic, bool); N]) -> Self {
        let named = topics.map(|(topic, on)| (topic.as_str().to_owned(), on));
        Self(named.into())
    }
}

/// What a person has said, beside whether they want news at all ([`crate::consent::Kind::Notifications`]). The default is what
/// holds for whoever has said nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    #[serde(default, skip_serializing_if = "is_default")]
    pub topics: Switched,
    /// Payments under it are not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Cents>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Quiet>,
    /// IANA's name of their time zone. None: that of the place their number is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub frequency: Frequency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<Moment>,
}

impl Preferences {
    /// The time zone of their days, who write from `address`.
    pub fn zone(&self, address: &WhatsAppAddress) -> TimeZone {
        let named = self.zone.as_deref().map(TimeZone::get);
        named
            .and_then(Result::ok)
            .unwrap_or_else(|| place::zone(address))
    }

    pub fn wants(&self, topic: Topic) -> bool {
        let said = || self.topics.get(topic);
        topic == Topic::Security || said().unwrap_or_else(|| topic.is_on_by_itself())
    }

    /// Until when nothing is told, if that is still ahead.
    pub fn paused(&self, now: Moment) -> Option<Moment> {
        self.paused_until.filter(|until| now < *until)
    }

    /// Whether what waits may fall due earlier by `after` than by these, or has to wait for another moment.
    pub fn hastens(&self, after: &Self, now: Moment) -> bool {
        let sooner = matches!(
            (self.frequency, after.frequency),
            (Frequency::Daily, Frequency::Hourly | Frequency::Instant)
                | (Frequency::Hourly, Frequency::Instant)
        );
        let ends = self.paused(now);
        let paused_otherwise = ends.is_some() && ends != after.paused(now);
        sooner || paused_otherwise || self.quiet != after.quiet || self.zone != after.zone
    }

    /// With what somebody has just said, whose days are those of `zone`.
    #[must_use]
    pub fn with(&self, setting: &Setting, zone: &TimeZone, now: Moment) -> Self {
        let mut after = self.clone();
        match setting {
            Setting::Topic(topic, on) => after.topics.insert(*topic, *on),
            Setting::Minimum(minimum) => after.minimum = *minimum,
            Setting::Quiet(quiet) => after.quiet = *quiet,
            Setting::Zone(zone) => after.zone.clone_from(zone),
            Setting::Often(frequency) => after.frequency = *frequency,
            Setting::Pause(pause) => after.paused_until = Some(pause.ends_at(zone, now)),
            Setting::Resume => after.paused_until = None,
        }
        after
    }
}

#[cfg(test)]
mod tests;
