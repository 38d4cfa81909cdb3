//! `privacy`, `export my data`, `delete my data`, and what is said of a question that waited in vain.

use super::super::*;
use super::chat::{Chat, RIGHT, account, person};
use crate::policy::{CONFIRM_LIFE, CREDENTIAL_LIFE, EXPORT_PAGE_LIFE, SESSION_IDLE};
use crate::state::Asks;
use crate::texts::privacy;

fn zone(chat: &Chat) -> jiff::tz::TimeZone {
    crate::place::zone(&chat.from)
}

#[test]
fn the_notice_is_for_everybody() {
    for chat in [Chat::of_a_stranger, Chat::linked, Chat::with_an_ended_link] {
        let mut chat = chat();
        assert_eq!(
            chat.hears("privacy").text(),
            privacy::notice(Language::English)
        );
    }
}

#[test]
fn delete_my_data_asks_first_and_changes_nothing() {
    for (mut chat, linked) in [(Chat::of_a_stranger(), false), (Chat::linked(), true)] {
        let before = chat.state.person.clone();
        let heard = chat.hears("delete my data");
        assert_eq!(
            heard.text(),
            privacy::confirm_erasure(Language::English, linked)
        );
        assert_eq!(heard.events(), []);
        assert!(!heard.outcome.erases);
        assert_eq!(chat.state.person, before);
        for word in ["no", "cancel"] {
            chat.hears("delete my data");
            let heard = chat.hears(word);
            assert_eq!(
                heard.text(),
                privacy::nothing_erased(Language::English),
                "{word}"
            );
            assert!(!heard.outcome.erases);
        }
        assert_eq!(
            chat.hears("yes").text(),
            texts::nothing_to_confirm(Language::English)
        );
    }
}

#[test]
fn yes_destroys_link_session_and_waiting_code_and_keeps_standing_and_guard() {
    let mut chat = Chat::linked();
    chat.hears("notifications");
    chat.hears("yes");
    chat.wait(600);
    let (failed, _) = chat.state.guard.failed(chat.now);
    chat.state.guard = failed;
    let kept = (chat.state.guard.clone(), chat.state.standing.clone());
    let ends_at = chat.state.person.link.as_ref().unwrap().ends_at;
    chat.hears("erase");
    let heard = chat.hears("yes");
    assert_eq!(
        heard.text(),
        privacy::erased(Language::English, Some(ends_at), &zone(&chat))
    );
    assert!(heard.outcome.erases);
    assert_eq!(heard.outcome.pointers, [Pointer::Release(account("mine"))]);
    assert_eq!(heard.events(), [Event::UnlinkedByPerson, Event::Erased]);
    assert_eq!(chat.state.person, Person::default());
    let begun = Session {
        pace: chat.state.session.pace.clone(),
        ..Session::begin(chat.now)
    };
    assert_eq!(chat.state.session, begun);
    assert_eq!(
        (chat.state.guard.clone(), chat.state.standing.clone()),
        kept
    );

    let mut chat = Chat::with_a_code();
    chat.hears("delete my data");
    let heard = chat.hears("yes");
    assert!(heard.outcome.destroy_code.is_some());
    assert_eq!(heard.events(), [Event::Erased]);
    assert_eq!(
        chat.hears(RIGHT).text(),
        texts::no_code_waiting(Language::English)
    );
}

#[test]
fn an_erasure_is_no_way_around_the_flood_limit() {
    let mut chat = Chat::linked();
    chat.wait(300);
    let mut answers = 0;
    for _ in 0..15 {
        for text in ["delete my data", "yes"] {
            answers += chat.hears(text).outcome.says.len();
        }
    }
    assert_eq!(answers, crate::policy::FLOOD_ANSWERS);
}

#[test]
fn whoever_has_the_number_now_may_delete_and_sees_nothing_from_before() {
    for linked in [false, true] {
        let mut chat = if linked {
            Chat::linked()
        } else {
            Chat::of_a_stranger()
        };
        chat.state.person.user = Some(person("before"));
        let mut says = |text: &str| {
            let mut message = chat.message(text, None);
            message.user = Some(person("after"));
            chat.receives(&message)
        };
        let heard = says("export my data");
        assert_eq!(heard.asked, [], "no page is made");
        let suspended = linked.then_some(Event::LinkSuspended);
        assert_eq!(heard.events(), suspended.as_slice());
        let told = if linked {
            texts::link_paused(Language::English)
        } else {
            privacy::export_of_another(Language::English)
        };
        assert_eq!(heard.text(), told);
        let asked = says("delete my data");
        assert_eq!(
            asked.text() == texts::link_paused(Language::English),
            linked
        );
        assert_eq!(says("yes").outcome.erases, !linked);
    }
}

