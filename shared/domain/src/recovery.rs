//! Finding what people wrote while we were down: how far Twilio's list has been compared with what we took, and which
//! stretch of it comes next.

use serde::{Deserialize, Serialize};

use crate::policy::{
    CALLBACK_LATE, CALLBACK_MEMORY, RECOVERY_GAP, RECOVERY_LAG, RECOVERY_OVERLAP, RECOVERY_SPAN,
    RECOVERY_TRIES, WINDOW,
};
use crate::time::Moment;

/// How far Twilio's list of what people wrote has been worked off. It only moves forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watermark {
    /// What came to Twilio before then was taken by the webhook, or is past help.
    pub at: Moment,
    /// When the list is looked at next.
    pub look_at: Moment,
    /// Seconds of it to take at once.
    pub span: i64,
    /// Looks at the stretch after `at` that left something behind.
    pub tries: u32,
}

/// A stretch of Twilio's list, both ends in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub from: Moment,
    pub until: Moment,
}

impl Watermark {
    /// Where nobody has looked before, nothing is missed before now.
    pub const fn first(now: Moment) -> Self {
        Self {
            // The first stretch begins an overlap earlier, which is now.
            at: now.plus(RECOVERY_OVERLAP),
            look_at: now.plus(RECOVERY_GAP),
            span: RECOVERY_SPAN,
            tries: 0,
        }
    }

    pub fn is_due(self, now: Moment) -> bool {
        self.look_at <= now
    }

    /// Somebody looks now: nobody else needs to for a while.
    #[must_use]
    pub const fn begun(self, now: Moment) -> Self {
        Self {
            look_at: now.plus(RECOVERY_GAP),
            ..self
        }
    }

    /// What to compare next, as of `now`; None when all of the list has been.
    ///
    /// A message older than its 24-hour window can't be answered, so nobody looks further back.
    pub fn stretch(self, now: Moment) -> Option<Stretch> {
        let oldest = now.plus(WINDOW.saturating_neg());
        let start = self.at.max(oldest);
        let until = now
            .plus(RECOVERY_LAG.saturating_neg())
            .min(start.plus(self.span));
        (start < until).then(|| Stretch {
            from: start.plus(RECOVERY_OVERLAP.saturating_neg()).max(oldest),
            until,
        })
    }

    /// Whether there was a time, by now too long ago, that nobody has compared.
    pub fn has_given_up(self, now: Moment) -> bool {
        now.since(self.at) > WINDOW
    }

    /// All of the stretch was taken, then or before.
    #[must_use]
    pub fn taken(self, stretch: Stretch) -> Self {
        Self {
            at: self.at.max(stretch.until),
            span: self.span.saturating_mul(2).min(RECOVERY_SPAN),
            tries: 0,
            ..self
        }
    }

    /// The stretch holds more than can be read at once.
    #[must_use]
    pub fn too_long(self) -> Self {
        Self {
            span: self.span.checked_div(2).unwrap_or(1).max(1),
            ..self
        }
    }

    /// Something of it was not taken. The next look reaches further, so that nobody waits behind it.
    #[must_use]
    pub fn left_behind(self) -> Self {
        Self {
            span: self.span.saturating_mul(2).min(WINDOW),
            tries: self.tries.saturating_add(1),
            ..self
        }
    }

    /// Time ran out: there is more to do at once.
    #[must_use]
    pub const fn interrupted(self, now: Moment) -> Self {
        Self {
            look_at: now,
            ..self
        }
    }

    /// Whether what is not taken now has been tried often enough to go on without it.
    pub fn is_patient_no_more(self) -> bool {
        self.tries.saturating_add(1) >= RECOVERY_TRIES
    }
}

