//! What every fuzz target stands on: inputs near real ones, and an outside that answers with them.
//!
//! Random bytes alone never get past a parser's first test, so the fuzzer's bytes are read as edits of a sample, or as a
//! whole input of its own. An engine that learns (libFuzzer by `.ci/fuzz`, AFL) begins with the samples, and learns both.

mod answers;
mod events;
mod forms;
mod house;
mod invocations;
mod model;
mod money;
mod outside;
mod requests;
pub mod seeds;
mod words;

use std::cell::Cell;
use std::panic::{UnwindSafe, catch_unwind};

pub use answers::no_client_reads_without_end;
pub use outside::Outside;
use seeds::{after, of};
use tokio::runtime::Runtime;

/// A parser of outside input, to be run on any bytes. What it must not do, panic first of all, fails it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    /// How many times as many inputs it bears as the slowest.
    pub speed: u32,
    /// What an engine that learns begins with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

const fn target(
    name: &'static str,
    speed: u32,
    run: fn(&[u8]),
    seeds: fn() -> Vec<Vec<u8>>,
) -> Target {
    Target {
        name,
        run,
        speed,
        seeds,
    }
}

pub const TARGETS: &[Target] = &[
    target("texts", 20, words::texts, || of(&words::TEXTS)),
    target("commands", 20, words::commands, words::command_seeds),
    target("amounts", 20, money::amounts, || of(&money::AMOUNTS)),
    target("requests", 20, money::requests, || of(&money::REQUESTS)),
    target("questions", 1, words::questions, || of(&words::QUESTIONS)),
    target("answers", 2, words::answers, || after(2, &words::QUESTIONS)),
    target("addresses", 20, words::addresses, || of(&words::ADDRESSES)),
    target("ids", 20, words::ids, || of(&words::IDS)),
    target("messages", 20, forms::messages, || of(&forms::MESSAGES)),
    target("callbacks", 20, forms::callbacks, || of(&forms::CALLBACKS)),
    target("debugger", 20, forms::debugger, || of(&forms::DEBUGGER)),
    target("signatures", 20, forms::signatures, forms::signature_seeds),
    target("secrets", 10, house::secrets, || of(&[house::SECRET])),
    target("sealed_values", 20, house::sealed_values, || {
        of(&[house::SEALED])
    }),
    target("page_tokens", 20, house::page_tokens, || {
        of(&*house::TOKENS)
    }),
    target("tickets", 20, house::tickets, || of(&house::TICKETS)),
    target("batches", 10, house::batches, || of(&house::BATCHES)),
    target("of_flash", 2, answers::of_flash, || {
        after(answers::STATUSES.len(), &answers::OF_FLASH)
    }),
    target("of_flash_admin", 2, answers::of_flash_admin, || {
        after(answers::STATUSES.len(), &answers::OF_ADMIN)
    }),
    target("of_twilio", 2, answers::of_twilio, || {
        after(answers::STATUSES.len(), &answers::OF_TWILIO)
    }),
    target("of_content_api", 2, answers::of_content_api, || {
        after(answers::STATUSES.len(), &answers::OF_CONTENT)
    }),
    target("of_maple", 2, model::of_maple, || {
        after(answers::STATUSES.len(), &model::OF_MAPLE)
    }),
    target("of_events", 20, events::of_events, || of(&events::EVENTS)),
    target("signed_events", 20, events::signed_events, || {
        after(4, &[events::BODY])
    }),
    target("broker_events", 2, invocations::broker_events, || {
        of(&invocations::BATCHES)
    }),
    target("events", 2, requests::events, || of(&requests::EVENTS)),
    target("signed_messages", 1, requests::signed_messages, || {
        after(requests::PATHS.len(), &forms::MESSAGES)
    }),
    target("credentials", 2, requests::credentials, || {
        of(&requests::BROUGHT)
    }),
];

