//! Two empty queues of the deployment, the port that fills them, and a consumer.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use aws::clock::system_millis;
use aws::dead_letter::attribute;
use aws::queue::{BATCH, Fifo, Queue, QueueMessage, QueueName, QueueUrls, Sqs};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use domain::policy::QUEUE_RECEIVES;
use sandbox::clock::WorldClock;
use sandbox::queue::LocalQueue;
use serde_json::json;

/// A FIFO queue and a standard one, each with dead letters of its kind.
pub(crate) const FIFO: QueueName = QueueName::Send;
pub(crate) const STANDARD: QueueName = QueueName::Expire;

pub(crate) enum Bench {
    Local(Box<Local>),
    Sqs(Box<Wire>),
}

pub(crate) struct Local {
    pub(crate) clock: WorldClock,
    pub(crate) queue: LocalQueue,
}

/// Queues made as the template declares them.
pub(crate) struct Wire {
    port: Sqs,
    client: Client,
    urls: QueueUrls,
    /// Receipts of what was received and not deleted.
    in_flight: Mutex<Vec<(QueueName, String)>>,
}

/// A record as a function gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) receives: u32,
}

/// What one call of a function gets.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) queue: QueueName,
    pub(crate) records: Vec<Record>,
    taken: Taken,
}

#[derive(Debug)]
enum Taken {
    Local(sandbox::queue::Batch),
    Receipts(Vec<String>),
}

/// A dead letter, as far as both back ends show it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) body: String,
    pub(crate) reason: Option<String>,
}

impl Bench {
    pub(crate) fn port(&self) -> &dyn Queue {
        match self {
            Self::Local(local) => &local.queue,
            Self::Sqs(wire) => &wire.port,
        }
    }

    /// Everything that can be received now, in batches of at most ten.
    pub(crate) async fn receive(&self, queue: QueueName) -> Vec<Batch> {
        match self {
            Self::Local(local) => {
                let batches = local.queue.receive(queue).into_iter();
                batches.map(Batch::from_local).collect()
            }
            Self::Sqs(wire) => {
                let mut batches = Vec::new();
                while let Some(batch) = wire.receive(queue).await {
                    batches.push(batch);
                }
                batches
            }
        }
    }

    /// The function has done the batch, but for records with these bodies.
    pub(crate) async fn settle(&self, batch: &Batch, failed: &[&str]) {
        let fails = |record: &Record| failed.contains(&record.body.as_str());
        match (self, &batch.taken) {
            (Self::Local(local), Taken::Local(taken)) => {
                let failed = batch.records.iter().filter(|record| fails(record));
                let failed = failed.map(|record| record.id.clone()).collect();
                local.queue.settle(taken, &failed);
            }
            (Self::Sqs(wire), Taken::Receipts(receipts)) => {
                for (record, receipt) in batch.records.iter().zip(receipts) {
                    if !fails(record) {
                        wire.delete(batch.queue, receipt).await;
                    }
                }
            }
            _ => panic!("a batch of another bench"),
        }
    }

    /// Whatever was received and is not done with can be received again.
    pub(crate) async fn let_visibility_end(&self) {
        match self {
            Self::Local(local) => local.move_on(180_001),
            Self::Sqs(wire) => wire.show_again().await,
        }
    }

    pub(crate) async fn pass(&self, seconds: u32) {
        match self {
            Self::Local(local) => local.move_on(i64::from(seconds) * 1000),
            Self::Sqs(_) => tokio::time::sleep(Duration::from_secs(seconds.into())).await,
        }
    }

    pub(crate) fn millis(&self) -> i64 {
        match self {
            Self::Local(local) => local.clock.millis(),
            Self::Sqs(_) => system_millis(),
        }
    }

    /// Dead letters, oldest first. They are gone then.
    pub(crate) async fn dead_letters(&self, queue: QueueName) -> Vec<Letter> {
        match self {
            Self::Local(local) => {
                let letters = local.queue.dead_letters(queue).into_iter();
                letters
                    .map(|letter| Letter {
                        body: letter.body,
                        reason: letter.reason,
                    })
                    .collect()
            }
            Self::Sqs(wire) => wire.dead_letters(queue).await,
        }
    }
}

impl Local {
    fn move_on(&self, millis: i64) {
        self.clock.move_to(self.clock.millis() + millis);
    }
}

impl Batch {
    fn from_local(taken: sandbox::queue::Batch) -> Self {
        let records = taken.event["Records"].as_array().unwrap().iter();
        let records = records.map(|record| {
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            let receives = &record["attributes"]["ApproximateReceiveCount"];
            Record {
                id: text(&record["messageId"]),
                body: text(&record["body"]),
                receives: text(receives).parse().unwrap(),
            }
        });
        Self {
            queue: taken.queue,
            records: records.collect(),
            taken: Taken::Local(taken),
        }
    }
}
impl Wire {
    /// Queues whose names begin so.
    pub(crate) async fn open(client: Client, prefix: &str) -> Self {
        let mut urls = QueueUrls::default();
        (urls.send, urls.send_dead) = make(&client, &format!("{prefix}send"), true).await;
        (urls.expire, urls.expire_dead) = make(&client, &format!("{prefix}expire"), false).await;
        Self {
            port: Sqs::new(client.clone(), urls.clone()),
            client,
            urls,
            in_flight: Mutex::default(),
        }
    }
}

