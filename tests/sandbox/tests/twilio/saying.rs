//! What people say arrives at the bot as Twilio would post it.

use std::collections::HashMap;

use domain::language::Language;
use sandbox::twilio::{InboundForm, Say};
use serde_json::{Value, json};
use twilio::content::{TemplateName, template};
use twilio::inbound::{InboundMessage, MessageType};
use twilio::signature::{AuthToken, SignatureError, verify};

use crate::world::{ACCOUNT, MARCIA, SENDER, World};

fn say(json: Value) -> Say {
    serde_json::from_value(json).unwrap()
}

fn verdict(form: &InboundForm) -> Result<(), SignatureError> {
    let header = |wanted: &str| {
        let found = form.headers.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    };
    let url = "http://127.0.0.1:8700/whatsapp/webhook";
    assert_eq!(form.url, url);
    let tokens = [AuthToken::from("first-token".to_owned())];
    verify(
        &tokens,
        url,
        &form.body,
        header("content-type"),
        header("x-twilio-signature"),
    )
}

fn fields(form: &InboundForm) -> HashMap<String, String> {
    form_urlencoded::parse(&form.body).into_owned().collect()
}

#[tokio::test]
async fn a_text_has_all_of_twilios_fields_and_is_really_signed() {
    let world = World::start().await;
    let form = world.twilio.inbound_form(&say(
        json!({"from": "+18765550100", "body": "Hola & adiós", "profile_name": "Marcia B."}),
    ));
    assert_eq!(verdict(&form), Ok(()));
    let read = InboundMessage::parse(&form.body).unwrap();
    assert_eq!(read.message_sid.as_str(), form.message_sid);
    assert_eq!(
        (read.body.as_str(), read.message_type),
        ("Hola & adiós", MessageType::Text)
    );
    assert_eq!(read.user_id, None);

    let fields = fields(&form);
    let sid = form.message_sid.as_str();
    for (name, value) in [
        ("SmsMessageSid", sid),
        ("SmsSid", sid),
        ("MessageSid", sid),
        ("AccountSid", ACCOUNT),
        ("From", MARCIA),
        ("To", SENDER),
        ("WaId", "18765550100"),
        ("ProfileName", "Marcia B."),
        ("SmsStatus", "received"),
        ("MessageType", "text"),
        ("NumMedia", "0"),
        ("NumSegments", "1"),
        ("ReferralNumMedia", "0"),
        ("ApiVersion", "2010-04-01"),
    ] {
        assert_eq!(fields[name], value, "{name}");
    }
    let metadata: Value = serde_json::from_str(&fields["ChannelMetadata"]).unwrap();
    let context = json!({"ProfileName": "Marcia B.", "WaId": "18765550100"});
    assert_eq!(
        metadata,
        json!({"type": "whatsapp", "data": {"context": context}})
    );
}

#[tokio::test]
async fn a_wrong_and_a_missing_signature_are_what_they_say_and_twilio_never_heard_them() {
    let world = World::start().await;
    let bad = say(json!({"from": MARCIA, "body": "hi", "sign": "bad"}));
    assert_eq!(
        verdict(&world.twilio.inbound_form(&bad)),
        Err(SignatureError::Mismatch)
    );
    let none = say(json!({"from": MARCIA, "body": "hi", "sign": "none"}));
    assert_eq!(
        verdict(&world.twilio.inbound_form(&none)),
        Err(SignatureError::Missing)
    );
    let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
    assert_eq!(world.get(&path).await.1["messages"], json!([]));
}

#[tokio::test]
async fn the_same_message_is_repeated_byte_for_byte() {
    let world = World::start().await;
    let sid = "SM000000000000000000000000000000aa";
    let first = world.twilio.inbound_form(&say(
        json!({"from": MARCIA, "body": "balance", "message_sid": sid}),
    ));
    world.pass(60_000);
    let again = say(json!({"from": MARCIA, "body": "something else", "message_sid": sid}));
    assert_eq!(world.twilio.inbound_form(&again), first);
    assert_eq!(first.message_sid, sid);
}

