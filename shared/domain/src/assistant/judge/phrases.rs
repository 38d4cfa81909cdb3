//! What an answer must not say, by its words: rules as data, `assistant/filter.toml`.
//!
//! A pattern is words one after the other. Each is a word (`sent`), the beginning of one (`refund*`), several of these
//! (`i|we`), words that belong together (`cash_out`), a list (`{done}`), the sentence's beginning (`^`), or up to so many words of
//! any kind (`~3`). All of it is found within one sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::words::Sentence;
use super::{Because, words};
use crate::language::Language;

pub(in crate::assistant) const FILTER: &str = include_str!("../../../assistant/filter.toml");

/// A test reads the file; were it damaged, nothing that the model says would pass.
pub(super) static RULES: LazyLock<Rules> =
    LazyLock::new(|| Rules::read(FILTER).unwrap_or_default());

/// A denial counts among so many words before what it denies, a condition among so many before what it makes a case of; both
/// in the same part of the sentence.
const DENIED_WITHIN: usize = 3;
const CONDITION_WITHIN: usize = 6;

/// Who says of themself what they do denies it after these words, not before.
const SELF: [&str; 3] = ["i", "we", "yo"];

/// All that the filter knows.
#[derive(Debug, Default)]
pub(super) struct Rules {
    denials: BTreeSet<String>,
    conditions: BTreeSet<String>,
    /// Words that look like a denial and are none.
    no_denials: Vec<Vec<String>>,
    numbers: BTreeSet<String>,
    units: BTreeSet<String>,
    terms: BTreeSet<String>,
    common: BTreeMap<Language, BTreeSet<String>>,
    frame: BTreeMap<Language, String>,
    all: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    because: Because,
    patterns: Vec<Vec<Part>>,
    /// What it says may be denied, or said of a case that may come.
    denied: bool,
    conditional: bool,
    /// It may be said in words that the notes have, too.
    noted: bool,
    /// It may be said in a sentence with one of these words.
    beside: Vec<String>,
}

#[derive(Clone, Debug)]
enum Part {
    Begin,
    Any(usize),
    /// One of these: whole words, or several together, or words begun.
    Words(BTreeSet<String>, Vec<Vec<Word>>),
}

#[derive(Clone, Debug)]
enum Word {
    Whole(String),
    Begun(String),
}

#[derive(Deserialize)]
struct Written {
    denials: String,
    conditions: String,
    no_denials: Vec<String>,
    numbers: String,
    units: String,
    terms: String,
    common: BTreeMap<String, String>,
    frame: BTreeMap<String, String>,
    lists: BTreeMap<String, Vec<String>>,
    rule: Vec<WrittenRule>,
}

#[derive(Deserialize)]
struct WrittenRule {
    because: Because,
    #[serde(default)]
    denied: bool,
    #[serde(default)]
    conditional: bool,
    #[serde(default)]
    noted: bool,
    #[serde(default)]
    beside: Vec<String>,
    say: Vec<String>,
}

/// Why a filter can't be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    #[error("there is no list {0}")]
    NoList(String),
    #[error("“{0}” is no pattern")]
    NoPattern(String),
    #[error("“{0}” is no language")]
    NoLanguage(String),
}

