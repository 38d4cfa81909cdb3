//! Questions for the assistant, and what it remembers, as the tables see them.

use aws_sdk_dynamodb::types::{Delete, ReturnValue, TransactWriteItem, Update};
use domain::assistant::{Asked, Memory, Record};
use domain::counts::Counts;
use domain::ids::{EntryId, EntryKey, PersonKey};
use domain::outbox::{Delivery, Kind};
use domain::policy::SESSION_IDLE;
use domain::state::Sealed;
use domain::time::Moment;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::claim::{condition_failed, value};
use super::commit::{COMPLETE, Condition};
use super::items::{EntryItem, entry_id};
use super::{
    CommitError, Item, Known, NewEntry, Part, TableError, Tables, Transaction, has_ended, n, read,
    s, write,
};
use crate::keys::{Place, SealError};

const MESSAGES: &str = "messages";
const SESSIONS: &str = "sessions";

/// `sessions`, key `memory#person`.
#[derive(Debug, Serialize, Deserialize)]
struct MemoryItem {
    person: String,
    version: u64,
    expires_at: Moment,
    /// Sealed.
    memory: Sealed,
}

/// What came of trying to claim a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskClaim {
    /// Ours to answer until the lease ends. From the second attempt on the model may have been asked before.
    Mine { asked: Box<Asked>, attempt: u32 },
    /// Not before then: somebody is at it.
    NotDue(Moment),
    /// Answered, or not worth answering; what was said may not have been published.
    Done { gave: Vec<EntryKey> },
    /// Never there, or forgotten.
    Nothing,
}

/// What the assistant remembers of a person, with what its next write must still find.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryBefore {
    pub memory: Memory,
    version: Option<u64>,
}

/// What becomes of a question.
#[derive(Clone, Copy, Debug)]
pub struct AskEnd<'a> {
    pub says: &'a [NewEntry],
    /// As the conversation is remembered from now on; None: as before.
    pub memory: Option<(&'a MemoryBefore, &'a Memory)>,
    pub record: &'a Record,
    pub counts: &'a Counts,
}

fn asked_place(person: &PersonKey) -> Place<'_> {
    Place {
        table: MESSAGES,
        field: "asked",
        person,
    }
}

fn memory_place(person: &PersonKey) -> Place<'_> {
    Place {
        table: SESSIONS,
        field: "memory",
        person,
    }
}

/// Of a question that waits beside the one whether it may be asked.
fn question_place(person: &PersonKey) -> Place<'_> {
    Place {
        table: SESSIONS,
        field: "question",
        person,
    }
}

pub(super) fn memory_key(person: &PersonKey) -> String {
    format!("memory#{}", person.as_str())
}

const fn damaged(table: &'static str) -> TableError {
    TableError::Sealed {
        table,
        source: SealError::Refused,
    }
}

impl Tables {
    pub(super) fn seal_asked(&self, person: &PersonKey, asked: &Asked) -> Sealed {
        let text = serde_json::to_string(asked).unwrap_or_default();
        self.keys().seal(asked_place(person), &text)
    }

    /// A question as a session keeps it.
    pub fn seal_question(&self, person: &PersonKey, question: &str) -> Sealed {
        self.keys().seal(question_place(person), question)
    }

    pub async fn open_question(
        &self,
        person: &PersonKey,
        question: &Sealed,
        now: Moment,
    ) -> Result<String, TableError> {
        let text = self.open(question_place(person), question, now).await?;
        Ok(text.expose_secret().to_owned())
    }

