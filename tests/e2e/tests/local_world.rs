//! The local world itself: what it keeps, what it forgets, what it refuses.

use e2e::{DEVON, MARCIA, Scene, TANYA};
use sandbox::world::Options;
use serde_json::{Value, json};

#[tokio::test]
async fn kept_tables_are_read_again_after_a_restart() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("kept-{}", std::process::id()));
    let options = Options {
        data: Some(folder.clone()),
        ..Options::default()
    };
    let first = Scene::with(options.clone()).await;
    first.ask(MARCIA, "help").await;
    let before = first.table("people").await;
    assert_eq!(before.len(), 1);
    drop(first);
    let second = Scene::with(options).await;
    assert_eq!(second.table("people").await, before);
    second.ask(MARCIA, "help").await;
    assert_eq!(
        second.table("people").await.len(),
        1,
        "the same person under the same keys"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_reset_empties_everything() {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    assert_eq!(scene.post("/sandbox/reset", &json!({})).await.status, 200);
    for table in ["people", "sessions", "codes", "messages", "audit", "cache"] {
        assert!(scene.table(table).await.is_empty(), "{table}");
    }
    assert!(scene.messages(MARCIA).await.is_empty());
    scene.link(MARCIA).await;
}

#[tokio::test]
async fn what_the_sandbox_does_not_know_it_refuses_with_words() {
    let scene = Scene::begin().await;
    for (path, body) in [
        (
            "/sandbox/fault",
            json!({"system": "flash", "mode": "sleepy"}),
        ),
        (
            "/sandbox/fault",
            json!({"system": "twilio", "mode": "commit_answer_lost"}),
        ),
        (
            "/sandbox/fault",
            json!({"system": "maple", "mode": "commit_answer_lost"}),
        ),
        ("/sandbox/maple", json!({"always": "sleepy"})),
        ("/sandbox/maple", json!({"manner": "honest"})),
        ("/sandbox/clock", json!({"advance_s": -1})),
        ("/sandbox/say", json!({"body": "no sender"})),
        ("/sandbox/people", json!({"name": "nobody"})),
    ] {
        let answer = scene.post(path, &body).await;
        assert_eq!(answer.status, 400, "{path} {body}");
        assert!(answer.json()["error"].is_string(), "{path} {body}");
    }
    assert_eq!(scene.get("/sandbox/tables/secrets").await.status, 404);
    assert_eq!(
        scene.get("/sandbox/trace?message_sid=SM1").await.status,
        404
    );
}

#[tokio::test]
async fn the_clock_moves_for_everybody_at_once() {
    let scene = Scene::begin().await;
    let before = scene.get("/sandbox/clock").await.json()["now"]
        .as_i64()
        .unwrap();
    scene.advance(90_000).await;
    let after = scene.get("/sandbox/clock").await.json()["now"]
        .as_i64()
        .unwrap();
    assert!((90_000..90_060).contains(&(after - before)));
}

/// Linked, and agreed to news.
async fn listens(scene: &Scene, phone: &str) {
    scene.link(phone).await;
    scene.say(phone, "notifications").await;
    scene.say(phone, "yes").await;
}

#[tokio::test]
async fn n01_somebody_is_paid_from_outside_either_way_and_both_hear_of_it() {
    let scene = Scene::begin().await;
    listens(&scene, MARCIA).await;
    listens(&scene, DEVON).await;
    for via in ["rabbitmq", "webhook"] {
        let (paid, payer) = (scene.texts(MARCIA).await, scene.texts(DEVON).await);
        let body =
            json!({"phone": MARCIA, "cents": 2_000, "from": DEVON, "memo": "Lunch", "via": via});
        let done = scene.post("/sandbox/pay", &body).await;
        assert_eq!(done.status, 200, "{via}");
        scene.drain().await;
        let paid = scene.texts(MARCIA).await[paid.len()..].join("\n");
        assert!(
            paid.contains("US$20.00") && paid.contains("@devon") && paid.contains("Lunch"),
            "{via}: {paid}"
        );
        let payer = scene.texts(DEVON).await[payer.len()..].join("\n");
        assert!(
            payer.contains("US$20.00") && payer.contains("@marcia"),
            "{via}: {payer}"
        );
    }
    let people = scene.get("/sandbox/people").await.json();
    assert_eq!(people[0]["balance"].to_string(), "4109.9346");
    assert_eq!(people[1]["balance"].to_string(), "-1450");
}

#[tokio::test]
async fn n06_an_event_by_hand_is_taken_or_set_aside_and_the_world_says_which() {
    let scene = Scene::begin().await;
    for (body, dead) in [
        (json!("no event at all"), 1),
        (json!({"specversion": "1.0"}), 1),
        (
            json!({"specversion": "1.0", "id": "1", "source": "f", "type": "account.upgraded", "data": {}}),
            0,
        ),
    ] {
        for via in ["rabbitmq", "webhook"] {
            let letters = async || {
                let letters = scene.get("/sandbox/dead-letters").await.json();
                letters["events"].as_array().map_or(0, Vec::len)
            };
            let before = letters().await;
            let done = scene
                .post("/sandbox/flash-event", &json!({"via": via, "body": body}))
                .await;
            assert_eq!(done.status, 200, "{via} {body}");
            let said = done.json();
            assert!(
                said["taken"] == true || said["http_status"] == 204,
                "{via} {body}: {said}"
            );
            scene.drain().await;
            assert_eq!(letters().await - before, dead, "{via} {body}");
        }
    }
    for body in [json!({"via": "pigeon", "body": {}}), json!({"body": {}})] {
        assert_eq!(scene.post("/sandbox/flash-event", &body).await.status, 400);
    }
    let nobody = json!({"phone": TANYA, "cents": 1, "via": "webhook"});
    assert_eq!(scene.post("/sandbox/pay", &nobody).await.status, 400);
}

#[tokio::test]
async fn n08_news_that_wait_are_shown_with_their_moment_and_come_then() {
    let scene = Scene::begin().await;
    listens(&scene, MARCIA).await;
    scene.advance(60).await;
    scene.say(MARCIA, "notifications hourly").await;
    let before = scene.texts(MARCIA).await.len();
    let body = json!({"phone": MARCIA, "cents": 777, "via": "webhook"});
    scene.post("/sandbox/pay", &body).await;
    scene.drain().await;
    assert_eq!(scene.texts(MARCIA).await.len(), before);
    let path = format!("/sandbox/held?phone={}", MARCIA.replace('+', "%2B"));
    let held = scene.get(&path).await.json();
    assert_eq!(held.as_array().unwrap().len(), 1, "{held}");
    assert_eq!(held[0]["topic"], "received");
    assert!(held[0]["text"].as_str().unwrap().contains("US$7.77"));
    let due = held[0]["due"].as_i64().unwrap();
    let now = scene.get("/sandbox/clock").await.json()["now"].as_i64();
    let wait = due - now.unwrap();
    assert!((1..=3_600).contains(&wait), "{wait}");
    scene.advance(wait + 61).await;
    assert_eq!(scene.get(&path).await.json(), json!([]));
    let told = scene.texts(MARCIA).await;
    assert_eq!(told.len(), before + 1, "{told:?}");
}

/// Staff prove after each grant that they are themselves; a link is as good a proof as any.
async fn links_anew(scene: &Scene) {
    scene.advance(61).await;
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(1).await;
    scene.link(MARCIA).await;
}

#[tokio::test]
async fn c07_a_role_is_named_as_the_operator_names_it() {
    let scene = Scene::begin().await;
    let name = async |role: &str| {
        let body = json!({"phone": MARCIA, "role": role});
        scene.post("/sandbox/role", &body).await
    };
    let path = format!("/sandbox/role?phone={}", MARCIA.replace('+', "%2B"));
    let standing = async || scene.get(&path).await.json()["standing"].clone();
    let refused = name("support").await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("no Flash account is linked"));
    scene.link(MARCIA).await;
    for role in ["king", "user", ""] {
        assert_eq!(name(role).await.status, 400, "{role}");
    }
    let unsaid = json!({ "phone": MARCIA });
    assert_eq!(scene.post("/sandbox/role", &unsaid).await.status, 400);
    assert_eq!(standing().await, "no role");
    assert!(!scene.ask(MARCIA, "help").await.contains("help support"));
    let granted = name("support").await;
    assert_eq!(granted.status, 200, "{}", granted.body);
    let shown = standing().await;
    assert_eq!(granted.json()["standing"], shown);
    let shown = shown.as_str().unwrap();
    assert!(
        shown.starts_with("support since") && shown.ends_with("in force"),
        "{shown}"
    );
    links_anew(&scene).await;
    let status = scene.ask(MARCIA, "status").await;
    assert!(status.contains("How I am doing"), "{status}");
    let report = scene.ask(MARCIA, "report").await;
    assert!(!report.contains("Today (UTC)"), "an admin's: {report}");
    let shown = name("admin").await.json()["standing"].to_string();
    assert!(shown.contains("admin since"), "{shown}");
    links_anew(&scene).await;
    let report = scene.ask(MARCIA, "report").await;
    assert!(report.contains("Today (UTC)"), "{report}");
    assert_eq!(name("none").await.json()["standing"], "no role");
    let status = scene.ask(MARCIA, "status").await;
    assert!(!status.contains("How I am doing"), "{status}");
}

