//! Row C09: what is held is sent, or destroyed, and recorded. What is said of it in `docs/privacy.md` is compared with
//! what the tables hold.

#[path = "privacy/life_cycle.rs"]
mod life_cycle;

use std::collections::BTreeSet;

use domain::language::Language;
use domain::policy::ERASURE_LAST_ROUND;
use domain::texts::privacy;
use e2e::{Answer, DEVON, MARCIA, READ_ONLY, Scene, TANYA};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

const TABLES: [&str; 5] = ["people", "sessions", "codes", "messages", "audit"];
const HER_ID: &str = "JM.4566546130240823";

fn chat(phone: &str) -> String {
    format!("whatsapp:{phone}")
}

fn key_of(scene: &Scene, address: &str) -> String {
    let address = domain::address::WhatsAppAddress::parse(address).unwrap();
    let keys = scene.world.webhook.talk.tables.keys();
    keys.person(&address).as_str().to_owned()
}

/// Everything that stands under a name, raw: its own items, and what points to it.
async fn held(scene: &Scene, name: &str) -> Vec<(String, Value)> {
    let mut held = Vec::new();
    for table in TABLES {
        for item in scene.table(table).await {
            let key = item["person"].as_str().unwrap();
            let own = key.rsplit('#').next() == Some(name);
            if own || item["to"] == name {
                held.push((table.to_owned(), item));
            }
        }
    }
    held
}

fn of_table(held: &[(String, Value)], table: &str) -> Vec<Value> {
    let items = held.iter().filter(|(of, _)| of == table);
    items.map(|(_, item)| item.clone()).collect()
}

/// What names an item in its table.
fn names(held: &[(String, Value)]) -> BTreeSet<String> {
    let names = held.iter().map(|(table, item)| {
        let sort =
            ["id", "at_entry", "purpose"].map(|field| item[field].as_str().unwrap_or_default());
        format!("{table} {} {}", item["person"], sort.concat())
    });
    names.collect()
}

async fn events(scene: &Scene, name: &str) -> Vec<String> {
    let mut lines = of_table(&held(scene, name).await, "audit");
    lines.sort_by_key(|line| line["at_entry"].as_str().unwrap().to_owned());
    let events = lines.iter().map(|line| line["event"].as_str().unwrap());
    events.map(str::to_owned).collect()
}

