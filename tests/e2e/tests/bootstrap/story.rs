//! One account's story, from the first word to the last, with all that can happen in between.

use axum::http::Method;
use domain::flash::FlashTrouble;
use domain::language::Language;
use domain::texts;
use e2e::MARCIA;
use sandbox::fault::{Mode, System};
use serde_json::{Value, json};

use crate::account::{failures, just_now};
use crate::bot::{Answer, Bot, EMPTY_TWIML, event};
use crate::{asking, dead_letters, events, later, operations, privacy, proof, receiving};

/// The chat of the account's owner, from which `events/` are.
const CHAT: &str = "whatsapp:+18765550100";
/// A chat that shows no number.
const OTHER_CHAT: &str = "whatsapp:JM.7788990011223344";
const THIRD_CHAT: &str = "whatsapp:+18765550107";
const FOURTH_CHAT: &str = "whatsapp:+18765550108";

#[tokio::test]
async fn the_release_functions_serve_a_chat_from_its_first_word_to_its_unlinking() {
    let bot = Bot::deploy().await;
    is_answered_once(&bot).await;
    strangers_are_refused(&bot).await;
    later::what_twilio_refuses_is_sent_after_a_while(&bot, CHAT).await;
    later::what_twilio_did_not_take_is_sent_again(&bot, CHAT).await;
    later::what_twilio_took_in_silence_is_found(&bot, THIRD_CHAT).await;
    later::what_is_outside_the_window_is_let_be(&bot, THIRD_CHAT).await;
    later::who_told_twilio_stop_has_told_us(&bot, FOURTH_CHAT).await;
    asking::a_question_is_answered_by_the_model_and_forgotten(&bot, THIRD_CHAT).await;
    asking::a_person_is_asked_for(&bot, THIRD_CHAT).await;
    is_told_the_price(&bot).await;
    let (page, key) = gets_a_code_that_runs_out(&bot).await;
    links_and_reads_a_balance(&bot, &page, &key).await;
    proof::what_waits_for_it_is_answered(&bot, CHAT).await;
    receiving::a_code_is_shown_and_its_payment_told(&bot, CHAT).await;
    another_chat_guesses_and_is_locked(&bot).await;
    unlinks(&bot).await;
    links_once_more(&bot).await;
    asking::a_question_is_answered_without_the_model(&bot, CHAT).await;
    proof::it_is_proven_and_the_link_has_gone(&bot, CHAT).await;
    links_once_more(&bot).await;
    later::what_waits_is_told_in_time(&bot, CHAT).await;
    events::a_payment_is_told_once_by_both_ways(&bot, CHAT).await;
    events::a_payment_is_on_its_way(&bot, CHAT).await;
    events::a_request_is_paid(&bot, CHAT).await;
    events::a_request_that_is_over_is_not_brought(&bot, CHAT).await;
    later::a_link_nears_its_end_and_comes_to_it(&bot, CHAT).await;
    privacy::what_is_kept_is_handed_out_and_destroyed(&bot, CHAT).await;
    later::what_was_taken_is_found_in_twilios_list_and_let_be(&bot).await;
    operations::staff_see_how_things_are_and_tell_whoever_wants_to_know(&bot, FOURTH_CHAT).await;
    health_is_told(&bot).await;

    for function in bot.functions() {
        let name = &function.deployed.package;
        assert_eq!(
            function.runtime.wrongs(),
            Vec::<String>::new(),
            "{name} against Lambda's Runtime API"
        );
        assert_eq!(
            function.gate.refused(),
            [].into(),
            "{name} is not allowed by its role"
        );
        assert_eq!(
            function.gate.unused(),
            [].into(),
            "{name} is allowed by its role and has no need of"
        );
    }
    logs_say_nothing(&bot, &[&key, page.rsplit('/').next().unwrap()]);
    logs_name_messages_and_entries(&bot);
}

async fn is_answered_once(bot: &Bot) {
    let said = event("webhook-message.json");
    for _ in 0..2 {
        let answer = Answer::of(&bot.webhook.invoke(&said).await.unwrap());
        assert_eq!(
            (answer.status, answer.content_type.as_str()),
            (200, "text/xml; charset=utf-8")
        );
        assert!(answer.body.contains(EMPTY_TWIML), "{}", answer.body);
    }
    let messages = bot.account.items("messages").await;
    assert_eq!(messages.len(), 2, "a receipt and a reply: {messages:?}");
    let entry = messages.iter().find(|item| item["kind"] == "send").unwrap();
    assert_eq!(entry["delivery"], "pending");
    bot.account
        .scene
        .world
        .twilio
        .note_inbound(CHAT, just_now() * 1000);
    bot.send_all().await;
    let heard = bot.heard(CHAT, 0);
    assert_eq!(heard, [texts::link_first(Language::English)]);

    // The ticket again, as SQS may deliver it.
    let answer = bot
        .outbound
        .invoke(&event("outbound-send.json"))
        .await
        .unwrap();
    assert_eq!(failures(&answer), Vec::<String>::new());
    assert_eq!(bot.heard(CHAT, 0).len(), 1);

    assert!(bot.call_back().await >= 3);
    let messages = bot.account.items("messages").await;
    let entry = messages.iter().find(|item| item["kind"] == "send").unwrap();
    assert_eq!(entry["delivery"], "read");
}

