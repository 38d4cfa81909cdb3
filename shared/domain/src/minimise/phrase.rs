//! The words that are a wallet: BIP-39's, in English or Spanish. Lightning's own phrases (`aezeed`) are of the same words.

use std::collections::HashSet;
use std::sync::LazyLock;

use bip39::Language;
use regex_lite::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::regex;

/// So many words of the list one after the other are no sentence any more, whatever their checksum says: part of a phrase
/// is as bad as all of it.
const SENTENCE_ENDS: usize = 12;
/// By how many of [`SENTENCE_ENDS`] are not listed, as they are misspelt, so many may be [`PLAIN`] and it is a phrase.
const MISSPELT: [usize; 3] = [SENTENCE_ENDS, 4, 2];
/// So many are no sentence either, unless more of them are [`PLAIN`] than chance makes.
const IN_A_ROW: usize = 8;
/// Of eight words that chance takes from the list, four are [`PLAIN`] once in ten thousand times.
const PLAIN_BY_CHANCE: usize = 3;

/// The words of the lists that sentences are made of.
const PLAIN: [&str; 72] = [
    "about", "above", "again", "all", "almost", "already", "also", "always", "another", "any",
    "around", "ask", "because", "before", "below", "between", "can", "come", "draw", "first",
    "fix", "give", "have", "help", "into", "just", "keep", "know", "left", "like", "make", "more",
    "much", "must", "need", "never", "next", "now", "off", "once", "one", "only", "open", "other",
    "over", "own", "people", "please", "right", "same", "say", "still", "that", "then", "there",
    "they", "this", "time", "today", "try", "until", "use", "very", "wait", "way", "what", "when",
    "where", "will", "work", "year", "you",
];

/// Where the text says that they are such words, so many in a row are enough, whole or by the four letters that tell each word
/// of a list from all others, and at most so many [`PLAIN`].
const NAMED_ROW: usize = 6;
const NAMED_PLAIN: usize = 1;
const LETTERS: usize = 4;

static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:(?:recovery|seed|mnemonic|backup|secret|wallet) ?(?:words?|phrases?)|mnemonic|(?:palabras?|frases?) (?:de )?(?:recuperacion|respaldo|semilla|secretas?))\b",
    )
});

/// So many words, each with its number before it: nobody asks so.
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?:\b\d{1,2}[.):\-]? ?[A-Za-z]{3,8}[\s,;.]+){7}\d{1,2}[.):\-]? ?[A-Za-z]{3,8}")
});

/// So many words with commas between them, misspelt or not, where the text says what they are.
static LISTED_OUT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b(?:[A-Za-z]{3,10} ?,\s*){7}[A-Za-z]{3,10}\b"));

static ENGLISH: LazyLock<HashSet<String>> = LazyLock::new(|| listed(Language::English));
static SPANISH: LazyLock<HashSet<String>> = LazyLock::new(|| listed(Language::Spanish));

fn listed(language: Language) -> HashSet<String> {
    language.word_list().iter().map(|word| bare(word)).collect()
}

/// In lower case, without accents.
fn bare(word: &str) -> String {
    let bare = word.nfd().filter(|c| !is_combining_mark(*c));
    bare.flat_map(char::to_lowercase).collect()
}

/// Numbers and signs between the words, as lists have them, are passed over.
pub(super) fn is_in(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphabetic() && !is_combining_mark(c));
    let words: Vec<String> = words.filter(|word| !word.is_empty()).map(bare).collect();
    let is_named = NAMED.is_match(text);
    let is_row = |list: &HashSet<String>| {
        words.len() >= IN_A_ROW && is_row(&words, list) || is_named && is_nearly_row(&words, list)
    };
    let is_listed_out = is_named && LISTED_OUT.is_match(text);
    is_row(&ENGLISH) || is_row(&SPANISH) || NUMBERED.is_match(text) || is_listed_out
}

fn is_nearly_row(words: &[String], list: &HashSet<String>) -> bool {
    let begun = |word: &str| {
        word.chars().count() == LETTERS && list.iter().any(|listed| listed.starts_with(word))
    };
    let is_listed = |word: &&String| list.contains(*word) || begun(word);
    words.windows(NAMED_ROW).any(|row| {
        let plain = row.iter().filter(|word| PLAIN.contains(&word.as_str()));
        row.iter().all(|word| is_listed(&word)) && plain.count() <= NAMED_PLAIN && !is_one_word(row)
    })
}

fn is_row(words: &[String], list: &HashSet<String>) -> bool {
    let listed = |words: &[String]| words.iter().filter(|word| list.contains(*word)).count();
    let plain = |words: &[String]| {
        let plain = words.iter().filter(|word| PLAIN.contains(&word.as_str()));
        plain.count()
    };
    let is_part = |part: &[String]| {
        listed(part) == IN_A_ROW && plain(part) <= PLAIN_BY_CHANCE && !is_one_word(part)
    };
    let is_whole = |whole: &[String]| {
        let missing = SENTENCE_ENDS.saturating_sub(listed(whole));
        let phrase = MISSPELT
            .get(missing)
            .is_some_and(|most| plain(whole) <= *most);
        phrase && !is_one_word(whole)
    };
    words.windows(IN_A_ROW).any(is_part) || words.windows(SENTENCE_ENDS).any(is_whole)
}

/// Again and again; no phrase is that, by its checksum.
fn is_one_word(words: &[String]) -> bool {
    words.windows(2).all(|two| two.first() == two.last())
}
