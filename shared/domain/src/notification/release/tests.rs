use super::super::fixtures::{THEN, address, person};
use super::*;
use crate::flash::{Direction, Rail, TransactionStatus};
use crate::ids::AccountId;
use crate::money::Cents;
use crate::notification::Money;
use crate::policy::{HELD_LONGEST, HELD_MOST};
use crate::preferences::Quiet;
use crate::state::State;

fn received(cents: i64, at: Moment) -> Held {
    let told = Told {
        what: ToldOf::Payment {
            direction: Direction::Received,
            status: TransactionStatus::Settled,
            rail: Some(Rail::Lightning),
            other: None,
            memo: None,
            request: None,
        },
        money: Some(Money {
            cents: Some(Cents(cents)),
            sats: None,
            local: None,
        }),
        at,
    };
    Held {
        told,
        account: AccountId("hers".into()),
    }
}

fn balance(cents: i64, at: Moment) -> Held {
    let mut held = received(cents, at);
    held.told.what = ToldOf::Balance;
    held
}

/// So many payments, of a dollar, two dollars …
fn payments(count: i64) -> Vec<Held> {
    let payments = (1..=count).map(|nth| received(nth * 100, THEN.plus(nth - 100)));
    payments.collect()
}

fn waiting(count: usize) -> Seen {
    (0..count).fold(Seen::default(), |seen, _| seen.holding(THEN, THEN).0)
}

fn at_five_past(held: &[Held], state: &State, seen: &Seen) -> Release {
    let listener = Listener {
        person: &state.person,
        standing: &state.standing,
        guard: &state.guard,
        address: &address(),
    };
    release(held, THEN, listener, seen, THEN.plus(5))
}

fn released(held: &[Held], state: &State, seen: &Seen) -> Released {
    match at_five_past(held, state, seen) {
        Release::Now(released) => *released,
        Release::PutOff(until) => panic!("put off until {until:?}"),
    }
}

#[test]
fn a_few_come_one_by_one_in_order() {
    let found = released(&payments(3), &person(), &waiting(3));
    assert_eq!(found.says.len(), 3);
    for (nth, says) in found.says.iter().enumerate() {
        assert_eq!(says.tells, [nth]);
        let amount = format!("US${}.00", nth + 1);
        assert!(says.reply.text.contains(&amount), "{}", says.reply.text);
        assert_eq!(says.reply.of_link.as_deref(), Some("0123abcd"));
    }
    assert_eq!(found.muted, []);
    assert_eq!(found.seen.waiting, []);
    assert_eq!(found.seen.told.len(), 3);
}

#[test]
fn many_come_as_one_message_and_so_do_those_of_an_hour_or_a_day() {
    let found = released(&payments(4), &person(), &waiting(4));
    assert_eq!(found.says.len(), 1);
    assert_eq!(found.says[0].tells, [0, 1, 2, 3]);
    assert_eq!(found.seen.told.len(), 1);
    for frequency in [Frequency::Hourly, Frequency::Daily] {
        let mut state = person();
        state.standing.preferences.frequency = frequency;
        let found = released(&payments(2), &state, &waiting(2));
        assert_eq!(found.says.len(), 1);
        let found = released(&payments(1), &state, &waiting(1));
        assert!(found.says[0].reply.text.contains("US$1.00"));
    }
}

#[test]
fn what_was_only_counted_is_told_by_its_number() {
    let seen = waiting(usize::try_from(HELD_MOST).unwrap() + 12);
    let held = payments(i64::from(HELD_MOST));
    let found = released(&held, &person(), &seen);
    assert_eq!(found.says.len(), 1);
    // As many as were not shown, and twelve.
    assert!(
        found.says[0].reply.text.contains("more"),
        "{}",
        found.says[0].reply.text
    );
    assert_eq!(found.seen.waiting, []);
}

#[test]
fn who_was_told_enough_within_the_hour_gets_one_message() {
    let mut seen = waiting(3);
    for _ in 0..NEWS_PER_HOUR - 2 {
        seen = seen.telling(THEN);
    }
    assert_eq!(released(&payments(3), &person(), &seen).says.len(), 1);
}

