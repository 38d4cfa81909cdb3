//! Counters of the day, and the list of those who want news with the announcement that goes down it.

use aws::tables::{CommitError, ListPlace, Part, Tables};
use domain::announcement::{Change, Readers, Stage, Words};
use domain::consent::{Consent, Kind};
use domain::conversation::{Audit, Event};
use domain::counts::{Counts, PEOPLE};
use domain::ids::PersonKey;
use domain::outbox::Reply;
use domain::policy::{COUNTS_MEMORY, NEWS_SHARDS};
use domain::state::Standing;
use futures::future::{join_all, try_join_all};
use std::collections::BTreeSet;
use std::time::Duration;

use super::bench::{Bench, address, changed, entry, sid};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(what_happens_is_counted_with_it_and_what_does_not_is_not),
        case(traffic_of_many_instances_adds_up_by_day),
        case(whoever_wants_news_is_listed_in_shards_page_by_page_and_nobody_else),
        case(a_draft_starts_once_goes_on_from_where_it_was_and_stops),
    ]
}

async fn today(bench: &Bench) -> Counts {
    let mut days = bench.tables.day_counts(1, bench.now).await.unwrap();
    days.remove(0).counts
}

async fn what_happens_is_counted_with_it_and_what_does_not_is_not(bench: Bench) {
    let line = Audit {
        event: Event::OptedOut,
        account: None,
    };
    let people: Vec<_> = (1..=12).map(|n| bench.person(n)).collect();
    try_join_all(people.iter().map(|person| async {
        let mut transaction = bench.tables.transaction(person, bench.now);
        transaction.audit(&line, sid(1).as_str());
        transaction.count(PEOPLE, 2);
        transaction.commit().await
    }))
    .await
    .unwrap();
    let counts = today(&bench).await;
    assert_eq!((counts.event(Event::OptedOut), counts.of(PEOPLE)), (12, 24));
    // The same line again is refused, and so is its count.
    let mut again = bench.tables.transaction(&people[0], bench.now);
    again.audit(&line, sid(1).as_str());
    assert_eq!(changed(again).await, Part::Audit);
    assert_eq!(today(&bench).await, counts);
    let days = bench.tables.day_counts(3, bench.now).await.unwrap();
    assert_eq!(days.len(), 3);
    assert!(days[1].counts.is_empty() && days[1].day < days[0].day);
    let late = bench.now.plus(COUNTS_MEMORY);
    assert!(
        bench.tables.day_counts(1, late).await.unwrap()[0]
            .counts
            .is_empty()
    );
    for item in bench.items("cache").await {
        assert!(
            item["expires_at"].as_i64().unwrap() == late.unix(),
            "{item}"
        );
    }
}

async fn traffic_of_many_instances_adds_up_by_day(bench: Bench) {
    let mut counts = Counts::default();
    counts.add("heard", 3);
    counts.add("command:export my data", 1);
    let day = bench.now.day();
    let writes = (0..20).map(|_| bench.tables.count_traffic(&day, &counts, bench.now));
    try_join_all(writes).await.unwrap();
    let sum = today(&bench).await;
    assert_eq!(
        (sum.of("heard"), sum.of("command:export my data")),
        (60, 20)
    );
}

/// Somebody who has a number and has agreed to news, or not.
async fn agrees(bench: &Bench, n: u32, given: bool) -> PersonKey {
    let person = bench.person(n);
    let known = bench.known(&person).await;
    let mut standing = Standing::default();
    standing
        .consents
        .set(Kind::Notifications, Consent::now(given, bench.now));
    let mut transaction = bench.tables.transaction(&person, bench.now);
    bench.write_person(&mut transaction, &known);
    transaction.standing(&known, &standing);
    transaction.commit().await.unwrap();
    person
}

