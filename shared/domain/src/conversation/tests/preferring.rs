//! `notifications`, by which somebody says what news they want, and when.

use super::super::*;
use super::chat::{Chat, person};
use crate::consent::{Consent, Kind};
use crate::money::Cents;
use crate::outbox::QuickSet;
use crate::preferences::{Frequency, Preferences, Quiet, Topic};
use crate::texts::privacy;

fn agreed() -> Chat {
    let mut chat = Chat::linked();
    chat.hears("notifications");
    chat.hears("yes");
    chat
}

fn wants(chat: &Chat) -> &Preferences {
    &chat.state.standing.preferences
}

fn agrees(chat: &Chat) -> Option<bool> {
    let answer = chat.state.standing.consents.of(Kind::Notifications)?;
    Some(answer.given)
}

#[test]
fn whoever_has_agreed_sees_what_holds_and_what_to_tap() {
    let mut chat = agreed();
    let heard = chat.hears("notifications");
    assert!(heard.text().starts_with("You agreed on 22 November 2026."));
    assert!(heard.text().contains("Security alerts"), "{}", heard.text());
    assert_eq!(heard.quick(), Some((QuickSet::Notifications, vec![])));
    assert_eq!(heard.events(), []);
    assert_eq!(chat.hears("notifications on").text(), heard.text());
    chat.hears("stop");
    let heard = chat.hears("notifications");
    assert!(!heard.text().contains("Security alerts can't"));
    assert!(
        heard
            .text()
            .ends_with(&texts::how_to_start(Language::English, false))
    );
}

#[test]
fn each_setting_changes_by_its_words_and_says_what_holds() {
    let mut chat = agreed();
    let mut expected = Preferences::default();
    for (text, says, change) in [
        (
            "notifications received off",
            "Payments received: off",
            (|it, _| it.topics.insert(Topic::Received, false)) as fn(&mut Preferences, Moment),
        ),
        ("notificaciones saldo sí", "balance: on", |it, _| {
            it.topics.insert(Topic::Balance, true);
        }),
        ("notifications minimum 5", "US$5.00", |it, _| {
            it.minimum = Some(Cents(500));
        }),
        (
            "notifications quiet 10pm-7am",
            "10:00 PM to 7:00 AM, Jamaica time",
            |it, _| {
                it.quiet = Some(Quiet {
                    from: 1_320,
                    until: 420,
                });
            },
        ),
        (
            "notifications zone London",
            "London (now 2:05 PM)",
            |it, _| {
                it.zone = Some("Europe/London".into());
            },
        ),
        ("notifications daily", "at 6:00 PM, once a day", |it, _| {
            it.frequency = Frequency::Daily;
        }),
        (
            "notifications pause 1 day",
            "Paused until 2:05 PM, Mon 23 Nov",
            |it, now| {
                it.paused_until = Some(now.plus(86_400));
            },
        ),
        ("notifications resume", "Not paused", |it, _| {
            it.paused_until = None;
        }),
        (
            "notifications minimum off",
            "Minimum for payments: none",
            |it, _| {
                it.minimum = None;
            },
        ),
    ] {
        chat.wait(6);
        change(&mut expected, chat.now);
        let heard = chat.hears(text);
        let said = heard.text();
        assert!(said.starts_with("Done. ") && said.contains(says), "{said}");
        assert_eq!(heard.quick(), Some((QuickSet::Notifications, vec![])));
        assert_eq!(heard.events(), []);
        assert_eq!(wants(&chat), &expected, "{text}");
    }
    let all = chat.hears("avisos");
    assert!(all.text().contains("10:00 PM to 7:00 AM, London time"));
    let kept = wants(&chat).clone();
    for text in ["stop", "start", "unlink", "yes"] {
        chat.hears(text);
        assert_eq!(wants(&chat), &kept, "{text}");
    }
}

#[test]
fn what_is_unclear_changes_nothing_and_says_how_to_type_it() {
    let mut chat = agreed();
    let before = chat.state.standing.clone();
    for (text, example) in [
        ("notifications sent maybe", "*notifications sent off*"),
        ("notifications minimum five", "*notifications minimum 5*"),
        ("notifications minimum J$500", "*notifications minimum 5*"),
        ("notifications quiet 10-7", "*notifications quiet 10pm-7am*"),
        ("notifications zone mars", "*notifications zone New York*"),
        (
            "notifications zone georgetown",
            "*notifications zone America/Cayman*",
        ),
        ("notifications often weekly", "*notifications daily*"),
        ("notifications weekly", "once a day"),
        ("notifications often seldom", "*notifications hourly*"),
        ("notifications security off", "always on"),
        ("notifications security off", "*notifications off*"),
        ("notifications pause long", "*notifications pause 1 day*"),
        ("notifications pause 31 days", "*notifications off*"),
    ] {
        chat.wait(6);
        let heard = chat.hears(text);
        assert!(heard.text().contains(example), "{text}: {}", heard.text());
        assert_eq!(chat.state.standing, before, "{text}");
    }
    let sentence = chat.hears("notifications are annoying");
    assert_eq!(sentence.outcome.heard_as.unwrap().by, By::Words);
    assert_eq!(chat.state.standing, before);
}

