//! Guided flows: what often goes wrong, as small trees of questions. They are data, in `flows/`, in every language; a choice leads
//! to another node, to a command or to a person.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::command::{Command, Parsed, parse};
use crate::language::Language;

/// Where each begins.
pub const START: &str = "start";

/// What each step lets somebody choose between: its own choices and, where these are two, the way back. So there is one set of
/// buttons for all.
pub const CHOICES: usize = 3;

/// In the order in which they are listed.
const FILES: [&str; 5] = [
    include_str!("../flows/payment.toml"),
    include_str!("../flows/phone.toml"),
    include_str!("../flows/receiving.toml"),
    include_str!("../flows/costs.toml"),
    include_str!("../flows/suspicious.toml"),
];

/// One tree.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    pub id: String,
    /// What people type who need it, in any language: the whole message.
    pub words: Vec<String>,
    pub title: Both,
    pub nodes: BTreeMap<String, Node>,
}

/// The same in every language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    en: String,
    es: String,
}

/// What is said, and what can be chosen then. Without choices it is the end.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    en: String,
    es: String,
    #[serde(default)]
    pub choices: Vec<Choice>,
}

/// It leads to one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    en: String,
    es: String,
    /// Another node of the same flow.
    #[serde(default)]
    to: Option<String>,
    /// A command as it is typed in English, which changes nothing without a question.
    #[serde(default)]
    command: Option<String>,
}

/// Where a choice leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads<'a> {
    To(&'a str),
    Runs(&'static Command, Option<String>),
}

const fn of<'a>(l: Language, en: &'a str, es: &'a str) -> &'a str {
    match l {
        Language::English => en,
        Language::Spanish => es,
    }
}

impl Both {
    pub fn text(&self, l: Language) -> &str {
        of(l, &self.en, &self.es)
    }
}

impl Node {
    pub fn text(&self, l: Language) -> &str {
        of(l, &self.en, &self.es)
    }
}

impl Choice {
    pub fn title(&self, l: Language) -> &str {
        of(l, &self.en, &self.es)
    }

    fn is_called(&self, text: &str) -> bool {
        [&self.en, &self.es]
            .iter()
            .any(|title| title.to_lowercase() == text)
    }

    /// None: nowhere, which a test forbids.
    pub fn leads(&self) -> Option<Leads<'_>> {
        if let Some(node) = &self.to {
            return Some(Leads::To(node));
        }
        match parse(self.command.as_deref()?) {
            Parsed::Run(command, rest) => Some(Leads::Runs(command, rest)),
            _ => None,
        }
    }
}

impl Node {
    /// The choice of that number, from 1 on, or of that title, tidied and in lower case.
    pub fn chosen(&self, text: &str) -> Option<&Choice> {
        let by_title = self.choices.iter().find(|choice| choice.is_called(text));
        by_title.or_else(|| nth(&self.choices, text))
    }
}

impl Node {
    /// The step has room for the way back among its choices.
    pub const fn offers_back(&self) -> bool {
        !self.choices.is_empty() && self.choices.len() < CHOICES
    }

    /// That is what was chosen, by its number.
    pub fn goes_back(&self, number: &str) -> bool {
        self.offers_back() && number.parse() == Ok(CHOICES)
    }
}

/// The one of that number, from 1 on.
pub fn nth<'a, T>(all: &'a [T], number: &str) -> Option<&'a T> {
    let number: usize = number.parse().ok()?;
    all.get(number.checked_sub(1)?)
}

/// Every flow there is.
pub fn all() -> &'static [Flow] {
    static ALL: LazyLock<Vec<Flow>> = LazyLock::new(|| {
        let read = FILES.iter().map(|file| toml::from_str(file));
        // A test reads every one of them.
        read.filter_map(Result::ok).collect()
    });
    &ALL
}

/// The flow of that id.
pub fn of_id(id: &str) -> Option<&'static Flow> {
    all().iter().find(|flow| flow.id == id)
}

/// The flow that is asked for by these words, tidied and in lower case: its title, or what people say.
pub fn named(text: &str) -> Option<&'static Flow> {
    let is_it = |flow: &&Flow| {
        let titles = [&flow.title.en, &flow.title.es];
        titles.iter().any(|title| title.to_lowercase() == text)
            || flow.words.iter().any(|words| words == text)
    };
    all().iter().find(is_it)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::command::tidy;
    use crate::texts;

    /// As many steps as anybody takes.
    const STEPS: usize = 4;

    fn walk(flow: &Flow, node: &str, steps: usize, seen: &mut BTreeSet<String>) {
        assert!(steps <= STEPS, "{}: {node} is too far away", flow.id);
        seen.insert(node.to_owned());
        let found = flow.nodes.get(node);
        let found = found.unwrap_or_else(|| panic!("{}: there is no {node}", flow.id));
        let count = found.choices.len();
        assert!(
            count == 0 || (CHOICES - 1..=CHOICES).contains(&count),
            "{}: {node}",
            flow.id
        );
        for choice in &found.choices {
            assert!(
                choice.to.is_some() != choice.command.is_some(),
                "{}: {}",
                flow.id,
                choice.en
            );
            match choice.leads().unwrap_or_else(|| panic!("{}", choice.en)) {
                Leads::To(next) => walk(flow, next, steps + 1, seen),
                Leads::Runs(command, rest) => {
                    assert!(!command.changes && rest.is_none(), "{}", command.name);
                    assert_eq!(choice.command.as_deref(), Some(command.name));
                }
            }
        }
    }

    #[test]
    fn every_flow_is_read_and_every_path_ends_in_an_answer_a_command_or_a_person() {
        assert_eq!(all().len(), FILES.len());
        for flow in all() {
            let mut seen = BTreeSet::new();
            walk(flow, START, 1, &mut seen);
            let there: BTreeSet<_> = flow.nodes.keys().cloned().collect();
            assert_eq!(seen, there, "{}: all can be reached", flow.id);
        }
    }

    #[test]
    fn what_is_shown_fits_in_every_language_and_teaches_its_words() {
        for flow in all() {
            for l in Language::ALL {
                let chosen = flow.nodes.values().flat_map(|node| &node.choices);
                let titles = chosen.map(|choice| choice.title(l));
                for title in titles.chain([flow.title.text(l)]) {
                    assert!((1..=20).contains(&title.chars().count()), "{title}");
                }
                for node in flow.nodes.values() {
                    let shown = texts::flow_step(l, node);
                    assert!(shown.chars().count() <= 1_024, "{shown}");
                    texts::tests::every_word_is_taught_in(l, node.text(l)).unwrap();
                }
            }
        }
    }

    #[test]
    fn what_people_type_for_one_is_no_command_and_leads_to_one_alone() {
        let mut all_words = BTreeSet::new();
        for flow in all() {
            for words in &flow.words {
                assert_eq!(*words, tidy(words).to_lowercase(), "{words}");
                assert!(parse(words) == Parsed::Unknown, "{words} is a command");
                assert!(all_words.insert(words), "{words} stands twice");
                assert_eq!(named(words), Some(flow));
            }
            for l in Language::ALL {
                let title = flow.title.text(l).to_lowercase();
                assert!(parse(&title) == Parsed::Unknown, "{title}");
                assert_eq!(named(&title), Some(flow));
            }
        }
    }
}
