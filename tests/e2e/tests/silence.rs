//! Rows S04 and S05 of the acceptance cases: nothing private in any log, and in no table in the clear.
//!
//! What a whole run of tests says is searched by `e2e --bin silence`, as `.ci/test` does after all others. Here it is
//! shown that the search finds what slips out, and can't pass by finding nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use e2e::silence::{Patterns, Report, check, misplaced};
use e2e::{DEVON, MARCIA, READ_ONLY, Scene, WINSTON};
use sandbox::silence::{CANARY, FOLDER, Kind, Private, Stream};
use sandbox::world::Options;
use serde_json::{Value, json};

const ANJALI: &str = "+18685550104";
const HER_ID: &str = "whatsapp:JM.4566546130240823";
const HER_NAME: &str = "Marcia of Mandeville";

/// What the story's process keeps, in a folder of its own.
fn played(slip: &str) -> PathBuf {
    static PLAYED: AtomicUsize = AtomicUsize::new(0);
    let number = PLAYED.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("silence-{}-{number}", std::process::id()));
    let mut story = Command::new(env!("CARGO_BIN_EXE_silence"));
    story.arg("play").env(FOLDER, &folder);
    if !slip.is_empty() {
        story.arg(slip);
    }
    let ended = story.output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    folder
}

fn searched(folder: &Path) -> Report {
    check(folder, &["silence".to_owned()])
}

fn file(folder: &Path, kind: &str) -> PathBuf {
    let mut files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let file = files.find(|file| file.extension().is_some_and(|found| found == kind));
    file.unwrap_or_else(|| panic!("no {kind} in {}", folder.display()))
}

fn kinds(report: &Report) -> BTreeSet<Kind> {
    report.leaks.iter().map(|leak| leak.kind).collect()
}

