//! Row L06: an account that is linked to another chat moves once that is confirmed, and is never linked twice.

use domain::policy::{CODE_ISSUE_GAP, SESSION_IDLE};
use e2e::{DEVON, MARCIA, READ_ONLY, Scene};
use futures::future::join_all;
use sandbox::world::Options;
use serde_json::{Value, json};

const ANJALI: &str = "+18685550104";
/// A chat that shows no number.
const HER_ID: &str = "whatsapp:JM.1A2B3C4D5E";

fn chat(phone: &str) -> String {
    format!("whatsapp:{phone}")
}

/// Brings a key to the page with these words confirmed.
async fn bring(scene: &Scene, token: &str, key: &str, confirmed: &[&str]) -> (u16, Value) {
    let mut body = json!({ "api_key": key });
    for word in confirmed {
        body[*word] = true.into();
    }
    let path = format!("/link/{token}/credential");
    let answer = scene.post(&path, &body).await;
    (answer.status, answer.json())
}

/// A code for Marcia's account in the chat of `phone`, with all confirmed that may be asked.
async fn code_in(scene: &Scene, phone: &str) -> String {
    let token = scene.link_token(&chat(phone)).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let answer = scene.bring(&token, &key, true).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    scene.drain().await;
    answer.json()["code"].as_str().unwrap().to_owned()
}

/// All at the same instant, each again and again until it is taken.
async fn at_once(scene: &Scene, says: &[(&str, &str)]) {
    let posts = says.iter().map(|(phone, body)| {
        let say = json!({"from": chat(phone), "body": body});
        scene.post_until_taken(say)
    });
    join_all(posts).await;
    scene.drain().await;
}

/// The people who are linked, by their keys, and to whom Marcia's account points: the same one, or nobody.
async fn linked(scene: &Scene) -> Option<String> {
    let now = scene.world.outbound.clock.now().unix();
    let people = scene.table("people").await;
    let linked: Vec<_> = people
        .iter()
        .filter(|item| item.get("link").is_some())
        .map(|item| item["person"].as_str().unwrap().to_owned())
        .collect();
    let pointers: Vec<_> = people
        .iter()
        .filter(|item| item["person"].as_str().unwrap().starts_with("account#"))
        .filter(|item| item["expires_at"].as_i64().unwrap() > now)
        .map(|item| item["to"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(linked, pointers, "links and pointers agree");
    assert!(linked.len() <= 1, "one link for an account: {linked:?}");
    linked.into_iter().next()
}

fn key_of(scene: &Scene, phone: &str) -> String {
    let address = domain::address::WhatsAppAddress::parse(&chat(phone)).unwrap();
    let keys = scene.world.outbound.tables.keys();
    keys.person(&address).as_str().to_owned()
}

/// What the audit has of a person's links, by name.
async fn events(scene: &Scene, phone: &str) -> Vec<String> {
    let mut audit = scene.table("audit").await;
    let person = key_of(scene, phone);
    audit.retain(|item| item["person"] == person.as_str());
    let events = audit.iter().map(|item| item["event"].as_str().unwrap());
    let of_links = events.filter(|event| event.contains("link") || event.contains("moved"));
    let mut events: Vec<_> = of_links.map(str::to_owned).collect();
    events.sort();
    events
}

async fn without_admin() -> Scene {
    Scene::with(Options {
        flash_admin: false,
        ..Options::default()
    })
    .await
}

#[tokio::test]
async fn l06_the_page_says_where_the_account_is_linked_and_asks_before_it_shows_a_code() {
    for scene in [Scene::begin().await, without_admin().await] {
        scene.link(MARCIA).await;
        let before = scene.texts(MARCIA).await.len();
        let token = scene.link_token(&chat(DEVON)).await;
        let key = scene.mint_key(MARCIA, &READ_ONLY).await;
        let (status, body) = bring(&scene, &token, &key, &[]).await;
        assert_eq!(
            (status, &body["reason"]),
            (409, &json!("confirm_other_phone"))
        );
        assert_eq!(scene.texts(MARCIA).await.len(), before);
        let sessions = scene.table("sessions").await;
        for _ in 0..3 {
            let (status, body) = bring(&scene, &token, &key, &["confirm_other_phone"]).await;
            assert_eq!((status, &body["reason"]), (409, &json!("confirm_move")));
            assert_eq!(body["masked_chat"], "+1 876 ••• ••01");
            assert_eq!(body["masked_other"], "+1 876 ••• ••00");
            assert!(body["message"].as_str().unwrap().contains("another"));
            scene.drain().await;
        }
        assert_eq!(scene.table("codes").await, Vec::<Value>::new());
        assert_eq!(
            scene.table("sessions").await,
            sessions,
            "nothing is used up"
        );
        let told = scene.texts(MARCIA).await.split_off(before);
        assert_eq!(told.len(), 1, "once for the page: {told:?}");
        assert!(told[0].contains("tried to link it to another WhatsApp chat"));
        assert!(told[0].contains("+1 876 ••• ••01") && !told[0].contains("5550101"));
        // The code does not tell her again; another page does.
        let confirmed = ["confirm_other_phone", "confirm_move"];
        assert_eq!(bring(&scene, &token, &key, &confirmed).await.0, 200);
        scene.drain().await;
        assert_eq!(scene.texts(MARCIA).await.len(), before + 1);
        scene.advance(CODE_ISSUE_GAP).await;
        let token = scene.link_token(&chat(DEVON)).await;
        let (status, _) = bring(&scene, &token, &key, &["confirm_other_phone"]).await;
        assert_eq!(status, 409);
        scene.drain().await;
        assert_eq!(scene.texts(MARCIA).await.len(), before + 2);
        assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    }
}

#[tokio::test]
async fn l06_who_confirms_before_being_asked_tells_the_owner_all_the_same() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    code_in(&scene, DEVON).await;
    let told = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("tried to link"), "{told:?}");
}

