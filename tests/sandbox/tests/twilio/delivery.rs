//! Callbacks: signed, late, repeated, out of order, and what they say after the window has closed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use sandbox::twilio::TemplateStatus;
use serde_json::json;
use twilio::client::{Accepted, Content};
use twilio::signature::{AuthToken, verify};
use twilio::status::{MessageStatus, StatusCallback};

use crate::world::{ACCOUNT, CALLBACK, MARCIA, PUBLIC, SENDER, World};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// What was posted, each verified as the bot would.
#[derive(Clone, Default)]
struct Received(Arc<Mutex<Vec<Told>>>);

/// A callback as the bot reads it, and every field of it.
type Told = (StatusCallback, HashMap<String, String>);

impl Received {
    fn take(&self, url: &str, headers: &[(String, String)], body: &[u8]) {
        let header = |wanted: &str| {
            let found = headers.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.as_str())
        };
        let signature = header("x-twilio-signature");
        let tokens = [AuthToken::from("first-token".to_owned())];
        verify(&tokens, url, body, header("content-type"), signature).unwrap();
        let callback = StatusCallback::parse(body).unwrap();
        let form = form_urlencoded::parse(body).into_owned().collect();
        self.0.lock().unwrap().push((callback, form));
    }

    fn told_of(&self, accepted: &Accepted) -> Vec<MessageStatus> {
        let all = self.0.lock().unwrap();
        let ours = all
            .iter()
            .filter(|(told, _)| told.message_sid == accepted.sid);
        ours.map(|(told, _)| told.status).collect()
    }

    fn last(&self) -> Told {
        self.0.lock().unwrap().last().unwrap().clone()
    }
}

/// Goes from due time to due time until nothing is left.
async fn run_all(world: &World, received: &Received) {
    while let Some(at) = world.twilio.next_due() {
        world.pass(at - world.now());
        let received = received.clone();
        let twilio = world.twilio.clone();
        // Spawned: the pump's future has to be one that can move between threads.
        let run = tokio::spawn(async move {
            let post = |url: String, headers: Vec<(String, String)>, body: Vec<u8>| {
                received.take(&url, &headers, &body);
                async { 204 }
            };
            twilio.run_due(at, post).await
        });
        assert!(run.await.unwrap() > 0);
    }
}

#[tokio::test]
async fn nothing_is_told_before_its_time() {
    let world = World::start().await;
    world.twilio.note_inbound(MARCIA, world.now());
    world.text("hi").await.unwrap();
    let due = world.twilio.next_due().unwrap();
    assert!(due > world.now());
    let never = |_, _, _| async { unreachable!() };
    assert_eq!(world.twilio.run_due(due - 1, never).await, 0);
}

#[tokio::test]
async fn every_message_ends_read_however_its_callbacks_come() {
    use MessageStatus::{Delivered, Read, Sent};
    let world = World::start().await;
    let received = Received::default();
    world.twilio.note_inbound(MARCIA, world.now());
    let mut sent = Vec::new();
    for i in 0..40 {
        sent.push(world.text(&i.to_string()).await.unwrap());
    }
    run_all(&world, &received).await;

    let mut kinds = [0; 4];
    for accepted in &sent {
        let digit = accepted.sid.as_str().chars().last().unwrap().to_digit(16);
        let kind = usize::try_from(digit.unwrap() % 4).unwrap();
        kinds[kind] += 1;
        let expected: &[MessageStatus] = [
            &[Sent, Delivered, Read][..],
            &[Sent, Delivered, Delivered, Read],
            &[Delivered, Sent, Read],
            &[Sent, Read, Delivered],
        ][kind];
        assert_eq!(received.told_of(accepted), expected);
        assert_eq!(world.status_of(accepted), "read");
    }
    assert!(kinds.iter().all(|seen| *seen > 0), "{kinds:?}");
}

