//! What stands under which key: a look at every item of every table that holds something sealed. The one place where a
//! table is scanned; page by page, with a pause between them, so that people's messages do not wait for it.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;
use std::time::Duration;

use aws::keys::sealed_under;
use aws::tables::{Item, Names};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::time::Moment;

/// All but `audit`, which holds ids and dates.
const TABLES: [&str; 5] = ["people", "sessions", "codes", "messages", "cache"];
/// Items of one page, and the pause after it: some thousands of items a second, a few hundred read units.
const PAGE: i32 = 500;
const PAUSE: Duration = Duration::from_millis(100);

/// A table could not be looked through, so nobody knows what stands in it.
#[derive(Debug, thiserror::Error)]
#[error("dynamodb: {table} can't be looked through: {why}")]
pub struct ScanError {
    table: String,
    why: String,
    #[source]
    source: Box<dyn Error + Send + Sync>,
}

/// Sealed values by key and table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    counts: BTreeMap<(String, &'static str), u64>,
    pub items: u64,
    /// Items past their end, which the table has not deleted yet and nobody reads: not counted.
    pub ended: u64,
}

/// The lines about one key.
#[derive(Debug)]
pub struct OfKey<'a> {
    standing: &'a Standing,
    id: &'a str,
}

/// Looks through the tables.
pub async fn standing(client: &Client, names: &Names, now: Moment) -> Result<Standing, ScanError> {
    let mut standing = Standing::default();
    for table in TABLES {
        let name = names.of(table).unwrap_or_default();
        let scan = client.scan().table_name(name).limit(PAGE);
        let mut pages = scan.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| ScanError {
                table: name.to_owned(),
                why: DisplayErrorContext(&error).to_string(),
                source: Box::new(error),
            })?;
            for item in page.items() {
                standing.look(table, item, now);
            }
            if page.last_evaluated_key().is_some() {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    Ok(standing)
}

impl Standing {
    fn look(&mut self, table: &'static str, item: &Item, now: Moment) {
        let ends_at = item.get("expires_at").and_then(|at| at.as_n().ok());
        let ends_at = ends_at.and_then(|at| at.parse().ok());
        if ends_at.is_some_and(|at: i64| at <= now.unix()) {
            self.ended += 1;
            return;
        }
        self.items += 1;
        for value in item.values() {
            self.look_into(table, value);
        }
    }

    fn look_into(&mut self, table: &'static str, value: &AttributeValue) {
        match value {
            AttributeValue::S(text) => {
                if let Some(id) = sealed_under(text) {
                    self.note(id, table);
                }
            }
            AttributeValue::M(map) => map.values().for_each(|value| self.look_into(table, value)),
            AttributeValue::L(list) => list.iter().for_each(|value| self.look_into(table, value)),
            _ => {}
        }
    }

    pub(crate) fn note(&mut self, id: &str, table: &'static str) {
        *self.counts.entry((id.to_owned(), table)).or_default() += 1;
    }

    /// The keys under which something stands.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let ids: BTreeSet<_> = self.counts.keys().map(|(id, _)| id.as_str()).collect();
        ids.into_iter()
    }

    /// Values under this key.
    pub fn count(&self, id: &str) -> u64 {
        let counts = self.counts.iter().filter(|((under, _), _)| under == id);
        counts.map(|(_, count)| count).sum()
    }

    /// Values under this key in this table.
    pub fn count_in(&self, id: &str, table: &str) -> u64 {
        let counts = self.counts.iter();
        let mut here = counts.filter(|((under, stands), _)| under == id && *stands == table);
        here.next().map_or(0, |(_, count)| *count)
    }

    /// To be shown.
    pub fn of<'a>(&'a self, id: &'a str) -> OfKey<'a> {
        OfKey { standing: self, id }
    }
}

impl fmt::Display for OfKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.standing.counts.iter();
        for ((_, table), count) in counts.filter(|((id, _), _)| id == self.id) {
            writeln!(f, "  {table}: {count}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { items, ended, .. } = self;
        writeln!(
            f,
            "looked at {items} items, and past {ended} that have ended"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix(1_795_000_000);

    fn sealed(id: &str) -> AttributeValue {
        AttributeValue::S(format!("{id}.{}", "A".repeat(40)))
    }

    #[test]
    fn whatever_is_sealed_is_found_wherever_it_stands() {
        let link = AttributeValue::M([("credential".to_owned(), sealed("k1"))].into());
        let list = AttributeValue::L(vec![sealed("k2"), sealed("k1")]);
        let plain = AttributeValue::S("fk.not-sealed".to_owned());
        let end = AttributeValue::N((NOW.unix() + 1).to_string());
        let item = Item::from([
            ("address".to_owned(), sealed("k1")),
            ("link".to_owned(), link),
            ("list".to_owned(), list),
            ("plain".to_owned(), plain),
            ("expires_at".to_owned(), end),
        ]);
        let mut standing = Standing::default();
        standing.look("people", &item, NOW);
        standing.look("messages", &item, NOW);
        standing.look("messages", &item, NOW.plus(1));
        assert_eq!((standing.count("k1"), standing.count("k2")), (6, 2));
        assert_eq!(standing.count_in("k1", "people"), 3);
        assert_eq!((standing.items, standing.ended), (2, 1));
        assert_eq!(standing.ids().collect::<Vec<_>>(), ["k1", "k2"]);
        assert_eq!(
            standing.of("k1").to_string(),
            "  messages: 3\n  people: 3\n"
        );
    }
}
