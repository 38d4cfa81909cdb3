//! Twilio's list of what people wrote, and one message by its SID.

use crate::peer::Peer;
use domain::address::WhatsAppAddress;
use domain::ids::MessageSid;
use domain::time::Moment;
use serde_json::{Value, json};
use twilio::client::{Client, Config};
use twilio::list::{Fetched, Inbound, ListError};
use twilio::status::MessageStatus;

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const PATH: &str = "/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages";
/// Sun, 22 Nov 2026 12:00:00 +0000.
const NOON: Moment = Moment::from_unix(1_795_348_800);

fn client(peer: &Peer) -> Client {
    let config = Config::new(
        peer.url.clone(),
        ACCOUNT,
        "SK00000000000000000000000000000001",
        "key-secret".to_owned().into(),
        WhatsAppAddress::parse("whatsapp:+14155238886").unwrap(),
    );
    Client::new(config.unwrap()).unwrap()
}

fn sid(n: u32) -> String {
    format!("SM{n:032}")
}

/// As Twilio shows what somebody wrote at 12:`minute`.
fn written(n: u32, minute: u32) -> Value {
    json!({
        "sid": sid(n), "account_sid": ACCOUNT, "api_version": "2010-04-01", "direction": "inbound",
        "from": "whatsapp:+18765550100", "to": "whatsapp:+14155238886", "body": format!("word {n}"), "num_media": "0",
        "status": "received", "error_code": null, "date_created": "Sun, 22 Nov 2026 11:00:00 +0000",
        "date_sent": format!("Sun, 22 Nov 2026 12:{minute:02}:00 +0000"),
    })
}

fn page(messages: &[Value], next: Option<&str>) -> (u16, String) {
    let page = json!({"messages": messages, "next_page_uri": next});
    (200, page.to_string())
}

async fn received(peer: &Peer) -> Result<Vec<Inbound>, ListError> {
    client(peer).received(NOON, NOON.plus(600)).await
}

#[tokio::test]
async fn what_people_wrote_in_a_stretch_is_asked_for_as_twilio_takes_it_and_comes_oldest_first() {
    let next = format!("{PATH}.json?PageToken=PA2");
    let peer = Peer::answering(vec![
        page(&[written(4, 4), written(3, 3)], Some(&next)),
        page(&[written(2, 0), written(1, 0)], None),
    ])
    .await;
    let found = received(&peer).await.unwrap();
    let sids: Vec<_> = found.iter().map(|it| it.sid.as_str().to_owned()).collect();
    assert_eq!(sids, [sid(1), sid(2), sid(3), sid(4)]);
    assert_eq!((found[0].sent_at, found[3].sent_at), (NOON, NOON.plus(240)));

    let requests = peer.requests();
    assert!(requests[0].target.starts_with(&format!("{PATH}.json?")));
    let asked = [
        ("To", "whatsapp:+14155238886"),
        ("DateSent>", "2026-11-22T12:00:00Z"),
        ("DateSent<", "2026-11-22T12:10:00Z"),
        ("PageSize", "1000"),
    ];
    let asked = asked.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(requests[0].query(), asked);
    assert_eq!(requests[1].target, next);
}

#[tokio::test]
async fn our_own_messages_other_times_and_what_nobody_could_answer_are_passed_over() {
    let with = |member: &str, value: Value| {
        let mut message = written(1, 1);
        message[member] = value;
        message
    };
    let peer = Peer::answering(vec![page(
        &[
            with("direction", json!("outbound-api")),
            with("direction", Value::Null),
            with("from", json!("+18765550100")),
            with("from", Value::Null),
            written(2, 11),
            with("date_sent", json!("Sun, 22 Nov 2026 11:59:59 +0000")),
            with("date_sent", Value::Null),
            written(3, 10),
        ],
        None,
    )])
    .await;
    let found = received(&peer).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].sid.as_str(), sid(3));
}

#[tokio::test]
async fn a_list_without_end_is_an_error_after_as_many_pages_as_one_look_can_take() {
    let peer = Peer::answering(vec![page(&[written(1, 1)], Some("/x?Page=1"))]).await;
    let error = received(&peer).await.unwrap_err();
    assert!(matches!(error, ListError::TooLong), "{error:?}");
    assert_eq!(peer.requests().len(), 10);
}

#[tokio::test]
async fn half_a_list_is_no_list() {
    let first = || page(&[written(1, 1)], Some("/x?Page=1"));
    for (second, refused) in [
        ((429, "{}".to_owned()), Some(429)),
        ((200, "<html>".to_owned()), None),
    ] {
        let peer = Peer::answering(vec![first(), second]).await;
        let error = received(&peer).await.unwrap_err();
        match refused {
            Some(status) => assert!(matches!(error, ListError::Refused(is) if is == status)),
            None => assert!(matches!(error, ListError::Unreadable), "{error:?}"),
        }
    }
}

#[tokio::test]
async fn one_message_is_fetched_by_its_sid_with_its_error() {
    let failed = json!({"sid": sid(1), "status": "undelivered", "error_code": 63024});
    let peer = Peer::answering(vec![(200, failed.to_string()), (404, "{}".to_owned())]).await;
    let asked = MessageSid::parse(&sid(1)).unwrap();
    let fetched = client(&peer).fetch(&asked).await.unwrap();
    let expected = Fetched {
        status: MessageStatus::Undelivered,
        error_code: Some(63024),
    };
    assert_eq!(fetched, expected);
    assert_eq!(peer.requests()[0].target, format!("{PATH}/{}.json", sid(1)));
    let error = client(&peer).fetch(&asked).await.unwrap_err();
    assert!(matches!(error, ListError::Refused(404)), "{error:?}");
}

#[tokio::test]
async fn what_people_wrote_is_not_printed() {
    let peer = Peer::answering(vec![page(&[written(7, 7)], None)]).await;
    let printed = format!("{:?}", received(&peer).await.unwrap());
    assert!(printed.contains(&sid(7)));
    assert!(
        !printed.contains("word") && !printed.contains("555"),
        "{printed}"
    );
}