#[tokio::test]
async fn l06_the_code_moves_the_link_and_the_chat_that_had_it_has_nothing_left() {
    for scene in [Scene::begin().await, without_admin().await] {
        scene.link(MARCIA).await;
        scene.ask(MARCIA, "balance").await;
        scene.ask(MARCIA, "unlink").await;
        let code = code_in(&scene, DEVON).await;
        let before = scene.texts(MARCIA).await.len();
        let text = scene.ask(DEVON, &format!("verify {code}")).await;
        assert!(
            text.contains("Linked!") && text.contains("disconnected"),
            "{text}"
        );
        assert_eq!(linked(&scene).await, Some(key_of(&scene, DEVON)));
        assert!(scene.ask(DEVON, "balance").await.contains("US$1.09"));

        let told = scene.texts(MARCIA).await.split_off(before);
        assert_eq!(told.len(), 1, "{told:?}");
        let said = [
            "moved to another WhatsApp chat",
            "+1 876 ••• ••01",
            "*link*",
        ];
        assert!(said.iter().all(|said| told[0].contains(said)), "{told:?}");
        assert!(!told[0].contains("5550101"));
        assert!(scene.ask(MARCIA, "yes").await.contains("nothing waiting"));
        let text = scene.ask(MARCIA, "balance").await;
        assert!(text.contains("link your Flash account first"), "{text}");
        let people = scene.table("people").await;
        let marcia = key_of(&scene, MARCIA);
        let marcia = people.iter().find(|item| item["person"] == marcia.as_str());
        let marcia = marcia.unwrap();
        assert!(marcia.get("link").is_none(), "no credential: {marcia}");
        assert!(marcia["expires_at"].is_i64(), "forgotten in time: {marcia}");
        assert_eq!(scene.table("codes").await, Vec::<Value>::new());
        assert_eq!(events(&scene, MARCIA).await, ["linked", "moved_away"]);
        assert_eq!(events(&scene, DEVON).await, ["moved_here"]);

        // And back again, as she was told.
        scene.advance(CODE_ISSUE_GAP).await;
        let code = code_in(&scene, MARCIA).await;
        assert!(scene.ask(MARCIA, &code).await.contains("Linked!"));
        assert_eq!(linked(&scene).await, Some(key_of(&scene, MARCIA)));
        assert!(scene.ask(DEVON, "balance").await.contains("*link*"));
    }
}

#[tokio::test]
async fn l06_who_is_away_is_told_of_the_move_by_the_template() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(SESSION_IDLE).await;
    let before = scene.messages(MARCIA).await.len();
    let code = code_in(&scene, DEVON).await;
    scene.ask(DEVON, &code).await;
    let told = scene.messages(MARCIA).await.split_off(before);
    assert_eq!(told.len(), 2, "{told:?}");
    for (message, says) in told
        .iter()
        .zip(["somebody tried to link", "was moved to another"])
    {
        assert!(message["content_sid"].is_string(), "{message}");
        assert!(
            message["body"].as_str().unwrap().contains(says),
            "{message}"
        );
        assert!(
            message["body"]
                .as_str()
                .unwrap()
                .contains("+1 876 ••• ••01")
        );
    }
    assert_eq!(told[1]["buttons"][0]["id"], "cmd:link");
    let sessions = scene.table("sessions").await;
    let marcia = key_of(&scene, MARCIA);
    assert!(
        sessions.iter().all(|item| item["person"] != marcia.as_str()
            || item["session"]["last_inbound"].as_i64().unwrap()
                < scene.world.outbound.clock.now().unix() - SESSION_IDLE + 60),
        "the window is not opened by it"
    );
}

