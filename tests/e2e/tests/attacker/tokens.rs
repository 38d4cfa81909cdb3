//! Link tokens that we did not issue, or not for this.

use aws_lc_rs::{hkdf, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use e2e::{DEVON, MARCIA, READ_ONLY, Scene};
use sandbox::world::Options;
use serde_json::{Value, json};

const KEY: [u8; 32] = [3; 32];

async fn begin() -> Scene {
    let ring = json!([{"id": "k1", "key": STANDARD.encode(KEY), "state": "current"}]);
    let keys = json!({"pepper": STANDARD.encode([7; 32]), "ring": ring});
    Scene::with(Options {
        keys: Some(keys.to_string()),
        ..Options::default()
    })
    .await
}

/// What the ring's key signs link tokens with.
fn signing() -> Vec<u8> {
    let mut key = vec![0; 32];
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"flash-whatsapp-bot").extract(&KEY);
    let info: [&[u8]; 1] = [b"link page token"];
    let okm = prk.expand(&info, hkdf::HKDF_SHA256.hmac_algorithm());
    okm.unwrap().fill(&mut key).unwrap();
    key
}

fn part(token: &str, at: usize) -> Value {
    let text = URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap());
    serde_json::from_slice(&text.unwrap()).unwrap()
}

fn joined(header: &Value, claims: &Value) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}")
}

fn with(value: &Value, name: &str, new: impl Into<Value>) -> Value {
    let mut value = value.clone();
    value[name] = new.into();
    value
}

fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(name);
    value
}

fn signed_with(algorithm: hmac::Algorithm, key: &[u8], header: &Value, claims: &Value) -> String {
    let text = joined(header, claims);
    let tag = hmac::sign(&hmac::Key::new(algorithm, key), text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag))
}

fn signed(header: &Value, claims: &Value) -> String {
    signed_with(hmac::HMAC_SHA256, &signing(), header, claims)
}

