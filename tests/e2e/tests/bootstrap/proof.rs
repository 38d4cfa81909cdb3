//! A proof that is due: by a code in the Flash app, and by the page, after which the function `web` answers.

use aws_sdk_dynamodb::types::AttributeValue;
use axum::http::Method;
use e2e::MARCIA;
use sandbox::fault::{Mode, System};
use serde_json::json;

use crate::account::{PUBLIC_URL, just_now};
use crate::bot::{Answer, Bot};

/// The functions read the machine's clock, so the one link is made older instead, and the pace of answers is forgotten.
async fn a_month_goes_by(bot: &Bot) {
    let people = bot.account.items("people").await;
    let linked = people.iter().find(|item| item.get("link").is_some());
    let person = linked.unwrap()["person"].as_str().unwrap().to_owned();
    let long_ago = just_now() - 31 * 86_400;
    let update = bot.account.dynamodb.update_item();
    let update = update
        .table_name(&bot.account.names.people)
        .key("person", AttributeValue::S(person.clone()))
        .update_expression("SET #link.proven_at = :at")
        .expression_attribute_names("#link", "link")
        .expression_attribute_values(":at", AttributeValue::N(long_ago.to_string()));
    update.send().await.unwrap();
    let update = bot.account.dynamodb.update_item();
    let update = update
        .table_name(&bot.account.names.sessions)
        .key("person", AttributeValue::S(person))
        .condition_expression("attribute_exists(person)")
        .update_expression("REMOVE #session.pace")
        .expression_attribute_names("#session", "session");
    update.send().await.unwrap();
}

/// A code goes to the app; whoever asks once more gets the page, too.
async fn asks(bot: &Bot, chat: &str) -> (String, String) {
    let text = bot.ask(chat, "balance").await;
    assert!(text.contains("Flash app"), "{text}");
    let people = bot.account.scene.world.flash.people();
    let person = people.iter().find(|person| person["phone"] == MARCIA);
    let shown = person.unwrap()["pushes"].as_array().unwrap().last();
    let code = shown.unwrap()["body"].as_str().unwrap()[..6].to_owned();
    let text = bot.ask(chat, "balance").await;
    let mut words = text.split_whitespace();
    let page = words.find(|word| word.starts_with(PUBLIC_URL));
    (
        code,
        page.unwrap_or_else(|| panic!("no page in: {text}"))
            .to_owned(),
    )
}

/// Brings a throw-away key, as the page does after the log-in.
async fn brings(bot: &Bot, page: &str, key: &str) -> Answer {
    let headers = [("content-type".to_owned(), "application/json".to_owned())];
    let body = json!({ "api_key": key }).to_string();
    let (url, route) = (format!("{page}/proof"), "POST /confirm/{token}/proof");
    let answer = bot.http(&bot.web, Method::POST, &url, route, &headers, body.into());
    answer.await
}

async fn check_key(bot: &Bot) -> String {
    bot.account.scene.mint_key(MARCIA, &["read_user"]).await
}

/// Both ways, one after the other.
pub(crate) async fn what_waits_for_it_is_answered(bot: &Bot, chat: &str) {
    a_month_goes_by(bot).await;
    let (code, _) = asks(bot, chat).await;
    let text = bot.ask(chat, &format!("verify {code}")).await;
    assert!(text.contains("1.09"), "{text}");

    // How Flash is doing is remembered by whichever function finds out.
    let faults = &bot.account.scene.world.faults;
    faults.set(System::Flash, Mode::Down, None);
    let text = bot.ask(chat, "refresh").await;
    faults.set(System::Flash, Mode::Ok, None);
    assert!(text.contains("isn't answering"), "{text}");

    a_month_goes_by(bot).await;
    let (_, page) = asks(bot, chat).await;
    let route = "GET /confirm/{token}";
    let shown = bot.http(&bot.web, Method::GET, &page, route, &[], Vec::new());
    assert!(shown.await.body.contains("Show that it is you"));
    let before = bot.heard(chat, 0).len();
    let key = check_key(bot).await;
    for _ in 0..2 {
        let answer = brings(bot, &page, &key).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    bot.send_all().await;
    let heard = bot.heard(chat, before);
    assert!(heard.len() == 1 && heard[0].contains("1.09"), "{heard:?}");
}

/// The page proves who it is, and Flash no longer takes the bot's own key: the link is over.
pub(crate) async fn it_is_proven_and_the_link_has_gone(bot: &Bot, chat: &str) {
    a_month_goes_by(bot).await;
    let (_, page) = asks(bot, chat).await;
    let revoked = json!({"keys_revoked": true});
    let flash = &bot.account.scene.world.flash;
    flash.update_person(MARCIA, &revoked).unwrap();
    let before = bot.heard(chat, 0).len();
    let key = check_key(bot).await;
    let answer = brings(bot, &page, &key).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    bot.send_all().await;
    let heard = bot.heard(chat, before);
    assert!(
        heard.len() == 1 && heard[0].contains("no longer accepts"),
        "{heard:?}"
    );
    let people = bot.account.items("people").await;
    assert!(people.iter().all(|item| item.get("link").is_none()));
}
