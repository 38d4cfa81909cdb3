//! `scheduler` as a Lambda function.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use scheduler::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::start("scheduler");
    let app = Arc::new(App::from_env().await?);
    run(service_fn(move |event: LambdaEvent<serde_json::Value>| {
        let app = Arc::clone(&app);
        async move { scheduler::handle(&app, event).await }
    }))
    .await
}
