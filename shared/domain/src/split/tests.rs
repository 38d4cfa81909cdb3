use proptest::prelude::*;

use super::*;

const MARKERS: [char; 4] = ['*', '_', '~', '`'];

/// So many times, with a space between.
fn often(text: &str, times: usize) -> String {
    vec![text; times].join(" ")
}

/// What was said, less the note at its end, and whether there was one.
fn said(parts: &[String]) -> (Vec<String>, bool) {
    let note = texts::rest_left_out(Language::English);
    let mut said = parts.to_vec();
    let last = said.last_mut().unwrap();
    let Some(before) = last.strip_suffix(&note) else {
        return (said, false);
    };
    *last = before.trim_end().to_owned();
    if last.is_empty() {
        said.pop();
    }
    (said, true)
}

fn words(parts: &[String]) -> Vec<&str> {
    parts
        .iter()
        .flat_map(|part| part.split_whitespace())
        .collect()
}

/// All but white space and formatting.
fn bare(texts: &[String]) -> String {
    let text = texts.concat();
    text.chars()
        .filter(|c| !c.is_whitespace() && !MARKERS.contains(c))
        .collect()
}

#[test]
fn what_fits_is_left_as_it_is_and_what_is_blank_is_no_part() {
    for text in [" *Hello*\n", &"é".repeat(1_500), &"💰".repeat(750)] {
        assert_eq!(parts(Language::English, text), [text]);
    }
    for text in ["", " \n", &" ".repeat(2_000)] {
        assert_eq!(parts(Language::English, text), Vec::<String>::new());
    }
}

#[test]
fn a_paragraph_is_kept_together_where_that_takes_no_part_too_many() {
    let (one, two) = (often("one", 200), often("two", 200));
    let three = often("three", 150);
    let text = format!("{one}\n\n{two}\n\n{three}");
    assert_eq!(parts(Language::English, &text), [one, two, three]);
}

#[test]
fn a_heading_does_not_become_a_part_of_its_own() {
    let text = format!("Hello\n\n{}", often("It is so.", 200));
    let parts = parts(Language::English, &text);
    assert_eq!(parts.len(), 2);
    assert!(parts[0].starts_with("Hello\n\nIt is so.") && units(&parts[0]) > 1_400);
}

#[test]
fn a_long_paragraph_is_cut_after_a_sentence_and_at_no_point_within_a_figure() {
    let sentence = "Marcia paid US$1,234.56 for 3.5 pounds of yam, i.e. too much.";
    let text = often(sentence, 50);
    for part in parts(Language::English, &text) {
        assert!(part.ends_with("too much.") && part.starts_with("Marcia paid"));
    }
}

#[test]
fn paragraphs_that_would_need_a_fourth_part_are_cut_for_it() {
    let paragraph = format!("{}.", often("word", 180));
    let text = vec![paragraph; 4].join("\n\n");
    let parts = parts(Language::English, &text);
    assert_eq!(parts.len(), 3);
    assert_eq!(words(&parts).len(), 720);
}

#[test]
fn without_sentences_the_cut_is_between_words_and_never_at_a_space_that_holds_them_together() {
    let parts = parts(Language::English, &often("J$\u{a0}1,200", 300));
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|part| part.starts_with("J$\u{a0}1,200")));
}

#[test]
fn a_word_longer_than_a_part_is_cut_between_graphemes() {
    let family = "👩‍👩‍👧‍👦";
    let parts = parts(Language::English, &family.repeat(300));
    assert_eq!(parts.concat(), family.repeat(300));
    assert!(parts.iter().all(|part| part.starts_with('👩')));
    assert!(parts.iter().all(|part| part.ends_with('👦')));
}

