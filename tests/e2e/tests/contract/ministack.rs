//! The back end over the wire: MiniStack, which nobody here wrote, started with the first case that needs it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws::clients;
use aws::tables::{Names, schema};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;
use tokio::process::Child;
use tokio::runtime::Handle;
use tokio::sync::OnceCell;

use crate::case::{BackEnd, LeftOut};
use crate::{queue, secrets, tables};

/// Where MiniStack 1.5.33 is not as AWS documents it, and what would hold the run up for minutes.
const LEFT_OUT: &[LeftOut] = &[
    (
        "tables::what_is_too_long_for_a_key_is_refused_for_good",
        "it takes a key of any length; DynamoDB, at most 2048 bytes",
    ),
    (
        "queue::a_repeat_is_taken_again_after_five_minutes",
        "the five minutes would be real ones",
    ),
    (
        "queue::a_receipt_is_worth_nothing_after_its_time",
        "it takes an expired receipt; of a FIFO queue SQS says that it has expired, and keeps the message",
    ),
    (
        "queue::a_delay_beyond_the_longest_is_refused",
        "it takes any delay; SQS, at most 900 seconds",
    ),
    (
        "queue::a_standard_queue_refuses_a_deduplication_id",
        "it ignores the id; SQS says that the parameter is not valid for this queue type",
    ),
];

/// MiniStack with nothing in it. Cases share it, and never a name in it.
#[derive(Default)]
struct Account {
    started: OnceCell<(SdkConfig, Child)>,
    names: AtomicUsize,
}

impl Account {
    async fn sdk(&self) -> &SdkConfig {
        let start = async || {
            let (child, url) = e2e::server::ministack(env!("CARGO_TARGET_TMPDIR").as_ref()).await;
            let credentials = Credentials::new("ASIAEXAMPLE", "example", None, None, "test");
            let sdk = aws_config::defaults(BehaviorVersion::latest())
                .region(Region::new("us-east-1"))
                .credentials_provider(credentials)
                .endpoint_url(url)
                .load()
                .await;
            (sdk, child)
        };
        &self.started.get_or_init(start).await.0
    }

    /// Nobody else's.
    fn name(&self) -> String {
        format!("contract-{}-", self.names.fetch_add(1, Ordering::Relaxed))
    }
}

pub(crate) fn back_end(runtime: &Handle) -> BackEnd {
    let account = Arc::new(Account::default());
    let mut back_end = BackEnd::new("ministack", "MiniStack", LEFT_OUT, runtime);
    let here = Arc::clone(&account);
    back_end.add("tables", tables::cases(), move || {
        let account = Arc::clone(&here);
        async move {
            let client = clients::dynamodb(account.sdk().await);
            let names = Names::with_prefix(&account.name());
            schema::create(&client, &names).await.unwrap();
            tables::Bench::new(&client, names, None).await
        }
    });
    let here = Arc::clone(&account);
    back_end.add("queue", queue::cases(), move || {
        let account = Arc::clone(&here);
        async move {
            let client = clients::sqs(account.sdk().await);
            queue::Bench::Sqs(Box::new(queue::Wire::open(client, &account.name()).await))
        }
    });
    let here = Arc::clone(&account);
    back_end.add("secrets", secrets::cases(), move || {
        let account = Arc::clone(&here);
        async move {
            let wire = secrets::Wire::new(account.sdk().await, account.name());
            secrets::Bench::over(wire).await
        }
    });
    back_end.add("secrets", secrets::wire_cases(), move || {
        let account = Arc::clone(&account);
        async move { secrets::Wire::new(account.sdk().await, account.name()) }
    });
    back_end
}
