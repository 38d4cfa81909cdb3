//! `unlink`: a question, and what counts as an answer to it.

use super::super::*;
use super::chat::{Chat, RIGHT, account};
use crate::outbox::Buttons;
use crate::policy::{CONFIRM_LIFE, CREDENTIAL_LIFE, SESSION_IDLE};
use crate::state::Asks;

/// A linked chat that was asked, and the name of the question.
fn asked() -> (Chat, String) {
    let mut chat = Chat::linked();
    chat.hears("unlink");
    let Dialogue::ConfirmUnlink { nonce, .. } = chat.state.session.dialogue.clone() else {
        panic!("not asked");
    };
    (chat, nonce)
}

fn is_linked(chat: &Chat) -> bool {
    chat.state.person.link.is_some()
}

#[test]
fn unlink_asks_first_and_changes_nothing() {
    let mut chat = Chat::linked();
    let before = chat.state.person.clone();
    let heard = chat.hears("unlink");
    assert_eq!(heard.text(), texts::confirm_unlink(Language::English));
    assert!(matches!(
        heard.buttons(),
        Some(Buttons::UnlinkConfirm { .. })
    ));
    assert_eq!(chat.state.person, before);
    assert_eq!(heard.outcome.audit, []);
}

#[test]
fn unlink_without_a_link_has_nothing_to_ask() {
    let mut chat = Chat::of_a_stranger();
    assert_eq!(
        chat.hears("unlink").text(),
        texts::not_linked(Language::English)
    );
    assert_eq!(chat.state.session.dialogue, Dialogue::Idle);
}

#[test]
fn yes_destroys_the_link_its_pointer_and_the_session() {
    for answer in ["yes", "YES", "y", " Yes! "] {
        let (mut chat, _) = asked();
        chat.wait(60);
        let ends_at = chat.state.person.link.as_ref().unwrap().ends_at;
        let heard = chat.hears(answer);
        assert_eq!(
            heard.text(),
            texts::unlinked(Language::English, ends_at, &crate::place::zone(&chat.from))
        );
        assert_eq!(heard.buttons(), Some(&Buttons::StartUnlinked));
        assert_eq!(heard.outcome.pointers, [Pointer::Release(account("mine"))]);
        assert_eq!(
            heard.outcome.audit,
            [Audit {
                event: Event::UnlinkedByPerson,
                account: Some(account("mine"))
            }]
        );
        assert_eq!(chat.state.person, Person::default());
        let begun = Session {
            pace: chat.state.session.pace.clone(),
            ..Session::begin(chat.now)
        };
        assert_eq!(chat.state.session, begun);
    }
}

#[test]
fn yes_destroys_a_code_that_still_waits() {
    let mut chat = Chat::linked();
    let link = chat.state.person.link.clone();
    chat.state.person.link = None;
    chat.hears("link");
    chat.page_shows("mine", RIGHT).unwrap();
    chat.state.person.link = link;
    chat.hears("unlink");
    let heard = chat.hears("yes");
    assert!(heard.outcome.destroy_code.is_some());
    assert_eq!(chat.state.code, None);
}

#[test]
fn no_keeps_the_link_and_closes_the_question() {
    for answer in ["no", "N", "no thanks"] {
        let (mut chat, _) = asked();
        assert_eq!(chat.hears(answer).text(), texts::kept(Language::English));
        assert!(is_linked(&chat));
        assert_eq!(
            chat.hears("yes").text(),
            texts::nothing_to_confirm(Language::English)
        );
        assert!(is_linked(&chat));
    }
}

#[test]
fn a_yes_that_comes_too_late_unlinks_nothing() {
    for late in [CONFIRM_LIFE, SESSION_IDLE] {
        let (mut chat, nonce) = asked();
        chat.wait(late);
        let told = |text: String| {
            format!(
                "{}\n\n{text}",
                texts::privacy::timed_out(Language::English, Asks::Unlink)
            )
        };
        assert_eq!(
            chat.taps(&format!("unlink:{nonce}")).text(),
            told(texts::old_button(Language::English))
        );
        let (mut chat, _) = asked();
        chat.wait(late);
        assert_eq!(
            chat.hears("yes").text(),
            told(texts::nothing_to_confirm(Language::English))
        );
        assert!(is_linked(&chat));
    }
    let (mut chat, _) = asked();
    chat.wait(CONFIRM_LIFE - 1);
    chat.hears("yes");
    assert!(!is_linked(&chat), "the last second still counts");
}

#[test]
fn the_buttons_of_the_question_answer_it() {
    let (mut chat, nonce) = asked();
    assert_eq!(
        chat.taps(&format!("keep:{nonce}")).text(),
        texts::kept(Language::English)
    );
    assert!(is_linked(&chat));
    let (mut chat, nonce) = asked();
    chat.taps(&format!("unlink:{nonce}"));
    assert!(!is_linked(&chat));
}

