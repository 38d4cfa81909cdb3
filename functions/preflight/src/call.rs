//! The two calls, as API Gateway would make them of Twilio's posts.

use std::time::Duration;

use aws::secrets::SecretError;
use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_lambda::operation::invoke::{InvokeError, InvokeOutput};
use aws_sdk_lambda::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::policy::{PREFLIGHT_PAUSE_MS, PREFLIGHT_TRIES};
use form_urlencoded::Serializer;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;
use twilio::list::Fetched;
use twilio::repost::{Form, status_form};
use twilio::signature::{AuthToken, sign};
use twilio::status::MessageStatus;

use crate::App;

/// No person's key is a digest of nothing but this, and no entry is called so.
const NO_ENTRY: &str = "0000000000000000000000000000000000000000000.preflight";
/// Of no message.
const NO_MESSAGE: &str = "SM00000000000000000000000000000000";

/// The version must have no traffic.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("{what}: the new version could not be called")]
    NotCalled {
        what: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It does not start, or fell over.
    #[error("{what}: the new version failed without an answer")]
    NoAnswer { what: &'static str },
    #[error("{what}: the new version answered {answered}, not {wanted}")]
    Otherwise {
        what: &'static str,
        wanted: u16,
        answered: u16,
    },
}

/// What an HTTP function gives API Gateway.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
}

/// One post, and what must come of it.
struct Post {
    what: &'static str,
    path: String,
    form: Form,
    signature: String,
    wanted: u16,
}

pub(crate) async fn check(app: &App) -> Result<(), CheckError> {
    let token = app.secrets.twilio_token(&app.auth_secret).await?;
    for post in posts(&app.public_base_url, &AuthToken::new(token)) {
        answered_as_wanted(app, post).await?;
    }
    Ok(())
}

fn posts(public_base_url: &str, token: &AuthToken) -> [Post; 2] {
    let delivered = Fetched {
        status: MessageStatus::Delivered,
        error_code: None,
    };
    let callback = status_form(NO_MESSAGE, delivered);
    let path = format!("/whatsapp/status/{NO_ENTRY}");
    let signature = sign(token, &format!("{public_base_url}{path}"), &callback);
    [
        Post {
            what: "a forged message",
            path: "/whatsapp/webhook".to_owned(),
            form: vec![("Body".to_owned(), "forged".to_owned())],
            // Of twenty zero bytes: shaped as one, and nobody's.
            signature: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned(),
            wanted: 403,
        },
        Post {
            what: "a signed callback",
            path,
            form: callback,
            signature,
            wanted: 204,
        },
    ]
}

async fn answered_as_wanted(app: &App, post: Post) -> Result<(), CheckError> {
    let event = event(&app.public_base_url, &post);
    let (what, wanted) = (post.what, post.wanted);
    let invoked = called(app, event.to_string()).await;
    let invoked = invoked.map_err(|source| CheckError::NotCalled {
        what,
        source: Box::new(source),
    })?;
    let payload = invoked.payload.map(Blob::into_inner).unwrap_or_default();
    let answer = serde_json::from_slice::<Answer>(&payload).ok();
    match answer.filter(|_| invoked.function_error.is_none()) {
        None => Err(CheckError::NoAnswer { what }),
        Some(Answer { status_code }) if status_code == wanted => Ok(()),
        Some(Answer { status_code }) => Err(CheckError::Otherwise {
            what,
            wanted,
            answered: status_code,
        }),
    }
}

/// The right to call this version came with the deployment, seconds ago, and IAM may not know of it everywhere yet.
async fn called(app: &App, event: String) -> Result<InvokeOutput, SdkError<InvokeError>> {
    let mut tries = 1;
    loop {
        let invoked = app.lambda.invoke().function_name(&app.webhook_version);
        let invoked = invoked.payload(Blob::new(event.as_str())).send().await;
        let denied = invoked
            .as_ref()
            .is_err_and(|error| error.code() == Some("AccessDeniedException"));
        if !denied || tries == PREFLIGHT_TRIES {
            return invoked;
        }
        tries += 1;
        sleep(Duration::from_millis(PREFLIGHT_PAUSE_MS)).await;
    }
}

/// An HTTP API's event, payload 2.0, with what the webhook reads of it.
fn event(public_base_url: &str, post: &Post) -> Value {
    let body = Serializer::new(String::new())
        .extend_pairs(&post.form)
        .finish();
    let host = public_base_url.trim_start_matches("https://");
    json!({
        "version": "2.0",
        "routeKey": format!("POST {}", post.path),
        "rawPath": post.path,
        "rawQueryString": "",
        "headers": {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "host": host,
            "x-forwarded-proto": "https",
            "x-twilio-signature": post.signature,
        },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "preflight",
            "domainName": host,
            "http": {"method": "POST", "path": post.path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "preflight"},
            "requestId": "preflight",
            "routeKey": format!("POST {}", post.path),
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1_767_225_600_000_i64,
        },
        "body": STANDARD.encode(body),
        "isBase64Encoded": true,
    })
}
