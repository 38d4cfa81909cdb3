//! Whether an answer is in the asker's language, and says what the notes say: each of its sentences is mostly about what they
//! are about, in the same words.

use std::collections::BTreeSet;

use super::Because;
use super::phrases::RULES;
use super::words;
use crate::knowledge::subject_of;
use crate::language::Language;
use crate::policy::{ANSWER_SUBJECT_SENTENCE, ANSWER_SUBJECT_WHOLE, ANSWER_TONGUE};

/// What the notes are about, and what any answer may be.
pub(super) fn subject(l: Language, notes: &str) -> BTreeSet<String> {
    subject_of(l, notes)
        .into_iter()
        .chain(subject_of(l, RULES.frame(l)))
        .collect()
}

pub(super) fn objection(text: &str, l: Language, subject: &BTreeSet<String>) -> Option<Because> {
    let others = Language::ALL.into_iter().filter(|other| *other != l);
    let own = commonness(l, text);
    if own < ANSWER_TONGUE
        || others
            .map(|other| commonness(other, text))
            .any(|other| other > own)
    {
        return Some(Because::Language);
    }
    let strange = words::sentences(text).any(|it| known(l, it, subject) < ANSWER_SUBJECT_SENTENCE);
    (strange || known(l, text, subject) < ANSWER_SUBJECT_WHOLE).then_some(Because::Subject)
}

/// How many of its words are common ones of that language, in percent.
pub(super) fn commonness(l: Language, text: &str) -> usize {
    let read = words::of(text);
    let common = read.iter().filter(|word| RULES.is_common(l, word)).count();
    percent(common, read.len())
}

/// How much of what it is about is known, in percent.
pub(super) fn known(l: Language, text: &str, subject: &BTreeSet<String>) -> usize {
    let about = subject_of(l, text);
    let known = about.iter().filter(|word| subject.contains(*word)).count();
    percent(known, about.len())
}

/// All of nothing.
fn percent(part: usize, whole: usize) -> usize {
    part.saturating_mul(100).checked_div(whole).unwrap_or(100)
}
