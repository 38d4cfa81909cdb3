//! AWS and Twilio on this machine, for functions that run as processes: MiniStack with the tables, queues and secrets, and
//! the local world's Twilio.

use std::collections::BTreeMap;

use aws::clock::system_millis;
use aws::queue::QueueName;
use aws::tables::{Names, schema};
use aws_config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::config::Credentials;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use e2e::Scene;
use sandbox::gateway::{self, Arrived};
use sandbox::twilio::Say;
use sandbox::world::{API_KEY_SECRET, API_KEY_SID, Options, SENDER};
use serde_json::{Value, json};
use tokio::process::Child;

use super::Wrong;
use super::tools::Tools;

const PUBLIC_URL: &str = "https://bot.example.com";
const AUTH_TOKEN: &str = "12345";
pub(crate) const REGION: &str = "us-east-1";

#[derive(Debug)]
pub(crate) struct Cloud {
    /// Where MiniStack answers.
    pub(crate) aws: String,
    /// Where the local world answers, Twilio in it.
    pub(crate) world: String,
    scene: Scene,
    sqs: aws_sdk_sqs::Client,
    send_queue: String,
    /// What `template.yaml` would give the functions, and they share.
    settings: BTreeMap<String, String>,
    people: u32,
    _ministack: Child,
}

impl Cloud {
    pub(crate) async fn open(tools: &Tools) -> Result<Self, Wrong> {
        let (ministack, aws) = tools.ministack().await?;
        let sdk = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(Credentials::new(
                "ASIAEXAMPLE",
                "example",
                None,
                None,
                "bench",
            ))
            .endpoint_url(&aws)
            .load()
            .await;
        let scene = Box::pin(Scene::with(Options {
            public_url: Some(PUBLIC_URL.to_owned()),
            twilio_auth_tokens: vec![AUTH_TOKEN.to_owned()],
            ..Options::default()
        }))
        .await;
        let mut settings = BTreeMap::new();
        let names = Names::with_prefix("bench-");
        schema::create(&aws_sdk_dynamodb::Client::new(&sdk), &names).await?;
        for shape in schema::TABLES {
            let variable = format!("TABLE_{}", shape.table.to_uppercase());
            settings.insert(variable, format!("bench-{}", shape.table));
        }
        let sqs = aws_sdk_sqs::Client::new(&sdk);
        for queue in QueueName::ALL {
            for dead in ["", "_DEAD"] {
                let variable = format!("QUEUE_{}{dead}", queue.as_str().to_uppercase());
                let url = make_queue(&sqs, &variable, queue.is_fifo()).await?;
                settings.insert(variable, url);
            }
        }
        settings.extend(make_secrets(&aws_sdk_secretsmanager::Client::new(&sdk)).await?);
        let world = scene.url("");
        for (name, value) in [
            ("PUBLIC_BASE_URL", PUBLIC_URL),
            ("TWILIO_SENDER", SENDER),
            ("TWILIO_API_URL", &format!("{world}/sandbox/twilio")),
            (
                "FLASH_GRAPHQL_URL",
                &format!("{world}/sandbox/flash/graphql"),
            ),
        ] {
            settings.insert(name.to_owned(), value.to_owned());
        }
        Ok(Self {
            aws,
            world,
            scene,
            send_queue: settings["QUEUE_SEND"].clone(),
            sqs,
            settings,
            people: 0,
            _ministack: ministack,
        })
    }

    /// The functions' own variables, with AWS at `aws` and what is outside at `world`.
    pub(crate) fn settings(&self, aws: &str, world: &str) -> BTreeMap<String, String> {
        let mut settings = self.settings.clone();
        for value in settings.values_mut() {
            *value = value.replace(&self.world, world);
        }
        settings.insert("AWS_ENDPOINT_URL".to_owned(), aws.to_owned());
        settings
    }

