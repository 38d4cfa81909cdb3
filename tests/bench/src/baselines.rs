//! Instructions of the pure parts of a message's way, held to what they were when somebody last looked.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::table::{Rows, row};
use crate::yardsticks::{Tools, Wrong};

/// Those of the many less those of the few: what is made ready first is in neither.
const FEW: u32 = 2;
const MANY: u32 = 22;
/// A part may grow or shrink so much without being looked at, in percent. Keys of maps are hashed with another seed in each
/// run, which moves some parts by one.
const TOLERANCE: u64 = 10;

/// By part, as [`PATH`] has them.
type Baselines = BTreeMap<String, u64>;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/baselines.toml");
const HEAD: &str = "# Instructions of each part of tests/bench/parts, once, as callgrind counts them of what cargo-lambda and Rust 1.95 build\n# for x86-64. `cargo run -p bench -- baselines` compares them, `-- baselines --write` writes what it counts.\n";
/// Another processor has other instructions.
const MACHINE: &str = "x86_64";

/// Counts every part. Rows for whoever reads, and what is wrong, in words.
pub(crate) async fn compare(write: bool) -> Result<(Rows, Vec<String>), Wrong> {
    if std::env::consts::ARCH != MACHINE {
        return Err(format!("the baselines are of {MACHINE}").into());
    }
    Tools::program("valgrind", "valgrind")?;
    let tools = Tools::here();
    let program = tools.lambda("parts")?;
    let known: Baselines = toml::from_str(&std::fs::read_to_string(PATH).unwrap_or_default())?;
    let mut counted = Baselines::new();
    for name in names(&program).await? {
        let mut totals = [0; 2];
        for (total, times) in totals.iter_mut().zip([FEW, MANY]) {
            *total = count(&tools, &program, &name, times).await?;
        }
        let [few, many] = totals;
        let once = many.saturating_sub(few) / u64::from(MANY - FEW);
        counted.insert(name, once);
    }
    let mut rows = vec![row(["", "instructions", "baseline", ""])];
    let mut wrong = Vec::new();
    for (name, &once) in &counted {
        let baseline = known.get(name).copied();
        let verdict = verdict(once, baseline);
        if let Some(what) = verdict {
            wrong.push(format!("{name}: {what}"));
        }
        rows.push(vec![
            format!("`{name}`"),
            once.to_string(),
            baseline.map_or_else(String::new, |baseline| baseline.to_string()),
            verdict.unwrap_or_default().to_owned(),
        ]);
    }
    let gone = known.keys().filter(|name| !counted.contains_key(*name));
    wrong.extend(gone.map(|name| format!("{name}: is no part any more")));
    if write {
        let lines = counted
            .iter()
            .map(|(name, once)| format!("{name:?} = {once}\n"));
        std::fs::write(PATH, format!("{HEAD}{}", lines.collect::<String>()))?;
        wrong.clear();
    }
    Ok((rows, wrong))
}

fn verdict(once: u64, baseline: Option<u64>) -> Option<&'static str> {
    let Some(baseline) = baseline else {
        return Some("has no baseline");
    };
    let bound = |percent: u64| baseline.saturating_mul(percent) / 100;
    if once > bound(100 + TOLERANCE) {
        Some("has grown: mend it, or write the new baseline in the same commit and say why")
    } else if once < bound(100 - TOLERANCE) {
        Some("has shrunk: write the new baseline, so that it stays so")
    } else {
        None
    }
}

async fn names(program: &Path) -> Result<Vec<String>, Wrong> {
    let output = Command::new(program).output().await?;
    let names = String::from_utf8(output.stdout)?;
    Ok(names.lines().map(str::to_owned).collect())
}

async fn count(tools: &Tools, program: &Path, name: &str, times: u32) -> Result<u64, Wrong> {
    let out = tools.scratch()?.join("callgrind.part");
    let status = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(program)
        .args([name, &times.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await?;
    if !status.success() {
        return Err(format!("{name}: {status}").into());
    }
    total(&out)
}

/// What callgrind counted in all.
pub(crate) fn total(out: &Path) -> Result<u64, Wrong> {
    let counted = std::fs::read_to_string(out)?;
    let total = counted
        .lines()
        .find_map(|line| line.strip_prefix("totals: "));
    let total = total.ok_or("callgrind has counted nothing")?;
    Ok(total.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_more_or_less_is_let_be() {
        assert_eq!(verdict(110, Some(100)), None);
        assert_eq!(verdict(90, Some(100)), None);
        assert!(verdict(111, Some(100)).unwrap().contains("grown"));
        assert!(verdict(89, Some(100)).unwrap().contains("shrunk"));
        assert!(verdict(1, None).is_some());
    }

    /// What is not there is not compared.
    #[test]
    fn there_are_baselines() {
        let known: Baselines = toml::from_str(include_str!("../baselines.toml")).unwrap();
        assert!(known.len() > 20 && known.values().all(|once| *once > 0));
    }
}
