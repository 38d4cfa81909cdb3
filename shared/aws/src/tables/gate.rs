//! Whether anything may be sent at all: Twilio's breaker, and the switch that stops all sending.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use domain::breaker::Breaker;
use domain::policy::AUDIT_MEMORY;
use domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::breaker::{BreakerItem, Upstream};
use super::read::batch_get;
use super::{Item, TableError, Tables, has_ended, n, read, s, write};

/// `cache`, key `switch#sending`: it exists while sending is stopped.
const SWITCH: &str = "switch#sending";

#[derive(Serialize, Deserialize)]
struct SwitchItem {
    key: String,
    #[serde(flatten)]
    stopped: Stopped,
    expires_at: Moment,
}

/// Why and since when nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// Twilio's error code.
    pub code: u32,
    pub at: Moment,
}

/// What all instances know about sending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    pub breaker: Breaker,
    /// Until an operator resets it.
    pub stopped: Option<Stopped>,
}

/// The table that holds both. An operator needs no more than this to start sending again.
#[derive(Clone, Debug)]
pub struct Gates {
    pub(super) client: Client,
    pub(super) cache: String,
}

impl Gates {
    pub fn new(client: Client, cache: String) -> Self {
        Self { client, cache }
    }

    /// Breaker and switch, in one read.
    pub async fn read(&self, now: Moment) -> Result<Gate, TableError> {
        let keys =
            [Upstream::Twilio.key(), SWITCH].map(|key| Item::from([("key".to_owned(), s(key))]));
        let found = batch_get(&self.client, &[(&self.cache, keys.to_vec())]).await?;
        let mut gate = Gate::default();
        for item in found.into_values().flatten() {
            if has_ended(&item, now) {
                continue;
            }
            if item.get("key").is_some_and(|key| *key == s(SWITCH)) {
                gate.stopped = Some(read::<SwitchItem>("cache", item)?.stopped);
            } else {
                gate.breaker = read::<BreakerItem>("cache", item)?.breaker;
            }
        }
        Ok(gate)
    }

    /// Nothing is sent from now on. The first reason stays; true if this is it.
    pub async fn stop(&self, code: u32, now: Moment) -> Result<bool, TableError> {
        let item = SwitchItem {
            key: SWITCH.to_owned(),
            stopped: Stopped { code, at: now },
            expires_at: now.plus(AUDIT_MEMORY),
        };
        let answer = self
            .client
            .put_item()
            .table_name(&self.cache)
            .set_item(Some(write(&item)))
            .condition_expression("attribute_not_exists(#key) OR expires_at <= :now")
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":now", n(now.unix()))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(TableError::of("PutItem", error)),
        }
    }

    /// The operator's reset. What waits goes out within minutes.
    pub async fn resume(&self) -> Result<(), TableError> {
        let answer = self
            .client
            .delete_item()
            .table_name(&self.cache)
            .key("key", s(SWITCH))
            .send()
            .await;
        answer
            .map(|_| ())
            .map_err(|error| TableError::of("DeleteItem", error))
    }
}

impl Tables {
    pub fn gates(&self) -> Gates {
        Gates::new(self.client.clone(), self.names.cache.clone())
    }
}
