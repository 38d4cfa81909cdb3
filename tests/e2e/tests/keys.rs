//! Row S06 of the acceptance cases: what is sealed under an older key, under an unknown one, or for somebody else; and how
//! an operator changes the ring while everything runs.

use std::sync::Arc;

use aws::keys::random_key;
use aws::ring::document::Document;
use domain::address::WhatsAppAddress;
use domain::flash::FlashTrouble;
use domain::language::Language;
use domain::policy::{KEY_DROP_AFTER, KEY_RING_MEMORY, MESSAGE_MEMORY, SECRET_REFRESH_GAP};
use domain::texts;
use e2e::{DEVON, MARCIA, READ_ONLY, Scene, WINSTON};
use operator::keys::{RingError, Standing, standing, without};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

/// The key of every local world.
const FIRST: &str = "local";
/// What the two have, as they are told it.
const MARCIAS: &str = "US$1.09";
const DEVONS: &str = "US$25.50";

fn says(phone: &str, body: &str) -> Value {
    json!({"from": format!("whatsapp:{phone}"), "body": body})
}

async fn both_linked() -> Scene {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.link(DEVON).await;
    scene
}

fn document(scene: &Scene) -> Document {
    Document::parse(&scene.world.secrets.keys().into()).unwrap()
}

fn put(scene: &Scene, document: &Document) {
    let text = document.text();
    scene.world.secrets.put_keys(text.expose_secret());
}

/// What `operator keys new` does to the secret; the new key's id.
fn rotate(scene: &Scene) -> String {
    let now = scene.world.webhook.talk.clock.now();
    let made = document(scene).with_new_key(&random_key(), now).unwrap();
    put(scene, &made.0);
    made.1.id
}

/// The first key under another name: whatever stands under the old name stands under a key that is not in the ring.
fn rename(scene: &Scene, from: &str, to: &str) {
    let mut keys: Value = serde_json::from_str(&scene.world.secrets.keys()).unwrap();
    for key in keys["ring"].as_array_mut().unwrap() {
        if key["id"] == from {
            key["id"] = to.into();
        }
    }
    scene.world.secrets.put_keys(&keys.to_string());
}

/// What stands under which key, so many seconds from now.
async fn standing_in(scene: &Scene, seconds: i64) -> Standing {
    let database = &scene.world.database;
    let client = database.client(Arc::clone(&scene.world.faults));
    let now = scene.world.webhook.talk.clock.now().plus(seconds);
    standing(&client, &database.names, now).await.unwrap()
}

async fn person(scene: &Scene, phone: &str) -> Value {
    let address = WhatsAppAddress::parse(&format!("whatsapp:{phone}")).unwrap();
    let key = scene.world.webhook.talk.tables.keys().person(&address);
    let mut people = scene.table("people").await;
    people.retain(|item| item["person"] == key.as_str());
    people.remove(0)
}

async fn put_person(scene: &Scene, item: &Value) {
    let items = std::slice::from_ref(item);
    scene.world.database.load("people", items).await.unwrap();
}

/// Exchanges a sealed field of two people, and leaves both items as they are beside it.
async fn swap(scene: &Scene, field: &str) {
    let (mut one, mut other) = (person(scene, MARCIA).await, person(scene, DEVON).await);
    let (ones, others) = (one.pointer_mut(field), other.pointer_mut(field));
    std::mem::swap(ones.unwrap(), others.unwrap());
    put_person(scene, &one).await;
    put_person(scene, &other).await;
}

async fn calls(scene: &Scene, phone: &str, body: &str) -> Value {
    let (sid, status) = scene.post_message(&says(phone, body)).await;
    assert_eq!(status, 200);
    scene.drain().await;
    scene.trace(&sid).await["calls"].clone()
}

