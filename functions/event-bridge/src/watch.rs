//! One look at an invoice that may be paid.

use aws::batch::Again;
use aws::queue::{QueueMessage, QueueName};
use aws::tables::{CommitError, Known, NewEntry, Part, TableError, Watch, pause};
use aws::telemetry;
use domain::flash::InvoiceStatus;
use domain::ids::{EntryId, EntryKey};
use domain::policy::COMMIT_TRIES;
use domain::time::Moment;
use domain::watched::{Look, Watched};

use crate::App;

pub(crate) async fn run(app: &App, timer: EntryKey) -> Result<(), Again> {
    let now = app.clock.now();
    match app.tables.watch(&timer, now).await? {
        Watch::Nothing => Ok(()),
        Watch::NotDue(due) => look_again(app, &timer, due.since(now)).await,
        // Whoever did the work may not have come this far. An entry that was never written is found absent by the sender.
        Watch::Done => publish(app, &timer).await,
        Watch::Due { watched, look } => Box::pin(due(app, &timer, &watched, look)).await,
    }
}

async fn due(app: &App, timer: &EntryKey, watched: &Watched, look: u32) -> Result<(), Again> {
    let mut status = None;
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let now = app.clock.now();
        let known = app.tables.read_person(&timer.person, None, now).await?;
        if !watched.is_wanted(&known.state, now) {
            app.tables.close_timer(timer, now).await?;
            return Ok(());
        }
        if status.is_none() {
            status = ask(app, &known, watched).await;
        }
        let now = app.clock.now();
        let found = watched.look(look, status, now);
        if let Look::Again { look: next, at } = found {
            if app.tables.look_later(timer, look, next, at).await? {
                look_again(app, timer, at.since(now)).await?;
            }
            return Ok(());
        }
        match tell(app, timer, &known, watched, found, now).await {
            Ok(told) => {
                if told {
                    publish(app, timer).await?;
                }
                return Ok(());
            }
            // The person did something meanwhile, which may have been to unlink.
            Err(CommitError::Changed(Part::Person)) => {}
            // Somebody else has told of this payment.
            Err(CommitError::Changed(Part::Event)) => {
                app.tables.close_timer(timer, now).await?;
                return Ok(());
            }
            // Another delivery of the same record was faster.
            Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {
                return publish(app, timer).await;
            }
            Err(CommitError::Table(error)) => return Err(error.into()),
        }
    }
    Err(Again::Table(TableError::Retryable {
        operation: "TransactWriteItems",
        code: "Contended".to_owned(),
        source: None,
    }))
}

/// None: Flash does not say, or is not worth asking now.
async fn ask(app: &App, known: &Known, watched: &Watched) -> Option<InvoiceStatus> {
    if known.state.flash_is_down {
        return None;
    }
    match app.flash.invoice_status(&watched.payment_request).await {
        Ok(status) => Some(status),
        Err(error) => {
            telemetry::failure("invoice_status", &error);
            None
        }
    }
}

/// Ends the timer with what there is to say. False: nothing.
async fn tell(
    app: &App,
    timer: &EntryKey,
    known: &Known,
    watched: &Watched,
    found: Look,
    now: Moment,
) -> Result<bool, CommitError> {
    let entries = match known.address() {
        Some(address) => {
            let address = app.tables.open_address(&timer.person, address, now).await?;
            let reply = watched.says(found, &known.state, &address);
            let cause = (timer.id.as_str(), 0);
            let sends = |reply| {
                app.tables
                    .sends(&timer.person, &address, &reply, cause, now)
            };
            reply.map_or_else(Vec::new, sends)
        }
        None => Vec::new(),
    };
    let paid = (found == Look::Paid).then_some(watched);
    app.tables
        .end_watch(timer, known, paid, &entries, now)
        .await?;
    telemetry::count(match found {
        Look::Paid => "invoice_paid",
        Look::RanOut => "invoice_ran_out",
        Look::NeverSaid | Look::Again { .. } => "invoice_undecided",
    });
    Ok(entries.iter().any(NewEntry::is_ready_to_send))
}

async fn look_again(app: &App, timer: &EntryKey, wait: i64) -> Result<(), Again> {
    let ticket = QueueMessage::later(timer, wait);
    app.queue.send(QueueName::Watch, &[ticket]).await?;
    Ok(())
}

async fn publish(app: &App, timer: &EntryKey) -> Result<(), Again> {
    let says = EntryKey {
        person: timer.person.clone(),
        id: EntryId::caused_by(timer.id.as_str(), 0),
    };
    let ticket = QueueMessage::now(&says, 0);
    app.queue.send(QueueName::Send, &[ticket]).await?;
    Ok(())
}
