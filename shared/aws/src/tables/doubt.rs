//! Entries that may or may not have been sent. Each step is conditional on the one before, so two schedulers that look
//! at the same entry do its work once.

use std::collections::HashSet;

use aws_sdk_dynamodb::types::{Put, TransactWriteItem, Update};
use domain::address::WhatsAppAddress;
use domain::ids::{EntryId, EntryKey, MessageSid, PersonKey};
use domain::outbox::{Delivery, Doubt, Kind, Reply};
use domain::policy::{CALLBACK_LATE, MESSAGE_MEMORY};
use domain::ticket::Alert;
use domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::claim::settle;
use super::commit::{COMPLETE, CommitError};
use super::items::{ENTRY, due_shard, entry_id};
use super::{Part, TableError, Tables, n, read, s, write};

/// An entry that needs attention, as it stands.
#[derive(Clone, Debug)]
pub struct Standing {
    pub kind: Kind,
    /// A timer of an invoice that may be paid.
    pub watches: bool,
    /// A question for the assistant.
    pub asks: bool,
    /// A timer for which news wait.
    pub releases: bool,
    /// What the operator is to be told, and until when that is worth it.
    pub alert: Option<(Alert, Moment)>,
    pub delivery: Delivery,
    /// Tells one publication of the entry from the next.
    pub turn: u32,
    /// The part of the same answer that must have gone before.
    pub part_before: Option<EntryKey>,
    pub sid: Option<MessageSid>,
    pub created_at: Moment,
    /// When somebody should look at it again.
    pub due_at: Option<Moment>,
    pub lease_until: Option<Moment>,
    pub doubt: Doubt,
}

