//! Being paid: a code, its picture, and the word that it was paid.

use axum::http::{HeaderMap, Method};
use sandbox::gateway::{self, Arrived};
use serde_json::json;

use crate::account::PUBLIC_URL;
use crate::bot::Bot;
use crate::later::relay_when_due;
use aws::clock::system_millis;

pub(crate) async fn a_code_is_shown_and_its_payment_told(bot: &Bot, chat: &str) {
    let said = bot.say(chat, "receive 5 lunch").await;
    assert_eq!(said.len(), 2, "{said:?}");
    let invoice = &said[1];
    let messages = bot.account.scene.world.twilio.messages(Some(chat), 0);
    let picture = messages.last().unwrap()["media_url"].as_str().unwrap();
    picture_is_shown(bot, picture).await;
    assert_eq!(bot.account.delayed("WatchQueue").await, "1");

    let before = bot.heard(chat, 0).len();
    look(bot).await;
    assert_eq!(bot.heard(chat, before), [""; 0], "nobody has paid yet");
    let paid = json!({ "payment_request": invoice });
    bot.account.scene.world.flash.pay(&paid).unwrap();
    look(bot).await;
    bot.send_all().await;
    let told = bot.heard(chat, before);
    assert!(
        told.len() == 1 && told[0].contains("US$5.00 received"),
        "{told:?}"
    );
}

/// The invoice's next look, now: the relay finds that it is due.
async fn look(bot: &Bot) {
    let mut timers = bot.account.items("messages").await;
    timers.retain(|item| item.get("watched").is_some() && item.get("due_at").is_some());
    assert_eq!(timers.len(), 1, "{timers:?}");
    let text = |name: &str| timers[0][name].as_str().unwrap().to_owned();
    relay_when_due(bot, &(text("person"), text("id"))).await;
    let looked = bot.account.deliver("WatchQueue", &bot.event_bridge).await;
    assert!(looked.records > 0 && looked.failed.is_empty(), "{looked:?}");
}

async fn picture_is_shown(bot: &Bot, url: &str) {
    let uri = url.strip_prefix(PUBLIC_URL).unwrap().parse().unwrap();
    let arrived = Arrived {
        method: Method::GET,
        uri,
        headers: HeaderMap::new(),
        body: Vec::new(),
    };
    let event = gateway::event(&arrived, "GET /qr/{name}", system_millis());
    let answer = bot.web.invoke(&event).await.unwrap();
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["headers"]["content-type"], "image/png");
    assert_eq!(answer["isBase64Encoded"], true);
}
