//! The end of a code's life, as the table sees it.

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use domain::ids::EntryKey;
use domain::outbox::{Delivery, Kind};
use domain::time::Moment;

use super::commit::CommitError;
use super::items::entry_id;
use super::{NewEntry, Part, TableError, Tables, n, s};

/// What a timer entry says when it is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Its time has come: the code named so must go.
    Due {
        challenge: String,
    },
    NotDue(Moment),
    /// Done before; what it said may not have been published.
    Done,
    /// Never there.
    Nothing,
}

impl Tables {
    pub async fn timer(&self, key: &EntryKey, now: Moment) -> Result<Timer, TableError> {
        let Some(item) = self.entry(key, now).await? else {
            return Ok(Timer::Nothing);
        };
        Ok(
            match (item.kind, item.delivery, item.due_at, item.challenge) {
                (Kind::Expire, Delivery::Pending, Some(due), _) if now < due => Timer::NotDue(due),
                (Kind::Expire, Delivery::Pending, Some(_), Some(challenge)) => {
                    Timer::Due { challenge }
                }
                (Kind::Expire, Delivery::Done, ..) => Timer::Done,
                _ => Timer::Nothing,
            },
        )
    }

    /// The code goes, the timer is done and the person is told, all in one; [`CommitError::Changed`] with
    /// [`Part::Code`] if that code was no longer there to go.
    pub async fn end_code(
        &self,
        timer: &EntryKey,
        challenge: &str,
        says: &[NewEntry],
        now: Moment,
    ) -> Result<(), CommitError> {
        let mut transaction = self.transaction(&timer.person, now);
        transaction.destroy_code(challenge);
        transaction.line(Part::Entry, self.timer_done(timer));
        for entry in says {
            transaction.entry(entry);
        }
        transaction.commit().await
    }

    /// The timer found nothing to do.
    pub async fn close_timer(&self, timer: &EntryKey, now: Moment) -> Result<(), TableError> {
        let report = super::Report::ended(Delivery::Done, None);
        self.report(timer, &report, now).await.map(|_| ())
    }

    fn timer_done(&self, timer: &EntryKey) -> TransactWriteItem {
        let update = Update::builder()
            .table_name(&self.names.messages)
            .key("person", s(timer.person.as_str()))
            .key("id", s(entry_id(&timer.id)))
            .update_expression("SET delivery = :done, #rank = :rank REMOVE due_shard, due_at")
            .condition_expression("delivery = :pending")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":done", s("done"))
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":rank", n(Delivery::Done.rank()))
            .build();
        // Every required field is set above.
        update.map_or_else(
            |_| TransactWriteItem::builder().build(),
            |update| TransactWriteItem::builder().update(update).build(),
        )
    }
}
