//! How oddly a chat behaves: what it has done of late, weighed, and fading with time.
//!
//! Every sign counts in full for a day and then less and less, until it is forgotten a week after. From
//! [`RISK_STEP_UP`] on a fresh proof is wanted, at [`RISK_ALERT`] somebody is told, and a chat that has itself brought it
//! to [`RISK_LOCK`] is locked as wrong codes lock it. Wrong codes have that lock of their own and what strangers do locks
//! nobody, so neither counts towards it.

use serde::{Deserialize, Serialize};

use crate::guard::Guard;
use crate::ids::PersonKey;
use crate::policy::{
    RISK_ALERT, RISK_CODES_PAUSED, RISK_FLOODED, RISK_FRESH, RISK_KEY_REFUSED, RISK_LOCK,
    RISK_LOCKED, RISK_MEMORY, RISK_PAGE_AGAIN, RISK_PROBED, RISK_SIGNS, RISK_SOUGHT,
    RISK_STAFF_REFUSED, RISK_STEP_UP, RISK_WRONG_CODE, SEEKERS_KEPT, SEEKERS_ODD, SEEKERS_WINDOW,
};
use crate::time::Moment;

/// Something odd that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// A wrong code was typed.
    WrongCode,
    /// The chat was locked.
    Locked,
    /// It had so many codes shown that no more are for a while.
    CodesPaused,
    /// It asked for a link page while it had one.
    PageAgain,
    /// It wrote more than it is answered.
    Flooded,
    /// It typed a code where none waited.
    Probed,
    /// It tried what only staff may do.
    StaffRefused,
    /// A page of its brought a key that Flash does not know.
    KeyRefused,
    /// Several other chats tried to link its account.
    Sought,
    /// What a later release has seen.
    #[serde(other)]
    Unknown,
}

impl Sign {
    pub const ALL: [Self; 9] = [
        Self::WrongCode,
        Self::Locked,
        Self::CodesPaused,
        Self::PageAgain,
        Self::Flooded,
        Self::Probed,
        Self::StaffRefused,
        Self::KeyRefused,
        Self::Sought,
    ];

    /// What one is worth while it is fresh.
    const fn weight(self) -> i64 {
        match self {
            Self::WrongCode => RISK_WRONG_CODE,
            Self::Locked => RISK_LOCKED,
            Self::CodesPaused => RISK_CODES_PAUSED,
            Self::PageAgain => RISK_PAGE_AGAIN,
            Self::Flooded => RISK_FLOODED,
            Self::Probed => RISK_PROBED,
            Self::StaffRefused => RISK_STAFF_REFUSED,
            Self::KeyRefused => RISK_KEY_REFUSED,
            Self::Sought => RISK_SOUGHT,
            Self::Unknown => 0,
        }
    }

    const fn leads_to_a_lock(self) -> bool {
        !matches!(self, Self::WrongCode | Self::Locked | Self::Sought)
    }
}

/// One sign, and when it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub sign: Sign,
    pub at: Moment,
}

impl Seen {
    fn is_remembered(self, now: Moment) -> bool {
        now.since(self.at) < RISK_MEMORY
    }

    /// Hundredths of a point. What a clock ahead of this one has seen is fresh.
    fn weighs(self, now: Moment) -> i64 {
        let whole = self.sign.weight().saturating_mul(100);
        let left = RISK_MEMORY.saturating_sub(now.since(self.at));
        let fades = RISK_MEMORY.saturating_sub(RISK_FRESH);
        whole
            .saturating_mul(left.clamp(0, fades))
            .checked_div(fades)
            .unwrap_or(whole)
    }
}

/// What a score asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Calm,
    /// A fresh proof before anything is shown.
    StepUp,
    /// And somebody is told.
    Alert,
}

/// Points against a chat now.
pub fn score(guard: &Guard, now: Moment) -> i64 {
    weigh(guard, now, |_| true)
}

pub fn level(guard: &Guard, now: Moment) -> Level {
    match score(guard, now) {
        RISK_ALERT.. => Level::Alert,
        RISK_STEP_UP.. => Level::StepUp,
        _ => Level::Calm,
    }
}

/// It has itself done so much that it must be locked.
pub fn must_lock(guard: &Guard, now: Moment) -> bool {
    weigh(guard, now, Sign::leads_to_a_lock) >= RISK_LOCK
}

/// What was seen since `before` is why it must be locked, and it is not.
pub fn locks(before: &Guard, after: &Guard, now: Moment) -> bool {
    let last = after.signs.last();
    let new = after.signs != before.signs && last.is_some_and(|seen| seen.sign.leads_to_a_lock());
    new && must_lock(after, now) && after.locked(now).is_none()
}

/// While a fresh proof is wanted: since when. A proof that is newer settles it.
pub fn raised_at(guard: &Guard, now: Moment) -> Option<Moment> {
    let newest = guard.signs.iter().map(|seen| seen.at).max();
    newest.filter(|_| level(guard, now) > Level::Calm)
}

