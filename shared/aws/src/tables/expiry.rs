//! The end of a code's life and of a key's, as the table sees them.

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use domain::ids::EntryKey;
use domain::outbox::{Delivery, Kind};
use domain::parting::Parting;
use domain::time::Moment;

use super::commit::CommitError;
use super::items::entry_id;
use super::{Known, NewEntry, Part, TableError, Tables, n, s};

/// What a timer entry says when it is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Its time has come: the code named so must go.
    Due {
        challenge: String,
    },
    /// The same of a code in the Flash app.
    AppCodeDue {
        challenge: String,
    },
    /// Its time has come: the key named so ends soon, or has ended.
    KeyDue {
        key_id: String,
    },
    /// Its time has come: what was said to the person before goes.
    EraseDue {
        erased_at: Moment,
    },
    /// Its time has come: the person's requests for money from before are over.
    LetGoDue {
        let_go_at: Moment,
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
        Ok(match (item.kind, item.delivery, item.due_at) {
            (Kind::Expire, Delivery::Pending, Some(due)) if now < due => Timer::NotDue(due),
            (Kind::Expire, Delivery::Pending, Some(_)) => {
                match (item.challenge, item.key_id, item.app_challenge) {
                    (Some(challenge), ..) => Timer::Due { challenge },
                    (None, Some(key_id), _) => Timer::KeyDue { key_id },
                    (None, None, Some(challenge)) => Timer::AppCodeDue { challenge },
                    (None, None, None) => match (item.erased_at, item.let_go_at) {
                        (Some(erased_at), _) => Timer::EraseDue { erased_at },
                        (None, Some(let_go_at)) => Timer::LetGoDue { let_go_at },
                        (None, None) => Timer::Nothing,
                    },
                }
            }
            (Kind::Expire, Delivery::Done, _) => Timer::Done,
            _ => Timer::Nothing,
        })
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

    /// As [`Tables::end_code`], of a code in the Flash app.
    pub async fn end_app_code(
        &self,
        timer: &EntryKey,
        challenge: &str,
        says: &[NewEntry],
        now: Moment,
    ) -> Result<(), CommitError> {
        let mut transaction = self.transaction(&timer.person, now);
        transaction.destroy_app_code(challenge);
        transaction.line(Part::Entry, self.timer_done(timer));
        for entry in says {
            transaction.entry(entry);
        }
        transaction.commit().await
    }

    /// The timer is done and the person, unchanged since they were read, is told that the key ends; the next timer waits.
    pub async fn remind(
        &self,
        timer: &EntryKey,
        known: &Known,
        entries: &[NewEntry],
        now: Moment,
    ) -> Result<(), CommitError> {
        let mut transaction = self.transaction(&timer.person, now);
        if let Some(address) = known.address() {
            transaction.person(known, &known.state.person, address);
        }
        transaction.line(Part::Entry, self.timer_done(timer));
        for entry in entries {
            transaction.entry(entry);
        }
        transaction.commit().await
    }

    /// The timer is done, the link goes, and the person is told.
    pub async fn end_link(
        &self,
        timer: &EntryKey,
        known: &Known,
        parting: &Parting,
        says: &[NewEntry],
        now: Moment,
    ) -> Result<(), CommitError> {
        let mut transaction = self.transaction(&timer.person, now);
        transaction.part(known, parting, timer.id.as_str());
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

    pub(super) fn timer_done(&self, timer: &EntryKey) -> TransactWriteItem {
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
