//! Row N06 for what Flash tells: by its broker and by its webhook, whatever comes is queued, passed over, or set aside with
//! the reason; nobody else gets anything into the queue.

use aws::dead_letter::Reason;
use aws::events::Moved;
use aws::queue::{Depth, Queue, QueueMessage, QueueName};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::policy::{EVENT_BYTES, SECRET_REFRESH_GAP};
use domain::time::Moment;
use e2e::Scene;
use event_bridge::{NotMoved, Refused};
use flash::events::signature;
use lambda_http::LambdaEvent;
use reqwest::Method;
use sandbox::gateway;
use sandbox::world::{Options, SIGNING_SECRET};
use serde_json::{Value, json};

const OTHER_SECRET: &str = "whsec_YW5vdGhlci1zZWNyZXQtYXMtbG9uZy1hcy1pdA==";

/// Each is told apart by its number; nobody is linked to the account.
fn payment(number: u32) -> Value {
    json!({
        "type": "payment_received",
        "timestamp": "2026-01-01T00:00:00Z",
        "data": {
            "userId": "owner-with-a-private-id",
            "transactionId": format!("0c9b6f3e-2d71-4f7b-a1c8-53e0d4b7{number:04}"),
            "amount": "5.00",
            "currency": "USD",
            "senderName": "Devon Private",
            "memo": "a private memo",
        },
    })
}

fn with(mut event: Value, field: &str, value: Value) -> Value {
    event["data"][field] = value;
    event
}

fn message(body: &[u8]) -> Value {
    json!({"basicProperties": {"messageId": null, "headers": {"odd": [1, {"x": null}]}}, "redelivered": false, "data": STANDARD.encode(body)})
}

/// A broker's batch, by queue.
fn batch(queues: &Value) -> Value {
    json!({"eventSource": "aws:rmq", "eventSourceArn": "arn:aws:mq:us-east-1:000000000000:broker:local:b-1", "rmqMessagesByQueue": queues})
}

async fn brought(scene: &Scene, event: Value, left_ms: i64) -> Result<(), Refused> {
    let deadline = scene.world.clock.millis() + left_ms;
    let event = LambdaEvent::new(event, gateway::context(deadline));
    let answer = event_bridge::handle(&scene.world.event_bridge, event).await;
    answer.map(|answer| assert!(answer.batch_item_failures.is_empty()))
}

/// Bodies that no release can read, with their reasons.
fn poison() -> Vec<(&'static str, Vec<u8>)> {
    let text = |event: Value| event.to_string().into_bytes();
    vec![
        ("not_json", b"".to_vec()),
        ("not_json", b"not json".to_vec()),
        ("not_json", vec![0xff; 100]),
        (
            "not_json",
            b"{\"type\":\"payment_received\",\"data\":{".to_vec(),
        ),
        ("not_json", "[".repeat(EVENT_BYTES).into_bytes()),
        ("unknown_form", b"[]".to_vec()),
        ("unknown_form", b"{}".to_vec()),
        ("no_owner", text(with(payment(9001), "userId", Value::Null))),
        (
            "bad_amount",
            text(with(payment(9002), "amount", json!("NaN"))),
        ),
        (
            "bad_amount",
            text(with(payment(9003), "amount", json!("-5"))),
        ),
        (
            "bad_field",
            text(with(payment(9004), "memo", json!({"$ne": 1}))),
        ),
        (
            "bad_id",
            text(with(
                payment(9005),
                "transactionId",
                json!("9".repeat(5_000)),
            )),
        ),
    ]
}

async fn held(scene: &Scene) -> Depth {
    scene.world.queue.depth(QueueName::Events).await.unwrap()
}

/// Why each letter is there, sorted; that it says nothing of what it holds.
fn reasons(scene: &Scene) -> Vec<String> {
    let letters = scene.world.queue.dead_letters(QueueName::Events);
    let mut reasons = Vec::new();
    for letter in letters {
        for private in ["private", "payment", "9999", "not json"] {
            assert!(!letter.body.contains(private), "{}", letter.body);
        }
        reasons.push(letter.reason.unwrap());
    }
    reasons.sort();
    reasons
}

