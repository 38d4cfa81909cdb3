//! Forgetting a person: at once what may go at once, page by page what was said; and what is kept of them until then.

use aws::tables::{NewEntry, Part, Swept, UserId};
use domain::export::Part as Held;
use domain::ids::{EntryKey, PersonKey};
use domain::outbox::Delivery;
use domain::policy::ERASURE_LAST_ROUND;
use domain::state::Person;
use domain::time::Moment;
use serde_json::Value;

use super::bench::{Bench, changed, entry, sid};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(a_person_is_forgotten_only_as_they_were_read),
        case(what_was_said_goes_in_two_rounds_and_receipts_stay),
        case(what_is_kept_is_read_by_keys_and_opened),
        case(user_ids_that_point_here_are_found_and_go_too),
    ]
}

async fn said(bench: &Bench, person: &PersonKey, cause: u32, at: Moment) {
    let mut transaction = bench.tables.transaction(person, at);
    transaction.entry(&bench.send(person, &sid(cause)));
    transaction.commit().await.unwrap();
}

async fn left(bench: &Bench, person: &PersonKey) -> Vec<String> {
    let mut items = bench.items("messages").await;
    items.retain(|item| item["person"] == person.as_str());
    let ids = items.iter().map(|item| item["id"].as_str().unwrap());
    let mut ids: Vec<_> = ids.map(str::to_owned).collect();
    ids.sort();
    ids
}

async fn a_person_is_forgotten_only_as_they_were_read(bench: Bench) {
    let person = bench.person(1);
    bench.settled(&person, &sid(1)).await;
    let (known, stale) = (bench.known(&person).await, bench.known(&person).await);
    let mut transaction = bench.tables.transaction(&person, bench.now);
    transaction.erase(&known, &[], (sid(2).as_str(), 1));
    transaction.commit().await.unwrap();
    assert_eq!(bench.known(&person).await.state.person, Person::default());
    let people = bench.items("people").await;
    assert!(people.iter().all(|item| item["person"] != person.as_str()));
    let mut late = bench.tables.transaction(&person, bench.now);
    late.erase(&stale, &[], (sid(3).as_str(), 1));
    assert_eq!(changed(late).await, Part::Person);
    // Who was never there can be forgotten as well.
    let nobody = bench.person(2);
    let known = bench.known(&nobody).await;
    let mut transaction = bench.tables.transaction(&nobody, bench.now);
    transaction.erase(&known, &[], (sid(4).as_str(), 0));
    transaction.commit().await.unwrap();
}

async fn what_was_said_goes_in_two_rounds_and_receipts_stay(bench: Bench) {
    let person = bench.person(1);
    bench.settled(&person, &sid(1)).await;
    for n in 10..50 {
        said(&bench, &person, n, bench.now).await;
    }
    said(&bench, &bench.person(2), 60, bench.now).await;
    let erased_at = bench.now.plus(10);
    said(&bench, &person, 61, erased_at).await;
    said(&bench, &person, 62, erased_at.plus(1)).await;
    let sweep = NewEntry::erase(&person, (sid(63).as_str(), 1), erased_at);
    bench.put(std::slice::from_ref(&sweep)).await;
    let key: &EntryKey = sweep.key();

    let swept = async |at: Moment| bench.tables.sweep(key, erased_at, at).await.unwrap();
    let last = erased_at.plus(ERASURE_LAST_ROUND);
    assert_eq!(swept(erased_at).await, Swept::Again(last));
    let receipt = format!("receipt#{}", sid(1).as_str());
    let named = |n: u32| format!("entry#{}-0", sid(n).as_str());
    let own = format!("entry#{}-1", sid(63).as_str());
    let mut after = vec![named(61), named(62), own.clone(), receipt.clone()];
    after.sort();
    assert_eq!(left(&bench, &person).await, after);
    assert_eq!(
        swept(erased_at.plus(1)).await,
        Swept::Again(last),
        "harmless"
    );
    assert_eq!(swept(last).await, Swept::All);
    assert_eq!(
        left(&bench, &person).await,
        [named(62), own.clone(), receipt]
    );
    assert_eq!(left(&bench, &bench.person(2)).await, [named(60)]);
    let items = bench.items("messages").await;
    let done = items
        .iter()
        .find(|item| item["id"] == own.as_str())
        .unwrap();
    assert_eq!(done["delivery"], serde_json::json!(Delivery::Done));
    assert_eq!(done.get("due_at"), None);
}

