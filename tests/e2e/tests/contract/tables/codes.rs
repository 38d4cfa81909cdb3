//! A waiting code: tries counted one by one, an end that comes once.

use aws::tables::{CommitError, NewEntry, Part, Timer};
use domain::conversation::Tried;
use domain::ids::{MessageSid, PersonKey};
use domain::policy::{CODE_LIFE, CODE_TRIES, CREDENTIAL_LIFE};
use domain::state::AppCode;
use futures::future::join_all;

use super::bench::{Bench, CODE, entry, sid, timer};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(parallel_tries_never_exceed_their_number),
        case(the_right_code_is_right_while_it_lives_and_tries_are_left),
        case(a_repeated_try_counts_once),
        case(a_try_whose_answer_was_lost_counts_once),
        case(a_code_ends_once),
        case(a_code_in_the_app_is_counted_and_ends_beside_the_links),
        case(a_key_proves_once),
        case(what_a_page_gave_rise_to_is_found_by_its_name),
    ]
}

const WRONG: &str = "543210";

async fn waiting(bench: &Bench) -> PersonKey {
    let person = bench.person(1);
    let mut transaction = bench.tables.transaction(&person, bench.now);
    transaction.await_code(&bench.code(&person, "challenge"), None);
    transaction.commit().await.unwrap();
    person
}

async fn try_code(bench: &Bench, person: &PersonKey, code: &str, message: &MessageSid) -> Tried {
    let tried = bench
        .tables
        .try_code(person, "challenge", code, message, bench.now);
    tried.await.unwrap()
}

async fn parallel_tries_never_exceed_their_number(bench: Bench) {
    let person = waiting(&bench).await;
    let messages: Vec<_> = (1..=24).map(sid).collect();
    let tries = messages
        .iter()
        .map(|message| try_code(&bench, &person, WRONG, message));
    let mut left = Vec::new();
    for tried in join_all(tries).await {
        match tried {
            Tried::Wrong { left: more } => left.push(more),
            Tried::Gone => {}
            Tried::Right => panic!("a wrong code is right"),
        }
    }
    left.sort_unstable();
    assert_eq!(left, (0..CODE_TRIES).collect::<Vec<_>>());
    assert_eq!(bench.items("codes").await[0]["tries"], CODE_TRIES);
    let right = try_code(&bench, &person, CODE, &sid(99)).await;
    assert_eq!(right, Tried::Gone);
}

async fn the_right_code_is_right_while_it_lives_and_tries_are_left(bench: Bench) {
    let person = waiting(&bench).await;
    for (n, left) in (1..CODE_TRIES).zip((1..CODE_TRIES).rev()) {
        let tried = try_code(&bench, &person, WRONG, &sid(n)).await;
        assert_eq!(tried, Tried::Wrong { left });
    }
    let (tables, message) = (&bench.tables, sid(CODE_TRIES));
    let over = bench.now.plus(CODE_LIFE);
    let late = tables.try_code(&person, "challenge", CODE, &message, over);
    assert_eq!(late.await.unwrap(), Tried::Gone);
    let other = tables.try_code(&person, "another", CODE, &message, bench.now);
    assert_eq!(other.await.unwrap(), Tried::Gone);
    let last = try_code(&bench, &person, CODE, &message).await;
    assert_eq!(last, Tried::Right);
}

async fn a_repeated_try_counts_once(bench: Bench) {
    let person = waiting(&bench).await;
    let message = sid(1);
    let repeats = (0..8).map(|_| try_code(&bench, &person, WRONG, &message));
    for tried in join_all(repeats).await {
        assert_eq!(
            tried,
            Tried::Wrong {
                left: CODE_TRIES - 1
            }
        );
    }
    assert_eq!(bench.items("codes").await[0]["tries"], 1);
}

async fn a_try_whose_answer_was_lost_counts_once(bench: Bench) {
    let person = waiting(&bench).await;
    let message = sid(1);
    bench.wire.lose_an_answer();
    let tables = &bench.tables;
    let lost = tables.try_code(&person, "challenge", WRONG, &message, bench.now);
    assert!(lost.await.is_err(), "the answer was not lost");
    let again = try_code(&bench, &person, WRONG, &message).await;
    assert_eq!(
        again,
        Tried::Wrong {
            left: CODE_TRIES - 1
        }
    );
    assert_eq!(bench.items("codes").await[0]["tries"], 1);
}

