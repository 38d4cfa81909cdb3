use super::*;
use crate::policy::{ANSWER_CHARACTERS, KNOWLEDGE_ANSWER, KNOWLEDGE_QUESTION};
use crate::texts::tests::every_word_is_taught_in;

fn all(l: Language) -> Vec<(&'static str, String)> {
    let question = "How can people pay me?";
    let entry = "Send *help*.";
    vec![
        ("answer: first", answer(l, "…", true)),
        ("answer: later", answer(l, "…", false)),
        ("answer_of_entry", answer_of_entry(l, question, entry)),
        ("answer_instead", answer_instead(l, question, entry)),
        ("answer_unknown", answer_unknown(l)),
        ("answer_off_topic", answer_off_topic(l)),
        ("answer_in_a_moment", answer_in_a_moment(l)),
    ]
}

#[test]
fn everything_around_an_answer_as_it_is_read() {
    let read = |l| {
        let parts = all(l).into_iter();
        let parts = parts.map(|(name, text)| format!("── {name}\n{text}\n"));
        parts.collect::<Vec<_>>().join("\n")
    };
    insta::with_settings!({
        snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!("assistant_en", read(Language::English));
        insta::assert_snapshot!("assistant_es", read(Language::Spanish));
    });
}

#[test]
fn what_is_taught_is_in_the_readers_words() {
    for l in Language::ALL {
        for (name, text) in all(l)
            .iter()
            .filter(|(name, _)| !name.contains("entry") && *name != "answer_instead")
        {
            assert!(every_word_is_taught_in(l, text).is_ok(), "{name}: {text}");
        }
    }
}

/// WhatsApp shows 1,024 characters of a message with buttons.
#[test]
fn the_longest_answer_fits_above_its_buttons() {
    for l in Language::ALL {
        let by_model = answer(l, &"a".repeat(ANSWER_CHARACTERS), true);
        let question = "q".repeat(KNOWLEDGE_QUESTION);
        let entry = answer_instead(l, &question, &"a".repeat(KNOWLEDGE_ANSWER));
        for text in [by_model, answer(l, &entry, true)] {
            assert!(text.chars().count() <= 1_024, "{}", text.chars().count());
        }
    }
}
