//! One log line for each request that really leaves for AWS, retries included: what it was and how it ended.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Put into an SDK client's configuration.
#[derive(Debug)]
pub struct CallLog(pub &'static str);

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for CallLog {
    fn name(&self) -> &'static str {
        "CallLog"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config.load::<Metadata>().map_or("?", Metadata::name);
        let outcome = match context
            .response()
            .map(|response| response.status().as_u16())
        {
            Some(200..=299) => "ok",
            Some(400..=499) => "refused",
            Some(_) => "failed",
            None => "no answer",
        };
        tracing::info!(target: "call", system = self.0, operation, outcome);
        Ok(())
    }
}
