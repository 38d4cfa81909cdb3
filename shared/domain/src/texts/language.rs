//! In which language the bot answers.

use super::words;
use crate::language::Language;

/// What is set, and what there is beside it.
pub fn language_now(l: Language) -> String {
    words(l, "language-now", &[])
}

/// In the new language.
pub fn language_chosen(l: Language) -> String {
    words(l, "language-chosen", &[])
}

/// After one that the bot does not speak.
pub fn language_which(l: Language) -> String {
    words(l, "language-which", &[])
}
