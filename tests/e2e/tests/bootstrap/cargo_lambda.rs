//! A developer's way: `cargo lambda invoke` with a file of `events/`, for every file that is there.

use std::collections::BTreeSet;
use std::process::Stdio;

use e2e::server::{free_port, serve};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::account::{Account, failures, just_now};
use crate::bot::{Answer, event};
use crate::process::Process;

/// Event, function, status; in the order in which they tell a story.
const HTTP: [(&str, &str, u64); 17] = [
    ("webhook-message.json", "webhook", 200),
    ("webhook-message-bsuid.json", "webhook", 200),
    ("webhook-button.json", "webhook", 200),
    ("webhook-bad-signature.json", "webhook", 403),
    ("webhook-status-delivered.json", "webhook", 204),
    ("webhook-status-unknown.json", "webhook", 204),
    ("webhook-debugger.json", "webhook", 204),
    ("web-link-page.json", "web", 410),
    ("web-credential.json", "web", 410),
    ("web-confirm-page.json", "web", 410),
    ("web-proof.json", "web", 410),
    ("web-export-page.json", "web", 410),
    ("web-export.json", "web", 410),
    ("web-picture.json", "web", 404),
    // What is signed for a moment is worth nothing at another.
    ("web-flash-event.json", "web", 401),
    ("web-flash-event-unsigned.json", "web", 401),
    ("web-health.json", "web", 200),
];

/// Event, function, how many records come again.
const QUEUED: [(&str, &str, usize); 8] = [
    ("outbound-send.json", "outbound", 0),
    ("outbound-not-json.json", "outbound", 0),
    ("otp-expiry-expire.json", "otp-expiry", 0),
    ("assistant-ask.json", "assistant", 0),
    ("event-bridge-watch.json", "event-bridge", 0),
    ("event-bridge-rabbitmq.json", "event-bridge", 0),
    ("event-bridge-events.json", "event-bridge", 0),
    ("scheduler-wake.json", "scheduler", 0),
];

/// What a schedule sends.
const RELAY: &str = "scheduler-relay.json";

/// These are invoked where there are versions and a ring to rotate: `rollout.rs`.
const ELSEWHERE: [&str; 2] = ["preflight-hook.json", "rotation-create-secret.json"];

#[test]
fn every_event_is_invoked() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    let invoked = HTTP
        .iter()
        .map(|(file, ..)| *file)
        .chain(QUEUED.iter().map(|(file, ..)| *file))
        .chain([RELAY])
        .chain(ELSEWHERE);
    assert_eq!(
        files.collect::<BTreeSet<_>>(),
        invoked.map(str::to_owned).collect()
    );
}

/// `cargo lambda watch` is the Lambda here. It would also build and start the functions, from source and for debugging;
/// it is told not to, so that it is the release files that answer.
#[tokio::test]
async fn cargo_lambda_invoke_gets_an_answer_to_each_http_event() {
    let account = Account::open().await;
    let port = free_port();
    let mut watch = Command::new("cargo-lambda");
    watch.args([
        "lambda",
        "watch",
        "--only-lambda-apis",
        "--invoke-address",
        "127.0.0.1",
        "--invoke-port",
        &port.to_string(),
    ]);
    let _watch = serve(watch.current_dir(env!("CARGO_MANIFEST_DIR")), port).await;
    let started: Vec<_> = ["webhook", "web"]
        .into_iter()
        .map(|package| {
            let runtime_api = format!("http://127.0.0.1:{port}/.rt/{package}");
            Process::spawn(
                &account.template.function(package),
                &runtime_api,
                &account.url,
            )
        })
        .collect();
    for (file, package, status) in HTTP {
        sandbox::silence::keep_event_private(&event(file));
        let answer = Answer::of(&invoke(package, &file_of(file), port).await);
        assert_eq!(
            answer.status,
            status,
            "{file}: {:?}",
            started.iter().map(Process::log).collect::<Vec<_>>()
        );
    }
}

/// `cargo lambda watch` tells every function that its deadline was in 1970. These look at their deadline before they begin
/// a record, so here `cargo lambda invoke` talks to this test's own Lambda, which gives a real one.
#[tokio::test]
async fn cargo_lambda_invoke_gets_an_answer_to_each_event_of_queues_and_schedules() {
    let account = Account::open().await;
    let webhook = account.start("webhook").await;
    webhook
        .invoke(&event("webhook-message.json"))
        .await
        .unwrap();
    account
        .scene
        .world
        .twilio
        .note_inbound("whatsapp:+18765550100", just_now() * 1000);
    let functions = [
        account.start("outbound").await,
        account.start("otp-expiry").await,
        account.start("assistant").await,
        account.start("event-bridge").await,
        account.start("scheduler").await,
    ];
    let function = |package: &str| {
        functions
            .iter()
            .find(|function| function.deployed.package == package)
            .unwrap()
    };
    for (file, package, again) in QUEUED {
        let function = function(package);
        let answer = invoke(package, &file_of(file), function.runtime.address.port()).await;
        assert_eq!(
            failures(&answer).len(),
            again,
            "{file}: {:?}",
            function.process.log()
        );
    }
    assert_eq!(
        account.scene.world.twilio.messages(None, 0).len(),
        1,
        "what outbound-send.json names was sent"
    );
    let every_minute = account.template.schedule_input("Scheduler", "Relay");
    assert_eq!(event(RELAY), every_minute);
    let port = function("scheduler").runtime.address.port();
    let answer = invoke("scheduler", &file_of(RELAY), port).await;
    assert_eq!(
        answer,
        json!({"announced": 0, "looked_at": 0, "recovered": 0})
    );
}

fn file_of(event: &str) -> [String; 2] {
    [
        "--data-file".to_owned(),
        format!("{}/../../events/{event}", env!("CARGO_MANIFEST_DIR")),
    ]
}

async fn invoke(package: &str, data: &[String; 2], port: u16) -> Value {
    let mut command = Command::new("cargo-lambda");
    command.args([
        "lambda",
        "invoke",
        package,
        "--invoke-address",
        "127.0.0.1",
        "--invoke-port",
        &port.to_string(),
    ]);
    let ran = command
        .args(data)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let (said, complained) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(ran.status.success(), "{data:?}: {said}{complained}");
    serde_json::from_str(&said).unwrap_or_else(|_| panic!("{data:?}: not JSON: {said}{complained}"))
}
