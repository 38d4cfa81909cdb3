//! A day or two of somebody's news, from what happens to what is told.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::fixtures::{THEN, address, of_payment, payment, person, worth};
use super::{Answers, Decision, Fate, Held, Listener, Release, Seen, Why, decide, release};
use crate::flash::Direction;
use crate::flash_event::Payment;
use crate::preferences::{Frequency, Quiet, Setting};
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
    /// When what was told, a message after the other; whether it was quiet then.
    told: Vec<(Moment, bool, Vec<Name>)>,
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
            Fate::Tell(_) => self.tells(now, vec![name]),
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

    fn tells(&mut self, now: Moment, names: Vec<Name>) {
        let preferences = &self.state.standing.preferences;
        let zone = preferences.zone(&address());
        let awake = super::when::awake(preferences.quiet, &zone, now);
        self.told.push((now, now < awake, names));
    }

    /// Whatever timer has rung by `now` does its work.
    fn ring(&mut self, now: Moment) {
        while let Some((until, rings)) = self.next().filter(|(_, rings)| *rings <= now) {
            self.before(until, rings);
            self.release(until, rings);
        }
    }

    /// They have said that they want news sooner.
    fn hastens(&mut self, now: Moment) {
        self.before(now, now);
        let preferences = &self.state.standing.preferences;
        let zone = preferences.zone(&address());
        for (until, due) in self.seen.hastened(preferences, &zone, now) {
            let waits = self.waits.get_mut(&until).unwrap();
            waits.0 = waits.0.min(due);
        }
    }

    /// What should have been told before.
    fn before(&mut self, until: Moment, now: Moment) {
        let preferences = &self.state.standing.preferences;
        let zone = preferences.zone(&address());
        for before in self.seen.before(until, preferences, &zone, now) {
            self.release(before, now);
        }
    }

    fn release(&mut self, until: Moment, rings: Moment) {
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
                    self.tells(rings, names.collect());
                }
                self.seen = released.seen;
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

fn change() -> impl Strategy<Value = Setting> {
    prop_oneof![
        Just(Setting::Quiet(None)),
        (0_u16..1_440).prop_map(|from| {
            let until = (from + 400) % 1_440;
            Setting::Quiet(Some(Quiet { from, until }))
        }),
        Just(Setting::Zone(Some("Asia/Tokyo".into()))),
        Just(Setting::Often(Frequency::Instant)),
        Just(Setting::Often(Frequency::Hourly)),
        Just(Setting::Often(Frequency::Daily)),
    ]
}

proptest! {
    #[test]
    fn each_is_told_once_never_in_quiet_hours_and_in_order_of_its_kind(
        gaps in prop::collection::vec((0_i64..2_500, any::<bool>()), 1..90),
        quiet in prop::option::of((0_u16..1_440, 0_u16..1_440)),
        frequency in prop::sample::select(vec![Frequency::Instant, Frequency::Hourly, Frequency::Daily]),
        busy in any::<bool>(), late in 0_i64..200, slow in any::<bool>(),
        changes in prop::option::of((0_usize..90, change())),
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
        for (nth, (name, (gap, sent))) in (1..).zip(&gaps).enumerate() {
            now = now.plus(if busy { gap % 90 } else { *gap });
            story.ring(now);
            let mut hastens = false;
            if let Some((_, change)) = changes.as_ref().filter(|(when, _)| *when == nth) {
                let before = &story.state.standing.preferences;
                let after = before.with(change, &before.zone(&address()), now);
                hastens = before.hastens(&after, now);
                // To be told less often holds for what comes from then on.
                if hastens {
                    story.state.standing.preferences = after;
                }
            }
            // The next may happen before what they have said has come through.
            if hastens && !slow {
                story.hastens(now);
            }
            let direction = if *sent { Direction::Sent } else { Direction::Received };
            kinds.insert(name, *sent);
            story.happens(direction, name, now, late);
            if hastens && slow {
                story.hastens(now);
            }
        }
        story.ring(now.plus(4 * 86_400));

        prop_assert!(story.waits.is_empty() && story.seen.waiting.is_empty());
        prop_assert!(story.muted.is_empty());
        let told: Vec<Name> = story.told.iter().flat_map(|(_, _, names)| names.clone()).collect();
        let mut once: Vec<Name> = told.iter().chain(&story.counted).copied().collect();
        once.sort_unstable();
        prop_assert_eq!(once, (1..).take(gaps.len()).collect::<Vec<_>>());
        for kind in [true, false] {
            let of_kind: Vec<_> = told.iter().filter(|name| kinds[name] == kind).collect();
            prop_assert!(of_kind.is_sorted(), "{:?}", story.told);
        }
        prop_assert!(story.told.iter().all(|(_, quiet, _)| !quiet), "{:?}", story.told);
    }
}
