//! `verify`: a code typed in the chat.

use super::super::*;
use super::chat::{Chat, RIGHT, WRONG, account};
use crate::outbox::Buttons;
use crate::policy::{CODE_LIFE, CREDENTIAL_LIFE};

#[test]
fn the_right_code_links_however_it_is_typed() {
    for text in [
        "verify 012345",
        "v 012345",
        "012345",
        "Verify 012 345.",
        "*012345*",
    ] {
        let mut chat = Chat::with_a_code();
        let waiting = chat.state.code.clone().unwrap();
        chat.wait(60);
        let heard = chat.hears(text);
        assert_eq!(heard.text(), texts::linked(Language::English), "{text}");
        assert_eq!(heard.buttons(), Some(&Buttons::StartLinked));
        assert_eq!(heard.outcome.says.len(), 1, "said once");
        assert_eq!(heard.outcome.destroy_code, Some(waiting.challenge));
        assert_eq!(
            heard.outcome.pointers,
            [Pointer::Claim {
                account: account("mine"),
                until: waiting.link.ends_at,
                moves_from: None,
            }]
        );
        assert_eq!(
            heard.outcome.audit,
            [Audit {
                event: Event::Linked,
                account: Some(account("mine"))
            }]
        );
        assert_eq!(
            chat.state.person.link,
            Some(Link {
                linked_at: chat.now,
                ..waiting.link
            })
        );
        assert_eq!(chat.state.session.page, None, "the page has done its work");
        assert_eq!(chat.state.guard.issues, [], "the next page need not wait");
    }
}

#[test]
fn a_code_is_compared_only_after_it_was_counted() {
    let mut chat = Chat::with_a_code();
    let challenge = chat.state.code.as_ref().unwrap().challenge.clone();
    let heard = chat.hears(RIGHT);
    let code = TypedCode::parse(RIGHT).unwrap();
    assert_eq!(heard.asked, [Question::Try { challenge, code }]);
}

#[test]
fn a_wrong_code_says_how_many_tries_are_left_and_the_guard_counts() {
    let mut chat = Chat::with_a_code();
    for (failures, left) in [(1, 4), (2, 3), (3, 2), (4, 1)] {
        let heard = chat.hears(WRONG);
        assert_eq!(heard.text(), texts::wrong_code(Language::English, left));
        assert_eq!(heard.outcome.destroy_code, None);
        assert_eq!(heard.outcome.audit, []);
        assert_eq!(chat.state.guard.failures.len(), failures);
        assert!(
            chat.state.session.page.is_some(),
            "the page may show another"
        );
    }
    assert_eq!(
        chat.hears(RIGHT).text(),
        texts::linked(Language::English),
        "the fifth try may be right"
    );
}

#[test]
fn the_fifth_wrong_code_destroys_it_and_what_waited_for_it() {
    let mut chat = Chat::with_a_code();
    for _ in 0..4 {
        chat.hears(WRONG);
    }
    let heard = chat.hears(WRONG);
    assert_eq!(heard.text(), texts::code_destroyed(Language::English));
    assert_eq!(heard.events(), [Event::CodeDestroyed]);
    assert!(heard.outcome.destroy_code.is_some());
    assert_eq!((&chat.state.code, &chat.state.session.page), (&None, &None));
    assert_eq!(
        chat.hears(RIGHT).text(),
        texts::no_code_waiting(Language::English)
    );
    assert_eq!(chat.state.person.link, None);
}

#[test]
fn a_redelivered_try_is_counted_once() {
    let mut chat = Chat::with_a_code();
    let message = chat.message(WRONG, None);
    for _ in 0..3 {
        chat.concludes(&message, &mut Answers::default(), &mut Vec::new());
    }
    assert_eq!(
        chat.receives(&message).text(),
        texts::wrong_code(Language::English, 4)
    );
    assert_eq!(chat.state.guard.failures.len(), 1);
}

#[test]
fn a_last_try_that_was_counted_but_not_answered_still_stands_when_it_is_redelivered() {
    for (text, said) in [
        (RIGHT, texts::linked(Language::English)),
        (WRONG, texts::code_destroyed(Language::English)),
    ] {
        let mut chat = Chat::with_a_code();
        for _ in 0..4 {
            chat.hears(WRONG);
        }
        let message = chat.message(text, None);
        chat.concludes(&message, &mut Answers::default(), &mut Vec::new());
        assert_eq!(chat.state.code.as_ref().unwrap().tries, 5);
        let heard = chat.receives(&message);
        assert_eq!(heard.text(), said);
        assert_eq!(chat.state.code, None);
    }
}

