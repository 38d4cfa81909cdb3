//! Rows L04 and L05 as a crowd of attackers sees them: what can be guessed is what the rules give, however it is asked.
//! What it comes to in a day, a month and a year computes `shared/domain/src/conversation/tests/guessing.rs`.

use domain::policy::{
    CODE_TRIES, FAILURE_FORGIVEN, FAILURE_WINDOW, FAILURES_HELD, FAILURES_TO_LOCK,
};
use e2e::{DEVON, MARCIA, READ_ONLY, Scene};
use futures::future::join_all;
use sandbox::world::Options;
use serde_json::{Value, json};

/// Chats that none of the accounts belongs to.
const CROWD: [&str; 4] = [
    "+18765550171",
    "+18765550172",
    "+18765550173",
    "+18765550174",
];

/// Nobody tells whether a number has an account: chats of strangers get a page.
async fn begin() -> Scene {
    Scene::with(Options {
        flash_admin: false,
        ..Options::default()
    })
    .await
}

fn chat(phone: &str) -> String {
    format!("whatsapp:{phone}")
}

fn says(phone: &str, body: &str) -> Value {
    json!({"from": chat(phone), "body": body})
}

/// A code shown to whoever is logged in to the account of `victim`, for a chat that can't see it.
async fn code_for_a_stranger(scene: &Scene, stranger: &str, victim: &str) -> String {
    let token = scene.link_token(&chat(stranger)).await;
    let key = scene.mint_key(victim, &READ_ONLY).await;
    let answer = scene.bring(&token, &key, true).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["code"].as_str().unwrap().to_owned()
}

/// `count` codes, none of them `code`.
fn others(code: &str, count: u32) -> impl Iterator<Item = String> + use<> {
    let code: u32 = code.parse().unwrap();
    (1..=count).map(move |n| format!("{:06}", (code + n) % 1_000_000))
}

/// Wrong codes held against each chat, as the tables have it.
async fn failures(scene: &Scene) -> Vec<usize> {
    let people = scene.table("people").await;
    let guards = people.iter().filter(|item| item.get("guard").is_some());
    guards
        .map(|item| item["guard"]["failures"].as_array().map_or(0, Vec::len))
        .collect()
}

async fn nobody_is_linked(scene: &Scene) {
    for item in scene.table("people").await {
        assert!(item.get("link").is_none(), "{item}");
    }
}

