//! Sending: the answer's shape, texts, templates.

use domain::language::Language;
use serde_json::{Value, json};
use twilio::action::Action;
use twilio::content::{self, TemplateName, template};
use twilio::status::MessageStatus;

use crate::world::{ACCOUNT, CALLBACK, KEY, MARCIA, SENDER, World, answer};

#[tokio::test]
async fn a_text_is_accepted_numbered_and_kept() {
    let world = World::start().await;
    let first = world.text("one").await.unwrap();
    let second = world.text("two").await.unwrap();
    assert_eq!(first.status, MessageStatus::Queued);
    assert_ne!(first.sid, second.sid);

    let kept = world.twilio.messages(Some("+18765550100"), 0);
    assert_eq!(kept.len(), 2);
    assert_eq!(
        kept[0],
        json!({"n": 1, "sid": first.sid.as_str(), "to": MARCIA, "from": SENDER, "body": "one",
            "buttons": null, "list": null, "content_sid": null, "content_variables": null, "media_url": null,
            "status": "queued", "error_code": null, "at": 1_795_348_800})
    );
    assert_eq!(world.twilio.messages(Some(MARCIA), 1), kept[1..]);
    assert!(world.twilio.messages(Some("+18765550101"), 0).is_empty());
    assert_eq!(world.twilio.requests(), 2);

    world.twilio.reset();
    assert!(world.twilio.messages(None, 0).is_empty());
    assert_eq!(
        (world.twilio.requests(), world.twilio.next_due()),
        (0, None)
    );
    assert_ne!(world.text("three").await.unwrap().sid, first.sid);
}

#[tokio::test]
async fn the_answer_has_every_field_of_twilios_own() {
    let world = World::start().await;
    let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages");
    let form = [
        ("To", MARCIA),
        ("From", SENDER),
        ("Body", "receipt"),
        ("MediaUrl", "https://bot.example.com/qr.png"),
        ("SomethingNew", "is ignored"),
    ];
    let request = world
        .http
        .post(format!("{}{path}.json", world.url))
        .basic_auth(KEY, Some("key-secret"))
        .form(&form);
    let (status, mut created) = answer(request).await;
    assert_eq!(status, 201);
    let sid = created["sid"].as_str().unwrap().to_owned();
    assert!(sid.starts_with("MM") && sid.len() == 34, "{sid}");
    assert_eq!(
        world.get(&format!("{path}/{sid}.json")).await,
        (200, created.clone())
    );

    created["sid"] = Value::Null;
    let uri = format!("{path}/{sid}");
    assert_eq!(
        created,
        json!({
            "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": "receipt",
            "date_created": "Sun, 22 Nov 2026 12:00:00 +0000", "date_sent": null,
            "date_updated": "Sun, 22 Nov 2026 12:00:00 +0000", "direction": "outbound-api",
            "error_code": null, "error_message": null, "from": SENDER, "messaging_service_sid": null,
            "num_media": "1", "num_segments": "1", "price": null, "price_unit": null, "sid": null,
            "status": "queued", "subresource_uris": {"media": format!("{uri}/Media.json")},
            "to": MARCIA, "uri": format!("{uri}.json"),
        })
    );
}

#[tokio::test]
async fn our_templates_are_taken_and_shown_with_their_buttons() {
    let world = World::start().await;
    for (name, language) in content::all() {
        world.register(template(name, language)).await;
    }
    let mut registered = Vec::new();
    let mut page = "/v1/Content".to_owned();
    loop {
        let (status, list) = world.get(&page).await;
        assert_eq!(status, 200);
        let contents = list["contents"].as_array().unwrap();
        let name_of = |content: &Value| content["friendly_name"].as_str().unwrap().to_owned();
        registered.extend(contents.iter().map(name_of));
        let Some(next) = list["meta"]["next_page_url"].as_str() else {
            break;
        };
        page = next[next.find("/v1/").unwrap()..].to_owned();
    }
    let ours: Vec<_> = content::all().map(|(name, _)| name.as_str()).collect();
    assert_eq!(registered, ours);

    let confirm = template(TemplateName::UnlinkConfirm, Language::English);
    let confirm = world.register(confirm).await;
    let variables = [("1", "Unlink *now*?\nReally?"), ("2", "SM1")];
    let sent = world.template(&confirm, &variables).await.unwrap();
    let shown = world.message(&sent);
    assert_eq!(shown["body"], "Unlink *now*?\nReally?");
    assert_eq!(
        shown["buttons"],
        json!([{"title": "Yes, unlink", "id": "unlink:SM1"}, {"title": "Keep my link", "id": "keep:SM1"}])
    );
    assert_eq!(shown["content_sid"], confirm.as_str());
    assert_eq!(
        shown["content_variables"],
        json!({"1": "Unlink *now*?\nReally?", "2": "SM1"})
    );

    let by_sample = world.template(&confirm, &[("2", "x")]).await.unwrap();
    let shown = world.message(&by_sample);
    assert_eq!(shown["body"], "Unlink your Flash account from this chat?");
}

