//! Questions in somebody's own words, answered by `assistant` with the model and without it.

use domain::language::Language;
use domain::texts;
use sandbox::fault::{Mode, System};
use serde_json::Value;

use crate::bot::Bot;
use crate::later::relay_when_due;

const QUESTION: &str = "how can somebody pay me?";

/// Lets `assistant` answer what waits, and `outbound` send it; what `chat` hears of it, from number `after` on.
async fn think(bot: &Bot, chat: &str, after: usize) -> Vec<String> {
    loop {
        let delivered = bot.account.deliver("AskQueue", &bot.assistant).await;
        let log = || bot.assistant.process.log();
        assert!(delivered.failed.is_empty(), "{:?}", log());
        if delivered.records == 0 {
            break;
        }
    }
    bot.send_all().await;
    bot.heard(chat, after)
}

async fn asked(bot: &Bot, chat: &str) -> String {
    let before = bot.heard(chat, 0).len();
    assert_eq!(bot.say(chat, QUESTION).await, Vec::<String>::new());
    let heard = think(bot, chat, before).await;
    let log = || bot.assistant.process.log();
    assert_eq!(heard.len(), 1, "{heard:?}: {:?}", log());
    heard.into_iter().next().unwrap()
}

/// What `assistant` has recorded of its answers, the youngest last.
async fn sources(bot: &Bot) -> Vec<Value> {
    let mut items = bot.account.items("messages").await;
    items.retain(|item| item.get("record").is_some());
    items.sort_by_key(|item| item["id"].as_str().unwrap().to_owned());
    let sources = items.iter().map(|item| item["record"]["source"].clone());
    sources.collect()
}

async fn memories(bot: &Bot) -> usize {
    let sessions = bot.account.items("sessions").await;
    let memory = |item: &&Value| item.get("memory").is_some();
    sessions.iter().filter(memory).count()
}

/// `chat` agrees first, then is answered: by the model, and by the knowledge base where it is down.
pub(crate) async fn a_question_is_answered_by_the_model_and_forgotten(bot: &Bot, chat: &str) {
    bot.ask(chat, QUESTION).await;
    let before = bot.heard(chat, 0).len();
    bot.ask(chat, "yes").await;
    let pending = bot.account.items("messages").await;
    let question = pending.iter().find(|item| item.get("asked").is_some());
    let text = |name: &str| question.unwrap()[name].as_str().unwrap().to_owned();
    relay_when_due(bot, &(text("person"), text("id"))).await;
    let heard = think(bot, chat, before + 1).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(sources(bot).await, ["model"]);
    assert_eq!(memories(bot).await, 1);

    let faults = &bot.account.scene.world.faults;
    faults.set(System::Maple, Mode::Down, None);
    asked(bot, chat).await;
    faults.set(System::Maple, Mode::Ok, None);
    let sources = sources(bot).await;
    assert!(sources.contains(&"fallback".into()), "{sources:?}");
    let cache = bot.account.items("cache").await;
    let breaker = cache.iter().any(|item| item["key"] == "breaker#maple");
    assert!(breaker, "how the model is doing is remembered: {cache:?}");

    let text = bot.ask(chat, "forget").await;
    assert_eq!(text, texts::questions_forgotten(Language::English));
    assert_eq!(memories(bot).await, 0);
}

/// `chat` does not agree, and is answered all the same.
pub(crate) async fn a_question_is_answered_without_the_model(bot: &Bot, chat: &str) {
    bot.ask(chat, QUESTION).await;
    let before = bot.heard(chat, 0).len();
    bot.ask(chat, "no").await;
    let heard = think(bot, chat, before + 1).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    let sources = sources(bot).await;
    assert!(sources.contains(&"knowledge".into()), "{sources:?}");
}

/// `chat` asks for a person, and whoever is at support hears of it by the operator's topic.
pub(crate) async fn a_person_is_asked_for(bot: &Bot, chat: &str) {
    bot.ask(chat, "agent").await;
    let text = bot.ask(chat, "yes").await;
    let pending = bot.account.items("messages").await;
    let alert = pending.iter().find(|item| item.get("alert").is_some());
    let alert = alert.expect("somebody is to hear of it");
    let woken = bot.account.deliver("WakeQueue", &bot.scheduler).await;
    assert_eq!((woken.records, woken.failed.len()), (1, 0));
    let told = bot.account.told_support().await;
    let code = alert["alert"]["ticket"].as_str().unwrap();
    assert_eq!(
        told.len(),
        1,
        "{told:?}: {:#?}",
        bot.scheduler.process.log()
    );
    assert!(
        told[0].contains(code) && text.contains(code),
        "{told:?}: {text}"
    );
}
