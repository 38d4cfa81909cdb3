//! What guessing can come to: attackers who know every rule, can have a code shown whenever the rules allow it, do not
//! see it, and type others in their chat. In earnest each code needs somebody who logs in with the account.

use proptest::prelude::*;

use super::super::*;
use super::chat::{Chat, RIGHT, START, WRONG};
use crate::linking::may_show_code;
use crate::policy::{
    CODE_ISSUE_WINDOW, CODE_ISSUES_PER_HOUR, CODE_ISSUES_PER_PAGE, CODE_TRIES, FAILURE_FORGIVEN,
    FAILURE_WINDOW, FAILURES_HELD, FAILURES_TO_LOCK, FLOOD_SILENCE,
};

const CODES: i64 = 1_000_000;
const DAY: i64 = 86_400;
const MONTH: i64 = 30 * DAY;
const YEAR: i64 = 365 * DAY;

/// What the README states.
const README: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md"));

/// How an attacker spends what the rules give.
#[derive(Clone, Copy, Debug)]
struct Plan {
    /// Types on though it locks the chat; else never as many wrong codes in a row as would.
    takes_locks: bool,
    /// Asks for as many pages an hour as there are, though a pause follows; else for one fewer, for ever.
    takes_pauses: bool,
    /// Links and unlinks an account of their own now and then, by its right code.
    has_own_account: bool,
}

impl Plan {
    fn all() -> impl Iterator<Item = Self> {
        (0..8).map(|n| Self {
            takes_locks: n & 1 > 0,
            takes_pauses: n & 2 > 0,
            has_own_account: n & 4 > 0,
        })
    }
}

struct Attacker {
    chat: Chat,
    /// When each wrong code was counted and compared.
    guesses: Vec<Moment>,
    codes: u32,
}

impl Attacker {
    fn new() -> Self {
        Self {
            chat: Chat::of_a_stranger(),
            guesses: Vec::new(),
            codes: 0,
        }
    }

    /// Types a wrong code; true if it was compared with the one that waits.
    fn guesses(&mut self) -> bool {
        let heard = self.chat.hears(WRONG);
        let compared = heard
            .asked
            .iter()
            .any(|question| matches!(question, Question::Try { .. }));
        if compared {
            self.guesses.push(self.chat.now);
        }
        compared
    }

    /// Has a code shown, on the page there is or on a new one; false if the rules give none now.
    fn has_a_code_shown(&mut self, account: &str, code: &str) -> bool {
        self.chat.forget();
        let now = self.chat.now;
        let page = self.chat.state.session.page.as_ref();
        let usable = page.is_some_and(|page| {
            now < page.until && may_show_code(page, account, &self.chat.state.guard, now).is_ok()
        });
        if !usable {
            self.chat.hears("link");
        }
        let shown = self.chat.page_shows(account, code).is_ok();
        self.codes += u32::from(shown);
        shown
    }

    fn has_a_live_code(&mut self) -> bool {
        self.chat.forget();
        let code = self.chat.state.code.as_ref();
        code.is_some_and(|code| code.is_live(self.chat.now))
    }

    /// The account that is their own is linked and unlinked again, which forgets the codes that were issued.
    fn clears_the_issues(&mut self) -> bool {
        if !self.has_a_code_shown("own", RIGHT) {
            return false;
        }
        for body in [RIGHT, "unlink", "yes"] {
            self.chat.hears(body);
        }
        self.chat.state.person.link.is_none() && self.chat.state.guard.issues.is_empty()
    }

    /// Spends `seconds` by the plan, waiting for no longer than the rules ask.
    fn spends(&mut self, seconds: i64, plan: Plan) {
        let end = self.chat.now.plus(seconds);
        while self.chat.now < end {
            let wait = self.next_wait(plan);
            if wait > 0 {
                self.chat.wait(wait);
            } else if !self.guesses() {
                // Too many messages in a short time.
                self.chat.wait(FLOOD_SILENCE);
            }
        }
        self.guesses.retain(|at| *at < end);
    }

    /// Seconds until the next guess can be made; has a code shown for it if that is what is missing.
    fn next_wait(&mut self, plan: Plan) -> i64 {
        let (now, guard) = (self.chat.now, self.chat.state.guard.clone());
        if let Some(until) = guard.locked(now) {
            return until.since(now);
        }
        let recent: Vec<_> = guard
            .failures
            .iter()
            .filter(|at| now.since(**at) < FAILURE_WINDOW)
            .collect();
        if !plan.takes_locks && recent.len() + 1 >= FAILURES_TO_LOCK {
            return recent[0].plus(FAILURE_WINDOW).since(now);
        }
        if self.has_a_live_code() {
            return 0;
        }
        let issues: Vec<_> = guard
            .issues
            .iter()
            .filter(|at| now.since(**at) < CODE_ISSUE_WINDOW)
            .collect();
        let page = self.chat.state.session.page.as_ref();
        let repeats = page.is_some_and(|page| {
            now < page.until && (1..CODE_ISSUES_PER_PAGE).contains(&page.issues)
        });
        if !repeats && issues.len() + 1 >= CODE_ISSUES_PER_HOUR && !plan.takes_pauses {
            return issues[0].plus(CODE_ISSUE_WINDOW).since(now);
        }
        if plan.has_own_account
            && !repeats
            && issues.len() + 2 == CODE_ISSUES_PER_HOUR
            && !self.clears_the_issues()
        {
            return 1;
        }
        i64::from(!self.has_a_code_shown("victim", RIGHT))
    }
}

