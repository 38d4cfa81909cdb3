//! `operator templates`, against Twilio's stand-in: an account that has none of them, and a local world that has all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws::clock::Clock;
use aws::config::Config;
use domain::language::Language;
use e2e::Scene;
use operator::templates::{Report, Row, Standing, content_api, push, status};
use sandbox::fault::Faults;
use sandbox::twilio::{TemplateStatus, TwilioStandIn};
use sandbox::world::{API_KEY_SECRET, API_KEY_SID, SENDER};
use serde_json::{Value, json};
use twilio::content::{TemplateName, all, read_sids, sid_key, submission, template};
use twilio::content_api::{ApprovalStatus, ContentApi};
use twilio::sid::ContentSid;

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const ALERT: &str = "security_alert";
/// The keys of what WhatsApp is asked for, or of what is sent inside the window alone, in order.
fn kept(submitted: bool) -> Vec<String> {
    let kept = all().filter(|(name, _)| submission(*name).is_some() == submitted);
    let keys: BTreeSet<_> = kept
        .map(|(name, language)| sid_key(name, language))
        .collect();
    keys.into_iter().collect()
}

fn api(url: &str) -> ContentApi {
    let url = url.to_owned();
    let env = move |name: &str| match name {
        "TWILIO_ACCOUNT_SID" => Some(ACCOUNT.to_owned()),
        "TWILIO_API_KEY" => Some(API_KEY_SID.to_owned()),
        "TWILIO_API_SECRET" => Some(API_KEY_SECRET.to_owned()),
        "TWILIO_CONTENT_URL" => Some(url.clone()),
        _ => None,
    };
    content_api(Config::told_by(env)).unwrap()
}

/// An account at Twilio in which nothing was ever created.
async fn fresh_account() -> (TwilioStandIn, ContentApi) {
    let config = sandbox::twilio::Config {
        account_sid: ACCOUNT.to_owned(),
        auth_tokens: vec!["local-auth-token".to_owned()],
        key_sid: API_KEY_SID.to_owned(),
        key_secret: API_KEY_SECRET.to_owned(),
        sender: SENDER.to_owned(),
        public_url: "https://bot.example.com".to_owned(),
    };
    let clock = Clock::told_by(|| 1_795_348_800_000);
    let twilio = TwilioStandIn::new(config, clock, Arc::new(Faults::default()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = twilio.router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (twilio, api(&url))
}

/// What the stack would be given, read from what the operator sees as the functions read it.
fn for_the_stack(report: &Report) -> BTreeMap<String, ContentSid> {
    let printed = report.to_string();
    read_sids(printed.lines().last().unwrap()).unwrap()
}

fn keys(report: &Report) -> Vec<String> {
    for_the_stack(report).into_keys().collect()
}

fn row<'a>(report: &'a Report, key: &str) -> &'a Row {
    report.rows.iter().find(|row| row.key == key).unwrap()
}

fn approval(report: &Report, key: &str) -> ApprovalStatus {
    match &row(report, key).standing {
        Standing::WhatsApp { approval, .. } => approval.status,
        other => panic!("{key} is {other:?}"),
    }
}

#[tokio::test]
async fn push_creates_and_submits_what_is_missing_and_a_second_one_does_nothing() {
    let (twilio, api) = fresh_account().await;
    let before = status(&api).await.unwrap();
    assert_eq!(keys(&before), [""; 0]);
    assert!(!before.is_good());
    assert_eq!(api.list().await.unwrap(), []);

    let first = push(&api).await.unwrap();
    for key in &kept(false) {
        assert_eq!(row(&first, key).done, ["created"]);
        assert_eq!(row(&first, key).standing, Standing::Session);
    }
    for key in &kept(true) {
        assert_eq!(row(&first, key).done, ["created", "submitted"]);
        assert_eq!(approval(&first, key), ApprovalStatus::Received);
    }
    // What waits for WhatsApp's word is no fault, and can't be sent yet.
    assert!(first.is_good());
    assert_eq!(keys(&first), kept(false));

    let second = push(&api).await.unwrap();
    assert!(second.rows.iter().all(|row| row.done.is_empty()));
    assert_eq!(
        approval(&second, "security_alert_en"),
        ApprovalStatus::Pending
    );
    assert_eq!(for_the_stack(&second), for_the_stack(&first));
    assert_eq!(api.list().await.unwrap().len(), all().count());

    for key in &kept(true) {
        let (name, language) = key.rsplit_once('_').unwrap();
        assert!(twilio.judge_template(name, language, TemplateStatus::Approved));
    }
    let third = push(&api).await.unwrap();
    assert!(third.rows.iter().all(|row| row.done.is_empty()));
    assert!(third.is_good());
    let mut every: Vec<_> = kept(true).into_iter().chain(kept(false)).collect();
    every.sort();
    assert_eq!(keys(&third), every);
    assert_eq!(api.list().await.unwrap().len(), all().count());
}

