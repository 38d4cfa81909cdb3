//! Every file in `events/` is a real event: it loads as the trigger's own type and gets the answer its name promises.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws::queue::QueueName;
use e2e::Scene;
use sandbox::gateway;
use sandbox::world::Options;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events")
}

fn event(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(name))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A world that is what the events were made for.
async fn scene() -> Scene {
    Scene::with(Options {
        public_url: Some("https://bot.example.com".to_owned()),
        twilio_auth_tokens: vec!["12345".to_owned()],
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
    ("web-link-page.json", 410),
    ("web-credential.json", 410),
    ("web-confirm-page.json", 410),
    ("web-proof.json", 410),
    ("web-export-page.json", 410),
    ("web-export.json", 410),
    ("web-picture.json", 404),
    ("web-health.json", 200),
];

/// File, records that come again.
const QUEUED: &[(&str, usize)] = &[
    ("outbound-send.json", 0),
    ("outbound-not-json.json", 0),
    ("otp-expiry-expire.json", 0),
    ("event-bridge-watch.json", 0),
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
}

#[tokio::test]
async fn each_queue_event_gets_its_answer() {
    let scene = scene().await;
    for (name, again) in QUEUED {
        let event = lambda_http::LambdaEvent::new(event(name), gateway::context(i64::MAX));
        let answer = if name.starts_with("outbound-") {
            outbound::handle(&scene.world.outbound, event).await
        } else if name.starts_with("event-bridge-") {
            event_bridge::handle(&scene.world.event_bridge, event).await
        } else {
            otp_expiry::handle(&scene.world.otp_expiry, event).await
        };
        assert_eq!(answer.unwrap().batch_item_failures.len(), *again, "{name}");
    }
    let letters = scene.world.queue.dead_letters(QueueName::Send);
    let reasons: Vec<_> = letters.iter().map(|letter| &letter.reason).collect();
    assert_eq!(reasons, [&Some("not_a_ticket".to_owned())]);
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
        .collect();
    tested.sort_unstable();
    assert_eq!(files, tested);
}
