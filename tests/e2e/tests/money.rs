//! Rows B01 to B06 as far as a remembered balance goes, the display currency, and row B11: the price.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::address::WhatsAppAddress;
use domain::ids::PersonKey;
use domain::policy::{BALANCE_CACHE, PRICE_CACHE};
use e2e::{DEVON, MARCIA, Scene, TANYA};
use sandbox::fault::Faults;
use serde_json::{Value, json};
use std::sync::Arc;

async fn linked() -> Scene {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene
}

fn person(scene: &Scene, phone: &str) -> PersonKey {
    let address = WhatsAppAddress::parse(&format!("whatsapp:{phone}")).unwrap();
    scene.world.outbound.tables.keys().person(&address)
}

/// Something has happened to the balance of `phone`, as an event or a paid invoice tells.
async fn balance_changed(scene: &Scene, phone: &str) {
    let tables = &scene.world.outbound.tables;
    let (whose, now) = (person(scene, phone), scene.world.clock.reader().now());
    let changed = tables.balance_changed(&whose, now);
    changed.await.unwrap();
}

/// What `phone` is answered, and the calls that it took the webhook.
async fn traced(scene: &Scene, phone: &str, body: &str) -> (String, Value) {
    let message = json!({"from": format!("whatsapp:{phone}"), "body": body});
    let (sid, status) = scene.post_message(&message).await;
    assert_eq!(status, 200);
    scene.drain().await;
    let text = scene.texts(phone).await.pop().unwrap();
    (text, scene.trace(&sid).await["calls"]["webhook"].clone())
}

async fn odd(scene: &Scene, phone: Option<&str>, oddity: Option<&str>) {
    let odd = json!({"phone": phone, "oddity": oddity});
    assert_eq!(scene.post("/sandbox/flash/odd", &odd).await.status, 200);
}

/// The remembered balances as they stand in the table.
async fn remembered(scene: &Scene) -> Vec<Value> {
    let mut items = scene.table("cache").await;
    items.retain(|item| item["key"].as_str().unwrap().starts_with("balance#"));
    items
}

#[tokio::test]
async fn b01_a_balance_is_told_again_for_half_a_minute_without_asking_flash() {
    let scene = linked().await;
    let first = scene.ask(MARCIA, "balance").await;
    scene.at_flash(MARCIA, json!({"balance": 5_000})).await;
    let (again, calls) = traced(&scene, MARCIA, "balance").await;
    assert!(
        again.starts_with(&first),
        "as of when it was asked: {again}"
    );
    assert!(again.contains("*refresh*"), "{again}");
    assert_eq!(calls, json!({"table": 2, "queue": 1, "http": 0}));
    scene.advance(BALANCE_CACHE).await;
    let (later, calls) = traced(&scene, MARCIA, "balance").await;
    assert!(
        later.contains("US$50.00") && !later.contains("refresh"),
        "{later}"
    );
    assert_eq!(calls, json!({"table": 2, "queue": 1, "http": 1}));
}

#[tokio::test]
async fn b01_refresh_asks_flash_again_by_word_and_by_button() {
    let scene = linked().await;
    scene.ask(MARCIA, "balance").await;
    let sent = scene.messages(MARCIA).await.pop().unwrap();
    for (cents, shown, say) in [
        (100, "US$1.00", json!({"body": "refresh"})),
        (200, "US$2.00", json!({"body": "Balance refresh"})),
        (
            300,
            "US$3.00",
            json!({"body": "Refresh", "button_payload": "cmd:refresh"}),
        ),
    ] {
        scene.at_flash(MARCIA, json!({ "balance": cents })).await;
        let answers = scene.say_as(&format!("whatsapp:{MARCIA}"), say).await;
        assert!(answers[0].contains(shown), "{sent}: {answers:?}");
    }
}

#[tokio::test]
async fn b01_the_balance_is_shown_in_the_currency_chosen_for_the_chat() {
    let scene = linked().await;
    assert!(scene.ask(MARCIA, "balance").await.contains("J$"));
    let (text, calls) = traced(&scene, MARCIA, "currency ttd").await;
    assert!(text.contains("TTD (TT$)"), "{text}");
    assert_eq!(calls, json!({"table": 2, "queue": 1, "http": 1}));
    let (text, calls) = traced(&scene, MARCIA, "balance").await;
    assert!(
        text.contains("*TT$7.39* TTD") && text.contains("US$1.09"),
        "{text}"
    );
    assert_eq!(
        calls["http"], 1,
        "what is remembered is in another currency"
    );
    assert!(scene.ask(MARCIA, "currency").await.contains("TTD"));
    let text = scene.ask(MARCIA, "currency XYZ").await;
    assert!(text.contains("XYZ") && text.contains("USD, JMD"), "{text}");
    assert!(
        scene.ask(MARCIA, "balance").await.contains("TT$"),
        "as before"
    );
    scene.ask(MARCIA, "currency flash").await;
    assert!(
        scene
            .ask(MARCIA, "balance")
            .await
            .contains("*J$171.45* JMD")
    );
}