/// In how many seconds to ask again about a message sent at `sent_at`, of which Twilio could not be asked now, or which
/// is still on its way: when it is twice as old, and a last time after a day. None: it is too old for news.
pub fn ask_again_in(sent_at: Moment, now: Moment) -> Option<i64> {
    let age = now.since(sent_at);
    let left = CALLBACK_MEMORY.saturating_sub(age);
    (left > 0).then(|| age.max(CALLBACK_LATE).min(left))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Moment = Moment::from_unix(1_000_000);

    fn at(seconds: i64) -> Moment {
        START.plus(seconds)
    }

    #[test]
    fn the_first_look_misses_nothing_from_then_on_and_digs_up_nothing_older() {
        let mark = Watermark::first(START);
        assert!(!mark.is_due(at(RECOVERY_GAP - 1)) && mark.is_due(at(RECOVERY_GAP)));
        let stretch = mark.stretch(at(RECOVERY_GAP)).unwrap();
        assert_eq!(
            (stretch.from, stretch.until),
            (START, at(RECOVERY_GAP - RECOVERY_LAG))
        );
    }

    #[test]
    fn after_an_outage_the_list_is_worked_off_stretch_by_stretch() {
        let now = at(3 * RECOVERY_SPAN);
        let mut mark = Watermark::first(START);
        let mut stretches = Vec::new();
        while let Some(stretch) = mark.stretch(now) {
            stretches.push(stretch);
            mark = mark.taken(stretch);
        }
        assert_eq!(stretches.len(), 3);
        assert_eq!(mark.at, now.plus(-RECOVERY_LAG));
        assert_eq!(mark.begun(now).look_at, now.plus(RECOVERY_GAP));
    }

    #[test]
    fn what_is_past_its_window_is_not_looked_for() {
        let now = at(3 * WINDOW);
        let mark = Watermark::first(START);
        assert!(mark.has_given_up(now) && !mark.has_given_up(at(WINDOW)));
        assert_eq!(mark.stretch(now).unwrap().from, now.plus(-WINDOW));
    }

    #[test]
    fn a_stretch_that_holds_too_much_is_halved_down_to_a_second() {
        let mut mark = Watermark::first(START);
        for _ in 0..40 {
            mark = mark.too_long();
        }
        assert_eq!(mark.span, 1);
        let stretch = mark.stretch(at(RECOVERY_SPAN)).unwrap();
        assert_eq!(stretch.until, mark.at.plus(1));
        assert_eq!(mark.taken(stretch).span, 2, "and grows again");
    }

    #[test]
    fn what_is_left_behind_does_not_hide_what_came_after_it() {
        let now = at(WINDOW);
        let mut mark = Watermark::first(START);
        let mut reach = mark.stretch(now).unwrap().until;
        for _ in 1..RECOVERY_TRIES {
            assert!(!mark.is_patient_no_more());
            mark = mark.left_behind();
            let further = mark.stretch(now).unwrap().until;
            assert!(further > reach);
            reach = further;
        }
        assert!(mark.is_patient_no_more());
        let after = mark.taken(mark.stretch(now).unwrap());
        assert_eq!((after.tries, after.span), (0, RECOVERY_SPAN));
    }

    #[test]
    fn a_message_without_news_is_asked_for_ever_more_seldom_and_not_for_ever() {
        let mut asked = 0;
        let mut now = at(CALLBACK_LATE);
        while let Some(wait) = ask_again_in(START, now) {
            assert!(wait >= CALLBACK_LATE);
            now = now.plus(wait);
            asked += 1;
        }
        assert!((5..=10).contains(&asked), "{asked}");
        assert_eq!(now.since(START), CALLBACK_MEMORY);
    }

    proptest! {
        /// Whatever happens, no second of the list is passed over.
        #[test]
        fn each_stretch_begins_before_the_last_one_ended(
            steps in proptest::collection::vec((0_u8..4, 1_i64..2_000), 1..200),
        ) {
            let (mut mark, mut now, mut covered) = (Watermark::first(START), START, START);
            for (step, seconds) in steps {
                now = now.plus(seconds);
                let Some(stretch) = mark.stretch(now) else { continue };
                prop_assert!(stretch.from <= covered.max(now.plus(-WINDOW)));
                prop_assert!(stretch.until <= now.plus(-RECOVERY_LAG));
                let before = mark;
                mark = match step {
                    0 => mark.too_long(),
                    1 => mark.left_behind(),
                    2 => mark.interrupted(now),
                    _ => {
                        covered = stretch.until;
                        mark.taken(stretch)
                    }
                };
                prop_assert!(mark.at >= before.at);
            }
        }
    }
}