#[tokio::test]
async fn l06_after_stop_nothing_is_told_and_the_link_moves_all_the_same() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "stop").await;
    let before = scene.texts(MARCIA).await.len();
    let code = code_in(&scene, DEVON).await;
    assert!(scene.ask(DEVON, &code).await.contains("Linked!"));
    scene.advance(600).await;
    assert_eq!(scene.texts(MARCIA).await.len(), before);
    let text = scene.ask(MARCIA, "balance").await;
    assert!(
        text.contains("was moved to another WhatsApp chat") && text.contains("*link*"),
        "her own next word is answered with it: {text}"
    );
    assert!(!scene.ask(MARCIA, "balance").await.contains("moved"));
}

#[tokio::test]
async fn l06_a_code_that_waits_in_the_chat_that_loses_the_link_goes_with_it() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    // In the last week she may have a page for her next key, whose code waits.
    scene.advance(83 * 86_400).await;
    let theirs = code_in(&scene, DEVON).await;
    let hers = code_in(&scene, MARCIA).await;
    assert_eq!(scene.table("codes").await.len(), 2);
    assert!(scene.ask(DEVON, &theirs).await.contains("Linked!"));
    assert_eq!(scene.table("codes").await, Vec::<Value>::new());
    assert!(
        scene
            .ask(MARCIA, &hers)
            .await
            .contains("No code is waiting")
    );
    assert_eq!(linked(&scene).await, Some(key_of(&scene, DEVON)));
}

#[tokio::test]
async fn l06_two_chats_that_type_their_codes_at_once_link_one_account_once() {
    for scene in [Scene::begin().await, without_admin().await] {
        let codes = [code_in(&scene, MARCIA).await, code_in(&scene, DEVON).await];
        at_once(&scene, &[(MARCIA, &codes[0]), (DEVON, &codes[1])]).await;
        let mut last = Vec::new();
        for phone in [MARCIA, DEVON] {
            last.push(scene.texts(phone).await.pop().unwrap());
        }
        let saying = |words: &str| last.iter().filter(|text| text.contains(words)).count();
        assert_eq!(saying("Linked!"), 1, "{last:?}");
        assert_eq!(saying("another WhatsApp chat"), 1, "{last:?}");
        let winner = linked(&scene).await.expect("one of them has it");

        // The other one does what it was told.
        let loser = [MARCIA, DEVON]
            .into_iter()
            .find(|phone| key_of(&scene, phone) != winner)
            .unwrap();
        scene.advance(CODE_ISSUE_GAP).await;
        let code = code_in(&scene, loser).await;
        assert!(scene.ask(loser, &code).await.contains("Linked!"));
        assert_eq!(linked(&scene).await, Some(key_of(&scene, loser)));
    }
}

#[tokio::test]
async fn l06_two_chats_that_move_one_account_from_a_third_at_once_do_so_once() {
    for _ in 0..3 {
        let scene = Scene::begin().await;
        scene.link(MARCIA).await;
        let codes = [code_in(&scene, DEVON).await, code_in(&scene, ANJALI).await];
        at_once(&scene, &[(DEVON, &codes[0]), (ANJALI, &codes[1])]).await;
        let winner = linked(&scene).await.expect("one of them has it");
        assert_ne!(winner, key_of(&scene, MARCIA));
        let mut moved = 0;
        for phone in [DEVON, ANJALI] {
            let has_it = key_of(&scene, phone) == winner;
            let text = scene.texts(phone).await.pop().unwrap();
            let said = if has_it {
                "Linked!"
            } else {
                "an account can have only one"
            };
            assert!(text.contains(said), "{text}");
            moved += usize::from(has_it);
            let text = scene.ask(phone, "balance").await;
            assert_eq!(text.contains("US$1.09"), has_it, "{text}");
        }
        assert_eq!(moved, 1);
        assert_eq!(events(&scene, MARCIA).await, ["linked", "moved_away"]);
        let told = scene.texts(MARCIA).await;
        let told = told.iter().filter(|text| text.contains("was moved"));
        assert_eq!(told.count(), 1, "told of the one move there was");
        assert!(scene.ask(MARCIA, "balance").await.contains("*link*"));
    }
}

