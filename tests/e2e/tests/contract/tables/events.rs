//! What has happened at Flash: whose it is, and that it is dealt with once.

use aws::tables::{CommitError, EventEnd, NewEntry, Part};
use domain::conversation::Pointer;
use domain::flash::{Direction, TransactionStatus};
use domain::flash_event::{EventId, FlashEvent, Payment, What, Whose};
use domain::ids::{AccountId, FlashUserId, PersonKey, WalletId};
use domain::notification::{Fate, Outcome, Seen, Why};
use domain::outbox::Reply;
use domain::policy::MESSAGE_MEMORY;
use domain::preferences::Topic;

use super::bench::{Bench, account, address};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(an_owner_is_found_by_any_name_until_the_link_ends),
        case(an_event_is_dealt_with_once_under_all_of_its_names),
        case(two_events_of_a_person_come_one_after_the_other),
    ]
}

fn uuid(nth: u32) -> String {
    format!("8f7d1d2c-0000-4000-8000-{nth:012}")
}

async fn an_owner_is_found_by_any_name_until_the_link_ends(bench: Bench) {
    let person = bench.person(1);
    let until = bench.now.plus(100);
    let claims = [
        Pointer::Claim {
            account: AccountId(uuid(1)),
            until,
            moves_from: None,
        },
        Pointer::ClaimUser {
            user: FlashUserId(uuid(2)),
            until,
        },
        Pointer::ClaimWallet {
            wallet: WalletId(uuid(3)),
            until,
        },
    ];
    let mut transaction = bench.tables.transaction(&person, bench.now);
    for claim in &claims {
        transaction.pointer(claim);
    }
    transaction.commit().await.unwrap();
    let whose = |owner: u32, account: u32, wallet: u32| {
        let named = |nth| (nth > 0).then(|| uuid(nth));
        Whose {
            owner: named(owner),
            account: named(account).map(AccountId),
            wallet: named(wallet).map(WalletId),
        }
    };
    for (owner, account, wallet, found) in [
        (1, 0, 0, true),
        (2, 0, 0, true),
        (0, 1, 0, true),
        (0, 0, 3, true),
        (2, 1, 3, true),
        // Named twice, asked for once: a batch may not ask for the same item twice.
        (1, 1, 0, true),
        (3, 2, 1, false),
        (9, 0, 0, false),
        (0, 0, 0, false),
    ] {
        let whose = whose(owner, account, wallet);
        let owners = |at| bench.tables.owners(&whose, at);
        let expected: Vec<_> = found.then(|| person.clone()).into_iter().collect();
        assert_eq!(owners(bench.now).await.unwrap(), expected);
        assert_eq!(owners(until).await.unwrap(), []);
    }
}

fn event(bench: &Bench, names: &[&str]) -> FlashEvent {
    let payment = Payment {
        direction: Direction::Received,
        status: TransactionStatus::Settled,
        amount: None,
        display: None,
        sats: None,
        rail: None,
        other: None,
        memo: None,
        transaction: None,
    };
    let names = names
        .iter()
        .map(|name| EventId::Transaction((*name).to_owned()));
    FlashEvent {
        what: What::Payment(Box::new(payment)),
        whose: Whose::default(),
        ids: names.collect(),
        at: bench.now,
    }
}

fn told(seen: &Seen, bench: &Bench) -> Outcome {
    Outcome {
        topic: Topic::Received,
        fate: Fate::Tell(Box::new(Reply::from("You have been paid.".to_owned()))),
        seen: seen.telling(bench.now),
        also_called: Vec::new(),
        pays: None,
    }
}

fn says(bench: &Bench, person: &PersonKey, cause: &str) -> Vec<NewEntry> {
    let reply = Reply::from("You have been paid.".to_owned());
    let cause = (cause, 0);
    bench
        .tables
        .sends(person, &address(1), &reply, cause, bench.now)
}

