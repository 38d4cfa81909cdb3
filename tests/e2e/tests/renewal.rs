//! Row L15: a link's key nears its 90 days, and comes to its end.

use domain::policy::{CREDENTIAL_LIFE, LINK_ENDING_FIRST, LINK_ENDING_LAST, SESSION_IDLE};
use e2e::{MARCIA, READ_ONLY, Scene};
use sandbox::world::Options;
use serde_json::Value;

fn chat(phone: &str) -> String {
    format!("whatsapp:{phone}")
}

/// Marcia's link as it stands.
async fn link(scene: &Scene) -> Option<Value> {
    let people = scene.table("people").await;
    people.iter().find_map(|item| item.get("link").cloned())
}

/// Moves the clock to so long before the end of Marcia's present link; below 0: after it.
async fn until_before_end(scene: &Scene, seconds: i64) {
    let link = link(scene).await.expect("she is linked");
    let at = link["ends_at"].as_i64().unwrap() - seconds;
    scene
        .advance(at - scene.world.outbound.clock.now().unix())
        .await;
}

/// What has been said since there were `before` messages, as text or as a template.
async fn since(scene: &Scene, before: usize) -> Vec<Value> {
    scene.messages(MARCIA).await.split_off(before)
}

async fn count(scene: &Scene) -> usize {
    scene.messages(MARCIA).await.len()
}

/// The timers of keys that are still to come to their time.
async fn timers(scene: &Scene) -> Vec<Value> {
    let mut entries = scene.table("messages").await;
    entries.retain(|item| item.get("key_id").is_some() && item["delivery"] == "pending");
    entries
}

/// A page and its code, typed; the answer.
async fn link_again(scene: &Scene, word: &str) -> String {
    let texts = scene.say(MARCIA, word).await;
    let page = texts[0].split_once("/link/").expect("a page");
    let token = page.1.split_whitespace().next().unwrap();
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let answer = scene.bring(token, &key, false).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    scene.ask(MARCIA, &code).await
}

#[tokio::test]
async fn l15_a_week_before_a_day_before_and_at_the_end_the_person_is_told_by_template() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let [timer] = timers(&scene).await.try_into().unwrap();
    assert_eq!(timer["kind"], "expire");
    assert!(timer["expires_at"].as_i64() > timer["due_at"].as_i64());
    let before = count(&scene).await;
    until_before_end(&scene, LINK_ENDING_FIRST + 60).await;
    assert_eq!(count(&scene).await, before, "nothing is said earlier");

    // The relay comes by once a minute.
    until_before_end(&scene, LINK_ENDING_FIRST - 120).await;
    let told = since(&scene, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0]["content_sid"].is_string(), "{}", told[0]);
    assert!(told[0]["body"].as_str().unwrap().contains("Days left: 7."));
    assert_eq!(told[0]["buttons"][0]["id"], "cmd:link");
    assert_eq!(told[0]["buttons"][0]["title"], "Renew");

    until_before_end(&scene, LINK_ENDING_LAST + 60).await;
    assert_eq!(count(&scene).await, before + 1);
    until_before_end(&scene, LINK_ENDING_LAST - 120).await;
    let told = since(&scene, before + 1).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0]["body"].as_str().unwrap().contains("Days left: 1."));
    assert!(link(&scene).await.is_some(), "it works to its last day");

    until_before_end(&scene, -120).await;
    let told = since(&scene, before + 2).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0]["body"]
            .as_str()
            .unwrap()
            .contains("come to its end")
    );
    assert_eq!(told[0]["buttons"][0]["id"], "cmd:link");
    assert_eq!(link(&scene).await, None, "the credential is destroyed");
    let now = scene.world.outbound.clock.now().unix();
    for item in scene.table("people").await {
        let points = item["person"].as_str().unwrap().starts_with("account#");
        assert!(
            !points || item["expires_at"].as_i64().unwrap() <= now,
            "{item}"
        );
    }
    let audit = scene.table("audit").await;
    let ended = audit
        .iter()
        .filter(|item| item["event"] == "unlinked_credential_gone");
    assert_eq!(ended.count(), 1);
    assert_eq!(timers(&scene).await, Vec::<Value>::new());
    scene.advance(30 * 86_400).await;
    assert_eq!(count(&scene).await, before + 3, "told once");
    assert!(scene.ask(MARCIA, "balance").await.contains("*link*"));
    assert!(link_again(&scene, "link").await.contains("Linked!"));
}

#[tokio::test]
async fn l15_inside_the_window_the_person_is_told_in_free_text() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    for (early, said) in [
        (LINK_ENDING_FIRST, ["in 7 days", "*renew*"]),
        (LINK_ENDING_LAST, ["ends soon, at", "*renew*"]),
        (0, ["come to its end", "*link*"]),
    ] {
        until_before_end(&scene, early + 3_600).await;
        scene.ask(MARCIA, "balance").await;
        let before = count(&scene).await;
        scene.advance(3_600 + 120).await;
        let told = since(&scene, before).await;
        assert_eq!(told.len(), 1, "{told:?}");
        let text = told[0]["body"].as_str().unwrap();
        assert!(said.iter().all(|said| text.contains(said)), "{text}");
        assert_eq!(told[0]["buttons"][0]["id"], "cmd:link");
    }
    // The last word opens no conversation: she wrote an hour before it.
    let sessions = scene.table("sessions").await;
    let now = scene.world.outbound.clock.now().unix();
    let heard_at = sessions[0]["session"]["last_inbound"].as_i64().unwrap();
    let since_she_wrote = now - heard_at;
    // The clock runs on while the test does.
    assert!(
        (3_600 + 120..2 * 3_600).contains(&since_she_wrote),
        "{since_she_wrote}"
    );
}

