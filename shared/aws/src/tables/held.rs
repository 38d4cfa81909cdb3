//! News that wait, as the tables see them: each sealed, under the moment it waits for, with one timer for each moment. What
//! is remembered of the person's news ([`SeenBefore`]) puts telling, holding and releasing in one order.

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem, Update};
use domain::counts::Counts;
use domain::guard::Guard;
use domain::ids::{EntryId, EntryKey, PersonKey};
use domain::notification::{Held, Seen};
use domain::outbox::{Delivery, Kind};
use domain::policy::{HELD_MOST, MESSAGE_MEMORY};
use domain::state::{Person, Sealed, Standing};
use domain::time::Moment;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::claim::settle;
use super::commit::{COMPLETE, Condition};
use super::items::{GuardItem, PersonItem, StandingItem, entry_id};
use super::read::{guard_key, standing_key};
use super::schema::DUE_KEY;
use super::seen::{SeenBefore, seen_key, seen_of};
use super::{
    CommitError, Item, NewEntry, Part, TableError, Tables, Transaction, has_ended, n, read, s,
    write,
};
use crate::keys::Place;
use crate::telemetry;

const TABLE: &str = "messages";

/// How the sort key of what waits begins.
pub(super) const HELD: &str = "held#";

/// `messages`, key `person`, `held#until#at#nth#cause`: in the order in which it happened, and within a second in the order
/// in which it came. The release before writes no `nth`, and reads it as a part of the name.
#[derive(Debug, Serialize, Deserialize)]
struct HeldItem {
    person: PersonKey,
    id: String,
    created_at: Moment,
    expires_at: Moment,
    /// What has caused it, and causes what is said of it.
    cause: String,
    /// Sealed.
    held: Sealed,
}

/// Something that waits.
#[derive(Clone, Copy, Debug)]
pub struct Hold<'a> {
    /// Its name among all that happens to the person, of letters, digits and `-`. What is said of it is caused by this.
    pub cause: &'a str,
    /// When it happened.
    pub at: Moment,
    /// How many wait for the same moment, with it.
    pub nth: u32,
    pub until: Moment,
    /// None: it is only counted.
    pub held: Option<&'a Held>,
}

/// Something that has waited, with its place in the table.
#[derive(Clone, Debug)]
pub struct HeldNews {
    id: String,
    pub cause: String,
    /// None: it can't be read any more.
    pub held: Option<Held>,
}

/// All that decides what somebody is told of what has waited.
#[derive(Clone, Debug)]
pub struct Heard {
    pub key: PersonKey,
    pub person: Person,
    pub standing: Standing,
    pub guard: Guard,
    /// None: they are not known any more.
    pub address: Option<Sealed>,
    pub seen: SeenBefore,
    version: Option<u64>,
}

/// What becomes of news that have waited.
#[derive(Clone, Copy, Debug)]
pub struct HoldEnd<'a> {
    /// They go.
    pub held: &'a [HeldNews],
    /// In their place.
    pub says: &'a [NewEntry],
    /// As it is to be remembered from now on.
    pub seen: &'a Seen,
    pub counts: &'a Counts,
}

/// What a timer says for which news wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldTimer {
    /// Its time has come, for what waits until then.
    Due {
        until: Moment,
    },
    NotDue(Moment),
    /// Done before; what it gave rise to may not have been published.
    Done {
        gave: Vec<EntryKey>,
    },
    /// Never there, or forgotten.
    Nothing,
}

fn place(person: &PersonKey) -> Place<'_> {
    Place {
        table: TABLE,
        field: "held",
        person,
    }
}

fn waiting_for(until: Moment) -> String {
    format!("{HELD}{:011}#", until.unix())
}

impl NewEntry {
    /// What `person` waits for until `until` is told then.
    pub fn release(person: &PersonKey, until: Moment) -> Self {
        Self::Release {
            key: EntryKey {
                person: person.clone(),
                id: EntryId::caused_by(&format!("held-{}", until.unix()), 0),
            },
            until,
        }
    }

    /// Whatever waits for `person` and is due by what they have just said is told now. The message that said so is `cause`.
    pub fn release_sooner(person: &PersonKey, cause: &str, now: Moment) -> Self {
        Self::Release {
            key: EntryKey {
                person: person.clone(),
                id: EntryId::caused_by(&format!("{cause}-sooner"), 0),
            },
            until: now,
        }
    }
}