/// Asks for the page; its token.
async fn export_token(scene: &Scene, phone: &str) -> String {
    let text = scene.ask(phone, "export my data").await;
    let (_, rest) = text
        .split_once("/export/")
        .unwrap_or_else(|| panic!("no page in: {text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

/// Presses the button, as a browser does.
async fn press(scene: &Scene, token: &str) -> Answer {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", &*scene.world.public_url),
        ("sec-fetch-site", "same-origin"),
    ];
    scene
        .call(Method::POST, &format!("/export/{token}"), &headers, None)
        .await
}

/// Marcia, linked, with something of everything; her API key.
async fn marcia_with_a_past(scene: &Scene) -> String {
    let say = json!({"body": "hello", "external_user_id": HER_ID});
    scene.say_as(&chat(MARCIA), say).await;
    let token = scene.link_token(&chat(MARCIA)).await;
    let key = scene.mint_key(MARCIA, &READ_ONLY).await;
    let shown = scene.bring(&token, &key, false).await;
    let code = shown.json()["code"].as_str().unwrap().to_owned();
    scene.ask(MARCIA, &Scene::other_than(&code)).await;
    scene.ask(MARCIA, &code).await;
    for text in ["balance", "notifications", "yes"] {
        scene.ask(MARCIA, text).await;
    }
    key
}

#[tokio::test]
async fn c09_export_gives_everything_held_and_opening_the_page_consumes_nothing() {
    let scene = Scene::begin().await;
    let key = marcia_with_a_past(&scene).await;
    let token = export_token(&scene, MARCIA).await;
    let name = key_of(&scene, &chat(MARCIA));
    let before = held(&scene, &name).await;
    for _ in 0..3 {
        let page = scene.get(&format!("/export/{token}")).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("+1 876 ••• ••00"), "{}", page.body);
        assert!(!page.body.contains("5550100") && !page.body.contains("<script"));
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(page.headers["cache-control"], "no-store");
    }
    assert_eq!(held(&scene, &name).await, before, "opening changes nothing");

    let file = press(&scene, &token).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(file.headers["cache-control"], "no-store");
    let disposition = file.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment;"), "{disposition}");

    let text = &file.body;
    for said in [
        "+18765550100",
        "US$1.09",
        "May I write to you here",
        "consent_answered",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // Every item by what names it, and every field of it.
    for (table, item) in &before {
        let named = match table.as_str() {
            "messages" => &item["id"],
            "audit" => &item["at_entry"],
            _ => &item["person"],
        };
        assert!(text.contains(named.as_str().unwrap()), "{table} {item}");
    }
    // Nothing that opens anything: neither her key, nor ciphertext, nor what codes are told by.
    // `fk_`, its public id, `_`, and a secret that may itself have that sign in it, or end with it.
    let secret = key.splitn(3, '_').nth(2).unwrap();
    assert_eq!(secret.len(), 64, "the whole of the secret");
    assert!(!text.contains(secret));
    let raw = before.iter().map(|(_, item)| item);
    for sealed in raw.flat_map(|item| {
        [
            &item["address"],
            &item["link"]["credential"],
            &item["reply"],
            &item["digest"],
        ]
    }) {
        assert!(
            sealed.as_str().is_none_or(|sealed| !text.contains(sealed)),
            "{sealed}"
        );
    }
    let events = events(&scene, &name).await;
    for event in ["export_asked", "export_taken"] {
        assert!(events.iter().any(|is| is == event), "{events:?}");
    }
}

#[tokio::test]
async fn c09_unlinking_is_no_way_around_the_proof_before_an_export() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    let token = export_token(&scene, MARCIA).await;
    assert!(press(&scene, &token).await.body.contains("US$1.09"));
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    let token = export_token(&scene, MARCIA).await;
    let file = press(&scene, &token).await;
    assert_eq!(file.status, 200);
    assert!(
        !file.body.contains("US$") && file.body.contains("about a link to Flash that has ended"),
        "{}",
        file.body
    );
}

#[tokio::test]
async fn c09_an_export_page_ends_and_opens_for_nobody_else() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let gone = async |token: &str| {
        let page = scene.get(&format!("/export/{token}")).await;
        let file = press(&scene, token).await;
        assert_eq!((page.status, file.status), (410, 410));
        assert!(file.body.contains("This page has ended") && !file.body.contains("555"));
    };
    // Replaced by a newer one.
    let first = export_token(&scene, MARCIA).await;
    let second = export_token(&scene, MARCIA).await;
    gone(&first).await;
    // Forged, damaged, or for another purpose.
    let (head, _) = second.rsplit_once('.').unwrap();
    gone(&format!("{head}.AAAA")).await;
    gone("nonsense").await;
    let link = scene.link_token(&chat(DEVON)).await;
    gone(&link).await;
    let crossed = scene.get(&format!("/link/{second}")).await;
    assert_eq!(crossed.status, 410, "and not the other way round");
    // Downloads break off, but not for ever; two at once are one after the other.
    let files = join_all([press(&scene, &second), press(&scene, &second)]).await;
    assert!(files.iter().all(|file| file.status == 200));
    assert_eq!(press(&scene, &second).await.status, 200);
    gone(&second).await;
    // With the link.
    let third = export_token(&scene, MARCIA).await;
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    gone(&third).await;
    // By the clock.
    let fourth = export_token(&scene, MARCIA).await;
    scene.advance(600).await;
    gone(&fourth).await;
    let name = key_of(&scene, &chat(MARCIA));
    let taken = events(&scene, &name).await;
    assert_eq!(
        taken
            .iter()
            .filter(|event| *event == "export_taken")
            .count(),
        3
    );
}

#[tokio::test]
async fn c09_a_page_elsewhere_can_not_fetch_the_file() {
    let scene = Scene::begin().await;
    let token = export_token(&scene, TANYA).await;
    for (origin, site) in [
        ("https://evil.example", "cross-site"),
        ("null", "cross-site"),
    ] {
        let headers = [("origin", origin), ("sec-fetch-site", site)];
        let path = format!("/export/{token}");
        let answer = scene.call(Method::POST, &path, &headers, None).await;
        assert_eq!((answer.status, answer.body.as_str()), (403, ""));
    }
    assert_eq!(press(&scene, &token).await.status, 200);
}

