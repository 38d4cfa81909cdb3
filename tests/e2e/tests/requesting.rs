//! Row B09: one person asks another for money, who can pay, decline or block; never a debit, and one id for each request.

use domain::address::WhatsAppAddress;
use domain::policy::{REQUEST_LIFE, REQUEST_MEMORY, REQUESTS_PER_PAIR};
use e2e::{DEVON, MARCIA, Scene};
use futures::future::join_all;
use reqwest::Method;
use sandbox::world::Options;
use serde_json::{Value, json};

const ANJALI: &str = "+18685550104";
const ASKS: &str = "request 20 from @marcia for lunch";

fn chat(phone: &str) -> String {
    format!("whatsapp:{phone}")
}

fn key_of(scene: &Scene, phone: &str) -> String {
    let address = WhatsAppAddress::parse(&chat(phone)).unwrap();
    let keys = scene.world.outbound.tables.keys();
    keys.person(&address).as_str().to_owned()
}

async fn agrees(scene: &Scene, phone: &str) {
    scene.ask(phone, "notifications").await;
    scene.ask(phone, "yes").await;
}

/// Devon and Marcia are linked, and she agrees to be written to.
async fn both() -> Scene {
    let scene = Scene::begin().await;
    scene.link(DEVON).await;
    scene.link(MARCIA).await;
    agrees(&scene, MARCIA).await;
    scene
}

/// The code that an answer or a message names in bold after `word`.
fn code_after(word: &str, text: &str) -> String {
    let (_, rest) = text
        .split_once(&format!("*{word} "))
        .unwrap_or_else(|| panic!("no {word} in: {text}"));
    rest.split('*').next().unwrap().to_owned()
}

/// Devon asks, and the code it was noted under.
async fn asks(scene: &Scene) -> String {
    let text = scene.ask(DEVON, ASKS).await;
    code_after("withdraw", &text)
}

/// Requests as they stand raw, by whose they are.
async fn stand(scene: &Scene, phone: &str) -> Vec<Value> {
    let key = key_of(scene, phone);
    let mut items = scene.table("messages").await;
    items.retain(|item| {
        item["person"] == key.as_str() && item["id"].as_str().unwrap().starts_with("request#")
    });
    items
}

async fn heard(scene: &Scene, phone: &str, since: usize) -> Vec<String> {
    scene.texts(phone).await.split_off(since)
}

async fn taps(scene: &Scene, phone: &str, payload: &str) -> Vec<String> {
    let tap = json!({"body": "Decline", "button_payload": payload});
    scene.say_as(&chat(phone), tap).await
}

