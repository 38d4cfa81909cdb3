//! Rows C07, C08 and S07: what staff see and do of the whole, from real figures, and news to everybody who agreed.

use std::collections::BTreeMap;

use aws::tables::Tables;
use domain::role::Role;
use domain::time::Moment;
use e2e::{DEVON, MARCIA, Scene, TANYA};
use operator::roles::grant;
use sandbox::fault::{Mode, System};
use sandbox::world::Options;
use serde_json::{Value, json};

const ONLY_STAFF: &str = "Only Flash's support team can do that";

fn tables(scene: &Scene) -> &Tables {
    &scene.world.webhook.talk.tables
}

fn now(scene: &Scene) -> Moment {
    scene.world.webhook.talk.clock.now()
}

/// Marcia is linked, has the role and has proven since that she is herself. Every invocation writes what it has counted.
async fn staff_of(role: Role, options: Options) -> Scene {
    let scene = Scene::with(Options {
        traffic_every: 0,
        ..options
    })
    .await;
    scene.link(MARCIA).await;
    grant(tables(&scene), MARCIA, role, now(&scene))
        .await
        .unwrap();
    scene.advance(61).await;
    links_anew(&scene).await;
    scene
}

async fn staff(role: Role) -> Scene {
    staff_of(role, Options::default()).await
}

/// A link is as good a proof as any.
async fn links_anew(scene: &Scene) {
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(1).await;
    scene.link(MARCIA).await;
}

fn key(scene: &Scene, phone: &str) -> String {
    let address = domain::address::WhatsAppAddress::parse(&format!("whatsapp:{phone}")).unwrap();
    tables(scene).keys().person(&address).as_str().to_owned()
}

/// The audit of one person, oldest first.
async fn record(scene: &Scene, phone: &str) -> Vec<Value> {
    let key = key(scene, phone);
    let mut lines = scene.table("audit").await;
    lines.retain(|line| line["person"] == key.as_str());
    lines.sort_by_key(|line| line["at_entry"].as_str().unwrap().to_owned());
    lines
}

/// The counters as the table has them, all days and shards together.
async fn counted(scene: &Scene) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for item in scene.table("cache").await {
        for (name, value) in item.as_object().unwrap() {
            if let Some(name) = name.strip_prefix("count:") {
                *counts.entry(name.to_owned()).or_default() += value.as_u64().unwrap();
            }
        }
    }
    counts
}

fn line<'a>(text: &'a str, begins: &str) -> &'a str {
    let mut lines = text.lines();
    lines
        .find(|line| line.starts_with(begins))
        .unwrap_or_else(|| panic!("no {begins} in: {text}"))
}

#[tokio::test]
async fn c07_what_an_admin_may_is_refused_from_support_and_from_everybody_and_recorded() {
    let scene = staff(Role::Support).await;
    assert!(scene.ask(MARCIA, "status").await.contains("Flash: ok"));
    for body in [
        "report",
        "announce All is well",
        &format!("unlink user {DEVON}"),
    ] {
        let answer = scene.ask(MARCIA, body).await;
        assert!(answer.starts_with("Only an admin"), "{body}: {answer}");
        let answer = scene.ask(TANYA, body).await;
        assert!(answer.starts_with(ONLY_STAFF), "{body}: {answer}");
    }
    for body in ["status", &format!("lock {DEVON}")] {
        let answer = scene.ask(TANYA, body).await;
        assert!(answer.starts_with(ONLY_STAFF), "{body}: {answer}");
    }
    for (phone, times) in [(MARCIA, 3), (TANYA, 5)] {
        let lines = record(&scene, phone).await;
        let refused = lines.iter().filter(|line| line["event"] == "refused_role");
        assert_eq!(refused.count(), times, "{phone}");
    }
    assert_eq!(counted(&scene).await["event:refused_role"], 8);
    let cache = scene.table("cache").await;
    assert!(
        cache
            .iter()
            .all(|item| item["key"] != "announcement#current")
    );
    // Without a fresh proof not even that.
    scene.advance(601).await;
    let answer = scene.ask(MARCIA, "status").await;
    assert!(answer.contains("/confirm/"), "{answer}");
}

