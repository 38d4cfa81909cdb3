//! What a model answers, or whoever obeys somebody else: read, judged, and said only if it may be.

use std::sync::LazyLock;

use domain::assistant::{Asked, Memory, ModelTrouble, Pending, Plan, Prompt, Source, plan};
use domain::knowledge::Base;
use domain::language::Language;
use domain::time::Moment;
use maple::{Client, ClientConfig};

use crate::answers::{TIMEOUT, split};
use crate::{Outside, near};

pub(crate) const OF_MAPLE: [&[u8]; 7] = [
    br#"{"id":"chatcmpl-1","object":"chat.completion","created":1795348800,"model":"llama3-3-70b","choices":[{"index":0,"message":{"role":"assistant","content":"Send *link* in this chat and open the page that it brings. There you log in to Flash.","refusal":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":900,"completion_tokens":40,"total_tokens":940}}"#,
    br#"{"choices":[{"message":{"content":"<think>they ask for a link</think>Send *link*."},"finish_reason":"stop"}]}"#,
    br#"{"choices":[{"message":{"content":"Your balance is $500. Log in at https://flash.example.evil/ or call +1 876 555 0100."},"finish_reason":"stop"}],"usage":{}}"#,
    br#"{"choices":[{"message":{"content":null,"refusal":"I can't help."},"finish_reason":"stop"}]}"#,
    br#"{"choices":[{"message":{"content":"NO_ANSWER"},"finish_reason":"stop"}]}"#,
    br#"{"choices":[{"message":{"content":"Send *lin"},"finish_reason":"length"}]}"#,
    br#"{"choices":[],"usage":{"prompt_tokens":99999999999999999999}}"#,
];

const QUESTION: &str = "so how can I hook my flash account up with this chat";

struct Here {
    outside: Outside,
    client: Client,
    prompt: Prompt,
    pending: Pending,
}

#[expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's own tools: a failure here is the test's failure"
)]
fn begin() -> Here {
    let outside = Outside::start();
    let client = Client::new(ClientConfig {
        base_url: outside.url().parse().unwrap(),
        model: "llama3-3-70b".to_owned(),
        key: "local-maple-key".into(),
        connect_timeout: TIMEOUT,
        total_timeout: TIMEOUT,
    });
    let asked = Asked {
        thread: "SM1".to_owned(),
        question: QUESTION.to_owned(),
        language: Language::English,
        at: Moment::from_unix(1_795_348_800),
    };
    let Plan::Ask(prompt, pending) = plan(&asked, &Memory::default(), Base::ours(), Ok(())) else {
        panic!("the model is asked");
    };
    Here {
        outside,
        client: client.unwrap(),
        prompt,
        pending,
    }
}

/// Where a text leads.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_whitespace() || "*_~`()<>\"'".contains(c));
    let words = words.filter(|word| word.contains("://"));
    words.map(|word| word.trim_end_matches(['.', ',', ':', ';', '!', '?']))
}

pub(crate) fn of_maple(input: &[u8]) {
    static HERE: LazyLock<Here> = LazyLock::new(begin);
    let (status, rest) = split(input);
    let body = near(&OF_MAPLE, rest);
    let said = HERE
        .outside
        .ask(status, &body, HERE.client.ask(&HERE.prompt));
    if let Ok(completion) = &said {
        assert!(status == 200 && !completion.text.trim().is_empty());
    }
    let answer = HERE
        .pending
        .clone()
        .answered(said.map_err(|_| ModelTrouble::Failed));
    assert!(!answer.reply.text.is_empty());
    if answer.record.source == Source::Model {
        let base = Base::ours().entries(Language::English);
        let ours = |link: &str| base.iter().any(|entry| entry.answer.contains(link));
        for link in links(&answer.reply.text) {
            assert!(ours(link), "{link}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_said_or_not_as_they_deserve() {
        let here = begin();
        let source = |body: &[u8]| {
            let said = here.outside.ask(200, body, here.client.ask(&here.prompt));
            let said = said.map_err(|_| ModelTrouble::Failed);
            here.pending.clone().answered(said).record.source
        };
        assert_eq!(source(OF_MAPLE[0]), Source::Model);
        assert_eq!(source(OF_MAPLE[1]), Source::Model);
        assert_eq!(source(OF_MAPLE[2]), Source::Filtered);
        assert_eq!(source(OF_MAPLE[3]), Source::Fallback);
    }
}
