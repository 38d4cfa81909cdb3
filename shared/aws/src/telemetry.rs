//! Logs and metrics: what is told, and in which words.

mod lines;

use std::error::Error;
use std::io::Write;
use std::panic::Location;

use domain::conversation::{By, Event as Audited, HeardAs};
use domain::counts;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::Config;
use crate::dead_letter::SetAside;
use crate::events::Trace;
use crate::queue::QueueName;

/// Where nobody has said to which stack a function belongs.
const NO_STACK: &str = "local";

/// Starts logging for this process. Standard output is what Lambda keeps.
pub fn start(function: &'static str) {
    let group = Config::from_env().optional("AWS_LAMBDA_LOG_GROUP_NAME");
    let stack = group.as_deref().and_then(stack_of).unwrap_or(NO_STACK);
    let print = |line: &str| {
        // A log that can't be written has nowhere to be reported.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    };
    let filter = tracing_subscriber::filter::LevelFilter::INFO;
    // A second start, as in a test, keeps the first.
    let _ = tracing_subscriber::registry()
        .with(lines(function, stack, print).with_filter(filter))
        .try_init();
    std::panic::set_hook(Box::new(|panic| panicked(panic.location())));
}

/// As template.yaml names the groups: `/flash/STACK/FUNCTION`. So two stacks of one account have metrics of their own, and
/// no variable is spent on it.
fn stack_of(log_group: &str) -> Option<&str> {
    let (stack, _) = log_group.strip_prefix("/flash/")?.split_once('/')?;
    Some(stack).filter(|stack| !stack.is_empty())
}

/// What turns events into the lines of a function's log; `write` takes each, without its end.
pub fn lines(
    function: &'static str,
    stack: &str,
    write: impl Fn(&str) + Send + Sync + 'static,
) -> impl Layer<Registry> {
    lines::JsonLines::of(function, stack, write)
}

/// A panic, by its place: its own words may quote what was being worked on.
pub fn panicked(location: Option<&Location<'_>>) {
    let place = location.map_or_else(|| "?".to_owned(), ToString::to_string);
    tracing::error!(target: "failure", what = "panicked", error = %place);
}

/// Around the work on one entry: every line of it names the entry.
pub fn about(entry: &domain::ids::EntryKey) -> tracing::Span {
    tracing::info_span!(target: "aws", "record", %entry, outcome = tracing::field::Empty)
}

/// Around the work on one of Flash's events: every line of it names its trace.
pub fn following(trace: &Trace) -> tracing::Span {
    tracing::info_span!(target: "aws", "event", %trace, outcome = tracing::field::Empty)
}

/// One more event of Flash's that was taken in and lies in the queue.
pub fn taken(trace: &Trace, via: &'static str) {
    tracing::info!(target: "metric", metric = "event_taken", value = 1_u64, %trace, via);
}

/// One more of Flash's events that has waited is told, by this entry. `trace` is a [`Trace`], as it was kept.
pub fn released(trace: &str, entry: &domain::ids::EntryKey) {
    tracing::info!(target: "metric", metric = "event_released", value = 1_u64, %trace, %entry);
}

/// One more of Flash's events that nobody is told of, by its kind, which must be fit for a log.
pub fn passed_over(kind: &str, via: &'static str) {
    tracing::info!(target: "metric", metric = "event_unknown", value = 1_u64, what = kind, via);
}

/// Something went wrong and is dealt with here: logged once, with its sources.
pub fn failure(what: &'static str, error: &(dyn Error + 'static)) {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string().chars().take(200).collect::<String>());
        source = cause.source();
    }
    tracing::error!(target: "failure", what, error = %text);
}

/// One more of something. Alarms stand on these.
pub fn count(metric: &'static str) {
    tracing::info!(target: "metric", metric, value = 1_u64);
}

/// One more error that Twilio's debugger tells of, by Twilio's number for it; one that loses messages has a name of its own.
pub fn debugger(code: Option<u32>, loses: bool) {
    let metric = if loses {
        "twilio_debugger"
    } else {
        "twilio_debugger_other"
    };
    tracing::info!(target: "metric", metric, value = 1_u64, code);
}

/// One more of what the audit holds, by its name, if it says anything of how the bot is doing.
pub fn happened(event: Audited) {
    if counts::of_event(event).is_some() || event == Audited::CodeDestroyed {
        count(event.name());
    }
}

/// One more message that was understood as a command, or misunderstood: by the command's name, never by what was said.
pub fn heard(heard: HeardAs) {
    let HeardAs { command, by } = heard;
    let metric = match by {
        By::Miss => "command_missed",
        By::Name | By::Alias | By::Button | By::Suggestion | By::Words => "command_heard",
    };
    tracing::info!(target: "metric", metric, value = 1_u64, command, by = by.name());
}

/// One more dead letter, with all by which it can be found again.
pub fn dead_lettered(queue: QueueName, letter: &SetAside) {
    let SetAside {
        message_id, reason, ..
    } = letter;
    tracing::info!(target: "metric", metric = "dead_lettered", value = 1_u64, queue = queue.as_str(), message_id, %reason);
}

/// What a test's own thread writes.
#[cfg(test)]
pub(crate) mod listening {
    use std::sync::{Arc, LazyLock, Mutex};

    use serde_json::Value;
    use tracing::Dispatch;
    use tracing::subscriber::{DefaultGuard, NoSubscriber};

    use super::*;

    /// As long as there is only one subscriber, tracing asks that of the thread that comes first whether a line is wanted, and
    /// keeps its answer for all of them: another test's thread would say no for ours.
    static OTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

