//! Markdown, which models write, as WhatsApp has it; and nothing that shows nothing.

use crate::command::is_invisible;

/// What is right already stays as it is.
pub(super) fn tidy(text: &str) -> String {
    let text = without_thoughts(text);
    let seen: String = text
        .replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\t' || c == '\r' { ' ' } else { c })
        .filter(|c| *c == '\n' || !shows_nothing(*c))
        .collect();
    let mut lines: Vec<String> = Vec::new();
    for line in seen.lines().map(line) {
        let Some(line) = line else { continue };
        let is_blank = line.is_empty();
        if !(is_blank && lines.last().is_none_or(String::is_empty)) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

/// Models of the thinking kind may put their thoughts first.
fn without_thoughts(text: &str) -> &str {
    let text = text.trim();
    let thoughts = text.strip_prefix("<think>");
    let after = thoughts.and_then(|rest| rest.split_once("</think>"));
    after.map_or(text, |(_, rest)| rest)
}

/// Joiners and selectors beside what is invisible anywhere: emoji lose their variants, nothing else.
fn shows_nothing(c: char) -> bool {
    is_invisible(c)
        || matches!(c, '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{20e3}'
            | '\u{3164}' | '\u{ffa0}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{10ffff}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{2028}' | '\u{2029}')
}

/// None: the line only draws.
fn line(line: &str) -> Option<String> {
    let line = line.trim();
    if line.starts_with("```")
        || line.len() > 2
            && line
                .chars()
                .all(|c| matches!(c, '-' | '=' | '*' | '_' | '|' | ':' | ' '))
    {
        return None;
    }
    let heading = line.trim_start_matches('#');
    if heading.len() < line.len() && heading.starts_with(' ') {
        let heading = heading.replace(['*', '`'], "");
        let heading = heading.trim();
        return (!heading.is_empty()).then(|| format!("*{heading}*"));
    }
    let line = line.strip_prefix("> ").unwrap_or(line);
    let item = ["- ", "* ", "+ "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark));
    let line = item.map_or_else(|| line.to_owned(), |item| format!("• {item}"));
    let line = line.replace("**", "*").replace("__", "_").replace("~~", "");
    Some(closed(&codes(&line)))
}

/// Code is shown bold, as what can be typed is.
fn codes(line: &str) -> String {
    if line.matches('`').count().is_multiple_of(2) {
        line.replace('`', "*").replace("**", "*")
    } else {
        line.replace('`', "")
    }
}

/// A mark that is left open shows as itself, and is left out.
fn closed(line: &str) -> String {
    let mut line = line.to_owned();
    if !line.matches('*').count().is_multiple_of(2) {
        line = line.replace('*', "");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_whatsapps_markup() {
        for (markdown, markup) in [
            ("Send **link** now.", "Send *link* now."),
            ("### How\ntext", "*How*\ntext"),
            ("- one\n* two\n+ three", "• one\n• two\n• three"),
            ("1. one\n2. two", "1. one\n2. two"),
            ("a\n\n\n\nb\r\n", "a\n\nb"),
            ("send `help`", "send *help*"),
            ("```\nhelp\n```", "help"),
            ("| a | b |\n|---|---|", "| a | b |"),
            ("an *open one", "an open one"),
            ("<think>They ask…</think>\nSend *help*.", "Send *help*."),
            ("b\u{200b}a\u{202e}l\u{e0041}", "bal"),
            ("  > quoted", "quoted"),
        ] {
            assert_eq!(tidy(markdown), markup);
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_tidied_is_text_that_shows(text in "[ \\na-c*_`#>|.~\\-\u{200b}\u{202e}]{0,60}") {
            let tidy = tidy(&text);
            proptest::prop_assert_eq!(tidy.trim(), tidy.as_str());
            proptest::prop_assert!(!tidy.contains("\n\n\n") && !tidy.contains('`'));
            proptest::prop_assert!(!tidy.chars().any(|c| c != '\n' && shows_nothing(c)));
            proptest::prop_assert!(tidy.lines().all(|line| line.matches('*').count() % 2 == 0));
        }
    }
}
