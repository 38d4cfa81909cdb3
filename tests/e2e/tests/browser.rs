//! The phone page and the link page in a real browser, on a local world that runs by itself.

#[path = "browser/asking.rs"]
mod asking;
#[path = "browser/chromium.rs"]
mod chromium;
#[path = "browser/fetched.rs"]
mod fetched;
#[path = "browser/pages.rs"]
mod pages;

use std::path::Path;

use chromium::Chromium;
use e2e::{DEVON, MARCIA, Scene, TANYA};
use pages::{Phone, log_in_at_flash, log_in_on_link_page, overflow, screen};
use sandbox::world::Options;
use serde_json::json;

/// A small phone held upright.
const NARROW: (u32, u32) = (360, 740);

async fn begin() -> Scene {
    Scene::with(Options {
        runs_by_itself: true,
        ..Options::default()
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_links_an_account_by_clicking_through_and_sees_the_balance() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    browser.resize(1280, 960).await;
    let phone = Phone::open(&browser, &scene, MARCIA).await;
    phone.say("help", "Link your Flash account").await;
    phone.say("link", "It works for 10 minutes").await;

    let chat = browser.click_into_new_tab(".row.in .body a").await;
    browser.resize(NARROW.0, NARROW.1).await;
    let question = screen(&browser, "Link Flash to WhatsApp").await;
    assert!(question.contains("+1 876 ••• ••00"), "{question}");
    log_in_on_link_page(&browser, MARCIA).await;
    screen(&browser, "Last step: send this code in WhatsApp").await;
    let code = browser.text_of(".code").await;
    assert!(
        code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()),
        "{code}"
    );
    let back = browser.attribute_of("a.go", "href").await;
    assert_eq!(
        back,
        format!("https://wa.me/14155238886?text=verify%20{code}")
    );

    browser.look_at(chat).await;
    phone.say(&format!("verify {code}"), "Linked!").await;
    let balance = phone.say("balance", "J$171.45 JMD").await;
    assert!(balance.contains("US$1.09"), "{balance}");
    let bold = browser.text_of(".row.in:last-child strong").await;
    assert_eq!(bold, "J$171.45", "WhatsApp's stars are drawn, not shown");

    assert_eq!(
        phone.counts("balance", "webhook").await,
        ["2 table calls", "1 queue call", "1 network call"]
    );
    // Whether sending is stopped is read every five seconds at most: with this message, or with one before.
    let counts = phone.counts("balance", "outbound").await;
    assert!(
        ["2 table calls", "3 table calls"].contains(&counts[0].as_str()),
        "{counts:?}"
    );
    assert_eq!(counts[1..], ["0 queue calls", "1 network call"]);
    phone.all_is_read().await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());

    // The README's picture, docs/phone-page.png, is a copy of this one.
    let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join("phone-page.png");
    std::fs::write(picture, browser.picture().await).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b08_n01_a_code_is_paid_and_somebody_is_paid_at_a_click() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    scene.link(MARCIA).await;
    browser.resize(1280, 960).await;
    let phone = Phone::open(&browser, &scene, MARCIA).await;
    phone.say("receive 5", "To be paid US$5.00").await;
    browser.click(".pay-code").await;
    browser
        .until("the code's payment", async || {
            let heard = phone.heard().await;
            heard
                .last()
                .filter(|text| text.contains("US$5.00 received"))
                .map(|_| ())
        })
        .await;
    phone.say("notifications", "May I write to you").await;
    phone.say("yes", "Thank you").await;
    browser.click("#tab-flash").await;
    browser.click("#pay").await;
    browser
        .until("the payment", async || {
            let heard = phone.heard().await;
            heard
                .last()
                .filter(|text| text.contains("US$20.00"))
                .map(|_| ())
        })
        .await;
    browser
        .until("what is at Flash", async || {
            let facts = browser.text_of("#persona .facts").await;
            facts.contains("26.09 USD").then_some(())
        })
        .await;

    browser.click("#set-role").await;
    browser
        .until("who is staff", async || {
            let standing = browser.text_of("#standing").await;
            standing.starts_with("support since").then_some(())
        })
        .await;

    // However often Twilio and the phone fetch a code's picture, it is one line, and shut.
    browser.click("#tab-trace").await;
    let folded = "const cards = [...document.querySelectorAll('#pane-trace > .trace')];
                  const fetched = cards.filter((card) => card.innerText.includes('icture'));
                  return cards.length ? fetched.map((card) => `${card.open} ${card.innerText}`) : null";
    let pictures = async || {
        let pictures = browser.read(folded).await;
        pictures.is_array().then_some(pictures)
    };
    let pictures = browser.until("what happened", pictures).await;
    let [only] = pictures.as_array().unwrap().as_slice() else {
        panic!("{pictures}");
    };
    let only = only.as_str().unwrap();
    assert!(
        only.starts_with("false Pictures of payment codes") && only.contains("fetched 2 times"),
        "{only}"
    );
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_narrow_phone_everything_fits_and_a_tapped_button_unlinks() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    scene.link(MARCIA).await;
    browser.resize(NARROW.0, NARROW.1).await;
    let phone = Phone::open(&browser, &scene, MARCIA).await;
    browser
        .until("what was said before the page was opened", async || {
            (phone.heard().await.len() == 2).then_some(())
        })
        .await;

    phone.say("help", "Your account is linked").await;
    phone.say("balance", "J$").await;
    phone.say("unlink", "Disconnect your Flash account").await;
    assert_eq!(overflow(&browser).await, Vec::<String>::new());
    phone.tap("Yes, unlink", "Done.").await;
    phone.say("balance", "link your Flash account first").await;
    phone.say("link", "/link/").await;
    assert_eq!(overflow(&browser).await, Vec::<String>::new());
    for tab in ["#tab-flash", "#tab-world", "#tab-tables", "#tab-trace"] {
        browser.click(tab).await;
        assert_eq!(overflow(&browser).await, Vec::<String>::new(), "{tab}");
    }
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_without_a_flash_account_is_told_how_to_get_one() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    let phone = Phone::open(&browser, &scene, TANYA).await;
    phone.say("link", "I found no Flash account").await;
    let links =
        "return [...document.querySelectorAll('.row.in a')].map((link) => link.href).join(' ')";
    assert_eq!(browser.read(links).await, "https://getflash.io/app");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_of_another_phone_is_warned_of_and_stopping_leaves_nothing_behind() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    browser.resize(NARROW.0, NARROW.1).await;
    browser.open(&scene.url(&format!("/link/{token}"))).await;
    log_in_on_link_page(&browser, DEVON).await;

    let warning = screen(&browser, "Stop and read this").await;
    assert!(
        warning.contains(&format!("The Flash account of {DEVON}")),
        "{warning}"
    );
    assert!(
        warning.contains("the WhatsApp chat of +1 876 ••• ••00 will see your balance"),
        "{warning}"
    );
    assert!(
        warning.contains("Nobody from Flash ever asks you to do this"),
        "{warning}"
    );
    browser.press("Stop").await;

    let stopped = screen(&browser, "Stopped").await;
    assert!(stopped.contains("Nothing was linked"), "{stopped}");
    assert!(
        !stopped.chars().any(|letter| letter.is_ascii_digit()),
        "no code is shown: {stopped}"
    );
    assert_eq!(scene.table("codes").await, Vec::<serde_json::Value>::new());
    let session = format!("Bearer {}", scene.log_in(DEVON).await);
    browser
        .until("the key that was minted is revoked", async || {
            let keys = scene
                .flash(
                    "query { apiKeys { status } }",
                    json!({}),
                    Some(("authorization", &session)),
                )
                .await;
            let keys = keys["data"]["apiKeys"].as_array()?;
            (keys.len() == 1 && keys[0]["status"] == "REVOKED").then_some(())
        })
        .await;
    let complaints = browser.complaints().await;
    assert!(
        matches!(complaints.as_slice(), [only] if only.contains("409 (Conflict)")),
        "{complaints:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l06_the_page_moves_a_link_only_after_it_has_asked() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    scene.link(MARCIA).await;
    browser.resize(NARROW.0, NARROW.1).await;
    let open = async |answers: &[&str]| {
        let token = scene.link_token(&format!("whatsapp:{DEVON}")).await;
        browser.open(&scene.url(&format!("/link/{token}"))).await;
        log_in_on_link_page(&browser, MARCIA).await;
        screen(&browser, "Stop and read this").await;
        browser.press("Yes, that is my chat").await;
        let asked = screen(&browser, "Move the link to this chat?").await;
        for said in [
            "already linked to the WhatsApp chat of +1 876 ••• ••00",
            "the WhatsApp chat of +1 876 ••• ••01 will see your balance",
            "The other chat is disconnected and told",
            "Nobody from Flash ever asks you to do this",
        ] {
            assert!(asked.contains(said), "{said} is not in: {asked}");
        }
        assert_eq!(overflow(&browser).await, Vec::<String>::new());
        for answer in answers {
            browser.press(answer).await;
        }
    };
    open(&["Stop"]).await;
    screen(&browser, "Stopped").await;
    assert_eq!(scene.table("codes").await, Vec::<serde_json::Value>::new());
    assert!(
        scene
            .say(MARCIA, "balance")
            .await
            .last()
            .unwrap()
            .contains("US$1.09")
    );

    open(&["Yes, move it here"]).await;
    screen(&browser, "Last step: send this code in WhatsApp").await;
    let code = browser.text_of(".code").await;
    let answers = scene.say(DEVON, &format!("verify {code}")).await;
    assert!(answers.last().unwrap().contains("Linked!"), "{answers:?}");
    let answers = scene.say(MARCIA, "balance").await;
    assert!(
        answers
            .last()
            .unwrap()
            .contains("link your Flash account first"),
        "{answers:?}"
    );
    let complaints = browser.complaints().await;
    let refusals = complaints
        .iter()
        .filter(|text| text.contains("409 (Conflict)"));
    assert_eq!(
        (refusals.count(), complaints.len()),
        (4, 4),
        "{complaints:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_was_used_says_how_to_get_a_new_one() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    let key = scene.mint_key(MARCIA, &e2e::READ_ONLY).await;
    let code = scene.bring(&token, &key, false).await.json()["code"]
        .as_str()
        .unwrap()
        .to_owned();
    scene.ask(MARCIA, &format!("verify {code}")).await;

    browser.resize(NARROW.0, NARROW.1).await;
    browser.open(&scene.url(&format!("/link/{token}"))).await;
    let ended = screen(&browser, "This link has ended").await;
    assert!(ended.contains("send link to get a new one"), "{ended}");
    let back = browser.attribute_of("a.go", "href").await;
    assert_eq!(back, "https://wa.me/14155238886?text=link");
    assert_eq!(overflow(&browser).await, Vec::<String>::new());
    let complaints = browser.complaints().await;
    assert!(
        matches!(complaints.as_slice(), [only] if only.contains("410 (Gone)")),
        "{complaints:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l16_the_page_revokes_keys_of_unfinished_links_and_never_the_one_in_use() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "balance").await;
    let in_use = scene.table("people").await;
    let in_use = in_use
        .iter()
        .find_map(|item| item["link"]["key_id"].as_str())
        .unwrap();
    // With these the account has as many keys as Flash allows.
    for _ in 0..9 {
        scene.mint_key(MARCIA, &e2e::READ_ONLY).await;
    }
    // Another chat of the same owner, whose number Twilio does not show.
    let token = scene.link_token("whatsapp:JM.1A2B3C4D5E").await;
    browser.resize(NARROW.0, NARROW.1).await;
    browser.open(&scene.url(&format!("/link/{token}"))).await;
    log_in_on_link_page(&browser, MARCIA).await;
    screen(&browser, "Stop and read this").await;
    browser.press("Yes, that is my chat").await;
    screen(&browser, "Move the link to this chat?").await;
    browser.press("Yes, move it here").await;
    screen(&browser, "Last step: send this code in WhatsApp").await;

    let session = format!("Bearer {}", scene.log_in(MARCIA).await);
    let active = async || {
        let query = "query { apiKeys { keyId status } }";
        let keys = scene
            .flash(query, json!({}), Some(("authorization", &session)))
            .await;
        let keys = keys["data"]["apiKeys"].as_array().unwrap().clone();
        let of_status = keys.into_iter().filter(|key| key["status"] == "ACTIVE");
        of_status
            .map(|key| key["keyId"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    browser
        .until("only the key in use and the new one are left", async || {
            (active().await.len() == 2).then_some(())
        })
        .await;
    assert!(
        active().await.iter().any(|key| key == in_use),
        "the link in use still works"
    );
    assert!(scene.ask(MARCIA, "balance").await.contains("US$1.09"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l16_a_lost_answer_is_asked_for_again_on_the_page() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    browser.resize(NARROW.0, NARROW.1).await;
    browser.open(&scene.url(&format!("/link/{token}"))).await;
    // The code is made and stored, and its answer never reaches the page.
    scene.fault("dynamodb", "commit_answer_lost", Some(5)).await;
    log_in_on_link_page(&browser, MARCIA).await;
    screen(&browser, "We could not reach our server").await;
    browser.press("Try again").await;
    screen(&browser, "Last step: send this code in WhatsApp").await;
    let code = browser.text_of(".code").await;
    assert!(scene.say(MARCIA, &format!("verify {code}")).await[0].contains("Linked!"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b05_a_person_proves_on_the_page_who_they_are_and_finds_the_answer_in_the_chat() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    scene.link(MARCIA).await;
    scene.advance(31 * 86_400).await;
    browser.resize(NARROW.0, NARROW.1).await;
    let phone = Phone::open(&browser, &scene, MARCIA).await;
    phone.say("balance", "show me once more").await;

    let chat = browser
        .click_into_new_tab(".row.in:last-child .body a")
        .await;
    let asked = screen(&browser, "Show that it is you").await;
    assert!(asked.contains("+1 876 ••• ••00"), "{asked}");
    assert!(
        asked.contains("Nobody from Flash ever asks you to do this"),
        "{asked}"
    );
    assert_eq!(overflow(&browser).await, Vec::<String>::new());

    // Somebody else's log-in proves nothing, and leaves nothing behind.
    browser.press("Log in to Flash").await;
    log_in_at_flash(&browser, DEVON).await;
    let refused = screen(&browser, "That did not work").await;
    assert!(refused.contains("another Flash account"), "{refused}");
    browser.press("Log in again").await;
    log_in_at_flash(&browser, MARCIA).await;
    let proven = screen(&browser, "Thank you, that was you").await;
    assert!(proven.contains("your answer is there"), "{proven}");
    let back = browser.attribute_of("a.go", "href").await;
    assert_eq!(back, "https://wa.me/14155238886");
    assert_eq!(overflow(&browser).await, Vec::<String>::new());
    for (whose, kept) in [(DEVON, 0), (MARCIA, 1)] {
        let session = format!("Bearer {}", scene.log_in(whose).await);
        browser
            .until("the throw-away key is revoked", async || {
                let keys = scene
                    .flash(
                        "query { apiKeys { name status } }",
                        json!({}),
                        Some(("authorization", &session)),
                    )
                    .await;
                let keys = keys["data"]["apiKeys"].as_array()?.iter();
                let (check, others): (Vec<_>, Vec<_>) =
                    keys.partition(|key| key["name"] == "WhatsApp bot check");
                let revoked = check.iter().all(|key| key["status"] == "REVOKED");
                (check.len() == 1 && revoked && others.len() == kept).then_some(())
            })
            .await;
    }
    let complaints = browser.complaints().await;
    assert!(
        matches!(complaints.as_slice(), [only] if only.contains("403 (Forbidden)")),
        "{complaints:?}"
    );

    browser.look_at(chat).await;
    let answered = async || {
        let heard = phone.heard().await;
        heard.last()?.contains("US$1.09").then_some(())
    };
    browser
        .until("the answer that nobody typed for", answered)
        .await;
}

/// The captcha lives in such a frame; deaf to it, the tests above would prove less than they say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_sandboxed_frame_complains_of_is_heard() {
    let browser = Chromium::start().await;
    let page = "data:text/html,<iframe sandbox='allow-scripts' srcdoc=\"<script>console.error('from the frame')</script>\"></iframe>";
    browser.open(page).await;
    browser
        .until("the frame's complaint", async || {
            let complaints = browser.complaints().await;
            let heard = |text: &String| text.contains("from the frame");
            complaints.iter().any(heard).then_some(())
        })
        .await;
}
