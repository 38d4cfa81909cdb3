//! AWS SDK clients: every call bounded in time, every attempt logged.

use std::time::Duration;

use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_config::meta::region::ProvideRegion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_dynamodb::config::SharedCredentialsProvider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::config::Config;
use crate::observe::CallLog;

/// The authorities by which AWS's own services are certified, as Amazon Trust Services publishes them. To read all those that
/// the system trusts takes longer than the rest of a function's start.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// For a function: region and credentials stand in its environment, where Lambda puts them, and so does the endpoint that
/// stands in for AWS. The SDK would search profiles, other roles and the machine's own service as well; what can do that is
/// a twentieth of a function's code.
pub async fn function_config() -> SdkConfig {
    let config = Config::from_env();
    let credentials = EnvironmentVariableCredentialsProvider::new();
    let mut sdk = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(EnvironmentVariableRegionProvider::new().region().await)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .timeout_config(timeouts())
        .retry_config(retries());
    sdk.set_endpoint_url(config.optional("AWS_ENDPOINT_URL"));
    if !names_roots(&config) {
        sdk = sdk.http_client(amazons_own());
    }
    sdk.build()
}

/// For whoever operates, with all that the AWS command line would find: profiles, a session's role.
pub async fn operator_config() -> SdkConfig {
    let loader = bounded(aws_config::defaults(BehaviorVersion::latest()));
    if names_roots(&Config::from_env()) {
        return loader.load().await;
    }
    loader.http_client(amazons_own()).load().await
}

/// Whoever names roots of their own has them trusted instead of Amazon's.
fn names_roots(config: &Config) -> bool {
    ["SSL_CERT_FILE", "SSL_CERT_DIR"]
        .iter()
        .any(|name| config.optional(name).is_some())
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
    loader.timeout_config(timeouts()).retry_config(retries())
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_secs(5))
        .build()
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(50))
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
    use aws_sdk_dynamodb::error::SdkError;
    use tokio::net::TcpListener;

    use super::*;

    /// Reading them panics if one is not a certificate.
    #[test]
    fn the_roots_are_five_certificates() {
        let text = std::str::from_utf8(AMAZON_ROOTS).unwrap();
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 5);
        let _ = amazons_own();
    }

    /// Somebody takes the connection and says nothing.
    #[tokio::test]
    async fn a_call_that_nobody_answers_ends() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", silent.local_addr().unwrap());
        let config = function_config().await.into_builder();
        let key = aws_sdk_dynamodb::config::Credentials::for_tests();
        let config = config
            .endpoint_url(url)
            .region(aws_config::Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(key))
            .build();
        let asked = dynamodb(&config).list_tables().send().await;
        assert!(matches!(asked, Err(SdkError::TimeoutError(_))), "{asked:?}");
    }
}