#[tokio::test]
async fn c08_status_tells_how_everything_is_from_what_stands_in_tables_and_queues() {
    let scene = staff(Role::Support).await;
    let text = scene.ask(MARCIA, "status").await;
    for fine in [
        "Release: local",
        "Flash: ok",
        "Twilio: ok",
        "Tables: ok",
        "Sending: on",
        "Waiting in send: 0",
        "Dead letters: none",
        "Overdue: nothing",
        "risk alert today: 0",
    ] {
        assert!(text.contains(fine), "{fine}: {text}");
    }
    let heard = counted(&scene).await["heard"];
    assert_eq!(
        line(&text, "Today").split(' ').nth(3),
        Some(&*(heard - 1).to_string()),
        "the answer counts all but its own question: {text}"
    );

    // Flash is down for Devon; Tanya is odd.
    scene.link(DEVON).await;
    scene.fault("flash", "down", None).await;
    for _ in 0..5 {
        scene.ask(DEVON, "balance").await;
    }
    for _ in 0..4 {
        scene.ask(TANYA, &format!("user {MARCIA}")).await;
    }
    let text = scene.ask(MARCIA, "status").await;
    assert!(text.contains("Flash: not answering"), "{text}");
    assert!(text.contains("flash_unavailable 5"), "{text}");
    assert!(text.contains("risk alert today: 1"), "{text}");
    scene.fault("flash", "ok", None).await;

    // Nothing goes out: what waits is seen, and so is why.
    let gates = tables(&scene).gates();
    gates.stop(63051, now(&scene)).await.unwrap();
    scene.world.outbound.gate.forget();
    scene
        .post_message(&json!({"from": format!("whatsapp:{TANYA}"), "body": "help"}))
        .await;
    scene.drain().await;
    scene.advance(90).await;
    let say = json!({"from": format!("whatsapp:{MARCIA}"), "body": "status"});
    scene.post_message(&say).await;
    gates.resume().await.unwrap();
    scene.world.outbound.gate.forget();
    scene.advance(400).await;
    let texts = scene.texts(MARCIA).await;
    let text = texts.iter().rev().find(|text| text.contains("Sending"));
    let text = text.unwrap();
    assert!(text.contains("Sending: stopped"), "{text}");
    assert!(text.contains("63051"), "{text}");
    assert!(!line(text, "Waiting in wake").ends_with(": 0"), "{text}");
}

#[tokio::test]
async fn c08_status_answers_where_the_queues_do_not() {
    let scene = staff(Role::Support).await;
    scene.world.faults.set(System::Queue, Mode::Down, Some(3));
    let say = json!({"from": format!("whatsapp:{MARCIA}"), "body": "status"});
    assert_eq!(scene.post_message(&say).await.1, 200);
    scene.fault("queue", "ok", None).await;
    scene.advance(61).await;
    let text = scene.texts(MARCIA).await.pop().unwrap();
    assert!(text.contains("Queues: they don't say"), "{text}");
}

