//! The release `bootstrap` of each function, run as AWS runs it: as a process that finds nothing around it but Lambda's
//! and `template.yaml`'s environment variables, asks the Runtime API for its events, and reaches DynamoDB, SQS and
//! Secrets Manager over the wire, as far as its role in `template.yaml` allows.
//!
//! `.ci/test` builds the functions and provides the tools.

mod account;
mod asking;
mod bot;
mod cargo_lambda;
mod dead_letters;
mod events;
mod function;
mod gate;
mod later;
mod operations;
mod privacy;
mod process;
mod proof;
mod receiving;
mod rollout;
mod runtime;
mod story;
mod template;

use std::collections::{BTreeMap, BTreeSet};

use crate::account::Account;
use crate::gate::Gate;
use crate::process::Process;
use crate::template::Template;

/// What a deployment may leave out.
const OPTIONAL: [&str; 18] = [
    "ANNOUNCE_PER_MINUTE",
    "ASSISTANT",
    "FLASH_ADMIN_SECRET_ID",
    "FLASH_ADMIN_URL",
    "FLASH_EVENTS_SECRET_ID",
    "LIGHTNING_ADDRESS_HOST",
    "LINK_ALLOW_OTHER_PHONE",
    "LINK_PAGE_URL",
    "MAPLE_MODEL",
    "MAPLE_SECRET_ID",
    "MAPLE_URL",
    "PAY_URL",
    "RECEIVING",
    "RELEASE",
    "STEP_UP_BY_APP",
    "SUPPORT_HOURS",
    "SUPPORT_TOPIC_ARN",
    "TWILIO_CONTENT_SIDS",
];

/// Also that the template gives each function all that it wants, and nothing that it does not.
#[tokio::test]
async fn a_function_without_its_settings_stops_at_the_start_and_names_them_all() {
    let template = Template::read();
    for package in &template.packages() {
        let mut process = Process::spawn_with(package, BTreeMap::new());
        let end = process.end().await;
        assert!(!end.success(), "{package} starts without its settings");
        let log = process.log().join("\n");
        let is_name = |word: &&str| {
            word.contains('_') && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        };
        let named: BTreeSet<&str> = log
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(is_name)
            .collect();
        let given = template.variables(package);
        let wanted: BTreeSet<&str> = given
            .iter()
            .map(String::as_str)
            .filter(|name| !OPTIONAL.contains(name))
            .collect();
        assert_eq!(named, wanted, "{package}: {log}");
    }
}

/// Of what is not passed sam keeps the stack's own value: what is taken out again would stay.
#[test]
fn what_a_deployment_is_not_given_is_passed_as_the_template_has_it() {
    let printed = std::process::Command::new("python3")
        .args([
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../.ci/deploy"),
            "dev",
            "--print",
        ])
        .env("RELEASE", "v0")
        .env("PARAMETERS", "PayUrl=https://pay.example\nMapleModel=\n")
        .output()
        .unwrap();
    let command = String::from_utf8(printed.stdout).unwrap();
    let passed = |name: &str, value: &str| {
        if value.is_empty() {
            command.contains(&format!(" '{name}=\"\"'"))
        } else {
            command.contains(&format!(" {name}={value}"))
                || command.contains(&format!(" '{name}={value}'"))
        }
    };
    let defaults = Template::read().defaults();
    assert!(passed("PayUrl", "https://pay.example"), "{command}");
    assert!(passed("MapleModel", ""), "emptied: {command}");
    let kept: Vec<_> = defaults
        .iter()
        .filter(|(name, default)| passed(name, default))
        .map(|(name, _)| name.as_str())
        .collect();
    let others: Vec<_> = defaults
        .keys()
        .map(String::as_str)
        .filter(|name| !kept.contains(name))
        .collect();
    // What dev has of its own, the release, and what was given.
    assert_eq!(
        others,
        [
            "LinkAllowOtherPhone",
            "LogRetentionDays",
            "PayUrl",
            "Release"
        ],
        "{command}"
    );
}

#[tokio::test]
async fn a_function_that_may_not_read_its_keys_stops_at_the_start_and_names_their_secret() {
    let account = Account::open().await;
    let deployed = account.template.function("otp-expiry");
    let gate = Gate::open(BTreeSet::new(), BTreeMap::new(), &account.url).await;
    let mut process = Process::spawn(&deployed, "127.0.0.1:9", &gate.url);
    assert!(!process.end().await.success());
    let log = process.log().join("\n");
    assert!(log.contains(&deployed.variables["KEYS_SECRET_ID"]), "{log}");
    assert!(log.contains("AccessDenied"), "{log}");
}
