//! `lock`, `unlink user`, `status`, `report`, `announce`: what staff do beside looking at a chat.

use super::super::*;
use super::chat::{Chat, START, person};
use crate::announcement::{Change, Readers, Stage, Words};
use crate::breaker::Breaker;
use crate::counts::Counts;
use crate::policy::{ANNOUNCEMENT_CHARACTERS, CONFIRM_LIFE, PROOF_AT_ONCE, STAFF_LOCK};
use crate::risk;
use crate::role::{Grant, Role};

const NUMBER: &str = "+18765550101";
const EN: Language = Language::English;

impl Chat {
    /// An admin or somebody of support, and a linked chat that they may ask about.
    fn with_staff(role: Role) -> Self {
        let mut chat = Self::linked();
        chat.state.standing.role = Some(Grant {
            role,
            account: super::chat::account("mine"),
            user: None,
            at: START.plus(-1),
        });
        let mut other = Self::linked();
        other.state.key = person("other");
        chat.outside.subject = Some(Subject {
            state: other.state,
            address: Some(Sealed("sealed".into())),
            language: Language::Spanish,
            heard: Some(START),
        });
        chat
    }

    fn subject(&mut self) -> &mut State {
        &mut self.outside.subject.as_mut().unwrap().state
    }
}

#[test]
fn each_command_is_for_its_role_and_refused_from_everybody_below() {
    for (body, role) in [
        ("status", Role::Support),
        ("user +18765550101", Role::Support),
        ("lock +18765550101", Role::Support),
        ("unlock +18765550101", Role::Support),
        ("unlink user +18765550101", Role::Admin),
        ("report", Role::Admin),
        ("report 7", Role::Admin),
        ("announce Hello", Role::Admin),
        ("announce stop", Role::Admin),
    ] {
        let mut nobody = Chat::linked();
        let heard = nobody.hears(body);
        assert_eq!(heard.events(), [Event::RefusedRole], "{body}");
        assert_eq!(heard.text(), texts::for_staff_only(EN));
        // Anybody may ask for a status or want to report something.
        let odd = risk::score(&nobody.state.guard, nobody.now) > 0;
        assert_eq!(
            odd,
            !["status", "report", "report 7"].contains(&body),
            "{body}"
        );
        let mut support = Chat::with_staff(Role::Support);
        let heard = support.hears(body);
        let refused = heard.events().contains(&Event::RefusedRole);
        assert_eq!(refused, role == Role::Admin, "{body}");
        // Nothing odd: they have mistaken what their role is for.
        assert_eq!(heard.text() == texts::for_admins_only(EN), refused);
        assert_eq!(risk::score(&support.state.guard, support.now), 0);
        let mut admin = Chat::with_staff(Role::Admin);
        let heard = admin.hears(body);
        assert!(!heard.events().contains(&Event::RefusedRole), "{body}");
        let mut stale = Chat::with_staff(Role::Admin);
        stale.wait(PROOF_AT_ONCE + 1);
        let heard = stale.hears(body);
        assert!(
            heard.text().contains("/confirm/"),
            "{body}: {}",
            heard.text()
        );
        assert_eq!(heard.outcome.act, None);
        assert_eq!(heard.outcome.announces, None);
    }
}

#[test]
fn a_locked_chat_can_link_nothing_and_see_nothing_until_it_is_unlocked() {
    let mut chat = Chat::with_staff(Role::Support);
    let heard = chat.hears(&format!("lock {NUMBER}"));
    let act = heard.outcome.act.clone().unwrap();
    assert_eq!((act.on, act.event), (person("other"), Event::LockedByStaff));
    let (_, told) = &heard.outcome.says[1];
    assert_eq!(told.text, texts::told_of_lock(Language::Spanish));
    assert_eq!(told.language, Language::Spanish);
    let heard = chat.hears(&format!("lock {NUMBER}"));
    assert!(heard.text().contains("already"), "{}", heard.text());
    assert_eq!(heard.outcome.act, None);

    let mut locked = Chat::linked();
    locked.state.guard = chat.subject().guard.clone();
    for body in ["balance", "link", "export my data"] {
        let heard = locked.hears(body);
        assert!(
            heard.text().contains("has locked this chat"),
            "{body}: {}",
            heard.text()
        );
        assert_eq!(heard.asked, [], "{body}: nobody is asked anything");
    }
    // What takes nothing away from anybody still works.
    assert!(locked.hears("help").text().contains("help"));
    assert!(locked.hears("unlink").text().contains("YES"));

    chat.hears(&format!("unlock {NUMBER}"));
    locked.state.guard = chat.subject().guard.clone();
    assert!(locked.hears("balance").text().contains("US$"));
    assert_eq!(locked.state.guard.locks, 0);

    let mut forgotten = Chat::linked();
    forgotten.state.guard = forgotten.state.guard.lock_by_staff(forgotten.now);
    forgotten.wait(STAFF_LOCK);
    assert!(forgotten.hears("balance").text().contains("US$"));
}

