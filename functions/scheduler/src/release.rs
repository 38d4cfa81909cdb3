//! News that waited for quiet hours, the full hour, the evening or the end of a busy hour are told: by what their person
//! wants when their moment has come, each once, in order.

use aws::batch::Again;
use aws::queue::{BATCH, QueueMessage, QueueName};
use aws::tables::{
    CommitError, Heard, HeldNews, HoldEnd, HoldTimer, NewEntry, Part, TableError, pause,
};
use aws::telemetry;
use domain::address::WhatsAppAddress;
use domain::counts::{self, Counts};
use domain::ids::EntryKey;
use domain::notification::{Held, Listener, Release, Released, Why, release};
use domain::policy::COMMIT_TRIES;
use domain::preferences::Topic;
use domain::time::Moment;

use crate::App;

pub(crate) async fn run(app: &App, timer: &EntryKey) -> Result<(), Again> {
    let now = app.clock.now();
    match app.tables.hold_timer(timer, now).await? {
        HoldTimer::Nothing => Ok(()),
        HoldTimer::NotDue(due) => wake(app, timer, due.since(now)).await,
        // Whoever did the work may not have come this far.
        HoldTimer::Done { gave } => publish(app, &gave).await,
        HoldTimer::Due { until } => in_order(app, timer, until).await,
    }
}

/// What began to wait before that comes first, if it should have been told by now: by what they have said meanwhile it may be
/// due earlier than its own timer knows.
async fn in_order(app: &App, timer: &EntryKey, until: Moment) -> Result<(), Again> {
    let now = app.clock.now();
    let heard = app.tables.heard(&timer.person, now).await?;
    let Some(address) = address(app, &heard, now).await? else {
        return due(app, timer, until, Some(heard)).await;
    };
    let (preferences, seen) = (&heard.standing.preferences, &heard.seen.seen);
    let zone = preferences.zone(&address);
    for (waits, at) in seen.hastened(preferences, &zone, now) {
        put_off(app, &timer_of(timer, waits), at, now).await?;
    }
    let before = seen.before(until, preferences, &zone, now);
    if before.is_empty() {
        return due(app, timer, until, Some(heard)).await;
    }
    for until in before {
        let timer = timer_of(timer, until);
        match app.tables.hold_timer(&timer, now).await? {
            HoldTimer::Due { .. } | HoldTimer::NotDue(_) => {
                due(app, &timer, until, None).await?;
            }
            HoldTimer::Done { .. } | HoldTimer::Nothing => {}
        }
    }
    due(app, timer, until, None).await
}

/// The timer of what waits until `until`, for the same person.
fn timer_of(timer: &EntryKey, until: Moment) -> EntryKey {
    NewEntry::release(&timer.person, until).key().clone()
}

/// `timer` rings once more `at` that moment.
async fn put_off(app: &App, timer: &EntryKey, at: Moment, now: Moment) -> Result<(), Again> {
    if app.tables.put_off(timer, at).await? {
        wake(app, timer, at.since(now)).await?;
    }
    Ok(())
}

