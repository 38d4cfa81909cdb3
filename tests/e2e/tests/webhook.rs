//! The way in and out: signatures, repeats, faults, callbacks, messages of every kind.

use e2e::{DEVON, MARCIA, Scene};
use reqwest::Method;
use sandbox::world::Options;
use serde_json::json;

fn says(phone: &str, body: &str) -> serde_json::Value {
    json!({"from": format!("whatsapp:{phone}"), "body": body})
}

#[tokio::test]
async fn a_message_that_twilio_did_not_sign_is_refused_and_leaves_nothing() {
    let scene = Scene::begin().await;
    for sign in ["bad", "none"] {
        let mut say = says(MARCIA, "help");
        say["sign"] = sign.into();
        assert_eq!(scene.post_message(&say).await.1, 403, "{sign}");
    }
    let form = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-twilio-signature", "AAAA"),
    ];
    let body = Some("MessageSid=SM00000000000000000000000000000001&Body=help".to_owned());
    assert_eq!(
        scene
            .call(Method::POST, "/whatsapp/webhook", &form, body.clone())
            .await
            .status,
        403
    );
    assert_eq!(
        scene
            .call(Method::POST, "/whatsapp/status", &form, body)
            .await
            .status,
        403
    );
    for table in ["people", "sessions", "messages", "audit", "codes"] {
        assert!(scene.table(table).await.is_empty(), "{table}");
    }
}

