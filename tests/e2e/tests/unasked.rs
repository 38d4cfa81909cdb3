//! What is told without having been asked, but for Flash's events: requests, declines and announcements go when, and only if,
//! the person wants it, and outside the window as their templates.

use domain::address::WhatsAppAddress;
use domain::role::Role;
use e2e::{DEVON, MARCIA, Scene};
use operator::roles::grant;
use sandbox::world::Options;
use serde_json::{Value, json};

const DAY: i64 = 86_400;
const ASKS: &str = "request 20 from @marcia for lunch";
const NEWS: &str = "Payments are slow today.";
/// Seconds that Jamaica is behind UTC, all year.
const JAMAICA: i64 = 5 * 3_600;

fn key_of(scene: &Scene, phone: &str) -> String {
    let address = WhatsAppAddress::parse(&format!("whatsapp:{phone}")).unwrap();
    let keys = scene.world.outbound.tables.keys();
    keys.person(&address).as_str().to_owned()
}

async fn agrees(scene: &Scene, phone: &str) {
    scene.ask(phone, "notifications").await;
    scene.ask(phone, "yes").await;
}

async fn both(options: Options) -> Scene {
    let scene = Scene::with(options).await;
    for phone in [DEVON, MARCIA] {
        scene.link(phone).await;
        agrees(&scene, phone).await;
    }
    scene
}

/// As if they had said so.
async fn says(scene: &Scene, phone: &str, field: &str, what: Value) {
    let key = format!("standing#{}", key_of(scene, phone));
    let mut people = scene.table("people").await.into_iter();
    let mut standing = people.find(|item| item["person"] == key.as_str()).unwrap();
    standing[field] = what;
    let database = &scene.world.database;
    database.load("people", &[standing]).await.unwrap();
}

async fn prefers(scene: &Scene, phone: &str, preferences: Value) {
    says(scene, phone, "preferences", preferences).await;
}

/// Quiet hours of a person in Jamaica, since an hour ago and for two hours more.
async fn is_quiet_for(scene: &Scene, phone: &str) {
    let now = scene.world.webhook.talk.clock.now().unix();
    let minute = |at: i64| (at - JAMAICA).rem_euclid(DAY) / 60;
    let (from, until) = (minute(now - 3_600), minute(now + 2 * 3_600));
    prefers(
        scene,
        phone,
        json!({"quiet": {"from": from, "until": until}}),
    )
    .await;
}

/// What waits for a person, or has become of it, of what nobody asked for.
async fn notices(scene: &Scene, phone: &str) -> Vec<Value> {
    let key = key_of(scene, phone);
    let mut entries = scene.table("messages").await;
    entries.retain(|item| item["person"] == key.as_str() && item["class"] == "notice");
    entries
}

async fn count(scene: &Scene, phone: &str) -> usize {
    scene.messages(phone).await.len()
}

/// What a person got since, text or template.
async fn since(scene: &Scene, phone: &str, before: usize) -> Vec<String> {
    let got = scene.messages(phone).await.split_off(before).into_iter();
    got.map(|message| message["body"].as_str().unwrap().to_owned())
        .collect()
}

async fn asks(scene: &Scene) -> String {
    let text = scene.ask(DEVON, ASKS).await;
    let (_, rest) = text.split_once("*withdraw ").unwrap();
    rest.split('*').next().unwrap().to_owned()
}

#[tokio::test]
async fn n08_a_request_made_in_quiet_hours_comes_once_when_they_end() {
    let scene = both(Options::default()).await;
    is_quiet_for(&scene, MARCIA).await;
    let before = count(&scene, MARCIA).await;
    let code = asks(&scene).await;
    scene.advance(3_600).await;
    assert_eq!(since(&scene, MARCIA, before).await, Vec::<String>::new());
    scene.advance(2 * 3_600).await;
    let got = since(&scene, MARCIA, before).await;
    assert_eq!(got.len(), 1, "{got:?}");
    assert!(
        got[0].contains(&code) && got[0].contains("@devon"),
        "{got:?}"
    );
    scene.advance(DAY).await;
    assert_eq!(count(&scene, MARCIA).await, before + 1, "once");
}

#[tokio::test]
async fn n05_who_has_muted_requests_finds_them_in_their_list_and_gets_no_message() {
    let scene = both(Options::default()).await;
    prefers(&scene, MARCIA, json!({"topics": {"requests": false}})).await;
    let before = count(&scene, MARCIA).await;
    let code = asks(&scene).await;
    scene.advance(DAY / 2).await;
    assert_eq!(count(&scene, MARCIA).await, before);
    assert_eq!(notices(&scene, MARCIA).await, Vec::<Value>::new());
    let list = scene.ask(MARCIA, "requests").await;
    assert!(list.contains(&code), "{list}");
    // Nor is whoever asks told of a decline who has muted that.
    prefers(&scene, DEVON, json!({"topics": {"requests": false}})).await;
    let before = count(&scene, DEVON).await;
    let text = scene.ask(MARCIA, &format!("decline {code}")).await;
    assert!(text.contains("Declined"), "{text}");
    assert_eq!(count(&scene, DEVON).await, before);
}

