//! Logs and metrics: JSON lines with an allow-list of fields. What is not on the list is not printed, whoever logged it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::panic::Location;

use domain::conversation::{By, Event as Audited, HeardAs};
use domain::counts;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use crate::clock::system_millis;
use crate::config::Config;
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
    "maple",
    "webhook",
    "outbound",
    "web",
    "otp_expiry",
    "event_bridge",
    "assistant",
];

/// Calls to these are data points of how long they take, by name.
const LATENCIES: [(&str, &str); 2] = [("flash", "flash_latency"), ("maple", "maple_latency")];

/// Spans around one request, one record, one event: what was done in each is told in one line at its end.
const WORK: [&str; 3] = ["request", "record", "event"];

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
    JsonLines {
        function,
        stack: stack.to_owned(),
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

struct JsonLines {
    function: &'static str,
    stack: String,
    write: Box<dyn Fn(&str) + Send + Sync>,
}

/// What was told last of a field stands behind what was told before.
#[derive(Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn keep(&mut self, field: &Field, value: Value) {
        if FIELDS.contains(&field.name()) {
            self.0.push((field.name(), value));
        }
    }
}

/// A line of the log, being put together.
#[derive(Default)]
struct Line {
    fields: BTreeMap<Cow<'static, str>, Value>,
    data_point: Option<DataPoint>,
}

impl Line {
    fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        self.fields.insert(name.into(), value.into());
    }

    fn extend(&mut self, fields: impl IntoIterator<Item = (&'static str, Value)>) {
        for (name, value) in fields {
            self.set(name, value);
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str)
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.fields {
            map.serialize_entry(name, value)?;
        }
        if let Some(data_point) = &self.data_point {
            map.serialize_entry("_aws", data_point)?;
        }
        map.end()
    }
}

/// `CloudWatch`'s embedded metric format: the line is a log and a data point at once.
#[derive(serde::Serialize)]
#[serde(rename_all = "PascalCase")]
struct DataPoint {
    timestamp: i64,
    #[serde(rename = "CloudWatchMetrics")]
    metrics: [Metrics; 1],
}

#[derive(serde::Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metrics {
    namespace: &'static str,
    dimensions: [&'static [&'static str]; 2],
    #[serde(rename = "Metrics")]
    of: [Metric; 1],
}

#[derive(serde::Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    name: String,
    unit: &'static str,
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
            let metadata = span.metadata();
            if OURS.contains(&metadata.target()) && WORK.contains(&metadata.name()) {
                span.extensions_mut().insert(Work::begin());
            }
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
        let mut line = Line::default();
        line.set("at", system_millis());
        line.set("level", metadata.level().as_str());
        line.set("function", self.function);
        line.set("target", metadata.target());
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
        match crate_name {
            "metric" => {
                let value = line.fields.get("value").cloned().unwrap_or(1.into());
                if let Some(name) = line.text("metric").map(str::to_owned) {
                    self.embed(&mut line, name, value, "Count");
                }
            }
            "call" => {
                self.embed_latency(&mut line);
                let system = line.text("system");
                for span in context.event_scope(event).into_iter().flatten() {
                    if let Some(work) = span.extensions_mut().get_mut::<Work>() {
                        work.called(system.unwrap_or_default());
                        break;
                    }
                }
            }
            _ => {}
        }
        self.write(&line);
    }

    fn on_close(&self, id: tracing::span::Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let Some(work) = span.extensions_mut().remove::<Work>() else {
            return;
        };
        let mut line = Line::default();
        line.set("at", system_millis());
        line.set("level", "INFO");
        line.set("function", self.function);
        line.set("target", "done");
        line.set("what", span.name());
        if let Some(fields) = span.extensions().get::<Fields>() {
            line.extend(fields.0.clone());
        }
        let millis = system_millis().saturating_sub(work.begun);
        line.set("millis", millis.max(0));
        line.set("calls", work.calls.into_iter().collect::<Value>());
        self.write(&line);
    }
}

/// What one piece of work has done so far.
struct Work {
    /// Milliseconds since the Unix epoch.
    begun: i64,
    /// How often each system was asked, by its name.
    calls: BTreeMap<String, u64>,
}

impl Work {
    fn begin() -> Self {
        Self {
            begun: system_millis(),
            calls: BTreeMap::new(),
        }
    }

    fn called(&mut self, system: &str) {
        let calls = self.calls.entry(system.to_owned()).or_default();
        *calls = calls.saturating_add(1);
    }
}

impl JsonLines {
    fn write(&self, line: &Line) {
        // Names and values are texts, numbers and truths: nothing that JSON has not.
        (self.write)(&serde_json::to_string(line).unwrap_or_default());
    }

    fn embed_latency(&self, line: &mut Line) {
        let system = line.text("system");
        let latency = LATENCIES.iter().find(|(of, _)| Some(*of) == system);
        if let (Some((_, name)), Some(millis)) = (latency, line.fields.get("millis").cloned()) {
            self.embed(line, (*name).to_owned(), millis, "Milliseconds");
        }
    }

    fn embed(&self, line: &mut Line, name: String, value: Value, unit: &'static str) {
        line.set(name.clone(), value);
        line.set("Function", self.function);
        line.set("Stack", self.stack.as_str());
        line.data_point = Some(DataPoint {
            timestamp: system_millis(),
            metrics: [Metrics {
                namespace: "FlashWhatsApp",
                dimensions: [&["Stack", "Function"], &["Stack"]],
                of: [Metric { name, unit }],
            }],
        });
    }
}

/// What a test's own thread writes.
#[cfg(test)]
pub(crate) mod listening {
    use std::sync::{Arc, LazyLock, Mutex};

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
        assert_eq!(metrics["Metrics"][0]["Unit"], "Count");
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
            let span = tracing::info_span!(target: "webhook", "request", message_sid = "SM1", status = tracing::field::Empty);
            let entered = span.enter();
            for system in ["dynamodb", "flash", "dynamodb"] {
                tracing::info!(target: "call", system, operation = "x", outcome = "ok");
            }
            span.record("status", 200);
            drop(entered);
            drop(span);
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
