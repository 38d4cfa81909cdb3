//! `preflight` as a Lambda function.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use preflight::{App, Hook};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::start("preflight");
    let app = Arc::new(App::from_env().await?);
    run(service_fn(move |event: LambdaEvent<Hook>| {
        let app = Arc::clone(&app);
        async move { preflight::handle(&app, &event.payload).await }
    }))
    .await
}
