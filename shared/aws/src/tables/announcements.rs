//! The announcement that is drafted or goes out, and the list of those who have agreed to news: a sparse index, sharded, of
//! standings. The index proposes, the standing itself decides.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, Select, TransactWriteItem, Update};
use domain::address::WhatsAppAddress;
use domain::announcement::{Announcement, Change, Readers, Stage, Words};
use domain::ids::PersonKey;
use domain::language::Language;
use domain::notification::{Seen, When, when};
use domain::policy::{ANNOUNCEMENT_MEMORY, NEWS_COUNT_PAGES, NEWS_SHARDS};
use domain::preferences::Topic;
use domain::state::{Sealed, Standing};
use domain::time::Moment;
use futures::future::try_join_all;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;

use super::claim::settle;
use super::commit::COMPLETE;
use super::items::{PersonItem, StandingItem};
use super::read::standing_key;
use super::schema::{NEWS_INDEX, NEWS_KEY};
use super::{Item, NewEntry, Part, TableError, Tables, Transaction, has_ended, n, read, s, write};
use crate::keys::Place;

/// `cache`, the key of the one announcement.
const KEY: &str = "announcement#current";
const TABLE: &str = "cache";

/// `cache`, key `announcement#current`.
#[derive(Debug, Serialize, Deserialize)]
struct AnnouncementItem {
    key: String,
    id: String,
    stage: Stage,
    by: PersonKey,
    /// Sealed.
    words: Sealed,
    at: Moment,
    readers: Readers,
    told: u64,
    /// Raised with every page, and with every change of stage.
    version: u64,
    /// How far down the list it is: the shard, and the last of it that was looked at.
    shard: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<PersonKey>,
    /// Not looked at before then.
    next_at: Moment,
    expires_at: Moment,
}

/// An announcement that goes out, and how far down the list it is.
#[derive(Clone, Debug)]
pub struct Sending {
    pub announcement: Announcement,
    pub place: ListPlace,
    pub next_at: Moment,
    version: u64,
}

/// A place in the list: everybody of the shards before this one, and of this one up to `after`, has been looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListPlace {
    pub shard: u32,
    pub after: Option<PersonKey>,
}

impl ListPlace {
    pub const fn is_end(&self) -> bool {
        self.shard >= NEWS_SHARDS
    }
}

/// Somebody who wants news.
#[derive(Clone)]
pub struct Reader {
    pub person: PersonKey,
    pub address: WhatsAppAddress,
    pub language: Language,
    /// They may be told of the service from then on. None: now.
    pub not_before: Option<Moment>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({})", self.person.as_str())
    }
}

/// The shard under which somebody of this standing is listed, if they want news.
pub(super) fn news_shard(person: &PersonKey, standing: &Standing) -> Option<u32> {
    let shard = person.as_str().bytes().map(u32::from).sum::<u32>() % NEWS_SHARDS;
    standing.wants_news().then_some(shard)
}

fn place_of(by: &PersonKey) -> Place<'_> {
    Place {
        table: TABLE,
        field: "announcement",
        person: by,
    }
}

fn key() -> AttributeValue {
    s(KEY)
}

impl Transaction<'_> {
    /// [`Part::Announcement`] has changed if the announcement is no longer what that was decided on. `id` names a draft.
    pub fn announce(&mut self, change: &Change, id: &str) {
        let line = match change {
            Change::Draft { words, readers } => self.draft(words, *readers, id),
            Change::Start { id, .. } => self.change(id, Stage::Draft, Stage::Running),
            Change::Stop { id } => self.change(id, Stage::Running, Stage::Stopped),
        };
        self.line(Part::Announcement, line);
    }

    fn draft(&self, words: &Words, readers: Readers, id: &str) -> TransactWriteItem {
        let (tables, by, now) = (self.tables(), self.name(), self.now());
        let text = serde_json::to_string(words).unwrap_or_default();
        let item = AnnouncementItem {
            key: KEY.to_owned(),
            id: id.to_owned(),
            stage: Stage::Draft,
            by: by.clone(),
            words: tables.keys().seal(place_of(by), &text),
            at: now,
            readers,
            told: 0,
            version: 1,
            shard: 0,
            after: None,
            next_at: now,
            expires_at: now.plus(ANNOUNCEMENT_MEMORY),
        };
        let put = Put::builder()
            .table_name(&tables.names.cache)
            .set_item(Some(write(&item)))
            .condition_expression("attribute_not_exists(#key) OR stage <> :running")
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":running", stage(Stage::Running));
        // Every required field is set above.
        let put = put.build().expect(COMPLETE);
        TransactWriteItem::builder().put(put).build()
    }

    fn change(&self, id: &str, from: Stage, to: Stage) -> TransactWriteItem {
        let update = Update::builder()
            .table_name(&self.tables().names.cache)
            .key("key", key())
            .update_expression("SET stage = :to, next_at = :now ADD version :one")
            .condition_expression("id = :id AND stage = :from")
            .expression_attribute_values(":id", s(id))
            .expression_attribute_values(":from", stage(from))
            .expression_attribute_values(":to", stage(to))
            .expression_attribute_values(":now", n(self.now().unix()))
            .expression_attribute_values(":one", n(1));
        // Every required field is set above.
        let update = update.build().expect(COMPLETE);
        TransactWriteItem::builder().update(update).build()
    }
}

