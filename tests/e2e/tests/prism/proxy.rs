//! Our stand-in for Twilio behind the document: what it is asked and what it answers, both as Twilio describes them.

use std::collections::BTreeMap;

use domain::address::WhatsAppAddress;
use domain::ids::MessageSid;
use domain::language::Language;
use domain::time::Moment;
use e2e::{MARCIA, Scene};
use sandbox::world::{API_KEY_SECRET, API_KEY_SID, Options};
use serde_json::{Value, json};
use twilio::client::{Client, Content, Outgoing, SendError};
use twilio::content::{self, Category, TemplateName};
use twilio::content_api::{self, ApprovalStatus, ContentApi};
use twilio::list::ListError;
use twilio::sid::ContentSid;

use crate::document::Document;
use crate::{Prism, client};

struct Stage {
    scene: Scene,
    prism: Prism,
    http: reqwest::Client,
}

impl Stage {
    async fn set(document: Document) -> Self {
        let scene = Scene::begin().await;
        let prism = Prism::proxy(document, &scene.url("/sandbox/twilio")).await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { scene, prism, http }
    }

    fn client(&self) -> Client {
        client(&self.prism.url, API_KEY_SECRET)
    }

    fn content_api(&self) -> ContentApi {
        let account = Options::default().twilio_account_sid;
        let url = self.prism.url.clone();
        let config = content_api::Config::new(url, &account, API_KEY_SID, API_KEY_SECRET.into());
        ContentApi::new(config.unwrap()).unwrap()
    }

    /// What is asked without our clients. Status and body.
    async fn ask(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let request = request.basic_auth(API_KEY_SID, Some(API_KEY_SECRET));
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(self.http.get(self.url(path))).await;
        assert_eq!(status, 200, "{body:#}");
        body
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.prism.url)
    }
}

/// The path of the account's messages, short of `.json`.
fn messages() -> String {
    let account = Options::default().twilio_account_sid;
    format!("/2010-04-01/Accounts/{account}/Messages")
}

fn outgoing<'a>(to: &'a WhatsAppAddress, content: Content<'a>) -> Outgoing<'a> {
    Outgoing {
        to,
        content,
        media_url: None,
        status_callback: "https://bot.example.com/whatsapp/status/x",
        validity_s: Some(240),
    }
}

#[tokio::test]
async fn messages_are_created_listed_and_fetched_as_described() {
    let stage = Stage::set(Document::Api).await;
    let client = stage.client();
    let start = Moment::from_unix(0);
    stage.scene.say(MARCIA, "help").await;
    let marcia = WhatsAppAddress::parse(&format!("whatsapp:{MARCIA}")).unwrap();
    let template = content::template(TemplateName::StartLinked, Language::English);
    let created = stage.scene.world.twilio.create_content(template.as_bytes());
    let sid = ContentSid::parse(created.unwrap()["sid"].as_str().unwrap()).unwrap();
    let variables = BTreeMap::from([("1".to_owned(), "Welcome back.".to_owned())]);
    let template = Content::Template {
        content_sid: &sid,
        variables: &variables,
    };
    let mut sids = Vec::new();
    for content in [Content::Text { body: "Hello 🌴" }, template] {
        let accepted = client.send(&outgoing(&marcia, content)).await.unwrap();
        sids.push(accepted.sid);
    }
    // Nobody who may be written to: it fails later.
    let stranger = WhatsAppAddress::parse("whatsapp:+18765550199").unwrap();
    let text = Content::Text { body: "Hello" };
    let refused = client.send(&outgoing(&stranger, text)).await.unwrap();
    sids.push(refused.sid.clone());

    for _ in 0..2 {
        for sid in &sids {
            client.fetch(sid).await.unwrap();
        }
        // The answer to `help` is the first.
        assert_eq!(client.sent_to(&marcia, start).await.unwrap().len(), 3);
        let until = Moment::from_unix(i64::from(u32::MAX));
        assert_eq!(client.received(start, until).await.unwrap().len(), 1);
        stage.scene.advance(60).await;
        stage.scene.drain().await;
    }
    let failed = client.fetch(&refused.sid).await.unwrap();
    assert_eq!(failed.error_code, Some(63016));
}