#[tokio::test]
async fn b02_whatever_nonsense_flash_talks_the_answer_says_what_to_try() {
    let scene = linked().await;
    for oddity in [
        "html",
        "cut_json",
        "wrong_types",
        "empty",
        "huge",
        "deep",
        "bad_gateway",
        "gateway_timeout",
        "redirect",
        "subrequest_failed",
        "strange_error",
        "old_schema",
    ] {
        odd(&scene, None, Some(oddity)).await;
        for command in ["balance", "price", "currency USD"] {
            let text = scene.ask(MARCIA, command).await;
            let name = command.split(' ').next().unwrap();
            assert!(text.contains(&format!("*{name}*")), "{oddity}: {text}");
            for wrong in ["0.00", "<", "{", "rror", "1876"] {
                assert!(!text.contains(wrong), "{oddity}: {text}");
            }
        }
        odd(&scene, None, None).await;
        scene.advance(600).await;
    }
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn b02_a_figure_that_flash_could_not_give_is_not_remembered() {
    let scene = linked().await;
    scene.at_flash(MARCIA, json!({"balance": null})).await;
    let text = scene.ask(MARCIA, "balance").await;
    assert!(text.contains("can't tell me your balance"), "{text}");
    assert_eq!(remembered(&scene).await, Vec::<Value>::new());
    scene.at_flash(MARCIA, json!({"balance": 109})).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn b03_what_is_remembered_ends_with_a_revoked_key() {
    let scene = linked().await;
    scene.ask(MARCIA, "balance").await;
    assert_eq!(remembered(&scene).await.len(), 1);
    scene.at_flash(MARCIA, json!({"keys_revoked": true})).await;
    let text = scene.ask(MARCIA, "refresh").await;
    assert!(
        text.contains("*link*") && text.contains("deleted"),
        "{text}"
    );
    assert_eq!(remembered(&scene).await, Vec::<Value>::new());
}

#[tokio::test]
async fn b06_what_happens_to_a_balance_ends_what_is_remembered_of_it() {
    let scene = linked().await;
    scene.link(DEVON).await;
    for phone in [MARCIA, DEVON] {
        scene.ask(phone, "balance").await;
        scene.at_flash(phone, json!({"balance": 5_000})).await;
    }
    balance_changed(&scene, MARCIA).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$50.00"));
    assert!(
        scene.ask(DEVON, "balance").await.contains("US$25.50"),
        "nobody else's"
    );
    // Twice, and where nothing is remembered.
    scene.at_flash(MARCIA, json!({"balance": 6_000})).await;
    for _ in 0..2 {
        balance_changed(&scene, MARCIA).await;
    }
    assert!(scene.ask(MARCIA, "balance").await.contains("US$60.00"));
    scene.advance(BALANCE_CACHE).await;
    balance_changed(&scene, TANYA).await;
    assert!(scene.ask(TANYA, "balance").await.contains("*link*"));
}

#[tokio::test]
async fn l10_what_is_remembered_goes_with_the_link() {
    let scene = linked().await;
    scene.ask(MARCIA, "balance").await;
    scene.ask(MARCIA, "unlink").await;
    assert_eq!(remembered(&scene).await.len(), 1);
    scene.ask(MARCIA, "yes").await;
    assert_eq!(remembered(&scene).await, Vec::<Value>::new());
    // And when everything is deleted.
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "balance").await;
    scene.ask(MARCIA, "delete my data").await;
    scene.ask(MARCIA, "yes").await;
    assert_eq!(remembered(&scene).await, Vec::<Value>::new());
}

#[tokio::test]
async fn l06_what_is_remembered_goes_when_the_link_moves() {
    let scene = linked().await;
    let token = scene.link_token(&format!("whatsapp:{DEVON}")).await;
    let key = scene.mint_key(MARCIA, &e2e::READ_ONLY).await;
    let answer = scene.bring(&token, &key, true).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    scene.drain().await;
    scene.ask(MARCIA, "balance").await;
    assert_eq!(remembered(&scene).await.len(), 1);
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    let told = scene.say(DEVON, &code).await;
    assert!(told[0].contains("Linked"), "{told:?}");
    assert_eq!(remembered(&scene).await, Vec::<Value>::new());
}

#[tokio::test]
async fn l13_what_is_remembered_goes_when_the_number_has_a_new_owner() {
    let scene = linked().await;
    let chat = format!("whatsapp:{MARCIA}");
    let says = |id: &str, body: &str| json!({"body": body, "external_user_id": id});
    let hers = says("JM.4566546130240823", "balance");
    assert!(scene.say_as(&chat, hers).await[0].contains("US$1.09"));
    assert_eq!(remembered(&scene).await.len(), 1);
    let another = says("JM.1122334455667788", "balance");
    let answers = scene.say_as(&chat, another).await;
    assert!(!answers[0].contains("US$"), "{answers:?}");
    assert_eq!(remembered(&scene).await, Vec::<Value>::new());
}

#[tokio::test]
async fn s05_a_remembered_balance_is_ciphertext_and_opens_for_nobody_else() {
    let scene = linked().await;
    scene.link(DEVON).await;
    scene.ask(MARCIA, "balance").await;
    let mut items = remembered(&scene).await;
    let hers = items.pop().unwrap();
    let sealed = hers["balance"].as_str().unwrap();
    assert!(
        sealed
            .split_once('.')
            .is_some_and(|(_, text)| text.len() > 100)
    );
    let names: Vec<_> = hers.as_object().unwrap().keys().collect();
    assert_eq!(names, ["balance", "expires_at", "generation", "key"]);
    assert_eq!(
        e2e::silence::misplaced("cache", &hers),
        Vec::<String>::new()
    );

    // Put in the place of another's, it is no figure.
    let key = format!("balance#{}", person(&scene, DEVON).as_str());
    let database = &scene.world.database;
    let put = database.client(Arc::<Faults>::default()).put_item();
    let number = |name: &str| AttributeValue::N(hers[name].to_string());
    put.table_name(&database.names.cache)
        .item("key", AttributeValue::S(key))
        .item("balance", AttributeValue::S(sealed.to_owned()))
        .item("generation", number("generation"))
        .item("expires_at", number("expires_at"))
        .send()
        .await
        .unwrap();
    let (text, calls) = traced(&scene, DEVON, "balance").await;
    assert!(
        text.contains("US$25.50") && !text.contains("1.09"),
        "{text}"
    );
    assert_eq!(calls["http"], 1);
}

#[tokio::test]
async fn b11_the_price_is_told_to_anybody_in_the_money_of_the_place() {
    let scene = Scene::begin().await;
    let (text, calls) = traced(&scene, TANYA, "price").await;
    for figure in [
        "*1 BTC = J$9,988,550.00* JMD",
        "US$63,500.00",
        "J$157.30",
        "just now",
    ] {
        assert!(text.contains(figure), "{text}");
    }
    // Beside one read and one write: the price that others may have asked for, and the one for others to find.
    assert_eq!(calls, json!({"table": 4, "queue": 1, "http": 1}));
    let (text, calls) = traced(&scene, MARCIA, "precio").await;
    assert!(text.contains("just now"), "{text}");
    assert_eq!(calls, json!({"table": 3, "queue": 1, "http": 0}));
    scene.advance(PRICE_CACHE).await;
    let (_, calls) = traced(&scene, MARCIA, "price").await;
    assert_eq!(calls["http"], 1);
}

#[tokio::test]
async fn b11_a_linked_chat_sees_the_price_in_its_own_currency() {
    let scene = Scene::begin().await;
    scene.link(DEVON).await;
    let text = scene.ask(DEVON, "price").await;
    assert!(
        text.contains("*1 BTC = US$63,500.00*") && !text.contains("J$"),
        "{text}"
    );
    scene.ask(DEVON, "currency EUR").await;
    let text = scene.ask(DEVON, "price").await;
    assert!(text.contains("EUR") && text.contains('€'), "{text}");
}

#[tokio::test]
async fn b11_the_age_of_the_price_is_told_and_a_stale_one_refused() {
    let scene = linked().await;
    odd(&scene, None, Some("price_down")).await;
    scene.advance(540).await;
    for phone in [MARCIA, TANYA] {
        let text = scene.ask(phone, "price").await;
        assert!(text.contains("9 minutes old"), "{text}");
    }
    scene.advance(540).await;
    for phone in [MARCIA, TANYA] {
        let text = scene.ask(phone, "price").await;
        assert!(text.contains("*price*") && !text.contains('$'), "{text}");
    }
    odd(&scene, None, Some("price_stuck")).await;
    for phone in [MARCIA, TANYA] {
        let text = scene.ask(phone, "price").await;
        assert!(
            text.contains("too old") && text.contains("*price*"),
            "{text}"
        );
        assert!(!text.contains('$'), "{text}");
    }
    odd(&scene, None, None).await;
    scene.advance(60).await;
    assert!(scene.ask(TANYA, "price").await.contains("just now"));
}
