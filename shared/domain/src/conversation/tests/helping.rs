//! Help, step by step: what it says to whom, and that it leads everywhere.

use super::super::*;
use super::chat::{Chat, START, account};
use crate::command::{COMMANDS, Category, Offered, Reader, parse};
use crate::outbox::QuickSet;
use crate::role::{Grant, Role};

impl Chat {
    fn with_role(role: Role) -> Self {
        let mut chat = Self::linked();
        chat.state.standing.role = Some(Grant {
            role,
            account: account("mine"),
            user: None,
            at: START.plus(-1),
        });
        chat
    }

    fn where_receiving_is_off(mut self) -> Self {
        self.state.receiving = false;
        self
    }
}

/// What a text shows in bold, as it is typed.
fn shown(text: &str) -> Vec<String> {
    text.split('*')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The names of the commands that a text lists, one in each line.
fn listed(text: &str) -> Vec<&'static str> {
    let lines = text
        .lines()
        .filter(|line| line.starts_with('*') && line.contains(" – "));
    lines
        .map(|line| match parse(line.split('*').nth(1).unwrap()) {
            Parsed::Run(command, _) => command.name,
            Parsed::Code(_) | Parsed::MalformedCode => "verify",
            other => panic!("{line}: {other:?}"),
        })
        .collect()
}

fn quick(chat: &mut Chat, text: &str) -> QuickSet {
    chat.hears(text).quick().unwrap().0
}

#[test]
fn help_begins_with_how_things_stand_and_what_most_want() {
    let text = |mut chat: Chat| chat.hears("help").text().to_owned();
    let unlinked = text(Chat::of_a_stranger());
    assert!(unlinked.contains("Link your Flash account"));
    assert_eq!(listed(&unlinked)[0], "link");
    let linked = text(Chat::linked());
    assert!(linked.contains("Your account is linked."));
    assert_eq!(listed(&linked)[..2], ["balance", "history"]);
    assert!(text(Chat::with_a_code()).contains("the code that the page shows"));
    assert!(text(Chat::with_an_ended_link()).contains("has come to its end"));
    assert!(text(Chat::locked_until(START.plus(60))).contains("No code works in this chat until"));

    assert_eq!(
        quick(&mut Chat::of_a_stranger(), "menu"),
        QuickSet::HelpUnlinkedReceiving
    );
    let mut off = Chat::of_a_stranger().where_receiving_is_off();
    assert_eq!(quick(&mut off, "menu"), QuickSet::HelpUnlinked);
    assert_eq!(quick(&mut Chat::linked(), "?"), QuickSet::HelpReceiving);
    let mut off = Chat::linked().where_receiving_is_off();
    assert_eq!(quick(&mut off, "help"), QuickSet::HelpLinked);
}

#[test]
fn the_short_list_is_short_and_all_of_it_works() {
    let chats: [fn() -> Chat; 4] = [
        Chat::of_a_stranger,
        Chat::linked,
        || Chat::linked().where_receiving_is_off(),
        || Chat::with_role(Role::Admin),
    ];
    for chat in chats {
        let mut chat = chat();
        let text = chat.hears("help").text().to_owned();
        assert!((1..=4).contains(&listed(&text).len()), "{text}");
        let reader = Reader {
            linked: chat.state.person.link.is_some(),
            opted_out: false,
            role: Role::User,
            receiving: chat.state.receiving,
        };
        for name in listed(&text) {
            assert!(Command::named(name).unwrap().works_for(reader), "{name}");
        }
    }
}

