//! The headers of everything that is answered over HTTP, whoever asked and however it ended.

use e2e::{Answer, MARCIA, READ_ONLY, Scene};
use reqwest::Method;
use serde_json::json;

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let value = answer.headers.get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

/// What a policy says of `directive`; None if it says nothing.
fn directive<'a>(policy: &'a str, directive: &str) -> Option<&'a str> {
    let mut said = policy.split(';').map(str::trim);
    said.find_map(|said| said.strip_prefix(directive))
        .map(str::trim)
}

fn check(name: &str, answer: &Answer) {
    let transport = header(answer, "strict-transport-security");
    let (age, scope) = transport.split_once("; ").unwrap_or_default();
    let age = age.strip_prefix("max-age=").unwrap_or_default();
    let year = 365 * 24 * 3_600;
    assert!(
        age.parse().is_ok_and(|age: u64| age >= year),
        "{name}: {transport}"
    );
    assert_eq!(scope, "includeSubDomains", "{name}");
    assert_eq!(
        header(answer, "x-content-type-options"),
        "nosniff",
        "{name}"
    );
    assert_eq!(header(answer, "cache-control"), "no-store", "{name}");
    assert_eq!(header(answer, "referrer-policy"), "no-referrer", "{name}");
    assert_eq!(header(answer, "access-control-allow-origin"), "", "{name}");
    let policy = header(answer, "content-security-policy");
    for nothing in ["default-src", "base-uri"] {
        assert_eq!(
            directive(policy, nothing),
            Some("'none'"),
            "{name}: {policy}"
        );
    }
    // One page has a form, to itself.
    let posts = name == "export page";
    assert_eq!(
        directive(policy, "form-action"),
        Some(if posts { "'self'" } else { "'none'" }),
        "{name}"
    );
    // The captcha is framed by our own page; nothing else is framed by anybody.
    let framed_by = directive(policy, "frame-ancestors");
    let ours = name == "captcha frame";
    assert_eq!(
        framed_by,
        Some(if ours { "'self'" } else { "'none'" }),
        "{name}"
    );
    if let Some(scripts) = directive(policy, "script-src") {
        assert!(
            scripts.starts_with("'nonce-") && !scripts.contains("unsafe"),
            "{name}: {scripts}"
        );
    }
    let kind = header(answer, "content-type");
    assert!(
        answer.body.is_empty() || kind.ends_with("; charset=utf-8"),
        "{name}: {kind}"
    );
}

#[tokio::test]
async fn every_answer_keeps_browsers_from_storing_guessing_and_framing() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let page = scene.get(&format!("/link/{token}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let no_key = json!({"api_key": "nonsense"});
    let credential = format!("/link/{token}/credential");
    let unsigned = [("content-type", "application/x-www-form-urlencoded")];
    let message = Some("Body=help".to_owned());
    let say = serde_json::from_value(json!({"from": format!("whatsapp:{MARCIA}"), "body": "help"}));
    let signed = scene.world.twilio.inbound_form(&say.unwrap());
    let headers = signed.headers.iter();
    let headers: Vec<(&str, &str)> = headers.map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let body = String::from_utf8(signed.body).unwrap();

    let code = scene.bring(&token, &key, false).await;
    let typed = code.json()["code"].as_str().unwrap().to_owned();
    scene.ask(MARCIA, &typed).await;
    let asked = scene.ask(MARCIA, "export my data").await;
    let (_, export) = asked.split_once("/export/").unwrap();
    let export = format!("/export/{}", export.split_whitespace().next().unwrap());

    let answers = [
        ("health", 200, scene.get("/health").await),
        ("link page", 200, page),
        ("no key", 401, scene.post(&credential, &no_key).await),
        ("a code", 200, code),
        ("export page", 200, scene.get(&export).await),
        (
            "the file",
            200,
            scene.call(Method::POST, &export, &[], None).await,
        ),
        ("ended export", 410, scene.get("/export/nonsense").await),
        ("ended proof", 410, scene.get("/confirm/nonsense").await),
        (
            "no proof",
            401,
            scene.post("/confirm/x/proof", &no_key).await,
        ),
        ("ended page", 410, scene.get("/link/nonsense").await),
        ("captcha frame", 200, scene.get("/link/captcha-frame").await),
        (
            "not Twilio",
            403,
            scene
                .call(
                    Method::POST,
                    "/whatsapp/webhook",
                    &unsigned,
                    message.clone(),
                )
                .await,
        ),
        (
            "not Twilio's news",
            403,
            scene
                .call(Method::POST, "/whatsapp/status", &unsigned, message)
                .await,
        ),
        (
            "a message",
            200,
            scene
                .call(Method::POST, "/whatsapp/webhook", &headers, Some(body))
                .await,
        ),
    ];
    for (name, status, answer) in &answers {
        assert_eq!(answer.status, *status, "{name}: {}", answer.body);
        check(name, answer);
    }
}
