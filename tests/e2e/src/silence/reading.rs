//! A line as somebody could read it: its texts out of JSON, out of a URL's escapes, and numbers without their spaces.

use serde_json::Value;

/// All that stands in the line, one text a line, JSON within JSON opened.
pub(super) fn texts(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    match serde_json::from_str(line) {
        Ok(value) => collect(&value, &mut found),
        Err(_) => found.push(line.to_owned()),
    }
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => found.push(number.to_string()),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(inner @ (Value::Object(_) | Value::Array(_))) => collect(&inner, found),
            _ => found.push(text.clone()),
        },
        Value::Array(all) => all.iter().for_each(|one| collect(one, found)),
        Value::Object(members) => {
            for (name, value) in members {
                found.push(name.clone());
                collect(value, found);
            }
        }
    }
}

/// Without the escapes of a URL or a form; None if there are none.
pub(super) fn unescaped(text: &str) -> Option<String> {
    if !text.contains(['%', '+']) {
        return None;
    }
    let form = format!("x={}", text.replace('&', "%26"));
    let (_, plain) = form_urlencoded::parse(form.as_bytes()).next()?;
    Some(plain.into_owned())
}

/// Digits that only spaces, dots, dashes and brackets stand between are brought together: `+1 (876) 555-0100`.
pub(super) fn squeezed(text: &str) -> String {
    let mut close = String::with_capacity(text.len());
    let mut gap = String::new();
    for c in text.chars() {
        let after_digit = close.ends_with(|last: char| last.is_ascii_digit());
        if after_digit && gap.len() < 4 && " ().-\u{a0}".contains(c) {
            gap.push(c);
            continue;
        }
        if !c.is_ascii_digit() {
            close.push_str(&gap);
        }
        gap.clear();
        close.push(c);
    }
    close.push_str(&gap);
    close
}

/// A run of letters and digits so long, and so mixed, that a short value in it says nothing: an id, a hash, ciphertext.
pub(super) fn is_opaque(word: &str) -> bool {
    word.len() >= 20 && word.bytes().any(|b| b.is_ascii_digit())
}

/// Where the opaque runs are, as bytes' places.
pub(super) fn opaque(text: &str) -> Vec<std::ops::Range<usize>> {
    let in_run = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut runs = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, in_run(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                if is_opaque(&text[from..at]) {
                    runs.push(from..at);
                }
                start = None;
            }
            _ => {}
        }
    }
    runs
}

/// Words in lower case, without what stands between them.
pub(super) fn words(text: &str) -> Vec<String> {
    text.replace("\\n", " ")
        .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_through_json_within_json() {
        let line = r#"{"a":"{\"b\":[\"two words\",3]}","c":true}"#;
        assert_eq!(texts(line), ["a", "b", "two words", "3", "c"]);
        assert_eq!(texts("thread panicked"), ["thread panicked"]);
    }

    #[test]
    fn numbers_are_read_however_they_are_written() {
        for written in ["+1 (876) 555-0100", "1-876-555-0100", "1.876.555.0100"] {
            assert!(squeezed(written).ends_with("18765550100"), "{written}");
        }
        assert_eq!(squeezed("at 5, 6 or 7 - no"), "at 5, 6 or 7 - no");
        let form = "From=whatsapp%3A%2B18765550100&Body=good+morning";
        let plain = "From=whatsapp:+18765550100&Body=good morning";
        assert_eq!(unescaped(form).unwrap(), plain);
    }

    #[test]
    fn an_id_is_opaque_and_a_word_is_not() {
        let text = "k1.3vJ9qWn0aBcDeFgHiJkLmN says incomprehensibilities";
        let runs = opaque(text);
        assert_eq!(runs.len(), 1);
        assert_eq!(&text[runs[0].clone()], "3vJ9qWn0aBcDeFgHiJkLmN");
    }
}