    /// `help`, signed, of somebody who has not written before.
    pub(crate) fn message(&mut self) -> Result<Value, Wrong> {
        self.people += 1;
        let (area, line) = (200 + self.people / 10_000, self.people % 10_000);
        let from = format!("whatsapp:+1{area}555{line:04}");
        let say: Say = serde_json::from_value(json!({"from": from, "body": "help"}))?;
        let form = self.scene.world.twilio.inbound_form(&say);
        let mut headers = axum::http::HeaderMap::new();
        for (name, value) in form.headers {
            let name: axum::http::HeaderName = name.parse()?;
            headers.insert(name, value.parse()?);
        }
        let arrived = Arrived {
            method: axum::http::Method::POST,
            uri: form.url.trim_start_matches(PUBLIC_URL).parse()?,
            headers,
            body: form.body,
        };
        Ok(gateway::event(
            &arrived,
            "POST /whatsapp/webhook",
            system_millis(),
        ))
    }

    /// What waits in the queue `send`, each as the event that its poller would bring; none of it comes again.
    pub(crate) async fn to_send(&self) -> Result<Vec<Value>, Wrong> {
        let mut events = Vec::new();
        loop {
            let records = self.receive().await?;
            if records.is_empty() {
                return Ok(events);
            }
            self.delete(&records).await?;
            events.extend(
                records
                    .into_iter()
                    .map(|record| json!({"Records": [record]})),
            );
        }
    }

    /// A batch of the queue `send`, at most, as records of its poller's event; what is not deleted comes again.
    pub(crate) async fn receive(&self) -> Result<Vec<Value>, Wrong> {
        let receive = self.sqs.receive_message().queue_url(&self.send_queue);
        let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All);
        let received = receive.max_number_of_messages(10).send().await?;
        let messages = received.messages.unwrap_or_default();
        Ok(messages.iter().map(record).collect())
    }

    pub(crate) async fn delete(&self, records: &[Value]) -> Result<(), Wrong> {
        for record in records {
            let delete = self.sqs.delete_message().queue_url(&self.send_queue);
            let receipt = record["receiptHandle"].as_str().unwrap_or_default();
            delete.receipt_handle(receipt).send().await?;
        }
        Ok(())
    }

    /// How many messages Twilio has taken for each address.
    pub(crate) fn sent(&self) -> BTreeMap<String, usize> {
        let mut sent = BTreeMap::new();
        for message in self.scene.world.twilio.messages(None, 0) {
            let to = message["to"].as_str().unwrap_or_default().to_owned();
            *sent.entry(to).or_default() += 1;
        }
        sent
    }
}

fn record(message: &Message) -> Value {
    let attributes = message.attributes.iter().flatten();
    let attributes: BTreeMap<_, _> = attributes
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    json!({
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {},
        "md5OfBody": message.md5_of_body,
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:QUEUE_SEND.fifo",
        "awsRegion": REGION,
    })
}

async fn make_queue(sqs: &aws_sdk_sqs::Client, name: &str, is_fifo: bool) -> Result<String, Wrong> {
    let request = if is_fifo {
        sqs.create_queue()
            .queue_name(format!("{name}.fifo"))
            .attributes(QueueAttributeName::FifoQueue, "true")
    } else {
        sqs.create_queue().queue_name(name)
    };
    let made = request.send().await?;
    Ok(made.queue_url.unwrap_or_default())
}

/// The operator's secrets, by the variable that names them.
async fn make_secrets(
    secrets: &aws_sdk_secretsmanager::Client,
) -> Result<Vec<(String, String)>, Wrong> {
    let account_sid = Options::default().twilio_account_sid;
    let ring = json!([{"id": "bench", "key": STANDARD.encode([1; 32]), "state": "current"}]);
    let mut made = Vec::new();
    for (variable, content) in [
        (
            "KEYS_SECRET_ID",
            json!({"pepper": STANDARD.encode([7; 32]), "ring": ring}),
        ),
        (
            "TWILIO_AUTH_SECRET_ID",
            json!({"accountSid": account_sid, "authToken": AUTH_TOKEN}),
        ),
        (
            "TWILIO_API_KEY_SECRET_ID",
            json!({"accountSid": account_sid, "apiKeySid": API_KEY_SID, "apiKeySecret": API_KEY_SECRET}),
        ),
    ] {
        let request = secrets.create_secret().name(variable);
        let answer = request.secret_string(content.to_string()).send().await?;
        made.push((variable.to_owned(), answer.arn.unwrap_or_default()));
    }
    Ok(made)
}
