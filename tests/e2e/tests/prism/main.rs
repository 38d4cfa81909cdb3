//! Our Twilio clients against Twilio's own OpenAPI, played by Prism; and our stand-in for Twilio behind Prism's proxy, so
//! that what the other tests take for Twilio is as Twilio describes itself.
//!
//! Prism checks shapes: it knows nothing of rules that a schema does not say, such as that a message has a body or a
//! template, and it takes a form's repeated field for a mistake, so nothing here sends a picture.
//!
//! `.ci/test` provides Prism, and runs this where Twilio's documents lie beside the checkout.

mod document;
mod mock;
mod proxy;

use domain::address::WhatsAppAddress;
use e2e::server::{free_port, serve};
use sandbox::world::{API_KEY_SID, Options, SENDER};
use tokio::process::{Child, Command};
use twilio::client::{Client, Config};

use crate::document::Document;

/// Prism on a port of its own, until dropped. Whatever is not as described is answered with an error, in both directions.
struct Prism {
    url: String,
    _process: Child,
}

impl Prism {
    /// Answers requests with the document's own examples.
    async fn mock(document: Document) -> Self {
        Self::start("mock", document, &["--errors"]).await
    }

    /// Answers requests with anything that fits the document, each time something else. It does not look at its own
    /// answers, whose addresses fit their patterns and are none.
    async fn fuzz(document: Document) -> Self {
        Self::start("mock", document, &["--dynamic"]).await
    }

    /// Hands requests on, and answers back.
    async fn proxy(document: Document, upstream: &str) -> Self {
        Self::start("proxy", document, &[upstream, "--errors"]).await
    }

    async fn start(command: &str, document: Document, more: &[&str]) -> Self {
        let port = free_port();
        let mut prism = Command::new("prism");
        prism
            .args([command, "--host", "127.0.0.1", "--verboseLevel", "silent"])
            .args(["--port", &port.to_string()])
            .arg(document.file())
            .args(more);
        let process = serve(&mut prism, port).await;
        Self {
            url: format!("http://127.0.0.1:{port}"),
            _process: process,
        }
    }
}

/// As the functions have it, but for where Twilio is.
fn client(api_url: &str, key_secret: &str) -> Client {
    let account = Options::default().twilio_account_sid;
    let sender = WhatsAppAddress::parse(SENDER).unwrap();
    let config = Config::new(
        api_url.to_owned(),
        &account,
        API_KEY_SID,
        key_secret.to_owned().into(),
        sender,
    );
    Client::new(config.unwrap()).unwrap()
}
