//! How a text is read to find what it must not say: small letters without accents, contractions written out.

/// Ended by a mark or by the line.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .flat_map(|line| line.split_inclusive(['.', '?', '!', ';', ':', '…']))
        .filter(|sentence| sentence.chars().any(char::is_alphanumeric))
}

/// A sentence as it is looked through.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sentence {
    pub(super) words: Vec<String>,
    /// Of each word, in which part of the sentence it stands: commas, dashes and brackets part it.
    pub(super) parts: Vec<usize>,
}

impl Sentence {
    pub(super) fn of(text: &str) -> Self {
        let mut sentence = Self::default();
        for (nth, part) in text.split([',', ';', '(', ')', '—', '–']).enumerate() {
            // “Yes, …” is no “if …”.
            let is_yes = part.trim().eq_ignore_ascii_case("si");
            for word in of(part) {
                sentence
                    .words
                    .push(if is_yes { "yes".to_owned() } else { word });
                sentence.parts.push(nth);
            }
        }
        sentence
    }

    /// Of the words that stand right before the one at `at`, in its part, `most` of them.
    pub(super) fn before(&self, at: usize, most: usize) -> impl Iterator<Item = &String> {
        let part = self.parts.get(at);
        let before = self.words.iter().zip(&self.parts).take(at).rev().take(most);
        before
            .filter(move |(_, own)| Some(*own) == part)
            .map(|(word, _)| word)
    }
}

/// Letters and digits in a row, in their order.
pub(super) fn of(text: &str) -> Vec<String> {
    let mut spelt = text
        .to_lowercase()
        .replace(['\u{2018}', '\u{2019}', '\u{2bc}', '\u{b4}', '`'], "'");
    for (short, long) in [
        ("can't", "can not"),
        ("won't", "will not"),
        ("n't", " not"),
        ("'ll", " will"),
        ("'ve", " have"),
        ("'re", " are"),
        ("'m", " am"),
        ("'d", " would"),
        ("'s", " is"),
    ] {
        if spelt.contains(short) {
            spelt = spelt.replace(short, long);
        }
    }
    let words = spelt.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .flat_map(word)
        .collect()
}

fn word(word: &str) -> impl Iterator<Item = String> {
    // With its accent it says yes, without it if.
    let plain: String = match word {
        "sí" => "yes".to_owned(),
        word => word.chars().map(plain).collect(),
    };
    let words: Vec<String> = long(&plain).split(' ').map(str::to_owned).collect();
    words.into_iter()
}

/// Contractions as they are written in chats.
fn long(word: &str) -> &str {
    match word {
        "im" => "i am",
        "ive" => "i have",
        "youve" => "you have",
        "weve" => "we have",
        "youll" => "you will",
        "dont" => "do not",
        "cant" | "cannot" => "can not",
        "wont" => "will not",
        "isnt" => "is not",
        "arent" => "are not",
        "gonna" => "going to",
        "ur" => "your",
        "u" => "you",
        word => word,
    }
}

/// Without its accent.
const fn plain(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contractions_are_written_out_and_accents_left_out() {
        assert_eq!(of("I’ve SENT it; don't").join(" "), "i have sent it do not");
        assert_eq!(
            of("¿Cuándo llegará, mañana?").join(" "),
            "cuando llegara manana"
        );
        assert_eq!(of("cant, im").join(" "), "can not i am");
    }

    #[test]
    fn yes_is_no_condition_however_it_is_written() {
        for yes in ["Sí, puedes", "si, puedes", "Sí puedes"] {
            assert_eq!(Sentence::of(yes).words, ["yes", "puedes"], "{yes}");
        }
        assert_eq!(Sentence::of("Si puedes").words, ["si", "puedes"]);
    }

    #[test]
    fn what_stands_before_a_comma_is_another_part() {
        let sentence = Sentence::of("No, I have sent it");
        assert_eq!(sentence.before(2, 3).collect::<Vec<_>>(), ["i"]);
        assert_eq!(sentence.before(1, 3).count(), 0);
    }
}
