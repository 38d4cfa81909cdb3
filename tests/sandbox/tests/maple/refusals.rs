//! What the stand-in does not take.

use reqwest::StatusCode;
use sandbox::maple::{KEY, MODEL};
use serde_json::{Value, json};

use crate::World;

fn question() -> Value {
    json!({"model": MODEL, "messages": [{"role": "user", "content": "hm"}]})
}

/// `question` with one member more, or another in its place.
fn with(member: &str, value: Value) -> Value {
    let mut question = question();
    question[member] = value;
    question
}

async fn post(world: &World, body: &Value) -> (StatusCode, Value) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/v1/chat/completions", world.url);
    let answer = http
        .post(url)
        .bearer_auth(KEY)
        .json(body)
        .send()
        .await
        .unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_question_that_is_in_order_is_taken() {
    let world = World::start().await;
    for fine in [
        question(),
        with("max_tokens", json!(1)),
        with("max_completion_tokens", json!(4_096)),
        with("temperature", json!(0.2)),
        with("stream", json!(false)),
    ] {
        let (status, answer) = post(&world, &fine).await;
        assert_eq!(status, 200, "{fine}");
        assert_eq!(answer["object"], "chat.completion");
    }
}

#[tokio::test]
async fn whatever_is_not_words_for_words_is_refused() {
    let world = World::start().await;
    for wrong in [
        with("user", json!("marcia")),
        with("metadata", json!({"person": "1"})),
        with("tools", json!([])),
        with("n", json!(2)),
        with("stream", json!(true)),
        with("messages", json!([])),
        with(
            "messages",
            json!([{"role": "system", "content": "Answer."}]),
        ),
        with("messages", json!([{"role": "tool", "content": "hm"}])),
        with("messages", json!([{"role": "user", "content": " "}])),
        with("messages", json!([{"role": "user", "content": null}])),
        with(
            "messages",
            json!([{"role": "user", "content": "hm", "name": "Marcia"}]),
        ),
        with(
            "messages",
            json!([{"role": "user", "content": "x".repeat(140_000)}]),
        ),
        with("max_tokens", json!(0)),
        with("max_tokens", json!(5_000)),
        with("temperature", json!(2.5)),
        json!([]),
    ] {
        let (status, answer) = post(&world, &wrong).await;
        let shown = wrong.to_string().chars().take(120).collect::<String>();
        assert_eq!(status, 400, "{shown}");
        assert_eq!(answer["error"]["type"], "invalid_request_error", "{shown}");
    }
    let (status, answer) = post(&world, &with("model", json!("gpt-1"))).await;
    assert_eq!(
        (status, &answer["error"]["code"]),
        (StatusCode::NOT_FOUND, &json!("model_not_found"))
    );
    assert!(world.maple.asked().is_empty());
}

#[tokio::test]
async fn who_has_no_key_or_sends_no_json_or_asks_elsewhere_is_refused() {
    let world = World::start().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/v1/chat/completions", world.url);
    let body = question().to_string();
    let json =
        |request: reqwest::RequestBuilder| request.header("content-type", "application/json");
    for (request, status) in [
        (json(http.post(&url)), 401),
        (json(http.post(&url)).bearer_auth("x"), 401),
        (json(http.post(&url)).basic_auth("x", Some(KEY)), 401),
        (http.post(&url).bearer_auth(KEY), 415),
        (
            json(http.post(format!("{}/v1/completions", world.url))).bearer_auth(KEY),
            404,
        ),
        (json(http.put(&url)).bearer_auth(KEY), 404),
    ] {
        let answer = request.body(body.clone()).send().await.unwrap();
        assert_eq!(answer.status(), status);
        let answer: Value = answer.json().await.unwrap();
        assert!(answer["error"]["message"].is_string());
    }
}
