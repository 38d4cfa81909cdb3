//! A number that writes as another WhatsApp user: what was open and what is linked are somebody else's.

use super::super::*;
use super::chat::{Chat, Heard, person};
use crate::consent::Kind;
use crate::texts::privacy;

/// `chat` hears `text` from the number, written as this user, or as nobody knows whom.
fn says(chat: &mut Chat, user: Option<&str>, text: &str) -> Heard {
    let mut message = chat.message(text, None);
    message.user = user.map(person);
    chat.receives(&message)
}

fn linked_by_her() -> Chat {
    let mut chat = Chat::linked();
    chat.state.person.user = Some(person("her"));
    chat
}

#[test]
fn a_link_that_was_suspended_stays_so_whoever_writes() {
    let mut chat = linked_by_her();
    let heard = says(&mut chat, Some("another"), "balance");
    assert_eq!(heard.text(), texts::link_paused(Language::English));
    assert_eq!(heard.events(), [Event::LinkSuspended]);
    for user in [None, Some("her"), Some("another"), Some("third")] {
        for text in [
            "balance",
            "unlink",
            "export my data",
            "delete my data",
            "assistant",
        ] {
            let heard = says(&mut chat, user, text);
            assert_eq!(
                heard.text(),
                texts::link_paused(Language::English),
                "{user:?}: {text}"
            );
            assert_eq!((heard.events(), heard.asked), (vec![], vec![]));
        }
        chat.wait(600);
    }
}

#[test]
fn a_question_of_hers_is_not_answered_by_another() {
    for question in ["unlink", "delete my data", "notifications"] {
        let mut chat = linked_by_her();
        says(&mut chat, Some("her"), question);
        let before = chat.state.clone();
        let heard = says(&mut chat, Some("another"), "yes");
        assert_eq!(
            heard.text(),
            texts::nothing_to_confirm(Language::English),
            "{question}"
        );
        assert_eq!(chat.state.person.link, before.person.link);
        assert_eq!(chat.state.standing, before.standing);
    }
}

#[test]
fn a_code_that_she_asked_for_links_nothing_for_another() {
    let mut chat = Chat::with_a_code();
    chat.state.person.user = Some(person("her"));
    let heard = says(&mut chat, Some("another"), super::chat::RIGHT);
    assert_eq!(heard.text(), texts::no_code_waiting(Language::English));
    assert_eq!(chat.state.code, None, "it goes, with its key");
    assert_eq!(chat.state.person.link, None);
    assert_eq!(heard.events(), [], "there is no link to suspend");
}

#[test]
fn what_stood_before_she_first_showed_who_she_is_stays_hers() {
    let mut chat = Chat::linked();
    assert_eq!(says(&mut chat, Some("her"), "assistant").events(), []);
    assert!(
        says(&mut chat, Some("her"), "yes").text()
            == privacy::answered(Language::English, Kind::Assistant, true)
    );
    assert_eq!(chat.state.person.suspended_at, None);
}

#[test]
fn who_could_not_be_told_of_a_move_hears_of_it_with_the_next_answer() {
    let mut chat = Chat::linked();
    chat.hears("stop");
    let account = chat
        .state
        .person
        .link
        .as_ref()
        .map(|link| link.account.clone());
    let parting = crate::parting::moved_away(
        &chat.state,
        &account.unwrap(),
        "•••01",
        Language::English,
        chat.now,
    );
    chat.state.person = parting.unwrap().person;
    let at = chat.now;
    chat.wait(3_600);
    let told = texts::moved_away_before(Language::English, at, &crate::place::zone(&chat.from));
    assert!(chat.hears("balance").text().starts_with(&told));
    assert!(!chat.hears("balance").text().contains(&told), "once");

    let chat = Chat::linked();
    let account = chat
        .state
        .person
        .link
        .as_ref()
        .map(|link| link.account.clone());
    let parting = crate::parting::moved_away(
        &chat.state,
        &account.unwrap(),
        "•••01",
        Language::English,
        chat.now,
    );
    assert_eq!(
        parting.unwrap().person.moved_away_at,
        None,
        "they are told now"
    );
}

#[test]
fn a_start_that_was_missed_takes_back_no_stop() {
    let mut chat = Chat::linked();
    chat.hears("stop");
    let stood = chat.state.standing.clone();
    let mut message = chat.message("start", None);
    message.found_later = true;
    let heard = chat.receives(&message);
    assert!(
        heard
            .text()
            .starts_with(&texts::missed_start(Language::English))
    );
    assert_eq!((heard.events(), &chat.state.standing), (vec![], &stood));
}