async fn events(scene: &Scene, event: &str) -> usize {
    let audit = scene.table("audit").await;
    audit.iter().filter(|item| item["event"] == event).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l04_a_crowd_that_guesses_all_at_once_gets_five_tries_for_each_code() {
    let scene = begin().await;
    let mut guesses = Vec::new();
    for (n, stranger) in CROWD.iter().enumerate() {
        // Two accounts, each with several chats at it.
        let victim = [MARCIA, DEVON][n % 2];
        let code = code_for_a_stranger(&scene, stranger, victim).await;
        guesses.extend(others(&code, 8).map(|guess| says(stranger, &guess)));
    }
    fastrand::shuffle(&mut guesses);
    join_all(
        guesses
            .into_iter()
            .map(|guess| scene.post_until_taken(guess)),
    )
    .await;
    scene.drain().await;
    assert!(scene.table("codes").await.is_empty(), "used up");
    let failures = failures(&scene).await;
    assert_eq!(
        failures,
        vec![usize::try_from(CODE_TRIES).unwrap(); CROWD.len()]
    );
    assert_eq!(events(&scene, "code_destroyed").await, CROWD.len());
    nobody_is_linked(&scene).await;
}

#[tokio::test]
async fn l04_a_right_code_in_the_sixth_place_links_nobody() {
    let scene = begin().await;
    let code = code_for_a_stranger(&scene, CROWD[0], MARCIA).await;
    for guess in others(&code, CODE_TRIES) {
        scene.post_until_taken(says(CROWD[0], &guess)).await;
    }
    scene.drain().await;
    let text = scene.ask(CROWD[0], &code).await;
    assert!(text.contains("No code is waiting"), "{text}");
    nobody_is_linked(&scene).await;
}

/// Whatever came first, six at once are five tries: the right one is among them, or it links nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l04_of_six_at_once_five_are_tried_though_the_sixth_were_right() {
    let scene = begin().await;
    let code = code_for_a_stranger(&scene, CROWD[0], MARCIA).await;
    let mut guesses: Vec<_> = others(&code, CODE_TRIES).chain([code]).collect();
    fastrand::shuffle(&mut guesses);
    let posts = guesses
        .iter()
        .map(|guess| scene.post_until_taken(says(CROWD[0], guess)));
    join_all(posts).await;
    scene.drain().await;
    let held = failures(&scene).await.iter().sum::<usize>();
    assert!(held <= usize::try_from(CODE_TRIES).unwrap(), "{held}");
    assert!(scene.table("codes").await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l04_a_guess_that_is_delivered_many_times_at_once_is_one_try() {
    let scene = begin().await;
    let code = code_for_a_stranger(&scene, CROWD[0], MARCIA).await;
    let mut guess = says(CROWD[0], &Scene::other_than(&code));
    guess["message_sid"] = "SM000000000000000000000000000000c1".into();
    join_all((0..6).map(|_| scene.post_until_taken(guess.clone()))).await;
    scene.drain().await;
    assert_eq!(scene.table("codes").await[0]["tries"], 1);
    assert_eq!(failures(&scene).await, [1]);
}

/// A try is counted with the code before it is compared, and against the chat when its answer is stored.
#[tokio::test]
async fn l04_a_guess_whose_commit_gave_no_answer_is_one_try_however_often_it_is_brought_again() {
    let scene = begin().await;
    let code = code_for_a_stranger(&scene, CROWD[0], MARCIA).await;
    let mut guess = says(CROWD[0], &Scene::other_than(&code));
    scene
        .fault("dynamodb", "commit_answer_lost", Some(40))
        .await;
    let (sid, _) = scene.post_message(&guess).await;
    scene.fault("dynamodb", "ok", None).await;
    guess["message_sid"] = sid.into();
    for _ in 0..3 {
        scene.post_until_taken(guess.clone()).await;
    }
    scene.drain().await;
    assert_eq!(scene.table("codes").await[0]["tries"], 1);
    assert_eq!(failures(&scene).await, [1]);
}

/// Never as many in a row as would lock the chat: the rule that counts further back ends it.
#[tokio::test]
async fn l05_whoever_guesses_slowly_is_locked_all_the_same_and_gets_one_a_day_from_then_on() {
    let scene = begin().await;
    scene.link(MARCIA).await;
    let attacker = CROWD[0];
    let mut guessed = 0;
    let mut locked = false;
    while !locked && guessed <= FAILURES_HELD {
        let token = scene.link_token(&chat(attacker)).await;
        let key = scene.mint_key(DEVON, &READ_ONLY).await;
        // The page shows another code before the first is used up, so that it is not a page too many.
        for tries in [4, FAILURES_TO_LOCK - 5] {
            let answer = scene.bring(&token, &key, true).await;
            for _ in 0..tries {
                if locked {
                    break;
                }
                let guess = Scene::other_than(answer.json()["code"].as_str().unwrap());
                let text = scene.ask(attacker, &guess).await;
                guessed += 1;
                locked = text.contains("can't link until");
            }
        }
        scene.advance(FAILURE_WINDOW).await;
    }
    assert_eq!(guessed, FAILURES_HELD);
    assert_eq!(events(&scene, "chat_locked").await, 1);
    assert!(scene.table("codes").await.is_empty());
    for _ in 0..3 {
        assert!(
            scene
                .ask(attacker, "link")
                .await
                .contains("can't link until")
        );
        scene.advance(FAILURE_FORGIVEN).await;
        let code = code_for_a_stranger(&scene, attacker, DEVON).await;
        let text = scene.ask(attacker, &Scene::other_than(&code)).await;
        assert!(text.contains("can't link until"), "one a day: {text}");
    }
    // Nobody else pays for it.
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
    scene.link(DEVON).await;
}
