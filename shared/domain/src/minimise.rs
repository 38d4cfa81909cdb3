//! What must not leave, or be kept, is taken out of a person's words.
//!
//! A secret makes the whole message unfit: nobody may have it, so it is warned of and goes nowhere. What is only private is
//! replaced by what it is. Amounts, days and short references stay: a question is often about them. Names of people, streets
//! and days of birth are not found: nothing tells them from the rest.

mod card;
mod key;
mod number;
mod phrase;
mod private;
mod spelled;
mod told;

#[cfg(test)]
mod tests;

use std::fmt;

use regex_lite::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::command::is_invisible;
use crate::outside::is_control_of_text;

/// What nobody may ever be told. Whoever sends it is warned, and it is neither kept nor asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Secret {
    /// The words that are a wallet.
    RecoveryPhrase,
    /// A payment card's number, or the one on its back.
    Card,
    /// A key that can spend.
    PrivateKey,
    /// What opens an account to a program.
    ApiKey,
    /// A password or PIN that is named as one.
    Password,
    /// A one-time code that is named as one.
    Code,
}

impl Secret {
    pub const ALL: [Self; 6] = [
        Self::RecoveryPhrase,
        Self::Card,
        Self::PrivateKey,
        Self::ApiKey,
        Self::Password,
        Self::Code,
    ];

    /// `text` is without accents.
    fn is_in(self, text: &str) -> bool {
        match self {
            Self::RecoveryPhrase => phrase::is_in(text),
            Self::Card => card::is_in(text),
            Self::PrivateKey => key::can_spend(text),
            Self::ApiKey => key::opens(text),
            Self::Password => told::has_password(text),
            Self::Code => told::has_code(text),
        }
    }
}

/// What a placeholder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Private {
    /// An e-mail address, or a Lightning address, which looks the same.
    Email,
    Phone,
    /// What asks to be paid: a Lightning invoice, an offer or an LNURL.
    Invoice,
    /// Where bitcoin, or dollars on a chain, can be sent.
    Address,
    /// What names a payment or a thing in a system.
    Id,
    Username,
    /// A number of an account or a document, or any other that is long.
    Number,
    /// Six digits that may be a code.
    Code,
    Link,
}

impl Private {
    /// What stands in its place.
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Email => "[email]",
            Self::Phone => "[phone]",
            Self::Invoice => "[invoice]",
            Self::Address => "[address]",
            Self::Id => "[id]",
            Self::Username => "[username]",
            Self::Number => "[number]",
            Self::Code => "[code]",
            Self::Link => "[link]",
        }
    }
}

/// A text without what is private in it. It is the person's own and not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Minimised {
    /// Empty where there is a secret.
    pub text: String,
    /// In the order of [`Secret::ALL`], none twice.
    pub secrets: Vec<Secret>,
    /// None twice.
    pub replaced: Vec<Private>,
}

impl fmt::Debug for Minimised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Minimised({:?}, {:?})", self.secrets, self.replaced)
    }
}

/// Linear in the length of `text`. What comes out stays as it is when it is minimised again.
pub fn minimise(text: &str) -> Minimised {
    let mut all = Minimised {
        text: written(text),
        secrets: Vec::new(),
        replaced: Vec::new(),
    };
    for _ in 0..PASSES {
        let bare: String = all.text.nfd().filter(|c| !is_combining_mark(*c)).collect();
        let is_in = |secret: &Secret| secret.is_in(&bare);
        all.secrets = Secret::ALL.into_iter().filter(is_in).collect();
        if !all.secrets.is_empty() {
            return Minimised {
                text: String::new(),
                replaced: Vec::new(),
                ..all
            };
        }
        let (text, replaced) = private::replaced(&all.text);
        let is_done = text == all.text;
        let new = |private: &Private| !all.replaced.contains(private);
        let replaced: Vec<_> = replaced.into_iter().filter(new).collect();
        all.replaced.extend(replaced);
        if is_done {
            break;
        }
        // A placeholder ends a word that had not ended before.
        all.text = written(&text);
    }
    all
}

/// One way of writing, and digits that were spelled out.
fn written(text: &str) -> String {
    spelled::in_digits(&plain(text))
}

/// What is left beside a placeholder may be something by itself; the second look mostly finds nothing more.
const PASSES: usize = 4;

/// One way of writing of everything: no letters that only look different, no characters that show nothing, the digits,
/// dashes, dots and blanks of a plain keyboard, one blank where there are several, none around the end of a line, and none of
/// the lines that make words slant.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    // What is composed may show nothing either.
    let shown = text
        .chars()
        .filter(|c| shows(*c))
        .nfkc()
        .filter(|c| shows(*c));
    for c in shown.map(plain_character) {
        if ends_word(c) {
            plain.truncate(plain.trim_end_matches('_').len());
        }
        match c {
            '_' if plain.is_empty() || plain.ends_with(ends_word) => {}
            ' ' if plain.ends_with([' ', '\n']) => {}
            '\n' => {
                plain.truncate(plain.trim_end_matches(' ').len());
                plain.push('\n');
            }
            c => plain.push(c),
        }
    }
    plain.truncate(plain.trim_end_matches('_').len());
    plain
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || "*~`\"'()[]{}<>.,;:!?/".contains(c)
}

/// A blank of any kind does; the sign that draws a key around a digit does not.
fn shows(c: char) -> bool {
    let hides = is_invisible(c) || is_control_of_text(c) || c == '\u{20e3}';
    c.is_whitespace() || !hides
}

/// The zeros of decimal digits that people's keyboards have beside ours: Arabic, Persian, Devanagari, Bengali.
const ZEROS: [u32; 4] = [0x660, 0x6f0, 0x966, 0x9e6];

fn plain_character(c: char) -> char {
    let number = u32::from(c);
    let digit = ZEROS
        .iter()
        .find_map(|zero| number.checked_sub(*zero).filter(|n| *n < 10));
    match (digit.and_then(|digit| char::from_digit(digit, 10)), c) {
        (Some(digit), _) => digit,
        (None, '‐'..='―' | '−' | '﹣') => '-',
        (None, '·' | '•' | '∙' | '․' | '。') => '.',
        (None, '\n') => '\n',
        (None, c) if c.is_whitespace() => ' ',
        (None, c) => c,
    }
}

fn regex(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "a test makes each of them")]
    Regex::new(pattern).expect("it is a pattern")
}
