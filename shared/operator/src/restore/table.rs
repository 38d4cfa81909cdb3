//! Reading a table page by page, and writing what the stack's own lacks.

use std::error::Error;
use std::time::Duration;

use aws::tables::Item;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::operation::put_item::PutItemError;

use super::{Restore, RestoreError};

/// Items of one page, and the pause after it.
const PAGE: i32 = 500;
const PAUSE: Duration = Duration::from_millis(100);

/// False: something stands there.
pub(super) async fn put(
    client: &Client,
    how: &Restore<'_>,
    item: Item,
) -> Result<bool, RestoreError> {
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
