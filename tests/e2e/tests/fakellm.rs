//! Our client of chat completions against `fakellm`, a server of `OpenAI`'s API for tests that nobody here wrote.
//!
//! `.ci/test` provides it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::assistant::{By, Line, Prompt};
use e2e::server::{free_port, serve};
use maple::{Client, ClientConfig};
use secrecy::SecretString;
use tokio::process::{Child, Command};

/// What it answers: the first rule that fits.
const RULES: &str = r#"
version: 1
rules:
  - name: busy
    when: {messages_contain: "too many"}
    respond: {status: 429, error: "slow down, +18765550100"}
  - name: broken
    when: {messages_contain: "broken"}
    respond: {status: 503, error: "overloaded"}
  - name: stranger
    when: {messages_contain: "stranger"}
    respond: {status: 401, error: "who?"}
  - name: tools
    when: {messages_contain: "refund"}
    respond: {tool_calls: [{name: refund, arguments: {amount: 20}}]}
  - name: said
    when: {messages_contain: "link", model_matches: "llama*"}
    respond: {content: "  Envía *enlazar* 🌴\n"}
"#;

struct Server {
    url: String,
    folder: PathBuf,
    _process: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn start() -> Server {
    let port = free_port();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fakellm-{port}"));
    std::fs::create_dir_all(&folder).unwrap();
    let rules = folder.join("fakellm.yaml");
    std::fs::write(&rules, RULES).unwrap();
    let mut command = Command::new("fakellm");
    command.args(["serve", "--port", &port.to_string(), "--config"]);
    command.arg(&rules).current_dir(&folder);
    Server {
        url: format!("http://127.0.0.1:{port}"),
        folder,
        _process: serve(&mut command, port).await,
    }
}

fn client(server: &Server) -> Client {
    let config = ClientConfig {
        base_url: server.url.parse().unwrap(),
        model: "llama3-3-70b".to_owned(),
        key: SecretString::from("any"),
        connect_timeout: Duration::from_secs(2),
        // Too little to try anything twice.
        total_timeout: Duration::from_secs(4),
    };
    Client::new(config).unwrap()
}

fn prompt(question: &str) -> Prompt {
    let line = |by, text: &str| Line {
        by,
        text: text.to_owned(),
    };
    Prompt {
        version: "1",
        lines: vec![
            line(By::System, "Answer."),
            line(By::User, "Hi"),
            line(By::Assistant, "Hi!"),
            line(By::User, question),
        ],
    }
}

#[tokio::test]
async fn an_answer_of_a_server_that_nobody_here_wrote_is_read() {
    let server = start().await;
    let said = client(&server)
        .ask(&prompt("How do I link?"))
        .await
        .unwrap();
    assert_eq!(said.text, "Envía *enlazar* 🌴");
    assert!(said.is_whole);
    assert!(said.tokens.0 > 0 && said.tokens.1 > 0, "{:?}", said.tokens);
    // It understood whose words are whose: what no rule fits, it answers from the last of the user's.
    let echo = client(&server)
        .ask(&prompt("What is a sat?"))
        .await
        .unwrap();
    assert!(!echo.text.is_empty());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let stats = http.get(format!("{}/_fakellm/stats", server.url)).send();
    let stats: serde_json::Value = stats.await.unwrap().json().await.unwrap();
    assert_eq!(stats["total_requests"], 2);
    assert_eq!(stats["by_rule"]["said"], 1);
    assert_eq!(stats["recent"][0]["stream"], false);
    assert_eq!(stats["recent"][0]["model"], "llama3-3-70b");
}

#[tokio::test]
async fn its_refusals_are_told_by_kind_and_never_in_its_words() {
    let server = start().await;
    let client = client(&server);
    for (question, outcome) in [
        ("too many", "limited"),
        ("broken", "status"),
        ("stranger", "unauthorized"),
        ("refund me", "empty"),
    ] {
        let error = client.ask(&prompt(question)).await.unwrap_err();
        assert_eq!(error.outcome(), outcome, "{question}");
        assert!(!format!("{error} {error:?}").contains("876"), "{error:?}");
    }
}