#[tokio::test]
async fn s06_what_stands_under_an_older_key_is_read_and_stands_under_the_new_one_afterwards() {
    let scene = both_linked().await;
    let before = calls(&scene, MARCIA, "balance").await;
    let new = rotate(&scene);
    scene.advance(KEY_RING_MEMORY).await;
    assert_eq!(standing_in(&scene, 0).await.count_in(&new, "people"), 0);

    let after = calls(&scene, MARCIA, "balance").await;
    assert_eq!(
        after["webhook"], before["webhook"],
        "nor does it cost a call"
    );
    let answer = scene.texts(MARCIA).await.pop().unwrap();
    assert!(answer.contains(MARCIAS), "{answer}");
    let marcia = person(&scene, MARCIA).await;
    for field in ["/address", "/link/credential"] {
        let sealed = marcia.pointer(field).and_then(Value::as_str).unwrap();
        assert!(sealed.starts_with(&format!("{new}.")), "{field}");
    }
    let standing = standing_in(&scene, 0).await;
    assert_eq!(standing.count_in(&new, "people"), 2, "Marcia's");
    assert_eq!(standing.count_in(FIRST, "people"), 2, "Devon's");
    assert!(scene.ask(DEVON, "help").await.contains("Flash on WhatsApp"));
    let standing = standing_in(&scene, 0).await;
    assert_eq!(standing.count_in(FIRST, "people"), 0);
    assert_eq!(standing.count_in(&new, "people"), 4);
    assert!(scene.ask(MARCIA, "balance").await.contains(MARCIAS));
    assert!(scene.ask(DEVON, "balance").await.contains(DEVONS));
}

#[tokio::test]
async fn s06_a_page_and_a_code_from_before_a_rotation_still_lead_to_a_link() {
    let scene = Scene::begin().await;
    scene.code_for(MARCIA).await;
    scene.advance(KEY_RING_MEMORY - 200).await;
    let code = scene.code_for(MARCIA).await;
    let page = scene.link_token(&format!("whatsapp:{DEVON}")).await;
    let new = rotate(&scene);
    scene.advance(200).await;

    assert!(scene.ask(MARCIA, &code).await.contains("Linked"));
    for _ in 0..2 {
        assert_eq!(scene.get(&format!("/link/{page}")).await.status, 200);
    }
    let key = scene.mint_key(DEVON, &READ_ONLY).await;
    let shown = scene.bring(&page, &key, false).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let standing = standing_in(&scene, 0).await;
    assert_eq!(standing.count_in(&new, "codes"), 1);
    let code = shown.json()["code"].as_str().unwrap().to_owned();
    assert!(scene.ask(DEVON, &code).await.contains("Linked"));
    let standing = standing_in(&scene, 0).await;
    assert_eq!(standing.count_in(FIRST, "people"), 0);
    assert_eq!(standing.count_in(&new, "people"), 4);
}

#[tokio::test]
async fn s06_a_new_key_is_learnt_by_every_function_that_meets_it() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    let new = rotate(&scene);
    // By now `webhook` looks for itself. None of the others has any reason to.
    scene.advance(KEY_RING_MEMORY).await;
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let standing = standing_in(&scene, 0).await;
    assert_eq!(standing.count_in(&new, "messages"), 2, "sent by `outbound`");
    assert_eq!(scene.get(&format!("/link/{token}")).await.status, 200);
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    assert_eq!(scene.bring(&token, &key, false).await.status, 200);
    scene.advance(300).await;
    let told = scene.texts(MARCIA).await.pop().unwrap();
    assert_eq!(
        told,
        texts::code_ran_out(Language::English),
        "by `otp-expiry`"
    );
}

