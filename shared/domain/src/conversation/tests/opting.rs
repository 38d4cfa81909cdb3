//! STOP, START, and the words that end what is open.

use proptest::prelude::*;

use super::super::*;
use super::chat::{Chat, RIGHT, START, WRONG, person};
use crate::policy::{CREDENTIAL_LIFE, FLOOD_ANSWERS, FLOOD_SILENCE, STOP_CONFIRMED};

const SPELLINGS: [&str; 5] = ["STOP", "STOPALL", "UNSUBSCRIBE", "REVOKE", "OPTOUT"];

/// Past every flood.
const QUIET: i64 = 300;

/// Chats in every state that a message can find.
fn chats() -> Vec<(&'static str, Chat)> {
    let mut asked = Chat::linked();
    asked.hears("unlink");
    let mut paused = Chat::linked();
    paused.state.person.user = Some(person("somebody"));
    let mut with_a_page = Chat::of_a_stranger();
    with_a_page.hears("link");
    let mut flooding = Chat::linked();
    for _ in 0..20 {
        flooding.hears("help");
    }
    let mut flash_is_down = Chat::linked();
    flash_is_down.state.flash_is_down = true;
    vec![
        ("a stranger", Chat::of_a_stranger()),
        ("with a page", with_a_page),
        ("with a code", Chat::with_a_code()),
        ("linked", Chat::linked()),
        ("asked", asked),
        ("paused", paused),
        ("ended", Chat::with_an_ended_link()),
        ("locked", Chat::locked_until(START.plus(3_600))),
        ("flooding", flooding),
        ("flash is down", flash_is_down),
    ]
}

fn is_out(chat: &Chat) -> bool {
    chat.state.standing.opted_out_at.is_some()
}

fn out() -> Chat {
    let mut chat = Chat::linked();
    chat.hears("stop");
    chat
}

#[test]
fn stop_is_heard_and_confirmed_in_every_state_and_unlinks_nothing() {
    for word in SPELLINGS {
        for (state, mut chat) in chats() {
            let before = chat.state.clone();
            let mut message = chat.message(word, None);
            if state == "paused" {
                message.user = Some(person("another"));
            }
            let heard = chat.receives(&message);
            assert!(
                heard.text().contains("Send *START*"),
                "{state}: {}",
                heard.text()
            );
            assert_eq!(heard.asked, [], "{state}");
            let suspended = (state == "paused").then_some(Event::LinkSuspended);
            let events: Vec<_> = suspended.into_iter().chain([Event::OptedOut]).collect();
            assert_eq!(heard.events(), events, "{state}");
            assert_eq!(chat.state.standing.opted_out_at, Some(chat.now), "{state}");
            assert_eq!(chat.state.person.link, before.person.link, "{state}");
            assert_eq!(chat.state.guard, before.guard, "{state}");
            assert_eq!(
                (&chat.state.code, &chat.state.session.page),
                (&None, &None),
                "{state}: what was begun would speak up later"
            );
            assert_eq!(chat.state.session.dialogue, Dialogue::Idle, "{state}");
        }
    }
}

#[test]
fn stop_says_what_else_it_ended_and_what_it_did_not() {
    let told = |mut chat: Chat| chat.hears("stop").text().to_owned();
    assert_eq!(
        told(Chat::of_a_stranger()),
        texts::opted_out(Language::English, false, false)
    );
    assert_eq!(
        told(Chat::linked()),
        texts::opted_out(Language::English, true, false)
    );
    assert_eq!(
        told(Chat::with_a_code()),
        texts::opted_out(Language::English, false, true)
    );
}

#[test]
fn stop_within_the_day_is_not_confirmed_again_and_after_it_is() {
    let mut chat = out();
    let since = chat.state.standing.opted_out_at;
    for _ in 0..50 {
        let heard = chat.hears("stop");
        assert!(heard.outcome.says.is_empty() && heard.events().is_empty());
        assert_eq!(chat.state.standing.opted_out_at, since);
    }
    assert!(
        chat.hears("balance").text().contains("US$1.09"),
        "what is not answered uses up no room"
    );
    chat.wait(STOP_CONFIRMED);
    assert_eq!(chat.hears("stop").events(), [Event::OptedOut]);
    assert_eq!(chat.state.standing.opted_out_at, Some(chat.now));
}