#[tokio::test]
async fn l06_a_move_beside_an_unlink_ends_in_one_link_and_two_answers() {
    for _ in 0..4 {
        let scene = Scene::begin().await;
        scene.link(MARCIA).await;
        let code = code_in(&scene, DEVON).await;
        scene.ask(MARCIA, "unlink").await;
        let before = scene.texts(MARCIA).await.len();
        at_once(&scene, &[(DEVON, &code), (MARCIA, "yes")]).await;
        assert_eq!(linked(&scene).await, Some(key_of(&scene, DEVON)));
        let text = scene.texts(DEVON).await.pop().unwrap();
        assert!(text.contains("Linked!"), "{text}");
        // Whichever came first: she was asked and answered, or moved away from and then answered.
        let told = scene.texts(MARCIA).await.split_off(before);
        let moved = told.iter().any(|text| text.contains("was moved"));
        assert_eq!(told.len(), 1 + usize::from(moved), "{told:?}");
        let (ended, here) = if moved {
            ("moved_away", "moved_here")
        } else {
            ("unlinked_by_person", "linked")
        };
        assert_eq!(events(&scene, MARCIA).await, ["linked", ended]);
        assert_eq!(events(&scene, DEVON).await, [here]);
        assert_eq!(told.iter().any(|text| text.contains("Done.")), !moved);
    }
}

#[tokio::test]
async fn l06_a_move_beside_a_balance_shows_nothing_to_the_chat_that_lost_the_link_before() {
    for _ in 0..4 {
        let scene = Scene::begin().await;
        scene.link(MARCIA).await;
        let code = code_in(&scene, DEVON).await;
        let before = scene.texts(MARCIA).await.len();
        at_once(&scene, &[(DEVON, &code), (MARCIA, "balance")]).await;
        assert_eq!(linked(&scene).await, Some(key_of(&scene, DEVON)));
        let told = scene.texts(MARCIA).await.split_off(before);
        let moved_at = told.iter().position(|text| text.contains("was moved"));
        let shown_at = told.iter().position(|text| text.contains("US$1.09"));
        let moved_at = moved_at.unwrap_or_else(|| panic!("not told: {told:?}"));
        assert!(shown_at.is_none_or(|shown| shown < moved_at), "{told:?}");
        assert!(scene.ask(MARCIA, "balance").await.contains("*link*"));
    }
}

#[tokio::test]
async fn l06_a_link_that_moved_on_to_a_third_chat_is_not_taken_from_it() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let late = code_in(&scene, ANJALI).await;
    let code = code_in(&scene, DEVON).await;
    assert!(scene.ask(DEVON, &code).await.contains("Linked!"));
    let text = scene.ask(ANJALI, &late).await;
    assert!(
        text.contains("*link*") && text.contains("only one"),
        "{text}"
    );
    assert_eq!(linked(&scene).await, Some(key_of(&scene, DEVON)));
    assert_eq!(scene.table("codes").await, Vec::<Value>::new());
}

#[tokio::test]
async fn l06_an_account_that_was_unlinked_meanwhile_is_linked_without_a_move() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let code = code_in(&scene, DEVON).await;
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    let before = scene.texts(MARCIA).await.len();
    assert!(scene.ask(DEVON, &code).await.contains("Linked!"));
    assert_eq!(events(&scene, DEVON).await, ["linked"]);
    assert_eq!(
        scene.texts(MARCIA).await.len(),
        before,
        "she let it go herself"
    );
}

#[tokio::test]
async fn l06_a_move_whose_commit_is_lost_or_repeated_is_one_move() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let code = code_in(&scene, DEVON).await;
    scene.fault("dynamodb", "commit_answer_lost", Some(1)).await;
    let say = json!({"from": chat(DEVON), "body": code, "message_sid": "SM000000000000000000000000000000d1"});
    scene.post_until_taken(say.clone()).await;
    scene.post_until_taken(say).await;
    scene.drain().await;
    assert_eq!(linked(&scene).await, Some(key_of(&scene, DEVON)));
    assert_eq!(events(&scene, MARCIA).await, ["linked", "moved_away"]);
    let told = scene.texts(MARCIA).await;
    assert_eq!(
        told.iter()
            .filter(|text| text.contains("was moved"))
            .count(),
        1
    );
}

#[tokio::test]
async fn l06_the_same_owner_moves_from_a_chat_without_a_number_to_one_with_it() {
    let scene = Scene::begin().await;
    let token = scene.link_token(HER_ID).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let shown = scene.bring(&token, &key, true).await.json();
    let say = json!({"body": shown["code"].as_str().unwrap()});
    assert!(scene.say_as(HER_ID, say).await[0].contains("Linked!"));

    let token = scene.link_token(&chat(MARCIA)).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let (status, body) = bring(&scene, &token, &key, &[]).await;
    assert_eq!((status, &body["reason"]), (409, &json!("confirm_move")));
    let masked = body["masked_other"].as_str().unwrap();
    assert!(!masked.contains("1A2B3C4D5E"), "{masked}");
    let (_, body) = bring(&scene, &token, &key, &["confirm_move"]).await;
    let code = body["code"].as_str().unwrap();
    assert!(scene.ask(MARCIA, code).await.contains("Linked!"));
    let text = scene.say_as(HER_ID, json!({"body": "balance"})).await;
    assert!(text[0].contains("*link*"), "{text:?}");
}
