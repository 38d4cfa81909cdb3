//! What a number is: amounts, days, times and short references stay; by what is left somebody can be called or found.

use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

use super::{Private, regex};

/// An amount with the sign of its currency before it, or a number as it is typed, with the word that follows.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?P<amount>(?:[$€£¥₿]|\b(?:usdt?|jmd|us|btc|ttd|bbd|dop|htg|xcd|eur|gbp|cad|sats?)\s?\$?)\s?(?:[1-9]\d{0,8}(?:[.,]\d{3})*(?:[.,]\d{1,2})?|0(?:[.,]\d{1,9})?)\b)(?P<tail>[\-.][\d.\-]*\d)?|(?P<number>\+?\(?\d[\d()]*(?:(?:[ .,:/\-]| - |- | -|\. )\(?\d[\d()]*)*)(?P<unit>\s?(?:%|k\b|mil\b|thousand\b|millones\b|mill[io]+n\b|sats?\b|satoshis?\b|btc\b|bitcoins?\b|usdt?\b|jmd\b|ttd\b|bbd\b|dop\b|htg\b|xcd\b|eur\b|gbp\b|cad\b|euros?\b|pounds?\b|gourdes?\b|dollars?\b|d[oó]lares\b|d[oó]lar\b|cents?\b|centavos\b|pesos?\b|bucks\b|blocks?\b|confirmations?\b|years?\b|days?\b|hours?\b|minutes?\b|people\b|a[nñ]os\b|d[ií]as\b|horas\b|minutos\b|personas\b))?",
    )
});

/// Digits of the longest round number without a unit that is an amount: no document or account ends so by chance, and hardly
/// a code.
const ROUND: std::ops::RangeInclusive<usize> = 6..=8;
/// Digits of the longest amount there is: all bitcoin, in its smallest unit, has sixteen; nobody who asks has that many.
const AMOUNT: usize = 14;

/// The text with placeholders for what is private; `note` is told each.
pub(super) fn replaced(text: &str, mut note: impl FnMut(Private)) -> String {
    let put = |found: &Captures<'_>| {
        let all = found.get(0).map_or("", |all| all.as_str());
        if let Some(tail) = found.name("tail") {
            return with_tail(all, tail.as_str(), &mut note);
        }
        let Some(number) = found.name("number") else {
            return all.to_owned();
        };
        let unit = found.name("unit").map_or("", |unit| unit.as_str());
        run(number.as_str(), !unit.is_empty(), &mut note) + unit
    };
    NUMBER.replace_all(text, put).into_owned()
}

/// What goes on behind a dash was no amount, whatever sign stood before it; a range is one.
fn with_tail(all: &str, tail: &str, note: &mut impl FnMut(Private)) -> String {
    let is_range = groups(tail).len() == 1 && digits(all) <= 8;
    if is_range {
        return all.to_owned();
    }
    note(Private::Number);
    Private::Number.placeholder().to_owned()
}

