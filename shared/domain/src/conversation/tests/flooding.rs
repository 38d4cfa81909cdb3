//! More messages at once than anybody is answered.

use super::super::*;
use super::chat::{Chat, Heard, RIGHT};
use crate::policy::{FLOOD_ANSWERS, FLOOD_SILENCE};

/// Says it until only silence answers; what was heard last before that.
fn flood(chat: &mut Chat, text: &str) -> Heard {
    for _ in 0..FLOOD_ANSWERS {
        let heard = chat.hears(text);
        if heard.outcome.flooded {
            return heard;
        }
    }
    panic!("never limited");
}

#[test]
fn the_last_answer_says_that_silence_follows_and_nothing_is_asked_of_anybody() {
    let mut chat = Chat::linked();
    chat.wait(3_600);
    let heard = flood(&mut chat, "balance");
    assert_eq!(heard.text(), texts::flooded(Language::English));
    assert_eq!(heard.asked, []);
    for _ in 0..50 {
        let heard = chat.hears("balance");
        assert!(heard.asked.is_empty() && heard.outcome.says.is_empty());
        assert!(heard.outcome.flooded);
    }
    chat.wait(FLOOD_SILENCE);
    assert!(chat.hears("balance").text().contains("US$1.09"));
}

#[test]
fn a_code_typed_into_the_silence_is_no_try_and_works_after_it() {
    let mut chat = Chat::with_a_code();
    let waiting = chat.state.code.clone();
    flood(&mut chat, "help");
    chat.hears(RIGHT);
    assert_eq!(chat.state.code, waiting);
    chat.wait(FLOOD_SILENCE);
    assert_eq!(chat.hears(RIGHT).text(), texts::linked(Language::English));
}

#[test]
fn a_question_goes_on_waiting_through_the_silence() {
    let mut chat = Chat::linked();
    chat.wait(3_600);
    chat.hears("unlink");
    let dialogue = chat.state.session.dialogue.clone();
    flood(&mut chat, "gobbledygook");
    chat.hears("help");
    chat.hears("yes");
    assert_eq!(chat.state.session.dialogue, dialogue);
    assert_eq!(chat.state.session.last_inbound, chat.now);
    chat.wait(FLOOD_SILENCE);
    chat.hears("yes");
    assert_eq!(chat.state.person.link, None);
}

#[test]
fn unlinking_gives_nobody_a_fresh_start() {
    let mut chat = Chat::linked();
    let before = chat.state.session.pace.clone();
    chat.hears("unlink");
    chat.hears("yes");
    let after = &chat.state.session.pace;
    assert_eq!(*after, before.next(chat.now).0.next(chat.now).0);
}

#[test]
fn what_was_missed_waits_for_room_and_is_never_passed_over_in_silence() {
    let mut chat = Chat::linked();
    chat.wait(3_600);
    flood(&mut chat, "help");
    let mut message = chat.message("help", None);
    message.found_later = true;
    let decide_at = |now| decide(&chat.state, &message, &Answers::default(), now);
    assert!(matches!(decide_at(chat.now), Decision::Later));
    assert!(matches!(
        decide_at(chat.now.plus(FLOOD_SILENCE)),
        Decision::Done(_)
    ));
}

#[test]
fn a_try_that_was_counted_before_the_flood_is_recorded_in_it() {
    let mut chat = Chat::with_a_code();
    let challenge = chat.state.code.as_ref().unwrap().challenge.clone();
    flood(&mut chat, "help");
    let message = chat.message("000000", None);
    let answers = Answers {
        tried: Some((challenge, Tried::Wrong { left: 0 })),
        other_chat: None,
        ..Answers::default()
    };
    let Decision::Done(outcome) = decide(&chat.state, &message, &answers, chat.now) else {
        panic!("there is nothing more to ask");
    };
    let held = outcome.guard.failures.len();
    assert_eq!(held, 5, "with those whose messages nobody could store");
    assert!(outcome.destroy_code.is_some());
}
