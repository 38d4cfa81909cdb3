//! How a text is read as words: in small letters, without accents, chat spellings written out, endings taken off.

mod lists;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use crate::language::Language;
use lists::{ENGLISH_FILLERS, ENGLISH_SPELLINGS, SPANISH_FILLERS, SPANISH_SPELLINGS};

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Without its ending, unless it is a filler.
    pub(super) stem: String,
    /// It says little of what a question is about. Numbers don't, either.
    pub(super) filler: bool,
}

/// What a language's words are read by.
struct Rules {
    spellings: HashMap<&'static str, &'static str>,
    fillers: HashSet<&'static str>,
    stemmer: Stemmer,
}

static ENGLISH: LazyLock<Rules> =
    LazyLock::new(|| Rules::of(ENGLISH_SPELLINGS, ENGLISH_FILLERS, Algorithm::English));
static SPANISH: LazyLock<Rules> =
    LazyLock::new(|| Rules::of(SPANISH_SPELLINGS, SPANISH_FILLERS, Algorithm::Spanish));

impl Rules {
    fn of(
        spellings: &[(&'static str, &'static str)],
        fillers: &'static str,
        algorithm: Algorithm,
    ) -> Self {
        let spellings = spellings.iter().flat_map(|(spellings, meant)| {
            let spellings = spellings.split_whitespace();
            spellings.map(move |spelling| (spelling, *meant))
        });
        Self {
            spellings: spellings.collect(),
            fillers: fillers.split_whitespace().collect(),
            stemmer: Stemmer::create(algorithm),
        }
    }

    fn in_language(l: Language) -> &'static Self {
        match l {
            Language::English => &ENGLISH,
            Language::Spanish => &SPANISH,
        }
    }
}

/// The words of a line, in their order.
pub(super) fn of_line(l: Language, line: &str) -> Vec<Word> {
    let rules = Rules::in_language(l);
    let whole = whole_words(l, line).into_iter();
    whole
        .map(|word| {
            let number = word.bytes().all(|b| b.is_ascii_digit());
            let filler = number || rules.fillers.contains(word.as_str());
            let stem = if filler {
                word
            } else {
                rules.stemmer.stem(without_pronouns(l, &word)).into_owned()
            };
            Word { stem, filler }
        })
        .collect()
}

/// Spanish writes them at the end of a verb: `mándame`, `vincularlo`, `muéstramelo`. The longest first.
const PRONOUNS: &[&str] = &[
    "noslo", "nosla", "selos", "selas", "melos", "melas", "selo", "sela", "melo", "mela", "telo",
    "tela", "nos", "los", "las", "les", "me", "te", "se", "lo", "la", "le",
];

/// What is left may be no word: it is compared with what is left of others.
fn without_pronouns(l: Language, word: &str) -> &str {
    if l != Language::Spanish {
        return word;
    }
    let bare = PRONOUNS
        .iter()
        .find_map(|pronouns| word.strip_suffix(pronouns));
    let is_verb = |bare: &&str| bare.len() >= 4 && bare.ends_with(['a', 'e', 'o', 'r', 'n']);
    bare.filter(is_verb).unwrap_or(word)
}

/// The same with their endings.
pub(super) fn whole_words(l: Language, line: &str) -> Vec<String> {
    let spellings = &Rules::in_language(l).spellings;
    let folded: String = line
        .chars()
        .filter(|c| !matches!(c, '\'' | '\u{2019}' | '\u{301}' | '\u{303}' | '\u{308}'))
        .flat_map(char::to_lowercase)
        .map(plain)
        .collect();
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| (*spellings.get(word).unwrap_or(&word)).to_owned())
        .collect()
}

/// Without the accents that Spanish writes, and most people leave out.
const fn plain(c: char) -> char {
    match c {
        'á' | 'à' | 'â' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'í' | 'ì' | 'î' => 'i',
        'ó' | 'ò' | 'ô' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_the_words_it_means() {
        let english = |line| whole_words(Language::English, line).join(" ");
        assert_eq!(english("Wat's my BTC?"), "what my bitcoin");
        assert_eq!(english("don’t wan dis"), "not want this");
        let spanish = |line| whole_words(Language::Spanish, line).join(" ");
        assert_eq!(spanish("¿Q es la contraseña?"), "que es la contrasena");
        // The same in Unicode's other way to write an accent.
        assert_eq!(spanish("do\u{301}nde man\u{303}ana"), "donde manana");
        assert_eq!(spanish("DÓNDE MAÑANA"), "donde manana");
    }

    #[test]
    fn endings_make_no_other_word_and_fillers_are_known() {
        let read = of_line(Language::English, "The payments are 20");
        let read: Vec<_> = read
            .iter()
            .map(|word| (word.stem.as_str(), word.filler))
            .collect();
        assert_eq!(
            read,
            [
                ("the", true),
                ("payment", false),
                ("are", true),
                ("20", true)
            ]
        );
        let same = |one, other| {
            assert_eq!(
                of_line(Language::Spanish, one),
                of_line(Language::Spanish, other)
            );
        };
        same("pagos", "pago");
        same("muéstramelo", "muéstrame");
        same("vincularlo", "vincular");
        same("bloquéalos", "bloquea");
    }

    #[test]
    fn fillers_and_spellings_are_written_as_words_are_read() {
        for (l, fillers, spellings) in [
            (Language::English, ENGLISH_FILLERS, ENGLISH_SPELLINGS),
            (Language::Spanish, SPANISH_FILLERS, SPANISH_SPELLINGS),
        ] {
            for filler in fillers.split_whitespace() {
                assert_eq!(whole_words(l, filler), [filler], "{l:?}");
            }
            for (_, meant) in spellings {
                assert_eq!(whole_words(l, meant), [*meant], "{l:?}");
            }
        }
    }
}
