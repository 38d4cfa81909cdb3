//! Methods, paths, kinds and sizes that nobody meant.

use std::sync::Arc;

use e2e::{MARCIA, READ_ONLY, Scene};
use lambda_http::http::{HeaderMap, HeaderValue, Method, Uri};
use sandbox::gateway::{self, Answered, Arrived};
use serde_json::json;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

fn arrived(method: &Method, path: &str, content_type: &str, body: &str) -> Option<Arrived> {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_str(content_type).unwrap());
    Some(Arrived {
        method: method.clone(),
        uri: path.parse::<Uri>().ok()?,
        headers,
        body: body.as_bytes().to_vec(),
    })
}

/// Straight to a function, as if API Gateway let every path through. It takes exact routes only.
async fn web(scene: &Scene, arrived: &Arrived) -> Answered {
    let now = scene.world.clock.millis();
    let event = gateway::event(arrived, "$default", now).to_string();
    let world = Arc::clone(&scene.world);
    let handle = move |request| {
        let world = Arc::clone(&world);
        async move { Box::pin(web::handle(&world.web, request)).await }
    };
    gateway::invoke(event, now + 10_000, handle).await
}

async fn webhook(scene: &Scene, arrived: &Arrived) -> Answered {
    let now = scene.world.clock.millis();
    let event = gateway::event(arrived, "$default", now).to_string();
    let world = Arc::clone(&scene.world);
    let handle = move |request| {
        let world = Arc::clone(&world);
        async move { Box::pin(webhook::handle(&world.webhook, request)).await }
    };
    gateway::invoke(event, now + 10_000, handle).await
}

#[tokio::test]
async fn s01_only_the_routes_there_are_answer_and_only_to_their_methods() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let page = format!("/link/{token}");
    let credential = format!("{page}/credential");
    let there = [
        (Method::GET, page.as_str(), 200),
        (Method::GET, "/link/captcha-frame", 200),
        (Method::GET, "/health", 200),
        (Method::POST, credential.as_str(), 415),
    ];
    for (method, path, status) in &there {
        let arrived = arrived(method, path, "text/plain", "").unwrap();
        assert_eq!(
            web(&scene, &arrived).await.status,
            *status,
            "{method} {path}"
        );
    }
    let methods = [
        "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "LINK",
    ];
    for name in methods {
        let method = Method::from_bytes(name.as_bytes()).unwrap();
        for (allowed, path, _) in &there {
            if method != *allowed {
                let arrived = arrived(&method, path, JSON, "{}").unwrap();
                assert_eq!(web(&scene, &arrived).await.status, 404, "{method} {path}");
            }
        }
        for path in [
            "/whatsapp/webhook",
            "/whatsapp/status",
            "/whatsapp/status/x",
        ] {
            let arrived = arrived(&method, path, FORM, "Body=help").unwrap();
            let status = if method == Method::POST { 403 } else { 404 };
            assert_eq!(
                webhook(&scene, &arrived).await.status,
                status,
                "{method} {path}"
            );
        }
    }
}

/// Steps up, dots and backslashes are resolved by the runtime before we see a path: what is left is one like any other.
/// API Gateway, which routes by the path as it came, lets none of them through.
#[tokio::test]
async fn s01_no_other_spelling_of_a_path_leads_anywhere() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let body = json!({"api_key": key}).to_string();
    let paths = [
        format!("//link/{token}/credential"),
        format!("/link//{token}/credential"),
        format!("/link/{token}//credential"),
        format!("/link/{token}/credential/"),
        format!("/link/{token}/credential/.."),
        format!("/link%2f{token}/credential"),
        format!("/link/{token}%2fcredential"),
        format!("/LINK/{token}/credential"),
        format!("/link/{token}/Credential"),
        format!("/link/{token}/credential%00"),
        format!("/link/{token}/credential;a=b"),
        format!("/dev/link/{token}/credential"),
        "/link/captcha-frame/credential".to_owned(),
        "/link//credential".to_owned(),
        "/health".to_owned(),
    ];
    for path in &paths {
        let Some(arrived) = arrived(&Method::POST, path, JSON, &body) else {
            continue;
        };
        let status = web(&scene, &arrived).await.status;
        assert!([404, 410].contains(&status), "{path}: {status}");
    }
    for path in [
        format!("/link/{token}/"),
        format!("//link/{token}"),
        format!("/Link/{token}"),
        format!("/link/{token}/.."),
        format!("/link/{token}%00"),
        format!("/link/{}", token.replace('.', "%2e")),
        "/link/".to_owned(),
        "/link".to_owned(),
        "/".to_owned(),
        "/health/".to_owned(),
        "/link/captcha-frame/".to_owned(),
    ] {
        let Some(arrived) = arrived(&Method::GET, &path, JSON, "") else {
            continue;
        };
        let status = web(&scene, &arrived).await.status;
        assert!([404, 410].contains(&status), "{path}: {status}");
    }
    for path in [
        "/whatsapp/webhook/",
        "//whatsapp/webhook",
        "/whatsapp/webhookx",
        "/whatsapp/statusx",
        "/WhatsApp/webhook",
    ] {
        let arrived = arrived(&Method::POST, path, FORM, "Body=help").unwrap();
        assert_eq!(webhook(&scene, &arrived).await.status, 404, "{path}");
    }
    assert!(scene.table("codes").await.is_empty());
}