#[test]
fn the_name_of_a_setting_shows_it_with_what_can_be_tapped() {
    let mut chat = agreed();
    for (text, set, fills) in [
        (
            "notifications received",
            QuickSet::NotificationsTopic,
            vec!["received"],
        ),
        (
            "notifications news",
            QuickSet::NotificationsTopic,
            vec!["news"],
        ),
        (
            "notifications minimum",
            QuickSet::NotificationsMinimum,
            vec![],
        ),
        ("notifications quiet", QuickSet::NotificationsQuiet, vec![]),
        ("notifications often", QuickSet::NotificationsOften, vec![]),
        ("notifications pause", QuickSet::NotificationsPause, vec![]),
    ] {
        let heard = chat.hears(text);
        assert_eq!(heard.quick(), Some((set, fills)), "{text}");
    }
    assert_eq!(chat.hears("notifications zone").quick(), None);
    assert_eq!(wants(&chat), &Preferences::default());
}

#[test]
fn whoever_has_not_agreed_is_asked_and_what_they_set_holds_from_their_yes_on() {
    let mut chat = Chat::linked();
    let question = privacy::question(Language::English, Kind::Notifications);
    for text in ["notifications", "notifications on", "notifications quiet"] {
        assert_eq!(chat.hears(text).text(), question, "{text}");
    }
    let heard = chat.hears("notifications minimum 5");
    assert!(heard.text().contains("haven't agreed"), "{}", heard.text());
    assert!(heard.text().ends_with(&question));
    assert_eq!(agrees(&chat), None);
    assert!(!chat.state.standing.wants_news());
    let heard = chat.hears("yes");
    assert_eq!(heard.events(), [Event::ConsentAnswered]);
    assert!(chat.state.standing.wants_news());
    assert_eq!(wants(&chat).minimum, Some(Cents(500)));

    let before = Consent {
        policy: "2026-01-01".to_owned(),
        ..Consent::now(true, chat.now)
    };
    let consents = &mut chat.state.standing.consents;
    consents.set(Kind::Notifications, before);
    let heard = chat.hears("notifications daily");
    assert!(heard.text().contains("no longer counts"));
    assert!(!chat.state.standing.wants_news());
}

#[test]
fn off_takes_a_yes_back_at_once_and_keeps_the_settings() {
    let mut chat = agreed();
    chat.hears("notifications daily");
    let heard = chat.hears("notifications off");
    let no = privacy::answered(Language::English, Kind::Notifications, false);
    assert_eq!(heard.text(), no);
    assert_eq!(heard.events(), [Event::ConsentAnswered]);
    assert_eq!(agrees(&chat), Some(false));
    let heard = chat.hears("notificaciones no");
    assert_eq!((heard.text(), heard.events()), (no.as_str(), vec![]));
    assert_eq!(wants(&chat).frequency, Frequency::Daily);
}

#[test]
fn a_slip_is_offered_without_what_it_would_set() {
    let mut chat = agreed();
    let heard = chat.hears("notificatons");
    assert_eq!(
        heard.quick(),
        Some((QuickSet::Suggest, vec!["notifications"]))
    );
    for text in ["notificatons off", "notificatons daily", "notificatons 5"] {
        let heard = chat.hears(text);
        let offered = heard
            .quick()
            .is_some_and(|(set, fills)| set == QuickSet::Suggest && fills != ["notifications"]);
        assert!(!offered, "{text}: {}", heard.text());
    }
    assert_eq!(agrees(&chat), Some(true));
}

#[test]
fn whoever_has_the_number_now_neither_sees_nor_changes_what_was_set() {
    let mut chat = agreed();
    chat.hears("notifications minimum 5");
    chat.state.person.user = Some(person("before"));
    for text in [
        "notifications",
        "notifications minimum off",
        "notifications off",
    ] {
        let mut message = chat.message(text, None);
        message.user = Some(person("another"));
        let heard = chat.receives(&message);
        assert_eq!(heard.text(), texts::link_paused(Language::English));
    }
    assert_eq!(wants(&chat).minimum, Some(Cents(500)));
    assert_eq!(agrees(&chat), Some(true));
}

#[test]
fn an_erasure_forgets_what_was_set_and_keeps_the_answer() {
    let mut chat = agreed();
    chat.hears("notifications sent off");
    chat.hears("delete my data");
    let heard = chat.hears("yes");
    assert!(heard.text().contains("which news you want"));
    assert_eq!(wants(&chat), &Preferences::default());
    assert_eq!(agrees(&chat), Some(true));
}

#[test]
fn times_are_told_in_the_zone_that_was_chosen() {
    let mut chat = agreed();
    chat.hears("notifications zone Tokyo");
    assert!(chat.hears("balance").text().contains("11:05 PM"));
}
