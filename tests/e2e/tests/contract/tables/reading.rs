//! The one read of a message, and what counts as absent.

use aws::tables::{Alias, Claim, CommitError};
use domain::policy::{CODE_LIFE, CREDENTIAL_LIFE, MESSAGE_MEMORY, SESSION_IDLE, STRANGER_MEMORY};
use domain::state::Person;
use domain::time::Moment;

use super::bench::{Bench, account, entry, linked, session_of, sid};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(one_call_reads_all_that_a_message_needs),
        case(a_read_sees_what_was_just_written),
        case(what_has_ended_counts_as_absent),
        case(what_has_ended_holds_nothing_up),
    ]
}

async fn one_call_reads_all_that_a_message_needs(bench: Bench) {
    let (person, user) = (bench.person(1), bench.person(99));
    bench.settled(&person, &sid(1)).await;
    bench.wire.take();
    let read = bench.tables.read_person(&person, Some(&user), bench.now);
    let known = read.await.unwrap();
    assert_eq!(bench.wire.take(), ["BatchGetItem"]);
    let state = &known.state;
    assert_eq!(
        state.person.live_link(bench.now).unwrap().account,
        account()
    );
    assert_eq!(state.guard.failures, [bench.now]);
    assert_eq!(state.session, session_of(bench.now, 1));
    assert_eq!(state.code.as_ref().unwrap().challenge, "challenge");
    assert_eq!(known.alias, Alias::Stands);

    let stranger = bench.known(&bench.person(2)).await;
    assert_eq!(stranger.state.person, Person::default());
    assert!(stranger.address().is_none() && stranger.state.code.is_none());
}

async fn a_read_sees_what_was_just_written(bench: Bench) {
    let (person, another) = (bench.person(1), bench.another());
    for issues in 1..=30 {
        let known = bench.known(&person).await;
        let mut transaction = bench.tables.transaction(&person, bench.now);
        let session = session_of(bench.now, issues);
        transaction.session(&known, &session);
        transaction.commit().await.unwrap();
        let seen = another.read_person(&person, None, bench.now).await.unwrap();
        assert_eq!(seen.state.session, session);
    }
}

async fn what_has_ended_counts_as_absent(bench: Bench) {
    let person = bench.person(1);
    let told = bench.settled(&person, &sid(1)).await;
    let stranger = bench.person(2);
    let mut transaction = bench.tables.transaction(&stranger, bench.now);
    let known = bench.known(&stranger).await;
    let address = bench.seal_address(&stranger);
    transaction.person(&known, &Person::default(), &address);
    transaction.commit().await.unwrap();

    let ends = |after: i64| [bench.now.plus(after - 1), bench.now.plus(after)];
    let session = async |at: Moment| bench.at(&person, at).await.state.session.page.is_some();
    let code = async |at: Moment| bench.at(&person, at).await.state.code.is_some();
    let guard = async |at: Moment| !bench.at(&person, at).await.state.guard.failures.is_empty();
    let name = async |at: Moment| bench.at(&stranger, at).await.address().is_some();
    let link = async |at: Moment| {
        let other = bench.tables.other_chat(&account(), &stranger, at).await;
        other.unwrap().is_some()
    };
    let outbox = async |at: Moment| {
        let standing = bench.tables.standing(&told, at).await;
        standing.unwrap().is_some()
    };
    let [before, after] = ends(SESSION_IDLE);
    assert!(session(before).await && !session(after).await);
    let [before, after] = ends(CODE_LIFE);
    assert!(code(before).await && !code(after).await);
    let guarded = bench.known(&person).await.state.guard;
    let [before, after] = ends(guarded.ends_at(bench.now).since(bench.now));
    assert!(guard(before).await && !guard(after).await);
    let [before, after] = ends(STRANGER_MEMORY);
    assert!(name(before).await && !name(after).await);
    let [before, after] = ends(CREDENTIAL_LIFE);
    assert!(link(before).await && !link(after).await);
    let [before, after] = ends(MESSAGE_MEMORY);
    assert!(outbox(before).await && !outbox(after).await);
    let claim = bench.tables.claim(&told, after, after.plus(60)).await;
    assert!(matches!(claim, Ok(Claim::Absent)), "{claim:?}");
}

async fn what_has_ended_holds_nothing_up(bench: Bench) {
    let (person, other) = (bench.person(1), bench.person(2));
    bench.settled(&person, &sid(1)).await;

    // The account's pointer is free again, for anybody, the second it ends.
    for (after, is_free) in [(CREDENTIAL_LIFE - 1, false), (CREDENTIAL_LIFE, true)] {
        let mut claim = bench.tables.transaction(&other, bench.now.plus(after));
        claim.pointer(&bench.claim());
        assert_eq!(claim.commit().await.is_ok(), is_free, "after {after} s");
    }

    // A session, a guard and a code that have ended are begun anew, though they still lie there.
    let late = bench.now.plus(SESSION_IDLE);
    let known = bench.at(&person, late).await;
    let mut transaction = bench.tables.transaction(&person, late);
    transaction.session(&known, &session_of(late, 7));
    transaction.guard(&known, &known.state.guard.failed(late).0);
    transaction.await_code(&bench.code(&person, "another"), None);
    transaction.audit(&linked(), sid(2).as_str());
    transaction.commit().await.unwrap();
    let sessions = bench.items("sessions").await;
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0]["version"], 1);
    assert_eq!(sessions[0]["session"]["page"]["issues"], 7);
    assert_eq!(bench.items("codes").await[0]["challenge"], "another");

    // A receipt is no such thing: a message is dealt with once, whatever the time.
    let mut repeat = bench
        .tables
        .transaction(&person, bench.now.plus(MESSAGE_MEMORY));
    repeat.receipt(&person, &sid(1), &[]);
    let repeat = repeat.commit().await;
    let Err(CommitError::Duplicate { entries }) = repeat else {
        panic!("taken for a new message: {repeat:?}");
    };
    assert_eq!(entries, [entry(&person, &sid(1))]);
}
