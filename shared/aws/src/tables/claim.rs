//! Sending, as the table sees it: claim under a lease, then record what became of it. The state only moves forward.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::ids::{EntryKey, MessageSid};
use domain::outbox::Delivery;
use domain::time::Moment;

use super::items::{Entry, EntryItem, entry_id};
use super::{TableError, Tables, has_ended, n, read, s};

const OPERATION: &str = "UpdateItem";

/// What came of trying to claim an entry.
#[derive(Debug)]
pub enum Claim {
    /// Ours to send until the lease ends.
    Mine(Box<Entry>),
    /// It was not worth sending any more, and is now recorded as dropped.
    Dropped,
    /// Its time has not come.
    NotDue(Moment),
    /// Somebody else is at it until then.
    Leased(Moment),
    /// Whoever was at it never said how it ended; now in doubt, to be looked for at once.
    Abandoned,
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
            .condition_expression("kind = :send AND delivery = :pending AND due_at <= :now AND ends_at > :now")
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
                return Ok(Claim::Mine(Box::new(self.open_entry(key, &item)?)));
            }
            Err(error) => condition_failed(error)?,
        };
        let Some(item) = item.filter(|item| !has_ended(item, now)) else {
            return Ok(Claim::Absent);
        };
        let item: EntryItem = read("messages", item)?;
        match item.delivery {
            Delivery::Pending if item.ends_at <= now => {
                self.report(
                    key,
                    &Report {
                        delivery: Delivery::Dropped,
                        sid: None,
                        error_code: None,
                    },
                )
                .await?;
                Ok(Claim::Dropped)
            }
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

    /// Raises the entry to what was reported; false if it already stood there or higher, or does not exist.
    /// The SID is kept even when the state is not news: it may come from either side first.
    pub async fn report(&self, key: &EntryKey, report: &Report<'_>) -> Result<bool, TableError> {
        let mut set = "SET delivery = :delivery, #rank = :rank".to_owned();
        // A report about another message says nothing about this entry, wherever it was sent.
        let same = if report.sid.is_some() {
            " AND (attribute_not_exists(sid) OR sid = :sid)"
        } else {
            ""
        };
        let mut update = self
            .update_entry(key)
            .condition_expression(format!("attribute_exists(person) AND #rank < :rank{same}"))
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":delivery", delivery_value(report.delivery))
            .expression_attribute_values(":rank", n(report.delivery.rank()));
        if let Some(sid) = report.sid {
            set.push_str(", sid = :sid");
            update = update.expression_attribute_values(":sid", s(sid.as_str()));
        }
        if let Some(code) = report.error_code {
            set.push_str(", error_code = if_not_exists(error_code, :code)");
            update = update.expression_attribute_values(":code", n(code));
        }
        set.push_str(" REMOVE due_shard, due_at, lease_until");
        let raised = settle(update.update_expression(set).send().await.map(|_| ()))?;
        if let (false, Some(sid)) = (raised, report.sid) {
            let keep = self
                .update_entry(key)
                .update_expression("SET sid = :sid")
                .condition_expression("attribute_exists(person) AND attribute_not_exists(sid)")
                .expression_attribute_values(":sid", s(sid.as_str()));
            settle(keep.send().await.map(|_| ()))?;
        }
        Ok(raised)
    }
}

fn delivery_value(delivery: Delivery) -> aws_sdk_dynamodb::types::AttributeValue {
    // A unit variant serialises to its name.
    serde_dynamo::to_attribute_value(delivery).unwrap_or_else(|_| s("unknown"))
}

/// The item as it stood when the condition did not hold, where it was asked for; any other error stays one.
fn condition_failed<R>(
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
