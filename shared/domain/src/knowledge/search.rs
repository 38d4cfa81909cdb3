//! Which entries fit a question: BM25 over words and pairs of words, with a little for character trigrams, which forgive
//! spelling, and for the words of answers.
//!
//! What a question's words are is read as tolerantly: a word that the base has not is taken for the one most like it. What
//! BM25 finds is divided by what there was to find, so that scores of long and short questions compare; and it counts the
//! less, the less of what the question is about an entry has words for, however well the rest of the sentence fits.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bm25::{Embedder, EmbedderBuilder, Embedding, Scorer, Tokenizer};

use super::Entry;
use super::words::{self, Word};
use crate::language::Language;
use crate::policy::{
    KNOWLEDGE_ANSWER_WORDS, KNOWLEDGE_FILLER, KNOWLEDGE_FILLERS_ALONE, KNOWLEDGE_LENGTHS_APART,
    KNOWLEDGE_LIKENESS, KNOWLEDGE_LIKENESS_SHORT, KNOWLEDGE_QUESTION_READ, KNOWLEDGE_SAID,
    KNOWLEDGE_SHORT_WORD, KNOWLEDGE_TO_FIND, KNOWLEDGE_TRIGRAMS, KNOWLEDGE_UNKNOWN, KNOWLEDGE_WORD,
};

/// The entries of one language, ready to be asked.
pub(super) struct Index {
    language: Language,
    entries: usize,
    phrases: Field,
    trigrams: Field,
    answers: Field,
    /// In which entries' questions each word stands, and in which answers; but for fillers.
    asked: Places,
    said: Places,
}

type Places = BTreeMap<String, BTreeSet<usize>>;

/// A word that a question is about.
struct Subject {
    word: String,
    /// How much it tells: rare words tell more.
    weight: f32,
    /// To the word as it was spelt, 0 to 1; 0 is a word that the base has not.
    likeness: f32,
}

impl Index {
    pub(super) fn of(l: Language, entries: &[Entry]) -> Self {
        let (mut phrases, mut trigrams, mut answers) = (Vec::new(), Vec::new(), Vec::new());
        let (mut asked, mut said) = (Places::new(), Places::new());
        for (at, entry) in entries.iter().enumerate() {
            let mut read = Tokens::default();
            for line in entry.asked() {
                read.line(&words::of_line(l, line));
            }
            let answer = of_answer(l, &entry.answer);
            for word in &read.subject {
                asked.entry(word.clone()).or_default().insert(at);
            }
            for word in &answer {
                said.entry(word.clone()).or_default().insert(at);
            }
            phrases.push(lines(&read.phrases));
            trigrams.push(lines(&read.trigrams));
            answers.push(lines(&answer));
        }
        Self {
            language: l,
            entries: entries.len(),
            phrases: Field::of(&phrases),
            trigrams: Field::of(&trigrams),
            answers: Field::of(&answers),
            asked,
            said,
        }
    }

    /// Of each entry, in their order. 0 is nothing; 1 is about as much as can be found.
    pub(super) fn scores(&self, question: &str) -> Vec<f32> {
        let question: String = question.chars().take(KNOWLEDGE_QUESTION_READ).collect();
        let spelt = words::of_line(self.language, &question);
        let (meant, about) = self.meant(&spelt);
        let mut read = Tokens::default();
        read.line(&meant);
        let mut as_spelt = Tokens::default();
        as_spelt.line(&spelt);
        let subject: Vec<_> = read.subject.into_iter().collect();
        let phrases = self.phrases.scores(&read.phrases);
        let trigrams = self.trigrams.scores(&as_spelt.trigrams);
        let answers = self.answers.scores(&subject);
        let to_find = to_find(&meant, &about);
        let found = phrases.zip(trigrams.zip(answers)).enumerate();
        found
            .map(|(at, (phrases, (trigrams, answers)))| {
                let found =
                    phrases + KNOWLEDGE_TRIGRAMS * trigrams + KNOWLEDGE_ANSWER_WORDS * answers;
                found * self.covered(at, &about).sqrt() / to_find
            })
            .collect()
    }

    /// The words with those of the base in place of misspelt ones, and what they are about.
    fn meant(&self, spelt: &[Word]) -> (Vec<Word>, Vec<Subject>) {
        let mut meant = spelt.to_vec();
        let mut about = BTreeMap::new();
        for word in meant.iter_mut().filter(|word| !word.filler) {
            let (places, likeness) = match self.asked.get(&word.stem) {
                Some(places) => (places.len(), 1.0),
                None => match self.nearest(&word.stem) {
                    Some((nearest, places, likeness)) => {
                        nearest.clone_into(&mut word.stem);
                        (places, likeness)
                    }
                    None => (0, 0.0),
                },
            };
            let unknown = if places == 0 { KNOWLEDGE_UNKNOWN } else { 1.0 };
            let subject = Subject {
                word: word.stem.clone(),
                weight: unknown * rarity(self.entries, places),
                likeness,
            };
            about.insert(word.stem.clone(), subject);
        }
        (meant, about.into_values().collect())
    }

