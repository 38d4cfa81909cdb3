//! A link that moves from one person to another, or ends by its key: both people's items in one transaction.

use aws::tables::{CommitError, Known, NewEntry, Part, Timer};
use domain::conversation::Pointer;
use domain::ids::PersonKey;
use domain::language::Language;
use domain::parting::{Parting, moved_away};
use domain::policy::{CREDENTIAL_LIFE, LINK_ENDING_FIRST, MESSAGE_MEMORY};
use domain::renewal::{Due, Ending, due};
use domain::state::Person;
use futures::future::join_all;

use super::bench::{Bench, account, changed, sid};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(a_link_moves_with_all_that_belongs_to_it),
        case(two_who_take_a_link_at_once_do_not_both_get_it),
        case(a_person_who_changed_since_is_not_parted_from_their_link),
        case(a_conversation_that_is_over_is_not_begun_by_a_move),
        case(a_pointer_moves_only_from_whom_it_was_confirmed),
        case(a_key_is_told_of_once_months_later),
    ]
}

/// What is left of the first person when the second takes the account.
async fn parting(bench: &Bench) -> (Known, Parting) {
    let known = bench.known(&bench.person(1)).await;
    let parting = moved_away(&known.state, &account(), "••", Language::English, bench.now).unwrap();
    (known, parting)
}

/// What both items are before the account moves to `to`.
struct Move {
    from: Known,
    parting: Parting,
    to: PersonKey,
    known: Known,
}

async fn looks(bench: &Bench, to: u32) -> Move {
    let (from, parting) = parting(bench).await;
    let to = bench.person(to);
    let known = bench.known(&to).await;
    Move {
        from,
        parting,
        to,
        known,
    }
}

async fn moves(bench: &Bench, as_seen: &Move) -> Result<(), CommitError> {
    let from = bench.person(1);
    let mut theirs = bench.tables.transaction(&from, bench.now);
    theirs.part(&as_seen.from, &as_seen.parting, "cause");
    let mut transaction = bench.tables.transaction(&as_seen.to, bench.now);
    bench.write_person(&mut transaction, &as_seen.known);
    transaction.pointer(&Pointer::Claim {
        account: account(),
        until: bench.now.plus(CREDENTIAL_LIFE),
        moves_from: Some(from.clone()),
    });
    transaction.join(theirs);
    transaction.commit().await
}

/// `to` takes the account over from the first person.
async fn take(bench: &Bench, to: u32) -> Result<(), CommitError> {
    let as_seen = looks(bench, to).await;
    Box::pin(moves(bench, &as_seen)).await
}

async fn a_link_moves_with_all_that_belongs_to_it(bench: Bench) {
    let (from, to) = (bench.person(1), bench.person(2));
    bench.settled(&from, &sid(1)).await;
    Box::pin(take(&bench, 2)).await.unwrap();
    let left = bench.known(&from).await;
    assert_eq!(left.state.person.link, None);
    assert_eq!(left.state.code, None, "what waited is destroyed");
    assert_eq!(left.state.session.page, None);
    let taken = bench.known(&to).await;
    assert_eq!(taken.state.person.link.unwrap().account, account());
    let audit = bench.items("audit").await;
    assert!(audit.iter().any(|item| item["event"] == "moved_away"));
    let account = account();
    let other = bench.tables.other_chat(&account, &from, bench.now);
    assert_eq!(other.await.unwrap().unwrap().person, to);
}

async fn two_who_take_a_link_at_once_do_not_both_get_it(bench: Bench) {
    let from = bench.person(1);
    bench.settled(&from, &sid(1)).await;
    // Both have looked before either moves it.
    let (one, other) = (looks(&bench, 2).await, looks(&bench, 3).await);
    let both = [&one, &other].map(|as_seen| Box::pin(moves(&bench, as_seen)));
    let taken = join_all(both).await;
    let took = taken.iter().filter(|taken| taken.is_ok()).count();
    assert_eq!(took, 1, "{taken:?}");
    let mut linked = 0;
    for n in 1..=3 {
        let known = bench.known(&bench.person(n)).await;
        linked += usize::from(known.state.person.link.is_some());
    }
    assert_eq!(linked, 1);
}

