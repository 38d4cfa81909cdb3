//! The outbox: who sends an entry, and how far it has come.

use aws::tables::{Claim, Report};
use domain::ids::EntryKey;
use domain::outbox::Delivery;
use domain::policy::SEND_LEASE;
use domain::time::Moment;
use futures::future::join_all;
use serde_json::Value;

use super::bench::{Bench, entry, sid};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(a_claim_is_won_once_among_many),
        case(what_is_put_back_is_claimed_again_when_it_is_due),
        case(a_lease_that_ran_out_leaves_doubt_and_no_second_claim),
        case(a_report_only_raises),
        case(of_many_reports_at_once_the_highest_stays),
        case(a_report_about_another_message_changes_nothing),
        case(a_message_found_at_twilio_belongs_to_one_entry),
    ]
}

async fn claim(bench: &Bench, key: &EntryKey, at: Moment) -> Claim {
    let until = at.plus(SEND_LEASE);
    bench.tables.claim(key, at, until).await.unwrap()
}

/// One entry that is due now.
async fn outbox(bench: &Bench) -> EntryKey {
    let person = bench.person(1);
    bench.put(&[bench.send(&person, &sid(1))]).await;
    entry(&person, &sid(1))
}

async fn stored(bench: &Bench) -> Value {
    bench.items("messages").await.remove(0)
}

async fn a_claim_is_won_once_among_many(bench: Bench) {
    let key = outbox(&bench).await;
    let claims = join_all((0..16).map(|_| claim(&bench, &key, bench.now))).await;
    let (mine, others): (Vec<_>, Vec<_>) = claims
        .into_iter()
        .partition(|claim| matches!(claim, Claim::Mine(_)));
    let [Claim::Mine(entry)] = &mine[..] else {
        panic!("won {} times", mine.len());
    };
    assert_eq!((entry.attempt, entry.reply.text.as_str()), (1, "Hello"));
    let until = bench.now.plus(SEND_LEASE);
    for other in others {
        assert!(
            matches!(other, Claim::Leased(at) if at == until),
            "{other:?}"
        );
    }
}

async fn what_is_put_back_is_claimed_again_when_it_is_due(bench: Bench) {
    let key = outbox(&bench).await;
    let early = claim(&bench, &key, bench.now.plus(-1)).await;
    assert!(
        matches!(early, Claim::NotDue(at) if at == bench.now),
        "{early:?}"
    );
    assert!(matches!(
        claim(&bench, &key, bench.now).await,
        Claim::Mine(_)
    ));
    let due = bench.now.plus(4);
    bench.tables.put_back(&key, due).await.unwrap();
    let early = claim(&bench, &key, due.plus(-1)).await;
    assert!(matches!(early, Claim::NotDue(at) if at == due), "{early:?}");
    let Claim::Mine(again) = claim(&bench, &key, due).await else {
        panic!("not claimed when it was due");
    };
    assert_eq!(again.attempt, 2);
}

async fn a_lease_that_ran_out_leaves_doubt_and_no_second_claim(bench: Bench) {
    let key = outbox(&bench).await;
    assert!(matches!(
        claim(&bench, &key, bench.now).await,
        Claim::Mine(_)
    ));
    let over = bench.now.plus(SEND_LEASE);
    let found = claim(&bench, &key, over).await;
    assert!(matches!(found, Claim::Abandoned), "{found:?}");
    let found = claim(&bench, &key, over).await;
    assert!(
        matches!(found, Claim::Settled(Delivery::Unknown)),
        "{found:?}"
    );
    assert_eq!(stored(&bench).await["attempt"], 1);
}

async fn report(bench: &Bench, key: &EntryKey, delivery: Delivery) -> bool {
    let message = sid(7);
    let report = Report::of(delivery, &message, None);
    bench.tables.report(key, &report, bench.now).await.unwrap()
}

async fn a_report_only_raises(bench: Bench) {
    use Delivery::{Delivered, Queued, Read, Sent, Undelivered};
    let key = outbox(&bench).await;
    for (delivery, is_news) in [
        (Sent, true),
        (Queued, false),
        (Sent, false),
        (Undelivered, true),
        (Delivered, true),
        (Undelivered, false),
        (Sent, false),
        (Read, true),
        (Delivered, false),
    ] {
        assert_eq!(
            report(&bench, &key, delivery).await,
            is_news,
            "{delivery:?}"
        );
    }
    assert_eq!(stored(&bench).await["delivery"], "read");
    let nobody = entry(&bench.person(2), &sid(1));
    assert!(!report(&bench, &nobody, Sent).await, "made out of nothing");
    assert_eq!(bench.items("messages").await.len(), 1);
}

async fn of_many_reports_at_once_the_highest_stays(bench: Bench) {
    use Delivery::{Delivered, Queued, Read, Sent};
    let key = outbox(&bench).await;
    let all = [Read, Sent, Delivered, Queued].repeat(4).into_iter();
    join_all(all.map(|delivery| report(&bench, &key, delivery))).await;
    let stored = stored(&bench).await;
    assert_eq!(stored["delivery"], "read");
    assert_eq!(stored["sid"], sid(7).as_str());
}

async fn a_report_about_another_message_changes_nothing(bench: Bench) {
    let key = outbox(&bench).await;
    assert!(report(&bench, &key, Delivery::Sent).await);
    let before = stored(&bench).await;
    let other = sid(8);
    let about_it = Report::of(Delivery::Read, &other, Some(63_003));
    let raised = bench.tables.report(&key, &about_it, bench.now).await;
    assert!(!raised.unwrap());
    assert_eq!(stored(&bench).await, before);
}

async fn a_message_found_at_twilio_belongs_to_one_entry(bench: Bench) {
    let (person, found) = (bench.person(1), sid(7));
    let keys: Vec<_> = (1..=8).map(|n| entry(&person, &sid(n))).collect();
    let entries: Vec<_> = (1..=8).map(|n| bench.send(&person, &sid(n))).collect();
    bench.put(&entries).await;
    for key in &keys {
        assert!(matches!(
            claim(&bench, key, bench.now).await,
            Claim::Mine(_)
        ));
        assert!(bench.tables.doubt(key, bench.now).await.unwrap());
    }
    let adopt = keys
        .iter()
        .map(|key| bench.tables.adopt(key, &found, bench.now));
    let adopted = join_all(adopt).await.into_iter().map(Result::unwrap);
    assert_eq!(adopted.filter(|adopted| *adopted).count(), 1);
    let items = bench.items("messages").await;
    let theirs = items.iter().filter(|item| item["delivery"] == "queued");
    assert_eq!(theirs.count(), 1);
}