/// Nothing is shown for it, no code and no chat.
async fn is_refused(scene: &Scene, name: &str, token: &str, key: &str) {
    let page = scene.get(&format!("/link/{token}")).await;
    assert!([404, 410].contains(&page.status), "{name}: {}", page.status);
    assert!(!page.body.contains("876"), "{name}");
    let answer = scene.bring(token, key, true).await;
    assert!(
        [404, 410].contains(&answer.status),
        "{name}: {}",
        answer.status
    );
    assert!(answer.json().get("code").is_none(), "{name}");
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one list")]
async fn l09_a_token_that_was_not_issued_for_this_page_opens_nothing() {
    let scene = begin().await;
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let (header, claims) = (part(&token, 0), part(&token, 1));
    let ours = format!("/link/{}", signed(&header, &claims));
    let opened = scene.get(&ours).await.status;
    assert_eq!(opened, 200, "else this test proves nothing");
    let now = scene.world.clock.millis() / 1_000;
    let devons = scene.link_token(&format!("whatsapp:{DEVON}")).await;
    let devon = part(&devons, 1)["sub"].clone();
    let text = joined(&header, &claims);
    let signature = token.rsplit('.').next().unwrap();
    let none = |alg: &str| format!("{}.", joined(&with(&header, "alg", alg), &claims));

    let signing = signing();
    let forged: Vec<(&str, String)> = vec![
        ("alg none", none("none")),
        ("alg None", none("None")),
        (
            "alg none, signed",
            signed(&with(&header, "alg", "none"), &claims),
        ),
        ("no alg", signed(&without(&header, "alg"), &claims)),
        (
            "alg HS512 over HS256",
            signed(&with(&header, "alg", "HS512"), &claims),
        ),
        (
            "HS512",
            signed_with(
                hmac::HMAC_SHA512,
                &signing,
                &with(&header, "alg", "HS512"),
                &claims,
            ),
        ),
        (
            "HS384",
            signed_with(
                hmac::HMAC_SHA384,
                &signing,
                &with(&header, "alg", "HS384"),
                &claims,
            ),
        ),
        ("RS256", signed(&with(&header, "alg", "RS256"), &claims)),
        (
            "an empty key",
            signed_with(hmac::HMAC_SHA256, b"", &header, &claims),
        ),
        (
            "the ring's key itself",
            signed_with(hmac::HMAC_SHA256, &KEY, &header, &claims),
        ),
        (
            "the key's id as key",
            signed_with(hmac::HMAC_SHA256, b"k1", &header, &claims),
        ),
        ("no kid", signed(&without(&header, "kid"), &claims)),
        (
            "an unknown kid",
            signed(&with(&header, "kid", "k2"), &claims),
        ),
        (
            "a path as kid",
            signed(&with(&header, "kid", "../../dev/null"), &claims),
        ),
        ("a number as kid", signed(&with(&header, "kid", 1), &claims)),
        (
            "a key of its own",
            signed_with(
                hmac::HMAC_SHA256,
                &[1; 32],
                &with(
                    &header,
                    "jwk",
                    json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode([1; 32])}),
                ),
                &claims,
            ),
        ),
        (
            "another purpose",
            signed(&header, &with(&claims, "aud", "step-up")),
        ),
        (
            "a list of others",
            signed(&header, &with(&claims, "aud", json!(["a", "b"]))),
        ),
        ("no purpose", signed(&header, &without(&claims, "aud"))),
        (
            "another person",
            signed(&header, &with(&claims, "sub", devon)),
        ),
        ("nobody", signed(&header, &with(&claims, "sub", ""))),
        (
            "another table's key",
            signed(&header, &with(&claims, "sub", "guard#x")),
        ),
        ("no person", signed(&header, &without(&claims, "sub"))),
        (
            "another page",
            signed(&header, &with(&claims, "jti", "page")),
        ),
        ("no page", signed(&header, &without(&claims, "jti"))),
        ("over", signed(&header, &with(&claims, "exp", now))),
        ("long over", signed(&header, &with(&claims, "exp", -1))),
        ("without end", signed(&header, &without(&claims, "exp"))),
        (
            "an end in words",
            signed(&header, &with(&claims, "exp", "never")),
        ),
        (
            "an end past all numbers",
            signed(&header, &with(&claims, "exp", 1e300)),
        ),
        ("no signature", format!("{text}.")),
        ("two parts", text.clone()),
        ("four parts", format!("{token}.{signature}")),
        ("a signature cut", token[..token.len() - 4].to_owned()),
        ("padded", format!("{token}=")),
        ("claims that are a list", signed(&header, &json!([claims]))),
        ("a header that is a list", signed(&json!([header]), &claims)),
        (
            "no JSON",
            format!("{0}.{0}.{signature}", URL_SAFE_NO_PAD.encode("x")),
        ),
        (
            "deep, under another key",
            signed_with(
                hmac::HMAC_SHA256,
                &[1; 32],
                &with(&header, "x", deep(400)),
                &with(&claims, "x", deep(400)),
            ),
        ),
        (
            "huge",
            signed(&header, &with(&claims, "jti", "x".repeat(6_000))),
        ),
        ("dots", ".".repeat(5_000)),
    ];
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    for (name, token) in &forged {
        is_refused(&scene, name, token, &key).await;
    }
    assert!(scene.table("codes").await.is_empty());
    assert_eq!(
        scene.get(&format!("/link/{token}")).await.status,
        200,
        "as it was"
    );
}

fn deep(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |inner, _| json!([inner]))
}

#[tokio::test]
async fn l09_a_token_is_good_until_its_second_and_for_the_newest_page_alone() {
    let scene = begin().await;
    let older = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let newer = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    is_refused(&scene, "replaced", &older, &key).await;
    assert_eq!(scene.get(&format!("/link/{newer}")).await.status, 200);
    // The page's end is kept beside it, too: a token cannot outlive it, whoever signed it.
    let later = with(&part(&newer, 1), "exp", i64::MAX);
    let later = signed(&part(&newer, 0), &later);
    scene.advance(600).await;
    is_refused(&scene, "over", &newer, &key).await;
    is_refused(&scene, "prolonged", &later, &key).await;
}
