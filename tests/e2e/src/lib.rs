//! What end-to-end tests stand on: a local world of their own, spoken to over HTTP as Twilio, a browser or a person would.

pub mod chaos;
pub mod rabbitmq;
pub mod server;
pub mod silence;

use std::sync::Arc;

use reqwest::Method;
use sandbox::world::{Options, World};
use serde_json::{Value, json};

/// Fictional people of every local world.
pub const MARCIA: &str = "+18765550100";
pub const DEVON: &str = "+18765550101";
/// Has no Flash account.
pub const TANYA: &str = "+18765550102";
/// Has an authenticator app.
pub const WINSTON: &str = "+18765550103";

pub const READ_ONLY: [&str; 3] = ["read_user", "read_wallet", "read_transactions"];

/// A world and a client to it. What should work and doesn't fails the test that asked.
#[derive(Debug)]
pub struct Scene {
    pub world: Arc<World>,
    http: reqwest::Client,
}

/// What an HTTP call gave.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub headers: reqwest::header::HeaderMap,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

impl Scene {
    pub async fn begin() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        Self {
            world: World::start(options).await.unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.world.address)
    }

    pub async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Answer {
        let mut request = self.http.request(method, self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.body(body.unwrap_or_default()).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer {
            status,
            headers,
            body: response.text().await.unwrap(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &[], None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(
            Method::POST,
            path,
            &[("content-type", "application/json")],
            Some(body.to_string()),
        )
        .await
    }

    /// Posts a message to the webhook, really signed, and says nothing of what follows.
    pub async fn post_message(&self, say: &Value) -> (String, u64) {
        let answer = self.post("/sandbox/say", say).await.json();
        (
            answer["message_sid"].as_str().unwrap().to_owned(),
            answer["http_status"].as_u64().unwrap(),
        )
    }

    /// Posts a message as Twilio does where it is told to try again after a 5xx.
    pub async fn post_until_taken(&self, mut say: Value) -> String {
        for _ in 0..10 {
            let (sid, status) = self.post_message(&say).await;
            if status == 200 {
                return sid;
            }
            assert_eq!(status, 503);
            say["message_sid"] = sid.into();
        }
        panic!("the webhook never takes it");
    }

    /// A delivery callback, really signed; the HTTP status of the answer.
    pub async fn post_status(&self, path: &str, params: &[(&str, &str)]) -> u16 {
        let owned: Vec<(String, String)> = params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let token = twilio::signature::AuthToken::from("local-auth-token".to_owned());
        let signature = twilio::signature::sign(&token, &self.url(path), &owned);
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-twilio-signature", signature.as_str()),
        ];
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(params);
        self.call(Method::POST, path, &headers, Some(form.finish()))
            .await
            .status
    }

    /// Runs everything that is due. One drain ends after some seconds, done or not; a slow machine takes several.
    pub async fn drain(&self) {
        for _ in 0..20 {
            let answer = self.post("/sandbox/drain", &json!({})).await.json();
            if answer["pending"] == 0 {
                return;
            }
        }
        panic!("something is due and does not run");
    }

    /// `phone` writes `body`; the answers that reached Twilio for that chat.
    pub async fn say(&self, phone: &str, body: &str) -> Vec<String> {
        self.say_as(&format!("whatsapp:{phone}"), json!({ "body": body }))
            .await
    }

    /// The same with more of Twilio's parameters, and from any address.
    pub async fn say_as(&self, address: &str, mut say: Value) -> Vec<String> {
        let before = self.messages(address).await.len();
        say["from"] = address.into();
        let (_, status) = self.post_message(&say).await;
        assert_eq!(status, 200);
        self.drain().await;
        self.texts(address).await.split_off(before)
    }

    /// The one answer to what `phone` writes.
    pub async fn ask(&self, phone: &str, body: &str) -> String {
        let answers = self.say(phone, body).await;
        assert_eq!(answers.len(), 1, "one message, one answer: {answers:?}");
        answers.into_iter().next().unwrap()
    }

    /// What Twilio accepted for an address, oldest first.
    pub async fn messages(&self, address: &str) -> Vec<Value> {
        let address = if address.starts_with("whatsapp:") {
            address.to_owned()
        } else {
            format!("whatsapp:{address}")
        };
        let path = format!("/sandbox/messages?to={}", address.replace('+', "%2B"));
        self.get(&path).await.json().as_array().unwrap().clone()
    }

    pub async fn texts(&self, address: &str) -> Vec<String> {
        self.messages(address)
            .await
            .iter()
            .map(|message| message["body"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Raw items as they stand.
    pub async fn table(&self, table: &str) -> Vec<Value> {
        self.get(&format!("/sandbox/tables/{table}"))
            .await
            .json()
            .as_array()
            .unwrap()
            .clone()
    }

    pub async fn trace(&self, message_sid: &str) -> Value {
        self.get(&format!("/sandbox/trace?message_sid={message_sid}"))
            .await
            .json()
    }

    pub async fn advance(&self, seconds: i64) {
        assert_eq!(
            self.post("/sandbox/clock", &json!({ "advance_s": seconds }))
                .await
                .status,
            200
        );
    }

    pub async fn fault(&self, system: &str, mode: &str, count: Option<u32>) {
        let answer = self
            .post(
                "/sandbox/fault",
                &json!({"system": system, "mode": mode, "count": count}),
            )
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Changes a fictional person's account at Flash.
    pub async fn at_flash(&self, phone: &str, mut patch: Value) {
        patch["phone"] = phone.into();
        let answer = self.post("/sandbox/people", &patch).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    pub async fn flash(
        &self,
        query: &str,
        variables: Value,
        header: Option<(&str, &str)>,
    ) -> Value {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(header);
        let body = json!({"query": query, "variables": variables}).to_string();
        self.call(Method::POST, "/sandbox/flash/graphql", &headers, Some(body))
            .await
            .json()
    }

    /// Logs in at Flash as the link page does; the session's token.
    pub async fn log_in(&self, phone: &str) -> String {
        let login = "mutation($input: UserLoginInput!) { userLogin(input: $input) { authToken totpRequired errors { __typename message } } }";
        let answer = self
            .flash(
                login,
                json!({"input": {"phone": phone, "code": "000000"}}),
                None,
            )
            .await;
        answer["data"]["userLogin"]["authToken"]
            .as_str()
            .unwrap_or_else(|| panic!("no session: {answer}"))
            .to_owned()
    }

    /// Mints an API key at Flash as the link page does.
    pub async fn mint_key(&self, phone: &str, scopes: &[&str]) -> String {
        let session = format!("Bearer {}", self.log_in(phone).await);
        let mint = "mutation($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { errors { __typename message } apiKey { apiKey } } }";
        let input =
            json!({"input": {"name": "WhatsApp bot", "scopes": scopes, "expiresIn": 7_776_000}});
        let answer = self
            .flash(mint, input, Some(("authorization", &session)))
            .await;
        answer["data"]["apiKeyCreate"]["apiKey"]["apiKey"]
            .as_str()
            .unwrap_or_else(|| panic!("no key: {answer}"))
            .to_owned()
    }

    /// Asks for a link page; its token.
    pub async fn link_token(&self, address: &str) -> String {
        let texts = self.say_as(address, json!({"body": "link"})).await;
        let text = texts.last().unwrap();
        let (_, rest) = text
            .split_once("/link/")
            .unwrap_or_else(|| panic!("no page in: {text}"));
        rest.split_whitespace().next().unwrap().to_owned()
    }

    /// Brings a key to the page; with `confirm` all that it may ask is confirmed.
    pub async fn bring(&self, token: &str, key: &str, confirm: bool) -> Answer {
        let mut body = json!({ "api_key": key });
        if confirm {
            body["confirm_other_phone"] = true.into();
            body["confirm_move"] = true.into();
        }
        self.post(&format!("/link/{token}/credential"), &body).await
    }

    /// Everything up to the code on the page.
    pub async fn code_for(&self, phone: &str) -> String {
        let token = self.link_token(&format!("whatsapp:{phone}")).await;
        let key = self.mint_key(phone, &READ_ONLY).await;
        let answer = self.bring(&token, &key, false).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["code"].as_str().unwrap().to_owned()
    }

    /// A code that is not `code`.
    pub fn other_than(code: &str) -> String {
        format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
    }

    /// Links `phone` with its own account.
    pub async fn link(&self, phone: &str) {
        let code = self.code_for(phone).await;
        let text = self.ask(phone, &format!("verify {code}")).await;
        assert!(text.starts_with('✅'), "{text}");
    }
}