#[tokio::test]
async fn c08_a_report_says_what_happened_by_day_as_the_counters_have_it() {
    let scene = staff(Role::Admin).await;
    scene.ask(TANYA, "help").await;
    scene.ask(TANYA, "stop").await;
    scene.ask(TANYA, "feedback all is well").await;
    scene.link(DEVON).await;
    scene.ask(DEVON, "balance").await;
    scene.ask(DEVON, "bal").await;
    let text = scene.ask(MARCIA, "report").await;
    assert!(text.starts_with("*Today (UTC)*"), "{text}");
    assert_eq!(line(&text, "New people"), "New people: 3", "{text}");
    // Marcia twice, Devon once; Marcia once.
    assert_eq!(line(&text, "Links"), "Links: 3 made, 1 ended", "{text}");
    assert!(line(&text, "Commands").contains("balance 2"), "{text}");
    assert!(line(&text, "Feedback").contains("1 in words"), "{text}");
    assert!(line(&text, "STOP").starts_with("STOP: 1 "), "{text}");
    let counts = counted(&scene).await;
    let said = line(&text, "Messages");
    // Its own question is heard, and its answer sent, after it was read.
    let (heard, sent) = (counts["heard"] - 1, counts["sent"] - 1);
    assert!(
        said.contains(&format!("{heard} in, {sent} out")),
        "{said} {counts:?}"
    );

    scene.advance(86_400).await;
    links_anew(&scene).await;
    scene.ask(DEVON, "help").await;
    let text = scene.ask(MARCIA, "report 3").await;
    assert!(text.starts_with("*The last 3 days (UTC)*"), "{text}");
    assert_eq!(line(&text, "New people"), "New people: 3", "{text}");
    assert_eq!(line(&text, "Links"), "Links: 4 made, 2 ended", "{text}");
    let days: Vec<_> = text.lines().filter(|line| line.starts_with("20")).collect();
    assert_eq!(days.len(), 3, "{text}");
    assert!(days[0].contains("0 new, links +1 −1"), "{text}");
    assert!(days[1].contains("3 new, links +3 −1"), "{text}");
    assert!(
        days[2].contains("0 new, links +0 −0, about 0 in, 0 out"),
        "{text}"
    );
}

#[tokio::test]
async fn c08_what_is_counted_exactly_is_counted_once_however_often_it_is_tried() {
    let scene = staff(Role::Admin).await;
    let before = counted(&scene).await;
    // The commit's answer is lost, and Twilio posts the message again.
    scene.fault("dynamodb", "commit_answer_lost", Some(1)).await;
    let say = json!({"from": format!("whatsapp:{TANYA}"), "body": "stop"});
    let sid = scene.post_until_taken(say.clone()).await;
    let mut again = say;
    again["message_sid"] = sid.into();
    scene.post_message(&again).await;
    scene.drain().await;
    let after = counted(&scene).await;
    assert_eq!(after["people"], before["people"] + 1);
    assert_eq!(after["event:opted_out"], 1);
}

#[tokio::test]
async fn traffic_costs_one_call_in_five_seconds_at_most() {
    let scene = Scene::with(Options {
        traffic_every: domain::policy::TRAFFIC_GAP,
        ..Options::default()
    })
    .await;
    let calls = async |wait: i64| {
        scene.advance(wait).await;
        let say = json!({"from": format!("whatsapp:{TANYA}"), "body": "help"});
        let (sid, _) = scene.post_message(&say).await;
        scene.drain().await;
        scene.trace(&sid).await["calls"]["webhook"]["table"]
            .as_u64()
            .unwrap()
    };
    calls(0).await;
    // What the first has counted is old by then, and what the second adds goes with it.
    assert_eq!(calls(60).await, 3);
    assert_eq!(counted(&scene).await["heard"], 2);
    assert_eq!(calls(60).await, 2, "nothing waits");
    assert_eq!(calls(60).await, 3);
    assert_eq!(counted(&scene).await["command:help"], 4);
}

#[tokio::test]
async fn c08_a_locked_chat_sees_nothing_until_support_unlocks_it() {
    let scene = staff(Role::Support).await;
    scene.link(DEVON).await;
    assert!(scene.ask(DEVON, "balance").await.contains("US$"));
    scene.advance(1).await;
    let before = scene.texts(DEVON).await.len();
    let text = scene.ask(MARCIA, &format!("lock {DEVON}")).await;
    assert!(text.starts_with("Done."), "{text}");
    let told = scene.texts(DEVON).await.split_off(before);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("has locked this chat"), "{told:?}");
    for body in ["balance", "link", "export my data", "history"] {
        let text = scene.ask(DEVON, body).await;
        assert!(
            text.contains("has locked this chat until"),
            "{body}: {text}"
        );
    }
    let his = record(&scene, DEVON).await.pop().unwrap();
    assert_eq!(his["event"], "locked_by_staff");
    assert_eq!(his["by"], key(&scene, MARCIA));
    let hers = record(&scene, MARCIA).await.pop().unwrap();
    assert_eq!(hers["on"], key(&scene, DEVON));
    let text = scene.ask(MARCIA, &format!("user {DEVON}")).await;
    assert!(text.contains("Locked: until"), "{text}");

    scene.ask(MARCIA, &format!("unlock {DEVON}")).await;
    assert!(scene.ask(DEVON, "balance").await.contains("US$"));
    scene.advance(1).await;
    scene.ask(MARCIA, &format!("lock {DEVON}")).await;
    scene.advance(domain::policy::STAFF_LOCK).await;
    assert!(
        scene.ask(DEVON, "balance").await.contains("US$"),
        "a week later"
    );
}

