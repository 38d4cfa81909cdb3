//! Rows L of the acceptance cases: every way in which an account must not be linked.

use e2e::{DEVON, MARCIA, READ_ONLY, Scene, WINSTON};
use reqwest::Method;
use sandbox::world::Options;
use serde_json::json;

fn chat(phone: &str) -> String {
    format!("whatsapp:{phone}")
}

#[tokio::test]
async fn l04_a_wrong_code_says_how_many_tries_are_left_and_the_fifth_destroys_it() {
    let scene = Scene::begin().await;
    let code = scene.code_for(MARCIA).await;
    let wrong = Scene::other_than(&code);
    for left in ["4 tries", "3 tries", "2 tries", "1 try"] {
        let text = scene.ask(MARCIA, &wrong).await;
        assert!(text.contains(left), "{text}");
    }
    let text = scene.ask(MARCIA, &wrong).await;
    assert!(text.contains("no longer works"), "{text}");
    assert!(scene.table("codes").await.is_empty());
    let text = scene.ask(MARCIA, &code).await;
    assert!(text.contains("No code is waiting"), "{text}");
    let people = scene.table("people").await;
    assert!(people.iter().all(|item| item.get("link").is_none()));
}

#[tokio::test]
async fn l04_a_redelivered_guess_is_counted_once() {
    let scene = Scene::begin().await;
    let code = scene.code_for(MARCIA).await;
    let guess = json!({"from": chat(MARCIA), "body": Scene::other_than(&code), "message_sid": "SM000000000000000000000000000000a1"});
    for _ in 0..4 {
        assert_eq!(scene.post_message(&guess).await.1, 200);
    }
    scene.drain().await;
    assert_eq!(scene.table("codes").await[0]["tries"], 1);
}

#[tokio::test]
async fn l04_parallel_guesses_get_no_extra_tries() {
    let scene = Scene::begin().await;
    let code = scene.code_for(MARCIA).await;
    let number: u32 = code.parse().unwrap();
    let guesses = (1..=12)
        .map(|n| json!({"from": chat(MARCIA), "body": format!("{:06}", (number + n) % 1_000_000)}));
    futures::future::join_all(guesses.map(|guess| {
        let scene = &scene;
        async move { scene.post_until_taken(guess).await }
    }))
    .await;
    scene.drain().await;
    assert!(
        scene.table("codes").await.is_empty(),
        "five wrong tries destroy the code"
    );
    let guard = scene
        .table("people")
        .await
        .into_iter()
        .find(|item| item.get("guard").is_some())
        .unwrap();
    assert!(
        guard["guard"]["failures"].as_array().unwrap().len() <= 5,
        "no more than five were compared: {guard}"
    );
}

/// Wrong codes until the chat is locked: five for the first code, three for the second.
async fn fail_until_locked(scene: &Scene, attacker: &str, victim: &str) -> String {
    let mut last = String::new();
    for _ in 0..2 {
        let token = scene.link_token(&chat(attacker)).await;
        let key = scene.mint_key(victim, &READ_ONLY).await;
        let answer = scene.bring(&token, &key, attacker != victim).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let wrong = Scene::other_than(answer.json()["code"].as_str().unwrap());
        for _ in 0..5 {
            last = scene.ask(attacker, &wrong).await;
            if last.contains("Too many wrong codes") {
                return last;
            }
        }
        scene.advance(61).await;
    }
    last
}

#[tokio::test]
async fn l05_codes_that_fail_again_and_again_lock_the_chat_for_a_growing_time_and_tell_the_owner() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(61).await;
    let text = fail_until_locked(&scene, DEVON, MARCIA).await;
    assert!(text.contains("can't link until"), "{text}");
    let told = scene.texts(MARCIA).await;
    assert!(
        told.last().unwrap().contains("wrong codes"),
        "the owner is told: {told:?}"
    );
    assert!(
        !told.last().unwrap().contains("5550101"),
        "and not given the other's number"
    );
    assert!(scene.ask(DEVON, "link").await.contains("can't link until"));
    let metrics = scene.get("/sandbox/trace").await.body;
    assert!(metrics.contains("chat_locked"), "an alert metric is raised");
    // The owner's own link is untouched.
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    // The lock ends after an hour; the next one lasts two.
    scene.advance(3_600).await;
    fail_until_locked(&scene, DEVON, MARCIA).await;
    scene.advance(3_600 + 60).await;
    assert!(scene.ask(DEVON, "link").await.contains("can't link until"));
    scene.advance(3_600).await;
    assert!(scene.ask(DEVON, "link").await.contains("/link/"));
}

