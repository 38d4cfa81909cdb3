//! WhatsApp's markup in an answer: `*bold*`, `_italic_`, numbered lines. Bold also says what to type.

use crate::language::Language;

/// None of it is Markdown, which a chat shows as it stands, and all of it is closed in its line.
pub(super) fn check(answer: &str) -> Result<(), &'static str> {
    for markdown in ["**", "__", "](", "```", "`", "~", "<", ">"] {
        if answer.contains(markdown) {
            return Err(markdown);
        }
    }
    for line in answer.lines() {
        if line.starts_with(['#', '|', '-', '+']) {
            return Err("a line that begins like Markdown");
        }
        for mark in ['*', '_'] {
            if !is_closed(line, mark) {
                return Err("* or _");
            }
        }
    }
    Ok(())
}

/// Every `mark` of a line opens before a word or closes after one, in turns.
fn is_closed(line: &str, mark: char) -> bool {
    let parts: Vec<&str> = line.split(mark).collect();
    let marked = parts.iter().skip(1).step_by(2);
    parts.len() % 2 == 1 && marked.clone().all(|it| !it.is_empty() && it.trim() == *it)
}

/// Something in bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told<'a> {
    pub(super) text: &'a str,
    /// Its sentence says to send it.
    pub(super) to_type: bool,
}

/// All that stands in bold, with whether it is something to type.
pub(super) fn told(l: Language, answer: &str) -> impl Iterator<Item = Told<'_>> {
    let sends = match l {
        Language::English => ["Send", "send"],
        Language::Spanish => ["Envía", "envía"],
    };
    sentences(answer).flat_map(move |sentence| {
        let parts: Vec<&str> = sentence.split('*').collect();
        let mut sent = false;
        let mut told = Vec::new();
        for (at, part) in parts.into_iter().enumerate() {
            if at % 2 == 1 {
                let to_type = sent;
                told.push(Told {
                    text: part,
                    to_type,
                });
            } else {
                let mut words = part.split(|c: char| !c.is_alphabetic());
                sent |= words.any(|word| sends.contains(&word));
            }
        }
        told
    })
}

/// Ended by a mark and a space, or by the line; what is in bold stays whole.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| {
        line.split_inclusive(['.', '?', '!', ';'])
            .scan((0_usize, 0_usize), |(from, to), piece| {
                *to = to.saturating_add(piece.len());
                let rest = line.get(*to..).unwrap_or_default();
                let sentence = line.get(*from..*to).unwrap_or_default();
                let whole = (rest.is_empty() || rest.starts_with(' '))
                    && sentence.matches('*').count() % 2 == 0;
                if whole {
                    *from = *to;
                    Some(Some(sentence))
                } else {
                    Some(None)
                }
            })
            .flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_whatsapps_and_closed() {
        for fine in [
            "Send *link*.",
            "_lnbc_ or *two words*",
            "1. First\n2. Then *help*",
            "plain",
        ] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        for wrong in [
            "Send **link**.",
            "[here](https://getflash.io)",
            "# Title",
            "- point",
            "open *bold",
            "* spaced*",
            "*over\nlines*",
            "`code`",
            "snake_case",
        ] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_told_to_be_sent_is_to_be_typed() {
        let found: Vec<_> = told(
            Language::English,
            "*Flash* is a wallet. Send *help*, or *link* first. *No, never.* I do; then send *verify 123456*",
        )
        .map(|told| (told.text, told.to_type))
        .collect();
        assert_eq!(
            found,
            [
                ("Flash", false),
                ("help", true),
                ("link", true),
                ("No, never.", false),
                ("verify 123456", true)
            ]
        );
    }

    #[test]
    fn a_sentence_ends_before_a_space_and_not_within_an_address() {
        let text = "See https://getflash.io/app or ask. Then go\nNew line; more";
        assert_eq!(
            sentences(text).map(str::trim).collect::<Vec<_>>(),
            [
                "See https://getflash.io/app or ask.",
                "Then go",
                "New line;",
                "more"
            ]
        );
    }
}
