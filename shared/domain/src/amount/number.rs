//! The number of an amount: its digits, its thousands, its cents.

use super::AmountError;

/// Of whole units, so many digits are more than any currency's largest amount.
const DIGITS: usize = 9;

/// The number that a word begins with, and what is stuck to it; a colon says only that its purpose follows.
pub(super) fn split(token: &str) -> Result<(&str, &str), AmountError> {
    let first = token.chars().next().ok_or(AmountError::NotANumber)?;
    if matches!(first, '-' | '\u{2212}' | '\u{2010}'..='\u{2015}' | '(') {
        return Err(AmountError::Negative);
    }
    if token.chars().any(|c| c.is_numeric() && !c.is_ascii_digit()) {
        return Err(AmountError::OtherDigits);
    }
    if !token.contains(|c: char| c.is_ascii_digit()) {
        return Err(AmountError::NotANumber);
    }
    let end = token
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .unwrap_or(token.len());
    let (number, after) = token.split_at_checked(end).ok_or(AmountError::Malformed)?;
    if after.contains(|c: char| c.is_ascii_digit()) {
        return Err(match after.chars().next() {
            Some('e' | 'E' | 'x' | 'X' | '×' | '*') => AmountError::Shorthand,
            Some('\'' | '’' | '_') => AmountError::Ambiguous,
            _ => AmountError::Malformed,
        });
    }
    Ok((number, after.strip_suffix(':').unwrap_or(after)))
}

/// In hundredths.
pub(super) fn read(number: &str) -> Result<i64, AmountError> {
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let whole = digits(whole)?;
    let hundredths = match fraction {
        None => 0,
        Some(fraction) => hundredths(fraction, &whole)?,
    };
    if whole.len() > DIGITS {
        return Err(AmountError::TooLarge);
    }
    let whole: i64 = whole.parse().map_err(|_| AmountError::Malformed)?;
    whole
        .checked_mul(100)
        .and_then(|minor| minor.checked_add(hundredths))
        .ok_or(AmountError::TooLarge)
}

/// Whole units without what groups them.
fn digits(whole: &str) -> Result<String, AmountError> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = whole.contains(',');
    if grouped && (first.is_empty() || first.len() > 3 || first.starts_with('0')) {
        return Err(AmountError::Ambiguous);
    }
    if groups.any(|group| group.len() != 3) {
        return Err(AmountError::Ambiguous);
    }
    if first.is_empty() || (first.len() > 1 && first.starts_with('0')) {
        return Err(AmountError::Malformed);
    }
    Ok(whole.replace(',', ""))
}

fn hundredths(fraction: &str, whole: &str) -> Result<i64, AmountError> {
    if fraction.contains(',') {
        // `1.000,50` is a thousand elsewhere.
        return Err(AmountError::Ambiguous);
    }
    if fraction.is_empty() || fraction.contains('.') {
        return Err(AmountError::Malformed);
    }
    let tenfold = match fraction.len() {
        1 => 10,
        2 => 1,
        3 if whole != "0" && whole.len() <= 3 => return Err(AmountError::Ambiguous),
        _ => return Err(AmountError::TooFine),
    };
    let read: i64 = fraction.parse().map_err(|_| AmountError::Malformed)?;
    read.checked_mul(tenfold).ok_or(AmountError::Malformed)
}