#[test]
fn an_address_or_an_invoice_is_never_cut() {
    for start in [
        "https://pay.example/?q=Really?Yes!No.",
        "HTTPS://PAY.EXAMPLE/",
        "www.example/",
        "lnbc25u1p",
        "LNBC25U1P",
        "lightning:lnbc1",
        "bitcoin:bc1q",
        "(https://pay.example/",
        "看https://pay.example/",
        "*lnbc25u1p",
    ] {
        let link = format!("{start}{}", "x".repeat(1_400));
        let text = format!("{} {link} {}", often("Before.", 100), often("After.", 100));
        let parts = parts(Language::English, &text);
        assert_eq!(
            words(&parts).iter().filter(|word| **word == link).count(),
            1
        );
        assert_eq!(words(&parts), text.split_whitespace().collect::<Vec<_>>());
    }
}

#[test]
fn an_address_that_fits_into_no_part_is_left_out_and_said_to_be() {
    let link = format!("https://pay.example/{}", "x".repeat(1_500));
    let note = texts::rest_left_out(Language::English);
    assert_eq!(parts(Language::English, &link), [note.as_str()]);
    let after_text = parts(Language::English, &format!("Pay here: {link}"));
    assert_eq!(after_text, [format!("Pay here:\n\n{note}")]);
}

#[test]
fn a_block_that_fits_into_a_part_is_not_cut() {
    let block = format!("```{}```", often("let it\n\nbe.", 120));
    let text = format!("{}\n{block}\n{}", often("Before.", 60), often("After.", 60));
    let parts = parts(Language::English, &text);
    assert!(parts.iter().any(|part| part.contains(&block)), "{parts:?}");
}

#[test]
fn a_longer_block_is_closed_and_opened_again_and_keeps_its_indentation() {
    let text = format!("```\n{}```", "    let it = be;\n".repeat(150));
    let parts = parts(Language::English, &text);
    assert_eq!(parts.len(), 2);
    for part in &parts {
        assert!(part.starts_with("```") && part.ends_with("```"));
        assert_eq!(part.matches("```").count(), 2);
    }
    assert!(parts[1].starts_with("```    let it = be;"), "{}", parts[1]);
}

#[test]
fn formatting_that_is_cut_is_closed_and_opened_again_in_order() {
    let text = format!("*Bold _and {}_*", often("slanted", 300));
    let parts = parts(Language::English, &text);
    assert_eq!(parts.len(), 2);
    assert!(parts[0].starts_with("*Bold _and") && parts[0].ends_with("slanted_*"));
    assert!(parts[1].starts_with("*_slanted") && parts[1].ends_with("slanted_*"));
}

#[test]
fn a_lone_marker_formats_nothing() {
    let text = format!("2 * 3 is *six and _seven {}", often("4*5*6", 400));
    assert_eq!(
        words(&parts(Language::English, &text)),
        text.split_whitespace().collect::<Vec<_>>()
    );
    let listed = format!("* one\n* two*\n{}", often("_three", 300));
    assert_eq!(
        words(&parts(Language::English, &listed)),
        listed.split_whitespace().collect::<Vec<_>>()
    );
}

#[test]
fn what_exceeds_three_parts_is_left_out_and_said_to_be() {
    let text = often("This goes on and on.", 1_000);
    let parts = parts(Language::English, &text);
    assert_eq!(parts.len(), PARTS);
    let note = texts::rest_left_out(Language::English);
    assert!(parts[2].ends_with(&format!("on and on.\n\n{note}")));
    assert!(units(&parts[2]) > 1_400 && units(&parts[2]) <= PART_UNITS);
}

/// Something an answer may be made of, and the links in it.
fn piece() -> impl Strategy<Value = String> {
    let sentence = "[A-Z][a-z]{0,9}( [a-z$0-9,é💰]{1,12}){0,20}[.!?]";
    prop_oneof![
        10 => sentence,
        2 => "https://[a-z]{3,10}\\.example/[A-Za-z0-9?=&.-]{0,600}",
        2 => "(lightning:)?(lnbc|LNBC)[0-9a-z]{50,900}",
        3 => "[*_~][a-z]{1,9}( [a-z]{1,9}){0,200}[.]".prop_map(|text| {
            let marker = text.chars().next().unwrap();
            format!("{text}{marker}")
        }),
        1 => "```([a-z ]{1,40}\n){1,60}```",
        1 => "[a-zé💰👩\u{200d}]{1400,5000}",
    ]
}

