//! Codes that fail again and again lock the chat.

use super::super::*;
use super::chat::{Chat, RIGHT, WRONG, account, person};
use crate::policy::{CODE_ISSUE_GAP, FAILURE_WINDOW, LOCK_FIRST};

/// Five wrong codes, a new page, and wrong codes again up to the one before the lock.
fn about_to_be_locked() -> Chat {
    let mut chat = Chat::with_a_code();
    for _ in 0..5 {
        chat.hears(WRONG);
    }
    chat.wait(CODE_ISSUE_GAP);
    chat.hears("link");
    chat.page_shows("mine", RIGHT).unwrap();
    for _ in 0..2 {
        chat.hears(WRONG);
    }
    assert_eq!(chat.state.guard.failures.len(), 7);
    chat
}

#[test]
fn the_eighth_failure_in_twenty_minutes_locks_the_chat_for_an_hour_and_destroys_its_code() {
    let mut chat = about_to_be_locked();
    let heard = chat.hears(WRONG);
    let until = chat.now.plus(LOCK_FIRST);
    assert_eq!(
        heard.text(),
        texts::chat_locked(Language::English, until, &crate::place::zone(&chat.from))
    );
    assert_eq!(chat.state.guard.locked_until, Some(until));
    assert_eq!(
        heard.events(),
        [Event::ChatLocked, Event::CodeDestroyed, Event::RiskAlert]
    );
    assert_eq!((&chat.state.code, &chat.state.session.page), (&None, &None));
    assert_eq!(
        heard.outcome.says.len(),
        1,
        "the account is linked nowhere: nobody else is told"
    );
}

#[test]
fn the_chat_that_holds_the_account_is_told_with_the_other_ones_number_masked() {
    let mut chat = about_to_be_locked();
    chat.other_links("mine");
    let heard = chat.hears(WRONG);
    assert!(heard.asked.contains(&Question::OtherChat {
        account: account("mine")
    }));
    let [_, (recipient, reply)] = heard.outcome.says.as_slice() else {
        panic!("{:?}", heard.outcome.says);
    };
    assert!(
        matches!(recipient, Recipient::Other(other) if other.person == person("other")),
        "{recipient:?}"
    );
    assert_eq!(
        reply.text,
        texts::owner_chat_locked(Language::English, "+1 876 ••• ••00")
    );
}

#[test]
fn a_locked_chat_can_neither_try_a_code_nor_get_a_page_nor_does_it_lose_its_own_link() {
    let mut chat = about_to_be_locked();
    chat.hears(WRONG);
    for text in [RIGHT, "verify 012345", "link"] {
        let heard = chat.hears(text);
        assert!(heard.text().contains("can't link until"), "{text}");
        assert_eq!(heard.asked, [], "{text}");
    }
    let mut chat = Chat::linked();
    chat.state.guard.locked_until = Some(chat.now.plus(LOCK_FIRST));
    assert!(chat.hears("balance").text().contains("US$1.09"));
}

#[test]
fn failures_older_than_the_window_do_not_lock() {
    let mut chat = about_to_be_locked();
    chat.wait(FAILURE_WINDOW);
    chat.hears("link");
    chat.page_shows("mine", RIGHT).unwrap();
    assert_eq!(
        chat.hears(WRONG).text(),
        texts::wrong_code(Language::English, 4)
    );
    assert_eq!(chat.state.guard.failures.len(), 1);
}

#[test]
fn the_lock_is_kept_when_its_code_had_gone_before_the_failure_was_recorded() {
    let mut chat = about_to_be_locked();
    let message = chat.message(WRONG, None);
    let mut answers = Answers::default();
    chat.concludes(&message, &mut answers, &mut Vec::new());
    chat.state.code = None;
    let outcome = chat.concludes(&message, &mut answers, &mut Vec::new());
    assert!(outcome.guard.locked(chat.now).is_some());
    assert_eq!(
        outcome.audit,
        [Event::ChatLocked, Event::RiskAlert].map(|event| Audit {
            event,
            account: None
        })
    );
    assert_eq!(outcome.destroy_code, None);
}

#[test]
fn unlinking_gives_nobody_fresh_tries() {
    let mut chat = about_to_be_locked();
    chat.hears(RIGHT);
    chat.hears("unlink");
    chat.hears("yes");
    assert_eq!(chat.state.person.link, None);
    assert_eq!(chat.state.guard.failures.len(), 7);
    chat.hears("link");
    chat.page_shows("mine", RIGHT).unwrap();
    assert!(chat.hears(WRONG).text().contains("can't link until"));
}
