//! Whether an answer says yes where the notes say no: each part of a sentence is held against the notes' part most like it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::phrases::RULES;
use super::words::{Sentence, sentences};
use super::{Because, Ground};
use crate::knowledge::subject_of;
use crate::language::Language;

/// Fewer words in common are chance.
const WORDS: usize = 2;

/// A part of a sentence: what it is about, and whether it denies that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    about: BTreeSet<String>,
    is_denied: bool,
}

/// Of these sentences. A denial goes on to the end of its sentence (“never type, photograph or send them”), but not that of a case
/// (“if it won't load, send …”).
pub(super) fn clauses<'t>(l: Language, sentences: impl Iterator<Item = &'t str>) -> Vec<Clause> {
    let clauses = sentences.flat_map(|sentence| {
        let mut is_denied = false;
        let parts = sentence.split([',', ';', '(', ')', '—', '–']);
        parts.map(move |part| {
            let read = RULES.without_no_denials(&Sentence::of(part));
            let own = read.words.iter().any(|word| RULES.is_denial(word));
            let clause = Clause {
                about: subject_of(l, part).into_iter().collect(),
                is_denied: own || is_denied,
            };
            let is_case = read
                .words
                .first()
                .is_some_and(|word| RULES.is_condition(word));
            is_denied |= own && !is_case;
            clause
        })
    });
    clauses
        .filter(|clause| clause.about.len() >= WORDS)
        .collect()
}

pub(super) fn objection(text: &str, ground: &Ground) -> Option<Because> {
    let (l, notes) = (ground.language, &ground.clauses);
    let own = sentences(text).filter(|it| !ground.reviewed.contains(&Sentence::of(it).words));
    let clauses = clauses(l, own);
    let turned = clauses
        .iter()
        .filter(|said| !said.is_denied && said.about.len() > WORDS)
        .any(|said| {
            let shared = |note: &Clause| note.about.intersection(&said.about).count();
            // Of two with as much in common, the one that says less beside it.
            let likeness = |note: &&Clause| (shared(note), Reverse(note.about.len()));
            let Some(most) = notes.iter().map(|note| likeness(&note)).max() else {
                return false;
            };
            let mut nearest = notes
                .iter()
                .filter(|note| likeness(note) == most)
                .map(|note| note.is_denied);
            // By chance two words of many stand together.
            let is_near = most.0 >= WORDS && most.0.saturating_mul(2) > said.about.len();
            is_near
                && if most.0 > WORDS {
                    nearest.any(|it| it)
                } else {
                    nearest.all(|it| it)
                }
        });
    turned.then_some(Because::Contrary)
}
