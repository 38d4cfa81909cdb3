//! Answers in `OpenAI`'s shape, whole and broken.

use axum::Json;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde_json::{Value, json};
use uuid::Uuid;

use super::model::{MODEL, tokens};

/// What is said, and why it ended.
pub(super) struct Said {
    pub content: Option<String>,
    pub refusal: Option<&'static str>,
    pub finish_reason: &'static str,
}

impl Said {
    pub(super) fn whole(text: String) -> Self {
        Self {
            content: Some(text),
            refusal: None,
            finish_reason: "stop",
        }
    }

    pub(super) fn cut(text: &str) -> Self {
        let half = text.chars().count() / 2;
        Self {
            finish_reason: "length",
            ..Self::whole(text.chars().take(half).collect())
        }
    }

    pub(super) fn filtered() -> Self {
        Self {
            content: None,
            refusal: None,
            finish_reason: "content_filter",
        }
    }

    pub(super) fn declined() -> Self {
        Self {
            content: None,
            refusal: Some("I'm sorry, I can't help with that."),
            finish_reason: "stop",
        }
    }
}

/// Of what was read in tokens; none said: no choices.
pub(super) fn completion(said: Option<Said>, read: usize, now: i64) -> Value {
    let written = said
        .as_ref()
        .and_then(|said| said.content.as_deref())
        .map_or(0, tokens);
    let choice = |said: Said| {
        json!({"index": 0, "logprobs": null, "finish_reason": said.finish_reason,
            "message": {"role": "assistant", "content": said.content, "refusal": said.refusal, "annotations": []}})
    };
    json!({
        "id": format!("chatcmpl-{}", Uuid::new_v4().simple()),
        "object": "chat.completion",
        "created": now,
        "model": MODEL,
        "choices": said.map(choice).into_iter().collect::<Vec<_>>(),
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
        "system_fingerprint": null,
    })
}

/// One of three ways to answer a question with what is no answer.
pub(super) fn nonsense(turn: u64) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    match turn % 3 {
        0 => {
            let html = [(header::CONTENT_TYPE, "text/html")];
            (html, "<!DOCTYPE html><title>Just a moment…</title>").into_response()
        }
        1 => (json, r#"{"id":"chatcmpl-1","choices":[{"index":0,"mess"#).into_response(),
        _ => Json(json!({"choices": "several", "usage": []})).into_response(),
    }
}

/// Begins, and breaks off.
pub(super) fn hung_up() -> Response {
    let begun = Ok(r#"{"id":"chatcmpl-1","#);
    let parts = [begun, Err(std::io::Error::other("hung up"))];
    let body = Body::from_stream(stream::iter(parts));
    (
        StatusCode::OK,
        [(header::CONTENT_TYPE, "application/json")],
        body,
    )
        .into_response()
}

/// Whatever `said` is, a few times larger than any answer.
pub(super) fn huge(now: i64) -> Value {
    completion(Some(Said::whole("word ".repeat(60_000))), 1, now)
}
