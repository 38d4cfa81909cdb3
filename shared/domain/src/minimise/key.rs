//! Keys: those that can spend, and those that open an account to a program.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::regex;

/// WIF, extended, of Nostr, in a file.
static SPENDS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:[5KL9c][1-9A-HJ-NP-Za-km-z]{50,51}|[xyztuvYZUV]prv[1-9A-HJ-NP-Za-km-z]{90,120}|(?i:nsec1)[0-9A-Za-z]{50,70})\b|-BEGIN [A-Z ]*PRIVATE KEY",
    )
});
/// What is a payment's hash unless it is called a key.
static HEX: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:0x)?[0-9a-fA-F]{64}\b"));
static NAMES_ONE_THAT_SPENDS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)private|secret|seed|clave|privada|secreta|semilla|\bkey\b|llave"));

/// By their form: Flash's, of other makers, tokens of three parts, what follows `Bearer`.
static OPENS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\bfk_[0-9a-fA-F]{6,}|\bfk[_ ] ?[0-9a-fA-F]{8,}|\bory_(?:st|at)_\w{16,}|\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bSK[0-9a-fA-F]{32}\b|\bgh[pousr]_\w{20,}|\bxox[abprs]-[\w-]{10,}|\bwhsec_\S{16,}|\beyJ[\w-]{8,}\.[\w-]{8,}|(?i:bearer)\s+[\w.~+/=-]{16,}",
    )
});
/// Any that is called so.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:api[ _-]?key|api[ _-]?secret|(?:auth|access|api)[ _-]?token|token|clave de api|llave)\b\W{0,3}(?:(?:is|es|de|for|para|acceso)\W{1,3}){0,2}[\w.~+/=-]*\d[\w.~+/=-]*",
    )
});
const NAMED_SHORTEST: usize = 16;

/// What may be one of a form that is not known.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| regex(r"[A-Za-z0-9_\-+/=]{28,}"));

/// How addresses and public keys begin that are written in small and capital letters.
const PUBLIC: [&str; 9] = ["1", "2", "3", "m", "n", "T", "xpub", "ypub", "zpub"];
/// The longest such address.
const ADDRESS: usize = 35;

pub(super) fn can_spend(text: &str) -> bool {
    SPENDS.is_match(text) || HEX.is_match(text) && NAMES_ONE_THAT_SPENDS.is_match(text)
}

pub(super) fn opens(text: &str) -> bool {
    let is_long = |named: &str| {
        let value = named.rsplit(|c: char| " \n:\"'*".contains(c)).next();
        value.is_some_and(|value| value.len() >= NAMED_SHORTEST)
    };
    OPENS.is_match(text)
        || NAMED.find_iter(text).any(|named| is_long(named.as_str()))
        || TOKEN.find_iter(text).any(|token| is_token(token.as_str()))
}

/// Small and capital letters and several digits, all mixed: nobody types such words. What can be paid has none of capital
/// letters or none of small ones.
fn is_token(token: &str) -> bool {
    let count = |is: fn(&char) -> bool| token.chars().filter(is).count();
    let public = PUBLIC
        .iter()
        .any(|begin| token.starts_with(begin) && (begin.len() > 1 || token.len() <= ADDRESS));
    !public
        && count(char::is_ascii_lowercase) >= 3
        && count(char::is_ascii_uppercase) >= 3
        && count(char::is_ascii_digit) >= 3
}
