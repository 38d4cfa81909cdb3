//! Invoices that may be paid, as the table sees them. Each look is conditional on the one before.

use domain::flash_event::RECEIVED;
use domain::ids::{EntryKey, PersonKey};
use domain::outbox::{Delivery, Kind};
use domain::state::Sealed;
use domain::time::Moment;
use domain::watched::Watched;
use secrecy::ExposeSecret;

use super::claim::settle;
use super::commit::CommitError;
use super::{Known, NewEntry, Part, TableError, Tables, n, s};
use crate::keys::{Place, SealError};

const TABLE: &str = "messages";

/// What the timer of an invoice says when it is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watch {
    /// It is time for the look of this number.
    Due {
        watched: Box<Watched>,
        look: u32,
    },
    NotDue(Moment),
    /// Its end was told, or there was nobody to tell; what was said may not have been published.
    Done,
    /// Never there, or forgotten.
    Nothing,
}

fn place(person: &PersonKey) -> Place<'_> {
    Place {
        table: TABLE,
        field: "watched",
        person,
    }
}

impl Tables {
    pub(super) fn seal_watched(&self, person: &PersonKey, watched: &Watched) -> Sealed {
        let text = serde_json::to_string(watched).unwrap_or_default();
        self.keys().seal(place(person), &text)
    }

    pub async fn watch(&self, key: &EntryKey, now: Moment) -> Result<Watch, TableError> {
        let Some(item) = self.entry(key, now).await? else {
            return Ok(Watch::Nothing);
        };
        let (Kind::Expire, Some(sealed)) = (item.kind, &item.watched) else {
            return Ok(Watch::Nothing);
        };
        match (item.delivery, item.due_at) {
            (Delivery::Pending, Some(due)) if now < due => Ok(Watch::NotDue(due)),
            (Delivery::Pending, Some(_)) => {
                let text = self.open(place(&key.person), sealed, now).await?;
                let watched = serde_json::from_str(text.expose_secret());
                let watched = watched.map_err(|_| TableError::Sealed {
                    table: TABLE,
                    source: SealError::Refused,
                })?;
                Ok(Watch::Due {
                    watched: Box::new(watched),
                    look: item.look,
                })
            }
            (Delivery::Done, _) => Ok(Watch::Done),
            _ => Ok(Watch::Nothing),
        }
    }

    /// The look of the number `before` has come to nothing, the one of the number `next` comes then. False: another
    /// delivery of the same record was faster.
    pub async fn look_later(
        &self,
        key: &EntryKey,
        before: u32,
        next: u32,
        at: Moment,
    ) -> Result<bool, TableError> {
        let update = self
            .update_entry(key)
            .update_expression("SET look = :next, due_at = :at")
            .condition_expression(
                "delivery = :pending AND (look = :before OR (:before = :first AND attribute_not_exists(look)))",
            )
            .expression_attribute_values(":pending", s("pending"))
            .expression_attribute_values(":before", n(before))
            .expression_attribute_values(":first", n(0))
            .expression_attribute_values(":next", n(next))
            .expression_attribute_values(":at", n(at.unix()));
        settle(update.send().await.map(|_| ()))
    }

    /// The timer is done and the person, unchanged since they were read, is told what became of the invoice. Of a payment
    /// only if nobody has told of it before, [`CommitError::Changed`] with [`Part::Event`] otherwise; and whatever is
    /// remembered of the balance is old.
    pub async fn end_watch(
        &self,
        timer: &EntryKey,
        known: &Known,
        paid: Option<&Watched>,
        says: &[NewEntry],
        now: Moment,
    ) -> Result<(), CommitError> {
        let mut transaction = self.transaction(&timer.person, now);
        transaction.person_as_read(known);
        transaction.line(Part::Entry, self.timer_done(timer));
        if let Some(watched) = paid {
            let hash = watched.payment_hash.as_str();
            transaction.event(&watched.account, RECEIVED, hash, says, None);
            transaction.balance_changed();
        }
        for entry in says {
            transaction.entry(entry);
        }
        transaction.commit().await
    }
}
