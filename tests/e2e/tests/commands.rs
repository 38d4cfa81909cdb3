//! Rows C01, C02, C03, C05, C06 and C10 of the acceptance cases: commands, help and what is open.

use e2e::{DEVON, MARCIA, Scene};
use futures::future::join_all;
use serde_json::{Value, json};

/// As long as a question waits, and a link is new.
const A_WHILE: i64 = 300;

fn says(body: &str) -> Value {
    json!({"from": format!("whatsapp:{MARCIA}"), "body": body})
}

/// Linked for a while.
async fn linked() -> Scene {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(A_WHILE).await;
    scene
}

async fn taps(scene: &Scene, title: &str, id: &str) -> String {
    let answers = scene
        .say_as(
            &format!("whatsapp:{MARCIA}"),
            json!({"body": title, "button_payload": id}),
        )
        .await;
    assert_eq!(answers.len(), 1, "{answers:?}");
    answers.into_iter().next().unwrap()
}

/// The ids behind what the last message shows to tap, by their titles.
async fn shown(scene: &Scene) -> Vec<(String, String)> {
    let last = scene.messages(MARCIA).await.pop().unwrap();
    let shown = match &last["list"]["items"] {
        Value::Array(items) => items.clone(),
        _ => last["buttons"].as_array().cloned().unwrap_or_default(),
    };
    let part = |shown: &Value, name: &str| shown[name].as_str().unwrap().to_owned();
    shown
        .iter()
        .map(|shown| (part(shown, "title"), part(shown, "id")))
        .collect()
}

/// The steps of the trace that say as what a message was heard.
async fn counted(scene: &Scene, body: &str) -> Vec<(String, String)> {
    let (sid, status) = scene.post_message(&says(body)).await;
    assert_eq!(status, 200);
    scene.drain().await;
    let steps = scene.trace(&sid).await["steps"].as_array().unwrap().clone();
    let heard = steps.iter().filter(|step| {
        let what = step["what"].as_str().unwrap_or_default();
        what == "command_heard" || what == "command_missed"
    });
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    heard
        .map(|step| (text(&step["what"]), text(&step["detail"])))
        .collect()
}

#[tokio::test]
async fn c01_a_command_is_the_same_however_it_is_written() {
    let scene = linked().await;
    for body in [
        "Balance",
        "bal",
        "my balance",
        " BALANCE! ",
        "*balance*",
        "saldo",
    ] {
        let text = scene.ask(MARCIA, body).await;
        assert!(text.contains("US$1.09"), "{body}: {text}");
    }
}

#[tokio::test]
async fn c02_a_misspelt_command_is_asked_about_with_a_button_and_never_run() {
    let scene = linked().await;
    for (body, command) in [("balnce", "balance"), ("hsitory", "history")] {
        let text = scene.ask(MARCIA, body).await;
        assert!(
            text.contains(&format!("Did you mean *{command}*?")),
            "{text}"
        );
        let buttons = shown(&scene).await;
        let yes = ("Yes".to_owned(), format!("cmd:{command}"));
        assert_eq!(buttons[0], yes);
        assert_eq!(buttons[1].1, "cmd:help");
    }
    let text = taps(&scene, "Yes", "cmd:history").await;
    assert!(!text.contains("Did you mean"), "{text}");

    scene.ask(MARCIA, "balnce").await;
    let text = scene.ask(MARCIA, "yes").await;
    assert!(text.contains("US$1.09"), "{text}");
}

