//! The files of words themselves: each language says all that the other does, with the same figures in it, and nothing is
//! said that nobody asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{
    Attribute, CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
    VariantKey,
};
use fluent_syntax::parser::parse;

use super::{every_word_is_taught_in, word};
use crate::command::{COMMANDS, Parsed, parse as read_as};
use crate::language::Language;

/// What reads the same in both languages: names, and words that both have.
const ALIKE: &[&str] = &[
    "-support",
    "chat-no",
    "notice-sats",
    "rail-flash",
    "rail-lightning",
];

/// One message, attribute or term.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    variables: BTreeSet<String>,
    terms: BTreeSet<String>,
    /// What it chooses between, but for plurals, which each language has its own of.
    choices: BTreeSet<String>,
    text: String,
}

impl Said {
    fn of(pattern: &Pattern<String>) -> Self {
        let mut said = Self::default();
        said.pattern(pattern);
        said
    }

    fn pattern(&mut self, pattern: &Pattern<String>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.text.push_str(value),
                PatternElement::Placeable { expression } => self.expression(expression),
            }
        }
    }

    fn expression(&mut self, expression: &Expression<String>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    let key = match &variant.key {
                        VariantKey::Identifier { name } => name,
                        VariantKey::NumberLiteral { value } => value,
                    };
                    if !["zero", "one", "two", "few", "many", "other"].contains(&key.as_str()) {
                        self.choices.insert(key.clone());
                    }
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<String>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.clone());
            }
            InlineExpression::TermReference { id, arguments, .. } => {
                self.terms.insert(id.name.clone());
                self.arguments(arguments.as_ref());
            }
            InlineExpression::FunctionReference { arguments, .. } => {
                self.arguments(Some(arguments));
            }
            InlineExpression::MessageReference { .. } => panic!("messages stand for themselves"),
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::StringLiteral { value }
            | InlineExpression::NumberLiteral { value } => self.text.push_str(value),
        }
    }

    fn arguments(&mut self, arguments: Option<&CallArguments<String>>) {
        for argument in arguments.into_iter().flat_map(|all| &all.positional) {
            self.inline(argument);
        }
    }
}

fn folder(l: Language) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("texts")
        .join(l.code())
}

/// What a language says and English does not: its words for commands, which in English stand in the registry.
fn is_own(name: &str) -> bool {
    let attribute = name.split_once('.').map(|(_, attribute)| attribute);
    matches!(attribute, Some("word" | "examples"))
}

/// By its name, what each file of a language says, each by its name.
fn files(l: Language) -> BTreeMap<String, BTreeMap<String, Said>> {
    let found = fs::read_dir(folder(l)).unwrap();
    let files = found.map(|file| {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let said = read(&fs::read_to_string(&path).unwrap(), &path);
        (name, said)
    });
    files.collect()
}

fn read(file: &str, path: &Path) -> BTreeMap<String, Said> {
    let parsed = parse(file.to_owned());
    let parsed = parsed.unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", path.display()));
    let mut all = BTreeMap::new();
    let mut add = |id: String, said| {
        assert!(all.insert(id.clone(), said).is_none(), "{id} stands twice");
    };
    for entry in &parsed.body {
        let (id, value, attributes): (_, _, &[Attribute<String>]) = match entry {
            Entry::Message(message) => {
                let value = message.value.as_ref();
                (message.id.name.clone(), value, &message.attributes)
            }
            Entry::Term(term) => (
                format!("-{}", term.id.name),
                Some(&term.value),
                &term.attributes,
            ),
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
            Entry::Junk { content } => panic!("{}: {content}", path.display()),
        };
        for attribute in attributes {
            let said = Said::of(&attribute.value);
            add(format!("{id}.{}", attribute.id.name), said);
        }
        if let Some(value) = value {
            add(id, Said::of(value));
        }
    }
    all
}

/// All that a language says, by name, whatever file it stands in.
fn said(l: Language) -> BTreeMap<String, Said> {
    let mut all = BTreeMap::new();
    for (name, said) in files(l).into_values().flatten() {
        assert!(
            all.insert(name.clone(), said).is_none(),
            "{name} stands twice"
        );
    }
    all
}

/// The crate's sources, but for tests.
fn sources() -> String {
    fn under(folder: &Path, all: &mut String) {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() && path.file_name().unwrap() != "tests" {
                under(&path, all);
            } else if path.extension().is_some_and(|kind| kind == "rs")
                && path.file_name().unwrap() != "tests.rs"
            {
                all.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut all = String::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    under(&sources, &mut all);
    all
}

#[test]
fn every_file_of_words_is_one_the_bot_reads() {
    let declared = include_str!("../words.rs");
    for l in Language::ALL {
        for file in files(l).keys() {
            let path = format!("\"../../texts/{}/{file}\"", l.code());
            assert!(declared.contains(&path), "{path}");
        }
    }
}

#[test]
fn each_language_says_all_that_the_other_does_with_the_same_figures_in_it() {
    let [english, spanish] = Language::ALL.map(files);
    let names = |files: &BTreeMap<String, _>| files.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&english), names(&spanish));
    for (file, english) in &english {
        let spanish = &spanish[file];
        let names = |said: &BTreeMap<String, _>| {
            let names = said.keys().filter(|name| !is_own(name)).cloned();
            names.collect::<BTreeSet<_>>()
        };
        assert!(!english.keys().any(|name| is_own(name)), "{file}");
        assert_eq!(names(english), names(spanish), "{file}");
        for (name, english) in english {
            let spanish = &spanish[name];
            assert_eq!(english.variables, spanish.variables, "{file}: {name}");
            assert_eq!(english.terms, spanish.terms, "{file}: {name}");
            assert_eq!(english.choices, spanish.choices, "{file}: {name}");
        }
    }
}

