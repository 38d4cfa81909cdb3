//! The due index: sparse, sharded, and only as quick as it is.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use domain::ids::EntryKey;
use domain::time::Moment;
use futures::future::try_join_all;

use super::bench::{Bench, entry, sid, timer};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(what_is_due_comes_from_every_shard_the_longest_due_first),
        case(what_is_done_is_due_no_more),
    ]
}

const ENTRIES: u32 = 64;

/// The index follows the table, in its own time: asked again until it has so many entries.
async fn due(bench: &Bench, at: Moment, most: i32, wanted: usize) -> Vec<EntryKey> {
    let mut found = Vec::new();
    for _ in 0..50 {
        found = bench.tables.due(at, most).await.unwrap();
        if found.len() == wanted {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{} due, not {wanted}", found.len());
}

/// Entries due one second after another, half of them by now, put in without order; shard and time of each.
async fn fill(bench: &Bench) -> HashMap<EntryKey, (i64, i64)> {
    let person = bench.person(1);
    let entries = (0..ENTRIES).map(|n| {
        let mixed = i64::from(n * 37 % ENTRIES);
        let due_at = bench.now.plus(mixed + 1 - i64::from(ENTRIES / 2));
        timer(&person, &sid(n * 7919), due_at)
    });
    let entries: Vec<_> = entries.collect();
    let puts = entries.chunks(8).map(|some| async {
        bench.put(some).await;
        Ok::<_, ()>(())
    });
    try_join_all(puts).await.unwrap();
    let items = bench.items("messages").await;
    let place = items.iter().map(|item| {
        let id = item["id"].as_str().unwrap().strip_prefix("entry#").unwrap();
        let key = EntryKey::parse(&format!("{}.{id}", person.as_str())).unwrap();
        let number = |name: &str| item[name].as_i64().unwrap();
        (key, (number("due_shard"), number("due_at")))
    });
    place.collect()
}

async fn what_is_due_comes_from_every_shard_the_longest_due_first(bench: Bench) {
    let places = fill(&bench).await;
    assert_eq!(places.len(), usize::try_from(ENTRIES).unwrap());
    let mut expected: BTreeMap<i64, Vec<(i64, &EntryKey)>> = BTreeMap::new();
    for (key, (shard, at)) in &places {
        expected.entry(*shard).or_default().push((*at, key));
    }
    assert_eq!(expected.len(), 16, "not every shard is in use");
    for shard in expected.values_mut() {
        shard.sort_by_key(|(at, _)| *at);
        shard.retain(|(at, _)| *at <= bench.now.unix());
    }

    let by_now = expected.values().map(Vec::len).sum();
    assert_eq!(by_now, usize::try_from(ENTRIES / 2).unwrap());
    let found = due(&bench, bench.now, 100, by_now).await;
    let mut by_shard: BTreeMap<i64, Vec<(i64, &EntryKey)>> = BTreeMap::new();
    for key in &found {
        let (shard, at) = places[key];
        by_shard.entry(shard).or_default().push((at, key));
    }
    expected.retain(|_, shard| !shard.is_empty());
    assert_eq!(by_shard, expected);

    for shard in expected.values_mut() {
        shard.truncate(1);
    }
    let mut oldest = due(&bench, bench.now, 1, expected.len()).await;
    let mut wanted: Vec<_> = expected.values().map(|shard| shard[0].1.clone()).collect();
    oldest.sort_by_key(ToString::to_string);
    wanted.sort_by_key(ToString::to_string);
    assert_eq!(oldest, wanted);
}

async fn what_is_done_is_due_no_more(bench: Bench) {
    let (person, at) = (bench.person(1), bench.now);
    bench
        .put(&[timer(&person, &sid(1), at), timer(&person, &sid(2), at)])
        .await;
    due(&bench, at, 10, 2).await;
    let done = entry(&person, &sid(1));
    bench.tables.close_timer(&done, at).await.unwrap();
    assert_eq!(due(&bench, at, 10, 1).await, [entry(&person, &sid(2))]);
}
