//! What may be asked, and how it is refused.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::model::{MODEL, tokens};

/// Of question and answer together, as the model counts them.
const CONTEXT: usize = 32_768;
const MOST_WRITTEN: u32 = 4_096;

/// Chat completions as far as this project may ask for them: words for words. No tools, no streams, and nothing that says
/// who asks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    pub model: String,
    pub messages: Vec<Message>,
    max_tokens: Option<u32>,
    max_completion_tokens: Option<u32>,
    temperature: Option<f64>,
    top_p: Option<f64>,
    #[serde(default)]
    stream: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    pub role: Role,
    pub content: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    System,
    User,
    Assistant,
}

/// An error in `OpenAI`'s shape.
#[derive(Debug)]
pub(super) struct Refusal {
    pub status: StatusCode,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<&'static str>,
    message: String,
}

impl Refusal {
    pub(super) fn new(
        status: StatusCode,
        kind: &'static str,
        code: Option<&'static str>,
        message: &str,
    ) -> Self {
        Self {
            status,
            kind,
            code,
            param: None,
            message: message.to_owned(),
        }
    }

    fn invalid(param: &'static str, message: &str) -> Self {
        Self {
            param: Some(param),
            ..Self::new(
                StatusCode::BAD_REQUEST,
                "invalid_request_error",
                None,
                message,
            )
        }
    }

    pub(super) fn unauthorized() -> Self {
        let (kind, code) = ("invalid_request_error", Some("invalid_api_key"));
        Self::new(
            StatusCode::UNAUTHORIZED,
            kind,
            code,
            "Incorrect API key provided.",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = json!({"message": self.message, "type": self.kind, "param": self.param, "code": self.code});
        (self.status, Json(json!({ "error": error }))).into_response()
    }
}

impl Asked {
    pub(super) fn parse(body: &[u8]) -> Result<(Self, Value), Refusal> {
        let unread = |error: serde_json::Error| {
            let (status, kind) = (StatusCode::BAD_REQUEST, "invalid_request_error");
            Refusal::new(
                status,
                kind,
                None,
                &format!("We could not parse the body: {error}"),
            )
        };
        let asked: Self = serde_json::from_slice(body).map_err(unread)?;
        asked.check()?;
        Ok((asked, serde_json::from_slice(body).map_err(unread)?))
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.model != MODEL {
            let (kind, code) = ("invalid_request_error", Some("model_not_found"));
            let message = format!("The model `{}` does not exist.", self.model);
            return Err(Refusal {
                param: Some("model"),
                ..Refusal::new(StatusCode::NOT_FOUND, kind, code, &message)
            });
        }
        if self.stream {
            return Err(Refusal::invalid("stream", "Nothing is streamed here."));
        }
        if self
            .messages
            .iter()
            .all(|message| message.role != Role::User)
        {
            return Err(Refusal::invalid("messages", "Nobody asks anything."));
        }
        if self
            .messages
            .iter()
            .any(|message| message.content.trim().is_empty())
        {
            return Err(Refusal::invalid("messages", "A message is empty."));
        }
        let most = match (self.max_tokens, self.max_completion_tokens) {
            (Some(_), Some(_)) => return Err(Refusal::invalid("max_tokens", "Set one of both.")),
            (one, other) => one.or(other).unwrap_or(MOST_WRITTEN),
        };
        if !(1..=MOST_WRITTEN).contains(&most) {
            return Err(Refusal::invalid(
                "max_tokens",
                "The limit is out of bounds.",
            ));
        }
        if !within(self.temperature, 2.0) || !within(self.top_p, 1.0) {
            return Err(Refusal::invalid(
                "temperature",
                "The value is out of bounds.",
            ));
        }
        if self.read() + most as usize > CONTEXT {
            let code = Some("context_length_exceeded");
            return Err(Refusal {
                code,
                ..Refusal::invalid("messages", "The messages are longer than the context.")
            });
        }
        Ok(())
    }

    /// Tokens of all that was said.
    pub(super) fn read(&self) -> usize {
        let all = self.messages.iter();
        all.map(|message| tokens(&message.content)).sum()
    }
}

fn within(value: Option<f64>, most: f64) -> bool {
    value.is_none_or(|value| (0.0..=most).contains(&value))
}
