//! Forgetting a person: in one transaction whatever may go at once, and an entry for what was said, which goes page by page.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};
use domain::ids::{EntryId, EntryKey, PersonKey};
use domain::outbox::Delivery;
use domain::policy::ERASURE_LAST_ROUND;
use domain::time::Moment;
use futures::future::try_join_all;

use super::claim::settle;
use super::commit::COMPLETE;
use super::feedback::FEEDBACK;
use super::held::HELD;
use super::items::{ENTRY, LINK, PersonItem, PointerItem, STEP_UP, entry_id};
use super::read::alias_key;
use super::requests::BLOCKED;
use super::tickets::TICKET;
use super::{Item, Known, NewEntry, Part, TableError, Tables, Transaction, has_ended, n, read, s};

/// Entries that one look at an erasure destroys at most, some at once: a few seconds' work.
const SWEEP: usize = 500;
const AT_ONCE: usize = 25;
/// How what goes begins: what was said to the person, what waits to be said, what they have said of the bot, whom they have
/// blocked, by name, and what they have passed on to support.
const SWEPT: [&str; 5] = [ENTRY, HELD, FEEDBACK, BLOCKED, TICKET];

/// A WhatsApp user id, by its keyed hash, that points to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserId {
    pub user: PersonKey,
    /// The person has written from the id alone, and no link stands under it: what does is theirs.
    pub holds: bool,
}

/// How far an erasure has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swept {
    /// More is left than one look destroys.
    More,
    /// What was said in the very second of the erasure goes then.
    Again(Moment),
    All,
}

impl Tables {
    /// The user ids under which something of the person may stand, beside their own name.
    pub async fn user_ids(
        &self,
        known: &Known,
        writes_as: Option<&PersonKey>,
        now: Moment,
    ) -> Result<Vec<UserId>, TableError> {
        let person = &known.state.key;
        let mut users: Vec<_> = known.state.person.user.iter().chain(writes_as).collect();
        users.dedup();
        let by_person = |key: &str| Item::from([("person".to_owned(), s(key))]);
        let wanted = users
            .iter()
            .flat_map(|user| [alias_key(user), user.as_str().to_owned()]);
        let wanted: Vec<_> = wanted.map(|key| by_person(&key)).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = self.batch_get(&[(&self.names.people, wanted)]).await?;
        let items = found.remove(&self.names.people).unwrap_or_default();
        let named = |key: &str| {
            items
                .iter()
                .find(|item| item.get("person") == Some(&s(key)))
        };
        let mut ids = Vec::new();
        for user in users {
            let alias = named(&alias_key(user)).filter(|item| !has_ended(item, now));
            let Some(alias) = alias else { continue };
            let alias: PointerItem = read("people", alias.clone())?;
            if alias.to != *person {
                continue;
            }
            let apart = named(user.as_str()).filter(|_| user != person);
            let apart = apart
                .map(|item| read::<PersonItem>("people", item.clone()))
                .transpose()?;
            let linked = apart.is_some_and(|item| item.value.link.is_some());
            ids.push(UserId {
                user: user.clone(),
                holds: user != person && !linked,
            });
        }
        Ok(ids)
    }

    /// Destroys a page of what was said to somebody who was forgotten at `erased_at`, if `sweep` is the entry that has
    /// this to do. Receipts stay: they hold ids alone, and without them a message that comes again would be new.
    pub async fn sweep(
        &self,
        sweep: &EntryKey,
        erased_at: Moment,
        now: Moment,
    ) -> Result<Swept, TableError> {
        let last_round = erased_at.plus(ERASURE_LAST_ROUND);
        // In the erasure's own second stands what was said before, the confirmation, and what came after it.
        let before = if now < last_round {
            erased_at
        } else {
            erased_at.plus(1)
        };
        if !self.end_requests(&sweep.person, erased_at, now).await?
            || !self.sweep_page(sweep, before).await?
        {
            return Ok(Swept::More);
        }
        if now < last_round {
            let answer = self
                .client
                .update_item()
                .table_name(&self.names.messages)
                .key("person", s(sweep.person.as_str()))
                .key("id", s(entry_id(&sweep.id)))
                .update_expression("SET due_at = :due")
                .condition_expression("delivery = :pending")
                .expression_attribute_values(":due", n(last_round.unix()))
                .expression_attribute_values(":pending", s("pending"))
                .send()
                .await;
            settle(answer.map(|_| ()))?;
            return Ok(Swept::Again(last_round));
        }
        let report = super::Report::ended(Delivery::Done, None);
        self.report(sweep, &report, now).await?;
        Ok(Swept::All)
    }

