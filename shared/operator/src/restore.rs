//! `operator restore`: from a copy of `people` as it was at some second, back into the stack's own table, less what people
//! have ended since. `audit` says who: it stands, and is never restored beside `people`.
//!
//! Only what the stack's table lacks is written, so that a second run, or one that was cut off, goes on where it was. Where
//! the copy may give more than somebody has now, it gives less: they link again, or are asked again.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;
use std::time::Duration;

use aws::tables::Item;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::conversation::Event;
use domain::policy::STRANGER_MEMORY;
use domain::time::Moment;

/// Items of one page, and the pause after it.
const PAGE: i32 = 500;
const PAUSE: Duration = Duration::from_millis(100);

/// A line of `audit` has the moment at which its request began; what it did was written later, by as long as a function runs
/// and is tried again. So lines from this long before the copy count as well, in seconds: it gives less, and never more.
const MARGIN: i64 = 300;

/// After these the link of the copy is not brought back: it has ended, is another, or was in doubt.
const LINK_ENDS: [Event; 9] = [
    Event::Linked,
    Event::MovedHere,
    Event::MovedAway,
    Event::UnlinkedByPerson,
    Event::UnlinkedByStaff,
    Event::UnlinkedCredentialGone,
    Event::LinkSuspended,
    Event::ChatLocked,
    Event::LockedByStaff,
];
/// After these the agreements of the copy are not those that hold.
const AGREEMENTS_END: [Event; 2] = [Event::ConsentAnswered, Event::AlertsWithdrawn];

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

/// What was done, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    written: bool,
    /// Of `audit` that count: since then, and from shortly before.
    pub lines: u64,
    /// Brought back, and of these such as have lost something.
    pub back: u64,
    pub without_link: u64,
    pub asked_again: u64,
    pub roles_taken: u64,
    /// STOP since then.
    pub opted_out: u64,
    /// Not brought back: of the erased, ended, or about what waited then.
    pub erased: u64,
    pub pointers: u64,
    pub ended: u64,
    /// Already in the stack's table, and left as it is there.
    pub stood: u64,
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let did = if self.written {
            "brought back"
        } else {
            "would be brought back, with --write"
        };
        let lines = [
            (self.lines, "lines of the audit since then"),
            (self.back, did),
            (self.without_link, "of them without a link: they link again"),
            (
                self.asked_again,
                "of them without agreements: they are asked again",
            ),
            (
                self.roles_taken,
                "of them without the role they had: operator roles grant",
            ),
            (self.opted_out, "who have said STOP since"),
            (self.erased, "items of the erased, left out"),
            (self.pointers, "pointers to links that ended, left out"),
            (self.ended, "items past their end, left out"),
            (self.stood, "that stand in the table, left as they are"),
        ];
        for (count, what) in lines {
            writeln!(f, "{count} {what}")?;
        }
        Ok(())
    }
}

/// What `audit` says has happened since, by person key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Since {
    erased: BTreeSet<String>,
    link_ends: BTreeSet<String>,
    agreements_end: BTreeSet<String>,
    /// What they said last: STOP at that moment, or START.
    opted: BTreeMap<String, (String, Event, i64)>,
}

impl Since {
    fn note(&mut self, line: &Item) {
        let named = text(line, "event");
        let is = |event: &Event| event.name() == named;
        // A line of staff's is kept with them, and names to whom they did it.
        let person = match text(line, "on") {
            "" => text(line, "person"),
            on => on,
        };
        let person = person.to_owned();
        if is(&Event::Erased) {
            self.erased.insert(person);
        } else if LINK_ENDS.iter().any(is) {
            self.link_ends.insert(person);
        } else if AGREEMENTS_END.iter().any(is) {
            self.agreements_end.insert(person);
        } else if let Some(event) = [Event::OptedOut, Event::OptedIn].into_iter().find(is) {
            let entry = text(line, "at_entry").to_owned();
            let at = entry.split('#').next().and_then(|at| at.parse().ok());
            let said = (entry, event, at.unwrap_or_default());
            let last = self.opted.entry(person).or_insert_with(|| said.clone());
            if said.0 > last.0 {
                *last = said;
            }
        }
    }
}

/// What becomes of one item of the copy.
#[derive(Debug, PartialEq)]
enum Fate {
    Back(Item, Lost),
    Erased,
    Pointer,
    Ended,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lost {
    link: bool,
    agreements: bool,
    role: bool,
}

fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    let value = item.get(name).and_then(|value| value.as_s().ok());
    value.map_or("", String::as_str)
}

fn number(at: Moment) -> AttributeValue {
    AttributeValue::N(at.unix().to_string())
}

