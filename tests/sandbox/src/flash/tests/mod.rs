//! The stand-in over a real port, by the project's own client and by the link page's operations.

mod by_client;
mod by_page;
mod by_wire;
mod oddly;
mod paying;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ::flash::{Client, ClientConfig, page_operations};
use aws::clock::Clock;
use reqwest::{RequestBuilder, Response};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{FlashStandIn, Rules, solve_captcha};
use crate::fault::Faults;

const MARCIA: &str = "+18765550100";
const DEVON: &str = "+18765550101";
const TANYA: &str = "+18765550102";
const WINSTON: &str = "+18765550103";
const ANJALI: &str = "+18685550104";
const BOT_SCOPES: [&str; 3] = ["read_user", "read_wallet", "read_transactions"];

/// A Flash of its own for one test, and a clock to move.
struct World {
    flash: FlashStandIn,
    faults: Arc<Faults>,
    millis: Arc<AtomicI64>,
    url: String,
    http: reqwest::Client,
}

impl World {
    async fn new() -> Self {
        Self::with_rules(Rules::default()).await
    }

    async fn with_rules(rules: Rules) -> Self {
        let millis = Arc::new(AtomicI64::new(1_700_000_000_000));
        let told = Arc::clone(&millis);
        let clock = Clock::told_by(move || told.load(Ordering::SeqCst));
        let faults = Arc::new(Faults::default());
        let flash = FlashStandIn::with_rules(clock, Arc::clone(&faults), rules);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/graphql", listener.local_addr().unwrap());
        let service = flash
            .router()
            .into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            flash,
            faults,
            millis,
            url,
            http,
        }
    }

    fn advance(&self, seconds: i64) {
        self.millis.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    fn client(&self) -> Client {
        self.client_waiting(Duration::from_secs(5))
    }

    fn client_waiting(&self, total_timeout: Duration) -> Client {
        Client::new(ClientConfig {
            url: self.url.parse().unwrap(),
            connect_timeout: Duration::from_secs(1),
            total_timeout,
        })
        .unwrap()
    }

    fn post(&self, query: &str, variables: &Value) -> RequestBuilder {
        let body = json!({"query": query, "variables": variables});
        self.http.post(&self.url).json(&body)
    }

    /// One of the link page's operations, as the page sends it.
    async fn page(&self, name: &str, variables: Value, token: &str) -> Response {
        let operations = page_operations();
        let (_, query) = operations.iter().find(|(known, _)| *known == name).unwrap();
        let mut request = self.post(query, &variables);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    /// What the operation's field holds.
    async fn ask(&self, name: &str, variables: Value, token: &str) -> Value {
        let response = self.page(name, variables, token).await;
        assert_eq!(response.status(), 200, "{name}");
        let mut body: Value = response.json().await.unwrap();
        let field = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
        body["data"][field].take()
    }

    async fn log_in(&self, phone: &str) -> String {
        let input = json!({"input": {"phone": phone, "code": "000000"}});
        let answer = self.ask("UserLogin", input, "").await;
        assert_eq!(answer["errors"], json!([]));
        answer["authToken"].as_str().unwrap().to_owned()
    }

    async fn mint(&self, phone: &str, scopes: &[&str]) -> SecretString {
        let token = self.log_in(phone).await;
        let input = json!({"name": "WhatsApp bot", "scopes": scopes, "expiresIn": 7_776_000});
        let answer = self
            .ask("ApiKeyCreate", json!({ "input": input }), &token)
            .await;
        answer["apiKey"]["apiKey"].as_str().unwrap().into()
    }
}

/// The code of a payload's first error.
fn code(payload: &Value) -> &str {
    payload["errors"][0]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn the_world_begins_with_five_people_one_without_an_account() {
    let world = World::new().await;
    let people = world.flash.people();
    let phones: Vec<_> = people.iter().map(|person| &person["phone"]).collect();
    assert_eq!(phones, [MARCIA, DEVON, TANYA, WINSTON, ANJALI]);
    assert_eq!(people[0]["balance"].to_string(), "109.9346");
    assert_eq!(people[1]["wallet_currency"], "USD");
    assert_eq!(people[2], json!({"phone": TANYA, "name": "Tanya"}));
    assert_eq!(people[3]["totp"], true);
    assert_eq!(people[4]["display_currency"], "TTD");
}

#[tokio::test]
async fn people_can_be_added_and_changed_but_only_as_they_can_be() {
    let world = World::new().await;
    let flash = &world.flash;
    let kim = json!({"phone": "+15555550105", "username": "Kim", "balance": 7});
    let added = flash.add_person(&kim).unwrap();
    assert_eq!(added["username"], "kim");
    assert_eq!(added["wallet_currency"], "USDT");
    assert!(flash.add_person(&kim).is_err(), "the phone is taken");
    assert!(flash.add_person(&json!({"phone": "0800"})).is_err());
    assert!(
        flash
            .add_person(&json!({"phone": "+15555550106", "shoe": 42}))
            .is_err()
    );

    let wrong = json!({"balance": 8, "wallet_currency": "BTC"});
    assert!(flash.update_person("+15555550105", &wrong).is_err());
    assert_eq!(flash.people()[5]["balance"], 7, "all of a patch or nothing");
    let opened = flash.update_person(TANYA, &json!({"balance": 1})).unwrap();
    assert_eq!(
        (&opened["name"], &opened["balance"]),
        (&json!("Tanya"), &json!(1))
    );
    assert!(flash.update_person("+15555550199", &json!({})).is_err());

    flash.set_balance(MARCIA, &Value::Null).unwrap();
    assert_eq!(flash.people()[0]["balance"], Value::Null);
    flash.reset();
    assert_eq!(flash.people().len(), 5);
    assert_eq!(flash.people()[0]["balance"].to_string(), "109.9346");
}