#[tokio::test]
async fn a_callback_has_all_of_twilios_fields() {
    let world = World::start().await;
    let received = Received::default();
    let say = json!({"from": MARCIA, "body": "hi", "external_user_id": "JM.4566546130240823"});
    world
        .twilio
        .inbound_form(&serde_json::from_value(say).unwrap());
    let accepted = world.text("hi").await.unwrap();
    run_all(&world, &received).await;

    let (callback, form) = received.last();
    let sid = accepted.sid.as_str();
    assert_eq!(callback.error_code, None);
    let event = callback.status.as_str().to_uppercase();
    for (name, value) in [
        ("MessageSid", sid),
        ("SmsSid", sid),
        ("MessageStatus", callback.status.as_str()),
        ("SmsStatus", callback.status.as_str()),
        ("EventType", &event),
        ("AccountSid", ACCOUNT),
        ("ApiVersion", "2010-04-01"),
        ("From", SENDER),
        ("To", MARCIA),
        ("ChannelPrefix", "whatsapp"),
        ("ChannelToAddress", "+1876555XXXX"),
        ("StructuredMessage", "false"),
        ("ExternalUserId", "whatsapp:JM.4566546130240823"),
    ] {
        assert_eq!(form.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(form["ChannelInstallSid"].starts_with("XE"));
}

#[tokio::test]
async fn free_text_after_a_day_is_accepted_and_fails_later() {
    let world = World::start().await;
    let received = Received::default();
    world.twilio.note_inbound(MARCIA, world.now());
    world.pass(DAY);
    let in_time = world.text("just in time").await.unwrap();
    world.pass(1);
    let late = world.text("too late").await.unwrap();
    assert_eq!(late.status, MessageStatus::Queued);
    run_all(&world, &received).await;

    assert_eq!(world.status_of(&in_time), "read");
    assert_eq!(world.status_of(&late), "failed");
    assert_eq!(world.message(&late)["error_code"], 63016);
    let told = received.told_of(&late);
    assert!(!told.is_empty() && told.iter().all(|status| *status == MessageStatus::Failed));
    let all = received.0.lock().unwrap();
    let (callback, form) = all
        .iter()
        .find(|(told, _)| told.message_sid == late.sid)
        .unwrap();
    assert_eq!(callback.error_code, Some(63016));
    assert!(form.contains_key("ErrorMessage") && !form.contains_key("EventType"));
}

#[tokio::test]
async fn the_window_can_be_closed_by_hand() {
    let world = World::start().await;
    world.twilio.note_inbound("+18765550100", world.now());
    world.twilio.close_window(MARCIA);
    let late = world.text("hi").await.unwrap();
    run_all(&world, &Received::default()).await;
    assert_eq!(world.status_of(&late), "failed");
}

#[tokio::test]
async fn outside_the_window_only_an_approved_template_arrives() {
    let world = World::start().await;
    let submitted = async |name: &str, status| {
        let json = paid(name, "You got {{1}} in your wallet.");
        let sid = world.register(&json).await;
        world.submit(&sid, name).await;
        assert!(world.twilio.judge_template(name, "en", status));
        sid
    };
    let good = submitted("good", TemplateStatus::Approved).await;
    let unasked = world.register(&paid("unasked", "You got paid.")).await;
    assert!(
        !world
            .twilio
            .judge_template("unasked", "en", TemplateStatus::Approved)
    );

    let arrives = world.template(&good, &[("1", "$20")]).await.unwrap();
    let breaks = world.template(&good, &[("1", "$20\n$30")]).await.unwrap();
    run_all(&world, &Received::default()).await;
    assert_eq!(world.status_of(&arrives), "read");
    assert_eq!(
        world.message(&arrives)["body"],
        "You got $20 in your wallet."
    );
    assert_eq!(world.message(&breaks)["error_code"], 63013);

    for (sid, code) in [
        (unasked, 63016),
        (submitted("waits", TemplateStatus::Pending).await, 63016),
        (submitted("bad", TemplateStatus::Rejected).await, 63040),
        (submitted("rests", TemplateStatus::Paused).await, 63041),
        (submitted("over", TemplateStatus::Disabled).await, 63042),
    ] {
        let sent = world.template(&sid, &[("1", "$20")]).await.unwrap();
        run_all(&world, &Received::default()).await;
        assert_eq!(world.message(&sent)["error_code"], code);

        world.twilio.note_inbound(MARCIA, world.now());
        let sent = world.template(&sid, &[("1", "$20")]).await.unwrap();
        run_all(&world, &Received::default()).await;
        assert_eq!(world.status_of(&sent), "read");
        world.twilio.close_window(MARCIA);
    }
}

fn paid(name: &str, body: &str) -> String {
    json!({"friendly_name": name, "language": "en", "variables": {"1": "$5"},
        "types": {"twilio/text": {"body": body}}})
    .to_string()
}

#[tokio::test]
async fn what_whatsapp_cannot_show_fails_later() {
    let world = World::start().await;
    world.twilio.note_inbound(MARCIA, world.now());
    let create = |buttons: u32, title: &str| {
        let actions: Vec<_> = (0..buttons)
            .map(|i| json!({"title": format!("{title}{i}"), "id": i.to_string()}))
            .collect();
        json!({"language": "en", "variables": {"1": "x"},
            "types": {"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}})
        .to_string()
    };
    let fine = world.register(&create(3, "")).await;
    let crowded = world.register(&create(4, "")).await;
    let wide = world.register(&create(1, &"w".repeat(20))).await;
    let long = "x".repeat(1025);
    for (sid, text, code) in [
        (&fine, "x", json!(null)),
        (&fine, &long[..1024], json!(null)),
        (&fine, &long, json!(63021)),
        (&crowded, "x", json!(63005)),
        (&wide, "x", json!(63005)),
    ] {
        let sent = world.template(sid, &[("1", text)]).await.unwrap();
        run_all(&world, &Received::default()).await;
        assert_eq!(world.message(&sent)["error_code"], code, "{sid:?}");
    }
}

#[tokio::test]
async fn a_callback_is_repeated_as_its_address_asks() {
    for (fragment, answer, tries) in [
        ("", 204, 1),
        ("", 503, 1),
        ("", 0, 2),
        ("#rc=2&rp=4xx,5xx,ct", 503, 3),
        ("#rc=2&rp=4xx,5xx,ct", 403, 3),
        ("#rc=2&rp=5xx", 403, 1),
        ("#rc=1&rp=all", 404, 2),
        ("#rc=0&rp=all", 500, 1),
    ] {
        let world = World::start().await;
        world.twilio.close_window(MARCIA);
        let address = format!("{CALLBACK}{fragment}");
        let content = Content::Text { body: "hi" };
        world.send(MARCIA, content, &address).await.unwrap();
        let due = world.twilio.next_due().unwrap();
        let urls = Mutex::new(Vec::new());
        let post = |url: String, _, _| {
            urls.lock().unwrap().push(url);
            async move { answer }
        };
        assert_eq!(
            world.twilio.run_due(due, post).await,
            tries,
            "{fragment} {answer}"
        );
        let urls = urls.into_inner().unwrap();
        assert!(
            urls.iter()
                .all(|url| url == CALLBACK && url.starts_with(PUBLIC))
        );
    }
}
