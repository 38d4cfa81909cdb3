//! A chat's guard by itself, for whoever brings back a table of before.

use domain::guard::Guard;
use domain::time::Moment;

use super::items::GuardItem;
use super::{Item, TableError, read, write};

/// The guard in an item of `people` under `guard#PERSON`.
pub fn guard_of(item: &Item) -> Result<Guard, TableError> {
    let item: GuardItem = read("people", item.clone())?;
    Ok(item.guard)
}

/// Such an item.
pub fn guard_item(key: &str, version: u64, guard: &Guard, now: Moment) -> Item {
    write(&GuardItem {
        person: key.to_owned(),
        version,
        expires_at: guard.ends_at(now),
        guard: guard.clone(),
    })
}