#[tokio::test]
async fn n04_what_whatsapp_refuses_is_reported_and_left_out() {
    let scene = Scene::begin().await;
    let api = api(&scene.url("/sandbox/twilio"));
    for (word, expected, reason) in [
        ("rejected", ApprovalStatus::Rejected, "INCORRECT_CATEGORY"),
        ("paused", ApprovalStatus::Paused, ""),
        ("disabled", ApprovalStatus::Disabled, ""),
    ] {
        let judged = json!({"name": ALERT, "language": "es", "status": word});
        let answer = scene.post("/sandbox/templates", &judged).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        for report in [push(&api).await.unwrap(), status(&api).await.unwrap()] {
            assert!(!report.is_good(), "{word}");
            assert_eq!(approval(&report, "security_alert_es"), expected);
            assert!(!keys(&report).contains(&"security_alert_es".to_owned()));
            assert!(keys(&report).contains(&"security_alert_en".to_owned()));
            let printed = report.to_string();
            assert!(
                printed.contains(word) && printed.contains(reason),
                "{printed}"
            );
        }
    }
    assert_eq!(
        api.list().await.unwrap().len(),
        all().count(),
        "nothing was created anew"
    );
}

#[tokio::test]
async fn a_local_world_has_every_template_and_sends_by_their_sids() {
    let scene = Scene::begin().await;
    let report = push(&api(&scene.url("/sandbox/twilio"))).await.unwrap();
    assert!(report.is_good());
    assert!(report.rows.iter().all(|row| row.done.is_empty()));
    assert_eq!(for_the_stack(&report), scene.world.outbound.content_sids);
}

#[tokio::test]
async fn only_what_was_submitted_can_be_judged() {
    let scene = Scene::begin().await;
    for (name, status) in [
        ("start_linked", 404),
        ("nobody_knows_it", 404),
        (ALERT, 200),
    ] {
        let judged = json!({"name": name, "language": "en", "status": "paused"});
        let answer = scene.post("/sandbox/templates", &judged).await;
        assert_eq!(answer.status, status, "{name}");
    }
    let odd = json!({"name": ALERT, "language": "en", "status": "liked"});
    assert_eq!(scene.post("/sandbox/templates", &odd).await.status, 400);
}

/// The alert in other words, as a release before this one may have pushed it.
fn older(change: impl FnOnce(&mut Value)) -> String {
    let mut json: Value =
        serde_json::from_str(template(TemplateName::SecurityAlert, Language::English)).unwrap();
    change(&mut json);
    json.to_string()
}

async fn approved(twilio: &TwilioStandIn, api: &ContentApi, json: &str) -> ContentSid {
    let sid = api.create(json).await.unwrap().sid;
    let category = twilio::content::Category::Utility;
    api.submit(&sid, ALERT, category).await.unwrap();
    assert!(twilio.judge_template(ALERT, "en", TemplateStatus::Approved));
    sid
}

#[tokio::test]
async fn changed_words_are_a_new_template_and_the_old_one_serves_until_it_is_approved() {
    let (twilio, api) = fresh_account().await;
    let body = |json: &mut Value| {
        json["types"]["twilio/text"]["body"] = "Somebody at {{1}} is after your account.".into();
    };
    let old = approved(&twilio, &api, &older(body)).await;
    let before = status(&api).await.unwrap();
    assert_eq!(
        row(&before, "security_alert_en").standing,
        Standing::Missing
    );
    assert_eq!(for_the_stack(&before)["security_alert_en"], old);

    let pushed = push(&api).await.unwrap();
    let new = row(&pushed, "security_alert_en").sid.clone().unwrap();
    assert_ne!(new, old);
    assert_eq!(for_the_stack(&pushed)["security_alert_en"], old);
    assert!(twilio.judge_template(ALERT, "en", TemplateStatus::Rejected));
    let rejected = push(&api).await.unwrap();
    assert!(!rejected.is_good());
    assert_eq!(for_the_stack(&rejected)["security_alert_en"], old);

    assert!(twilio.judge_template(ALERT, "en", TemplateStatus::Approved));
    let done = push(&api).await.unwrap();
    assert_eq!(for_the_stack(&done)["security_alert_en"], new);
    assert_eq!(row(&done, "security_alert_en").others, [old]);
}

#[tokio::test]
async fn older_words_that_are_not_approved_or_that_other_variables_fill_do_not_serve() {
    let (twilio, api) = fresh_account().await;
    let body = |json: &mut Value| {
        json["types"]["twilio/text"]["body"] = "Somebody at {{1}} is after your account.".into();
    };
    approved(&twilio, &api, &older(body)).await;
    assert!(twilio.judge_template(ALERT, "en", TemplateStatus::Paused));
    let none = |json: &mut Value| {
        json["variables"] = json!({});
        json["types"]["twilio/text"]["body"] = "Somebody is after your account.".into();
    };
    approved(&twilio, &api, &older(none)).await;
    let pushed = push(&api).await.unwrap();
    assert_eq!(keys(&pushed), kept(false));
}

#[tokio::test]
async fn of_two_with_the_same_words_the_approved_one_is_taken() {
    let (twilio, api) = fresh_account().await;
    let words = older(|_| ());
    api.create(&words).await.unwrap();
    let good = approved(&twilio, &api, &words).await;
    api.create(&words).await.unwrap();
    let pushed = push(&api).await.unwrap();
    assert_eq!(for_the_stack(&pushed)["security_alert_en"], good);
    assert_eq!(row(&pushed, "security_alert_en").done, [""; 0]);
}