#[tokio::test]
async fn l15_renewed_in_time_nothing_more_is_said_of_the_old_key() {
    for word in ["renew", "link"] {
        let scene = Scene::begin().await;
        scene.link(MARCIA).await;
        let old = link(&scene).await.unwrap();
        until_before_end(&scene, LINK_ENDING_FIRST - 120).await;
        let text = link_again(&scene, word).await;
        assert!(text.contains("Renewed!"), "{text}");
        let new = link(&scene).await.unwrap();
        assert_ne!(old["key_id"], new["key_id"]);
        assert_eq!(old["account"], new["account"]);
        let lasts = new["ends_at"].as_i64().unwrap() - old["ends_at"].as_i64().unwrap();
        assert!(lasts > CREDENTIAL_LIFE - LINK_ENDING_FIRST - 60);
        let before = count(&scene).await;
        scene.advance(2 * LINK_ENDING_FIRST).await;
        assert_eq!(since(&scene, before).await, Vec::<Value>::new());
        assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
        let [timer] = timers(&scene).await.try_into().unwrap();
        assert_eq!(timer["key_id"], new["key_id"], "the new key has its own");
        let before = count(&scene).await;
        until_before_end(&scene, LINK_ENDING_FIRST - 120).await;
        assert_eq!(since(&scene, before).await.len(), 1);
    }
}

#[tokio::test]
async fn l15_link_before_the_last_week_says_until_when_all_is_well() {
    let scene = Scene::with(Options {
        flash_admin: false,
        ..Options::default()
    })
    .await;
    scene.link(MARCIA).await;
    for word in ["link", "renew"] {
        let text = scene.ask(MARCIA, word).await;
        assert!(text.contains("already linked, until"), "{text}");
        assert!(!text.contains("/link/"), "{text}");
    }
    until_before_end(&scene, LINK_ENDING_FIRST).await;
    let text = scene.say(MARCIA, "renew").await.remove(0);
    assert!(
        text.contains("/link/") && text.contains("lasts until"),
        "{text}"
    );
}

#[tokio::test]
async fn l15_unlinked_in_time_nothing_is_said() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    let before = count(&scene).await;
    scene.advance(CREDENTIAL_LIFE + 86_400).await;
    assert_eq!(since(&scene, before).await, Vec::<Value>::new());
    assert_eq!(
        timers(&scene).await,
        Vec::<Value>::new(),
        "no timer is left"
    );
}

#[tokio::test]
async fn l15_after_stop_nothing_is_said_and_the_key_ends_all_the_same() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "stop").await;
    let before = count(&scene).await;
    scene.advance(CREDENTIAL_LIFE + 600).await;
    assert_eq!(since(&scene, before).await, Vec::<Value>::new());
    assert_eq!(link(&scene).await, None);
    let entries = scene.table("messages").await;
    let dropped = entries.iter().filter(|item| item["because"] == "opted_out");
    assert_eq!(dropped.count(), 3);
}

#[tokio::test]
async fn l15_an_end_that_the_person_met_first_is_told_once() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    until_before_end(&scene, LINK_ENDING_LAST - 120).await;
    let end = link(&scene).await.unwrap()["ends_at"].as_i64().unwrap();
    scene.world.clock.move_to((end + 5) * 1_000);
    let text = scene.say(MARCIA, "balance").await;
    assert!(
        text.iter().any(|text| text.contains("no longer accepts")),
        "{text:?}"
    );
    let before = count(&scene).await;
    scene.advance(SESSION_IDLE).await;
    let told = since(&scene, before).await;
    assert_eq!(told, Vec::<Value>::new(), "told already");
}

#[tokio::test]
async fn l15_a_code_that_waits_when_the_key_ends_does_not_outlive_it_unseen() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    until_before_end(&scene, 100).await;
    let token = scene.link_token(&chat(MARCIA)).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let shown = scene.bring(&token, &key, false).await;
    let code = shown.json()["code"].as_str().unwrap().to_owned();
    scene.advance(220).await;
    assert_eq!(link(&scene).await, None, "the old key has ended");
    assert_eq!(scene.table("codes").await, Vec::<Value>::new());
    let text = scene.ask(MARCIA, &code).await;
    assert!(text.contains("*link*"), "{text}");
}

#[tokio::test]
async fn l15_a_reminder_is_said_once_however_often_its_ticket_comes() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let before = count(&scene).await;
    until_before_end(&scene, LINK_ENDING_FIRST + 60).await;
    scene.fault("dynamodb", "commit_answer_lost", Some(2)).await;
    scene.advance(300).await;
    assert_eq!(since(&scene, before).await.len(), 1);
    assert_eq!(timers(&scene).await.len(), 1);
}
