//! One fuzz target on one input, as fuzzers from outside want it: `fuzz TARGET < INPUT`. Without a target it lists them.

use std::io::Read as _;

#[expect(clippy::print_stderr, reason = "a tool for a terminal")]
fn main() -> std::process::ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let Some(target) = fuzz::TARGETS.iter().find(|target| target.name == wanted) else {
        let names: Vec<_> = fuzz::TARGETS.iter().map(|target| target.name).collect();
        eprintln!("{}", names.join("\n"));
        return std::process::ExitCode::FAILURE;
    };
    let mut input = Vec::new();
    if let Err(error) = std::io::stdin().lock().read_to_end(&mut input) {
        eprintln!("{error}");
        return std::process::ExitCode::FAILURE;
    }
    (target.run)(&input);
    std::process::ExitCode::SUCCESS
}
