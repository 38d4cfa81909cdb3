//! Chat completions on the wire, as far as they are asked for and relied on. What a server says beside that is not read:
//! those that are compatible differ in everything else.

use domain::assistant::{By, Completion, Line, Prompt};
use domain::policy::MODEL_ANSWER_TOKENS;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[derive(Serialize)]
pub(crate) struct Request<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    max_tokens: u32,
    /// 0: the same question has the same answer, as far as the model can help it.
    temperature: u8,
    stream: bool,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

impl<'a> Request<'a> {
    pub(crate) fn new(model: &'a str, prompt: &'a Prompt) -> Self {
        Self {
            model,
            messages: prompt.lines.iter().map(Message::of).collect(),
            max_tokens: MODEL_ANSWER_TOKENS,
            temperature: 0,
            stream: false,
        }
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        // Strings and numbers are all there is.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl<'a> Message<'a> {
    fn of(line: &'a Line) -> Self {
        let role = match line.by {
            By::System => "system",
            By::User => "user",
            By::Assistant => "assistant",
        };
        Self {
            role,
            content: &line.text,
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Default, Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
}

/// What a 200 says.
pub(crate) fn completion(body: &[u8]) -> Result<Completion, Error> {
    let answer: Answer = serde_json::from_slice(body).map_err(|e| Error::malformed(&e))?;
    let choice = answer.choices.into_iter().next().ok_or(Error::Empty)?;
    let ended = choice.finish_reason.as_deref();
    if ended == Some("content_filter") {
        return Err(Error::Filtered);
    }
    if choice
        .message
        .refusal
        .is_some_and(|words| !words.is_empty())
    {
        return Err(Error::Declined);
    }
    let said = choice.message.content.unwrap_or_default();
    let text = spoken(&said);
    if text.is_empty() {
        return Err(Error::Empty);
    }
    let usage = answer.usage.unwrap_or_default();
    Ok(Completion {
        text: text.to_owned(),
        tokens: (usage.prompt_tokens, usage.completion_tokens),
        is_whole: ended == Some("stop"),
    })
}

/// Without what a model of the thinking kind says to itself first, where its server leaves that in.
fn spoken(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix("<think>") {
        None => text,
        Some(thought) => thought
            .split_once("</think>")
            .map_or("", |(_, said)| said.trim()),
    }
}
