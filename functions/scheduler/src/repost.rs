//! Posting to the webhook in Twilio's place.

use twilio::repost::{Post, RepostError};

use crate::App;

/// A token that is refused may have been replaced; a refusal means that nothing was done.
pub(crate) async fn post(app: &App, post: Post<'_>) -> Result<(), RepostError> {
    let result = app.webhook.post(&app.auth_token.current(), post).await;
    if let Err(RepostError::Refused(403)) = &result
        && let Some(token) = app.auth_token.refresh(app.clock.now()).await
    {
        return app.webhook.post(&token, post).await;
    }
    result
}