/// The price is Flash's the first time, and remembered the second.
async fn is_told_the_price(bot: &Bot) {
    for _ in 0..2 {
        let text = bot.ask(FOURTH_CHAT, "price").await;
        assert!(text.contains("1 BTC = J$"), "{text}");
    }
    let cache = bot.account.items("cache").await;
    assert!(
        cache.iter().any(|item| item["key"] == "price#JMD"),
        "{cache:?}"
    );
}

async fn strangers_are_refused(bot: &Bot) {
    let before = bot.account.items("messages").await;
    let answer = Answer::of(
        &bot.webhook
            .invoke(&event("webhook-bad-signature.json"))
            .await
            .unwrap(),
    );
    assert_eq!((answer.status, answer.body.as_str()), (403, ""));
    assert_eq!(bot.account.items("messages").await, before);
    let error = bot
        .outbound
        .invoke(&json!({"not": "a batch"}))
        .await
        .unwrap_err();
    assert_eq!(error["errorType"], "NotSqs");
    dead_letters::what_is_no_ticket_is_set_aside(bot).await;
    events::what_can_not_be_read_is_set_aside(bot).await;
}

/// The page and the key that go on after the code has ended.
async fn gets_a_code_that_runs_out(bot: &Bot) -> (String, String) {
    let page = bot.link_page(CHAT).await;
    let shown = bot.open_page(&page).await;
    assert_eq!(
        (shown.status, shown.content_type.as_str()),
        (200, "text/html; charset=utf-8")
    );
    assert!(
        shown.body.contains("<script") && !shown.body.contains("__CONFIG__"),
        "{}",
        shown.body
    );
    let ended = Answer::of(&bot.web.invoke(&event("web-link-page.json")).await.unwrap());
    assert_eq!(ended.status, 410);
    assert!(ended.body.contains("This link has ended"));

    let key = bot.key_of(MARCIA).await;
    let answer = bot.bring(&page, &key, false).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(bot.account.delayed("ExpireQueue").await, "1");
    assert_eq!(bot.account.items("codes").await.len(), 1);

    // Come early, as where a wait is longer than SQS's longest delay: it waits again.
    let (person, id) = later::entry(bot, "expire", "pending").await;
    let ticket = format!("{person}.{}", id.strip_prefix("entry#").unwrap());
    let mut early = event("otp-expiry-expire.json");
    early["Records"][0]["body"] = json!({ "entry": ticket }).to_string().into();
    let answer = bot.otp_expiry.invoke(&early).await.unwrap();
    assert_eq!(failures(&answer), Vec::<String>::new());
    assert_eq!(bot.account.delayed("ExpireQueue").await, "2");
    assert_eq!(bot.account.items("codes").await.len(), 1);

    let before = bot.heard(CHAT, 0).len();
    later::the_relay_ends_a_code(bot).await;
    let heard = bot.heard(CHAT, before);
    assert_eq!(heard, [texts::code_ran_out(Language::English)]);
    (page, key)
}

async fn links_and_reads_a_balance(bot: &Bot, page: &str, key: &str) {
    let answer = bot.bring(page, key, false).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    let text = bot.ask(CHAT, &format!("verify {code}")).await;
    assert_eq!(text, texts::linked(Language::English));
    let text = bot.ask(CHAT, "balance").await;
    assert!(text.contains("1.09"), "{text}");
    let text = bot.ask(CHAT, "requests").await;
    assert!(text.contains("no requests from you or to you"), "{text}");

    let faults = &bot.account.scene.world.faults;
    faults.set(System::Flash, Mode::Down, None);
    let text = bot.ask(CHAT, "refresh").await;
    faults.set(System::Flash, Mode::Ok, None);
    assert_eq!(
        text,
        texts::flash_trouble(Language::English, FlashTrouble::Unavailable, "refresh")
    );
    let cache = bot.account.items("cache").await;
    assert!(
        cache.iter().any(|item| item["key"] == "breaker#flash"),
        "how Flash is doing is remembered: {cache:?}"
    );
}