/// `heard`: as it has just been read.
async fn due(
    app: &App,
    timer: &EntryKey,
    until: Moment,
    mut heard: Option<Heard>,
) -> Result<(), Again> {
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let now = app.clock.now();
        // In this order: what is added between the two reads has changed what is remembered.
        let heard = match heard.take() {
            Some(heard) => heard,
            None => app.tables.heard(&timer.person, now).await?,
        };
        let waits = app.tables.held(&timer.person, until, now).await?;
        let address = address(app, &heard, now).await?;
        let held: Vec<Held> = waits.iter().filter_map(|news| news.held.clone()).collect();
        let released = match decided(&heard, address.as_ref(), &held, until, now) {
            Release::Now(released) => *released,
            Release::PutOff(later) => return put_off(app, timer, later, now).await,
        };
        let says = entries(app, timer, address.as_ref(), &waits, &released, now);
        let counts = counted(&released, &held, &waits, heard.seen.seen.more(until));
        let end = HoldEnd {
            held: &waits,
            says: &says,
            seen: &released.seen,
            counts: &counts,
        };
        match app.tables.end_hold(timer, &heard, &end, now).await {
            Ok(()) => {
                follow(&waits, &released, &says);
                let ready = says.iter().filter(|entry| entry.is_ready_to_send());
                let ready: Vec<_> = ready.map(|entry| entry.key().clone()).collect();
                return publish(app, &ready).await;
            }
            // The person has done something, or something more has happened to them.
            Err(CommitError::Changed(Part::Person | Part::Seen)) => {}
            // Another delivery of the same record was faster.
            Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {
                let timer = app.tables.hold_timer(timer, app.clock.now()).await?;
                if let HoldTimer::Done { gave } = timer {
                    return publish(app, &gave).await;
                }
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

/// Where the person is written to. None: they are not known any more, or it can't be read.
async fn address(
    app: &App,
    heard: &Heard,
    now: Moment,
) -> Result<Option<WhatsAppAddress>, TableError> {
    let Some(address) = &heard.address else {
        return Ok(None);
    };
    match app.tables.open_address(&heard.key, address, now).await {
        Err(error) if error.is_damage() => {
            telemetry::failure("recipient", &error);
            Ok(None)
        }
        opened => opened.map(Some),
    }
}

fn decided(
    heard: &Heard,
    address: Option<&WhatsAppAddress>,
    held: &[Held],
    until: Moment,
    now: Moment,
) -> Release {
    let Some(address) = address else {
        let muted = held.iter().map(|held| (held.told.topic(), Why::NotLinked));
        return Release::Now(Box::new(Released {
            says: Vec::new(),
            muted: muted.collect(),
            seen: heard.seen.seen.released(until),
        }));
    };
    let listener = Listener {
        person: &heard.person,
        standing: &heard.standing,
        guard: &heard.guard,
        address,
    };
    release(held, until, listener, &heard.seen.seen, now)
}

/// What is told alone is caused by what has happened, what is told together by the timer.
fn entries(
    app: &App,
    timer: &EntryKey,
    address: Option<&WhatsAppAddress>,
    waits: &[HeldNews],
    released: &Released,
    now: Moment,
) -> Vec<NewEntry> {
    let Some(address) = address else {
        return Vec::new();
    };
    let readable: Vec<_> = waits.iter().filter(|news| news.held.is_some()).collect();
    let says = released.says.iter().flat_map(|says| {
        let cause = match &says.tells[..] {
            [one] => readable.get(*one).map(|news| news.cause.as_str()),
            _ => None,
        };
        let cause = (cause.unwrap_or(timer.id.as_str()), 0);
        app.tables
            .sends(&timer.person, address, &says.reply, cause, now)
    });
    says.collect()
}

/// Each of Flash's events that was told can be followed to the entry that tells it.
fn follow(waits: &[HeldNews], released: &Released, says: &[NewEntry]) {
    let readable: Vec<_> = waits.iter().filter(|news| news.held.is_some()).collect();
    let firsts = says.iter().filter(|entry| entry.is_first());
    for (told, entry) in released.says.iter().zip(firsts) {
        for news in told.tells.iter().filter_map(|nth| readable.get(*nth)) {
            let trace = news.cause.trim_start_matches("event-");
            telemetry::released(trace, entry.key());
        }
    }
}

/// What is told and what is not; of what was only counted (`more`) nothing is known but how often.
fn counted(released: &Released, held: &[Held], waits: &[HeldNews], more: u32) -> Counts {
    let mut counts = Counts::default();
    let tells = released.says.iter().flat_map(|says| &says.tells);
    for held in tells.filter_map(|nth| held.get(*nth)) {
        counts.add(&counts::told(held.told.topic()), 1);
    }
    for (_, why) in &released.muted {
        counts.add(&counts::muted(*why), 1);
    }
    let damaged = u64::try_from(waits.len() - held.len()).unwrap_or(0);
    counts.add(&counts::muted(Why::SomethingElse), damaged);
    let of_more = if released.says.is_empty() {
        counts::muted(Why::SomethingElse)
    } else {
        counts::told(Topic::SomethingElse)
    };
    counts.add(&of_more, u64::from(more));
    counts
}

async fn wake(app: &App, timer: &EntryKey, wait: i64) -> Result<(), Again> {
    let ticket = QueueMessage::later(timer, wait);
    app.queue.send(QueueName::Wake, &[ticket]).await?;
    Ok(())
}

async fn publish(app: &App, entries: &[EntryKey]) -> Result<(), Again> {
    let tickets: Vec<_> = entries
        .iter()
        .map(|key| QueueMessage::now(key, 0))
        .collect();
    for some in tickets.chunks(BATCH) {
        app.queue.send(QueueName::Send, some).await?;
    }
    Ok(())
}
