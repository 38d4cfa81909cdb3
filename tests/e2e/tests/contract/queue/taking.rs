//! What a queue takes, what it refuses, and when it gives it.

use aws::queue::{BATCH, LONGEST_DELAY, QueueError, QueueMessage, QueueName};

use super::bench::{Bench, FIFO, STANDARD, bodies, fifo, standard};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(a_batch_holds_ten),
        case(a_delayed_message_is_not_given_before_its_time),
        case(a_record_is_hidden_while_somebody_has_it),
        case(a_fifo_queue_refuses_a_delay),
        case(a_delay_beyond_the_longest_is_refused),
        case(a_fifo_queue_refuses_what_has_no_group),
        case(a_standard_queue_refuses_a_deduplication_id),
        case(what_a_batch_refuses_is_counted_and_the_rest_is_taken),
        case(a_body_must_have_something_in_it_and_not_too_much),
    ]
}

async fn refused(bench: &Bench, queue: QueueName, messages: &[QueueMessage]) -> usize {
    let Err(QueueError { sent, failed, .. }) = bench.port().send(queue, messages).await else {
        panic!("taken");
    };
    assert_eq!(sent, messages.len());
    failed
}

async fn a_batch_holds_ten(bench: Bench) {
    let names: Vec<String> = (0..12).map(|n| format!("{n:02}")).collect();
    let of_one: Vec<_> = names.iter().map(|name| fifo("a", name)).collect();
    bench.port().send(FIFO, &of_one).await.unwrap();
    let first = bench.receive(FIFO).await;
    assert_eq!(first.len(), 1, "the rest of a group waits for its first");
    assert_eq!(bodies(&first), names[..BATCH]);
    bench.settle(&first[0], &[]).await;
    assert_eq!(bodies(&bench.receive(FIFO).await), names[BATCH..]);

    let loose: Vec<_> = names.iter().map(|name| standard(name, 0)).collect();
    bench.port().send(STANDARD, &loose).await.unwrap();
    let batches = bench.receive(STANDARD).await;
    assert!(batches.iter().all(|batch| batch.records.len() <= BATCH));
    let mut came = bodies(&batches);
    came.sort_unstable();
    assert_eq!(came, names);
}

async fn a_delayed_message_is_not_given_before_its_time(bench: Bench) {
    let sent = bench.millis();
    let messages = [
        standard("far", LONGEST_DELAY),
        standard("near", 2),
        standard("now", 0),
    ];
    bench.port().send(STANDARD, &messages).await.unwrap();
    let mut came = Vec::new();
    for _ in 0..20 {
        let batches = bench.receive(STANDARD).await;
        for body in bodies(&batches) {
            came.push((body.to_owned(), bench.millis() - sent));
        }
        if came.len() == 2 {
            break;
        }
        bench.pass(1).await;
    }
    let names: Vec<_> = came.iter().map(|(body, _)| body.as_str()).collect();
    assert_eq!(names, ["now", "near"]);
    assert!(
        came[1].1 >= 2000,
        "given {} ms after it was sent",
        came[1].1
    );
}

async fn a_record_is_hidden_while_somebody_has_it(bench: Bench) {
    let messages = [standard("1", 0)];
    bench.port().send(STANDARD, &messages).await.unwrap();
    assert_eq!(bodies(&bench.receive(STANDARD).await), ["1"]);
    assert!(bench.receive(STANDARD).await.is_empty());
    bench.let_visibility_end().await;
    let again = bench.receive(STANDARD).await;
    assert_eq!(again[0].records[0].receives, 2);
    bench.settle(&again[0], &[]).await;
    bench.let_visibility_end().await;
    assert!(bench.receive(STANDARD).await.is_empty());
}

async fn a_fifo_queue_refuses_a_delay(bench: Bench) {
    let delayed = QueueMessage {
        delay: 5,
        ..fifo("a", "1")
    };
    assert_eq!(refused(&bench, FIFO, &[delayed]).await, 1);
    bench.pass(6).await;
    assert!(bench.receive(FIFO).await.is_empty());
}

async fn a_delay_beyond_the_longest_is_refused(bench: Bench) {
    let delayed = [standard("1", LONGEST_DELAY + 1)];
    assert_eq!(refused(&bench, STANDARD, &delayed).await, 1);
}

async fn a_fifo_queue_refuses_what_has_no_group(bench: Bench) {
    assert_eq!(refused(&bench, FIFO, &[standard("1", 0)]).await, 1);
    assert!(bench.receive(FIFO).await.is_empty());
}

async fn a_standard_queue_refuses_a_deduplication_id(bench: Bench) {
    assert_eq!(refused(&bench, STANDARD, &[fifo("a", "1")]).await, 1);
    assert!(bench.receive(STANDARD).await.is_empty());
}

async fn what_a_batch_refuses_is_counted_and_the_rest_is_taken(bench: Bench) {
    let messages = [
        fifo("a", "1"),
        standard("nowhere", 0),
        fifo("a", "2"),
        standard("nowhere either", 0),
        fifo("a", "3"),
    ];
    assert_eq!(refused(&bench, FIFO, &messages).await, 2);
    assert_eq!(bodies(&bench.receive(FIFO).await), ["1", "2", "3"]);
}

async fn a_body_must_have_something_in_it_and_not_too_much(bench: Bench) {
    /// One message's most, and one batch's: 1 MiB since August 2025.
    const MOST: usize = 1_048_576;
    let of = |bytes: usize| standard(&"x".repeat(bytes), 0);
    assert_eq!(refused(&bench, STANDARD, &[of(0)]).await, 1);
    assert_eq!(refused(&bench, STANDARD, &[of(MOST + 1)]).await, 1);
    let together = [of(MOST / 2), of(MOST / 2 + 1)];
    assert_eq!(refused(&bench, STANDARD, &together).await, 2);
    assert!(bench.receive(STANDARD).await.is_empty());
    bench.port().send(STANDARD, &[of(MOST)]).await.unwrap();
    assert_eq!(bodies(&bench.receive(STANDARD).await)[0].len(), MOST);
}
