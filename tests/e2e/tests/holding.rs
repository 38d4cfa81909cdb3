//! Rows N05, N08 and N09 of the acceptance cases: news wait for quiet hours, for the hour or the evening, and for the end of
//! a busy hour; each is told once, in order, or not at all and then it is recorded why.

use std::collections::BTreeMap;

use domain::address::WhatsAppAddress;
use domain::ids::PersonKey;
use domain::money::Cents;
use domain::policy::{HELD_MOST, NEWS_PER_HOUR};
use domain::preferences::{Frequency, Preferences, Quiet, Topic};
use domain::time::Moment;
use e2e::{DEVON, MARCIA, Scene};
use flash::events::signature::sign;
use reqwest::Method;
use sandbox::world::{Options, SIGNING_SECRET};
use secrecy::SecretString;
use serde_json::{Value, json};

/// Nine in the morning on a Sunday in Jamaica, in milliseconds.
const MORNING: i64 = 1_795_356_000_000;
const HOUR: i64 = 3_600;

/// Marcia is linked and agrees to be told.
async fn agreed() -> Scene {
    let scene = Scene::with(Options {
        starts_at: Some(MORNING),
        ..Options::default()
    })
    .await;
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "notifications").await;
    scene.ask(MARCIA, "yes").await;
    scene
}

fn now(scene: &Scene) -> Moment {
    scene.world.scheduler.clock.now()
}

fn marcia(scene: &Scene) -> PersonKey {
    let address = WhatsAppAddress::parse(&format!("whatsapp:{MARCIA}")).unwrap();
    scene.world.scheduler.tables.keys().person(&address)
}

/// What Marcia has said she wants.
async fn wants(scene: &Scene, change: impl Fn(&mut Preferences)) {
    let tables = &scene.world.webhook.talk.tables;
    let person = marcia(scene);
    let known = tables.read_person(&person, None, now(scene)).await.unwrap();
    let mut standing = known.state.standing.clone();
    change(&mut standing.preferences);
    let mut transaction = tables.transaction(&person, now(scene));
    transaction.standing(&known, &standing);
    transaction.commit().await.unwrap();
}

async fn often(scene: &Scene, frequency: Frequency) {
    wants(scene, |preferences| preferences.frequency = frequency).await;
}

/// From eight in the morning until ten.
async fn quiet_until_ten(scene: &Scene) {
    let quiet = Quiet {
        from: 480,
        until: 600,
    };
    wants(scene, |preferences| preferences.quiet = Some(quiet)).await;
}

async fn account(scene: &Scene) -> String {
    let people = scene.table("people").await;
    let hers = people.iter().find(|item| item["link"].is_object()).unwrap();
    hers["link"]["account"].as_str().unwrap().to_owned()
}

/// Flash tells by webhook what has happened to Marcia's account.
async fn happens(scene: &Scene, kind: &str, name: &str, mut data: Value) {
    data["accountId"] = account(scene).await.into();
    let at = now(scene);
    let time = jiff::Timestamp::from_second(at.unix()).unwrap().to_string();
    let event = json!({
        "specversion": "1.0", "id": name, "source": "flash-backend", "type": kind, "time": time, "data": data,
    });
    let body = event.to_string();
    let secret = SecretString::from(SIGNING_SECRET);
    let headers = sign(&secret, name, at, &body).unwrap();
    let headers = headers
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let answer = scene
        .call(Method::POST, "/flash/events", &headers, Some(body))
        .await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    scene.drain().await;
}

/// She is paid so many whole dollars.
async fn paid(scene: &Scene, dollars: u32) {
    let data = json!({
        "rail": "lightning", "status": "success",
        "amount": {"value": format!("{dollars}.00"), "currency": "USD"},
    });
    happens(scene, "payment.received", &format!("paid-{dollars}"), data).await;
}

async fn heard(scene: &Scene) -> usize {
    scene.texts(MARCIA).await.len()
}

async fn since(scene: &Scene, before: usize) -> Vec<String> {
    scene.texts(MARCIA).await.split_off(before)
}

/// What waits, raw.
async fn waits(scene: &Scene) -> Vec<Value> {
    let mut items = scene.table("messages").await;
    items.retain(|item| item["id"].as_str().unwrap().starts_with("held#"));
    items
}

