//! A long answer in parts, each a message of its own.
//!
//! It is cut at a paragraph, else after a sentence, else between words, and coarser cuts are given up only where they
//! would need a part too many. A word is cut only if it is longer than a part; then between graphemes. What can be
//! tapped or pasted (an address, an invoice, a block of monospace that fits into one part) is never cut.

mod markup;

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::language::Language;
use crate::policy::{PART_LEAST, PART_UNITS, PARTS};
use crate::texts;
use markup::Markup;

/// `text` in order, in at most [`PARTS`] parts of at most [`PART_UNITS`] UTF-16 units. What fits into one is returned as
/// it is, blank text as no part at all. The last part says so if anything had to be left out.
pub fn parts(l: Language, text: &str) -> Vec<String> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    if units(text) <= PART_UNITS {
        return vec![text.to_owned()];
    }
    let layout = Layout::of(text);
    for coarsest in [Seam::Paragraph, Seam::Sentence, Seam::Word] {
        let (parts, whole) = layout.fill(coarsest, PART_UNITS);
        if whole {
            return parts;
        }
    }
    let note = format!("\n\n{}", texts::rest_left_out(l));
    let room = PART_UNITS.saturating_sub(units(&note));
    let (mut parts, _) = layout.fill(Seam::Sentence, room);
    match parts.last_mut() {
        Some(last) if units(last) <= room => last.push_str(&note),
        // Fewer parts than may be: what comes next fits into none.
        _ => parts.push(texts::rest_left_out(l)),
    }
    parts
}

/// UTF-16 code units.
fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// What a text can be cut between, from the most natural down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seam {
    Paragraph,
    Sentence,
    Word,
}

/// A place to cut: one part may end at `end`, and the next begins at `next`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cut {
    end: usize,
    next: usize,
    seam: Seam,
}

struct Layout<'a> {
    text: &'a str,
    markup: Markup,
    /// Between words, in order.
    cuts: Vec<Cut>,
}

impl<'a> Layout<'a> {
    fn of(text: &'a str) -> Self {
        let text = text.trim();
        let reach = reach(text);
        let blanks = blanks(text, reach);
        let markup = Markup::of(text, &blanks, reach);
        let sentences: Vec<usize> = text
            .split_sentence_bound_indices()
            .map(|(start, _)| start)
            .take_while(|start| *start <= reach)
            .collect();
        let cuts = blanks
            .iter()
            .map(|blank| cut(text, blank, &sentences))
            .filter(|cut| markup.allows(cut.end, cut.next))
            .collect();
        Self { text, markup, cuts }
    }

    /// Fills part after part, the last with `room` units instead of [`PART_UNITS`]. False: that was not the whole text.
    fn fill(&self, coarsest: Seam, room: usize) -> (Vec<String>, bool) {
        let (mut parts, mut start) = (Vec::new(), 0);
        while start < self.text.len() {
            let limit = match parts.len().saturating_add(1) {
                nth if nth > PARTS => return (parts, false),
                PARTS => room,
                _ => PART_UNITS,
            };
            let Some(cut) = self.next_cut(start, coarsest, limit) else {
                return (parts, false);
            };
            parts.push(self.part(start, cut));
            start = cut.next;
        }
        (parts, true)
    }

    /// The best cut after `start`; none if not even one grapheme can stand in a part.
    fn next_cut(&self, start: usize, coarsest: Seam, limit: usize) -> Option<Cut> {
        let end = Cut {
            end: self.text.len(),
            next: self.text.len(),
            seam: Seam::Paragraph,
        };
        let rest = units(self.slice(start..end.end));
        if self.dressed(rest, start, end) <= limit {
            return Some(end);
        }
        let (mut word, mut length, mut at) = (start, 0_usize, start);
        let [mut latest, mut sentence, mut paragraph] = [None; 3];
        for cut in self.cuts.iter().filter(|cut| cut.end > start) {
            length = length.saturating_add(units(self.slice(at..cut.end)));
            at = cut.end;
            if length > limit {
                break;
            }
            let size = self.dressed(length, start, *cut);
            if size > limit {
                continue;
            }
            latest = Some(*cut);
            word = cut.next;
            if size >= PART_LEAST && cut.seam <= Seam::Sentence {
                sentence = Some(*cut);
            }
            if size >= PART_LEAST && cut.seam == Seam::Paragraph {
                paragraph = Some(*cut);
            }
        }
        let natural = match coarsest {
            Seam::Paragraph => paragraph.or(sentence),
            Seam::Sentence => sentence,
            Seam::Word => None,
        };
        natural
            .or_else(|| self.within_word(start, word, limit))
            .or(latest)
    }

