//! Knowledge bases that were published: each version's text, which of them is in force, and which was before.
//!
//! A text never changes under its name, so whoever has a version need not read it again. Nothing here has an end: what is
//! in force must not go because nobody has changed it for long.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use domain::policy::KNOWLEDGE_KEPT;
use domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::commit::COMPLETE;
use super::read::batch_get;
use super::{Item, TableError, Tables, n, read, s, write};

const TABLE: &str = "cache";
const OPERATION: &str = "TransactWriteItems";

/// `cache`, the key of what says which version is in force.
const CURRENT: &str = "knowledge#current";

/// `cache`, the key of a version's text. No version's name makes it [`CURRENT`].
fn text_key(name: &str) -> String {
    format!("knowledge_text#{name}")
}

/// What the operator has published, as `knowledge#current` says it. The default is that nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// None: the base that each release was built with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force: Option<String>,
    /// What was in force before; None as above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// When that was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Moment>,
    /// The versions whose texts are there, the youngest first.
    #[serde(default)]
    pub kept: Vec<Kept>,
    /// Of this item; 0 before there is one.
    version: u64,
}

/// A version that can be in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub name: String,
    pub at: Moment,
}

impl Published {
    pub fn has(&self, name: &str) -> bool {
        self.kept.iter().any(|kept| kept.name == name)
    }

    /// What it will be when `to` is in force.
    fn with(&self, to: Option<&str>, now: Moment) -> Self {
        Self {
            in_force: to.map(str::to_owned),
            before: self.in_force.clone(),
            at: Some(now),
            kept: self.kept.clone(),
            version: self.version + 1,
        }
    }

    /// Takes out the names that nobody goes back to any more: the oldest, but none that is or was in force.
    fn drop_oldest(&mut self) -> Vec<String> {
        let mut dropped = Vec::new();
        while self.kept.len() > KNOWLEDGE_KEPT {
            let in_use = [self.in_force.as_deref(), self.before.as_deref()];
            let unused = |kept: &Kept| !in_use.contains(&Some(&*kept.name));
            let Some(oldest) = self.kept.iter().rposition(unused) else {
                break;
            };
            dropped.push(self.kept.remove(oldest).name);
        }
        dropped
    }
}

#[derive(Serialize, Deserialize)]
struct CurrentItem {
    key: String,
    #[serde(flatten)]
    published: Published,
}

/// The bot's own words, in which nobody is named: not sealed.
#[derive(Serialize, Deserialize)]
struct TextItem {
    key: String,
    text: String,
}

/// The table that holds them. An operator needs no more than this to publish.
#[derive(Clone, Debug)]
pub struct Bases {
    client: Client,
    cache: String,
}

impl Bases {
    pub fn new(client: Client, cache: String) -> Self {
        Self { client, cache }
    }

    pub async fn published(&self) -> Result<Published, TableError> {
        let item = self.item(CURRENT).await?;
        let item = item
            .map(|item| read::<CurrentItem>(TABLE, item))
            .transpose()?;
        Ok(item.map(|item| item.published).unwrap_or_default())
    }

    /// A version's text, as it was published.
    pub async fn text(&self, name: &str) -> Result<Option<String>, TableError> {
        let item = self.item(&text_key(name)).await?;
        let item = item.map(|item| read::<TextItem>(TABLE, item)).transpose()?;
        Ok(item.map(|item| item.text))
    }

    async fn item(&self, key: &str) -> Result<Option<Item>, TableError> {
        let key = Item::from([("key".to_owned(), s(key))]);
        let found = batch_get(&self.client, &[(&self.cache, vec![key])]).await?;
        Ok(found.into_values().flatten().next())
    }

