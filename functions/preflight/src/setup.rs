//! Everything made once, before the first check.

use std::time::Duration;

use aws::clients;
use aws::config::Config;
use aws::observe::CallLog;
use aws::secrets::Secrets;
use aws_sdk_lambda::config::timeout::TimeoutConfig;

/// A new version starts while it is called, so one call takes longer than those of a function that runs: the webhook's own
/// time-out of 12 s and its start.
const CALL_TIMEOUT: Duration = Duration::from_secs(25);

/// Why the function does not start.
type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// Made once, before the first check.
#[derive(Debug)]
pub struct App {
    pub lambda: aws_sdk_lambda::Client,
    pub codedeploy: aws_sdk_codedeploy::Client,
    pub secrets: Secrets,
    /// Name or ARN of the secret with the token that signs.
    pub auth_secret: String,
    /// As Twilio has it, without a slash at the end.
    pub public_base_url: String,
    /// ARN of the version that is to get traffic.
    pub webhook_version: String,
}

impl App {
    /// From environment variables. What is missing is named, all of it at once.
    pub async fn from_env() -> Result<Self, Refusal> {
        let mut config = Config::from_env();
        let public_base_url = config.required("PUBLIC_BASE_URL");
        let auth_secret = config.required("TWILIO_AUTH_SECRET_ID");
        let webhook_version = config.required("WEBHOOK_VERSION");
        config.finish()?;
        let sdk = clients::function_config().await;
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(CALL_TIMEOUT)
            .operation_timeout(CALL_TIMEOUT)
            .build();
        let lambda = aws_sdk_lambda::config::Builder::from(&sdk)
            .timeout_config(timeouts)
            .interceptor(CallLog("lambda"));
        let codedeploy = aws_sdk_codedeploy::config::Builder::from(&sdk);
        let codedeploy = codedeploy.interceptor(CallLog("codedeploy"));
        Ok(Self {
            lambda: aws_sdk_lambda::Client::from_conf(lambda.build()),
            codedeploy: aws_sdk_codedeploy::Client::from_conf(codedeploy.build()),
            secrets: Secrets::new(&sdk),
            auth_secret,
            public_base_url: public_base_url.trim_end_matches('/').to_owned(),
            webhook_version,
        })
    }
}
