//! How much one person is answered: a bucket against floods, a window against two bots that answer each other.

use serde::{Deserialize, Serialize};

use crate::policy::{FLOOD_ANSWERS, FLOOD_BUCKET, FLOOD_REFILL, FLOOD_SILENCE, FLOOD_WINDOW};
use crate::time::Moment;

/// Seconds in which an empty bucket fills.
const WHOLE_BUCKET: i64 = FLOOD_BUCKET.saturating_mul(FLOOD_REFILL);

/// What a person has been answered of late. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Answers within the window, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    answers: Vec<Moment>,
    /// When the bucket will be full; none if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    full_at: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    silent_until: Option<Moment>,
}

/// What a message can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    Answer,
    /// Room for one answer, which says that silence follows.
    LastAnswer,
    Silence,
}

impl Pace {
    /// A message came in: what there is room for, and the pace after that. What is not answered costs nothing.
    #[must_use]
    pub fn next(&self, now: Moment) -> (Self, Room) {
        let mut pace = self.as_of(now);
        if pace.silent_until.is_some() || !pace.has_room(now) {
            return (pace, Room::Silence);
        }
        pace.answers.push(now);
        pace.full_at = Some(pace.full_at.unwrap_or(now).plus(FLOOD_REFILL));
        if pace.has_room(now) {
            return (pace, Room::Answer);
        }
        pace.silent_until = Some(now.plus(FLOOD_SILENCE));
        (pace, Room::LastAnswer)
    }

    fn has_room(&self, now: Moment) -> bool {
        let spent = self.full_at.map_or(0, |full_at| full_at.since(now));
        self.answers.len() < FLOOD_ANSWERS && spent.saturating_add(FLOOD_REFILL) <= WHOLE_BUCKET
    }

    /// Without what is over. What was written by a clock ahead of this one ends as if written now.
    fn as_of(&self, now: Moment) -> Self {
        let coming = |at: Option<Moment>, longest| {
            at.filter(|at| now < *at)
                .map(|at| at.min(now.plus(longest)))
        };
        let answers = self.answers.iter().map(|at| (*at).min(now));
        Self {
            answers: answers.filter(|at| now.since(*at) < FLOOD_WINDOW).collect(),
            full_at: coming(self.full_at, WHOLE_BUCKET),
            silent_until: coming(self.silent_until, FLOOD_SILENCE),
        }
    }

    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Moment = Moment::from_unix(1_000_000);

    /// A person, and what they were given when.
    #[derive(Default)]
    struct Person {
        pace: Pace,
        answered: Vec<Moment>,
    }

    impl Person {
        fn writes(&mut self, now: Moment) -> Room {
            let (pace, room) = self.pace.next(now);
            self.pace = pace;
            if room != Room::Silence {
                self.answered.push(now);
            }
            room
        }

        fn writes_often(&mut self, times: usize, now: Moment) -> Vec<Room> {
            (0..times).map(|_| self.writes(now)).collect()
        }
    }

    #[test]
    fn the_twelfth_message_of_one_moment_gets_the_last_answer_and_the_rest_get_none() {
        let mut person = Person::default();
        let rooms = person.writes_often(60, START);
        assert!(rooms[..11].iter().all(|room| *room == Room::Answer));
        assert_eq!(rooms[11], Room::LastAnswer);
        assert!(rooms[12..].iter().all(|room| *room == Room::Silence));
        assert_eq!(person.writes(START.plus(59)), Room::Silence);
        assert_eq!(person.writes(START.plus(60)), Room::Answer);
    }

    #[test]
    fn a_message_every_three_seconds_empties_the_bucket() {
        let mut person = Person::default();
        let first = (0..100)
            .find(|n| person.writes(START.plus(n * 3)) != Room::Answer)
            .unwrap();
        // 30 answers, and one more for every six of the 171 seconds they took.
        assert_eq!((first, person.answered.len()), (57, 58));
        assert_eq!(person.writes(START.plus(57 * 3 + 3)), Room::Silence);
        let again = person.writes_often(20, START.plus(57 * 3 + 60));
        assert_eq!(
            again.iter().filter(|room| **room == Room::Answer).count(),
            9
        );
        assert_eq!(again[9], Room::LastAnswer, "ten are back after a minute");
    }