impl Tables {
    /// Person, standing, guard and what is remembered, in one read.
    pub async fn heard(&self, person: &PersonKey, now: Moment) -> Result<Heard, TableError> {
        let (standing_key, guard_key, seen_key) =
            (standing_key(person), guard_key(person), seen_key(person));
        let keys = [person.as_str(), &standing_key, &guard_key, &seen_key];
        let wanted = keys.map(|key| Item::from([("person".to_owned(), s(key))]));
        let found = self
            .batch_get(&[(&self.names.people, wanted.to_vec())])
            .await?;
        let mut items: Vec<_> = found.into_values().flatten().collect();
        items.retain(|item| !has_ended(item, now));
        let mut take = |key: &str| {
            let named = |item: &Item| item.get("person") == Some(&s(key));
            let at = items.iter().position(named)?;
            Some(items.swap_remove(at))
        };
        let person_item = take(person.as_str()).map(|item| read::<PersonItem>("people", item));
        let standing = take(&standing_key).map(|item| read::<StandingItem>("people", item));
        let guard = take(&guard_key).map(|item| read::<GuardItem>("people", item));
        let seen = take(&seen_key).map(seen_of).transpose()?;
        let (person_item, standing) = (person_item.transpose()?, standing.transpose()?);
        let (version, address, value) = match person_item {
            Some(item) => (Some(item.version), Some(item.address), item.value),
            None => (None, None, Person::default()),
        };
        Ok(Heard {
            key: person.clone(),
            person: value,
            standing: standing.map_or_else(Standing::default, |item| item.value),
            guard: guard
                .transpose()?
                .map_or_else(Guard::default, |item| item.guard),
            address,
            seen: seen.unwrap_or_default(),
            version,
        })
    }

    pub async fn hold_timer(&self, key: &EntryKey, now: Moment) -> Result<HoldTimer, TableError> {
        let Some(item) = self.entry(key, now).await? else {
            return Ok(HoldTimer::Nothing);
        };
        let (Kind::Expire, Some(until)) = (item.kind, item.held_until) else {
            return Ok(HoldTimer::Nothing);
        };
        Ok(match (item.delivery, item.due_at) {
            (Delivery::Pending, Some(due)) if now < due => HoldTimer::NotDue(due),
            (Delivery::Pending, Some(_)) => HoldTimer::Due { until },
            (Delivery::Done, _) => {
                let gave = item.gave.into_iter().map(|id| EntryKey {
                    person: key.person.clone(),
                    id,
                });
                HoldTimer::Done {
                    gave: gave.collect(),
                }
            }
            _ => HoldTimer::Nothing,
        })
    }

    /// What waits for that moment, in the order in which it happened.
    pub async fn held(
        &self,
        person: &PersonKey,
        until: Moment,
        now: Moment,
    ) -> Result<Vec<HeldNews>, TableError> {
        let most = i32::try_from(HELD_MOST).unwrap_or(i32::MAX);
        let items = self.begins_with(person, &waiting_for(until), most).await?;
        let mut found = Vec::new();
        for item in items {
            let item: HeldItem = read(TABLE, item)?;
            let held = match self.open(place(person), &item.held, now).await {
                Err(error) if error.is_damage() => {
                    telemetry::failure("held", &error);
                    None
                }
                opened => serde_json::from_str(opened?.expose_secret()).ok(),
            };
            found.push(HeldNews {
                id: item.id,
                cause: item.cause,
                held,
            });
        }
        Ok(found)
    }

    /// The timer rings once more then. False: it has done its work.
    pub async fn put_off(&self, timer: &EntryKey, until: Moment) -> Result<bool, TableError> {
        let update = self
            .update_entry(timer)
            .update_expression("SET due_at = :until")
            .condition_expression("delivery = :pending")
            .expression_attribute_values(":until", n(until.unix()))
            .expression_attribute_values(":pending", s("pending"));
        settle(update.send().await.map(|_| ()))
    }

