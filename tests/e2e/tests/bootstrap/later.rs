//! What is done later: by a ticket that waits, or by the relay once the ticket is lost.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::address::WhatsAppAddress;
use sandbox::fault::{Mode, System};
use sandbox::twilio::Fail;
use serde_json::Value;

use crate::account::{Delivered, just_now};
use crate::bot::Bot;
use crate::events;

/// Key of the one entry of this kind in this state.
pub(crate) async fn entry(bot: &Bot, kind: &str, delivery: &str) -> (String, String) {
    let mut items = bot.account.items("messages").await;
    items.retain(|item| item["kind"] == kind && item["delivery"] == delivery);
    assert_eq!(items.len(), 1, "{kind}, {delivery}: {items:?}");
    let text = |name: &str| items[0][name].as_str().unwrap().to_owned();
    (text("person"), text("id"))
}

/// The functions read the machine's clock, so an entry is moved instead, and the relay comes by.
pub(crate) async fn relay_when_due(bot: &Bot, (person, id): &(String, String)) {
    let update = bot.account.dynamodb.update_item();
    let update = update
        .table_name(&bot.account.names.messages)
        .key("person", AttributeValue::S(person.clone()))
        .key("id", AttributeValue::S(id.clone()))
        .update_expression("SET due_at = :due")
        .condition_expression("attribute_exists(due_at)")
        .expression_attribute_values(":due", AttributeValue::N(just_now().to_string()));
    update.send().await.unwrap();
    let every_minute = bot.account.template.schedule_input("Scheduler", "Relay");
    let answer = bot.scheduler.invoke(&every_minute).await.unwrap();
    let looked_at = answer["looked_at"].as_u64();
    assert!(looked_at > Some(0), "{:#?}", bot.scheduler.process.log());
}

