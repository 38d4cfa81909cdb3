//! To whoever asks the assistant, before it is asked.

use super::words;
use crate::language::Language;
use crate::policy::QUESTION_CHARACTERS;

pub fn question_how(l: Language) -> String {
    words(l, "question-how", &[])
}

pub fn question_too_long(l: Language) -> String {
    let most = QUESTION_CHARACTERS.into();
    words(l, "question-too-long", &[("most", most)])
}

/// Above the question whether the assistant may be asked.
pub fn question_before_consent(l: Language) -> String {
    words(l, "question-before-consent", &[])
}

pub fn questions_too_many(l: Language, room_at: &str) -> String {
    words(l, "questions-too-many", &[("at", room_at.into())])
}

pub fn questions_forgotten(l: Language) -> String {
    words(l, "questions-forgotten", &[])
}
