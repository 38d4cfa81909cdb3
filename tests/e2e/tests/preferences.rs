//! Rows N05, N08, N09 and N10 of the acceptance cases, from the chat's side: what somebody sets by `notifications`, typed or
//! tapped, decides what they are told; it outlives STOP, is shown in the export and goes with an erasure.

use std::collections::BTreeSet;

use aws::keys::Keys;
use domain::address::WhatsAppAddress;
use domain::ids::PersonKey;
use domain::time::Moment;
use e2e::{MARCIA, Scene};
use flash::events::signature::sign;
use reqwest::Method;
use sandbox::world::{Options, SIGNING_SECRET};
use secrecy::SecretString;
use serde_json::{Value, json};

/// Nine in the morning on a Sunday in Jamaica, in milliseconds.
const MORNING: i64 = 1_795_356_000_000;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// Marcia is linked.
async fn linked() -> Scene {
    let scene = Scene::with(Options {
        starts_at: Some(MORNING),
        ..Options::default()
    })
    .await;
    scene.link(MARCIA).await;
    scene
}

/// And has agreed to news.
async fn agreed() -> Scene {
    let scene = linked().await;
    scene.ask(MARCIA, "notifications").await;
    scene.ask(MARCIA, "yes").await;
    scene
}

fn now(scene: &Scene) -> Moment {
    scene.world.scheduler.clock.now()
}

fn marcia(keys: &Keys) -> PersonKey {
    let address = WhatsAppAddress::parse(&format!("whatsapp:{MARCIA}")).unwrap();
    keys.person(&address)
}

/// What stands of her, raw.
async fn standing(scene: &Scene) -> Value {
    let key = marcia(&scene.world.scheduler.tables.keys());
    let key = format!("standing#{}", key.as_str());
    let mut people = scene.table("people").await.into_iter();
    people.find(|item| item["person"] == key.as_str()).unwrap()
}

async fn preferences(scene: &Scene) -> Value {
    standing(scene).await["preferences"].clone()
}

/// Flash tells by webhook that she has been paid so many whole dollars.
async fn paid(scene: &Scene, dollars: u32) {
    let people = scene.table("people").await;
    let hers = people.iter().find(|item| item["link"].is_object()).unwrap();
    let at = now(scene);
    let name = format!("paid-{dollars}");
    let event = json!({
        "specversion": "1.0", "id": name, "source": "flash-backend", "type": "payment.received",
        "time": jiff::Timestamp::from_second(at.unix()).unwrap().to_string(),
        "data": {
            "accountId": hers["link"]["account"], "rail": "lightning", "status": "success",
            "amount": {"value": format!("{dollars}.00"), "currency": "USD"},
        },
    });
    let body = event.to_string();
    let headers = sign(&SecretString::from(SIGNING_SECRET), &name, at, &body).unwrap();
    let headers = headers
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let answer = scene
        .call(Method::POST, "/flash/events", &headers, Some(body))
        .await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    scene.drain().await;
}

async fn heard(scene: &Scene) -> usize {
    scene.texts(MARCIA).await.len()
}

async fn since(scene: &Scene, before: usize) -> Vec<String> {
    scene.texts(MARCIA).await.split_off(before)
}

/// What the last message shows to tap: titles and ids.
async fn shown(scene: &Scene) -> Vec<(String, String)> {
    let message = scene.messages(MARCIA).await.pop().unwrap();
    let list = [&message["buttons"], &message["list"]["items"]];
    let all = list
        .into_iter()
        .flat_map(|all| all.as_array().into_iter().flatten());
    let part = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    all.map(|it| (part(it, "title"), part(it, "id"))).collect()
}

async fn picks(scene: &Scene, title: &str, id: &str) -> Vec<String> {
    let picked = json!({"body": title, "list_id": id});
    scene.say_as(&format!("whatsapp:{MARCIA}"), picked).await
}

async fn taps(scene: &Scene, title: &str) -> String {
    let buttons = shown(scene).await;
    let found = buttons.iter().find(|(found, _)| found == title);
    let (_, id) = found.unwrap_or_else(|| panic!("{title}: {buttons:?}"));
    let tapped = json!({"body": title, "button_payload": id});
    let mut said = scene.say_as(&format!("whatsapp:{MARCIA}"), tapped).await;
    said.pop().unwrap()
}

#[tokio::test]
async fn n05_what_was_switched_off_or_is_under_the_minimum_is_not_told() {
    let scene = agreed().await;
    let said = scene.ask(MARCIA, "notifications minimum 5").await;
    assert!(said.contains("US$5.00"), "{said}");
    let before = heard(&scene).await;
    paid(&scene, 4).await;
    assert_eq!(heard(&scene).await, before);
    paid(&scene, 6).await;
    assert!(since(&scene, before).await[0].contains("US$6.00"));

    scene.ask(MARCIA, "notifications received").await;
    let said = taps(&scene, "Off").await;
    assert!(said.contains("Payments received: off"), "{said}");
    let before = heard(&scene).await;
    paid(&scene, 7).await;
    assert_eq!(heard(&scene).await, before);

    scene.ask(MARCIA, "notifications received on").await;
    scene.ask(MARCIA, "notifications pause 3 hours").await;
    let before = heard(&scene).await;
    paid(&scene, 8).await;
    scene.advance(4 * HOUR).await;
    assert_eq!(heard(&scene).await, before, "nor later");
    paid(&scene, 9).await;
    assert!(since(&scene, before).await[0].contains("US$9.00"));

    scene.ask(MARCIA, "notifications off").await;
    let before = heard(&scene).await;
    paid(&scene, 10).await;
    assert_eq!(heard(&scene).await, before);
}

