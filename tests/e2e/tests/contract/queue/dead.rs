//! Dead letters: what was received too often, and what was set aside with a reason.

use aws::dead_letter::{Reason, SetAside};
use aws::queue::QueueName;
use domain::policy::QUEUE_RECEIVES;

use super::bench::{Bench, FIFO, Letter, Record, STANDARD, bodies, fifo, standard};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(what_fails_too_often_is_dead_in_its_groups_order),
        case(a_standard_queues_dead_letters_hold_nobody_up),
        case(what_is_set_aside_keeps_its_reason),
        case(what_is_set_aside_twice_is_one_letter_in_a_group),
        case(what_waits_and_what_is_dead_is_counted),
    ]
}

fn moved(body: &str) -> Letter {
    Letter {
        body: body.to_owned(),
        reason: None,
    }
}

/// Receives and never settles, until nothing comes any more; how often each body came.
async fn exhaust(bench: &Bench, queue: QueueName) -> Vec<Vec<String>> {
    let mut rounds = Vec::new();
    // A message more than once over its limit shows as one round too many.
    for _ in 0..=QUEUE_RECEIVES {
        let batches = bench.receive(queue).await;
        let mut came: Vec<_> = bodies(&batches).into_iter().map(str::to_owned).collect();
        if came.is_empty() {
            break;
        }
        came.sort_unstable();
        rounds.push(came);
        bench.let_visibility_end().await;
    }
    rounds
}

async fn what_waits_and_what_is_dead_is_counted(bench: Bench) {
    let depth = async |queue| {
        let depth = bench.port().depth(queue).await.unwrap();
        (depth.waiting, depth.dead)
    };
    assert_eq!((depth(FIFO).await, depth(STANDARD).await), ((0, 0), (0, 0)));
    let messages = [fifo("a", "1"), fifo("b", "2")];
    bench.port().send(FIFO, &messages).await.unwrap();
    let messages = [standard("now", 0), standard("later", 60)];
    bench.port().send(STANDARD, &messages).await.unwrap();
    assert_eq!((depth(FIFO).await, depth(STANDARD).await), ((2, 0), (2, 0)));
    // Whoever has one has not done it yet.
    let batches = bench.receive(FIFO).await;
    assert_eq!(depth(FIFO).await, (2, 0));
    for batch in &batches {
        bench.settle(batch, &["2"]).await;
    }
    bench.let_visibility_end().await;
    assert_eq!(depth(FIFO).await, (1, 0));
    exhaust(&bench, FIFO).await;
    assert_eq!(depth(FIFO).await, (0, 1));
}

async fn what_fails_too_often_is_dead_in_its_groups_order(bench: Bench) {
    let messages = [fifo("a", "1"), fifo("a", "2"), fifo("a", "3")];
    bench.port().send(FIFO, &messages).await.unwrap();
    let rounds = exhaust(&bench, FIFO).await;
    let often = usize::try_from(QUEUE_RECEIVES).unwrap();
    assert_eq!(rounds, vec![["1", "2", "3"]; often]);
    let letters = bench.dead_letters(FIFO).await;
    assert_eq!(letters, [moved("1"), moved("2"), moved("3")]);

    // The group goes on.
    bench.port().send(FIFO, &[fifo("a", "4")]).await.unwrap();
    assert_eq!(bodies(&bench.receive(FIFO).await), ["4"]);
}

async fn a_standard_queues_dead_letters_hold_nobody_up(bench: Bench) {
    let message = standard("bad", 0);
    bench.port().send(STANDARD, &[message]).await.unwrap();
    for _ in 0..QUEUE_RECEIVES {
        let message = standard("good", 0);
        bench.port().send(STANDARD, &[message]).await.unwrap();
        let batches = bench.receive(STANDARD).await;
        assert_eq!(bodies(&batches).len(), 2);
        for batch in &batches {
            bench.settle(batch, &["bad"]).await;
        }
        bench.let_visibility_end().await;
    }
    assert!(bench.receive(STANDARD).await.is_empty());
    assert_eq!(bench.dead_letters(STANDARD).await, [moved("bad")]);
}

fn aside(record: &Record, group: Option<&str>, reason: Reason) -> SetAside {
    SetAside {
        body: record.body.clone(),
        message_id: record.id.clone(),
        group: group.map(str::to_owned),
        receives: record.receives,
        reason,
    }
}

async fn what_is_set_aside_keeps_its_reason(bench: Bench) {
    let messages = [fifo("a", "1"), fifo("a", "2"), fifo("b", "3")];
    bench.port().send(FIFO, &messages).await.unwrap();
    let batches = bench.receive(FIFO).await;
    for record in batches.iter().flat_map(|batch| &batch.records) {
        let (group, reason) = match record.body.as_str() {
            "1" => ("a", Reason::NotATicket),
            "2" => ("a", Reason::Failed("retryable")),
            _ => continue,
        };
        let aside = aside(record, Some(group), reason);
        bench.port().set_aside(FIFO, &aside).await.unwrap();
    }
    for batch in &batches {
        bench.settle(batch, &[]).await;
    }
    let letter = |body: &str, reason: &str| Letter {
        reason: Some(reason.to_owned()),
        ..moved(body)
    };
    assert_eq!(
        bench.dead_letters(FIFO).await,
        [letter("1", "not_a_ticket"), letter("2", "failed:retryable")]
    );

    let message = standard("4", 0);
    bench.port().send(STANDARD, &[message]).await.unwrap();
    let batches = bench.receive(STANDARD).await;
    let aside = aside(&batches[0].records[0], None, Reason::Panicked);
    bench.port().set_aside(STANDARD, &aside).await.unwrap();
    let letters = bench.dead_letters(STANDARD).await;
    assert_eq!(letters, [letter("4", "panicked")]);
}

async fn what_is_set_aside_twice_is_one_letter_in_a_group(bench: Bench) {
    let message = fifo("a", "1");
    bench.port().send(FIFO, &[message]).await.unwrap();
    let batches = bench.receive(FIFO).await;
    let aside = aside(&batches[0].records[0], Some("a"), Reason::NoTime);
    // The answer to the first was lost, say.
    bench.port().set_aside(FIFO, &aside).await.unwrap();
    bench.port().set_aside(FIFO, &aside).await.unwrap();
    assert_eq!(bench.dead_letters(FIFO).await.len(), 1);
}