#[tokio::test]
async fn b09_the_other_reads_who_asks_and_how_to_pay_decline_or_block_and_nothing_is_debited() {
    let scene = both().await;
    let before = scene.texts(MARCIA).await.len();
    let text = scene.ask(DEVON, ASKS).await;
    let code = code_after("withdraw", &text);
    for part in [
        "US$20.00",
        "@marcia",
        "lunch",
        "https://pay.flashapp.me/devon",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let told = heard(&scene, MARCIA, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    for part in [
        "@devon asks you for *US$20.00*",
        "lunch",
        "https://pay.flashapp.me/devon",
        &format!("*decline {code}*"),
        &format!("*block {code}*"),
    ] {
        assert!(told[0].contains(part), "{part}: {}", told[0]);
    }
    let (hers, his) = (stand(&scene, MARCIA).await, stand(&scene, DEVON).await);
    assert_eq!((hers.len(), his.len()), (1, 1));
    assert_eq!(hers[0]["request"], his[0]["request"], "one id for both");
    assert_eq!(hers[0]["id"], format!("request#to-{code}"));
    let raw = scene.table("messages").await;
    let raw = serde_json::to_string(&raw).unwrap();
    // An amount in cents may stand by chance in what is sealed, and only there within other letters.
    for private in ["lunch", "marcia", "devon", ":2000,", ":2000}", "\"2000\""] {
        assert!(!raw.contains(private), "{private} stands in the clear");
    }
    let list = scene.ask(MARCIA, "requests").await;
    assert!(
        list.contains(&format!("*{code}* · @devon: US$20.00")),
        "{list}"
    );
    let list = scene.ask(DEVON, "solicitudes").await;
    assert!(
        list.contains(&format!("*{code}* · @marcia: US$20.00")),
        "{list}"
    );
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test]
async fn b09_a_request_shows_its_buttons_where_they_are_and_goes_as_its_template_outside_the_window()
 {
    let scene = Scene::with(Options {
        templates: true,
        ..Options::default()
    })
    .await;
    scene.link(DEVON).await;
    scene.link(MARCIA).await;
    agrees(&scene, MARCIA).await;
    let code = asks(&scene).await;
    let last = scene.messages(MARCIA).await.pop().unwrap();
    assert!(last["content_sid"].is_string(), "{last}");
    assert!(last["body"].as_str().unwrap().contains(&code), "{last}");
    scene.advance(86_400).await;
    let code = asks(&scene).await;
    scene.advance(60).await;
    let last = scene.messages(MARCIA).await.pop().unwrap();
    let body = last["body"].as_str().unwrap();
    assert!(
        body.starts_with("Somebody asks you for money")
            && body.contains(&format!("*decline {code}*")),
        "{body}"
    );
    assert!(
        body.contains("@devon asks for US$20.00") && body.contains("lunch"),
        "{body}"
    );
}

/// How somebody stands who is asked.
type Stands = fn(&Scene) -> futures::future::BoxFuture<'_, ()>;

/// What Devon sees of it: his answer and his list with the code made the same, what the webhook called for it, and what of
/// it he is handed who asks for all that is kept.
async fn seen(scene: &Scene) -> (String, String, Value, Vec<String>) {
    let post = json!({"from": chat(DEVON), "body": ASKS});
    let before = scene.texts(DEVON).await.len();
    let (sid, _) = scene.post_message(&post).await;
    scene.drain().await;
    let answer = heard(scene, DEVON, before).await.concat();
    let code = code_after("withdraw", &answer);
    let list = scene.ask(DEVON, "requests").await;
    let calls = scene.trace(&sid).await["calls"]["webhook"].clone();
    let page = scene.ask(DEVON, "export my data").await;
    let (_, token) = page.split_once("/export/").unwrap();
    let token = token.split_whitespace().next().unwrap();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", &*scene.world.public_url),
        ("sec-fetch-site", "same-origin"),
    ];
    let file = scene
        .call(Method::POST, &format!("/export/{token}"), &headers, None)
        .await;
    assert_eq!(file.status, 200);
    let marcia = key_of(scene, MARCIA);
    assert!(!file.body.contains(&marcia), "his file names her chat");
    let (_, part) = file.body.split_once("REQUESTS FOR MONEY").unwrap();
    let part = part.split("THE LOG").next().unwrap();
    assert!(part.contains("US$20.00, @marcia, for “lunch”"), "{part}");
    let lines = part.lines().map(|line| match line.split_once(": ") {
        // Times, and what is random.
        Some((name @ ("Request" | "Terms" | "Progress" | "Id"), value)) => {
            let value = value.replace(&code, "CODE");
            if name == "Request" {
                name.to_owned()
            } else {
                format!("{name}: {value}")
            }
        }
        Some((name, _)) => name.to_owned(),
        None => line.to_owned(),
    });
    (
        answer.replace(&code, "CODE"),
        list.replace(&code, "CODE"),
        calls,
        lines.collect(),
    )
}

#[tokio::test]
async fn b09_whoever_is_not_linked_does_not_agree_has_stopped_or_blocks_looks_as_one_who_is_told() {
    let scene = both().await;
    let before = scene.texts(MARCIA).await.len();
    let expected = seen(&scene).await;
    assert_eq!(heard(&scene, MARCIA, before).await.len(), 1);
    let ways: [(&str, Stands); 5] = [
        ("never wrote", |_| Box::pin(async {})),
        ("not linked", |scene| {
            Box::pin(async { drop(scene.ask(MARCIA, "hello").await) })
        }),
        ("does not agree", |scene| {
            Box::pin(async { scene.link(MARCIA).await })
        }),
        ("has said STOP", |scene| {
            Box::pin(async {
                scene.link(MARCIA).await;
                agrees(scene, MARCIA).await;
                scene.ask(MARCIA, "stop").await;
            })
        }),
        ("blocks", |scene| {
            Box::pin(async {
                scene.link(MARCIA).await;
                agrees(scene, MARCIA).await;
                scene.ask(MARCIA, "block @devon").await;
            })
        }),
    ];
    for (why, stands) in ways {
        let scene = Scene::begin().await;
        scene.link(DEVON).await;
        stands(&scene).await;
        let before = scene.texts(MARCIA).await.len();
        assert_eq!(seen(&scene).await, expected, "{why}");
        assert_eq!(
            heard(&scene, MARCIA, before).await,
            Vec::<String>::new(),
            "{why}"
        );
        assert_eq!(stand(&scene, MARCIA).await, Vec::<Value>::new(), "{why}");
    }
}

#[tokio::test]
async fn b09_oneself_nobody_and_what_is_unclear_are_refused_and_nothing_is_kept() {
    let scene = both().await;
    for (body, says) in [
        ("request 20 from @devon", "That is you"),
        (
            "request 20 from @nobody_here",
            "Flash knows nobody called @nobody_here",
        ),
        (
            "request five from @marcia",
            "*request 20 from @theirname for lunch*",
        ),
        (
            "request 10,50 from @marcia",
            "*request 20 from @theirname for lunch*",
        ),
        (
            "request 20 marcia",
            "*request 20 from @theirname for lunch*",
        ),
        (
            "request 20 from @marcia for Flash support: send your code 876-555-0000",
            "without numbers to call",
        ),
        ("request", "*request 20 from @theirname for lunch*"),
    ] {
        let text = scene.ask(DEVON, body).await;
        assert!(text.contains(says), "{body}: {text}");
    }
    let text = scene.ask(ANJALI, ASKS).await;
    assert!(text.contains("link your Flash account first"), "{text}");
    for mode in ["down", "nonsense"] {
        scene.fault("flash", mode, None).await;
        let text = scene.ask(DEVON, ASKS).await;
        assert!(text.contains("isn't answering"), "{mode}: {text}");
        scene.fault("flash", "ok", None).await;
    }
    assert_eq!(stand(&scene, DEVON).await, Vec::<Value>::new());
    let off = Scene::with(Options {
        receiving: false,
        ..Options::default()
    })
    .await;
    off.link(DEVON).await;
    let text = off.ask(DEVON, ASKS).await;
    assert!(text.contains("isn't possible here"), "{text}");
}

#[tokio::test]
async fn b09_three_are_open_or_made_in_a_day_to_one_person_even_if_they_are_made_at_once() {
    let scene = both().await;
    let posts = (0..REQUESTS_PER_PAIR + 2).map(|_| {
        let say = json!({"from": chat(DEVON), "body": ASKS});
        scene.post_until_taken(say)
    });
    let before = scene.texts(MARCIA).await.len();
    join_all(posts).await;
    scene.drain().await;
    assert_eq!(stand(&scene, DEVON).await.len(), REQUESTS_PER_PAIR);
    assert_eq!(stand(&scene, MARCIA).await.len(), REQUESTS_PER_PAIR);
    assert_eq!(heard(&scene, MARCIA, before).await.len(), REQUESTS_PER_PAIR);
    let text = scene.ask(DEVON, ASKS).await;
    assert!(text.contains("3 requests to @marcia"), "{text}");
    let code = stand(&scene, DEVON).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let code = code.rsplit('-').next().unwrap();
    let text = scene.ask(DEVON, &format!("withdraw {code}")).await;
    assert!(text.contains("Taken back"), "{text}");
    assert_eq!(
        heard(&scene, MARCIA, before).await.len(),
        REQUESTS_PER_PAIR,
        "silently"
    );
    let list = scene.ask(MARCIA, "requests").await;
    assert!(list.contains("withdrawn"), "{list}");
    let text = scene.ask(DEVON, ASKS).await;
    assert!(text.contains("3 requests to @marcia"), "{text}");
    scene.advance(86_400).await;
    asks(&scene).await;
}

#[tokio::test]
async fn b09_declining_tells_whoever_asked_once_and_nobody_declines_what_is_anothers() {
    let scene = both().await;
    agrees(&scene, DEVON).await;
    scene.link(ANJALI).await;
    let code = asks(&scene).await;
    let before = scene.texts(DEVON).await.len();
    for phone in [ANJALI, DEVON] {
        let text = scene.ask(phone, &format!("decline {code}")).await;
        assert!(
            text.contains("I know no request") || text.contains("*withdraw"),
            "{text}"
        );
    }
    assert_eq!(stand(&scene, MARCIA).await[0]["progress"], "open");
    let before_his = scene.texts(DEVON).await.len();
    let decline = json!({"from": chat(MARCIA), "body": format!("decline {code}")});
    join_all([
        scene.post_until_taken(decline.clone()),
        scene.post_until_taken(decline),
    ])
    .await;
    scene.drain().await;
    let told = heard(&scene, DEVON, before_his).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains(&format!("US$20.00 from @marcia ({code}) was declined")),
        "{told:?}"
    );
    assert!(before_his > before);
    for phone in [MARCIA, DEVON] {
        assert_eq!(stand(&scene, phone).await[0]["progress"], "declined");
        let list = scene.ask(phone, "requests").await;
        assert!(list.contains("declined"), "{list}");
    }
}

