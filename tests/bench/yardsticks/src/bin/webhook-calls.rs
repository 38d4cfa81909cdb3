//! The calls of `webhook`.

use std::sync::Arc;

use lambda_http::{Error, Request, RequestExt, run, service_fn};
use yardsticks::Calls;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let calls = Calls::prepare(&["KEYS_SECRET_ID", "TWILIO_AUTH_SECRET_ID"]);
    let calls = Arc::new(calls.await?);
    run(service_fn(move |request: Request| {
        let calls = Arc::clone(&calls);
        async move {
            calls.make(&request.lambda_context().request_id).await?;
            Ok::<_, Error>(yardsticks::empty_twiml())
        }
    }))
    .await
}