/// Somebody with a log-in of the owner's account, in a chat that shows no number, and without the page before their eyes.
async fn another_chat_guesses_and_is_locked(bot: &Bot) {
    let page = bot.link_page(OTHER_CHAT).await;
    let key = bot.key_of(MARCIA).await;
    let answer = bot.bring(&page, &key, false).await;
    assert_eq!(
        (answer.status, answer.json()["reason"].as_str()),
        (409, Some("confirm_other_phone"))
    );
    let mut owner_heard = bot.heard(CHAT, 0).len();
    for _ in 0..2 {
        let answer = bot.bring(&page, &key, true).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let code: u32 = answer.json()["code"].as_str().unwrap().parse().unwrap();
        for wrong in 1..=4 {
            bot.ask(OTHER_CHAT, &format!("{:06}", (code + wrong) % 1_000_000))
                .await;
        }
    }
    let warned = bot.heard(CHAT, owner_heard);
    owner_heard += warned.len();
    assert!(
        warned.len() == 2
            && warned[0].contains("Somebody logged in")
            && warned[1].contains("locked that chat"),
        "{warned:?}"
    );
    let text = bot.ask(OTHER_CHAT, "link").await;
    assert!(text.contains("can't link until"), "{text}");
    assert_eq!(bot.heard(CHAT, owner_heard), Vec::<String>::new());
}

async fn unlinks(bot: &Bot) {
    bot.ask(CHAT, "unlink").await;
    let text = bot.ask(CHAT, "YES").await;
    assert!(text.contains("disconnected"), "{text}");
    let people = bot.account.items("people").await;
    assert!(
        people
            .iter()
            .all(|item| !item.to_string().contains("credential")),
        "{people:?}"
    );
    let events: Vec<_> = bot
        .account
        .items("audit")
        .await
        .into_iter()
        .map(|item| item["event"].clone())
        .collect();
    assert!(events.len() >= 2, "{events:?}");
}

async fn links_once_more(bot: &Bot) {
    let page = bot.link_page(CHAT).await;
    let key = bot.key_of(MARCIA).await;
    let answer = bot.bring(&page, &key, false).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    let text = bot.ask(CHAT, &format!("verify {code}")).await;
    assert_eq!(text, texts::linked(Language::English));
}

async fn health_is_told(bot: &Bot) {
    let answer = Answer::of(&bot.web.invoke(&event("web-health.json")).await.unwrap());
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"status": "ok"}))
    );
    let url = format!("{}/health?deep=1", crate::account::PUBLIC_URL);
    let answer = bot
        .http(&bot.web, Method::GET, &url, "GET /health", &[], Vec::new())
        .await;
    assert_eq!(
        (answer.status, &answer.json()["dependencies"]["dynamodb"]),
        (200, &json!("ok"))
    );
}

/// What went wrong with one message can be found by its SID and by its entry, and with what AWS says of the same invocation.
fn logs_name_messages_and_entries(bot: &Bot) {
    for (function, field, begins) in [
        (&bot.webhook, "message_sid", "SM"),
        (&bot.webhook, "requestId", ""),
        (&bot.outbound, "requestId", ""),
        (&bot.webhook, "entry", ""),
        (&bot.outbound, "entry", ""),
        (&bot.assistant, "entry", ""),
        (&bot.scheduler, "entry", ""),
    ] {
        let log = function.process.log();
        let named = log.iter().any(|line| {
            let line: Value = serde_json::from_str(line).unwrap_or_default();
            line[field].as_str().is_some_and(|named| {
                named.starts_with(begins) && (field != "entry" || named.contains(".SM"))
            })
        });
        assert!(
            named,
            "{} names no {field}: {log:#?}",
            function.deployed.package
        );
    }
}

/// Row S04, for what Lambda would keep of this run.
fn logs_say_nothing(bot: &Bot, secrets: &[&str]) {
    let personal = [
        "8765550100",
        "7788990011223344",
        "Marcia",
        "money",
        "verify ",
        "fk_",
        "bot.example.com",
        "BwcHBwcH",
        "AQEBAQEB",
    ];
    for function in bot.functions() {
        let log = function.process.log();
        assert!(!log.is_empty());
        for line in log {
            assert!(
                serde_json::from_str::<Value>(&line).is_ok(),
                "not JSON: {line}"
            );
            for word in personal.iter().chain(secrets) {
                assert!(!line.contains(word), "{word} in: {line}");
            }
        }
    }
}
