//! AWS SDK clients: every call bounded in time, every attempt logged.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::config::Config;
use crate::observe::CallLog;

/// The authorities by which AWS's own services are certified, as Amazon Trust Services publishes them. To read all those that
/// the system trusts takes longer than the rest of a function's start.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// Region, credentials and endpoints as the environment has them. Whoever names roots of their own has them trusted instead.
pub async fn sdk_config() -> SdkConfig {
    let loader = bounded(aws_config::defaults(BehaviorVersion::latest()));
    let config = Config::from_env();
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(|name| config.optional(name));
    if named.iter().any(Option::is_some) {
        return loader.load().await;
    }
    loader.http_client(amazons_own()).load().await
}

fn amazons_own() -> SharedHttpClient {
    let roots = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let context = TlsContext::builder().with_trust_store(roots).build();
    aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        // Nothing but a name of a server, of which there is none here, can be wrong.
        .tls_context(context.expect("a context without names"))
        .build_https()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Reading them panics if one is not a certificate.
    #[test]
    fn the_roots_are_five_certificates() {
        let text = std::str::from_utf8(AMAZON_ROOTS).unwrap();
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 5);
        let _ = amazons_own();
    }
}
