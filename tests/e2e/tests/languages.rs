//! In which language everybody reads: as they have said here, at Flash, or as people speak where they write from.

use domain::language::Language;
use domain::policy::FAILURES_TO_LOCK;
use domain::texts;
use e2e::{DEVON, MARCIA, READ_ONLY, Scene};
use serde_json::{Value, json};

const DOMINICAN: &str = "+18095550108";

/// Somebody brings the key of Marcia's account to the link page of the chat of `phone`: Marcia is told.
async fn tries_marcias_account(scene: &Scene, phone: &str) {
    let token = scene.link_token(&format!("whatsapp:{phone}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let answer = scene.bring(&token, &key, true).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    scene.drain().await;
}

/// The person of Marcia's link, as stored.
async fn marcia(scene: &Scene) -> Value {
    let people = scene.table("people").await;
    let mut linked = people.into_iter().filter(|item| item["link"].is_object());
    linked.next().expect("Marcia is linked")
}

#[tokio::test]
async fn language_chosen_here_changes_every_answer_and_lasts() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let chosen = scene.ask(MARCIA, "language español").await;
    assert_eq!(chosen, texts::language_chosen(Language::Spanish));
    let mut seen = Vec::new();
    for body in [
        "balance", "unlink", "no", "privacy", "help", "user", "hola", "link", "stop", "start",
    ] {
        for text in scene.say(MARCIA, body).await {
            let lower = text.to_lowercase();
            for english in [" the ", " your ", " you ", " send "] {
                assert!(!lower.contains(english), "{body}: {text}");
            }
            seen.push(text);
        }
        scene.advance(30).await;
    }
    assert!(seen.len() >= 10, "{seen:?}");
    assert!(seen[0].contains("US$"), "{}", seen[0]);
    assert_eq!(marcia(&scene).await["language"], "es");
    // A new conversation is the same person's.
    scene.advance(8 * 86_400).await;
    assert_eq!(
        scene.ask(MARCIA, "unlink").await,
        texts::confirm_unlink(Language::Spanish)
    );
    scene.say(MARCIA, "no").await;
    let back = scene.ask(MARCIA, "english").await;
    assert_eq!(back, texts::language_chosen(Language::English));
    assert_eq!(
        scene.ask(MARCIA, "unlink").await,
        texts::confirm_unlink(Language::English)
    );
}

#[tokio::test]
async fn language_of_flash_holds_until_another_is_chosen() {
    let scene = Scene::begin().await;
    scene.at_flash(MARCIA, json!({"language": "es"})).await;
    assert!(scene.ask(MARCIA, "help").await.contains("You can send"));
    let code = scene.code_for(MARCIA).await;
    let linked = scene.ask(MARCIA, &code).await;
    assert_eq!(linked, texts::linked(Language::Spanish));
    assert_eq!(
        scene.ask(MARCIA, "unlink").await,
        texts::confirm_unlink(Language::Spanish)
    );
    scene.say(MARCIA, "no").await;
    scene.say(MARCIA, "english").await;
    assert_eq!(
        scene.ask(MARCIA, "unlink").await,
        texts::confirm_unlink(Language::English)
    );
}

#[tokio::test]
async fn language_of_the_place_is_spoken_to_whoever_has_said_nothing() {
    let scene = Scene::begin().await;
    let now = texts::language_now(Language::Spanish);
    assert_eq!(scene.ask(DOMINICAN, "idioma").await, now);
    let now = texts::language_now(Language::English);
    assert_eq!(scene.ask(DEVON, "language").await, now);
}

#[tokio::test]
async fn language_of_an_alert_is_its_readers() {
    // By what she has chosen, and by what Flash says; whoever tries reads English.
    for at_flash in [false, true] {
        let scene = Scene::begin().await;
        if at_flash {
            scene.at_flash(MARCIA, json!({"language": "es"})).await;
        }
        scene.link(MARCIA).await;
        if !at_flash {
            scene.say(MARCIA, "español").await;
        }
        let before = scene.texts(MARCIA).await.len();
        tries_marcias_account(&scene, DEVON).await;
        let told = scene.texts(MARCIA).await.split_off(before);
        assert_eq!(told.len(), 1, "{told:?}");
        let spanish = told[0].starts_with("⚠️ Alguien inició sesión en tu cuenta de Flash");
        assert!(spanish, "{}", told[0]);
        // And once the window is closed, so is the template.
        scene.advance(86_400).await;
        let before = scene.texts(MARCIA).await.len();
        tries_marcias_account(&scene, DEVON).await;
        scene.advance(60).await;
        let told = scene.texts(MARCIA).await.split_off(before);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("seguridad"), "{}", told[0]);
        assert_ne!(
            told[0],
            texts::owner_linked_elsewhere(Language::Spanish, "")
        );
    }
}

#[tokio::test]
async fn language_of_a_lock_told_to_somebody_else_is_theirs_and_of_the_answer_the_senders() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.say(DEVON, "español").await;
    let before = scene.texts(MARCIA).await.len();
    let mut answers = Vec::new();
    let mut wrong = 0;
    while wrong < FAILURES_TO_LOCK {
        let token = scene.link_token(&format!("whatsapp:{DEVON}")).await;
        let key = scene.mint_key(MARCIA, &READ_ONLY).await;
        let answer = scene.bring(&token, &key, true).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let code = answer.json()["code"].as_str().unwrap().to_owned();
        scene.drain().await;
        for _ in 0..4 {
            if wrong < FAILURES_TO_LOCK {
                answers.extend(scene.say(DEVON, &Scene::other_than(&code)).await);
                wrong += 1;
            }
        }
        scene.advance(70).await;
    }
    for answer in &answers {
        let spanish = answer.contains("código");
        assert!(spanish && !answer.contains("code"), "{answer}");
    }
    let told = scene.texts(MARCIA).await.split_off(before);
    let lock = told.iter().find(|text| text.contains("locked that chat"));
    assert!(lock.is_some(), "{told:?}");
}

#[tokio::test]
async fn language_of_a_consent_is_kept_as_evidence() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.say(MARCIA, "español").await;
    scene.say(MARCIA, "notifications").await;
    scene.say(MARCIA, "sí").await;
    let audit = scene.table("audit").await;
    let mut consents = audit.iter().filter(|line| line["consent"].is_object());
    let consent = &consents.next().expect("it stands in the record")["consent"];
    assert_eq!(consent["language"], "es");
    assert!(consent["wording"].as_str().unwrap().starts_with('¿'));
}