#[tokio::test]
async fn n05_what_waits_is_not_sent_once_its_kind_is_muted_or_the_consent_withdrawn() {
    type Change = fn(&Scene) -> futures::future::BoxFuture<'_, ()>;
    let changes: [Change; 3] = [
        |scene| {
            Box::pin(prefers(
                scene,
                MARCIA,
                json!({"topics": {"requests": false}}),
            ))
        },
        |scene| {
            Box::pin(prefers(
                scene,
                MARCIA,
                json!({"paused_until": 2_000_000_000}),
            ))
        },
        |scene| Box::pin(says(scene, MARCIA, "consents", json!({}))),
    ];
    for change in changes {
        let scene = both(Options::default()).await;
        is_quiet_for(&scene, MARCIA).await;
        asks(&scene).await;
        change(&scene).await;
        let before = count(&scene, MARCIA).await;
        scene.advance(3 * 3_600).await;
        assert_eq!(count(&scene, MARCIA).await, before);
        let entries = notices(&scene, MARCIA).await;
        assert_eq!(entries.len(), 1);
        assert_eq!(
            (&entries[0]["delivery"], &entries[0]["because"]),
            (&json!("dropped"), &json!("opted_out"))
        );
    }
}

#[tokio::test]
async fn n08_an_announcement_waits_for_the_end_of_quiet_hours_and_skips_whom_it_is_muted_for() {
    let anjali = "+18765550104";
    let scene = both(Options::default()).await;
    agrees(&scene, anjali).await;
    is_quiet_for(&scene, DEVON).await;
    prefers(&scene, anjali, json!({"topics": {"service": false}})).await;
    let talk = &scene.world.webhook.talk;
    let granted = grant(&talk.tables, MARCIA, Role::Admin, talk.clock.now()).await;
    granted.unwrap();
    scene.advance(61).await;
    // A link is as good a proof as any.
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(1).await;
    scene.link(MARCIA).await;
    let text = scene.ask(MARCIA, &format!("announce {NEWS}")).await;
    assert!(text.contains(NEWS), "{text}");
    scene.say(MARCIA, "yes").await;
    let heard = async |phone: &str| {
        let texts = scene.texts(phone).await;
        texts
            .iter()
            .filter(|text| text.contains(NEWS) && text.starts_with('📢'))
            .count()
    };
    scene.advance(600).await;
    assert_eq!((heard(MARCIA).await, heard(DEVON).await), (1, 0));
    scene.advance(3 * 3_600).await;
    assert_eq!((heard(MARCIA).await, heard(DEVON).await), (1, 1));
    scene.advance(DAY).await;
    assert_eq!((heard(DEVON).await, heard(anjali).await), (1, 0));
}

/// Devon's window is closed when Marcia declines.
async fn declined_a_day_later(scene: &Scene, template: &str) -> Vec<String> {
    let code = asks(scene).await;
    if !template.is_empty() {
        let body = json!({"name": "request_declined", "language": "en", "status": template});
        assert!(scene.post("/sandbox/templates", &body).await.status < 300);
    }
    scene.advance(DAY).await;
    let before = count(scene, DEVON).await;
    scene.ask(MARCIA, &format!("decline {code}")).await;
    scene.advance(DAY / 2).await;
    since(scene, DEVON, before).await
}

#[tokio::test]
async fn n03_a_decline_goes_as_its_template_where_the_window_is_closed() {
    let scene = both(Options::default()).await;
    let got = declined_a_day_later(&scene, "").await;
    assert_eq!(got.len(), 1, "{got:?}");
    assert!(
        got[0].contains("for US$20.00 was declined") && got[0].contains("@marcia"),
        "{got:?}"
    );
    let last = scene.messages(DEVON).await.pop().unwrap();
    assert!(last["content_sid"].is_string(), "{last}");
}

#[tokio::test]
async fn n04_a_decline_whose_template_was_never_approved_is_recorded_and_skipped() {
    let scene = both(Options {
        templates: false,
        ..Options::default()
    })
    .await;
    assert_eq!(declined_a_day_later(&scene, "").await, Vec::<String>::new());
    let entries = notices(&scene, DEVON).await;
    let why: Vec<_> = entries.iter().map(|entry| &entry["because"]).collect();
    assert_eq!(why, [&json!("template_unusable")]);
    let scene = both(Options::default()).await;
    declined_a_day_later(&scene, "rejected").await;
    let entries = notices(&scene, DEVON).await;
    let (how, code): (Vec<_>, Vec<_>) = entries
        .iter()
        .map(|entry| (&entry["delivery"], &entry["error_code"]))
        .unzip();
    assert_eq!((how, code), (vec![&json!("failed")], vec![&json!(63040)]));
}
