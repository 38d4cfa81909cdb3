//! `assistant` as a Lambda function.

use std::sync::Arc;

use assistant::App;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::start("assistant");
    let app = Arc::new(App::from_env().await?);
    run(service_fn(move |event: LambdaEvent<serde_json::Value>| {
        let app = Arc::clone(&app);
        async move { assistant::handle(&app, event).await }
    }))
    .await
}
