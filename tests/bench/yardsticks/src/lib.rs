//! A function that makes the calls of one of ours and does nothing else: no check of who calls, no logic, nothing sealed, no
//! log. The calls are those that ours was seen to make, in the file that `CALLS` names; they are put together before the
//! first message, but for the key, which is another for each.

mod calls;
mod read;

use aws_config::{BehaviorVersion, SdkConfig};
use lambda_http::{Body, Response};

pub use calls::Calls;

pub type Wrong = Box<dyn std::error::Error + Send + Sync>;

const EMPTY_TWIML: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response></Response>"#;

pub fn empty_twiml() -> Response<Body> {
    let mut response = Response::new(Body::from(EMPTY_TWIML));
    let kind = lambda_http::http::HeaderValue::from_static("text/xml; charset=utf-8");
    response.headers_mut().insert("content-type", kind);
    response
}

/// Reads the secrets that these variables name, one after the other, as whoever wants them would before the first message.
async fn read_secrets(sdk: &SdkConfig, variables: &[&str]) -> Result<(), Wrong> {
    let client = aws_sdk_secretsmanager::Client::new(sdk);
    for variable in variables {
        let name = setting(variable)?;
        let answer = client.get_secret_value().secret_id(name).send().await?;
        answer.secret_string.ok_or("a secret without a text")?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a yardstick shares nothing with what it is compared with"
)]
fn setting(name: &str) -> Result<String, Wrong> {
    std::env::var(name).map_err(|error| format!("{name}: {error}").into())
}

async fn sdk() -> SdkConfig {
    aws_config::load_defaults(BehaviorVersion::latest()).await
}
