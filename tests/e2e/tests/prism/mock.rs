//! Our client, answered by the document.

use std::collections::BTreeMap;

use domain::address::WhatsAppAddress;
use domain::ids::MessageSid;
use domain::time::Moment;
use sandbox::world::API_KEY_SECRET;
use twilio::client::{Accepted, Content, Outgoing, SendError};
use twilio::list::ListError;
use twilio::sid::ContentSid;
use twilio::status::MessageStatus;

use crate::document::Document;
use crate::{Prism, client};

const CALLBACK: &str = "https://bot.example.com/whatsapp/status/x";
/// What the document's examples show.
const EXAMPLE: &str = "SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
/// All messages among the examples are from May 2019: Wednesday the 1st and Sunday the 1st of December.
const BEFORE: Moment = Moment::from_unix(1_556_668_800);
const AFTER: Moment = Moment::from_unix(1_575_158_400);

async fn send(
    client: &twilio::client::Client,
    to: &str,
    content: Content<'_>,
) -> Result<Accepted, SendError> {
    let to = WhatsAppAddress::parse(to).unwrap();
    let message = Outgoing {
        to: &to,
        content,
        media_url: None,
        status_callback: CALLBACK,
        validity_s: Some(240),
    };
    client.send(&message).await
}

#[tokio::test]
async fn what_is_sent_is_what_twilio_describes() {
    let prism = Prism::mock(Document::Api).await;
    let client = client(&prism.url, API_KEY_SECRET);
    let content_sid = ContentSid::parse("HX00000000000000000000000000000001").unwrap();
    let (none, one) = (
        BTreeMap::new(),
        BTreeMap::from([("1".to_owned(), "Welcome.".to_owned())]),
    );
    let template = |variables| Content::Template {
        content_sid: &content_sid,
        variables,
    };
    let text = Content::Text {
        body: "*Balance* 1 & 2 = 3, 100% sí 🌴",
    };
    for to in ["whatsapp:+18765550100", "whatsapp:JM.1A2B3C4D5E6F7G8H"] {
        for content in [text, template(&none), template(&one)] {
            let accepted = send(&client, to, content).await.unwrap();
            assert_eq!(accepted.sid.as_str(), EXAMPLE);
            assert_eq!(accepted.status, MessageStatus::Queued);
        }
    }
}

#[tokio::test]
async fn what_is_asked_is_what_twilio_describes() {
    let prism = Prism::mock(Document::Api).await;
    let client = client(&prism.url, API_KEY_SECRET);
    let person = WhatsAppAddress::parse("whatsapp:+18765550100").unwrap();
    assert_eq!(client.sent_to(&person, AFTER).await.unwrap(), []);
    // The example always names a next page.
    for endless in [
        client.sent_to(&person, BEFORE).await.map(|_| ()),
        client.received(BEFORE, AFTER).await.map(|_| ()),
    ] {
        assert!(matches!(endless, Err(ListError::TooLong)), "{endless:?}");
    }
    let fetched = client.fetch(&MessageSid::parse(EXAMPLE).unwrap()).await;
    let fetched = fetched.unwrap();
    assert_eq!(fetched.status, MessageStatus::Sent);
    assert_eq!(fetched.error_code, Some(30007));
}

#[tokio::test]
async fn who_does_not_say_who_they_are_is_refused() {
    let prism = Prism::mock(Document::Api).await;
    let account = sandbox::world::Options::default().twilio_account_sid;
    let url = format!("{}/2010-04-01/Accounts/{account}/Messages.json", prism.url);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let form = [("To", "whatsapp:+18765550100"), ("Body", "hi")];
    let unknown = http.post(&url).form(&form).send().await.unwrap();
    assert_eq!(unknown.status(), 401);
    let wrong = http.post(&url).form(&form).bearer_auth("key");
    assert_eq!(wrong.send().await.unwrap().status(), 401);
}

/// Anything that fits the document is read, or is an error that says what is known: after a 201 the message was taken.
#[tokio::test]
async fn whatever_twilio_may_answer_is_read_or_a_typed_error() {
    let prism = Prism::fuzz(Document::Api).await;
    let client = client(&prism.url, API_KEY_SECRET);
    let person = WhatsAppAddress::parse("whatsapp:+18765550100").unwrap();
    let (mut taken, mut fetched) = (0, 0);
    for _ in 0..60 {
        match send(
            &client,
            "whatsapp:+18765550100",
            Content::Text { body: "hi" },
        )
        .await
        {
            Ok(_) => taken += 1,
            Err(SendError::Ambiguous {
                http_status: Some(201),
                ..
            }) => {}
            Err(error) => panic!("{error:?}"),
        }
        match client.fetch(&MessageSid::parse(EXAMPLE).unwrap()).await {
            Ok(_) => fetched += 1,
            Err(ListError::Unreadable) => {}
            Err(error) => panic!("{error:?}"),
        }
        let sent = client.sent_to(&person, BEFORE).await.map(|_| ());
        let received = client.received(BEFORE, AFTER).await.map(|_| ());
        for listed in [sent, received] {
            let typed = matches!(
                listed,
                Ok(()) | Err(ListError::Unreadable | ListError::TooLong)
            );
            assert!(typed, "{listed:?}");
        }
    }
    assert!(taken > 0 && fetched > 0, "{taken} taken, {fetched} fetched");
}
