use domain::assistant::ModelTrouble;
use serde_json::json;

use super::config;
use crate::client::Client;
use crate::error::Error;
use crate::wire::completion;

fn read(choices: &serde_json::Value) -> Result<domain::assistant::Completion, Error> {
    completion(json!({"choices": choices}).to_string().as_bytes())
}

#[test]
fn an_answer_is_read_with_what_it_cost() {
    let body = json!({"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "something": [1],
        "choices": [{"index": 0, "logprobs": null, "finish_reason": "stop",
            "message": {"role": "assistant", "content": " Send *link*. \n", "refusal": null}}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15, "details": {}}});
    let completion = completion(body.to_string().as_bytes()).unwrap();
    assert_eq!(completion.text, "Send *link*.");
    assert_eq!(completion.tokens, (12, 3));
    assert!(completion.is_whole);
}

#[test]
fn what_was_cut_says_so_and_what_was_thought_is_not_said() {
    let cut = read(&json!([{"message": {"content": "Send *li"}, "finish_reason": "length"}]));
    assert!(!cut.unwrap().is_whole);
    let unsaid = read(&json!([{"message": {"content": "Send *link*."}}]));
    assert!(!unsaid.unwrap().is_whole);
    let thought = "<think>They ask how. I'd say link.</think>\n\nSend *link*.";
    let said = read(&json!([{"message": {"content": thought}, "finish_reason": "stop"}]));
    assert_eq!(said.unwrap().text, "Send *link*.");
    let only =
        read(&json!([{"message": {"content": "<think>They ask"}, "finish_reason": "length"}]));
    assert!(matches!(only, Err(Error::Empty)), "{only:?}");
}

#[test]
fn what_is_no_answer_is_an_error() {
    let outcome = |choices| read(&choices).unwrap_err().outcome();
    assert_eq!(outcome(json!([])), "empty");
    assert_eq!(
        outcome(json!([{"message": {"content": null}, "finish_reason": "tool_calls"}])),
        "empty"
    );
    assert_eq!(
        outcome(json!([{"message": {"content": "  "}, "finish_reason": "stop"}])),
        "empty"
    );
    assert_eq!(
        outcome(json!([{"message": {"content": "x"}, "finish_reason": "content_filter"}])),
        "filtered"
    );
    assert_eq!(
        outcome(json!([{"message": {"content": null, "refusal": "No."}, "finish_reason": "stop"}])),
        "declined"
    );
    assert_eq!(outcome(json!({"message": "x"})), "malformed");
    for body in ["", "<html>", r#"{"choices": [{"mess"#, "{}", "[]"] {
        let error = completion(body.as_bytes()).unwrap_err();
        assert_eq!(error.outcome(), "malformed", "{body}");
        assert!(error.is_outage());
        assert_eq!(error.trouble(), ModelTrouble::Failed);
    }
}

#[test]
fn an_address_is_the_enclaves_or_one_that_nobody_can_listen_to() {
    assert!(Client::new(config(crate::ENCLAVE)).unwrap().is_attested());
    assert!(
        Client::new(config("https://enclave.trymaple.ai/"))
            .unwrap()
            .is_attested()
    );
    for plain in [
        "https://maple.example.com/sub/",
        "http://127.0.0.1:9",
        "http://[::1]:9",
        "http://localhost:9",
    ] {
        assert!(
            !Client::new(config(plain)).unwrap().is_attested(),
            "{plain}"
        );
    }
    for refused in [
        "https://enclave.trymaple.ai/v1",
        "http://enclave.trymaple.ai",
        "http://maple.example.com",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
    ] {
        let error = Client::new(config(refused)).map(|_| ());
        assert!(
            matches!(error, Err(Error::Setup(_))),
            "{refused}: {error:?}"
        );
    }
}

#[test]
fn nothing_of_key_question_or_answer_is_printed() {
    let client = Client::new(config("http://127.0.0.1:9")).unwrap();
    let attested = Client::new(config(crate::ENCLAVE)).unwrap();
    let said = read(&json!([{"message": {"content": "My mother's wallet"}}])).unwrap();
    let printed = format!(
        "{client:?} {attested:?} {:?} {said:?} {:?}",
        config(crate::ENCLAVE),
        super::prompt("mother")
    );
    assert!(
        !printed.contains(super::KEY) && !printed.contains("mother"),
        "{printed}"
    );
}