fn expected(poison: &[(&str, Vec<u8>)]) -> Vec<String> {
    let reasons = poison.iter().map(|(why, _)| format!("malformed:{why}"));
    let mut reasons: Vec<String> = reasons.collect();
    reasons.sort();
    reasons
}

#[tokio::test]
async fn n06_of_a_brokers_batch_the_good_ones_go_through_and_the_others_are_set_aside_with_reasons()
{
    let scene = Scene::begin().await;
    let poison = poison();
    let mut messages: Vec<Value> = poison.iter().map(|(_, body)| message(body)).collect();
    for number in 0..25 {
        let place = usize::try_from(number).unwrap() % messages.len();
        let good = payment(number).to_string();
        messages.insert(place, message(good.as_bytes()));
    }
    let unknown = json!({"type": "rewards_earned", "timestamp": "2026-01-01T00:00:00Z", "data": {"userId": "someone"}});
    let large = " ".repeat(EVENT_BYTES) + &payment(9006).to_string();
    let odd = [
        message(unknown.to_string().as_bytes()),
        message(large.as_bytes()),
        json!({"basicProperties": null, "data": "not base64, private"}),
        json!("no message, private"),
        message(payment(25).to_string().as_bytes()),
    ];
    let queues = json!({"flash_whatsapp_events::/": messages, "another::/": odd});
    brought(&scene, batch(&queues), 30_000).await.unwrap();

    assert_eq!(held(&scene).await.waiting, 26);
    let mut wanted = expected(&poison);
    wanted.extend(
        ["not_a_message", "not_a_message", "too_large"].map(|why| format!("malformed:{why}")),
    );
    wanted.sort();
    assert_eq!(reasons(&scene), wanted);
}

#[tokio::test]
async fn n06_a_broker_gets_all_of_a_batch_back_that_could_not_be_put_away() {
    let scene = Scene::begin().await;
    let good: Vec<Value> = (0..12)
        .map(|number| message(payment(number).to_string().as_bytes()))
        .collect();
    let event = batch(&json!({"q::/": good.clone()}));
    let late = brought(&scene, event.clone(), 4_999).await;
    assert!(matches!(late, Err(Refused::NotMoved(NotMoved::NoTime))));
    assert_eq!(held(&scene).await.waiting, 0);

    scene.fault("queue", "down", Some(1)).await;
    let down = brought(&scene, event.clone(), 30_000).await;
    assert!(matches!(down, Err(Refused::NotMoved(NotMoved::Queue(_)))));
    brought(&scene, event, 30_000).await.unwrap();
    assert_eq!(held(&scene).await.waiting, 12);

    // The good one is moved before the bad one can't be set aside: it comes twice then.
    let mixed = json!({"q::/": [message(b"not json"), good[0].clone()]});
    scene.fault("queue", "timeout_after_accept", Some(1)).await;
    let lost = brought(&scene, batch(&mixed), 30_000).await;
    assert!(matches!(lost, Err(Refused::NotMoved(NotMoved::Queue(_)))));
    assert_eq!((held(&scene).await.waiting, reasons(&scene).len()), (13, 0));
    brought(&scene, batch(&mixed), 30_000).await.unwrap();
    assert_eq!((held(&scene).await.waiting, reasons(&scene).len()), (14, 1));

    let nothing = json!({"eventSource": "aws:rmq"});
    let refused = brought(&scene, nothing, 30_000).await;
    assert!(matches!(
        refused,
        Err(Refused::NotMoved(NotMoved::NotRabbitMq))
    ));
}

/// Posts `body` as whoever knows `secret` would at `at`, with `more` headers; the status.
async fn post_with(
    scene: &Scene,
    secret: &str,
    at: Moment,
    body: &str,
    more: &[(&str, &str)],
) -> u16 {
    let signed = signature::sign(&secret.into(), "msg_1", at, body).unwrap();
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(signed.iter().map(|(name, value)| (*name, value.as_str())));
    headers.extend(more);
    let answer = scene
        .call(
            Method::POST,
            "/flash/events",
            &headers,
            Some(body.to_owned()),
        )
        .await;
    assert_eq!(answer.body, "");
    answer.status
}

