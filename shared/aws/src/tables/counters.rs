//! The counters of a day, spread over several items of `cache` each. What is rare is a line of the transaction that does it;
//! traffic has items of its own, so that its writes never meet a transaction.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use domain::counts::{Counts, DayCounts};
use domain::ids::PersonKey;
use domain::policy::{COUNT_SHARDS, COUNTS_MEMORY, TRAFFIC_SHARDS};
use domain::time::Moment;
use futures::future::try_join_all;
use std::collections::HashMap;

use super::commit::COMPLETE;
use super::{Item, TableError, Tables, has_ended, n, s};
use crate::keys::random_below;

/// How an attribute that is a counter begins; its name follows.
const COUNTER: &str = "count:";

/// What adds `counts` to an item.
struct Addition {
    expression: String,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Addition {
    fn of(counts: &Counts, now: Moment) -> Self {
        let mut names = HashMap::new();
        let mut values = HashMap::from([(":end".to_owned(), n(now.plus(COUNTS_MEMORY).unix()))]);
        let mut adds = Vec::new();
        for (nth, (name, times)) in counts.iter().enumerate() {
            names.insert(format!("#n{nth}"), format!("{COUNTER}{name}"));
            values.insert(format!(":n{nth}"), n(times));
            adds.push(format!("#n{nth} :n{nth}"));
        }
        Self {
            expression: format!("SET expires_at = :end ADD {}", adds.join(", ")),
            names,
            values,
        }
    }
}

fn exact(day: &str, shard: u32) -> String {
    format!("count#{day}#{shard}")
}

fn about(day: &str, shard: u32) -> String {
    format!("traffic#{day}#{shard}")
}

/// The same person's counts meet in the same item, and nowhere else.
fn shard_of(person: &PersonKey) -> u32 {
    person.as_str().bytes().map(u32::from).sum::<u32>() % COUNT_SHARDS
}

impl Tables {
    /// The line that counts what `person` does now.
    pub(super) fn counting(
        &self,
        person: &PersonKey,
        counts: &Counts,
        now: Moment,
    ) -> TransactWriteItem {
        let addition = Addition::of(counts, now);
        let update = Update::builder()
            .table_name(&self.names.cache)
            .key("key", s(exact(&now.day(), shard_of(person))))
            .update_expression(addition.expression)
            .set_expression_attribute_names(Some(addition.names))
            .set_expression_attribute_values(Some(addition.values));
        // Every required field is set above.
        let update = update.build().expect(COMPLETE);
        TransactWriteItem::builder().update(update).build()
    }

    /// Adds to the traffic of that day.
    pub async fn count_traffic(
        &self,
        day: &str,
        counts: &Counts,
        now: Moment,
    ) -> Result<(), TableError> {
        let addition = Addition::of(counts, now);
        let answer = self
            .client
            .update_item()
            .table_name(&self.names.cache)
            .key("key", s(about(day, random_below(TRAFFIC_SHARDS))))
            .update_expression(addition.expression)
            .set_expression_attribute_names(Some(addition.names))
            .set_expression_attribute_values(Some(addition.values))
            .send()
            .await;
        answer
            .map(|_| ())
            .map_err(|error| TableError::of("UpdateItem", error))
    }

    /// What was counted on the last `days` days, today's first. A call for each day.
    pub async fn day_counts(&self, days: u32, now: Moment) -> Result<Vec<DayCounts>, TableError> {
        let days = (0..days).map(|ago| now.plus(-86_400 * i64::from(ago)).day());
        try_join_all(days.map(|day| self.counts_of(day, now))).await
    }

    async fn counts_of(&self, day: String, now: Moment) -> Result<DayCounts, TableError> {
        let keys = (0..COUNT_SHARDS).map(|shard| exact(&day, shard));
        let keys = keys.chain((0..TRAFFIC_SHARDS).map(|shard| about(&day, shard)));
        let keys = keys.map(|key| Item::from([("key".to_owned(), s(key))]));
        let found = self
            .batch_get(&[(&self.names.cache, keys.collect())])
            .await?;
        let mut counts = Counts::default();
        let live = found
            .into_values()
            .flatten()
            .filter(|item| !has_ended(item, now));
        for (name, times) in live.flatten() {
            let times = times.as_n().ok().and_then(|times| times.parse().ok());
            if let (Some(name), Some(times)) = (name.strip_prefix(COUNTER), times) {
                counts.add(name, times);
            }
        }
        Ok(DayCounts { day, counts })
    }
}
