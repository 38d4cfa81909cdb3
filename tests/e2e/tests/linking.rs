//! Rows L of the acceptance cases: linking an account, and unlinking it.

use e2e::{DEVON, MARCIA, READ_ONLY, Scene, TANYA};
use reqwest::Method;
use sandbox::world::Options;
use serde_json::json;

fn chat(phone: &str) -> String {
    format!("whatsapp:{phone}")
}

#[tokio::test]
async fn l01_link_without_a_flash_account_tells_how_to_get_flash() {
    let scene = Scene::begin().await;
    let text = scene.ask(TANYA, "link").await;
    assert!(
        text.contains("getflash.io") && !text.contains("/link/"),
        "{text}"
    );
    assert!(scene.table("codes").await.is_empty());
}

#[tokio::test]
async fn l01_without_the_admin_api_the_page_asks_and_warns_before_any_code() {
    let scene = Scene::with(Options {
        flash_admin: false,
        ..Options::default()
    })
    .await;
    let token = scene.link_token(&chat(TANYA)).await;
    let page = scene.get(&format!("/link/{token}")).await;
    assert_eq!(page.status, 200);
    // What the page does with it in a browser is the browser test's.
    assert!(page.body.contains("opens a new, empty account"));
    let account = scene
        .world
        .flash
        .people()
        .into_iter()
        .find(|person| person["phone"] == TANYA)
        .unwrap();
    assert!(
        account.get("account_id").is_none(),
        "asking for a page opens nothing at Flash"
    );
}

#[tokio::test]
async fn l02_link_gives_a_page_for_ten_minutes_and_the_next_step() {
    let scene = Scene::begin().await;
    let text = scene.ask(MARCIA, "link").await;
    assert!(
        text.contains("/link/") && text.contains("10 minutes") && text.contains("code"),
        "{text}"
    );
    let token = scene.link_token(&chat(MARCIA)).await;
    assert_eq!(scene.get(&format!("/link/{token}")).await.status, 200);
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    scene.advance(600).await;
    assert_eq!(scene.get(&format!("/link/{token}")).await.status, 410);
    let late = scene.bring(&token, &key, false).await;
    assert_eq!(
        (late.status, late.json()["reason"].clone()),
        (410, json!("page_ended"))
    );
}

#[tokio::test]
async fn l03_the_code_typed_in_the_chat_links_however_it_is_typed() {
    for (phone, spelling) in [(MARCIA, "verify "), (DEVON, "V "), ("+18685550104", "")] {
        let scene = Scene::begin().await;
        let code = scene.code_for(phone).await;
        let text = scene.ask(phone, &format!("{spelling}{code}")).await;
        assert!(
            text.contains("Linked") && text.contains("*balance*"),
            "{text}"
        );
        let audit = scene.table("audit").await;
        assert_eq!(
            audit
                .iter()
                .filter(|item| item["event"] == "linked")
                .count(),
            1
        );
        assert!(scene.table("codes").await.is_empty());
        let help = scene.ask(phone, "help").await;
        assert!(
            help.contains("*balance*") && !help.contains("*link*"),
            "{help}"
        );
        // Once is enough: the same code again finds nothing waiting.
        assert!(scene.ask(phone, &code).await.contains("already linked"));
    }
}

#[tokio::test]
async fn l07_a_command_that_needs_a_link_says_so_and_does_nothing_else() {
    let scene = Scene::begin().await;
    let before = scene.world.flash.requests();
    let text = scene.ask(MARCIA, "balance").await;
    assert!(text.contains("*link*"), "{text}");
    assert_eq!(scene.world.flash.requests(), before);
    assert!(scene.table("audit").await.is_empty());
}

