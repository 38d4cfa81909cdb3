//! A function that runs: its process, the Runtime API that it asks for work, and its way to AWS.

use serde_json::Value;

use crate::gate::Gate;
use crate::process::Process;
use crate::runtime::{Outcome, Runtime};
use crate::template::Deployed;

pub(crate) struct Function {
    pub(crate) deployed: Deployed,
    pub(crate) runtime: Runtime,
    pub(crate) gate: Gate,
    pub(crate) process: Process,
}

impl Function {
    pub(crate) async fn start(deployed: Deployed, gate: Gate) -> Self {
        let runtime = Runtime::open(&deployed).await;
        let process = Process::spawn(&deployed, &runtime.address.to_string(), &gate.url);
        Self {
            deployed,
            runtime,
            gate,
            process,
        }
    }

    pub(crate) async fn invoke(&self, event: &Value) -> Outcome {
        self.runtime.invoke(event).await
    }
}
