//! What all instances remember together about an outside system that fails.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use domain::breaker::Breaker;
use domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::{TableError, Tables, has_ended, n, read, s};

/// `cache`, the keys of breakers.
pub(super) const FLASH_BREAKER: &str = "breaker#flash";
pub(super) const TWILIO_BREAKER: &str = "breaker#twilio";

#[derive(Serialize, Deserialize)]
pub(super) struct BreakerItem {
    pub key: String,
    pub expires_at: Moment,
    pub breaker: Breaker,
}

impl Tables {
    /// What all instances remember about Flash, for the deep health check.
    pub async fn flash_breaker(&self, now: Moment) -> Result<Breaker, TableError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.names.cache)
            .key("key", s(FLASH_BREAKER))
            .send()
            .await;
        let item = answer
            .map_err(|error| TableError::of("GetItem", error))?
            .item
            .filter(|item| !has_ended(item, now));
        Ok(item
            .map(|item| read::<BreakerItem>("cache", item))
            .transpose()?
            .map(|item| item.breaker)
            .unwrap_or_default())
    }

    /// Remembers how Flash is doing.
    pub async fn save_flash_breaker(
        &self,
        before: Breaker,
        after: Breaker,
        now: Moment,
    ) -> Result<(), TableError> {
        self.save_breaker(FLASH_BREAKER, before, after, now).await
    }

    /// Remembers how Twilio is doing.
    pub async fn save_twilio_breaker(
        &self,
        before: Breaker,
        after: Breaker,
        now: Moment,
    ) -> Result<(), TableError> {
        self.save_breaker(TWILIO_BREAKER, before, after, now).await
    }

    /// Unless another instance has written since `before` was read: its news is as good.
    async fn save_breaker(
        &self,
        key: &str,
        before: Breaker,
        after: Breaker,
        now: Moment,
    ) -> Result<(), TableError> {
        let item = BreakerItem {
            key: key.to_owned(),
            expires_at: now.plus(domain::policy::SESSION_IDLE),
            breaker: after,
        };
        let answer = self
            .client
            .put_item()
            .table_name(&self.names.cache)
            .set_item(Some(super::write(&item)))
            .condition_expression(
                "attribute_not_exists(#key) OR breaker.failures = :before OR expires_at <= :now",
            )
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":before", n(before.failures))
            .expression_attribute_values(":now", n(now.unix()))
            .send()
            .await;
        match answer {
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(())
            }
            other => other
                .map(|_| ())
                .map_err(|error| TableError::of("PutItem", error)),
        }
    }
}
