//! Rows B08 and B10 of the acceptance cases: being paid, by a link that always works and by a code that lives for a minute.

use std::str::FromStr;
use std::time::Duration;

use e2e::{DEVON, MARCIA, Scene};
use futures::future::join_all;
use lambda_http::{Context, LambdaEvent};
use lightning_invoice::Bolt11Invoice;
use reqwest::Method;
use sandbox::world::Options;
use serde_json::{Value, json};

const LINK: &str = "https://pay.flashapp.me/marcia";
const ADDRESS: &str = "marcia@flashapp.me";

async fn linked() -> Scene {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    scene
}

/// Asks for a code; its invoice, and the address of its picture.
async fn code(scene: &Scene, body: &str) -> (String, String) {
    let texts = scene.say(MARCIA, body).await;
    assert_eq!(texts.len(), 2, "{texts:?}");
    let messages = scene.messages(MARCIA).await;
    let picture = messages.last().unwrap()["media_url"].as_str().unwrap();
    (texts[1].clone(), picture.to_owned())
}

/// Somebody outside pays it.
async fn pay(scene: &Scene, invoice: &str) {
    let paid = json!({ "payment_request": invoice });
    let answer = scene.post("/sandbox/flash/pay", &paid).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// What has come since there were `before` messages.
async fn since(scene: &Scene, before: usize) -> Vec<String> {
    scene.texts(MARCIA).await.split_off(before)
}

async fn odd(scene: &Scene, oddity: &str) {
    let odd = json!({ "oddity": oddity });
    let answer = scene.post("/sandbox/flash/odd", &odd).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// What a phone's camera reads in a picture.
fn scanned(png: &[u8]) -> String {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[tokio::test]
async fn b08_receive_tells_where_to_pay() {
    let scene = linked().await;
    let text = scene.ask(MARCIA, "receive").await;
    assert!(text.contains(LINK) && text.contains(ADDRESS), "{text}");
    let text = scene.ask(DEVON, "receive").await;
    assert!(text.contains("*link*"), "it needs a link: {text}");
}

#[tokio::test]
async fn b08_an_amount_gives_a_code_with_its_picture_and_its_end() {
    let scene = linked().await;
    let texts = scene.say(MARCIA, "receive 5 lunch").await;
    let [text, invoice] = &*texts else {
        panic!("{texts:?}");
    };
    let decoded = Bolt11Invoice::from_str(invoice).unwrap();
    assert_eq!(decoded.description().to_string(), "lunch");
    assert_eq!(decoded.expiry_time(), Duration::from_mins(1));
    let sats = decoded.amount_milli_satoshis().unwrap().div_ceil(1_000);
    let mut shown = sats.to_string();
    if sats >= 1_000 {
        shown.insert(shown.len() - 3, ',');
    }
    for part in [
        "US$5.00",
        &format!("{shown} sats"),
        "one minute",
        LINK,
        ADDRESS,
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }

    let messages = scene.messages(MARCIA).await;
    let [first, second] = messages.last_chunk().unwrap();
    let buttons = first["buttons"].as_array().unwrap();
    assert_eq!(buttons[0]["id"], "cmd:receive 5 lunch");
    assert_eq!(first["media_url"], Value::Null);
    // Or further, if a second has passed since.
    let status = second["status"].as_str().unwrap();
    assert!(
        ["queued", "sent", "delivered"].contains(&status),
        "Twilio has taken it, and had its picture: {status}"
    );
    let picture = second["media_url"].as_str().unwrap();

    let response = reqwest::get(picture).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let png = response.bytes().await.unwrap();
    assert!(png.len() < 50_000, "{} bytes", png.len());
    assert_eq!(scanned(&png), invoice.to_uppercase());

    let tap = json!({"body": "New code", "button_payload": "cmd:receive 5 lunch"});
    let again = scene.say_as(&format!("whatsapp:{MARCIA}"), tap).await;
    assert_eq!(again.len(), 2);
    assert_ne!(again[1], *invoice, "a fresh one");
    scene.advance(5).await;
    let status = |message: &Value| message["status"].as_str().unwrap().to_owned();
    assert!(
        scene
            .messages(MARCIA)
            .await
            .iter()
            .all(|it| status(it) == "read")
    );
}

#[tokio::test]
async fn b08_a_picture_is_gone_after_ten_minutes_and_nobody_makes_one_up() {
    let scene = linked().await;
    let (_, picture) = code(&scene, "receive 5").await;
    let path = picture.strip_prefix(&scene.url("")).unwrap();
    let head = scene.call(Method::HEAD, path, &[], None).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.headers["content-type"], "image/png");
    for wrong in [
        "/qr/x".to_owned(),
        path.replacen("/qr/", "/qr/A", 1),
        format!("{path}A"),
        path[..path.len() - 2].to_owned(),
    ] {
        let answer = scene.get(&wrong).await;
        assert_eq!(answer.status, 404, "{wrong}");
        assert!(answer.body.contains("receive"), "{}", answer.body);
    }
    assert_eq!(scene.post(path, &json!({})).await.status, 404);
    scene.advance(600).await;
    assert_eq!(scene.get(path).await.status, 404);
}

#[tokio::test]
async fn b08_paid_is_told_once_without_being_asked() {
    for wait in [0, 16, 40] {
        let scene = linked().await;
        let balance = scene.ask(MARCIA, "balance").await;
        assert!(balance.contains("US$1.09"), "{balance}");
        let (invoice, _) = code(&scene, "receive 5 lunch").await;
        let before = scene.texts(MARCIA).await.len();
        scene.advance(wait).await;
        pay(&scene, &invoice).await;
        scene.advance(20).await;
        let told = since(&scene, before).await;
        assert_eq!(told.len(), 1, "{wait}: {told:?}");
        assert!(told[0].contains("US$5.00 received") && told[0].contains("lunch"));
        let balance = scene.ask(MARCIA, "balance").await;
        assert!(
            balance.contains("US$6.09"),
            "not the one from before: {balance}"
        );
        scene.advance(2 * 3_600).await;
        assert_eq!(
            since(&scene, before).await.len(),
            2,
            "the balance, and no more"
        );
        let waiting = scene.table("messages").await;
        let waits = |item: &&Value| item["watched"].is_string() && item["due_at"].is_number();
        assert_eq!(waiting.iter().find(waits), None, "nothing waits");
    }
}

#[tokio::test]
async fn b08_a_code_that_ran_out_is_told_once() {
    let scene = linked().await;
    let before = scene.texts(MARCIA).await.len();
    code(&scene, "receive 5 lunch").await;
    scene.advance(30).await;
    let told = since(&scene, before).await;
    assert_eq!(told.len(), 2, "not yet: {told:?}");
    scene.advance(3_600).await;
    let told = since(&scene, before).await;
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[2].contains("has run out") && told[2].contains("*receive 5 lunch*"));

    // Of two codes only the younger matters, except that each may be paid.
    let before = scene.texts(MARCIA).await.len();
    let (first, _) = code(&scene, "receive 5").await;
    code(&scene, "receive 5").await;
    pay(&scene, &first).await;
    scene.advance(3_600).await;
    let told = since(&scene, before + 4).await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("received") && told[1].contains("has run out"));
    let before = scene.texts(MARCIA).await.len();
    code(&scene, "receive 5").await;
    code(&scene, "receive 7").await;
    scene.advance(3_600).await;
    let told = since(&scene, before + 4).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("US$7.00"));
}

