//! What a person agrees to, how long it counts, and that they hear of a question that waited in vain (row C06, its first
//! half; row N10's security alerts).

use domain::consent::POLICY;
use domain::language::Language;
use domain::texts::privacy;
use e2e::{DEVON, MARCIA, READ_ONLY, Scene, TANYA};
use serde_json::{Value, json};

const DAY: i64 = 86_400;
const TOLD_OF_CHANGE: &str = "My privacy notice has changed";

/// What stands of one person, raw; there is but one.
async fn standing(scene: &Scene) -> Value {
    let mut items = scene.table("people").await;
    items.retain(|item| item["person"].as_str().unwrap().starts_with("standing#"));
    assert_eq!(items.len(), 1, "{items:?}");
    items.remove(0)
}

async fn answers(scene: &Scene) -> Vec<Value> {
    let mut audit = scene.table("audit").await;
    audit.retain(|line| line["event"] == "consent_answered");
    audit
}

/// Somebody brings the key of Marcia's account to the link page of Devon's chat: she would be told.
async fn somebody_tries_marcias_account(scene: &Scene) {
    let token = scene.link_token(&format!("whatsapp:{DEVON}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let answer = scene.bring(&token, &key, true).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    scene.drain().await;
    scene.advance(90).await;
}

async fn heard_of_it(scene: &Scene) -> Vec<String> {
    let before = scene.messages(MARCIA).await.len();
    somebody_tries_marcias_account(scene).await;
    scene.texts(MARCIA).await.split_off(before)
}

#[tokio::test]
async fn consent_is_asked_for_each_purpose_and_recorded_with_the_words_that_were_shown() {
    let scene = Scene::begin().await;
    for (command, kind, says, body, given) in [
        ("notifications", "notifications", "May I write", "YES", true),
        ("assistant", "assistant", "AI service", "no", false),
    ] {
        let asked = scene.ask(TANYA, command).await;
        assert!(asked.contains(says), "{asked}");
        let shown = scene.messages(TANYA).await.pop().unwrap();
        let buttons: Vec<_> = shown["buttons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|button| button["title"].as_str().unwrap())
            .collect();
        assert_eq!(buttons, ["Yes", "No"], "{shown}");
        scene.ask(TANYA, body).await;
        let mut lines = answers(&scene).await;
        lines.retain(|line| line["consent"]["kind"] == kind);
        assert_eq!(lines.len(), 1);
        let consent = &lines[0]["consent"];
        let wording = consent["wording"].as_str().unwrap();
        assert!(asked.contains(wording), "{wording}");
        assert_eq!(
            (&consent["given"], &consent["policy"], &consent["language"]),
            (&json!(given), &json!(POLICY), &json!("en"))
        );
        assert_eq!(standing(&scene).await["consents"][kind]["given"], given);
    }
    assert_eq!(answers(&scene).await.len(), 2);
}

#[tokio::test]
async fn consent_is_given_by_the_button_of_its_own_question_alone() {
    let scene = Scene::begin().await;
    let chat = format!("whatsapp:{TANYA}");
    scene.ask(TANYA, "notifications").await;
    let old = scene.messages(TANYA).await.pop().unwrap();
    scene.ask(TANYA, "assistant").await;
    let new = scene.messages(TANYA).await.pop().unwrap();
    let tap = |message: &Value, nth: usize| {
        let button = &message["buttons"][nth];
        json!({"body": button["title"], "button_payload": button["id"]})
    };
    let answer = scene.say_as(&chat, tap(&old, 0)).await;
    assert!(answer[0].contains("earlier message"), "{answer:?}");
    assert_eq!(answers(&scene).await, Vec::<Value>::new());
    let answer = scene.say_as(&chat, tap(&new, 0)).await;
    assert!(answer[0].contains("in your own words"), "{answer:?}");
    assert_eq!(answers(&scene).await[0]["consent"]["kind"], "assistant");
}

#[tokio::test]
async fn consent_survives_unlinking_and_silence_and_costs_one_read_and_one_write() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "notifications").await;
    let say = json!({"from": format!("whatsapp:{MARCIA}"), "body": "yes"});
    let (sid, _) = scene.post_message(&say).await;
    scene.drain().await;
    assert_eq!(
        scene.trace(&sid).await["calls"]["webhook"],
        json!({"table": 2, "queue": 1, "http": 0})
    );
    let before = standing(&scene).await["consents"].clone();
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(400 * DAY).await;
    scene.ask(MARCIA, "hello").await;
    assert_eq!(standing(&scene).await["consents"], before);
    assert_eq!(standing(&scene).await.get("expires_at"), None);
}

#[tokio::test]
async fn consent_is_asked_again_and_the_person_told_once_when_the_notice_has_changed() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "notifications").await;
    scene.ask(MARCIA, "yes").await;
    // As if it had been given before the notice of today.
    let mut item = standing(&scene).await;
    item["consents"]["notifications"]["policy"] = "2026-01-01".into();
    scene.world.database.load("people", &[item]).await.unwrap();

    let before = scene.messages(MARCIA).await.len();
    scene.advance(2 * DAY).await;
    assert_eq!(scene.messages(MARCIA).await.len(), before, "never unasked");
    let told = scene.say(MARCIA, "balance").await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("US$1.09"), "{told:?}");
    assert!(
        told[1].starts_with(TOLD_OF_CHANGE) && told[1].contains("*notifications*"),
        "{told:?}"
    );
    assert_eq!(scene.say(MARCIA, "balance").await.len(), 1, "once");
    let asked = scene.ask(MARCIA, "notifications").await;
    assert!(asked.contains("no longer counts"), "{asked}");
    scene.ask(MARCIA, "yes").await;
    assert_eq!(
        standing(&scene).await["consents"]["notifications"]["policy"],
        POLICY
    );
    assert_eq!(
        answers(&scene).await.len(),
        2,
        "the old line stands as well"
    );
}

