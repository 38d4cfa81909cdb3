//! The local queue keeps SQS's rules.

use super::*;
use aws::dead_letter::Reason;
use aws::queue::Fifo;

fn queue() -> (WorldClock, LocalQueue) {
    let clock = WorldClock::default();
    (clock.clone(), LocalQueue::new(clock, Arc::default()))
}

fn fifo(group: &str, id: &str) -> QueueMessage {
    QueueMessage {
        body: id.to_owned(),
        fifo: Some(Fifo {
            group: group.to_owned(),
            deduplication: id.to_owned(),
        }),
        delay: 0,
    }
}

fn bodies(batches: &[Batch]) -> Vec<Vec<&str>> {
    let records = |batch: &'_ Batch| batch.event["Records"].as_array().unwrap().len();
    batches
        .iter()
        .map(|batch| {
            (0..records(batch))
                .map(|i| batch.event["Records"][i]["body"].as_str().unwrap())
                .collect()
        })
        .collect()
}

#[tokio::test]
async fn a_repeat_is_swallowed_for_five_minutes_even_after_delivery() {
    let (clock, queue) = queue();
    queue
        .send(QueueName::Send, &[fifo("a", "1"), fifo("a", "1")])
        .await
        .unwrap();
    let batches = queue.receive(QueueName::Send);
    assert_eq!(bodies(&batches), [["1"]]);
    queue.settle(&batches[0], &HashSet::new());
    queue
        .send(QueueName::Send, &[fifo("a", "1")])
        .await
        .unwrap();
    assert!(queue.receive(QueueName::Send).is_empty());
    clock.move_to(clock.millis() + DEDUPLICATION_MILLIS);
    queue
        .send(QueueName::Send, &[fifo("a", "1")])
        .await
        .unwrap();
    assert_eq!(queue.receive(QueueName::Send).len(), 1);
}

#[tokio::test]
async fn a_hidden_record_blocks_only_its_group() {
    let (clock, queue) = queue();
    queue
        .send(QueueName::Send, &[fifo("a", "1"), fifo("b", "2")])
        .await
        .unwrap();
    assert_eq!(queue.receive(QueueName::Send).len(), 2);
    queue
        .send(QueueName::Send, &[fifo("a", "3"), fifo("c", "4")])
        .await
        .unwrap();
    assert_eq!(bodies(&queue.receive(QueueName::Send)), [["4"]]);
    clock.move_to(clock.millis() + visibility_millis(QueueName::Send) + 1);
    assert_eq!(
        bodies(&queue.receive(QueueName::Send)),
        [vec!["1", "3"], vec!["2"], vec!["4"]]
    );
}

#[tokio::test]
async fn a_batch_holds_ten_and_a_failure_comes_back_until_it_is_dead() {
    let (clock, queue) = queue();
    let many: Vec<_> = (0..12).map(|n| fifo("a", &n.to_string())).collect();
    queue.send(QueueName::Send, &many).await.unwrap();
    let batches = queue.receive(QueueName::Send);
    assert_eq!(bodies(&batches)[0].len(), 10);
    let failed: HashSet<String> = batches[0].receipts.keys().cloned().collect();
    queue.settle(&batches[0], &failed);
    for _ in 1..=QUEUE_RECEIVES {
        clock.move_to(clock.millis() + visibility_millis(QueueName::Send) + 1);
        queue.receive(QueueName::Send);
    }
    let letters = queue.dead_letters(QueueName::Send);
    let bodies: Vec<&str> = letters.iter().map(|letter| letter.body.as_str()).collect();
    assert_eq!(bodies[..3], ["0", "1", "2"]);
    let first = &letters[0];
    assert_eq!((&first.reason, first.receives), (&None, QUEUE_RECEIVES));
}

fn letter(id: &str, group: &str, reason: Reason) -> SetAside {
    SetAside {
        body: id.to_owned(),
        message_id: id.to_owned(),
        group: Some(group.to_owned()),
        receives: 3,
        reason,
    }
}