#[tokio::test]
async fn c08_an_admin_ends_a_link_as_its_person_would_and_they_are_told() {
    let scene = staff(Role::Admin).await;
    scene.link(DEVON).await;
    scene.ask(DEVON, "balance").await;
    let before = scene.texts(DEVON).await.len();
    let text = scene.ask(MARCIA, &format!("unlink user {DEVON}")).await;
    assert!(text.contains("*YES*"), "{text}");
    let raw = serde_json::to_string(&scene.table("sessions").await).unwrap();
    assert!(!raw.contains("5550101"), "the number is not kept");
    assert!(
        scene.ask(DEVON, "balance").await.contains("US$"),
        "not before the YES"
    );
    scene.advance(1).await;
    let text = scene.ask(MARCIA, "yes").await;
    assert!(text.starts_with("Done."), "{text}");
    let told = scene.texts(DEVON).await.split_off(before + 1);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("has disconnected this chat"), "{told:?}");

    let person = key(&scene, DEVON);
    let people = scene.table("people").await;
    let his = people.iter().find(|item| item["person"] == person.as_str());
    assert!(his.unwrap().get("link").is_none(), "{his:?}");
    let points = |item: &&Value| item["to"] == person.as_str();
    let pointers = people.iter().filter(points);
    assert_eq!(pointers.count(), 0, "{people:?}");
    let remembered = format!("balance#{person}");
    let cache = scene.table("cache").await;
    let balance = cache.iter().find(|item| item["key"] == remembered.as_str());
    assert!(
        balance.is_none_or(|item| item.get("balance").is_none()),
        "{balance:?}"
    );
    let line = record(&scene, DEVON).await.pop().unwrap();
    assert_eq!(line["event"], "unlinked_by_staff");
    assert_eq!(line["by"], key(&scene, MARCIA));
    assert_eq!(counted(&scene).await["event:unlinked_by_staff"], 1);
    assert!(
        scene
            .ask(DEVON, "balance")
            .await
            .contains("link your Flash account first")
    );

    let text = scene.ask(MARCIA, "yes").await;
    assert!(text.contains("nothing waiting"), "{text}");
    let text = scene.ask(MARCIA, &format!("unlink user {DEVON}")).await;
    assert!(text.contains("isn't linked"), "{text}");
    scene.advance(61).await;
    scene.link(DEVON).await;
    assert!(scene.ask(DEVON, "balance").await.contains("US$"));
}

#[tokio::test]
async fn c08_a_chat_is_found_by_its_flash_name_with_the_admin_api_and_without() {
    for flash_admin in [true, false] {
        let scene = staff_of(
            Role::Support,
            Options {
                flash_admin,
                ..Options::default()
            },
        )
        .await;
        let text = scene.ask(MARCIA, "user @devon").await;
        assert!(
            text.contains("isn't linked to any chat"),
            "{flash_admin}: {text}"
        );
        scene.link(DEVON).await;
        let text = scene.ask(MARCIA, "user @devon").await;
        assert!(text.contains("Linked: since"), "{flash_admin}: {text}");
        let text = scene.ask(MARCIA, "user @nobody_at_all").await;
        assert!(
            text.contains("nobody of that name"),
            "{flash_admin}: {text}"
        );
        scene.fault("flash", "down", None).await;
        let text = scene.ask(MARCIA, "user @devon").await;
        assert!(text.contains("can't look up"), "{flash_admin}: {text}");
    }
}

