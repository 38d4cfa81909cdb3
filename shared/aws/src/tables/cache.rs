//! What is remembered for a short while: a person's balance, sealed, and what a bitcoin costs.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};
use domain::cached::{CachedBalance, Figure, Remember};
use domain::ids::PersonKey;
use domain::money::Price;
use domain::policy::{BALANCE_CACHE, PRICE_CACHE};
use domain::state::Sealed;
use domain::time::Moment;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::commit::COMPLETE;
use super::{Item, Known, Part, TableError, Tables, Transaction, has_ended, n, read, s, write};
use crate::keys::{Place, SealError};
use crate::telemetry;

const TABLE: &str = "cache";

/// How the keys of balances begin.
const BALANCE: &str = "balance#";

/// Something has happened to a balance: what is remembered goes, and what is on its way is not remembered. A first
/// generation is as high as the clock, so that none comes back after the table has deleted it.
const RAISE: &str = "SET #generation = if_not_exists(#generation, :now) + :one, #expires_at = :until REMOVE #balance";

/// `cache`, key `balance#person`.
#[derive(Serialize, Deserialize)]
pub(super) struct BalanceItem {
    key: String,
    generation: u64,
    /// Sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    balance: Option<Sealed>,
    expires_at: Moment,
}

/// `cache`, key `price#CODE`: nothing of anybody.
#[derive(Serialize, Deserialize)]
struct PriceItem {
    key: String,
    price: Price,
    expires_at: Moment,
}

pub(super) fn balance_key(person: &PersonKey) -> String {
    format!("{BALANCE}{}", person.as_str())
}

pub(super) fn is_balance(item: &Item) -> bool {
    let key = item.get("key").and_then(|key| key.as_s().ok());
    key.is_some_and(|key| key.starts_with(BALANCE))
}

fn price_key(code: &str) -> String {
    format!("price#{code}")
}

fn balance_of(person: &PersonKey) -> Place<'_> {
    Place {
        table: TABLE,
        field: "balance",
        person,
    }
}

impl Tables {
    /// What a read found of the person's balance. A figure that can't be opened is none: Flash knows better, and nothing
    /// is destroyed for it.
    pub(super) async fn cached_balance(
        &self,
        person: &PersonKey,
        item: Option<Item>,
        now: Moment,
    ) -> Result<CachedBalance, TableError> {
        let Some(item) = item else {
            return Ok(CachedBalance::default());
        };
        let item: BalanceItem = read(TABLE, item)?;
        let figure = match &item.balance {
            None => None,
            Some(sealed) => match self.open_figure(person, sealed, now).await {
                Ok(figure) => Some(figure),
                Err(error) => {
                    telemetry::failure("cached_balance", &error);
                    None
                }
            },
        };
        Ok(CachedBalance {
            generation: Some(item.generation),
            figure,
        })
    }

    async fn open_figure(
        &self,
        person: &PersonKey,
        sealed: &Sealed,
        now: Moment,
    ) -> Result<Figure, TableError> {
        let plain = self.open(balance_of(person), sealed, now).await?;
        serde_json::from_str(plain.expose_secret()).map_err(|_| TableError::Sealed {
            table: TABLE,
            source: SealError::Refused,
        })
    }

    /// Something has happened to the person's balance: what is remembered of it is not told again.
    pub async fn balance_changed(&self, person: &PersonKey, now: Moment) -> Result<(), TableError> {
        let mut update = self
            .client
            .update_item()
            .table_name(&self.names.cache)
            .key("key", s(balance_key(person)))
            .update_expression(RAISE);
        for (name, attribute) in NAMES {
            update = update.expression_attribute_names(name, attribute);
        }
        for (name, value) in raise_values(now) {
            update = update.expression_attribute_values(name, value);
        }
        let answer = update.send().await;
        answer.map_err(|error| TableError::of("UpdateItem", error))?;
        Ok(())
    }