    #[test]
    fn a_message_every_six_seconds_is_answered_for_ever() {
        let mut person = Person::default();
        for n in 0..1_000 {
            assert_eq!(person.writes(START.plus(n * 6)), Room::Answer, "{n}");
        }
    }

    #[test]
    fn two_bots_that_answer_each_other_are_stopped_by_the_first_silence() {
        for every in [0, 1, 2, 4] {
            let mut person = Person::default();
            let mut now = START;
            while person.writes(now) != Room::Silence {
                now = now.plus(every);
                assert!(now.since(START) < 3_600, "every {every} s");
            }
        }
    }

    #[test]
    fn stored_names_stay_what_the_release_before_wrote() {
        let mut person = Person::default();
        person.writes_often(12, START);
        let stored = serde_json::json!({
            "answers": vec![1_000_000; 12], "full_at": 1_000_072, "silent_until": 1_000_060,
        });
        assert_eq!(serde_json::to_value(&person.pace).unwrap(), stored);
        assert_eq!(serde_json::from_value::<Pace>(stored).unwrap(), person.pace);
        assert_eq!(serde_json::from_str::<Pace>("{}").unwrap(), Pace::default());
    }

    fn waits() -> impl Strategy<Value = Vec<i64>> {
        let wait = prop_oneof![8 => Just(0), 6 => 1_i64..4, 3 => 4_i64..20, 1 => 20_i64..400];
        prop::collection::vec(wait, 0..400)
    }

    proptest! {
        #[test]
        fn nobody_is_answered_more_than_the_window_and_the_bucket_allow(waits in waits()) {
            let (mut person, mut now) = (Person::default(), START);
            for wait in waits {
                now = now.plus(wait);
                person.writes(now);
            }
            let answered = &person.answered;
            for (first, from) in answered.iter().enumerate() {
                for (last, to) in answered.iter().enumerate().skip(first) {
                    let (count, seconds) = (last - first + 1, to.since(*from));
                    prop_assert!(seconds >= FLOOD_WINDOW || count <= FLOOD_ANSWERS, "{count} in {seconds} s");
                    let most = FLOOD_BUCKET + seconds / FLOOD_REFILL;
                    prop_assert!(i64::try_from(count).unwrap() <= most, "{count} in {seconds} s");
                }
            }
        }

        #[test]
        fn each_silence_is_announced_once_and_lasts_as_long_as_was_said(waits in waits()) {
            let (mut person, mut now) = (Person::default(), START);
            let mut silent_until = None;
            for wait in waits {
                now = now.plus(wait);
                let silent = silent_until.is_some_and(|until| now < until);
                match person.writes(now) {
                    Room::LastAnswer => {
                        prop_assert!(!silent, "announced twice");
                        silent_until = Some(now.plus(FLOOD_SILENCE));
                    }
                    room => prop_assert_eq!(room == Room::Silence, silent),
                }
            }
        }

        #[test]
        fn after_quiet_it_works_again_whatever_the_clocks_did(
            jumps in prop::collection::vec(prop_oneof![8 => -40_i64..40, 1 => any::<i64>()], 0..200),
        ) {
            let (mut person, mut now) = (Person::default(), START);
            for jump in jumps {
                now = now.plus(jump);
                person.writes(now);
                prop_assert!(person.pace.answers.len() <= FLOOD_ANSWERS);
            }
            // The first message since then may find what a clock far ahead has left.
            person.writes(START);
            let rooms = person.writes_often(11, START.plus(WHOLE_BUCKET));
            prop_assert!(rooms.iter().all(|room| *room == Room::Answer), "{rooms:?}");
        }
    }
}