#[tokio::test]
async fn a_dead_letter_keeps_its_reason_and_its_place_and_comes_back_in_its_group() {
    let (_, queue) = queue();
    queue
        .send(QueueName::Send, &[fifo("a", "1"), fifo("a", "2")])
        .await
        .unwrap();
    let batches = queue.receive(QueueName::Send);
    for (id, reason) in [
        ("1", Reason::Panicked),
        ("no ticket", Reason::NotATicket),
        ("2", Reason::Failed("table_refused")),
        ("1", Reason::Panicked),
    ] {
        let letter = letter(id, "a", reason);
        queue.set_aside(QueueName::Send, &letter).await.unwrap();
    }
    queue.settle(&batches[0], &HashSet::new());
    let told: Vec<_> = queue
        .dead_letters(QueueName::Send)
        .into_iter()
        .map(|letter| (letter.body, letter.reason.unwrap(), letter.receives))
        .collect();
    let expected = [
        ("1", "panicked"),
        ("no ticket", "not_a_ticket"),
        ("2", "failed:table_refused"),
    ];
    assert_eq!(
        told,
        expected.map(|(body, reason)| (body.to_owned(), reason.to_owned(), 3)),
        "in order, and a repeat is no second letter"
    );

    // Within the five minutes in which their own ids are swallowed.
    assert_eq!(queue.redrive(QueueName::Send), 2);
    let batches = queue.receive(QueueName::Send);
    assert_eq!(bodies(&batches), [["1", "2"]]);
    let record = &batches[0].event["Records"][0]["attributes"];
    assert_eq!(record["MessageGroupId"], "a");
    assert_eq!(record["ApproximateReceiveCount"], "1");
    assert_eq!(queue.dead_letters(QueueName::Send)[0].body, "no ticket");
}

#[tokio::test]
async fn a_dead_letter_without_a_group_is_none_of_a_fifo_queue() {
    let (_, queue) = queue();
    let in_a_group = letter("1", "a", Reason::Panicked);
    let alone = SetAside {
        group: None,
        ..in_a_group.clone()
    };
    assert!(queue.set_aside(QueueName::Send, &alone).await.is_err());
    assert!(queue.set_aside(QueueName::Wake, &in_a_group).await.is_err());
    assert!(queue.set_aside(QueueName::Wake, &alone).await.is_ok());
}

#[tokio::test]
async fn what_sqs_refuses_is_refused() {
    let (_, queue) = queue();
    let standard = QueueMessage {
        body: "x".into(),
        fifo: None,
        delay: 0,
    };
    assert!(
        queue
            .send(QueueName::Send, std::slice::from_ref(&standard))
            .await
            .is_err()
    );
    assert!(
        queue
            .send(
                QueueName::Send,
                &[QueueMessage {
                    delay: 5,
                    ..fifo("a", "1")
                }]
            )
            .await
            .is_err()
    );
    assert!(
        queue
            .send(QueueName::Expire, &[fifo("a", "1")])
            .await
            .is_err()
    );
    assert!(
        queue
            .send(
                QueueName::Expire,
                &[QueueMessage {
                    delay: 901,
                    ..standard.clone()
                }]
            )
            .await
            .is_err()
    );
    assert!(
        queue
            .send(
                QueueName::Expire,
                &[QueueMessage {
                    delay: 900,
                    ..standard
                }]
            )
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_delayed_message_is_not_seen_before_its_time() {
    let (clock, queue) = queue();
    queue
        .send(
            QueueName::Expire,
            &[QueueMessage {
                body: "x".into(),
                fifo: None,
                delay: 300,
            }],
        )
        .await
        .unwrap();
    assert!(queue.receive(QueueName::Expire).is_empty());
    assert_eq!(queue.counts(), (0, 1));
    clock.move_to(queue.next_visible().unwrap());
    assert_eq!(queue.receive(QueueName::Expire).len(), 1);
}
