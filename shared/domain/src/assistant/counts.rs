//! What is counted of questions and answers, by the day. Exact: counted in the transaction that ends a question.

use super::{Record, Source, named};
use crate::conversation::Feedback;
use crate::counts::Counts;
use crate::policy::MODEL_SECONDS;

/// Questions that were answered.
pub const ANSWERED: &str = "assistant_answered";
/// Questions whose answer nobody waited for any more.
pub const UNWANTED: &str = "assistant_unwanted";
/// Tokens that the model read, and such as it wrote.
pub const TOKENS_READ: &str = "assistant_tokens_read";
pub const TOKENS_WRITTEN: &str = "assistant_tokens_written";

/// How the names of counters begin: of answers, by their source; of the model's words that were not used, by the reason; of
/// questions that nothing answered as it should, by the entry of the knowledge base that fits best; of the model's time, by
/// the seconds of [`MODEL_SECONDS`] within which it was.
pub const SOURCE: &str = "assistant:";
pub const BECAUSE: &str = "assistant_because:";
pub const UNANSWERED: &str = "assistant_unanswered:";
pub const THOUGHT: &str = "assistant_seconds:";

/// The same of thumbs, by the source of what they are about.
pub const GOOD: &str = "assistant_good:";
pub const BAD: &str = "assistant_bad:";

/// In place of an entry, where none fits.
pub const NO_ENTRY: &str = "none";
/// In place of seconds, where it took longer than any.
pub const LONGER: &str = "more";

/// Of an answer; `thought` is how long the model took, in milliseconds, if it was asked.
pub fn of_answer(record: &Record, thought: Option<u64>) -> Counts {
    let mut counts = Counts::default();
    counts.add(ANSWERED, 1);
    counts.add(&format!("{SOURCE}{}", record.source.name()), 1);
    if let Some(because) = &record.because {
        counts.add(&format!("{BECAUSE}{because}"), 1);
    }
    if !matches!(record.source, Source::Model | Source::Knowledge) {
        let entry = record.entries.first().map_or(NO_ENTRY, String::as_str);
        counts.add(&format!("{UNANSWERED}{entry}"), 1);
    }
    counts.add(TOKENS_READ, record.tokens.0);
    counts.add(TOKENS_WRITTEN, record.tokens.1);
    if let Some(thought) = thought {
        counts.add(&within(thought), 1);
    }
    counts
}

/// Of a question whose answer nobody waited for any more.
pub fn of_unwanted() -> Counts {
    let mut counts = Counts::default();
    counts.add(UNWANTED, 1);
    counts
}

/// Of a thumb under an answer of the assistant, by the source of the answer. None: it is about something else.
pub fn of_thumb(feedback: &Feedback) -> Option<String> {
    let (Feedback::Thumb { about, good } | Feedback::Changed { about, good }) = feedback else {
        return None;
    };
    let (source, _) = named(about)?;
    let kind = if *good { GOOD } else { BAD };
    Some(format!("{kind}{}", source.name()))
}

fn within(millis: u64) -> String {
    let seconds = MODEL_SECONDS
        .into_iter()
        .find(|seconds| millis <= seconds.saturating_mul(1_000));
    seconds.map_or_else(
        || format!("{THOUGHT}{LONGER}"),
        |seconds| format!("{THOUGHT}{seconds}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(source: Source, entries: &[&str]) -> Record {
        Record {
            source,
            entries: entries.iter().map(|&entry| entry.to_owned()).collect(),
            knowledge: "2026-11-23".to_owned(),
            prompt: None,
            tokens: (0, 0),
            because: None,
        }
    }

    fn names(counts: &Counts) -> Vec<(&str, u64)> {
        counts.iter().collect()
    }

    #[test]
    fn an_answer_counts_by_its_source_with_its_tokens_and_its_time() {
        let answered = Record {
            tokens: (700, 80),
            ..record(Source::Model, &["lost-phone"])
        };
        let counts = of_answer(&answered, Some(3_001));
        let expected = [
            ("assistant:model", 1),
            ("assistant_answered", 1),
            ("assistant_seconds:5", 1),
            ("assistant_tokens_read", 700),
            ("assistant_tokens_written", 80),
        ];
        assert_eq!(names(&counts), expected);
    }

    #[test]
    fn what_was_not_answered_as_it_should_counts_by_the_entry_that_fits_best() {
        let filtered = Record {
            because: Some("link".to_owned()),
            ..record(Source::Filtered, &["fees", "limits"])
        };
        let counts = of_answer(&filtered, Some(60_000));
        assert_eq!(counts.of("assistant_unanswered:fees"), 1);
        assert_eq!(counts.of("assistant_because:link"), 1);
        assert_eq!(counts.of("assistant_seconds:more"), 1);
        let nothing = of_answer(&record(Source::Nothing, &[]), None);
        assert_eq!(nothing.of("assistant_unanswered:none"), 1);
        assert_eq!(names(&of_unwanted()), [("assistant_unwanted", 1)]);
    }
}
