//! A copy of `people` is brought back: whoever has left since stays away, whoever said STOP hears nothing, and the rest go on
//! as if nothing had happened.

use std::collections::HashMap;
use std::sync::Arc;

use aws::tables::{Names, schema};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::AttributeValue;
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
        let key = s(item["person"].as_str().unwrap());
        let delete = client(scene).delete_item().table_name("people");
        delete.key("person", key).send().await.unwrap();
    }
    assert!(scene.table("people").await.is_empty());
}

async fn restored(scene: &Scene, since: Moment, write: bool) -> Result<Restored, RestoreError> {
    restored_with(&client(scene), scene, since, write).await
}

async fn restored_with(
    client: &Client,
    scene: &Scene,
    since: Moment,
    write: bool,
) -> Result<Restored, RestoreError> {
    let copy = Names::with_prefix(COPY);
    let how = Restore {
        copy: &copy.people,
        people: "people",
        audit: "audit",
        source: None,
        since: Some(since),
        now: now(scene),
        write,
    };
    restore(client, &how).await
}

async fn put(scene: &Scene, table: &str, item: &[(&str, AttributeValue)]) {
    let item = item.iter().cloned();
    let item = item.map(|(name, value)| (name.to_owned(), value)).collect();
    let put = client(scene).put_item().table_name(table);
    put.set_item(Some(item)).send().await.unwrap();
}

