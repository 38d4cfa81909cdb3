//! A FIFO queue: order within a group, and repeats swallowed.

use super::bench::{Bench, FIFO, among, bodies, fifo};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(a_group_comes_in_its_order),
        case(a_hidden_record_blocks_only_its_group),
        case(a_repeat_is_swallowed_even_after_its_first_was_done),
        case(a_repeat_is_taken_again_after_five_minutes),
        case(the_same_id_in_another_group_is_another_message),
        case(what_failed_comes_again_before_what_came_later),
        case(a_receipt_is_worth_nothing_after_its_time),
        case(a_receipt_is_worth_nothing_after_the_next),
    ]
}

async fn send(bench: &Bench, messages: &[(&str, &str)]) {
    let messages: Vec<_> = messages
        .iter()
        .map(|(group, body)| fifo(group, body))
        .collect();
    bench.port().send(FIFO, &messages).await.unwrap();
}

async fn a_group_comes_in_its_order(bench: Bench) {
    send(&bench, &[("a", "a1"), ("b", "b1"), ("a", "a2")]).await;
    send(&bench, &[("b", "b2"), ("a", "a3"), ("b", "b3")]).await;
    let batches = bench.receive(FIFO).await;
    let came = bodies(&batches);
    assert_eq!(among(&came, &["a1", "a2", "a3"]), ["a1", "a2", "a3"]);
    assert_eq!(among(&came, &["b1", "b2", "b3"]), ["b1", "b2", "b3"]);
    assert_eq!(came.len(), 6);
}

async fn a_hidden_record_blocks_only_its_group(bench: Bench) {
    send(&bench, &[("a", "a1"), ("b", "b1")]).await;
    let first = bench.receive(FIFO).await;
    assert_eq!(bodies(&first).len(), 2);
    send(&bench, &[("a", "a2"), ("c", "c1")]).await;
    assert_eq!(bodies(&bench.receive(FIFO).await), ["c1"]);
    for batch in &first {
        bench.settle(batch, &["b1"]).await;
    }
    send(&bench, &[("b", "b2")]).await;
    assert_eq!(bodies(&bench.receive(FIFO).await), ["a2"]);
}

async fn a_repeat_is_swallowed_even_after_its_first_was_done(bench: Bench) {
    send(&bench, &[("a", "a1"), ("a", "a1")]).await;
    let batches = bench.receive(FIFO).await;
    assert_eq!(bodies(&batches), ["a1"]);
    send(&bench, &[("a", "a1")]).await;
    bench.settle(&batches[0], &[]).await;
    send(&bench, &[("a", "a1")]).await;
    assert!(bench.receive(FIFO).await.is_empty());
    // The next is not held up by what was swallowed.
    send(&bench, &[("a", "a1"), ("a", "a2")]).await;
    assert_eq!(bodies(&bench.receive(FIFO).await), ["a2"]);
}

async fn a_repeat_is_taken_again_after_five_minutes(bench: Bench) {
    send(&bench, &[("a", "a1")]).await;
    let first = bench.receive(FIFO).await;
    bench.settle(&first[0], &[]).await;
    bench.pass(290).await;
    send(&bench, &[("a", "a1")]).await;
    assert!(bench.receive(FIFO).await.is_empty());
    // Counted from when it was taken, not from its latest repeat.
    bench.pass(11).await;
    send(&bench, &[("a", "a1")]).await;
    assert_eq!(bodies(&bench.receive(FIFO).await), ["a1"]);
}

async fn the_same_id_in_another_group_is_another_message(bench: Bench) {
    send(&bench, &[("a", "1"), ("b", "1")]).await;
    assert_eq!(bodies(&bench.receive(FIFO).await), ["1", "1"]);
}

async fn what_failed_comes_again_before_what_came_later(bench: Bench) {
    send(&bench, &[("a", "a1"), ("a", "a2"), ("a", "a3")]).await;
    let batches = bench.receive(FIFO).await;
    assert_eq!(batches[0].records[0].receives, 1);
    bench.settle(&batches[0], &["a2", "a3"]).await;
    send(&bench, &[("a", "a4")]).await;
    assert!(bench.receive(FIFO).await.is_empty());

    bench.let_visibility_end().await;
    let batches = bench.receive(FIFO).await;
    assert_eq!(bodies(&batches), ["a2", "a3", "a4"]);
    let records = batches.iter().flat_map(|batch| &batch.records);
    let counts: Vec<_> = records.map(|record| record.receives).collect();
    assert_eq!(counts, [2, 2, 1]);
}

async fn a_receipt_is_worth_nothing_after_its_time(bench: Bench) {
    send(&bench, &[("a", "a1")]).await;
    let late = bench.receive(FIFO).await;
    bench.let_visibility_end().await;
    bench.settle(&late[0], &[]).await;
    assert_eq!(bodies(&bench.receive(FIFO).await), ["a1"]);
}

async fn a_receipt_is_worth_nothing_after_the_next(bench: Bench) {
    send(&bench, &[("a", "a1")]).await;
    let late = bench.receive(FIFO).await;
    bench.let_visibility_end().await;
    let again = bench.receive(FIFO).await;
    assert_eq!(bodies(&again), ["a1"]);
    assert_eq!(again[0].records[0].id, late[0].records[0].id);
    bench.settle(&late[0], &[]).await;
    bench.let_visibility_end().await;
    let again = bench.receive(FIFO).await;
    assert_eq!(bodies(&again), ["a1"]);
    bench.settle(&again[0], &[]).await;
    bench.let_visibility_end().await;
    assert!(bench.receive(FIFO).await.is_empty());
}
