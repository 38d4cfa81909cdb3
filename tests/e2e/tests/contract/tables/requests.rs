//! Requests for money: on both of their sides or on one, ended once, and gone with the link; and who has a wallet.

use aws::tables::{CommitError, Part, Timer};
use domain::conversation::{Change, NewRequest, OtherSide, Pointer};
use domain::flash::Username;
use domain::ids::{EntryId, EntryKey, PersonKey, WalletId};
use domain::money::Cents;
use domain::notification::{When, Why};
use domain::policy::{REQUEST_LIFE, REQUEST_MEMORY};
use domain::request::{Code, Progress, Request, Side, Terms};
use domain::state::Person;

use super::bench::{Bench, sid};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(a_request_stands_on_both_sides_and_is_read_by_each),
        case(a_code_that_is_taken_on_either_side_is_not_taken_again),
        case(a_request_ends_once_on_both_sides_or_on_the_one_where_it_stands),
        case(requests_go_with_the_link_and_end_with_the_others),
        case(whoever_asked_does_not_learn_that_the_other_has_let_go),
        case(a_wallet_points_to_whom_it_is_linked_until_the_link_ends),
        case(names_of_the_blocked_are_kept_sealed),
    ]
}

fn request(bench: &Bench, side: Side, code: &str, other: &PersonKey) -> Request {
    let keys = bench.tables.keys();
    Request {
        code: Code::parse(code).unwrap(),
        id: format!("{code:A<22}"),
        side,
        progress: Progress::Open,
        asked_at: bench.now,
        ends_at: bench.now.plus(REQUEST_LIFE),
        with: keys.wallet_mark(&WalletId("wallet".into())),
        terms: Terms {
            cents: Cents(2_000),
            memo: Some("lunch".into()),
            who: Username::parse("marcia").unwrap(),
            other: other.clone(),
        },
    }
}

/// Of the first person to the second.
fn made(bench: &Bench, code: &str, told: bool) -> Change {
    let (from, asked) = (bench.person(1), bench.person(2));
    Change::Make(Box::new(NewRequest {
        mine: request(bench, Side::Asker, code, &asked),
        theirs: told.then(|| request(bench, Side::Asked, code, &from)),
    }))
}

async fn commit(bench: &Bench, person: &PersonKey, change: Change) -> Result<(), Part> {
    let mut transaction = bench.tables.transaction(person, bench.now);
    transaction.requests(&[change]);
    match transaction.commit().await {
        Ok(()) => Ok(()),
        Err(CommitError::Changed(part)) => Err(part),
        Err(error) => panic!("{error}"),
    }
}

async fn of(bench: &Bench, n: u32) -> Vec<Request> {
    let person = bench.person(n);
    bench.tables.requests(&person, bench.now).await.unwrap()
}

async fn a_request_stands_on_both_sides_and_is_read_by_each(bench: Bench) {
    let (from, asked) = (bench.person(1), bench.person(2));
    commit(&bench, &from, made(&bench, "3F2K", true))
        .await
        .unwrap();
    bench.wire.take();
    assert_eq!(
        of(&bench, 1).await,
        [request(&bench, Side::Asker, "3F2K", &asked)]
    );
    assert_eq!(
        of(&bench, 2).await,
        [request(&bench, Side::Asked, "3F2K", &from)]
    );
    assert_eq!(bench.wire.take(), ["Query"; 2]);
    assert_eq!(of(&bench, 3).await, []);
    let raw = serde_json::to_string(&bench.items("messages").await).unwrap();
    assert!(!raw.contains("lunch") && !raw.contains("marcia"));
    let ages = bench.now.plus(REQUEST_LIFE + REQUEST_MEMORY);
    assert_eq!(bench.tables.requests(&from, ages).await.unwrap(), []);
}

async fn a_code_that_is_taken_on_either_side_is_not_taken_again(bench: Bench) {
    let from = bench.person(1);
    commit(&bench, &from, made(&bench, "3F2K", true))
        .await
        .unwrap();
    let before = bench.everything().await;
    let again = commit(&bench, &from, made(&bench, "3F2K", true)).await;
    assert_eq!(again, Err(Part::Request));
    let third = bench.person(3);
    let of_another = commit(&bench, &third, made(&bench, "3F2K", true)).await;
    assert_eq!(of_another, Err(Part::Request), "the second person has it");
    assert_eq!(bench.everything().await, before);
    commit(&bench, &from, made(&bench, "7QK2", false))
        .await
        .unwrap();
    assert_eq!(
        (of(&bench, 1).await.len(), of(&bench, 2).await.len()),
        (2, 1)
    );
}

async fn a_request_ends_once_on_both_sides_or_on_the_one_where_it_stands(bench: Bench) {
    let (from, asked) = (bench.person(1), bench.person(2));
    bench.settled(&from, &sid(1)).await;
    for (code, told) in [("3F2K", true), ("7QK2", false)] {
        commit(&bench, &from, made(&bench, code, told))
            .await
            .unwrap();
    }
    let end = |request: Request, progress, on_both| Change::End {
        request,
        progress,
        on_both,
    };
    let theirs = request(&bench, Side::Asked, "3F2K", &from);
    let other = bench.tables.other_side(&theirs, bench.now).await.unwrap();
    assert!(other.stands);
    assert_eq!(other.chat.map(|chat| chat.person), Some(from.clone()));
    let asked_as = request(&bench, Side::Asker, "3F2K", &asked).terms.who;
    assert_eq!(other.names, Some(asked_as), "as whoever asked wrote it");
    let declines = end(theirs.clone(), Progress::Declined, true);
    commit(&bench, &asked, declines.clone()).await.unwrap();
    assert_eq!(commit(&bench, &asked, declines).await, Err(Part::Request));
    for n in [1, 2] {
        let all = of(&bench, n).await;
        let it = all.iter().find(|it| it.code == theirs.code).unwrap();
        assert_eq!(it.progress, Progress::Declined);
    }
    let other = bench.tables.other_side(&theirs, bench.now).await.unwrap();
    assert!(!other.stands, "it is over there as well");
    let alone = request(&bench, Side::Asker, "7QK2", &asked);
    let other = bench.tables.other_side(&alone, bench.now).await.unwrap();
    let nowhere = OtherSide {
        stands: false,
        names: None,
        chat: None,
        when: When::Never(Why::NotLinked),
    };
    assert_eq!(other, nowhere);
    let both = end(alone.clone(), Progress::Withdrawn, true);
    assert_eq!(commit(&bench, &from, both).await, Err(Part::Request));
    let one = end(alone, Progress::Withdrawn, false);
    commit(&bench, &from, one).await.unwrap();
}