/// What the best of all plans comes to.
fn most_guesses(seconds: i64) -> i64 {
    let spent = Plan::all().map(|plan| {
        let mut attacker = Attacker::new();
        attacker.spends(seconds, plan);
        attacker.guesses.len()
    });
    i64::try_from(spent.max().unwrap()).unwrap()
}

/// What can be held at once, and one more for each that is forgiven before the time is over.
const fn bound(seconds: i64) -> i64 {
    FAILURES_HELD + (seconds - 1) / FAILURE_FORGIVEN
}

fn thousands(number: i64) -> String {
    crate::format::usd(Language::English, crate::money::Cents(number * 100))
        .trim_start_matches("US$")
        .trim_end_matches(".00")
        .to_owned()
}

#[test]
fn no_plan_gets_more_guesses_than_what_is_held_and_forgiven_and_one_gets_as_many() {
    for seconds in [DAY, MONTH, YEAR] {
        assert_eq!(most_guesses(seconds), bound(seconds), "{seconds} s");
    }
}

#[test]
fn the_readme_states_the_odds_of_a_right_guess() {
    let stated = README.split_whitespace().collect::<Vec<_>>().join(" ");
    let odds = |guesses| format!("1 in {}", thousands(CODES / guesses));
    let [day, month, year] = [DAY, MONTH, YEAR].map(most_guesses);
    let crowd: i64 = 100;
    for sentence in [
        format!(
            "{day} guesses in a day (odds of {}), {month} in 30 days ({}) and {year} in a year ({})",
            odds(day),
            odds(month),
            odds(year),
        ),
        format!(
            "a hundred chats have {} in a day ({})",
            thousands(crowd * day),
            odds(crowd * day)
        ),
    ] {
        assert!(stated.contains(&sentence), "the README lacks: {sentence}");
    }
}

#[test]
fn each_chat_has_its_own_guesses_whichever_account_they_are_at_and_the_accounts_number_adds_none() {
    let (mut in_turns, mut at_one) = (Attacker::new(), Attacker::new());
    let plan = Plan {
        takes_locks: true,
        takes_pauses: true,
        has_own_account: false,
    };
    at_one.spends(DAY, plan);
    let end = in_turns.chat.now.plus(DAY);
    let mut account = 0;
    while in_turns.chat.now < end {
        if in_turns.has_a_live_code() && in_turns.guesses() {
            continue;
        }
        // Another account each time, so that no page is used twice.
        account += 1;
        in_turns.chat.state.session.page = None;
        if !in_turns.has_a_code_shown(&format!("victim-{account}"), RIGHT) {
            in_turns.chat.wait(10);
        }
    }
    assert!(account > 2);
    assert!(in_turns.guesses.len() <= at_one.guesses.len());
}

#[test]
fn all_that_is_guessed_at_one_code_are_its_tries() {
    let mut attacker = Attacker::new();
    assert!(attacker.has_a_code_shown("victim", RIGHT));
    let compared = (0..7).filter(|_| attacker.guesses()).count();
    assert_eq!(u32::try_from(compared).unwrap(), CODE_TRIES);
    let heard = attacker.chat.hears(RIGHT);
    assert!(heard.text().contains("No code is waiting"));
    assert_eq!(attacker.chat.state.person.link, None);
}

/// Anything an attacker may do next.
#[derive(Clone, Debug)]
enum Does {
    Waits(i64),
    Guesses(u8),
    HasACodeShown,
    LinksTheirOwn,
    Says(&'static str),
}

fn does() -> impl Strategy<Value = Does> {
    let says = prop::sample::select(&["link", "cancel", "stop", "start", "help", "unlink", "yes"]);
    prop_oneof![
        3 => (1_i64..120).prop_map(Does::Waits),
        2 => (600_i64..4_000).prop_map(Does::Waits),
        1 => (10_000_i64..200_000).prop_map(Does::Waits),
        8 => (1_u8..9).prop_map(Does::Guesses),
        8 => Just(Does::HasACodeShown),
        1 => Just(Does::LinksTheirOwn),
        1 => says.prop_map(Does::Says),
    ]
}

proptest! {
    #[test]
    fn no_attacker_gets_more_in_any_time_than_the_bound(steps in prop::collection::vec(does(), 0..400)) {
        let mut attacker = Attacker::new();
        for step in steps {
            match step {
                Does::Waits(seconds) => attacker.chat.wait(seconds),
                Does::Guesses(times) => {
                    for _ in 0..times {
                        attacker.guesses();
                    }
                }
                Does::HasACodeShown => {
                    attacker.has_a_code_shown("victim", RIGHT);
                }
                Does::LinksTheirOwn => {
                    attacker.clears_the_issues();
                }
                Does::Says(body) => {
                    attacker.chat.hears(body);
                }
            }
        }
        prop_assert!(attacker.guesses.len() <= usize::try_from(attacker.codes * CODE_TRIES).unwrap());
        for (first, from) in attacker.guesses.iter().enumerate() {
            for (last, to) in attacker.guesses.iter().enumerate().skip(first) {
                let (count, seconds) = (last - first + 1, to.since(*from) + 1);
                let most = usize::try_from(bound(seconds)).unwrap();
                prop_assert!(count <= most, "{count} in {seconds} s from {}", from.since(START));
            }
        }
    }
}