/// Which signs make up the score, how often each, in the order of [`Sign::ALL`].
pub fn reasons(guard: &Guard, now: Moment) -> Vec<(Sign, usize)> {
    let count = |sign| {
        let signs = guard.signs.iter();
        signs
            .filter(|seen| seen.sign == sign && seen.is_remembered(now))
            .count()
    };
    let counted = Sign::ALL.into_iter().map(|sign| (sign, count(sign)));
    counted.filter(|(_, times)| *times > 0).collect()
}

fn weigh(guard: &Guard, now: Moment, counts: impl Fn(Sign) -> bool) -> i64 {
    let signs = guard.signs.iter().filter(|seen| counts(seen.sign));
    signs
        .map(|seen| seen.weighs(now))
        .fold(0, i64::saturating_add)
        / 100
}

impl Guard {
    /// Something odd was seen. Of all that is remembered the newest are kept.
    #[must_use]
    pub fn noted(&self, sign: Sign, now: Moment) -> Self {
        let mut guard = self.clone();
        guard.signs.retain(|seen| seen.is_remembered(now));
        guard.signs.push(Seen { sign, at: now });
        let surplus = guard.signs.len().saturating_sub(RISK_SIGNS);
        guard.signs.drain(..surplus);
        guard
    }

    /// When the last sign is forgotten.
    pub(crate) fn signs_end_at(&self) -> Option<Moment> {
        let newest = self.signs.iter().map(|seen| seen.at).max();
        newest.map(|at| at.plus(RISK_MEMORY))
    }
}

/// The chats that have lately tried to link one account, other than the one it is linked to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seekers {
    pub chats: Vec<Seeker>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seeker {
    pub chat: PersonKey,
    pub at: Moment,
}

impl Seekers {
    /// `chat` tries; the seekers since then, and whether there is one more than is to be expected. The chat that has the
    /// account by now, if another has, is none of them.
    #[must_use]
    pub fn with(&self, chat: &PersonKey, owner: Option<&PersonKey>, now: Moment) -> (Self, bool) {
        let lately = |seeker: &&Seeker| (0..SEEKERS_WINDOW).contains(&now.since(seeker.at));
        let others = self.chats.iter().filter(lately);
        let known = others.clone().any(|seeker| seeker.chat == *chat);
        let others = others.filter(|seeker| seeker.chat != *chat && Some(&seeker.chat) != owner);
        let mut chats: Vec<_> = others.cloned().collect();
        let surplus = chats.len().saturating_add(1).saturating_sub(SEEKERS_KEPT);
        chats.drain(..surplus);
        chats.push(Seeker {
            chat: chat.clone(),
            at: now,
        });
        let odd = !known && chats.len() >= SEEKERS_ODD;
        (Self { chats }, odd)
    }