fn answer() -> impl Strategy<Value = String> {
    let space = prop::sample::select(vec![" ", " ", "\n", "\n\n", "  ", "\n- "]);
    prop::collection::vec((piece(), space), 1..40).prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(piece, space)| [piece, space.to_owned()])
            .collect()
    })
}

fn is_link(word: &str) -> bool {
    let word = word.to_lowercase();
    ["https://", "lightning:", "lnbc"]
        .iter()
        .any(|start| word.starts_with(start))
}

fn keeps_to_its_limits(text: &str) {
    let parts = parts(Language::English, text);
    assert!(parts.len() <= PARTS);
    assert_eq!(parts.is_empty(), text.trim().is_empty());
    for part in &parts {
        assert!(units(part) <= PART_UNITS && !part.trim().is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_is_lost_or_moved_and_what_is_left_out_is_the_end(text in answer()) {
        keeps_to_its_limits(&text);
        let (said, left_out) = said(&parts(Language::English, &text));
        let (said, all) = (bare(&said), bare(&[text]));
        if left_out {
            prop_assert!(all.starts_with(&said) && said.len() < all.len());
        } else {
            prop_assert_eq!(said, all);
        }
    }

    #[test]
    fn links_and_blocks_that_fit_are_whole_or_left_out(text in answer()) {
        let parts = parts(Language::English, &text);
        let links: Vec<_> = text.split_whitespace().filter(|word| is_link(word)).collect();
        let (shown, _) = said(&parts);
        let shown: Vec<_> = words(&shown).into_iter().filter(|word| is_link(word)).collect();
        prop_assert_eq!(&shown[..], &links[..shown.len()]);
        let blocks: Vec<_> = text.split("```").skip(1).step_by(2).collect();
        for shown in parts.iter().flat_map(|part| part.split("```").skip(1).step_by(2)) {
            let is_of = |block: &&str| {
                let fits = units(block) + 6 <= PART_UNITS;
                *block == shown || !fits && block.contains(shown)
            };
            prop_assert!(blocks.iter().any(is_of), "{shown}");
        }
    }

    #[test]
    fn formatting_is_closed_in_every_part(text in answer()) {
        for part in parts(Language::English, &text) {
            let outside = part.split("```").step_by(2).collect::<String>();
            prop_assert_eq!(part.matches("```").count() % 2, 0, "{}", part);
            for marker in ['*', '_', '~'] {
                prop_assert_eq!(outside.matches(marker).count() % 2, 0, "{}", part);
            }
        }
    }

    #[test]
    fn what_three_parts_hold_is_said_to_the_last_word(text in prop::collection::vec("[^ \n*_~`]{1,20}[ \n]{1,2}", 0..400)) {
        let mut text = text.concat();
        while units(&text) > PARTS * (PART_UNITS - 50) {
            text.pop();
        }
        let parts = parts(Language::English, &text);
        prop_assert_eq!(words(&parts), text.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn no_grapheme_is_cut(text in "[^*_~`]{1000,3000}") {
        let (said, _) = said(&parts(Language::English, &text));
        let blank = |grapheme: &&str| grapheme.chars().any(char::is_whitespace);
        let shown: Vec<_> = said.iter().flat_map(|part| part.graphemes(true)).filter(|g| !blank(g)).collect();
        let all: Vec<_> = text.graphemes(true).filter(|g| !blank(g)).collect();
        prop_assert_eq!(&shown[..], &all[..shown.len()]);
    }

    #[test]
    fn whatever_is_said_keeps_to_the_limits(text in any::<String>(), times in 1_usize..4_000) {
        keeps_to_its_limits(&text.repeat(times.min(40_000 / (text.len() + 1))));
    }
}
