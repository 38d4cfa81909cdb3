//! What is no text, and what people think of the bot.

use e2e::{DEVON, MARCIA, Scene};
use serde_json::{Value, json};

fn media(kind: &str) -> Value {
    json!([{"type": kind, "url": "https://media.example/ME1"}])
}

#[tokio::test]
async fn c04_a_picture_a_voice_note_a_place_and_the_rest_each_get_a_fitting_answer() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let address = format!("whatsapp:{MARCIA}");
    for (say, word) in [
        (json!({"media": media("image/jpeg")}), "picture"),
        (json!({"media": media("audio/ogg")}), "voice"),
        (json!({"media": media("video/mp4")}), "video"),
        (json!({"media": media("application/pdf")}), "file"),
        (json!({"media": media("text/vcard")}), "contact"),
        (json!({"media": media("image/webp")}), "Nice one"),
        (
            json!({"latitude": 17.9, "longitude": -76.8}),
            "where you are",
        ),
        (json!({"message_type": "something_new"}), "that kind"),
        (json!({"body": ""}), "nothing in it"),
        (json!({"body": "\u{200b}\u{202e}\u{feff}"}), "nothing in it"),
        (json!({"body": "ok 👍"}), "welcome"),
        (json!({"body": "\u{202e}ecnalab"}), "help"),
    ] {
        // Slower than what counts as a flood.
        scene.advance(10).await;
        let answers = scene.say_as(&address, say.clone()).await;
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert!(answers[0].contains(word), "{word}: {}", answers[0]);
        assert!(
            answers[0].contains("*help*"),
            "one next step: {}",
            answers[0]
        );
    }
    let say = json!({"body": "balance ".repeat(1_250)});
    assert!(scene.say_as(&address, say).await[0].contains("too long"));
    // A caption is a text.
    let say = json!({"media": media("image/jpeg"), "body": "Balance"});
    assert!(scene.say_as(&address, say).await[0].contains("US$"));
    // A reaction asks for nothing.
    let say = json!({"message_type": "reaction", "body": "👍"});
    assert_eq!(scene.say_as(&address, say).await, Vec::<String>::new());
}

#[tokio::test]
async fn feedback_is_kept_sealed_once_and_goes_with_its_person() {
    let scene = Scene::begin().await;
    let words = "the history is lovely";
    let sid = scene
        .post_until_taken(json!({"from": MARCIA, "body": format!("feedback {words}")}))
        .await;
    scene.drain().await;
    assert!(scene.texts(MARCIA).await[0].contains("Thank you"));
    // The same delivery again.
    scene
        .post_message(
            &json!({"from": MARCIA, "body": format!("feedback {words}"), "message_sid": sid}),
        )
        .await;
    let address = format!("whatsapp:{DEVON}");
    let tap = json!({"body": "👍", "button_payload": "good:help balance"});
    assert!(scene.say_as(&address, tap.clone()).await[0].contains("glad"));
    assert!(scene.say_as(&address, tap).await[0].contains("already"));
    let other = json!({"body": "👎", "button_payload": "bad:help balance"});
    assert!(scene.say_as(&address, other.clone()).await[0].contains("changed"));
    assert!(scene.say_as(&address, other).await[0].contains("already"));

    let kept = |items: Vec<Value>| {
        let feedback = items.into_iter();
        let feedback = feedback.filter(|item| item["id"].as_str().unwrap().contains("feedback#"));
        feedback.collect::<Vec<_>>()
    };
    let items = scene.table("messages").await;
    assert!(!format!("{items:?}").contains(words));
    assert_eq!(kept(items).len(), 2, "her words and his thumb");

    // What the team reads.
    let talk = &scene.world.webhook.talk;
    let (tables, clock) = (&talk.tables, &talk.clock);
    let now = clock.now();
    let told = operator::feedback::of_day(tables, &now.day(), now).await;
    assert!(told.unwrap().to_string().contains(words));

    scene.ask(MARCIA, "delete my data").await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(2 * 3_600 + 120).await;
    scene.drain().await;
    assert_eq!(kept(scene.table("messages").await).len(), 1, "his thumb");
    let now = clock.now();
    let told = operator::feedback::of_day(tables, &now.day(), now).await;
    assert!(!told.unwrap().to_string().contains(words));
}
