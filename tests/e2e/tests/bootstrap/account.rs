//! An AWS account on this machine: MiniStack with the template's tables and queues and the operator's secrets, and the
//! local world's Twilio and Flash beside it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws::clock::system_millis;
use aws::keys::Keys;
use aws::ring::KeyRing;
use aws::tables::{Names, Tables, schema};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use e2e::Scene;
use e2e::server::ministack;
use futures::FutureExt;
use sandbox::flash::ADMIN_SECRET;
use sandbox::maple::{KEY, MODEL};
use sandbox::world::{API_KEY_SECRET, API_KEY_SID, Options, SENDER, SIGNING_SECRET};
use serde_json::{Value, json};
use tokio::process::Child;

use crate::function::Function;
use crate::gate::{DEPLOYMENTS, Gate};
use crate::template::{Deployed, Template};

/// The address and the token for which `events/` is signed.
pub(crate) const PUBLIC_URL: &str = "https://bot.example.com";
/// The webhook's version that is to get traffic.
pub(crate) const NEW_VERSION: &str =
    "arn:aws:lambda:us-east-1:000000000000:function:flash-test-Webhook:2";
const AUTH_TOKEN: &str = "12345";
/// The keys under which the ids and tokens in `events/` were made.
const PEPPER: [u8; 32] = [7; 32];
const RING_KEY: [u8; 32] = [1; 32];

pub(crate) struct Account {
    pub(crate) scene: Scene,
    pub(crate) template: Template,
    /// Where AWS answers.
    pub(crate) url: String,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) names: Names,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) secrets: aws_sdk_secretsmanager::Client,
    /// Of tables by name, of queues by address.
    arns: BTreeMap<String, String>,
    /// Address by the template's name.
    pub(crate) queues: BTreeMap<String, String>,
    _ministack: Child,
}

/// What came of one batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Delivered {
    pub(crate) records: usize,
    pub(crate) failed: Vec<String>,
}

