//! What API Gateway hands to the functions, and what people post to them, in a local world with its tables.

use std::sync::{Arc, LazyLock};

use lambda_http::http::{HeaderMap, HeaderValue, Method, Uri};
use sandbox::gateway::{self, Answered, Arrived};
use sandbox::world::{Options, World};
use serde_json::json;
use tokio::runtime::Runtime;
use twilio::signature::{AuthToken, sign};

use crate::forms::MESSAGES;
use crate::near;

struct Here {
    runtime: Runtime,
    world: Arc<World>,
    /// Of a page that may be used.
    token: String,
}

#[expect(
    clippy::unwrap_used,
    reason = "a test's own tools: a failure here is the test's failure"
)]
fn begin() -> Here {
    let runtime = Runtime::new().unwrap();
    let (world, token) = runtime.block_on(async {
        let world = Box::pin(World::start(Options::default())).await.unwrap();
        let say = json!({"from": "whatsapp:+18765550100", "body": "link"});
        let form = world
            .twilio
            .inbound_form(&serde_json::from_value(say).unwrap());
        world
            .post("/whatsapp/webhook", form.headers, form.body)
            .await;
        world.drain().await;
        let said = json!(world.twilio.messages(Some("whatsapp:+18765550100"), 0)).to_string();
        let (_, rest) = said.split_once("/link/").unwrap();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)));
        let token = rest[..end.unwrap()].to_owned();
        (world, token)
    });
    Here {
        runtime,
        world,
        token,
    }
}

/// Something of ours is at fault only if it says so.
fn is_no_fault(answered: &Answered) {
    assert!(answered.status < 500, "{}", answered.status);
}

const EVENTS: [&[u8]; 8] = [
    include_bytes!("../../../events/webhook-message.json"),
    include_bytes!("../../../events/webhook-message-bsuid.json"),
    include_bytes!("../../../events/webhook-bad-signature.json"),
    include_bytes!("../../../events/webhook-status-delivered.json"),
    include_bytes!("../../../events/webhook-status-unknown.json"),
    include_bytes!("../../../events/web-credential.json"),
    include_bytes!("../../../events/web-health.json"),
    include_bytes!("../../../events/web-link-page.json"),
];

/// What is no event of an HTTP API is the runtime's to refuse; any other is answered, by whichever function gets it.
///
/// The runtime's own crates panic over a body that says it is base64 and isn't (`aws_lambda_events` 1.2), and over a host or
/// `x-forwarded-proto` that make no address (`lambda_http` 1.3). API Gateway sends none of these, and `lambda_runtime` turns
/// such a panic into the failure of that one invocation; they are passed over here.
pub(crate) fn events(input: &[u8]) {
    static HERE: LazyLock<Here> = LazyLock::new(begin);
    let Ok(event) = String::from_utf8(near(&EVENTS, input)) else {
        return;
    };
    let is_a_request = || lambda_http::request::from_str(&event).is_ok();
    if !std::panic::catch_unwind(is_a_request).unwrap_or_default() {
        return;
    }
    for to_web in [true, false] {
        let (world, event) = (Arc::clone(&HERE.world), event.clone());
        let handle = move |request| {
            let world = Arc::clone(&world);
            async move {
                if to_web {
                    Box::pin(web::handle(&world.web, request)).await
                } else {
                    Box::pin(webhook::handle(&world.webhook, request)).await
                }
            }
        };
        let now = HERE.world.clock.millis();
        is_no_fault(
            &HERE
                .runtime
                .block_on(gateway::invoke(event, now + 10_000, handle)),
        );
    }
}

/// Signed by Twilio, whatever it says: taken, or refused as not ours.
pub(crate) fn signed_messages(input: &[u8]) {
    static HERE: LazyLock<Here> = LazyLock::new(begin);
    let (first, rest) = input.split_first().unwrap_or((&0, &[]));
    let path = [
        "/whatsapp/webhook",
        "/whatsapp/status",
        "/whatsapp/status/x.y",
    ][usize::from(*first) % 3];
    let form = near(&MESSAGES, rest);
    let pairs: Vec<_> = form_urlencoded::parse(&form).into_owned().collect();
    let token = AuthToken::from("local-auth-token".to_owned());
    let signature = sign(&token, &format!("{}{path}", HERE.world.public_url), &pairs);
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-twilio-signature", signature.as_str()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let answered = HERE
        .runtime
        .block_on(HERE.world.post(path, headers.to_vec(), form));
    assert!(
        [200, 204, 403, 413].contains(&answered.status),
        "{}",
        answered.status
    );
}

const BROUGHT: [&[u8]; 2] = [
    br#"{"api_key":"fk_01234567_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","confirm_other_phone":true,"confirm_move":true}"#,
    br#"{"x":[[[[[[[[[[[[[[[[{"a":[]}]]]]]]]]]]]]]]],"api_key":"\u0000"}"#,
];

/// To a page that may be used: no key of a fuzzer's is one that Flash knows.
pub(crate) fn credentials(input: &[u8]) {
    static HERE: LazyLock<Here> = LazyLock::new(begin);
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    let path = format!("/link/{}/credential", HERE.token);
    let arrived = Arrived {
        method: Method::POST,
        uri: path.parse().unwrap_or_else(|_| Uri::from_static("/")),
        headers,
        body: near(&BROUGHT, input),
    };
    let answered = HERE.runtime.block_on(HERE.world.http(arrived));
    // The fifth key that Flash does not know ends the page.
    assert!(
        [400, 401, 410, 413].contains(&answered.status),
        "{}",
        answered.status
    );
}
