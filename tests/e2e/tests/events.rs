//! Every file in `events/` is a real event: it loads as the trigger's own type and gets the answer its name promises.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws::queue::{Depth, Queue, QueueName};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use e2e::Scene;
use sandbox::gateway;
use sandbox::world::Options;
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events")
}

fn event(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(name))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A world that is what the events were made for, at the time at which they were made.
async fn scene() -> Scene {
    let key = |byte: u8| STANDARD.encode([byte; 32]);
    let ring = json!([{"id": "event", "key": key(1), "state": "current"}]);
    let keys = json!({"pepper": key(7), "ring": ring});
    Scene::with(Options {
        public_url: Some("https://bot.example.com".to_owned()),
        twilio_auth_tokens: vec!["12345".to_owned()],
        signing_secrets: Some(vec!["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()]),
        keys: Some(keys.to_string()),
        starts_at: Some(1_795_273_445_123),
        ..Options::default()
    })
    .await
}

/// File, status.
const HTTP: &[(&str, u16)] = &[
    ("webhook-message.json", 200),
    ("webhook-message-bsuid.json", 200),
    ("webhook-button.json", 200),
    ("webhook-bad-signature.json", 403),
    ("webhook-status-delivered.json", 204),
    ("webhook-status-unknown.json", 204),
    ("webhook-debugger.json", 204),
    ("web-link-page.json", 410),
    ("web-credential.json", 410),
    ("web-confirm-page.json", 410),
    ("web-proof.json", 410),
    ("web-export-page.json", 410),
    ("web-export.json", 410),
    ("web-picture.json", 404),
    ("web-flash-event.json", 204),
    ("web-flash-event-unsigned.json", 401),
    ("web-health.json", 200),
];

/// File, records that come again.
const QUEUED: &[(&str, usize)] = &[
    ("outbound-send.json", 0),
    ("outbound-not-json.json", 0),
    ("otp-expiry-expire.json", 0),
    ("assistant-ask.json", 0),
    ("event-bridge-watch.json", 0),
    ("event-bridge-rabbitmq.json", 0),
    ("event-bridge-events.json", 0),
];

/// Those that are neither.
const OTHERS: [&str; 4] = [
    "scheduler-relay.json",
    "scheduler-wake.json",
    "preflight-hook.json",
    "rotation-create-secret.json",
];

#[tokio::test]
async fn each_http_event_gets_its_answer() {
    let scene = scene().await;
    for (name, status) in HTTP {
        let event = event(name).to_string();
        let world = Arc::clone(&scene.world);
        let of_web = name.starts_with("web-");
        let answer = gateway::invoke(event, i64::MAX, move |request| {
            let world = Arc::clone(&world);
            async move {
                if of_web {
                    web::handle(&world.web, request).await
                } else {
                    webhook::handle(&world.webhook, request).await
                }
            }
        })
        .await;
        assert_eq!(answer.status, *status, "{name}");
    }
    let held = scene.world.queue.depth(QueueName::Events).await.unwrap();
    let one = Depth {
        waiting: 1,
        dead: 0,
    };
    assert_eq!(held, one, "the signed event alone");
}

#[tokio::test]
async fn each_queue_event_gets_its_answer() {
    let scene = scene().await;
    for (name, again) in QUEUED {
        let event = lambda_http::LambdaEvent::new(event(name), gateway::context(i64::MAX));
        let answer = if name.starts_with("outbound-") {
            outbound::handle(&scene.world.outbound, event)
                .await
                .unwrap()
        } else if name.starts_with("assistant-") {
            let answer = assistant::handle(&scene.world.assistant, event).await;
            answer.unwrap()
        } else if name.starts_with("event-bridge-") {
            let answer = event_bridge::handle(&scene.world.event_bridge, event).await;
            answer.unwrap()
        } else {
            let answer = otp_expiry::handle(&scene.world.otp_expiry, event).await;
            answer.unwrap()
        };
        assert_eq!(answer.batch_item_failures.len(), *again, "{name}");
    }
    let reasons = |queue| -> Vec<Option<String>> {
        let letters = scene.world.queue.dead_letters(queue).into_iter();
        letters.map(|letter| letter.reason).collect()
    };
    assert_eq!(reasons(QueueName::Send), [Some("not_a_ticket".to_owned())]);
    let malformed = Some("malformed:not_json".to_owned());
    assert_eq!(reasons(QueueName::Events), [malformed]);
    let held = scene.world.queue.depth(QueueName::Events).await.unwrap();
    assert_eq!(held.waiting, 3, "one that nobody is told of is passed over");
}

/// What `preflight` and `rotation` do with theirs is seen where there are secrets and versions: `bootstrap/rollout.rs`.
#[tokio::test]
async fn each_other_event_is_what_its_function_takes() {
    let scene = scene().await;
    for (name, answer) in [
        (
            "scheduler-relay.json",
            json!({"looked_at": 0, "recovered": 0, "announced": 0}),
        ),
        ("scheduler-wake.json", json!({ "batchItemFailures": [] })),
    ] {
        let event = lambda_http::LambdaEvent::new(event(name), gateway::context(i64::MAX));
        let answered = scheduler::handle(&scene.world.scheduler, event).await;
        assert_eq!(answered.unwrap(), answer, "{name}");
    }
    serde_json::from_value::<preflight::Hook>(event("preflight-hook.json")).unwrap();
    serde_json::from_value::<rotation::Request>(event("rotation-create-secret.json")).unwrap();
}

#[test]
fn no_event_is_left_without_a_test() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.retain(|name| {
        Path::new(name)
            .extension()
            .is_some_and(|kind| kind == "json")
    });
    files.sort();
    let mut tested: Vec<&str> = HTTP
        .iter()
        .map(|(name, _)| *name)
        .chain(QUEUED.iter().map(|(name, _)| *name))
        .chain(OTHERS)
        .collect();
    tested.sort_unstable();
    assert_eq!(files, tested);
}
