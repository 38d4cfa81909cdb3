//! To whoever says what they think of the bot.

use super::{said, words};
use crate::language::Language;

pub fn feedback_how(l: Language) -> String {
    words(l, "feedback-how", &[])
}

pub fn feedback_too_long(l: Language) -> String {
    words(
        l,
        "feedback-too-long",
        &[("most", crate::policy::FEEDBACK_CHARACTERS.into())],
    )
}

pub fn feedback_kept(l: Language) -> String {
    words(l, "feedback-kept", &[])
}

pub fn feedback_good(l: Language) -> String {
    words(l, "feedback-good", &[])
}

pub fn feedback_bad(l: Language) -> String {
    words(l, "feedback-bad", &[])
}

/// The other thumb than before.
pub fn feedback_changed(l: Language, good: bool) -> String {
    words(l, "feedback-changed", &[("good", said(good))])
}

/// That thumb was given before.
pub fn feedback_before(l: Language) -> String {
    words(l, "feedback-before", &[])
}