#[tokio::test]
async fn n08_quiet_hours_are_set_by_chat_and_are_those_of_the_zone_that_was_named() {
    let scene = agreed().await;
    scene.ask(MARCIA, "notifications quiet 2pm-4pm").await;
    let before = heard(&scene).await;
    paid(&scene, 1).await;
    assert_eq!(heard(&scene).await, before + 1, "it is nine in Jamaica");

    let said = scene.ask(MARCIA, "notifications zone London").await;
    assert!(said.contains("London (now 2:0"), "{said}");
    let before = heard(&scene).await;
    paid(&scene, 2).await;
    assert_eq!(heard(&scene).await, before, "it is two in London");
    scene.advance(2 * HOUR).await;
    let told = since(&scene, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("US$2.00"), "{}", told[0]);
}

#[tokio::test]
async fn n09_how_often_is_chosen_by_button() {
    let scene = agreed().await;
    scene.ask(MARCIA, "notifications often").await;
    let said = taps(&scene, "Every hour").await;
    assert!(said.contains("every full hour"), "{said}");
    let before = heard(&scene).await;
    paid(&scene, 1).await;
    paid(&scene, 2).await;
    assert_eq!(heard(&scene).await, before);
    scene.advance(HOUR + 60).await;
    let told = since(&scene, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("US$1.00") && told[0].contains("US$2.00"));
    scene.ask(MARCIA, "notifications instant").await;
    paid(&scene, 3).await;
    assert_eq!(heard(&scene).await, before + 3, "at once again");
}

#[tokio::test]
async fn n05_all_that_can_be_tapped_does_what_it_says_in_either_language() {
    for (language, all, often) in [
        ("english", "notifications", "notifications often"),
        ("español", "notificaciones", "notificaciones frecuencia"),
    ] {
        let scene = agreed().await;
        scene.ask(MARCIA, language).await;
        let overview = scene.ask(MARCIA, all).await;
        let items = shown(&scene).await;
        assert_eq!(items.len(), 10, "{items:?}");
        let (off, others) = items.split_last().unwrap();
        let mut sets = BTreeSet::new();
        for (title, id) in others {
            // No faster than a person taps.
            scene.advance(60).await;
            let picked = picks(&scene, title, id).await;
            assert!(picked[0].contains('*'), "{title}: {picked:?}");
            let typed = scene.ask(MARCIA, title).await;
            assert_eq!(picked, [typed.as_str()], "{title}, typed");
            // Topics share their buttons.
            let buttons: Vec<_> = shown(&scene).await.into_iter().map(|it| it.0).collect();
            if !sets.insert(buttons.clone()) {
                continue;
            }
            for button in buttons {
                scene.ask(MARCIA, title).await;
                let said = taps(&scene, &button).await;
                assert!(
                    !said.trim().is_empty() && !picked.contains(&said),
                    "{button}"
                );
            }
        }
        scene.advance(60).await;
        let often = scene.ask(MARCIA, often).await;
        assert!(!often.is_empty() && often != overview);
        let (title, id) = off;
        picks(&scene, title, id).await;
        let standing = standing(&scene).await;
        assert_eq!(standing["consents"]["notifications"]["given"], false);
    }
}

#[tokio::test]
async fn n05_whoever_has_not_agreed_is_asked_and_their_setting_waits_for_the_yes() {
    let scene = linked().await;
    let asked = scene.ask(MARCIA, "notifications minimum 5").await;
    assert!(
        asked.contains("haven't agreed") && asked.contains("*YES*"),
        "{asked}"
    );
    let before = heard(&scene).await;
    paid(&scene, 6).await;
    assert_eq!(heard(&scene).await, before);
    scene.ask(MARCIA, "yes").await;
    paid(&scene, 4).await;
    assert_eq!(heard(&scene).await, before + 1, "the thanks alone");
    paid(&scene, 7).await;
    assert_eq!(heard(&scene).await, before + 2);
}

#[tokio::test]
async fn n10_stop_and_start_leave_what_was_set_and_an_erasure_does_not() {
    let scene = agreed().await;
    for text in [
        "notifications sent off",
        "notifications minimum 5",
        "notifications quiet 10pm-7am",
        "notifications zone New York",
        "notifications daily",
    ] {
        scene.ask(MARCIA, text).await;
    }
    let set = json!({
        "topics": {"sent": false}, "minimum": 500, "quiet": {"from": 1_320, "until": 420},
        "zone": "America/New_York", "frequency": "daily",
    });
    assert_eq!(preferences(&scene).await, set);
    scene.advance(60).await;
    for text in ["stop", "start"] {
        scene.ask(MARCIA, text).await;
        assert_eq!(preferences(&scene).await, set, "{text}");
    }
    scene.ask(MARCIA, "delete my data").await;
    let said = scene.ask(MARCIA, "yes").await;
    assert!(said.contains("which news you want and when"), "{said}");
    assert_eq!(preferences(&scene).await, Value::Null);
    let standing = standing(&scene).await;
    assert_eq!(standing["consents"]["notifications"]["given"], true);
}

#[tokio::test]
async fn n05_a_topic_of_a_later_release_is_left_as_it_stands() {
    let scene = agreed().await;
    let mut item = standing(&scene).await;
    item["preferences"] = json!({"topics": {"cards": false}});
    scene.world.database.load("people", &[item]).await.unwrap();
    scene.ask(MARCIA, "notifications sent off").await;
    scene.advance(DAY).await;
    let set = json!({"topics": {"cards": false, "sent": false}});
    assert_eq!(preferences(&scene).await, set);
}
