//! What is kept of somebody is handed out by `web`, and destroyed: at once by `webhook`, page by page by `otp-expiry`.

use axum::http::Method;
use serde_json::Value;

use crate::account::PUBLIC_URL;
use crate::bot::Bot;
use crate::later::relay_when_due;

/// The texts that stand under this name.
async fn texts_of(bot: &Bot, person: &str) -> usize {
    let mut items = bot.account.items("messages").await;
    items.retain(|item| item["person"] == person && item.get("reply").is_some());
    items.len()
}

pub(crate) async fn what_is_kept_is_handed_out_and_destroyed(bot: &Bot, chat: &str) {
    let text = bot.ask(chat, "export my data").await;
    let mut words = text.split_whitespace();
    let page = words.find(|word| word.starts_with(PUBLIC_URL));
    let page = page.unwrap_or_else(|| panic!("no page in: {text}"));
    let shown = bot.http(
        &bot.web,
        Method::GET,
        page,
        "GET /export/{token}",
        &[],
        Vec::new(),
    );
    assert!(shown.await.body.contains("Save the file"));
    let file = bot.http(
        &bot.web,
        Method::POST,
        page,
        "POST /export/{token}",
        &[],
        Vec::new(),
    );
    let file = file.await;
    let number = chat.trim_start_matches("whatsapp:");
    assert_eq!(file.status, 200, "{}", file.body);
    assert!(
        file.body.contains(number) && file.body.contains("linked"),
        "{}",
        file.body
    );

    bot.ask(chat, "delete my data").await;
    // What is said in the second of the erasure goes later.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let text = bot.ask(chat, "yes").await;
    assert!(text.starts_with("Done. I've deleted"), "{text}");
    let messages = bot.account.items("messages").await;
    // One for the number, one for the user id that it writes as.
    let mut sweeps = messages
        .iter()
        .filter(|item| item.get("erased_at").is_some());
    let said = |sweep: &Value| {
        let theirs =
            |item: &&Value| item["person"] == sweep["person"] && item.get("reply").is_some();
        messages.iter().filter(theirs).count()
    };
    let sweep = sweeps.find(|sweep| said(sweep) > 5);
    let sweep = sweep.expect("an entry sees to what was said");
    let name = |field: &str| sweep[field].as_str().unwrap().to_owned();
    let (person, id) = (name("person"), name("id"));
    let people = bot.account.items("people").await;
    let known = |item: &Value| item["person"] == person.as_str();
    assert!(!people.iter().any(known), "{people:?}");
    relay_when_due(bot, &(person.clone(), id)).await;
    let delivered = bot.account.deliver("ExpireQueue", &bot.otp_expiry).await;
    assert!(delivered.records > 0 && delivered.failed.is_empty());
    assert_eq!(texts_of(bot, &person).await, 1, "the confirmation");
}