#[test]
fn a_link_that_has_ended_frees_no_account_when_it_is_erased() {
    let mut chat = Chat::with_an_ended_link();
    chat.other_links("mine");
    chat.hears("delete my data");
    let heard = chat.hears("yes");
    assert_eq!(heard.outcome.pointers, []);
    assert_eq!(
        heard.text(),
        privacy::erased(Language::English, None, &zone(&chat))
    );
}

#[test]
fn export_gives_a_page_for_ten_minutes_and_a_new_one_replaces_it() {
    let mut chat = Chat::linked();
    let heard = chat.hears("export my data");
    assert_eq!(heard.asked, [Question::ExportPage]);
    assert_eq!(heard.events(), [Event::ExportAsked]);
    assert_eq!(heard.outcome.says[0].1.class, crate::outbox::Class::Code);
    let first = chat.state.session.export.clone().unwrap();
    assert_eq!(first.until, chat.now.plus(EXPORT_PAGE_LIFE));
    assert!(heard.text().contains("https://bot.example/export/"));
    chat.hears("my data");
    let second = chat.state.session.export.clone().unwrap();
    assert_ne!(first.id, second.id);
    chat.hears("unlink");
    chat.hears("yes");
    assert_eq!(chat.state.session.export, None, "a page ends with the link");
}

#[test]
fn what_was_missed_is_not_exported_unproven() {
    let mut chat = Chat::linked();
    chat.state.person.user = Some(person("me"));
    let mut message = chat.message("export my data", None);
    message.found_later = true;
    assert_eq!(
        chat.receives(&message).text(),
        privacy::missed_export(Language::English)
    );
}

/// Row C06, its first half.
#[test]
fn whoever_let_a_question_wait_too_long_hears_so_once_whatever_they_say() {
    for (question, asks) in [
        ("unlink", Asks::Unlink),
        ("delete my data", Asks::Erasure),
        ("assistant", Asks::Assistant),
    ] {
        for late in [CONFIRM_LIFE, SESSION_IDLE] {
            for (text, answer) in [
                ("balance", "US$"),
                ("gobbledygook", "didn't get that"),
                ("", "nothing in it"),
                ("cancel", "nothing open"),
            ] {
                let mut chat = Chat::linked();
                chat.hears(question);
                chat.wait(late);
                let heard = chat.hears(text);
                assert!(
                    heard
                        .text()
                        .starts_with(&privacy::timed_out(Language::English, asks)),
                    "{question}, {late}, {text}: {}",
                    heard.text()
                );
                assert!(heard.text().contains(answer), "{}", heard.text());
                let heard = chat.hears(text);
                assert!(
                    !heard.text().contains("timed out"),
                    "once: {}",
                    heard.text()
                );
            }
        }
    }
}

#[test]
fn a_question_that_was_answered_or_replaced_did_not_time_out() {
    for between in [
        ["unlink", "no"],
        ["unlink", "help"],
        ["assistant", "yes"],
        ["notifications", "cancel"],
    ] {
        let mut chat = Chat::linked();
        for text in between {
            chat.hears(text);
        }
        chat.wait(CONFIRM_LIFE);
        assert!(
            !chat.hears("help").text().contains("timed out"),
            "{between:?}"
        );
    }
    let mut chat = Chat::linked();
    chat.hears("unlink");
    chat.wait(CREDENTIAL_LIFE);
    let heard = chat.hears("help");
    assert!(
        heard
            .text()
            .starts_with(&privacy::timed_out(Language::English, Asks::Unlink)),
        "in whatever state"
    );
}

#[test]
fn stop_says_nothing_but_stop_after_a_time_out() {
    let mut chat = Chat::linked();
    chat.hears("unlink");
    chat.wait(CONFIRM_LIFE);
    assert_eq!(
        chat.hears("stop").text(),
        texts::opted_out(Language::English, true, false)
    );
    assert!(!chat.hears("help").text().contains("timed out"));
}

/// As a later release may have left it.
#[test]
fn a_question_that_this_release_does_not_know_gets_no_answer() {
    let stored = serde_json::json!({"asks": "your_favourite_colour", "nonce": "n", "until": 4_000_000_000_i64});
    let open: crate::state::Open = serde_json::from_value(stored).unwrap();
    let mut chat = Chat::linked();
    chat.state.session.open = Some(open);
    assert_eq!(
        chat.taps("yes:n").text(),
        texts::old_button(Language::English)
    );
    assert_eq!(
        chat.hears("yes").text(),
        texts::nothing_to_confirm(Language::English)
    );
}