/// What was counted today, of news.
async fn counted(scene: &Scene) -> BTreeMap<String, u64> {
    let days = scene.world.scheduler.tables.day_counts(2, now(scene)).await;
    let mut counted = BTreeMap::new();
    for day in days.unwrap() {
        for (name, times) in day.counts.iter() {
            if ["told:", "held:", "muted:"]
                .iter()
                .any(|kind| name.starts_with(kind))
            {
                *counted.entry(name.to_owned()).or_default() += times;
            }
        }
    }
    counted
}

fn counts(of: &[(&str, u64)]) -> BTreeMap<String, u64> {
    of.iter()
        .map(|(name, times)| ((*name).to_owned(), *times))
        .collect()
}

fn has_in_order(texts: &[String], parts: &[&str]) {
    assert_eq!(texts.len(), parts.len(), "{texts:?}");
    for (text, part) in texts.iter().zip(parts) {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn n05_who_muted_a_kind_or_wants_more_is_not_told_and_why_is_counted() {
    let scene = agreed().await;
    wants(&scene, |preferences| preferences.minimum = Some(Cents(500))).await;
    let before = heard(&scene).await;
    paid(&scene, 4).await;
    wants(&scene, |preferences| {
        preferences.topics.insert(Topic::Received, false);
    })
    .await;
    paid(&scene, 9).await;
    scene.say(MARCIA, "stop").await;
    let stopped = heard(&scene).await;
    assert_eq!(stopped, before + 1, "the confirmation of STOP alone");
    paid(&scene, 10).await;
    scene.advance(86_400).await;
    assert_eq!(heard(&scene).await, stopped);
    let why = counts(&[
        ("muted:under_minimum", 1),
        ("muted:topic_off", 1),
        ("muted:opted_out", 1),
    ]);
    assert_eq!(counted(&scene).await, why);
}

#[tokio::test]
async fn n08_in_quiet_hours_news_wait_and_come_once_in_order_when_they_end() {
    let scene = agreed().await;
    quiet_until_ten(&scene).await;
    let before = heard(&scene).await;
    for dollars in [3, 1, 2] {
        paid(&scene, dollars).await;
        scene.advance(60).await;
    }
    assert_eq!(since(&scene, before).await, Vec::<String>::new());
    assert_eq!(waits(&scene).await.len(), 3);
    let left = now(&scene).unix() % HOUR;
    scene.advance(HOUR - left - 60).await;
    assert_eq!(heard(&scene).await, before, "a minute to ten");
    scene.advance(120).await;
    let told = since(&scene, before).await;
    has_in_order(&told, &["US$3.00", "US$1.00", "US$2.00"]);
    scene.advance(86_400).await;
    assert_eq!(heard(&scene).await, before + 3, "once");
    assert_eq!(waits(&scene).await.len(), 0);
    let all = counts(&[("held:received", 3), ("told:received", 3)]);
    assert_eq!(counted(&scene).await, all);
}

#[tokio::test]
async fn n08_a_security_alert_goes_in_quiet_hours_too() {
    let scene = agreed().await;
    quiet_until_ten(&scene).await;
    paid(&scene, 5).await;
    let before = heard(&scene).await;
    // Devon's chat is after Marcia's account.
    let token = scene.link_token(&format!("whatsapp:{DEVON}")).await;
    let key = scene.mint_key(MARCIA, &e2e::READ_ONLY).await;
    let answer = scene.bring(&token, &key, true).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    scene.drain().await;
    assert_eq!(heard(&scene).await, before + 1);
    assert_eq!(waits(&scene).await.len(), 1, "and the payment waits");
}

#[tokio::test]
async fn n08_many_that_waited_come_as_one_message_and_beyond_a_number_are_counted() {
    let scene = agreed().await;
    quiet_until_ten(&scene).await;
    let before = heard(&scene).await;
    for dollars in 1..=HELD_MOST + 7 {
        paid(&scene, dollars).await;
    }
    assert_eq!(
        waits(&scene).await.len(),
        usize::try_from(HELD_MOST).unwrap()
    );
    scene.advance(HOUR + 60).await;
    let told = since(&scene, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    for part in ["US$1.00", "at least", "more"] {
        assert!(told[0].contains(part), "{part}: {}", told[0]);
    }
    assert_eq!(waits(&scene).await.len(), 0);
}

#[tokio::test]
async fn n08_what_they_say_meanwhile_holds_for_what_waits() {
    let scene = agreed().await;
    quiet_until_ten(&scene).await;
    for dollars in [2, 7] {
        paid(&scene, dollars).await;
        scene.advance(1).await;
    }
    wants(&scene, |preferences| preferences.minimum = Some(Cents(500))).await;
    let before = heard(&scene).await;
    scene.advance(HOUR + 60).await;
    has_in_order(&since(&scene, before).await, &["US$7.00"]);
    assert_eq!(counted(&scene).await["muted:under_minimum"], 1);

    scene.advance(23 * HOUR).await;
    paid(&scene, 8).await;
    assert_eq!(waits(&scene).await.len(), 1, "quiet again");
    scene.say(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    let before = heard(&scene).await;
    scene.advance(3 * HOUR).await;
    assert_eq!(
        heard(&scene).await,
        before,
        "whose account is no longer linked"
    );
    assert_eq!(waits(&scene).await.len(), 0);
    assert_eq!(counted(&scene).await["muted:not_linked"], 1);
}

#[tokio::test]
async fn n08_quiet_hours_that_were_set_meanwhile_put_it_off() {
    let scene = agreed().await;
    often(&scene, Frequency::Hourly).await;
    paid(&scene, 6).await;
    wants(&scene, |preferences| {
        preferences.quiet = Some(Quiet {
            from: 570,
            until: 690,
        });
    })
    .await;
    let before = heard(&scene).await;
    scene.advance(2 * HOUR).await;
    assert_eq!(heard(&scene).await, before);
    scene.advance(HOUR / 2 + 60).await;
    has_in_order(&since(&scene, before).await, &["US$6.00"]);
}

#[tokio::test]
async fn n09_hourly_and_daily_news_come_as_one_digest() {
    let scene = agreed().await;
    often(&scene, Frequency::Hourly).await;
    let before = heard(&scene).await;
    for dollars in [1, 2] {
        paid(&scene, dollars).await;
        scene.advance(60).await;
    }
    assert_eq!(heard(&scene).await, before);
    scene.advance(HOUR).await;
    let told = since(&scene, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    for part in ["US$1.00", "US$2.00"] {
        assert!(told[0].contains(part), "{part}: {}", told[0]);
    }

    often(&scene, Frequency::Daily).await;
    for dollars in 3..=7 {
        paid(&scene, dollars).await;
        scene.advance(HOUR).await;
    }
    let before = before + 1;
    assert_eq!(heard(&scene).await, before, "it is not evening yet");
    scene.advance(3 * HOUR).await;
    let told = since(&scene, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("US$25.00"), "the sum: {}", told[0]);
    scene.advance(86_400).await;
    assert_eq!(
        heard(&scene).await,
        before + 1,
        "nothing has happened since"
    );
}

#[tokio::test]
async fn n09_beyond_the_hours_number_the_rest_comes_as_one_when_the_hour_is_over() {
    let scene = agreed().await;
    let before = heard(&scene).await;
    let most = u32::try_from(NEWS_PER_HOUR).unwrap();
    for dollars in 1..=most + 4 {
        paid(&scene, dollars).await;
    }
    assert_eq!(heard(&scene).await, before + NEWS_PER_HOUR);
    scene.advance(HOUR + 60).await;
    let told = since(&scene, before + NEWS_PER_HOUR).await;
    assert_eq!(told.len(), 1, "{told:?}");
    for dollars in most + 1..=most + 4 {
        let part = format!("US${dollars}.00");
        assert!(told[0].contains(&part), "{part}: {}", told[0]);
    }
    paid(&scene, 99).await;
    assert_eq!(
        heard(&scene).await,
        before + NEWS_PER_HOUR + 2,
        "at once again"
    );
}

#[tokio::test]
async fn n09_a_request_for_money_waits_for_the_end_of_a_busy_hour_too() {
    let scene = agreed().await;
    for dollars in 1..=u32::try_from(NEWS_PER_HOUR).unwrap() {
        paid(&scene, dollars).await;
    }
    scene.link(DEVON).await;
    let before = heard(&scene).await;
    scene.ask(DEVON, "request 20 from @marcia for lunch").await;
    assert_eq!(heard(&scene).await, before);
    scene.advance(HOUR + 60).await;
    let told = since(&scene, before).await;
    has_in_order(&told, &["@devon asks you for *US$20.00*"]);
}

#[tokio::test]
async fn n08_whatever_breaks_on_the_way_each_is_told_once() {
    let scene = agreed().await;
    quiet_until_ten(&scene).await;
    let before = heard(&scene).await;
    for dollars in [1, 2, 3] {
        paid(&scene, dollars).await;
        scene.advance(1).await;
    }
    // The table's answer is lost, and after the commit the queue is down.
    scene.fault("queue", "down", Some(2)).await;
    scene.fault("dynamodb", "commit_answer_lost", Some(2)).await;
    scene.advance(HOUR + 300).await;
    let told = since(&scene, before).await;
    has_in_order(&told, &["US$1.00", "US$2.00", "US$3.00"]);
    futures::join!(scene.world.relay(), scene.world.relay());
    scene.advance(600).await;
    assert_eq!(heard(&scene).await, before + 3);
}

#[tokio::test]
async fn n08_two_of_the_same_second_come_in_the_order_in_which_they_came() {
    let scene = agreed().await;
    quiet_until_ten(&scene).await;
    // More than a few: by chance they would be in order once in 720 times.
    for dollars in [3, 1, 6, 5, 2, 4] {
        paid(&scene, dollars).await;
    }
    let before = heard(&scene).await;
    scene.advance(HOUR + 60).await;
    let told = since(&scene, before).await;
    let amounts = told[0]
        .lines()
        .filter_map(|line| line.strip_prefix("• +US$"));
    let amounts: Vec<_> = amounts.map(|line| line.chars().next().unwrap()).collect();
    assert_eq!(amounts, ['3', '1', '6', '5', '2', '4'], "{}", told[0]);
}

#[tokio::test]
async fn n08_what_waited_before_a_pause_comes_when_it_is_over_and_what_happens_in_it_does_not() {
    let scene = agreed().await;
    quiet_until_ten(&scene).await;
    for dollars in [3, 1] {
        paid(&scene, dollars).await;
        scene.advance(60).await;
    }
    scene.ask(MARCIA, "notifications pause 3 hours").await;
    let before = heard(&scene).await;
    paid(&scene, 8).await;
    scene.advance(2 * HOUR).await;
    assert_eq!(heard(&scene).await, before, "she wants none now");
    scene.advance(HOUR + 60).await;
    has_in_order(&since(&scene, before).await, &["US$3.00", "US$1.00"]);
    assert_eq!(counted(&scene).await["muted:paused"], 1);
}

#[tokio::test]
async fn n08_who_ends_quiet_hours_or_a_pause_is_told_what_waits_before_what_comes_next() {
    let scene = agreed().await;
    quiet_until_ten(&scene).await;
    for dollars in [3, 1] {
        paid(&scene, dollars).await;
        scene.advance(60).await;
    }
    let before = heard(&scene).await;
    scene.say(MARCIA, "notifications quiet off").await;
    scene.advance(1).await;
    paid(&scene, 2).await;
    let told = since(&scene, before + 1).await;
    has_in_order(&told, &["US$3.00", "US$1.00", "US$2.00"]);

    often(&scene, Frequency::Hourly).await;
    // Until ten as well, for which nothing waits any more.
    paid(&scene, 4).await;
    assert_eq!(waits(&scene).await.len(), 1);
    scene.ask(MARCIA, "notifications pause 1 day").await;
    scene.advance(2 * HOUR).await;
    let before = heard(&scene).await;
    scene.say(MARCIA, "notifications resume").await;
    scene.advance(1).await;
    has_in_order(&since(&scene, before + 1).await, &["US$4.00"]);
    scene.advance(2 * 86_400).await;
    assert_eq!(heard(&scene).await, before + 2, "once");
    assert_eq!(waits(&scene).await.len(), 0);
}

#[tokio::test]
async fn n09_who_wants_news_at_once_again_is_told_what_waits_even_if_the_ticket_is_lost() {
    let scene = agreed().await;
    often(&scene, Frequency::Daily).await;
    for dollars in [3, 1] {
        paid(&scene, dollars).await;
        scene.advance(60).await;
    }
    let before = heard(&scene).await;
    // The answer goes out, the ticket is lost: the relay comes by within a minute.
    wants(&scene, |preferences| {
        preferences.frequency = Frequency::Hourly;
    })
    .await;
    scene.fault("queue", "down", Some(1)).await;
    scene
        .post_message(
            &json!({"from": format!("whatsapp:{MARCIA}"), "body": "notifications instant"}),
        )
        .await;
    scene.drain().await;
    // Nothing overtakes what waits, whether somebody has looked or not.
    paid(&scene, 2).await;
    scene.advance(130).await;
    let told = since(&scene, before).await;
    let news: Vec<_> = told
        .iter()
        .filter(|text| text.contains("US$"))
        .cloned()
        .collect();
    has_in_order(&news, &["US$3.00", "US$1.00", "US$2.00"]);
    scene.advance(2 * 86_400).await;
    assert_eq!(heard(&scene).await, before + told.len(), "once");
}