#[tokio::test]
async fn b09_a_button_declines_its_own_request_and_explains_when_it_is_old() {
    let scene = both().await;
    let code = asks(&scene).await;
    let id = stand(&scene, MARCIA).await[0]["request"]
        .as_str()
        .unwrap()
        .to_owned();
    for old in [
        format!("decline:{code}.AAAAAAAAAAAAAAAAAAAAAA"),
        "decline:{{2}}".to_owned(),
    ] {
        let text = taps(&scene, MARCIA, &old).await.concat();
        assert!(text.contains("button"), "{text}");
    }
    assert_eq!(stand(&scene, MARCIA).await[0]["progress"], "open");
    let text = taps(&scene, MARCIA, &format!("decline:{code}.{id}"))
        .await
        .concat();
    assert!(text.contains("won't be asked for request"), "{text}");
    let text = taps(&scene, MARCIA, &format!("decline:{code}.{id}"))
        .await
        .concat();
    assert!(text.contains("declined before"), "{text}");
}

#[tokio::test]
async fn b09_blocking_is_silent_outlives_the_link_and_is_taken_back() {
    let scene = both().await;
    let code = asks(&scene).await;
    let id = stand(&scene, MARCIA).await[0]["request"]
        .as_str()
        .unwrap()
        .to_owned();
    let before = scene.texts(DEVON).await.len();
    let text = taps(&scene, MARCIA, &format!("block:{code}.{id}"))
        .await
        .concat();
    assert!(text.contains("*unblock @devon*"), "{text}");
    assert_eq!(heard(&scene, DEVON, before).await, Vec::<String>::new());
    assert!(scene.ask(MARCIA, "requests").await.contains("no requests"));
    assert!(scene.ask(MARCIA, "blocked").await.contains("• @devon"));
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(60).await;
    scene.link(MARCIA).await;
    let before = scene.texts(MARCIA).await.len();
    asks(&scene).await;
    assert_eq!(heard(&scene, MARCIA, before).await, Vec::<String>::new());
    let raw = serde_json::to_string(&scene.table("people").await).unwrap();
    assert!(!raw.contains("devon"), "names are not kept with the block");
    let text = scene.ask(MARCIA, "unblock @devon").await;
    assert!(text.contains("can ask you for money again"), "{text}");
    let before = scene.texts(MARCIA).await.len();
    asks(&scene).await;
    assert_eq!(heard(&scene, MARCIA, before).await.len(), 1);
}

