//! One transaction for all that a message changes.

use aws::tables::{CommitError, Known, Part, TableError, Transaction, pause};
use domain::conversation::Pointer;
use domain::ids::AccountId;
use domain::state::Sealed;
use futures::future::join_all;

use super::bench::{Bench, account, changed, entry, linked, session_of, sid};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(a_transaction_is_written_whole_or_not_at_all),
        case(what_has_changed_is_told_by_its_part),
        case(a_repeat_is_told_with_its_entries_whatever_else_has_changed),
        case(a_lost_answer_is_found_again_and_nothing_is_written_twice),
        case(of_all_who_write_upon_one_version_one_wins),
        case(what_is_too_big_for_an_item_is_refused_for_good),
        case(what_is_too_long_for_a_key_is_refused_for_good),
        case(a_table_that_does_not_exist_is_refused_for_good),
    ]
}

async fn a_transaction_is_written_whole_or_not_at_all(bench: Bench) {
    let (one, two) = (bench.person(1), bench.person(2));
    let mut theirs = bench.tables.transaction(&two, bench.now);
    theirs.pointer(&bench.claim());
    theirs.commit().await.unwrap();
    let before = bench.everything().await;

    let known = bench.known(&one).await;
    let mut all = bench.tables.transaction(&one, bench.now);
    bench.write_all(&mut all, &known, &sid(1));
    assert_eq!(changed(all).await, Part::Pointer);
    assert_eq!(bench.everything().await, before);

    let mut release = bench.tables.transaction(&two, bench.now);
    release.pointer(&Pointer::Release(account()));
    release.commit().await.unwrap();
    assert!(bench.everything().await.is_empty());
    bench.settled(&one, &sid(1)).await;
    let mut counts = Vec::new();
    for table in ["people", "sessions", "codes", "messages", "audit", "cache"] {
        counts.push(bench.items(table).await.len());
    }
    // Person, guard, alias and account; session; code; receipt and entry; audit; the day's counters, nothing of Flash's breaker.
    assert_eq!(counts, [4, 1, 1, 2, 1, 1]);
}

