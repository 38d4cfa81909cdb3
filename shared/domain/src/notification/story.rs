//! A day or two of somebody's news, from what happens to what is told.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::fixtures::{THEN, address, of_payment, payment, person, worth};
use super::{Answers, Decision, Fate, Held, Listener, Release, Seen, Why, decide, release};
use crate::flash::Direction;
use crate::flash_event::Payment;
use crate::place;
use crate::preferences::{Frequency, Quiet};
use crate::state::State;
use crate::time::Moment;

/// Every event is known by its dollars.
type Name = i64;

/// All that the tables hold of it, and what came of it.
struct Story {
    state: State,
    seen: Seen,
    /// By the moment it waits for, with when the timer rings.
    waits: BTreeMap<Moment, (Moment, Vec<(Name, Held)>)>,
    counted: BTreeSet<Name>,
    muted: BTreeMap<Name, Why>,
    /// When what was told, a message after the other.
    told: Vec<(Moment, Vec<Name>)>,
}

impl Story {
    fn happens(&mut self, direction: Direction, name: Name, now: Moment, late: i64) {
        let mut event = of_payment(Payment {
            direction,
            amount: Some(worth(&name.to_string(), "USD")),
            ..payment()
        });
        event.at = now;
        let answers = Answers::default();
        let decision = decide(&event, &self.state, &address(), &self.seen, &answers, now);
        let Decision::Done(outcome) = decision else {
            panic!("{decision:?}");
        };
        self.seen = outcome.seen;
        match outcome.fate {
            Fate::Tell(_) => self.told.push((now, vec![name])),
            Fate::Mute(why) => {
                self.muted.insert(name, why);
            }
            Fate::Hold { held, until } => {
                let rings = until.plus(late);
                let waits = self.waits.entry(until).or_insert((rings, Vec::new()));
                match held {
                    Some(held) => waits.1.push((name, *held)),
                    None => {
                        self.counted.insert(name);
                    }
                }
            }
        }
    }

    /// Whatever timer has rung by `now` does its work.
    fn ring(&mut self, now: Moment) {
        while let Some((until, rings)) = self.next().filter(|(_, rings)| *rings <= now) {
            let (_, waits) = self.waits.get(&until).unwrap();
            let held: Vec<Held> = waits.iter().map(|(_, held)| held.clone()).collect();
            let listener = Listener {
                person: &self.state.person,
                standing: &self.state.standing,
                guard: &self.state.guard,
                address: &address(),
            };
            match release(&held, until, listener, &self.seen, rings) {
                Release::PutOff(later) => {
                    assert!(later > rings);
                    self.waits.get_mut(&until).unwrap().0 = later;
                }
                Release::Now(released) => {
                    let (_, waits) = self.waits.remove(&until).unwrap();
                    assert_eq!(released.muted, []);
                    for says in released.says {
                        let names = says.tells.iter().map(|nth| waits[*nth].0);
                        self.told.push((rings, names.collect()));
                    }
                    self.seen = released.seen;
                }
            }
        }
    }

    /// The timer that rings next.
    fn next(&self) -> Option<(Moment, Moment)> {
        let timers = self
            .waits
            .iter()
            .map(|(until, (rings, _))| (*until, *rings));
        timers.min_by_key(|(_, rings)| *rings)
    }
}

proptest! {
    #[test]
    fn each_is_told_once_never_in_quiet_hours_and_in_order_of_its_kind(
        gaps in prop::collection::vec((0_i64..2_500, any::<bool>()), 1..90),
        quiet in prop::option::of((0_u16..1_440, 0_u16..1_440)),
        frequency in prop::sample::select(vec![Frequency::Instant, Frequency::Hourly, Frequency::Daily]),
        busy in any::<bool>(), late in 0_i64..200,
    ) {
        let quiet = quiet.map(|(from, until)| Quiet { from, until });
        let mut state = person();
        state.standing.preferences.quiet = quiet;
        state.standing.preferences.frequency = frequency;
        let mut story = Story {
            state,
            seen: Seen::default(),
            waits: BTreeMap::new(),
            counted: BTreeSet::new(),
            muted: BTreeMap::new(),
            told: Vec::new(),
        };
        let (mut now, mut kinds) = (THEN, BTreeMap::new());
        for (name, (gap, sent)) in (1..).zip(&gaps) {
            now = now.plus(if busy { gap % 90 } else { *gap });
            story.ring(now);
            let direction = if *sent { Direction::Sent } else { Direction::Received };
            kinds.insert(name, *sent);
            story.happens(direction, name, now, late);
        }
        story.ring(now.plus(4 * 86_400));

        prop_assert!(story.waits.is_empty() && story.seen.waiting.is_empty());
        prop_assert!(story.muted.is_empty());
        let told: Vec<Name> = story.told.iter().flat_map(|(_, names)| names.clone()).collect();
        let mut once: Vec<Name> = told.iter().chain(&story.counted).copied().collect();
        once.sort_unstable();
        prop_assert_eq!(once, (1..).take(gaps.len()).collect::<Vec<_>>());
        for kind in [true, false] {
            let of_kind: Vec<_> = told.iter().filter(|name| kinds[name] == kind).collect();
            prop_assert!(of_kind.is_sorted(), "{:?}", story.told);
        }
        let zone = place::zone(&address());
        for (at, _) in &story.told {
            prop_assert_eq!(super::when::awake(quiet, &zone, *at), *at, "in quiet hours");
        }
    }
}