#[tokio::test]
async fn b09_requests_end_with_the_link_of_either_side_but_whoever_asked_does_not_learn_of_it() {
    // Whoever is asked lets go.
    let scene = both().await;
    let code = asks(&scene).await;
    let list = scene.ask(DEVON, "requests").await;
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(60).await;
    assert_eq!(stand(&scene, MARCIA).await, Vec::<Value>::new());
    assert_eq!(stand(&scene, DEVON).await[0]["progress"], "open");
    assert_eq!(scene.ask(DEVON, "requests").await, list, "it is not told");
    let text = scene.ask(DEVON, &format!("withdraw {code}")).await;
    assert!(text.contains("Taken back"), "{text}");
    let people = scene.table("people").await;
    let wallets = people
        .iter()
        .filter(|item| item["person"].as_str().unwrap().starts_with("wallet#"));
    assert_eq!(wallets.count(), 1, "Devon's alone");

    // Whoever asks is forgotten.
    let scene = both().await;
    let code = asks(&scene).await;
    scene.ask(DEVON, "delete my data").await;
    scene.ask(DEVON, "yes").await;
    scene.advance(60).await;
    assert_eq!(stand(&scene, DEVON).await, Vec::<Value>::new());
    assert_eq!(stand(&scene, MARCIA).await[0]["progress"], "ended");
    let before = scene.texts(DEVON).await.len();
    let text = scene.ask(MARCIA, &format!("decline {code}")).await;
    assert!(text.contains("has ended"), "{text}");
    assert_eq!(heard(&scene, DEVON, before).await, Vec::<String>::new());
}

/// Nine in the morning on a Sunday in Jamaica, in milliseconds.
const MORNING: i64 = 1_795_356_000_000;
const HOUR: i64 = 3_600;