#[tokio::test]
async fn c02_a_guess_changes_nothing_and_what_would_is_not_offered() {
    let scene = linked().await;
    let mut before = Vec::new();
    for table in ["people", "codes", "audit"] {
        before.push((table, scene.table(table).await));
    }
    for body in ["stpo", "unlnik", "strat", "delte my data", "balnce", "1"] {
        let text = scene.ask(MARCIA, body).await;
        assert!(
            !text.contains("*stop*?") && !text.contains("*start*?"),
            "{text}"
        );
    }
    for (table, items) in before {
        let link = |items: &[Value]| {
            let of = items.iter().map(|item| item["link"].clone());
            (items.len(), of.collect::<Vec<_>>())
        };
        assert_eq!(link(&scene.table(table).await), link(&items), "{table}");
    }
    // What the guess asks about asks again itself.
    scene.ask(MARCIA, "unlnik").await;
    let text = scene.ask(MARCIA, "yes").await;
    assert!(text.contains("*YES*"), "{text}");
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn c02_what_is_heard_and_missed_is_counted_by_the_commands_name_alone() {
    let scene = linked().await;
    for (body, metric, by) in [
        ("Balance!", "command_heard", "balance, by name"),
        ("bal", "command_heard", "balance, by alias"),
        ("balnce", "command_missed", "balance, by miss"),
        ("yes", "command_heard", "balance, by suggestion"),
        ("gobbledygook", "command_missed", "unknown, by miss"),
        ("where is my money", "command_heard", "question, by words"),
    ] {
        let heard = counted(&scene, body).await;
        assert_eq!(heard, [(metric.to_owned(), by.to_owned())], "{body}");
    }
}

#[tokio::test]
async fn c03_help_leads_by_its_list_from_the_first_word_to_every_subject() {
    let scene = linked().await;
    for body in ["help", "menu", "?"] {
        let text = scene.ask(MARCIA, body).await;
        assert!(
            text.contains("*balance*") && text.contains("*help money*"),
            "{text}"
        );
        assert!(
            text.contains("*help receiving*"),
            "being paid is on here: {text}"
        );
        let items = shown(&scene).await;
        assert!((5..=10).contains(&items.len()), "{items:?}");
    }
    let money = scene.ask(MARCIA, "help money").await;
    assert!(
        money.contains("*history*") && money.contains("*price*"),
        "{money}"
    );
    scene.ask(MARCIA, "help").await;
    let items = shown(&scene).await;
    let (title, id) = items.iter().find(|(_, id)| id == "cmd:help money").unwrap();
    let picked = json!({"body": title, "list_id": id});
    let picked = scene.say_as(&format!("whatsapp:{MARCIA}"), picked).await;
    assert_eq!(picked, [money.as_str()], "a tap on the list");
    assert_eq!(scene.ask(MARCIA, title).await, money, "its title, typed");

    let about = scene.ask(MARCIA, "help receive").await;
    assert!(about.contains("*receive 5*"), "{about}");
    let text = scene.ask(DEVON, "help").await;
    assert!(
        text.contains("*link*") && !text.contains("*balance*"),
        "{text}"
    );
}

#[tokio::test]
async fn c03_help_and_its_buttons_are_in_the_persons_language() {
    let scene = linked().await;
    scene.ask(MARCIA, "language es").await;
    let text = scene.ask(MARCIA, "ayuda").await;
    assert!(text.contains("Tu cuenta está vinculada"), "{text}");
    let titles: Vec<_> = shown(&scene)
        .await
        .into_iter()
        .map(|(title, _)| title)
        .collect();
    assert!(titles.contains(&"Dinero".to_owned()), "{titles:?}");
    scene.ask(MARCIA, "balnce").await;
    assert_eq!(
        shown(&scene).await[0],
        ("Sí".to_owned(), "cmd:balance".to_owned())
    );
}

#[tokio::test]
async fn c05_an_old_button_does_what_it_says_or_explains() {
    let scene = linked().await;
    scene.ask(MARCIA, "help").await;
    scene.ask(MARCIA, "unlink").await;
    let old = shown(&scene).await;
    let (_, yes) = old
        .iter()
        .find(|(_, id)| id.starts_with("unlink:"))
        .unwrap();
    scene.ask(MARCIA, "no").await;
    scene.ask(MARCIA, "unlink").await;
    let text = taps(&scene, "Yes, unlink", yes).await;
    assert!(
        text.contains("no longer works") && text.contains("*help*"),
        "{text}"
    );
    assert!(scene.ask(MARCIA, "no").await.contains("linked"));

    scene.advance(7 * 86_400).await;
    let text = taps(&scene, "Balance", "cmd:balance").await;
    assert!(text.contains("US$"), "a week old, and still valid: {text}");
    let text = taps(&scene, "Yes", "cmd:no such command").await;
    assert!(text.contains("no longer works"), "{text}");
}

#[tokio::test]
async fn c06_a_question_left_alone_times_out_and_says_so() {
    let scene = linked().await;
    scene.ask(MARCIA, "unlink").await;
    scene.advance(A_WHILE).await;
    let text = scene.ask(MARCIA, "yes").await;
    assert!(
        text.contains("timed out") && text.contains("nothing waiting"),
        "{text}"
    );
    let text = scene.ask(MARCIA, "balance").await;
    assert!(
        !text.contains("timed out") && text.contains("US$1.09"),
        "{text}"
    );

    // Whether a command was meant is nothing to be told of.
    scene.ask(MARCIA, "balnce").await;
    scene.advance(A_WHILE).await;
    let text = scene.ask(MARCIA, "yes").await;
    assert!(
        !text.contains("timed out") && text.contains("nothing waiting"),
        "{text}"
    );
}

#[tokio::test]
async fn c06_a_question_swallows_neither_a_command_nor_a_code_nor_an_amount() {
    let scene = linked().await;
    for question in ["unlink", "delete my data", "notifications", "balnce"] {
        for (body, answer) in [
            ("balance", "US$1.09"),
            ("help", "*help money*"),
            ("receive 5", "US$5.00"),
            ("123456", "already linked"),
        ] {
            scene.advance(60).await;
            scene.ask(MARCIA, question).await;
            let answers = scene.say(MARCIA, body).await;
            assert!(
                answers[0].contains(answer),
                "{question}, {body}: {answers:?}"
            );
        }
        scene.advance(60).await;
        scene.ask(MARCIA, question).await;
        scene.ask(MARCIA, "1").await;
        assert!(
            scene.ask(MARCIA, "balance").await.contains("US$1.09"),
            "{question}"
        );
    }
}

#[tokio::test]
async fn c06_cancel_and_back_leave_whatever_is_asked() {
    let scene = linked().await;
    for question in ["unlink", "delete my data", "notifications", "balnce"] {
        for leave in ["cancel", "back"] {
            scene.advance(60).await;
            scene.ask(MARCIA, question).await;
            scene.ask(MARCIA, leave).await;
            let text = scene.ask(MARCIA, "yes").await;
            assert!(
                text.contains("nothing waiting"),
                "{question}, {leave}: {text}"
            );
        }
    }
    let text = scene.ask(MARCIA, "back").await;
    assert!(text.contains("*help money*"), "{text}");
}

#[tokio::test]
async fn c10_two_messages_at_once_are_each_answered_once() {
    let scene = linked().await;
    for _ in 0..4 {
        scene.advance(60).await;
        let before = scene.texts(MARCIA).await.len();
        let words = ["balance", "privacy"];
        join_all(words.map(|word| scene.post_until_taken(says(word)))).await;
        scene.drain().await;
        let answers = scene.texts(MARCIA).await.split_off(before);
        let of = |part: &str| answers.iter().filter(|text| text.contains(part)).count();
        assert_eq!(of("US$1.09"), 1, "{answers:?}");
        assert!(of("*export my data*") >= 1, "{answers:?}");
    }
}

#[tokio::test]
async fn c10_the_same_message_delivered_many_times_at_once_is_answered_once() {
    let scene = linked().await;
    let before = scene.texts(MARCIA).await.len();
    let mut message = says("balance");
    message["message_sid"] = "SM000000000000000000000000000000c1".into();
    join_all((0..4).map(|_| scene.post_until_taken(message.clone()))).await;
    scene.drain().await;
    scene.advance(60).await;
    let answers = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn c10_nothing_is_shown_to_a_chat_that_was_just_unlinked() {
    for _ in 0..4 {
        let scene = linked().await;
        scene.ask(MARCIA, "unlink").await;
        let before = scene.texts(MARCIA).await.len();
        let words = ["yes", "balance"];
        join_all(words.map(|word| scene.post_until_taken(says(word)))).await;
        scene.drain().await;
        let answers = scene.texts(MARCIA).await.split_off(before);
        // Twilio's numbers tell the order in which they went out.
        let unlinked = answers
            .iter()
            .position(|text| text.contains("disconnected"));
        let shown = answers.iter().position(|text| text.contains("US$1.09"));
        match (unlinked, shown) {
            (Some(unlinked), Some(shown)) => assert!(shown < unlinked, "{answers:?}"),
            (Some(_), None) => {}
            // The balance was first, and the question with it gone.
            (None, Some(_)) => {
                assert!(
                    answers.iter().any(|text| text.contains("nothing waiting")),
                    "{answers:?}"
                );
            }
            (None, None) => panic!("neither was answered: {answers:?}"),
        }
    }
}
