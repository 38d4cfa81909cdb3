//! What a test run's functions have said, written and sent, searched for everything that should have stayed private.
//!
//! [`sandbox::silence`] keeps both sides while the tests run, for every process of them. Nothing found is worth nothing
//! unless something would have been: every process has let a canary go by each way, which must be found; every test
//! program that starts a world must have kept something; and of the release functions each must have logged.

mod forms;
mod patterns;
pub mod play;
mod reading;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use sandbox::silence::{Kind, Private, Stream, VALUES};

pub use forms::misplaced;
pub use patterns::Patterns;

/// Test programs that start no world: they look at files, or at one thing that stands alone.
const WITHOUT_WORLD: [&str; 4] = ["contract", "documents", "fakellm", "template"];
/// The test program that runs the release functions.
const RELEASED: &str = "bootstrap";

/// A private value that got out: where, and of which kind, but not which.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    pub file: PathBuf,
    /// From 1.
    pub line: usize,
    pub kind: Kind,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, kind } = self;
        write!(f, "{}:{line}: {kind:?}", file.display())
    }
}

/// What was looked at, and what is wrong.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// By test program.
    pub processes: BTreeMap<String, usize>,
    /// By stream's name.
    pub lines: BTreeMap<&'static str, usize>,
    pub values: usize,
    pub leaks: Vec<Leak>,
    /// What was written to a table and is not on the list of what may stand there.
    pub misplaced: BTreeSet<String>,
    /// Why the search proves nothing, where it doesn't.
    pub gaps: Vec<String>,
}

impl Report {
    pub fn is_silent(&self) -> bool {
        self.leaks.is_empty() && self.misplaced.is_empty() && self.gaps.is_empty()
    }
}

/// The test programs that must have kept something: all of `tests/e2e/tests` with a world, but those left out.
pub fn programs(left_out: &[String]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_program =
            path.extension().is_some_and(|kind| kind == "rs") || path.join("main.rs").exists();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_out = WITHOUT_WORLD.contains(&name.as_str()) || left_out.contains(&name);
        if is_program && !is_out {
            names.push(name);
        }
    }
    names.sort();
    names
}

/// The release functions, by the folders of `functions`.
fn functions() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../functions");
    let folders = fs::read_dir(folder).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    folders.map(|entry| name(entry.unwrap())).collect()
}

/// Searches all that is in `folder`, where `expected` test programs should have kept something.
pub fn check(folder: &Path, expected: &[String]) -> Report {
    let mut report = Report::default();
    let mut processes = BTreeSet::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == VALUES) {
            processes.insert(path.file_stem().unwrap().to_string_lossy().into_owned());
        }
    }
    for process in processes {
        search(folder, &process, &mut report);
    }
    for program in expected {
        if !report.processes.contains_key(program) {
            let gap =
                format!("{program} has kept nothing: it did not run, or not with this folder");
            report.gaps.push(gap);
        }
    }
    report.leaks.sort();
    report
}

fn search(folder: &Path, process: &str, report: &mut Report) {
    let file = |kind: &str| folder.join(format!("{process}.{kind}"));
    let values: Vec<Private> = lines(&file(VALUES))
        .map(|line| serde_json::from_str(&line).unwrap())
        .collect();
    report.values += values.len();
    let program = process
        .rsplit_once('-')
        .map_or(process, |(program, _)| program);
    // A process that has started no world has nothing to let go by.
    if !values.iter().any(|value| value.kind == Kind::Canary) {
        return;
    }
    *report.processes.entry(program.to_owned()).or_default() += 1;
    let mut patterns = Patterns::of(&values);
    let mut silent = functions();
    for stream in Stream::ALL {
        let path = file(stream.name());
        let mut is_canary_found = false;
        for (at, line) in lines(&path).enumerate() {
            *report.lines.entry(stream.name()).or_default() += 1;
            if stream == Stream::Tables {
                for (table, item) in tables::written(&line) {
                    report.misplaced.extend(forms::misplaced(&table, &item));
                }
            }
            silent.retain(|function| !line.contains(&format!(r#""function":"{function}""#)));
            for kind in patterns.found_in(&tables::without_published(&line)) {
                if kind == Kind::Canary {
                    is_canary_found = true;
                } else {
                    let (file, line) = (path.clone(), at + 1);
                    report.leaks.push(Leak { file, line, kind });
                }
            }
        }
        if !is_canary_found {
            let gap = format!("{process}: the canary is not in its {}", stream.name());
            report.gaps.push(gap);
        }
    }
    if program == RELEASED {
        for function in silent {
            let gap = format!("{process}: no line of the release function {function}");
            report.gaps.push(gap);
        }
    }
}

/// A file's lines; none if there is none.
fn lines(path: &Path) -> impl Iterator<Item = String> {
    let file = File::open(path).ok();
    file.into_iter().flat_map(|file| {
        BufReader::new(file)
            .split(b'\n')
            .map(|line| String::from_utf8_lossy(&line.unwrap()).into_owned())
    })
}
