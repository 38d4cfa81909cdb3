//! Whether a model may be asked: its breaker, the switch that turns it off for all, and how much is asked in an hour.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use domain::breaker::Breaker;
use domain::policy::{ASSISTANT_ALL_PER_HOUR, ASSISTANT_HOUR, AUDIT_MEMORY};
use domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::breaker::{BreakerItem, Upstream};
use super::commit::COMPLETE;
use super::read::batch_get;
use super::{Gates, Item, Part, TableError, Tables, Transaction, has_ended, n, read, s, write};

/// `cache`, key `switch#assistant`: it exists while no model is asked.
const SWITCH: &str = "switch#assistant";

#[derive(Serialize, Deserialize)]
struct SwitchItem {
    key: String,
    off_since: Moment,
    expires_at: Moment,
}

impl SwitchItem {
    fn of(now: Moment) -> Self {
        Self {
            key: SWITCH.to_owned(),
            off_since: now,
            expires_at: now.plus(AUDIT_MEMORY),
        }
    }
}

/// What all instances know about the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelGate {
    pub breaker: Breaker,
    /// Nobody's question goes to it, until somebody switches it on again.
    pub off_since: Option<Moment>,
}

impl Gates {
    /// Breaker and switch, in one read.
    pub async fn model(&self, now: Moment) -> Result<ModelGate, TableError> {
        let keys = [Upstream::Maple.key(), SWITCH];
        let keys = keys.map(|key| Item::from([("key".to_owned(), s(key))]));
        let found = batch_get(&self.client, &[(&self.cache, keys.to_vec())]).await?;
        let mut gate = ModelGate::default();
        for item in found.into_values().flatten() {
            if has_ended(&item, now) {
                continue;
            }
            if item.get("key").is_some_and(|key| *key == s(SWITCH)) {
                gate.off_since = Some(read::<SwitchItem>("cache", item)?.off_since);
            } else {
                gate.breaker = read::<BreakerItem>("cache", item)?.breaker;
            }
        }
        Ok(gate)
    }

    /// From now on no question goes to the model; instances know within seconds.
    pub async fn switch_model_off(&self, now: Moment) -> Result<(), TableError> {
        let request = self.client.put_item().table_name(&self.cache);
        let item = write(&SwitchItem::of(now));
        let answer = request.set_item(Some(item)).send().await;
        let done = answer.map_err(|error| TableError::of("PutItem", error));
        done.map(|_| ())
    }

    pub async fn switch_model_on(&self) -> Result<(), TableError> {
        let request = self.client.delete_item().table_name(&self.cache);
        let answer = request.key("key", s(SWITCH)).send().await;
        let done = answer.map_err(|error| TableError::of("DeleteItem", error));
        done.map(|_| ())
    }
}

impl Transaction<'_> {
    /// As [`Gates::switch_model_off`] and [`Gates::switch_model_on`], with whatever else happens.
    pub fn switch_model(&mut self, on: bool) {
        let table = self.tables().names.cache.clone();
        let item = if on {
            let delete = Delete::builder().table_name(table).key("key", s(SWITCH));
            let delete = delete.build().expect(COMPLETE);
            TransactWriteItem::builder().delete(delete).build()
        } else {
            let put = Put::builder().table_name(table);
            let put = put.set_item(Some(write(&SwitchItem::of(self.now()))));
            let put = put.build().expect(COMPLETE);
            TransactWriteItem::builder().put(put).build()
        };
        self.line(Part::Switch, item);
    }
}

/// `cache`, the counter of what the model is asked in the hour of `now`.
fn hour(now: Moment) -> String {
    format!("asked#{}", now.unix().div_euclid(ASSISTANT_HOUR))
}

impl Tables {
    /// One more question for the model, of all that are asked in this hour. False: there is no room.
    pub async fn take_question(&self, now: Moment) -> Result<bool, TableError> {
        let request = self.client.update_item().table_name(&self.names.cache);
        let request = request
            .key("key", s(hour(now)))
            .update_expression("SET expires_at = :end ADD asked :one")
            .condition_expression("attribute_not_exists(asked) OR asked < :most")
            .expression_attribute_values(":end", n(now.plus(2 * ASSISTANT_HOUR).unix()))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":most", n(ASSISTANT_ALL_PER_HOUR));
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(TableError::of("UpdateItem", error)),
        }
    }

    /// What the model was asked in this hour so far.
    pub async fn questions_this_hour(&self, now: Moment) -> Result<u64, TableError> {
        let request = self.client.get_item().table_name(&self.names.cache);
        let answer = request.key("key", s(hour(now))).send().await;
        let answer = answer.map_err(|error| TableError::of("GetItem", error))?;
        let asked = answer.item.and_then(|mut item| item.remove("asked"));
        let asked = asked.and_then(|asked| asked.as_n().ok().cloned());
        Ok(asked
            .and_then(|asked| asked.parse().ok())
            .unwrap_or_default())
    }
}
