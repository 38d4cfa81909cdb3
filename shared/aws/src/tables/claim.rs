//! Sending, as the table sees it: claim under a lease, then record what became of it. The state only moves forward.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::ids::{EntryKey, MessageSid};
use domain::outbox::{Delivery, Kind, Shape};
use domain::policy::CALLBACK_LATE;
use domain::sending::Because;
use domain::time::Moment;

use super::items::{Entry, EntryItem, due_shard, entry_id};
use super::{TableError, Tables, has_ended, n, read, s};

const OPERATION: &str = "UpdateItem";

/// What came of trying to claim an entry.
#[derive(Debug)]
pub enum Claim {
    /// Ours to send until the lease ends.
    Mine(Box<Entry>),
    /// It was not worth sending any more, and is now recorded as dropped.
    Dropped(Because),
    /// Its time has not come.
    NotDue(Moment),
    /// Somebody else is at it until then.
    Leased(Moment),
    /// Whoever was at it never said how it ended; now in doubt, to be looked for at once.
    Abandoned,
    /// It is sealed under a key that nobody has, or damaged; left as it is, to be tried again then.
    Unopened {
        error: TableError,
        due_at: Moment,
    },
    /// Nothing is left to do.
    Settled(Delivery),
    Absent,
}

/// A report about an entry.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    pub delivery: Delivery,
    pub sid: Option<&'a MessageSid>,
    pub error_code: Option<u32>,
    /// Of [`Delivery::Dropped`].
    pub because: Option<Because>,
}

impl<'a> Report<'a> {
    /// Twilio has the message under this SID, and says how far it has come.
    pub const fn of(delivery: Delivery, sid: &'a MessageSid, error_code: Option<u32>) -> Self {
        Self {
            delivery,
            sid: Some(sid),
            error_code,
            because: None,
        }
    }

    /// It was not taken, or needs no taking.
    pub const fn ended(delivery: Delivery, error_code: Option<u32>) -> Self {
        Self {
            delivery,
            sid: None,
            error_code,
            because: None,
        }
    }

    pub const fn dropped(because: Because) -> Self {
        Self {
            delivery: Delivery::Dropped,
            sid: None,
            error_code: None,
            because: Some(because),
        }
    }
}

/// How a message that WhatsApp could not deliver is tried again.
#[derive(Clone, Debug)]
pub struct OnceMore<'a> {
    /// The message that failed.
    pub sid: &'a MessageSid,
    pub error_code: Option<u32>,
    /// Failures that were read.
    pub failures: u32,
    pub due_at: Moment,
    pub shape: Shape,
}