fn s(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn n(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

async fn standing(scene: &Scene, phone: &str) -> Value {
    let key = format!("standing#{}", key(scene, phone));
    let mut people = scene.table("people").await;
    people.retain(|item| item["person"] == *key);
    people.pop().unwrap()
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
    assert!(standing(&scene, TANYA).await["opted_out_at"].as_i64() > Some(since.unix()));
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
    assert!(standing(&scene, MARCIA).await["opted_out_at"].as_i64() > Some(since.unix()));
}

#[tokio::test]
async fn who_was_locked_since_stays_locked_and_nobody_gets_round_it() {
    let scene = Scene::begin().await;
    for phone in [MARCIA, DEVON] {
        scene.link(phone).await;
    }
    scene.ask(TANYA, "hello").await;
    let tables = &scene.world.webhook.talk.tables;
    let granted = grant(tables, MARCIA, Role::Support, now(&scene)).await;
    granted.unwrap();
    // A link is as good a proof as any, if it is of after that.
    scene.advance(61).await;
    for text in ["unlink", "yes"] {
        scene.ask(MARCIA, text).await;
    }
    scene.advance(1).await;
    scene.link(MARCIA).await;
    let since = copied(&scene).await;
    let guard = |phone| format!("guard#{}", key(&scene, phone));
    let people = scene.table("people").await;
    assert!(people.iter().any(|item| item["person"] == *guard(DEVON)));
    assert!(people.iter().all(|item| item["person"] != *guard(TANYA)));
    scene.advance(1).await;
    for phone in [DEVON, TANYA] {
        let answer = scene.ask(MARCIA, &format!("lock {phone}")).await;
        assert!(answer.starts_with("Done."), "{answer}");
    }
    lost(&scene).await;
    // One of them was written anew before anybody looked.
    scene.ask(TANYA, "link").await;

    let would = restored(&scene, since, false).await.unwrap();
    let did = restored(&scene, since, true).await.unwrap();
    assert_eq!((would.locked, did.locked), (2, 2), "{did}");
    for phone in [DEVON, TANYA] {
        let answer = scene.ask(phone, "link").await;
        assert!(answer.contains("has locked this chat until"), "{answer}");
    }
    let again = restored(&scene, since, true).await.unwrap();
    assert_eq!((again.back, again.merged), (0, 0), "{again}");
}

#[tokio::test]
async fn a_stop_goes_into_what_stands_and_gives_way_to_a_later_start_alone() {
    let scene = Scene::begin().await;
    for phone in [MARCIA, DEVON, TANYA] {
        scene.ask(phone, "hello").await;
    }
    scene.say(MARCIA, "STOP").await;
    scene.advance(600).await;
    let since = copied(&scene).await;
    scene.advance(60).await;
    for phone in [DEVON, TANYA] {
        scene.say(phone, "STOP").await;
    }
    lost(&scene).await;
    for phone in [MARCIA, DEVON] {
        let anew = format!("standing#{}", key(&scene, phone));
        let anew = [("person", s(anew)), ("version", n(1)), ("news_shard", n(3))];
        put(&scene, "people", &anew).await;
    }
    let anew = [
        ("person", s(format!("standing#{}", key(&scene, TANYA)))),
        ("version", n(1)),
        ("opted_in_at", n(now(&scene).plus(5).unix())),
    ];
    put(&scene, "people", &anew).await;

    let did = restored(&scene, since, true).await.unwrap();
    assert_eq!(
        (did.opted_out, did.started, did.merged, did.changed),
        (1, 1, 1, 0),
        "{did}"
    );
    assert!(did.is_whole());
    for phone in [MARCIA, DEVON] {
        let stands = standing(&scene, phone).await;
        assert!(stands["opted_out_at"].is_i64(), "{stands}");
        assert_eq!(stands["version"], 2, "whoever read it before reads again");
        assert_eq!(stands.get("news_shard"), None, "{stands}");
    }
    assert_eq!(standing(&scene, TANYA).await.get("opted_out_at"), None);
}

/// Somebody leaves at the moment at which the first item is brought back.
#[derive(Debug)]
struct Leaves {
    with: Client,
    line: std::sync::Mutex<Option<HashMap<String, AttributeValue>>>,
}

impl Intercept for Leaves {
    fn name(&self) -> &'static str {
        "Leaves"
    }

    fn read_before_transmit(
        &self,
        request: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = request.request().headers().get("x-amz-target");
        if !target.is_some_and(|target| target.ends_with("PutItem")) {
            return Ok(());
        }
        if let Some(line) = self.line.lock().unwrap().take() {
            let put = self.with.put_item().table_name("audit");
            let put = async {
                put.set_item(Some(line))
                    .send()
                    .await
                    .map_err(BoxError::from)
            };
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(put))?;
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_while_it_runs_is_taken_out_again() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.link(DEVON).await;
    scene.advance(600).await;
    let since = copied(&scene).await;
    scene.advance(60).await;
    lost(&scene).await;
    let devon = key(&scene, DEVON);
    let line = [
        ("person", s(&devon)),
        (
            "at_entry",
            s(format!(
                "{:011}#SM000000000000000000000000000000c9-0",
                now(&scene).unix()
            )),
        ),
        ("event", s("erased")),
    ];
    let line = line.map(|(name, value)| (name.to_owned(), value));
    let leaves = Leaves {
        with: client(&scene),
        line: std::sync::Mutex::new(Some(HashMap::from(line))),
    };
    let while_it_runs = client(&scene).config().to_builder().interceptor(leaves);
    let while_it_runs = Client::from_conf(while_it_runs.build());

    let did = restored_with(&while_it_runs, &scene, since, true).await;
    let did = did.unwrap();
    assert!(did.meanwhile >= 2 && did.is_whole(), "{did}");
    let people = scene.table("people").await;
    let named = |item: &&Value| item["person"] == *devon || item["to"] == *devon;
    assert_eq!(people.iter().find(named), None);
    assert!(
        people
            .iter()
            .any(|item| item["person"] == *key(&scene, MARCIA))
    );
    let again = restored(&scene, since, true).await.unwrap();
    assert_eq!((again.back, again.meanwhile), (0, 0), "{again}");
}

#[tokio::test]
async fn a_restore_over_itself_or_of_a_time_to_come_is_refused() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    copied(&scene).await;
    let copy = Names::with_prefix(COPY);
    let how = |copy, since| Restore {
        copy,
        people: "people",
        audit: "audit",
        source: None,
        since,
        now: now(&scene),
        write: true,
    };
    let past = Some(now(&scene).plus(-60));
    let same = restore(&client(&scene), &how("people", past)).await;
    assert!(matches!(same, Err(RestoreError::SameTable)), "{same:?}");
    let ahead = restore(&client(&scene), &how(&copy.people, Some(now(&scene)))).await;
    assert!(matches!(ahead, Err(RestoreError::Time)), "{ahead:?}");
    let untold = restore(&client(&scene), &how(&copy.people, None)).await;
    assert!(
        matches!(untold, Err(RestoreError::NoTime)),
        "the engine says nothing of it: {untold:?}"
    );
    let mut none = how(&copy.people, past);
    none.audit = "sessions";
    let none = restore(&client(&scene), &none).await;
    assert!(matches!(none, Err(RestoreError::NoAudit(_))), "{none:?}");
    let missing = restore(&client(&scene), &how("copy", past)).await;
    assert!(
        matches!(&missing, Err(RestoreError::Table { table, .. }) if table == "copy"),
        "{missing:?}"
    );
}