    /// The word that was perhaps meant, in how many entries it stands, and how alike it is. Hardly anybody gets the first letter
    /// wrong, and words that differ in it mean other things.
    fn nearest(&self, word: &str) -> Option<(&str, usize, f32)> {
        let length = word.chars().count();
        if length < KNOWLEDGE_WORD {
            return None;
        }
        let near = self.asked.iter().filter(|(other, _)| {
            other.chars().next() == word.chars().next()
                && other.chars().count().abs_diff(length) <= KNOWLEDGE_LENGTHS_APART
        });
        let alike = near.map(|(other, places)| {
            let likeness = strsim::normalized_damerau_levenshtein(word, other);
            (likeness, other, places.len())
        });
        // Of several equally alike the first of the alphabet, every time.
        let (likeness, other, places) =
            alike.reduce(|best, other| if other.0 > best.0 { other } else { best })?;
        let least = if length <= KNOWLEDGE_SHORT_WORD {
            KNOWLEDGE_LIKENESS_SHORT
        } else {
            KNOWLEDGE_LIKENESS
        };
        (likeness >= least).then_some((other.as_str(), places, single(likeness)))
    }

    /// How much of what a question is about that entry has words for, 0 to 1.
    fn covered(&self, at: usize, about: &[Subject]) -> f32 {
        let stands_in = |places: &Places, word: &str| {
            places.get(word).is_some_and(|places| places.contains(&at))
        };
        let whole: f32 = about.iter().map(|subject| subject.weight).sum();
        if whole <= 0.0 {
            return KNOWLEDGE_FILLERS_ALONE;
        }
        let covered = about.iter().map(
            |Subject {
                 word,
                 weight,
                 likeness,
             }| {
                let share = if stands_in(&self.asked, word) {
                    1.0
                } else if stands_in(&self.said, word) {
                    KNOWLEDGE_SAID
                } else {
                    0.0
                };
                share * weight * likeness
            },
        );
        covered.sum::<f32>() / whole
    }
}

/// What there is to find for a question, as BM25 counts it: each word once.
fn to_find(meant: &[Word], about: &[Subject]) -> f32 {
    let fillers = meant.iter().filter(|word| word.filler).count();
    let weights: f32 = about.iter().map(|subject| subject.weight).sum();
    (weights + KNOWLEDGE_FILLER * float(fillers)).max(KNOWLEDGE_TO_FIND)
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Index({:?}, {} entries)", self.language, self.entries)
    }
}

/// What is looked for, and found.
#[derive(Default)]
struct Tokens {
    /// Words, and pairs of words that stand beside each other.
    phrases: Vec<String>,
    /// Three characters in a row of words that are no fillers, with their ends.
    trigrams: Vec<String>,
    /// The words that are no fillers.
    subject: BTreeSet<String>,
}

impl Tokens {
    fn line(&mut self, words: &[Word]) {
        for word in words {
            self.phrases.push(word.stem.clone());
            if !word.filler {
                let spelt: Vec<char> = format!("_{}_", word.stem).chars().collect();
                let three = spelt.windows(3).map(|three| three.iter().collect());
                self.trigrams.extend(three);
                self.subject.insert(word.stem.clone());
            }
        }
        let pairs = words.iter().zip(words.iter().skip(1));
        let pairs = pairs.map(|(one, next)| format!("{} {}", one.stem, next.stem));
        self.phrases.extend(pairs);
    }
}

/// The words of an answer that are no fillers; of links and addresses nothing.
fn of_answer(l: Language, answer: &str) -> Vec<String> {
    let said = answer
        .split_whitespace()
        .filter(|word| !word.contains("://") && !word.contains("@getflash"));
    let words = said.flat_map(|word| words::of_line(l, word));
    words
        .filter(|word| !word.filler)
        .map(|word| word.stem)
        .collect()
}

/// One way to read texts, and what it finds.
struct Field {
    embedder: Embedder<u32, Lines>,
    scorer: Scorer<usize>,
    texts: usize,
}

impl Field {
    /// Of texts that have a token in each line.
    fn of(texts: &[String]) -> Self {
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        let embedder = EmbedderBuilder::with_tokenizer_and_fit_to_corpus(Lines, &all).build();
        let mut scorer = Scorer::new();
        for (at, text) in texts.iter().enumerate() {
            scorer.upsert(&at, embed(&embedder, text));
        }
        Self {
            embedder,
            scorer,
            texts: texts.len(),
        }
    }

    /// Of each text, in their order.
    fn scores(&self, tokens: &[String]) -> impl Iterator<Item = f32> + use<'_> {
        let question = embed(&self.embedder, &lines(tokens));
        (0..self.texts).map(move |at| self.scorer.score(&at, &question).unwrap_or_default())
    }
}

/// Each token once: its value says how often it stands there.
fn embed(embedder: &Embedder<u32, Lines>, text: &str) -> Embedding {
    let mut embedding = embedder.embed(text);
    embedding.0.sort_by_key(|token| token.index);
    embedding.0.dedup_by_key(|token| token.index);
    embedding
}

fn lines(tokens: &[String]) -> String {
    tokens.join("\n")
}

/// Reads texts that were taken apart before.
struct Lines;

impl Tokenizer for Lines {
    fn tokenize(&self, text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }
}

/// How much a word tells that stands in `count` of so many entries: BM25's inverse document frequency.
fn rarity(entries: usize, count: usize) -> f32 {
    let without = float(entries.saturating_sub(count)) + 0.5;
    (1.0 + without / (float(count) + 0.5)).ln()
}

/// Exact up to 65,535, which is more than there are entries.
fn float(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// Of a share between 0 and 1, which loses digits that decide nothing.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "there is no other way from f64 to f32"
)]
fn single(share: f64) -> f32 {
    share as f32
}
