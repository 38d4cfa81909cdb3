//! What is remembered of the news of one person: an item of its own, so that events never meet what the person writes.

use domain::ids::PersonKey;
use domain::notification::Seen;
use domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::commit::Condition;
use super::{Part, TableError, Tables, Transaction, has_ended, read, write};

/// `people`, key `seen#person`.
#[derive(Serialize, Deserialize)]
pub(super) struct SeenItem {
    person: String,
    version: u64,
    expires_at: Moment,
    seen: Seen,
}

/// As it was read, with what the next write must still find.
#[derive(Clone, Debug, Default)]
pub struct SeenBefore {
    pub seen: Seen,
    pub(super) version: Option<u64>,
}

pub(super) fn seen_key(person: &PersonKey) -> String {
    format!("seen#{}", person.as_str())
}

pub(super) fn seen_of(item: super::Item) -> Result<SeenBefore, TableError> {
    let item: SeenItem = read("people", item)?;
    Ok(SeenBefore {
        seen: item.seen,
        version: Some(item.version),
    })
}

impl Tables {
    /// What the person was told of late, and what waits for them.
    pub async fn seen(&self, person: &PersonKey, now: Moment) -> Result<SeenBefore, TableError> {
        let item = self.get_person_item(&seen_key(person)).await?;
        let item = item.filter(|item| !has_ended(item, now));
        item.map_or_else(|| Ok(SeenBefore::default()), seen_of)
    }
}

impl Transaction<'_> {
    /// It is so from now on; [`Part::Seen`] if somebody else has told, held or released something since it was read.
    pub fn seen(&mut self, before: &SeenBefore, seen: &Seen) {
        if before.seen == *seen {
            return;
        }
        let item = SeenItem {
            person: seen_key(self.name()),
            version: before.version.unwrap_or(0) + 1,
            expires_at: seen.matters_until(),
            seen: seen.clone(),
        };
        let table = self.tables().names.people.clone();
        let condition = Condition::version(before.version, self.now());
        self.put(Part::Seen, &table, write(&item), condition);
    }
}
