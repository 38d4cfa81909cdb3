//! What a person agrees to: asked for itself, kept with its words, and only for as long as the notice stands.

use super::super::*;
use super::chat::{Chat, RIGHT, START};
use crate::consent::{Consent, Kind, POLICY};
use crate::policy::{CONFIRM_LIFE, SESSION_IDLE, STOP_CONFIRMED};
use crate::state::Asks;
use crate::texts::privacy;

const EACH: [(&str, Kind); 2] = [
    ("notifications", Kind::Notifications),
    ("assistant", Kind::Assistant),
];

fn nonce(chat: &Chat) -> String {
    let (_, nonce, _) = chat.state.session.question().expect("nothing is asked");
    nonce.to_owned()
}

fn stands(chat: &Chat, kind: Kind) -> Option<(bool, Moment)> {
    let consent = chat.state.standing.consents.of(kind)?;
    assert_eq!(consent.policy, POLICY);
    Some((consent.given, consent.at))
}

/// Under a notice that is no longer in force.
fn agreed_before(kind: Kind) -> Chat {
    let mut chat = Chat::linked();
    let consent = Consent {
        policy: "2026-01-01".to_owned(),
        ..Consent::now(true, START)
    };
    chat.state.standing.consents.set(kind, consent);
    chat
}

fn out() -> Chat {
    let mut chat = Chat::linked();
    chat.hears("stop");
    chat
}

/// Said STOP, and agreed to security alerts since.
fn but_alerts() -> Chat {
    let mut chat = out();
    chat.hears("alerts");
    chat.hears("yes");
    chat
}

fn alerts_since(chat: &Chat) -> Option<Moment> {
    let standing = &chat.state.standing;
    standing.consents.alerts_since(standing.opted_out_at?)
}

#[test]
fn each_is_asked_for_itself_and_kept_with_the_words_that_were_shown() {
    for (command, kind) in EACH {
        for (word, given) in [("yes", true), ("NO", false)] {
            let mut chat = Chat::of_a_stranger();
            let heard = chat.hears(command);
            assert!(
                heard
                    .text()
                    .starts_with(&privacy::question(Language::English, kind))
            );
            assert_eq!(heard.outcome.says[0].1.yes_or_no, Some(nonce(&chat)));
            assert_eq!((heard.events(), stands(&chat, kind)), (vec![], None));
            chat.wait(1);
            let heard = chat.hears(word);
            assert_eq!(
                heard.text(),
                privacy::answered(Language::English, kind, given)
            );
            assert_eq!(heard.events(), [Event::ConsentAnswered]);
            let evidence = heard.outcome.consent.unwrap();
            assert_eq!((evidence.kind, evidence.given), (kind, given));
            assert_eq!(evidence.wording, privacy::question(Language::English, kind));
            assert_eq!(evidence.policy, POLICY);
            assert_eq!(stands(&chat, kind), Some((given, chat.now)));
            for (_, other) in EACH.into_iter().filter(|(_, other)| *other != kind) {
                assert_eq!(stands(&chat, other), None, "one is not the other");
            }
        }
    }
}

#[test]
fn a_button_answers_its_own_question_and_no_other() {
    let mut chat = Chat::linked();
    chat.hears("assistant");
    let old = nonce(&chat);
    assert_eq!(
        chat.taps(&format!("yes:{old}")).events(),
        [Event::ConsentAnswered]
    );
    chat.hears("assistant");
    for payload in [
        format!("yes:{old}"),
        format!("unlink:{}", nonce(&chat)),
        format!("keep:{}", nonce(&chat)),
        "yes:".to_owned(),
        "yes:{{2}}".to_owned(),
    ] {
        assert_eq!(
            chat.taps(&payload).text(),
            texts::old_button(Language::English),
            "{payload}"
        );
    }
    assert_eq!(
        stands(&chat, Kind::Assistant).map(|(given, _)| given),
        Some(true)
    );
    chat.wait(60);
    let no = format!("no:{}", nonce(&chat));
    chat.taps(&no);
    assert_eq!(
        stands(&chat, Kind::Assistant).map(|(given, _)| given),
        Some(false)
    );
    chat.wait(120);
    // The one about unlinking is answered by its own words only.
    chat.hears("unlink");
    let unlink = nonce(&chat);
    for word in ["yes", "no"] {
        assert_eq!(
            chat.taps(&format!("{word}:{unlink}")).text(),
            texts::old_button(Language::English)
        );
    }
    assert!(chat.state.person.link.is_some());
}

