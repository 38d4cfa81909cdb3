//! Secrets Manager: read once, before the first event.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use crate::keys::{Keys, KeysError};

/// A secret that could not be read or is not what it should be. Never holds a part of it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("secret {name}: {reason}")]
    Unreadable { name: String, reason: String },
    #[error("secret {name} is not the JSON it should be")]
    Malformed { name: String },
    #[error(transparent)]
    Keys(#[from] KeysError),
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

/// Reads secrets by name or ARN.
#[derive(Clone, Debug)]
pub struct Secrets(Client);

impl Secrets {
    pub fn new(config: &aws_config::SdkConfig) -> Self {
        Self(Client::new(config))
    }

    pub async fn keys(&self, name: &str) -> Result<Keys, SecretError> {
        let text = self
            .stage(name, "AWSCURRENT")
            .await?
            .ok_or_else(|| missing(name))?;
        Ok(Keys::from_secret(&text)?)
    }

    /// A secret that is one text.
    pub async fn text(&self, name: &str) -> Result<SecretString, SecretError> {
        self.stage(name, "AWSCURRENT")
            .await?
            .map(SecretString::from)
            .ok_or_else(|| missing(name))
    }

    pub async fn twilio_api_key(&self, name: &str) -> Result<TwilioApiKey, SecretError> {
        let text = self
            .stage(name, "AWSCURRENT")
            .await?
            .ok_or_else(|| missing(name))?;
        parse(name, &text)
    }

    /// The account whose webhooks are ours.
    pub async fn twilio_account(&self, name: &str) -> Result<String, SecretError> {
        let text = self
            .stage(name, "AWSCURRENT")
            .await?
            .ok_or_else(|| missing(name))?;
        parse::<TwilioAuth>(name, &text).map(|auth| auth.account_sid)
    }

    /// The token with which to sign as Twilio does.
    pub async fn twilio_token(&self, name: &str) -> Result<SecretString, SecretError> {
        let text = self
            .stage(name, "AWSCURRENT")
            .await?
            .ok_or_else(|| missing(name))?;
        parse::<TwilioAuth>(name, &text).map(|auth| auth.auth_token)
    }

    /// Every token that may sign a webhook: the current one first, then, while a rotation is under way, the one to
    /// come and the one before. Having neither is normal.
    pub async fn twilio_auth(&self, name: &str) -> Result<Vec<TwilioAuth>, SecretError> {
        let current = self
            .stage(name, "AWSCURRENT")
            .await?
            .ok_or_else(|| missing(name))?;
        let mut tokens = vec![parse(name, &current)?];
        for stage in ["AWSPENDING", "AWSPREVIOUS"] {
            if let Some(text) = self.stage(name, stage).await? {
                tokens.push(parse(name, &text)?);
            }
        }
        Ok(tokens)
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
                if stage != "AWSCURRENT"
                    && error
                        .as_service_error()
                        .is_some_and(GetSecretValueError::is_resource_not_found_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(SecretError::Unreadable {
                name: name.to_owned(),
                reason: DisplayErrorContext(&error).to_string(),
            }),
        }
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
