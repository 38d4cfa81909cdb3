//! Digits that are written out, one after the other: nobody asks about `four eight two one`, but some tell a code so.

use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

use super::regex;

/// Each digit's words, by its value.
const WORDS: [&[&str]; 10] = [
    &["zero", "cero"],
    &["one", "uno"],
    &["two", "dos"],
    &["three", "tres"],
    &["four", "cuatro"],
    &["five", "cinco"],
    &["six", "seis"],
    &["seven", "siete"],
    &["eight", "ocho"],
    &["nine", "nueve"],
];

/// At least four: three may be a choice, or a count.
static RUN: LazyLock<Regex> = LazyLock::new(|| {
    let words = WORDS.concat().join("|");
    regex(&format!(
        r"(?i)\b(?:{words})(?:[ ,.\-\n]{{1,3}}(?:{words})){{3,}}\b"
    ))
});

pub(super) fn in_digits(text: &str) -> String {
    let digits = |run: &Captures<'_>| -> String {
        let run = run.get(0).map_or("", |run| run.as_str()).to_lowercase();
        let words = run.split(|c: char| !c.is_alphabetic());
        words.filter_map(digit).collect()
    };
    RUN.replace_all(text, digits).into_owned()
}

fn digit(word: &str) -> Option<char> {
    let value = WORDS.iter().position(|words| words.contains(&word))?;
    char::from_digit(u32::try_from(value).ok()?, 10)
}