#[tokio::test]
async fn a_signature_for_one_url_is_worth_nothing_at_another() {
    let scene = Scene::begin().await;
    let say = serde_json::from_value(says(MARCIA, "help")).unwrap();
    let form = scene.world.twilio.inbound_form(&say);
    let headers: Vec<(&str, &str)> = form
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let body = String::from_utf8(form.body.clone()).unwrap();
    for path in [
        "/whatsapp/status",
        "/whatsapp/webhook/",
        "/whatsapp/webhook?x=1",
    ] {
        let answer = scene
            .call(Method::POST, path, &headers, Some(body.clone()))
            .await;
        assert!(
            answer.status == 403 || answer.status == 404,
            "{path}: {}",
            answer.status
        );
    }
    assert_eq!(
        scene
            .call(
                Method::POST,
                "/whatsapp/webhook",
                &headers,
                Some(format!("{body}&Extra="))
            )
            .await
            .status,
        403
    );
    assert_eq!(
        scene
            .call(Method::POST, "/whatsapp/webhook", &headers, Some(body))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn every_accepted_token_may_sign() {
    let tokens = vec!["token-to-come".to_owned(), "token-current".to_owned()];
    let scene = Scene::with(Options {
        twilio_auth_tokens: tokens,
        ..Options::default()
    })
    .await;
    assert!(
        scene
            .ask(MARCIA, "help")
            .await
            .contains("Flash on WhatsApp")
    );
}

#[tokio::test]
async fn a_taken_message_is_answered_with_empty_twiml() {
    let scene = Scene::begin().await;
    let say = serde_json::from_value(says(MARCIA, "help")).unwrap();
    let form = scene.world.twilio.inbound_form(&say);
    let headers: Vec<(&str, &str)> = form
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let answer = scene
        .call(
            Method::POST,
            "/whatsapp/webhook",
            &headers,
            Some(String::from_utf8(form.body).unwrap()),
        )
        .await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/xml")
    );
    assert!(
        answer.body.ends_with("<Response></Response>"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn the_same_message_delivered_again_is_answered_once() {
    let scene = Scene::begin().await;
    let mut say = says(MARCIA, "help");
    let (sid, _) = scene.post_message(&say).await;
    say["message_sid"] = sid.into();
    for _ in 0..3 {
        assert_eq!(scene.post_message(&say).await.1, 200);
    }
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn the_same_message_delivered_twice_at_once_is_answered_once() {
    let scene = Scene::begin().await;
    let mut say = says(MARCIA, "help");
    say["message_sid"] = "SM000000000000000000000000000000b1".into();
    let (one, two) = tokio::join!(scene.post_message(&say), scene.post_message(&say));
    assert_eq!((one.1, two.1), (200, 200));
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn messages_of_one_person_at_once_are_each_answered() {
    let scene = Scene::begin().await;
    futures::future::join_all((0..4).map(|_| scene.post_until_taken(says(MARCIA, "help")))).await;
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), 4);
}

#[tokio::test]
async fn nothing_is_shown_to_a_chat_just_unlinked() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "unlink").await;
    tokio::join!(
        scene.post_until_taken(says(MARCIA, "yes")),
        scene.post_until_taken(says(MARCIA, "balance"))
    );
    scene.drain().await;
    let texts = scene.texts(MARCIA).await;
    let unlinked = texts.iter().position(|text| text.contains("disconnected"));
    let shown = texts.iter().position(|text| text.contains("US$"));
    // Either order is right; a figure after the end of the link is not. `balance` first cancels the question.
    match (unlinked, shown) {
        (Some(unlinked), Some(shown)) => assert!(shown < unlinked, "{texts:?}"),
        (Some(_), None) => {}
        (None, _) => assert!(
            texts.iter().any(|text| text.contains("nothing waiting")),
            "{texts:?}"
        ),
    }
}

#[tokio::test]
async fn a_callback_for_a_message_nobody_knows_is_taken_and_changes_nothing() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    let before = scene.table("messages").await;
    let unknown = format!(
        "/whatsapp/status/{}.SM00000000000000000000000000000009-0",
        "A".repeat(43)
    );
    for path in [
        unknown.as_str(),
        "/whatsapp/status",
        "/whatsapp/status/nonsense",
    ] {
        let params = [
            ("MessageSid", "SM00000000000000000000000000000009"),
            ("MessageStatus", "delivered"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let token = twilio::signature::AuthToken::from("local-auth-token".to_owned());
        let signature = twilio::signature::sign(&token, &scene.url(path), &params);
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-twilio-signature", signature.as_str()),
        ];
        let body =
            "MessageSid=SM00000000000000000000000000000009&MessageStatus=delivered".to_owned();
        assert_eq!(
            scene
                .call(Method::POST, path, &headers, Some(body))
                .await
                .status,
            204,
            "{path}"
        );
    }
    assert_eq!(scene.table("messages").await, before);
}

#[tokio::test]
async fn messages_that_are_no_commands_get_a_fitting_answer() {
    let scene = Scene::begin().await;
    let address = format!("whatsapp:{MARCIA}");
    for (say, wanted) in [
        (json!({"body": ""}), "*help*"),
        (
            json!({"body": "", "media": [{"type": "image/jpeg", "url": "https://api.twilio.com/x"}]}),
            "*help*",
        ),
        (
            json!({"body": "", "latitude": 18.0179, "longitude": -76.8099}),
            "*help*",
        ),
        (json!({"body": "x".repeat(10_000)}), "*help*"),
        (json!({"body": "\u{202e}\u{200b}\u{200d}"}), "*help*"),
        (
            json!({"body": "Balance", "button_payload": "cmd:balance"}),
            "*link*",
        ),
        (
            json!({"body": "Old", "button_payload": "week:old"}),
            "earlier message",
        ),
        // A sentence is a question, once somebody agrees that it may be asked.
        (json!({"body": "what is the weather"}), "*YES*"),
        (
            json!({"body": "<b>*balance*</b> & \u{0} %s {{1}}"}),
            "*YES*",
        ),
    ] {
        let texts = scene.say_as(&address, say.clone()).await;
        assert_eq!(texts.len(), 1, "{say}");
        assert!(texts[0].contains(wanted), "{say}: {}", texts[0]);
    }
}

#[tokio::test]
async fn the_help_text_is_what_works() {
    let scene = Scene::begin().await;
    let mut help = String::new();
    for page in ["help", "help money", "help account", "help settings"] {
        help += &scene.ask(MARCIA, page).await;
        help.push('\n');
    }
    scene.advance(120).await;
    let commands: Vec<&str> = help
        .lines()
        .filter_map(|line| line.strip_prefix('*')?.split_once("* –"))
        .map(|(name, _)| name)
        .collect();
    assert!(commands.len() >= 8, "{help}");
    for command in commands {
        let answers = scene.say(MARCIA, command).await;
        scene.advance(10).await;
        let understood = |answer: &String| !answer.contains("didn't get that");
        assert!(answers.iter().all(understood), "{command}: {answers:?}");
    }
}

#[tokio::test]
async fn health_tells_without_secrets_and_without_asking_around() {
    let scene = Scene::begin().await;
    assert_eq!(scene.get("/health").await.json()["status"], "ok");
    let before = scene.world.flash.requests();
    let deep = scene.get("/health?deep=1").await;
    assert_eq!(
        (deep.status, deep.json()["dependencies"]["dynamodb"].clone()),
        (200, json!("ok"))
    );
    assert_eq!(scene.world.flash.requests(), before);
    scene.advance(31).await;
    scene.fault("dynamodb", "down", None).await;
    let deep = scene.get("/health?deep=1").await;
    assert_eq!(
        (deep.status, deep.json()["dependencies"]["dynamodb"].clone()),
        (503, json!("down"))
    );
}

#[tokio::test]
async fn what_is_private_stands_nowhere_in_the_clear() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "balance").await;
    let waiting = scene.code_for(DEVON).await;
    for table in ["people", "sessions", "codes", "messages", "audit", "cache"] {
        let text = serde_json::to_string(&scene.table(table).await).unwrap();
        for private in [
            "5550100",
            "5550101",
            "US$",
            "171.45",
            "Linked!",
            waiting.as_str(),
            "/link/",
        ] {
            assert!(!text.contains(private), "{table} holds {private}");
        }
        // The letters alone may stand by chance in what is sealed; the public part that follows them may not.
        let is_key = |(at, begin): (usize, &str)| {
            let part = text.as_bytes().get(at + begin.len()..).unwrap_or_default();
            let hex = part.iter().take_while(|byte| byte.is_ascii_hexdigit());
            hex.count() == 8 && part.get(8) == Some(&b'_')
        };
        assert!(
            !text.match_indices("fk_").any(is_key),
            "{table} holds a key"
        );
    }
}

