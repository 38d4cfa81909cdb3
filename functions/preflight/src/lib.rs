//! The check before traffic: `CodeDeploy` asks it while everybody still reaches the version before, and shifts traffic only
//! if it says so. It calls the webhook's new version by its own ARN, as API Gateway would, and nothing is sent:
//!
//! 1. a form whose signature nobody made must be refused with 403;
//! 2. a signed callback for an entry that can't exist must be answered with 204: the version has started, with its whole
//!    configuration, its secrets, the public address as Twilio has it, and a table that it may write.

mod call;
mod setup;

use aws::telemetry;
use aws_sdk_codedeploy::types::LifecycleEventStatus;
use lambda_runtime::Error;
use serde::Deserialize;

pub use call::CheckError;
pub use setup::App;

/// What `CodeDeploy` asks with, and is answered with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Hook {
    deployment_id: String,
    lifecycle_event_hook_execution_id: String,
}

/// Fails only if `CodeDeploy` could not be told; it then takes the check for failed once its time is over.
pub async fn handle(app: &App, hook: &Hook) -> Result<(), Error> {
    let checked = call::check(app).await;
    let status = match &checked {
        Ok(()) => LifecycleEventStatus::Succeeded,
        Err(error) => {
            telemetry::failure("preflight", error);
            telemetry::count("preflight_failed");
            LifecycleEventStatus::Failed
        }
    };
    let told = app
        .codedeploy
        .put_lifecycle_event_hook_execution_status()
        .deployment_id(&hook.deployment_id)
        .lifecycle_event_hook_execution_id(&hook.lifecycle_event_hook_execution_id)
        .status(status)
        .send()
        .await;
    told?;
    Ok(())
}
