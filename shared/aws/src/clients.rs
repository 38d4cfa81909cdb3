//! AWS SDK clients: every call bounded in time, every attempt logged.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};

use crate::observe::CallLog;

/// Region, credentials and endpoints as the environment has them.
pub async fn sdk_config() -> SdkConfig {
    bounded(aws_config::defaults(BehaviorVersion::latest()))
        .load()
        .await
}

/// A call ends within 5 s, its retries included.
pub fn bounded(loader: ConfigLoader) -> ConfigLoader {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_secs(5))
        .build();
    let retries = RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(50));
    loader.timeout_config(timeouts).retry_config(retries)
}

pub fn dynamodb(config: &SdkConfig) -> aws_sdk_dynamodb::Client {
    let config = aws_sdk_dynamodb::config::Builder::from(config)
        .interceptor(CallLog("dynamodb"))
        .build();
    aws_sdk_dynamodb::Client::from_conf(config)
}

pub fn sns(config: &SdkConfig) -> aws_sdk_sns::Client {
    let config = aws_sdk_sns::config::Builder::from(config)
        .interceptor(CallLog("sns"))
        .build();
    aws_sdk_sns::Client::from_conf(config)
}

pub fn sqs(config: &SdkConfig) -> aws_sdk_sqs::Client {
    let config = aws_sdk_sqs::config::Builder::from(config)
        .interceptor(CallLog("sqs"))
        .build();
    aws_sdk_sqs::Client::from_conf(config)
}