#[tokio::test]
async fn a_long_list_has_its_pages_as_described() {
    let stage = Stage::set(Document::Api).await;
    for _ in 0..3 {
        stage.scene.say(MARCIA, "help").await;
    }
    let mut path = format!("{}.json?PageSize=2", messages());
    let mut sizes = Vec::new();
    loop {
        let page = stage.get(&path).await;
        sizes.push(page["messages"].as_array().unwrap().len());
        match page["next_page_uri"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => break,
        }
    }
    assert_eq!(sizes, [2, 2, 2]);
}

#[tokio::test]
async fn templates_are_created_listed_and_submitted_as_described() {
    let stage = Stage::set(Document::Content).await;
    let api = stage.content_api();
    let before = api.list().await.unwrap().len();
    let mut created = Vec::new();
    for (name, language) in content::all() {
        let json = content::template(name, language);
        created.push(api.create(json).await.unwrap());
    }
    let listed = api.list().await.unwrap();
    assert_eq!(listed[before..], created);

    let sid = &created.last().unwrap().sid;
    let approval = api.approval(sid).await.unwrap();
    assert_eq!(approval.status, ApprovalStatus::Unsubmitted);
    let submitted = api.submit(sid, "news", Category::Utility).await.unwrap();
    assert_eq!(submitted.status, ApprovalStatus::Received);
    let approval = api.approval(sid).await.unwrap();
    assert_eq!(approval.category, "UTILITY");

    let page = stage.get("/v1/Content?PageSize=2").await;
    assert_eq!(page["contents"].as_array().unwrap().len(), 2);
    let next = page["meta"]["next_page_url"].as_str().unwrap();
    let (_, query) = next.split_once('?').unwrap();
    stage.get(&format!("/v1/Content?{query}")).await;
}

#[tokio::test]
async fn a_wrong_key_is_refused_as_our_client_expects() {
    let stage = Stage::set(Document::Api).await;
    let client = client(&stage.prism.url, "another-secret");
    let marcia = WhatsAppAddress::parse(&format!("whatsapp:{MARCIA}")).unwrap();
    let text = Content::Text { body: "Hello" };
    let refused = client.send(&outgoing(&marcia, text)).await;
    let Err(SendError::Refused {
        http_status: 401,
        code: Some(20003),
        ..
    }) = refused
    else {
        panic!("{refused:?}");
    };
}

/// That the tests above would notice.
#[tokio::test]
async fn a_request_that_is_not_as_described_goes_no_further() {
    let stage = Stage::set(Document::Api).await;
    let before = stage.scene.world.twilio.requests();
    let url = stage.url(&format!("{}.json", messages()));
    let form = [("Body", "hi"), ("StatusCallback", "nowhere")];
    let (status, problem) = stage.ask(stage.http.post(url).form(&form)).await;
    assert_eq!(status, 422, "{problem:#}");
    let [to, callback] = [&problem["validation"][0], &problem["validation"][1]];
    assert_eq!(to["code"], "required", "{problem:#}");
    assert_eq!(callback["location"], json!(["body", "StatusCallback"]));
    assert_eq!(stage.scene.world.twilio.requests(), before, "handed on");
}

/// That the tests above would notice.
#[tokio::test]
async fn an_answer_that_is_not_as_described_does_not_come_back() {
    for (sid, num_media, status) in [
        ("SM00000000000000000000000000000001", json!("0"), 200),
        ("SM00000000000000000000000000000001", json!(0), 500),
        ("SM1", json!("0"), 500),
    ] {
        let answer = json!({"sid": sid, "num_media": num_media, "status": "sent"});
        let app = {
            let answer = answer.clone();
            axum::Router::new().fallback(move || async move { axum::Json(answer) })
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
        let prism = Prism::proxy(Document::Api, &upstream).await;
        let fetched = client(&prism.url, API_KEY_SECRET)
            .fetch(&MessageSid::parse("SM00000000000000000000000000000001").unwrap())
            .await;
        match fetched {
            Ok(_) => assert_eq!(status, 200, "{answer}"),
            Err(ListError::Refused(refused)) => assert_eq!(status, refused),
            Err(error) => panic!("{error:?}"),
        }
    }
}