async fn what_is_kept_is_read_by_keys_and_opened(bench: Bench) {
    let person = bench.person(1);
    let key = bench.settled(&person, &sid(1)).await;
    said(&bench, &bench.person(2), 2, bench.now).await;
    let known = bench.known(&person).await;
    bench.wire.take();
    let held = bench.tables.holdings(&known, &[], bench.now).await.unwrap();
    assert_eq!(bench.wire.take(), ["BatchGetItem", "Query", "Query"]);
    assert!(!held.cut);
    let told = format!("{:?}", held.held);
    assert!(
        told.contains("Hello") && told.contains("whatsapp:"),
        "{told}"
    );
    assert!(
        told.contains(key.id.as_str()) && told.contains("linked"),
        "{told}"
    );
    let other = bench.person(2);
    assert!(!told.contains(other.as_str()), "nobody else's");
    let sealed = known.state.person.link.unwrap().credential.0;
    assert!(!told.contains(&sealed));
    for part in [
        Held::Person,
        Held::Conversation,
        Held::Said,
        Held::Received,
        Held::Log,
    ] {
        assert!(held.held.iter().any(|held| held.part == part), "{part:?}");
    }
}

async fn user_ids_that_point_here_are_found_and_go_too(bench: Bench) {
    let (person, user) = (bench.person(1), bench.person(2));
    // Somebody writes from the id alone, then with the number.
    let known = bench.known(&user).await;
    let mut transaction = bench.tables.transaction(&user, bench.now);
    let stranger = Person::default();
    transaction.person(&known, &stranger, &bench.seal_address(&user));
    transaction.entry(&bench.send(&user, &sid(1)));
    transaction.commit().await.unwrap();
    bench.settled(&person, &sid(2)).await;
    let mut transaction = bench.tables.transaction(&person, bench.now);
    transaction.alias(&user, None);
    transaction.commit().await.unwrap();

    let known = bench.known(&person).await;
    let found = bench.tables.user_ids(&known, Some(&user), bench.now);
    let found = found.await.unwrap();
    let (id, holds) = (user.clone(), true);
    assert_eq!(found, [UserId { user: id, holds }]);
    let held = bench
        .tables
        .holdings(&known, &found, bench.now)
        .await
        .unwrap();
    let told = format!("{:?}", held.held);
    assert!(told.contains(entry(&user, &sid(1)).id.as_str()), "{told}");
    let mut transaction = bench.tables.transaction(&person, bench.now);
    transaction.erase(&known, &found, (sid(3).as_str(), 1));
    transaction.commit().await.unwrap();
    let people = bench.items("people").await;
    let gone = |item: &Value| {
        let key = item["person"].as_str().unwrap();
        key != person.as_str() && key != user.as_str() && key != format!("alias#{}", user.as_str())
    };
    assert!(people.iter().all(gone), "{people:?}");
    let sweeps = left(&bench, &user).await;
    assert!(
        sweeps.contains(&format!("entry#{}-1", sid(3).as_str())),
        "{sweeps:?}"
    );
    // Its own record says so, for whoever brings back a table of before; it is no second erasure.
    let mut recorded = bench.items("audit").await;
    recorded.retain(|line| line["person"] == user.as_str());
    assert_eq!(recorded.len(), 1, "{recorded:?}");
    assert_eq!(recorded[0]["event"], "erased");
    let counted = bench.items("cache").await;
    assert!(!format!("{counted:?}").contains("erased"), "{counted:?}");
    // An id that belongs to another number by now is nobody's business here.
    let found = bench.tables.user_ids(&known, Some(&user), bench.now);
    assert_eq!(found.await.unwrap(), []);
}