#[test]
fn a_yes_can_be_taken_back_and_asking_again_says_how_it_stands() {
    let mut chat = Chat::linked();
    chat.hears("assistant");
    chat.hears("yes");
    let zone = crate::place::zone(&chat.from);
    let heard = chat.hears("assistant");
    let stood = chat.state.standing.consents.assistant.clone();
    assert!(heard.text().starts_with(&privacy::standing(
        Language::English,
        stood.as_ref().unwrap(),
        &zone
    )));
    assert!(heard.text().starts_with("You agreed on"));
    chat.hears("no");
    assert!(chat.hears("assistant").text().starts_with("You refused on"));
}

#[test]
fn nothing_but_yes_agrees() {
    for text in [
        "ok",
        "sure",
        "👍",
        "1",
        "help",
        "balance",
        "cancel",
        "notifications",
        "unlink",
    ] {
        let mut chat = Chat::linked();
        chat.hears("notifications");
        chat.hears(text);
        assert_eq!(stands(&chat, Kind::Notifications), None, "{text}");
    }
    for late in [CONFIRM_LIFE, SESSION_IDLE] {
        let mut chat = Chat::linked();
        chat.hears("notifications");
        chat.wait(late);
        let told = format!(
            "{}\n\n{}",
            privacy::timed_out(Language::English, Asks::Notifications),
            texts::nothing_to_confirm(Language::English)
        );
        assert_eq!(chat.hears("yes").text(), told);
        assert_eq!(stands(&chat, Kind::Notifications), None);
        assert_eq!(
            chat.hears("yes").text(),
            texts::nothing_to_confirm(Language::English),
            "told once"
        );
    }
}

#[test]
fn words_that_are_no_answer_leave_the_question_open_and_cancel_is_no_answer() {
    let mut chat = Chat::linked();
    chat.hears("assistant");
    assert_eq!(
        chat.hears("gobbledygook").text(),
        privacy::yes_or_no(Language::English)
    );
    chat.hears("yes");
    assert_eq!(
        stands(&chat, Kind::Assistant).map(|(given, _)| given),
        Some(true)
    );
    chat.hears("assistant");
    assert_eq!(
        chat.hears("cancel").text(),
        privacy::question_closed(Language::English)
    );
    assert_eq!(
        stands(&chat, Kind::Assistant).map(|(given, _)| given),
        Some(true)
    );
    assert_eq!(
        chat.hears("no").text(),
        texts::nothing_to_confirm(Language::English)
    );
}

#[test]
fn agreements_survive_unlinking_stop_start_and_every_silence() {
    let mut chat = Chat::linked();
    chat.hears("notifications");
    chat.hears("yes");
    let before = stands(&chat, Kind::Notifications);
    for text in ["unlink", "yes", "stop", "start"] {
        chat.wait(60);
        chat.hears(text);
        assert_eq!(stands(&chat, Kind::Notifications), before, "{text}");
    }
    chat.wait(400 * 86_400);
    chat.hears("link");
    chat.page_shows("mine", RIGHT).unwrap();
    chat.hears(RIGHT);
    assert_eq!(stands(&chat, Kind::Notifications), before);
}

#[test]
fn whoever_agreed_under_another_notice_is_told_once_after_an_answer() {
    for (command, kind) in EACH {
        let mut chat = agreed_before(kind);
        let heard = chat.hears("balance");
        assert!(heard.text().contains("US$1.09"));
        let told: Vec<_> = heard.outcome.says.iter().skip(1).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, Recipient::Sender);
        assert_eq!(
            told[0].1.text,
            privacy::notice_changed(Language::English, &[kind])
        );
        assert_eq!(chat.hears("balance").outcome.says.len(), 1, "once");
        let consent = chat.state.standing.consents.of(kind).unwrap();
        assert!(!consent.counts(), "told is not agreed");
        assert!(chat.hears(command).text().contains("no longer counts"));
        chat.hears("yes");
        assert!(chat.state.standing.consents.of(kind).unwrap().counts());
    }
}

