//! What a person has said of being written to.

use aws::tables::Part;
use domain::consent::{Consent, Kind};
use domain::ids::PersonKey;
use domain::state::Standing;
use domain::time::Moment;
use serde_json::json;

use super::bench::{Bench, changed, entry, sid};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(an_opt_out_is_read_with_the_rest_and_has_no_end),
        case(twilios_word_counts_once_and_only_against_what_was_said_before),
        case(twilios_word_in_between_makes_a_message_read_again),
        case(twilios_word_ends_an_agreement_to_alerts),
    ]
}

async fn opt(bench: &Bench, person: &PersonKey, standing: &Standing) {
    let known = bench.known(person).await;
    let mut transaction = bench.tables.transaction(person, bench.now);
    transaction.standing(&known, standing);
    transaction.commit().await.unwrap();
}

fn out(at: Moment) -> Standing {
    Standing {
        opted_out_at: Some(at),
        ..Standing::default()
    }
}

async fn opted_out_at(bench: &Bench, person: &PersonKey) -> Option<Moment> {
    let truth = bench.tables.truth(person, None, bench.now).await.unwrap();
    let read = bench.known(person).await.state.standing.opted_out_at;
    assert_eq!(read, truth.opted_out_at);
    read
}

async fn an_opt_out_is_read_with_the_rest_and_has_no_end(bench: Bench) {
    let person = bench.person(1);
    bench.settled(&person, &sid(1)).await;
    opt(&bench, &person, &out(bench.now)).await;
    let ages = Moment::from_unix(i64::MAX / 2);
    bench.wire.take();
    let known = bench.at(&person, ages).await;
    assert_eq!(known.state.standing, out(bench.now));
    let truth = bench.tables.truth(&person, None, ages).await.unwrap();
    assert_eq!((truth.opted_out_at, truth.link), (Some(bench.now), None));
    assert_eq!(bench.wire.take(), ["BatchGetItem"; 2]);
    let truth = bench.tables.truth(&person, None, bench.now).await.unwrap();
    assert!(truth.link.is_some() && truth.last_inbound.is_some());
    assert_eq!(opted_out_at(&bench, &bench.person(2)).await, None);
}

async fn twilios_word_counts_once_and_only_against_what_was_said_before(bench: Bench) {
    let person = bench.person(1);
    let told = async |sent: i64, now: i64| {
        let (sent_at, now) = (bench.now.plus(sent), bench.now.plus(now));
        let refused = entry(&person, &sid(1));
        let told = bench.tables.opted_out_at_twilio(&refused, sent_at, now);
        told.await.unwrap()
    };
    assert!(told(0, 1).await);
    assert!(!told(2, 3).await, "it is known");
    assert_eq!(
        opted_out_at(&bench, &person).await,
        Some(bench.now.plus(1)),
        "since when it was first heard"
    );
    let back = Standing {
        opted_out_at: None,
        opted_in_at: Some(bench.now.plus(10)),
        ..Standing::default()
    };
    opt(&bench, &person, &back).await;
    assert!(!told(9, 900).await, "of a message from before START");
    assert_eq!(opted_out_at(&bench, &person).await, None);
    assert!(told(10, 11).await, "of the answer to START itself");
    let known = bench.known(&person).await;
    assert_eq!(known.state.standing.opted_in_at, back.opted_in_at);
    let items = bench.items("people").await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["version"], 3);
    // Whoever brings back a table of before finds it in the record, which is written with it or not at all.
    let recorded = bench.items("audit").await;
    let at = |nth: usize| recorded[nth]["at_entry"].as_str().unwrap().to_owned();
    assert_eq!(recorded.len(), 2, "{recorded:?}");
    let heard = [1, 11].map(|at| format!("{:011}#", bench.now.plus(at).unix()));
    assert!(
        (0..2).all(|nth| at(nth).starts_with(&heard[nth])),
        "{recorded:?}"
    );
    for line in &recorded {
        assert_eq!(line["person"], person.as_str());
        assert_eq!(
            (&line["event"], &line["by"]),
            (&json!("opted_out"), &json!("twilio"))
        );
    }
}

async fn twilios_word_ends_an_agreement_to_alerts(bench: Bench) {
    let person = bench.person(1);
    let mut standing = out(bench.now);
    let alerts = Consent::now(true, bench.now.plus(5));
    standing.consents.set(Kind::AlertsAfterStop, alerts);
    opt(&bench, &person, &standing).await;
    let since = async || {
        let truth = bench.tables.truth(&person, None, bench.now.plus(20)).await;
        truth.unwrap().alerts_since
    };
    assert_eq!(since().await, Some(bench.now.plus(5)));
    for (told, expected) in [(9, true), (10, false)] {
        let at = bench.now.plus(told);
        let refused = entry(&person, &sid(1));
        let word = bench.tables.opted_out_at_twilio(&refused, at, at).await;
        assert_eq!(word.unwrap(), expected);
        assert_eq!(since().await, None);
    }
}

async fn twilios_word_in_between_makes_a_message_read_again(bench: Bench) {
    for (n, was) in [(1, None), (2, Some(Standing::default()))] {
        let person = bench.person(n);
        if let Some(was) = was {
            opt(&bench, &person, &out(bench.now)).await;
            opt(&bench, &person, &was).await;
        }
        let stale = bench.known(&person).await;
        let refused = entry(&person, &sid(n));
        let told = bench
            .tables
            .opted_out_at_twilio(&refused, bench.now, bench.now);
        assert!(told.await.unwrap());
        let mut late = bench.tables.transaction(&person, bench.now);
        late.standing(&stale, &out(bench.now.plus(1)));
        assert_eq!(changed(late).await, Part::Standing);
        assert_eq!(opted_out_at(&bench, &person).await, Some(bench.now));
    }
}
