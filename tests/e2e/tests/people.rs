//! Row A06: whoever wants to talk to a person sees what that person would get to see, and is answered by one.

use aws::tables::Tables;
use domain::role::Role;
use domain::support::Hours;
use e2e::{DEVON, MARCIA, Scene, TANYA};
use operator::roles::grant;
use reqwest::Method;
use sandbox::world::Options;
use serde_json::{Value, json};

const DAY: i64 = 86_400;
const WORDS: &str = "my payment of Friday has not arrived";

fn tables(scene: &Scene) -> &Tables {
    &scene.world.webhook.talk.tables
}

/// Marcia is of support.
async fn with_support() -> Scene {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let now = scene.world.webhook.talk.clock.now();
    grant(tables(&scene), MARCIA, Role::Support, now)
        .await
        .unwrap();
    scene.advance(61).await;
    proves_anew(&scene).await;
    scene
}

/// A link is as good a proof as any.
async fn proves_anew(scene: &Scene) {
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(1).await;
    scene.link(MARCIA).await;
}

/// `phone` passes on `words`, and the code of the ticket.
async fn passes_on(scene: &Scene, phone: &str, words: &str) -> String {
    scene.ask(phone, &format!("agent {words}")).await;
    let answer = scene.ask(phone, "yes").await;
    code_in(&answer)
}

fn code_in(text: &str) -> String {
    let start = text.find("T-").unwrap_or_else(|| panic!("no code: {text}"));
    text[start..start + 6].to_owned()
}

/// The tickets as they stand in the tables.
async fn tickets(scene: &Scene) -> Vec<Value> {
    let mut items = scene.table("messages").await;
    items.retain(|item| item["id"].as_str().unwrap().starts_with("ticket#"));
    items
}

#[tokio::test]
async fn a06_the_customer_sees_what_a_person_would_and_agrees_and_a_person_answers() {
    let scene = with_support().await;
    scene.link(DEVON).await;
    let answer = scene
        .ask(DEVON, &format!("agent {WORDS}, call me on {DEVON}"))
        .await;
    for shown in [WORDS, "+1 876 ••• ••01", "@devon", "*YES*"] {
        assert!(answer.contains(shown), "{answer}");
    }
    assert!(!answer.contains("5550101"), "{answer}");
    assert_eq!(tickets(&scene).await, Vec::<Value>::new(), "not before yes");
    assert_eq!(scene.world.topic.published(), []);

    let answer = scene.ask(DEVON, "yes").await;
    let code = code_in(&answer);
    assert!(
        answer.contains("don't know when somebody is there"),
        "{answer}"
    );
    let [published] = &scene.world.topic.published()[..] else {
        panic!("{:?}", scene.world.topic.published());
    };
    assert!(published.subject.contains(&code), "{published:?}");
    assert!(published.message.contains("reads English"), "{published:?}");
    for private in ["payment", "devon", "5550", "•"] {
        assert!(!published.message.contains(private), "{published:?}");
    }
    let whole = serde_json::to_string(&scene.table("messages").await).unwrap();
    assert!(!whole.contains("Friday") && !whole.contains("@devon"));

    let listed = scene.ask(MARCIA, "tickets").await;
    for shown in [&*code, WORDS, "+1 876 ••• ••01", "@devon", "waiting since"] {
        assert!(listed.contains(shown), "{listed}");
    }
    assert!(!listed.contains("5550101"), "{listed}");

    let before = scene.texts(DEVON).await.len();
    let sent = scene
        .ask(
            MARCIA,
            &format!("reply {code} We found it. It arrives today!"),
        )
        .await;
    assert!(sent.starts_with("Sent"), "{sent}");
    let told = scene.texts(DEVON).await.split_off(before);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("We found it. It arrives today!"),
        "{told:?}"
    );
    assert!(told[0].contains("A person at *Flash support*"), "{told:?}");
    assert!(scene.ask(MARCIA, "tickets").await.contains("answered"));

    // What the customer adds waits again.
    scene.ask(DEVON, "agent it has not come yet").await;
    let added = scene.ask(DEVON, "yes").await;
    assert!(added.contains(&code), "{added}");
    assert_eq!(scene.world.topic.published().len(), 2);
    let listed = scene.ask(MARCIA, "tickets").await;
    assert!(
        listed.contains("it has not come yet") && listed.contains("waiting since"),
        "{listed}"
    );

    let closed = scene.ask(MARCIA, &format!("close {code}")).await;
    assert!(closed.starts_with("Closed"), "{closed}");
    let last = scene.texts(DEVON).await.pop().unwrap();
    assert!(last.contains("has closed your question"), "{last}");
    let [ticket] = &tickets(&scene).await[..] else {
        panic!("one ticket");
    };
    assert_eq!(
        (&ticket["open"], &ticket["shared"]),
        (&Value::Bool(false), &Value::Null)
    );
    assert_eq!(scene.ask(MARCIA, "tickets").await, "No ticket is open.");
}

