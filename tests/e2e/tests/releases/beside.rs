//! A rich conversation in a world of this release, and the release before reading every item at each step of it.

use std::collections::HashSet;
use std::time::Duration;

use aws::tables::Claim;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::address::WhatsAppAddress;
use domain::ids::{EntryId, EntryKey};
use domain::outbox::{Delivery, Reply};
use domain::policy::SEND_LEASE;
use e2e::{DEVON, MARCIA, READ_ONLY, Scene, TANYA, WINSTON};
use reqwest::Method;
use sandbox::world::Options;
use serde_json::{Value, json};

use crate::before::Before;
use crate::story::TABLES;

const ANJALI: &str = "+18685550104";
const HER_ID: &str = "whatsapp:JM.4566546130240823";

/// The keys that both releases have.
fn keys() -> String {
    let key = json!({"id": "k1", "key": STANDARD.encode([1; 32]), "state": "current"});
    json!({"pepper": STANDARD.encode([7; 32]), "ring": [key]}).to_string()
}

/// A world of this release, and the release before beside it.
pub struct Beside {
    scene: Scene,
    pub before: Before,
    /// What it has read: most stays as it is from one moment to the next.
    seen: HashSet<String>,
}

impl Beside {
    pub async fn begin() -> Self {
        let keys = keys();
        let before = Before::with_keys(&keys);
        let scene = Scene::with(Options {
            keys: Some(keys),
            twilio_timeout: Some(Duration::from_secs(1)),
            ..Options::default()
        })
        .await;
        Self {
            scene,
            before,
            seen: HashSet::new(),
        }
    }

    /// All that can be written is written, and read at each step.
    pub async fn lives(&mut self) {
        Box::pin(people_link_and_unlink(self)).await;
        Box::pin(messages_take_every_way(self)).await;
        Box::pin(everything_is_down(self)).await;
        Box::pin(somebody_tries_what_is_not_theirs(self)).await;
        Box::pin(time_goes_by(self)).await;
    }

    /// The release before reads all that stands at this moment.
    async fn reads(&mut self) {
        for table in TABLES {
            for item in self.scene.table(table).await {
                if self.seen.insert(format!("{table} {item}")) {
                    self.before.reads(table, &item);
                }
            }
        }
    }

    async fn post(&self, phone: &str, body: &str) -> String {
        let say = json!({"from": format!("whatsapp:{phone}"), "body": body});
        let (sid, status) = self.scene.post_message(&say).await;
        assert_eq!(status, 200);
        sid
    }

    /// The next message fails with this code, by callback or, with an HTTP status, at once.
    async fn fail(&self, how: Value) {
        assert_eq!(self.scene.post("/sandbox/fail", &how).await.status, 204);
    }

    /// Each step of the way of what is posted now.
    async fn follow(&mut self, seconds: &[i64]) {
        self.reads().await;
        self.scene.drain().await;
        self.reads().await;
        for step in seconds {
            self.scene.advance(*step).await;
            self.reads().await;
        }
    }
}

async fn people_link_and_unlink(beside: &mut Beside) {
    let scene = &beside.scene;
    scene.ask(TANYA, "hello").await;
    for phone in [MARCIA, DEVON] {
        scene.link(phone).await;
        scene.ask(phone, "balance").await;
    }
    let marcia = beside.before.person(&format!("whatsapp:{MARCIA}"));
    let people = scene.table("people").await;
    assert!(
        people.iter().any(|item| item["person"] == marcia.as_str()),
        "it knows her by another name"
    );
    // By her user id alone she is the same person, and the release before looks for the receipt under her key.
    let say = json!({"body": "help", "external_user_id": HER_ID});
    scene.say_as(&format!("whatsapp:{MARCIA}"), say).await;
    let say = json!({"from": HER_ID, "body": "balance"});
    let (sid, _) = scene.post_message(&say).await;
    scene.drain().await;
    let receipt = format!("receipt#{sid}");
    let messages = scene.table("messages").await;
    assert!(
        messages
            .iter()
            .any(|item| item["person"] == marcia.as_str() && item["id"] == receipt.as_str()),
        "it would take a repeat for a new message"
    );
    beside.reads().await;
    let scene = &beside.scene;
    for (phone, text) in [
        (MARCIA, "notifications"),
        (MARCIA, "yes"),
        (DEVON, "request 20 from @marcia for lunch"),
        (MARCIA, "block @devon"),
    ] {
        scene.ask(phone, text).await;
    }
    beside.reads().await;
    // A payment code is watched: its timer is none to the release before, and is left.
    beside.post(DEVON, "receive 5 lunch").await;
    beside.follow(&[5, 75]).await;
    beside.scene.ask(DEVON, "unlink").await;
    beside.reads().await;
    beside.scene.ask(DEVON, "yes").await;
    beside
        .scene
        .at_flash(MARCIA, json!({"keys_revoked": true}))
        .await;
    beside.scene.ask(MARCIA, "refresh").await;
    beside.follow(&[60]).await;
    for phone in [MARCIA, DEVON] {
        beside.scene.link(phone).await;
        beside.reads().await;
    }
}

