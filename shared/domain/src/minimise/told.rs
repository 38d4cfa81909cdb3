//! Passwords, PINs and one-time codes that somebody tells by name: `my PIN is 4821`, `4821 es mi clave`.

use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

use super::number::is_day;
use super::regex;

/// What a password is called. `pass` alone is many things, and one only where a sign says so.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:password|pass[ -]?word|passwd|passcode|pass ?phrase|pwd|contrasenia|contrasena|clave|pin)\b|\bpass\s?[:=]",
    )
});

/// Told before it is named.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(\S{4,40})\s+(?:is|was|es|era)\s+(?:my|the|our|mi|la|el|nuestra)\s+(?:\w+\s+){0,2}(?:password|passcode|contrasena|clave|pin)\b",
    )
});

/// So many words after its name a password may stand.
const WITHIN: usize = 9;
/// The shortest that is taken for one where it isn't the whole sentence.
const SHORTEST: usize = 4;

/// What says what something is.
const LINKS: [&str; 9] = ["is", "was", "are", "es", "era", "son", "fue", "to", "por"];
/// What may stand between that and the password.
const FILLERS: [&str; 12] = [
    "the",
    "following",
    "this",
    "now",
    "still",
    "la",
    "el",
    "esta",
    "siguiente",
    "ahora",
    "todavia",
    "one",
];
/// What numbers after a password's name count.
const COUNTED: [&str; 20] = [
    "character",
    "characters",
    "digit",
    "digits",
    "letter",
    "letters",
    "number",
    "numbers",
    "caracter",
    "caracteres",
    "digito",
    "digitos",
    "letra",
    "letras",
    "numeros",
    "times",
    "days",
    "minutes",
    "veces",
    "dias",
];
/// What a password is said to be that is none.
const NO_PASSWORDS: [&str; 92] = [
    "wrong",
    "not",
    "incorrect",
    "invalid",
    "valid",
    "right",
    "correct",
    "lost",
    "forgotten",
    "gone",
    "old",
    "new",
    "weak",
    "strong",
    "safe",
    "secure",
    "unsafe",
    "needed",
    "required",
    "asked",
    "being",
    "secret",
    "private",
    "a",
    "my",
    "it",
    "what",
    "no",
    "expired",
    "blocked",
    "locked",
    "hacked",
    "compromised",
    "stolen",
    "leaked",
    "missing",
    "broken",
    "hidden",
    "saved",
    "shown",
    "rejected",
    "accepted",
    "refused",
    "changed",
    "reset",
    "set",
    "working",
    "fine",
    "ok",
    "okay",
    "good",
    "bad",
    "long",
    "short",
    "empty",
    "different",
    "same",
    "unknown",
    "enough",
    "here",
    "there",
    "that",
    "failing",
    "stuck",
    "incorrecta",
    "incorrecto",
    "correcta",
    "mala",
    "malo",
    "buena",
    "segura",
    "insegura",
    "nueva",
    "vieja",
    "mi",
    "una",
    "necesaria",
    "bloqueada",
    "vencida",
    "expirada",
    "robada",
    "perdida",
    "olvidada",
    "debil",
    "fuerte",
    "corta",
    "larga",
    "igual",
    "distinta",
    "diferente",
    "valida",
    "invalida",
];

/// `text` is without accents.
pub(super) fn has_password(text: &str) -> bool {
    let is_told = |name: regex_lite::Match<'_>| {
        // The sign after `pass` is read again.
        let end = name.as_str().trim_end_matches([':', '=']).len();
        let after = text.get(name.start().saturating_add(end)..);
        after.is_some_and(tells)
    };
    NAME.find_iter(text).any(is_told)
        || BEFORE.captures_iter(text).any(|found| {
            let value = found.get(1).map_or("", |value| value.as_str());
            is_telling(value.trim_matches(AROUND))
        })
}

/// Signs around a word that are none of it.
const AROUND: [char; 22] = [
    '.', ',', ';', '!', '?', ':', '=', '<', '>', '-', '*', '_', '~', '"', '\'', '`', '(', ')', '[',
    ']', '{', '}',
];

