//! The topic on which operators are told what people should look at.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::{DisplayErrorContext, ProvideErrorMetadata};

/// A topic of SNS, by its ARN.
#[derive(Clone, Debug)]
pub struct Topic {
    client: Client,
    arn: String,
}

/// Nobody was told, as far as we know.
#[derive(Debug, thiserror::Error)]
#[error("sns: Publish did not go through: {code}: {context}")]
pub struct NotPublished {
    code: String,
    context: String,
}

impl Topic {
    pub const fn new(client: Client, arn: String) -> Self {
        Self { client, arn }
    }

    /// `message` reaches whoever has subscribed. It names nobody: it leaves by e-mail as well.
    pub async fn publish(&self, subject: &str, message: &str) -> Result<(), NotPublished> {
        let request = self.client.publish().topic_arn(&self.arn);
        let sent = request.subject(subject).message(message).send().await;
        let failed = |error| NotPublished {
            code: ProvideErrorMetadata::code(&error)
                .unwrap_or("none")
                .to_owned(),
            context: DisplayErrorContext(&error).to_string(),
        };
        sent.map(|_| ()).map_err(failed)
    }
}
