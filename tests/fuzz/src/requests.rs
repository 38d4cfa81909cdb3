//! What API Gateway hands to the functions, and what people post to them, in a local world with its tables.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use lambda_http::http::{HeaderMap, HeaderValue, Method, Uri};
use sandbox::gateway::{self, Answered, Arrived};
use sandbox::world::{Options, World};
use serde_json::json;
use tokio::runtime::Runtime;
use twilio::signature::{AuthToken, sign};

use crate::forms::MESSAGES;
use crate::{near, runtime, unless_it_panics};

struct Here {
    runtime: Runtime,
    world: Arc<World>,
    /// Inputs so far.
    inputs: AtomicU64,
    /// Of a page that may be used.
    token: Mutex<String>,
}

/// What inputs leave behind makes those after them slower, and fills the memory; to begin anew takes as long as some.
const ANEW_EVERY: u64 = 200;

#[expect(
    clippy::unwrap_used,
    reason = "a test's own tools: a failure here is the test's failure"
)]
fn begin() -> Here {
    let runtime = runtime();
    let world = runtime.block_on(async { Box::pin(World::start(Options::default())).await });
    let here = Here {
        runtime,
        world: world.unwrap(),
        inputs: AtomicU64::new(0),
        token: Mutex::default(),
    };
    here.open_page();
    here
}

#[expect(
    clippy::unwrap_used,
    reason = "a test's own tools: a failure here is the test's failure"
)]
impl Here {
    /// The number of this input. Now and then the world is as it was at first.
    fn next(&self) -> u64 {
        let number = self.inputs.fetch_add(1, Ordering::Relaxed);
        if number % ANEW_EVERY == ANEW_EVERY - 1 {
            self.runtime.block_on(self.world.reset()).unwrap();
            self.open_page();
        }
        number
    }

    fn open_page(&self) {
        let world = &self.world;
        let said = self.runtime.block_on(async {
            let say = json!({"from": "whatsapp:+18765550100", "body": "link"});
            let form = world
                .twilio
                .inbound_form(&serde_json::from_value(say).unwrap());
            world
                .post("/whatsapp/webhook", form.headers, form.body)
                .await;
            world.drain().await;
            json!(world.twilio.messages(Some("whatsapp:+18765550100"), 0)).to_string()
        });
        let (_, rest) = said.split_once("/link/").unwrap();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)));
        let token = rest[..end.unwrap()].to_owned();
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }

    fn token(&self) -> String {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        token.clone()
    }
}

/// Something of ours is at fault only if it says so.
fn is_no_fault(answered: &Answered) {
    assert!(answered.status < 500, "{}", answered.status);
}

pub(crate) const EVENTS: [&[u8]; 15] = [
    include_bytes!("../../../events/webhook-message.json"),
    include_bytes!("../../../events/webhook-message-bsuid.json"),
    include_bytes!("../../../events/webhook-bad-signature.json"),
    include_bytes!("../../../events/webhook-status-delivered.json"),
    include_bytes!("../../../events/webhook-status-unknown.json"),
    include_bytes!("../../../events/web-credential.json"),
    include_bytes!("../../../events/web-health.json"),
    include_bytes!("../../../events/web-link-page.json"),
    include_bytes!("../../../events/web-confirm-page.json"),
    include_bytes!("../../../events/web-export.json"),
    include_bytes!("../../../events/web-flash-event.json"),
    include_bytes!("../../../events/web-picture.json"),
    include_bytes!("../../../events/web-proof.json"),
    include_bytes!("../../../events/webhook-button.json"),
    include_bytes!("../../../events/webhook-debugger.json"),
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
    if !unless_it_panics(is_a_request).unwrap_or_default() {
        return;
    }
    HERE.next();
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

pub(crate) const PATHS: [&str; 3] = [
    "/whatsapp/webhook",
    "/whatsapp/status",
    "/whatsapp/status/x.y",
];

/// Of the samples. What has been answered is not read a second time.
const SID: &str = "SM00000000000000000000000000000001";

/// Signed by Twilio, whatever it says: taken, or refused as not ours.
pub(crate) fn signed_messages(input: &[u8]) {
    static HERE: LazyLock<Here> = LazyLock::new(begin);
    let number = HERE.next();
    let (first, rest) = input.split_first().unwrap_or((&0, &[]));
    let path = PATHS[usize::from(*first) % PATHS.len()];
    let mut form = near(&MESSAGES, rest);
    if let Ok(text) = str::from_utf8(&form) {
        form = text.replace(SID, &format!("SM{number:032x}")).into_bytes();
    }
    let pairs: Vec<_> = form_urlencoded::parse(&form).into_owned().collect();
    let token = AuthToken::from("local-auth-token".to_owned());
    let signature = sign(&token, &format!("{}{path}", HERE.world.public_url), &pairs);
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-twilio-signature", signature.as_str()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    // Whoever writes at once is soon not answered.
    let clock = &HERE.world.clock;
    clock.move_to(clock.millis() + BETWEEN_MS);
    let answered = HERE
        .runtime
        .block_on(HERE.world.post(path, headers.to_vec(), form));
    assert!(
        [200, 204, 403, 413].contains(&answered.status),
        "{}",
        answered.status
    );
}

const BETWEEN_MS: i64 = 10_000;

pub(crate) const BROUGHT: [&[u8]; 2] = [
    br#"{"api_key":"fk_01234567_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","confirm_other_phone":true,"confirm_move":true}"#,
    br#"{"x":[[[[[[[[[[[[[[[[{"a":[]}]]]]]]]]]]]]]]],"api_key":"\u0000"}"#,
];

/// To a page that may be used: no key of a fuzzer's is one that Flash knows.
pub(crate) fn credentials(input: &[u8]) {
    static HERE: LazyLock<Here> = LazyLock::new(begin);
    HERE.next();
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    let path = format!("/link/{}/credential", HERE.token());
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
