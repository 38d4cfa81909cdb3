//! The link page against pages elsewhere, and against telling anybody what it holds.

use e2e::{Answer, MARCIA, READ_ONLY, Scene};
use reqwest::Method;
use serde_json::json;

async fn post(scene: &Scene, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("content-type", "application/json")];
    all.extend(headers);
    scene
        .call(Method::POST, path, &all, Some(body.to_owned()))
        .await
}

#[tokio::test]
async fn s01_a_page_elsewhere_can_not_post_in_a_visitors_browser() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let (path, body) = (
        format!("/link/{token}/credential"),
        json!({"api_key": key}).to_string(),
    );
    let here = scene.url("");
    let other_port = format!("{here}0");
    let below = here.replace("127.0.0.1", "127.0.0.1.evil.example");
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
        &[
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "same-origin"),
        ],
        &[("origin", "null")],
        &[("origin", "null"), ("sec-fetch-site", "cross-site")],
        &[("origin", other_port.as_str())],
        &[("origin", below.as_str())],
        &[("origin", "")],
        &[
            ("origin", here.as_str()),
            ("origin", "https://evil.example"),
        ],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
    ] {
        let refused = post(&scene, &path, &body, headers).await;
        assert_eq!(refused.status, 403, "{headers:?}");
        assert_eq!(refused.body, "", "{headers:?}");
        assert!(refused.headers.get("access-control-allow-origin").is_none());
    }
    // What a form can send without asking first.
    for kind in [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ] {
        let form = [("content-type", kind), ("origin", "https://evil.example")];
        let answer = scene
            .call(Method::POST, &path, &form, Some(body.clone()))
            .await;
        assert_eq!(answer.status, 403, "{kind}");
    }
    // What a browser asks before it would send JSON from elsewhere.
    let asks = [
        ("origin", "https://evil.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    let answer = scene.call(Method::OPTIONS, &path, &asks, None).await;
    assert_eq!(answer.status, 404);
    assert!(answer.headers.get("access-control-allow-origin").is_none());
    assert!(scene.table("codes").await.is_empty());

    let ours = [("origin", here.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(post(&scene, &path, &body, &ours).await.status, 200);
    let hidden = [("origin", "null"), ("sec-fetch-site", "same-origin")];
    assert_eq!(post(&scene, &path, &body, &hidden).await.status, 200);
}

/// The browser test `the_page_fetches_nothing_from_anybody_else` shows that a browser sees it the same way.
#[tokio::test]
async fn s01_the_page_may_load_and_tell_nothing_elsewhere_and_names_nothing_to_load() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let page = scene.get(&format!("/link/{token}")).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    let allowed: Vec<&str> = policy
        .split([' ', ';'])
        .filter(|word| word.contains("://") || word.contains('*') || word.contains("unsafe"))
        .collect();
    assert_eq!(
        allowed,
        [scene.url("")],
        "our origin, where Flash is here, too"
    );
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    for loads in [
        "src=\"",
        "src='",
        "url(",
        "@import",
        "<link rel=\"stylesheet\"",
        "<form",
        "<base",
        "<object",
    ] {
        assert!(!page.body.contains(loads), "{loads}");
    }
    let again = scene.get(&format!("/link/{token}")).await;
    let nonce = |answer: &Answer| {
        let policy = answer.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        let (_, rest) = policy.split_once("'nonce-").unwrap();
        rest.split('\'').next().unwrap().to_owned()
    };
    assert_ne!(nonce(&page), nonce(&again));
    assert!(nonce(&page).len() >= 22, "128 bits");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
}
