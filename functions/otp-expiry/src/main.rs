//! `otp-expiry` as a Lambda function.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use otp_expiry::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::start("otp-expiry");
    let app = Arc::new(App::from_env().await?);
    run(service_fn(move |event: LambdaEvent<serde_json::Value>| {
        let app = Arc::clone(&app);
        async move { otp_expiry::handle(&app, event).await }
    }))
    .await
}