    /// True if nothing from before `before` is left.
    async fn sweep_page(&self, sweep: &EntryKey, before: Moment) -> Result<bool, TableError> {
        let mut destroyed = 0;
        for what in SWEPT {
            if !self.sweep_some(sweep, what, before, &mut destroyed).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn sweep_some(
        &self,
        sweep: &EntryKey,
        what: &str,
        before: Moment,
        destroyed: &mut usize,
    ) -> Result<bool, TableError> {
        let own = s(entry_id(&sweep.id));
        let mut from = None;
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.names.messages)
                .key_condition_expression("person = :person AND begins_with(id, :entry)")
                .filter_expression("created_at < :before")
                .projection_expression("person, id")
                .expression_attribute_values(":person", s(sweep.person.as_str()))
                .expression_attribute_values(":entry", s(what))
                .expression_attribute_values(":before", n(before.unix()))
                .consistent_read(true)
                .set_exclusive_start_key(from.take())
                .send()
                .await;
            let answer = answer.map_err(|error| TableError::of("Query", error))?;
            let ids = answer.items.unwrap_or_default();
            // A filter may not name the key.
            let ids = ids.iter().filter_map(|item| item.get("id"));
            let ids = ids.filter(|id| **id != own);
            let ids: Vec<_> = ids.take(SWEEP - *destroyed).cloned().collect();
            for some in ids.chunks(AT_ONCE) {
                try_join_all(some.iter().map(|id| self.destroy(sweep, id))).await?;
            }
            *destroyed += ids.len();
            from = answer.last_evaluated_key;
            if *destroyed == SWEEP {
                return Ok(false);
            }
            if from.is_none() {
                return Ok(true);
            }
        }
    }

    async fn destroy(&self, sweep: &EntryKey, id: &AttributeValue) -> Result<(), TableError> {
        let answer = self
            .client
            .delete_item()
            .table_name(&self.names.messages)
            .key("person", s(sweep.person.as_str()))
            .key("id", id.clone())
            .send()
            .await;
        answer.map_err(|error| TableError::of("DeleteItem", error))?;
        Ok(())
    }
}

impl NewEntry {
    /// What was said to `person` goes, in time.
    pub fn erase(person: &PersonKey, (cause, nth): (&str, usize), erased_at: Moment) -> Self {
        Self::Erase {
            key: EntryKey {
                person: person.clone(),
                id: EntryId::caused_by(cause, nth),
            },
            erased_at,
        }
    }
}

impl Transaction<'_> {
    /// The person is forgotten, if nobody has changed them since they were read; `entry` sees to what was said.
    pub fn erase(&mut self, known: &Known, user_ids: &[UserId], (cause, nth): (&str, usize)) {
        let names = &self.tables().names;
        let (people, codes) = (names.people.clone(), names.codes.clone());
        let person = self.name().clone();
        self.destroy_person(known);
        self.forget_balance();
        for UserId { user, holds } in user_ids {
            let alias = Delete::builder()
                .table_name(&people)
                .key("person", s(alias_key(user)))
                .condition_expression("#to = :person")
                .expression_attribute_names("#to", "to")
                .expression_attribute_values(":person", s(person.as_str()));
            self.delete(Part::Alias, alias);
            if !holds {
                continue;
            }
            let apart = Delete::builder()
                .table_name(&people)
                .key("person", s(user.as_str()))
                .condition_expression("attribute_not_exists(#link)")
                .expression_attribute_names("#link", "link");
            self.delete(Part::Alias, apart);
            for purpose in [LINK, STEP_UP] {
                let code = Delete::builder()
                    .table_name(&codes)
                    .key("person", s(user.as_str()))
                    .key("purpose", s(purpose));
                self.delete(Part::Code, code);
            }
        }
        let now = self.now();
        self.entry(&NewEntry::erase(&person, (cause, nth), now));
        for id in user_ids.iter().filter(|id| id.holds) {
            self.entry(&NewEntry::erase(&id.user, (cause, nth), now));
            self.audit_erased(&id.user, cause);
        }
    }

    fn delete(&mut self, part: Part, delete: aws_sdk_dynamodb::types::builders::DeleteBuilder) {
        // Every required field is set by whoever calls.
        let delete = delete.build().expect(COMPLETE);
        self.line(part, TransactWriteItem::builder().delete(delete).build());
    }
}
