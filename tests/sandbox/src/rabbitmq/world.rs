//! The function that a local world's queue is read for.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::FutureExt;
use lambda_runtime::LambdaEvent;
use serde_json::Value;

use crate::gateway;
use crate::silence;
use crate::trace::Death;
use crate::world::{Failure, World};

/// As in the template.
const TIMEOUT_MILLIS: i64 = 30_000;

impl World {
    /// Gives a batch of messages to `event-bridge`. An error lets all of them come again.
    pub async fn rabbitmq(self: Arc<Self>, event: Value) -> Result<(), Failure> {
        let _turn = self.turn.lock().await;
        for message in event["rmqMessagesByQueue"]
            .as_object()
            .into_iter()
            .flat_map(|queues| queues.values())
            .flat_map(|messages| messages.as_array().into_iter().flatten())
        {
            let body = STANDARD.decode(message["data"].as_str().unwrap_or_default());
            silence::keep_flash_event_private(&body.unwrap_or_default());
        }
        let deadline = self.clock.millis() + TIMEOUT_MILLIS;
        let event = LambdaEvent::new(event, gateway::context(deadline));
        let invocation = event_bridge::handle(&self.event_bridge, event).boxed();
        let death = Death::after(self.faults.death());
        let answer = self
            .traces
            .follow("rabbitmq", "event-bridge", death, invocation);
        match answer.await {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => {
                silence::failed(&error);
                Err(error.to_string().into())
            }
            None => Err("the function died".into()),
        }
    }
}
