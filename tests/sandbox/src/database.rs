//! The embedded DynamoDB: an engine that speaks DynamoDB's protocol on loopback, and the real AWS SDK in front of it.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use aws::clients;
use aws::tables::{Names, schema};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeTransmitInterceptorContextMut, FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Credentials, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use dynoxide::Database;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::clock::WorldClock;
use crate::fault::{Faults, Mode, System};
use crate::meter::{Meter, Metered};
use crate::silence::{self, Stream};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The engine, running until it is dropped.
pub struct LocalDatabase {
    engine: Database,
    sdk: SdkConfig,
    pub names: Names,
    /// Looks at the tables without being counted.
    spectator: Client,
    /// What the functions' clients use, once it is started.
    pub meter: Arc<Meter>,
    refuser: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl fmt::Debug for LocalDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalDatabase")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

impl LocalDatabase {
    /// In memory, or in a file below `data`.
    pub async fn start(clock: &WorldClock, data: Option<&Path>) -> Result<Self, Failure> {
        let engine = match data {
            Some(folder) => {
                std::fs::create_dir_all(folder)?;
                Database::new(&folder.join("tables.db").to_string_lossy())?
            }
            None => Database::memory_with_clock(Arc::new(clock.clone()))?,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = dynoxide::server::serve_with_shutdown(listener, engine.clone(), async {
            let _ = stopped.await;
        });
        tokio::spawn(serving);
        let loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local"))
            .endpoint_url(endpoint);
        let sdk = clients::bounded(loader).load().await;
        let names = Names::with_prefix("");
        let spectator = Client::new(&sdk);
        schema::create(&spectator, &names).await?;
        Ok(Self {
            engine,
            sdk,
            names,
            spectator,
            meter: Arc::default(),
            refuser: crate::refuser::serve().await?,
            _stop: stop,
        })
    }

    /// A client as a function has it, breakable.
    pub fn client(&self, faults: Arc<Faults>) -> Client {
        let config = aws_sdk_dynamodb::config::Builder::from(&self.sdk)
            .interceptor(Breakable {
                faults,
                refuser: self.refuser,
            })
            .interceptor(aws::observe::CallLog("dynamodb"))
            .interceptor(Metered(Arc::clone(&self.meter)))
            .build();
        Client::from_conf(config)
    }

    /// Another service's client, of the same account, at that address.
    pub(crate) fn sns(&self, url: &str) -> aws_sdk_sns::Client {
        let config = aws_sdk_sns::config::Builder::from(&self.sdk)
            .endpoint_url(url)
            .build();
        aws_sdk_sns::Client::from_conf(config)
    }

    /// A table's items as they stand.
    pub async fn items(&self, table: &str) -> Result<Vec<Value>, Failure> {
        let name = self.names.of(table).ok_or("there is no such table")?;
        let mut items = Vec::new();
        let mut pages = self
            .spectator
            .scan()
            .table_name(name)
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        while let Some(item) = pages.next().await {
            items.push(serde_dynamo::from_item::<_, Value>(item?)?);
        }
        items.sort_by_key(ToString::to_string);
        Ok(items)
    }

    /// One item as it stands, by its whole key.
    pub async fn item(&self, table: &str, key: &[(&str, &str)]) -> Result<Option<Value>, Failure> {
        let name = self.names.of(table).ok_or("there is no such table")?;
        let key = key
            .iter()
            .map(|(name, value)| ((*name).to_owned(), AttributeValue::S((*value).to_owned())));
        let found = self
            .spectator
            .get_item()
            .table_name(name)
            .set_key(Some(key.collect()))
            .consistent_read(true)
            .send()
            .await?;
        Ok(found.item.map(serde_dynamo::from_item).transpose()?)
    }

    /// Puts raw items into a table, as [`Self::items`] gives them.
    pub async fn load(&self, table: &str, items: &[Value]) -> Result<(), Failure> {
        let name = self.names.of(table).ok_or("there is no such table")?;
        for item in items {
            self.spectator
                .put_item()
                .table_name(name)
                .set_item(Some(serde_dynamo::to_item(item)?))
                .send()
                .await?;
        }
        Ok(())
    }

    /// Puts very many flat items of texts and numbers into a table, past the network.
    pub fn fill(&self, table: &str, items: impl Iterator<Item = Value>) -> Result<usize, Failure> {
        const AT_ONCE: usize = 20_000;
        let name = self.names.of(table).ok_or("there is no such table")?;
        let item = |value: Value| -> dynoxide::types::Item {
            let fields = value.as_object().cloned().unwrap_or_default();
            let field = |(name, value): (String, Value)| match value {
                Value::String(text) => (name, dynoxide::AttributeValue::S(text)),
                other => (name, dynoxide::AttributeValue::N(other.to_string())),
            };
            fields.into_iter().map(field).collect()
        };
        let mut items = items.map(item).peekable();
        let mut filled = 0;
        while items.peek().is_some() {
            let some = items.by_ref().take(AT_ONCE).collect();
            let options = dynoxide::ImportOptions::default();
            filled += self
                .engine
                .import_items(name, some, options)?
                .items_imported;
        }
        Ok(filled)
    }

    /// When the relay has something to do: the first entry of the due index, or an announcement's next round. In seconds.
    pub async fn next_due(&self) -> Option<i64> {
        let (shard, at) = schema::DUE_KEY;
        let first = |number: usize| {
            self.spectator
                .query()
                .table_name(&self.names.messages)
                .index_name(schema::DUE_INDEX)
                .key_condition_expression("#shard = :shard")
                .expression_attribute_names("#shard", shard)
                .expression_attribute_values(":shard", AttributeValue::N(number.to_string()))
                .limit(1)
                .send()
        };
        let answers = futures::future::join_all((0..schema::DUE_SHARDS).map(first)).await;
        let items = answers
            .into_iter()
            .filter_map(|answer| answer.ok()?.items?.into_iter().next());
        items
            .filter_map(|item| item.get(at)?.as_n().ok()?.parse().ok())
            .chain(self.next_round().await)
            .min()
    }

    /// When the announcement that goes out goes on, in seconds.
    async fn next_round(&self) -> Option<i64> {
        let answer = self
            .spectator
            .get_item()
            .table_name(&self.names.cache)
            .key("key", AttributeValue::S("announcement#current".to_owned()))
            .send()
            .await;
        let item = answer.ok()?.item?;
        let runs = item.get("stage")?.as_s().ok()? == "running";
        let next = item.get("next_at")?.as_n().ok()?.parse().ok()?;
        runs.then_some(next)
    }

    pub async fn reset(&self) -> Result<(), Failure> {
        for shape in schema::TABLES {
            let name = self.names.of(shape.table).unwrap_or_default();
            self.spectator
                .delete_table()
                .table_name(name)
                .send()
                .await?;
        }
        Ok(schema::create(&self.spectator, &self.names).await?)
    }

    /// What DynamoDB does days late.
    pub fn delete_expired(&self) -> Result<usize, Failure> {
        Ok(self.engine.sweep_ttl()?)
    }
}

/// Breaks a client's requests as the faults in force say.
#[derive(Debug)]
struct Breakable {
    faults: Arc<Faults>,
    refuser: SocketAddr,
}

#[derive(Debug, Clone, Copy)]
struct LoseAnswer;

impl aws_smithy_types::config_bag::Storable for LoseAnswer {
    type Storer = aws_smithy_types::config_bag::StoreReplace<Self>;
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Breakable {
    fn name(&self) -> &'static str {
        "Breakable"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config.load::<Metadata>().map_or("?", Metadata::name);
        let body = context.request().body().bytes().unwrap_or_default();
        silence::called(Stream::Tables, operation, body);
        let commits = operation == "TransactWriteItems";
        if self.faults.mode(System::Dynamodb) == Mode::CommitAnswerLost && !commits {
            return Ok(());
        }
        match self.faults.strike(System::Dynamodb) {
            Mode::Ok => Ok(()),
            Mode::TimeoutAfterAccept | Mode::CommitAnswerLost => {
                config.interceptor_state().store_put(LoseAnswer);
                Ok(())
            }
            mode @ (Mode::RateLimited | Mode::Busy) => {
                let how = if mode == Mode::Busy {
                    "busy"
                } else {
                    "throttled"
                };
                Ok(context
                    .request_mut()
                    .set_uri(format!("http://{}/{how}", self.refuser))?)
            }
            _ => Err("the table is down, on purpose".into()),
        }
    }

    fn read_after_attempt(
        &self,
        _: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if config.load::<LoseAnswer>().is_some() {
            Err("the answer is lost, on purpose".into())
        } else {
            Ok(())
        }
    }
}
