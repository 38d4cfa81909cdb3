//! The calls of `outbound`.

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use yardsticks::Calls;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let calls = Calls::prepare(&["KEYS_SECRET_ID", "TWILIO_API_KEY_SECRET_ID"]);
    let calls = Arc::new(calls.await?);
    run(service_fn(move |event: LambdaEvent<SqsEvent>| {
        let calls = Arc::clone(&calls);
        async move {
            for record in &event.payload.records {
                let ticket = record.body.as_deref().unwrap_or_default();
                let ticket: serde_json::Value = serde_json::from_str(ticket)?;
                let entry = ticket["entry"].as_str().unwrap_or_default();
                let person = entry.split('.').next().unwrap_or_default();
                calls.make(person).await?;
            }
            Ok::<_, Error>(SqsBatchResponse::default())
        }
    }))
    .await
}
