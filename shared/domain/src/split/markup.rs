//! What must not be torn: WhatsApp's formatting, addresses and invoices.

use std::ops::Range;

use super::units;
use crate::policy::PART_UNITS;

/// Around text, on one line.
const AROUND_TEXT: [(char, &str); 4] = [('*', "*"), ('_', "_"), ('~', "~"), ('`', "`")];
/// Around a block of lines, within which nothing else is formatting.
const BLOCK: &str = "```";

/// What addresses, Lightning invoices (BOLT 11, LNURL) and payment links begin with, in any case.
const LINKS: [&str; 8] = [
    "https://",
    "http://",
    "www.",
    "lightning:",
    "bitcoin:",
    "lnbc",
    "lntb",
    "lnurl",
];

/// A pair of markers, by where they begin.
struct Span {
    marker: &'static str,
    open: usize,
    close: usize,
}

impl Span {
    fn start_of_text(&self) -> usize {
        self.open.saturating_add(self.marker.len())
    }

    fn end(&self) -> usize {
        self.close.saturating_add(self.marker.len())
    }

    /// Whether a cut that leaves out `end..next` falls between its first and its last character.
    fn is_cut(&self, end: usize, next: usize) -> bool {
        self.open < end && next < self.end()
    }

    /// Whether such a cut leaves text on both sides.
    fn bears(&self, end: usize, next: usize) -> bool {
        self.start_of_text() < end && next < self.close
    }
}

pub(super) struct Markup {
    /// In the order in which they open.
    spans: Vec<Span>,
    /// What stays in one piece.
    whole: Vec<Range<usize>>,
}

impl Markup {
    /// `blanks` are the spaces between the words of `text`. What opens beyond `reach` is no matter.
    pub(super) fn of(text: &str, blanks: &[Range<usize>], reach: usize) -> Self {
        let links = links(text, blanks);
        let blocks = blocks(text);
        let mut spans = around_text(text, &links, &blocks, reach);
        let fits = |block: &&Span| {
            let block = text.get(block.open..block.end());
            block.is_some_and(|block| units(block) <= PART_UNITS)
        };
        let whole_blocks = blocks.iter().filter(fits);
        let mut whole: Vec<_> = whole_blocks.map(|block| block.open..block.end()).collect();
        whole.extend(links);
        spans.extend(blocks);
        spans.sort_by_key(|span| span.open);
        Self { spans, whole }
    }

    /// Whether a part may end at `end` and the next begin at `next`.
    pub(super) fn allows(&self, end: usize, next: usize) -> bool {
        let torn = self
            .whole
            .iter()
            .any(|whole| whole.start < end && next < whole.end);
        !torn
            && self
                .spans
                .iter()
                .all(|span| !span.is_cut(end, next) || span.bears(end, next))
    }

    /// Markers of what such a cut interrupts, in the order in which they were opened.
    pub(super) fn open_across(
        &self,
        end: usize,
        next: usize,
    ) -> impl Iterator<Item = &'static str> + '_ {
        let interrupted = self.spans.iter().filter(move |span| span.is_cut(end, next));
        interrupted.map(|span| span.marker)
    }
}

/// From where a link begins to the end of its word: what follows may belong to it.
fn links(text: &str, blanks: &[Range<usize>]) -> Vec<Range<usize>> {
    let ends = blanks.iter().map(|blank| blank.start).chain([text.len()]);
    let starts = [0].into_iter().chain(blanks.iter().map(|blank| blank.end));
    starts
        .zip(ends)
        .filter_map(|(start, end)| {
            let word = text.get(start..end)?;
            Some(start.saturating_add(link_in(word)?)..end)
        })
        .collect()
}

fn link_in(word: &str) -> Option<usize> {
    let begins = |at: usize, start: &str| {
        let head = word.get(at..at.saturating_add(start.len()));
        head.is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    let mut before = None;
    for (at, c) in word.char_indices() {
        let within = before.is_some_and(|before: char| before.is_ascii_alphanumeric());
        if !within && LINKS.iter().any(|start| begins(at, start)) {
            return Some(at);
        }
        before = Some(c);
    }
    None
}

fn blocks(text: &str) -> Vec<Span> {
    let mut markers = text.match_indices(BLOCK).map(|(at, _)| at);
    let mut blocks = Vec::new();
    while let (Some(open), Some(close)) = (markers.next(), markers.next()) {
        blocks.push(Span {
            marker: BLOCK,
            open,
            close,
        });
    }
    blocks
}

/// Bold, italics and the like: a marker that a word follows, up to the next one on the line that a word precedes.
fn around_text(text: &str, links: &[Range<usize>], blocks: &[Span], reach: usize) -> Vec<Span> {
    let in_block = |at| {
        blocks
            .iter()
            .any(|block| block.open <= at && at < block.end())
    };
    let in_link = |at| {
        let link = links.iter().find(|link| link.contains(&at));
        let is_marker = |c| AROUND_TEXT.iter().any(|(marker, _)| *marker == c);
        // Markers at its very end are around it, not of it.
        link.and_then(|link| text.get(at..link.end))
            .is_some_and(|rest| !rest.chars().all(is_marker))
    };
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let mut spans: Vec<Span> = Vec::new();
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut before = None;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if at >= reach && open.is_empty() {
            break;
        }
        let after = rest.peek().map(|(_, c)| *c);
        let marker = AROUND_TEXT.iter().find(|(marker, _)| *marker == c);
        if c == '\n' || in_block(at) {
            open.clear();
        } else if let Some((_, marker)) = marker.filter(|_| !in_link(at)) {
            let opened = open.iter().position(|(other, _)| other == marker);
            let start = opened.and_then(|place| Some((place, open.get(place)?.1)));
            let opens = !is_word(before) && !is_blank(after) && after != Some(c);
            let closes = !is_blank(before) && !is_word(after);
            match start {
                Some((place, start)) if closes && at > start.saturating_add(1) => {
                    open.truncate(place);
                    spans.push(Span {
                        marker,
                        open: start,
                        close: at,
                    });
                }
                None if opens => open.push((marker, at)),
                Some(_) | None => {}
            }
        }
        before = Some(c);
    }
    spans
}
