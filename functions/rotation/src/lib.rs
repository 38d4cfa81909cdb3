//! The rotation of our own key ring, as Secrets Manager asks for it: a new key becomes the current one, the one before
//! stays as an older one. Dropping a key is an operator's decision and stays one: docs/secrets.md.
//!
//! Secrets Manager calls four times, `createSecret`, `setSecret`, `testSecret` and `finishSecret`, each perhaps more than
//! once, with the id of the version that is to come. Every step leaves what is done as it is.

use aws::clients;
use aws::clock::Clock;
use aws::config::Config;
use aws::keys::random_key;
use aws::ring::document::{Document, DocumentError};
use aws::secrets::{SecretError, Secrets};
use aws::telemetry;
use domain::policy::KEY_MADE_CURRENT_WITHIN;
use secrecy::ExposeSecret;
use serde::Deserialize;

/// Why the function does not start.
type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// Made once, before the first step.
#[derive(Debug)]
pub struct App {
    pub clock: Clock,
    pub secrets: Secrets,
    /// ARN of the keys secret: no other is rotated here.
    pub secret: String,
}

impl App {
    /// From environment variables. What is missing is named.
    pub async fn from_env() -> Result<Self, Refusal> {
        let mut config = Config::from_env();
        let secret = config.required("KEYS_SECRET_ID");
        config.finish()?;
        Ok(Self {
            clock: Clock::system(),
            secrets: Secrets::new(&clients::function_config().await),
            secret,
        })
    }
}

/// What Secrets Manager asks for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Request {
    step: Step,
    secret_id: String,
    /// The id of the version that is made.
    client_request_token: String,
}

/// In the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Step {
    #[serde(rename = "createSecret")]
    Create,
    #[serde(rename = "setSecret")]
    Set,
    #[serde(rename = "testSecret")]
    Test,
    #[serde(rename = "finishSecret")]
    Finish,
}

/// The ring stays as it is. Secrets Manager tries again. A rotation that can't end any more has let go of its version, so that
/// another one can be begun.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    #[error("this function rotates another secret")]
    NotOurs,
    #[error("the version that is to be made current does not exist")]
    NoVersion,
    #[error("the ring has changed since the new version was made: rotate again")]
    Overtaken,
    /// Its older key says that it was retired then; it is in use still.
    #[error("the new version was made more than {} minutes ago: rotate again", KEY_MADE_CURRENT_WITHIN / 60)]
    TooLate,
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Ring(#[from] DocumentError),
}

pub async fn handle(app: &App, request: &Request) -> Result<(), RotationError> {
    if request.secret_id != app.secret {
        return Err(RotationError::NotOurs);
    }
    let next = &request.client_request_token;
    match request.step {
        Step::Create => create(app, next).await,
        // Nobody but us knows these keys: there is nothing to set elsewhere.
        Step::Set => Ok(()),
        Step::Test if is_trial(app, next).await? => Ok(()),
        Step::Test => test(app, next).await,
        Step::Finish => finish(app, next).await,
    }
}

async fn create(app: &App, next: &str) -> Result<(), RotationError> {
    if app.secrets.pending(&app.secret, next).await?.is_some() {
        return Ok(());
    }
    let current = app.secrets.version(&app.secret).await?;
    if current.id == next {
        return Ok(());
    }
    let before = Document::parse(&current.text)?;
    let (after, _) = before.with_new_key(&random_key(), app.clock.now())?;
    let text = after.text();
    Ok(app.secrets.put_pending(&app.secret, next, &text).await?)
}

/// When a rotation is set up for later, Secrets Manager asks for this step alone, of a version that it makes for that and takes
/// away again: nobody has put a new key into it. What is tried is whether the ring can be read from here.
async fn is_trial(app: &App, next: &str) -> Result<bool, RotationError> {
    let current = app.secrets.version(&app.secret).await?;
    Document::parse(&current.text)?;
    let pending = app.secrets.pending(&app.secret, next).await?;
    Ok(pending.is_none_or(|text| text.expose_secret() == current.text.expose_secret()))
}

/// Every function can use it, and it opens all that the current one opens.
async fn test(app: &App, next: &str) -> Result<(), RotationError> {
    let current = app.secrets.version(&app.secret).await?;
    if current.id == next {
        return Ok(());
    }
    let pending = app.secrets.pending(&app.secret, next).await?;
    let pending = Document::parse(&pending.ok_or(RotationError::NoVersion)?)?;
    let wrong = if !pending.grew_from(&Document::parse(&current.text)?) {
        RotationError::Overtaken
    } else if !pending.is_fresh(app.clock.now()) {
        RotationError::TooLate
    } else {
        return Ok(());
    };
    app.secrets.let_go(&app.secret, Some(next)).await?;
    Err(wrong)
}

/// What an operator has changed between the test and here is not overwritten: the label is taken from the version that
/// was tested against, or not at all.
async fn finish(app: &App, next: &str) -> Result<(), RotationError> {
    let current = app.secrets.version(&app.secret).await?;
    if current.id != next {
        test(app, next).await?;
        app.secrets.promote(&app.secret, &current, next).await?;
        telemetry::count("keys_rotated");
    }
    // Left there, the label would stay behind when an operator makes the next key current.
    Ok(app.secrets.let_go(&app.secret, Some(next)).await?)
}