async fn requests_go_with_the_link_and_end_with_the_others(bench: Bench) {
    let from = bench.person(1);
    bench.settled(&from, &sid(1)).await;
    for (code, told) in [("3F2K", true), ("7QK2", false)] {
        commit(&bench, &from, made(&bench, code, told))
            .await
            .unwrap();
    }
    let known = bench.known(&from).await;
    let mut transaction = bench.tables.transaction(&from, bench.now);
    let address = known.address().unwrap().clone();
    transaction.person(&known, &Person::default(), &address);
    transaction.commit().await.unwrap();
    let timer = EntryKey {
        person: from.clone(),
        id: EntryId::caused_by("requests-0123abcd", 0),
    };
    let due = bench.tables.timer(&timer, bench.now).await.unwrap();
    let let_go_at = bench.now;
    assert_eq!(due, Timer::LetGoDue { let_go_at });
    let mut later = request(&bench, Side::Asker, "9ZZ9", &bench.person(2));
    later.asked_at = bench.now.plus(1);
    let later = Change::Make(Box::new(NewRequest {
        mine: later,
        theirs: None,
    }));
    commit(&bench, &from, later).await.unwrap();
    for _ in 0..2 {
        let all = bench.tables.end_requests(&from, let_go_at, bench.now);
        assert!(all.await.unwrap(), "nothing is left");
        let mine = of(&bench, 1).await;
        assert_eq!(mine.len(), 1, "but what came after: {mine:?}");
        assert_eq!(of(&bench, 2).await[0].progress, Progress::Ended);
    }
}

async fn whoever_asked_does_not_learn_that_the_other_has_let_go(bench: Bench) {
    let (from, asked) = (bench.person(1), bench.person(2));
    commit(&bench, &from, made(&bench, "3F2K", true))
        .await
        .unwrap();
    let told = async |person, since| bench.tables.told_since(person, since).await.unwrap();
    let before = bench.now.plus(-1);
    assert_eq!(told(&asked, before).await.len(), 1);
    assert_eq!(told(&asked, bench.now).await, [], "no longer");
    assert_eq!(told(&from, before).await, [], "their own do not count");
    let all = bench.tables.end_requests(&asked, bench.now, bench.now);
    assert!(all.await.unwrap());
    assert_eq!(of(&bench, 2).await, []);
    let mine = of(&bench, 1).await.remove(0);
    assert_eq!(mine.progress, Progress::Open);
    let withdrawn = Change::End {
        request: mine,
        progress: Progress::Withdrawn,
        on_both: false,
    };
    commit(&bench, &from, withdrawn).await.unwrap();
}

async fn a_wallet_points_to_whom_it_is_linked_until_the_link_ends(bench: Bench) {
    let (first, second) = (bench.person(1), bench.person(2));
    let wallet = WalletId("8f7d1d2c-0000-4000-8000-000000000001".into());
    let until = bench.now.plus(100);
    let point = async |person: &PersonKey, pointer: Pointer| {
        let mut transaction = bench.tables.transaction(person, bench.now);
        transaction.pointer(&pointer);
        transaction.commit().await
    };
    let owner = async |now| bench.tables.owner_of(&wallet, now).await.unwrap();
    let claim = || Pointer::ClaimWallet {
        wallet: wallet.clone(),
        until,
    };
    assert_eq!(owner(bench.now).await, None);
    for person in [&first, &second] {
        point(person, claim()).await.unwrap();
        assert_eq!(owner(bench.now).await.as_ref(), Some(person));
    }
    assert_eq!(owner(until).await, None, "it ends with the link");
    let release = || Pointer::ReleaseWallet(wallet.clone());
    let anothers = point(&first, release()).await.unwrap_err();
    let refused = matches!(anothers, CommitError::Changed(Part::Pointer));
    assert!(refused, "{anothers}");
    for _ in 0..2 {
        point(&second, release()).await.unwrap();
        assert_eq!(owner(bench.now).await, None);
    }
}

async fn names_of_the_blocked_are_kept_sealed(bench: Bench) {
    let person = bench.person(1);
    let wallet = bench.tables.keys().wallet_mark(&WalletId("w".into()));
    let name = Username::parse("devon").unwrap();
    let named = Change::NameBlocked {
        wallet: wallet.clone(),
        name: name.clone(),
    };
    for _ in 0..2 {
        commit(&bench, &person, named.clone()).await.unwrap();
    }
    let listed = bench.tables.blocked_names(&person, bench.now);
    assert_eq!(listed.await.unwrap(), [(wallet, name)]);
    let raw = serde_json::to_string(&bench.everything().await).unwrap();
    assert!(!raw.contains("devon"));
}