#[test]
fn nobody_changes_their_own_chat_or_that_of_a_higher_role_or_of_nobody() {
    for command in ["lock", "unlink user"] {
        let mut chat = Chat::with_staff(Role::Admin);
        chat.subject().key = person("me");
        let heard = chat.hears(&format!("{command} {NUMBER}"));
        assert_eq!(heard.text(), texts::not_your_own_chat(EN));
        assert_eq!(heard.outcome.act, None);
    }
    let mut chat = Chat::with_staff(Role::Support);
    let grant = Grant {
        role: Role::Admin,
        account: super::chat::account("other"),
        user: None,
        at: START,
    };
    chat.subject().standing.role = Some(grant);
    let heard = chat.hears(&format!("lock {NUMBER}"));
    assert_eq!(heard.text(), texts::has_a_higher_role(EN));
    assert_eq!(heard.events(), [Event::RefusedRole]);
    assert_eq!(heard.outcome.act, None);

    let mut chat = Chat::with_staff(Role::Support);
    chat.outside.subject = Some(Subject {
        state: State {
            key: person("other"),
            ..Chat::of_a_stranger().state
        },
        address: None,
        language: EN,
        heard: None,
    });
    let heard = chat.hears(&format!("lock {NUMBER}"));
    assert_eq!(heard.text(), texts::nobody_there(EN));
}

#[test]
fn a_name_leads_to_its_chat_or_says_why_not() {
    let mut chat = Chat::with_staff(Role::Support);
    let heard = chat.hears("user @marcia");
    assert!(matches!(
        &heard.asked[..],
        [Question::Subject { whom: Whom::Username(name) }] if name.as_str() == "marcia"
    ));
    assert!(heard.text().starts_with("That chat:"), "{}", heard.text());
    assert!(!format!("{:?}", heard.asked).contains("marcia"));
    chat.outside.subject = None;
    for (why, says) in [
        (NoSubject::NotAtFlash, texts::no_such_name(EN)),
        (NoSubject::NotHere, texts::name_not_linked_here(EN)),
        (NoSubject::NotAsked, texts::name_not_asked(EN, "user")),
    ] {
        chat.outside.no_subject = Some(why);
        let heard = chat.hears("user @marcia");
        assert_eq!(heard.text(), says);
        assert_eq!(heard.outcome.act, None);
    }
    for body in ["user @", "user @a!", "user @lnbc1x"] {
        let heard = chat.hears(body);
        assert_eq!(heard.asked, [], "{body}");
    }
}

