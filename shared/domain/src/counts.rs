//! What is counted of everybody together, by the day (UTC): how often something happened, and never to whom.
//!
//! What is rare is counted in the transaction that does it, and is exact. Traffic (what people wrote, what was sent, what
//! failed) is gathered by each instance and written now and then: an instance that ends takes a few seconds' worth with it.

use std::collections::BTreeMap;

use crate::conversation::Event;
use crate::notification::Why;
use crate::preferences::Topic;

/// Somebody wrote for the first time, or for the first time since they were forgotten.
pub const PEOPLE: &str = "people";
/// Messages that people wrote, each once.
pub const HEARD: &str = "heard";
/// Messages that Twilio took.
pub const SENT: &str = "sent";
/// Of these, such as nobody had just asked for.
pub const NOTICES: &str = "notices";

/// How the name of a command's counter begins.
pub const COMMAND: &str = "command:";
/// How the name of a failure's counter begins.
pub const FAILED: &str = "failed:";
/// How the names of the counters of news begin: of such as somebody was told, by topic; such as wait, by topic; and such as
/// nobody was told, by the reason. What has waited and is told counts in both.
pub const TOLD: &str = "told:";
pub const HELD: &str = "held:";
pub const MUTED: &str = "muted:";
/// How the name of the counter of an audited event begins.
const EVENT: &str = "event:";

/// The counter of audited events of this kind. None: they say nothing of how the bot is doing.
pub fn of_event(event: Event) -> Option<String> {
    let counts = matches!(
        event,
        Event::Linked
            | Event::MovedHere
            | Event::MovedAway
            | Event::UnlinkedByPerson
            | Event::UnlinkedByStaff
            | Event::UnlinkedCredentialGone
            | Event::Erased
            | Event::OptedOut
            | Event::OptedIn
            | Event::ChatLocked
            | Event::LockedByStaff
            | Event::RefusedRole
            | Event::RiskAlert
    );
    counts.then(|| format!("{EVENT}{}", event.name()))
}

/// The counter of news about this that somebody was told.
pub fn told(topic: Topic) -> String {
    format!("{TOLD}{}", topic.as_str())
}

/// The same of such as wait.
pub fn held(topic: Topic) -> String {
    format!("{HELD}{}", topic.as_str())
}

/// The counter of news that nobody was told for this reason.
pub fn muted(why: Why) -> String {
    format!("{MUTED}{}", why.as_str())
}

/// Counters by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<String, u64>);

impl Counts {
    pub fn add(&mut self, name: &str, times: u64) {
        if times > 0 {
            let count = self.0.entry(name.to_owned()).or_default();
            *count = count.saturating_add(times);
        }
    }

    pub fn add_all(&mut self, others: &Self) {
        for (name, times) in others.iter() {
            self.add(name, times);
        }
    }

    pub fn of(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// How often this was audited, of the events that are counted.
    pub fn event(&self, event: Event) -> u64 {
        of_event(event).map_or(0, |name| self.of(&name))
    }

    /// Links made, and links ended. One that moves from one chat to another is one of each.
    pub fn links(&self) -> (u64, u64) {
        let sum = |events: &[Event]| {
            let counts = events.iter().map(|event| self.event(*event));
            counts.fold(0, u64::saturating_add)
        };
        let made = sum(&[Event::Linked, Event::MovedHere]);
        let ended = sum(&[
            Event::MovedAway,
            Event::UnlinkedByPerson,
            Event::UnlinkedByStaff,
            Event::UnlinkedCredentialGone,
        ]);
        (made, ended)
    }

    /// The counters whose names begin so, without that beginning, the largest first.
    pub fn of_kind<'a>(&'a self, kind: &str) -> Vec<(&'a str, u64)> {
        let named = self.iter().filter_map(|(name, times)| {
            let name = name.strip_prefix(kind)?;
            Some((name, times))
        });
        let mut found: Vec<_> = named.collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        found
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, times)| (name.as_str(), *times))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The counters of one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayCounts {
    /// `2026-11-22`, in UTC.
    pub day: String,
    pub counts: Counts,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(&str, u64)]) -> Counts {
        let mut counts = Counts::default();
        for (name, times) in of {
            counts.add(name, *times);
        }
        counts
    }

    #[test]
    fn counters_add_up_and_what_never_happened_has_none() {
        let mut all = counts(&[("heard", 2), ("sent", 0)]);
        all.add_all(&counts(&[("heard", 3), ("people", 1)]));
        assert_eq!(all, counts(&[("heard", 5), ("people", 1)]));
        assert_eq!((all.of("heard"), all.of("sent")), (5, 0));
        all.add("heard", u64::MAX);
        assert_eq!(all.of("heard"), u64::MAX);
    }

    #[test]
    fn the_largest_of_a_kind_comes_first_and_equals_by_name() {
        let all = counts(&[
            ("command:help", 1),
            ("command:balance", 7),
            ("command:export my data", 1),
            ("heard", 9),
        ]);
        assert_eq!(
            all.of_kind(COMMAND),
            [("balance", 7), ("export my data", 1), ("help", 1)]
        );
    }

    #[test]
    fn a_link_that_moves_is_one_made_and_one_ended() {
        let mut all = Counts::default();
        for event in [
            Event::Linked,
            Event::MovedHere,
            Event::MovedAway,
            Event::UnlinkedByStaff,
        ] {
            all.add(&of_event(event).unwrap_or_default(), 1);
        }
        assert_eq!(all.links(), (2, 2));
        assert_eq!(of_event(Event::StaffLooked), None);
    }
}
