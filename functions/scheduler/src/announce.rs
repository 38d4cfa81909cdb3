//! An announcement goes out: every minute the next people on the list get an entry each, due one after another until the
//! next round, so that answers find room between them. Each entry is named after the announcement and written once, and how
//! far down the list it is stands in the table: whoever goes on, after whatever, tells nobody twice.

use aws::queue::{BATCH, LONGEST_DELAY, QueueMessage, QueueName};
use aws::tables::{NewEntry, Reader, Sending, TableError};
use aws::telemetry;
use domain::announcement::Words;
use domain::ids::EntryKey;
use domain::outbox::{News, Reply};
use domain::policy::{ANNOUNCE_GAP, ANNOUNCE_PAGE};
use domain::texts;
use domain::time::Moment;
use futures::future::try_join_all;

use crate::{App, NEEDS_MS};

/// Entries that are written at the same time.
const AT_ONCE: usize = 10;

/// How many people have been written to in this round.
pub(crate) async fn run(app: &App, deadline: i64) -> Result<u64, TableError> {
    let now = app.clock.now();
    let sending = app.tables.sending(now).await?;
    let Some(mut sending) = sending.filter(|sending| sending.next_at <= now) else {
        return Ok(0);
    };
    let most = u64::from(app.announce_per_minute);
    let mut told = 0;
    while told < most && !sending.place.is_end() {
        if deadline.saturating_sub(app.clock.millis()) < NEEDS_MS {
            telemetry::count("announce_out_of_time");
            break;
        }
        let page = u32::try_from(most - told).unwrap_or(ANNOUNCE_PAGE);
        let (people, behind) = app
            .tables
            .listed(&sending.place, page.min(ANNOUNCE_PAGE))
            .await?;
        let readers = app.tables.readers(&people, now).await?;
        let entries = entries(app, &sending, &readers, (told, most), now);
        write(app, &entries, now).await?;
        let written = u64::try_from(readers.len()).unwrap_or_default();
        told += written;
        // Staff may have ended it, or another instance is at it: whoever has an entry by now gets the message.
        let next = app
            .tables
            .sent_as_far_as(sending, behind, written, now.plus(ANNOUNCE_GAP))
            .await?;
        wake(app, &entries, now).await;
        match next {
            Some(next) => sending = next,
            None => return Ok(told),
        }
    }
    if sending.place.is_end() {
        telemetry::count("announcement_done");
    }
    Ok(told)
}

/// An entry for each reader and when it is due: spread over the minute, those before them in this round first.
fn entries(
    app: &App,
    sending: &Sending,
    readers: &[Reader],
    (told, most): (u64, u64),
    now: Moment,
) -> Vec<(NewEntry, Moment)> {
    let cause = format!("announce-{}", sending.announcement.id);
    let mut entries = Vec::new();
    for (nth, reader) in (told..).zip(readers) {
        let wait = nth.saturating_mul(60) / most.max(1);
        let from = reader.not_before.unwrap_or(now);
        let due_at = from.plus(i64::try_from(wait).unwrap_or(0));
        let reply = notice(&sending.announcement.words, reader);
        let parts = app
            .tables
            .sends(&reader.person, &reader.address, &reply, (&cause, 0), now);
        let parts = parts.into_iter().map(|part| part.not_before(due_at));
        entries.extend(parts.map(|part| (part, due_at)));
    }
    entries
}

fn notice(words: &Words, reader: &Reader) -> Reply {
    let text = words.to(reader.language);
    Reply::from(texts::service_notice(reader.language, text))
        .language(reader.language)
        .news(News::Service {
            text: text.to_owned(),
        })
}

async fn write(app: &App, entries: &[(NewEntry, Moment)], now: Moment) -> Result<(), TableError> {
    for some in entries.chunks(AT_ONCE) {
        let puts = some
            .iter()
            .map(|(entry, _)| app.tables.put_once(entry, now));
        try_join_all(puts).await?;
    }
    Ok(())
}

/// Each is looked at when it is due; where a ticket is lost, or it is too long until then for one, the relay does so within
/// its minute.
async fn wake(app: &App, entries: &[(NewEntry, Moment)], now: Moment) {
    let ready = entries.iter().filter(|(entry, _)| entry.is_first());
    let soon = ready.filter(|(_, due_at)| due_at.since(now) <= LONGEST_DELAY);
    let tickets: Vec<_> = soon
        .map(|(entry, due_at)| {
            let key: &EntryKey = entry.key();
            QueueMessage::later(key, due_at.since(now))
        })
        .collect();
    for some in tickets.chunks(BATCH) {
        if let Err(error) = app.queue.send(QueueName::Wake, some).await {
            telemetry::failure("wake", &error);
        }
    }
}