/// What was meant to be sent, for comparing it with what Twilio has.
#[derive(Clone, Debug)]
pub struct Meant {
    pub to: WhatsAppAddress,
    pub reply: Reply,
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
            let entry = self.open_entry(key, &item, now).await?;
            Some(Meant {
                to: entry.to,
                reply: entry.reply,
            })
        } else {
            None
        };
        let standing = Standing {
            kind: item.kind,
            watches: item.watched.is_some(),
            asks: item.asked.is_some(),
            releases: item.held_until.is_some(),
            alert: item.alert.clone().map(|alert| (alert, item.ends_at)),
            delivery: item.delivery,
            turn: item.attempt.saturating_add(item.postponed),
            part_before: item.part_before.clone().map(|id| EntryKey {
                person: key.person.clone(),
                id,
            }),
            sid: item.sid.clone(),
            created_at: item.created_at,
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

    /// The part before has not gone yet: looked at again at `look_at`.
    pub async fn hold_part(&self, part: &EntryKey, look_at: Moment) -> Result<bool, TableError> {
        let update = self
            .update_entry(part)
            .update_expression("SET due_at = :at")
            .condition_expression("delivery = :pending AND attribute_exists(part_before)")
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":at", n(look_at.unix()));
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

    /// Twilio's list shows the message: the entry has been sent. False if another entry had that message first, or
    /// something else was found out about this one.
    pub async fn adopt(
        &self,
        key: &EntryKey,
        sid: &MessageSid,
        now: Moment,
    ) -> Result<bool, TableError> {
        let mine = ClaimedSidItem {
            person: key.person.clone(),
            id: claim_id(sid),
            entry: key.id.clone(),
            expires_at: now.plus(MESSAGE_MEMORY),
        };
        let claim = Put::builder()
            .table_name(&self.names.messages)
            .set_item(Some(write(&mine)))
            .condition_expression("attribute_not_exists(person) OR entry = :entry")
            .expression_attribute_values(":entry", s(key.id.as_str()))
            .build();
        let raise = Update::builder()
            .table_name(&self.names.messages)
            .key("person", s(key.person.as_str()))
            .key("id", s(entry_id(&key.id)))
            .update_expression("SET delivery = :queued, #rank = :rank, sid = :sid, due_at = :late, due_shard = :shard")
            .condition_expression("delivery = :unknown AND attribute_not_exists(sid)")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":queued", s("queued"))
            .expression_attribute_values(":unknown", s("unknown"))
            .expression_attribute_values(":rank", n(Delivery::Queued.rank()))
            .expression_attribute_values(":sid", s(sid.as_str()))
            .expression_attribute_values(":late", n(now.plus(CALLBACK_LATE).unix()))
            .expression_attribute_values(":shard", n(due_shard(&key.id)))
            .build();
        let mut transaction = self.transaction(&key.person, now);
        transaction.line(
            Part::Entry,
            TransactWriteItem::builder()
                .put(claim.expect(COMPLETE))
                .build(),
        );
        transaction.line(
            Part::Entry,
            TransactWriteItem::builder()
                .update(raise.expect(COMPLETE))
                .build(),
        );
        match transaction.commit().await {
            Ok(()) => Ok(true),
            Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => Ok(false),
            Err(CommitError::Table(error)) => Err(error),
        }
    }

    /// The entry was given its message by [`Tables::adopt`], and a callback has named another entry since as the one that it
    /// was sent for: this one is in doubt again, as of now. False if the message is its own.
    pub async fn give_back(
        &self,
        key: &EntryKey,
        sid: &MessageSid,
        now: Moment,
    ) -> Result<bool, TableError> {
        let claim = self.client.get_item().table_name(&self.names.messages);
        let claim = claim
            .key("person", s(key.person.as_str()))
            .key("id", s(claim_id(sid)))
            .consistent_read(true)
            .send();
        let claim = claim
            .await
            .map_err(|error| TableError::of("GetItem", error))?;
        let claim = claim.item.map(|item| read("messages", item)).transpose()?;
        let is_adopted = claim.is_some_and(|claim: ClaimedSidItem| claim.entry == key.id);
        if !is_adopted || !self.is_of_another(key, sid).await? {
            return Ok(false);
        }
        let update = self
            .update_entry(key)
            .update_expression("SET delivery = :unknown, #rank = :rank, due_at = :now, due_shard = :shard, absences = :none REMOVE sid")
            .condition_expression("sid = :sid AND (delivery = :queued OR delivery = :sent)")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":unknown", s("unknown"))
            .expression_attribute_values(":queued", s("queued"))
            .expression_attribute_values(":sent", s("sent"))
            .expression_attribute_values(":rank", n(Delivery::Unknown.rank()))
            .expression_attribute_values(":now", n(now.unix()))
            .expression_attribute_values(":shard", n(due_shard(&key.id)))
            .expression_attribute_values(":none", n(0))
            .expression_attribute_values(":sid", s(sid.as_str()));
        settle(update.send().await.map(|_| ()))
    }

    /// Whether another entry of the person has that message, too.
    async fn is_of_another(&self, key: &EntryKey, sid: &MessageSid) -> Result<bool, TableError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.names.messages)
            .key_condition_expression("person = :person AND begins_with(id, :entry)")
            .filter_expression("sid = :sid")
            .projection_expression("id")
            .expression_attribute_values(":person", s(key.person.as_str()))
            .expression_attribute_values(":entry", s(ENTRY))
            .expression_attribute_values(":sid", s(sid.as_str()))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let own = entry_id(&key.id);
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| TableError::of("Query", error))?;
            let id = item.get("id").and_then(|id| id.as_s().ok());
            if id.is_some_and(|id| *id != own) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What the person's other entries say about messages at Twilio.
    pub async fn others(&self, key: &EntryKey, now: Moment) -> Result<Others, TableError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.names.messages)
            .key_condition_expression("person = :person AND begins_with(id, :entry)")
            .filter_expression(
                "attribute_exists(sid) OR attribute_exists(former_sids) OR delivery = :sending",
            )
            .projection_expression("id, sid, former_sids, delivery, lease_until")
            .expression_attribute_values(":person", s(key.person.as_str()))
            .expression_attribute_values(":entry", s(ENTRY))
            .expression_attribute_values(":sending", s("sending"))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut others = Others::default();
        let own = entry_id(&key.id);
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| TableError::of("Query", error))?;
            let other: OtherItem = read("messages", item)?;
            if other.id != own {
                others.being_sent |= other.lease_until.is_some_and(|until| now < until)
                    && other.delivery == Delivery::Sending;
            }
            others.sids.extend(other.former_sids);
            others.sids.extend(other.sid);
        }
        Ok(others)
    }
}

/// The person's other entries, as far as they bear on one in doubt.
#[derive(Clone, Debug, Default)]
pub struct Others {
    /// Messages that belong to entries already: none of them answers for another.
    pub sids: HashSet<MessageSid>,
    /// One of them is on its way at this moment: a message of unknown origin may be its.
    pub being_sent: bool,
}

#[derive(Deserialize)]
struct OtherItem {
    id: String,
    sid: Option<MessageSid>,
    #[serde(default)]
    former_sids: Vec<MessageSid>,
    delivery: Delivery,
    lease_until: Option<Moment>,
}

fn claim_id(sid: &MessageSid) -> String {
    format!("sid#{}", sid.as_str())
}

/// `messages`, key `person`, `sid#SID`: the entry that a message found at Twilio belongs to.
#[derive(Serialize, Deserialize)]
struct ClaimedSidItem {
    person: PersonKey,
    id: String,
    entry: EntryId,
    expires_at: Moment,
}