    /// Due becomes due again at the end of the lease, counted, and is read in the same call.
    pub async fn claim_ask(
        &self,
        key: &EntryKey,
        now: Moment,
        lease_until: Moment,
    ) -> Result<AskClaim, TableError> {
        let answer = self
            .update_entry(key)
            .update_expression(
                "SET due_at = :lease, claimed_at = :now, attempt = attempt + :one",
            )
            .condition_expression(
                "kind = :expire AND attribute_exists(asked) AND delivery = :pending AND due_at <= :now",
            )
            .expression_attribute_values(":expire", s("expire"))
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":lease", n(lease_until.unix()))
            .expression_attribute_values(":now", n(now.unix()))
            .expression_attribute_values(":one", n(1))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        let item = match answer {
            Ok(answer) => {
                let item: EntryItem = read(MESSAGES, answer.attributes.unwrap_or_default())?;
                let sealed = item.asked.ok_or(damaged(MESSAGES))?;
                let text = self.open(asked_place(&key.person), &sealed, now).await?;
                let asked = serde_json::from_str(text.expose_secret());
                return Ok(AskClaim::Mine {
                    asked: asked.map_err(|_| damaged(MESSAGES))?,
                    attempt: item.attempt,
                });
            }
            Err(error) => condition_failed(error)?,
        };
        let Some(item) = item.filter(|item| !has_ended(item, now)) else {
            return Ok(AskClaim::Nothing);
        };
        let item: EntryItem = read(MESSAGES, item)?;
        Ok(match (item.kind, item.delivery, item.due_at) {
            (Kind::Expire, Delivery::Pending, Some(due)) if item.asked.is_some() => {
                AskClaim::NotDue(due)
            }
            (Kind::Expire, Delivery::Done, _) => AskClaim::Done {
                gave: of(&key.person, item.gave),
            },
            _ => AskClaim::Nothing,
        })
    }

    /// What the assistant remembers of the person.
    pub async fn memory(
        &self,
        person: &PersonKey,
        now: Moment,
    ) -> Result<MemoryBefore, TableError> {
        let key = Item::from([("person".to_owned(), s(memory_key(person)))]);
        let mut found = self.batch_get(&[(&self.names.sessions, vec![key])]).await?;
        let found = found
            .remove(&self.names.sessions)
            .and_then(|mut items| items.pop());
        let Some(item) = found.filter(|item| !has_ended(item, now)) else {
            return Ok(MemoryBefore::default());
        };
        let item: MemoryItem = read(SESSIONS, item)?;
        let version = Some(item.version);
        let text = match self.open(memory_place(person), &item.memory, now).await {
            // What can't be read is forgotten, rather than that nobody is answered any more.
            Err(error) if error.is_damage() => {
                return Ok(MemoryBefore {
                    memory: Memory::default(),
                    version,
                });
            }
            opened => opened?,
        };
        Ok(MemoryBefore {
            memory: serde_json::from_str(text.expose_secret()).unwrap_or_default(),
            version,
        })
    }

    /// The question is answered, or given up, if nobody else has done so and the conversation is as it was read; what was
    /// asked is not kept any longer.
    pub async fn end_ask(
        &self,
        key: &EntryKey,
        known: &Known,
        end: AskEnd<'_>,
        now: Moment,
    ) -> Result<(), CommitError> {
        let mut transaction = self.transaction(&key.person, now);
        transaction.person_as_read(known);
        transaction.session_as_read(known);
        transaction.line(Part::Entry, self.ask_done(key, end));
        if let Some((before, memory)) = end.memory {
            transaction.remember(before, memory);
        }
        for entry in end.says {
            transaction.entry(entry);
        }
        for (name, times) in end.counts.iter() {
            transaction.count(name, times);
        }
        transaction.commit().await
    }

    fn ask_done(&self, key: &EntryKey, end: AskEnd<'_>) -> TransactWriteItem {
        let ready = end.says.iter().filter(|entry| entry.is_ready_to_send());
        let gave: Vec<&EntryId> = ready.map(|entry| &entry.key().id).collect();
        let update = Update::builder()
            .table_name(&self.names.messages)
            .key("person", s(key.person.as_str()))
            .key("id", s(entry_id(&key.id)))
            .update_expression("SET delivery = :done, #rank = :rank, #record = :record, gave = :gave REMOVE due_shard, due_at, asked")
            .condition_expression("delivery = :pending AND attribute_exists(asked)")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_names("#record", "record")
            .expression_attribute_values(":done", s("done"))
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":rank", n(Delivery::Done.rank()))
            .expression_attribute_values(":record", value(end.record))
            .expression_attribute_values(":gave", value(&gave));
        let update = update.build().expect(COMPLETE);
        TransactWriteItem::builder().update(update).build()
    }
}

impl Transaction<'_> {
    /// What the assistant has heard of the person is gone.
    pub fn forget(&mut self) {
        let delete = Delete::builder()
            .table_name(&self.tables().names.sessions)
            .key("person", s(memory_key(self.name())));
        let delete = delete.build().expect(COMPLETE);
        self.line(
            Part::Memory,
            TransactWriteItem::builder().delete(delete).build(),
        );
    }

    fn remember(&mut self, before: &MemoryBefore, memory: &Memory) {
        let person = self.name().clone();
        let text = serde_json::to_string(memory).unwrap_or_default();
        let item = MemoryItem {
            person: memory_key(&person),
            version: before.version.unwrap_or(0) + 1,
            expires_at: self.now().plus(SESSION_IDLE),
            memory: self.tables().keys().seal(memory_place(&person), &text),
        };
        let table = self.tables().names.sessions.clone();
        let condition = Condition::version(before.version, self.now());
        self.put(Part::Memory, &table, write(&item), condition);
    }
}

fn of(person: &PersonKey, ids: Vec<EntryId>) -> Vec<EntryKey> {
    let key = |id| EntryKey {
        person: person.clone(),
        id,
    };
    ids.into_iter().map(key).collect()
}