async fn post(scene: &Scene, body: &str) -> u16 {
    let now = scene.world.clock.reader().now();
    post_with(scene, SIGNING_SECRET, now, body, &[]).await
}

#[tokio::test]
async fn n06_of_signed_posts_the_good_ones_go_through_and_the_others_are_set_aside_with_reasons() {
    let scene = Scene::begin().await;
    // No table is asked for any of them.
    scene.fault("dynamodb", "down", None).await;
    let poison: Vec<_> = poison()
        .into_iter()
        .filter(|(_, body)| std::str::from_utf8(body).is_ok() && body.len() <= EVENT_BYTES)
        .collect();
    for (number, (why, body)) in poison.iter().enumerate() {
        let body = std::str::from_utf8(body).unwrap();
        assert_eq!(post(&scene, body).await, 204, "{why}");
        let number = u32::try_from(number).unwrap();
        assert_eq!(post(&scene, &payment(number).to_string()).await, 204);
    }
    let unknown =
        json!({"accountId": "1580f7f2-4a3d-4c7e-9b56-2f8e6d1c0a93", "eventType": "price.moved"});
    assert_eq!(post(&scene, &unknown.to_string()).await, 204);
    let waiting = u64::try_from(poison.len()).unwrap();
    assert_eq!(held(&scene).await.waiting, waiting);
    assert_eq!(reasons(&scene), expected(&poison));
}

#[tokio::test]
async fn a_post_is_taken_again_if_the_queue_did_not_take_it() {
    let scene = Scene::begin().await;
    for body in [payment(1).to_string(), "not json".to_owned()] {
        scene.fault("queue", "down", Some(1)).await;
        assert_eq!(post(&scene, &body).await, 503);
        assert_eq!(post(&scene, &body).await, 204);
    }
    assert_eq!(
        held(&scene).await,
        Depth {
            waiting: 1,
            dead: 1
        }
    );
}

#[tokio::test]
async fn what_flash_did_not_sign_gets_nowhere() {
    let scene = Scene::begin().await;
    // Whoever asked a table would be answered otherwise.
    scene.fault("dynamodb", "down", None).await;
    let (now, body) = (scene.world.clock.reader().now(), payment(1).to_string());
    assert_eq!(post_with(&scene, OTHER_SECRET, now, &body, &[]).await, 401);
    for away in [-301, 301] {
        let then = now.plus(away);
        assert_eq!(
            post_with(&scene, SIGNING_SECRET, then, &body, &[]).await,
            401
        );
    }
    let twice = [("svix-id", "msg_2")];
    let status = post_with(&scene, SIGNING_SECRET, now, &body, &twice).await;
    assert!([400, 401].contains(&status), "{status}");
    let elsewhere = [("origin", "https://elsewhere.example")];
    let status = post_with(&scene, SIGNING_SECRET, now, &body, &elsewhere).await;
    assert_eq!(status, 403);
    let large = body.clone() + &" ".repeat(EVENT_BYTES);
    assert_eq!(post_with(&scene, OTHER_SECRET, now, &large, &[]).await, 413);

    let signed = signature::sign(&SIGNING_SECRET.into(), "msg_1", now, &body).unwrap();
    let headers: Vec<_> = signed
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let bare = scene.call(Method::POST, "/flash/events", &[], Some(body.clone()));
    assert_eq!(bare.await.status, 401);
    let altered = body.replace("5.00", "5000.00");
    let altered = scene.call(Method::POST, "/flash/events", &headers, Some(altered));
    assert_eq!(altered.await.status, 401);
    for path in ["/flash/events/", "/flash/events/1", "/flash"] {
        let strange = scene.call(Method::POST, path, &headers, Some(body.clone()));
        assert_eq!(strange.await.status, 404, "{path}");
    }
    assert_eq!(scene.get("/flash/events").await.status, 404);
    assert_eq!(held(&scene).await, Depth::default());
}