impl Account {
    pub(crate) async fn open() -> Self {
        let (ministack, url) = ministack(env!("CARGO_TARGET_TMPDIR").as_ref()).await;
        let sdk = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new(
                "ASIAEXAMPLE",
                "example",
                None,
                None,
                "test",
            ))
            .endpoint_url(&url)
            .load()
            .await;
        let scene = Box::pin(Scene::with(Options {
            public_url: Some(PUBLIC_URL.to_owned()),
            twilio_auth_tokens: vec![AUTH_TOKEN.to_owned()],
            ..Options::default()
        }))
        .await;
        let mut account = Self {
            template: Template::read(),
            dynamodb: aws_sdk_dynamodb::Client::new(&sdk),
            sqs: aws_sdk_sqs::Client::new(&sdk),
            secrets: aws_sdk_secretsmanager::Client::new(&sdk),
            names: Names::with_prefix("flash-test-"),
            arns: BTreeMap::new(),
            queues: BTreeMap::new(),
            _ministack: ministack,
            scene,
            url,
        };
        account.make_tables().await;
        account.make_queues().await;
        account.make_topic(&sdk).await;
        account.set_parameters().await;
        account
    }

    async fn make_tables(&mut self) {
        schema::create(&self.dynamodb, &self.names).await.unwrap();
        for (resource, _) in self.template.resources("AWS::DynamoDB::Table") {
            let name = self.names.of(&resource.to_lowercase()).unwrap().to_owned();
            let answer = self
                .dynamodb
                .describe_table()
                .table_name(&name)
                .send()
                .await
                .unwrap();
            let arn = answer.table.unwrap().table_arn.unwrap();
            self.template.tell(&resource, &name);
            self.template.tell(&format!("{resource}.Arn"), &arn);
            self.arns.insert(name, arn);
        }
    }

    async fn make_queues(&mut self) {
        let mut queues = self.template.resources("AWS::SQS::Queue");
        // Those that others send their dead letters to come first.
        queues.sort_by_key(|(_, properties)| !properties["RedrivePolicy"].is_null());
        for (resource, mut properties) in queues {
            // MiniStack's own key is as good here; that senders and consumers may use the template's, only AWS can show.
            properties.as_object_mut().unwrap().remove("KmsMasterKeyId");
            let fifo = properties["FifoQueue"] == true;
            let name = format!("flash-test-{resource}{}", if fifo { ".fifo" } else { "" });
            let as_text = |value: &Value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            };
            let attributes: HashMap<_, _> = properties
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| {
                    (
                        QueueAttributeName::from(name.as_str()),
                        as_text(&self.template.value(value)),
                    )
                })
                .collect();
            let made = self
                .sqs
                .create_queue()
                .queue_name(name)
                .set_attributes(Some(attributes))
                .send()
                .await
                .unwrap();
            let url = made.queue_url.unwrap();
            let arn = self.attribute(&url, QueueAttributeName::QueueArn).await;
            self.template.tell(&resource, &url);
            self.template.tell(&format!("{resource}.Arn"), &arn);
            self.arns.insert(url.clone(), arn);
            self.queues.insert(resource, url);
        }
    }

    /// The topic that an operator makes for those who answer people, and a queue that hears it.
    async fn make_topic(&mut self, sdk: &SdkConfig) {
        let sns = aws_sdk_sns::Client::new(sdk);
        let made = sns.create_topic().name("flash-test-support").send().await;
        let topic = made.unwrap().topic_arn.unwrap();
        let made = self.sqs.create_queue().queue_name("flash-test-support");
        let url = made.send().await.unwrap().queue_url.unwrap();
        let queue = self.attribute(&url, QueueAttributeName::QueueArn).await;
        let hears = sns.subscribe().topic_arn(&topic).protocol("sqs");
        hears.endpoint(queue).send().await.unwrap();
        self.template.tell("SupportTopicArn", topic);
        self.queues.insert("Support".to_owned(), url);
    }

    /// What the topic's subscribers have heard since they last looked.
    pub(crate) async fn told_support(&self) -> Vec<String> {
        let received = self
            .sqs
            .receive_message()
            .queue_url(&self.queues["Support"])
            .max_number_of_messages(10)
            .send()
            .await
            .unwrap();
        let messages = received.messages.unwrap_or_default().into_iter();
        messages.filter_map(|message| message.body).collect()
    }

    /// The secrets that an operator makes, and the parameters that one gives.
    async fn set_parameters(&mut self) {
        let account_sid = Options::default().twilio_account_sid;
        let keys = json!({
            "pepper": STANDARD.encode(PEPPER),
            "ring": [{"id": "event", "key": STANDARD.encode(RING_KEY), "state": "current"}],
        });
        sandbox::silence::keep_keys_private(&keys.to_string());
        let twilio_auth = json!({"accountSid": account_sid, "authToken": AUTH_TOKEN});
        let api_key = json!({"accountSid": account_sid, "apiKeySid": API_KEY_SID, "apiKeySecret": API_KEY_SECRET});
        for (parameter, text) in [
            ("KeysSecretArn", keys.to_string()),
            ("TwilioAuthSecretArn", twilio_auth.to_string()),
            ("TwilioApiKeySecretArn", api_key.to_string()),
            ("FlashAdminSecretArn", ADMIN_SECRET.to_owned()),
            ("MapleSecretArn", json!({ "apiKey": KEY }).to_string()),
            (
                "FlashEventsSecretArn",
                json!({ "signingSecrets": [SIGNING_SECRET] }).to_string(),
            ),
        ] {
            let made = self
                .secrets
                .create_secret()
                .name(format!("flash-test/{parameter}"))
                .secret_string(text)
                .send()
                .await
                .unwrap();
            self.template.tell(parameter, made.arn.unwrap());
        }
        for (name, value) in [
            ("AWS::Partition", "aws"),
            ("AWS::Region", "us-east-1"),
            ("AWS::AccountId", "000000000000"),
            ("ServerlessDeploymentApplication", "flash-test"),
            ("Webhook.Version", NEW_VERSION),
        ] {
            self.template.tell(name, value);
        }
        let groups = "arn:aws:codedeploy:us-east-1:000000000000:deploymentgroup:flash-test/*";
        self.arns.insert(DEPLOYMENTS.to_owned(), groups.to_owned());
        for (parameter, value) in [
            ("Stage", "dev"),
            ("PublicBaseUrl", PUBLIC_URL),
            ("TwilioSender", SENDER),
            ("LinkAllowOtherPhone", "true"),
            ("StepUpByApp", "true"),
            // Its messages are brought by hand: only AWS has a poller.
            (
                "BrokerArn",
                "arn:aws:mq:us-east-1:000000000000:broker:flash:b-1",
            ),
            (
                "BrokerSecretArn",
                "arn:aws:secretsmanager:us-east-1:000000000000:secret:broker-AAAAAA",
            ),
            ("TwilioApiUrl", &self.scene.url("/sandbox/twilio")),
            ("FlashGraphqlUrl", &self.scene.url("/sandbox/flash/graphql")),
            ("MapleUrl", &self.scene.url("/sandbox/maple")),
            ("MapleModel", MODEL),
            (
                "FlashAdminUrl",
                &self.scene.url("/sandbox/flash/admin/graphql"),
            ),
        ] {
            self.template.tell(parameter, value);
        }
    }

    /// The tables as an operator's command has them.
    pub(crate) async fn tables(&self) -> Tables {
        let secret = json!({
            "pepper": STANDARD.encode(PEPPER),
            "ring": [{"id": "event", "key": STANDARD.encode(RING_KEY), "state": "current"}],
        });
        let ring = KeyRing::read(move || {
            let keys = Keys::from_secret(&secret.to_string());
            async move { Ok(keys?) }.boxed()
        });
        let ring = Arc::new(ring.await.unwrap());
        Tables::new(self.dynamodb.clone(), self.names.clone(), ring)
    }

    /// Starts a function as the template deploys it.
    pub(crate) async fn start(&self, package: &str) -> Function {
        self.start_as(self.template.function(package)).await
    }

    /// Starts one as somebody else would have deployed it.
    pub(crate) async fn start_as(&self, deployed: Deployed) -> Function {
        let gate = Gate::open(deployed.may.clone(), self.arns.clone(), &self.url).await;
        Function::start(deployed, gate).await
    }

    /// One batch from a queue to a function, as Lambda's poller does it.
    pub(crate) async fn deliver(&self, queue: &str, function: &Function) -> Delivered {
        let url = &self.queues[queue];
        let receive = self
            .sqs
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(10);
        let received = receive
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .send()
            .await
            .unwrap();
        let messages = received.messages.unwrap_or_default();
        if messages.is_empty() {
            return Delivered {
                records: 0,
                failed: Vec::new(),
            };
        }
        let records: Vec<Value> = messages
            .iter()
            .map(|message| record(message, &self.arns[url]))
            .collect();
        let answer = function
            .invoke(&json!({ "Records": records }))
            .await
            .unwrap();
        let failed: Vec<String> = failures(&answer);
        for message in &messages {
            if !failed.contains(message.message_id.as_ref().unwrap()) {
                self.sqs
                    .delete_message()
                    .queue_url(url)
                    .receipt_handle(message.receipt_handle().unwrap())
                    .send()
                    .await
                    .unwrap();
            }
        }
        Delivered {
            records: messages.len(),
            failed,
        }
    }

    /// Messages of a queue whose time has not come.
    pub(crate) async fn delayed(&self, queue: &str) -> String {
        self.attribute(
            &self.queues[queue],
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        )
        .await
    }

    async fn attribute(&self, url: &str, name: QueueAttributeName) -> String {
        let request = self
            .sqs
            .get_queue_attributes()
            .queue_url(url)
            .attribute_names(name.clone());
        request
            .send()
            .await
            .unwrap()
            .attributes
            .unwrap()
            .remove(&name)
            .unwrap()
    }

    /// A table's items as they stand.
    pub(crate) async fn items(&self, table: &str) -> Vec<Value> {
        let items = self
            .dynamodb
            .scan()
            .table_name(self.names.of(table).unwrap())
            .consistent_read(true)
            .send()
            .await
            .unwrap();
        items
            .items()
            .iter()
            .map(|item| serde_dynamo::from_item(item.clone()).unwrap())
            .collect()
    }
}

/// The records that a queue function's answer asks for again.
pub(crate) fn failures(answer: &Value) -> Vec<String> {
    let failures = answer["batchItemFailures"]
        .as_array()
        .unwrap_or_else(|| panic!("not an answer to a batch: {answer}"));
    failures
        .iter()
        .map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned())
        .collect()
}

fn record(message: &Message, arn: &str) -> Value {
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
        "eventSourceARN": arn,
        "awsRegion": "us-east-1",
    })
}

/// A little in the past, for what should be due.
pub(crate) fn just_now() -> i64 {
    system_millis() / 1000 - 1
}