    /// The price in the currency of this code, if it was asked for within the minute, by whomever.
    pub async fn cached_price(&self, code: &str, now: Moment) -> Result<Option<Price>, TableError> {
        let request = self.client.get_item().table_name(&self.names.cache);
        let answer = request.key("key", s(price_key(code))).send().await;
        let answer = answer.map_err(|error| TableError::of("GetItem", error))?;
        let item = answer.item.filter(|item| !has_ended(item, now));
        let item = item
            .map(|item| read::<PriceItem>(TABLE, item))
            .transpose()?;
        Ok(item.map(|item| item.price))
    }

    /// Remembers a price for whoever asks next.
    pub async fn save_price(&self, price: &Price, now: Moment) -> Result<(), TableError> {
        let item = PriceItem {
            key: price_key(&price.currency.code),
            price: price.clone(),
            expires_at: now.plus(PRICE_CACHE),
        };
        let request = self.client.put_item().table_name(&self.names.cache);
        let answer = request.set_item(Some(write(&item))).send().await;
        answer.map_err(|error| TableError::of("PutItem", error))?;
        Ok(())
    }
}

const NAMES: [(&str, &str); 3] = [
    ("#generation", "generation"),
    ("#expires_at", "expires_at"),
    ("#balance", "balance"),
];

fn raise_values(now: Moment) -> [(&'static str, AttributeValue); 3] {
    [
        (":now", n(now.unix())),
        (":one", n(1)),
        (":until", n(now.plus(BALANCE_CACHE).unix())),
    ]
}

impl Transaction<'_> {
    /// What becomes of what is remembered of the person's balance; [`Part::Balance`] if something has happened to it since
    /// it was read.
    pub fn balance(&mut self, known: &Known, remember: &Remember) {
        match remember {
            Remember::AsItWas => {}
            Remember::Figure(figure) => self.keep_balance(known, figure),
            Remember::Nothing => self.forget_balance(),
        }
    }

    fn keep_balance(&mut self, known: &Known, figure: &Figure) {
        let (person, now) = (self.name().clone(), self.now());
        let read = known.state.cached_balance.generation;
        let plain = serde_json::to_string(figure).expect("a figure serialises");
        let item = BalanceItem {
            key: balance_key(&person),
            generation: read.unwrap_or_else(|| now.unix().unsigned_abs()),
            balance: Some(self.tables().keys().seal(balance_of(&person), &plain)),
            expires_at: figure.at.plus(BALANCE_CACHE),
        };
        let put = Put::builder()
            .table_name(&self.tables().names.cache)
            .set_item(Some(write(&item)))
            .expression_attribute_names("#generation", "generation");
        let put = match read {
            Some(generation) => put
                .condition_expression("#generation = :read")
                .expression_attribute_values(":read", n(generation)),
            None => put
                .condition_expression("attribute_not_exists(#generation) OR #expires_at <= :now")
                .expression_attribute_names("#expires_at", "expires_at")
                .expression_attribute_values(":now", n(now.unix())),
        };
        // Every required field is set above.
        let put = put.build().expect(COMPLETE);
        self.line(Part::Balance, TransactWriteItem::builder().put(put).build());
    }

    /// Nothing is remembered of the person's balance any more.
    pub fn forget_balance(&mut self) {
        let delete = Delete::builder()
            .table_name(&self.tables().names.cache)
            .key("key", s(balance_key(self.name())));
        // Every required field is set above.
        let delete = delete.build().expect(COMPLETE);
        let line = TransactWriteItem::builder().delete(delete).build();
        self.line(Part::Balance, line);
    }

    /// As [`Tables::balance_changed`], with all that the transaction does.
    pub fn balance_changed(&mut self) {
        let mut update = Update::builder()
            .table_name(&self.tables().names.cache)
            .key("key", s(balance_key(self.name())))
            .update_expression(RAISE);
        for (name, attribute) in NAMES {
            update = update.expression_attribute_names(name, attribute);
        }
        for (name, value) in raise_values(self.now()) {
            update = update.expression_attribute_values(name, value);
        }
        // Every required field is set above.
        let update = update.build().expect(COMPLETE);
        let line = TransactWriteItem::builder().update(update).build();
        self.line(Part::Balance, line);
    }
}
