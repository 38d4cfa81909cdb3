//! One thing that happens in a local world, to its very end, and all that it made the functions do.

use std::collections::BTreeMap;

use e2e::Scene;
use sandbox::meter::Used;

/// What one function did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Did {
    pub(crate) invocations: u64,
    pub(crate) table: u64,
    pub(crate) queue: u64,
    /// Of Twilio, Flash and Maple.
    pub(crate) http: u64,
}

/// What all of them did.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Counted {
    pub(crate) functions: BTreeMap<&'static str, Did>,
    pub(crate) used: Used,
    /// Messages that Twilio was given.
    pub(crate) out: u64,
}

impl Counted {
    pub(crate) fn total(&self) -> Did {
        let mut total = Did::default();
        for did in self.functions.values() {
            total.invocations += did.invocations;
            total.table += did.table;
            total.queue += did.queue;
            total.http += did.http;
        }
        total
    }
}

/// Counts from here on.
pub(crate) fn begin(scene: &Scene) {
    scene.world.twilio.forget_callbacks();
    scene.world.traces.clear();
    scene.world.database.meter.start();
}

/// Lets everything that is due come to its end, and says what it was. Without the relay, which passes by every minute whether
/// there is a message or not, and without the callbacks of deliveries, which follow in the next seconds.
pub(crate) async fn end(scene: &Scene) -> Counted {
    while scene.world.run_due().await {}
    let mut counted = Counted {
        used: scene.world.database.meter.read(),
        ..Counted::default()
    };
    let traces = scene.world.traces.newest(usize::MAX);
    for step in traces.iter().flat_map(|trace| &trace.steps) {
        let did = counted.functions.entry(step.function).or_default();
        match step.kind {
            "invoke" => did.invocations += 1,
            "table" => did.table += 1,
            "queue" => did.queue += 1,
            "http" => did.http += 1,
            _ => {}
        }
        counted.out += u64::from(step.what == "CreateMessage");
    }
    counted
}