pub fn named(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Of all targets, a line each.
pub fn names() -> String {
    let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
    names.join("\n")
}

thread_local! {
    static PASSED_OVER: Cell<bool> = const { Cell::new(false) };
}

/// A panic on this thread, now, is another's, is known, and fails no target.
pub fn is_passed_over() -> bool {
    PASSED_OVER.get()
}

/// What `work` comes to. None: it panicked, which is passed over.
pub(crate) fn unless_it_panics<T>(work: impl FnOnce() -> T + UnwindSafe) -> Option<T> {
    PASSED_OVER.set(true);
    let outcome = catch_unwind(work).ok();
    PASSED_OVER.set(false);
    outcome
}

/// No text here grows past this, whatever the edits repeat.
const LONGEST: usize = 1 << 20;

/// One of `samples` as `input` edits it, or the rest of `input` as it is.
///
/// The first byte chooses the sample, each four after it are one edit: what, where, how much or with what.
pub fn near(samples: &[&[u8]], input: &[u8]) -> Vec<u8> {
    let Some((which, edits)) = input.split_first() else {
        return Vec::new();
    };
    let Some(sample) = samples.get(usize::from(*which) % (samples.len() + 1)) else {
        return edits.to_vec();
    };
    let mut text = sample.to_vec();
    for edit in edits.chunks_exact(4) {
        let at = usize::from(u16::from_be_bytes([edit[1], edit[2]])) % (text.len() + 1);
        apply(&mut text, edit[0], at, edit[3]);
        text.truncate(LONGEST);
    }
    text
}

/// The same for parsers that take text.
pub fn near_text(samples: &[&str], input: &[u8]) -> String {
    let samples: Vec<_> = samples.iter().map(|sample| sample.as_bytes()).collect();
    String::from_utf8_lossy(&near(&samples, input)).into_owned()
}

/// One thread does everything: the same input then does the same again, and nothing waits for another thread to wake up.
///
/// # Panics
/// Where no runtime can be had.
#[expect(
    clippy::expect_used,
    reason = "a test's own tools: a failure here is the test's failure"
)]
pub(crate) fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

/// Bits of texts that parsers trip over.
const AWKWARD: [&str; 24] = [
    "",
    "\0",
    "%00",
    "%",
    "%F0%9F",
    "+",
    "&",
    "=",
    "\"",
    "\\u0000",
    "\\",
    "[[[[",
    "{\"a\":",
    "null",
    "-1",
    "1e999",
    "99999999999999999999999",
    "0.1",
    "\u{202e}",
    "\u{feff}",
    "é",
    "💸",
    "../",
    "\r\n",
];

fn apply(text: &mut Vec<u8>, what: u8, at: usize, with: u8) {
    let end = (at + usize::from(with)).min(text.len());
    match what % 8 {
        0 => text.truncate(at),
        1 => text.insert(at, with),
        2 => drop(text.splice(at..(at + 1).min(text.len()), [with])),
        3 => drop(text.drain(at..end)),
        4 => {
            let run = text[at..end].repeat(2);
            drop(text.splice(at..end, run));
        }
        5 => {
            let bit = AWKWARD[usize::from(with) % AWKWARD.len()];
            drop(text.splice(at..at, bit.bytes()));
        }
        6 => {
            let byte = text.get(at).copied().unwrap_or(with);
            let run = vec![byte; usize::from(with) * 16];
            drop(text.splice(at..at, run));
        }
        _ => text[at..end].reverse(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edit_does_what_it_says_and_none_reaches_past_the_end() {
        let edited = |edits: &[u8]| near_text(&["abcdef"], &[&[0], edits].concat());
        assert_eq!(edited(&[]), "abcdef");
        assert_eq!(edited(&[0, 0, 2, 0]), "ab");
        assert_eq!(edited(&[1, 0, 2, b'x']), "abxcdef");
        assert_eq!(edited(&[2, 0, 2, b'x']), "abxdef");
        assert_eq!(edited(&[3, 0, 2, 3]), "abf");
        assert_eq!(edited(&[4, 0, 2, 2]), "abcdcdef");
        assert_eq!(edited(&[5, 0, 0, 13]), "nullabcdef");
        assert_eq!(edited(&[6, 0, 0, 1]).len(), 22);
        assert_eq!(edited(&[7, 0, 0, 3]), "cbadef");
        assert_eq!(near_text(&["abc"], &[1, b'x', b'y']), "xy", "as it is");
        for what in 0..8 {
            for at in 0..9 {
                edited(&[what, 0, at, 255]);
            }
        }
    }

    #[test]
    fn nothing_grows_without_end() {
        let edits = [4, 0, 0, 255].repeat(500);
        assert!(near(&[&[7; 300]], &[&[0], edits.as_slice()].concat()).len() <= LONGEST);
    }
}