    /// The timer is done, and all of `end` with it. Nothing of it if the person or what was remembered of them has changed
    /// since `heard` was read.
    pub async fn end_hold(
        &self,
        timer: &EntryKey,
        heard: &Heard,
        end: &HoldEnd<'_>,
        now: Moment,
    ) -> Result<(), CommitError> {
        let HoldEnd {
            held,
            says,
            seen,
            counts,
        } = *end;
        let mut transaction = self.transaction(&timer.person, now);
        transaction.person_at(heard.version);
        transaction.seen(&heard.seen, seen);
        transaction.line(Part::Entry, self.hold_done(timer, says));
        for news in held {
            let gone = Delete::builder()
                .table_name(&self.names.messages)
                .key("person", s(timer.person.as_str()))
                .key("id", s(&news.id));
            let gone = gone.build().expect(COMPLETE);
            transaction.line(
                Part::Entry,
                TransactWriteItem::builder().delete(gone).build(),
            );
        }
        for entry in says {
            transaction.entry(entry);
        }
        for (name, times) in counts.iter() {
            transaction.count(name, times);
        }
        transaction.commit().await
    }

    fn hold_done(&self, timer: &EntryKey, says: &[NewEntry]) -> TransactWriteItem {
        let gave = says.iter().filter(|entry| entry.is_ready_to_send());
        let gave = gave.map(|entry| s(entry.key().id.as_str()));
        let update = Update::builder()
            .table_name(&self.names.messages)
            .key("person", s(timer.person.as_str()))
            .key("id", s(entry_id(&timer.id)))
            .update_expression(
                "SET delivery = :done, #rank = :rank, gave = :gave REMOVE due_shard, due_at",
            )
            .condition_expression("delivery = :pending")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":done", s("done"))
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":rank", n(Delivery::Done.rank()))
            .expression_attribute_values(
                ":gave",
                aws_sdk_dynamodb::types::AttributeValue::L(gave.collect()),
            );
        let update = update.build().expect(COMPLETE);
        TransactWriteItem::builder().update(update).build()
    }
}

impl Transaction<'_> {
    /// It waits, with a timer, which is worth a ticket in the queue `wake`. If the timer has done its work, [`Part::Entry`] has
    /// changed: decide again.
    pub fn hold(&mut self, hold: &Hold<'_>) {
        let (me, now) = (self.name().clone(), self.now());
        if let Some(held) = hold.held {
            let text = serde_json::to_string(held).unwrap_or_default();
            let item = HeldItem {
                id: format!(
                    "{}{:011}#{:04}#{}",
                    waiting_for(hold.until),
                    hold.at.unix(),
                    hold.nth,
                    hold.cause
                ),
                created_at: now,
                expires_at: hold.until.max(now).plus(MESSAGE_MEMORY),
                cause: hold.cause.to_owned(),
                held: self.tables().keys().seal(place(&me), &text),
                person: me.clone(),
            };
            let table = self.tables().names.messages.clone();
            self.put(Part::Entry, &table, write(&item), Condition::absent());
        }
        self.ring(&NewEntry::release(&me, hold.until));
    }

    /// A timer that is there rings when it would have rung: it may have been hastened or put off.
    fn ring(&mut self, timer: &NewEntry) {
        let mut item = write(&self.tables().entry_item(timer, self.now()));
        let condition = Condition::absent_or_waiting(self.now());
        let mut update = Update::builder()
            .table_name(&self.tables().names.messages)
            .condition_expression(condition.expression)
            .set_expression_attribute_values(condition.values);
        for key in ["person", "id"] {
            if let Some(value) = item.remove(key) {
                update = update.key(key, value);
            }
        }
        let mut sets = Vec::new();
        for (nth, (name, value)) in item.into_iter().enumerate() {
            sets.push(if name == DUE_KEY.1 {
                format!("#n{nth} = if_not_exists(#n{nth}, :v{nth})")
            } else {
                format!("#n{nth} = :v{nth}")
            });
            update = update
                .expression_attribute_names(format!("#n{nth}"), name)
                .expression_attribute_values(format!(":v{nth}"), value);
        }
        let update = update.update_expression(format!("SET {} REMOVE gave", sets.join(", ")));
        let update = update.build().expect(COMPLETE);
        let update = TransactWriteItem::builder().update(update).build();
        self.line(Part::Entry, update);
    }
}
