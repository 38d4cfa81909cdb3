//! The whole bot, deployed from its release files, and one who talks to it and watches what it says.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use e2e::READ_ONLY;
use sandbox::gateway::{self, Arrived};
use sandbox::twilio::{Say, Sign};
use serde_json::{Value, json};

use crate::account::{Account, Delivered, PUBLIC_URL};
use crate::function::Function;
use aws::clock::system_millis;

pub(crate) const EMPTY_TWIML: &str = "<Response";

pub(crate) struct Bot {
    pub(crate) account: Account,
    pub(crate) webhook: Function,
    pub(crate) outbound: Function,
    pub(crate) web: Function,
    pub(crate) otp_expiry: Function,
    pub(crate) assistant: Function,
    pub(crate) event_bridge: Function,
    pub(crate) scheduler: Function,
}

/// What an HTTP function answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u64,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

impl Answer {
    /// From the JSON that API Gateway gets.
    pub(crate) fn of(answer: &Value) -> Self {
        let body = answer["body"].as_str().unwrap_or_default();
        let bytes = if answer["isBase64Encoded"] == true {
            STANDARD.decode(body).unwrap()
        } else {
            body.into()
        };
        Self {
            status: answer["statusCode"]
                .as_u64()
                .unwrap_or_else(|| panic!("not an answer to an HTTP API: {answer}")),
            content_type: answer["headers"]["content-type"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            body: String::from_utf8(bytes).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }
}

/// An event of `events/`.
pub(crate) fn event(file: &str) -> Value {
    let path = format!("{}/../../events/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

impl Bot {
    pub(crate) async fn deploy() -> Self {
        let account = Account::open().await;
        Self {
            webhook: account.start("webhook").await,
            outbound: account.start("outbound").await,
            web: account.start("web").await,
            otp_expiry: account.start("otp-expiry").await,
            assistant: account.start("assistant").await,
            event_bridge: account.start("event-bridge").await,
            scheduler: account.start("scheduler").await,
            account,
        }
    }

    pub(crate) fn functions(&self) -> [&Function; 7] {
        [
            &self.webhook,
            &self.outbound,
            &self.web,
            &self.otp_expiry,
            &self.assistant,
            &self.event_bridge,
            &self.scheduler,
        ]
    }

    pub(crate) async fn http(
        &self,
        function: &Function,
        method: Method,
        url: &str,
        route: &str,
        headers: &[(String, String)],
        body: Vec<u8>,
    ) -> Answer {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect();
        let uri = url
            .strip_prefix(PUBLIC_URL)
            .unwrap_or_else(|| panic!("not ours: {url}"))
            .parse()
            .unwrap();
        let event = gateway::event(
            &Arrived {
                method,
                uri,
                headers,
                body,
            },
            route,
            system_millis(),
        );
        Answer::of(
            &function
                .invoke(&event)
                .await
                .unwrap_or_else(|error| panic!("{error}: {:?}", function.process.log())),
        )
    }

    /// Lets `outbound` send what waits, until nothing does.
    pub(crate) async fn send_all(&self) {
        loop {
            let Delivered { records, failed } =
                self.account.deliver("SendQueue", &self.outbound).await;
            assert!(
                failed.is_empty(),
                "{failed:?}: {:?}",
                self.outbound.process.log()
            );
            if records == 0 {
                return;
            }
        }
    }

    /// What reached Twilio for an address, from number `after` on.
    pub(crate) fn heard(&self, address: &str, after: usize) -> Vec<String> {
        let messages = self.account.scene.world.twilio.messages(Some(address), 0);
        messages
            .iter()
            .skip(after)
            .map(|message| message["body"].as_str().unwrap().to_owned())
            .collect()
    }

    /// `address` writes, really signed; what reaches Twilio for that chat.
    pub(crate) async fn say(&self, address: &str, body: &str) -> Vec<String> {
        let before = self.heard(address, 0).len();
        let say: Say = serde_json::from_value(json!({"from": address, "body": body})).unwrap();
        assert_eq!(say.sign, Sign::Ok);
        let form = self.account.scene.world.twilio.inbound_form(&say);
        let route = "POST /whatsapp/webhook";
        let answer = self
            .http(
                &self.webhook,
                Method::POST,
                &form.url,
                route,
                &form.headers,
                form.body,
            )
            .await;
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains(EMPTY_TWIML), "{}", answer.body);
        self.send_all().await;
        self.heard(address, before)
    }

    /// The one answer to what `address` writes.
    pub(crate) async fn ask(&self, address: &str, body: &str) -> String {
        let answers = self.say(address, body).await;
        assert_eq!(answers.len(), 1, "one message, one answer: {answers:?}");
        answers.into_iter().next().unwrap()
    }

    /// Posts the delivery callbacks that Twilio has, now or later; how many.
    pub(crate) async fn call_back(&self) -> usize {
        let later = system_millis() + 60_000;
        let post = |url: String, headers: Vec<(String, String)>, body| async move {
            let route = "POST /whatsapp/status/{entry}";
            let answer = self
                .http(&self.webhook, Method::POST, &url, route, &headers, body)
                .await;
            u16::try_from(answer.status).unwrap()
        };
        self.account.scene.world.twilio.run_due(later, post).await
    }

    /// The address of the page that `link` gives.
    pub(crate) async fn link_page(&self, address: &str) -> String {
        let text = self.ask(address, "link").await;
        let page = text
            .split_whitespace()
            .find(|word| word.starts_with(PUBLIC_URL));
        page.unwrap_or_else(|| panic!("no page in: {text}"))
            .to_owned()
    }

    pub(crate) async fn open_page(&self, page: &str) -> Answer {
        self.http(
            &self.web,
            Method::GET,
            page,
            "GET /link/{token}",
            &[],
            Vec::new(),
        )
        .await
    }

    /// Brings a key of `phone`'s account to the page, as its script does after the log-in.
    pub(crate) async fn bring(&self, page: &str, key: &str, confirm: bool) -> Answer {
        let mut body = json!({ "api_key": key });
        if confirm {
            body["confirm_other_phone"] = true.into();
            body["confirm_move"] = true.into();
        }
        let headers = [("content-type".to_owned(), "application/json".to_owned())];
        let (url, route) = (
            format!("{page}/credential"),
            "POST /link/{token}/credential",
        );
        self.http(
            &self.web,
            Method::POST,
            &url,
            route,
            &headers,
            body.to_string().into(),
        )
        .await
    }

    pub(crate) async fn key_of(&self, phone: &str) -> String {
        self.account.scene.mint_key(phone, &READ_ONLY).await
    }
}