async fn ends(
    bench: &Bench,
    person: &PersonKey,
    event: &FlashEvent,
    cause: &str,
) -> Result<(), CommitError> {
    let known = bench.known(person).await;
    let seen = bench.tables.seen(person, bench.now).await.unwrap();
    let outcome = told(&seen.seen, bench);
    let end = EventEnd {
        known: &known,
        seen: &seen,
        event,
        account: &account(),
        outcome: &outcome,
        cause,
        says: &says(bench, person, cause),
        pays: None,
    };
    bench.tables.end_event(end, bench.now).await
}

async fn an_event_is_dealt_with_once_under_all_of_its_names(bench: Bench) {
    let person = bench.person(1);
    let of = (&account(), event(&bench, &[]).scope());
    let repeats = async |names: &[&str], at| {
        let names = event(&bench, names).ids;
        let before = bench.tables.before_event(&person, of, &names, at).await;
        before.unwrap().repeats
    };
    assert!(repeats(&["a", "b", "a"], bench.now).await.is_none());
    let first = event(&bench, &["a", "b", "a"]);
    ends(&bench, &person, &first, "event-0000000000000001")
        .await
        .unwrap();
    // Under one of them it is the same, though another comes with it.
    let again = event(&bench, &["c", "b"]);
    let refused = ends(&bench, &person, &again, "event-0000000000000002").await;
    let refused = refused.unwrap_err();
    assert!(
        matches!(refused, CommitError::Changed(Part::Event)),
        "{refused}"
    );
    let found = repeats(&["c", "b"], bench.now).await.unwrap();
    let entries: Vec<_> = found.entries.iter().map(|key| key.id.as_str()).collect();
    assert_eq!(
        entries,
        ["event-0000000000000001-0"],
        "to be published again"
    );
    assert!(repeats(&["c"], bench.now).await.is_none());
    for _ in 0..2 {
        let called = bench.tables.also_called(&person, of, &found, bench.now);
        called.await.unwrap();
        assert_eq!(
            repeats(&["c"], bench.now).await.unwrap().entries,
            found.entries
        );
    }
    // Somebody else's are others, and what was forgotten is new again.
    let other = bench.person(2);
    let names = first.ids.clone();
    let theirs = bench.tables.before_event(&other, of, &names, bench.now);
    assert!(theirs.await.unwrap().repeats.is_none());
    let later = bench.now.plus(MESSAGE_MEMORY);
    assert!(repeats(&["a", "b", "c"], later).await.is_none());
    let raw = serde_json::to_string(&bench.everything().await).unwrap();
    assert!(!raw.contains("been paid"));
}

async fn two_events_of_a_person_come_one_after_the_other(bench: Bench) {
    let person = bench.person(1);
    let known = bench.known(&person).await;
    let seen = bench.tables.seen(&person, bench.now).await.unwrap();
    let outcome = told(&seen.seen, &bench);
    let (account, events) = (account(), [event(&bench, &["a"]), event(&bench, &["b"])]);
    let mut ended = Vec::new();
    for (event, cause) in events.iter().zip(["event-01", "event-02"]) {
        let end = EventEnd {
            known: &known,
            seen: &seen,
            event,
            account: &account,
            outcome: &outcome,
            cause,
            says: &says(&bench, &person, cause),
            pays: None,
        };
        ended.push(bench.tables.end_event(end, bench.now).await);
    }
    assert!(ended[0].is_ok());
    let late = ended[1].as_ref().unwrap_err();
    assert!(matches!(late, CommitError::Changed(Part::Seen)), "{late}");
    let muted = Outcome {
        fate: Fate::Mute(Why::TopicOff),
        seen: Seen::default(),
        ..told(&Seen::default(), &bench)
    };
    let event = event(&bench, &["c"]);
    let end = EventEnd {
        outcome: &muted,
        event: &event,
        known: &known,
        seen: &seen,
        account: &account,
        cause: "event-03",
        says: &[],
        pays: None,
    };
    // What changes nothing that is remembered meets nobody.
    bench.tables.end_event(end, bench.now).await.unwrap();
    let messages = bench.items("messages").await;
    let because: Vec<_> = messages
        .iter()
        .filter_map(|item| item["because"].as_str())
        .collect();
    assert_eq!(because, ["topic_off"]);
}