#[tokio::test]
async fn s01_the_page_takes_one_kind_of_body_and_little_of_it() {
    let scene = Scene::begin().await;
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let path = format!("/link/{token}/credential");
    let body = json!({"api_key": key}).to_string();
    for kind in [
        "",
        "text/plain",
        "text/plain;application/json",
        FORM,
        "multipart/form-data",
        "text/json",
    ] {
        let arrived = arrived(&Method::POST, &path, kind, &body).unwrap();
        assert_eq!(web(&scene, &arrived).await.status, 415, "{kind}");
    }
    let padded = |size: usize| format!("{body}{}", " ".repeat(size - body.len()));
    let nested = format!("{{\"x\":{}{}}}", "[".repeat(1_500), "]".repeat(1_500));
    let unknown = format!("fk_01234567_{}", "A".repeat(64));
    for (name, body, status) in [
        ("too large", padded(4_097), 413),
        ("empty", String::new(), 400),
        ("cut", body[..body.len() - 1].to_owned(), 400),
        ("more after it", format!("{body}{body}"), 400),
        ("a list", format!("[{body}]"), 400),
        ("no key", "{}".to_owned(), 400),
        ("a number", json!({"api_key": 1}).to_string(), 400),
        ("none", json!({"api_key": null}).to_string(), 400),
        (
            "two keys",
            format!("{{\"api_key\":\"{unknown}\",\"api_key\":\"{key}\"}}"),
            400,
        ),
        ("deep", nested, 400),
        ("no text", "{\"api_key\":\"\u{0}\"}".to_owned(), 400),
        (
            "a line more",
            json!({"api_key": format!("{key}\r\nx-api-key: y")}).to_string(),
            401,
        ),
        (
            "a longer key",
            json!({"api_key": format!("{key}A")}).to_string(),
            401,
        ),
        (
            "upper case",
            json!({"api_key": key.to_uppercase()}).to_string(),
            401,
        ),
        (
            "padding",
            json!({"api_key": format!(" {key}")}).to_string(),
            401,
        ),
        (
            "not the key's own words",
            json!({"api_key": key, "confirm_other_phone": "yes"}).to_string(),
            400,
        ),
    ] {
        let arrived = arrived(&Method::POST, &path, JSON, &body).unwrap();
        assert_eq!(web(&scene, &arrived).await.status, status, "{name}");
    }
    assert!(scene.table("codes").await.is_empty());
    let fits = arrived(
        &Method::POST,
        &path,
        "application/json; charset=utf-8",
        &padded(4_096),
    );
    assert_eq!(web(&scene, &fits.unwrap()).await.status, 200);
}

#[tokio::test]
async fn s01_headers_as_large_as_the_gateway_lets_through_change_nothing() {
    let scene = Scene::begin().await;
    let mut many = arrived(&Method::POST, "/whatsapp/webhook", FORM, "Body=help").unwrap();
    for n in 0..60 {
        let name = lambda_http::http::HeaderName::from_bytes(format!("x-{n}").as_bytes()).unwrap();
        many.headers
            .insert(name, HeaderValue::from_str(&"x".repeat(150)).unwrap());
    }
    let signature = HeaderValue::from_str(&"A".repeat(8_000)).unwrap();
    many.headers.insert("x-twilio-signature", signature);
    assert_eq!(webhook(&scene, &many).await.status, 403);
    let long = arrived(
        &Method::GET,
        &format!("/link/{}", "a.".repeat(4_000)),
        JSON,
        "",
    )
    .unwrap();
    assert_eq!(web(&scene, &long).await.status, 410);
}