#[tokio::test]
async fn l09_an_expired_used_or_foreign_code_is_refused() {
    let scene = Scene::begin().await;
    let code = scene.code_for(MARCIA).await;
    // Foreign: typed in a chat that did not ask for it.
    assert!(scene.ask(DEVON, &code).await.contains("No code is waiting"));
    // Used.
    scene.ask(MARCIA, &code).await;
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    assert!(
        scene
            .ask(MARCIA, &code)
            .await
            .contains("No code is waiting")
    );
    // Expired.
    let code = scene.code_for(MARCIA).await;
    scene.advance(300).await;
    assert!(
        scene
            .ask(MARCIA, &code)
            .await
            .contains("No code is waiting")
    );
    // Of an older page: a new page makes the old one's code worthless.
    scene.advance(61).await;
    let code = scene.code_for(MARCIA).await;
    scene.link_token(&chat(MARCIA)).await;
    assert!(
        scene
            .ask(MARCIA, &code)
            .await
            .contains("No code is waiting")
    );
}

#[tokio::test]
async fn l09_a_used_page_shows_no_second_code() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&chat(MARCIA)).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let code = scene.bring(&token, &key, false).await.json()["code"]
        .as_str()
        .unwrap()
        .to_owned();
    scene.ask(MARCIA, &code).await;
    assert_eq!(scene.bring(&token, &key, false).await.status, 410);
    assert_eq!(scene.get(&format!("/link/{token}")).await.status, 410);
}

#[tokio::test]
async fn l11_a_victim_who_confirms_a_strangers_page_is_protected() {
    // Where the operator does not allow another phone, it is refused.
    let strict = Scene::with(Options {
        allow_other_phone: false,
        ..Options::default()
    })
    .await;
    let token = strict.link_token(&chat(DEVON)).await;
    let key = strict.mint_key(MARCIA, &READ_ONLY).await;
    for confirm in [false, true] {
        let refused = strict.bring(&token, &key, confirm).await;
        assert_eq!(
            (refused.status, refused.json()["reason"].clone()),
            (403, json!("other_phone"))
        );
    }
    assert!(strict.table("codes").await.is_empty());

    // Where it is allowed, the page first names the chat that would see the balance.
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let token = scene.link_token(&chat(DEVON)).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let asked = scene.bring(&token, &key, false).await;
    assert_eq!(
        (asked.status, asked.json()["reason"].clone()),
        (409, json!("confirm_other_phone"))
    );
    assert_eq!(asked.json()["masked_chat"], "+1 876 ••• ••01");
    assert!(scene.table("codes").await.is_empty());
    let shown = scene.bring(&token, &key, true).await;
    let code = shown.json()["code"].as_str().unwrap().to_owned();
    scene.drain().await;
    let told = scene.texts(MARCIA).await.pop().unwrap();
    assert!(
        told.contains("tried to link it to another WhatsApp chat"),
        "told at once: {told}"
    );
    // The victim's own key stays in use.
    assert_eq!(shown.json()["keep_key_ids"].as_array().unwrap().len(), 1);
    // The code is worth nothing in the victim's chat.
    assert!(scene.ask(MARCIA, &code).await.contains("already linked"));
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn l12_a_code_that_is_never_typed_is_destroyed_on_time_and_the_person_told_once() {
    let scene = Scene::begin().await;
    scene.code_for(MARCIA).await;
    assert_eq!(scene.table("codes").await.len(), 1);
    let before = scene.texts(MARCIA).await.len();
    // The clock goes on by itself while a slow machine gets here.
    scene.advance(240).await;
    assert_eq!(scene.table("codes").await.len(), 1);
    scene.advance(60).await;
    assert!(
        scene.table("codes").await.is_empty(),
        "gone from the table, not merely ignored"
    );
    let texts = scene.texts(MARCIA).await;
    assert_eq!(texts.len(), before + 1);
    assert!(texts.last().unwrap().contains("has run out"));
    scene.advance(3_600).await;
    assert_eq!(scene.texts(MARCIA).await.len(), before + 1, "told once");
}

#[tokio::test]
async fn l12_a_code_that_was_typed_in_time_ends_in_silence() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    scene.advance(600).await;
    assert_eq!(scene.texts(MARCIA).await.len(), before);
}

#[tokio::test]
async fn l14_an_account_with_an_authenticator_app_leaves_no_half_made_link() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&chat(WINSTON)).await;
    let session = format!("Bearer {}", scene.log_in(WINSTON).await);
    let me = scene
        .flash(
            "query { me { id } }",
            json!({}),
            Some(("authorization", &session)),
        )
        .await;
    assert!(
        me.is_null() || me["data"]["me"].is_null(),
        "such a session opens nothing: {me}"
    );
    assert_eq!(scene.get(&format!("/link/{token}")).await.status, 200);
    assert!(scene.table("codes").await.is_empty());
}

