//! `docs/privacy.md` beside what the tables hold and the template says.

use std::collections::BTreeSet;

use domain::policy::BACKUP_DAYS;
use e2e::{DEVON, MARCIA, READ_ONLY, Scene, TANYA};
use serde_json::{Value, json};

const TEXT: &str = include_str!("../../../../docs/privacy.md");
const TEMPLATE: &str = include_str!("../../../../template.yaml");
/// Where keys are made.
const SOURCES: [&str; 16] = [
    include_str!("../../../../shared/aws/src/tables/announcements.rs"),
    include_str!("../../../../shared/aws/src/tables/asks.rs"),
    include_str!("../../../../shared/aws/src/tables/model.rs"),
    include_str!("../../../../shared/aws/src/tables/counters.rs"),
    include_str!("../../../../shared/aws/src/tables/cache.rs"),
    include_str!("../../../../shared/aws/src/tables/read.rs"),
    include_str!("../../../../shared/aws/src/tables/items.rs"),
    include_str!("../../../../shared/aws/src/tables/commit.rs"),
    include_str!("../../../../shared/aws/src/tables/seekers.rs"),
    include_str!("../../../../shared/aws/src/tables/orphan.rs"),
    include_str!("../../../../shared/aws/src/tables/doubt.rs"),
    include_str!("../../../../shared/aws/src/tables/gate.rs"),
    include_str!("../../../../shared/aws/src/tables/requests.rs"),
    include_str!("../../../../shared/aws/src/tables/held.rs"),
    include_str!("../../../../shared/aws/src/tables/knowledge.rs"),
    include_str!("../../../../shared/aws/src/tables/seen.rs"),
];

/// How the keys of `cache` begin that end in what differs.
const KINDS: [&str; 6] = [
    "breaker#", "balance#", "price#", "count#", "traffic#", "asked#",
];

/// Table, and what its keys begin with, or are, if that is no hash.
type Kind = (String, String);

/// The rows of the first table: `entry#ID` `send` is `entry# send`, `PERSON` alone nothing.
fn documented() -> BTreeSet<Kind> {
    let section = TEXT.split("## In the tables").nth(1).unwrap();
    let section = section.split("## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let kinds = rows.flat_map(|row| {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let table = cells[1].trim_matches('`').to_owned();
        let keys: Vec<_> = if table == "cache" {
            cells[2].split(',').map(plain).collect()
        } else {
            vec![plain(cells[2])]
        };
        keys.into_iter().map(move |key| (table.clone(), key))
    });
    kinds.collect()
}

