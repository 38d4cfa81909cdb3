//! A copy of `people` is brought back: whoever has left since stays away, whoever said STOP hears nothing, and the rest go on
//! as if nothing had happened.

use std::sync::Arc;

use aws::tables::{Names, schema};
use aws_sdk_dynamodb::Client;
use domain::address::WhatsAppAddress;
use domain::role::Role;
use domain::time::Moment;
use e2e::{DEVON, MARCIA, Scene, TANYA};
use operator::restore::{Restore, RestoreError, Restored, restore};
use operator::roles::grant;
use serde_json::{Value, json};

/// The copy's names; only its `people` is used.
const COPY: &str = "copy-";
const KEISHA: &str = "+18765550142";

fn client(scene: &Scene) -> Client {
    scene.world.database.client(Arc::clone(&scene.world.faults))
}

fn now(scene: &Scene) -> Moment {
    scene.world.webhook.talk.clock.now()
}

fn key(scene: &Scene, phone: &str) -> String {
    let address = WhatsAppAddress::parse(&format!("whatsapp:{phone}")).unwrap();
    let keys = scene.world.webhook.talk.tables.keys();
    keys.person(&address).as_str().to_owned()
}

/// What point-in-time recovery does.
async fn copied(scene: &Scene) -> Moment {
    let (client, copy) = (client(scene), Names::with_prefix(COPY));
    schema::create(&client, &copy).await.unwrap();
    let all = client.scan().table_name("people").send().await.unwrap();
    for item in all.items.unwrap() {
        let put = client.put_item().table_name(&copy.people);
        put.set_item(Some(item)).send().await.unwrap();
    }
    now(scene)
}

async fn lost(scene: &Scene) {
    for item in scene.table("people").await {
        let key =
            aws_sdk_dynamodb::types::AttributeValue::S(item["person"].as_str().unwrap().to_owned());
        let delete = client(scene).delete_item().table_name("people");
        delete.key("person", key).send().await.unwrap();
    }
    assert!(scene.table("people").await.is_empty());
}

async fn restored(scene: &Scene, since: Moment, write: bool) -> Result<Restored, RestoreError> {
    let copy = Names::with_prefix(COPY);
    let how = Restore {
        copy: &copy.people,
        people: "people",
        audit: "audit",
        since,
        now: now(scene),
        write,
    };
    restore(&client(scene), &how).await
}

#[tokio::test]
async fn a_restore_brings_back_who_stayed_and_nobody_who_left() {
    let scene = Scene::begin().await;
    scene.at_flash(KEISHA, json!({"balance": 300})).await;
    for phone in [MARCIA, DEVON, KEISHA] {
        scene.link(phone).await;
    }
    scene.ask(TANYA, "hello").await;
    let tables = &scene.world.webhook.talk.tables;
    grant(tables, MARCIA, Role::Admin, now(&scene))
        .await
        .unwrap();
    // What began shortly before the copy may have been written after it.
    scene.advance(600).await;
    let since = copied(&scene).await;
    scene.advance(60).await;

    for text in ["unlink", "yes"] {
        scene.ask(DEVON, text).await;
    }
    for text in ["delete my data", "yes"] {
        scene.ask(KEISHA, text).await;
    }
    scene.say(TANYA, "STOP").await;
    scene.advance(60).await;
    lost(&scene).await;

    let would = restored(&scene, since, false).await.unwrap();
    assert!(scene.table("people").await.is_empty(), "{would}");
    let did = restored(&scene, since, true).await.unwrap();
    assert_eq!(
        (did.without_link, did.roles_taken, did.opted_out, did.stood),
        (1, 1, 1, 0),
        "{did}"
    );
    assert!(did.erased >= 2 && did.pointers >= 1, "{did}");
    assert_eq!((would.back, would.erased), (did.back, did.erased));

    let people = scene.table("people").await;
    let winston = key(&scene, KEISHA);
    let named = |item: &&Value| item["person"] == *winston || item["to"] == *winston;
    assert_eq!(people.iter().find(named), None);
    let tanya = format!("standing#{}", key(&scene, TANYA));
    let tanya = people.iter().find(|item| item["person"] == *tanya);
    assert!(tanya.unwrap()["opted_out_at"].as_i64() > Some(since.unix()));
    assert!(people.iter().all(|item| item.get("role").is_none()));

    let before = scene.texts(TANYA).await.len();
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    for left in [DEVON, KEISHA] {
        let told = scene.ask(left, "balance").await;
        assert!(told.contains("link your Flash account first"), "{told}");
        scene.link(left).await;
    }
    assert_eq!(scene.texts(TANYA).await.len(), before);

    let again = restored(&scene, since, true).await.unwrap();
    assert_eq!(again.back, 0, "{again}");
    assert!(scene.ask(DEVON, "balance").await.contains("US$25.50"));
}

