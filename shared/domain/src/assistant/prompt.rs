//! What the model is given: the rules, the entries that may answer, what was said before, the question. No name, number, id,
//! balance or history: nothing of the person but their minimised words.

use super::{By, Exchange, Line, Prompt};
use crate::knowledge::Entry;
use crate::language::Language;
use crate::policy::QUESTION_CHARACTERS;
use crate::texts;

/// What is said to the model, and by what its words are judged. A test holds that neither changes without a new version.
pub(super) const RULES: &str = include_str!("../../assistant/rules.md");

/// Of [`RULES`], of the filter's and of how all is put together, as every answer's record names it.
pub(super) const VERSION: &str = "2026-11-23-2";

pub(super) fn of(question: &str, l: Language, said: &[Exchange], entries: &[Entry]) -> Prompt {
    let mut lines = vec![line(By::System, rules(l)), line(By::System, notes(entries))];
    let topics: Vec<_> = said.iter().filter(|said| said.is_topic()).collect();
    if !topics.is_empty() {
        let topics: Vec<_> = topics.iter().map(|said| asked(&said.question)).collect();
        lines.push(line(By::User, topics.join("\n")));
        lines.push(line(By::Assistant, "…".to_owned()));
    }
    for said in said.iter().filter(|said| !said.is_topic()) {
        lines.push(line(By::User, asked(&said.question)));
        lines.push(line(By::Assistant, tame(&said.answer)));
    }
    lines.push(line(By::User, asked(question)));
    Prompt {
        version: VERSION,
        lines,
    }
}

/// With what they leave open filled in.
pub(super) fn rules(l: Language) -> String {
    let rules = RULES.trim_end().replace("{language}", language(l));
    rules.replace("{agent}", &texts::taught(l, "agent"))
}

fn line(by: By, text: String) -> Line {
    Line { by, text }
}

/// As the rules name it, in English.
const fn language(l: Language) -> &'static str {
    match l {
        Language::English => "English",
        Language::Spanish => "Spanish, as it is spoken in the Caribbean, with “tú”",
    }
}

fn notes(entries: &[Entry]) -> String {
    let notes = entries.iter().map(|entry| {
        let Entry {
            id,
            question,
            answer,
            ..
        } = entry;
        format!("<note id=\"{id}\">\n{question}\n{answer}\n</note>")
    });
    format!(
        "Notes for the next question:\n{}",
        notes.collect::<Vec<_>>().join("\n")
    )
}

fn asked(question: &str) -> String {
    let question: String = tame(question).chars().take(QUESTION_CHARACTERS).collect();
    format!("<question>\n{question}\n</question>")
}

/// Without what could end the fence around it, or pass for another's line.
fn tame(text: &str) -> String {
    let seen = text
        .chars()
        .filter(|c| *c == '\n' || !crate::command::is_invisible(*c));
    let tame = seen.map(|c| match c {
        '<' => '‹',
        '>' => '›',
        c => c,
    });
    tame.collect()
}

#[cfg(test)]
mod tests;