fn stage(stage: Stage) -> AttributeValue {
    s(match stage {
        Stage::Draft => "draft",
        Stage::Running => "running",
        Stage::Stopped => "stopped",
        Stage::Done => "done",
    })
}

impl Tables {
    async fn announcement_item(&self, now: Moment) -> Result<Option<AnnouncementItem>, TableError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.names.cache)
            .key("key", key())
            .consistent_read(true)
            .send()
            .await;
        let item = answer
            .map_err(|error| TableError::of("GetItem", error))?
            .item
            .filter(|item| !has_ended(item, now));
        item.map(|item| read(TABLE, item)).transpose()
    }

    /// The last announcement, if there has been one.
    pub async fn announcement(&self, now: Moment) -> Result<Option<Announcement>, TableError> {
        match self.announcement_item(now).await? {
            Some(item) => Ok(Some(self.opened_announcement(&item, now).await?)),
            None => Ok(None),
        }
    }

    /// The announcement that goes out at present.
    pub async fn sending(&self, now: Moment) -> Result<Option<Sending>, TableError> {
        let item = self.announcement_item(now).await?;
        let Some(item) = item.filter(|item| item.stage == Stage::Running) else {
            return Ok(None);
        };
        Ok(Some(Sending {
            announcement: self.opened_announcement(&item, now).await?,
            place: ListPlace {
                shard: item.shard,
                after: item.after,
            },
            next_at: item.next_at,
            version: item.version,
        }))
    }

    async fn opened_announcement(
        &self,
        item: &AnnouncementItem,
        now: Moment,
    ) -> Result<Announcement, TableError> {
        let words = self.open(place_of(&item.by), &item.words, now).await?;
        let words =
            serde_json::from_str(words.expose_secret()).map_err(|_| TableError::Sealed {
                table: TABLE,
                source: crate::keys::SealError::Refused,
            })?;
        Ok(Announcement {
            id: item.id.clone(),
            stage: item.stage,
            by: item.by.clone(),
            words,
            at: item.at,
            readers: item.readers,
            told: item.told,
        })
    }

    /// The announcement has come as far as `to`, where it was written for `told` more, and goes on at `next_at`. None:
    /// staff have stopped it, or somebody else is at it.
    pub async fn sent_as_far_as(
        &self,
        sending: Sending,
        to: ListPlace,
        told: u64,
        next_at: Moment,
    ) -> Result<Option<Sending>, TableError> {
        let stage_then = if to.is_end() {
            Stage::Done
        } else {
            Stage::Running
        };
        let set = "SET stage = :stage, #shard = :shard, next_at = :next, told = told + :told, version = version + :one";
        let update = self
            .client
            .update_item()
            .table_name(&self.names.cache)
            .key("key", key())
            .condition_expression("id = :id AND version = :version AND stage = :running")
            .expression_attribute_names("#shard", "shard")
            .expression_attribute_names("#after", "after")
            .expression_attribute_values(":id", s(&sending.announcement.id))
            .expression_attribute_values(":version", n(sending.version))
            .expression_attribute_values(":running", stage(Stage::Running))
            .expression_attribute_values(":stage", stage(stage_then))
            .expression_attribute_values(":shard", n(to.shard))
            .expression_attribute_values(":next", n(next_at.unix()))
            .expression_attribute_values(":told", n(told))
            .expression_attribute_values(":one", n(1));
        let update = match &to.after {
            Some(after) => update
                .update_expression(format!("{set}, #after = :after"))
                .expression_attribute_values(":after", s(after.as_str())),
            None => update.update_expression(format!("{set} REMOVE #after")),
        };
        if !settle(update.send().await.map(|_| ()))? {
            return Ok(None);
        }
        let announcement = Announcement {
            stage: stage_then,
            told: sending.announcement.told + told,
            ..sending.announcement
        };
        Ok(Some(Sending {
            announcement,
            place: to,
            next_at,
            version: sending.version + 1,
        }))
    }

    /// Up to `most` people of one shard of the list, and the place behind them.
    pub async fn listed(
        &self,
        place: &ListPlace,
        most: u32,
    ) -> Result<(Vec<PersonKey>, ListPlace), TableError> {
        let query = self
            .client
            .query()
            .table_name(&self.names.people)
            .index_name(NEWS_INDEX)
            .expression_attribute_names("#shard", NEWS_KEY.0)
            .expression_attribute_values(":shard", n(place.shard))
            .select(Select::AllProjectedAttributes)
            .limit(i32::try_from(most).unwrap_or(i32::MAX));
        let query = match &place.after {
            Some(after) => query
                .key_condition_expression("#shard = :shard AND #person > :after")
                .expression_attribute_names("#person", NEWS_KEY.1)
                .expression_attribute_values(":after", s(standing_key(after))),
            None => query.key_condition_expression("#shard = :shard"),
        };
        let answer = query.send().await;
        let answer = answer.map_err(|error| TableError::of("Query", error))?;
        let items = answer.items.unwrap_or_default();
        let people: Vec<_> = items.iter().filter_map(listed_person).collect();
        let behind = match people.last() {
            Some(last) if answer.last_evaluated_key.is_some() => ListPlace {
                shard: place.shard,
                after: Some(last.clone()),
            },
            _ => ListPlace {
                shard: place.shard + 1,
                after: None,
            },
        };
        Ok((people, behind))
    }

    /// How many are on the list, counted so far as the webhook's time allows.
    pub async fn count_listed(&self) -> Result<Readers, TableError> {
        let shards = (0..NEWS_SHARDS).map(|shard| self.count_shard(shard));
        let mut all = Readers::default();
        for shard in try_join_all(shards).await? {
            all.count += shard.count;
            all.or_more |= shard.or_more;
        }
        Ok(all)
    }

    async fn count_shard(&self, shard: u32) -> Result<Readers, TableError> {
        let mut readers = Readers::default();
        let mut from = None;
        for _ in 0..NEWS_COUNT_PAGES {
            let answer = self
                .client
                .query()
                .table_name(&self.names.people)
                .index_name(NEWS_INDEX)
                .key_condition_expression("#shard = :shard")
                .expression_attribute_names("#shard", NEWS_KEY.0)
                .expression_attribute_values(":shard", n(shard))
                .select(Select::Count)
                .set_exclusive_start_key(from.take())
                .send()
                .await;
            let answer = answer.map_err(|error| TableError::of("Query", error))?;
            readers.count += u64::try_from(answer.count).unwrap_or_default();
            from = answer.last_evaluated_key;
            if from.is_none() {
                return Ok(readers);
            }
        }
        Ok(Readers {
            or_more: true,
            ..readers
        })
    }

    /// Those of `people` who want news by now and can be reached, with their addresses. Whoever has the number of one that
    /// waits to be linked anew has agreed to nothing.
    ///
    /// How much they were told within the hour is not asked, which would be a third item for each of them: there is one
    /// announcement at a time, staff make few, and who wants none says so.
    pub async fn readers(
        &self,
        people: &[PersonKey],
        now: Moment,
    ) -> Result<Vec<Reader>, TableError> {
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let keys = people
            .iter()
            .flat_map(|person| [person.as_str().to_owned(), standing_key(person)]);
        let keys = keys.map(|key| Item::from([("person".to_owned(), s(key))]));
        let found = self
            .batch_get(&[(&self.names.people, keys.collect())])
            .await?;
        let live = found
            .into_values()
            .flatten()
            .filter(|item| !has_ended(item, now));
        let mut by_key: HashMap<String, Item> = HashMap::new();
        for item in live {
            if let Some(key) = item.get("person").and_then(|key| key.as_s().ok()) {
                by_key.insert(key.clone(), item);
            }
        }
        let mut readers = Vec::new();
        for key in people {
            let (Some(person), Some(standing)) = (
                by_key.remove(key.as_str()),
                by_key.remove(&standing_key(key)),
            ) else {
                continue;
            };
            let person: PersonItem = read("people", person)?;
            let standing: StandingItem = read("people", standing)?;
            if person.value.suspended_at.is_some() {
                continue;
            }
            let address = match self.open_address(key, &person.address, now).await {
                Err(error) if error.is_damage() => {
                    crate::telemetry::failure("recipient", &error);
                    continue;
                }
                opened => opened?,
            };
            let standing = &standing.value;
            let zone = standing.preferences.zone(&address);
            let when = when(Topic::Service, None, standing, &Seen::default(), &zone, now);
            let not_before = match when {
                When::Never(_) => continue,
                When::Now => None,
                When::At(moment) => Some(moment),
            };
            readers.push(Reader {
                person: key.clone(),
                language: person.value.language(&address),
                address,
                not_before,
            });
        }
        Ok(readers)
    }

    /// Puts an entry where there is none of its name; false: it was put before.
    pub async fn put_once(&self, entry: &NewEntry, now: Moment) -> Result<bool, TableError> {
        let item = self.entry_item(entry, now);
        let answer = self
            .client
            .put_item()
            .table_name(&self.names.messages)
            .set_item(Some(write(&item)))
            .condition_expression("attribute_not_exists(person)")
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
}

fn listed_person(item: &Item) -> Option<PersonKey> {
    let key = item.get(NEWS_KEY.1)?.as_s().ok()?;
    let key = key.strip_prefix("standing#")?;
    PersonKey::from_digest(key.to_owned()).ok()
}