async fn a_person_who_changed_since_is_not_parted_from_their_link(bench: Bench) {
    let (from, to) = (bench.person(1), bench.person(2));
    bench.settled(&from, &sid(1)).await;
    let (known, parting) = parting(&bench).await;
    // They unlink and link again in between: another link, of the same account.
    let now = bench.known(&from).await;
    let mut transaction = bench.tables.transaction(&from, bench.now);
    transaction.person(&now, &Person::default(), &bench.seal_address(&from));
    transaction.commit().await.unwrap();
    let now = bench.known(&from).await;
    let mut transaction = bench.tables.transaction(&from, bench.now);
    bench.write_person(&mut transaction, &now);
    transaction.commit().await.unwrap();

    let before = bench.everything().await;
    let mut theirs = bench.tables.transaction(&from, bench.now);
    theirs.part(&known, &parting, "cause");
    let mine = bench.known(&to).await;
    let mut transaction = bench.tables.transaction(&to, bench.now);
    bench.write_person(&mut transaction, &mine);
    transaction.join(theirs);
    // Their item, or the entry that lets their requests go with the link that ended since.
    assert!(matches!(
        changed(transaction).await,
        Part::Person | Part::Entry
    ));
    assert_eq!(bench.everything().await, before);
}

async fn a_conversation_that_is_over_is_not_begun_by_a_move(bench: Bench) {
    let from = bench.person(1);
    let known = bench.known(&from).await;
    let mut transaction = bench.tables.transaction(&from, bench.now);
    bench.write_person(&mut transaction, &known);
    transaction.pointer(&bench.claim());
    transaction.commit().await.unwrap();
    Box::pin(take(&bench, 2)).await.unwrap();
    assert!(bench.items("sessions").await.is_empty());
}

async fn a_pointer_moves_only_from_whom_it_was_confirmed(bench: Bench) {
    bench.settled(&bench.person(1), &sid(1)).await;
    let third = bench.person(3);
    for (moves_from, moved) in [
        (None, false),
        (Some(bench.person(2)), false),
        (Some(bench.person(1)), true),
    ] {
        let mut transaction = bench.tables.transaction(&third, bench.now);
        transaction.pointer(&Pointer::Claim {
            account: account(),
            until: bench.now.plus(CREDENTIAL_LIFE),
            moves_from,
        });
        let outcome = transaction.commit().await;
        let refused = matches!(outcome, Err(CommitError::Changed(Part::Pointer)));
        assert_eq!((outcome.is_ok(), refused), (moved, !moved));
    }
}

async fn a_key_is_told_of_once_months_later(bench: Bench) {
    let person = bench.person(1);
    bench.settled(&person, &sid(1)).await;
    let link = bench.link(&person);
    let first = NewEntry::ending(&person, Ending::after(&link, bench.now));
    // Written again it is the same.
    bench.put(&[first.clone(), first.clone()]).await;
    let timer = first.key().clone();
    let at = bench.now.plus(CREDENTIAL_LIFE - LINK_ENDING_FIRST);
    assert!(at.since(bench.now) > MESSAGE_MEMORY, "it outlives messages");
    let early = bench.tables.timer(&timer, at.plus(-1)).await.unwrap();
    assert_eq!(early, Timer::NotDue(at));
    let key_id = link.key_id.clone();
    let looked = bench.tables.timer(&timer, at).await.unwrap();
    assert_eq!(looked, Timer::KeyDue { key_id });
    assert!(bench.tables.due(at, 100).await.unwrap().contains(&timer));

    let known = bench.at(&person, at).await;
    let address = super::bench::address(0);
    let Due::Remind { next, .. } = due(&known.state, &link.key_id, &address, at) else {
        panic!("nothing is said")
    };
    let entries = [NewEntry::ending(&person, next)];
    let told = (0..4).map(|_| bench.tables.remind(&timer, &known, &entries, at));
    let told = join_all(told).await;
    assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 1);
    assert_eq!(bench.tables.timer(&timer, at).await.unwrap(), Timer::Done);

    // Somebody who changed in between is not told what no longer holds.
    let known_before = bench.at(&person, at).await;
    let mut transaction = bench.tables.transaction(&person, at);
    transaction.person(
        &known_before,
        &Person::default(),
        &bench.seal_address(&person),
    );
    transaction.commit().await.unwrap();
    let last = entries[0].key();
    let late = bench.tables.remind(last, &known_before, &[], at).await;
    assert!(matches!(late, Err(CommitError::Changed(Part::Person))));
}