    /// The last cut within the word that begins at `word`, if no part can hold that word.
    fn within_word(&self, start: usize, word: usize, limit: usize) -> Option<Cut> {
        let following = self.cuts.iter().find(|cut| cut.end > word);
        let word = word..following.map_or(self.text.len(), |cut| cut.end);
        if units(self.slice(word.clone())) <= PART_UNITS {
            return None;
        }
        let before = units(self.slice(start..word.start));
        let graphemes = self.slice(word.clone()).grapheme_indices(true);
        let ends = graphemes.scan(before, |length, (offset, grapheme)| {
            *length = length.saturating_add(units(grapheme));
            let end = word.start.saturating_add(offset);
            Some((end.saturating_add(grapheme.len()), *length))
        });
        let reached: Vec<_> = ends.take_while(|(_, length)| *length <= limit).collect();
        let mut latest_first = reached.into_iter().rev().map(|(at, length)| {
            let cut = Cut {
                end: at,
                next: at,
                seam: Seam::Word,
            };
            (cut, length)
        });
        let fits = |(cut, length): &(Cut, usize)| {
            self.markup.allows(cut.end, cut.next) && self.dressed(*length, start, *cut) <= limit
        };
        latest_first.find(fits).map(|(cut, _)| cut)
    }

    /// Units of the part from `start` to `cut`, `length` being those of its text.
    fn dressed(&self, length: usize, start: usize, cut: Cut) -> usize {
        let again = self.markup.open_across(start, start);
        let closed = self.markup.open_across(cut.end, cut.next);
        again
            .chain(closed)
            .map(str::len)
            .fold(length, usize::saturating_add)
    }

    /// The text from `start` on, in the formatting that the cut before it has interrupted and that `cut` interrupts.
    fn part(&self, start: usize, cut: Cut) -> String {
        let mut part: String = self.markup.open_across(start, start).collect();
        part.push_str(self.slice(start..cut.end));
        let closed: Vec<_> = self.markup.open_across(cut.end, cut.next).collect();
        part.extend(closed.into_iter().rev());
        part
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }
}

/// The byte up to which a text matters for its cuts: all parts, and a word as long as one more.
fn reach(text: &str) -> usize {
    let most = PARTS.saturating_add(1).saturating_mul(PART_UNITS);
    let mut length = 0_usize;
    let beyond = text.char_indices().find(|(_, c)| {
        length = length.saturating_add(c.len_utf16());
        length > most
    });
    beyond.map_or(text.len(), |(at, _)| at)
}

/// Where lines may break: runs of whole graphemes of white space, without those that hold words together.
fn blanks(text: &str, reach: usize) -> Vec<Range<usize>> {
    let holds_together = |c| matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}');
    let blank = |c: char| c.is_whitespace() && !holds_together(c);
    let mut blanks: Vec<Range<usize>> = Vec::new();
    for (start, grapheme) in text.grapheme_indices(true) {
        if start >= reach {
            break;
        }
        if !grapheme.chars().all(blank) {
            continue;
        }
        let end = start.saturating_add(grapheme.len());
        match blanks.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => blanks.push(start..end),
        }
    }
    blanks
}

fn cut(text: &str, blank: &Range<usize>, sentences: &[usize]) -> Cut {
    let space = text.get(blank.clone()).unwrap_or_default();
    let line_ends: Vec<usize> = space
        .grapheme_indices(true)
        .filter(|(_, grapheme)| grapheme.contains(['\n', '\r', '\u{2028}', '\u{2029}']))
        .map(|(at, grapheme)| at.saturating_add(grapheme.len()))
        .collect();
    // The indentation of a line belongs to it.
    let next = line_ends
        .last()
        .map_or(blank.end, |at| blank.start.saturating_add(*at));
    let seam = match line_ends.len() {
        0 if sentences.binary_search(&blank.end).is_err() => Seam::Word,
        0 | 1 => Seam::Sentence,
        _ => Seam::Paragraph,
    };
    Cut {
        end: blank.start,
        next,
        seam,
    }
}

#[cfg(test)]
mod tests;