#[test]
fn no_text_was_forgotten_in_english() {
    let [english, spanish] = Language::ALL.map(said);
    let alike = english.iter().filter(|(name, english)| {
        let says = english.text.chars().any(char::is_alphabetic);
        says && english.text == spanish[*name].text
    });
    let alike: Vec<_> = alike.map(|(name, _)| name.as_str()).collect();
    assert_eq!(alike, ALIKE);
}

#[test]
fn spanish_teaches_its_own_words() {
    let mut taught = 0;
    for (file, said) in files(Language::Spanish) {
        for (name, said) in said {
            taught += every_word_is_taught_in(Language::Spanish, &said.text)
                .unwrap_or_else(|untaught| panic!("{file}: {name}: *{untaught}*"));
        }
    }
    assert!(taught > 100, "{taught} were found");
}

#[test]
fn each_word_for_a_command_is_the_command() {
    for command in COMMANDS {
        let taught = word(Language::Spanish, command);
        assert!(command.names().any(|name| name == taught), "{taught}");
        let own = format!("command-{}.word", command.name.replace(' ', "-"));
        let said = said(Language::Spanish);
        assert!(said.contains_key(&own), "{own}");
        assert_eq!(word(Language::English, command), command.name);
        for l in Language::ALL {
            let examples = super::examples(l, command);
            assert_eq!(examples.len(), command.examples.len(), "{examples:?}");
            for (example, registered) in examples.iter().zip(command.examples) {
                match (read_as(example), read_as(registered)) {
                    (Parsed::Run(found, rest), Parsed::Run(_, registered)) => {
                        assert_eq!(found, command, "{example}");
                        assert_eq!(rest.is_some(), registered.is_some(), "{example}");
                    }
                    (found, registered) => assert_eq!(found, registered, "{example}"),
                }
            }
        }
    }
}

#[test]
fn every_term_that_is_used_exists_and_every_one_that_exists_is_used() {
    for l in Language::ALL {
        let said = said(l);
        let used: BTreeSet<_> = said.values().flat_map(|said| said.terms.clone()).collect();
        let terms = said.keys().filter_map(|name| name.strip_prefix('-'));
        let there: BTreeSet<_> = terms.map(str::to_owned).collect();
        assert_eq!(used, there);
    }
}

#[test]
fn every_command_has_its_line_and_its_help() {
    let said = said(Language::English);
    let lines = said.keys().filter(|name| name.starts_with("command-"));
    let written: BTreeSet<_> = lines.cloned().collect();
    let wanted: BTreeSet<_> = COMMANDS
        .iter()
        .flat_map(|command| {
            let name = format!("command-{}", command.name.replace(' ', "-"));
            [format!("{name}.help"), name]
        })
        .collect();
    assert_eq!(written, wanted);
}

/// Names stand in the sources as they are, or, where they are put together, with `{}` for the rest.
#[test]
fn everything_that_is_written_is_said_somewhere() {
    let sources = sources();
    let literals: BTreeSet<&str> = sources.split('"').collect();
    let starts: Vec<_> = literals
        .iter()
        .filter_map(|literal| literal.split_once('{'))
        .filter(|(start, _)| start.contains('-') && !start.contains(' '))
        .map(|(start, _)| start)
        .collect();
    let words = said(Language::English);
    let unsaid = words.keys().filter(|name| {
        let id = name.split('.').next().unwrap();
        let put_together = starts.iter().any(|start| id.starts_with(start));
        !id.starts_with('-') && !put_together && !literals.contains(id)
    });
    assert_eq!(unsaid.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn everything_that_is_said_is_written() {
    let said = said(Language::English);
    let sources = sources();
    let mut found = 0;
    for rest in sources.split("words(").skip(1) {
        // The language, which is a name or a call, and then the words' own name if it stands there.
        let Some((before, rest)) = rest.split_once('"') else {
            continue;
        };
        let only_the_language = before.matches(',').count() == 1
            && before.trim_end().ends_with(',')
            && before
                .chars()
                .all(|c| c.is_alphanumeric() || c.is_whitespace() || "_.(),".contains(c));
        let Some((name, _)) = rest.split_once('"').filter(|_| only_the_language) else {
            continue;
        };
        found += 1;
        assert!(said.contains_key(name), "{name} is not written");
    }
    assert!(found > 100, "{found} were found");
}