#[test]
fn every_command_is_found_by_going_through_help() {
    let chats: [(fn() -> Chat, _); 5] = [
        (Chat::of_a_stranger, (false, Role::User, true)),
        (Chat::linked, (true, Role::User, true)),
        (
            || Chat::linked().where_receiving_is_off(),
            (true, Role::User, false),
        ),
        (
            || Chat::with_role(Role::Support),
            (true, Role::Support, true),
        ),
        (|| Chat::with_role(Role::Admin), (true, Role::Admin, true)),
    ];
    for (chat, (linked, role, receiving)) in chats {
        let mut chat = chat();
        let reader = Reader {
            linked,
            opted_out: false,
            role,
            receiving,
        };
        let first = chat.hears("help").text().to_owned();
        // What help shows leads to subjects, and those to commands; two steps from anything.
        let mut found: Vec<_> = listed(&first);
        for subject in shown(&first)
            .iter()
            .filter(|typed| typed.starts_with("help "))
        {
            found.extend(listed(chat.hears(subject).text()));
        }
        chat.state.session.pace = crate::flood::Pace::default();
        found.extend(listed(chat.hears("help help").text()));
        for command in COMMANDS {
            chat.state.session.pace = crate::flood::Pace::default();
            let name = command.name;
            assert_eq!(
                found.contains(&name),
                command.is_listed_for(reader),
                "{name}, {reader:?}"
            );
            let about = chat.hears(&format!("help {name}")).text().to_owned();
            let category = Category::named(name).is_some();
            if !command.is_for(reader) {
                assert!(
                    !about.contains(command.examples[0]),
                    "{name}, {reader:?}: {about}"
                );
            } else if !category {
                assert!(about.contains(command.examples[0]), "{name}: {about}");
            }
        }
    }
}

#[test]
fn what_staff_can_do_is_told_to_staff_alone() {
    let short = Chat::linked().hears("help").text().to_owned();
    for typed in ["help staff", "help unlock", "help user"] {
        assert_eq!(Chat::linked().hears(typed).text(), short, "{typed}");
    }
    let mut staff = Chat::with_role(Role::Support);
    assert!(listed(staff.hears("help staff").text()).contains(&"unlock"));
    assert!(staff.hears("help").text().contains("*help staff*"));
}

#[test]
fn a_subject_is_found_by_its_title_alone_in_either_language() {
    for (typed, full) in [
        ("Money", "help money"),
        ("dinero", "help money"),
        ("Tu cuenta", "help account"),
        ("AJUSTES", "help settings"),
    ] {
        let text = Chat::linked().hears(full).text().to_owned();
        assert_eq!(Chat::linked().hears(typed).text(), text, "{typed}");
        let tapped = Chat::linked().taps(&format!("cmd:{full}"));
        assert_eq!(tapped.text(), text);
    }
}

#[test]
fn what_needs_a_link_says_so_to_whoever_has_none() {
    let mut chat = Chat::of_a_stranger();
    let l = Language::English;
    for typed in ["help balance", "help money"] {
        assert!(
            chat.hears(typed).text().contains("send *link* first"),
            "{typed}"
        );
    }
    assert!(
        !Chat::linked()
            .hears("help balance")
            .text()
            .contains("*link*")
    );
    let about = chat.hears("help bal").text().to_owned();
    let balance = Command::named("balance").unwrap();
    assert_eq!(about, texts::help_command(l, balance, true, true));
}

#[test]
fn a_command_in_full_asks_whether_it_helped() {
    for (typed, about) in [
        ("help bal", "help balance"),
        ("help my data", "help export my data"),
    ] {
        let heard = Chat::linked().hears(typed);
        assert_eq!(heard.quick(), Some((QuickSet::Thumbs, vec![about])));
        let tapped = Chat::linked().taps(&format!("good:{about}"));
        assert_eq!(tapped.text(), texts::feedback_good(Language::English));
    }
}

#[test]
fn whoever_has_not_linked_finds_being_paid_too_where_it_is_on() {
    let help = |mut chat: Chat| chat.hears("help").text().to_owned();
    assert!(help(Chat::of_a_stranger()).contains("*help receiving*"));
    assert!(!help(Chat::of_a_stranger().where_receiving_is_off()).contains("receiving"));
    let subject = Chat::of_a_stranger()
        .hears("help receiving")
        .text()
        .to_owned();
    assert!(
        subject.contains("*request ") && subject.contains("*link*"),
        "{subject}"
    );
}