#[test]
fn s04_a_story_without_a_slip_is_silent() {
    let folder = played("");
    let report = searched(&folder);
    assert!(report.is_silent(), "{report:#?}");
    assert_eq!(report.processes["silence"], 1);
    for stream in Stream::ALL {
        assert!(report.lines[stream.name()] > 1, "{report:?}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn s04_whatever_kind_of_secret_a_function_logs_it_is_found() {
    let folder = played("log");
    let report = searched(&folder);
    let all = [
        Kind::Address,
        Kind::Name,
        Kind::Text,
        Kind::Place,
        Kind::Code,
        Kind::ApiKey,
        Kind::LinkToken,
        Kind::Session,
        Kind::Secret,
        Kind::Amount,
    ];
    assert_eq!(kinds(&report), all.into(), "{report:#?}");
    let logs = file(&folder, "logs");
    assert!(
        report.leaks.iter().all(|leak| leak.file == logs),
        "{report:#?}"
    );
    assert!(report.gaps.is_empty(), "{report:#?}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn s04_a_panic_is_logged_by_its_place_and_its_words_are_not() {
    let folder = played("panic");
    let report = searched(&folder);
    assert!(report.is_silent(), "{report:#?}");
    let log = fs::read_to_string(file(&folder, "logs")).unwrap();
    let line = log
        .lines()
        .find(|line| line.contains(r#""what":"panicked""#));
    assert!(line.unwrap().contains("play.rs:"), "{line:?}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn s05_what_goes_to_a_table_a_queue_or_the_phone_page_is_searched_too() {
    for (slip, stream, kind) in [
        ("table", Stream::Tables, Kind::Address),
        ("queue", Stream::Queues, Kind::Text),
        ("trace", Stream::Traces, Kind::Code),
    ] {
        let folder = played(slip);
        let report = searched(&folder);
        assert!(kinds(&report).contains(&kind), "{slip}: {report:#?}");
        let file = file(&folder, stream.name());
        assert!(
            report.leaks.iter().all(|leak| leak.file == file),
            "{report:#?}"
        );
        fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn s04_a_search_that_could_find_nothing_fails() {
    let nowhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("silence-nowhere");
    let report = searched(&nowhere);
    assert!(
        report.leaks.is_empty() && report.gaps.len() == 1,
        "{report:#?}"
    );

    let folder = played("");
    let expected = ["silence", "chaos"].map(str::to_owned);
    let report = check(&folder, &expected);
    assert_eq!(report.gaps.len(), 1, "{report:#?}");
    assert!(report.gaps[0].starts_with("chaos has kept nothing"));

    // As if it were the release functions' own process, and none of them had said a word.
    for stream in Stream::ALL {
        let name = stream.name();
        fs::copy(
            file(&folder, name),
            folder.join(format!("bootstrap-1.{name}")),
        )
        .unwrap();
    }
    let values = file(&folder, "values");
    fs::copy(&values, folder.join("bootstrap-1.values")).unwrap();
    let report = searched(&folder);
    let silent = |function: &str| {
        let mut gaps = report.gaps.iter();
        gaps.any(|gap| gap.ends_with(&format!("no line of the release function {function}")))
    };
    assert!(silent("webhook") && silent("otp-expiry"), "{report:#?}");
    for kind in ["values", "logs", "tables", "queues", "traces"] {
        fs::remove_file(folder.join(format!("bootstrap-1.{kind}"))).unwrap();
    }

    // Where the canary does not come through, nothing else would.
    for stream in Stream::ALL {
        let path = file(&folder, stream.name());
        let before = fs::read_to_string(&path).unwrap();
        let without: Vec<&str> = before
            .lines()
            .filter(|line| !line.contains(CANARY))
            .collect();
        assert!(without.len() < before.lines().count());
        fs::write(&path, without.join("\n")).unwrap();
        let report = searched(&folder);
        assert_eq!(report.gaps.len(), 1, "{report:#?}");
        assert!(report.gaps[0].ends_with(&format!("the canary is not in its {}", stream.name())));
        fs::write(&path, before).unwrap();
    }
    assert!(searched(&folder).is_silent());
    fs::remove_dir_all(folder).unwrap();
}

/// A world in which somebody looks at everything that stands in the tables.
struct Looked {
    scene: Scene,
    private: BTreeSet<(Kind, String)>,
    /// Most stands as it stood.
    seen: BTreeSet<String>,
}

impl Looked {
    fn keep(&mut self, kind: Kind, value: &str) {
        self.private.insert((kind, value.to_owned()));
    }

    /// After a step of the story: every attribute is one that somebody has decided about, and nothing private is there.
    async fn look(&mut self, step: &str) {
        for message in self.scene.world.twilio.messages(None, 0) {
            for (field, kind) in [("to", Kind::Address), ("body", Kind::Text)] {
                self.keep(kind, message[field].as_str().unwrap());
            }
        }
        let private = self.private.iter().cloned();
        let private: Vec<_> = private
            .map(|(kind, value)| Private { kind, value })
            .collect();
        let mut patterns = Patterns::of(&private);
        for table in ["people", "sessions", "codes", "messages", "audit", "cache"] {
            for item in self.scene.table(table).await {
                if !self.seen.insert(format!("{table} {item}")) {
                    continue;
                }
                let wrong = misplaced(table, &item);
                assert!(wrong.is_empty(), "{step}: {wrong:?} in {item}");
                let found = patterns.found_in(&item.to_string());
                assert!(found.is_empty(), "{step}: {found:?} in {table}: {item}");
            }
        }
    }

    async fn code_for(&mut self, chat: &str, owner: &str) -> String {
        let token = self.scene.link_token(&format!("whatsapp:{chat}")).await;
        let key = self.scene.mint_key(owner, &READ_ONLY).await;
        let shown = self.scene.bring(&token, &key, chat != owner).await;
        let code = shown.json()["code"].as_str().unwrap().to_owned();
        self.keep(Kind::LinkToken, &token);
        self.keep(Kind::ApiKey, &key);
        self.keep(Kind::Code, &code);
        code
    }

    async fn fails(&self, how: Value) {
        assert_eq!(self.scene.post("/sandbox/fail", &how).await.status, 204);
    }
}

#[tokio::test]
async fn s05_whatever_happens_the_tables_hold_ids_dates_keyed_hashes_and_ciphertext() {
    let scene = Scene::with(Options {
        twilio_timeout: Some(Duration::from_secs(1)),
        ..Options::default()
    })
    .await;
    let (private, seen) = (BTreeSet::new(), BTreeSet::new());
    let mut story = Looked {
        scene,
        private,
        seen,
    };
    for person in [MARCIA, DEVON, HER_ID] {
        story.keep(Kind::Address, person);
    }
    for name in [HER_NAME, "Marcia", "Devon"] {
        story.keep(Kind::Name, name);
    }
    story.keep(Kind::Amount, "109.9346");
    Box::pin(links_and_reads(&mut story)).await;
    Box::pin(is_tried_by_a_stranger(&mut story)).await;
    Box::pin(is_sent_with_trouble(&mut story)).await;
    Box::pin(says_stop_and_goes(&mut story)).await;
    let seen = story.seen.len();
    assert!(seen > 200, "only {seen} items were looked at");
}

async fn links_and_reads(story: &mut Looked) {
    let chat = format!("whatsapp:{MARCIA}");
    let code = story.code_for(MARCIA, MARCIA).await;
    story.look("a code waits").await;
    story.scene.ask(MARCIA, &Scene::other_than(&code)).await;
    story.look("a wrong code").await;
    story.scene.ask(MARCIA, &code).await;
    story.look("linked").await;
    story.scene.ask(MARCIA, "balance").await;
    let said = json!({"body": "balance", "external_user_id": HER_ID, "profile_name": HER_NAME});
    story.scene.say_as(&chat, said).await;
    story
        .scene
        .say_as(
            HER_ID,
            json!({"body": "what did I spend on rice and peas last week"}),
        )
        .await;
    story.keep(Kind::Text, "what did I spend on rice and peas last week");
    story.look("read by number and by user id").await;
    story.scene.advance(60).await;
    for typed in ["history", "transaction 1", "account"] {
        story.scene.ask(MARCIA, typed).await;
    }
    story.look("payments are listed").await;
    story.scene.fault("flash", "down", None).await;
    for _ in 0..6 {
        story.scene.say(MARCIA, "refresh").await;
    }
    story.look("Flash is down").await;
    story.scene.fault("flash", "ok", None).await;
    story.scene.advance(120).await;
}

async fn is_tried_by_a_stranger(story: &mut Looked) {
    for tries in [5, 3] {
        let code = story.code_for(DEVON, MARCIA).await;
        story.look("somebody brings the key to another chat").await;
        for _ in 0..tries {
            story.scene.say(DEVON, &Scene::other_than(&code)).await;
            story.look("and guesses").await;
        }
        story.scene.advance(61).await;
    }
    story.code_for(ANJALI, ANJALI).await;
    story.scene.advance(301).await;
    story.look("a code has run out").await;
    for _ in 0..14 {
        story.scene.say(ANJALI, "help").await;
    }
    story.look("a flood").await;
}

async fn is_sent_with_trouble(story: &mut Looked) {
    for fault in ["rate_limited", "down", "timeout_after_accept"] {
        story.scene.fault("twilio", fault, Some(1)).await;
        story.scene.say(MARCIA, "help").await;
        story.look(fault).await;
        story.scene.advance(300).await;
        story.look(fault).await;
    }
    for code in [63012, 63016, 63024] {
        story.fails(json!({ "code": code })).await;
        story.scene.say(MARCIA, "help").await;
        story.scene.advance(60).await;
        story.look("WhatsApp does not deliver").await;
    }
    for _ in 0..2 {
        story
            .fails(json!({"code": 20003, "http_status": 401}))
            .await;
    }
    story.scene.say(MARCIA, "help").await;
    story.look("sending is stopped").await;
    let gates = story.scene.world.outbound.tables.gates();
    gates.resume().await.unwrap();
    story.scene.advance(600).await;
    story.scene.fault("webhook", "down", None).await;
    let say = json!({"from": format!("whatsapp:{MARCIA}"), "body": "balance"});
    assert_eq!(story.scene.post_message(&say).await.1, 502);
    story.scene.fault("webhook", "ok", None).await;
    story.scene.advance(900).await;
    story.look("what was missed is found").await;
}

async fn says_stop_and_goes(story: &mut Looked) {
    for said in [
        "notifications",
        "yes",
        "notifications sent off",
        "notifications minimum 5",
        "notifications quiet 10pm-7am",
        "notifications zone London",
        "notifications hourly",
        "notifications pause 1 day",
    ] {
        story.scene.say(MARCIA, said).await;
        story.look(said).await;
    }
    story.scene.advance(60).await;
    for said in [
        "notifications resume",
        "notifications quiet off",
        "notifications instant",
        "assistant",
        "no",
        "privacy",
        "export my data",
    ] {
        story.scene.say(MARCIA, said).await;
        story.look(said).await;
    }
    story.scene.say(MARCIA, "STOP").await;
    story.look("STOP").await;
    story.code_for(WINSTON, MARCIA).await;
    story.scene.advance(60).await;
    story.look("news that nobody wants").await;
    story.scene.say(MARCIA, "START").await;
    story.scene.advance(25 * 3_600).await;
    story.look("a day later").await;
    for (phone, said) in [
        (MARCIA, "unlink"),
        (MARCIA, "yes"),
        (WINSTON, "delete my data"),
        (WINSTON, "yes"),
    ] {
        story.scene.say(phone, said).await;
        story.look(said).await;
    }
}