#[test]
fn what_they_have_said_since_holds() {
    let mut state = person();
    state.standing.preferences.minimum = Some(Cents(200));
    let found = released(&payments(3), &state, &waiting(3));
    assert_eq!(found.muted, [(Topic::Received, Why::UnderMinimum)]);
    assert_eq!(found.says.len(), 2);
    assert_eq!(found.says[0].tells, [1]);
    let all = |state: &State, why| {
        let found = released(&payments(2), state, &waiting(2));
        assert_eq!(found.says, []);
        assert_eq!(found.muted, [(Topic::Received, why); 2]);
        assert_eq!(found.seen, Seen::default());
    };
    let mut off = person();
    off.standing
        .preferences
        .topics
        .insert(Topic::Received, false);
    all(&off, Why::TopicOff);
    let mut out = person();
    out.standing.opted_out_at = Some(THEN);
    all(&out, Why::OptedOut);
    let mut disagrees = person();
    disagrees.standing.consents.notifications = None;
    all(&disagrees, Why::NotAgreed);
    let mut gone = person();
    gone.person.link = None;
    all(&gone, Why::NotLinked);
    let mut suspended = person();
    suspended.person.suspended_at = Some(THEN);
    all(&suspended, Why::NotLinked);
    let mut another = person();
    if let Some(link) = &mut another.person.link {
        link.account = AccountId("another".into());
    }
    all(&another, Why::NotLinked);
}

#[test]
fn what_was_held_before_a_pause_waits_for_its_end_as_long_as_it_is_kept() {
    let mut state = person();
    state.standing.preferences.paused_until = Some(THEN.plus(99));
    let put_off = |state: &State| at_five_past(&payments(2), state, &waiting(2));
    assert_eq!(put_off(&state), Release::PutOff(THEN.plus(99)));
    // The pause ends in quiet hours.
    state.standing.preferences.quiet = Some(Quiet {
        from: 546,
        until: 570,
    });
    assert_eq!(put_off(&state), Release::PutOff(THEN.plus(25 * 60)));
    state.standing.preferences.quiet = None;
    state.standing.preferences.paused_until = Some(THEN.plus(HELD_LONGEST));
    assert_eq!(put_off(&state), Release::PutOff(THEN.plus(HELD_LONGEST)));
    state.standing.preferences.paused_until = Some(THEN.plus(HELD_LONGEST + 1));
    let found = released(&payments(2), &state, &waiting(2));
    assert_eq!(found.muted, [(Topic::Received, Why::Paused); 2]);
    // It is over.
    state.standing.preferences.paused_until = Some(THEN.plus(5));
    assert_eq!(released(&payments(2), &state, &waiting(2)).says.len(), 2);
}

#[test]
fn quiet_hours_of_now_put_it_off() {
    let mut state = person();
    // It is five past nine.
    state.standing.preferences.quiet = Some(Quiet {
        from: 540,
        until: 570,
    });
    let found = at_five_past(&payments(1), &state, &waiting(1));
    assert_eq!(found, Release::PutOff(THEN.plus(25 * 60)));
    state.standing.opted_out_at = Some(THEN);
    released(&payments(1), &state, &waiting(1));
}

#[test]
fn of_balances_only_the_youngest_is_told() {
    let mut state = person();
    state
        .standing
        .preferences
        .topics
        .insert(Topic::Balance, true);
    let held = [
        balance(300, THEN.plus(-30)),
        received(100, THEN.plus(-25)),
        balance(400, THEN.plus(-20)),
    ];
    let found = released(&held, &state, &waiting(3));
    assert_eq!(found.muted, [(Topic::Balance, Why::Older)]);
    assert_eq!(found.says.len(), 2);
    assert!(found.says[1].reply.text.contains("US$4.00"));
    let mut seen = waiting(3);
    seen.balance_at = Some(THEN.plus(-10));
    let found = released(&held, &state, &seen);
    assert_eq!(found.muted.len(), 2, "a younger one was told meanwhile");
}

#[test]
fn nothing_at_all_is_nothing() {
    let found = released(&[], &person(), &waiting(0));
    assert_eq!((found.says.len(), found.muted.len()), (0, 0));
}

#[test]
fn what_waited_when_they_left_or_said_no_stays_untold_when_they_are_back() {
    let held = payments(2);
    let since = held[1].told.at;
    let mut linked = person();
    linked.person.link.as_mut().unwrap().linked_at = since;
    let mut started = person();
    started.standing.opted_in_at = Some(since);
    let mut agreed = person();
    agreed.standing.consents.notifications.as_mut().unwrap().at = since;
    for (state, why) in [
        (linked, Why::NotLinked),
        (started, Why::OptedOut),
        (agreed, Why::NotAgreed),
    ] {
        let found = released(&held, &state, &waiting(2));
        assert_eq!(found.muted, [(Topic::Received, why)]);
        assert_eq!(found.says.len(), 1, "{why:?}");
        assert!(found.says[0].reply.text.contains("US$2.00"));
    }
}
