//! `rotation` as a Lambda function.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use rotation::{App, Request};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::start("rotation");
    let app = Arc::new(App::from_env().await?);
    run(service_fn(move |event: LambdaEvent<Request>| {
        let app = Arc::clone(&app);
        async move {
            rotation::handle(&app, &event.payload)
                .await
                .inspect_err(|error| aws::telemetry::failure("rotation", error))
                .map_err(Error::from)
        }
    }))
    .await
}