#[tokio::test]
async fn a06_what_staff_do_is_recorded_on_both_sides_without_a_word_of_it() {
    let scene = with_support().await;
    let code = passes_on(&scene, TANYA, WORDS).await;
    scene.ask(MARCIA, "tickets").await;
    scene
        .ask(MARCIA, &format!("reply {code} We look into it"))
        .await;
    scene.ask(MARCIA, &format!("close {code}")).await;
    let lines = scene.table("audit").await;
    let count = |event: &str| lines.iter().filter(|line| line["event"] == event).count();
    assert_eq!(count("ticket_opened"), 1);
    assert_eq!(count("tickets_read"), 1);
    assert_eq!(count("ticket_answered"), 2, "one in each record");
    assert_eq!(count("ticket_closed"), 2);
    let text = serde_json::to_string(&lines).unwrap();
    assert!(!text.contains("Friday") && !text.contains("look into"));

    let answer = scene.ask(TANYA, "tickets").await;
    assert!(answer.contains("Only Flash's support team"), "{answer}");
    let counted = scene.table("cache").await;
    let counted = serde_json::to_string(&counted).unwrap();
    for name in ["tickets_opened", "tickets_answered", "tickets_closed"] {
        assert!(counted.contains(name), "{counted}");
    }
}

#[tokio::test]
async fn a06_a_person_can_be_asked_for_whatever_else_is_broken() {
    let scene = with_support().await;
    scene.link(DEVON).await;
    scene.fault("flash", "down", None).await;
    scene.world.topic.fails(true);
    scene.ask(DEVON, "talk to a person").await;
    let answer = scene.ask(DEVON, WORDS).await;
    assert!(
        answer.contains(WORDS) && !answer.contains("@devon"),
        "{answer}"
    );
    let code = code_in(&scene.ask(DEVON, "yes").await);
    assert_eq!(scene.world.topic.published(), []);
    scene.advance(120).await;
    scene.world.topic.fails(false);
    scene.advance(120).await;
    let published = scene.world.topic.published();
    assert_eq!(published.len(), 1, "{published:?}");
    assert!(published[0].subject.contains(&code));
    scene.advance(300).await;
    assert_eq!(scene.world.topic.published().len(), 1, "and not again");
}

#[tokio::test]
async fn a06_after_a_day_the_answer_goes_as_a_template() {
    let scene = with_support().await;
    let code = passes_on(&scene, TANYA, WORDS).await;
    scene.advance(2 * DAY).await;
    proves_anew(&scene).await;
    let before = scene.messages(&format!("whatsapp:{TANYA}")).await.len();
    let sent = scene
        .ask(MARCIA, &format!("reply {code} We found it."))
        .await;
    assert!(sent.contains("template"), "{sent}");
    let told = scene
        .messages(&format!("whatsapp:{TANYA}"))
        .await
        .split_off(before);
    assert_eq!(told.len(), 1, "{told:?}");
    let text = told[0]["body"].as_str().unwrap();
    assert!(
        text.contains("answers your question") && text.contains("We found it."),
        "{text}"
    );
}

