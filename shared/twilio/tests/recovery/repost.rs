//! What is posted in Twilio's place passes for Twilio's.

use crate::peer::{Peer, Request};
use domain::address::WhatsAppAddress;
use domain::ids::{EntryId, EntryKey, MessageSid, PersonKey};
use domain::time::Moment;
use twilio::inbound::{InboundMessage, MessageType};
use twilio::list::{Fetched, Inbound};
use twilio::repost::{Post, RepostError, Webhook};
use twilio::signature::{AuthToken, verify};
use twilio::status::{MessageStatus, StatusCallback};

const SID: &str = "SM00000000000000000000000000000001";

fn token() -> AuthToken {
    AuthToken::from("12345".to_owned())
}

fn written() -> Inbound {
    Inbound {
        sid: MessageSid::parse(SID).unwrap(),
        account_sid: "AC00000000000000000000000000000001".to_owned(),
        from: WhatsAppAddress::parse("whatsapp:JM.4566546130240823").unwrap(),
        to: "whatsapp:+14155238886".to_owned(),
        body: "100% & más + \u{1F30A}".to_owned(),
        num_media: "0".to_owned(),
        api_version: "2010-04-01".to_owned(),
        sent_at: Moment::from_unix(1_795_348_800),
    }
}

fn assert_signed(request: &Request, url: &str) {
    let proven = verify(
        &[token()],
        url,
        request.body.as_bytes(),
        request.header("content-type"),
        request.header("x-twilio-signature"),
    );
    assert_eq!(proven, Ok(()));
}

async fn post(peer: &Peer, post: Post<'_>) -> Result<(), RepostError> {
    let webhook = Webhook::new(peer.url.clone()).unwrap();
    webhook.post(&token(), post).await
}

#[tokio::test]
async fn a_message_from_the_list_arrives_as_twilio_would_have_posted_it() {
    let peer = Peer::answering(vec![(200, "<Response/>".to_owned())]).await;
    post(&peer, Post::Message(&written())).await.unwrap();
    let request = peer.requests().remove(0);
    assert_eq!(request.target, "/whatsapp/webhook");
    assert_signed(&request, &format!("{}/whatsapp/webhook", peer.url));

    let arrived = InboundMessage::parse(request.body.as_bytes()).unwrap();
    let meant = written();
    assert_eq!((arrived.message_sid, arrived.from), (meant.sid, meant.from));
    assert_eq!(arrived.to.to_twilio(), meant.to);
    assert_eq!(arrived.account_sid.as_str(), meant.account_sid);
    assert_eq!(arrived.body, meant.body);
    assert_eq!(arrived.message_type, MessageType::Text);
}

#[tokio::test]
async fn news_of_a_message_arrives_as_the_callback_that_was_lost() {
    let peer = Peer::answering(vec![(204, String::new())]).await;
    let entry = EntryKey {
        person: PersonKey::from_digest("A".repeat(43)).unwrap(),
        id: EntryId::caused_by("SM1", 0),
    };
    let sid = MessageSid::parse(SID).unwrap();
    for error_code in [None, Some(63024)] {
        let status = MessageStatus::Undelivered;
        let news = Fetched { status, error_code };
        let callback = Post::Status {
            entry: &entry,
            sid: &sid,
            news,
        };
        post(&peer, callback).await.unwrap();
        let request = peer.requests().pop().unwrap();
        assert_eq!(request.target, format!("/whatsapp/status/{entry}"));
        assert_signed(&request, &format!("{}{}", peer.url, request.target));
        let arrived = StatusCallback::parse(request.body.as_bytes()).unwrap();
        assert_eq!(
            (arrived.message_sid, arrived.status, arrived.error_code),
            (sid.clone(), status, error_code)
        );
    }
}

#[tokio::test]
async fn anything_but_a_yes_is_not_taken() {
    for status in [302, 403, 429, 502, 503] {
        let peer = Peer::answering(vec![(status, String::new())]).await;
        let error = post(&peer, Post::Message(&written())).await.unwrap_err();
        assert!(matches!(error, RepostError::Refused(is) if is == status));
    }
    let nobody = Webhook::new("http://127.0.0.1:1".to_owned()).unwrap();
    let message = written();
    let error = nobody
        .post(&token(), Post::Message(&message))
        .await
        .unwrap_err();
    assert!(matches!(error, RepostError::Unanswered(_)), "{error:?}");
    let printed = format!("{:?}", Post::Message(&written()));
    assert!(
        !printed.contains("100%") && !printed.contains("JM."),
        "{printed}"
    );
}