/// Twilio tells what went wrong between it and us; nothing of the request that it repeats is kept.
#[tokio::test]
async fn what_twilios_debugger_tells_is_counted_and_nothing_of_it_is_kept() {
    let scene = Scene::begin().await;
    let sid = Options::default().twilio_account_sid;
    let payload = r#"{"error_code":"11200","webhook":{"request":{"parameters":{"Body":"my balance please"}}}}"#;
    let told = [
        ("AccountSid", sid.as_str()),
        ("Level", "ERROR"),
        ("PayloadType", "application/json"),
        ("Payload", payload),
    ];
    let path = "/whatsapp/debugger";
    assert_eq!(scene.post_status(path, &told).await, 204);
    let of_another = [
        ("AccountSid", "AC00000000000000000000000000000009"),
        told[3],
    ];
    assert_eq!(scene.post_status(path, &of_another).await, 204);
    assert_eq!(scene.post_status(path, &[("Payload", "x")]).await, 204);
    let unsigned = [("content-type", "application/x-www-form-urlencoded")];
    let body = Some("Payload=%7B%7D".to_owned());
    let answer = scene.call(Method::POST, path, &unsigned, body).await;
    assert_eq!(answer.status, 403);
    for table in ["people", "sessions", "messages", "audit", "codes"] {
        assert!(scene.table(table).await.is_empty(), "{table}");
    }
}
