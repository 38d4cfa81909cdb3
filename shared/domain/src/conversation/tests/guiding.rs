//! Guided flows.

use super::super::*;
use super::chat::{Chat, Heard};
use crate::flow::{Leads, START, all};
use crate::outbox::QuickSet;
use crate::policy::FLOW_LIFE;

const EN: Language = Language::English;

fn step_of(flow: &str, node: &str) -> String {
    let flow = crate::flow::of_id(flow).unwrap();
    texts::flow_step(EN, &flow.nodes[node])
}

fn is_at(heard: &Heard, flow: &str, node: &str) {
    assert_eq!(heard.text(), step_of(flow, node));
}

#[test]
fn a_flow_is_begun_by_what_people_say_by_its_name_and_from_the_list() {
    for flow in all() {
        for words in &flow.words {
            is_at(&Chat::linked().hears(words), &flow.id, START);
            let heard = Chat::of_a_stranger().hears(&format!("{words}?!"));
            is_at(&heard, &flow.id, START);
        }
        let title = flow.title.text(EN);
        is_at(
            &Chat::linked().hears(&format!("problem {title}")),
            &flow.id,
            START,
        );
    }
    let mut chat = Chat::linked();
    assert_eq!(chat.hears("problem").text(), texts::flows(EN));
    is_at(&chat.hears("2"), "phone", START);
}

#[test]
fn a_step_is_chosen_by_number_by_title_and_by_button_and_each_way_ends_where_it_says() {
    for flow in all() {
        for (number, choice) in (1..).zip(&flow.nodes[START].choices) {
            let by_number = number.to_string();
            for typed in [
                by_number.as_str(),
                choice.title(EN),
                choice.title(Language::Spanish),
            ] {
                let mut chat = Chat::linked();
                chat.hears(&flow.words[0]);
                let heard = chat.hears(typed);
                match choice.leads().unwrap() {
                    Leads::To(node) => is_at(&heard, &flow.id, node),
                    Leads::Runs(command, _) => {
                        let direct = Chat::linked().hears(command.name);
                        assert_eq!(heard.text(), direct.text(), "{typed}");
                    }
                }
            }
        }
    }
    let mut chat = Chat::linked();
    let heard = chat.hears("scam");
    let (set, fills) = heard.quick().unwrap();
    assert_eq!(set, QuickSet::Choose);
    let old = format!("pick-2:{}", fills[0]);
    is_at(&chat.taps(&old), "suspicious", "gave");
    let heard = chat.taps(&old);
    assert_eq!(heard.text(), texts::old_button(EN), "of a step before");
}

#[test]
fn back_cancel_and_help_leave_a_step() {
    let mut chat = Chat::linked();
    chat.hears("payment not arrived");
    chat.hears("2");
    chat.hears("1");
    is_at(&chat.hears("3"), "payment", "how");
    is_at(&chat.hears("back"), "payment", START);
    assert_eq!(chat.hears("back").text(), texts::flows(EN));
    assert_eq!(chat.hears("back").text(), texts::flow_closed(EN));
    for (word, closes) in [("cancel", true), ("help", false), ("balance", false)] {
        let mut chat = Chat::linked();
        chat.hears("fees");
        let heard = chat.hears(word);
        assert_eq!(heard.text() == texts::flow_closed(EN), closes);
        assert_eq!(chat.state.session.flow, None, "{word}");
        let heard = chat.hears("1");
        assert!(heard.text() != step_of("costs", "fees"), "it is over");
    }
}

#[test]
fn a_number_chooses_only_while_a_step_waits_and_only_what_is_there() {
    let mut chat = Chat::linked();
    chat.hears("fees");
    for wrong in ["0", "4", "9"] {
        assert_eq!(
            chat.hears(wrong).text(),
            texts::flow_number(EN, 3),
            "{wrong}"
        );
    }
    is_at(&chat.hears("1"), "costs", "fees");
    chat.wait(FLOW_LIFE);
    let heard = chat.hears("1");
    assert!(!heard.text().contains("payments"), "{}", heard.text());

    // What waits for YES is answered first.
    let mut chat = Chat::linked();
    chat.hears("lost phone");
    chat.hears("1");
    let heard = chat.hears("1");
    assert!(
        heard.text().contains("YES"),
        "unlink asks: {}",
        heard.text()
    );
    assert!(chat.hears("1").text().contains("YES"));
    assert!(chat.state.person.link.is_some());
}
