//! What the bot leans on in tables, queues and secrets. Each case is written once and runs on every back end: on what
//! the local world has in this process, always; on MiniStack over the wire, with the feature `wire`. A test's name
//! begins with its back end, and the last lines say what ran where.

mod case;
mod embedded;
mod ministack;
mod queue;
mod secrets;
mod tables;

use std::process::ExitCode;

use libtest_mimic::Arguments;
use tokio::runtime::Runtime;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = Runtime::new().unwrap();
    let mut back_ends = vec![embedded::back_end(runtime.handle())];
    if cfg!(feature = "wire") {
        back_ends.push(ministack::back_end(runtime.handle()));
    }

    let trials = back_ends.iter_mut().flat_map(case::BackEnd::trials);
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    if !arguments.list {
        for back_end in &back_ends {
            println!("{back_end}");
        }
        if !cfg!(feature = "wire") {
            println!("MiniStack: not run; .ci/test does it, by the feature wire");
        }
    }
    conclusion.exit_code()
}
