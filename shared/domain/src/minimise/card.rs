//! Numbers of payment cards.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::regex;

/// Numbers with signs between them, or with the words that lead from one to the next.
static RUN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\d+(?:(?:[^0-9A-Za-z]{1,8}|[^0-9A-Za-z]{1,3}(?:and then|then|and|y luego|luego|y)[^0-9A-Za-z]{1,3})\d+)*",
    )
});

/// The number on a card's back, named.
static BACK: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:cvv2?|cvc2?|security code)\b\W{0,3}(?:(?:is|es|del?|number)\W{1,3}){0,2}\d{3,4}\b",
    )
});

/// The longest that ISO/IEC 7812-1 allows, and as long as nearly all are at least.
const LONGEST: usize = 19;
const USUAL: usize = 15;

pub(super) fn is_in(text: &str) -> bool {
    BACK.is_match(text) || RUN.find_iter(text).any(|run| has_card(run.as_str()))
}

/// Some groups in a row are a card's number.
fn has_card(run: &str) -> bool {
    // Neither days, times nor amounts have only these between their parts.
    let is_plain = run
        .chars()
        .all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    let groups: Vec<&str> = run
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    (0..groups.len()).any(|first| {
        let mut number = String::new();
        let mut taken = Vec::new();
        let rest = groups.iter().skip(first).take(LONGEST);
        let mut starts = rest.map_while(|group| {
            number.push_str(group);
            taken.push(group.len());
            let in_pieces = is_plain && number.len() >= USUAL && taken.iter().all(|it| *it >= 2);
            let is_written = in_pieces || is_written_so(&taken);
            (number.len() <= LONGEST).then(|| is_written && is_card(&number))
        });
        starts.any(|is_card| is_card)
    })
}

/// In one piece, in groups of three and more, in pairs, or digit by digit: not a day, a time and an amount.
fn is_written_so(groups: &[usize]) -> bool {
    let all = |is: fn(&usize) -> bool| groups.iter().all(is);
    groups.len() == 1
        || all(|length| *length >= 3)
        || all(|length| *length == 2)
        || all(|length| *length == 1)
}

/// By its first digits, its length and its check digit: Visa, Mastercard, American Express, Discover, Diners, JCB, `UnionPay`,
/// Maestro, `RuPay`.
fn is_card(number: &str) -> bool {
    let begins = |length: usize| {
        number
            .get(..length)
            .and_then(|begin| begin.parse::<u32>().ok())
    };
    let (Some(one), Some(two), Some(three), Some(four)) =
        (begins(1), begins(2), begins(3), begins(4))
    else {
        return false;
    };
    let length = number.len();
    let known = match (one, two, three, four) {
        (4, ..) => matches!(length, 13 | 16 | 19),
        (_, 51..=55, ..) | (.., 2221..=2720) => length == 16,
        (_, 34 | 37, ..) => length == 15,
        (_, 36 | 38 | 39, ..) | (_, _, 300..=305, _) => (14..=19).contains(&length),
        (.., 3528..=3589) | (_, 60 | 62 | 64 | 65 | 81 | 82, ..) => (16..=19).contains(&length),
        (_, 50 | 56..=59 | 61 | 63 | 66..=69, ..) => (13..=19).contains(&length),
        _ => false,
    };
    known && luhn(number)
}

/// ISO/IEC 7812-1, annex B.
fn luhn(number: &str) -> bool {
    let digits = number.chars().rev().filter_map(|c| c.to_digit(10));
    let sum = digits.enumerate().fold(0_u32, |sum, (nth, digit)| {
        let doubled = if nth.is_multiple_of(2) {
            digit
        } else {
            digit.saturating_mul(2)
        };
        sum.saturating_add(if doubled > 9 {
            doubled.saturating_sub(9)
        } else {
            doubled
        })
    });
    sum.is_multiple_of(10)
}
