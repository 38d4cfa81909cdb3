//! Questions in somebody's own words.

use super::super::*;
use super::chat::{Chat, Heard, START};
use crate::assistant::Thread;
use crate::consent::{Consent, Kind};
use crate::policy::{ASSISTANT_HOUR, ASSISTANT_PER_HOUR, CONFIRM_LIFE};
use crate::state::Asks;

const QUESTION: &str = "how do I get paid?";

fn agreed() -> Chat {
    let mut chat = Chat::linked();
    let consents = &mut chat.state.standing.consents;
    consents.set(Kind::Assistant, Consent::now(true, START));
    chat
}

fn refused() -> Chat {
    let mut chat = Chat::linked();
    let consents = &mut chat.state.standing.consents;
    consents.set(Kind::Assistant, Consent::now(false, START));
    chat
}

fn asks(heard: &Heard) -> Option<&Inquiry> {
    heard.outcome.asks.as_ref().map(|(inquiry, _)| inquiry)
}

fn thread(chat: &Chat) -> &Thread {
    &chat.state.session.assistant
}

#[test]
fn a02_whoever_has_not_said_is_asked_first_and_the_question_waits_with_that() {
    for (word, given) in [("yes", true), ("no", false)] {
        let mut chat = Chat::of_a_stranger();
        let heard = chat.hears(QUESTION);
        assert_eq!(asks(&heard), None);
        assert_eq!(heard.outcome.keeps.as_deref(), Some(QUESTION));
        let (asked, ..) = chat.state.session.question().unwrap();
        assert_eq!(asked, Asks::Assistant);
        let kept = Sealed("kept".to_owned());
        chat.state.session.open.as_mut().unwrap().question = Some(kept.clone());

        let heard = chat.hears(word);
        assert_eq!(asks(&heard), Some(&Inquiry::Kept(kept)), "{word}");
        let consent = chat.state.standing.consents.of(Kind::Assistant).unwrap();
        assert_eq!(consent.given, given);
    }
}

#[test]
fn a02_a_question_that_waited_too_long_or_was_left_is_not_asked() {
    let waits = || {
        let mut chat = Chat::of_a_stranger();
        chat.hears(QUESTION);
        let open = chat.state.session.open.as_mut().unwrap();
        open.question = Some(Sealed("kept".to_owned()));
        chat
    };
    let mut chat = waits();
    chat.hears("cancel");
    chat.hears("assistant");
    assert_eq!(asks(&chat.hears("yes")), None);
    let mut chat = waits();
    chat.wait(CONFIRM_LIFE);
    assert_eq!(asks(&chat.hears("yes")), None);
}

#[test]
fn who_has_said_is_not_asked_again_whichever_it_was() {
    for mut chat in [agreed(), refused()] {
        let heard = chat.hears(QUESTION);
        assert_eq!(asks(&heard), Some(&Inquiry::Words(QUESTION.to_owned())));
        assert!(heard.outcome.says.is_empty(), "the answer comes by itself");
    }
}

#[test]
fn where_no_model_is_connected_nobody_is_asked_to_agree() {
    let mut chat = Chat::of_a_stranger();
    chat.state.assistant = false;
    assert!(asks(&chat.hears(QUESTION)).is_some());
}

#[test]
fn a_word_alone_is_no_question_unless_it_says_so() {
    let mut chat = agreed();
    assert_eq!(asks(&chat.hears("gobbledygook")), None);
    assert!(asks(&chat.hears("gobbledygook?")).is_some());
    assert!(asks(&chat.hears("question gobbledygook")).is_some());
    assert_eq!(asks(&chat.hears("balnce")), None, "that is a slip");
}

#[test]
fn a09_a_thread_ends_with_whatever_ends_what_was_said() {
    for end in ["forget", "stop", "assistant", "unlink", "delete my data"] {
        let mut chat = agreed();
        chat.hears(QUESTION);
        assert!(thread(&chat).id.is_some());
        chat.wait(60);
        chat.hears(end);
        match end {
            "assistant" => drop(chat.hears("no")),
            "unlink" | "delete my data" => drop(chat.hears("yes")),
            _ => {}
        }
        assert_eq!(thread(&chat).id, None, "{end}");
    }
    let mut chat = agreed();
    chat.hears(QUESTION);
    let first = thread(&chat).id.clone();
    chat.hears("balance");
    chat.wait(60);
    chat.hears(QUESTION);
    assert_eq!(thread(&chat).id, first, "nothing else does");
}

#[test]
fn so_many_are_answered_in_an_hour_whatever_is_forgotten_in_between() {
    let mut chat = agreed();
    for nth in 0..ASSISTANT_PER_HOUR {
        assert!(asks(&chat.hears(QUESTION)).is_some(), "{nth}");
        chat.hears("forget");
        chat.wait(60);
    }
    let heard = chat.hears(QUESTION);
    assert_eq!(asks(&heard), None);
    assert!(heard.text().contains("one hour"), "{}", heard.text());
    chat.wait(ASSISTANT_HOUR);
    assert!(asks(&chat.hears(QUESTION)).is_some());
}