#[tokio::test]
async fn s06_under_an_unknown_key_a_message_waits_and_nothing_is_lost() {
    let scene = both_linked().await;
    rename(&scene, FIRST, "elsewhere");
    scene.advance(KEY_RING_MEMORY).await;
    let (people, before) = (scene.table("people").await, scene.texts(MARCIA).await);
    let (sid, status) = scene.post_message(&says(MARCIA, "balance")).await;
    assert_eq!(status, 503, "so that Twilio tries again");
    scene.drain().await;
    assert_eq!(scene.table("people").await, people);
    assert_eq!(scene.texts(MARCIA).await, before);
    let trace = scene.trace(&sid).await.to_string();
    assert!(trace.contains("key_unknown"), "{trace}");

    // What needs nothing that is sealed is answered, and leaves it as it is.
    assert!(
        scene
            .ask(MARCIA, "help")
            .await
            .contains("Flash on WhatsApp")
    );
    let sealed = |item: &Value| (item["address"].clone(), item["link"].clone());
    let marcia = sealed(&person(&scene, MARCIA).await);
    assert!(people.iter().any(|item| sealed(item) == marcia));

    rename(&scene, "elsewhere", FIRST);
    let mut again = says(MARCIA, "balance");
    again["message_sid"] = sid.into();
    scene.advance(SECRET_REFRESH_GAP).await;
    assert_eq!(scene.post_message(&again).await.1, 200);
    scene.drain().await;
    let answer = scene.texts(MARCIA).await.pop().unwrap();
    assert!(answer.contains(MARCIAS), "{answer}");
}

#[tokio::test]
async fn s06_a_reply_under_an_unknown_key_is_sent_once_the_key_is_back() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    rotate(&scene);
    scene.advance(KEY_RING_MEMORY).await;
    let (_, status) = scene.post_message(&says(MARCIA, "help")).await;
    assert_eq!(status, 200);
    // Before `outbound` learns of the key, it is gone.
    let rotated = scene.world.secrets.keys();
    let ring = document(&scene).ring();
    rename(&scene, &ring[0].id, "elsewhere");
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1, "nothing can be sent");
    let entries = scene.table("messages").await;
    let waits = entries.iter().filter(|item| item["delivery"] == "pending");
    assert_eq!(waits.count(), 1, "and it is no more in doubt than before");

    scene.world.secrets.put_keys(&rotated);
    scene.advance(SECRET_REFRESH_GAP).await;
    scene.advance(120).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 2, "sent, once");
    scene.advance(600).await;
    assert_eq!(scene.texts(MARCIA).await.len(), 2);
}

#[tokio::test]
async fn s06_swapped_credentials_show_nobody_the_others_money_and_are_left_as_they_are() {
    let scene = both_linked().await;
    swap(&scene, "/link/credential").await;
    let people = scene.table("people").await;
    for phone in [MARCIA, DEVON] {
        let (sid, status) = scene.post_message(&says(phone, "balance")).await;
        assert_eq!(status, 200, "to try again would not help");
        scene.drain().await;
        let answer = scene.texts(phone).await.pop().unwrap();
        assert_eq!(
            answer,
            texts::flash_trouble(
                Language::English,
                FlashTrouble::CredentialDamaged,
                "balance"
            )
        );
        let trace = scene.trace(&sid).await;
        assert_eq!(trace["calls"]["webhook"]["http"], 0, "Flash is not asked");
        assert!(trace.to_string().contains("sealed_refused"), "{trace}");
    }
    assert_eq!(scene.table("people").await, people, "nothing is destroyed");

    // As the answer says: unlink, then link.
    assert!(scene.ask(MARCIA, "unlink").await.contains("YES"));
    assert!(scene.ask(MARCIA, "yes").await.contains("disconnected"));
    scene.advance(60).await;
    scene.link(MARCIA).await;
    assert!(scene.ask(MARCIA, "balance").await.contains(MARCIAS));
    let answer = scene.ask(DEVON, "balance").await;
    assert!(!answer.contains("US$"), "{answer}");
}