#[tokio::test]
async fn who_gave_their_number_after_the_copy_and_was_erased_stays_away_under_their_user_id_as_well()
 {
    const ID: &str = "whatsapp:JM.4566546130240823";
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.say_as(ID, json!({"body": "hello"})).await;
    scene.advance(600).await;
    let since = copied(&scene).await;
    scene.advance(60).await;
    for body in ["hello", "delete my data", "yes"] {
        let says = json!({"body": body, "external_user_id": ID});
        scene.say_as(&format!("whatsapp:{TANYA}"), says).await;
    }
    lost(&scene).await;

    let did = restored(&scene, since, true).await.unwrap();
    assert_eq!(did.erased, 2, "the item and its pointer: {did}");
    let people = scene.table("people").await;
    let own = |item: &Value| !item["person"].as_str().unwrap().contains('#');
    let own: Vec<_> = people.iter().filter(|item| own(item)).collect();
    assert_eq!(own.len(), 1, "{own:?}");
    assert_eq!(own[0]["person"], *key(&scene, MARCIA));
}

#[tokio::test]
async fn a_stop_that_twilio_alone_told_us_of_holds_after_a_restore() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(600).await;
    let since = copied(&scene).await;
    scene.advance(60).await;
    let fail = json!({"code": 21610, "http_status": 400});
    assert_eq!(scene.post("/sandbox/fail", &fail).await.status, 204);
    scene.say(MARCIA, "help").await;
    scene.advance(30).await;
    lost(&scene).await;

    let did = restored(&scene, since, true).await.unwrap();
    assert_eq!(did.opted_out, 1, "{did}");
    let standing = format!("standing#{}", key(&scene, MARCIA));
    let people = scene.table("people").await;
    let standing = people.iter().find(|item| item["person"] == *standing);
    assert!(standing.unwrap()["opted_out_at"].as_i64() > Some(since.unix()));
}

#[tokio::test]
async fn a_restore_over_itself_or_of_a_time_to_come_is_refused() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let how = |copy, since| Restore {
        copy,
        people: "people",
        audit: "audit",
        since,
        now: now(&scene),
        write: true,
    };
    let past = now(&scene).plus(-60);
    let same = restore(&client(&scene), &how("people", past)).await;
    assert!(matches!(same, Err(RestoreError::SameTable)), "{same:?}");
    let ahead = restore(&client(&scene), &how("copy", now(&scene))).await;
    assert!(matches!(ahead, Err(RestoreError::Time)), "{ahead:?}");
    let mut none = how("copy", past);
    none.audit = "sessions";
    let none = restore(&client(&scene), &none).await;
    assert!(matches!(none, Err(RestoreError::NoAudit(_))), "{none:?}");
    let missing = restore(&client(&scene), &how("copy", past)).await;
    assert!(
        matches!(&missing, Err(RestoreError::Table { table, .. }) if table == "copy"),
        "{missing:?}"
    );
}