impl Tables {
    pub(super) fn update_entry(&self, key: &EntryKey) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.names.messages)
            .key("person", s(key.person.as_str()))
            .key("id", s(entry_id(&key.id)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// Pending and due becomes sending, for us alone, and is read in the same call.
    pub async fn claim(
        &self,
        key: &EntryKey,
        now: Moment,
        lease_until: Moment,
    ) -> Result<Claim, TableError> {
        let answer = self
            .update_entry(key)
            .update_expression("SET delivery = :sending, #rank = :rank, lease_until = :lease, due_at = :lease, claimed_at = :now, attempt = attempt + :one")
            .condition_expression("kind = :send AND delivery = :pending AND due_at <= :now AND ends_at > :now AND attribute_not_exists(part_before)")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":send", s("send"))
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":sending", s("sending"))
            .expression_attribute_values(":rank", n(Delivery::Sending.rank()))
            .expression_attribute_values(":lease", n(lease_until.unix()))
            .expression_attribute_values(":now", n(now.unix()))
            .expression_attribute_values(":one", n(1))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        let item = match answer {
            Ok(answer) => {
                let item: EntryItem = read("messages", answer.attributes.unwrap_or_default())?;
                return match self.open_entry(key, &item, now).await {
                    Ok(entry) => Ok(Claim::Mine(Box::new(entry))),
                    Err(error) => self.unopened(key, &item, error, now).await,
                };
            }
            Err(error) => condition_failed(error)?,
        };
        let Some(item) = item.filter(|item| !has_ended(item, now)) else {
            return Ok(Claim::Absent);
        };
        let item: EntryItem = read("messages", item)?;
        match item.delivery {
            Delivery::Pending if item.kind == Kind::Send && item.ends_at <= now => {
                let because = Because::TooLate;
                self.report(key, &Report::dropped(because), now).await?;
                Ok(Claim::Dropped(because))
            }
            Delivery::Pending if item.part_before.is_some() => Ok(Claim::Absent),
            Delivery::Pending => Ok(item.due_at.map_or(Claim::Absent, Claim::NotDue)),
            Delivery::Sending => {
                if let Some(until) = item.lease_until.filter(|until| now < *until) {
                    return Ok(Claim::Leased(until));
                }
                self.doubt(key, now).await?;
                Ok(Claim::Abandoned)
            }
            settled => Ok(Claim::Settled(settled)),
        }
    }

    /// What was claimed can't be opened. Nothing has been sent, so it is pending again.
    async fn unopened(
        &self,
        key: &EntryKey,
        item: &EntryItem,
        error: TableError,
        now: Moment,
    ) -> Result<Claim, TableError> {
        let due_at = now.plus(item.class.wait(item.attempt));
        self.put_back(key, due_at).await?;
        Ok(Claim::Unopened { error, due_at })
    }

    /// Twilio has refused it for now: pending again, due later. The attempt stays counted.
    pub async fn put_back(&self, key: &EntryKey, due_at: Moment) -> Result<(), TableError> {
        let answer = self
            .update_entry(key)
            .update_expression(
                "SET delivery = :pending, #rank = :rank, due_at = :due REMOVE lease_until",
            )
            .condition_expression("delivery = :sending")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":rank", n(Delivery::Pending.rank()))
            .expression_attribute_values(":sending", s("sending"))
            .expression_attribute_values(":due", n(due_at.unix()))
            .send()
            .await;
        settle(answer.map(|_| ())).map(|_| ())
    }

    /// Not now, and not counted as an attempt: due later. False if it is not pending and due.
    pub async fn postpone(
        &self,
        key: &EntryKey,
        now: Moment,
        due_at: Moment,
    ) -> Result<bool, TableError> {
        let answer = self
            .update_entry(key)
            .update_expression("SET due_at = :due, postponed = if_not_exists(postponed, :none) + :one")
            .condition_expression("kind = :send AND delivery = :pending AND due_at <= :now AND ends_at > :now AND attribute_not_exists(part_before)")
            .expression_attribute_values(":send", s("send"))
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":due", n(due_at.unix()))
            .expression_attribute_values(":now", n(now.unix()))
            .expression_attribute_values(":none", n(0))
            .expression_attribute_values(":one", n(1))
            .send()
            .await;
        settle(answer.map(|_| ()))
    }

    /// Raises the entry to what was reported, with the code of this failure, not of one before; false if it already stood there or higher, or does not exist.
    /// The SID is kept even when the state is not news: it may come from either side first.
    /// What has been taken but not received is looked at once more, [`CALLBACK_LATE`] from now.
    pub async fn report(
        &self,
        key: &EntryKey,
        report: &Report<'_>,
        now: Moment,
    ) -> Result<bool, TableError> {
        let mut set = "SET delivery = :delivery, #rank = :rank".to_owned();
        // A report about another message says nothing about this entry, wherever it was sent; of a message that failed
        // before, only its receipt still counts.
        let same = match (report.sid, report.delivery) {
            (None, _) => "",
            (Some(_), Delivery::Delivered | Delivery::Read) => {
                " AND (attribute_not_exists(sid) OR sid = :sid OR contains(former_sids, :sid))"
            }
            (Some(_), _) => {
                " AND (attribute_not_exists(sid) OR sid = :sid) AND (attribute_not_exists(former_sids) OR NOT contains(former_sids, :sid))"
            }
        };
        let mut update = self
            .update_entry(key)
            .condition_expression(format!("attribute_exists(person) AND #rank < :rank{same}"))
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":delivery", value(report.delivery))
            .expression_attribute_values(":rank", n(report.delivery.rank()));
        if let Some(sid) = report.sid {
            set.push_str(", sid = :sid");
            update = update.expression_attribute_values(":sid", s(sid.as_str()));
        }
        if let Some(code) = report.error_code {
            set.push_str(", error_code = :code");
            update = update.expression_attribute_values(":code", n(code));
        }
        if let Some(because) = report.because {
            set.push_str(", because = :because");
            update = update.expression_attribute_values(":because", value(because));
        }
        if matches!(report.delivery, Delivery::Queued | Delivery::Sent) {
            set.push_str(", due_at = :late, due_shard = :shard REMOVE lease_until");
            update = update
                .expression_attribute_values(":late", n(now.plus(CALLBACK_LATE).unix()))
                .expression_attribute_values(":shard", n(due_shard(&key.id)));
        } else {
            set.push_str(" REMOVE due_shard, due_at, lease_until");
        }
        let raised = settle(update.update_expression(set).send().await.map(|_| ()))?;
        if let (false, Some(sid)) = (raised, report.sid) {
            let keep = self
                .update_entry(key)
                .update_expression("SET sid = :sid")
                .condition_expression("attribute_exists(person) AND attribute_not_exists(sid) AND (attribute_not_exists(former_sids) OR NOT contains(former_sids, :sid))")
                .expression_attribute_values(":sid", s(sid.as_str()));
            settle(keep.send().await.map(|_| ()))?;
        }
        Ok(raised)
    }

    /// A message that Twilio took and WhatsApp could not deliver is to be sent again; false if that is not, or no
    /// longer, how the entry stands.
    pub async fn once_more(
        &self,
        key: &EntryKey,
        again: &OnceMore<'_>,
    ) -> Result<bool, TableError> {
        let mut set = "SET delivery = :pending, #rank = :rank, due_at = :due, due_shard = :shard, failures = :after, former_sids = list_append(if_not_exists(former_sids, :none), :sids), shape = :shape".to_owned();
        let mut update = self.update_entry(key);
        if let Some(code) = again.error_code {
            set.push_str(", error_code = :code");
            update = update.expression_attribute_values(":code", n(code));
        }
        set.push_str(" REMOVE sid, lease_until");
        let answer = update
            .update_expression(set)
            .condition_expression("kind = :send AND #rank < :failed AND (attribute_not_exists(failures) OR failures = :before) AND ends_at > :due AND (attribute_not_exists(sid) OR sid = :sid) AND (attribute_not_exists(former_sids) OR NOT contains(former_sids, :sid))")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":send", s("send"))
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":rank", n(Delivery::Pending.rank()))
            .expression_attribute_values(":failed", n(Delivery::Failed.rank()))
            .expression_attribute_values(":due", n(again.due_at.unix()))
            .expression_attribute_values(":shard", n(due_shard(&key.id)))
            .expression_attribute_values(":before", n(again.failures))
            .expression_attribute_values(":after", n(again.failures.saturating_add(1)))
            .expression_attribute_values(":none", AttributeValue::L(Vec::new()))
            .expression_attribute_values(":sids", AttributeValue::L(vec![s(again.sid.as_str())]))
            .expression_attribute_values(":sid", s(again.sid.as_str()))
            .expression_attribute_values(":shape", value(again.shape))
            .send()
            .await;
        settle(answer.map(|_| ()))
    }

    /// The part before has gone: this one is due. False if it was told before, or has ended.
    pub async fn release_part(&self, part: &EntryKey, now: Moment) -> Result<bool, TableError> {
        let answer = self
            .update_entry(part)
            .update_expression("SET due_at = :now REMOVE part_before")
            .condition_expression("delivery = :pending AND attribute_exists(part_before)")
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":now", n(now.unix()))
            .send()
            .await;
        settle(answer.map(|_| ()))
    }

    /// An entry as it stands, opened, with how far it has come; None if there is none.
    pub async fn sent_entry(
        &self,
        key: &EntryKey,
        now: Moment,
    ) -> Result<Option<(Entry, Delivery)>, TableError> {
        let Some(item) = self.entry(key, now).await? else {
            return Ok(None);
        };
        if item.kind != Kind::Send {
            return Ok(None);
        }
        Ok(Some((
            self.open_entry(key, &item, now).await?,
            item.delivery,
        )))
    }
}

/// A unit variant serialises to its name.
pub(super) fn value<T: serde::Serialize>(name: T) -> AttributeValue {
    serde_dynamo::to_attribute_value(name).unwrap_or_else(|_| s("unknown"))
}

/// The item as it stood when the condition did not hold, where it was asked for; any other error stays one.
pub(super) fn condition_failed<R>(
    error: SdkError<UpdateItemError, R>,
) -> Result<Option<super::Item>, TableError>
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    if let Some(UpdateItemError::ConditionalCheckFailedException(failed)) = error.as_service_error()
    {
        return Ok(failed.item.clone());
    }
    Err(TableError::of(OPERATION, error))
}

pub(super) fn settle<R>(
    answer: Result<(), SdkError<UpdateItemError, R>>,
) -> Result<bool, TableError>
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match answer {
        Ok(()) => Ok(true),
        Err(error) => condition_failed(error).map(|_| false),
    }
}