    /// Until it is dropped.
    pub(crate) struct Listening {
        lines: Arc<Mutex<Vec<Value>>>,
        _until: DefaultGuard,
    }

    impl Listening {
        pub(crate) fn begin() -> Self {
            LazyLock::force(&OTHER);
            let lines: Arc<Mutex<Vec<Value>>> = Arc::default();
            let keep = Arc::clone(&lines);
            let layer = super::lines("webhook", "bot-prod", move |line| {
                let line = serde_json::from_str(line).unwrap();
                keep.lock().unwrap().push(line);
            });
            let until = tracing_subscriber::registry().with(layer).set_default();
            Self {
                lines,
                _until: until,
            }
        }

        pub(crate) fn heard(&self) -> Vec<Value> {
            self.lines.lock().unwrap().clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// What is written while `says` runs.
    fn written(says: impl FnOnce()) -> Vec<Value> {
        let listening = listening::Listening::begin();
        says();
        listening.heard()
    }

    #[test]
    fn a_count_is_a_data_point_of_its_stack_and_of_its_function() {
        let lines = written(|| count("signature_refused"));
        let [line] = lines.as_slice() else {
            panic!("{lines:?}")
        };
        assert_eq!(line["signature_refused"], 1);
        assert_eq!(
            (&line["Stack"], &line["Function"]),
            (&"bot-prod".into(), &"webhook".into())
        );
        let metrics = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(metrics["Namespace"], "FlashWhatsApp");
        assert_eq!(
            metrics["Dimensions"],
            serde_json::json!([["Stack", "Function"], ["Stack"]])
        );
        assert_eq!(
            metrics["Metrics"][0],
            serde_json::json!({"Name": "signature_refused", "Unit": "Count"})
        );
        assert_eq!(line["_aws"]["Timestamp"], line["at"]);
    }

    #[test]
    fn how_long_flash_takes_is_one_and_how_long_a_table_takes_is_none() {
        let lines = written(|| {
            tracing::info!(target: "call", system = "flash", operation = "Me", outcome = "ok", millis = 120_u64);
            tracing::info!(target: "call", system = "dynamodb", operation = "GetItem", outcome = "ok");
        });
        assert_eq!(lines[0]["flash_latency"], 120);
        assert_eq!(
            lines[0]["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Unit"],
            "Milliseconds"
        );
        assert!(lines[1]["_aws"].is_null());
    }

    #[test]
    fn what_the_audit_holds_is_a_metric_where_it_says_how_the_bot_is_doing() {
        let lines = written(|| {
            happened(Audited::ChatLocked);
            happened(Audited::ExportAsked);
        });
        let names: Vec<_> = lines.iter().map(|line| &line["metric"]).collect();
        assert_eq!(names, ["chat_locked"]);
    }

    #[test]
    fn at_its_end_each_piece_of_work_is_told_in_one_line_with_its_calls() {
        let lines = written(|| {
            // As the runtime opens one around each invocation.
            let invocation = tracing::info_span!(
                "Lambda runtime invoke",
                requestId = "8f5b",
                xrayTraceId = "1-5"
            );
            let invoked = invocation.enter();
            let span = tracing::info_span!(target: "webhook", "request", message_sid = "SM1", status = tracing::field::Empty);
            let entered = span.enter();
            for system in ["dynamodb", "flash", "dynamodb"] {
                tracing::info!(target: "call", system, operation = "x", outcome = "ok");
            }
            span.record("status", 200);
            drop(entered);
            drop(span);
            drop(invoked);
            drop(tracing::info_span!(target: "hyper", "request"));
        });
        let done: Vec<_> = lines
            .iter()
            .filter(|line| line["target"] == "done")
            .collect();
        let [done] = done.as_slice() else {
            panic!("{lines:?}")
        };
        assert_eq!(
            done["calls"],
            serde_json::json!({"dynamodb": 2, "flash": 1})
        );
        assert_eq!(
            (&done["message_sid"], &done["status"]),
            (&"SM1".into(), &200.into())
        );
        assert!(done["millis"].is_u64());
        for line in &lines {
            assert_eq!(line["requestId"], "8f5b", "{line}");
            assert!(line["xrayTraceId"].is_null(), "not on the list: {line}");
        }
    }

    #[test]
    fn of_a_field_that_is_told_twice_the_inner_and_the_later_holds() {
        let lines = written(|| {
            let outer = tracing::info_span!(target: "aws", "record", entry = "a", outcome = "x");
            let _outer = outer.enter();
            let inner = tracing::info_span!(target: "aws", "event", entry = "b", outcome = "y");
            let _inner = inner.enter();
            inner.record("entry", "c");
            tracing::info!(target: "call", system = "sqs", outcome = "ok \"\n");
        });
        assert_eq!(
            (&lines[0]["entry"], &lines[0]["outcome"]),
            (&"c".into(), &"ok \"\n".into()),
            "{lines:?}"
        );
        assert_eq!(lines[1]["entry"], "c", "the inner one's end");
        assert_eq!(lines[2]["entry"], "a", "the outer one's end");
    }

    #[test]
    fn a_stack_is_told_by_its_log_groups() {
        assert_eq!(stack_of("/flash/bot-prod/webhook"), Some("bot-prod"));
        for other in [
            "/aws/lambda/webhook",
            "/flash/bot-prod",
            "/flash//webhook",
            "",
        ] {
            assert_eq!(stack_of(other), None, "{other}");
        }
    }
}