#[test]
fn whoever_has_opted_out_or_floods_is_not_told_of_a_new_notice_meanwhile() {
    let mut chat = agreed_before(Kind::Notifications);
    assert_eq!(chat.hears("stop").outcome.says.len(), 1);
    assert_eq!(chat.hears("balance").outcome.says.len(), 1);
    chat.hears("start");
    assert_eq!(chat.state.standing.consents.told_of, None);
    assert_eq!(chat.hears("balance").outcome.says.len(), 2);

    let mut chat = agreed_before(Kind::Notifications);
    chat.wait(300);
    let told = (0..40).map(|_| chat.hears("help").outcome.says.len());
    assert_eq!(told.max(), Some(2));
    assert_eq!(
        chat.state.standing.consents.told_of.as_deref(),
        Some(POLICY)
    );
}

#[test]
fn alerts_need_no_agreement_before_stop() {
    let mut chat = Chat::linked();
    assert_eq!(
        chat.hears("alerts").text(),
        privacy::alerts_come_anyway(Language::English)
    );
    assert_eq!(chat.state.session.question(), None);
}

#[test]
fn alerts_after_stop_are_agreed_to_separately_and_the_reminder_says_so() {
    let mut chat = out();
    chat.wait(60);
    let heard = chat.hears("alerts");
    assert!(
        heard
            .text()
            .contains(&privacy::question(Language::English, Kind::AlertsAfterStop))
    );
    assert_eq!(alerts_since(&chat), None);
    let heard = chat.hears("yes");
    assert_eq!(heard.events(), [Event::ConsentAnswered]);
    assert_eq!(alerts_since(&chat), Some(chat.now));
    assert!(
        heard
            .text()
            .ends_with(&texts::how_to_start(Language::English, true))
    );
    assert!(chat.state.standing.opted_out_at.is_some());
    assert!(
        chat.hears("help")
            .text()
            .ends_with(&texts::how_to_start(Language::English, true))
    );
    chat.hears("alerts");
    chat.hears("no");
    assert_eq!(alerts_since(&chat), None);
    assert!(
        chat.hears("help")
            .text()
            .ends_with(&texts::how_to_start(Language::English, false))
    );
}

#[test]
fn a_new_stop_takes_alerts_back_and_is_confirmed_whenever_it_comes() {
    for later in [0, 1, STOP_CONFIRMED / 2, 2 * STOP_CONFIRMED] {
        let mut chat = but_alerts();
        chat.wait(later);
        let heard = chat.hears("STOP");
        assert_eq!(
            heard.events(),
            [Event::AlertsWithdrawn, Event::OptedOut],
            "{later}"
        );
        assert_eq!(
            heard.text(),
            texts::opted_out(Language::English, true, false)
        );
        assert_eq!(alerts_since(&chat), None);
        let heard = chat.hears("STOP");
        assert!(heard.outcome.says.is_empty() && heard.events().is_empty());
    }
}

#[test]
fn a_stop_that_is_not_answered_in_a_flood_takes_alerts_back_all_the_same() {
    let mut chat = but_alerts();
    for _ in 0..30 {
        chat.hears("help");
    }
    let heard = chat.hears("stop");
    assert!(heard.outcome.says.is_empty());
    assert_eq!(heard.events(), [Event::AlertsWithdrawn]);
    assert_eq!(alerts_since(&chat), None);
}

#[test]
fn start_makes_the_question_of_alerts_go_away_and_the_next_stop_asks_anew() {
    let mut chat = but_alerts();
    chat.hears("alerts");
    chat.hears("start");
    assert_eq!(
        chat.hears("yes").text(),
        texts::nothing_to_confirm(Language::English)
    );
    chat.wait(60);
    chat.hears("stop");
    assert_eq!(alerts_since(&chat), None);
    let heard = chat.hears("alerts");
    let stands = chat.state.standing.consents.of(Kind::AlertsAfterStop);
    assert!(stands.is_none_or(|consent| !consent.given));
    assert!(!heard.text().contains("You agreed"));
}