/// A key without what differs from one to the next, which is written large.
fn plain(key: &str) -> String {
    let words = key
        .split('`')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    let words = words.map(|word| word.trim_end_matches(|c: char| c.is_ascii_uppercase()));
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn kind_of(table: &str, item: &Value) -> Kind {
    let text = |field: &str| item[field].as_str().unwrap_or_default();
    let before = |key: &str| key.split_once('#').map(|(kind, _)| format!("{kind}#"));
    let key = match table {
        "people" | "sessions" => before(text("person")).unwrap_or_default(),
        "codes" => text("purpose").to_owned(),
        "messages" => {
            let kind = before(text("id")).unwrap();
            format!("{kind} {}", text("kind")).trim_end().to_owned()
        }
        "audit" => String::new(),
        _ => match before(text("key")) {
            Some(kind) if KINDS.contains(&kind.as_str()) => kind,
            _ => text("key").to_owned(),
        },
    };
    (table.to_owned(), key)
}

async fn met(scene: &Scene, kinds: &mut BTreeSet<Kind>) {
    for table in ["people", "sessions", "codes", "messages", "audit", "cache"] {
        for item in scene.table(table).await {
            kinds.insert(kind_of(table, &item));
        }
    }
}

/// All that can easily happen to somebody.
async fn story(scene: &Scene) -> BTreeSet<Kind> {
    let mut kinds = BTreeSet::new();
    let say = json!({"body": "hello", "external_user_id": "JM.4566546130240823"});
    scene.say_as(&format!("whatsapp:{MARCIA}"), say).await;
    let code = scene.code_for(MARCIA).await;
    met(scene, &mut kinds).await;
    scene.ask(MARCIA, &Scene::other_than(&code)).await;
    scene.ask(MARCIA, &code).await;
    for text in [
        "balance",
        "notifications",
        "yes",
        "export my data",
        "feedback all is well",
        "stop",
        "start",
    ] {
        scene.ask(MARCIA, text).await;
    }
    scene.ask(MARCIA, "how can somebody pay me?").await;
    scene.say(MARCIA, "yes").await;
    met(scene, &mut kinds).await;
    scene.advance(60).await;
    for text in ["notifications hourly", "agent", "yes"] {
        scene.ask(MARCIA, text).await;
    }
    let pay = json!({"phone": MARCIA, "cents": 500, "via": "webhook"});
    assert_eq!(scene.post("/sandbox/pay", &pay).await.status, 200);
    scene.drain().await;
    met(scene, &mut kinds).await;
    let code = scene.say(MARCIA, "receive 5 lunch").await;
    let paid = json!({ "payment_request": code.last() });
    assert_eq!(scene.post("/sandbox/flash/pay", &paid).await.status, 200);
    scene.advance(60).await;
    met(scene, &mut kinds).await;
    // Somebody else brings her key.
    let token = scene.link_token(&format!("whatsapp:{DEVON}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    assert_eq!(scene.bring(&token, &key, true).await.status, 200);
    scene.drain().await;
    // Twilio takes a message and never says so; reports on one that nobody knows.
    scene.fault("twilio", "timeout_after_accept", Some(1)).await;
    let help = json!({"from": format!("whatsapp:{TANYA}"), "body": "help"});
    scene.post_message(&help).await;
    scene.drain().await;
    let sid = "SM00000000000000000000000000000abc";
    let report = [
        ("MessageSid", sid),
        ("MessageStatus", "delivered"),
        ("To", &format!("whatsapp:{TANYA}")),
    ];
    assert_eq!(scene.post_status("/whatsapp/status", &report).await, 204);
    met(scene, &mut kinds).await;
    scene.advance(60).await;
    scene.fault("flash", "down", None).await;
    for _ in 0..6 {
        scene.ask(MARCIA, "balance").await;
    }
    scene.fault("flash", "ok", None).await;
    scene.advance(900).await;
    met(scene, &mut kinds).await;
    for text in ["delete my data", "yes"] {
        scene.ask(MARCIA, text).await;
    }
    met(scene, &mut kinds).await;
    kinds
}

#[tokio::test]
async fn c09_every_kind_of_item_is_in_the_life_cycle_and_nothing_else_is() {
    let documented = documented();
    let scene = Scene::begin().await;
    let met = story(&scene).await;
    let missing: Vec<_> = met.difference(&documented).collect();
    assert!(
        missing.is_empty(),
        "docs/privacy.md does not name {missing:?}"
    );
    assert!(met.len() >= 14, "the story tells little: {met:?}");
    let source = SOURCES.concat();
    for (table, key) in documented.difference(&met) {
        let begins = key.split(' ').next().unwrap();
        assert!(source.contains(begins), "nobody writes {table} {key}");
    }
}

#[test]
fn c09_the_life_cycle_says_how_long_copies_elsewhere_are_kept_as_they_are() {
    let after = |name: &str| {
        let (_, rest) = TEMPLATE
            .split_once(name)
            .unwrap_or_else(|| panic!("no {name}"));
        let number = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
        number
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .unwrap()
            .parse::<i64>()
            .unwrap()
    };
    let logs = after("LogRetentionDays:\n    Type: Number\n    Default:");
    assert!(
        TEXT.contains(&format!("`LogRetentionDays`: {logs} days")),
        "{logs}"
    );
    let dead = after(
        "SendDeadLetters:\n    Type: AWS::SQS::Queue\n    Properties:\n      FifoQueue: true\n      DeduplicationScope: messageGroup\n      FifoThroughputLimit: perMessageGroupId\n      MessageRetentionPeriod:",
    );
    assert!(
        TEXT.contains(&format!(
            "| {} days | `operator dead-letters`",
            dead / 86_400
        )),
        "{dead}"
    );
    let queue = after(
        "WakeQueue:\n    Type: AWS::SQS::Queue\n    Properties:\n      VisibilityTimeout: 180\n      MessageRetentionPeriod:",
    );
    assert!(
        TEXT.contains(&format!("| {} days | done in seconds", queue / 86_400)),
        "{queue}"
    );
    assert!(TEXT.contains(&format!("| {BACKUP_DAYS} days |")));
    assert!(TEXT.contains(&format!(
        "{} days in the console",
        domain::policy::TWILIO_LOG_DAYS
    )));
}