impl Rules {
    fn read(text: &str) -> Result<Self, Unreadable> {
        let written: Written = toml::from_str(text)?;
        let common = by_language(written.common)?;
        let common = common.into_iter().map(|(l, words)| (l, set(&words)));
        let rules = written.rule.iter().map(|rule| rule.read(&written.lists));
        Ok(Self {
            denials: set(&written.denials),
            conditions: set(&written.conditions),
            no_denials: written.no_denials.iter().map(|it| words::of(it)).collect(),
            numbers: set(&written.numbers),
            units: set(&written.units),
            terms: set(&written.terms),
            common: common.collect(),
            frame: by_language(written.frame)?,
            all: rules.collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn is_number(&self, word: &str) -> bool {
        self.numbers.contains(word)
    }

    pub(super) fn is_unit(&self, word: &str) -> bool {
        self.units.contains(word)
    }

    pub(super) fn is_denial(&self, word: &str) -> bool {
        self.denials.contains(word)
    }

    pub(super) fn is_condition(&self, word: &str) -> bool {
        self.conditions.contains(word)
    }

    /// A sentence with it speaks of what Flash asks or gives.
    pub(super) fn is_term(&self, word: &str) -> bool {
        self.terms.contains(word)
    }

    /// Texts of that language are full of it.
    pub(super) fn is_common(&self, l: Language, word: &str) -> bool {
        self.common
            .get(&l)
            .is_some_and(|words| words.contains(word))
    }

    /// What an answer may be about beside its notes.
    pub(super) fn frame(&self, l: Language) -> &str {
        self.frame.get(&l).map_or("", String::as_str)
    }

    /// Without the words that look like a denial and are none.
    pub(super) fn without_no_denials(&self, sentence: &Sentence) -> Sentence {
        let mut left = Sentence::default();
        let mut at = 0_usize;
        while let (Some(word), Some(part)) = (sentence.words.get(at), sentence.parts.get(at)) {
            let rest = sentence.words.get(at..).unwrap_or_default();
            let none = self.no_denials.iter().find(|it| rest.starts_with(it));
            if none.is_none() {
                left.words.push(word.clone());
                left.parts.push(*part);
            }
            at = at.saturating_add(none.map_or(1, Vec::len));
        }
        left
    }
}

impl WrittenRule {
    fn read(&self, lists: &BTreeMap<String, Vec<String>>) -> Result<Rule, Unreadable> {
        let patterns = self.say.iter().map(|say| {
            let parts = say.split_whitespace().map(|part| Part::read(part, lists));
            parts.collect::<Result<Vec<_>, _>>()
        });
        Ok(Rule {
            because: self.because,
            patterns: patterns.collect::<Result<_, _>>()?,
            denied: self.denied,
            conditional: self.conditional,
            noted: self.noted,
            beside: self.beside.clone(),
        })
    }
}

impl Part {
    fn read(part: &str, lists: &BTreeMap<String, Vec<String>>) -> Result<Self, Unreadable> {
        if part == "^" {
            return Ok(Self::Begin);
        }
        if let Some(most) = part.strip_prefix('~') {
            let most = most.parse();
            return most
                .map(Self::Any)
                .map_err(|_| Unreadable::NoPattern(part.to_owned()));
        }
        let mut all: Vec<Vec<Word>> = Vec::new();
        for one in part.split('|') {
            let Some(name) = one.strip_prefix('{').and_then(|it| it.strip_suffix('}')) else {
                all.push(together(one)?);
                continue;
            };
            let list = lists
                .get(name)
                .ok_or_else(|| Unreadable::NoList(name.to_owned()))?;
            for member in list.iter().flat_map(|line| line.split_whitespace()) {
                all.push(together(member)?);
            }
        }
        let mut whole = BTreeSet::new();
        all.retain(|words| match words.as_slice() {
            [Word::Whole(word)] => {
                whole.insert(word.clone());
                false
            }
            _ => true,
        });
        Ok(Self::Words(whole, all))
    }
}

/// Words that an underscore holds together.
fn together(words: &str) -> Result<Vec<Word>, Unreadable> {
    words.split('_').map(Word::read).collect()
}

impl Word {
    fn read(word: &str) -> Result<Self, Unreadable> {
        let begun = word.strip_suffix('*');
        let letters = begun.unwrap_or(word);
        if letters.is_empty()
            || !letters
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        {
            return Err(Unreadable::NoPattern(word.to_owned()));
        }
        Ok(match begun {
            Some(begun) => Self::Begun(begun.to_owned()),
            None => Self::Whole(word.to_owned()),
        })
    }

    fn is(&self, word: &str) -> bool {
        match self {
            Self::Whole(whole) => whole == word,
            Self::Begun(begun) => word.starts_with(begun.as_str()),
        }
    }
}

fn by_language(words: BTreeMap<String, String>) -> Result<BTreeMap<Language, String>, Unreadable> {
    let known = words
        .into_iter()
        .map(|(tag, words)| match Language::of_tag(&tag) {
            Some(l) => Ok((l, words)),
            None => Err(Unreadable::NoLanguage(tag)),
        });
    known.collect()
}

fn set(words: &str) -> BTreeSet<String> {
    words.split_whitespace().map(str::to_owned).collect()
}

/// Where the words of a pattern were found: which of the sentence's belong to it, gaps apart.
type Spots = Vec<usize>;

/// All ways in which `parts` go on at `at`.
fn found(parts: &[Part], words: &[String], at: usize) -> Vec<Spots> {
    let Some((part, rest)) = parts.split_first() else {
        return vec![Spots::new()];
    };
    match part {
        Part::Begin if at == 0 => found(rest, words, at),
        Part::Begin => Vec::new(),
        Part::Any(most) => (0..=*most)
            .flat_map(|skipped| found(rest, words, at.saturating_add(skipped)))
            .collect(),
        Part::Words(whole, others) => {
            let here = words.get(at..).unwrap_or_default();
            let fits = |one: &&Vec<Word>| {
                one.len() <= here.len() && one.iter().zip(here).all(|(word, said)| word.is(said))
            };
            let is_whole = here.first().is_some_and(|word| whole.contains(word));
            let lengths = others.iter().filter(fits).map(Vec::len);
            let ways = is_whole
                .then_some(1)
                .into_iter()
                .chain(lengths)
                .flat_map(|length| {
                    let to = at.saturating_add(length);
                    let after = found(rest, words, to);
                    after
                        .into_iter()
                        .map(move |later| (at..to).chain(later).collect::<Spots>())
                });
            ways.collect()
        }
    }
}

/// The first rule that forbids something of these sentences.
pub(super) fn objection(sentences: &[Sentence], notes: &[String]) -> Option<Because> {
    if RULES.all.is_empty() {
        return Some(Because::Empty);
    }
    let sentences: Vec<_> = sentences
        .iter()
        .map(|it| RULES.without_no_denials(it))
        .collect();
    let broken = RULES.all.iter().find(|rule| {
        sentences
            .iter()
            .any(|sentence| rule.forbids(sentence, notes))
    });
    broken.map(|rule| rule.because)
}

impl Rule {
    fn forbids(&self, sentence: &Sentence, notes: &[String]) -> bool {
        let words = sentence.words.as_slice();
        if self.beside.iter().any(|word| words.contains(word)) {
            return false;
        }
        self.patterns.iter().any(|pattern| {
            (0..words.len())
                .flat_map(|at| found(pattern, words, at))
                .any(|spots| !self.is_spared(sentence, &spots, notes))
        })
    }

    fn is_spared(&self, sentence: &Sentence, spots: &Spots, notes: &[String]) -> bool {
        let (Some(first), Some(last)) = (spots.first(), spots.last()) else {
            return true;
        };
        let of_self = sentence
            .words
            .get(*first)
            .is_some_and(|word| SELF.contains(&word.as_str()));
        let before = if of_self { 0 } else { DENIED_WITHIN };
        let between = (*first..=*last).filter(|at| !spots.contains(at));
        let between = between.filter_map(|at| sentence.words.get(at));
        let mut near = sentence.before(*first, before).chain(between);
        let mut earlier = sentence.before(*first, CONDITION_WITHIN);
        let span = sentence.words.get(*first..=*last).unwrap_or_default();
        self.denied && near.any(|word| RULES.denials.contains(word))
            || self.conditional && earlier.any(|word| RULES.conditions.contains(word))
            || self.noted && notes.windows(span.len()).any(|row| row == span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_can_be_read_and_every_rule_says_something() {
        let rules = Rules::read(FILTER).unwrap();
        assert!(rules.all.len() >= 15);
        for rule in &rules.all {
            assert!(!rule.patterns.is_empty() && rule.patterns.iter().all(|it| !it.is_empty()));
        }
        assert_eq!(rules.common.len(), Language::ALL.len());
    }

    #[test]
    fn what_the_filter_does_not_mean_is_no_filter() {
        for wrong in ["{nolist}", "~x", "Sent", "", "se nt*x"] {
            let parts: Result<Vec<_>, _> = wrong
                .split(' ')
                .map(|part| Part::read(part, &BTreeMap::new()))
                .collect();
            assert!(parts.is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_denial_counts_only_beside_what_it_denies() {
        let said = |text: &str| {
            let sentences: Vec<_> = words::sentences(text).map(Sentence::of).collect();
            objection(&sentences, &[])
        };
        assert_eq!(said("I have sent it."), Some(Because::Claim));
        assert_eq!(said("I have not sent it."), None);
        assert_eq!(said("No problem, I have sent it."), Some(Because::Claim));
        assert_eq!(
            said("That was not hard at all for me, so I have sent it."),
            Some(Because::Claim)
        );
        assert_eq!(said("I can't send anything."), None);
        assert_eq!(said("No, I have sent it."), Some(Because::Claim));
        assert_eq!(
            said("If your payment was sent, look at your history."),
            None
        );
        assert_eq!(
            said("If you look now, your payment was sent."),
            Some(Because::Claim)
        );
    }
}