#[test]
fn stop_that_ends_something_begun_since_says_so() {
    let mut chat = Chat::of_a_stranger();
    chat.hears("stop");
    chat.hears("link");
    chat.page_shows("mine", RIGHT).unwrap();
    assert_eq!(
        chat.hears("stop").text(),
        texts::opted_out(Language::English, false, true)
    );
    assert_eq!(chat.state.code, None);
}

#[test]
fn a_question_is_answered_and_its_last_line_says_how_to_start() {
    let mut chat = out();
    for (question, answer) in [
        ("balance", "US$1.09"),
        ("help", "Flash on WhatsApp"),
        ("gobbledygook", "didn't get that"),
        ("unlink", "Disconnect"),
        ("no", "stays linked"),
    ] {
        let heard = chat.hears(question);
        assert!(heard.text().contains(answer), "{}", heard.text());
        assert_eq!(
            heard.text().lines().last(),
            Some(texts::how_to_start(Language::English, false).as_str())
        );
        assert!(is_out(&chat), "{question}");
    }
    assert!(!chat.hears("help").text().contains("*stop*"));
}

#[test]
fn start_is_confirmed_once_and_brings_everything_back() {
    for word in ["start", "START", " Unstop! "] {
        let mut chat = out();
        let heard = chat.hears(word);
        assert_eq!(heard.text(), texts::opted_in(Language::English));
        assert_eq!(heard.events(), [Event::OptedIn]);
        let standing = &chat.state.standing;
        assert_eq!(
            (standing.opted_out_at, standing.opted_in_at),
            (None, Some(chat.now))
        );
        let heard = chat.hears("help");
        assert!(
            !heard
                .text()
                .contains(&texts::how_to_start(Language::English, false))
        );
        assert_eq!(chat.hears("stop").events(), [Event::OptedOut]);
    }
}

#[test]
fn start_and_yes_from_somebody_who_never_stopped_mean_what_they_always_did() {
    let mut chat = Chat::linked();
    assert_eq!(
        chat.hears("start").text(),
        Chat::linked().hears("help").text()
    );
    assert_eq!(
        chat.hears("yes").text(),
        texts::nothing_to_confirm(Language::English)
    );
    let mut chat = out();
    chat.hears("yes");
    assert!(is_out(&chat), "YES answers questions and nothing else");
    chat.hears("unlink");
    chat.hears("yes");
    assert!(is_out(&chat) && chat.state.person.link.is_none());
}

#[test]
fn an_opt_out_survives_unlinking_a_new_link_and_every_silence() {
    let mut chat = out();
    chat.hears("unlink");
    chat.hears("yes");
    chat.wait(QUIET);
    chat.hears("link");
    chat.page_shows("mine", RIGHT).unwrap();
    chat.hears(RIGHT);
    assert!(chat.state.person.link.is_some() && is_out(&chat));
    chat.wait(10 * CREDENTIAL_LIFE);
    chat.hears("balance");
    assert!(is_out(&chat));
}

#[test]
fn cancel_end_and_quit_end_the_question_then_the_linking_then_nothing() {
    for word in ["cancel", "END", "Quit."] {
        let mut chat = Chat::linked();
        chat.hears("unlink");
        assert_eq!(chat.hears(word).text(), texts::kept(Language::English));
        assert_eq!(
            chat.hears(word).text(),
            texts::nothing_open(Language::English, false)
        );

        let mut chat = Chat::of_a_stranger();
        chat.hears("link");
        assert_eq!(
            chat.hears(word).text(),
            texts::linking_cancelled(Language::English)
        );
        assert_eq!(
            chat.hears(word).text(),
            texts::nothing_open(Language::English, false)
        );

        let mut chat = Chat::with_a_code();
        assert_eq!(
            chat.hears(word).text(),
            texts::linking_cancelled(Language::English)
        );
        assert_eq!((&chat.state.code, &chat.state.session.page), (&None, &None));
        assert_eq!(
            chat.hears(RIGHT).text(),
            texts::no_code_waiting(Language::English)
        );
        assert!(!is_out(&chat));

        let heard = out().hears(word).text().to_owned();
        assert!(heard.starts_with(&texts::nothing_open(Language::English, true)));
        assert!(!heard.contains("*STOP*"));
    }
}