#[tokio::test]
async fn c09_a_stranger_sees_their_own_chat_and_whoever_has_the_number_now_sees_nothing_of_before()
{
    let scene = Scene::begin().await;
    scene
        .say_as(
            &chat(TANYA),
            json!({"body": "hello", "external_user_id": "JM.1111"}),
        )
        .await;
    let token = export_token(&scene, TANYA).await;
    let file = press(&scene, &token).await.body;
    assert!(
        file.contains("+18765550102") && file.contains("Flash on WhatsApp"),
        "{file}"
    );
    let ask = json!({"body": "export my data", "external_user_id": "JM.2222"});
    let answer = scene.say_as(&chat(TANYA), ask.clone()).await;
    assert_eq!(answer, [privacy::export_of_another(Language::English)]);

    scene
        .say_as(
            &chat(MARCIA),
            json!({"body": "hello", "external_user_id": "JM.3333"}),
        )
        .await;
    scene.link(MARCIA).await;
    let answer = scene.say_as(&chat(MARCIA), ask).await;
    assert!(answer[0].contains("is paused"), "{answer:?}");
}

/// What one transaction destroys.
async fn only_guard_standing_and_pace_are_left(scene: &Scene, name: &str) {
    let left = held(scene, name).await;
    let mut people: Vec<_> = of_table(&left, "people")
        .iter()
        .map(|item| item["person"].as_str().unwrap().to_owned())
        .collect();
    people.sort();
    assert_eq!(
        people,
        [format!("guard#{name}"), format!("standing#{name}")]
    );
    assert_eq!(of_table(&left, "codes"), Vec::<Value>::new());
    let session = &of_table(&left, "sessions")[0]["session"];
    let kept: BTreeSet<_> = session.as_object().unwrap().keys().cloned().collect();
    let only = [
        "dialogue",
        "last_inbound",
        "pace",
        "started_at",
        "unpublished",
    ];
    assert_eq!(kept, only.map(str::to_owned).into());
    assert_eq!(session["dialogue"]["state"], "idle");
}

#[tokio::test]
async fn c09_delete_my_data_destroys_all_but_what_it_names_and_says_what_is_elsewhere() {
    let scene = Scene::begin().await;
    marcia_with_a_past(&scene).await;
    scene.link(DEVON).await;
    let (name, devon) = (key_of(&scene, &chat(MARCIA)), key_of(&scene, &chat(DEVON)));
    let others = names(&held(&scene, &devon).await);
    let was = held(&scene, &name).await;
    assert!(of_table(&was, "people").len() >= 4, "{was:?}");

    let asked = scene.ask(MARCIA, "delete my data").await;
    assert!(
        asked.contains("What stays") && asked.contains("*YES*"),
        "{asked}"
    );
    scene.ask(MARCIA, "no").await;
    assert_eq!(
        of_table(&held(&scene, &name).await, "people"),
        of_table(&was, "people")
    );

    scene.advance(30).await;
    scene.ask(MARCIA, "delete my data").await;
    // What is said in the very second of the erasure goes with the confirmation.
    scene.advance(2).await;
    let (sid, _) = scene
        .post_message(&json!({"from": chat(MARCIA), "body": "yes"}))
        .await;
    only_guard_standing_and_pace_are_left(&scene, &name).await;
    scene.drain().await;
    let told = scene.texts(MARCIA).await.pop().unwrap();
    for named in [
        "Twilio",
        "Backups",
        "Logs",
        "7 years",
        "STOP",
        "Flash lists that key",
    ] {
        assert!(told.contains(named), "{named}: {told}");
    }
    // Then page by page: within a minute or two all that was said before; the confirmation when it is through.
    scene.advance(120).await;
    let messages = of_table(&held(&scene, &name).await, "messages");
    let texts: Vec<_> = messages
        .iter()
        .filter(|item| item.get("reply").is_some())
        .collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0]["id"].as_str().unwrap().contains(&sid));
    assert_eq!(texts[0]["delivery"], "read");
    scene.advance(ERASURE_LAST_ROUND + 120).await;
    let messages = of_table(&held(&scene, &name).await, "messages");
    for item in &messages {
        let ids_alone =
            item["id"].as_str().unwrap().starts_with("receipt#") || item["kind"] == "expire";
        assert!(
            ids_alone && item.get("to").is_none() && item.get("reply").is_none(),
            "{item}"
        );
        assert_ne!(item["delivery"], "pending", "{item}");
    }
    let events = events(&scene, &name).await;
    for event in ["unlinked_by_person", "erased"] {
        assert_eq!(
            events.iter().filter(|is| *is == event).count(),
            1,
            "{events:?}"
        );
    }
    assert_eq!(names(&held(&scene, &devon).await), others, "nobody else's");
    let confirmations = scene.texts(MARCIA).await;
    let confirmations = confirmations
        .iter()
        .filter(|text| text.starts_with("Done. I've deleted"));
    assert_eq!(confirmations.count(), 1);

    // Somebody new, who can begin anew.
    assert!(
        scene
            .ask(MARCIA, "balance")
            .await
            .contains("link your Flash account first")
    );
    scene.link(MARCIA).await;
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    assert_eq!(
        scene
            .table("people")
            .await
            .iter()
            .filter(|item| item["consents"].is_object())
            .count(),
        1
    );
}

