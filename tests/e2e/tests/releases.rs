//! Row X04: the release before and the release after run side by side, and each reads what the other wrote.

#[path = "releases/before.rs"]
mod before;
#[path = "releases/beside.rs"]
mod beside;
#[path = "releases/story.rs"]
mod story;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::state::Dialogue;
use e2e::{READ_ONLY, Scene};
use reqwest::Method;
use sandbox::world::{API_KEY_SECRET, API_KEY_SID, SENDER};
use serde_json::json;

use beside::Beside;
use story::Story;

#[tokio::test]
async fn x04_this_release_goes_on_where_the_one_before_stopped() {
    let kept = story::kept();
    assert!(!kept.is_empty());
    for folder in kept {
        let story = Story::go_on(&folder).await;
        Box::pin(everything_is_understood(&story)).await;
        Box::pin(everybody_goes_on(&story)).await;
        Box::pin(what_was_under_way_comes_to_its_end(&story)).await;
    }
}

/// At the moment of the change, before anybody does anything.
async fn everything_is_understood(story: &Story) {
    for name in ["marcia", "devon", "rohan", "simone"] {
        let state = story.state_of(name).await;
        assert!(state.person.live_link(story.now).is_some(), "{name}");
    }
    for name in ["tanya", "claudette", "anjali", "delroy"] {
        assert_eq!(story.state_of(name).await.person.link, None, "{name}");
    }
    let devon = story.state_of("devon").await;
    assert!(matches!(
        devon.session.dialogue,
        Dialogue::ConfirmUnlink { .. }
    ));
    let pauline = story.state_of("pauline").await;
    assert_eq!(pauline.code.map(|code| code.tries), Some(2));
    let omar = story.state_of("omar").await;
    assert!(omar.guard.locked(story.now).is_some());
    assert!(omar.flash_is_down, "the breaker is open");
    let pages = story.state_of("delroy").await.session.page;
    assert_eq!(pages.map(|page| page.issues), Some(0));
}

async fn everybody_goes_on(story: &Story) {
    let scene = &story.scene;
    twilio_had_taken_it(story).await;
    scene.drain().await;
    assert!(story.ask("devon", "yes").await.contains("disconnected"));
    assert!(
        story
            .ask("anjali", story.code("anjali"))
            .await
            .contains("Linked")
    );
    let wrong = Scene::other_than(story.code("keisha"));
    assert!(story.ask("keisha", &wrong).await.contains("4 tries left"));
    let wrong = Scene::other_than(story.code("pauline"));
    assert!(story.ask("pauline", &wrong).await.contains("2 tries left"));
    for body in ["link", "verify 123456"] {
        let answer = story.ask("omar", body).await;
        assert!(answer.contains("Too many wrong codes"), "{answer}");
    }
    let delroy = story.phone("delroy");
    let key = scene.mint_key(delroy, &READ_ONLY).await;
    let shown = scene.bring(story.link_token("delroy"), &key, false).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let code = shown.json()["code"].as_str().unwrap().to_owned();
    assert!(story.ask("delroy", &code).await.contains("Linked"));

    // Past the breaker's pause, nobody who was linked is asked to link again.
    scene.advance(20).await;
    for (name, money) in [
        ("marcia", "US$1.09"),
        ("rohan", "US$42.00"),
        ("simone", "US$42.00"),
        ("anjali", "US$12.34"),
    ] {
        let answers = scene.say(story.phone(name), "balance").await;
        assert!(
            answers.iter().any(|text| text.contains(money)),
            "{name}: {answers:?}"
        );
    }
    // By the user id alone he is himself; what was answered before is not answered again.
    let rohan = story.user_id("rohan");
    let say = json!({"body": "balance"});
    assert!(scene.say_as(rohan, say).await[0].contains("US$42.00"));
    let again = json!({"from": rohan, "body": "balance", "message_sid": story.answered_by_user_id("rohan")});
    let (_, status) = scene.post_message(&again).await;
    assert_eq!(status, 200, "it is a repeat");
}

