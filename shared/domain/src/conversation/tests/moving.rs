//! An account that another chat has: moved once that was confirmed on the page, and not otherwise.

use super::super::*;
use super::chat::{Chat, RIGHT, account, person};
use crate::outbox::{Buttons, Notice};
use crate::parting::moved_away;
use crate::policy::{CODE_ISSUE_GAP, CREDENTIAL_LIFE};

/// A chat whose page was told that the account moves here from another one, which has it.
fn moving() -> Chat {
    let mut chat = Chat::of_a_stranger();
    chat.other_links("mine");
    chat.hears("link");
    chat.page_moves("mine", RIGHT).unwrap();
    chat
}

#[test]
fn the_right_code_moves_the_account_and_disconnects_the_chat_that_had_it() {
    let mut chat = moving();
    let heard = chat.hears(RIGHT);
    assert_eq!(heard.text(), texts::moved_here(Language::English));
    assert_eq!(heard.outcome.disconnects, Some(person("other")));
    assert_eq!(heard.events(), [Event::MovedHere]);
    let Some(link) = &chat.state.person.link else {
        panic!("not linked")
    };
    assert_eq!(
        heard.outcome.pointers,
        [Pointer::Claim {
            account: account("mine"),
            until: link.ends_at,
            moves_from: Some(person("other")),
        }]
    );
    assert_eq!(chat.outside.pointers[&account("mine")].0, chat.state.key);
}

#[test]
fn nobody_is_disconnected_who_has_let_the_account_go_by_then() {
    let mut chat = moving();
    chat.outside.pointers.clear();
    let heard = chat.hears(RIGHT);
    assert_eq!(heard.text(), texts::linked(Language::English));
    assert_eq!(heard.outcome.disconnects, None);
    assert_eq!(heard.events(), [Event::Linked]);
}

#[test]
fn an_account_that_a_third_chat_has_by_then_is_not_taken_from_it() {
    let mut chat = moving();
    let third = (person("third"), chat.now.plus(CREDENTIAL_LIFE));
    chat.outside.pointers.insert(account("mine"), third.clone());
    let heard = chat.hears(RIGHT);
    assert_eq!(heard.text(), texts::linked_elsewhere(Language::English));
    assert_eq!(heard.events(), [Event::LinkRefusedLinkedElsewhere]);
    assert_eq!(heard.outcome.disconnects, None);
    assert_eq!(chat.state.person.link, None);
    assert_eq!(chat.outside.pointers[&account("mine")], third);
    // What the answer tells to do works.
    chat.wait(CODE_ISSUE_GAP);
    chat.hears("link");
    chat.page_moves("mine", RIGHT).unwrap();
    chat.state.code.as_mut().unwrap().moves_from = Some(person("third"));
    assert_eq!(
        chat.hears(RIGHT).text(),
        texts::moved_here(Language::English)
    );
}

#[test]
fn linking_another_account_by_a_move_lets_the_former_one_go() {
    let mut chat = Chat::with_an_ended_link();
    chat.state.person.link.as_mut().unwrap().ends_at = chat.now.plus(1);
    chat.other_links("new");
    chat.hears("link");
    chat.page_moves("new", RIGHT).unwrap();
    let heard = chat.hears(RIGHT);
    assert!(
        heard
            .outcome
            .pointers
            .contains(&Pointer::Release(account("mine")))
    );
    assert_eq!(heard.outcome.disconnects, Some(person("other")));
}

#[test]
fn who_is_moved_away_from_loses_all_of_the_link_and_is_told() {
    let mut chat = Chat::linked();
    chat.hears("unlink");
    chat.wait(30 * 3_600);
    chat.forget();
    chat.hears("help");
    let heard_from_at = chat.now;
    chat.wait(600);
    let parting = moved_away(
        &chat.state,
        &account("mine"),
        "+1 876 ••• ••01",
        Language::English,
        chat.now,
    )
    .unwrap();
    assert_eq!(parting.person, Person::default());
    assert_eq!(parting.session.last_inbound, heard_from_at);
    assert_eq!(parting.session.dialogue, Dialogue::Idle);
    assert_eq!(parting.audit.event, Event::MovedAway);
    assert_eq!(parting.audit.account, Some(account("mine")));
    assert_eq!(
        parting.says.text,
        texts::moved_away(Language::English, "+1 876 ••• ••01")
    );
    assert_eq!(parting.says.buttons, Some(Buttons::StartUnlinked));
    let told = Notice::LinkMoved {
        chat: "+1 876 ••• ••01".into(),
    };
    assert_eq!(parting.says.notice, Some(told));
}

#[test]
fn what_waits_in_a_chat_that_is_moved_away_from_goes_too() {
    let mut chat = Chat::linked();
    chat.wait(CREDENTIAL_LIFE - 86_400);
    chat.hears("link");
    chat.page_shows("mine", RIGHT).unwrap();
    let parting = moved_away(
        &chat.state,
        &account("mine"),
        "••",
        Language::English,
        chat.now,
    )
    .unwrap();
    let waiting = chat.state.code.as_ref().unwrap();
    assert_eq!(parting.destroy_code.as_ref(), Some(&waiting.challenge));
    assert_eq!(parting.session.page, None);
}

#[test]
fn nobody_is_moved_away_from_an_account_that_is_not_theirs() {
    let chat = Chat::linked();
    assert!(
        moved_away(
            &chat.state,
            &account("new"),
            "••",
            Language::English,
            chat.now
        )
        .is_none()
    );
    let late = chat.now.plus(CREDENTIAL_LIFE);
    assert!(moved_away(&chat.state, &account("mine"), "••", Language::English, late).is_none());
    let stranger = Chat::of_a_stranger();
    assert!(
        moved_away(
            &stranger.state,
            &account("mine"),
            "••",
            Language::English,
            chat.now
        )
        .is_none()
    );
}