impl Since {
    /// Decides by the item's key, as docs/privacy.md lists the keys of `people`.
    fn fate(&self, mut item: Item, now: Moment) -> Fate {
        let end = item.get("expires_at").and_then(|at| at.as_n().ok());
        let end = end.and_then(|at| at.parse::<i64>().ok());
        if end.is_some_and(|end| end <= now.unix()) {
            return Fate::Ended;
        }
        let mut lost = Lost::default();
        let key = text(&item, "person").to_owned();
        match key.split_once('#') {
            None if self.erased.contains(&key) => return Fate::Erased,
            None => {
                if self.link_ends.contains(&key) && item.remove("link").is_some() {
                    item.remove("suspended_at");
                    item.insert("expires_at".to_owned(), number(now.plus(STRANGER_MEMORY)));
                    lost.link = true;
                }
            }
            Some(("alias", _)) if self.erased.contains(text(&item, "to")) => return Fate::Erased,
            Some(("account" | "wallet" | "user", _)) => {
                let to = text(&item, "to");
                if self.erased.contains(to) {
                    return Fate::Erased;
                }
                if self.link_ends.contains(to) {
                    return Fate::Pointer;
                }
            }
            // How much waited until when: what waited is not restored.
            Some(("seen", _)) => return Fate::Ended,
            Some(("standing", person)) => lost = self.stands(&mut item, person),
            // Locks, chats that tried, and keys that were proofs: nobody gets fresh tries.
            Some(_) => {}
        }
        Fate::Back(item, lost)
    }

    fn stands(&self, item: &mut Item, person: &str) -> Lost {
        let erased = self.erased.contains(person);
        let agreements =
            (erased || self.agreements_end.contains(person)) && item.remove("consents").is_some();
        if agreements {
            item.remove("news_shard");
        }
        match self.opted.get(person) {
            Some((_, Event::OptedOut, at)) => {
                item.insert("opted_out_at".to_owned(), number(Moment::from_unix(*at)));
                item.remove("opted_in_at");
                item.remove("news_shard");
            }
            Some((_, _, at)) => {
                item.insert("opted_in_at".to_owned(), number(Moment::from_unix(*at)));
                item.remove("opted_out_at");
            }
            None => {}
        }
        if erased {
            item.remove("preferences");
        }
        // Whether it was taken away since is nothing that may be guessed.
        let role = item.remove("role").is_some();
        Lost {
            link: false,
            agreements,
            role,
        }
    }
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
    // Somebody who wrote from a user id alone has an item under it; it goes with them.
    let mut as_users = Vec::new();
    let mut copied = Pages::of(client, how.copy);
    while let Some(page) = copied.next().await? {
        for item in page {
            let user = text(&item, "person").strip_prefix("alias#");
            if let Some(user) = user.filter(|_| since.erased.contains(text(&item, "to"))) {
                as_users.push(user.to_owned());
            }
        }
    }
    since.erased.extend(as_users);

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

/// False: something stands there.
async fn put(client: &Client, how: &Restore<'_>, item: Item) -> Result<bool, RestoreError> {
    if !how.write {
        let key = item.get("person").cloned();
        let found = client
            .get_item()
            .table_name(how.people)
            .set_key(key.map(|key| Item::from([("person".to_owned(), key)])));
        let found = found.projection_expression("person").send().await;
        let found = found.map_err(|error| failed(how.people, error))?;
        return Ok(found.item.is_none());
    }
    let written = client
        .put_item()
        .table_name(how.people)
        .set_item(Some(item))
        .condition_expression("attribute_not_exists(person)")
        .send()
        .await;
    match written {
        Ok(_) => Ok(true),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
        {
            Ok(false)
        }
        Err(error) => Err(failed(how.people, error)),
    }
}

/// All items of a table, some at a time.
struct Pages<'a> {
    client: &'a Client,
    table: &'a str,
    after: Option<Item>,
    is_over: bool,
}

impl<'a> Pages<'a> {
    fn of(client: &'a Client, table: &'a str) -> Self {
        Self {
            client,
            table,
            after: None,
            is_over: false,
        }
    }

    async fn next(&mut self) -> Result<Option<Vec<Item>>, RestoreError> {
        if self.is_over {
            return Ok(None);
        }
        if self.after.is_some() {
            tokio::time::sleep(PAUSE).await;
        }
        let scan = self.client.scan().table_name(self.table).limit(PAGE);
        let scan = scan
            .consistent_read(true)
            .set_exclusive_start_key(self.after.take());
        let page = scan.send().await;
        let page = page.map_err(|error| failed(self.table, error))?;
        self.after = page.last_evaluated_key;
        self.is_over = self.after.is_none();
        Ok(Some(page.items.unwrap_or_default()))
    }
}