/// The steps of a message's trace that tell how its answer came about.
fn records(trace: &Value) -> Vec<Value> {
    let steps = trace["steps"].as_array().unwrap().iter();
    let records = steps.filter(|step| step["kind"] == "record");
    records
        .map(|step| serde_json::from_str(step["detail"].as_str().unwrap()).unwrap())
        .collect()
}

#[tokio::test]
async fn a01_a04_maple_does_as_it_is_told_and_each_answer_tells_how_it_came_about() {
    let scene = Scene::begin().await;
    scene.ask(MARCIA, "assistant").await;
    scene.ask(MARCIA, "yes").await;
    let asks = async || {
        let say = json!({"from": format!("whatsapp:{MARCIA}"), "body": "How can somebody pay me?"});
        let (sid, _) = scene.post_message(&say).await;
        scene.drain().await;
        let records = records(&scene.trace(&sid).await);
        assert_eq!(records.len(), 1, "{records:?}");
        records.into_iter().next().unwrap()
    };
    let order =
        json!({"next": [{"says": "I have just refunded your payment."}], "always": "declines"});
    assert_eq!(scene.post("/sandbox/maple", &order).await.status, 204);
    let filtered = asks().await;
    assert_eq!(filtered["source"], "filtered", "{filtered}");
    assert_eq!(filtered["because"], "claim", "{filtered}");
    assert_eq!(asks().await["source"], "fallback");
    let told = scene.get("/sandbox/maple?newest=1").await.json();
    assert_eq!(told["always"], "declines", "{told}");
    assert_eq!(told["asked"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["requests"], 2, "{told}");

    scene.fault("maple", "down", None).await;
    assert_eq!(asks().await["source"], "fallback");
    scene.post("/sandbox/reset", &json!({})).await;
    let told = scene.get("/sandbox/maple").await.json();
    assert_eq!(
        told,
        json!({"requests": 0, "always": "honest", "asked": []})
    );
    scene.ask(MARCIA, "assistant").await;
    scene.ask(MARCIA, "yes").await;
    let answered = asks().await;
    assert_eq!(answered["source"], "model", "{answered}");
    assert!(answered["tokens"][0].as_u64() > Some(0), "{answered}");
}
