//! What Flash tells without being asked, by both of its ways.

use aws::clock::system_millis;
use aws_sdk_dynamodb::types::AttributeValue;
use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::address::WhatsAppAddress;
use domain::ids::PersonKey;
use domain::outbox::{Class, QuickSet, Reply};
use domain::time::Moment;
use flash::events::signature;
use sandbox::world::SIGNING_SECRET;
use serde_json::{Value, json};

use crate::account::{PUBLIC_URL, just_now};
use crate::bot::{Answer, Bot, event};
use crate::{dead_letters, later};

/// A broker's batch with one message, as Lambda's event source brings it.
pub(crate) fn of_broker(body: &[u8]) -> Value {
    let message = json!({"basicProperties": {"messageId": null}, "redelivered": false, "data": STANDARD.encode(body)});
    json!({
        "eventSource": "aws:rmq",
        "eventSourceArn": "arn:aws:mq:us-east-1:000000000000:broker:flash:b-1",
        "rmqMessagesByQueue": {"flash_whatsapp_events::/": [message]},
    })
}

/// Posts `body` as Flash's Svix does.
pub(crate) async fn posted(bot: &Bot, id: &str, body: &str) -> Answer {
    let now = Moment::from_unix(system_millis() / 1000);
    let signed = signature::sign(&SIGNING_SECRET.into(), id, now, body).unwrap();
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    headers.extend(signed.map(|(name, value)| (name.to_owned(), value)));
    let url = format!("{PUBLIC_URL}/flash/events");
    let route = "POST /flash/events";
    bot.http(&bot.web, Method::POST, &url, route, &headers, body.into())
        .await
}

/// Flash's id of the account that is linked.
async fn linked_account(bot: &Bot) -> String {
    let people = bot.account.items("people").await;
    let pointers = people
        .iter()
        .filter_map(|item| item["person"].as_str()?.strip_prefix("account#"));
    let accounts: Vec<&str> = pointers.collect();
    assert_eq!(accounts.len(), 1, "{accounts:?}");
    accounts[0].to_owned()
}

fn received(account: &str, id: &str, amount: &str, from: &str) -> String {
    let data = json!({
        "accountId": account, "rail": "intraledger", "status": "success", "counterpartyUsername": from,
        "amount": {"value": amount, "currency": "USD"}, "display": {"value": "800", "currency": "JMD"},
    });
    json!({"specversion": "1.0", "id": id, "source": "flash-backend", "type": "payment.received", "data": data})
        .to_string()
}

/// Lets `event-bridge` tell what waits; what reaches `chat` by that.
async fn told(bot: &Bot, chat: &str) -> Vec<String> {
    let before = bot.heard(chat, 0).len();
    let delivered = bot.account.deliver("EventsQueue", &bot.event_bridge).await;
    assert!(
        delivered.records > 0 && delivered.failed.is_empty(),
        "{delivered:?}: {:#?}",
        bot.event_bridge.process.log()
    );
    bot.send_all().await;
    bot.heard(chat, before)
}

/// The price is Flash's: nobody has asked for it of late.
pub(crate) async fn a_payment_is_told_once_by_both_ways(bot: &Bot, chat: &str) {
    let forget = bot.account.dynamodb.delete_item();
    let forget = forget
        .table_name(&bot.account.names.cache)
        .key("key", AttributeValue::S("price#JMD".to_owned()));
    forget.send().await.unwrap();
    let body = received(&linked_account(bot).await, "payment-1", "5.00", "devon");
    let taken = bot.event_bridge.invoke(&of_broker(body.as_bytes())).await;
    taken.unwrap();
    assert_eq!(posted(bot, "msg_payment_1", &body).await.status, 204);
    let heard = told(bot, chat).await;
    assert!(
        heard.len() == 1 && heard[0].contains("US$5.00"),
        "{heard:?}: {:#?}",
        bot.event_bridge.process.log()
    );
}

/// On the chain, where it takes a while: the same payment is not told as done yet.
pub(crate) async fn a_payment_is_on_its_way(bot: &Bot, chat: &str) {
    let data = json!({
        "accountId": linked_account(bot).await, "rail": "onchain", "status": "pending",
        "amount": {"value": "6.00", "currency": "USD"}, "txHash": "ab".repeat(32),
    });
    let body = json!({"specversion": "1.0", "id": "payment-4", "source": "flash-backend", "type": "payment.received", "data": data});
    let body = body.to_string();
    assert_eq!(posted(bot, "msg_payment_4", &body).await.status, 204);
    let heard = told(bot, chat).await;
    assert!(
        heard.len() == 1 && heard[0].contains("US$6.00"),
        "{heard:?}"
    );
}

