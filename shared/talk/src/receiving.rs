//! Codes to be paid by.

use aws::queue::{QueueMessage, QueueName};
use aws::tables::{Known, NewEntry, Transaction};
use aws::{pictures, telemetry};
use domain::conversation::{FreshInvoice, InvoiceFor};
use domain::flash::FlashTrouble;
use domain::ids::{EntryId, EntryKey, PersonKey};
use domain::policy::PICTURE_LIFE;
use domain::time::Moment;
use domain::watched::{Watched, first_look};

use crate::Talk;

/// A fresh invoice, and where its picture can be had.
pub(crate) async fn invoice(
    talk: &Talk,
    known: &Known,
    asked: &InvoiceFor,
    now: Moment,
) -> Result<FreshInvoice, FlashTrouble> {
    let made = talk
        .flash
        .invoice(&asked.wallet, asked.cents, asked.memo.as_deref())
        .await;
    let invoice = talk.at_flash().judged(known, made, now).await?;
    let picture = pictures::name(
        &talk.tables.keys(),
        &known.state.key,
        &invoice.payment_request,
        now.plus(PICTURE_LIFE),
    );
    Ok(FreshInvoice {
        invoice,
        picture: format!("{}/qr/{picture}", talk.public_base_url),
    })
}

/// The timer of an invoice whose payment is waited for.
pub(crate) fn watch(
    transaction: &mut Transaction<'_>,
    person: &PersonKey,
    cause: &str,
    watched: Box<Watched>,
) -> NewEntry {
    let timer = NewEntry::Watch {
        key: EntryKey {
            person: person.clone(),
            id: EntryId::caused_by(&format!("{cause}-invoice"), 0),
        },
        watched,
    };
    transaction.entry(&timer);
    timer
}

/// An invoice is looked at even if its timer is not published, up to a minute late: the relay finds it.
pub(crate) async fn publish(talk: &Talk, timer: &NewEntry, now: Moment) {
    let NewEntry::Watch { key, watched } = timer else {
        return;
    };
    let wait = first_look(watched.issued_at).since(now);
    let ticket = QueueMessage::later(key, wait);
    if let Err(error) = talk.queue.send(QueueName::Watch, &[ticket]).await {
        telemetry::failure("publish", &error);
    }
}