#[tokio::test]
async fn c09_what_stood_under_the_user_id_alone_goes_with_the_person() {
    let scene = Scene::begin().await;
    let id = format!("whatsapp:{HER_ID}");
    scene.say_as(&id, json!({"body": "hello"})).await;
    scene
        .say_as(
            &chat(MARCIA),
            json!({"body": "hello", "external_user_id": HER_ID}),
        )
        .await;
    scene.link(MARCIA).await;
    let under_id = key_of(&scene, &id);
    assert!(!of_table(&held(&scene, &under_id).await, "people").is_empty());
    let token = export_token(&scene, MARCIA).await;
    let file = press(&scene, &token).await.body;
    assert!(file.contains(&format!("alias#{under_id}")), "{file}");
    assert!(file.contains(&id), "what was said there, too: {file}");
    scene.advance(30).await;
    for text in ["delete my data", "yes"] {
        scene.ask(MARCIA, text).await;
    }
    assert_eq!(
        of_table(&held(&scene, &under_id).await, "people"),
        Vec::<Value>::new()
    );
    scene.advance(120).await;
    let messages = of_table(&held(&scene, &under_id).await, "messages");
    assert!(
        messages.iter().all(|item| item.get("reply").is_none()),
        "{messages:?}"
    );
}

#[tokio::test]
async fn c09_delete_beside_other_messages_at_once_and_delivered_twice_happens_once() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene.advance(60).await;
    scene.ask(MARCIA, "delete my data").await;
    let before = scene.messages(MARCIA).await.len();
    let says = ["yes", "balance", "yes", "help"];
    let posted = join_all(
        says.map(|body| scene.post_until_taken(json!({"from": chat(MARCIA), "body": body}))),
    )
    .await;
    for (sid, body) in posted.iter().zip(says) {
        let again = json!({"from": chat(MARCIA), "body": body, "message_sid": sid});
        assert_eq!(scene.post_message(&again).await.1, 200);
    }
    scene.drain().await;
    scene.advance(90).await;
    let texts = scene.texts(MARCIA).await.split_off(before);
    assert_eq!(texts.len(), 4, "each is answered once: {texts:?}");
    let name = key_of(&scene, &chat(MARCIA));
    let erased = events(&scene, &name).await;
    let erased = erased.iter().filter(|event| *event == "erased").count();
    let confirmed = texts
        .iter()
        .filter(|text| text.starts_with("Done. I've deleted"))
        .count();
    // Another command in between may have closed the question.
    assert_eq!(erased, confirmed, "{texts:?}");
    assert!(erased <= 1);
    if erased == 0 {
        scene.ask(MARCIA, "delete my data").await;
        scene.ask(MARCIA, "yes").await;
    }
    let people = of_table(&held(&scene, &name).await, "people");
    assert!(
        people.iter().all(|item| item.get("link").is_none()),
        "{people:?}"
    );
}

#[tokio::test]
async fn c09_what_is_said_after_an_erasure_is_not_swept_with_what_was_said_before() {
    let scene = Scene::begin().await;
    scene.ask(TANYA, "delete my data").await;
    scene.fault("twilio", "rate_limited", None).await;
    for body in ["yes", "help"] {
        assert_eq!(scene.say(TANYA, body).await, Vec::<String>::new());
    }
    scene.advance(120).await;
    let before = scene.messages(TANYA).await.len();
    scene.fault("twilio", "ok", None).await;
    scene.advance(600).await;
    let texts = scene.texts(TANYA).await.split_off(before);
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert_eq!(
        texts
            .iter()
            .filter(|text| text.starts_with("Done. I've deleted"))
            .count(),
        1
    );
    scene.ask(TANYA, "hello").await;
    scene.advance(ERASURE_LAST_ROUND + 120).await;
    let name = key_of(&scene, &chat(TANYA));
    let messages = of_table(&held(&scene, &name).await, "messages");
    let erased = messages.iter().find_map(|item| item["erased_at"].as_i64());
    let erased = erased.expect("the erasure's own entry");
    let said = messages.iter().filter(|item| item.get("reply").is_some());
    let times: Vec<_> = said
        .map(|item| item["created_at"].as_i64().unwrap())
        .collect();
    assert!(
        !times.is_empty() && times.iter().all(|at| *at > erased),
        "only what was said after it: {messages:?}"
    );
}

