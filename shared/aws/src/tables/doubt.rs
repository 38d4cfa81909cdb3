//! Entries that may or may not have been sent. Each step is conditional on the one before, so two schedulers that look
//! at the same entry do its work once.

use std::collections::HashSet;

use domain::address::WhatsAppAddress;
use domain::ids::{EntryKey, MessageSid, PersonKey};
use domain::outbox::{Delivery, Doubt, Kind};
use domain::time::Moment;

use super::claim::settle;
use super::items::{ENTRY, due_shard};
use super::{TableError, Tables, n, s};

/// An entry that needs attention, as it stands.
#[derive(Clone, Debug)]
pub struct Standing {
    pub kind: Kind,
    pub delivery: Delivery,
    pub attempt: u32,
    /// When somebody should look at it again.
    pub due_at: Option<Moment>,
    pub lease_until: Option<Moment>,
    pub doubt: Doubt,
}

/// What was meant to be sent, for comparing it with what Twilio has.
#[derive(Clone, Debug)]
pub struct Meant {
    pub to: WhatsAppAddress,
    pub text: String,
}

impl Tables {
    /// None: there is no such entry any more.
    pub async fn standing(
        &self,
        key: &EntryKey,
        now: Moment,
    ) -> Result<Option<(Standing, Option<Meant>)>, TableError> {
        let Some(item) = self.entry(key, now).await? else {
            return Ok(None);
        };
        // Opened only where it is compared: most entries that come by here are fine.
        let meant = if item.delivery == Delivery::Unknown {
            let entry = self.open_entry(key, &item)?;
            Some(Meant {
                to: entry.to,
                text: entry.reply.text,
            })
        } else {
            None
        };
        let standing = Standing {
            kind: item.kind,
            delivery: item.delivery,
            attempt: item.attempt,
            due_at: item.due_at,
            lease_until: item.lease_until,
            doubt: Doubt {
                claimed_at: item.claimed_at.unwrap_or(item.created_at),
                ends_at: item.ends_at,
                absences: item.absences,
                resent: item.resent,
            },
        };
        Ok(Some((standing, meant)))
    }

    /// Its sender never said how it ended, or Twilio's answer was lost: looked for at `look_at`, never just sent again.
    pub async fn doubt(&self, key: &EntryKey, look_at: Moment) -> Result<bool, TableError> {
        let update = self
            .update_entry(key)
            .update_expression("SET delivery = :unknown, #rank = :rank, due_at = :at, due_shard = :shard REMOVE lease_until")
            .condition_expression("delivery = :sending")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":unknown", s("unknown"))
            .expression_attribute_values(":sending", s("sending"))
            .expression_attribute_values(":rank", n(Delivery::Unknown.rank()))
            .expression_attribute_values(":at", n(look_at.unix()))
            .expression_attribute_values(":shard", n(due_shard(&key.id)));
        settle(update.send().await.map(|_| ()))
    }

    /// Looked for and not found, or not to be looked for now: again at `look_at`, with so many absences by then.
    pub async fn look_again(
        &self,
        key: &EntryKey,
        before: u32,
        absences: u32,
        look_at: Moment,
    ) -> Result<bool, TableError> {
        let update = self
            .update_entry(key)
            .update_expression("SET absences = :absences, due_at = :at")
            .condition_expression("delivery = :unknown AND absences = :before")
            .expression_attribute_values(":unknown", s("unknown"))
            .expression_attribute_values(":before", n(before))
            .expression_attribute_values(":absences", n(absences))
            .expression_attribute_values(":at", n(look_at.unix()));
        settle(update.send().await.map(|_| ()))
    }

    /// Proven absent: pending again, once and never a second time.
    pub async fn send_again(
        &self,
        key: &EntryKey,
        before: u32,
        now: Moment,
    ) -> Result<bool, TableError> {
        let update = self
            .update_entry(key)
            .update_expression("SET delivery = :pending, #rank = :rank, due_at = :now, resent = :yes, absences = :none")
            .condition_expression("delivery = :unknown AND absences = :before AND resent = :no")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":unknown", s("unknown"))
            .expression_attribute_values(":rank", n(Delivery::Pending.rank()))
            .expression_attribute_values(":before", n(before))
            .expression_attribute_values(":none", n(0))
            .expression_attribute_values(":now", n(now.unix()))
            .expression_attribute_values(":yes", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
            .expression_attribute_values(":no", aws_sdk_dynamodb::types::AttributeValue::Bool(false));
        settle(update.send().await.map(|_| ()))
    }

    /// It stays unknown for ever: nobody looks at it again, and it is not sent.
    pub async fn give_up(&self, key: &EntryKey) -> Result<bool, TableError> {
        let update = self
            .update_entry(key)
            .update_expression("REMOVE due_at, due_shard")
            .condition_expression("delivery = :unknown")
            .expression_attribute_values(":unknown", s("unknown"));
        settle(update.send().await.map(|_| ()))
    }

    /// SIDs that entries of this person already have: a message at Twilio with one of them answers for no other entry.
    pub async fn sids_of(&self, person: &PersonKey) -> Result<HashSet<MessageSid>, TableError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.names.messages)
            .key_condition_expression("person = :person AND begins_with(id, :entry)")
            .filter_expression("attribute_exists(sid)")
            .projection_expression("sid")
            .expression_attribute_values(":person", s(person.as_str()))
            .expression_attribute_values(":entry", s(ENTRY))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut sids = HashSet::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| TableError::of("Query", error))?;
            let sid = item.get("sid").and_then(|sid| sid.as_s().ok());
            sids.extend(sid.and_then(|sid| MessageSid::parse(sid).ok()));
        }
        Ok(sids)
    }
}
