//! The enclave's way, against one on this machine that seals as the real one does, and what both ways make of an answer.

mod enclave;
mod reading;

use std::time::Duration;

use domain::assistant::{By, Line, Prompt};
use secrecy::SecretString;

use crate::client::ClientConfig;

const KEY: &str = "local-maple-key";

fn config(base_url: &str) -> ClientConfig {
    ClientConfig {
        base_url: base_url.parse().unwrap(),
        model: "llama3-3-70b".to_owned(),
        key: SecretString::from(KEY),
        connect_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_secs(20),
    }
}

fn prompt(question: &str) -> Prompt {
    let line = |by, text: &str| Line {
        by,
        text: text.to_owned(),
    };
    Prompt {
        version: "1",
        lines: vec![line(By::System, "Answer."), line(By::User, question)],
    }
}