#[tokio::test]
async fn c09_a_long_past_goes_page_by_page_through_faults_and_none_of_it_is_left() {
    let scene = Scene::begin().await;
    scene.ask(TANYA, "hello").await;
    let name = key_of(&scene, &chat(TANYA));
    let messages = of_table(&held(&scene, &name).await, "messages");
    let said = messages
        .iter()
        .find(|item| item.get("reply").is_some())
        .unwrap();
    let many: Vec<_> = (0..1_300)
        .map(|nth| {
            let mut item = said.clone();
            item["id"] = format!("entry#SM{nth:032x}-0").into();
            item
        })
        .collect();
    scene.world.database.load("messages", &many).await.unwrap();
    let token = export_token(&scene, TANYA).await;
    let file = press(&scene, &token).await.body;
    assert!(file.matches("entry#SM").count() > 1_300);

    scene.advance(30).await;
    scene.ask(TANYA, "delete my data").await;
    scene.advance(2).await;
    scene.ask(TANYA, "yes").await;
    scene.fault("dynamodb", "rate_limited", Some(40)).await;
    scene.advance(900).await;
    let messages = of_table(&held(&scene, &name).await, "messages");
    let said = messages.iter().filter(|item| item.get("reply").is_some());
    assert_eq!(said.count(), 1, "the confirmation");
    let metrics = scene.get("/sandbox/trace").await.body;
    scene.advance(ERASURE_LAST_ROUND).await;
    let done = scene.get("/sandbox/trace").await.body;
    assert!(!metrics.contains("erasure_done") && done.contains("erasure_done"));
    let messages = of_table(&held(&scene, &name).await, "messages");
    assert!(
        messages.iter().all(|item| item.get("reply").is_none()),
        "{messages:?}"
    );
    for queue in scene
        .get("/sandbox/dead-letters")
        .await
        .json()
        .as_object()
        .unwrap()
        .values()
    {
        assert_eq!(queue, &json!([]));
    }
}

#[tokio::test]
async fn c09_locks_outlive_an_erasure_and_it_frees_the_account_for_another_chat() {
    let scene = Scene::begin().await;
    for tries in [5, 3] {
        let code = scene.code_for(MARCIA).await;
        for _ in 0..tries {
            scene.ask(MARCIA, &Scene::other_than(&code)).await;
        }
        scene.advance(61).await;
    }
    assert!(scene.ask(MARCIA, "link").await.contains("can't link until"));
    for text in ["delete my data", "yes"] {
        scene.ask(MARCIA, text).await;
    }
    assert!(
        scene.ask(MARCIA, "link").await.contains("can't link until"),
        "no fresh tries"
    );

    scene.link(DEVON).await;
    scene.ask(DEVON, "delete my data").await;
    scene.ask(DEVON, "yes").await;
    let elsewhere = format!("whatsapp:{HER_ID}");
    let token = scene.link_token(&elsewhere).await;
    let key = scene.mint_key(DEVON, &READ_ONLY).await;
    let before = scene.messages(DEVON).await.len();
    let shown = scene.bring(&token, &key, true).await;
    let code = shown.json()["code"].as_str().unwrap().to_owned();
    let linked = scene.say_as(&elsewhere, json!({ "body": code })).await;
    assert!(linked[0].contains("Linked"), "{linked:?}");
    scene.drain().await;
    assert_eq!(
        scene.messages(DEVON).await.len(),
        before,
        "nobody is told who was forgotten"
    );
}

#[tokio::test]
async fn c09_privacy_names_what_is_kept_in_at_most_two_messages() {
    let scene = Scene::begin().await;
    let told = scene.say(TANYA, "privacy").await;
    assert!((1..=2).contains(&told.len()), "{told:?}");
    let told = told.join("\n");
    for named in [
        "Twilio",
        "Amazon",
        "export my data",
        "delete my data",
        "unlink",
        "stop",
        "Version",
    ] {
        assert!(told.contains(named), "{named}: {told}");
    }
}