#[tokio::test]
async fn a_list_is_shown_with_its_items_and_taken_by_whatsapp() {
    let world = World::start().await;
    let said = serde_json::from_value(json!({"from": MARCIA, "body": "hi"})).unwrap();
    world.twilio.inbound_form(&said);
    let menu = template(TemplateName::HelpUnlinked, Language::Spanish);
    let menu = world.register(menu).await;
    let sent = world.template(&menu, &[("1", "Hola")]).await.unwrap();
    let shown = world.message(&sent);
    assert_eq!(
        (&shown["body"], &shown["buttons"]),
        (&json!("Hola"), &json!(null))
    );
    assert_eq!(shown["list"]["button"], "Elegir");
    let items = shown["list"]["items"].as_array().unwrap();
    let first = json!({"title": "Vincular", "description": "Conectar tu cuenta de Flash", "id": "cmd:link"});
    assert_eq!(items[0], first);

    let broken = template(TemplateName::HelpUnlinked, Language::Spanish)
        .replace("Conectar tu cuenta", &"Conectar ".repeat(8));
    let broken = world.register(&broken).await;
    let sent = world.template(&broken, &[("1", "Hola")]).await.unwrap();
    world
        .twilio
        .run_due(i64::MAX, |_, _, _| async { 204 })
        .await;
    assert_eq!(world.message(&sent)["error_code"], 63005);
}

#[tokio::test]
async fn a_template_nobody_created_is_our_own_mistake() {
    let world = World::start().await;
    let unknown = twilio::sid::ContentSid::parse("HX00000000000000000000000000000009").unwrap();
    let error = world.template(&unknown, &[]).await.unwrap_err();
    assert_eq!(error.action(), Action::PlainText);
}

#[tokio::test]
async fn an_opaque_user_id_is_an_address_like_any_other() {
    let world = World::start().await;
    let user = "whatsapp:JM.4566546130240823";
    let content = twilio::client::Content::Text { body: "hi" };
    world.send(user, content, CALLBACK).await.unwrap();
    assert_eq!(world.twilio.messages(Some(user), 0)[0]["to"], user);
}

#[tokio::test]
async fn what_is_no_template_is_refused() {
    let world = World::start().await;
    for body in [
        "not json",
        "{}",
        r#"{"language":"en"}"#,
        r#"{"language":"en","types":{}}"#,
        r#"{"language":"en","types":{"twilio/text":{"body":"x"}},"variables":{"1":1}}"#,
        r#"{"language":"en","types":{"twilio/text":{}}}"#,
        r#"{"language":"en","types":{"twilio/text":{"body":"x","footer":"y"}}}"#,
        r#"{"language":"en","types":{"twilio/txt":{"body":"x"}}}"#,
        r#"{"language":"en","types":{"twilio/quick-reply":{"body":"x","actions":[]}}}"#,
        r#"{"language":"en","types":{"twilio/quick-reply":{"body":"x","actions":[{"id":"x"}]}}}"#,
        r#"{"language":"en","types":{"twilio/quick-reply":{"body":"x","actions":[{"title":"x","url":"y"}]}}}"#,
    ] {
        let (status, refusal) = world.post_json("/v1/Content", body).await;
        assert_eq!((status, &refusal["status"]), (400, &json!(400)), "{body}");
    }
}
