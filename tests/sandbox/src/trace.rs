//! What happened: each function's calls, gathered from the functions' own logs while they run.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws::telemetry;
use serde::Serialize;
use tokio::sync::Notify;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::clock::WorldClock;
use crate::silence::{self, Stream};

const KEPT: usize = 500;

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Milliseconds of the one clock.
    pub at: i64,
    pub function: &'static str,
    pub kind: &'static str,
    pub what: String,
    pub detail: String,
    pub outcome: String,
}

/// Calls of one function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    pub table: u32,
    pub queue: u32,
    pub http: u32,
}

/// Everything that one message, or one page, gave rise to.
#[derive(Clone, Debug, Serialize)]
pub struct Trace {
    pub message_sid: String,
    pub calls: BTreeMap<&'static str, Calls>,
    pub steps: Vec<Step>,
}

/// The last traces, newest last.
#[derive(Debug)]
pub struct Traces {
    clock: WorldClock,
    kept: Mutex<VecDeque<Trace>>,
}

#[derive(Clone)]
struct Current {
    traces: Arc<Traces>,
    message_sid: String,
    function: &'static str,
    death: Arc<Death>,
}

/// An invocation that ends for no reason of its own, as a frozen or killed one does: after so many calls.
#[derive(Debug)]
pub struct Death {
    calls_left: AtomicI64,
    now: Notify,
}

impl Death {
    /// None: it lives.
    pub fn after(calls: Option<u32>) -> Self {
        Self {
            calls_left: AtomicI64::new(calls.map_or(i64::MAX, i64::from)),
            now: Notify::new(),
        }
    }

    fn called(&self) {
        if self.calls_left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.now.notify_one();
        }
    }
}

tokio::task_local! {
    static CURRENT: Current;
}

impl Traces {
    pub fn new(clock: WorldClock) -> Self {
        Self {
            clock,
            kept: Mutex::default(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Trace>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs an invocation of `function` on behalf of `message_sid`; what it calls meanwhile is its doing. None: it died.
    pub fn follow<F: Future>(
        self: &Arc<Self>,
        message_sid: &str,
        function: &'static str,
        death: Death,
        invocation: F,
    ) -> impl Future<Output = Option<F::Output>> + use<F> {
        let death = Arc::new(death);
        let current = Current {
            traces: Arc::clone(self),
            message_sid: message_sid.to_owned(),
            function,
            death: Arc::clone(&death),
        };
        CURRENT.scope(current, async move {
            tokio::select! {
                biased;
                () = death.now.notified() => None,
                output = invocation => Some(output),
            }
        })
    }

    pub fn add(
        &self,
        message_sid: &str,
        function: &'static str,
        kind: &'static str,
        what: &str,
        detail: &str,
        outcome: &str,
    ) {
        let step = Step {
            at: self.clock.millis(),
            function,
            kind,
            what: what.to_owned(),
            detail: detail.to_owned(),
            outcome: outcome.to_owned(),
        };
        if silence::is_kept() {
            let shown = serde_json::json!([message_sid, function, kind, what, detail, outcome]);
            silence::heard(Stream::Traces, &shown.to_string());
        }
        let mut kept = self.kept();
        let place = kept
            .iter()
            .position(|trace| trace.message_sid == message_sid)
            .unwrap_or_else(|| {
                if kept.len() == KEPT {
                    kept.pop_front();
                }
                kept.push_back(Trace {
                    message_sid: message_sid.to_owned(),
                    calls: BTreeMap::new(),
                    steps: Vec::new(),
                });
                kept.len() - 1
            });
        let trace = &mut kept[place];
        let calls = trace.calls.entry(function).or_default();
        match kind {
            "table" => calls.table += 1,
            "queue" => calls.queue += 1,
            "http" => calls.http += 1,
            _ => {}
        }
        trace.steps.push(step);
    }

    pub fn of(&self, message_sid: &str) -> Option<Trace> {
        self.kept()
            .iter()
            .find(|trace| trace.message_sid == message_sid)
            .cloned()
    }

    pub fn newest(&self, count: usize) -> Vec<Trace> {
        self.kept().iter().rev().take(count).cloned().collect()
    }

    pub fn clear(&self) {
        self.kept().clear();
    }
}

/// Starts listening to the functions' logs. Worlds in one process share it; each sees only its own invocations.
pub fn listen() {
    let filter = tracing_subscriber::filter::LevelFilter::INFO;
    let registry = tracing_subscriber::registry();
    // A second world finds it listening already.
    if !silence::is_kept() {
        let _ = registry.with(Listener.with_filter(filter)).try_init();
        return;
    }
    // As the functions log on Lambda, but for where the lines go.
    let lines = telemetry::lines("local", "local", |line| silence::heard(Stream::Logs, line));
    let both = registry
        .with(lines.with_filter(filter))
        .with(Listener.with_filter(filter));
    if both.try_init().is_ok() {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if CURRENT.try_with(|_| ()).is_ok() {
                telemetry::panicked(panic.location());
            }
            before(panic);
        }));
    }
}

struct Listener;

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let target = event.metadata().target();
        let read = || {
            let mut fields = Fields::default();
            event.record(&mut fields);
            fields
        };
        // Outside an invocation nobody asked.
        let _ = CURRENT.try_with(|current| {
            let add = |kind, what: &str, detail: &str, outcome: &str| {
                current.traces.add(
                    &current.message_sid,
                    current.function,
                    kind,
                    what,
                    detail,
                    outcome,
                );
            };
            match target {
                "call" => {
                    let fields = read();
                    let kind = match fields.get("system") {
                        "dynamodb" => "table",
                        "sqs" => "queue",
                        _ => "http",
                    };
                    current.death.called();
                    add(
                        kind,
                        fields.get("operation"),
                        fields.get("system"),
                        fields.get("outcome"),
                    );
                }
                "metric" => {
                    let fields = read();
                    let detail = match fields.get("command") {
                        "" => "metric".to_owned(),
                        command => format!("{command}, by {}", fields.get("by")),
                    };
                    add("note", fields.get("metric"), &detail, "counted");
                }
                "failure" => {
                    let fields = read();
                    add("note", fields.get("what"), fields.get("error"), "failed");
                }
                _ => {}
            }
        });
    }
}