fn failed(table: &str, error: impl Error + Send + Sync + 'static) -> RestoreError {
    RestoreError::Table {
        table: table.to_owned(),
        why: DisplayErrorContext(&error).to_string(),
        source: Box::new(error),
    }
}

/// As `2026-11-22T10:00:00Z`.
pub fn moment(at: &str) -> Result<Moment, RestoreError> {
    let at: jiff::Timestamp = at.parse().map_err(|_| RestoreError::Time)?;
    Ok(Moment::from_unix(at.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix(1_795_000_000);

    fn item(of: &[(&str, &str)]) -> Item {
        let value = |value: &str| match value.parse::<i64>() {
            Ok(_) => AttributeValue::N(value.to_owned()),
            Err(_) => AttributeValue::S(value.to_owned()),
        };
        of.iter()
            .map(|(name, is)| ((*name).to_owned(), value(is)))
            .collect()
    }

    fn since(lines: &[(&str, &str, &str)]) -> Since {
        let mut since = Since::default();
        for (at_entry, person, event) in lines {
            since.note(&item(&[
                ("at_entry", at_entry),
                ("person", person),
                ("event", event),
            ]));
        }
        since
    }

    #[test]
    fn who_was_erased_stays_away_with_all_that_names_them() {
        let since = since(&[("01794999000#a", "one", "erased")]);
        for gone in [
            item(&[("person", "one"), ("link", "l")]),
            item(&[("person", "alias#u"), ("to", "one")]),
            item(&[("person", "account#a"), ("to", "one")]),
        ] {
            assert_eq!(since.fate(gone, NOW), Fate::Erased);
        }
        let lock = item(&[("person", "guard#one"), ("version", "3")]);
        let back = Fate::Back(lock.clone(), Lost::default());
        assert_eq!(since.fate(lock, NOW), back);
        let other = item(&[("person", "alias#v"), ("to", "two")]);
        let back = Fate::Back(other.clone(), Lost::default());
        assert_eq!(since.fate(other, NOW), back);
    }

    #[test]
    fn a_link_that_ended_is_another_or_was_in_doubt_does_not_come_back() {
        for event in LINK_ENDS {
            let since = since(&[("01794999000#a", "one", event.name())]);
            let linked = item(&[("person", "one"), ("link", "l"), ("suspended_at", "5")]);
            let Fate::Back(back, lost) = since.fate(linked, NOW) else {
                panic!("{}", event.name());
            };
            assert!(lost.link && !back.contains_key("link"));
            assert!(!back.contains_key("suspended_at"));
            let end = NOW.plus(STRANGER_MEMORY).unix().to_string();
            assert_eq!(back["expires_at"].as_n().unwrap(), &end);
            let pointer = item(&[("person", "account#a"), ("to", "one")]);
            assert_eq!(since.fate(pointer, NOW), Fate::Pointer);
        }
    }

    #[test]
    fn what_staff_did_counts_for_whom_they_did_it_to() {
        let mut since = Since::default();
        since.note(&item(&[
            ("at_entry", "01794999000#a"),
            ("person", "staff"),
            ("on", "one"),
            ("event", "unlinked_by_staff"),
        ]));
        assert_eq!(since.link_ends, BTreeSet::from(["one".to_owned()]));
    }

    #[test]
    fn the_last_word_on_stop_holds_and_nobody_keeps_a_role() {
        let out = since(&[
            ("01794999002#b", "one", "opted_out"),
            ("01794999001#a", "one", "opted_in"),
        ]);
        let stands = item(&[
            ("person", "standing#one"),
            ("news_shard", "3"),
            ("role", "admin"),
        ]);
        let Fate::Back(back, lost) = out.fate(stands, NOW) else {
            panic!("it stays");
        };
        assert!(lost.role);
        assert_eq!(
            back,
            item(&[("person", "standing#one"), ("opted_out_at", "1794999002")])
        );
        let again = since(&[
            ("01794999002#b", "one", "opted_out"),
            ("01794999003#c", "one", "opted_in"),
        ]);
        let Fate::Back(back, _) = again.fate(back, NOW) else {
            panic!("it stays");
        };
        assert!(!back.contains_key("opted_out_at"));
    }

    #[test]
    fn what_ended_or_waited_is_over() {
        let nothing = Since::default();
        let at = NOW.unix().to_string();
        let ended = item(&[("person", "seekers#a"), ("expires_at", &at)]);
        assert_eq!(nothing.fate(ended, NOW), Fate::Ended);
        let waited = item(&[("person", "seen#one")]);
        assert_eq!(nothing.fate(waited, NOW), Fate::Ended);
    }
}
