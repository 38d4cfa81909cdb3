//! What staff ask of `webhook`: how things are, what was counted; and news that `scheduler` brings to whoever wants them.

use std::time::Duration;

use domain::role::Role;
use domain::time::Moment;
use e2e::DEVON;
use operator::roles::grant;

use crate::account::just_now;
use crate::bot::Bot;

/// The chat of somebody who has nothing to do with the rest of the story.
const STAFF: &str = "whatsapp:+18765550101";

async fn links(bot: &Bot) {
    let page = bot.link_page(STAFF).await;
    let key = bot.key_of(DEVON).await;
    let answer = bot.bring(&page, &key, false).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    bot.ask(STAFF, &format!("verify {code}")).await;
}

pub(crate) async fn staff_see_how_things_are_and_tell_whoever_wants_to_know(
    bot: &Bot,
    reader: &str,
) {
    links(bot).await;
    let tables = bot.account.tables().await;
    let now = Moment::from_unix(just_now());
    grant(&tables, DEVON, Role::Admin, now).await.unwrap();
    // Only what is proven since counts.
    tokio::time::sleep(Duration::from_secs(2)).await;
    bot.ask(STAFF, "unlink").await;
    bot.ask(STAFF, "yes").await;
    links(bot).await;

    let text = bot.ask(STAFF, "status").await;
    assert!(text.contains("Sending: on"), "{text}");
    assert!(text.contains("Waiting in send: "), "{text}");
    let text = bot.ask(STAFF, "report").await;
    let links = text.lines().find(|line| line.starts_with("Links: "));
    let made = links.unwrap().split(' ').nth(1).unwrap();
    assert!(made.parse::<u32>().unwrap() >= 4, "{text}");

    bot.ask(reader, "notifications").await;
    bot.ask(reader, "yes").await;
    let text = bot.ask(STAFF, "announce All is well").await;
    // Whoever has agreed before, and been forgotten since, is still counted.
    assert!(text.contains("2 people"), "{text}");
    bot.ask(STAFF, "yes").await;
    let before = bot.heard(reader, 0).len();
    let every_minute = bot.account.template.schedule_input("Scheduler", "Relay");
    let answer = bot.scheduler.invoke(&every_minute).await.unwrap();
    let announced = answer["announced"].as_u64();
    assert!(
        announced.is_some_and(|people| people >= 1),
        "{:#?}",
        bot.scheduler.process.log()
    );
    while bot
        .account
        .deliver("WakeQueue", &bot.scheduler)
        .await
        .records
        > 0
    {}
    bot.send_all().await;
    let heard = bot.heard(reader, before);
    assert!(
        heard.iter().any(|text| text.contains("All is well")),
        "{heard:?}"
    );
}