/// The answer to Simone that is in doubt: Twilio took it, and its word was lost.
async fn twilio_had_taken_it(story: &Story) {
    let key = story.entry_left("simone", "unknown");
    let tables = &story.scene.world.outbound.tables;
    let (entry, _) = tables.sent_entry(&key, story.now).await.unwrap().unwrap();
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("From", SENDER)
        .append_pair("To", &entry.to.to_twilio())
        .append_pair("Body", &entry.reply.text)
        .finish();
    let account = "AC00000000000000000000000000000001";
    let path = format!("/sandbox/twilio/2010-04-01/Accounts/{account}/Messages.json");
    let credentials = STANDARD.encode(format!("{API_KEY_SID}:{API_KEY_SECRET}"));
    let headers = [
        ("authorization", &*format!("Basic {credentials}")),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let taken = story
        .scene
        .call(Method::POST, &path, &headers, Some(body))
        .await;
    assert_eq!(taken.status, 201, "{}", taken.body);
}

async fn what_was_under_way_comes_to_its_end(story: &Story) {
    let scene = &story.scene;
    let (waiting, under_way, in_doubt) = (
        story.entry_left("marcia", "pending"),
        story.entry_left("rohan", "sending"),
        story.entry_left("simone", "unknown"),
    );
    let just_stored = story.entry_left("delroy", "pending");
    scene.advance(300).await;
    assert!(scene.table("codes").await.is_empty());
    for name in ["keisha", "pauline"] {
        let texts = story.texts(name).await;
        let told = texts.iter().filter(|text| text.contains("has run out"));
        assert_eq!(told.count(), 1, "{name}: {texts:?}");
    }

    scene.advance(2 * 3_600).await;
    for key in [&waiting, &under_way, &in_doubt, &just_stored] {
        assert_eq!(story.entry(key).await["delivery"], "read");
    }
    assert_eq!(story.entry(&under_way).await["resent"], true);
    assert_eq!(story.entry(&in_doubt).await["resent"], false);
    // Each waited for one answer to `help`, and nobody else was sent anything but answers.
    for (name, answers) in [
        ("marcia", 2),
        ("rohan", 2),
        ("simone", 2),
        ("delroy", 2),
        ("devon", 1),
        ("anjali", 2),
        ("keisha", 2),
        ("pauline", 2),
        ("omar", 2),
        ("tanya", 0),
        ("claudette", 0),
    ] {
        let texts = story.texts(name).await;
        assert_eq!(texts.len(), answers, "{name}: {texts:?}");
        let help = texts
            .iter()
            .filter(|text| text.contains("Flash on WhatsApp"));
        let waited = ["marcia", "rohan", "simone", "delroy"].contains(&name);
        assert_eq!(help.count(), usize::from(waited), "{name}: {texts:?}");
    }
    assert_eq!(scene.texts(story.user_id("rohan")).await.len(), 1);
    let audit = scene.table("audit").await;
    for line in story.items("audit") {
        assert!(audit.contains(&line), "{line}");
    }
    // The lock is over as it was said to be.
    let texts = story.ask("omar", "link").await;
    assert!(texts.contains("/link/"), "{texts}");
    assert!(
        story
            .ask("claudette", "balance")
            .await
            .contains("link your Flash account first")
    );
}

#[tokio::test]
async fn x04_the_release_before_reads_what_this_one_writes() {
    let mut beside = Box::pin(Beside::begin()).await;
    beside.lives().await;
    let met = &beside.before.met;
    for wanted in [
        "linked",
        "stranger",
        "account",
        "alias",
        "guard",
        "guard, locked",
        "session",
        "session, a page waits",
        "session, a question waits",
        "code",
        "code, tried",
        "receipt",
        "send pending",
        "send sending",
        "send unknown",
        "send queued",
        "send sent",
        "send delivered",
        "send read",
        "send failed",
        "send dropped",
        "expire pending",
        "expire done",
        "timer of a key pending",
        "timer of a key done",
        "sid, which it never reads",
        "orphan, which it never reads",
        "audit Linked",
        "audit moved_here, which it never reads",
        "audit moved_away, which it never reads",
        "audit LinkRefusedLinkedElsewhere",
        "audit UnlinkedByPerson",
        "audit UnlinkedCredentialGone",
        "audit CodeDestroyed",
        "audit ChatLocked",
        "breaker#flash, open",
        "breaker#twilio, which it never reads",
        "switch#sending, which it never reads",
        "watermark#inbound, which it never reads",
    ] {
        assert!(met.contains(wanted), "{wanted} is not in {met:?}");
    }
}
