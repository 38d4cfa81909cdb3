//! Amounts, shares and times: an answer has none that the notes don't have.

use std::collections::BTreeSet;

use super::Because;
use super::phrases::RULES;
use super::words::{self, sentences};
use crate::command::{Parsed, parse};

/// The figures that an answer may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Figures {
    of_notes: BTreeSet<String>,
    /// What the person has named: their own amount may be repeated, as no term of Flash's.
    of_question: BTreeSet<String>,
    /// “an hour”, “few minutes”, as the notes have them.
    spans: BTreeSet<(String, String)>,
}

impl Figures {
    pub(super) fn of(notes: &str, question: &str) -> Self {
        Self {
            of_notes: notes
                .lines()
                .map(after_its_number)
                .flat_map(figures)
                .collect(),
            of_question: figures(question).collect(),
            spans: spans(&words::of(notes)),
        }
    }

    pub(super) fn objection(&self, text: &str) -> Option<Because> {
        let strange = text
            .lines()
            .map(after_its_number)
            .flat_map(sentences)
            .any(|sentence| {
                let words = words::of(sentence);
                let is_term =
                    sentence.contains('%') || words.iter().any(|word| RULES.is_term(word));
                let plain = without_commands(sentence);
                let unknown = figures(&plain).any(|figure| {
                    let theirs = !is_term && self.of_question.contains(&figure);
                    !theirs && !self.of_notes.contains(&figure)
                });
                unknown || spans(&words).iter().any(|span| !self.spans.contains(span))
            });
        strange.then_some(Because::Figure)
    }
}

/// `2. Then …` counts its line.
fn after_its_number(line: &str) -> &str {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = line.len().saturating_sub(digits.len());
    let rest = digits
        .strip_prefix(['.', ')'])
        .or_else(|| digits.strip_prefix(' '));
    match rest {
        Some(rest) if (1..=2).contains(&number) => rest,
        _ => line,
    }
}

/// What is typed may hold any example.
fn without_commands(sentence: &str) -> String {
    let parts = sentence.split('*').enumerate();
    let plain = parts.filter(|(at, part)| at % 2 == 0 || parse(part) == Parsed::Unknown);
    plain.map(|(_, part)| part).collect::<Vec<_>>().join(" ")
}

/// Digits with the points, commas and colons between them, and what makes a share of them; commas are left out, and ends
/// that say nothing.
fn figures(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_numeric() || matches!(c, '.' | ',' | ':' | '%')))
        .map(|figure| figure.trim_matches(['.', ',', ':']).replace(',', ""))
        .filter(|figure| figure.chars().any(char::is_numeric))
        .map(|figure| match figure.split_once('.') {
            Some((whole, cents)) if cents.chars().all(|c| c == '0') => whole.to_owned(),
            _ => figure,
        })
}

/// A number in letters before what it counts.
fn spans(words: &[String]) -> BTreeSet<(String, String)> {
    let pairs = words.iter().zip(words.iter().skip(1));
    let spans = pairs.filter(|(number, unit)| RULES.is_number(number) && RULES.is_unit(unit));
    spans
        .map(|(number, unit)| (number.clone(), unit.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_fine(notes: &str, question: &str, text: &str) -> bool {
        Figures::of(notes, question).objection(text).is_none()
    }

    #[test]
    fn a_figure_is_the_notes_or_the_persons_own() {
        assert!(is_fine("It ends after 90 days.", "", "After 90 days."));
        assert!(is_fine("100,000,000 sats", "", "That is 100000000 sats."));
        assert!(is_fine("", "I sent 5,000", "The 5,000 that you sent"));
        assert!(is_fine("", "", "1. First\n2. Then *receive 5*"));
        assert!(!is_fine("90 days", "", "After 80 days."));
        assert!(!is_fine(
            "1. One\n2. Two, for 3 days",
            "",
            "It takes 2 days."
        ));
        assert!(!is_fine("2 days", "", "It costs 2%."));
        assert!(!is_fine("", "is the fee 2%?", "Yes, 2%."));
        assert!(!is_fine(
            "",
            "is the fee 2 dollars",
            "The fee is 2 dollars."
        ));
        assert!(!is_fine("", "", "It arrives in ten minutes."));
        assert!(is_fine("wait ten minutes", "", "Give it ten minutes."));
    }
}