/// A queue with its dead-letter queue, as the template declares them; where they are.
async fn make(client: &Client, name: &str, fifo: bool) -> (String, String) {
    let create = async |name: &str, more: &[(QueueAttributeName, String)]| {
        let mut request = client.create_queue();
        if fifo {
            request = request
                .queue_name(format!("{name}.fifo"))
                .attributes(QueueAttributeName::FifoQueue, "true")
                .attributes(QueueAttributeName::DeduplicationScope, "messageGroup")
                .attributes(QueueAttributeName::FifoThroughputLimit, "perMessageGroupId");
        } else {
            request = request.queue_name(name);
        }
        for (attribute, value) in more {
            request = request.attributes(attribute.clone(), value);
        }
        request.send().await.unwrap().queue_url.unwrap()
    };
    let dead = create(&format!("{name}-dead"), &[]).await;
    let arn = QueueAttributeName::QueueArn;
    let request = client.get_queue_attributes().queue_url(&dead);
    let attributes = request.attribute_names(arn.clone()).send().await.unwrap();
    let arn = attributes.attributes.unwrap().remove(&arn).unwrap();
    let redrive = json!({"deadLetterTargetArn": arn, "maxReceiveCount": QUEUE_RECEIVES});
    let more = [
        (QueueAttributeName::VisibilityTimeout, "180".to_owned()),
        (QueueAttributeName::RedrivePolicy, redrive.to_string()),
    ];
    (create(name, &more).await, dead)
}

impl Wire {
    fn url(&self, queue: QueueName) -> (&str, &str) {
        match queue {
            QueueName::Send => (&self.urls.send, &self.urls.send_dead),
            QueueName::Expire => (&self.urls.expire, &self.urls.expire_dead),
            QueueName::Wake | QueueName::Watch | QueueName::Ask | QueueName::Events => {
                panic!("this bench has no such queue")
            }
        }
    }

    async fn take(&self, url: &str) -> Vec<Message> {
        let most = i32::try_from(BATCH).unwrap();
        let request = self.client.receive_message().queue_url(url);
        let request = request
            .max_number_of_messages(most)
            .message_attribute_names("All")
            .message_system_attribute_names(MessageSystemAttributeName::All);
        request.send().await.unwrap().messages.unwrap_or_default()
    }

    async fn receive(&self, queue: QueueName) -> Option<Batch> {
        let messages = self.take(self.url(queue).0).await;
        if messages.is_empty() {
            return None;
        }
        let receipts: Vec<_> = messages.iter().map(receipt).collect();
        let flying = receipts.iter().map(|receipt| (queue, receipt.clone()));
        self.in_flight.lock().unwrap().extend(flying);
        let records = messages.into_iter().map(|message| {
            let attributes: HashMap<_, _> = message.attributes.unwrap();
            let receives = &attributes[&MessageSystemAttributeName::ApproximateReceiveCount];
            Record {
                id: message.message_id.unwrap(),
                body: message.body.unwrap(),
                receives: receives.parse().unwrap(),
            }
        });
        Some(Batch {
            queue,
            records: records.collect(),
            taken: Taken::Receipts(receipts),
        })
    }

    /// SQS may refuse a receipt that is worth nothing any more; what matters is what is still there.
    async fn delete(&self, queue: QueueName, receipt: &str) {
        let url = self.url(queue).0;
        let request = self.client.delete_message().queue_url(url);
        let _ = request.receipt_handle(receipt).send().await;
        let mut in_flight = self.in_flight.lock().unwrap();
        in_flight.retain(|(_, flying)| flying != receipt);
    }

    async fn show_again(&self) {
        let in_flight = std::mem::take(&mut *self.in_flight.lock().unwrap());
        for (queue, receipt) in in_flight {
            let url = self.url(queue).0;
            let request = self.client.change_message_visibility().queue_url(url);
            let request = request.receipt_handle(receipt).visibility_timeout(0);
            request.send().await.unwrap();
        }
    }

    async fn dead_letters(&self, queue: QueueName) -> Vec<Letter> {
        let url = self.url(queue).1;
        let mut letters = Vec::new();
        loop {
            let messages = self.take(url).await;
            if messages.is_empty() {
                return letters;
            }
            for message in messages {
                let request = self.client.delete_message().queue_url(url);
                let request = request.receipt_handle(receipt(&message));
                request.send().await.unwrap();
                let attributes = message.message_attributes.unwrap_or_default();
                let reason = attributes.get(attribute::REASON);
                letters.push(Letter {
                    body: message.body.unwrap(),
                    reason: reason.and_then(|reason| reason.string_value.clone()),
                });
            }
        }
    }
}

fn receipt(message: &Message) -> String {
    message.receipt_handle.clone().unwrap()
}

/// A message for the FIFO queue; its body is its deduplication id.
pub(crate) fn fifo(group: &str, body: &str) -> QueueMessage {
    QueueMessage {
        body: body.to_owned(),
        fifo: Some(Fifo {
            group: group.to_owned(),
            deduplication: body.to_owned(),
        }),
        delay: 0,
    }
}

/// A message for the standard queue.
pub(crate) fn standard(body: &str, delay: i64) -> QueueMessage {
    QueueMessage {
        body: body.to_owned(),
        fifo: None,
        delay,
    }
}

/// All bodies, as they came.
pub(crate) fn bodies(batches: &[Batch]) -> Vec<&str> {
    let records = batches.iter().flat_map(|batch| &batch.records);
    records.map(|record| record.body.as_str()).collect()
}

/// Of these, those that are among `of`, as they came: order is kept only within a group.
pub(crate) fn among<'a>(bodies: &[&'a str], of: &[&str]) -> Vec<&'a str> {
    let among = bodies.iter().filter(|body| of.contains(*body));
    among.copied().collect()
}