#[tokio::test]
async fn a_new_signing_secret_is_read_when_it_is_met_and_beside_it_the_former_one_goes_on() {
    let scene = Scene::begin().await;
    let both = [OTHER_SECRET, SIGNING_SECRET].map(str::to_owned);
    scene.world.secrets.put_signing(&both);
    for secret in [SIGNING_SECRET, OTHER_SECRET, SIGNING_SECRET] {
        let now = scene.world.clock.reader().now();
        let body = payment(1).to_string();
        assert_eq!(post_with(&scene, secret, now, &body, &[]).await, 204);
    }
    scene.world.secrets.put_signing(&[OTHER_SECRET.to_owned()]);
    scene.advance(SECRET_REFRESH_GAP).await;
    let (now, body) = (scene.world.clock.reader().now(), payment(2).to_string());
    let stranger = "whsec_c29tZWJvZHktZWxzZXMtc2lnbmluZy1zZWNyZXQtMQ==";
    assert_eq!(post_with(&scene, stranger, now, &body, &[]).await, 401);
    assert_eq!(post(&scene, &body).await, 401, "the former one has gone");
}

#[tokio::test]
async fn where_no_secret_is_known_nobody_can_post() {
    let scene = Scene::with(Options {
        signing_secrets: None,
        ..Options::default()
    })
    .await;
    assert_eq!(post(&scene, &payment(1).to_string()).await, 404);
    assert_eq!(held(&scene).await, Depth::default());
}

/// As the operator does who puts dead letters back; how many that were.
async fn redrive(scene: &Scene) -> u64 {
    let which = json!({ "queue": "events" });
    let answer = scene.post("/sandbox/dead-letters", &which).await;
    answer.json()["redriven"].as_u64().unwrap()
}

#[tokio::test]
async fn n06_among_the_events_a_record_that_is_none_is_set_aside_alone() {
    let scene = Scene::begin().await;
    let keys = scene.world.web.tables.keys();
    let moved = Moved::unread(&keys, b"private", None).message().body;
    // What could not be read passes for an event: sealed for another place, it never opens.
    let forged = moved.replace("\"unread\"", "\"event\"");
    let records = ["not json", r#"{"entry":"x"}"#, &forged].map(|body| QueueMessage {
        body: body.to_owned(),
        fifo: None,
        delay: 0,
    });
    let queue = &scene.world.queue;
    queue.send(QueueName::Events, &records).await.unwrap();
    assert_eq!(post(&scene, &payment(1).to_string()).await, 204);
    scene.drain().await;
    assert_eq!(
        held(&scene).await,
        Depth {
            waiting: 1,
            dead: 2
        }
    );
    scene.advance(180 * 9 + 30).await;
    assert_eq!(
        held(&scene).await,
        Depth {
            waiting: 0,
            dead: 3
        }
    );
    let wanted = ["failed:event_not_opened", "not_a_ticket", "not_a_ticket"];
    let letters = queue.dead_letters(QueueName::Events);
    let mut reasons: Vec<_> = letters.into_iter().map(|one| one.reason.unwrap()).collect();
    reasons.sort();
    assert_eq!(reasons, wanted);
}

#[tokio::test]
async fn n06_what_was_set_aside_is_read_once_more_when_it_is_put_back() {
    let scene = Scene::begin().await;
    let keys = scene.world.web.tables.keys();
    let readable = payment(1).to_string();
    for (body, reason) in [
        (readable.as_bytes(), Reason::Panicked),
        (b"not json", Reason::Panicked),
        (b"not {} json", Reason::Malformed("not_json".to_owned())),
    ] {
        let letter = Moved::unread(&keys, body, Some("msg_1")).aside(reason);
        let queue = &scene.world.queue;
        queue.set_aside(QueueName::Events, &letter).await.unwrap();
    }
    // By now the one can be read, and the others still can't. What is known to be malformed goes back by its own id only.
    assert_eq!(redrive(&scene).await, 2);
    scene.drain().await;
    assert_eq!(
        held(&scene).await,
        Depth {
            waiting: 0,
            dead: 2
        }
    );
    assert_eq!(reasons(&scene), ["malformed:not_json"; 2]);
    assert_eq!(redrive(&scene).await, 0);
}
