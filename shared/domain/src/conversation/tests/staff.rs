//! `user NUMBER`, `unlock NUMBER`: for staff, and refused from everybody else.

use super::super::*;
use super::chat::{Chat, START, account, person};
use crate::policy::{CREDENTIAL_LIFE, LOCK_FIRST};
use crate::risk::{self, Sign};
use crate::role::{Grant, Role};

const NUMBER: &str = "+18765550101";

impl Chat {
    /// Linked a moment ago, with that role.
    fn of(role: Role) -> Self {
        let mut chat = Self::linked();
        chat.state.standing.role = Some(Grant {
            role,
            account: account("mine"),
            user: None,
            at: START.plus(-1),
        });
        chat.outside.subject = Some(locked("other", START.plus(LOCK_FIRST)));
        chat
    }
}

fn locked(name: &str, until: Moment) -> Subject {
    let mut chat = Chat::of_a_stranger();
    chat.state.key = person(name);
    chat.state.guard = Guard {
        locked_until: Some(until),
        paused_until: Some(until),
        locks: 2,
        ..Guard::default()
    };
    Subject {
        state: chat.state,
        address: Some(Sealed("sealed".into())),
        language: Language::English,
        heard: Some(START),
    }
}

#[test]
fn from_anybody_else_it_is_refused_in_one_sentence_and_recorded() {
    for (mut chat, linked) in [(Chat::of_a_stranger(), false), (Chat::linked(), true)] {
        for body in ["unlock", "user +18765550101", "UNLOCK +18765550101"] {
            let heard = chat.hears(body);
            assert_eq!(heard.asked, [], "{body}");
            assert_eq!(heard.text(), texts::for_staff_only(Language::English));
            assert_eq!(heard.events(), [Event::RefusedRole]);
            let named = heard.outcome.audit[0].account.is_some();
            assert_eq!(named, linked);
            assert_eq!(heard.outcome.act, None);
        }
        assert_eq!(
            risk::reasons(&chat.state.guard, chat.now),
            [(Sign::StaffRefused, 3)]
        );
        for body in ["unlock my account", "user name"] {
            assert_eq!(chat.hears(body).events(), [], "{body} is a sentence");
        }
        assert!(!chat.hears("help").text().contains("unlock"));
    }
}

#[test]
fn a_role_counts_only_while_it_is_in_force() {
    type Change = fn(&mut Chat);
    let suspends: [(&str, Change); 4] = [
        ("unlinked", |chat| chat.state.person.link = None),
        ("another account", |chat| {
            chat.state.person.link.as_mut().unwrap().account = account("other");
        }),
        ("the link has ended", |chat| chat.wait(CREDENTIAL_LIFE)),
        ("another user", |chat| {
            let grant = chat.state.standing.role.as_mut().unwrap();
            grant.user = Some(person("somebody"));
        }),
    ];
    for (why, change) in suspends {
        let mut chat = Chat::of(Role::Admin);
        change(&mut chat);
        let heard = chat.hears(&format!("user {NUMBER}"));
        assert_eq!(heard.events(), [Event::RefusedRole], "{why}");
        assert!(chat.state.standing.role.is_some(), "{why}: not destroyed");
    }
}

#[test]
fn staff_are_offered_their_commands_and_told_how_to_type_the_number() {
    for role in [Role::Support, Role::Admin] {
        let mut chat = Chat::of(role);
        let help = chat.hears("help staff").text().to_owned();
        assert!(
            help.contains("*unlock +18765550100*") && help.contains("*user "),
            "{help}"
        );
        for (body, name) in [
            ("unlock", "unlock"),
            ("unlock 8765550101", "unlock"),
            ("user +1 876 555 0101", "user"),
        ] {
            let heard = chat.hears(body);
            assert_eq!(
                (heard.text(), heard.asked.len()),
                (&*texts::staff_example(Language::English, name), 0)
            );
            assert_eq!(heard.outcome.audit, []);
        }
    }
}

#[test]
fn what_staff_see_of_a_chat_names_no_account_and_is_recorded() {
    let mut chat = Chat::of(Role::Support);
    let heard = chat.hears(&format!("user {NUMBER}"));
    assert!(matches!(&heard.asked[..], [Question::Subject { .. }]));
    let text = heard.text();
    for line in [
        "Linked: no",
        "Locked: until",
        "Locks so far: 2",
        "Codes paused: until",
        "Risk: 0",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let act = heard.outcome.act.as_ref().unwrap();
    assert_eq!(
        (&act.on, act.event, &act.guard),
        (&person("other"), Event::StaffLooked, &None)
    );

    let mut linked = Chat::linked();
    linked.state.guard = linked.state.guard.noted(Sign::Sought, linked.now);
    chat.outside.subject = Some(Subject {
        address: Some(Sealed("sealed".into())),
        language: Language::English,
        heard: None,
        state: linked.state,
    });
    let heard = chat.hears(&format!("user {NUMBER}"));
    let text = heard.text();
    assert!(text.contains("Linked: since 22 November 2026"), "{text}");
    assert!(
        text.contains("Risk: 50, alert (1 × account sought by many chats)"),
        "{text}"
    );
    assert!(
        !text.contains("account-mine") && !text.contains("555"),
        "{text}"
    );

    let nobody = Chat::of_a_stranger().state;
    chat.outside.subject = Some(Subject {
        address: None,
        language: Language::English,
        heard: None,
        state: nobody,
    });
    let heard = chat.hears(&format!("user {NUMBER}"));
    assert_eq!(heard.text(), "I know nobody by that number.");
}

#[test]
fn support_ends_a_lock_and_both_records_and_the_person_are_told() {
    let mut chat = Chat::of(Role::Support);
    let heard = chat.hears(&format!("unlock {NUMBER}"));
    assert_eq!(heard.text(), texts::unlocked_for_staff(Language::English));
    let act = heard.outcome.act.clone().unwrap();
    let (was, freed) = act.guard.unwrap();
    assert_eq!(
        (act.on, act.event),
        (person("other"), Event::UnlockedByStaff)
    );
    assert!(was.locked(chat.now).is_some());
    assert_eq!(
        (freed.locked(chat.now), freed.paused_until, freed.locks),
        (None, None, 2)
    );
    let (to, told) = &heard.outcome.says[1];
    assert!(matches!(to, Recipient::Other(chat) if chat.person == person("other")));
    assert_eq!(told.text, texts::unlocked_by_support(Language::English));
    assert_eq!(told.class, crate::outbox::Class::Notice);

    let heard = chat.hears(&format!("unlock {NUMBER}"));
    assert_eq!(heard.text(), texts::is_not_locked(Language::English));
    assert_eq!(
        (heard.outcome.says.len(), heard.outcome.act.is_none()),
        (1, true)
    );
}

#[test]
fn nobody_unlocks_themselves() {
    let mut chat = Chat::of(Role::Admin);
    let mut own = locked("me", START.plus(LOCK_FIRST));
    own.state.key = chat.state.key.clone();
    chat.outside.subject = Some(own);
    let heard = chat.hears(&format!("unlock {NUMBER}"));
    assert_eq!(heard.text(), texts::not_your_own_lock(Language::English));
    assert_eq!(heard.outcome.act, None);
}