/// A request that waited for the end of quiet hours, and is over by then.
#[tokio::test]
async fn b09_n08_what_was_withdrawn_declined_or_blocked_over_night_is_not_brought() {
    let scene = Scene::with(Options {
        starts_at: Some(MORNING),
        ..Options::default()
    })
    .await;
    scene.link(DEVON).await;
    scene.link(MARCIA).await;
    agrees(&scene, MARCIA).await;
    scene.ask(MARCIA, "notifications quiet 8am-10am").await;
    let mut codes = Vec::new();
    let before = scene.texts(MARCIA).await.len();
    for dollars in [20, 21, 22] {
        let ask = format!("request {dollars} from @marcia for lunch");
        codes.push(code_after("withdraw", &scene.ask(DEVON, &ask).await));
    }
    assert_eq!(heard(&scene, MARCIA, before).await, Vec::<String>::new());
    scene.ask(DEVON, &format!("withdraw {}", codes[0])).await;
    scene.ask(MARCIA, &format!("decline {}", codes[1])).await;
    let before = scene.texts(MARCIA).await.len();
    scene.advance(HOUR + 120).await;
    let told = heard(&scene, MARCIA, before).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("*US$22.00*"), "{told:?}");
    let because = async || {
        let mut entries = scene.table("messages").await;
        entries.retain(|item| item["delivery"] == "dropped");
        let because = entries.iter().map(|item| item["because"].clone());
        because.collect::<Vec<_>>()
    };
    assert_eq!(because().await, ["too_late", "too_late"]);

    scene.advance(47 * HOUR - HOUR / 2).await;
    let before = scene.texts(MARCIA).await.len();
    asks(&scene).await;
    scene.ask(MARCIA, "block @devon").await;
    scene.advance(2 * HOUR).await;
    let told = heard(&scene, MARCIA, before).await;
    assert_eq!(told.len(), 1, "that he is blocked: {told:?}");
    assert_eq!(because().await.len(), 3);
}

/// Free text first, while the bot believes that she has written of late; WhatsApp knows better, and says so with its answer
/// or by callback.
#[tokio::test]
async fn b09_n03_a_request_for_a_window_that_whatsapp_finds_closed_goes_as_its_template() {
    for at_once in [true, false] {
        let scene = Scene::with(Options {
            templates: true,
            starts_at: Some(MORNING),
            ..Options::default()
        })
        .await;
        scene.link(DEVON).await;
        scene.link(MARCIA).await;
        agrees(&scene, MARCIA).await;
        // It goes when no answer of his does, so that the refusal is of it.
        scene.ask(MARCIA, "notifications quiet 8am-10am").await;
        let before = scene.messages(MARCIA).await.len();
        let code = asks(&scene).await;
        if at_once {
            let fail = json!({"code": 63016, "http_status": 400});
            assert_eq!(scene.post("/sandbox/fail", &fail).await.status, 204);
        } else {
            scene.world.twilio.close_window(MARCIA);
        }
        scene.advance(2 * HOUR).await;
        let told = scene.messages(MARCIA).await.split_off(before);
        let last = told.last().expect("she is told");
        let body = last["body"].as_str().unwrap();
        assert!(body.starts_with("Somebody asks you for money"), "{body}");
        assert!(body.contains(&code), "{body}");
    }
}

#[tokio::test]
async fn b09_a_request_runs_out_in_silence_and_is_forgotten() {
    let scene = both().await;
    let code = asks(&scene).await;
    let before = scene.texts(MARCIA).await.len();
    scene.advance(REQUEST_LIFE).await;
    assert_eq!(heard(&scene, MARCIA, before).await, Vec::<String>::new());
    for phone in [MARCIA, DEVON] {
        let list = scene.ask(phone, "requests").await;
        assert!(list.contains("expired"), "{list}");
    }
    let text = scene.ask(MARCIA, &format!("decline {code}")).await;
    assert!(text.contains("has expired"), "{text}");
    scene.advance(REQUEST_MEMORY).await;
    assert!(scene.ask(DEVON, "requests").await.contains("no requests"));
}

#[tokio::test]
async fn b09_a_link_that_moves_takes_its_wallet_along() {
    let scene = both().await;
    let token = scene.link_token(&chat(ANJALI)).await;
    let key = scene.mint_key(MARCIA, &e2e::READ_ONLY).await;
    let shown = scene.bring(&token, &key, true).await.json();
    let code = shown["code"].as_str().unwrap();
    scene.ask(ANJALI, &format!("verify {code}")).await;
    agrees(&scene, ANJALI).await;
    let before = (
        scene.texts(MARCIA).await.len(),
        scene.texts(ANJALI).await.len(),
    );
    asks(&scene).await;
    assert_eq!(heard(&scene, MARCIA, before.0).await, Vec::<String>::new());
    assert_eq!(heard(&scene, ANJALI, before.1).await.len(), 1);
}
