//! What odd behaviour leads to.

use super::super::*;
use super::chat::{Chat, WRONG};
use crate::policy::{FLOOD_REFILL, LOCK_FIRST};
use crate::risk::{self, Level, Sign};

/// Long enough to be answered again.
fn slowly(chat: &mut Chat, body: &str, times: usize) -> Vec<Event> {
    let mut events = Vec::new();
    for _ in 0..times {
        chat.wait(FLOOD_REFILL);
        events.extend(chat.hears(body).events());
    }
    events
}

#[test]
fn codes_typed_where_none_waits_alert_and_then_lock() {
    let mut chat = Chat::of_a_stranger();
    let events = slowly(&mut chat, WRONG, 12);
    assert_eq!(
        (events, risk::level(&chat.state.guard, chat.now)),
        (vec![], Level::StepUp)
    );
    assert_eq!(slowly(&mut chat, WRONG, 1), [Event::RiskAlert]);
    assert_eq!(slowly(&mut chat, WRONG, 11), []);
    chat.wait(FLOOD_REFILL);
    let heard = chat.hears(WRONG);
    assert_eq!(heard.events(), [Event::ChatLocked]);
    assert!(
        heard
            .text()
            .starts_with(&texts::no_code_waiting(Language::English))
    );
    assert!(
        heard.text().contains("can't link until"),
        "{}",
        heard.text()
    );
    let until = chat.state.guard.locked(chat.now);
    assert_eq!(until, Some(chat.now.plus(LOCK_FIRST)));
    assert_eq!(
        slowly(&mut chat, WRONG, 5),
        [],
        "what is locked is not counted"
    );
    chat.wait(LOCK_FIRST);
    assert_eq!(
        slowly(&mut chat, WRONG, 1),
        [Event::ChatLocked],
        "for longer"
    );
    assert_eq!(chat.state.guard.locks, 2);
}

#[test]
fn a_lock_begins_the_session_anew_and_what_was_proven_counts_no_more() {
    let mut chat = Chat::linked();
    chat.hears("unlink");
    chat.state.guard = (0..24).fold(chat.state.guard.clone(), |guard, _| {
        guard.noted(Sign::Probed, chat.now)
    });
    chat.wait(10);
    let pace = chat.state.session.pace.clone();
    let heard = chat.hears(WRONG);
    assert_eq!(heard.events(), [Event::ChatLocked]);
    let session = &chat.state.session;
    assert_eq!(session.dialogue, Dialogue::Idle);
    assert_eq!(
        (session.started_at, session.last_inbound),
        (chat.now, chat.now)
    );
    assert_ne!(
        session.pace, pace,
        "this answer is counted with those before it"
    );
    assert_ne!(session.pace, Session::begin(chat.now).pace);
    let link = chat.state.person.link.as_ref().unwrap();
    assert!(chat.now.since(link.proven_at()) > crate::policy::CREDENTIAL_LIFE);
    let heard = chat.hears("yes");
    assert_eq!(
        heard.text(),
        texts::nothing_to_confirm(Language::English),
        "the question is over"
    );
}

#[test]
fn a_lock_by_wrong_codes_ends_the_session_and_alerts_once() {
    let mut chat = Chat::with_a_code();
    slowly(&mut chat, WRONG, 5);
    chat.wait(60);
    chat.hears("link");
    chat.page_shows("mine", "012345").unwrap();
    let events = slowly(&mut chat, WRONG, 3);
    assert_eq!(
        events,
        [Event::ChatLocked, Event::CodeDestroyed, Event::RiskAlert]
    );
    assert_eq!(
        (chat.state.session.page.as_ref(), chat.state.code.as_ref()),
        (None, None)
    );
    assert_eq!(chat.state.session.started_at, chat.now);
}

#[test]
fn wrong_codes_and_strangers_never_lock_by_the_score() {
    let mut chat = Chat::linked();
    for _ in 0..20 {
        chat.state.guard = chat.state.guard.noted(Sign::Sought, chat.now);
    }
    assert_eq!(chat.hears(WRONG).events(), []);
    assert_eq!(chat.state.guard.locked(chat.now), None);
}

#[test]
fn a_flood_is_noted_once_for_each_silence() {
    let mut chat = Chat::of_a_stranger();
    for _ in 0..40 {
        chat.hears("help");
    }
    let reasons = risk::reasons(&chat.state.guard, chat.now);
    assert_eq!(reasons, [(Sign::Flooded, 1)]);
}

#[test]
fn another_page_while_one_is_open_is_noted() {
    let mut chat = Chat::of_a_stranger();
    for _ in 0..3 {
        chat.hears("link");
    }
    let reasons = risk::reasons(&chat.state.guard, chat.now);
    assert_eq!(reasons, [(Sign::PageAgain, 2)]);
    chat.wait(crate::policy::LINK_PAGE_LIFE);
    chat.hears("link");
    let reasons = risk::reasons(&chat.state.guard, chat.now);
    assert_eq!(reasons, [(Sign::PageAgain, 2)]);
}