/// Numbers that stand together: days and times stay, and what is between them is looked at as one.
fn run(text: &str, has_unit: bool, note: &mut impl FnMut(Private)) -> String {
    let is_moment = |word: &str| {
        let word = word.trim_end_matches(['.', ',']);
        is_day(word) || is_time(word)
    };
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for word in text.split(' ') {
        let moment = is_moment(word);
        match pieces.last_mut() {
            Some((piece, false)) if !moment => {
                piece.push(' ');
                piece.push_str(word);
            }
            _ => pieces.push((word.to_owned(), moment)),
        }
    }
    let last = pieces.len().saturating_sub(1);
    let shown = pieces
        .into_iter()
        .enumerate()
        .map(|(nth, (piece, moment))| {
            let private = (!moment).then(|| judge(&piece, has_unit && nth == last));
            match private.flatten() {
                Some(private) => {
                    note(private);
                    private.placeholder().to_owned()
                }
                None => piece,
            }
        });
    shown.collect::<Vec<_>>().join(" ")
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

fn groups(text: &str) -> Vec<&str> {
    let groups = text.split(|c: char| !c.is_ascii_digit());
    groups.filter(|group| !group.is_empty()).collect()
}

/// `12/11/2026`, `11.12.26`, `2026-11-12`.
pub(super) fn is_day(text: &str) -> bool {
    let is_one = |sign: char| {
        let parts: Vec<&str> = text.split(sign).collect();
        let [one, two, three] = parts.as_slice() else {
            return false;
        };
        let (day, month) = if one.len() == 4 {
            (three, two)
        } else {
            (one, two)
        };
        let is_year = [one, three].iter().filter(|part| part.len() == 4).count();
        let has_year = is_year == 1 || three.len() == 2 && is_year == 0;
        let number = |part: &str| {
            (1..=2)
                .contains(&part.len())
                .then(|| part.parse::<u8>().ok())
        };
        let both = number(day).flatten().zip(number(month).flatten());
        let is_date = both.is_some_and(|(day, month)| {
            (1..=31).contains(&day.max(month)) && (1..=12).contains(&day.min(month))
        });
        has_year
            && is_date
            && parts
                .iter()
                .all(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    ['/', '.', '-'].into_iter().any(is_one)
}

/// `9:30`, `10:30:15`, and from one to the other.
fn is_time(text: &str) -> bool {
    let is_one = |text: &str| {
        let lengths: Vec<usize> = text.split(':').map(str::len).collect();
        matches!(lengths.as_slice(), [1..=2, 2] | [1..=2, 2, 2])
            && text.bytes().all(|b| b.is_ascii_digit() || b == b':')
    };
    text.split('-').all(is_one)
}

/// None of what may stay.
fn judge(text: &str, has_unit: bool) -> Option<Private> {
    let groups = groups(text);
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let digits = digits(text);
    if text.starts_with('+') && digits >= 7 {
        return Some(Private::Phone);
    }
    if is_amount(text, &groups, has_unit) || is_years(&groups) {
        return None;
    }
    let in_ones = lengths.iter().all(|length| *length == 1);
    let is_phone = match (digits, lengths.as_slice()) {
        (7, [7] | [3, 4]) | (10, [3, 7] | [6, 4] | [10]) => true,
        (11, _) => text.trim_start_matches('(').starts_with('1'),
        (7, _) if in_ones => true,
        (8..=13, groups) => groups.len() >= 3 && !text.contains(','),
        _ => false,
    };
    match (digits, lengths.as_slice()) {
        _ if is_phone => Some(Private::Phone),
        (6, [6] | [3, 3] | [2, 2, 2]) => Some(Private::Code),
        (6, _) if in_ones => Some(Private::Code),
        (0..=6, _) => None,
        _ => Some(Private::Number),
    }
}

/// As amounts are written: whole, round, in thousands, with a fraction, or from one to another of something.
fn is_amount(text: &str, groups: &[&str], has_unit: bool) -> bool {
    let count = digits(text);
    let signs: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let only = |sign: char| signs.iter().all(|c| *c == sign);
    let Some(first) = groups.first() else {
        return true;
    };
    if count > AMOUNT {
        return false;
    }
    let begins = !first.starts_with('0');
    let is_round = text.ends_with("000");
    match groups {
        [_] => {
            let is_round = ROUND.contains(&count) && text.ends_with("0000");
            signs.is_empty() && (has_unit || begins && is_round)
        }
        [from, to] if has_unit && signs.contains(&'-') => from.len() <= 9 && to.len() <= 9,
        [_, rest] if only('.') || only(',') => {
            is_fraction(first, rest, has_unit) || begins && rest.len() == 3
        }
        _ => {
            let (thousands, fraction) = in_thousands(text);
            let written = only(',') || only('.') || only(' ') || fraction;
            let sure = has_unit || is_round || fraction || only(',') || only('.') && count <= 7;
            thousands && written && begins && sure
        }
    }
}

/// What stands behind the only dot or comma makes an amount of both; `876.5550100` and `555.0100` are numbers to call.
fn is_fraction(whole: &str, fraction: &str, has_unit: bool) -> bool {
    match (whole.len(), fraction.len()) {
        (1..=9, 1..=2) => true,
        (1..=9, 1..=9) if has_unit || whole == "0" => true,
        (3, 4) => whole.starts_with(['0', '1']),
        (3, 7) | (6, 4) => false,
        (1..=6, 1..=9) => true,
        _ => false,
    }
}

/// Groups of three behind the first, and perhaps a fraction behind another sign than theirs.
fn in_thousands(text: &str) -> (bool, bool) {
    let (whole, fraction) = match text.rsplit_once(['.', ',']) {
        Some((whole, fraction)) if fraction.len() != 3 && fraction.len() <= 2 => (whole, true),
        _ => (text, false),
    };
    let sign = text.chars().find(|c| !c.is_ascii_digit());
    let same = whole.chars().all(|c| c.is_ascii_digit() || Some(c) == sign);
    let differs = !fraction || text.chars().rfind(|c| !c.is_ascii_digit()) != sign;
    let mut groups = whole.split([',', '.', ' ']).map(str::len);
    let first = groups
        .next()
        .is_some_and(|length| (1..=3).contains(&length));
    let thousands = first && same && differs && groups.all(|length| length == 3);
    (thousands, fraction)
}

/// From one year to another.
fn is_years(groups: &[&str]) -> bool {
    let is_year =
        |group: &&str| group.len() == 4 && (group.starts_with("19") || group.starts_with("20"));
    groups.len() == 2 && groups.iter().all(is_year)
}