#[tokio::test]
async fn b08_nobody_is_told_who_has_unlinked_or_said_stop_since() {
    for words in [&["unlink", "yes"][..], &["stop"]] {
        for paid in [true, false] {
            let scene = linked().await;
            let (invoice, _) = code(&scene, "receive 5").await;
            for word in words {
                scene.ask(MARCIA, word).await;
            }
            let before = scene.texts(MARCIA).await.len();
            if paid {
                pay(&scene, &invoice).await;
            }
            scene.advance(2 * 3_600).await;
            assert_eq!(since(&scene, before).await, [""; 0], "{words:?} {paid}");
        }
    }
}

#[tokio::test]
async fn b08_flash_may_be_silent_for_a_while_or_for_ever() {
    let scene = linked().await;
    let (invoice, _) = code(&scene, "receive 5").await;
    let before = scene.texts(MARCIA).await.len();
    scene.fault("flash", "down", None).await;
    scene.advance(50).await;
    pay(&scene, &invoice).await;
    scene.advance(200).await;
    assert_eq!(since(&scene, before).await, [""; 0]);
    scene.fault("flash", "ok", None).await;
    scene.advance(300).await;
    let told = since(&scene, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("US$5.00 received"));

    code(&scene, "receive 7").await;
    let before = scene.texts(MARCIA).await.len();
    scene.fault("flash", "down", None).await;
    scene.advance(3 * 3_600).await;
    let told = since(&scene, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("couldn't find out") && told[0].contains("*history*"));
}

