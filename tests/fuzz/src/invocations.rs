//! What Lambda's event sources hand to `event-bridge`: batches of a RabbitMQ broker, and of its two queues.

use std::sync::{Arc, LazyLock};

use event_bridge::{NotMoved, Refused};
use lambda_runtime::LambdaEvent;
use sandbox::gateway;
use sandbox::world::{Options, World};
use tokio::runtime::Runtime;

use crate::{near, runtime};

pub(crate) const BATCHES: [&[u8]; 4] = [
    include_bytes!("../../../events/event-bridge-rabbitmq.json"),
    include_bytes!("../../../events/event-bridge-events.json"),
    include_bytes!("../../../events/event-bridge-watch.json"),
    br#"{"eventSource":"aws:rmq","rmqMessagesByQueue":{"flash_whatsapp_events::/":[{"basicProperties":{"messageId":"m1"},"redelivered":false,"data":"eyJ0eXBlIjoicGF5bWVudF9yZWNlaXZlZCJ9"},{"data":"e30="},{"basicProperties":null,"data":"!"},[]]}}"#,
];

struct Here {
    runtime: Runtime,
    world: Arc<World>,
}

#[expect(
    clippy::unwrap_used,
    reason = "a test's own tools: a failure here is the test's failure"
)]
fn begin() -> Here {
    let runtime = runtime();
    let world = runtime.block_on(async { Box::pin(World::start(Options::default())).await });
    Here {
        runtime,
        world: world.unwrap(),
    }
}

/// A broker's batch is taken whole, what can't be read set aside, or it is none.
pub(crate) fn broker_events(input: &[u8]) {
    static HERE: LazyLock<Here> = LazyLock::new(begin);
    let Ok(event) = serde_json::from_slice::<serde_json::Value>(&near(&BATCHES, input)) else {
        return;
    };
    let world = &HERE.world;
    let context = gateway::context(world.clock.millis() + 900_000);
    let event = LambdaEvent::new(event, context);
    let done = Box::pin(event_bridge::handle(&world.event_bridge, event));
    match HERE.runtime.block_on(done) {
        Ok(_) | Err(Refused::NotSqs(_) | Refused::NotMoved(NotMoved::NotRabbitMq)) => {}
        Err(Refused::NotMoved(error)) => panic!("{error}"),
    }
    world.queue.reset();
}
