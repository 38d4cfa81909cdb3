//! The way to help, for whoever typed something else.

use super::super::*;
use super::chat::Chat;
use crate::outbox::Buttons;
use crate::texts::Nearby;

#[test]
fn what_is_not_understood_is_pointed_to_help_and_not_repeated() {
    for text in [
        "gobbledygook",
        "<script>",
        "\u{202e}ecnalab",
        "💰",
        "!?!",
        "*",
    ] {
        let mut chat = Chat::of_a_stranger();
        let heard = chat.hears(text);
        assert_eq!(
            heard.text(),
            texts::unknown(Language::English, Nearby::Unlinked),
            "{text:?}"
        );
        assert_eq!(heard.buttons(), Some(&Buttons::StartUnlinked));
        let mut chat = Chat::linked();
        let heard = chat.hears(text);
        assert_eq!(
            heard.text(),
            texts::unknown(Language::English, Nearby::JustLinked),
            "{text:?}"
        );
        assert_eq!(heard.buttons(), Some(&Buttons::StartLinked));
    }
}

#[test]
fn a_message_without_words_is_told_that_only_text_is_read() {
    for text in ["", " ", "\n\t"] {
        let heard = Chat::of_a_stranger().hears(text);
        assert_eq!(
            heard.text(),
            texts::wordless(Language::English, Brings::Text, false),
            "{text:?}"
        );
    }
}

#[test]
fn ten_thousand_characters_are_answered_like_any_others() {
    let heard = Chat::of_a_stranger().hears(&"balances ".repeat(1_250));
    assert_eq!(heard.text(), texts::question_too_long(Language::English));
}

#[test]
fn every_message_keeps_the_session_awake() {
    let mut chat = Chat::linked();
    chat.wait(3_600);
    chat.hears("gobbledygook");
    assert_eq!(chat.state.session.last_inbound, chat.now);
}
