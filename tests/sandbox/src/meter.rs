//! What the tables were asked for: requests, bytes both ways, and the units that DynamoDB bills, as the engine counts them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

/// What was used since the meter was read last.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Used {
    pub requests: u64,
    /// Bytes of the requests' bodies and of the answers'.
    pub sent: u64,
    pub received: u64,
    /// Of 4 kB, indexes included; a read that need not be consistent is half of one.
    pub read_units: f64,
    /// Of 1 kB, indexes included; in a transaction each counts double.
    pub write_units: f64,
}

/// Counts while it is on.
#[derive(Debug, Default)]
pub struct Meter {
    is_on: AtomicBool,
    used: Mutex<Used>,
}

impl Meter {
    /// From now on.
    pub fn start(&self) {
        self.is_on.store(true, Ordering::SeqCst);
        self.read();
    }

    /// What was used since it was read last.
    pub fn read(&self) -> Used {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut used)
    }

    fn sent(&self, bytes: usize) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.requests += 1;
        used.sent += u64::try_from(bytes).unwrap_or_default();
    }

    fn answered(&self, operation: &str, answer: &[u8]) {
        let consumed = serde_json::from_slice::<Value>(answer).unwrap_or_default();
        let consumed = match &consumed["ConsumedCapacity"] {
            Value::Array(tables) => tables.iter().map(units).sum(),
            table => units(table),
        };
        let is_read = [
            "GetItem",
            "BatchGetItem",
            "TransactGetItems",
            "Query",
            "Scan",
        ];
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.received += u64::try_from(answer.len()).unwrap_or_default();
        if is_read.contains(&operation) {
            used.read_units += consumed;
        } else {
            used.write_units += consumed;
        }
    }
}

fn units(table: &Value) -> f64 {
    table["CapacityUnits"].as_f64().unwrap_or_default()
}

/// Put into a client's configuration. Has the engine say what each request consumed.
#[derive(Debug)]
pub(crate) struct Metered(pub Arc<Meter>);

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Metered {
    fn name(&self) -> &'static str {
        "Metered"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if !self.0.is_on.load(Ordering::SeqCst) {
            return Ok(());
        }
        let request = context.request_mut();
        let body = request.body().bytes().unwrap_or_default();
        let mut body: Value = serde_json::from_slice(body)?;
        body["ReturnConsumedCapacity"] = "INDEXES".into();
        let body = serde_json::to_vec(&body)?;
        self.0.sent(body.len());
        request
            .headers_mut()
            .insert("content-length", body.len().to_string());
        *request.body_mut() = SdkBody::from(body);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.0.is_on.load(Ordering::SeqCst) {
            let operation = config.load::<Metadata>().map_or("?", Metadata::name);
            let answer = context.response().body().bytes().unwrap_or_default();
            self.0.answered(operation, answer);
        }
        Ok(())
    }
}
