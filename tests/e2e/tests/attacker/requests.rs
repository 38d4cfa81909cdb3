//! Requests that Twilio did not make, made for something else, or made before.

use e2e::{MARCIA, Scene};
use reqwest::Method;
use serde_json::{Value, json};
use twilio::signature::{AuthToken, sign};

const WEBHOOK: &str = "/whatsapp/webhook";
const FORM: &str = "application/x-www-form-urlencoded";
/// The most that the webhook reads.
const LARGEST_BODY: usize = 64 * 1024;

type Pairs = Vec<(String, String)>;

/// A request of Twilio's as somebody in between would have it.
#[derive(Clone, Debug)]
struct Captured {
    signature: String,
    body: String,
}

fn says(body: &str) -> Value {
    json!({"from": format!("whatsapp:{MARCIA}"), "body": body})
}

fn captured(scene: &Scene, body: &str) -> Captured {
    let form = scene
        .world
        .twilio
        .inbound_form(&serde_json::from_value(says(body)).unwrap());
    let signature = form
        .headers
        .iter()
        .find(|(name, _)| name == "x-twilio-signature");
    Captured {
        signature: signature.unwrap().1.clone(),
        body: String::from_utf8(form.body).unwrap(),
    }
}

impl Captured {
    fn pairs(&self) -> Pairs {
        form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect()
    }

    fn with(&self, pairs: &Pairs) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs);
        Self {
            body: form.finish(),
            ..self.clone()
        }
    }

    fn signed(&self, signature: impl Into<String>) -> Self {
        Self {
            signature: signature.into(),
            ..self.clone()
        }
    }

    async fn post(&self, scene: &Scene, path: &str, headers: &[(&str, &str)]) -> u16 {
        let mut all = vec![("x-twilio-signature", self.signature.as_str())];
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            all.push(("content-type", FORM));
        }
        all.extend(headers);
        scene
            .call(Method::POST, path, &all, Some(self.body.clone()))
            .await
            .status
    }
}

async fn nothing_stands(scene: &Scene) {
    for table in ["people", "sessions", "codes", "messages", "audit"] {
        assert_eq!(scene.table(table).await, Vec::<Value>::new(), "{table}");
    }
}

#[tokio::test]
async fn s01_what_is_not_signed_for_just_this_request_is_refused() {
    let scene = Scene::begin().await;
    let real = captured(&scene, "help");
    let token = AuthToken::from("local-auth-token".to_owned());
    let pairs = real.pairs();
    let here = scene.url(WEBHOOK);
    let account = "AC00000000000000000000000000000001".to_owned();
    let wrong: Vec<(&str, String)> = vec![
        ("empty", String::new()),
        ("no base64", "!!!!".to_owned()),
        ("cut", real.signature[..20].to_owned()),
        (
            "without its padding",
            real.signature.trim_end_matches('=').to_owned(),
        ),
        ("twice", format!("{0}{0}", real.signature)),
        ("a list", format!("{0},{0}", real.signature)),
        ("lower case", real.signature.to_lowercase()),
        ("of zeros", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned()),
        (
            "another token",
            sign(&"another".to_owned().into(), &here, &pairs),
        ),
        ("the account's SID", sign(&account.into(), &here, &pairs)),
        ("no token", sign(&String::new().into(), &here, &pairs)),
        (
            "another path",
            sign(&token, &scene.url("/whatsapp/status"), &pairs),
        ),
        (
            "another host",
            sign(&token, &format!("https://bot.example{WEBHOOK}"), &pairs),
        ),
        (
            "another scheme",
            sign(&token, &here.replace("http:", "https:"), &pairs),
        ),
        ("the address alone", sign(&token, &here, &[])),
        ("a query", sign(&token, &format!("{here}?a=b"), &pairs)),
    ];
    for (name, signature) in wrong {
        let status = real.signed(signature).post(&scene, WEBHOOK, &[]).await;
        assert_eq!(status, 403, "{name}");
    }
    let headers = [("content-type", FORM)];
    let unsigned = scene.call(Method::POST, WEBHOOK, &headers, Some(real.body.clone()));
    assert_eq!(unsigned.await.status, 403);
    nothing_stands(&scene).await;
    assert_eq!(real.post(&scene, WEBHOOK, &[]).await, 200, "as it was");
}

#[tokio::test]
async fn s01_a_changed_request_is_refused_whatever_was_changed() {
    let scene = Scene::begin().await;
    let real = captured(&scene, "help");
    let pairs = real.pairs();
    for at in 0..pairs.len() {
        let mut without = pairs.clone();
        let (name, value) = without.remove(at);
        if !value.is_empty() {
            let status = real.with(&without).post(&scene, WEBHOOK, &[]).await;
            assert_eq!(status, 403, "without {name}");
        }
        let mut changed = pairs.clone();
        changed[at].1.push('x');
        let status = real.with(&changed).post(&scene, WEBHOOK, &[]).await;
        assert_eq!(status, 403, "another {name}");
        let mut twice = pairs.clone();
        twice.insert(0, (name.clone(), format!("{value}y")));
        let status = real.with(&twice).post(&scene, WEBHOOK, &[]).await;
        assert_eq!(status, 403, "two of {name}");
    }
    let mut more = pairs.clone();
    more.push(("SomethingNew".to_owned(), "1".to_owned()));
    assert_eq!(real.with(&more).post(&scene, WEBHOOK, &[]).await, 403);
    for cut in (0..real.body.len()).step_by(23) {
        let cut = Captured {
            body: real.body[..cut].to_owned(),
            ..real.clone()
        };
        assert_eq!(
            cut.post(&scene, WEBHOOK, &[]).await,
            403,
            "{}",
            cut.body.len()
        );
    }
    for kind in [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "",
    ] {
        let headers = [("content-type", kind)];
        assert_eq!(real.post(&scene, WEBHOOK, &headers).await, 403, "{kind}");
    }
    for path in [
        "/whatsapp/status",
        "/whatsapp/webhook?a=b",
        "/whatsapp/webhook?bodySHA256=00",
    ] {
        assert_eq!(real.post(&scene, path, &[]).await, 403, "{path}");
    }
    nothing_stands(&scene).await;
    assert_eq!(real.post(&scene, WEBHOOK, &[]).await, 200, "as it was");
}

