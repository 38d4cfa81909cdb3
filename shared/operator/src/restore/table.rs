//! Reading a table page by page, and writing what the stack's own lacks.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;

use aws::tables::{Item, guard_item, guard_of};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::time::Moment;

use super::since::{text, version};
use super::{Restore, RestoreError, locks, standings};

/// Items of one page, and the pause after it.
const PAGE: i32 = 500;
const PAUSE: Duration = Duration::from_millis(100);
/// Tries to bring in what somebody else changes meanwhile.
const TRIES: u32 = 4;

/// What became of an item that was to be brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Brought {
    Back,
    /// What stands says what this would have said as well, by now.
    Merged,
    /// What stands is left as it is.
    Stood,
    /// Somebody else writes it, again and again.
    Changed,
}

/// Writes an item that the stack's own table lacks, or into what stands there what it would lack.
pub(super) async fn bring(
    client: &Client,
    how: &Restore<'_>,
    item: &Item,
) -> Result<Brought, RestoreError> {
    for _ in 0..TRIES {
        let Some(stands) = standing(client, how, item).await? else {
            if !how.write || put(client, how, item).await? {
                return Ok(Brought::Back);
            }
            continue;
        };
        let Some(merged) = merged(&stands, item, how.now) else {
            return Ok(Brought::Stood);
        };
        if !how.write || replace(client, how, &stands, Some(merged)).await? {
            return Ok(Brought::Merged);
        }
    }
    Ok(Brought::Changed)
}

/// None: what stands is at least as strict, or of a kind that has no more and less.
fn merged(stands: &Item, item: &Item, now: Moment) -> Option<Item> {
    let key = text(item, "person");
    match key.split_once('#')?.0 {
        "standing" => {
            let merged = standings::stricter(stands, item);
            (merged != *stands).then_some(merged)
        }
        "guard" => {
            let wanted = guard_of(item).ok()?;
            // One that can't be read would lock nobody.
            let has = guard_of(stands).unwrap_or_default();
            let merged = locks::stricter(&has, &wanted);
            (merged != has).then(|| guard_item(key, version(stands), &merged, now))
        }
        _ => None,
    }
}

/// What stands under the key of `item`.
pub(super) async fn standing(
    client: &Client,
    how: &Restore<'_>,
    item: &Item,
) -> Result<Option<Item>, RestoreError> {
    let found = client
        .get_item()
        .table_name(how.people)
        .set_key(Some(key(item)))
        .consistent_read(true)
        .send()
        .await;
    let found = found.map_err(|error| failed(how.people, error))?;
    Ok(found.item)
}

/// False: something stands there.
async fn put(client: &Client, how: &Restore<'_>, item: &Item) -> Result<bool, RestoreError> {
    let put = client.put_item().table_name(how.people);
    let put = put.set_item(Some(item.clone()));
    let written = put.condition_expression("attribute_not_exists(person)");
    let written = written.send().await;
    settled(
        how,
        written.map(|_| ()),
        PutItemError::is_conditional_check_failed_exception,
    )
}

/// Another in place of `was`, or none. False: it is not as it was any more.
pub(super) async fn replace(
    client: &Client,
    how: &Restore<'_>,
    was: &Item,
    item: Option<Item>,
) -> Result<bool, RestoreError> {
    let (mut names, mut values) = (HashMap::new(), HashMap::new());
    let mut condition = "attribute_exists(person)".to_owned();
    for (name, value) in ["version", "to"].map(|name| (name, was.get(name))) {
        if let Some(value) = value {
            write!(condition, " AND #{name} = :{name}").unwrap_or_default();
            names.insert(format!("#{name}"), name.to_owned());
            values.insert(format!(":{name}"), value.clone());
        }
    }
    let (names, values) = (
        Some(names).filter(|names| !names.is_empty()),
        Some(values).filter(|values| !values.is_empty()),
    );
    let Some(mut item) = item else {
        let delete = client.delete_item().table_name(how.people);
        let delete = delete
            .set_key(Some(key(was)))
            .condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values);
        let gone = delete.send().await.map(|_| ());
        return settled(
            how,
            gone,
            DeleteItemError::is_conditional_check_failed_exception,
        );
    };
    if was.contains_key("version") {
        let next = AttributeValue::N(version(was).saturating_add(1).to_string());
        item.insert("version".to_owned(), next);
    }
    let put = client.put_item().table_name(how.people);
    let put = put
        .set_item(Some(item))
        .condition_expression(condition)
        .set_expression_attribute_names(names)
        .set_expression_attribute_values(values);
    let written = put.send().await.map(|_| ());
    settled(
        how,
        written,
        PutItemError::is_conditional_check_failed_exception,
    )
}

fn settled<E: Error + Send + Sync + 'static>(
    how: &Restore<'_>,
    written: Result<(), SdkError<E>>,
    is_refused: impl Fn(&E) -> bool,
) -> Result<bool, RestoreError> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.as_service_error().is_some_and(is_refused) => Ok(false),
        Err(error) => Err(failed(how.people, error)),
    }
}

fn key(item: &Item) -> Item {
    let key = item.get("person").cloned();
    key.map(|key| ("person".to_owned(), key))
        .into_iter()
        .collect()
}

/// All items of a table, some at a time.
pub(super) struct Pages<'a> {
    client: &'a Client,
    table: &'a str,
    after: Option<Item>,
    is_over: bool,
}

impl<'a> Pages<'a> {
    pub(super) fn of(client: &'a Client, table: &'a str) -> Self {
        Self {
            client,
            table,
            after: None,
            is_over: false,
        }
    }

    pub(super) async fn next(&mut self) -> Result<Option<Vec<Item>>, RestoreError> {
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

pub(super) fn failed(table: &str, error: impl Error + Send + Sync + 'static) -> RestoreError {
    RestoreError::Table {
        table: table.to_owned(),
        why: DisplayErrorContext(&error).to_string(),
        source: Box::new(error),
    }
}
