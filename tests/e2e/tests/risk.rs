//! Row S07: odd behaviour is scored, stepped up, alerted, and visible to staff.

use aws::tables::Tables;
use domain::address::WhatsAppAddress;
use domain::role::Role;
use domain::time::Moment;
use e2e::{DEVON, MARCIA, READ_ONLY, Scene, TANYA};
use operator::roles::grant;
use serde_json::{Value, json};

const SEEKERS: [&str; 4] = [
    "whatsapp:JM.1111111111111111",
    "whatsapp:JM.2222222222222222",
    "whatsapp:JM.3333333333333333",
    "whatsapp:JM.4444444444444444",
];

fn tables(scene: &Scene) -> &Tables {
    &scene.world.webhook.talk.tables
}

fn now(scene: &Scene) -> Moment {
    scene.world.webhook.talk.clock.now()
}

fn key(scene: &Scene, address: &str) -> String {
    let address = WhatsAppAddress::parse(address).unwrap();
    let key = tables(scene).keys().person(&address);
    key.as_str().to_owned()
}

fn of(phone: &str) -> String {
    format!("whatsapp:{phone}")
}

async fn guard(scene: &Scene, address: &str) -> Value {
    let key = format!("guard#{}", key(scene, address));
    let items = scene.table("people").await;
    let item = items
        .into_iter()
        .find(|item| item["person"] == key.as_str());
    item.map_or(Value::Null, |item| item["guard"].clone())
}

async fn alerts(scene: &Scene, address: &str) -> Vec<Value> {
    let key = key(scene, address);
    let mut lines = scene.table("audit").await;
    lines.retain(|line| line["person"] == key.as_str() && line["event"] == "risk_alert");
    lines
}

async fn alerted(scene: &Scene) -> bool {
    let trace = scene.get("/sandbox/trace").await.body;
    trace.contains("risk_alert")
}

/// Somebody logs in to `phone`'s account on the page of that chat.
async fn seeks(scene: &Scene, chat: &str, phone: &str) {
    let token = scene.link_token(chat).await;
    let key = scene.mint_key(phone, &READ_ONLY).await;
    let answer = scene.bring(&token, &key, true).await;
    assert!([200, 409].contains(&answer.status), "{}", answer.body);
    scene.drain().await;
}

/// What Devon, of the staff, sees of a chat.
async fn staff_see(scene: &Scene, phone: &str) -> String {
    scene.advance(61).await;
    scene.link(DEVON).await;
    let granted = grant(tables(scene), DEVON, Role::Support, now(scene)).await;
    assert!(granted.is_ok());
    scene.advance(61).await;
    scene.ask(DEVON, "unlink").await;
    scene.ask(DEVON, "yes").await;
    scene.link(DEVON).await;
    scene.ask(DEVON, &format!("user {phone}")).await
}

#[tokio::test]
async fn s07_codes_typed_where_none_waits_are_scored_stepped_up_alerted_and_seen() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    for n in 0..13 {
        assert!(!alerted(&scene).await, "{n}");
        scene.advance(7).await;
        let answer = scene.ask(MARCIA, "123456").await;
        assert!(answer.contains("already linked"), "{answer}");
    }
    assert!(alerted(&scene).await);
    assert_eq!(alerts(&scene, &of(MARCIA)).await.len(), 1);
    let answer = scene.ask(MARCIA, "balance").await;
    assert!(
        answer.contains("/confirm/") && !answer.contains("US$"),
        "{answer}"
    );
    let seen = staff_see(&scene, MARCIA).await;
    assert!(
        seen.contains("Risk: 52, alert (13 × code typed where none waited)"),
        "{seen}"
    );
    // Far more of it locks the chat, and only that one.
    scene.advance(61).await;
    for _ in 0..12 {
        scene.advance(7).await;
        scene.ask(MARCIA, "123456").await;
    }
    assert!(guard(&scene, &of(MARCIA)).await["locked_until"].is_i64());
    assert!(scene.ask(DEVON, "balance").await.contains("US$"));
}

