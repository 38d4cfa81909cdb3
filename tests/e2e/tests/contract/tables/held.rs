//! News that wait: sealed, in order, under one timer for each moment, and told once whoever comes when.

use std::time::Duration;

use aws::tables::{Heard, HeldNews, Hold, HoldEnd, HoldTimer, NewEntry, Part, SeenBefore};
use domain::counts::Counts;
use domain::flash::{Direction, TransactionStatus};
use domain::ids::{EntryKey, PersonKey};
use domain::money::Cents;
use domain::notification::{Held, Money, Seen, Told, ToldOf};
use domain::outbox::Reply;
use domain::policy::HELD_MOST;
use domain::time::Moment;

use super::bench::{Bench, account, address, changed, sid};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(what_waits_comes_back_in_the_order_in_which_it_happened),
        case(nobody_reads_what_waits),
        case(all_that_may_wait_is_released_at_once),
        case(of_two_who_release_one_does),
        case(what_happens_meanwhile_is_seen),
        case(a_timer_that_is_done_takes_nothing_more),
        case(a_timer_that_was_done_ahead_of_its_moment_rings_once_more),
        case(two_of_a_second_come_back_in_the_order_in_which_they_came),
        case(a_timer_is_put_off_until_it_is_done),
        case(an_answer_that_is_lost_is_found_again),
    ]
}

