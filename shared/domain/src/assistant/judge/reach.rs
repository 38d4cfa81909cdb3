//! Where an answer leads, and how its words are spelt: what is found by its characters rather than its words.

use super::{Because, Ground, words};
use crate::command::{Parsed, parse};

pub(super) fn objection(text: &str, ground: &Ground) -> Option<Because> {
    if text.contains('<')
        || text.contains('>')
        || text.contains("[/")
        || text.contains('{')
        || text.contains('\\')
    {
        return Some(Because::Role);
    }
    if text.lines().any(speaks_for_another) {
        return Some(Because::Role);
    }
    if text.chars().any(is_strange) {
        return Some(Because::Letters);
    }
    let mut rest = text.to_owned();
    let mut links: Vec<&str> = ground.links.iter().map(String::as_str).collect();
    // The longest first: one may be the beginning of another.
    links.sort_by_key(|link| std::cmp::Reverse(link.len()));
    for word in tokens(text).filter(|word| links.contains(word)) {
        rest = rest.replacen(word, " ", 1);
    }
    let leads = tokens(&rest).any(leads) || is_spoken(&rest);
    if leads {
        return Some(Because::Link);
    }
    is_disguised(&rest, &ground.notes).then_some(Because::Letters)
}

/// Who has lines of their own in a chat's transcript.
const SPEAKERS: &[&str] = &[
    "system",
    "sistema",
    "assistant",
    "asistente",
    "user",
    "usuario",
    "admin",
    "administrator",
    "administrador",
    "support",
    "soporte",
    "agent",
    "agente",
    "security",
    "seguridad",
    "team",
    "equipo",
    "staff",
    "bank",
    "banco",
    "developer",
    "customer",
    "cliente",
    "alert",
    "alerta",
    "official",
    "oficial",
];

/// `System: …`, `Flash support: …`.
fn speaks_for_another(line: &str) -> bool {
    let Some((speaker, _)) = line.split_once(':') else {
        return false;
    };
    let words = words::of(speaker);
    words.len() <= 3 && words.iter().any(|word| SPEAKERS.contains(&word.as_str()))
}

/// A letter or digit that neither language is written with: it may look like one that is.
fn is_strange(c: char) -> bool {
    let ours = c.is_ascii() || matches!(c, '\u{c0}'..='\u{ff}' | 'ª' | 'º');
    (c.is_alphanumeric() && !ours)
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{fe50}'..='\u{fe6f}' | '\u{ff00}'..='\u{ffef}' | '\u{2024}' | '\u{3002}' | '\u{2044}' | '\u{2215}')
}

/// As a phone would take them apart to find links.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '*' | '_' | '(' | ')' | '[' | ']' | '“' | '”' | '"' | '«' | '»'
            )
    })
    .map(|word| word.trim_end_matches(['.', ',', ':', ';', '?', '!', '…']))
    .filter(|word| !word.is_empty())
}

/// Abbreviations with a point within.
const ABBREVIATIONS: &[&str] = &["e.g", "i.e", "p.ej", "a.m", "p.m", "u.s", "ee.uu"];

/// Flash's own names, which may be spoken of.
const NAMES: &[&str] = &["getflash.io", "flashapp.me"];

/// The word is, or may pass for, a link, an address, an account or a code to pay.
fn leads(word: &str) -> bool {
    let lower = word.to_lowercase();
    let named = ABBREVIATIONS.contains(&lower.as_str()) || NAMES.contains(&lower.as_str());
    let pointed = lower.split('.').collect::<Vec<_>>();
    let within = pointed.windows(2).any(|two| {
        let letter = |part: Option<&&str>, last: bool| {
            let part = part.copied().unwrap_or_default();
            let c = if last {
                part.chars().next_back()
            } else {
                part.chars().next()
            };
            c.is_some_and(char::is_alphabetic)
        };
        letter(two.first(), true) && letter(two.get(1), false)
            || letter(two.first(), false) && letter(two.get(1), true)
    });
    let schemed = lower.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.len() > 1
            && scheme.chars().all(char::is_alphabetic)
            && rest.chars().any(char::is_alphanumeric)
    });
    let at_username = word.starts_with('@') && EXAMPLES.contains(&lower.as_str());
    let code = lower.chars().count() > 24
        || ["lnbc", "lnurl", "bc1", "tb1", "npub", "nsec"]
            .iter()
            .any(|begun| lower.strip_prefix(begun).is_some_and(|rest| rest.len() > 3));
    let escaped = lower.contains("//")
        || lower.contains("www")
        || lower.contains("xn--")
        || lower.contains('%') && !is_share(&lower);
    (within && !named) || schemed || escaped || code || (lower.contains('@') && !at_username)
}

/// Usernames that texts use as an example.
const EXAMPLES: &[&str] = &["@theirname", "@sunombre", "@nombre"];

fn is_share(word: &str) -> bool {
    word.strip_suffix('%').is_some_and(|share| {
        share
            .chars()
            .all(|c| c.is_ascii_digit() || c == '.' || c == ',')
    })
}

/// Ends of addresses as they are said aloud.
const ENDS: &[&str] = &[
    "com", "net", "org", "io", "me", "app", "co", "info", "link", "ly", "xyz", "site", "online",
    "top", "ru", "cc",
];

/// “evil dot com”, “evil . com”, “evil punto com”, “evil (.) com”.
fn is_spoken(text: &str) -> bool {
    let spaced: String = text
        .to_lowercase()
        .chars()
        .map(|c| {
            if matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '*' | '_') {
                ' '
            } else {
                c
            }
        })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.windows(2).any(|two| {
        let [one, next] = two else { return false };
        let end = next.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_end = ENDS.contains(&end.split('/').next().unwrap_or_default());
        match *one {
            "dot" => true,
            "punto" | "." | "·" | "•" => is_end,
            // A sentence does not begin with a small letter.
            one => {
                one.ends_with('.') && is_end && text.contains(&format!(" {end}"))
                    || end.starts_with('.') && ENDS.contains(&end.trim_start_matches('.'))
            }
        }
    })
}

/// Letters that are spelt one by one, or with others among them: `P I N`, `p.i.n`, `pa$$word`, `p4ssword`.
fn is_disguised(text: &str, notes: &[String]) -> bool {
    let spelt = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')));
    let mut row = 0_usize;
    for word in spelt.filter(|word| !word.is_empty()) {
        let single = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
        row = if single { row.saturating_add(1) } else { 0 };
        if row > 2 {
            return true;
        }
    }
    text.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let letters: Vec<char> = word.chars().collect();
        let within = letters.windows(3).any(|three| {
            matches!(three, [one, mark, next] if one.is_alphabetic() && next.is_alphabetic() && matches!(mark, '$' | '@' | '!' | '|' | '€' | '+' | '.'))
                || matches!(three, [one, digit, next] if one.is_alphabetic() && next.is_alphabetic() && digit.is_numeric())
        }) || word.contains("$$");
        let lower = word.to_lowercase();
        let known = ABBREVIATIONS.contains(&lower.as_str())
            || NAMES.contains(&lower.as_str())
            || notes.contains(&lower)
            || parse(word) != Parsed::Unknown;
        within && !known
    })
}
