//! The Content API, by our client: what an operator does with templates, and what Twilio refuses.

use domain::language::Language;
use sandbox::fault::{Mode, System};
use sandbox::twilio::TemplateStatus;
use serde_json::{Value, json};
use twilio::content::{Category, TemplateName, Words, template};
use twilio::content_api::{ApprovalStatus, Config, ContentApi, ContentApiError};

use crate::world::{ACCOUNT, KEY, NOON, World};

fn alert() -> &'static str {
    template(TemplateName::SecurityAlert, Language::Spanish)
}

fn text(name: &str, body: &str, variables: &Value) -> String {
    json!({"friendly_name": name, "language": "en", "variables": variables,
        "types": {"twilio/text": {"body": body}}})
    .to_string()
}

fn code(error: &ContentApiError) -> Option<u32> {
    match error {
        ContentApiError::Refused { code, .. } => *code,
        _ => None,
    }
}

#[tokio::test]
async fn a_template_goes_from_its_creation_to_its_approval() {
    let world = World::start().await;
    let api = world.content_api();
    assert_eq!(api.list().await.unwrap(), []);

    let created = api.create(alert()).await.unwrap();
    assert_eq!(
        (created.friendly_name.as_str(), created.language.as_str()),
        ("security_alert", "es")
    );
    assert_eq!(created.created_at.unwrap().unix(), NOON / 1000);
    let words: Words = serde_json::from_str(alert()).unwrap();
    assert_eq!(created.words.as_ref(), Some(&words));
    assert_eq!(api.list().await.unwrap(), std::slice::from_ref(&created));

    let approval = api.approval(&created.sid).await.unwrap();
    assert_eq!(approval.status, ApprovalStatus::Unsubmitted);
    assert_eq!(approval.category, "");
    let name = "security_alert";
    let asked = api
        .submit(&created.sid, name, Category::Utility)
        .await
        .unwrap();
    assert_eq!(asked.status, ApprovalStatus::Received);
    for (judged, status, reason) in [
        (None, ApprovalStatus::Pending, ""),
        (Some(TemplateStatus::Approved), ApprovalStatus::Approved, ""),
        (
            Some(TemplateStatus::Rejected),
            ApprovalStatus::Rejected,
            "INCORRECT_CATEGORY",
        ),
        (Some(TemplateStatus::Paused), ApprovalStatus::Paused, ""),
        (Some(TemplateStatus::Disabled), ApprovalStatus::Disabled, ""),
    ] {
        if let Some(judged) = judged {
            assert!(world.twilio.judge_template(name, "es", judged));
        }
        let approval = api.approval(&created.sid).await.unwrap();
        assert_eq!(
            (approval.status, approval.rejection_reason.as_str()),
            (status, reason)
        );
        assert_eq!(approval.category, "UTILITY");
    }
}

#[tokio::test]
async fn a_template_is_submitted_once() {
    let world = World::start().await;
    let api = world.content_api();
    let sid = api.create(alert()).await.unwrap().sid;
    let submit = || api.submit(&sid, "security_alert", Category::Utility);
    submit().await.unwrap();
    assert_eq!(code(&submit().await.unwrap_err()), Some(92009));
}

#[tokio::test]
async fn a_list_of_many_pages_is_read_to_its_end() {
    let world = World::start().await;
    let api = world.content_api();
    let mut expected = Vec::new();
    for n in 0..201 {
        let name = format!("t{n}");
        world.register(&text(&name, "x", &json!({}))).await;
        expected.push(name);
    }
    let before = world.twilio.requests();
    let found = api.list().await.unwrap();
    let names: Vec<_> = found.into_iter().map(|each| each.friendly_name).collect();
    assert_eq!(names, expected);
    assert_eq!(world.twilio.requests() - before, 3);
}

#[tokio::test]
async fn what_is_none_of_ours_is_listed_without_words() {
    let world = World::start().await;
    let media = json!({"language": "en",
        "types": {"twilio/media": {"body": "x", "media": ["https://bot.example.com/x.png"]}}});
    world.register(&media.to_string()).await;
    let found = world.content_api().list().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].friendly_name.as_str(), &found[0].words),
        ("", &None)
    );
}

#[tokio::test]
async fn what_whatsapp_rejects_by_its_form_is_rejected_at_once() {
    let world = World::start().await;
    let api = world.content_api();
    let one = json!({"1": "$5"});
    for (n, (body, variables)) in [
        ("You got {{1}}.", &one),
        ("{{1}} is yours", &one),
        ("You got {{1}}{{2}} today", &json!({"1": "$", "2": "5"})),
        ("You got {{1}} today", &json!({})),
        ("You got {{1}} today", &json!({"1": ""})),
        ("You got {{1}} today", &json!({"1": "$5\n"})),
        ("You got {{1}} today", &json!({"1": "$     5"})),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("t{n}");
        let sid = world.register(&text(&name, body, variables)).await;
        world.submit(&sid, &name).await;
        let approval = api.approval(&sid).await.unwrap();
        assert_eq!(approval.status, ApprovalStatus::Rejected, "{body}");
        assert!(approval.rejection_reason.starts_with("INVALID_FORMAT."));
    }
}

#[tokio::test]
async fn what_twilio_refuses_is_told_with_its_code_and_words() {
    let world = World::start().await;
    let api = world.content_api();
    let error = api.create("{}").await.unwrap_err();
    assert_eq!(code(&error), Some(20001));
    assert_eq!(
        error.to_string(),
        "Twilio refused it with HTTP 400 and code 20001: language is required"
    );
    let sid = api.create(alert()).await.unwrap().sid;
    let error = api.submit(&sid, "Alert!", Category::Utility).await;
    assert_eq!(code(&error.unwrap_err()), Some(20001));
    let nowhere = twilio::sid::ContentSid::parse("HX00000000000000000000000000000009").unwrap();
    let error = api.approval(&nowhere).await.unwrap_err();
    assert_eq!(code(&error), Some(20404));
}

#[tokio::test]
async fn a_twilio_that_is_down_stalls_or_talks_nonsense_is_an_error_each_time() {
    let world = World::start().await;
    let api = world.content_api();
    let ended = async |mode| {
        world.faults.set(System::Twilio, mode, Some(1));
        api.list().await.unwrap_err()
    };
    assert_eq!(code(&ended(Mode::Down).await), Some(20503));
    assert_eq!(code(&ended(Mode::RateLimited).await), Some(20429));
    for _ in 0..2 {
        let error = ended(Mode::Nonsense).await;
        assert!(matches!(error, ContentApiError::Unreadable), "{error:?}");
    }
    let error = ended(Mode::Slow).await;
    assert!(matches!(error, ContentApiError::Unanswered(_)), "{error:?}");
}

#[tokio::test]
async fn a_key_of_nobody_and_a_key_of_another_account_are_told_apart() {
    let world = World::start().await;
    world.register(alert()).await;
    let with = |account: &str, secret: &str| {
        let secret = secret.to_owned().into();
        ContentApi::new(Config::new(world.url.clone(), account, KEY, secret).unwrap()).unwrap()
    };
    let error = with(ACCOUNT, "wrong-secret").list().await.unwrap_err();
    assert!(matches!(error, ContentApiError::NotAccepted), "{error:?}");
    let other = with("AC00000000000000000000000000000002", "key-secret");
    let error = other.list().await.unwrap_err();
    assert!(matches!(error, ContentApiError::OtherAccount), "{error:?}");
    assert!(!format!("{other:?}").contains("key-secret"));
}
