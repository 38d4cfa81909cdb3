//! What names the currency of an amount, before it or after it; and what would make another amount of it.

use iso_currency::Currency;

use super::{AmountError, Typed};

/// Signs that the Caribbean writes its money with. `$` alone is of no country.
const SIGNS: &[(&str, &str)] = &[
    ("US$", "USD"),
    ("USD$", "USD"),
    ("J$", "JMD"),
    ("JA$", "JMD"),
    ("JMD$", "JMD"),
    ("TT$", "TTD"),
    ("BZ$", "BZD"),
    ("RD$", "DOP"),
    ("EC$", "XCD"),
    ("BDS$", "BBD"),
    ("CI$", "KYD"),
    ("KY$", "KYD"),
    ("CA$", "CAD"),
    ("€", "EUR"),
    ("£", "GBP"),
];

/// Codes that are words of English or Spanish as well: they count in capitals alone.
const WORDS_TOO: &[&str] = &[
    "ALL", "BAM", "BOB", "COP", "CUP", "GEL", "MAD", "MOP", "PEN", "RON", "SOS", "TOP", "TRY",
];

/// Dollars of no country.
const DOLLARS: &[&str] = &[
    "$", "dollar", "dollars", "dólar", "dólares", "dolar", "dolares",
];

/// Money of another kind, or of another country than a mark says.
const UNITS: &[&str] = &[
    "cent",
    "cents",
    "centavo",
    "centavos",
    "¢",
    "c",
    "sat",
    "sats",
    "satoshi",
    "satoshis",
    "btc",
    "bitcoin",
    "bitcoins",
    "₿",
    "usdt",
    "usdc",
    "peso",
    "pesos",
    "euro",
    "euros",
    "pound",
    "pounds",
    "gourde",
    "gourdes",
    "buck",
    "bucks",
    "quid",
    "jamaican",
    "canadian",
    "bahamian",
    "barbadian",
    "bajan",
    "belize",
    "cayman",
    "trinidad",
    "caribbean",
];

/// What multiplies the number before it, or goes on with it.
const SHORTHAND: &[&str] = &[
    "k", "m", "mm", "b", "bn", "grand", "hundred", "thousand", "million", "billion", "mil",
    "ciento", "cientos", "millón", "millon", "millones", "point", "punto", "coma", "comma", "and",
    "y", "plus", "minus", "times", "x",
];

/// The mark that a word begins with, and the number after it: `US$5` has both, `US$` and `5` one.
pub(super) fn before(word: &str) -> (Option<&str>, &str) {
    if is_mark(word) {
        return (Some(word), "");
    }
    let sign = word
        .char_indices()
        .map(|(at, c)| at.saturating_add(c.len_utf8()))
        .take(5)
        .filter_map(|end| word.split_at_checked(end))
        .filter(|(mark, rest)| is_mark(mark) && !rest.starts_with(char::is_alphabetic))
        .last();
    match sign {
        Some((mark, rest)) => (Some(mark), rest),
        // `C$5`: a sign, of nobody we know.
        None => match word.split_once('$') {
            Some((country, rest)) if country.chars().all(char::is_alphabetic) => {
                (word.strip_suffix(rest), rest)
            }
            _ => (None, word),
        },
    }
}

fn is_mark(text: &str) -> bool {
    read(text).is_ok() || is_unit(text)
}

fn is_unit(text: &str) -> bool {
    UNITS.contains(&text.to_lowercase().as_str())
}

/// What a mark says.
pub(super) fn read(mark: &str) -> Result<Typed, AmountError> {
    let lower = mark.to_lowercase();
    if DOLLARS.contains(&lower.as_str()) {
        return Ok(Typed::Unmarked);
    }
    let upper = mark.to_uppercase();
    if let Some((_, code)) = SIGNS.iter().find(|(sign, _)| *sign == upper) {
        return Ok(of_code(code));
    }
    if is_unit(mark) {
        return Err(AmountError::OtherUnit);
    }
    if SHORTHAND.contains(&lower.as_str()) {
        return Err(AmountError::Shorthand);
    }
    let code = Currency::from_code(&upper)
        .filter(|_| mark == upper || !WORDS_TOO.contains(&upper.as_str()));
    match code {
        Some(code) => Ok(of_code(code.code())),
        None if mark.chars().any(|c| c.is_alphanumeric() || c == '$') => {
            Err(AmountError::OtherUnit)
        }
        None => Err(AmountError::Malformed),
    }
}

fn of_code(code: &str) -> Typed {
    match code {
        "USD" => Typed::Usd,
        code => Typed::Code(code.to_owned()),
    }
}

/// What the word after a number says, if it is about its currency.
pub(super) fn follows(word: &str) -> Result<Option<Typed>, AmountError> {
    let word = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    if is_unit(word) {
        return Err(AmountError::OtherUnit);
    }
    match read(word) {
        Ok(mark) => Ok(Some(mark)),
        Err(AmountError::Shorthand) => Err(AmountError::Shorthand),
        Err(_) => Ok(None),
    }
}

/// What two marks say together.
pub(super) fn both(before: Typed, after: Typed) -> Result<Typed, AmountError> {
    match (before, after) {
        (Typed::Unmarked, other) | (other, Typed::Unmarked) => Ok(other),
        (one, other) if one == other => Ok(one),
        _ => Err(AmountError::TwoCurrencies),
    }
}

/// Nothing in the words that follow an amount goes on with it: `thousand`, `Jamaican dollars`, `2 dollars`, `por 3`.
pub(super) fn ends_before(rest: &str) -> Result<(), AmountError> {
    let mut words = rest.split_whitespace().map(str::to_lowercase);
    let (first, second) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let counts = |text: &str| {
        let first = text.chars().find(|c| c.is_alphanumeric());
        first.is_some_and(char::is_numeric)
    };
    if counts(rest) {
        Err(AmountError::TwoNumbers)
    } else if SHORTHAND.contains(&first.as_str()) || (first == "por" && counts(&second)) {
        Err(AmountError::Shorthand)
    } else if is_unit(&first) || second == "cents" || DOLLARS.contains(&second.as_str()) {
        Err(AmountError::OtherUnit)
    } else {
        Ok(())
    }
}
