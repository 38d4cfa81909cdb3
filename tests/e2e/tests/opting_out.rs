//! Row N10 of the acceptance cases: STOP, and what is heard from us after it; START; and the words that only end what is
//! open.

use e2e::{DEVON, MARCIA, READ_ONLY, Scene, TANYA};
use futures::future::join_all;
use serde_json::{Value, json};

/// The last line of every answer to somebody who has opted out.
const REMINDER: &str = "Send *START* to get them again.";
const DAY: i64 = 86_400;

fn says(phone: &str, body: &str) -> Value {
    json!({"from": format!("whatsapp:{phone}"), "body": body})
}

fn confirms_stop(text: &str) -> bool {
    text.starts_with("Done. From now on you get nothing from me that you didn't just ask for")
        && text.contains("I still answer")
        && text.contains("*START*")
}

/// Somebody brings the key of Marcia's account to the link page of Devon's chat: she would be told.
async fn somebody_tries_marcias_account(scene: &Scene) {
    let token = scene.link_token(&format!("whatsapp:{DEVON}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let answer = scene.bring(&token, &key, true).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    scene.drain().await;
}

async fn alerts(scene: &Scene) -> Vec<Value> {
    let mut entries = scene.table("messages").await;
    entries.retain(|item| item["class"] == "notice");
    entries
}

/// What stands of opt-outs, raw.
async fn standings(scene: &Scene) -> Vec<Value> {
    let mut items = scene.table("people").await;
    items.retain(|item| {
        let key = item["person"].as_str().unwrap();
        key.starts_with("standing#")
    });
    items
}

async fn is_out(scene: &Scene) -> bool {
    let standings = standings(scene).await;
    standings
        .iter()
        .any(|item| item.get("opted_out_at").is_some())
}

async fn events(scene: &Scene) -> Vec<Value> {
    let audit = scene.table("audit").await;
    let events = audit.iter().map(|line| line["event"].clone());
    events
        .filter(|event| event == "opted_out" || event == "opted_in")
        .collect()
}

#[tokio::test]
async fn n10_stop_is_confirmed_once_and_news_are_dropped_with_their_reason_until_start() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let answer = scene.ask(MARCIA, "STOP").await;
    assert!(confirms_stop(&answer), "{answer}");
    assert!(answer.contains("stays linked"), "{answer}");
    assert_eq!(scene.say(MARCIA, "Stop!").await, Vec::<String>::new());
    assert_eq!(events(&scene).await, ["opted_out"]);

    let before = scene.messages(MARCIA).await.len();
    somebody_tries_marcias_account(&scene).await;
    scene.advance(60).await;
    assert_eq!(scene.messages(MARCIA).await.len(), before);
    let alert = alerts(&scene).await.remove(0);
    assert_eq!(
        (&alert["delivery"], &alert["because"]),
        (&json!("dropped"), &json!("opted_out"))
    );
    assert!(alert.get("due_at").is_none());
    let metrics = scene.get("/sandbox/trace").await.body;
    assert!(metrics.contains("dropped_opted_out"));

    let answer = scene.ask(MARCIA, "start").await;
    assert!(answer.starts_with("Welcome back."), "{answer}");
    let answer = scene.ask(MARCIA, "balance").await;
    assert!(
        answer.contains("US$1.09") && !answer.contains("START"),
        "{answer}"
    );
    assert_eq!(events(&scene).await, ["opted_out", "opted_in"]);
    let before = scene.messages(MARCIA).await.len();
    somebody_tries_marcias_account(&scene).await;
    let told = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("tried to link"));
}

#[tokio::test]
async fn n10_outside_the_window_no_template_goes_out_either() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "unsubscribe").await;
    scene.advance(DAY).await;
    let before = scene.messages(MARCIA).await.len();
    somebody_tries_marcias_account(&scene).await;
    scene.advance(DAY).await;
    assert_eq!(scene.messages(MARCIA).await.len(), before);
    assert_eq!(alerts(&scene).await[0]["because"], "opted_out");
}

#[tokio::test]
async fn n10_what_waits_from_before_stop_is_dropped_and_the_confirmation_is_not() {
    let scene = Scene::begin().await;
    scene.fault("twilio", "rate_limited", None).await;
    for body in ["help", "gobbledygook"] {
        assert_eq!(scene.say(MARCIA, body).await, Vec::<String>::new());
    }
    scene.advance(5).await;
    assert_eq!(scene.say(MARCIA, "STOP").await, Vec::<String>::new());
    // Said again while nothing goes out: the one confirmation still stands.
    assert_eq!(scene.say(MARCIA, "STOP").await, Vec::<String>::new());
    scene.advance(90).await;
    scene.fault("twilio", "ok", None).await;
    scene.advance(600).await;
    let texts = scene.texts(MARCIA).await;
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(confirms_stop(&texts[0]), "{texts:?}");
    let mut entries = scene.table("messages").await;
    entries.retain(|item| item["because"] == "opted_out");
    assert_eq!(entries.len(), 2, "{entries:?}");
}