async fn messages_take_every_way(beside: &mut Beside) {
    // Refused for a while; not taken; failed and sent again, plain, and for good.
    beside.scene.fault("twilio", "rate_limited", Some(2)).await;
    beside.post(MARCIA, "help").await;
    beside.follow(&[10, 60]).await;
    beside.scene.fault("twilio", "down", Some(1)).await;
    beside.post(MARCIA, "help").await;
    beside.follow(&[40, 60, 60]).await;
    for code in [63012, 63005, 63024] {
        beside.fail(json!({ "code": code })).await;
        beside.post(DEVON, "help").await;
        beside.follow(&[1, 1, 1, 30, 30]).await;
    }
    // Claimed by a sender that is no more.
    let sid = beside.post(MARCIA, "balance").await;
    let tables = beside.scene.world.outbound.tables.clone();
    let now = beside.scene.world.outbound.clock.now();
    let key = EntryKey {
        person: tables.keys().person(&address(MARCIA)),
        id: EntryId::caused_by(&sid, 0),
    };
    let claim = tables.claim(&key, now, now.plus(SEND_LEASE)).await.unwrap();
    assert!(matches!(claim, Claim::Mine(_)));
    beside.follow(&[60, 60, 120]).await;
    // Taken without a word: found in Twilio's list, then told by callbacks, one after the other.
    beside
        .scene
        .fault("twilio", "timeout_after_accept", Some(1))
        .await;
    let sid = beside.post(MARCIA, "help").await;
    beside.scene.fault("webhook", "down", None).await;
    beside.follow(&[10]).await;
    beside.scene.fault("webhook", "ok", None).await;
    beside.follow(&[60]).await;
    let id = EntryId::caused_by(&sid, 0);
    let key = EntryKey { id, ..key };
    let (_, delivery) = tables.sent_entry(&key, now).await.unwrap().unwrap();
    assert_eq!(delivery, Delivery::Queued);
    let taken = beside.scene.messages(MARCIA).await.pop().unwrap();
    for status in ["sent", "delivered", "read"] {
        let to = format!("/{key}");
        callback(&beside.scene, &to, taken["sid"].as_str().unwrap(), status).await;
        beside.reads().await;
    }
    // One that names no entry.
    let sid = "SM000000000000000000000000000000cc";
    callback(&beside.scene, "", sid, "read").await;
    // Of several parts.
    let long = Reply::from("One sentence of a long answer. ".repeat(120));
    let cause = ("SM000000000000000000000000000000bb", 0);
    let now = beside.scene.world.outbound.clock.now();
    let parts = tables.sends(&key.person, &address(MARCIA), &long, cause, now);
    let mut transaction = tables.transaction(&key.person, now);
    for part in &parts {
        transaction.entry(part);
    }
    transaction.commit().await.unwrap();
    beside.follow(&[60, 60]).await;
    // A flood.
    for _ in 0..14 {
        beside.post(DEVON, "help").await;
    }
    beside.follow(&[1, 300]).await;
}

