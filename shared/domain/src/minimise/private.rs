//! What is private, and what stands in its place.

use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

use super::{Private, number, regex};

/// In the order in which they are looked for: what may hold another comes before it.
static FORMS: LazyLock<Vec<(Private, Regex)>> = LazyLock::new(|| {
    let forms = [
        (
            Private::Invoice,
            r"(?i)\b(?:lightning:)?(?:ln(?:bc|tb|bcrt)[0-9a-z]{20,}|lnurl1[0-9a-z]{10,}|lno1[0-9a-z]{10,})",
        ),
        (Private::Link, r"(?i)\b(?:https?://|www\.)\S+"),
        (
            Private::Link,
            r"(?i)\b(?:bitcoin|ethereum|lightning|mailto|tel|otpauth|nostr):[^\s\[]\S+",
        ),
        // With blanks around its signs, or with words in their place; a link behind a name goes with it.
        (
            Private::Email,
            r"(?i)\b[\w.+%-]+\s?(?:@|\(at?\)|\[at?\]|\(arroba\)|\[arroba\]|\barroba\b)\s?[\w-]+(?:\s?\.\s?[\w-]+)*\s?(?:\.|\bdot\b|\bpunto\b|\(dot\)|\[dot\]|\(\.\)|\[\.\])\s?(?:com|net|org|io|jm|edu|gov|me|co|tt|do|bb|es)\b(?:[/?]\S*)?",
        ),
        (
            Private::Email,
            r"(?i)\b(?:[\w+%-]+ dot )?[\w.+%-]+ at [\w-]+\s?(?:\bdot\b|\(dot\)|\[dot\])\s?(?:com|net|org|io|jm|edu|gov|me|co|tt|do|bb|es)\b(?:[/?]\S*)?",
        ),
        (
            Private::Email,
            r"[^\s@<>()\[\]{},;:]+@[^\s@<>()\[\]{},;:]+\.[^\s@<>()\[\]{},;:.]+",
        ),
        // Without the end of its domain.
        (Private::Email, r"\b[\w.+%-]+@[\w-]+"),
        (
            Private::Link,
            r"(?i)\b(?:[\w-]+\.)+(?:com|net|org|io|me|app|link|ly|co|info|xyz|jm|tt|do|site|online|top|shop|cash|money)(?::\d+)?[/?]\S+",
        ),
        (
            Private::Address,
            r"(?i)\b(?:bc|tb|bcrt)1[02-9ac-hj-np-z]{11,87}\b",
        ),
        // In groups, as it is read out.
        (
            Private::Address,
            r"(?i)\b(?:bc|tb|bcrt)1[02-9ac-hj-np-z]{1,8}(?:[ -][02-9ac-hj-np-z]{2,8}){3,}\b",
        ),
        (Private::Address, r"\b[13mn2][1-9A-HJ-NP-Za-km-z]{25,34}\b"),
        (Private::Address, r"\b0x[0-9a-fA-F]{40}\b"),
        (
            Private::Address,
            r"\b(?:[xyz]pub|T)[1-9A-HJ-NP-Za-km-z]{33,110}\b",
        ),
        (
            Private::Id,
            r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
        ),
        (Private::Id, r"\b[A-Za-z0-9_-]{24,}\b"),
        (
            Private::Number,
            r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b",
        ),
        // In the groups of North America, whatever signs are between them.
        (
            Private::Phone,
            r"(?:\+?1[^\w,]{0,3})?\(?\d{3}\)?(?:[^\w,]|_){1,3}\d{3}(?:[^\w,]|_){1,3}\d{4,}",
        ),
    ];
    forms
        .into_iter()
        .map(|(private, form)| (private, regex(form)))
        .collect()
});

/// With what stands before it, which is no part of an address or a word.
static USERNAME: LazyLock<Regex> = LazyLock::new(|| regex(r"(^|[^\w@])@[A-Za-z0-9_]{3,50}\b"));

/// The text with placeholders, and what they stand for, each once.
pub(super) fn replaced(text: &str) -> (String, Vec<Private>) {
    let mut text = text.to_owned();
    let mut kinds = Vec::new();
    for (private, form) in FORMS.iter() {
        let put = |found: &Captures<'_>| put(*private, found.get(0).map_or("", |all| all.as_str()));
        let after = form.replace_all(&text, put).into_owned();
        note(&mut kinds, *private, after != text);
        text = after;
    }
    let after = USERNAME.replace_all(&text, "${1}[username]").into_owned();
    note(&mut kinds, Private::Username, after != text);
    let text = number::replaced(&after, |private| note(&mut kinds, private, true));
    (text, kinds)
}

/// A word of letters alone is a word, however long, and a link to Flash says nothing of anybody.
fn put(private: Private, found: &str) -> String {
    let is_word = private == Private::Id && !found.contains(|c: char| c.is_ascii_digit());
    if is_word || private == Private::Link && is_flash(found) {
        return found.to_owned();
    }
    // What ends the sentence is not the link's.
    let end = found
        .trim_end_matches(|c: char| ".,;:!?)\"'*".contains(c))
        .len();
    format!(
        "{}{}",
        private.placeholder(),
        found.get(end..).unwrap_or_default()
    )
}

/// Without a path that may name somebody.
fn is_flash(link: &str) -> bool {
    let lower = link.to_lowercase();
    let link = lower.trim_end_matches(|c: char| "/.,;:!?)\"'*".contains(c));
    let host = link
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    matches!(
        host.trim_start_matches("www."),
        "getflash.io" | "flashapp.me"
    )
}

fn note(kinds: &mut Vec<Private>, private: Private, there: bool) {
    if there && !kinds.contains(&private) {
        kinds.push(private);
    }
}
