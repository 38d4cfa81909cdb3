//! `operator restore`: from a copy of `people` as it was at some second, back into the stack's own table, less what people
//! have ended since. `audit` says who: it stands, and is never restored beside `people`.
//!
//! Only what the stack's table lacks is written, so that a second run, or one that was cut off, goes on where it was; into
//! what stands there go STOP, blocks and locks alone. Where the copy may give more than somebody has now, it gives less:
//! they link again, or are asked again.

mod ids;
mod locks;
mod moment;
mod report;
mod since;
mod standings;
mod table;

use std::collections::BTreeSet;
use std::error::Error;

use aws_sdk_dynamodb::Client;
use domain::time::Moment;

use self::ids::Ids;
pub use self::moment::moment;
use self::moment::of_copy;
pub use self::report::Restored;
use self::since::{Fate, Since, text};
use self::standings::is_taken_back;
use self::table::{Brought, Pages, bring, replace, standing};

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
    #[error("nothing says of when the copy is: --since")]
    NoTime,
    #[error("AWS says that the copy is of {0}, and not of --since: leave that out")]
    OtherTime(String),
    #[error("AWS is still making the copy")]
    InProgress,
    #[error("the copy is of \"{0}\", and not of the stack's own table: --source-table")]
    OtherTable(String),
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
    /// Of which table the copy is, where that is another than the stack's own: of a stack that is gone.
    pub source: Option<&'a str>,
    /// Of when the copy is, where AWS does not say so.
    pub since: Option<Moment>,
    pub now: Moment,
    /// Nothing is written without it.
    pub write: bool,
}

/// Looks through audit and copy, and writes what the stack's own table lacks.
pub async fn restore(client: &Client, how: &Restore<'_>) -> Result<Restored, RestoreError> {
    if how.copy == how.people {
        return Err(RestoreError::SameTable);
    }
    if how.since.is_some_and(|since| since >= how.now) {
        return Err(RestoreError::Time);
    }
    let at = of_copy(client, how).await?;
    let mut report = Restored {
        written: how.write,
        since: Some(at),
        ..Restored::default()
    };
    let mut since = ended_since(client, how, at, &mut report).await?;
    let mut back = BTreeSet::new();
    let mut copied = Pages::of(client, how.copy);
    while let Some(page) = copied.next().await? {
        for item in page {
            let key = text(&item, "person").to_owned();
            let (item, lost) = match since.fate(item, how.now) {
                Fate::Erased => {
                    report.erased += 1;
                    continue;
                }
                Fate::Pointer => {
                    report.pointers += 1;
                    continue;
                }
                Fate::Ended => {
                    report.ended += 1;
                    continue;
                }
                Fate::Back(item, lost) => (item, lost),
            };
            match bring(client, how, &item).await? {
                Brought::Back => {
                    report.back += 1;
                    report.without_link += u64::from(lost.link);
                    report.asked_again += u64::from(lost.agreements);
                    report.roles_taken += u64::from(lost.role);
                    back.insert(key);
                }
                Brought::Merged => report.merged += 1,
                Brought::Stood => report.stood += 1,
                Brought::Changed => report.changed += 1,
            }
        }
    }
    if how.write {
        let later = ended_since(client, how, at, &mut report).await?;
        take_back(client, how, (&since, &later), &back, &mut report).await?;
        since = later;
    }
    hold(client, how, &since, &mut report).await?;
    Ok(report)
}

/// What `audit` says, as it is now.
async fn ended_since(
    client: &Client,
    how: &Restore<'_>,
    at: Moment,
    report: &mut Restored,
) -> Result<Since, RestoreError> {
    let entry = |at: Moment| format!("{:011}", at.unix());
    let (exactly, from) = (entry(at), entry(at.plus(-MARGIN)));
    let mut since = Since::default();
    (report.lines, report.before) = (0, 0);
    let mut newest = String::new();
    let mut lines = Pages::of(client, how.audit);
    while let Some(page) = lines.next().await? {
        for line in page {
            let entry = text(&line, "at_entry");
            if entry > newest.as_str() {
                entry.clone_into(&mut newest);
            }
            if entry >= from.as_str() {
                let is_since = entry >= exactly.as_str();
                report.lines += u64::from(is_since);
                report.before += u64::from(!is_since);
                since.note(&line);
            }
        }
    }
    let newest = newest.split('#').next().and_then(|at| at.parse().ok());
    report.newest = newest.map(Moment::from_unix);
    if report.newest.is_none() {
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
    Ok(since)
}

/// Whoever left while the copy was brought back finds nothing of it either, if it still is as it was brought.
async fn take_back(
    client: &Client,
    how: &Restore<'_>,
    (before, later): (&Since, &Since),
    back: &BTreeSet<String>,
    report: &mut Restored,
) -> Result<(), RestoreError> {
    if before == later {
        return Ok(());
    }
    let mut copied = Pages::of(client, how.copy);
    while let Some(page) = copied.next().await? {
        for item in page {
            if !back.contains(text(&item, "person")) {
                continue;
            }
            let fates = (
                before.fate(item.clone(), how.now),
                later.fate(item, how.now),
            );
            let (was, is) = match fates {
                (Fate::Back(was, _), Fate::Back(is, _)) if was == is => continue,
                (Fate::Back(was, _), Fate::Back(is, _)) => (was, Some(is)),
                (Fate::Back(was, _), _) => (was, None),
                _ => continue,
            };
            let is_gone = u64::from(is.is_none());
            if replace(client, how, &was, is).await? {
                report.meanwhile += 1;
                report.back -= is_gone;
            } else if standing(client, how, &was).await?.is_some() {
                report.changed += 1;
            }
        }
    }
    Ok(())
}

/// STOP and locks since the copy hold for whoever has nothing in it that could say so, and for what stood in the table.
async fn hold(
    client: &Client,
    how: &Restore<'_>,
    since: &Since,
    report: &mut Restored,
) -> Result<(), RestoreError> {
    for stop in since.stops() {
        let brought = bring(client, how, &stop).await?;
        let stands = standing(client, how, &stop).await?;
        let said = standings::stop(&stop).unwrap_or_default();
        if brought == Brought::Changed {
            report.changed += 1;
        } else if stands.is_some_and(|stands| is_taken_back(&stands, said)) {
            report.started += 1;
        } else {
            report.opted_out += 1;
        }
    }
    for lock in since.locks(how.now) {
        match bring(client, how, &lock).await? {
            Brought::Changed => report.changed += 1,
            Brought::Back | Brought::Merged | Brought::Stood => report.locked += 1,
        }
    }
    Ok(())
}