    /// Keeps a text that has no version yet, and puts it in force. None: somebody has published or switched since `before`
    /// was read, and nothing is changed.
    pub async fn publish(
        &self,
        name: &str,
        text: &str,
        before: &Published,
        now: Moment,
    ) -> Result<Option<Published>, TableError> {
        let mut after = before.with(Some(name), now);
        let kept = Kept {
            name: name.to_owned(),
            at: now,
        };
        after.kept.insert(0, kept);
        let text = TextItem {
            key: text_key(name),
            text: text.to_owned(),
        };
        let put = Put::builder()
            .table_name(&self.cache)
            .set_item(Some(write(&text)))
            .condition_expression("attribute_not_exists(#key)")
            .expression_attribute_names("#key", "key");
        // Every required field is set above.
        let put = put.build().expect(COMPLETE);
        let mut items = vec![TransactWriteItem::builder().put(put).build()];
        for dropped in after.drop_oldest() {
            let delete = Delete::builder().table_name(&self.cache);
            let delete = delete.key("key", s(text_key(&dropped)));
            // Every required field is set above.
            let delete = delete.build().expect(COMPLETE);
            items.push(TransactWriteItem::builder().delete(delete).build());
        }
        self.write(items, before, after).await
    }

    /// Puts a version in force whose text is kept, or what each release was built with. None as for [`Self::publish`].
    pub async fn switch(
        &self,
        to: Option<&str>,
        before: &Published,
        now: Moment,
    ) -> Result<Option<Published>, TableError> {
        self.write(Vec::new(), before, before.with(to, now)).await
    }

    async fn write(
        &self,
        mut items: Vec<TransactWriteItem>,
        before: &Published,
        after: Published,
    ) -> Result<Option<Published>, TableError> {
        let item = CurrentItem {
            key: CURRENT.to_owned(),
            published: after.clone(),
        };
        let put = Put::builder()
            .table_name(&self.cache)
            .set_item(Some(write(&item)));
        let put = if before.version == 0 {
            put.condition_expression("attribute_not_exists(#key)")
                .expression_attribute_names("#key", "key")
        } else {
            put.condition_expression("#version = :read")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":read", n(before.version))
        };
        // Every required field is set above.
        let put = put.build().expect(COMPLETE);
        items.push(TransactWriteItem::builder().put(put).build());
        let request = self.client.transact_write_items();
        let answer = request.set_transact_items(Some(items)).send().await;
        match answer {
            Ok(_) => Ok(Some(after)),
            Err(error) if error.as_service_error().is_some_and(has_changed) => Ok(None),
            Err(error) => Err(TableError::of(OPERATION, error)),
        }
    }
}

fn has_changed(error: &TransactWriteItemsError) -> bool {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return false;
    };
    let mut reasons = cancelled.cancellation_reasons().iter();
    reasons.any(|reason| reason.code.as_deref() == Some("ConditionalCheckFailed"))
}

impl Tables {
    pub fn bases(&self) -> Bases {
        Bases::new(self.client.clone(), self.names.cache.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(names: &[&str], in_force: &str, before: &str) -> Published {
        let kept = names.iter().map(|name| Kept {
            name: (*name).to_owned(),
            at: Moment::from_unix(1_795_000_000),
        });
        Published {
            in_force: Some(in_force.to_owned()),
            before: Some(before.to_owned()),
            kept: kept.collect(),
            ..Published::default()
        }
    }

    #[test]
    fn the_oldest_go_but_not_what_is_or_was_in_force() {
        let names: Vec<String> = (0..KNOWLEDGE_KEPT + 3).map(|n| format!("v{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let [.., earlier, last] = names[..] else {
            panic!("too few are kept");
        };
        let mut published = published(&names, "v0", last);
        let dropped = published.drop_oldest();
        assert_eq!(published.kept.len(), KNOWLEDGE_KEPT);
        assert_eq!(dropped.len(), 3);
        assert_eq!(dropped[0], earlier);
        assert!(published.has("v0") && published.has(last));
        assert_eq!(published.drop_oldest(), Vec::<String>::new());
    }
}