#[tokio::test]
async fn b08_the_same_look_many_times_at_once_tells_once() {
    let scene = linked().await;
    let (invoice, _) = code(&scene, "receive 5").await;
    let before = scene.texts(MARCIA).await.len();
    pay(&scene, &invoice).await;
    let entries = scene.table("messages").await;
    let timer = entries.iter().find(|item| item["watched"].is_string());
    let timer = timer.unwrap();
    let id = timer["id"]
        .as_str()
        .unwrap()
        .strip_prefix("entry#")
        .unwrap();
    let ticket = json!({"entry": format!("{}.{id}", timer["person"].as_str().unwrap())});
    let record = |n: u32| {
        json!({"messageId": n.to_string(), "receiptHandle": "r", "body": ticket.to_string(),
            "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {}, "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:watch", "awsRegion": "us-east-1"})
    };
    // Its time comes while everybody looks.
    scene
        .world
        .clock
        .move_to(scene.world.clock.millis() + 5_000);
    let looks = (0..5).map(|n| {
        let event = json!({"Records": [record(n), record(n + 5)]});
        let event = LambdaEvent::new(event, Context::default());
        event_bridge::handle(&scene.world.event_bridge, event)
    });
    for answer in join_all(looks).await {
        assert!(answer.unwrap().batch_item_failures.is_empty());
    }
    scene.drain().await;
    scene.advance(3_600).await;
    let told = since(&scene, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
}

#[tokio::test]
async fn b08_whatever_is_lost_on_the_way_paid_is_told_once() {
    for (system, mode) in [
        ("dynamodb", "commit_answer_lost"),
        ("dynamodb", "busy"),
        ("dynamodb", "timeout_after_accept"),
        ("queue", "down"),
        ("queue", "timeout_after_accept"),
    ] {
        for count in [1, 3] {
            let scene = linked().await;
            let (invoice, _) = code(&scene, "receive 5").await;
            let before = scene.texts(MARCIA).await.len();
            pay(&scene, &invoice).await;
            scene.advance(3).await;
            scene.fault(system, mode, Some(count)).await;
            scene.advance(600).await;
            let told = since(&scene, before).await;
            assert_eq!(told.len(), 1, "{system} {mode} {count}: {told:?}");
            assert!(told[0].contains("received"));
        }
    }
}

#[tokio::test]
async fn b08_flash_may_refuse_a_code_and_the_link_is_told_all_the_same() {
    let scene = linked().await;
    odd(&scene, "invoices_limited").await;
    let text = scene.ask(MARCIA, "receive 5 lunch").await;
    assert!(
        text.contains("*receive 5 lunch*") && text.contains(LINK),
        "{text}"
    );
    for oddity in [
        "bad_signature",
        "other_hash",
        "other_memo",
        "no_amount",
        "other_network",
    ] {
        odd(&scene, oddity).await;
        let text = scene.ask(MARCIA, "receive 5").await;
        assert!(
            !text.contains("lnbc") && text.contains(LINK),
            "{oddity}: {text}"
        );
        scene.advance(30).await;
    }
}

#[tokio::test]
async fn b08_a_picture_that_can_not_be_shown_leaves_its_text() {
    // Later by callback: the first message for a passing reason, the second for its picture.
    let scene = linked().await;
    for code in [63012, 63019] {
        let failure = json!({ "code": code });
        assert_eq!(scene.post("/sandbox/fail", &failure).await.status, 204);
    }
    let (invoice, _) = code(&scene, "receive 5").await;
    scene.advance(20).await;
    let again = scene.messages(MARCIA).await;
    let again: Vec<_> = again.iter().filter(|it| it["body"] == *invoice).collect();
    assert_eq!(again.len(), 2, "{again:?}");
    assert_eq!(again[0]["error_code"], 63019);
    assert_eq!(again[1]["media_url"], Value::Null);
    assert_eq!(again[1]["status"], "read");
}

#[tokio::test]
async fn b08_switched_off_nothing_is_offered_or_made() {
    let scene = Scene::with(Options {
        receiving: false,
        ..Options::default()
    })
    .await;
    scene.link(MARCIA).await;
    let help = scene.ask(MARCIA, "help").await;
    assert!(!help.contains("receive"), "{help}");
    let before = scene.world.flash.requests();
    let text = scene.ask(MARCIA, "receive 5 lunch").await;
    assert!(text.contains("*username*"), "{text}");
    assert_eq!(scene.world.flash.requests(), before);
}

#[tokio::test]
async fn b08_receive_needs_no_more_calls_than_agreed() {
    let scene = linked().await;
    let say = json!({"from": format!("whatsapp:{MARCIA}"), "body": "receive 5"});
    let (sid, _) = scene.post_message(&say).await;
    scene.drain().await;
    let trace = scene.trace(&sid).await;
    // One queue call more than others: the invoice's timer. Flash is asked for the account, then for the invoice.
    assert_eq!(
        trace["calls"]["webhook"],
        json!({"table": 2, "queue": 2, "http": 2}),
        "{trace}"
    );
}

#[tokio::test]
async fn b10_an_amount_is_right_or_refused_with_an_example() {
    let scene = linked().await;
    for awkward in [
        "-5",
        "1e3",
        "10,50",
        "1,00",
        "0",
        "0.00",
        "0.001",
        "99999999",
        "five",
        "\u{665}",
        "\u{ff15}",
        "5..0",
        "5-",
        "5 5",
        "1 000",
        "5k",
        "5 sats",
        "50¢",
        "5€",
        "TT$5",
        "US$5 JMD",
        &"9".repeat(1_000),
    ] {
        let before = scene.world.flash.requests();
        let text = scene.ask(MARCIA, &format!("receive {awkward}")).await;
        let example = text.contains("*receive 5*") || text.contains("*receive US$5*");
        assert!(example, "{awkward}: {text}");
        assert!(scene.world.flash.requests() - before <= 1, "{awkward}");
        scene.advance(30).await;
    }
    for (typed, shown) in [
        ("1,000", "US$1,000.00"),
        ("1,000.50 rent", "US$1,000.50"),
        ("$5", "US$5.00"),
        ("5.5", "US$5.50"),
        ("usd 5", "US$5.00"),
        ("50000", "US$50,000.00"),
        ("0.01", "US$0.01"),
        ("J$500", "J$500.00 = US$3.1"),
    ] {
        let texts = scene.say(MARCIA, &format!("receive {typed}")).await;
        assert!(texts[0].contains(shown), "{typed}: {texts:?}");
        assert_eq!(texts.len(), 2, "{typed}: {texts:?}");
        scene.advance(100).await;
    }
}