#[tokio::test]
async fn a_person_without_a_number_has_only_an_id() {
    let world = World::start().await;
    let user = "whatsapp:JM.4566546130240823";
    let form = world
        .twilio
        .inbound_form(&say(json!({"from": user, "body": "hi"})));
    let fields = fields(&form);
    assert!(!fields.contains_key("WaId") && !fields["ChannelMetadata"].contains("WaId"));
    assert_eq!(fields["ExternalUserId"], user);
    assert!(InboundMessage::parse(&form.body).unwrap().user_id.is_some());
}

#[tokio::test]
async fn a_tap_names_the_message_whose_button_it_was() {
    let world = World::start().await;
    let start = world
        .register(template(TemplateName::StartLinked, Language::English))
        .await;
    let shown = world.template(&start, &[("1", "Welcome")]).await.unwrap();
    let form = world.twilio.inbound_form(&say(
        json!({"from": MARCIA, "body": "Balance", "button_payload": "cmd:balance"}),
    ));
    let button = InboundMessage::parse(&form.body).unwrap().button.unwrap();
    assert_eq!(
        (button.payload.as_str(), button.title.as_str()),
        ("cmd:balance", "Balance")
    );
    let fields = fields(&form);
    assert_eq!(fields["OriginalRepliedMessageSid"], shown.sid.as_str());
    assert_eq!(fields["OriginalRepliedMessageSender"], SENDER);
    assert_eq!(fields["MessageType"], "interactive");
}

#[tokio::test]
async fn an_item_of_a_list_names_itself_and_the_message_it_was_picked_from() {
    let world = World::start().await;
    let menu = world
        .register(template(TemplateName::HelpLinked, Language::English))
        .await;
    let shown = world.template(&menu, &[("1", "Hello")]).await.unwrap();
    let form = world.twilio.inbound_form(&say(
        json!({"from": MARCIA, "body": "Money", "list_id": "cmd:help money"}),
    ));
    let picked = InboundMessage::parse(&form.body).unwrap();
    assert_eq!(picked.message_type, MessageType::Interactive);
    let button = picked.button.unwrap();
    assert_eq!(
        (button.payload.as_str(), button.title.as_str()),
        ("cmd:help money", "Money")
    );
    let fields = fields(&form);
    assert!(!fields.contains_key("ButtonPayload"));
    assert_eq!(
        (fields["Body"].as_str(), fields["ListTitle"].as_str()),
        ("Money", "Money")
    );
    assert_eq!(fields["OriginalRepliedMessageSid"], shown.sid.as_str());
}

#[tokio::test]
async fn pictures_voice_contacts_and_pins_arrive_as_such() {
    let world = World::start().await;
    for (kind, expected) in [
        ("image/jpeg", MessageType::Image),
        ("image/webp", MessageType::Sticker),
        ("audio/ogg", MessageType::Audio),
        ("video/mp4", MessageType::Video),
        ("application/pdf", MessageType::Document),
        ("text/vcard", MessageType::Contacts),
    ] {
        let media = json!([{"type": kind, "url": "https://api.twilio.com/m"}]);
        let form = world
            .twilio
            .inbound_form(&say(json!({"from": MARCIA, "media": media})));
        let read = InboundMessage::parse(&form.body).unwrap();
        assert_eq!((read.message_type, read.num_media), (expected, 1), "{kind}");
        assert_eq!(read.media[0].content_type, kind);
        assert!(form.message_sid.starts_with("MM"));
        assert_eq!(verdict(&form), Ok(()));
    }
    let form = world.twilio.inbound_form(&say(
        json!({"from": MARCIA, "latitude": 18.0179, "longitude": -76.8099}),
    ));
    let read = InboundMessage::parse(&form.body).unwrap();
    assert_eq!(read.message_type, MessageType::Location);
    assert!((read.location.unwrap().latitude - 18.0179).abs() < 1e-9);
}

#[tokio::test]
async fn speaking_opens_the_window_for_the_number_and_the_id() {
    let world = World::start().await;
    let said = json!({"from": MARCIA, "body": "hi", "external_user_id": "whatsapp:JM.45665461"});
    world.twilio.inbound_form(&say(said));
    let post = |_, _, _| async { 204 };
    for to in [MARCIA, "whatsapp:JM.45665461"] {
        let content = twilio::client::Content::Text { body: "hi" };
        let sent = world
            .send(to, content, crate::world::CALLBACK)
            .await
            .unwrap();
        world.twilio.run_due(i64::MAX, post).await;
        assert_eq!(world.status_of(&sent), "read");
    }
}
