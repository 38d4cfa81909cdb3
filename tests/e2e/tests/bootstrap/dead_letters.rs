//! Dead letters: the functions set them aside, the operator looks at them and puts them back.

use std::collections::BTreeMap;

use aws::dead_letter::{Reason, SetAside};
use aws::queue::{Fifo, Queue, QueueMessage, QueueName, QueueUrls, Sqs};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use domain::policy::QUEUE_RECEIVES;
use operator::dead_letters::{DeadLetters, Letter};

use crate::account::{Account, failures};
use crate::bot::{Bot, event};

/// Each consumer is brought the same text that is no ticket, and needs the right to set it aside.
pub(crate) async fn what_is_no_ticket_is_set_aside(bot: &Bot) {
    let broken = event("outbound-not-json.json");
    for (queue, function) in [
        ("SendQueue", &bot.outbound),
        ("ExpireQueue", &bot.otp_expiry),
        ("WakeQueue", &bot.scheduler),
        ("WatchQueue", &bot.event_bridge),
        ("AskQueue", &bot.assistant),
    ] {
        let answer = function.invoke(&broken).await.unwrap();
        assert_eq!(failures(&answer), Vec::<String>::new(), "{queue}");
        let letters = of(&bot.account, queue).await.look().await.unwrap().0;
        assert_eq!(letters.len(), 1, "{queue}: {:?}", function.process.log());
        let letter = &letters[0];
        assert_eq!(letter.reason.as_deref(), Some("not_a_ticket"), "{queue}");
        assert_eq!(letter.receives, Some(1), "{queue}");
        assert_eq!(letter.entry, None, "{queue}");
        let log = function.process.log();
        let counted = log.iter().find(|line| line.contains("dead_lettered"));
        let counted = counted.unwrap_or_else(|| panic!("{queue}: {log:?}"));
        assert!(
            counted.contains(letter.record.as_deref().unwrap()),
            "{counted}"
        );
    }
}

pub(crate) async fn of(account: &Account, queue: &str) -> DeadLetters {
    DeadLetters::of(account.sqs.clone(), &account.queues[queue])
        .await
        .unwrap()
}

fn port(account: &Account) -> Sqs {
    let url = |name: &str| account.queues[name].clone();
    let urls = QueueUrls {
        send: url("SendQueue"),
        send_dead: url("SendDeadLetters"),
        expire: url("ExpireQueue"),
        expire_dead: url("ExpireDeadLetters"),
        wake: url("WakeQueue"),
        wake_dead: url("WakeDeadLetters"),
        watch: url("WatchQueue"),
        watch_dead: url("WatchDeadLetters"),
        ask: url("AskQueue"),
        ask_dead: url("AskDeadLetters"),
        events: url("EventsQueue"),
        events_dead: url("EventsDeadLetters"),
    };
    Sqs::new(account.sqs.clone(), urls)
}

