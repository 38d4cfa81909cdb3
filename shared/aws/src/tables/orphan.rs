//! Delivery callbacks that came without the name of their entry: kept by their message until somebody looks for them.

use domain::ids::{MessageSid, PersonKey};
use domain::outbox::Delivery;
use domain::policy::ORPHAN_MEMORY;
use domain::time::Moment;
use serde::Deserialize;

use super::claim::{Report, settle, value};
use super::{TableError, Tables, has_ended, n, read, s};

#[derive(Deserialize)]
struct OrphanItem {
    delivery: Delivery,
    error_code: Option<u32>,
}

fn orphan_id(sid: &MessageSid) -> String {
    format!("orphan#{}", sid.as_str())
}

impl Tables {
    /// Keeps what is said of a message to `person`; its state only moves forward.
    pub async fn keep_orphan(
        &self,
        person: &PersonKey,
        report: &Report<'_>,
        now: Moment,
    ) -> Result<bool, TableError> {
        let Some(sid) = report.sid else {
            return Ok(false);
        };
        let mut set = "SET delivery = :delivery, #rank = :rank, expires_at = :end".to_owned();
        let mut update = self
            .client
            .update_item()
            .table_name(&self.names.messages)
            .key("person", s(person.as_str()))
            .key("id", s(orphan_id(sid)));
        if let Some(code) = report.error_code {
            set.push_str(", error_code = if_not_exists(error_code, :code)");
            update = update.expression_attribute_values(":code", n(code));
        }
        let answer = update
            .update_expression(set)
            .condition_expression("attribute_not_exists(person) OR #rank < :rank")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":delivery", value(report.delivery))
            .expression_attribute_values(":rank", n(report.delivery.rank()))
            .expression_attribute_values(":end", n(now.plus(ORPHAN_MEMORY).unix()))
            .send()
            .await;
        settle(answer.map(|_| ()))
    }

    /// What was said of a message to `person` without naming its entry.
    pub async fn orphan(
        &self,
        person: &PersonKey,
        sid: &MessageSid,
        now: Moment,
    ) -> Result<Option<(Delivery, Option<u32>)>, TableError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.names.messages)
            .key("person", s(person.as_str()))
            .key("id", s(orphan_id(sid)))
            .consistent_read(true)
            .send()
            .await;
        let item = answer
            .map_err(|error| TableError::of("GetItem", error))?
            .item;
        let item = item.filter(|item| !has_ended(item, now));
        let orphan: Option<OrphanItem> = item.map(|item| read("messages", item)).transpose()?;
        Ok(orphan.map(|orphan| (orphan.delivery, orphan.error_code)))
    }
}
