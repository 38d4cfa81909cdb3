//! A link's last days: what its timers say, and what `renew` gives.

use super::super::*;
use super::chat::{Chat, RIGHT, account};
use crate::outbox::Notice;
use crate::policy::{CREDENTIAL_LIFE, LINK_ENDING_FIRST, LINK_ENDING_LAST};
use crate::renewal::{Due, due};

fn ending(chat: &Chat) -> Ending {
    Ending::after(chat.state.person.link.as_ref().unwrap(), chat.now)
}

fn look(chat: &Chat, key_id: &str) -> Due {
    due(&chat.state, key_id, &chat.from, chat.now)
}

#[test]
fn a_new_link_is_first_heard_of_a_week_before_its_end() {
    let mut chat = Chat::with_a_code();
    let heard = chat.hears(RIGHT);
    let link = chat.state.person.link.clone().unwrap();
    let first = heard.outcome.ending.unwrap();
    assert_eq!(first.key_id, link.key_id);
    assert_eq!(first.due_at, link.ends_at.plus(-LINK_ENDING_FIRST));
}

#[test]
fn a_link_is_told_of_a_week_before_a_day_before_and_at_its_end() {
    let mut chat = Chat::linked();
    let link = chat.state.person.link.clone().unwrap();
    let mut timer = ending(&chat);
    let mut names = vec![timer.entry.clone()];
    for (before, days) in [(LINK_ENDING_FIRST, 7), (LINK_ENDING_LAST, 1)] {
        assert_eq!(timer.due_at, link.ends_at.plus(-before));
        chat.now = timer.due_at;
        let Due::Remind { says, next } = look(&chat, &timer.key_id) else {
            panic!("nothing is said")
        };
        assert_eq!(says.notice, Some(Notice::LinkEnding { days }));
        assert_eq!(says.of_link.as_ref(), Some(&link.key_id));
        assert!(says.text.contains("*renew*"), "{}", says.text);
        timer = next;
        names.push(timer.entry.clone());
    }
    assert_eq!(timer.due_at, link.ends_at);
    chat.now = timer.due_at;
    let Due::Over(parting) = look(&chat, &timer.key_id) else {
        panic!("it does not end")
    };
    assert_eq!(parting.person.link, None);
    assert_eq!(parting.audit.event, Event::UnlinkedCredentialGone);
    assert_eq!(parting.audit.account, Some(account("mine")));
    assert_eq!(parting.says.notice, Some(Notice::LinkEnded));
    names.dedup();
    assert_eq!(names.len(), 3, "each stage has its own timer");
}

#[test]
fn its_end_is_told_by_the_clock_of_whoever_reads_it() {
    let mut chat = Chat::linked();
    let ends_at = chat.state.person.link.as_ref().unwrap().ends_at;
    chat.now = ends_at.plus(-LINK_ENDING_LAST);
    let said = |chat: &Chat| match look(chat, &ending(chat).key_id) {
        Due::Remind { says, .. } => says.text,
        due => panic!("{due:?}"),
    };
    let at = |zone: &str| {
        let zone = jiff::tz::TimeZone::get(zone).unwrap();
        crate::place::day_and_time(Language::English, ends_at, &zone)
    };
    assert!(said(&chat).contains(&at("America/Jamaica")));
    chat.state.standing.preferences.zone = Some("Asia/Tokyo".into());
    let text = said(&chat);
    assert!(text.contains(&at("Asia/Tokyo")), "{text}");
}

#[test]
fn a_timer_that_comes_late_says_what_holds_by_then() {
    let mut chat = Chat::linked();
    let key = ending(&chat).key_id;
    for (before, days) in [(3 * 86_400, 3), (3_600, 1)] {
        let mut late = Chat::linked();
        late.now = late.now.plus(CREDENTIAL_LIFE - before);
        let Due::Remind { says, next } = look(&late, &key) else {
            panic!("nothing is said")
        };
        assert_eq!(says.notice, Some(Notice::LinkEnding { days }));
        assert!(late.now < next.due_at);
    }
    chat.now = chat.now.plus(CREDENTIAL_LIFE + 86_400);
    assert!(matches!(look(&chat, &key), Due::Over(_)));
}

#[test]
fn a_timer_of_a_key_that_is_no_more_says_nothing() {
    let mut chat = Chat::linked();
    let key = ending(&chat).key_id;
    assert!(matches!(look(&chat, &key), Due::Nothing), "too early");
    chat.wait(CREDENTIAL_LIFE - 1);
    assert!(matches!(look(&chat, "another"), Due::Nothing));
    chat.state.person.link = None;
    assert!(matches!(look(&chat, &key), Due::Nothing));
}

#[test]
fn renew_gives_a_page_in_the_last_week_and_not_before() {
    for typed in ["renew", "link"] {
        let mut chat = Chat::linked();
        chat.wait(CREDENTIAL_LIFE - LINK_ENDING_FIRST - 1);
        assert_eq!(chat.hears(typed).text(), chat.already_linked(), "{typed}");
        chat.wait(1);
        let heard = chat.hears(typed);
        assert!(heard.text().contains("/link/token"), "{}", heard.text());
        assert_eq!(
            heard.asked,
            [Question::LinkPage],
            "that they use Flash is known"
        );
        assert!(chat.state.person.link.is_some(), "nothing ends by it");
    }
}

#[test]
fn the_next_key_of_the_same_account_takes_the_place_of_the_old_one() {
    let mut chat = Chat::linked();
    let old = chat.state.person.link.clone().unwrap();
    chat.wait(CREDENTIAL_LIFE - LINK_ENDING_LAST);
    chat.hears("renew");
    chat.page_shows("mine", RIGHT).unwrap();
    let heard = chat.hears(RIGHT);
    let new = chat.state.person.link.clone().unwrap();
    let zone = crate::place::zone(&chat.from);
    assert_eq!(
        heard.text(),
        texts::renewed(Language::English, new.ends_at, &zone)
    );
    assert_ne!(new.key_id, old.key_id);
    assert_eq!(new.ends_at, chat.now.plus(CREDENTIAL_LIFE));
    assert_eq!(heard.outcome.pointers.len(), 1, "nothing is let go");
    assert_eq!(heard.outcome.ending.unwrap().key_id, new.key_id);
    assert!(matches!(look(&chat, &old.key_id), Due::Nothing));
}
