//! `web` as a Lambda function.

use std::sync::Arc;

use lambda_http::{Error, Request, run, service_fn};
use web::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::telemetry::start("web");
    let app = Arc::new(App::from_env().await?);
    run(service_fn(move |request: Request| {
        let app = Arc::clone(&app);
        async move { Ok::<_, Error>(Box::pin(web::handle(&app, request)).await) }
    }))
    .await
}
