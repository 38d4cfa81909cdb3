//! Whose account an event is about.

use e2e::{DEVON, MARCIA, Scene};
use serde_json::json;

use super::telling::{
    Event, account_of, agreed, agrees, all_done, because, heard, key_of, now, since, user_of,
};

async fn pointer(scene: &Scene, key: &str) -> Option<String> {
    let people = scene.table("people").await;
    let found = people.iter().find(|item| item["person"] == key);
    found.map(|item| item["to"].as_str().unwrap().to_owned())
}

async fn wallet_of(scene: &Scene, account: &str) -> String {
    let people = scene.table("people").await;
    let linked = people
        .iter()
        .find(|item| item["link"]["account"] == account);
    linked.unwrap()["link"]["wallet"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn n01_flash_may_name_the_user_the_account_or_the_wallet() {
    let scene = agreed(MARCIA).await;
    let (user, account) = (
        user_of(&scene, MARCIA).await,
        account_of(&scene, MARCIA).await,
    );
    let wallet = wallet_of(&scene, &account).await;
    let before = heard(&scene, MARCIA).await;
    let named = [
        Event::received("1.00").named(1).of(&user),
        Event::received("2.00").named(2).of(&account),
        Event::received("3.00")
            .named(3)
            .with("accountId", json!(account)),
        Event::received("4.00")
            .named(4)
            .with("walletId", json!(wallet)),
        Event::received("5.00")
            .named(5)
            .of(&user)
            .with("accountId", json!(account)),
    ];
    for event in &named {
        event.by_broker(&scene).await;
    }
    let told = since(&scene, MARCIA, before).await;
    assert_eq!(told.len(), named.len(), "{told:?}");
}

#[tokio::test]
async fn n01_the_user_points_to_the_chat_as_long_as_it_is_linked() {
    let scene = agreed(MARCIA).await;
    let user = user_of(&scene, MARCIA).await;
    let key = format!("user#{user}");
    assert_eq!(
        pointer(&scene, &key).await.as_deref(),
        Some(key_of(&scene, MARCIA).as_str())
    );
    scene.ask(MARCIA, "unlink").await;
    scene.say(MARCIA, "yes").await;
    assert_eq!(pointer(&scene, &key).await, None);
    let before = heard(&scene, MARCIA).await;
    Event::received("5.00").of(&user).by_broker(&scene).await;
    assert_eq!(since(&scene, MARCIA, before).await, [""; 0]);
    // Linked again it points here again, and erasure ends that.
    scene.advance(600).await;
    scene.link(MARCIA).await;
    assert!(pointer(&scene, &key).await.is_some());
    scene.ask(MARCIA, "delete my data").await;
    scene.say(MARCIA, "yes").await;
    assert_eq!(pointer(&scene, &key).await, None);
}

#[tokio::test]
async fn n01_an_account_that_has_moved_is_told_in_its_new_chat_alone() {
    let scene = agreed(MARCIA).await;
    let user = user_of(&scene, MARCIA).await;
    let token = scene.link_token(&format!("whatsapp:{DEVON}")).await;
    let key = scene.mint_key(MARCIA, &e2e::READ_ONLY).await;
    let answer = scene.bring(&token, &key, true).await;
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    scene.say(DEVON, &code).await;
    scene.ask(DEVON, "notifications").await;
    scene.ask(DEVON, "yes").await;
    let before = (heard(&scene, MARCIA).await, heard(&scene, DEVON).await);
    Event::received("5.00").of(&user).by_broker(&scene).await;
    assert_eq!(since(&scene, MARCIA, before.0).await, [""; 0]);
    assert_eq!(since(&scene, DEVON, before.1).await.len(), 1);
    let to = pointer(&scene, &format!("user#{user}")).await;
    assert_eq!(to.as_deref(), Some(key_of(&scene, DEVON).as_str()));
}

#[tokio::test]
async fn n01_what_names_two_accounts_is_nobodys() {
    let scene = agreed(MARCIA).await;
    agrees(&scene, DEVON).await;
    let (hers, his) = (
        account_of(&scene, MARCIA).await,
        account_of(&scene, DEVON).await,
    );
    let before = (heard(&scene, MARCIA).await, heard(&scene, DEVON).await);
    let both = [
        Event::received("5.00")
            .of(&hers)
            .with("accountId", json!(his)),
        Event::received("5.00")
            .of(&user_of(&scene, DEVON).await)
            .with("accountId", json!(hers)),
        // By the wallet it is hers, who is known to have another account.
        Event::received("5.00")
            .with("walletId", json!(wallet_of(&scene, &hers).await))
            .with("accountId", json!(his)),
        Event::received("5.00")
            .with("walletId", json!(wallet_of(&scene, &hers).await))
            .of("11111111-2222-4333-8444-555555555555"),
    ];
    for event in &both {
        event.by_broker(&scene).await;
    }
    assert_eq!(since(&scene, MARCIA, before.0).await, [""; 0]);
    assert_eq!(since(&scene, DEVON, before.1).await, [""; 0]);
    let dead = scene.get("/sandbox/dead-letters").await.json();
    let dead = dead["events"].as_array().unwrap();
    let reasons: Vec<_> = dead.iter().map(|letter| &letter["reason"]).collect();
    assert_eq!(reasons, ["malformed:two_owners"; 4]);
    // What is hers beside them is told.
    Event::received("7.00").of(&hers).by_broker(&scene).await;
    assert_eq!(since(&scene, MARCIA, before.0).await.len(), 1);
}

#[tokio::test]
async fn n01_an_event_is_told_to_nobody_but_its_owner_and_what_is_nobodys_is_done() {
    let scene = agreed(MARCIA).await;
    agrees(&scene, DEVON).await;
    let before = (heard(&scene, MARCIA).await, heard(&scene, DEVON).await);
    let his = account_of(&scene, DEVON).await;
    Event::received("5.00").of(&his).by_broker(&scene).await;
    let told = since(&scene, DEVON, before.1).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let nobody = "11111111-2222-4333-8444-555555555555";
    Event::received("6.00")
        .named(2)
        .of(nobody)
        .by_broker(&scene)
        .await;
    assert_eq!(since(&scene, MARCIA, before.0).await, [""; 0]);
    assert_eq!(heard(&scene, DEVON).await, before.1 + 1);
    all_done(&scene).await;
}

#[tokio::test]
async fn n05_while_a_link_waits_to_be_made_anew_nobody_is_told() {
    let scene = agreed(MARCIA).await;
    let account = account_of(&scene, MARCIA).await;
    let chat = format!("whatsapp:{MARCIA}");
    let with = |id: &str| json!({"body": "help", "external_user_id": id});
    scene
        .say_as(&chat, with("whatsapp:JM.4566546130240823"))
        .await;
    scene.advance(60).await;
    scene
        .say_as(&chat, with("whatsapp:JM.9999999999999999"))
        .await;
    let before = heard(&scene, MARCIA).await;
    Event::received("5.00").of(&account).by_broker(&scene).await;
    assert_eq!(since(&scene, MARCIA, before).await, [""; 0]);
    assert_eq!(because(&scene).await, ["not_linked"; 2]);
}

#[tokio::test]
async fn a_link_from_before_users_were_known_is_found_by_its_user_once_it_was_used() {
    let scene = agreed(MARCIA).await;
    let user = user_of(&scene, MARCIA).await;
    let people = scene.table("people").await;
    let mut hers = people
        .iter()
        .find(|item| item["link"].is_object())
        .unwrap()
        .clone();
    hers["link"].as_object_mut().unwrap().remove("user");
    scene.world.database.load("people", &[hers]).await.unwrap();
    let person = key_of(&scene, MARCIA);
    let mut released = scene
        .world
        .scheduler
        .tables
        .transaction(&person, now(&scene));
    released.pointer(&domain::conversation::Pointer::ReleaseUser(
        domain::ids::FlashUserId(user.clone()),
    ));
    released.commit().await.unwrap();
    let before = heard(&scene, MARCIA).await;
    Event::received("5.00").of(&user).by_broker(&scene).await;
    assert_eq!(
        since(&scene, MARCIA, before).await,
        [""; 0],
        "not known yet"
    );
    scene.ask(MARCIA, "account").await;
    let before = heard(&scene, MARCIA).await;
    Event::received("6.00")
        .named(6)
        .of(&user)
        .by_broker(&scene)
        .await;
    assert_eq!(since(&scene, MARCIA, before).await.len(), 1);
}
