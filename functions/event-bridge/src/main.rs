//! `event-bridge` as a Lambda function.

use std::sync::Arc;

use event_bridge::App;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::start("event-bridge");
    let app = Arc::new(App::from_env().await?);
    run(service_fn(move |event: LambdaEvent<serde_json::Value>| {
        let app = Arc::clone(&app);
        async move { event_bridge::handle(&app, event).await }
    }))
    .await
}