#[tokio::test]
async fn a_key_that_could_move_money_is_refused() {
    let scene = Scene::begin().await;
    for scopes in [
        &["read_user", "read_wallet", "write_wallet"][..],
        &["admin"],
        &["read_user", "write_transactions", "write_wallet"],
    ] {
        let token = scene.link_token(&chat(MARCIA)).await;
        let key = scene.mint_key(MARCIA, scopes).await;
        let refused = scene.bring(&token, &key, false).await;
        assert_eq!(
            (refused.status, refused.json()["reason"].clone()),
            (403, json!("key_may_move_money")),
            "{scopes:?}"
        );
    }
    assert!(scene.table("codes").await.is_empty());
}

#[tokio::test]
async fn a_key_that_can_not_read_the_wallet_is_refused() {
    let scene = Scene::begin().await;
    for scopes in [
        &["read_user"][..],
        &["read_user", "read_wallet"],
        &["read_user", "read_transactions"],
    ] {
        let token = scene.link_token(&chat(MARCIA)).await;
        let key = scene.mint_key(MARCIA, scopes).await;
        let refused = scene.bring(&token, &key, false).await;
        let reason = refused.json()["reason"].clone();
        assert_eq!(
            (refused.status, reason),
            (403, json!("key_reads_too_little")),
            "{scopes:?}"
        );
    }
}

#[tokio::test]
async fn after_four_codes_in_an_hour_the_chat_is_told_when_the_next_can_be_had() {
    let scene = Scene::begin().await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    for _ in 0..4 {
        let token = scene.link_token(&chat(MARCIA)).await;
        assert_eq!(scene.bring(&token, &key, false).await.status, 200);
        scene.advance(61).await;
    }
    let text = scene.ask(MARCIA, "link").await;
    assert!(
        text.contains("several codes") && !text.contains("/link/"),
        "{text}"
    );
    scene.advance(3 * 3_600).await;
    let token = scene.link_token(&chat(MARCIA)).await;
    assert_eq!(scene.bring(&token, &key, false).await.status, 200);
}

/// Nine in the morning on a Sunday in Jamaica is eleven at night in Tokyo. In milliseconds.
const MORNING: i64 = 1_795_356_000_000;

#[tokio::test]
async fn a_page_that_has_no_code_yet_names_the_time_where_its_person_is() {
    let scene = Scene::with(Options {
        starts_at: Some(MORNING),
        ..Options::default()
    })
    .await;
    scene.ask(MARCIA, "notifications zone Tokyo").await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let token = scene.link_token(&chat(MARCIA)).await;
    assert_eq!(scene.bring(&token, &key, false).await.status, 200);
    let token = scene.link_token(&chat(MARCIA)).await;
    let answer = scene.bring(&token, &key, false).await.json();
    assert_eq!(answer["reason"], "too_soon", "{answer}");
    let message = answer["message"].as_str().unwrap();
    assert!(
        message.contains("11:0") && message.contains("PM"),
        "{message}"
    );
}

#[tokio::test]
async fn unlink_before_the_code_is_typed_destroys_what_waits() {
    let scene = Scene::begin().await;
    let code = scene.code_for(MARCIA).await;
    assert!(scene.ask(MARCIA, "unlink").await.contains("cancelled"));
    assert!(scene.table("codes").await.is_empty());
    assert!(
        scene
            .ask(MARCIA, &code)
            .await
            .contains("No code is waiting")
    );
}

#[tokio::test]
async fn what_is_no_key_or_no_page_is_refused_with_a_reason() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&chat(MARCIA)).await;
    for (key, status) in [("", 401), ("fk_1", 401), ("fk_zzzzzzzz_x", 401)] {
        assert_eq!(
            scene.bring(&token, key, false).await.status,
            status,
            "{key}"
        );
    }
    let unknown = format!("fk_01234567_{}", "A".repeat(64));
    let answer = scene.bring(&token, &unknown, false).await;
    assert_eq!(
        (answer.status, answer.json()["reason"].clone()),
        (401, json!("key_refused"))
    );
    let path = format!("/link/{token}/credential");
    let form = scene
        .call(
            Method::POST,
            &path,
            &[("content-type", "text/plain")],
            Some("{}".into()),
        )
        .await;
    assert_eq!(form.status, 415);
    let cut = scene
        .call(
            Method::POST,
            &path,
            &[("content-type", "application/json")],
            Some("{\"api_key\"".into()),
        )
        .await;
    assert_eq!(cut.status, 400);
    let forged = format!("{}x", &token[..token.len() - 1]);
    assert_eq!(scene.bring(&forged, &unknown, false).await.status, 410);
    assert_eq!(scene.get("/link/nonsense").await.status, 410);
}