/// The address is the configured one: no header of the request has a say in it.
#[tokio::test]
async fn s01_no_header_moves_the_address_that_was_signed() {
    let scene = Scene::begin().await;
    let real = captured(&scene, "help");
    let token = AuthToken::from("local-auth-token".to_owned());
    let elsewhere = format!("https://bot.example{WEBHOOK}");
    let forged = real.signed(sign(&token, &elsewhere, &real.pairs()));
    for headers in [
        [("host", "bot.example"), ("x-forwarded-proto", "https")],
        [
            ("x-forwarded-host", "bot.example"),
            ("x-forwarded-proto", "https"),
        ],
        [
            ("forwarded", "host=bot.example;proto=https"),
            ("x-original-url", "/"),
        ],
    ] {
        assert_eq!(forged.post(&scene, WEBHOOK, &headers).await, 403);
    }
    nothing_stands(&scene).await;
    let hosts = [("host", "bot.example"), ("x-forwarded-host", "bot.example")];
    assert_eq!(real.post(&scene, WEBHOOK, &hosts).await, 200);
}

/// Twilio signs the parameters sorted and without repeats, so their order is not signed, and says nothing.
#[tokio::test]
async fn s01_a_signed_request_posted_again_does_nothing_more_even_weeks_later() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let stop = captured(&scene, "stop");
    assert_eq!(stop.post(&scene, WEBHOOK, &[]).await, 200);
    scene.drain().await;
    assert!(scene.ask(MARCIA, "start").await.contains("Welcome back"));
    let texts = scene.texts(MARCIA).await;
    let mut sorted = stop.pairs();
    sorted.sort();
    let reversed = sorted.iter().rev().cloned().collect();
    let doubled = [sorted.clone(), sorted.clone()].concat();
    for wait in [0, 3_600, 28 * 86_400] {
        scene.advance(wait).await;
        for again in [
            &stop,
            &stop.with(&sorted),
            &stop.with(&reversed),
            &stop.with(&doubled),
        ] {
            assert_eq!(again.post(&scene, WEBHOOK, &[]).await, 200);
        }
        scene.drain().await;
        assert_eq!(scene.texts(MARCIA).await, texts, "after {wait} s");
    }
    let standing = scene.table("people").await;
    let opted_out = |item: &Value| item.to_string().contains("opted_out_at");
    assert!(!standing.iter().any(opted_out), "START still counts");
}

#[tokio::test]
async fn s01_a_message_is_no_callback_and_a_callback_is_no_message() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "help").await;
    // All that Twilio has to say of it.
    scene.advance(60).await;
    let before = scene.table("messages").await;
    let token = AuthToken::from("local-auth-token".to_owned());
    let message = captured(&scene, "stop");
    // Somebody has Twilio sign a message for the callback's address, and the other way round.
    let to_status = message.signed(sign(
        &token,
        &scene.url("/whatsapp/status"),
        &message.pairs(),
    ));
    assert_eq!(to_status.post(&scene, "/whatsapp/status", &[]).await, 204);
    let mut callback = message.pairs();
    for (name, value) in &mut callback {
        if name == "SmsStatus" {
            *value = "delivered".to_owned();
        }
    }
    let callback = message.with(&callback);
    let callback = callback.signed(sign(&token, &scene.url(WEBHOOK), &callback.pairs()));
    assert_eq!(callback.post(&scene, WEBHOOK, &[]).await, 200);
    scene.drain().await;
    assert_eq!(scene.table("messages").await, before);
    assert_eq!(scene.texts(MARCIA).await.len(), 1);
}

#[tokio::test]
async fn s01_another_accounts_and_another_numbers_messages_are_not_ours() {
    let scene = Scene::begin().await;
    let token = AuthToken::from("local-auth-token".to_owned());
    let real = captured(&scene, "help");
    for (name, other) in [
        ("AccountSid", "AC00000000000000000000000000000009"),
        ("To", "whatsapp:+18765550199"),
    ] {
        let mut pairs = real.pairs();
        for (key, value) in &mut pairs {
            if key == name {
                other.clone_into(value);
            }
        }
        let forged = real.with(&pairs);
        let forged = forged.signed(sign(&token, &scene.url(WEBHOOK), &pairs));
        assert_eq!(forged.post(&scene, WEBHOOK, &[]).await, 403, "{name}");
    }
    nothing_stands(&scene).await;
}

#[tokio::test]
async fn s01_a_request_is_not_read_past_its_limit_though_it_were_signed() {
    let scene = Scene::begin().await;
    let token = AuthToken::from("local-auth-token".to_owned());
    let real = captured(&scene, "help");
    for (size, status) in [(LARGEST_BODY, 200), (LARGEST_BODY + 1, 413)] {
        let mut pairs = real.pairs();
        let room = size - real.body.len() - "&Padding=".len();
        pairs.push(("Padding".to_owned(), "x".repeat(room)));
        let large = real.with(&pairs);
        assert_eq!(large.body.len(), size);
        let large = large.signed(sign(&token, &scene.url(WEBHOOK), &pairs));
        assert_eq!(large.post(&scene, WEBHOOK, &[]).await, status, "{size}");
    }
}