#[tokio::test]
async fn n10_a_later_question_is_answered_and_says_how_to_start() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "STOP").await;
    for (question, part) in [
        ("balance", "US$1.09"),
        ("help", "You can send"),
        ("gobbledygook", "didn't get that"),
        ("who are you?", "AI service"),
    ] {
        let answer = scene.ask(MARCIA, question).await;
        assert!(
            answer.contains(part) && answer.ends_with(REMINDER),
            "{answer}"
        );
    }
    // Also one that has to wait, and is compared with how things stand before it goes.
    scene.fault("twilio", "rate_limited", Some(1)).await;
    assert_eq!(scene.say(MARCIA, "balance").await, Vec::<String>::new());
    let before = scene.messages(MARCIA).await.len();
    scene.advance(60).await;
    let answers = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(answers[0].contains("US$1.09"));
}

#[tokio::test]
async fn n10_stop_is_understood_in_every_spelling() {
    let scene = Scene::begin().await;
    for word in [
        "STOP",
        "stop",
        " Stop. ",
        "*STOP*",
        "“Stop!”",
        "STOPALL",
        "stop all",
        "Unsubscribe",
        "REVOKE",
        "optout",
        "Opt out",
        "OPT-OUT",
        "stop 🙏🏾",
    ] {
        let answer = scene.ask(TANYA, word).await;
        assert!(confirms_stop(&answer), "{word}: {answer}");
        let answer = scene.ask(TANYA, "Start").await;
        assert!(answer.starts_with("Welcome back."), "{word}: {answer}");
        scene.advance(20).await;
    }
    for sentence in ["stop the bus", "don't stop", "unstoppable"] {
        let answer = scene.ask(TANYA, sentence).await;
        assert!(!confirms_stop(&answer), "{sentence}: {answer}");
    }
    assert!(!is_out(&scene).await);
}

#[tokio::test]
async fn n10_cancel_end_and_quit_end_what_is_open_and_else_explain_stop() {
    let scene = Scene::begin().await;
    for word in ["CANCEL", "end", "Quit"] {
        let code = scene.code_for(DEVON).await;
        let answer = scene.ask(DEVON, word).await;
        assert!(answer.contains("cancelled the linking"), "{word}: {answer}");
        assert_eq!(scene.table("codes").await, Vec::<Value>::new());
        let answer = scene.ask(DEVON, &code).await;
        assert!(answer.contains("No code is waiting"), "{word}: {answer}");
        let answer = scene.ask(DEVON, word).await;
        assert!(
            answer.contains("nothing open") && answer.contains("*STOP*"),
            "{word}: {answer}"
        );
        scene.advance(61).await;
    }
    scene.link(MARCIA).await;
    for word in ["CANCEL", "end", "Quit"] {
        scene.ask(MARCIA, "unlink").await;
        let answer = scene.ask(MARCIA, word).await;
        assert!(answer.contains("stays linked"), "{word}: {answer}");
        scene.advance(20).await;
    }
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    assert!(!is_out(&scene).await, "nobody said STOP");
}

#[tokio::test]
async fn n10_stop_while_linking_ends_it_and_its_end_is_not_announced() {
    let scene = Scene::begin().await;
    scene.code_for(MARCIA).await;
    let answer = scene.ask(MARCIA, "STOP").await;
    assert!(answer.contains("cancelled the linking"), "{answer}");
    let before = scene.messages(MARCIA).await.len();
    scene.advance(600).await;
    assert_eq!(
        scene.messages(MARCIA).await.len(),
        before,
        "no code runs out"
    );
    assert_eq!(scene.table("codes").await, Vec::<Value>::new());
}

#[tokio::test]
async fn n10_stop_is_heard_in_a_flood() {
    let scene = Scene::begin().await;
    for _ in 0..20 {
        scene.post_message(&says(MARCIA, "help")).await;
    }
    scene.drain().await;
    let silence = scene.texts(MARCIA).await;
    assert_eq!(silence.len(), 12);
    let answer = scene.ask(MARCIA, "STOP").await;
    assert!(confirms_stop(&answer), "{answer}");
    for _ in 0..5 {
        assert_eq!(scene.say(MARCIA, "STOP").await, Vec::<String>::new());
        assert_eq!(scene.say(MARCIA, "START").await, Vec::<String>::new());
    }
    assert!(is_out(&scene).await);
    scene.advance(60).await;
    let answer = scene.ask(MARCIA, "START").await;
    assert!(answer.starts_with("Welcome back."), "{answer}");
}

#[tokio::test]
async fn n10_stop_is_heard_in_a_locked_chat() {
    let scene = Scene::begin().await;
    for _ in 0..2 {
        let code = scene.code_for(MARCIA).await;
        for _ in 0..5 {
            let answer = scene.ask(MARCIA, &Scene::other_than(&code)).await;
            if answer.contains("Too many wrong codes") {
                break;
            }
        }
        scene.advance(61).await;
    }
    assert!(scene.ask(MARCIA, "link").await.contains("can't link until"));
    let answer = scene.ask(MARCIA, "STOP").await;
    assert!(confirms_stop(&answer), "{answer}");
    let answer = scene.ask(MARCIA, "link").await;
    assert!(
        answer.contains("can't link until") && answer.ends_with(REMINDER),
        "{answer}"
    );
}