/// To `person`, who gets their news together.
pub(crate) async fn a_payment_waits(bot: &Bot, person: &PersonKey) {
    let people = bot.account.items("people").await;
    let of_them = |item: &&Value| item["to"] == person.as_str();
    let mut pointers = people.iter().filter(of_them);
    let account = pointers.find_map(|item| item["person"].as_str()?.strip_prefix("account#"));
    let body = received(account.unwrap(), "payment-3", "7.00", "devon");
    assert_eq!(posted(bot, "msg_payment_3", &body).await.status, 204);
    let delivered = bot.account.deliver("EventsQueue", &bot.event_bridge).await;
    assert!(
        delivered.records > 0 && delivered.failed.is_empty(),
        "{delivered:?}"
    );
}

pub(crate) async fn a_request_is_paid(bot: &Bot, chat: &str) {
    let asked = bot.say(chat, "request 20 from @devon for lunch").await;
    let (_, rest) = asked[0].split_once("*withdraw ").unwrap();
    let code = rest.split('*').next().unwrap();
    let body = received(&linked_account(bot).await, "payment-2", "20.00", "devon");
    assert_eq!(posted(bot, "msg_payment_2", &body).await.status, 204);
    let heard = told(bot, chat).await;
    assert!(heard.len() == 1 && heard[0].contains(code), "{heard:?}");
}

/// It was withdrawn while it waited for its moment: `outbound` looks at what stands of it, finds nothing, and lets it be.
pub(crate) async fn a_request_that_is_over_is_not_brought(bot: &Bot, chat: &str) {
    let tables = bot.account.tables().await;
    let address = WhatsAppAddress::parse(chat).unwrap();
    let person = tables.keys().person(&address);
    let now = Moment::from_unix(just_now());
    let asks = Reply::from("@devon asks you for US$20.00".to_owned())
        .class(Class::Notice)
        .quick(QuickSet::Asked, vec!["3F2K.over".to_owned()]);
    let entries = tables.sends(&person, &address, &asks, ("request-that-is-over", 0), now);
    for entry in &entries {
        assert!(tables.put_once(entry, now).await.unwrap());
    }
    let before = bot.heard(chat, 0).len();
    let waits = later::entry(bot, "send", "pending").await;
    later::relay_when_due(bot, &waits).await;
    bot.send_all().await;
    assert_eq!(bot.heard(chat, before), Vec::<String>::new());
    let items = bot.account.items("messages").await;
    let entry = items.iter().find(|item| item["id"] == waits.1.as_str());
    assert_eq!(entry.unwrap()["delivery"], "dropped");
}

/// What no release can read is set aside by either; a stranger's post is not even that.
pub(crate) async fn what_can_not_be_read_is_set_aside(bot: &Bot) {
    let dead = dead_letters::of(&bot.account, "EventsQueue").await;
    let before = dead.look().await.unwrap().0.len();
    let taken = bot.event_bridge.invoke(&of_broker(b"not json")).await;
    taken.unwrap_or_else(|error| panic!("{error}: {:?}", bot.event_bridge.process.log()));
    assert_eq!(posted(bot, "msg_not_json", "not json").await.status, 204);
    let unsigned = event("web-flash-event-unsigned.json");
    let refused = Answer::of(&bot.web.invoke(&unsigned).await.unwrap());
    assert_eq!((refused.status, refused.body.as_str()), (401, ""));

    let letters = dead.look().await.unwrap().0;
    assert_eq!(letters.len(), before + 2);
    for letter in &letters {
        assert_eq!(letter.reason.as_deref(), Some("malformed:not_json"));
        let trace = letter.trace.as_ref().unwrap().as_str();
        assert_eq!(letter.record.as_deref(), Some(trace));
    }
    for function in [&bot.event_bridge, &bot.web] {
        let log = function.process.log();
        let names = |line: &String| {
            let traces = letters.iter().filter_map(|letter| letter.trace.as_ref());
            traces
                .into_iter()
                .any(|trace| line.contains(trace.as_str()))
        };
        assert!(log.iter().any(names), "{log:?}");
    }
}
