//! Every fuzz target on random edits of its samples, and on the samples themselves. `PROPTEST_CASES` says how many; the
//! first that fails is made small and shown.

use libtest_mimic::{Arguments, Failed, Trial};
use proptest::prelude::any;
use proptest::test_runner::{Config, FileFailurePersistence, TestRunner};

use fuzz::{TARGETS, Target, no_client_reads_without_end};

/// Edits are four bytes each; a dozen are as many as a sample bears.
const LONGEST: usize = 50;

fn run(target: &Target) -> Result<(), Failed> {
    // Each sample as it is, and what is no sample.
    for first in 0..=u8::MAX {
        (target.run)(&[first]);
        (target.run)(&[0, first]);
    }
    let mut config = Config::default();
    config.cases = config.cases.saturating_mul(target.speed);
    config.failure_persistence = Some(Box::new(FileFailurePersistence::Off));
    let inputs = proptest::collection::vec(any::<u8>(), 0..LONGEST);
    let outcome = TestRunner::new(config).run(&inputs, |input| {
        (target.run)(&input);
        Ok(())
    });
    outcome.map_err(|error| Failed::from(error.to_string()))
}

fn main() {
    let arguments = Arguments::from_args();
    let mut trials: Vec<_> = TARGETS
        .iter()
        .map(|target| Trial::test(target.name, move || run(target)))
        .collect();
    trials.push(Trial::test("no_client_reads_without_end", || {
        no_client_reads_without_end();
        Ok(())
    }));
    libtest_mimic::run(&arguments, trials).exit();
}
