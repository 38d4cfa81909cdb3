//! Help, from the short answer to the long, and what stands in for it.

use super::commands::{id, subject as subject_word};
use super::{examples, taught, word, words};
use crate::command::{Category, Command};
use crate::language::Language;
use crate::role::Role;

/// How things stand with whoever asks for help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    Linked,
    Unlinked,
    /// A page was sent, or its code waits to be typed.
    Linking,
    /// The link has come to its end.
    Ended,
    /// The number writes as another WhatsApp user.
    Paused,
    /// No code can be used here until then.
    Locked(String),
}

/// Where somebody stands who was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nearby {
    Linked,
    JustLinked,
    /// Flash has just not answered this command.
    Trouble(&'static str),
    Unlinked,
    Linking,
    Ended,
    Paused,
}

/// The first commands to try, and the subjects under which the others stand.
pub fn help(l: Language, opening: &Opening, first: &[&Command], subjects: &[Category]) -> String {
    let opening = match opening {
        Opening::Linked => words(l, "help-linked", &[]),
        Opening::Unlinked => words(l, "help-unlinked", &[]),
        Opening::Linking => words(l, "help-linking", &[]),
        Opening::Ended => words(l, "help-ended", &[]),
        Opening::Paused => words(l, "help-paused", &[]),
        Opening::Locked(until) => words(l, "help-locked", &[("until", until.as_str().into())]),
    };
    let help = taught(l, "help");
    let subjects: Vec<_> = subjects
        .iter()
        .map(|subject| format!("*{help} {}*", subject_word(l, *subject)))
        .collect();
    let more = words(l, "help-more", &[("subjects", subjects.join(", ").into())]);
    let title = words(l, "help-title", &[]);
    format!("{title}\n{opening}\n\n{}\n\n{more}", lines(l, first))
}

/// What there is of one subject.
pub fn help_subject(
    l: Language,
    subject: Category,
    commands: &[&Command],
    link_first: bool,
) -> String {
    let title = words(
        l,
        match subject {
            Category::Money => "help-money",
            Category::Receiving => "help-receiving",
            Category::Account => "help-account",
            Category::Settings => "help-settings",
            Category::Help => "help-help",
            Category::Staff => "help-staff",
        },
        &[],
    );
    let example = taught(l, commands.first().map_or("help", |command| command.name));
    let about_one = words(l, "help-about-one", &[("command", example.into())]);
    let mut parts = vec![title, lines(l, commands), about_one];
    if link_first {
        parts.push(words(l, "help-subject-link-first", &[]));
    }
    parts.join("\n\n")
}

/// One command in full.
pub fn help_command(l: Language, command: &Command, link_first: bool, proof: bool) -> String {
    let id = format!("{}.help", id(command));
    let typed = typed(l, command);
    let mut parts = vec![format!("*{typed}*\n{}", words(l, &id, &[]))];
    // One that only repeats the name shows nothing new.
    let examples = examples(l, command);
    if examples != [typed] {
        let examples = examples.iter().map(|example| format!("*{example}*"));
        let examples = examples.collect::<Vec<_>>().join("\n");
        let examples = words(l, "help-examples", &[("examples", examples.into())]);
        parts.push(examples);
    }
    let needs = [
        (command.role > Role::User, "help-needs-staff"),
        (proof, "help-needs-proof"),
        (link_first, "help-link-first"),
    ];
    let needs = needs.into_iter().filter(|(is, _)| *is);
    let needs: Vec<_> = needs.map(|(_, id)| words(l, id, &[])).collect();
    if !needs.is_empty() {
        parts.push(needs.join(" "));
    }
    parts.join("\n\n")
}

/// Being paid is not switched on.
pub fn help_switched_off(l: Language) -> String {
    words(l, "help-switched-off", &[])
}

/// It was like a command: YES takes it, or else it is to be typed as it stands.
pub fn did_you_mean(l: Language, typed: &str, yes: bool) -> String {
    let id = if yes {
        "did-you-mean"
    } else {
        "did-you-mean-typed"
    };
    words(l, id, &[("typed", taught(l, typed).into())])
}

pub fn unknown(l: Language, nearby: Nearby) -> String {
    let next = match nearby {
        Nearby::Linked => words(l, "unknown-linked", &[]),
        Nearby::JustLinked => words(l, "unknown-just-linked", &[]),
        Nearby::Trouble(command) => {
            let command = taught(l, command);
            words(l, "unknown-trouble", &[("command", command.into())])
        }
        Nearby::Unlinked => words(l, "unknown-unlinked", &[]),
        Nearby::Linking => words(l, "unknown-linking", &[]),
        Nearby::Ended => words(l, "unknown-ended", &[]),
        Nearby::Paused => words(l, "unknown-paused", &[]),
    };
    words(l, "unknown", &[("next", next.into())])
}

fn lines(l: Language, commands: &[&Command]) -> String {
    let line =
        |command: &&Command| format!("*{}* – {}", typed(l, command), words(l, &id(command), &[]));
    commands.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Its name, or the shortest that can be typed where the name alone does nothing.
fn typed(l: Language, command: &Command) -> String {
    let name = word(l, command);
    let examples = examples(l, command);
    if examples.contains(&name) {
        return name;
    }
    examples.into_iter().next().unwrap_or(name)
}

#[cfg(test)]
mod tests;
