//! What is due: found by the sparse index, sixteen shards of it, never by a scan. The index proposes; conditions decide.

use aws_sdk_dynamodb::types::{AttributeValue, Select};
use domain::ids::EntryKey;
use domain::time::Moment;
use futures::future::try_join_all;

use super::items::ENTRY;
use super::schema::{DUE_INDEX, DUE_KEY, DUE_SHARDS};
use super::{Item, TableError, Tables, n};

impl Tables {
    /// Up to `most` entries of each shard that were due by `now`, the longest due first, over all shards.
    pub async fn due(&self, now: Moment, most: i32) -> Result<Vec<EntryKey>, TableError> {
        let shards = (0..DUE_SHARDS).map(|shard| self.due_in(shard, now, most));
        let mut due = try_join_all(shards).await?.concat();
        due.sort_by_key(|(at, _)| *at);
        Ok(due.into_iter().map(|(_, key)| key).collect())
    }

    /// Since when what waits longest should have been done.
    pub async fn overdue_since(&self, now: Moment) -> Result<Option<Moment>, TableError> {
        let shards = (0..DUE_SHARDS).map(|shard| self.due_in(shard, now, 1));
        let due = try_join_all(shards).await?.concat();
        let first = due.into_iter().map(|(at, _)| at).min();
        Ok(first.map(Moment::from_unix))
    }

    async fn due_in(
        &self,
        shard: usize,
        now: Moment,
        most: i32,
    ) -> Result<Vec<(i64, EntryKey)>, TableError> {
        let answer = self
            .client
            .query()
            .table_name(&self.names.messages)
            .index_name(DUE_INDEX)
            .key_condition_expression("#shard = :shard AND #at <= :now")
            .expression_attribute_names("#shard", DUE_KEY.0)
            .expression_attribute_names("#at", DUE_KEY.1)
            .expression_attribute_values(":shard", n(shard))
            .expression_attribute_values(":now", n(now.unix()))
            .select(Select::AllProjectedAttributes)
            .limit(most)
            .send()
            .await;
        let answer = answer.map_err(|error| TableError::of("Query", error))?;
        Ok(answer
            .items
            .unwrap_or_default()
            .iter()
            .filter_map(|item| Some((due_at(item)?, key_of(item)?)))
            .collect())
    }
}

fn due_at(item: &Item) -> Option<i64> {
    item.get(DUE_KEY.1)?.as_n().ok()?.parse().ok()
}

fn key_of(item: &Item) -> Option<EntryKey> {
    let text = |name: &str| {
        item.get(name)
            .and_then(|value: &AttributeValue| value.as_s().ok())
    };
    let id = text("id")?.strip_prefix(ENTRY)?;
    EntryKey::parse(&format!("{}.{id}", text("person")?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::items::entry_id;
    use domain::ids::{EntryId, PersonKey};

    #[test]
    fn an_index_item_names_its_entry() {
        let key = EntryKey {
            person: PersonKey::from_digest("A".repeat(43)).unwrap(),
            id: EntryId::caused_by("SM1", 0),
        };
        let item = Item::from([
            (
                "person".to_owned(),
                AttributeValue::S(key.person.as_str().to_owned()),
            ),
            ("id".to_owned(), AttributeValue::S(entry_id(&key.id))),
        ]);
        assert_eq!(key_of(&item), Some(key));
        assert_eq!(key_of(&Item::new()), None);
    }
}