#[test]
fn stop_is_heard_in_the_silence_and_start_waits_for_its_end() {
    let mut chat = Chat::linked();
    chat.wait(QUIET);
    for _ in 0..FLOOD_ANSWERS {
        chat.hears("help");
    }
    assert_eq!(
        chat.hears("STOP").text(),
        texts::opted_out(Language::English, true, false)
    );
    for _ in 0..50 {
        assert!(chat.hears("START").outcome.says.is_empty());
        assert!(chat.hears("STOP").outcome.says.is_empty());
    }
    assert!(is_out(&chat), "no more than one answer beyond the limit");
    chat.wait(FLOOD_SILENCE);
    assert_eq!(
        chat.hears("START").text(),
        texts::opted_in(Language::English)
    );
}

#[test]
fn stop_in_place_of_the_last_answer_is_confirmed_and_silence_follows() {
    let mut chat = Chat::linked();
    chat.wait(QUIET);
    for _ in 1..FLOOD_ANSWERS {
        chat.hears("help");
    }
    assert_eq!(
        chat.hears("STOP").text(),
        texts::opted_out(Language::English, true, false)
    );
    assert!(chat.hears("help").outcome.says.is_empty());
}

#[test]
fn stop_on_a_button_or_under_a_picture_is_stop() {
    let mut chat = Chat::linked();
    let mut tapped = chat.message("Stop", Some("promotions:none"));
    assert_eq!(chat.receives(&tapped).events(), [Event::OptedOut]);
    tapped = chat.message("No more", Some("cmd:stop"));
    assert!(chat.receives(&tapped).outcome.says.is_empty());
}

#[test]
fn a_sentence_with_stop_in_it_is_a_sentence() {
    for text in [
        "stop it",
        "don't stop",
        "bus stop",
        "please unsubscribe me",
        "stopped",
        "nonstop",
    ] {
        let mut chat = Chat::linked();
        chat.hears(text);
        assert!(!is_out(&chat), "{text}");
    }
}

/// STOP as phones, keyboards and moods write it.
fn stop() -> impl Strategy<Value = String> {
    let command = command::COMMANDS
        .iter()
        .find(|command| command.name == "stop")
        .unwrap();
    let words: Vec<_> = std::iter::once(&command.name)
        .chain(command.aliases)
        .copied()
        .collect();
    let noise = "[ \t\n.!?*_~\"'“”’…¡\u{200b}\u{200e}\u{feff}🛑🙏🏾]{0,6}";
    let cased = (
        prop::sample::select(words),
        prop::collection::vec(any::<bool>(), 12),
    )
        .prop_map(|(word, upper)| {
            let letters = word.chars().zip(upper);
            letters
                .map(|(letter, upper)| {
                    if upper {
                        letter.to_ascii_uppercase()
                    } else {
                        letter
                    }
                })
                .collect::<String>()
        });
    (noise, cased, noise).prop_map(|(before, word, after)| format!("{before}{word}{after}"))
}

#[test]
fn a_sentence_that_asks_for_silence_is_told_the_word_that_gives_it() {
    let l = Language::English;
    for text in [
        "stop messaging me",
        "Please stop sending me messages!",
        "Don’t message me again",
        "no me escribas más",
    ] {
        let mut chat = Chat::of_a_stranger();
        let heard = chat.hears(text);
        assert_eq!(heard.text(), texts::how_to_stop(l), "{text}");
        assert!(!is_out(&chat) && chat.state.session.open.is_none());
    }
    let heard = Chat::of_a_stranger().hears("stop item missing from my list");
    assert_ne!(heard.text(), texts::how_to_stop(l));
}

proptest! {
    #[test]
    fn stop_does_nothing_but_opt_out_in_any_state_however_it_is_written(text in stop(), tapped in any::<bool>()) {
        for (state, mut chat) in chats() {
            let link = chat.state.person.link.clone();
            let message = chat.message(&text, tapped.then_some("cmd:balance"));
            let heard = chat.receives(&message);
            prop_assert_eq!(heard.events(), [Event::OptedOut], "{}: {:?}", state, text);
            prop_assert_eq!(&heard.asked, &[]);
            prop_assert!(is_out(&chat));
            prop_assert_eq!(&chat.state.person.link, &link);
        }
    }

    #[test]
    fn nothing_but_start_takes_a_stop_back(texts in prop::collection::vec(any::<String>(), 1..20), wrong in any::<bool>()) {
        let mut chat = out();
        for text in texts.iter().map(String::as_str).chain([WRONG, "yes", "link", "cancel"]) {
            if !command::parse(text).is("start") {
                chat.wait(i64::from(wrong) * 60);
                chat.hears(text);
                prop_assert!(is_out(&chat), "{:?}", text);
            }
        }
    }
}
