//! What every fuzz target stands on: inputs near real ones, and an outside that answers with them.
//!
//! Random bytes alone never get past a parser's first test, so the fuzzer's bytes are read as edits of a sample. An engine
//! that learns (libFuzzer, AFL, by `cargo bolero`) learns edits then.

mod answers;
mod events;
mod forms;
mod house;
mod outside;
mod requests;
mod words;

pub use answers::no_client_reads_without_end;
pub use outside::Outside;

/// A parser of outside input, to be run on any bytes. What it must not do, panic first of all, fails it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    /// How many times as many inputs it bears as the slowest.
    pub speed: u32,
}

const fn target(name: &'static str, speed: u32, run: fn(&[u8])) -> Target {
    Target { name, run, speed }
}

pub const TARGETS: &[Target] = &[
    target("texts", 20, words::texts),
    target("addresses", 20, words::addresses),
    target("ids", 20, words::ids),
    target("messages", 20, forms::messages),
    target("callbacks", 20, forms::callbacks),
    target("signatures", 20, forms::signatures),
    target("secrets", 10, house::secrets),
    target("sealed_values", 20, house::sealed_values),
    target("page_tokens", 20, house::page_tokens),
    target("tickets", 20, house::tickets),
    target("batches", 10, house::batches),
    target("of_flash", 2, answers::of_flash),
    target("of_flash_admin", 2, answers::of_flash_admin),
    target("of_twilio", 2, answers::of_twilio),
    target("of_content_api", 2, answers::of_content_api),
    target("of_events", 20, events::of_events),
    target("signed_events", 20, events::signed_events),
    target("events", 2, requests::events),
    target("signed_messages", 1, requests::signed_messages),
    target("credentials", 2, requests::credentials),
];

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

/// What `work` comes to, on this thread.
///
/// # Panics
/// Where no runtime can be had.
#[expect(
    clippy::expect_used,
    reason = "a test's own tools: a failure here is the test's failure"
)]
pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(work)
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