fn held(cents: i64, at: Moment) -> Held {
    let told = Told {
        what: ToldOf::Payment {
            direction: Direction::Received,
            status: TransactionStatus::Settled,
            rail: None,
            other: None,
            memo: Some("guava jelly".into()),
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
        account: account(),
    }
}

fn cause(nth: i64) -> String {
    format!("event-{nth:016x}")
}

/// The `nth` of what waits for `person` until `until`; the timer's key.
async fn wait(bench: &Bench, person: &PersonKey, nth: i64, until: Moment) -> EntryKey {
    let before = bench.tables.seen(person, bench.now).await.unwrap();
    let (seen, kept) = before.seen.holding(until, until);
    let news = held(nth, bench.now.plus(nth));
    let mut transaction = bench.tables.transaction(person, bench.now);
    transaction.seen(&before, &seen);
    transaction.hold(&Hold {
        cause: &cause(nth),
        at: news.told.at,
        nth: seen.kept(until),
        until,
        held: kept.then_some(&news),
    });
    transaction.commit().await.unwrap();
    NewEntry::release(person, until).key().clone()
}

async fn read(bench: &Bench, person: &PersonKey, until: Moment) -> (Heard, Vec<HeldNews>) {
    let heard = bench.tables.heard(person, bench.now).await.unwrap();
    let held = bench.tables.held(person, until, bench.now).await.unwrap();
    (heard, held)
}

fn says(bench: &Bench, timer: &EntryKey) -> Vec<NewEntry> {
    let reply = Reply::from("News".to_owned());
    let cause = (timer.id.as_str(), 0);
    bench
        .tables
        .sends(&timer.person, &address(0), &reply, cause, bench.now)
}

fn counts(times: u64) -> Counts {
    let mut counts = Counts::default();
    counts.add("told:received", times);
    counts
}

/// Ends what `heard` has waited for until `until`.
async fn end(
    bench: &Bench,
    timer: &EntryKey,
    (heard, held): &(Heard, Vec<HeldNews>),
    until: Moment,
) -> Result<(), aws::tables::CommitError> {
    let seen = heard.seen.seen.released(until).telling(bench.now);
    let end = HoldEnd {
        held,
        says: &says(bench, timer),
        seen: &seen,
        counts: &counts(1),
    };
    bench.tables.end_hold(timer, heard, &end, bench.now).await
}

async fn waiting(bench: &Bench) -> usize {
    let items = bench.items("messages").await;
    let held = |item: &&serde_json::Value| item["id"].as_str().unwrap().starts_with("held#");
    items.iter().filter(held).count()
}

async fn what_waits_comes_back_in_the_order_in_which_it_happened(bench: Bench) {
    let (person, other) = (bench.person(1), bench.person(2));
    let (soon, late) = (bench.now.plus(10), bench.now.plus(100));
    let timer = wait(&bench, &person, 3, soon).await;
    for nth in [1, 2] {
        assert_eq!(wait(&bench, &person, nth, soon).await, timer, "one timer");
    }
    let later = wait(&bench, &person, 4, late).await;
    assert_ne!(later, timer);
    wait(&bench, &other, 9, soon).await;
    let (heard, found) = read(&bench, &person, soon).await;
    let order: Vec<_> = found.iter().map(|news| news.cause.clone()).collect();
    assert_eq!(order, [cause(1), cause(2), cause(3)]);
    assert_eq!(found[0].held, Some(held(1, bench.now.plus(1))));
    assert_eq!(heard.seen.seen.waiting.len(), 2);
    let timer_of = |at| bench.tables.hold_timer(&timer, at);
    let early = timer_of(bench.now).await.unwrap();
    assert_eq!(early, HoldTimer::NotDue(soon));
    assert_eq!(
        timer_of(soon).await.unwrap(),
        HoldTimer::Due { until: soon }
    );
    end(&bench, &timer, &(heard, found), soon).await.unwrap();
    let gave = says(&bench, &timer)[0].key().clone();
    let done = timer_of(soon).await.unwrap();
    assert_eq!(done, HoldTimer::Done { gave: vec![gave] });
    let (heard, found) = read(&bench, &person, soon).await;
    assert_eq!(found.len(), 0);
    assert_eq!(heard.seen.seen.waiting.len(), 1, "the later one");
    assert_eq!(read(&bench, &person, late).await.1.len(), 1);
    assert_eq!(read(&bench, &other, soon).await.1.len(), 1);
    // The index follows the table, in its own time.
    for _ in 0..50 {
        let due = bench.tables.due(late, 100).await.unwrap();
        if due.contains(&later) && !due.contains(&timer) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the index does not follow");
}

async fn nobody_reads_what_waits(bench: Bench) {
    let person = bench.person(1);
    wait(&bench, &person, 1_234_567, bench.now.plus(10)).await;
    let all = serde_json::to_string(&bench.everything().await).unwrap();
    for private in ["guava", "1234567\"", "received", "payment"] {
        assert!(!all.contains(private), "{private} stands in the clear");
    }
    let (_, found) = read(&bench, &person, bench.now.plus(10)).await;
    let shown = format!("{found:?}");
    assert!(
        !shown.contains("guava") && !shown.contains("1234567"),
        "{shown}"
    );
}

async fn all_that_may_wait_is_released_at_once(bench: Bench) {
    let person = bench.person(1);
    let until = bench.now.plus(3_600);
    let mut timer = None;
    for nth in 0..i64::from(HELD_MOST) + 5 {
        timer = Some(wait(&bench, &person, nth, until).await);
    }
    let timer = timer.unwrap();
    let before = read(&bench, &person, until).await;
    assert_eq!(before.1.len(), usize::try_from(HELD_MOST).unwrap());
    assert_eq!(before.0.seen.seen.more(until), 5);
    end(&bench, &timer, &before, until).await.unwrap();
    assert_eq!(waiting(&bench).await, 0);
}

async fn of_two_who_release_one_does(bench: Bench) {
    let person = bench.person(1);
    let until = bench.now.plus(10);
    let timer = wait(&bench, &person, 1, until).await;
    let before = read(&bench, &person, until).await;
    let both = futures::join!(
        end(&bench, &timer, &before, until),
        end(&bench, &timer, &before, until),
    );
    assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
    let today = bench.tables.day_counts(1, bench.now).await.unwrap();
    assert_eq!(today[0].counts.of("told:received"), 1);
}

async fn what_happens_meanwhile_is_seen(bench: Bench) {
    let person = bench.person(1);
    let until = bench.now.plus(10);
    let timer = wait(&bench, &person, 1, until).await;
    let before = read(&bench, &person, until).await;
    wait(&bench, &person, 2, until).await;
    let ended = end(&bench, &timer, &before, until).await;
    assert!(
        matches!(ended, Err(aws::tables::CommitError::Changed(Part::Seen))),
        "{ended:?}"
    );
    let before = read(&bench, &person, until).await;
    assert_eq!(before.1.len(), 2);
    bench.settled(&person, &sid(1)).await;
    let ended = end(&bench, &timer, &before, until).await;
    assert!(
        matches!(ended, Err(aws::tables::CommitError::Changed(Part::Person))),
        "{ended:?}"
    );
    let again = read(&bench, &person, until).await;
    assert!(again.0.person.link.is_some() && again.0.address.is_some());
    end(&bench, &timer, &again, until).await.unwrap();
}

async fn a_timer_that_is_done_takes_nothing_more(bench: Bench) {
    let person = bench.person(1);
    let until = bench.now.plus(10);
    let timer = wait(&bench, &person, 1, until).await;
    let stale = bench.tables.seen(&person, bench.now).await.unwrap();
    let before = read(&bench, &person, until).await;
    end(&bench, &timer, &before, until).await.unwrap();
    // An event that was decided before, and whose commit comes after.
    for (before, part) in [
        (stale, Part::Seen),
        (
            bench.tables.seen(&person, bench.now).await.unwrap(),
            Part::Entry,
        ),
    ] {
        let (seen, _) = before.seen.holding(until, until);
        let mut transaction = bench.tables.transaction(&person, until);
        transaction.seen(&before, &seen);
        let news = held(2, bench.now);
        transaction.hold(&Hold {
            cause: &cause(2),
            at: bench.now,
            nth: seen.kept(until),
            until,
            held: Some(&news),
        });
        assert_eq!(changed(transaction).await, part);
    }
    assert_eq!(waiting(&bench).await, 0);
}

async fn a_timer_that_was_done_ahead_of_its_moment_rings_once_more(bench: Bench) {
    let person = bench.person(1);
    let until = bench.now.plus(10);
    let timer = wait(&bench, &person, 1, until).await;
    let before = read(&bench, &person, until).await;
    end(&bench, &timer, &before, until).await.unwrap();
    wait(&bench, &person, 2, until).await;
    let rings = bench.tables.hold_timer(&timer, until).await.unwrap();
    assert_eq!(rings, HoldTimer::Due { until });
    assert_eq!(read(&bench, &person, until).await.1.len(), 1);
}

async fn two_of_a_second_come_back_in_the_order_in_which_they_came(bench: Bench) {
    let person = bench.person(1);
    let until = bench.now.plus(10);
    let names = [5, 3, 9, 1, 7];
    for name in names {
        let before = bench.tables.seen(&person, bench.now).await.unwrap();
        let (seen, _) = before.seen.holding(until, until);
        let news = held(name, bench.now);
        let mut transaction = bench.tables.transaction(&person, bench.now);
        transaction.seen(&before, &seen);
        transaction.hold(&Hold {
            cause: &cause(name),
            at: bench.now,
            nth: seen.kept(until),
            until,
            held: Some(&news),
        });
        transaction.commit().await.unwrap();
    }
    let (_, held) = read(&bench, &person, until).await;
    let found: Vec<_> = held.iter().map(|news| news.cause.clone()).collect();
    assert_eq!(found, names.map(cause));
}

async fn a_timer_is_put_off_until_it_is_done(bench: Bench) {
    let person = bench.person(1);
    let (until, later) = (bench.now.plus(10), bench.now.plus(500));
    let timer = wait(&bench, &person, 1, until).await;
    assert!(bench.tables.put_off(&timer, later).await.unwrap());
    let found = bench.tables.hold_timer(&timer, until).await.unwrap();
    assert_eq!(found, HoldTimer::NotDue(later));
    let found = bench.tables.hold_timer(&timer, later).await.unwrap();
    assert_eq!(found, HoldTimer::Due { until });
    let before = read(&bench, &person, until).await;
    end(&bench, &timer, &before, until).await.unwrap();
    assert!(!bench.tables.put_off(&timer, later).await.unwrap());
}

async fn an_answer_that_is_lost_is_found_again(bench: Bench) {
    let person = bench.person(1);
    let until = bench.now.plus(10);
    let timer = wait(&bench, &person, 1, until).await;
    let before = read(&bench, &person, until).await;
    bench.wire.lose_an_answer();
    end(&bench, &timer, &before, until).await.unwrap();
    assert_eq!(waiting(&bench).await, 0);
    let seen = bench.tables.seen(&person, bench.now).await.unwrap();
    assert_eq!(seen.seen.told, [bench.now], "told once");
    let nobody = SeenBefore::default();
    let mut transaction = bench.tables.transaction(&person, bench.now);
    transaction.seen(&nobody, &Seen::default().telling(bench.now.plus(1)));
    assert_eq!(changed(transaction).await, Part::Seen);
}