#[tokio::test]
async fn n10_security_alerts_after_stop_need_an_agreement_of_their_own_and_a_new_stop_ends_it() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let answer = scene.ask(MARCIA, "alerts").await;
    assert_eq!(answer, privacy::alerts_come_anyway(Language::English));
    let answer = scene.ask(MARCIA, "STOP").await;
    assert!(answer.contains("*alerts*"), "{answer}");
    assert_eq!(heard_of_it(&scene).await, Vec::<String>::new());

    scene.ask(MARCIA, "alerts").await;
    assert_eq!(
        heard_of_it(&scene).await,
        Vec::<String>::new(),
        "asked is not agreed"
    );
    scene.ask(MARCIA, "alerts").await;
    let answer = scene.ask(MARCIA, "yes").await;
    assert!(answer.ends_with("Except for security alerts, my messages to you are stopped. Send *START* to get them again."), "{answer}");
    let heard = heard_of_it(&scene).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].contains("tried to link"), "{heard:?}");
    // Outside the window it is the template that goes.
    scene.advance(2 * DAY).await;
    let heard = heard_of_it(&scene).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].contains("Security alert"), "{heard:?}");

    let answer = scene.ask(MARCIA, "stop").await;
    assert!(
        answer.starts_with("Done."),
        "said again, and not in silence: {answer}"
    );
    assert_eq!(heard_of_it(&scene).await, Vec::<String>::new());
    let mut audit = scene.table("audit").await;
    audit.retain(|line| line["event"] == "alerts_withdrawn");
    assert_eq!(audit.len(), 1);
}

#[tokio::test]
async fn n10_twilios_word_that_somebody_opted_out_ends_their_agreement_to_alerts() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "stop").await;
    scene.ask(MARCIA, "alerts").await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(5).await;
    let fail = json!({"code": 21610, "http_status": 400});
    // Devon's page is the first message that Twilio is given, the alert the second.
    let token = scene.link_token(&format!("whatsapp:{DEVON}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    assert_eq!(scene.post("/sandbox/fail", &fail).await.status, 204);
    assert_eq!(scene.bring(&token, &key, true).await.status, 200);
    scene.drain().await;
    assert!(
        scene
            .get("/sandbox/trace")
            .await
            .body
            .contains("opted_out_at_twilio")
    );
    scene.advance(90).await;
    assert_eq!(heard_of_it(&scene).await, Vec::<String>::new());
    let answer = scene.ask(MARCIA, "help").await;
    assert!(
        answer.ends_with("My messages to you are stopped. Send *START* to get them again."),
        "{answer}"
    );
}

#[tokio::test]
async fn c06_a_question_that_times_out_is_said_to_have_when_the_person_returns() {
    for (asks, question) in [
        (domain::state::Asks::Unlink, "unlink"),
        (domain::state::Asks::Erasure, "delete my data"),
        (domain::state::Asks::Notifications, "notifications"),
    ] {
        // The question alone is over; the whole conversation is.
        for late in [301, DAY + 60] {
            let scene = Scene::begin().await;
            scene.link(MARCIA).await;
            scene.ask(MARCIA, question).await;
            scene.advance(late).await;
            let answer = scene.ask(MARCIA, "balance").await;
            assert!(
                answer.starts_with(&privacy::timed_out(Language::English, asks))
                    && answer.contains("US$1.09"),
                "{question}, {late}: {answer}"
            );
            let answer = scene.ask(MARCIA, "balance").await;
            assert!(answer.starts_with('*'), "once: {answer}");
            let answer = scene.ask(MARCIA, "yes").await;
            assert!(answer.contains("nothing waiting"), "{answer}");
            let answer = scene.ask(MARCIA, "cancel").await;
            assert!(answer.contains("nothing open"), "{answer}");
        }
    }
}

#[tokio::test]
async fn c06_cancel_ends_whatever_is_open_and_nothing_has_changed() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    for (question, said) in [
        ("unlink", "stays linked"),
        ("delete my data", "deleted nothing"),
        ("notifications", "taken that question back"),
        ("assistant", "taken that question back"),
    ] {
        scene.ask(MARCIA, question).await;
        let answer = scene.ask(MARCIA, "cancel").await;
        assert!(answer.contains(said), "{question}: {answer}");
        let answer = scene.ask(MARCIA, "yes").await;
        assert!(answer.contains("nothing waiting"), "{question}: {answer}");
        scene.advance(60).await;
    }
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    assert_eq!(answers(&scene).await, Vec::<Value>::new());
}