/// A fictional number beside those that have a name.
fn phone(nth: usize) -> String {
    format!("+1876555{:04}", 1000 + nth)
}

/// What people have said about news.
#[derive(Clone, Copy, PartialEq)]
enum Says {
    Yes,
    No,
    YesThenStop,
    Nothing,
}

fn says(nth: usize) -> Says {
    match nth % 5 {
        0 | 1 => Says::Yes,
        2 => Says::No,
        3 => Says::YesThenStop,
        _ => Says::Nothing,
    }
}

/// A hundred people, of whom forty have agreed to news and stayed.
async fn people(scene: &Scene) {
    for nth in 0..100 {
        let words: &[&str] = match says(nth) {
            Says::Yes => &["notifications", "yes"],
            Says::No => &["notifications", "no"],
            Says::YesThenStop => &["notifications", "yes", "stop"],
            Says::Nothing => &["help"],
        };
        for body in words {
            let say = json!({"from": format!("whatsapp:{}", phone(nth)), "body": body});
            assert_eq!(scene.post_message(&say).await.1, 200);
        }
    }
    scene.drain().await;
}

const NEWS: &str = "Payments are slow today. We are working on it.";

/// How often each of the hundred got the news.
async fn got(scene: &Scene) -> Vec<usize> {
    let mut got = Vec::new();
    for nth in 0..100 {
        let texts = scene.texts(&phone(nth)).await;
        got.push(texts.iter().filter(|text| text.contains(NEWS)).count());
    }
    got
}

fn expected() -> Vec<usize> {
    (0..100)
        .map(|nth| usize::from(says(nth) == Says::Yes))
        .collect()
}

async fn drafts(scene: &Scene) {
    let text = scene.ask(MARCIA, &format!("announce {NEWS}")).await;
    assert!(text.contains("about 40 people"), "{text}");
    assert!(text.contains(NEWS), "{text}");
}

#[tokio::test]
async fn c08_an_announcement_reaches_whoever_agreed_once_and_nobody_else() {
    let scene = staff_of(
        Role::Admin,
        Options {
            announce_per_minute: 15,
            ..Options::default()
        },
    )
    .await;
    people(&scene).await;
    drafts(&scene).await;
    scene.advance(120).await;
    assert_eq!(
        got(&scene).await.iter().sum::<usize>(),
        0,
        "not before a YES"
    );

    let text = scene.ask(MARCIA, "yes").await;
    assert!(text.contains("about 40 people"), "{text}");
    // YES again, and the same message once more.
    assert!(scene.ask(MARCIA, "yes").await.contains("nothing waiting"));
    let text = scene.ask(MARCIA, "announce Something else").await;
    assert!(text.contains("is going out"), "{text}");
    scene.advance(50).await;
    let first = got(&scene).await.iter().sum::<usize>();
    assert!(first <= 15, "{first} within the first minute");
    let text = scene.ask(MARCIA, "announce status").await;
    assert!(text.contains("15 of about 40"), "{text}");
    scene.advance(300).await;
    assert_eq!(got(&scene).await, expected());
    let text = scene.ask(MARCIA, "announce status").await;
    assert!(text.contains("went to 40"), "{text}");

    let cache = scene.table("cache").await;
    let item = cache
        .iter()
        .find(|item| item["key"] == "announcement#current");
    let item = item.unwrap();
    assert_eq!(
        (&item["told"], &item["stage"]),
        (&json!(40), &json!("done"))
    );
    for table in ["cache", "messages", "people", "audit", "sessions"] {
        let raw = serde_json::to_string(&scene.table(table).await).unwrap();
        assert!(!raw.contains("Payments are slow"), "{table}");
    }
    let hers = record(&scene, MARCIA).await;
    assert!(hers.iter().any(|line| line["event"] == "announced"));
    let notices = counted(&scene).await["notices"];
    assert_eq!(notices, 40);
}

