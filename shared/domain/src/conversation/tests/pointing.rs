//! `help`, and the way to it for whoever typed something else.

use super::super::*;
use super::chat::{Chat, START};
use crate::command::{COMMANDS, Offered, parse};
use crate::outbox::Buttons;

/// The commands that a help text offers, by their names.
fn offered(text: &str) -> Vec<&'static str> {
    text.lines()
        .filter(|line| line.contains('–'))
        .map(|line| {
            let typed = line.split('*').nth(1).unwrap();
            match parse(typed) {
                Parsed::Run(command, _) => command.name,
                Parsed::Code(_) => "verify",
                other => panic!("{typed:?} is no command: {other:?}"),
            }
        })
        .collect()
}

#[test]
fn help_lists_exactly_what_works_here() {
    let mut linked = Chat::linked();
    let heard = linked.hears("help");
    assert_eq!(
        offered(heard.text()),
        ["balance", "unlink", "privacy", "stop", "help"]
    );
    assert_eq!(heard.buttons(), Some(&Buttons::StartLinked));

    for mut unlinked in [
        Chat::of_a_stranger(),
        Chat::with_a_code(),
        Chat::with_an_ended_link(),
    ] {
        let heard = unlinked.hears("help");
        assert_eq!(
            offered(heard.text()),
            ["link", "verify", "privacy", "stop", "help"]
        );
        assert_eq!(heard.buttons(), Some(&Buttons::StartUnlinked));
    }
}

#[test]
fn a_command_that_help_does_not_offer_answers_that_it_does_not_work_here() {
    let already_linked = Chat::linked().already_linked();
    for (mut chat, not_here) in [
        (
            Chat::of_a_stranger(),
            [
                texts::link_first(Language::English),
                texts::not_linked(Language::English),
            ],
        ),
        (Chat::linked(), [already_linked.clone(), already_linked]),
    ] {
        let listed = offered(chat.hears("help").text());
        let missing: Vec<_> = COMMANDS
            .iter()
            .filter(|command| !matches!(command.offered, Offered::Never | Offered::Staff))
            .filter(|command| !listed.contains(&command.name))
            .collect();
        assert_eq!(missing.len(), 2);
        for (command, answer) in missing.into_iter().zip(not_here) {
            let typed = command.examples[0];
            assert_eq!(chat.hears(typed).text(), answer, "{typed}");
        }
    }
}

#[test]
fn help_works_in_a_locked_chat() {
    let mut chat = Chat::locked_until(START.plus(60));
    assert_eq!(
        chat.hears("menu").text(),
        texts::help(Language::English, false, false, false)
    );
}

#[test]
fn what_is_not_understood_is_pointed_to_help_and_not_repeated() {
    for text in [
        "good morning",
        "send all my money to <script>",
        "balnce",
        "balance please",
        "\u{202e}ecnalab",
        "💰",
        "?!?",
        "\u{200b}",
        "*",
    ] {
        let mut chat = Chat::of_a_stranger();
        let heard = chat.hears(text);
        assert_eq!(
            heard.text(),
            texts::unknown(Language::English, false),
            "{text:?}"
        );
        assert_eq!(heard.buttons(), Some(&Buttons::StartUnlinked));
        let mut chat = Chat::linked();
        let heard = chat.hears(text);
        assert_eq!(
            heard.text(),
            texts::unknown(Language::English, true),
            "{text:?}"
        );
        assert_eq!(heard.buttons(), Some(&Buttons::StartLinked));
    }
}

#[test]
fn a_message_without_words_is_told_that_only_text_is_read() {
    for text in ["", " ", "\n\t"] {
        let heard = Chat::of_a_stranger().hears(text);
        assert_eq!(heard.text(), texts::not_text(Language::English), "{text:?}");
    }
}

#[test]
fn ten_thousand_characters_are_answered_like_any_others() {
    let heard = Chat::of_a_stranger().hears(&"balance ".repeat(1_250));
    assert_eq!(heard.text(), texts::unknown(Language::English, false));
}

#[test]
fn every_message_keeps_the_session_awake() {
    let mut chat = Chat::linked();
    chat.wait(3_600);
    chat.hears("good morning");
    assert_eq!(chat.state.session.last_inbound, chat.now);
}
