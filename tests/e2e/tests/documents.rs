//! The security documents name what is there: every test, file and requirement; and their figures are counted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What somebody reads to judge how safe the bot is, and where it lies.
const DOCUMENTS: &[(&str, &str)] = &[
    ("SECURITY.md", ""),
    ("security.md", "docs/"),
    ("asvs.md", "docs/"),
];

const HOLDS: &str = "holds";
const STATES: [&str; 3] = [HOLDS, "not applicable", "open"];

/// The sections of OWASP ASVS 5.0.0, each with how many of its requirements are of level 1 or 2. Where a section has
/// some of level 3, too, those come last.
const REQUIREMENTS: &str = "\
    1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 \
    2.1:3 2.2:3 2.3:4 2.4:1 \
    3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 \
    4.1:3 4.2:1 4.3:2 4.4:4 \
    5.1:1 5.2:3 5.3:2 5.4:3 \
    6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 \
    7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 \
    8.1:2 8.2:3 8.3:1 8.4:1 \
    9.1:3 9.2:4 \
    10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 \
    11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 \
    12.1:3 12.2:2 12.3:4 \
    13.1:1 13.2:5 13.3:2 13.4:5 \
    14.1:2 14.2:4 14.3:3 \
    15.1:3 15.2:3 15.3:7 \
    16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 \
    17.1:1 17.2:4 17.3:2";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What stands in backticks within a line; fenced blocks are left out.
fn quoted(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let prose = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    prose
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect()
}

/// Where `[words](path)` leads within the repository.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1);
    targets
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
        .filter(|target| !target.contains(':') && !target.starts_with('#'))
        .map(|target| target.split('#').next().unwrap())
        .collect()
}

/// A file or folder of this repository, by the way it is written.
fn is_path(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let folder = text.split_once('/').is_some_and(|(top, _)| {
        let tops = [
            "functions",
            "shared",
            "tests",
            "docs",
            "events",
            ".ci",
            ".github",
            ".cargo",
        ];
        tops.contains(&top)
    });
    let file = [".yaml", ".toml", ".md", ".lock"]
        .iter()
        .any(|end| text.ends_with(end));
    text.chars().all(plain) && (folder || file)
}

/// What is wrong with one piece of quoted text, if it names a test or a path.
fn missing(quoted: &str) -> Option<String> {
    let (path, test) = match quoted.split_once("::") {
        Some((path, test)) if is_path(path) => (path, Some(test)),
        _ if is_path(quoted) => (quoted, None),
        _ => return None,
    };
    let place = root().join(path);
    let there = match test {
        None => place.exists(),
        Some(test) => {
            std::fs::read_to_string(place).is_ok_and(|code| code.contains(&format!("fn {test}(")))
        }
    };
    (!there).then(|| quoted.to_owned())
}

#[test]
fn every_test_and_file_that_is_named_is_there() {
    let mut gone = Vec::new();
    for (name, folder) in DOCUMENTS {
        let text = read(&format!("{folder}{name}"));
        let names = quoted(&text);
        let tests = names.iter().filter(|name| name.contains(".rs::")).count();
        assert!(
            *name == "SECURITY.md" || tests > 20,
            "{name} names {tests} tests"
        );
        gone.extend(names.iter().filter_map(|name| missing(name)));
        let targets = links(&text).into_iter();
        let dead = targets.filter(|target| !root().join(folder).join(target).exists());
        gone.extend(dead.map(|target| format!("{name} -> {target}")));
    }
    assert!(gone.is_empty(), "not there: {gone:#?}");
}

struct Row {
    ids: Vec<String>,
    state: String,
    proof: String,
}

/// The rows that begin with a requirement: ids, what is asked, state, proof or reason.
fn rows() -> Vec<Row> {
    let text = read("docs/asvs.md");
    let rows = text.lines().filter_map(|line| {
        let row = line.strip_prefix("| ")?;
        row.starts_with(|c: char| c.is_ascii_digit()).then_some(row)
    });
    rows.map(|row| {
        let cells: Vec<&str> = row
            .trim_end_matches('|')
            .split('|')
            .map(str::trim)
            .collect();
        let [requirements, asked, state, proof] = cells[..] else {
            panic!("not four cells: {row}");
        };
        assert!(
            !asked.is_empty() && !proof.is_empty(),
            "an empty cell: {row}"
        );
        Row {
            ids: ids(requirements),
            state: state.to_owned(),
            proof: proof.to_owned(),
        }
    })
    .collect()
}

/// `1.2.3`, `1.2.3, 1.2.5` and `1.2.3–1.2.5`, one by one.
fn ids(cell: &str) -> Vec<String> {
    let number = |text: &str| -> u32 { text.parse().unwrap_or_else(|_| panic!("{cell}")) };
    let mut ids = Vec::new();
    for part in cell.split(", ") {
        let (first, last) = part.split_once('–').unwrap_or((part, part));
        let (section, from) = first.rsplit_once('.').unwrap();
        let (end, to) = last.rsplit_once('.').unwrap();
        assert_eq!(section, end, "a range stays in its section: {part}");
        ids.extend((number(from)..=number(to)).map(|id| format!("{section}.{id}")));
    }
    ids
}

#[test]
fn every_requirement_of_levels_one_and_two_stands_in_one_row() {
    let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
    for section in REQUIREMENTS.split_whitespace() {
        let (section, count) = section.split_once(':').unwrap();
        let count: u32 = count.parse().unwrap();
        wanted.extend((1..=count).map(|id| (format!("{section}.{id}"), 0)));
    }
    // 70 of level 1 and 183 of level 2.
    assert_eq!(wanted.len(), 253);
    for id in rows().into_iter().flat_map(|row| row.ids) {
        let seen = wanted.get_mut(&id);
        *seen.unwrap_or_else(|| panic!("{id} is none of levels 1 and 2")) += 1;
    }
    let wrong: Vec<_> = wanted.iter().filter(|(_, rows)| **rows != 1).collect();
    assert!(wrong.is_empty(), "not in exactly one row: {wrong:?}");
}

#[test]
fn every_requirement_has_a_state_and_what_holds_has_something_to_show() {
    for Row { ids, state, proof } in rows() {
        assert!(STATES.contains(&state.as_str()), "{ids:?}: {state}");
        let shown = quoted(&proof).into_iter().any(|name| {
            is_path(name) || name.split_once("::").is_some_and(|(path, _)| is_path(path))
        });
        assert!(
            state != HOLDS || shown,
            "{ids:?} holds, and nothing shows it"
        );
    }
}

#[test]
fn the_figures_at_the_top_are_those_of_the_table() {
    let mut counted = BTreeMap::new();
    for row in rows() {
        *counted.entry(row.state).or_default() += row.ids.len();
    }
    let text = read("docs/asvs.md");
    for state in STATES {
        let count: usize = counted.get(state).copied().unwrap_or_default();
        let said = format!("**{count} {state}**");
        assert!(text.contains(&said), "docs/asvs.md does not say: {said}");
    }
}