#[test]
fn a_link_ends_by_staff_after_a_yes_and_only_for_whom_it_was_asked() {
    let mut chat = Chat::with_staff(Role::Admin);
    let heard = chat.hears(&format!("unlink user {NUMBER}"));
    assert_eq!(heard.text(), texts::confirm_unlink_user(EN));
    assert_eq!(heard.outcome.act, None);
    let open = heard.outcome.session.open.clone().unwrap();
    assert_eq!(open.about, Some(person("other")));
    let heard = chat.hears("yes");
    assert!(matches!(
        &heard.asked[..],
        [Question::Subject { whom: Whom::Person(whom) }] if *whom == person("other")
    ));
    let act = heard.outcome.act.clone().unwrap();
    assert_eq!(
        (act.on, act.event),
        (person("other"), Event::UnlinkedByStaff)
    );
    assert!(act.unlinks.is_some());
    assert_eq!(chat.subject().person.link, None);
    let heard = chat.hears("yes");
    assert_eq!(heard.text(), texts::nothing_to_confirm(EN), "once");
    let heard = chat.hears(&format!("unlink user {NUMBER}"));
    assert_eq!(heard.text(), texts::chat_has_no_link(EN));

    for (wait, word) in [(0, "no"), (CONFIRM_LIFE, "yes")] {
        let mut chat = Chat::with_staff(Role::Admin);
        chat.hears(&format!("unlink user {NUMBER}"));
        chat.wait(wait);
        let heard = chat.hears(word);
        assert_eq!(heard.outcome.act, None, "{word} after {wait} s");
    }
    // The proof must still be fresh at the YES, and the role in force.
    let mut chat = Chat::with_staff(Role::Admin);
    chat.wait(PROOF_AT_ONCE - 10);
    chat.hears(&format!("unlink user {NUMBER}"));
    chat.wait(20);
    let heard = chat.hears("yes");
    assert!(heard.text().contains("/confirm/"), "{}", heard.text());
    assert_eq!(heard.outcome.act, None);
    let mut chat = Chat::with_staff(Role::Admin);
    chat.hears(&format!("unlink user {NUMBER}"));
    chat.state.standing.role = None;
    let heard = chat.hears("yes");
    assert_eq!(heard.events(), [Event::RefusedRole]);
    assert_eq!(heard.outcome.act, None);
}

#[test]
fn what_staff_end_is_what_the_person_would_have_ended() {
    let mut chat = Chat::linked();
    let link = chat.state.person.link.clone().unwrap();
    let staff = person("staff");
    let parting = crate::parting::by_staff(
        &chat.state,
        &link.key_id,
        &staff,
        Language::Spanish,
        chat.now,
    )
    .unwrap();
    assert_eq!(parting.person.link, None);
    assert_eq!(parting.by, Some(staff.clone()));
    assert!(
        parting
            .releases
            .contains(&Pointer::Release(link.account.clone()))
    );
    assert_eq!(
        parting.says.text,
        texts::unlinked_by_support(Language::Spanish)
    );
    let own = {
        chat.hears("unlink");
        chat.hears("yes").outcome
    };
    assert_eq!(own.pointers, parting.releases);
    assert_eq!(own.person.link, parting.person.link);
    let again = crate::parting::by_staff(&chat.state, &link.key_id, &staff, EN, chat.now);
    assert!(again.is_none(), "it has ended by then");
}