/// The whole list, two at a time. The index follows the table, in its own time: asked again until it has so many.
async fn listed(bench: &Bench, wanted: usize) -> Vec<PersonKey> {
    for _ in 0..50 {
        let (mut place, mut all) = (ListPlace::default(), Vec::new());
        while !place.is_end() {
            let (people, behind) = bench.tables.listed(&place, 2).await.unwrap();
            assert!(people.len() <= 2 && behind != place);
            all.extend(people);
            place = behind;
        }
        if all.len() == wanted {
            return all;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the list never has {wanted}");
}

async fn whoever_wants_news_is_listed_in_shards_page_by_page_and_nobody_else(bench: Bench) {
    let agreed = join_all((0..40).map(|n| agrees(&bench, n + 1, n < 30))).await;
    let (yes, no) = agreed.split_at(30);
    let all = listed(&bench, 30).await;
    let names = |people: &[PersonKey]| {
        let names = people.iter().map(|person| person.as_str().to_owned());
        names.collect::<BTreeSet<_>>()
    };
    assert_eq!(names(&all), names(yes), "each once");
    let counted = bench.tables.count_listed().await.unwrap();
    assert_eq!((counted.count, counted.or_more), (30, false));
    let shards: BTreeSet<_> = bench
        .items("people")
        .await
        .iter()
        .filter_map(|item| item["news_shard"].as_u64())
        .collect();
    assert!(shards.len() > 5 && shards.iter().all(|shard| *shard < u64::from(NEWS_SHARDS)));

    // The list proposes; how somebody stands decides.
    let readers = bench.tables.readers(&agreed, bench.now).await.unwrap();
    assert_eq!(readers.len(), 30);
    assert_eq!(readers[0].address, address(0));
    assert!(
        bench
            .tables
            .readers(no, bench.now)
            .await
            .unwrap()
            .is_empty()
    );
    let refused = entry(&yes[0], &sid(90));
    let told = bench
        .tables
        .opted_out_at_twilio(&refused, bench.now, bench.now);
    assert!(told.await.unwrap());
    let mut known = bench.known(&yes[1]).await;
    known.state.standing.opted_out_at = Some(bench.now);
    let out = known.state.standing.clone();
    let mut transaction = bench.tables.transaction(&yes[1], bench.now);
    transaction.standing(&known, &out);
    transaction.commit().await.unwrap();
    let readers = bench.tables.readers(yes, bench.now).await.unwrap();
    assert_eq!(readers.len(), 28);
    listed(&bench, 28).await;
}

fn draft(text: &str) -> Change {
    Change::Draft {
        words: Words {
            text: text.to_owned(),
            spanish: None,
        },
        readers: Readers {
            count: 3,
            or_more: false,
        },
    }
}

async fn announce(bench: &Bench, tables: &Tables, change: &Change, id: &str) -> Option<Part> {
    let person = bench.person(9);
    let mut transaction = tables.transaction(&person, bench.now);
    transaction.announce(change, id);
    match transaction.commit().await {
        Ok(()) => None,
        Err(CommitError::Changed(part)) => Some(part),
        Err(error) => panic!("{error}"),
    }
}

async fn a_draft_starts_once_goes_on_from_where_it_was_and_stops(bench: Bench) {
    let (tables, now) = (&bench.tables, bench.now);
    assert!(tables.announcement(now).await.unwrap().is_none());
    let (first, second) = (sid(1).as_str().to_owned(), sid(2).as_str().to_owned());
    assert_eq!(announce(&bench, tables, &draft("One"), &first).await, None);
    assert_eq!(
        announce(&bench, tables, &draft("Two more shops"), &second).await,
        None
    );
    let start = |id: &str| Change::Start {
        id: id.to_owned(),
        readers: Readers::default(),
    };
    let refused = Some(Part::Announcement);
    assert_eq!(announce(&bench, tables, &start(&first), "").await, refused);
    assert!(tables.sending(now).await.unwrap().is_none());
    assert_eq!(announce(&bench, tables, &start(&second), "").await, None);
    assert_eq!(announce(&bench, tables, &start(&second), "").await, refused);
    assert_eq!(
        announce(&bench, tables, &draft("Three"), &first).await,
        refused
    );

    let sending = tables.sending(now).await.unwrap().unwrap();
    assert_eq!(sending.announcement.words.text, "Two more shops");
    let place = ListPlace {
        shard: 3,
        after: Some(bench.person(4)),
    };
    let next_at = now.plus(60);
    let moved = |sending, told| tables.sent_as_far_as(sending, place.clone(), told, next_at);
    let on = moved(sending.clone(), 5).await.unwrap().unwrap();
    assert!(
        moved(sending, 5).await.unwrap().is_none(),
        "somebody else was first"
    );
    let read = tables.sending(now).await.unwrap().unwrap();
    assert_eq!((&read.place, read.announcement.told), (&place, 5));
    assert_eq!(read.next_at, next_at);

    let stop = Change::Stop { id: second.clone() };
    assert_eq!(announce(&bench, tables, &stop, "").await, None);
    assert!(moved(on, 1).await.unwrap().is_none(), "stopped");
    let last = tables.announcement(now).await.unwrap().unwrap();
    assert_eq!((last.stage, last.told), (Stage::Stopped, 5));
    let raw = serde_json::to_string(&bench.items("cache").await).unwrap();
    assert!(!raw.contains("more shops"), "the words are sealed");

    // To the end.
    assert_eq!(announce(&bench, tables, &draft("Four"), &first).await, None);
    assert_eq!(announce(&bench, tables, &start(&first), "").await, None);
    let sending = tables.sending(now).await.unwrap().unwrap();
    let end = ListPlace {
        shard: NEWS_SHARDS,
        after: None,
    };
    let done = tables
        .sent_as_far_as(sending, end, 2, next_at)
        .await
        .unwrap();
    assert_eq!(done.unwrap().announcement.stage, Stage::Done);
    assert!(tables.sending(now).await.unwrap().is_none());

    // An entry of this name is put once.
    let person = bench.person(1);
    let reply = Reply::from("News".to_owned());
    let entries = tables.sends(&person, &address(1), &reply, ("announce-x", 0), now);
    assert!(tables.put_once(&entries[0], now).await.unwrap());
    assert!(!tables.put_once(&entries[0], now).await.unwrap());
}
