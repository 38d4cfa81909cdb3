//! One pure part of a message's way, done so many times: `parts NAME TIMES`, for callgrind to count. Without words it names
//! them all.

mod deciding;
mod outside;
mod sealing;
mod understanding;
mod wording;

use std::process::ExitCode;

use domain::time::Moment;

/// Of every sample.
const NOW: Moment = Moment::from_unix(1_795_356_300);

/// What is measured, and how it is made ready.
type Part = (String, Box<dyn Fn()>);

fn parts() -> Vec<Part> {
    let mut parts = outside::parts();
    parts.extend(sealing::parts());
    parts.extend(understanding::parts());
    parts.extend(deciding::parts());
    parts.extend(wording::parts());
    parts
}

/// A part that can't be left out by the compiler, whatever it comes to.
fn part<T>(name: &str, does: impl Fn() -> T + 'static) -> Part {
    let does = move || drop(std::hint::black_box(does()));
    (name.to_owned(), Box::new(does))
}

#[expect(clippy::print_stdout, reason = "the names are what it is asked for")]
fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let parts = parts();
    let [name, times] = words.as_slice() else {
        for (name, _) in parts {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    };
    let part = parts.iter().find(|(known, _)| known == name);
    let (Some((_, does)), Ok(times)) = (part, times.parse::<u32>()) else {
        return ExitCode::FAILURE;
    };
    for _ in 0..times {
        does();
    }
    ExitCode::SUCCESS
}
