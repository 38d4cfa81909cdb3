//! What the assistant says around its answers, and where it has none.

use super::{taught, words};
use crate::language::Language;

/// An answer, with what it is and how to reach a person under it: at length where it is the first of a conversation.
pub fn answer(l: Language, text: &str, is_first: bool) -> String {
    let id = if is_first {
        "answer-automated-first"
    } else {
        "answer-automated"
    };
    let automated = words(l, id, &[("agent", taught(l, "agent").into())]);
    format!("{text}\n\n{automated}")
}

/// An answer of the knowledge base, under the question that it answers, which may not be quite the one that was asked.
pub fn answer_of_entry(l: Language, question: &str, answer: &str) -> String {
    words(l, "answer-of-entry", &of_entry(question, answer))
}

/// The same where the model's own words were wanted.
pub fn answer_instead(l: Language, question: &str, answer: &str) -> String {
    words(l, "answer-instead", &of_entry(question, answer))
}

fn of_entry<'a>(
    question: &'a str,
    answer: &'a str,
) -> [(&'static str, fluent_bundle::FluentValue<'a>); 2] {
    [("question", question.into()), ("answer", answer.into())]
}

/// Nobody has written an answer.
pub fn answer_unknown(l: Language) -> String {
    words(l, "answer-unknown", &[])
}

pub fn answer_off_topic(l: Language) -> String {
    words(l, "answer-off-topic", &[])
}

/// To whoever waits.
pub fn answer_in_a_moment(l: Language) -> String {
    words(l, "answer-in-a-moment", &[])
}

#[cfg(test)]
mod tests;