#[test]
fn the_status_tells_every_dependency_by_its_name() {
    let mut chat = Chat::with_staff(Role::Support);
    let text = chat.hears("status").text().to_owned();
    for line in [
        "Flash: ok",
        "Twilio: ok",
        "Tables: ok",
        "Sending: on",
        "Overdue: nothing",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let mut counts = Counts::default();
    for (name, times) in [
        ("heard", 9),
        ("failed:flash_busy", 2),
        ("event:risk_alert", 1),
    ] {
        counts.add(name, times);
    }
    chat.outside.status = Status {
        release: "9f3c2b1".into(),
        flash: Breaker {
            failures: 5,
            open_until: Some(chat.now.plus(60)),
        },
        twilio: Breaker::default(),
        stopped: Some((63051, chat.now.plus(-60))),
        queues: Some(vec![
            QueueDepth {
                name: "send",
                waiting: 3,
                dead: 0,
            },
            QueueDepth {
                name: "wake",
                waiting: 0,
                dead: 2,
            },
        ]),
        overdue_since: Some(chat.now.plus(-185)),
        counts,
    };
    let text = chat.hears("status").text().to_owned();
    for line in [
        "9f3c2b1",
        "Flash: not answering",
        "code 63051",
        "Waiting in send: 3",
        "Dead letters in wake: 2",
        "3 minutes",
        "about 9 messages",
        "flash_busy 2",
        "risk alert today: 1",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn a_report_is_of_a_day_up_to_two_weeks() {
    let mut chat = Chat::with_staff(Role::Admin);
    let mut counts = Counts::default();
    counts.add("heard", 4);
    counts.add("command:balance", 3);
    chat.outside.report = (0..14)
        .map(|ago| DayCounts {
            day: chat.now.plus(-86_400 * ago).day(),
            counts: counts.clone(),
        })
        .collect();
    let heard = chat.hears("report");
    assert_eq!(heard.asked, [Question::Report { days: 1 }]);
    let text = heard.text();
    assert!(
        text.contains("about: 4 in") && text.contains("balance 3"),
        "{text}"
    );
    let heard = chat.hears("report 14");
    let text = heard.text();
    assert!(
        text.contains("about: 56 in") && text.contains("balance 42"),
        "{text}"
    );
    assert_eq!(
        text.lines().filter(|line| line.contains("links +")).count(),
        14
    );
    for body in ["report 0", "report 15", "report 99999999999"] {
        let heard = chat.hears(body);
        assert_eq!(heard.text(), texts::report_days(EN), "{body}");
    }
    assert_ne!(
        chat.hears("report a problem").events(),
        [Event::RefusedRole]
    );
}

fn draft(heard: &super::chat::Heard) -> Words {
    match &heard.outcome.announces {
        Some(Change::Draft { words, .. }) => words.clone(),
        other => panic!("no draft: {other:?}"),
    }
}

#[test]
fn an_announcement_is_shown_and_counted_first_and_goes_out_after_a_yes_once() {
    let mut chat = Chat::with_staff(Role::Admin);
    let heard = chat.hears("Announce Payments are slow.\nWe are on it!");
    assert_eq!(draft(&heard).text, "Payments are slow. We are on it!");
    let text = heard.text();
    assert!(
        text.contains("about 12 people") && text.contains("We are on it!"),
        "{text}"
    );
    assert!(heard.outcome.says.len() == 1 && heard.outcome.audit.is_empty());

    let heard = chat.hears("announce es: Los pagos tardan.");
    let words = draft(&heard);
    assert_eq!(words.text, "Payments are slow. We are on it!");
    assert_eq!(words.spanish.as_deref(), Some("Los pagos tardan."));
    assert!(heard.text().contains("Los pagos tardan."));

    let heard = chat.hears("YES");
    assert!(matches!(
        &heard.outcome.announces,
        Some(Change::Start { .. })
    ));
    assert_eq!(heard.events(), [Event::Announced]);
    let heard = chat.hears("yes");
    assert_eq!(heard.text(), texts::nothing_to_confirm(EN));
    assert_eq!(heard.outcome.announces, None);

    assert_eq!(
        chat.hears("announce Another").text(),
        texts::announcement_runs(EN)
    );
    assert!(chat.hears("announce status").text().contains("going out"));
    chat.outside.announcement.as_mut().unwrap().told = 5;
    let heard = chat.hears("announce stop");
    assert_eq!(heard.text(), texts::announcement_stopped(EN, 5));
    assert_eq!(heard.events(), [Event::AnnouncementStopped]);
    assert_eq!(
        chat.hears("announce stop").text(),
        texts::nothing_to_stop(EN)
    );
    let last = chat.outside.announcement.clone().unwrap();
    assert_eq!(last.stage, Stage::Stopped);
    draft(&chat.hears("announce Another"));
}

#[test]
fn a_draft_goes_nowhere_without_its_own_yes() {
    for word in ["no", "cancel", "1"] {
        let mut chat = Chat::with_staff(Role::Admin);
        chat.hears("announce Hello");
        let heard = chat.hears(word);
        assert_eq!(heard.outcome.announces, None, "{word}");
    }
    let mut chat = Chat::with_staff(Role::Admin);
    chat.hears("announce Hello");
    chat.wait(CONFIRM_LIFE);
    let heard = chat.hears("yes");
    assert_eq!(heard.outcome.announces, None);

    // Somebody else has drafted since.
    let mut chat = Chat::with_staff(Role::Admin);
    chat.hears("announce Hello");
    chat.outside.announcement.as_mut().unwrap().id = "SM other".into();
    let heard = chat.hears("yes");
    assert_eq!(heard.text(), texts::another_draft(EN));
    assert_eq!(heard.outcome.announces, None);
    let heard = chat.hears("announce es: Hola");
    assert_eq!(heard.text(), texts::announce_english_first(EN));

    let mut chat = Chat::with_staff(Role::Admin);
    let long = "x".repeat(ANNOUNCEMENT_CHARACTERS + 1);
    let heard = chat.hears(&format!("announce {long}"));
    assert_eq!(heard.text(), texts::announcement_too_long(EN));
    chat.outside.readers = Readers::default();
    assert_eq!(
        chat.hears("announce Hello").text(),
        texts::nobody_to_tell(EN)
    );
    assert_eq!(chat.hears("announce").text(), texts::announce_how(EN));
}
