//! The back end of the local world: the embedded DynamoDB behind the real AWS SDK, the in-process queue, its secrets.

use std::sync::Arc;

use sandbox::clock::WorldClock;
use sandbox::database::LocalDatabase;
use sandbox::fault::Faults;
use sandbox::queue::LocalQueue;
use tokio::runtime::Handle;

use crate::case::BackEnd;
use crate::{queue, secrets, tables};

pub(crate) fn back_end(runtime: &Handle) -> BackEnd {
    let what = "the embedded engine, the local queue and the local secrets";
    let mut back_end = BackEnd::new("embedded", what, &[], runtime);
    back_end.add("tables", tables::cases(), async || {
        let engine = LocalDatabase::start(&WorldClock::default(), None)
            .await
            .unwrap();
        let client = engine.client(Arc::new(Faults::default()));
        tables::Bench::new(&client, engine.names.clone(), Some(engine)).await
    });
    back_end.add("queue", queue::cases(), async || {
        let clock = WorldClock::default();
        let queue = LocalQueue::new(clock.clone(), Arc::default());
        queue::Bench::Local(Box::new(queue::Local { clock, queue }))
    });
    back_end.add("secrets", secrets::cases(), async || {
        secrets::Bench::local()
    });
    back_end
}