    pub fn ends_at(now: Moment) -> Moment {
        now.plus(SEEKERS_WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Moment = Moment::from_unix(1_000_000);
    const DAY: i64 = 86_400;

    fn after(signs: &[(Sign, usize)]) -> Guard {
        let each = signs
            .iter()
            .flat_map(|(sign, times)| std::iter::repeat_n(*sign, *times));
        each.fold(Guard::default(), |guard, sign| guard.noted(sign, NOW))
    }

    #[test]
    fn thresholds_are_where_the_policy_says() {
        use Level::{Alert, Calm, StepUp};
        use Sign::{
            CodesPaused, Flooded, Locked, PageAgain, Probed, Sought, StaffRefused, WrongCode,
        };
        for (signs, expected, locks) in [
            (&[][..], Calm, false),
            (&[(WrongCode, 4)], Calm, false),
            (&[(WrongCode, 5)], StepUp, false),
            (&[(WrongCode, 8), (Locked, 1)], Alert, false),
            (&[(WrongCode, 16), (Locked, 2)], Alert, false),
            (&[(StaffRefused, 1)], Calm, false),
            (&[(StaffRefused, 2)], StepUp, false),
            (&[(StaffRefused, 6)], Alert, false),
            (&[(StaffRefused, 7)], Alert, true),
            (&[(Probed, 6)], Calm, false),
            (&[(Probed, 25)], Alert, true),
            (&[(Flooded, 2)], Calm, false),
            (&[(Flooded, 10)], Alert, true),
            (&[(PageAgain, 4)], Calm, false),
            (&[(CodesPaused, 1)], Calm, false),
            (&[(CodesPaused, 2)], StepUp, false),
            (&[(Sought, 1)], Alert, false),
            (&[(Sought, RISK_SIGNS)], Alert, false),
        ] {
            let guard = after(signs);
            assert_eq!(level(&guard, NOW), expected, "{signs:?}");
            assert_eq!(must_lock(&guard, NOW), locks, "{signs:?}");
        }
    }

    #[test]
    fn a_sign_counts_in_full_for_a_day_and_is_forgotten_after_a_week() {
        let guard = after(&[(Sign::Locked, 1)]);
        assert_eq!(score(&guard, NOW), RISK_LOCKED);
        assert_eq!(score(&guard, NOW.plus(DAY)), RISK_LOCKED);
        assert_eq!(score(&guard, NOW.plus(4 * DAY)), RISK_LOCKED / 2);
        assert_eq!(score(&guard, NOW.plus(7 * DAY)), 0);
        assert_eq!(reasons(&guard, NOW.plus(7 * DAY)), []);
        let next = guard.noted(Sign::Probed, NOW.plus(7 * DAY));
        assert_eq!(next.signs.len(), 1, "what is forgotten is not kept");
    }

    #[test]
    fn a_fresh_proof_is_wanted_since_the_last_sign_and_while_the_score_lasts() {
        assert_eq!(raised_at(&Guard::default(), NOW), None);
        let calm = after(&[(Sign::WrongCode, 4)]);
        assert_eq!(raised_at(&calm, NOW), None);
        let guard = calm.noted(Sign::WrongCode, NOW.plus(10));
        assert_eq!(raised_at(&guard, NOW.plus(20)), Some(NOW.plus(10)));
        assert_eq!(raised_at(&guard, NOW.plus(3 * DAY)), None);
    }

    #[test]
    fn reasons_are_counted() {
        let guard = after(&[(Sign::Probed, 2), (Sign::WrongCode, 3)]);
        assert_eq!(
            reasons(&guard, NOW),
            [(Sign::WrongCode, 3), (Sign::Probed, 2)]
        );
    }

    #[test]
    fn the_third_chat_after_one_account_within_a_day_is_odd_and_each_new_one_after_it() {
        let chat = |n: usize| PersonKey::from_digest(format!("{n:0>43}")).unwrap();
        let (one, odd) = Seekers::default().with(&chat(1), None, NOW);
        assert!(!odd);
        let (one, odd) = one.with(&chat(1), None, NOW.plus(1));
        assert!(!odd, "the same again");
        let (two, odd) = one.with(&chat(2), None, NOW.plus(2));
        assert!(!odd);
        let (own, odd) = two.with(&chat(3), Some(&chat(1)), NOW.plus(3));
        assert!(!odd && own.chats.len() == 2, "one of them has the account");
        let (three, odd) = two.with(&chat(3), None, NOW.plus(3));
        assert!(odd);
        let (same, odd) = three.with(&chat(2), None, NOW.plus(4));
        assert!(!odd, "one of the three again");
        assert_eq!(same.chats.len(), 3);
        let (_, odd) = same.with(&chat(4), None, NOW.plus(5));
        assert!(odd);
        let (day_later, odd) = same.with(&chat(4), None, NOW.plus(4 + SEEKERS_WINDOW));
        assert!(!odd && day_later.chats.len() == 1);
        let many = (1..100).fold(Seekers::default(), |seekers, n| {
            seekers.with(&chat(n), None, NOW).0
        });
        assert_eq!(many.chats.len(), SEEKERS_KEPT);
    }

    #[test]
    fn stored_names_stay_what_the_release_before_wrote_and_unknown_ones_do_no_harm() {
        let guard = after(&[(Sign::WrongCode, 1), (Sign::Sought, 1)]);
        let stored = serde_json::json!([
            {"sign": "wrong_code", "at": 1_000_000}, {"sign": "sought", "at": 1_000_000},
        ]);
        assert_eq!(serde_json::to_value(&guard.signs).unwrap(), stored);
        let newer = serde_json::json!({"sign": "teleported", "at": 1_000_000});
        let newer: Seen = serde_json::from_value(newer).unwrap();
        assert_eq!(newer.sign, Sign::Unknown);
        let guard = Guard {
            signs: vec![newer; 40],
            ..Guard::default()
        };
        assert_eq!(score(&guard, NOW), 0);
    }

    fn signs() -> impl Strategy<Value = Vec<(Sign, i64)>> {
        let sign = prop::sample::select(Sign::ALL.to_vec());
        prop::collection::vec((sign, -10_i64..DAY), 0..200)
    }

    proptest! {
        #[test]
        fn another_sign_never_lowers_the_score_and_time_alone_never_raises_it(signs in signs(), wait in 0_i64..10 * DAY) {
            let (mut guard, mut now) = (Guard::default(), NOW);
            for (sign, later) in signs {
                now = now.plus(later);
                let before = guard.clone();
                guard = guard.noted(sign, now);
                prop_assert!(guard.signs.len() <= RISK_SIGNS);
                if before.signs.len() < RISK_SIGNS {
                    prop_assert!(score(&guard, now) >= score(&before, now));
                }
            }
            prop_assert!(score(&guard, now.plus(wait)) <= score(&guard, now));
            if let Some(end) = guard.signs_end_at() {
                prop_assert_eq!(score(&guard, end), 0);
            }
        }

        #[test]
        fn strangers_alone_never_lock_anybody(times in 0_usize..300, wrong in 0_usize..300) {
            let guard = (0..times).fold(Guard::default(), |guard, _| guard.noted(Sign::Sought, NOW));
            let guard = (0..wrong).fold(guard, |guard, _| guard.noted(Sign::WrongCode, NOW));
            prop_assert!(!must_lock(&guard, NOW));
        }
    }
}