async fn everything_is_down(beside: &mut Beside) {
    // Nobody may send; then an operator resets that.
    for _ in 0..2 {
        let refused = json!({"code": 20003, "http_status": 401});
        beside.fail(refused).await;
    }
    beside.post(MARCIA, "help").await;
    beside.follow(&[1]).await;
    beside.post(DEVON, "help").await;
    beside.follow(&[60]).await;
    let gates = beside.scene.world.outbound.tables.gates();
    gates.resume().await.unwrap();
    beside.follow(&[600]).await;
    beside.scene.fault("twilio", "down", None).await;
    beside.scene.fault("flash", "down", None).await;
    for phone in [MARCIA, DEVON].repeat(3) {
        beside.post(phone, "balance").await;
        beside.follow(&[1]).await;
    }
    beside.scene.fault("twilio", "ok", None).await;
    beside.scene.fault("flash", "ok", None).await;
    beside.follow(&[60, 900]).await;
}

async fn somebody_tries_what_is_not_theirs(beside: &mut Beside) {
    // The key of Marcia's account is brought to another chat, and its code typed there: the link moves, and back again.
    let code = somebody_brings_marcias_key(&beside.scene).await;
    beside.follow(&[1]).await;
    beside.scene.ask(WINSTON, &code).await;
    beside.follow(&[60]).await;
    // A move that was not confirmed, because there was nothing to move when its code was shown: it is refused.
    beside.scene.ask(WINSTON, "unlink").await;
    beside.scene.ask(WINSTON, "yes").await;
    let code = somebody_brings_marcias_key(&beside.scene).await;
    beside.scene.link(MARCIA).await;
    beside.scene.ask(WINSTON, &code).await;
    beside.follow(&[60]).await;
    // In vain until the chat is locked.
    for tries in [5, 3] {
        let code = somebody_brings_marcias_key(&beside.scene).await;
        let wrong = Scene::other_than(&code);
        for _ in 0..tries {
            beside.post(WINSTON, &wrong).await;
            beside.follow(&[]).await;
        }
        beside.scene.advance(61).await;
    }
    // A code that nobody types.
    beside.scene.code_for(ANJALI).await;
    beside.follow(&[301]).await;
}

async fn somebody_brings_marcias_key(scene: &Scene) -> String {
    let token = scene.link_token(&format!("whatsapp:{WINSTON}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let shown = scene.bring(&token, &key, true).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    shown.json()["code"].as_str().unwrap().to_owned()
}

async fn time_goes_by(beside: &mut Beside) {
    // Outside the window her news is a template.
    beside.follow(&[25 * 3_600]).await;
    somebody_brings_marcias_key(&beside.scene).await;
    beside.follow(&[60, 300]).await;
    // An answer that nobody could be sent in its time.
    beside.scene.fault("twilio", "rate_limited", None).await;
    beside.post(DEVON, "balance").await;
    beside.follow(&[4_200]).await;
    beside.scene.fault("twilio", "ok", None).await;
    // Found in Twilio's list.
    beside.scene.fault("webhook", "down", None).await;
    let say = json!({"from": format!("whatsapp:{DEVON}"), "body": "help"});
    assert_eq!(beside.scene.post_message(&say).await.1, 502);
    beside.scene.fault("webhook", "ok", None).await;
    beside.follow(&[900, 25 * 3_600]).await;
    // A link's last days, and its end.
    beside
        .follow(&[80 * 86_400, 8 * 86_400, 86_400, 3 * 86_400])
        .await;
}

/// Twilio reports on a message to Marcia.
async fn callback(scene: &Scene, entry: &str, sid: &str, status: &str) {
    let fields = [
        ("MessageSid", sid),
        ("MessageStatus", status),
        ("To", &format!("whatsapp:{MARCIA}")),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let path = format!("/whatsapp/status{entry}");
    let token = twilio::signature::AuthToken::from("local-auth-token".to_owned());
    let signature = twilio::signature::sign(&token, &scene.url(&path), &fields);
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-twilio-signature", signature.as_str()),
    ];
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    let answer = scene.call(Method::POST, &path, &headers, Some(body)).await;
    assert_eq!(answer.status, 204);
}

fn address(phone: &str) -> WhatsAppAddress {
    WhatsAppAddress::parse(&format!("whatsapp:{phone}")).unwrap()
}