#[tokio::test]
async fn a06_stop_and_erasure_end_it_and_destroy_what_was_passed_on() {
    for (phone, words) in [(TANYA, "stop"), (DEVON, "delete my data")] {
        let scene = with_support().await;
        let code = passes_on(&scene, phone, WORDS).await;
        let mut answer = scene.ask(phone, words).await;
        if words != "stop" {
            answer = scene.ask(phone, "yes").await;
        }
        assert!(
            answer.contains(&code) && answer.contains("deleted"),
            "{answer}"
        );
        for ticket in tickets(&scene).await {
            assert_eq!(ticket["shared"], Value::Null, "{ticket}");
        }
        assert_eq!(scene.ask(MARCIA, "tickets").await, "No ticket is open.");
        let answer = scene.ask(MARCIA, &format!("reply {code} Hello")).await;
        assert!(answer.contains("No open ticket"), "{answer}");
    }
}

#[tokio::test]
async fn a06_who_has_said_stop_and_asks_for_a_person_since_is_answered() {
    let scene = with_support().await;
    scene.ask(TANYA, "stop").await;
    scene.advance(60).await;
    let code = passes_on(&scene, TANYA, WORDS).await;
    scene
        .ask(MARCIA, &format!("reply {code} Hello Tanya"))
        .await;
    let last = scene.texts(TANYA).await.pop().unwrap();
    assert!(last.contains("Hello Tanya"), "{last}");
}

#[tokio::test]
async fn a06_hours_are_told_as_the_operator_has_set_them() {
    let hours = Hours::parse("Mon-Sun 00:00-23:59 America/Jamaica").unwrap();
    let scene = Scene::with(Options {
        support_hours: Some(hours),
        ..Options::default()
    })
    .await;
    scene.ask(TANYA, "agent").await;
    let answer = scene.ask(TANYA, "yes").await;
    assert!(answer.contains("Somebody is there until"), "{answer}");
}

#[tokio::test]
async fn a06_what_is_kept_of_it_is_handed_out() {
    let scene = Scene::begin().await;
    let code = passes_on(&scene, TANYA, WORDS).await;
    let answer = scene.ask(TANYA, "export my data").await;
    let (_, page) = answer.split_once("/export/").unwrap();
    let token = page.split_whitespace().next().unwrap();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", &*scene.world.public_url),
        ("sec-fetch-site", "same-origin"),
    ];
    let file = scene
        .call(Method::POST, &format!("/export/{token}"), &headers, None)
        .await;
    for shown in ["PASSED ON TO PEOPLE", WORDS, &code] {
        assert!(file.body.contains(shown), "{}", file.body);
    }
}

#[tokio::test]
async fn guided_flows_lead_by_button_and_by_number_to_an_answer_a_command_or_a_person() {
    let scene = Scene::begin().await;
    let tapped = async |number: u32| {
        let messages = scene.messages(&format!("whatsapp:{TANYA}")).await;
        let buttons = messages.last().unwrap()["buttons"].clone();
        let payload = buttons[number as usize - 1]["id"].as_str();
        let payload = payload.unwrap_or_else(|| panic!("no button: {messages:?}"));
        let say = json!({"body": number.to_string(), "button_payload": payload});
        let said = scene.say_as(&format!("whatsapp:{TANYA}"), say).await;
        said.into_iter().next().unwrap()
    };
    let first = scene.ask(TANYA, "payment not arrived").await;
    assert!(first.contains("2. It is not there"), "{first}");
    let second = tapped(2).await;
    assert!(second.contains("1. Lightning or Flash"), "{second}");
    let third = scene.ask(TANYA, "1").await;
    assert!(third.contains("1. Talk to a person"), "{third}");
    let person = tapped(1).await;
    assert!(
        person.contains("This is all they would get to see"),
        "{person}"
    );
}
