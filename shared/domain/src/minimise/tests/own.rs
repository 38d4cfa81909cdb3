//! What the bot itself says, sent back to it: long texts of ordinary words about money, codes and recovery words.

use std::fs;
use std::path::Path;

use super::*;
use crate::knowledge::Base;
use crate::language::Language;

/// What stands in the files of a folder of the crate, by the file's name.
fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    let read = files.map(|file| {
        let name = file.file_name().into_string().unwrap();
        (name, fs::read_to_string(file.path()).unwrap())
    });
    read.collect()
}

/// As they are written, each by itself and a whole file of them in one line, without their names and without what is chosen by.
fn sentences(l: Language) -> Vec<(String, String)> {
    let name = regex(r"^(?:-?[a-z][\w-]*| +\.[\w-]+) =");
    let choice = regex(r"\{ \$\w+ ->|\*?\[\w+\] ");
    let mut all = Vec::new();
    for (file, text) in files(&format!("texts/{}", l.code())) {
        let mut said: Vec<String> = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let begins = name.is_match(line);
            let line = choice.replace_all(line, "").into_owned();
            let line = name.replace(&line, "").trim().to_owned() + "\n";
            match said.last_mut() {
                Some(last) if !begins => last.push_str(&line),
                _ => said.push(line),
            }
        }
        said.push(said.concat().replace('\n', " "));
        all.extend(said.into_iter().map(|text| (file.clone(), text)));
    }
    all
}

/// As people get them, with everything in its place.
fn answers() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (file, text) in files("src/snapshots") {
        for shown in text.split("\n── ").skip(1) {
            let (name, text) = shown.split_once('\n').unwrap();
            all.push((format!("{file}: {name}"), text.to_owned()));
        }
    }
    all
}

/// How it is asked for, one below the other, and what is answered.
fn knowledge(l: Language) -> Vec<(String, String)> {
    let entries = Base::ours().entries(l).iter();
    let texts = entries.flat_map(|entry| {
        let asked: Vec<&str> = entry.asked().collect();
        let answered = format!("{}\n{}", entry.question, entry.answer);
        [asked.join("\n"), answered].map(|text| (entry.id.as_str().to_owned(), text))
    });
    texts.collect()
}

fn with_secrets(texts: Vec<(String, String)>) -> Vec<(String, Secret)> {
    let found = texts.into_iter().flat_map(|(name, text)| {
        let secrets = minimise(&text).secrets.into_iter();
        secrets.map(move |secret| (name.clone(), secret))
    });
    found.collect()
}

#[test]
fn nothing_the_bot_says_is_a_secret_when_it_is_sent_back() {
    for l in Language::ALL {
        let texts = sentences(l);
        assert!(texts.len() > 300, "{}", texts.len());
        assert_eq!(with_secrets(texts), []);
    }
}

#[test]
fn nothing_in_the_knowledge_base_is_a_secret() {
    for l in Language::ALL {
        let texts = knowledge(l);
        assert!(texts.len() > 2 * 60, "{}", texts.len());
        assert_eq!(with_secrets(texts), []);
    }
}

/// A notification from Flash holds the code that this chat asks for.
#[test]
fn no_answer_of_the_bot_is_a_secret_but_the_one_with_a_code() {
    let texts = answers();
    assert!(texts.len() > 300, "{}", texts.len());
    let with_code = ["en", "es"].map(|l| (format!("texts_{l}.snap: push_body"), Secret::Code));
    let mut found = with_secrets(texts);
    found.sort();
    assert_eq!(found, with_code);
}