#[tokio::test]
async fn s06_swapped_addresses_are_written_to_by_nobody_but_their_owners_are_answered() {
    let scene = both_linked().await;
    swap(&scene, "/address").await;
    let people = scene.table("people").await;
    let before = [scene.texts(MARCIA).await, scene.texts(DEVON).await];
    // Marcia can't be told of this page, and nobody is told in her place.
    let token = scene.link_token(&format!("whatsapp:{WINSTON}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let shown = scene.bring(&token, &key, true).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    scene.drain().await;
    assert_eq!(
        [scene.texts(MARCIA).await, scene.texts(DEVON).await],
        before
    );
    // An answer goes where the question came from.
    assert!(scene.ask(MARCIA, "balance").await.contains(MARCIAS));
    assert!(scene.ask(DEVON, "balance").await.contains(DEVONS));
    let after = scene.table("people").await;
    for item in people {
        assert!(after.iter().any(|now| now["address"] == item["address"]));
    }
}

#[tokio::test]
async fn s06_a_chat_is_locked_even_if_the_owner_can_not_be_told() {
    let scene = both_linked().await;
    let mut answers = Vec::new();
    for round in 0..2 {
        scene.advance(61).await;
        let token = scene.link_token(&format!("whatsapp:{WINSTON}")).await;
        let key = scene.mint_key(MARCIA, &READ_ONLY).await;
        let brings = json!({"api_key": key, "confirm_other_phone": true, "confirm_move": true});
        let shown = scene
            .post(&format!("/link/{token}/credential"), &brings)
            .await;
        assert_eq!(shown.status, 200, "{}", shown.body);
        let wrong = Scene::other_than(shown.json()["code"].as_str().unwrap());
        scene.drain().await;
        if round == 1 {
            swap(&scene, "/address").await;
        }
        for _ in 0..5 {
            answers.extend(scene.say(WINSTON, &wrong).await);
        }
    }
    let locked = answers.iter().any(|text| text.contains("can't link until"));
    assert!(locked, "{answers:?}");
    for phone in [MARCIA, DEVON] {
        let told = scene.texts(phone).await;
        assert!(
            !told.iter().any(|text| text.contains("wrong codes")),
            "{told:?}"
        );
    }
}

#[tokio::test]
async fn s06_a_ring_with_another_pepper_is_never_taken() {
    let scene = both_linked().await;
    let kept = scene.world.secrets.keys();
    rotate(&scene);
    let mut other: Value = serde_json::from_str(&scene.world.secrets.keys()).unwrap();
    other["pepper"] = random_key().expose_secret().into();
    scene.world.secrets.put_keys(&other.to_string());
    scene.advance(KEY_RING_MEMORY).await;
    let (sid, status) = scene.post_message(&says(MARCIA, "balance")).await;
    assert_eq!(status, 200);
    scene.drain().await;
    let answer = scene.texts(MARCIA).await.pop().unwrap();
    assert!(answer.contains(MARCIAS), "she is still known: {answer}");
    let trace = scene.trace(&sid).await.to_string();
    assert!(trace.contains("pepper_changed"), "{trace}");
    scene.world.secrets.put_keys(&kept);
}

#[tokio::test]
async fn a_key_is_dropped_when_nothing_stands_under_it_and_not_before() {
    let scene = both_linked().await;
    let now = scene.world.webhook.talk.clock.now();
    rotate(&scene);
    scene.advance(KEY_RING_MEMORY).await;
    let later = now.plus(KEY_DROP_AFTER);
    let in_use = |standing: &Standing| {
        let dropped = without(&document(&scene), FIRST, standing, later);
        matches!(dropped, Err(RingError::InUse { .. }))
    };
    for phone in [MARCIA, DEVON] {
        assert!(in_use(&standing_in(&scene, 0).await));
        scene.ask(phone, "help").await;
    }
    let standing = standing_in(&scene, 0).await;
    assert!(in_use(&standing), "messages from before");
    assert_eq!(standing.count(FIRST), standing.count_in(FIRST, "messages"));
    // A month later nobody reads those any more, whether the table has deleted them or not.
    let standing = standing_in(&scene, MESSAGE_MEMORY).await;
    assert!(standing.ended > 0);
    let after = without(&document(&scene), FIRST, &standing, later).unwrap();
    put(&scene, &after);
    scene.advance(KEY_RING_MEMORY).await;
    assert!(scene.ask(MARCIA, "balance").await.contains(MARCIAS));
    assert!(scene.ask(DEVON, "balance").await.contains(DEVONS));
}
