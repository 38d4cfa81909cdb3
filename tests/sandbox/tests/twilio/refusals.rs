//! What Twilio does not accept, by status and code.

use serde_json::{Value, json};

use crate::world::{ACCOUNT, KEY, MARCIA, SENDER, World, answer};

const HX: &str = "HX00000000000000000000000000000009";

async fn post(world: &World, account: &str, secret: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let request = world
        .http
        .post(format!(
            "{}/2010-04-01/Accounts/{account}/Messages.json",
            world.url
        ))
        .basic_auth(KEY, Some(secret))
        .form(fields);
    answer(request).await
}

/// A good message in which `change` replaces or adds fields; a blank one counts as absent.
fn message<'a>(change: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [("To", MARCIA), ("From", SENDER), ("Body", "hi")];
    let kept = usual
        .into_iter()
        .filter(|(name, _)| change.iter().all(|(changed, _)| changed != name));
    kept.chain(change.iter().copied()).collect()
}

#[tokio::test]
async fn each_wrong_message_gets_its_code() {
    let world = World::start().await;
    let long = "x".repeat(1601);
    let emoji = "🙂".repeat(801);
    let long_value = json!({"1": long}).to_string();
    let cases: &[(u32, &[(&str, &str)])] = &[
        (21604, &[("To", "")]),
        (21603, &[("From", "")]),
        (
            21701,
            &[("MessagingServiceSid", "MG00000000000000000000000000000001")],
        ),
        (21910, &[("To", "+18765550100")]),
        (21910, &[("From", "+14155238886")]),
        (21211, &[("To", "whatsapp:18765550100")]),
        (21211, &[("To", "whatsapp:+1876")]),
        (21212, &[("From", "whatsapp:+1")]),
        (63007, &[("From", "whatsapp:+14155550199")]),
        (63031, &[("To", SENDER)]),
        (21602, &[("Body", "")]),
        (21617, &[("Body", &long)]),
        (21617, &[("Body", &emoji)]),
        (
            21654,
            &[
                ("ContentVariables", "{}"),
                ("Body", ""),
                ("MediaUrl", "https://a.example/x"),
            ],
        ),
        (35127, &[("ContentVariables", "{}")]),
        (35127, &[("ContentSid", HX)]),
        (21655, &[("ContentSid", HX), ("Body", "")]),
        (
            21656,
            &[
                ("ContentSid", HX),
                ("Body", ""),
                ("ContentVariables", "not json"),
            ],
        ),
        (
            21656,
            &[
                ("ContentSid", HX),
                ("Body", ""),
                ("ContentVariables", "[\"x\"]"),
            ],
        ),
        (
            21656,
            &[
                ("ContentSid", HX),
                ("Body", ""),
                ("ContentVariables", "{\"1\":1}"),
            ],
        ),
        (
            21656,
            &[
                ("ContentSid", HX),
                ("Body", ""),
                ("ContentVariables", "{\"1\":\"\"}"),
            ],
        ),
        (
            21658,
            &[
                ("ContentSid", HX),
                ("Body", ""),
                ("ContentVariables", &long_value),
            ],
        ),
        (21620, &[("MediaUrl", "qr.png")]),
        (21609, &[("StatusCallback", "not a url")]),
        (21609, &[("StatusCallback", "http://bot.example.com/s")]),
        (21609, &[("StatusCallback", "https://my_bot.example.com/s")]),
        (21609, &[("StatusCallback", "ftp://127.0.0.1/s")]),
        (400, &[("ValidityPeriod", "0")]),
        (400, &[("ValidityPeriod", "36001")]),
        (400, &[("ValidityPeriod", "abc")]),
    ];
    for (code, change) in cases {
        let (status, refusal) = post(&world, ACCOUNT, "key-secret", &message(change)).await;
        assert_eq!(
            (status, &refusal["code"]),
            (400, &json!(code)),
            "{change:?}"
        );
        let page = format!("https://www.twilio.com/docs/errors/{code}");
        assert_eq!(
            (&refusal["status"], &refusal["more_info"]),
            (&json!(400), &json!(page))
        );
        assert!(refusal["message"].is_string());
    }
    assert!(world.twilio.messages(None, 0).is_empty());
}

#[tokio::test]
async fn what_is_at_the_edge_is_accepted() {
    let world = World::start().await;
    let longest = "x".repeat(1600);
    for change in [
        [("Body", longest.as_str())],
        [("ValidityPeriod", "36000")],
        [("StatusCallback", "https://bot.example.com/s")],
        [("StatusCallback", "http://localhost:1/s")],
        [("StatusCallback", "http://[::1]:1/s")],
        [("StatusCallback", "")],
    ] {
        let (status, body) = post(&world, ACCOUNT, "key-secret", &message(&change)).await;
        assert_eq!(status, 201, "{body}");
    }
}

#[tokio::test]
async fn who_is_not_the_account_gets_nothing() {
    let world = World::start().await;
    let (status, refusal) = post(&world, ACCOUNT, "wrong", &message(&[])).await;
    assert_eq!((status, &refusal["code"]), (401, &json!(20003)));
    let other = "AC00000000000000000000000000000002";
    let (status, refusal) = post(&world, other, "key-secret", &message(&[])).await;
    assert_eq!((status, &refusal["code"]), (404, &json!(20404)));

    let url = format!("{}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", world.url);
    let nobody = world.http.post(&url).form(&message(&[]));
    assert_eq!(answer(nobody).await.0, 401);
    let bearer = world.http.post(&url).bearer_auth("key-secret");
    assert_eq!(answer(bearer.form(&message(&[]))).await.0, 401);
    assert!(world.twilio.messages(None, 0).is_empty());
}

#[tokio::test]
async fn another_body_or_path_is_not_understood() {
    let world = World::start().await;
    let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages");
    assert_eq!(world.post_json(&format!("{path}.json"), "{}").await.0, 415);
    assert_eq!(world.post_json(&path, "{}").await.0, 404);
    let (status, refusal) = world.get(&format!("{path}/SM1.json")).await;
    assert_eq!((status, &refusal["code"]), (404, &json!(20404)));
}