/// What follows a password's name says what it is.
fn tells(after: &str) -> bool {
    let words = after.split_inclusive(char::is_whitespace);
    let words = words.filter(|word| !word.trim().is_empty());
    let mut words = words.take(WITHIN).peekable();
    let mut linked = false;
    let mut wants_telling = false;
    let mut is_first = true;
    while let Some(line) = words.next() {
        let mut word = line.trim();
        linked |= word.starts_with("->");
        if let Some((_, told)) = word.split_once([':', '=']).filter(|_| !linked)
            && !told.is_empty()
        {
            linked = true;
            word = told;
        }
        let value = word.trim_matches(AROUND);
        let lower = value.to_lowercase();
        let next = words
            .peek()
            .map(|next| next.trim().trim_matches(AROUND).to_lowercase());
        let ends =
            next.is_none() || line.ends_with('\n') || word.ends_with(['.', ',', ';', '!', '?']);
        let counts = next.is_some_and(|next| COUNTED.contains(&next.as_str()));
        if LINKS.contains(&lower.as_str()) {
            linked = true;
            wants_telling = matches!(lower.as_str(), "to" | "por");
        } else if linked && FILLERS.contains(&lower.as_str()) {
            wants_telling = true;
        } else if (linked || is_first) && is_telling(value) && !counts {
            return true;
        } else if linked && !value.is_empty() {
            let is_word =
                value.chars().all(char::is_alphabetic) && value.chars().count() >= SHORTEST;
            return ends && is_word && !wants_telling && !NO_PASSWORDS.contains(&lower.as_str());
        } else if word.ends_with(['.', ';', '!', '?']) {
            return false;
        }
        linked |= word.ends_with([':', '=']) || word.ends_with("->");
        is_first &= value.is_empty();
    }
    false
}

/// No word, amount or day: with digits, or with signs among letters.
fn is_telling(value: &str) -> bool {
    let has = |is: fn(char) -> bool| value.chars().any(is);
    let is_signed = has(|c| "!@#$%^&*+_".contains(c)) && has(char::is_alphanumeric);
    let is_amount = value.contains(['$', '€', '£']) && !has(char::is_alphabetic);
    value.chars().count() >= SHORTEST
        && (has(|c| c.is_ascii_digit()) || is_signed)
        && !is_amount
        && !is_day(value)
}

/// A one-time code that is called so. What others of its name are said to be stands before it.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?P<other>\[|(?:error|area|zip|postal|country|promo|referral|discount|bank|branch|sort|swift|qr|bar|product|status|agent|merchant|invite|invitation|coupon)(?:'s)?)?\s*\b(?:codigo|code|(?P<sure>otp|one[ -]time|verification|verificacion))\b(?P<between>(?:\W{1,3}(?:number|it|says|came|just|by|via|on|phone|telefono|texto|de|para|por|al|for|of|del?|my|mi|flash|whatsapp|sms|text|entrar|login|link|linking|account|cuenta|the|is|was|es|era|they|he|she|sent|send|gave|me|you|llega|llego|que|i|got|get|received|recibi|mandaron|dieron|dice|code|codigo|here|aqui|esta|este|this|now|ahora|verification|verificacion|seguridad|security)\b){0,8}\W{0,4})\b(?P<digits>\d[\d \-]{2,9}\d)\b",
    )
});

/// Told before it is named, as messages with codes do.
static CODE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)\b(?:\d{4,8}|\d{3}[ -]\d{3})[*"' ]{1,3}(?:is|was|es|era)\s+(?:\w+\s+){1,4}(?:code|codigo|otp)\b"#,
    )
});

/// As many digits as codes here have, and most others.
const USUAL: usize = 6;

/// `text` is without accents. A few digits right behind the word are the code of an error as well.
pub(super) fn has_code(text: &str) -> bool {
    let is_told = |found: Captures<'_>| {
        let digits = found.name("digits").map_or("", |digits| digits.as_str());
        let between = found.name("between").map_or("", |between| between.as_str());
        let is_sure = found.name("sure").is_some() || !between.trim().is_empty();
        let count = digits.chars().filter(char::is_ascii_digit).count();
        let least = if is_sure { SHORTEST } else { USUAL };
        let is_other = match found.name("other").map(|other| other.as_str().trim()) {
            // A placeholder.
            Some("[") => between.starts_with(']'),
            other => other.is_some(),
        };
        !is_other && (least..=8).contains(&count) && !is_day(digits)
    };
    CODE.captures_iter(text).any(is_told) || CODE_BEFORE.is_match(text)
}