#[test]
fn a_button_of_an_older_question_answers_no_newer_one() {
    let (mut chat, old) = asked();
    chat.hears("no");
    chat.hears("unlink");
    assert_eq!(
        chat.taps(&format!("unlink:{old}")).text(),
        texts::old_button(Language::English)
    );
    assert!(is_linked(&chat));
}

#[test]
fn a_button_that_was_made_up_does_nothing() {
    for payload in [
        "",
        ":",
        "unlink",
        "unlink:",
        "unlink:{{2}}",
        "yes",
        "unlink:SM00000000000000000000000000000000",
        "cmd:verify",
        "cmd:nothing",
    ] {
        let (mut chat, _) = asked();
        assert_eq!(
            chat.taps(payload).text(),
            texts::old_button(Language::English),
            "{payload:?}"
        );
        assert!(is_linked(&chat), "{payload:?}");
    }
}

#[test]
fn a_button_with_the_questions_name_but_another_word_does_nothing() {
    let (mut chat, nonce) = asked();
    for word in ["UNLINK", "yes", "delete", ""] {
        assert_eq!(
            chat.taps(&format!("{word}:{nonce}")).text(),
            texts::old_button(Language::English)
        );
        assert!(is_linked(&chat));
    }
}

#[test]
fn numbers_and_other_words_never_confirm() {
    for text in [
        "1",
        "2",
        "0",
        "123456",
        "ok",
        "okay",
        "sure",
        "👍",
        "yess",
        "unlink",
        "YES PLEASE DO",
        "y e s",
        "",
    ] {
        let (mut chat, _) = asked();
        chat.hears(text);
        assert!(is_linked(&chat), "{text:?}");
    }
}

#[test]
fn words_that_are_no_answer_and_no_command_leave_the_question_open() {
    for text in ["gobbledygook", "ok", "👍", ""] {
        let (mut chat, _) = asked();
        chat.hears(text);
        assert!(is_linked(&chat), "{text:?}");
        chat.hears("yes");
        assert!(!is_linked(&chat), "{text:?}");
    }
}

#[test]
fn an_old_button_leaves_the_new_question_open() {
    let (mut chat, old) = asked();
    chat.hears("unlink");
    assert_eq!(
        chat.taps(&format!("unlink:{old}")).text(),
        texts::old_button(Language::English)
    );
    assert!(is_linked(&chat));
    chat.hears("yes");
    assert!(!is_linked(&chat));
}

#[test]
fn unlink_before_the_code_is_typed_cancels_what_was_begun() {
    let mut chat = Chat::with_a_code();
    assert_eq!(
        chat.hears("unlink").text(),
        texts::linking_cancelled(Language::English)
    );
    assert_eq!(
        chat.hears("unlink").text(),
        texts::not_linked(Language::English)
    );
}

#[test]
fn another_command_in_between_is_answered_and_cancels_the_question() {
    for text in ["balance", "help", "link", "123456"] {
        let (mut chat, nonce) = asked();
        let mut unasked = Chat::linked();
        assert_eq!(chat.hears(text).text(), unasked.hears(text).text());
        assert_eq!(
            chat.hears("yes").text(),
            texts::nothing_to_confirm(Language::English)
        );
        assert_eq!(
            chat.taps(&format!("unlink:{nonce}")).text(),
            texts::old_button(Language::English)
        );
        assert!(is_linked(&chat));
    }
}

#[test]
fn yes_and_no_to_nothing_do_nothing() {
    for mut chat in [Chat::of_a_stranger(), Chat::linked()] {
        let before = chat.state.person.clone();
        for text in ["yes", "no"] {
            assert_eq!(
                chat.hears(text).text(),
                texts::nothing_to_confirm(Language::English)
            );
        }
        assert_eq!(chat.state.person, before);
    }
}

#[test]
fn a_link_that_has_ended_needs_no_question_and_its_pointer_may_be_anothers() {
    let mut chat = Chat::with_an_ended_link();
    chat.other_links("mine");
    let heard = chat.hears("unlink");
    assert_eq!(heard.text(), texts::link_ended(Language::English));
    assert_eq!(heard.events(), [Event::UnlinkedCredentialGone]);
    assert_eq!(heard.outcome.pointers, []);
    assert!(!is_linked(&chat));
}

#[test]
fn neither_answer_claims_anything_about_a_link_that_ended_while_the_question_stood() {
    for text in ["yes", "no"] {
        let mut chat = Chat::linked();
        chat.wait(CREDENTIAL_LIFE - 1);
        chat.hears("unlink");
        chat.wait(1);
        assert_eq!(
            chat.hears(text).text(),
            texts::link_ended(Language::English),
            "{text}"
        );
        assert!(!is_linked(&chat));
    }
}

#[test]
fn an_answer_to_a_question_about_a_link_that_is_gone_says_so() {
    for text in ["yes", "no"] {
        let (mut chat, _) = asked();
        chat.state.person.link = None;
        assert_eq!(
            chat.hears(text).text(),
            texts::not_linked(Language::English),
            "{text}"
        );
    }
}
