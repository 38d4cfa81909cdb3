//! The Maple stand-in, our client of it, and a client of `OpenAI`'s API that nobody here wrote, over a real port: each keeps
//! the others honest.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail it")]

mod manners;
mod ours;
mod refusals;
mod theirs;

use std::sync::Arc;
use std::time::Duration;

use aws::clock::Clock;
use domain::assistant::{By, Completion, Line, Prompt};
use maple::{Client, ClientConfig, Error};
use sandbox::fault::Faults;
use sandbox::maple::{KEY, MODEL, MapleStandIn};
use secrecy::SecretString;

/// Sun, 22 Nov 2026 12:00:00 +0000.
const NOON: i64 = 1_795_348_800_000;

/// A stand-in on a port of its own, and our client.
struct World {
    maple: MapleStandIn,
    faults: Arc<Faults>,
    url: String,
    client: Client,
}

impl World {
    async fn start() -> Self {
        let faults = Arc::new(Faults::default());
        let maple = MapleStandIn::new(Clock::told_by(|| NOON), Arc::clone(&faults));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/sandbox/maple", listener.local_addr().unwrap());
        let app = axum::Router::new().nest("/sandbox/maple", maple.router());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            maple,
            faults,
            client: client(&url, KEY, Duration::from_secs(30)),
            url,
        }
    }

    async fn ask(&self, question: &str) -> Result<Completion, Error> {
        self.client.ask(&prompt("Answer.", question)).await
    }

    /// With so little time that nothing is tried twice.
    fn in_haste(&self, total: Duration) -> Client {
        client(&self.url, KEY, total)
    }
}

fn client(url: &str, key: &str, total_timeout: Duration) -> Client {
    let config = ClientConfig {
        base_url: url.parse().unwrap(),
        model: MODEL.to_owned(),
        key: SecretString::from(key),
        connect_timeout: Duration::from_secs(2),
        total_timeout,
    };
    Client::new(config).unwrap()
}

fn prompt(rules: &str, question: &str) -> Prompt {
    let line = |by, text: &str| Line {
        by,
        text: text.to_owned(),
    };
    Prompt {
        version: "1",
        lines: vec![line(By::System, rules), line(By::User, question)],
    }
}

/// A note as our prompts have it.
fn note(answer: &str) -> String {
    format!("<note id=\"some-id\">\nWhy?\n{answer}\n</note>")
}
