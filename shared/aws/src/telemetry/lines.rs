//! What tracing tells, as JSON lines with an allow-list of fields. What is not on the list is not printed, whoever logged it.
//!
//! Each line is written as it is read, for every message has some: of a name that is told twice the first holds, the event's
//! own before those of the spans around it, from the inside out.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::clock::system_millis;

/// Every field a log line may have. None of them can hold a number, a name, a text, a code, a key or a path.
const FIELDS: &[&str] = &[
    "requestId",
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

/// The log of one function.
pub(super) struct JsonLines {
    function: &'static str,
    stack: String,
    write: Box<dyn Fn(&str) + Send + Sync>,
}

impl JsonLines {
    pub(super) fn of(
        function: &'static str,
        stack: &str,
        write: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        Self {
            function,
            stack: stack.to_owned(),
            write: Box::new(write),
        }
    }
}

/// What a span was told, as JSON, to be repeated in its lines. What was told last of a field stands behind what was told before.
#[derive(Default)]
struct Fields(Vec<(&'static str, String)>);

impl Fields {
    fn keep(&mut self, field: &Field, value: &(impl Serialize + ?Sized)) {
        if FIELDS.contains(&field.name())
            && let Ok(json) = serde_json::to_string(value)
        {
            self.0.push((field.name(), json));
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if FIELDS.contains(&field.name()) {
            self.keep(field, &format!("{value:?}"));
        }
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, &value);
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, &value);
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, &value);
    }
}

/// A line of the log, being written.
struct Line {
    json: Vec<u8>,
    told: Vec<&'static str>,
    /// Milliseconds since the Unix epoch.
    at: i64,
    /// What of the event's own words its data point is made of.
    metric: Option<String>,
    system: Option<String>,
    value: Option<u64>,
    millis: Option<u64>,
}

impl Line {
    fn begin(level: &str, function: &str, target: &str) -> Self {
        let at = system_millis();
        let mut line = Self {
            // Longer than nearly all of them.
            json: Vec::with_capacity(768),
            told: Vec::with_capacity(16),
            at,
            metric: None,
            system: None,
            value: None,
            millis: None,
        };
        line.json.push(b'{');
        line.put("at", &at);
        line.put_ours("level", level);
        line.put_ours("function", function);
        line.put_ours("target", target);
        line
    }

    /// `name` is one of ours, which JSON takes as it is, and is told once.
    fn put(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        self.name(name);
        // Into memory, and of texts, numbers and truths: nothing that can fail.
        let _ = serde_json::to_writer(&mut self.json, value);
    }

    /// The same of a value that JSON takes as it is, for it is ours too.
    fn put_ours(&mut self, name: &str, value: &str) {
        self.name(name);
        self.json.push(b'"');
        self.json.extend_from_slice(value.as_bytes());
        self.json.push(b'"');
    }

    fn name(&mut self, name: &str) {
        if self.json.len() > 1 {
            self.json.push(b',');
        }
        self.json.push(b'"');
        self.json.extend_from_slice(name.as_bytes());
        self.json.extend_from_slice(b"\":");
    }

    fn tell(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        if FIELDS.contains(&name) && !self.told.contains(&name) {
            self.told.push(name);
            self.put(name, value);
        }
    }

    fn repeat(&mut self, fields: &Fields) {
        for (name, json) in fields.0.iter().rev() {
            if !self.told.contains(name) {
                self.told.push(name);
                self.name(name);
                self.json.extend_from_slice(json.as_bytes());
            }
        }
    }

    fn end(mut self) -> String {
        self.json.push(b'}');
        String::from_utf8(self.json).unwrap_or_default()
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if FIELDS.contains(&field.name()) {
            self.tell(field.name(), &format!("{value:?}"));
        }
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "metric" => self.metric = Some(value.to_owned()),
            "system" => self.system = Some(value.to_owned()),
            _ => {}
        }
        self.tell(field.name(), value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "value" => self.value = Some(value),
            "millis" => self.millis = Some(value),
            _ => {}
        }
        self.tell(field.name(), &value);
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.tell(field.name(), &value);
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.tell(field.name(), &value);
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
        let mut line = Line::begin(metadata.level().as_str(), self.function, metadata.target());
        if ours {
            event.record(&mut line);
        }
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<Fields>() {
                line.repeat(fields);
            }
        }
        match crate_name {
            "metric" => {
                if let Some(name) = line.metric.take() {
                    let value = line.value.unwrap_or(1);
                    self.embed(&mut line, &name, value, "Count");
                }
            }
            "call" => {
                let system = line.system.take().unwrap_or_default();
                let latency = LATENCIES.iter().find(|(of, _)| *of == system);
                if let (Some((_, name)), Some(millis)) = (latency, line.millis) {
                    self.embed(&mut line, name, millis, "Milliseconds");
                }
                for span in context.event_scope(event).into_iter().flatten() {
                    if let Some(work) = span.extensions_mut().get_mut::<Work>() {
                        work.called(system);
                        break;
                    }
                }
            }
            _ => {}
        }
        (self.write)(&line.end());
    }

    /// A piece of work is over.
    fn on_close(&self, id: tracing::span::Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let Some(work) = span.extensions_mut().remove::<Work>() else {
            return;
        };
        let mut line = Line::begin("INFO", self.function, "done");
        line.tell("what", span.name());
        line.tell("millis", &line.at.saturating_sub(work.begun).max(0));
        line.put("calls", &work.calls);
        for span in span.scope() {
            if let Some(fields) = span.extensions().get::<Fields>() {
                line.repeat(fields);
            }
        }
        (self.write)(&line.end());
    }
}

impl JsonLines {
    /// `CloudWatch`'s embedded metric format: the line is a log and a data point at once. `name` is one of ours.
    fn embed(&self, line: &mut Line, name: &str, value: u64, unit: &str) {
        line.put(name, &value);
        line.put_ours("Function", self.function);
        line.put_ours("Stack", &self.stack);
        for part in [
            r#","_aws":{"Timestamp":"#,
            &line.at.to_string(),
            r#","CloudWatchMetrics":[{"Namespace":"FlashWhatsApp","Dimensions":[["Stack","Function"],["Stack"]],"#,
            r#""Metrics":[{"Name":""#,
            name,
            r#"","Unit":""#,
            unit,
            r#""}]}]}"#,
        ] {
            line.json.extend_from_slice(part.as_bytes());
        }
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

    fn called(&mut self, system: String) {
        let calls = self.calls.entry(system).or_default();
        *calls = calls.saturating_add(1);
    }
}
