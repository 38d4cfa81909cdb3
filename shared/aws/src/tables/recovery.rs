//! What was missed while we were down: how far Twilio's list has been compared, which of its messages have a receipt, and
//! the end of waiting for news of a message.

use std::collections::HashSet;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use domain::ids::{EntryKey, MessageSid, PersonKey};
use domain::policy::WATERMARK_MEMORY;
use domain::recovery::Watermark;
use domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::claim::settle;
use super::commit::receipt_id;
use super::{Item, TableError, Tables, has_ended, n, read, s, write};

/// `cache`, the key of the watermark of what people wrote.
const INBOUND: &str = "watermark#inbound";

/// DynamoDB's limit for one `BatchGetItem`.
const BATCH: usize = 100;

#[derive(Serialize, Deserialize)]
struct WatermarkItem {
    key: String,
    version: u64,
    watermark: Watermark,
    expires_at: Moment,
}

/// The watermark as it was read, with what its next write must still find.
#[derive(Clone, Copy, Debug)]
pub struct Marked {
    pub watermark: Watermark,
    version: u64,
}

impl Tables {
    /// None: nobody has compared anything yet.
    pub async fn watermark(&self, now: Moment) -> Result<Option<Marked>, TableError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.names.cache)
            .key("key", s(INBOUND))
            .consistent_read(true)
            .send()
            .await;
        let item = answer
            .map_err(|error| TableError::of("GetItem", error))?
            .item
            .filter(|item| !has_ended(item, now));
        let item: Option<WatermarkItem> = item.map(|item| read("cache", item)).transpose()?;
        Ok(item.map(|item| Marked {
            watermark: item.watermark,
            version: item.version,
        }))
    }

    /// Puts `after` in place of what was read, if it still stands. None: somebody else was first, and is at it.
    pub async fn move_watermark(
        &self,
        before: Option<Marked>,
        after: Watermark,
        now: Moment,
    ) -> Result<Option<Marked>, TableError> {
        let version = before.map_or(0, |before| before.version) + 1;
        let item = WatermarkItem {
            key: INBOUND.to_owned(),
            version,
            watermark: after,
            expires_at: now.plus(WATERMARK_MEMORY),
        };
        let put = self
            .client
            .put_item()
            .table_name(&self.names.cache)
            .set_item(Some(write(&item)));
        let put = match before {
            Some(before) => put
                .condition_expression("version = :version")
                .expression_attribute_values(":version", n(before.version)),
            None => put
                .condition_expression("attribute_not_exists(#key) OR expires_at <= :now")
                .expression_attribute_names("#key", "key")
                .expression_attribute_values(":now", n(now.unix())),
        };
        match put.send().await {
            Ok(_) => Ok(Some(Marked {
                watermark: after,
                version,
            })),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(TableError::of("PutItem", error)),
        }
    }

    /// Which of these messages have been dealt with. Each goes with the key of the address it came from.
    pub async fn receipts_of(
        &self,
        messages: &[(PersonKey, MessageSid)],
        now: Moment,
    ) -> Result<HashSet<MessageSid>, TableError> {
        let mut taken = HashSet::new();
        for batch in messages.chunks(BATCH) {
            // The same key twice would be refused.
            let unique: HashSet<_> = batch.iter().collect();
            let keys = unique.into_iter().map(|(sender, sid)| {
                Item::from([
                    ("person".to_owned(), s(sender.as_str())),
                    ("id".to_owned(), s(receipt_id(sid))),
                ])
            });
            let wanted = [(&self.names.messages, keys.collect())];
            let found: HashSet<String> = self
                .batch_get(&wanted)
                .await?
                .into_values()
                .flatten()
                .filter(|item| !has_ended(item, now))
                .filter_map(|item| item.get("id").and_then(|id| id.as_s().ok()).cloned())
                .collect();
            let sids = batch.iter().map(|(_, sid)| sid);
            taken.extend(sids.filter(|sid| found.contains(&receipt_id(sid))).cloned());
        }
        Ok(taken)
    }

    /// No news of a message yet, or Twilio could not be asked: again at `ask_at`. False if there is news.
    pub async fn ask_later(&self, key: &EntryKey, ask_at: Moment) -> Result<bool, TableError> {
        let update = self
            .update_entry(key)
            .update_expression("SET due_at = :at")
            .condition_expression(
                "(delivery = :queued OR delivery = :sent) AND attribute_exists(due_at)",
            )
            .expression_attribute_values(":queued", s("queued"))
            .expression_attribute_values(":sent", s("sent"))
            .expression_attribute_values(":at", n(ask_at.unix()));
        settle(update.send().await.map(|_| ()))
    }

    /// Nobody asks any more what became of it: without a callback it stays `queued` or `sent` for ever. False if there
    /// is news.
    pub async fn close_unconfirmed(&self, key: &EntryKey) -> Result<bool, TableError> {
        let update = self
            .update_entry(key)
            .update_expression("REMOVE due_at, due_shard")
            .condition_expression("delivery = :queued OR delivery = :sent")
            .expression_attribute_values(":queued", s("queued"))
            .expression_attribute_values(":sent", s("sent"));
        settle(update.send().await.map(|_| ()))
    }
}