/// A ticket of person `person`, who is one letter.
fn ticket(person: &str, id: &str) -> String {
    let person = person.repeat(42) + "0";
    format!(r#"{{"entry":"{person}.{id}"}}"#)
}

fn letter(group: Option<&str>, id: &str, body: &str, reason: Reason) -> SetAside {
    SetAside {
        body: body.to_owned(),
        message_id: id.to_owned(),
        group: group.map(str::to_owned),
        receives: QUEUE_RECEIVES,
        reason,
    }
}

fn told(letters: &[Letter]) -> Vec<(Option<&str>, Option<&str>)> {
    let told = letters
        .iter()
        .map(|letter| (letter.record.as_deref(), letter.reason.as_deref()));
    told.collect()
}

async fn receive(account: &Account, queue: &str, hidden: i32) -> Vec<Message> {
    let received = account
        .sqs
        .receive_message()
        .queue_url(&account.queues[queue])
        .max_number_of_messages(10)
        .visibility_timeout(hidden)
        .message_system_attribute_names(MessageSystemAttributeName::All);
    received.send().await.unwrap().messages.unwrap_or_default()
}

/// Bodies by group, in order.
fn by_group(messages: &[Message]) -> BTreeMap<&str, Vec<&str>> {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for message in messages {
        let attributes = message.attributes.as_ref().unwrap();
        let group = &attributes[&MessageSystemAttributeName::MessageGroupId];
        let bodies = groups.entry(group).or_default();
        bodies.push(message.body.as_deref().unwrap());
    }
    groups
}

#[tokio::test]
async fn the_operator_sees_why_each_dead_letter_is_there_and_puts_back_what_can_work() {
    let account = Account::open().await;
    let port = port(&account);
    let (one, two) = (ticket("A", "SM1-0"), ticket("A", "SM2-0"));
    let other = ticket("B", "SM3-0");
    // What the queue has taken under an id of its own less than five minutes ago.
    let fifo = Fifo {
        group: "a".to_owned(),
        deduplication: "SM1-0-0".to_owned(),
    };
    let first = QueueMessage {
        body: one.clone(),
        fifo: Some(fifo),
        delay: 0,
    };
    port.send(QueueName::Send, &[first]).await.unwrap();
    let taken = receive(&account, "SendQueue", 180).await;
    let delete = account.sqs.delete_message();
    let delete = delete.queue_url(&account.queues["SendQueue"]);
    let delete = delete.set_receipt_handle(taken[0].receipt_handle.clone());
    delete.send().await.unwrap();

    let refused = Reason::Failed("table_refused");
    for record in [
        letter(Some("a"), "record-1", &one, refused.clone()),
        letter(Some("a"), "record-x", "not json", Reason::NotATicket),
        letter(Some("b"), "record-3", &other, Reason::Panicked),
        letter(Some("a"), "record-2", &two, Reason::NoTime),
        letter(Some("a"), "record-1", &one, refused),
    ] {
        port.set_aside(QueueName::Send, &record).await.unwrap();
    }
    let letters = of(&account, "SendQueue").await;
    for _ in 0..2 {
        let looked = letters.look().await.unwrap().0;
        assert_eq!(
            told(&looked),
            [
                (Some("record-1"), Some("failed:table_refused")),
                (Some("record-x"), Some("not_a_ticket")),
                (Some("record-3"), Some("panicked")),
                (Some("record-2"), Some("no_time")),
            ],
            "none twice, and none hidden by looking"
        );
        let entry = looked[0].entry.as_ref().unwrap().to_string();
        assert!(one.contains(&entry), "{entry}");
        assert_eq!(looked[0].receives, Some(QUEUE_RECEIVES));
        assert!(looked[0].since.is_some());
        assert_eq!(looked[1].entry, None);
    }

    let redriven = letters
        .redrive(&["record-3".to_owned(), "record-9".to_owned()])
        .await
        .unwrap();
    assert_eq!(
        told(&redriven.put_back),
        [(Some("record-3"), Some("panicked"))]
    );
    assert_eq!(
        (redriven.left, redriven.missing),
        (3, vec!["record-9".to_owned()])
    );
    let redriven = letters.redrive(&[]).await.unwrap();
    assert_eq!((redriven.put_back.len(), redriven.left), (2, 1));
    let back = receive(&account, "SendQueue", 180).await;
    let expected = BTreeMap::from([("a", vec![&*one, &*two]), ("b", vec![&*other])]);
    assert_eq!(
        by_group(&back),
        expected,
        "each in its person's group, in order"
    );
    assert!(
        back.iter()
            .all(|record| record.message_attributes.is_none())
    );
    let left = letters.look().await.unwrap().0;
    assert_eq!(told(&left), [(Some("record-x"), Some("not_a_ticket"))]);

    let redriven = letters.redrive(&["record-x".to_owned()]).await.unwrap();
    assert_eq!(redriven.put_back.len(), 1, "who names it gets it");
    assert!(letters.look().await.unwrap().0.is_empty());
}

#[tokio::test]
async fn the_operator_puts_back_what_sqs_moved_by_itself() {
    let account = Account::open().await;
    let port = port(&account);
    let body = ticket("A", "SM1-0");
    let record = QueueMessage {
        body: body.clone(),
        fifo: None,
        delay: 0,
    };
    port.send(QueueName::Wake, &[record]).await.unwrap();
    let aside = letter(None, "record-2", &body, Reason::Failed("queue_unavailable"));
    port.set_aside(QueueName::Wake, &aside).await.unwrap();
    for _ in 0..QUEUE_RECEIVES {
        assert_eq!(receive(&account, "WakeQueue", 0).await.len(), 1);
    }
    assert!(receive(&account, "WakeQueue", 0).await.is_empty());

    let letters = of(&account, "WakeQueue").await;
    let looked = letters.look().await.unwrap().0;
    assert_eq!(
        told(&looked),
        [
            (Some("record-2"), Some("failed:queue_unavailable")),
            (None, None),
        ]
    );
    assert!(looked.iter().all(|letter| letter.entry.is_some()));
    assert_eq!(letters.redrive(&[]).await.unwrap().put_back.len(), 2);
    assert_eq!(receive(&account, "WakeQueue", 0).await.len(), 2);
    assert!(letters.look().await.unwrap().0.is_empty());
}

#[tokio::test]
async fn a_queue_without_dead_letters_is_refused() {
    let account = Account::open().await;
    let url = &account.queues["SendDeadLetters"];
    let error = DeadLetters::of(account.sqs.clone(), url).await.unwrap_err();
    assert!(
        error.to_string().contains("no dead-letter queue"),
        "{error}"
    );
}
