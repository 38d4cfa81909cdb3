//! `link`: when there is a page, and when there is none.

use super::super::*;
use super::chat::{Chat, RIGHT, START, WRONG};
use crate::outbox::Buttons;
use crate::policy::{CODE_ISSUE_GAP, CREDENTIAL_LIFE, LINK_PAGE_LIFE};

#[test]
fn link_sends_a_page_for_ten_minutes() {
    let mut chat = Chat::of_a_stranger();
    let heard = chat.hears("link");
    assert_eq!(
        heard.text(),
        texts::link_page(Language::English, "https://bot.example/link/token-1")
    );
    let page = chat.state.session.page.unwrap();
    assert_eq!(
        (page.id.as_str(), page.until, page.issues, page.key_digest),
        ("page-1", START.plus(LINK_PAGE_LIFE), 0, None)
    );
    assert_eq!(heard.outcome.destroy_code, None);
    assert_eq!(heard.outcome.audit, []);
}

#[test]
fn link_from_a_number_without_an_account_tells_how_to_get_flash_and_makes_no_page() {
    let mut chat = Chat::of_a_stranger();
    chat.outside.flash_account = Some(false);
    let heard = chat.hears("link");
    assert_eq!(heard.text(), texts::no_flash_account(Language::English));
    assert_eq!(heard.asked, [Question::HasFlashAccount]);
    assert_eq!(chat.state.session.page, None);
}

#[test]
fn link_where_nobody_can_be_asked_sends_the_page_which_asks_itself() {
    let mut chat = Chat::of_a_stranger();
    chat.outside.flash_account = None;
    assert_eq!(
        chat.hears("link").asked,
        [Question::HasFlashAccount, Question::LinkPage]
    );
    assert!(chat.state.session.page.is_some());
}

#[test]
fn a_chat_that_shows_no_number_is_not_looked_up_by_number() {
    let mut chat = Chat::of_a_stranger();
    chat.from = WhatsAppAddress::parse("whatsapp:JM.1A2B").unwrap();
    chat.outside.flash_account = Some(false);
    assert_eq!(chat.hears("link").asked, [Question::LinkPage]);
    assert!(chat.state.session.page.is_some());
}

#[test]
fn link_in_a_linked_chat_asks_nothing_and_changes_nothing() {
    let mut chat = Chat::linked();
    let mut before = chat.state.clone();
    let heard = chat.hears("link");
    assert_eq!(heard.text(), chat.already_linked());
    assert_eq!(heard.buttons(), Some(&Buttons::StartLinked));
    assert_eq!(heard.asked, []);
    before.session.pace = chat.state.session.pace.clone();
    assert_eq!(chat.state, before);
}

#[test]
fn link_in_a_locked_chat_says_until_when_and_makes_no_page() {
    let mut chat = Chat::locked_until(START.plus(3_600));
    let heard = chat.hears("link");
    assert!(
        heard.text().contains("10:05 AM, Sun 22 Nov"),
        "{}",
        heard.text()
    );
    assert_eq!(heard.asked, []);
    chat.wait(3_600);
    chat.hears("link");
    assert!(chat.state.session.page.is_some(), "the lock has ended");
}

#[test]
fn link_after_the_link_has_ended_sends_a_page() {
    let mut chat = Chat::with_an_ended_link();
    chat.hears("link");
    assert!(chat.state.session.page.is_some());
}

#[test]
fn a_second_link_replaces_the_page_and_destroys_the_code_of_the_first() {
    let mut chat = Chat::with_a_code();
    let first = chat.state.session.page.clone().unwrap();
    let heard = chat.hears("link");
    assert_eq!(
        heard.outcome.destroy_code.as_deref(),
        Some("challenge-2"),
        "the page was the first thing made, the code the second"
    );
    assert_eq!(chat.state.code, None);
    let second = chat.state.session.page.clone().unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!((second.issues, second.key_digest), (0, None));
    assert_eq!(
        chat.hears(RIGHT).text(),
        texts::no_code_waiting(Language::English)
    );
    assert_eq!(chat.state.person.link, None);
}

#[test]
fn the_tries_of_a_page_are_not_given_back_by_a_new_one() {
    let mut chat = Chat::with_a_code();
    chat.hears(WRONG);
    chat.wait(CODE_ISSUE_GAP);
    chat.hears("link");
    chat.page_shows("mine", RIGHT).unwrap();
    assert_eq!(chat.state.guard.failures.len(), 1);
}

#[test]
fn linking_again_after_the_end_takes_the_new_account_and_leaves_the_old_pointer_alone() {
    let mut chat = Chat::with_an_ended_link();
    chat.other_links("mine");
    chat.hears("link");
    chat.page_shows("new", RIGHT).unwrap();
    let heard = chat.hears(RIGHT);
    assert_eq!(heard.text(), texts::linked(Language::English));
    assert_eq!(
        heard.outcome.pointers,
        [Pointer::Claim {
            account: super::chat::account("new"),
            until: chat.now.plus(CREDENTIAL_LIFE),
            moves_from: None,
        }]
    );
}
