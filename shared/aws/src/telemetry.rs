//! Logs and metrics: JSON lines with an allow-list of fields. What is not on the list is not printed, whoever logged it.

use std::error::Error;
use std::io::Write;
use std::panic::Location;

use domain::conversation::{By, HeardAs};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use crate::clock::system_millis;
use crate::dead_letter::SetAside;
use crate::events::Trace;
use crate::queue::QueueName;

/// Every field a log line may have. None of them can hold a number, a name, a text, a code, a key or a path.
const FIELDS: &[&str] = &[
    "function",
    "request_id",
    "message_sid",
    "person",
    "entry",
    "trace",
    "via",
    "system",
    "operation",
    "outcome",
    "count",
    "millis",
    "command",
    "by",
    "what",
    "error",
    "fault",
    "metric",
    "value",
    "status",
    "code",
    "missing",
    "queue",
    "message_id",
    "reason",
];

/// Modules whose own words are ours and safe to print.
const OURS: &[&str] = &[
    "call",
    "metric",
    "failure",
    "aws",
    "domain",
    "twilio",
    "flash",
    "webhook",
    "outbound",
    "web",
    "otp_expiry",
    "event_bridge",
];

/// Starts logging for this process. Standard output is what Lambda keeps.
pub fn start(function: &'static str) {
    let print = |line: &str| {
        // A log that can't be written has nowhere to be reported.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    };
    let filter = tracing_subscriber::filter::LevelFilter::INFO;
    // A second start, as in a test, keeps the first.
    let _ = tracing_subscriber::registry()
        .with(lines(function, print).with_filter(filter))
        .try_init();
    std::panic::set_hook(Box::new(|panic| panicked(panic.location())));
}

/// What turns events into the lines of a function's log; `write` takes each, without its end.
pub fn lines(
    function: &'static str,
    write: impl Fn(&str) + Send + Sync + 'static,
) -> impl Layer<Registry> {
    JsonLines {
        function,
        write: Box::new(write),
    }
}

/// A panic, by its place: its own words may quote what was being worked on.
pub fn panicked(location: Option<&Location<'_>>) {
    let place = location.map_or_else(|| "?".to_owned(), ToString::to_string);
    tracing::error!(target: "failure", what = "panicked", error = %place);
}

/// Around the work on one entry: every line of it names the entry.
pub fn about(entry: &domain::ids::EntryKey) -> tracing::Span {
    tracing::info_span!(target: "aws", "record", %entry)
}

/// Around the work on one of Flash's events: every line of it names its trace.
pub fn following(trace: &Trace) -> tracing::Span {
    tracing::info_span!(target: "aws", "event", %trace)
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

/// One more message that was understood as a command, or misunderstood: by the command's name, never by what was said.
pub fn heard(heard: HeardAs) {
    let HeardAs { command, by } = heard;
    let metric = match by {
        By::Miss => "command_missed",
        By::Name | By::Alias | By::Button | By::Suggestion => "command_heard",
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

struct JsonLines {
    function: &'static str,
    write: Box<dyn Fn(&str) + Send + Sync>,
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn keep(&mut self, field: &Field, value: Value) {
        if FIELDS.contains(&field.name()) {
            self.0.insert(field.name().to_owned(), value);
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if FIELDS.contains(&field.name()) {
            self.keep(field, format!("{value:?}").into());
        }
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, value.into());
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, value.into());
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, value.into());
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, value.into());
    }
}

impl<S> Layer<S> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(
        &self,
        attributes: &tracing::span::Attributes<'_>,
        id: &tracing::span::Id,
        context: Context<'_, S>,
    ) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(
        &self,
        id: &tracing::span::Id,
        values: &tracing::span::Record<'_>,
        context: Context<'_, S>,
    ) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let crate_name = metadata.target().split("::").next().unwrap_or_default();
        let ours = OURS.contains(&crate_name);
        if !ours && *metadata.level() > tracing::Level::WARN {
            return;
        }
        let mut line = Map::new();
        line.insert("at".to_owned(), system_millis().into());
        line.insert("level".to_owned(), metadata.level().as_str().into());
        line.insert("function".to_owned(), self.function.into());
        line.insert("target".to_owned(), metadata.target().into());
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<Fields>() {
                line.extend(fields.0.clone());
            }
        }
        if ours {
            let mut fields = Fields::default();
            event.record(&mut fields);
            line.extend(fields.0);
        }
        if crate_name == "metric" {
            embed_metric(&mut line, self.function);
        }
        (self.write)(&Value::Object(line).to_string());
    }
}

/// CloudWatch's embedded metric format: the line is a log and a data point at once.
fn embed_metric(line: &mut Map<String, Value>, function: &str) {
    let Some(name) = line
        .get("metric")
        .and_then(Value::as_str)
        .map(str::to_owned)
    else {
        return;
    };
    let value = line.get("value").cloned().unwrap_or(1.into());
    line.insert(name.clone(), value);
    line.insert("Function".to_owned(), function.into());
    line.insert(
        "_aws".to_owned(),
        serde_json::json!({
            "Timestamp": system_millis(),
            "CloudWatchMetrics": [{"Namespace": "FlashWhatsApp", "Dimensions": [["Function"], []], "Metrics": [{"Name": name, "Unit": "Count"}]}],
        }),
    );
}