async fn a_code_ends_once(bench: Bench) {
    let person = waiting(&bench).await;
    let key = entry(&person, &sid(1));
    let end = bench.now.plus(CODE_LIFE);
    bench.put(&[timer(&person, &sid(1), end)]).await;
    let looked = bench.tables.timer(&key, end.plus(-1)).await.unwrap();
    assert_eq!(looked, Timer::NotDue(end));
    let challenge = "challenge".to_owned();
    let looked = bench.tables.timer(&key, end).await.unwrap();
    assert_eq!(looked, Timer::Due { challenge });

    let says = [bench.send(&person, &sid(2))];
    let ends = (0..4).map(|_| bench.tables.end_code(&key, "challenge", &says, end));
    let (ended, late): (Vec<_>, Vec<_>) = join_all(ends)
        .await
        .into_iter()
        .partition(|end| matches!(end, Ok(())));
    assert_eq!(ended.len(), 1);
    for late in late {
        assert!(
            matches!(late, Err(CommitError::Changed(Part::Code))),
            "{late:?}"
        );
    }
    assert!(bench.items("codes").await.is_empty());
    assert_eq!(bench.items("messages").await.len(), 2);
    let looked = bench.tables.timer(&key, end).await.unwrap();
    assert_eq!(looked, Timer::Done);
}

fn app_code(bench: &Bench, person: &PersonKey) -> AppCode {
    let keys = bench.tables.keys();
    AppCode {
        challenge: "challenge".to_owned(),
        digest: keys.code_digest("step-up", person, "challenge", CODE),
        expires_at: bench.now.plus(CODE_LIFE),
        tries: 0,
        tried_by: Vec::new(),
        of_link: "0123abcd".to_owned(),
    }
}

/// Same person, same challenge, same digits: the purpose keeps the two apart.
async fn a_code_in_the_app_is_counted_and_ends_beside_the_links(bench: Bench) {
    let person = waiting(&bench).await;
    let (tables, now) = (&bench.tables, bench.now);
    let mut transaction = tables.transaction(&person, now);
    transaction.await_app_code(&app_code(&bench, &person));
    transaction.commit().await.unwrap();
    let state = tables.read_person(&person, None, now).await.unwrap().state;
    assert_eq!(state.app_code, Some(app_code(&bench, &person)));
    assert!(state.code.is_some_and(|code| code.tries == 0));

    let mut second = tables.transaction(&person, now);
    second.await_app_code(&app_code(&bench, &person));
    let second = second.commit().await.unwrap_err();
    assert!(
        matches!(second, CommitError::Changed(Part::Code)),
        "{second:?}"
    );

    let messages: Vec<_> = (1..=24).map(sid).collect();
    let tries = messages
        .iter()
        .map(|message| tables.try_app_code(&person, "challenge", WRONG, message, now));
    let outcomes = join_all(tries).await.into_iter().map(Result::unwrap);
    let wrong = outcomes.filter(|outcome| matches!(outcome, Tried::Wrong { .. }));
    assert_eq!(wrong.count(), CODE_TRIES as usize);
    let right = try_code(&bench, &person, CODE, &sid(99)).await;
    assert_eq!(right, Tried::Right, "the link's code has all of its tries");

    let key = entry(&person, &sid(1));
    let due_at = now.plus(CODE_LIFE);
    let challenge = "challenge".to_owned();
    let timer = NewEntry::ExpireAppCode {
        key: key.clone(),
        challenge: challenge.clone(),
        due_at,
    };
    bench.put(&[timer]).await;
    let looked = tables.timer(&key, due_at).await.unwrap();
    assert_eq!(looked, Timer::AppCodeDue { challenge });
    let ends = (0..3).map(|_| tables.end_app_code(&key, "challenge", &[], due_at));
    let ended = join_all(ends).await.into_iter().flatten();
    assert_eq!(ended.count(), 1);
    let left = bench.items("codes").await;
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0]["purpose"], "link");
}

async fn a_key_proves_once(bench: Bench) {
    let (tables, people) = (&bench.tables, [bench.person(1), bench.person(2)]);
    let prove = async |person: &PersonKey, now| {
        let mut transaction = tables.transaction(person, now);
        transaction.proof("digest");
        transaction.commit().await
    };
    prove(&people[0], bench.now).await.unwrap();
    for person in &people {
        let again = prove(person, bench.now.plus(1)).await.unwrap_err();
        assert!(
            matches!(again, CommitError::Changed(Part::Proof)),
            "{again:?}"
        );
    }
    let later = bench.now.plus(CREDENTIAL_LIFE);
    prove(&people[1], later).await.unwrap();
}

async fn what_a_page_gave_rise_to_is_found_by_its_name(bench: Bench) {
    let (tables, person) = (&bench.tables, bench.person(1));
    let none = tables.dealt_with(&person, "proof-page", bench.now).await;
    assert_eq!(none.unwrap(), None);
    let send = bench.send(&person, &sid(1));
    let mut transaction = tables.transaction(&person, bench.now);
    transaction.receipt_of(&person, "proof-page", std::slice::from_ref(&send));
    transaction.commit().await.unwrap();
    let found = tables.dealt_with(&person, "proof-page", bench.now).await;
    assert_eq!(found.unwrap(), Some(vec![send.key().clone()]));
}