async fn what_has_changed_is_told_by_its_part(bench: Bench) {
    type Line = fn(&Bench, &mut Transaction<'_>, &Known);
    let lines: [(&str, Line); 10] = [
        ("Person", |bench, line, stale| {
            bench.write_person(line, stale);
        }),
        ("Guard", |bench, line, stale| {
            line.guard(stale, &stale.state.guard.failed(bench.now).0);
        }),
        ("Session", |bench, line, stale| {
            line.session(stale, &session_of(bench.now, 2));
        }),
        ("Alias", |bench, line, _| {
            line.alias(&bench.person(99), None);
        }),
        ("Alias", |bench, line, _| {
            line.alias(&bench.person(99), Some(&bench.person(98)));
        }),
        ("Code", |bench, line, stale| {
            line.await_code(&bench.code(&stale.state.key, "another"), None);
        }),
        ("Code", |_, line, _| line.destroy_code("another")),
        ("Entry", |bench, line, stale| {
            line.entry(&bench.send(&stale.state.key, &sid(1)));
        }),
        ("Audit", |_, line, _| line.audit(&linked(), sid(1).as_str())),
        ("Session", |bench, line, stale| {
            line.audit(&linked(), sid(2).as_str());
            line.session(stale, &session_of(bench.now, 2));
        }),
    ];
    let person = bench.person(1);
    let stale = bench.known(&person).await;
    bench.settled(&person, &sid(1)).await;
    let before = bench.everything().await;
    for (part, line) in lines {
        let mut late = bench.tables.transaction(&person, bench.now);
        line(&bench, &mut late, &stale);
        assert_eq!(format!("{:?}", changed(late).await), part);
    }

    let other = bench.person(2);
    for pointer in [bench.claim(), Pointer::Release(account())] {
        let mut theirs = bench.tables.transaction(&other, bench.now);
        theirs.pointer(&pointer);
        assert_eq!(changed(theirs).await, Part::Pointer);
    }
    assert_eq!(bench.everything().await, before);

    // Nothing about them is to change, but they must be as they were read.
    let read = bench.known(&person).await;
    let mut first = bench.tables.transaction(&person, bench.now);
    let nobody = domain::state::Person::default();
    first.person(&read, &nobody, &bench.seal_address(&person));
    first.commit().await.unwrap();
    let mut second = bench.tables.transaction(&person, bench.now);
    second.person(&read, &read.state.person, &bench.seal_address(&person));
    assert_eq!(changed(second).await, Part::Person);
}

async fn a_repeat_is_told_with_its_entries_whatever_else_has_changed(bench: Bench) {
    let person = bench.person(1);
    let stale = bench.known(&person).await;
    let sent = bench.settled(&person, &sid(1)).await;
    let before = bench.everything().await;

    let mut again = bench.tables.transaction(&person, bench.now);
    bench.write_all(&mut again, &stale, &sid(1));
    let Err(CommitError::Duplicate { entries }) = again.commit().await else {
        panic!("a repeat is not told");
    };
    assert_eq!(entries, [sent]);
    assert_eq!(bench.everything().await, before);
}

async fn a_lost_answer_is_found_again_and_nothing_is_written_twice(bench: Bench) {
    let person = bench.person(1);
    let known = bench.known(&person).await;
    let mut transaction = bench.tables.transaction(&person, bench.now);
    bench.write_all(&mut transaction, &known, &sid(1));
    bench.wire.take();
    bench.wire.lose_an_answer();
    transaction.commit().await.unwrap();

    let twice = vec!["TransactWriteItems"; 2];
    assert_eq!(bench.wire.take(), twice, "the answer was not lost");
    let versioned = bench.items("sessions").await;
    assert_eq!(versioned[0]["version"], 1);
    assert_eq!(bench.items("messages").await.len(), 2);
    assert_eq!(bench.items("audit").await.len(), 1);
}

async fn of_all_who_write_upon_one_version_one_wins(bench: Bench) {
    const WRITERS: u32 = 12;
    let (bench, person) = (&bench, &bench.person(1));
    let write = async |n: u32| {
        for lost in 0.. {
            let known = bench.known(person).await;
            let issues = known.state.session.page.as_ref().map_or(0, |p| p.issues);
            let mut transaction = bench.tables.transaction(person, bench.now);
            transaction.receipt(person, &sid(n), &[]);
            transaction.session(&known, &session_of(bench.now, issues + 1));
            match transaction.commit().await {
                Ok(()) => return,
                // Somebody was quicker; or there were too many at once for the transaction's own patience.
                Err(
                    CommitError::Changed(Part::Session)
                    | CommitError::Table(TableError::Retryable { .. }),
                ) => pause(lost).await,
                Err(error) => panic!("{error:?}"),
            }
        }
    };
    join_all((0..WRITERS).map(write)).await;
    let session = &bench.items("sessions").await[0];
    assert_eq!(session["version"], WRITERS);
    assert_eq!(session["session"]["page"]["issues"], WRITERS);
    let receipts = usize::try_from(WRITERS).unwrap();
    assert_eq!(bench.items("messages").await.len(), receipts);
}

async fn what_is_too_big_for_an_item_is_refused_for_good(bench: Bench) {
    let person = bench.person(1);
    let known = bench.known(&person).await;
    // An item may have 400 KB.
    let address = Sealed("x".repeat(410_000));
    let mut transaction = bench.tables.transaction(&person, bench.now);
    transaction.receipt(&person, &sid(1), &[]);
    transaction.person(&known, &known.state.person, &address);
    bench.wire.take();
    let outcome = transaction.commit().await;
    assert!(
        matches!(outcome, Err(CommitError::Table(TableError::Refused { .. }))),
        "{outcome:?}"
    );
    assert_eq!(bench.wire.take().len(), 1, "asked again in vain");
    assert!(bench.everything().await.is_empty());
}

async fn what_is_too_long_for_a_key_is_refused_for_good(bench: Bench) {
    let person = bench.person(1);
    // A partition key may have 2048 bytes. Told line by line, where an item's size is told of the whole.
    let account = AccountId("x".repeat(3000));
    let mut transaction = bench.tables.transaction(&person, bench.now);
    transaction.receipt(&person, &sid(1), &[]);
    transaction.pointer(&Pointer::Release(account));
    bench.wire.take();
    let outcome = transaction.commit().await;
    let refused = matches!(outcome, Err(CommitError::Table(TableError::Refused { .. })));
    assert!(refused, "{outcome:?}");
    assert_eq!(bench.wire.take().len(), 1, "asked again in vain");
    assert!(bench.everything().await.is_empty());
}

async fn a_table_that_does_not_exist_is_refused_for_good(bench: Bench) {
    let (nowhere, person) = (bench.nowhere(), bench.person(1));
    let read = nowhere.read_person(&person, None, bench.now).await;
    assert!(matches!(read, Err(TableError::Refused { .. })), "{read:?}");

    let mut transaction = nowhere.transaction(&person, bench.now);
    transaction.receipt(&person, &sid(1), &[]);
    let commit = transaction.commit().await;
    let refused = matches!(commit, Err(CommitError::Table(TableError::Refused { .. })));
    assert!(refused, "{commit:?}");

    let claim = nowhere
        .claim(&entry(&person, &sid(1)), bench.now, bench.now)
        .await;
    assert!(
        matches!(claim, Err(TableError::Refused { .. })),
        "{claim:?}"
    );
    let due = nowhere.due(bench.now, 1).await;
    assert!(matches!(due, Err(TableError::Refused { .. })), "{due:?}");
}