#[tokio::test]
async fn c08_an_announcement_that_is_stopped_in_the_middle_goes_no_further() {
    let scene = staff_of(
        Role::Admin,
        Options {
            announce_per_minute: 10,
            ..Options::default()
        },
    )
    .await;
    people(&scene).await;
    drafts(&scene).await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(70).await;
    let text = scene.ask(MARCIA, "announce stop").await;
    assert!(text.starts_with("Stopped. 20 "), "{text}");
    scene.advance(600).await;
    let got = got(&scene).await;
    assert_eq!(got.iter().sum::<usize>(), 20);
    let right = got.iter().zip(expected()).all(|(got, most)| *got <= most);
    assert!(right, "{got:?}");
    links_anew(&scene).await;
    let text = scene.ask(MARCIA, "announce stop").await;
    assert!(text.contains("No announcement is going out"), "{text}");
    let hers = record(&scene, MARCIA).await;
    assert!(
        hers.iter()
            .any(|line| line["event"] == "announcement_stopped")
    );
}

#[tokio::test]
async fn c08_an_announcement_whose_scheduler_dies_again_and_again_tells_nobody_twice() {
    let scene = staff_of(
        Role::Admin,
        Options {
            announce_per_minute: 12,
            ..Options::default()
        },
    )
    .await;
    people(&scene).await;
    drafts(&scene).await;
    scene.ask(MARCIA, "yes").await;
    let died = scene.world.faults.died();
    for round in 0..20 {
        // Somewhere in the round: while it writes, before it notes how far it is, or after.
        scene.world.faults.let_die(round, 2, 9);
        scene.world.relay().await;
        scene.world.faults.let_die(0, 0, 0);
        scene.advance(61).await;
    }
    assert!(scene.world.faults.died() > died + 3, "too few deaths");
    scene.advance(300).await;
    assert_eq!(got(&scene).await, expected());
}

#[tokio::test]
async fn c08_outside_the_window_an_announcement_is_an_approved_template_in_the_readers_language() {
    let scene = staff(Role::Admin).await;
    for phone in [TANYA, "+18095550110"] {
        scene.ask(phone, "notifications").await;
        scene.ask(phone, "yes").await;
    }
    scene.advance(90_000).await;
    links_anew(&scene).await;
    let text = scene.ask(MARCIA, &format!("announce {NEWS}")).await;
    assert!(text.contains("about 2 people"), "{text}");
    let text = scene
        .ask(MARCIA, "announce es: Los pagos tardan hoy.")
        .await;
    assert!(
        text.contains(NEWS) && text.contains("Los pagos tardan hoy."),
        "{text}"
    );
    scene.ask(MARCIA, "yes").await;
    scene.advance(120).await;
    for (phone, says) in [(TANYA, NEWS), ("+18095550110", "Los pagos tardan hoy.")] {
        let last = scene.messages(phone).await.pop().unwrap();
        assert!(last["body"].as_str().unwrap().contains(says), "{last}");
        let template = last["content_sid"].as_str();
        assert!(template.is_some(), "{last}");
    }
}

#[tokio::test]
async fn who_agreed_before_the_list_was_kept_is_listed_with_their_next_word() {
    let scene = staff(Role::Admin).await;
    scene.ask(TANYA, "notifications").await;
    scene.ask(TANYA, "yes").await;
    // As the release before has written it.
    let standing = format!("standing#{}", key(&scene, TANYA));
    let mut people = scene.table("people").await;
    people.retain(|item| item["person"] == standing.as_str());
    let shard = people[0].as_object_mut().unwrap().remove("news_shard");
    assert!(shard.is_some());
    scene.world.database.load("people", &people).await.unwrap();
    let text = scene.ask(MARCIA, &format!("announce {NEWS}")).await;
    assert!(text.contains("nobody to tell"), "{text}");
    scene.ask(TANYA, "help").await;
    let text = scene.ask(MARCIA, &format!("announce {NEWS}")).await;
    assert!(text.contains("1 person"), "{text}");
    // And is off it with STOP, said here or to Twilio.
    scene.ask(TANYA, "stop").await;
    let text = scene.ask(MARCIA, &format!("announce {NEWS}")).await;
    assert!(text.contains("nobody to tell"), "{text}");
}
