//! What an engine that learns begins with: files of inputs, and a dictionary of the words in them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use crate::{AWKWARD, Target};

/// Inputs for a target that reads edits of `samples`: each by its number, and each as what is no sample.
pub(crate) fn of<S: AsRef<[u8]>>(samples: &[S]) -> Vec<Vec<u8>> {
    let other = u8::try_from(samples.len()).unwrap_or(u8::MAX);
    let numbers = (0..other).map(|number| vec![number]);
    let whole = samples
        .iter()
        .map(|sample| [&[other], sample.as_ref()].concat());
    numbers.chain(whole).collect()
}

/// The same where one of so many choices stands before.
pub(crate) fn after<S: AsRef<[u8]>>(choices: usize, samples: &[S]) -> Vec<Vec<u8>> {
    let inputs = of(samples);
    let choices = (0..choices).zip(0_u8..).map(|(_, choice)| choice);
    let all = choices.flat_map(|choice| {
        let inputs = inputs.iter();
        inputs.map(move |input| [&[choice], input.as_slice()].concat())
    });
    all.collect()
}

/// Writes `folder/TARGET/NUMBER` for each seed, and `folder/TARGET.dict` as libFuzzer and AFL read it.
pub fn write(target: &Target, folder: &Path) -> io::Result<()> {
    let inputs = (target.seeds)();
    let own = folder.join(target.name);
    fs::create_dir_all(&own)?;
    for (number, input) in inputs.iter().enumerate() {
        fs::write(own.join(format!("{number:03}")), input)?;
    }
    let dictionary = folder.join(format!("{}.dict", target.name));
    fs::write(dictionary, dictionary_of(&inputs))
}

/// A word by which nothing is told apart is too short, and one that nobody looks for is too long.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=40;

fn dictionary_of(inputs: &[Vec<u8>]) -> String {
    let is_of_a_word = |b: &u8| b.is_ascii_alphanumeric() || b"-_.:@+%$/".contains(b);
    let words = inputs
        .iter()
        .flat_map(|input| input.split(|b| !is_of_a_word(b)));
    let awkward = AWKWARD.iter().map(|bit| bit.as_bytes());
    let all: BTreeSet<_> = words
        .filter(|word| LENGTHS.contains(&word.len()))
        .chain(awkward.filter(|bit| !bit.is_empty()))
        .collect();
    let lines = all
        .into_iter()
        .map(|word| format!("\"{}\"\n", escaped(word)));
    lines.collect()
}

fn escaped(word: &[u8]) -> String {
    let each = word.iter().map(|b| match b {
        b'"' | b'\\' => format!("\\{}", char::from(*b)),
        b if b.is_ascii_graphic() => char::from(*b).to_string(),
        b => format!("\\x{b:02X}"),
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TARGETS;

    #[test]
    fn a_seed_is_a_sample_by_its_number_or_as_it_is() {
        let seeds: [&[u8]; 4] = [&[0], &[1], b"\x02one", b"\x02two"];
        assert_eq!(of(&["one", "two"]), seeds);
        let seeds: [&[u8]; 4] = [&[0, 0], b"\0\x01x", &[1, 0], b"\x01\x01x"];
        assert_eq!(after(2, &["x"]), seeds);
    }

    #[test]
    fn every_target_has_seeds_and_a_dictionary_in_quotes() {
        for target in TARGETS {
            let seeds = (target.seeds)();
            assert!(seeds.len() >= 2, "{}", target.name);
            for line in dictionary_of(&seeds).lines() {
                assert!(line.len() > 2 && line.starts_with('"') && line.ends_with('"'));
            }
        }
        assert_eq!(escaped(b"a\"\\\0"), "a\\\"\\\\\\x00");
    }
}
