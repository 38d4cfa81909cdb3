//! What a misspelt command may have meant. A guess is offered and never run, and what changes something at once is not even
//! offered.

use crate::command::{self, COMMANDS, Category, Command, Parsed, Reader, Takes};
use crate::policy::{
    GUESS_ADDED_FROM, GUESS_LIKENESS, GUESS_LONGEST, GUESS_SHORTEST, GUESS_THREE_FROM,
    GUESS_TWO_FROM,
};

/// A command that may have been meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) command: &'static Command,
    /// Which of its names was meant, and what was typed after it.
    pub(super) name: &'static str,
    pub(super) rest: Option<String>,
}

impl Guess {
    /// What should have been typed.
    pub(super) fn typed(&self) -> String {
        match &self.rest {
            Some(rest) => format!("{} {rest}", self.name),
            None => self.name.to_owned(),
        }
    }
}

/// Of all that this reader may use. The nearest decides: where that changes something at once, nothing is offered.
pub(super) fn guess(body: &str, reader: Reader) -> Option<Guess> {
    let spelt = command::tidy(body);
    if spelt.chars().count() > GUESS_LONGEST {
        return None;
    }
    let usable = || COMMANDS.iter().filter(|command| command.works_for(reader));
    let named = usable().flat_map(|command| command.names().map(move |name| (command, name)));
    let named =
        named.filter_map(|(command, name)| Some((reading(command, name, &spelt)?, command, name)));
    let best = named.min_by_key(|((far, _), ..)| *far);
    let guess = match best {
        Some(((_, rest), command, name)) => Guess {
            command,
            name,
            rest,
        },
        None => of_help(&spelt, reader)?,
    };
    let typed = guess.typed();
    let runs = matches!(command::parse(&typed), Parsed::Run(found, rest) if found == guess.command && rest == guess.rest);
    (runs && !guess.command.changes && is_plain(&typed)).then_some(guess)
}

/// How far `spelt` is from `name`, with a rest that fits or without one.
fn reading(command: &Command, name: &str, spelt: &str) -> Option<(Far, Option<String>)> {
    let whole = far(&spelt.to_lowercase(), name).map(|far| (far, None));
    let Takes::Rest { looks_like_one } = command.takes else {
        return whole;
    };
    let split = || {
        let end = spelt.match_indices(' ').nth(name.matches(' ').count())?.0;
        let (head, rest) = spelt.split_at_checked(end)?;
        let rest = rest.trim_start();
        let far = far(&head.to_lowercase(), name)?;
        looks_like_one(rest).then(|| (far, Some(rest.to_owned())))
    };
    whole.or_else(split)
}

/// `help` with a misspelt subject.
fn of_help(spelt: &str, reader: Reader) -> Option<Guess> {
    let command = Command::named("help")?;
    let (head, subject) = spelt.split_once(' ')?;
    let head = head.to_lowercase();
    let name = command.names().find(|name| *name == head)?;
    let listed = COMMANDS
        .iter()
        .filter(|command| command.is_listed_for(reader));
    let categories = Category::ALL.into_iter().flat_map(Category::words);
    let subjects = listed.flat_map(Command::names).chain(categories.copied());
    let subject = subject.to_lowercase();
    let measured = subjects.filter_map(|name| Some((far(&subject, name)?, name)));
    let (_, meant) = measured.min_by_key(|(far, _)| *far)?;
    Some(Guess {
        command,
        name,
        rest: Some(meant.to_owned()),
    })
}

/// Letters that are wrong, and then how unlike the whole is, in thousandths.
type Far = (usize, u32);

/// None: too far.
fn far(typed: &str, name: &str) -> Option<Far> {
    let length = name.chars().count();
    let most = match length {
        GUESS_THREE_FROM.. => 3,
        GUESS_TWO_FROM.. => 2,
        GUESS_SHORTEST.. => 1,
        _ => return None,
    };
    let by = typed.chars().count().abs_diff(length);
    if by > most || typed.chars().next() != name.chars().next() {
        return None;
    }
    let slipped = match length {
        GUESS_TWO_FROM.. => true,
        GUESS_ADDED_FROM.. => by == 1 || sorted(typed) == sorted(name),
        _ => sorted(typed) == sorted(name) || once_each(typed) == once_each(name),
    };
    let wrong = strsim::damerau_levenshtein(typed, name);
    let likeness = strsim::jaro_winkler(typed, name);
    let near = slipped && wrong <= most && likeness >= GUESS_LIKENESS;
    near.then(|| (wrong, thousandths(1.0 - likeness)))
}

/// Equal for texts in which letters have changed places.
fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<_> = text.chars().collect();
    letters.sort_unstable();
    letters
}

/// Equal for texts in which letters were typed twice.
fn once_each(text: &str) -> Vec<char> {
    let mut letters: Vec<_> = text.chars().collect();
    letters.dedup();
    letters
}

/// Of a share of one.
fn thousandths(share: f64) -> u32 {
    (0..1_000_u32)
        .find(|n| f64::from(*n) / 1_000.0 >= share)
        .unwrap_or(1_000)
}

/// It can be shown to whoever typed it: there is nothing in it that formats or makes a link.
fn is_plain(typed: &str) -> bool {
    let around = |at: usize| {
        let before = typed.get(..at).and_then(|text| text.chars().next_back());
        let after = typed.get(at..).and_then(|text| text.chars().nth(1));
        (before, after)
    };
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    typed.char_indices().all(|(at, c)| match (c, around(at)) {
        ('.' | ',', (before, after)) => digit(before) && digit(after),
        ('@', (before, _)) => before == Some(' '),
        (' ' | '$' | '+' | '-', _) => true,
        (c, _) => c.is_alphanumeric(),
    })
}
