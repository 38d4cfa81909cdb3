//! Secrets Manager: read before the first event, and again where a value is refused; written by an operator's command.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use crate::keys::{Keys, KeysError};

/// The label of the version that everybody reads.
const CURRENT: &str = "AWSCURRENT";
/// The label of the version that a rotation is making.
const PENDING: &str = "AWSPENDING";
/// The label of a version that is about to become current; afterwards it says nothing.
const NEXT: &str = "FLASH_NEXT";

/// A secret that could not be read or is not what it should be. Never holds a part of it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("secret {name}: {reason}")]
    Unreadable { name: String, reason: String },
    #[error("secret {name} is not the JSON it should be")]
    Malformed { name: String },
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Nothing that anybody reads has changed.
    #[error("secret {name} was not changed: {reason}")]
    Unwritten { name: String, reason: String },
    /// What was to be written is written.
    #[error(
        "secret {name} was changed, but AWSPENDING may stand on another version, and Secrets Manager then begins no rotation: {reason}"
    )]
    NotLetGo { name: String, reason: String },
}

/// A secret's text, and by which version of it somebody else's change is told.
#[derive(Clone, Debug)]
pub struct Version {
    pub id: String,
    pub text: SecretString,
}

/// `{"apiKeySid", "apiKeySecret", "accountSid"}`: what sends messages, and can't verify webhooks.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TwilioApiKey {
    pub account_sid: String,
    pub api_key_sid: String,
    pub api_key_secret: SecretString,
}

/// `{"accountSid", "authToken"}`, the shape of AWS's managed rotation for Twilio.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TwilioAuth {
    pub account_sid: String,
    pub auth_token: SecretString,
}

/// `{"signingSecrets": ["whsec_…"]}`: while one is replaced, the former and the new one.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct FlashEvents {
    signing_secrets: Vec<SecretString>,
}

/// `{"apiKey"}`: what opens the model.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Maple {
    api_key: SecretString,
}

/// Reads secrets by name or ARN.
#[derive(Clone, Debug)]
pub struct Secrets(Client);

impl Secrets {
    pub fn new(config: &aws_config::SdkConfig) -> Self {
        Self::of(Client::new(config))
    }

    pub fn of(client: Client) -> Self {
        Self(client)
    }

    pub async fn keys(&self, name: &str) -> Result<Keys, SecretError> {
        let text = self
            .stage(name, CURRENT)
            .await?
            .ok_or_else(|| missing(name))?;
        Ok(Keys::from_secret(&text)?)
    }

    /// A secret that is one text.
    pub async fn text(&self, name: &str) -> Result<SecretString, SecretError> {
        self.stage(name, CURRENT)
            .await?
            .map(SecretString::from)
            .ok_or_else(|| missing(name))
    }

    pub async fn twilio_api_key(&self, name: &str) -> Result<TwilioApiKey, SecretError> {
        let text = self
            .stage(name, CURRENT)
            .await?
            .ok_or_else(|| missing(name))?;
        parse(name, &text)
    }

    /// The account whose webhooks are ours, and the token that signs them unless it is just being replaced.
    pub async fn twilio_current(&self, name: &str) -> Result<TwilioAuth, SecretError> {
        let text = self
            .stage(name, CURRENT)
            .await?
            .ok_or_else(|| missing(name))?;
        parse(name, &text)
    }

    /// The account whose webhooks are ours.
    pub async fn twilio_account(&self, name: &str) -> Result<String, SecretError> {
        Ok(self.twilio_current(name).await?.account_sid)
    }

    /// The token with which to sign as Twilio does.
    pub async fn twilio_token(&self, name: &str) -> Result<SecretString, SecretError> {
        let text = self
            .stage(name, CURRENT)
            .await?
            .ok_or_else(|| missing(name))?;
        parse::<TwilioAuth>(name, &text).map(|auth| auth.auth_token)
    }

    /// Every secret with which Flash's events may be signed.
    pub async fn signing_secrets(&self, name: &str) -> Result<Vec<SecretString>, SecretError> {
        let text = self
            .stage(name, CURRENT)
            .await?
            .ok_or_else(|| missing(name))?;
        parse::<FlashEvents>(name, &text).map(|events| events.signing_secrets)
    }

    /// The key that opens the model.
    pub async fn maple_key(&self, name: &str) -> Result<SecretString, SecretError> {
        let text = self
            .stage(name, CURRENT)
            .await?
            .ok_or_else(|| missing(name))?;
        parse::<Maple>(name, &text).map(|maple| maple.api_key)
    }

    /// Every token that may sign a webhook: the current one first, then, while a rotation is under way, the one to
    /// come and the one before. Having neither is normal.
    pub async fn twilio_auth(&self, name: &str) -> Result<Vec<TwilioAuth>, SecretError> {
        let current = self
            .stage(name, CURRENT)
            .await?
            .ok_or_else(|| missing(name))?;
        let mut tokens = vec![parse(name, &current)?];
        for stage in [PENDING, "AWSPREVIOUS"] {
            if let Some(text) = self.stage(name, stage).await? {
                tokens.push(parse(name, &text)?);
            }
        }
        Ok(tokens)
    }

