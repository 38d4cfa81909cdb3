//! What all instances remember together about an outside system that fails.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use domain::breaker::Breaker;
use domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::{TableError, Tables, has_ended, n, read, s};

/// An outside system whose failures all instances remember together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upstream {
    Flash,
    Twilio,
    Maple,
}

impl Upstream {
    /// `cache`, the key of its breaker.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Flash => "breaker#flash",
            Self::Twilio => "breaker#twilio",
            Self::Maple => "breaker#maple",
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct BreakerItem {
    pub key: String,
    pub expires_at: Moment,
    pub breaker: Breaker,
}

impl Tables {
    /// What all instances remember about a system.
    pub async fn breaker(&self, of: Upstream, now: Moment) -> Result<Breaker, TableError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.names.cache)
            .key("key", s(of.key()))
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

    /// Remembers how a system is doing, unless another instance has written since `before` was read: its news is as good.
    pub async fn save_breaker(
        &self,
        of: Upstream,
        before: Breaker,
        after: Breaker,
        now: Moment,
    ) -> Result<(), TableError> {
        let item = BreakerItem {
            key: of.key().to_owned(),
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
