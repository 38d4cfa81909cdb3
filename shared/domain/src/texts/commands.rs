//! What people are told to type, in the words of their own language. In English that is a command's own name; every other
//! language says its word beside the command's line of help.

use super::words;
use super::words::only_in;
use crate::command::{Category, Command, Parsed, Topic, parse, topic};
use crate::language::Language;

/// How a command is called.
pub fn word(l: Language, command: &Command) -> String {
    only_in(l, &format!("{}.word", id(command))).unwrap_or_else(|| command.name.to_owned())
}

/// What can be typed of it, as help shows it.
pub fn examples(l: Language, command: &Command) -> Vec<String> {
    match only_in(l, &format!("{}.examples", id(command))) {
        Some(examples) => examples.lines().map(str::to_owned).collect(),
        None => command.examples.iter().map(|it| taught(l, it)).collect(),
    }
}

/// `typed`, which does what it says in English, as somebody who reads this language is told to type it. What follows the
/// command's name stays as it is, but for the subjects of help. What is no command stays as a whole.
pub fn taught(l: Language, typed: &str) -> String {
    if l == Language::English {
        return typed.to_owned();
    }
    let known = match parse(typed) {
        Parsed::Run(command, rest) => Some((command, rest)),
        Parsed::Code(_) | Parsed::MalformedCode => {
            let (name, code) = typed.split_once(' ').unwrap_or((typed, ""));
            let code = Some(code.to_owned()).filter(|code| !code.is_empty());
            Command::named(name).map(|verify| (verify, code))
        }
        Parsed::Yes | Parsed::No | Parsed::Unknown => None,
    };
    let Some((command, rest)) = known else {
        return typed.to_owned();
    };
    let about = rest.as_deref().filter(|_| command.name == "help");
    let rest = match about.and_then(topic) {
        Some(Topic::Category(category)) => Some(subject(l, category)),
        Some(Topic::Command(about)) => Some(word(l, about)),
        // As it stands there: reading it takes off what may end a note or a username.
        None => {
            let ends = command.names().filter_map(|name| typed.strip_prefix(name));
            let whole = ends
                .filter(|end| end.starts_with(' '))
                .min_by_key(|end| end.len());
            rest.map(|rest| whole.map_or(rest, |end| end.trim_start().to_owned()))
        }
    };
    let word = word(l, command);
    match rest {
        Some(rest) => format!("{word} {rest}"),
        None => word,
    }
}

/// What is typed after `help` to read of that subject.
pub(super) fn subject(l: Language, category: Category) -> String {
    let id = match category {
        Category::Money => "subject-money",
        Category::Receiving => "subject-receiving",
        Category::Account => "subject-account",
        Category::Settings => "subject-settings",
        Category::Help => "subject-help",
        Category::Staff => "subject-staff",
    };
    words(l, id, &[])
}

/// Under what its line of help stands.
pub(super) fn id(command: &Command) -> String {
    format!("command-{}", command.name.replace(' ', "-"))
}
