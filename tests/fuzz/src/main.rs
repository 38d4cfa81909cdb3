//! One fuzz target on one input, as fuzzers from outside want it: `fuzz TARGET < INPUT`. `fuzz seeds FOLDER` writes what they
//! begin with. Without a target it lists them.
//!
//! Built with `--cfg fuzzing`, as cargo-fuzz and `.ci/fuzz` do, it is libFuzzer's program instead: see `guided`.

#![cfg_attr(fuzzing, no_main)]
#![allow(
    unexpected_cfgs,
    reason = "cargo-fuzz's own, which nobody else has to know"
)]

#[cfg(fuzzing)]
mod guided;

#[cfg(not(fuzzing))]
#[expect(clippy::print_stderr, reason = "a tool for a terminal")]
fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(not(fuzzing))]
fn run() -> Result<(), String> {
    use std::io::Read as _;

    let mut arguments = std::env::args().skip(1);
    let (wanted, folder) = (arguments.next().unwrap_or_default(), arguments.next());
    if let ("seeds", Some(folder)) = (wanted.as_str(), folder) {
        let folder = std::path::Path::new(&folder);
        let mut all = fuzz::TARGETS.iter();
        let written = all.try_for_each(|target| fuzz::seeds::write(target, folder));
        return written.map_err(|error| error.to_string());
    }
    let target = fuzz::named(&wanted).ok_or_else(fuzz::names)?;
    let mut input = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut input);
    read.map_err(|error| error.to_string())?;
    (target.run)(&input);
    Ok(())
}