#[tokio::test]
async fn s07_a_fresh_proof_settles_what_was_odd_before_it() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    for _ in 0..7 {
        scene.advance(7).await;
        scene.ask(MARCIA, "123456").await;
    }
    scene.advance(7).await;
    let asked = scene.ask(MARCIA, "balance").await;
    let (_, token) = asked
        .split_once("/confirm/")
        .unwrap_or_else(|| panic!("{asked}"));
    let token = token.split_whitespace().next().unwrap();
    let key = scene.mint_key(MARCIA, &["read_user"]).await;
    let before = scene.texts(MARCIA).await.len();
    let path = format!("/confirm/{token}/proof");
    let answer = scene.post(&path, &json!({ "api_key": key })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    scene.drain().await;
    let texts = scene.texts(MARCIA).await.split_off(before);
    assert!(texts[0].contains("US$1.09"), "{texts:?}");
    scene.advance(60).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn s07_many_chats_after_one_account_alert_and_step_up_its_chat_and_lock_nobody() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    for chat in &SEEKERS[..2] {
        scene.advance(10).await;
        seeks(&scene, chat, MARCIA).await;
    }
    // The same chat again is no third.
    scene.advance(61).await;
    seeks(&scene, SEEKERS[0], MARCIA).await;
    assert!(!alerted(&scene).await);
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));

    scene.advance(61).await;
    seeks(&scene, SEEKERS[2], MARCIA).await;
    assert!(alerted(&scene).await);
    let lines = alerts(&scene, &of(MARCIA)).await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["by"], key(&scene, SEEKERS[2]).as_str());
    let asked = scene.ask(MARCIA, "balance").await;
    assert!(asked.contains("/confirm/"), "{asked}");
    assert!(guard(&scene, &of(MARCIA)).await["locked_until"].is_null());

    // One more is counted and tells nobody again.
    scene.advance(61).await;
    seeks(&scene, SEEKERS[3], MARCIA).await;
    assert_eq!(alerts(&scene, &of(MARCIA)).await.len(), 1);
    let seen = staff_see(&scene, MARCIA).await;
    assert!(
        seen.contains("Risk: 100, alert (2 × account sought by many chats)"),
        "{seen}"
    );
    assert!(seen.contains("Locked: no"), "{seen}");
    let people = scene.table("people").await;
    let seekers = people.iter().find(|item| {
        let key = item["person"].as_str().unwrap();
        key.starts_with("seekers#") && item["chats"].as_array().unwrap().len() == SEEKERS.len()
    });
    let ends = seekers.unwrap()["expires_at"].as_i64().unwrap();
    assert!(ends - now(&scene).unix() <= 86_400);
}

#[tokio::test]
async fn s07_an_account_that_nobody_has_linked_alerts_as_well() {
    let scene = Scene::begin().await;
    for chat in &SEEKERS[..3] {
        scene.advance(10).await;
        seeks(&scene, chat, DEVON).await;
    }
    assert!(alerted(&scene).await);
    assert_eq!(alerts(&scene, SEEKERS[2]).await.len(), 1);
    // Its owner can link it none the less.
    scene.link(DEVON).await;
    assert!(scene.ask(DEVON, "balance").await.contains("US$"));
}

#[tokio::test]
async fn s07_whoever_keeps_trying_what_only_staff_may_do_is_locked() {
    let scene = Scene::begin().await;
    for _ in 0..6 {
        scene.advance(7).await;
        scene.ask(TANYA, &format!("user {MARCIA}")).await;
    }
    assert_eq!(alerts(&scene, &of(TANYA)).await.len(), 1);
    scene.advance(7).await;
    let answer = scene.ask(TANYA, &format!("unlock {TANYA}")).await;
    assert!(answer.contains("can't link until"), "{answer}");
    let answer = scene.ask(TANYA, "link").await;
    assert!(answer.contains("can't link until"), "{answer}");
}

#[tokio::test]
async fn s07_sudden_volume_is_scored_once_for_each_silence() {
    let scene = Scene::begin().await;
    for _ in 0..2 {
        for _ in 0..14 {
            scene.say(TANYA, "help").await;
        }
        scene.advance(120).await;
    }
    let signs = guard(&scene, &of(TANYA)).await["signs"].clone();
    let signs: Vec<_> = signs.as_array().unwrap().clone();
    assert_eq!(signs.len(), 2, "{signs:?}");
    assert!(signs.iter().all(|seen| seen["sign"] == "flooded"));
    assert!(!alerted(&scene).await);
}
