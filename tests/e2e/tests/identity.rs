//! Who a message is from: a number, a user id, or both, in any order of appearance.

use e2e::{DEVON, MARCIA, READ_ONLY, Scene};
use serde_json::{Value, json};

const HER_ID: &str = "whatsapp:JM.4566546130240823";
const OTHER_ID: &str = "whatsapp:JM.9999999999999999";

fn chat(phone: &str) -> String {
    format!("whatsapp:{phone}")
}

fn with(id: &str, body: &str) -> Value {
    json!({"body": body, "external_user_id": id})
}

#[tokio::test]
async fn l13_a_linked_number_with_another_user_id_is_suspended_until_confirmed_again() {
    let scene = Scene::begin().await;
    scene.say_as(&chat(MARCIA), with(HER_ID, "help")).await;
    scene.link(MARCIA).await;
    assert!(scene.say_as(&chat(MARCIA), with(HER_ID, "balance")).await[0].contains("US$1.09"));
    // The number has a new owner, a while later.
    scene.advance(60).await;
    for say in [with(OTHER_ID, "balance"), with(OTHER_ID, "unlink")] {
        let text = scene.say_as(&chat(MARCIA), say).await.remove(0);
        assert!(text.contains("paused"), "{text}");
    }
    let help = scene
        .say_as(&chat(MARCIA), with(OTHER_ID, "help"))
        .await
        .remove(0);
    assert!(
        help.contains("*link*") && !help.contains("*balance*"),
        "{help}"
    );
    // Nor does it help to show no user id, or the one from before: it is suspended until it is confirmed.
    for say in [json!({"body": "balance"}), with(HER_ID, "balance")] {
        let text = scene.say_as(&chat(MARCIA), say).await.remove(0);
        assert!(text.contains("paused"), "{text}");
    }
    scene.advance(60).await;
    // By the new id alone there is no balance either.
    let text = scene
        .say_as(OTHER_ID, json!({"body": "balance"}))
        .await
        .remove(0);
    assert!(!text.contains("US$"), "{text}");
    // Whoever can log in to the account confirms it.
    let texts = scene.say_as(&chat(MARCIA), with(OTHER_ID, "link")).await;
    let token = texts[0]
        .split_once("/link/")
        .unwrap()
        .1
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let code = scene.bring(&token, &key, false).await.json()["code"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(scene.say_as(&chat(MARCIA), with(OTHER_ID, &code)).await[0].contains("Linked"));
    assert!(scene.say_as(&chat(MARCIA), with(OTHER_ID, "balance")).await[0].contains("US$1.09"));
    assert!(scene.say_as(&chat(MARCIA), with(HER_ID, "balance")).await[0].contains("paused"));
}

#[tokio::test]
async fn a_linked_number_is_no_stranger_because_its_user_id_wrote_alone_before() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.say_as(HER_ID, json!({"body": "hi"})).await;
    assert!(scene.say_as(&chat(MARCIA), with(HER_ID, "balance")).await[0].contains("US$1.09"));
    // From now on the id alone is her too.
    assert!(scene.say_as(HER_ID, json!({"body": "balance"})).await[0].contains("US$1.09"));
    scene.say_as(&chat(MARCIA), with(HER_ID, "unlink")).await;
    scene.say_as(&chat(MARCIA), with(HER_ID, "yes")).await;
    for texts in [
        scene.say(MARCIA, "balance").await,
        scene.say_as(HER_ID, json!({"body": "balance"})).await,
    ] {
        assert!(
            texts[0].contains("link your Flash account first"),
            "{texts:?}"
        );
    }
}

#[tokio::test]
async fn a_user_id_seen_with_one_number_opens_nothing_for_another() {
    let scene = Scene::begin().await;
    scene.say_as(&chat(MARCIA), with(HER_ID, "help")).await;
    scene.link(MARCIA).await;
    let texts = scene.say_as(&chat(DEVON), with(HER_ID, "balance")).await;
    assert!(
        texts[0].contains("link your Flash account first"),
        "{texts:?}"
    );
    assert!(scene.say(MARCIA, "balance").await[0].contains("US$1.09"));
}