#[test]
fn a_wrong_try_counts_in_the_guard_even_if_its_code_has_gone_meanwhile() {
    let mut chat = Chat::with_a_code();
    let message = chat.message(WRONG, None);
    let mut answers = Answers::default();
    chat.concludes(&message, &mut answers, &mut Vec::new());
    chat.state.code = None;
    let outcome = chat.concludes(&message, &mut answers, &mut Vec::new());
    assert_eq!(
        outcome.says[0].1.text,
        texts::no_code_waiting(Language::English)
    );
    assert_eq!(outcome.guard.failures.len(), 1);
    assert_eq!(outcome.destroy_code, None);
}

#[test]
fn a_right_try_at_a_code_that_was_replaced_meanwhile_links_nothing() {
    let mut chat = Chat::with_a_code();
    let message = chat.message(RIGHT, None);
    let mut answers = Answers::default();
    chat.concludes(&message, &mut answers, &mut Vec::new());
    chat.page_shows("mine", "777777").unwrap();
    let outcome = chat.concludes(&message, &mut answers, &mut Vec::new());
    assert_eq!(outcome.person.link, None);
    assert_eq!(
        outcome.destroy_code, None,
        "the new code still waits to be typed"
    );
}

#[test]
fn a_code_past_its_life_links_nothing() {
    let mut chat = Chat::with_a_code();
    chat.wait(CODE_LIFE);
    let heard = chat.hears(RIGHT);
    assert_eq!(heard.text(), texts::no_code_waiting(Language::English));
    assert_eq!(heard.asked, [], "nothing is compared");
    assert_eq!(chat.state.guard.failures, []);
}

#[test]
fn a_code_in_its_last_second_links() {
    let mut chat = Chat::with_a_code();
    chat.wait(CODE_LIFE - 1);
    assert_eq!(chat.hears(RIGHT).text(), texts::linked(Language::English));
}

#[test]
fn a_code_that_nobody_waits_for_links_nothing() {
    assert_eq!(
        Chat::of_a_stranger().hears(RIGHT).text(),
        texts::no_code_waiting(Language::English)
    );
    assert_eq!(
        Chat::with_an_ended_link().hears(RIGHT).text(),
        texts::no_code_waiting(Language::English)
    );
}

#[test]
fn a_code_typed_again_after_it_linked_says_that_all_is_well() {
    let mut chat = Chat::linked();
    let heard = chat.hears(RIGHT);
    assert_eq!(heard.text(), chat.already_linked());
    assert_eq!(heard.asked, []);
}

#[test]
fn what_is_no_code_is_explained_and_not_tried() {
    for text in ["verify", "v", "verify 12345", "verify abcdef"] {
        let mut chat = Chat::with_a_code();
        let heard = chat.hears(text);
        assert_eq!(
            heard.text(),
            texts::malformed_code(Language::English),
            "{text}"
        );
        assert_eq!(heard.asked, []);
        assert_eq!(chat.state.code.as_ref().unwrap().tries, 0);
    }
}

#[test]
fn an_account_that_another_chat_holds_is_not_linked_and_the_code_is_spent() {
    let mut chat = Chat::with_a_code();
    chat.other_links("mine");
    let heard = chat.hears(RIGHT);
    assert_eq!(heard.text(), texts::linked_elsewhere(Language::English));
    assert_eq!(heard.events(), [Event::LinkRefusedLinkedElsewhere]);
    assert_eq!(heard.outcome.pointers, []);
    assert_eq!(chat.state.person.link, None);
    assert_eq!((&chat.state.code, &chat.state.session.page), (&None, &None));
}

#[test]
fn an_account_that_another_chat_held_until_now_is_linked() {
    let mut chat = Chat::of_a_stranger();
    chat.other_links("mine");
    chat.wait(CREDENTIAL_LIFE);
    chat.hears("link");
    chat.page_shows("mine", RIGHT).unwrap();
    assert_eq!(chat.hears(RIGHT).text(), texts::linked(Language::English));
}