#[test]
fn no_example_of_asking_somebody_names_who_may_be_asked_or_asking() {
    for l in Language::ALL {
        for name in ["request", "block", "unblock"] {
            for example in texts::examples(l, Command::named(name).unwrap()) {
                let named = example.split_once('@').map(|(_, named)| named);
                let named = named.map(|named| named.split(' ').next().unwrap());
                assert!(
                    named.is_none_or(|named| ["theirname", "sunombre"].contains(&named)),
                    "{example}"
                );
            }
        }
    }
}

#[test]
fn where_being_paid_is_off_help_says_so_and_offers_none_of_it() {
    let mut chat = Chat::linked().where_receiving_is_off();
    let l = Language::English;
    assert!(!chat.hears("help").text().contains("receiving"));
    for mut chat in [
        Chat::linked().where_receiving_is_off(),
        Chat::of_a_stranger().where_receiving_is_off(),
    ] {
        for subject in [
            "help",
            "help money",
            "help account",
            "help settings",
            "help help",
        ] {
            let text = chat.hears(subject).text().to_owned();
            for asking in ["request", "decline", "withdraw", "block"] {
                assert!(!text.contains(&format!("*{asking}")), "{subject}: {text}");
            }
        }
        for about in ["help request", "help requests", "help block"] {
            assert_eq!(chat.hears(about).text(), texts::help_switched_off(l));
        }
    }
    assert_eq!(
        chat.hears("help receiving").text(),
        texts::help_switched_off(l)
    );
}

#[test]
fn back_leaves_a_question_and_otherwise_leads_to_help() {
    let mut chat = Chat::linked();
    let help = chat.hears("help").text().to_owned();
    assert_eq!(chat.hears("back").text(), help);
    let mut left = Chat::linked();
    left.hears("unlink");
    let mut cancelled = Chat::linked();
    cancelled.hears("unlink");
    assert_eq!(left.hears("back").text(), cancelled.hears("cancel").text());
    assert_eq!(
        left.hears("yes").text(),
        texts::nothing_to_confirm(Language::English)
    );
    assert!(left.state.person.link.is_some());
}

#[test]
fn whoever_is_not_understood_is_pointed_to_what_fits_where_they_stand() {
    use texts::Nearby;
    let l = Language::English;
    let said = |chat: &mut Chat| chat.hears("gobbledygook").text().to_owned();
    assert_eq!(
        said(&mut Chat::of_a_stranger()),
        texts::unknown(l, Nearby::Unlinked)
    );
    assert_eq!(
        said(&mut Chat::with_a_code()),
        texts::unknown(l, Nearby::Linking)
    );
    assert_eq!(
        said(&mut Chat::with_an_ended_link()),
        texts::unknown(l, Nearby::Ended)
    );
    let mut chat = Chat::linked();
    assert_eq!(said(&mut chat), texts::unknown(l, Nearby::JustLinked));
    chat.wait(crate::policy::JUST_LINKED);
    assert_eq!(said(&mut chat), texts::unknown(l, Nearby::Linked));

    chat.outside.history = Err(FlashTrouble::Unavailable);
    chat.hears("history");
    assert_eq!(
        said(&mut chat),
        texts::unknown(l, Nearby::Trouble("history"))
    );
    chat.wait(crate::policy::TROUBLE_MEMORY);
    assert_eq!(said(&mut chat), texts::unknown(l, Nearby::Linked));

    chat.hears("history");
    chat.hears("balance");
    assert_eq!(
        said(&mut chat),
        texts::unknown(l, Nearby::Linked),
        "it works again"
    );
}

#[test]
fn a_command_for_some_answers_others_that_it_is_not_for_them() {
    for command in COMMANDS {
        if matches!(command.offered, Offered::Staff) {
            continue;
        }
        let mut chat = Chat::of_a_stranger();
        let text = chat.hears(command.examples[0]).outcome.says.clone();
        if command.needs_link {
            assert_eq!(
                text[0].1.text,
                texts::link_first(Language::English),
                "{command:?}"
            );
        }
    }
}