#[tokio::test]
async fn n10_stop_is_heard_where_the_number_has_another_owner_now() {
    let scene = Scene::begin().await;
    let chat = format!("whatsapp:{MARCIA}");
    let as_user = |body: &str, user: &str| json!({"body": body, "external_user_id": user});
    scene.link(MARCIA).await;
    scene.say_as(&chat, as_user("help", "JM.1111")).await;
    let paused = scene.say_as(&chat, as_user("balance", "JM.2222")).await;
    assert!(paused[0].contains("is paused"), "{paused:?}");
    let answer = scene.say_as(&chat, as_user("stop", "JM.2222")).await;
    assert!(confirms_stop(&answer[0]), "{answer:?}");
    assert!(is_out(&scene).await);
}

#[tokio::test]
async fn n10_stop_from_a_chat_without_a_number_holds_when_the_number_shows() {
    for linked in [false, true] {
        let scene = Scene::begin().await;
        if linked {
            scene.link(MARCIA).await;
        }
        let user = "JM.7788990011223344";
        let answer = scene
            .say_as(&format!("whatsapp:{user}"), json!({"body": "stop"}))
            .await;
        assert!(confirms_stop(&answer[0]), "{answer:?}");
        let chat = format!("whatsapp:{MARCIA}");
        let help = json!({"body": "help", "external_user_id": user});
        let answer = scene.say_as(&chat, help.clone()).await;
        assert!(answer[0].ends_with(REMINDER), "{answer:?}");
        let answer = scene.say_as(&chat, help).await;
        assert!(answer[0].ends_with(REMINDER), "written by then: {answer:?}");
        assert_eq!(standings(&scene).await.len(), 2);
    }
}

#[tokio::test]
async fn n10_stop_beside_other_messages_at_once_is_heard_and_confirmed_once() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    let words = ["balance", "STOP", "help", "STOP"];
    join_all(words.map(|word| scene.post_until_taken(says(MARCIA, word)))).await;
    scene.drain().await;
    scene.advance(60).await;
    let texts = scene.texts(MARCIA).await.split_off(before);
    let confirmations = texts.iter().filter(|text| confirms_stop(text)).count();
    assert_eq!((texts.len(), confirmations), (3, 1), "{texts:?}");
    let (sid, _) = scene.post_message(&says(MARCIA, "START")).await;
    scene.drain().await;
    assert_eq!(
        scene.trace(&sid).await["calls"]["webhook"],
        json!({"table": 2, "queue": 1, "http": 0}),
        "one read, one write"
    );
    assert!(!is_out(&scene).await);
}

#[tokio::test]
async fn n10_a_redelivered_stop_does_not_undo_a_start() {
    let scene = Scene::begin().await;
    let (sid, _) = scene.post_message(&says(MARCIA, "STOP")).await;
    scene.drain().await;
    scene.ask(MARCIA, "START").await;
    let mut again = says(MARCIA, "STOP");
    again["message_sid"] = sid.into();
    scene.post_message(&again).await;
    scene.drain().await;
    assert!(!is_out(&scene).await);
    assert_eq!(scene.texts(MARCIA).await.len(), 2);
}

#[tokio::test]
async fn n10_twilios_word_that_somebody_opted_out_counts_like_theirs() {
    for http_status in [Some(400), None] {
        let scene = Scene::begin().await;
        scene.link(MARCIA).await;
        let fail = json!({"code": 21610, "http_status": http_status});
        assert_eq!(scene.post("/sandbox/fail", &fail).await.status, 204);
        scene.say(MARCIA, "help").await;
        scene.advance(30).await;
        assert!(is_out(&scene).await, "{http_status:?}");
        let metrics = scene.get("/sandbox/trace").await.body;
        assert!(metrics.contains("opted_out_at_twilio"));

        let before = scene.messages(MARCIA).await.len();
        somebody_tries_marcias_account(&scene).await;
        scene.advance(60).await;
        assert_eq!(scene.messages(MARCIA).await.len(), before);
        assert_eq!(alerts(&scene).await[0]["because"], "opted_out");
        let answer = scene.ask(MARCIA, "START").await;
        assert!(answer.starts_with("Welcome back."), "{answer}");
    }
}

#[tokio::test]
async fn n10_an_opt_out_outlives_the_link_and_everything_else_known_of_the_person() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "STOP").await;
    scene.ask(MARCIA, "unlink").await;
    assert!(scene.ask(MARCIA, "yes").await.contains("disconnected"));
    scene.advance(61).await;
    scene.link(MARCIA).await;
    let answer = scene.ask(MARCIA, "balance").await;
    assert!(answer.ends_with(REMINDER), "{answer}");
    let standing = standings(&scene).await.remove(0);
    assert_eq!(standing.get("expires_at"), None, "it has no end");
    let mut fields: Vec<_> = standing.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["opted_out_at", "person", "version"]);
}
