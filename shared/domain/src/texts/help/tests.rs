use super::*;
use crate::command::{COMMANDS, Parsed, Reader, parse};

const LANGUAGES: [Language; 2] = [Language::English, Language::Spanish];
const OPENINGS: [&str; 6] = ["linked", "unlinked", "linking", "ended", "paused", "locked"];

fn opening(name: &str) -> Opening {
    match name {
        "linked" => Opening::Linked,
        "unlinked" => Opening::Unlinked,
        "linking" => Opening::Linking,
        "ended" => Opening::Ended,
        "paused" => Opening::Paused,
        _ => Opening::Locked("10:05 AM".to_owned()),
    }
}

/// Every text of this module, but for the commands' own.
fn all(l: Language) -> Vec<(String, String)> {
    let first: Vec<_> = COMMANDS.iter().filter(|c| c.name == "balance").collect();
    let account: Vec<_> = COMMANDS
        .iter()
        .filter(|c| ["link", "unlink"].contains(&c.name))
        .collect();
    let mut all = Vec::new();
    for name in OPENINGS {
        let text = help(l, &opening(name), &first, &Category::ALL);
        all.push((format!("help: {name}"), text));
    }
    for subject in Category::ALL {
        let text = help_subject(l, subject, &account, subject == Category::Money);
        all.push((format!("help_subject: {subject:?}"), text));
    }
    let user = COMMANDS.iter().find(|c| c.name == "user").unwrap();
    all.push((
        "help_command: all it may need".to_owned(),
        help_command(l, user, true, true),
    ));
    all.push(("help_switched_off".to_owned(), help_switched_off(l)));
    all.push(("did_you_mean".to_owned(), did_you_mean(l, "balance", true)));
    all.push((
        "did_you_mean: more".to_owned(),
        did_you_mean(l, "help balance", false),
    ));
    for nearby in [
        Nearby::Linked,
        Nearby::JustLinked,
        Nearby::Trouble("history"),
        Nearby::Unlinked,
        Nearby::Linking,
        Nearby::Ended,
        Nearby::Paused,
    ] {
        all.push((format!("unknown: {nearby:?}"), unknown(l, nearby)));
    }
    all
}

/// Every command in full.
fn in_full(l: Language) -> Vec<(String, String)> {
    let full = COMMANDS.iter().map(|command| {
        (
            command.name.to_owned(),
            help_command(l, command, false, false),
        )
    });
    full.collect()
}

fn bold(text: &str) -> Vec<&str> {
    assert_eq!(text.matches('*').count() % 2, 0, "{text}");
    text.split('*').skip(1).step_by(2).collect()
}

fn read_aloud(texts: Vec<(String, String)>) -> String {
    let parts = texts
        .into_iter()
        .map(|(name, text)| format!("── {name}\n{text}\n"));
    parts.collect::<Vec<_>>().join("\n")
}

#[test]
fn help_as_it_is_read() {
    for (l, name) in [
        (Language::English, "help_en"),
        (Language::Spanish, "help_es"),
    ] {
        let mut texts = all(l);
        texts.extend(in_full(l));
        insta::with_settings!({
            snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
        }, {
            insta::assert_snapshot!(name, read_aloud(texts));
        });
    }
}

#[test]
fn every_command_in_bold_works_as_it_is_printed() {
    let titles = |l| {
        let title = |id: &str| words(l, id, &[]);
        let ids = [
            "help-title",
            "help-money",
            "help-receiving",
            "help-account",
            "help-settings",
            "help-help",
            "help-staff",
        ];
        ids.map(title)
    };
    for l in LANGUAGES {
        let titles = titles(l);
        let mut texts = all(l);
        texts.extend(in_full(l));
        let mut typed = 0;
        for (name, text) in texts {
            for words in bold(&text) {
                let bold = format!("*{words}*");
                if titles.iter().any(|title| title.starts_with(&bold))
                    && parse(words) == Parsed::Unknown
                {
                    continue;
                }
                typed += 1;
                assert_ne!(parse(words), Parsed::Unknown, "{name}: {words}");
            }
        }
        assert!(typed > 60, "{typed} were found");
    }
}

/// English stands in for what a language lacks: here it must not.
#[test]
fn every_command_is_told_in_one_line_and_in_full_in_each_language() {
    for command in COMMANDS {
        for id in [id(command), format!("{}.help", id(command))] {
            let told = LANGUAGES.map(|l| words(l, &id, &[]));
            assert!(
                told.iter().all(|told| *told != id && !told.is_empty()),
                "{id} is missing"
            );
            assert_ne!(told[0], told[1], "{id} is missing in one language");
        }
    }
}

#[test]
fn no_command_is_described_that_there_is_not() {
    for file in [
        include_str!("../../../texts/en/commands.ftl"),
        include_str!("../../../texts/es/commands.ftl"),
    ] {
        let mut seen = std::collections::BTreeSet::new();
        let ids = file
            .lines()
            .filter_map(|line| line.strip_prefix("command-")?.split(' ').next());
        for described in ids {
            assert!(seen.insert(described), "{described} stands twice");
            let is = |command: &&Command| id(command) == format!("command-{described}");
            assert!(
                COMMANDS.iter().any(|command| is(&command)),
                "{described} is no command"
            );
        }
    }
}

/// A message with a list or buttons has room for 1,024 characters.
#[test]
fn the_longest_help_fits_beside_its_list_or_its_buttons() {
    let everything = Reader {
        linked: true,
        opted_out: false,
        role: Role::Admin,
        receiving: true,
    };
    for l in LANGUAGES {
        let first = ["balance", "history", "receive", "request"];
        let first: Vec<_> = COMMANDS
            .iter()
            .filter(|c| first.contains(&c.name))
            .collect();
        let text = help(l, &opening("locked"), &first, &Category::ALL);
        assert!(text.chars().count() <= 1_024, "{text}");
        for (name, text) in in_full(l) {
            assert!(text.chars().count() <= 1_024, "{name}: {text}");
        }
        for subject in Category::ALL {
            let listed = |c: &&Command| c.category == subject && c.is_listed_for(everything);
            let listed: Vec<_> = COMMANDS.iter().filter(listed).collect();
            let text = help_subject(l, subject, &listed, true);
            assert!(text.chars().count() <= 1_600, "{text}");
        }
    }
}
