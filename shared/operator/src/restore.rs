//! `operator restore`: from a copy of `people` as it was at some second, back into the stack's own table, less what people
//! have ended since. `audit` says who: it stands, and is never restored beside `people`.
//!
//! Only what the stack's table lacks is written, so that a second run, or one that was cut off, goes on where it was. Where
//! the copy may give more than somebody has now, it gives less: they link again, or are asked again.

mod report;
mod since;
mod table;

use std::collections::BTreeSet;
use std::error::Error;

use aws::tables::Item;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::conversation::Event;
use domain::time::Moment;

pub use self::report::Restored;
use self::since::{Fate, Ids, Since, text};
use self::table::{Pages, put};

/// A line of `audit` has the moment at which its request began; what it did was written later, by as long as a function runs
/// and is tried again. So lines from this long before the copy count as well, in seconds: it gives less, and never more.
const MARGIN: i64 = 300;

/// Why it could not go on; what was written stays, and a second run goes on.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error("the copy and the stack's own table are the same")]
    SameTable,
    #[error("a time is wanted as 2026-11-22T10:00:00Z, and one that is past")]
    Time,
    #[error("{0} has no line of an audit: nobody would be known to have left")]
    NoAudit(String),
    #[error("dynamodb: {table} can't be used: {why}")]
    Table {
        table: String,
        why: String,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// Which tables, and of when the copy is.
#[derive(Clone, Debug)]
pub struct Restore<'a> {
    /// The copy that point-in-time recovery made.
    pub copy: &'a str,
    /// The stack's own.
    pub people: &'a str,
    pub audit: &'a str,
    pub since: Moment,
    pub now: Moment,
    /// Nothing is written without it.
    pub write: bool,
}

/// Looks through audit and copy, and writes what the stack's own table lacks.
pub async fn restore(client: &Client, how: &Restore<'_>) -> Result<Restored, RestoreError> {
    if how.copy == how.people {
        return Err(RestoreError::SameTable);
    }
    if how.since >= how.now {
        return Err(RestoreError::Time);
    }
    let mut since = Since::default();
    let from = format!("{:011}", how.since.plus(-MARGIN).unix());
    let (mut all, mut counted) = (0, 0);
    let mut lines = Pages::of(client, how.audit);
    while let Some(page) = lines.next().await? {
        for line in page {
            all += u64::from(!text(&line, "at_entry").is_empty());
            if text(&line, "at_entry") >= from.as_str() {
                counted += 1;
                since.note(&line);
            }
        }
    }
    if all == 0 {
        return Err(RestoreError::NoAudit(how.audit.to_owned()));
    }
    let mut ids = Ids::default();
    let mut copied = Pages::of(client, how.copy);
    while let Some(page) = copied.next().await? {
        for item in page {
            ids.note(&item, &since.erased);
        }
    }
    since.erased.extend(ids.held());

    let mut report = Restored {
        written: how.write,
        lines: counted,
        ..Restored::default()
    };
    let mut standing = BTreeSet::new();
    let mut copied = Pages::of(client, how.copy);
    while let Some(page) = copied.next().await? {
        for item in page {
            if let Some(person) = text(&item, "person").strip_prefix("standing#") {
                standing.insert(person.to_owned());
            }
            match since.fate(item, how.now) {
                Fate::Erased => report.erased += 1,
                Fate::Pointer => report.pointers += 1,
                Fate::Ended => report.ended += 1,
                Fate::Back(item, lost) => {
                    if put(client, how, item).await? {
                        report.back += 1;
                        report.without_link += u64::from(lost.link);
                        report.asked_again += u64::from(lost.agreements);
                        report.roles_taken += u64::from(lost.role);
                    } else {
                        report.stood += 1;
                    }
                }
            }
        }
    }
    for (person, (_, event, at)) in &since.opted {
        if *event != Event::OptedOut {
            continue;
        }
        report.opted_out += 1;
        // Whoever said it for the first time since has nothing in the copy that could say so.
        if !standing.contains(person) {
            let key = AttributeValue::S(format!("standing#{person}"));
            let item = Item::from([
                ("person".to_owned(), key),
                ("version".to_owned(), AttributeValue::N("1".to_owned())),
                ("opted_out_at".to_owned(), AttributeValue::N(at.to_string())),
            ]);
            put(client, how, item).await?;
        }
    }
    Ok(report)
}

/// As `2026-11-22T10:00:00Z`.
pub fn moment(at: &str) -> Result<Moment, RestoreError> {
    let at: jiff::Timestamp = at.parse().map_err(|_| RestoreError::Time)?;
    Ok(Moment::from_unix(at.as_second()))
}