#[tokio::test]
async fn l08_unlink_then_link_again() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let old = scene
        .table("people")
        .await
        .into_iter()
        .find(|item| item.get("link").is_some())
        .unwrap();
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    scene.link(MARCIA).await;
    let new = scene
        .table("people")
        .await
        .into_iter()
        .find(|item| item.get("link").is_some())
        .unwrap();
    assert_ne!(old["link"]["key_id"], new["link"]["key_id"]);
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn l10_unlink_asks_then_destroys_everything_and_says_so() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let question = scene.ask(MARCIA, "unlink").await;
    assert!(
        question.contains("*YES*") && question.contains("*NO*"),
        "{question}"
    );
    assert!(scene.ask(MARCIA, "no").await.contains("stays linked"));
    assert!(
        scene.ask(MARCIA, "yes").await.contains("nothing waiting"),
        "an answered question is over"
    );
    scene.ask(MARCIA, "unlink").await;
    assert!(scene.ask(MARCIA, "YES").await.contains("disconnected"));
    let people = scene.table("people").await;
    assert!(
        people.iter().all(|item| item.get("link").is_none()),
        "{people:?}"
    );
    assert!(
        people
            .iter()
            .all(|item| !item["person"].as_str().unwrap().starts_with("account#")),
        "{people:?}"
    );
    assert!(scene.table("codes").await.is_empty());
    assert!(
        scene
            .table("audit")
            .await
            .iter()
            .any(|item| item["event"] == "unlinked_by_person")
    );
    assert!(scene.ask(MARCIA, "balance").await.contains("*link*"));
}

#[tokio::test]
async fn l10_the_question_ends_and_an_old_button_answers_nothing() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "unlink").await;
    let message = scene.messages(MARCIA).await.pop().unwrap();
    let yes = message["buttons"][0].clone();
    scene.advance(301).await;
    assert!(scene.ask(MARCIA, "yes").await.contains("nothing waiting"));
    scene.ask(MARCIA, "unlink").await;
    let tap = json!({"body": yes["title"], "button_payload": yes["id"]});
    let texts = scene.say_as(&chat(MARCIA), tap).await;
    assert!(texts[0].contains("earlier message"), "{texts:?}");
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn l16_a_lost_answer_is_asked_for_again_with_the_same_key_three_codes_in_all() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&chat(MARCIA)).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        let answer = scene.bring(&token, &key, false).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        codes.push(answer.json()["code"].as_str().unwrap().to_owned());
    }
    let fourth = scene.bring(&token, &key, false).await;
    assert_eq!(
        (fourth.status, fourth.json()["reason"].clone()),
        (429, json!("too_many_codes"))
    );
    let other_key = scene.mint_key(MARCIA, &READ_ONLY).await;
    assert_eq!(
        scene.bring(&token, &other_key, false).await.json()["reason"],
        "other_key"
    );
    if codes[0] != codes[2] {
        assert!(
            scene.ask(MARCIA, &codes[0]).await.contains("4 tries"),
            "only the newest code counts"
        );
    }
    assert!(scene.ask(MARCIA, &codes[2]).await.contains("Linked"));
    let before = scene.texts(MARCIA).await.len();
    scene.advance(600).await;
    assert_eq!(
        scene.texts(MARCIA).await.len(),
        before,
        "no timer of a replaced code says anything"
    );
}

#[tokio::test]
async fn l16_opening_a_page_consumes_nothing() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&chat(MARCIA)).await;
    let before = (scene.table("sessions").await, scene.table("people").await);
    for _ in 0..5 {
        assert_eq!(scene.get(&format!("/link/{token}")).await.status, 200);
    }
    scene
        .call(Method::HEAD, &format!("/link/{token}"), &[], None)
        .await;
    assert_eq!(
        (scene.table("sessions").await, scene.table("people").await),
        before
    );
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    assert_eq!(scene.bring(&token, &key, false).await.status, 200);
}

#[tokio::test]
async fn a_chat_known_only_by_its_user_id_can_link_once_confirmed() {
    let scene = Scene::begin().await;
    let address = "whatsapp:JM.1A2B3C4D5E";
    let token = scene.link_token(address).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    assert_eq!(scene.bring(&token, &key, false).await.status, 409);
    let code = scene.bring(&token, &key, true).await.json()["code"]
        .as_str()
        .unwrap()
        .to_owned();
    let texts = scene.say_as(address, json!({ "body": code })).await;
    assert!(texts[0].contains("Linked"), "{texts:?}");
    let texts = scene.say_as(address, json!({"body": "balance"})).await;
    assert!(texts[0].contains("US$1.09"), "{texts:?}");
    // The same person, now with a number too: still linked.
    let with_phone = json!({"body": "balance", "external_user_id": address});
    let texts = scene.say_as(&chat("+18765550177"), with_phone).await;
    assert!(texts[0].contains("US$1.09"), "{texts:?}");
}
