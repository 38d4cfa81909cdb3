//! The client against a peer that misbehaves in each of the ways that matter.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail it")]

use std::collections::BTreeMap;
use std::time::Duration;

use domain::address::WhatsAppAddress;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use twilio::action::Action;
use twilio::client::{Client, Config, Content, Outgoing, SendError};
use twilio::sid::{AccountSid, ContentSid, KeySid};
use twilio::status::MessageStatus;

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const CREATED: &str =
    r#"{"sid":"SM00000000000000000000000000000001","status":"queued","body":"hi"}"#;

fn client(api_url: &str) -> Client {
    Client::new(Config {
        api_url: api_url.to_owned(),
        account_sid: AccountSid::parse(ACCOUNT).unwrap(),
        key_sid: KeySid::parse("SK00000000000000000000000000000001").unwrap(),
        key_secret: "key-secret".to_owned().into(),
        sender: WhatsAppAddress::parse("whatsapp:+14155238886").unwrap(),
        connect_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_millis(400),
    })
    .unwrap()
}

/// A server for one request: what it read, once it has answered.
async fn peer(answer: &'static [u8]) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        stream.write_all(answer).await.unwrap();
        if answer.is_empty() {
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        request
    });
    (url, serving)
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            })
            .unwrap_or(0);
        if body.len() >= length {
            return text;
        }
    }
}

fn answer(status: &str, headers: &str, body: &str) -> &'static [u8] {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .leak()
    .as_bytes()
}

async fn send_to(url: &str) -> Result<twilio::client::Accepted, SendError> {
    let to = WhatsAppAddress::parse("whatsapp:+18765550100").unwrap();
    client(url)
        .send(&Outgoing {
            to: &to,
            content: Content::Text { body: "hi & bye" },
            media_url: None,
            status_callback: "https://bot.example.com/whatsapp/status/x",
            validity_s: Some(300),
        })
        .await
}

async fn sent_to_a_peer_that_says(
    said: &'static [u8],
) -> Result<twilio::client::Accepted, SendError> {
    let (url, _serving) = peer(said).await;
    send_to(&url).await
}

#[tokio::test]
async fn a_text_goes_out_as_twilio_wants_it_and_its_sid_comes_back() {
    let (url, serving) = peer(answer("201 Created", "", CREATED)).await;
    let accepted = send_to(&format!("{url}/sandbox/twilio/")).await.unwrap();
    assert_eq!(accepted.sid.as_str(), "SM00000000000000000000000000000001");
    assert_eq!(accepted.status, MessageStatus::Queued);

    let request = serving.await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let line =
        format!("POST /sandbox/twilio/2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1\r\n");
    assert!(head.starts_with(&line), "{head}");
    let head = head.to_ascii_lowercase();
    assert!(head.contains("content-type: application/x-www-form-urlencoded"));
    // SK00000000000000000000000000000001:key-secret
    assert!(request.contains("Basic U0swMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTprZXktc2VjcmV0"));
    assert_eq!(
        body,
        "To=whatsapp%3A%2B18765550100&From=whatsapp%3A%2B14155238886\
         &StatusCallback=https%3A%2F%2Fbot.example.com%2Fwhatsapp%2Fstatus%2Fx&Body=hi+%26+bye&ValidityPeriod=300"
    );
}

#[tokio::test]
async fn a_template_goes_out_by_its_sid_with_its_variables_as_json() {
    let (url, serving) = peer(answer("201 Created", "", CREATED)).await;
    let to = WhatsAppAddress::parse("whatsapp:JM.4566546130240823").unwrap();
    let content_sid = ContentSid::parse("HX00000000000000000000000000000001").unwrap();
    let variables = BTreeMap::from([("1".to_owned(), "a \"b\"".to_owned())]);
    let content = Content::Template {
        content_sid: &content_sid,
        variables: &variables,
    };
    let status_callback = "https://bot.example.com/s";
    let media_url = Some("https://bot.example.com/qr.png");
    let message = Outgoing {
        to: &to,
        content,
        media_url,
        status_callback,
        validity_s: None,
    };
    client(&url).send(&message).await.unwrap();
    let request = serving.await.unwrap();
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let fields: BTreeMap<_, _> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(fields["To"], "whatsapp:JM.4566546130240823");
    assert_eq!(fields["ContentSid"], "HX00000000000000000000000000000001");
    assert_eq!(fields["ContentVariables"], r#"{"1":"a \"b\""}"#);
    assert_eq!(fields["MediaUrl"], "https://bot.example.com/qr.png");
    assert!(!fields.contains_key("Body") && !fields.contains_key("ValidityPeriod"));
}

#[tokio::test]
async fn a_closed_door_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = send_to(&url).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error:?}");
    assert_eq!(error.action(), Action::RetryLater);
}

#[tokio::test]
async fn silence_after_the_request_is_ambiguous() {
    let error = sent_to_a_peer_that_says(b"").await.unwrap_err();
    assert!(
        matches!(
            error,
            SendError::Ambiguous {
                http_status: None,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(error.action(), Action::Reconcile);
}

#[tokio::test]
async fn a_yes_that_cannot_be_read_is_ambiguous() {
    let long = format!("{{\"sid\":\"{}\"}}", "x".repeat(70_000)).leak();
    for said in [
        answer("201 Created", "", "<html>hello</html>"),
        answer("200 OK", "", r#"{"sid":"SM0000"#),
        answer("201 Created", "", r#"{"sid":null}"#),
        answer("201 Created", "", long),
        b"HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n{\"sid\":",
    ] {
        let error = sent_to_a_peer_that_says(said).await.unwrap_err();
        assert!(
            matches!(
                error,
                SendError::Ambiguous {
                    http_status: Some(200 | 201),
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_no_is_definite_and_says_how_long_to_wait() {
    let body = r#"{"code":20429,"message":"Too Many Requests","more_info":"x","status":429}"#;
    let said = answer("429 Too Many Requests", "retry-after: 3\r\n", body);
    let error = sent_to_a_peer_that_says(said).await.unwrap_err();
    assert!(
        matches!(
            error,
            SendError::Refused {
                http_status: 429,
                code: Some(20429),
                retry_after_s: Some(3)
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn no_redirect_takes_the_message_elsewhere() {
    let said = answer(
        "307 Temporary Redirect",
        "location: http://127.0.0.1:1/\r\n",
        "",
    );
    let error = sent_to_a_peer_that_says(said).await.unwrap_err();
    assert!(
        matches!(
            error,
            SendError::Refused {
                http_status: 307,
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn an_address_that_is_no_url_stops_the_start() {
    let config = |api_url: &str| Config {
        api_url: api_url.to_owned(),
        account_sid: AccountSid::parse(ACCOUNT).unwrap(),
        key_sid: KeySid::parse("SK00000000000000000000000000000001").unwrap(),
        key_secret: "key-secret".to_owned().into(),
        sender: WhatsAppAddress::parse("whatsapp:+14155238886").unwrap(),
        connect_timeout: Duration::from_secs(1),
        total_timeout: Duration::from_secs(1),
    };
    for wrong in ["", "api.twilio.com", "ftp://api.twilio.com"] {
        assert!(Client::new(config(wrong)).is_err(), "{wrong}");
    }
    assert!(!format!("{:?}", client("https://api.twilio.com")).contains("key-secret"));
}
