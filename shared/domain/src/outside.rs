//! Words that somebody else chose, before they stand in a message of ours.
//!
//! WhatsApp has no way to escape its formatting, and makes a link of whatever looks like one, so what would format, link,
//! break a line, fill a template's place or show nothing is replaced by what only looks the same.

/// `text` on one line, without a meaning of its own, `most` characters at most.
pub fn words(text: &str, most: usize) -> String {
    let mut tame = String::new();
    let mut wanted = 0_usize;
    for (c, next) in text
        .chars()
        .zip(text.chars().skip(1).map(Some).chain([None]))
    {
        if wanted >= most {
            break;
        }
        let Some(c) = tamed(c, next) else { continue };
        if c == ' ' && (tame.is_empty() || tame.ends_with(' ')) {
            continue;
        }
        tame.push(c);
        wanted = wanted.saturating_add(1);
    }
    tame.truncate(tame.trim_end().len());
    tame
}

/// None for what shows nothing, or changes how others show.
fn tamed(c: char, next: Option<char>) -> Option<char> {
    Some(match c {
        '*' => '∗',
        '_' => 'ˍ',
        '~' => '∼',
        '`' => '\'',
        '{' => '(',
        '}' => ')',
        '<' => '‹',
        '>' => '›',
        '@' => '＠',
        // A slash or a dot that something follows may be a part of an address.
        '/' => '∕',
        '.' if next.is_some_and(|next| !next.is_whitespace()) => '․',
        c if c.is_whitespace() => ' ',
        c if crate::command::is_invisible(c) || is_control_of_text(c) => return None,
        c => c,
    })
}

/// Annotation and tag characters, and what is nobody's: they show nothing, or a box.
pub(crate) fn is_control_of_text(c: char) -> bool {
    matches!(c, '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{206a}'..='\u{206f}'
        | '\u{3164}' | '\u{ffa0}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_symbols_stay_as_they_are() {
        for text in [
            "J$",
            "TT$",
            "€",
            "Marcia B.",
            "José O'Neil-Brown",
            "for lunch, 5 × 2",
            "谢谢",
        ] {
            assert_eq!(words(text, 40), text);
        }
    }

    #[test]
    fn what_would_format_link_or_fill_in_only_looks_the_same() {
        assert_eq!(
            words(
                "*Flash*: go to https://evil.example/x\n_now_ {{1}} ```~a~```",
                200
            ),
            "∗Flash∗: go to https:∕∕evil․example∕x ˍnowˍ ((1)) '''∼a∼'''"
        );
        assert_eq!(words("a\u{202e}b\u{200b}\u{7}c\u{e0041}", 9), "abc");
        assert_eq!(words("  two \r\n\t words  ", 99), "two words");
        assert_eq!(words("1234567", 3), "123");
    }

    fn hostile() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[*_~`{}<>@/. \n\r\t>\\-a-z0-9:\u{200b}\u{202e}\u{feff}\u{2028}\u{e0041}]{0,60}",
        ]
    }

    proptest! {
        #[test]
        fn nothing_that_means_something_is_left(text in hostile(), most in 0_usize..50) {
            let tame = words(&text, most);
            prop_assert!(tame.chars().count() <= most);
            let meaning = tame.chars().find(|c| "*_~`{}<>@/\n\r\u{2028}\u{2029}".contains(*c));
            prop_assert_eq!(meaning, None);
            prop_assert!(!tame.chars().any(|c| c.is_control() || crate::command::is_invisible(c)));
            prop_assert!(!tame.contains("  ") && tame.trim() == tame);
            let letters: Vec<char> = tame.chars().collect();
            prop_assert!(letters.windows(2).all(|pair| pair[0] != '.' || pair[1] == ' '), "{tame}");
        }

        #[test]
        fn what_is_tame_stays_as_it_is(text in hostile()) {
            let tame = words(&text, 1_000);
            prop_assert_eq!(words(&tame, 1_000), tame);
        }
    }
}