    /// The current version.
    pub async fn version(&self, name: &str) -> Result<Version, SecretError> {
        let request = self.0.get_secret_value().secret_id(name);
        let answer = request.version_stage(CURRENT).send().await;
        let answer = answer.map_err(|error| unreadable(name, &error))?;
        match (answer.version_id, answer.secret_string) {
            (Some(id), Some(text)) => Ok(Version {
                id,
                text: text.into(),
            }),
            _ => Err(missing(name)),
        }
    }

    /// Puts `text` in the place of the version that was read. A version that came between is never lost: then this one is
    /// refused. `AWSPREVIOUS` names the former version afterwards. What a rotation was making of the former one is let go.
    pub async fn replace(
        &self,
        name: &str,
        former: &Version,
        text: &SecretString,
    ) -> Result<(), SecretError> {
        let put = self.0.put_secret_value().secret_id(name);
        let put = put.secret_string(text.expose_secret());
        let put = put.version_stages(NEXT).send().await;
        let next = put.map_err(|error| unwritten(name, &error))?.version_id;
        self.promote(name, former, &next.unwrap_or_default())
            .await?;
        let let_go = self.let_go(name, None).await;
        let_go.map_err(|error| SecretError::NotLetGo {
            name: name.to_owned(),
            reason: error.to_string(),
        })
    }

    /// Takes the label from the version that a rotation is making: from this one, or from whichever it is. Without a label it stays
    /// as it is. As long as one that is not the current version has it, Secrets Manager takes the rotation for one that is
    /// under way, and begins no other.
    pub async fn let_go(&self, name: &str, id: Option<&str>) -> Result<(), SecretError> {
        let request = self.0.get_secret_value().secret_id(name);
        let pending = match request.version_stage(PENDING).send().await {
            Ok(answer) => answer.version_id,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetSecretValueError::is_resource_not_found_exception) =>
            {
                return Ok(());
            }
            Err(error) => return Err(unreadable(name, &error)),
        };
        if id.is_some() && pending.as_deref() != id {
            return Ok(());
        }
        let taken = self.0.update_secret_version_stage().secret_id(name);
        let taken = taken
            .version_stage(PENDING)
            .set_remove_from_version_id(pending)
            .send()
            .await;
        taken.map_err(|error| unwritten(name, &error)).map(|_| ())
    }

    /// The version that a rotation is making under this id, once it is made.
    pub async fn pending(&self, name: &str, id: &str) -> Result<Option<SecretString>, SecretError> {
        let request = self.0.get_secret_value().secret_id(name).version_id(id);
        match request.version_stage(PENDING).send().await {
            Ok(answer) => Ok(answer.secret_string.map(SecretString::from)),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetSecretValueError::is_resource_not_found_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(unreadable(name, &error)),
        }
    }

    /// Makes it. The same id with another text is refused.
    pub async fn put_pending(
        &self,
        name: &str,
        id: &str,
        text: &SecretString,
    ) -> Result<(), SecretError> {
        let put = self.0.put_secret_value().secret_id(name);
        let put = put
            .client_request_token(id)
            .secret_string(text.expose_secret())
            .version_stages(PENDING);
        let put = put.send().await;
        put.map_err(|error| unwritten(name, &error)).map(|_| ())
    }

    /// From now on everybody reads the version of this id. Refused unless `former` is still the current one.
    pub async fn promote(&self, name: &str, former: &Version, id: &str) -> Result<(), SecretError> {
        let moved = self.0.update_secret_version_stage().secret_id(name);
        let moved = moved
            .version_stage(CURRENT)
            .remove_from_version_id(&former.id)
            .move_to_version_id(id)
            .send()
            .await;
        moved.map_err(|error| unwritten(name, &error)).map(|_| ())
    }

    async fn stage(&self, name: &str, stage: &str) -> Result<Option<String>, SecretError> {
        match self
            .0
            .get_secret_value()
            .secret_id(name)
            .version_stage(stage)
            .send()
            .await
        {
            Ok(answer) => Ok(answer.secret_string),
            Err(error)
                if stage != CURRENT
                    && error
                        .as_service_error()
                        .is_some_and(GetSecretValueError::is_resource_not_found_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(unreadable(name, &error)),
        }
    }
}

fn unreadable(name: &str, error: &dyn std::error::Error) -> SecretError {
    SecretError::Unreadable {
        name: name.to_owned(),
        reason: DisplayErrorContext(error).to_string(),
    }
}

fn unwritten(name: &str, error: &dyn std::error::Error) -> SecretError {
    SecretError::Unwritten {
        name: name.to_owned(),
        reason: DisplayErrorContext(error).to_string(),
    }
}

fn missing(name: &str) -> SecretError {
    SecretError::Unreadable {
        name: name.to_owned(),
        reason: "it has no text".to_owned(),
    }
}

fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, SecretError> {
    serde_json::from_str(text).map_err(|_| SecretError::Malformed {
        name: name.to_owned(),
    })
}