/// Delivers the queue's next ticket as soon as its delay is over.
async fn wake(bot: &Bot) {
    for _ in 0..50 {
        let delivered = bot.account.deliver("WakeQueue", &bot.scheduler).await;
        assert_eq!(delivered.failed, Vec::<String>::new());
        if delivered.records > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nobody is woken: {:#?}", bot.outbound.process.log());
}

/// Twilio asks to be left alone for a second: the ticket waits as long, then the entry is sent.
pub(crate) async fn what_twilio_refuses_is_sent_after_a_while(bot: &Bot, chat: &str) {
    let faults = &bot.account.scene.world.faults;
    faults.set(System::Twilio, Mode::RateLimited, Some(1));
    assert_eq!(bot.say(chat, "help").await, Vec::<String>::new());
    let before = bot.heard(chat, 0).len();
    wake(bot).await;
    bot.send_all().await;
    assert_eq!(bot.heard(chat, before).len(), 1);
}

/// Twilio breaks off: what it may have taken is looked for in its list, a minute apart, and sent once more.
pub(crate) async fn what_twilio_did_not_take_is_sent_again(bot: &Bot, chat: &str) {
    let faults = &bot.account.scene.world.faults;
    faults.set(System::Twilio, Mode::Down, Some(1));
    assert_eq!(bot.say(chat, "help").await, Vec::<String>::new());
    let before = bot.heard(chat, 0).len();
    let unknown = entry(bot, "send", "unknown").await;
    relay_when_due(bot, &unknown).await;
    assert_eq!(
        entry(bot, "send", "unknown").await,
        unknown,
        "absent once proves nothing"
    );
    relay_when_due(bot, &unknown).await;
    assert_eq!(entry(bot, "send", "pending").await, unknown);
    wake(bot).await;
    bot.send_all().await;
    assert_eq!(bot.heard(chat, before).len(), 1);
}

/// Twilio takes a message and its answer is lost: the message is found in the list and not sent again.
pub(crate) async fn what_twilio_took_in_silence_is_found(bot: &Bot, chat: &str) {
    let faults = &bot.account.scene.world.faults;
    faults.set(System::Twilio, Mode::TimeoutAfterAccept, Some(1));
    assert_eq!(bot.say(chat, "help").await.len(), 1);
    let unknown = entry(bot, "send", "unknown").await;
    relay_when_due(bot, &unknown).await;
    let items = bot.account.items("messages").await;
    let found = items.iter().find(|item| item["id"] == unknown.1.as_str());
    assert_eq!(found.unwrap()["delivery"], "queued");
    assert_eq!(bot.heard(chat, 0).len(), 1);
}

/// WhatsApp finds the window closed, once with Twilio's answer and once by callback.
pub(crate) async fn what_is_outside_the_window_is_let_be(bot: &Bot, chat: &str) {
    let twilio = &bot.account.scene.world.twilio;
    let closed = async || {
        let sessions = bot.account.items("sessions").await;
        let closed = |item: &&Value| item.get("window_closed_at").is_some();
        sessions.iter().filter(closed).count()
    };
    for http_status in [Some(400), None] {
        let code = 63016;
        assert!(twilio.fail_next(Fail { code, http_status }));
        bot.say(chat, "help").await;
        bot.call_back().await;
        assert_eq!(closed().await, 1, "{http_status:?}");
    }
    bot.ask(chat, "help").await;
    assert_eq!(closed().await, 0, "a word from the person opens it");
}

/// Twilio says that the person has told it STOP, once with its answer and once by callback.
pub(crate) async fn who_told_twilio_stop_has_told_us(bot: &Bot, chat: &str) {
    let twilio = &bot.account.scene.world.twilio;
    let opted_out = async || {
        let people = bot.account.items("people").await;
        let opted_out = |item: &&Value| item.get("opted_out_at").is_some();
        people.iter().filter(opted_out).count()
    };
    for http_status in [Some(400), None] {
        let code = 21610;
        assert!(twilio.fail_next(Fail { code, http_status }));
        bot.say(chat, "help").await;
        bot.call_back().await;
        assert_eq!(opted_out().await, 1, "{http_status:?}");
        bot.ask(chat, "START").await;
        assert_eq!(opted_out().await, 0);
    }
}

/// The timer of a code that was never typed, whose own ticket has not come.
pub(crate) async fn the_relay_ends_a_code(bot: &Bot) {
    let timer = entry(bot, "expire", "pending").await;
    relay_when_due(bot, &timer).await;
    let ended = Delivered {
        records: 1,
        failed: Vec::new(),
    };
    assert_eq!(
        bot.account.deliver("ExpireQueue", &bot.otp_expiry).await,
        ended
    );
    assert_eq!(bot.account.items("codes").await, Vec::<Value>::new());
    bot.send_all().await;
}

/// A link of now has two days left: its person is told. Then none: it ends.
pub(crate) async fn a_link_nears_its_end_and_comes_to_it(bot: &Bot, chat: &str) {
    for (days, said) in [(2, "ends in 2 days"), (0, "come to its end")] {
        let people = bot.account.items("people").await;
        let linked = people.iter().find(|item| item.get("link").is_some());
        let person = linked.unwrap()["person"].as_str().unwrap().to_owned();
        let ends_at = just_now() + days * 86_400;
        let update = bot.account.dynamodb.update_item();
        let update = update
            .table_name(&bot.account.names.people)
            .key("person", AttributeValue::S(person.clone()))
            .update_expression("SET #link.ends_at = :at")
            .expression_attribute_names("#link", "link")
            .expression_attribute_values(":at", AttributeValue::N(ends_at.to_string()));
        update.send().await.unwrap();

        let mut timers = bot.account.items("messages").await;
        timers.retain(|item| item.get("key_id").is_some() && item["delivery"] == "pending");
        timers.retain(|item| item["key_id"] == linked.unwrap()["link"]["key_id"]);
        assert_eq!(timers.len(), 1, "{timers:?}");
        let id = timers[0]["id"].as_str().unwrap().to_owned();
        let before = bot.heard(chat, 0).len();
        relay_when_due(bot, &(person, id)).await;
        let looked_at = bot.account.deliver("ExpireQueue", &bot.otp_expiry).await;
        // With it may come what lets the requests of a link that ended go.
        assert!(looked_at.records > 0 && looked_at.failed.is_empty());
        bot.send_all().await;
        let heard = bot.heard(chat, before);
        assert!(heard.len() == 1 && heard[0].contains(said), "{heard:?}");
    }
    let people = bot.account.items("people").await;
    assert!(people.iter().all(|item| item.get("link").is_none()));
}

/// Ten minutes later, say: every message of this story stands in Twilio's list and has its receipt.
pub(crate) async fn what_was_taken_is_found_in_twilios_list_and_let_be(bot: &Bot) {
    let ten_minutes_ago = just_now() - 600;
    bot.account.scene.world.twilio.backdate(300_000);
    let update = bot.account.dynamodb.update_item();
    let update = update
        .table_name(&bot.account.names.cache)
        .key("key", AttributeValue::S("watermark#inbound".to_owned()))
        .update_expression("SET watermark.#at = :then, watermark.look_at = :then")
        .condition_expression("attribute_exists(watermark)")
        .expression_attribute_names("#at", "at")
        .expression_attribute_values(":then", AttributeValue::N(ten_minutes_ago.to_string()));
    update.send().await.unwrap();
    let before = bot.account.items("messages").await.len();
    let every_minute = bot.account.template.schedule_input("Scheduler", "Relay");
    let answer = bot.scheduler.invoke(&every_minute).await.unwrap();
    assert_eq!(answer["recovered"], 0, "{answer}");
    assert_eq!(bot.account.items("messages").await.len(), before);
    let cache = bot.account.items("cache").await;
    let item = cache.iter().find(|item| item["key"] == "watermark#inbound");
    let moved_to = item.unwrap()["watermark"]["at"].as_i64().unwrap();
    assert!(
        moved_to > ten_minutes_ago + 500,
        "{:#?}",
        bot.scheduler.process.log()
    );
}

/// A payment that waits for the full hour is told when it has come, to `chat`, which is linked and agrees to news.
pub(crate) async fn what_waits_is_told_in_time(bot: &Bot, chat: &str) {
    bot.ask(chat, "notifications").await;
    bot.ask(chat, "yes").await;
    bot.ask(chat, "notifications hourly").await;
    let tables = bot.account.tables().await;
    let person = tables.keys().person(&WhatsAppAddress::parse(chat).unwrap());
    events::a_payment_waits(bot, &person).await;
    let items = bot.account.items("messages").await;
    let holds = |item: &&Value| item.get("held_until").is_some();
    let timer = items.iter().find(holds).unwrap();
    let text = |field: &str| timer[field].as_str().unwrap().to_owned();
    let timer = (text("person"), text("id"));
    let before = bot.heard(chat, 0).len();
    relay_when_due(bot, &timer).await;
    wake(bot).await;
    bot.send_all().await;
    let heard = bot.heard(chat, before);
    assert_eq!(heard.len(), 1, "{heard:?}");
    let items = bot.account.items("messages").await;
    let waits = |item: &&Value| item["id"].as_str().unwrap().starts_with("held#");
    assert_eq!(items.iter().filter(waits).count(), 0);
    // Nothing waits any more, which whoever looks finds out.
    bot.ask(chat, "notifications instant").await;
    wake(bot).await;
}
