//! The six tables: what stands where, one read for one message, one transaction for what it changes.

mod announcements;
mod asks;
mod breaker;
mod cache;
mod claim;
mod commit;
mod counters;
mod doubt;
mod due;
mod erasure;
mod events;
mod expiry;
mod export;
mod feedback;
mod gate;
mod guards;
mod guess;
mod held;
mod items;
mod knowledge;
mod model;
mod orphan;
mod read;
mod recovery;
mod requests;
mod roles;
pub mod schema;
mod sealed;
mod seekers;
mod seen;
mod tickets;
mod truth;
mod watch;

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::AttributeValue;

pub use announcements::{ListPlace, Reader, Sending};
pub use asks::{AskClaim, AskEnd, MemoryBefore};
pub use breaker::Upstream;
pub use claim::{Claim, OnceMore, Report};
pub use commit::{CommitError, Part, Transaction, pause};
pub use doubt::{Meant, Others, Standing};
pub use erasure::{Swept, UserId};
pub use events::{BeforeEvent, EventEnd, Repeats};
pub use expiry::Timer;
pub use export::Holdings;
pub use gate::{Gate, Gates, Stopped};
pub use guards::{guard_item, guard_of};
pub use held::{Heard, HeldNews, Hold, HoldEnd, HoldTimer};
pub use items::{Entry, NewEntry};
pub use knowledge::{Bases, Kept, Published};
pub use model::ModelGate;
pub use read::{Alias, Known};
pub use recovery::Marked;
pub use roles::Holder;
pub use seen::SeenBefore;
pub use watch::Watch;

use crate::config::Config;
use crate::keys::{Keys, SealError};
use crate::ring::KeyRing;
use std::sync::Arc;

/// Raw attributes of one item.
pub type Item = HashMap<String, AttributeValue>;

/// What the tables are called in this deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    pub people: String,
    pub sessions: String,
    pub codes: String,
    pub messages: String,
    pub audit: String,
    pub cache: String,
}

impl Names {
    /// Only the names that a function's own environment has; IAM gives it no others.
    pub fn from_config(config: &mut Config, wanted: &[&str]) -> Self {
        let mut name = |table: &str| {
            if wanted.contains(&table) {
                config.required(&format!("TABLE_{}", table.to_uppercase()))
            } else {
                String::new()
            }
        };
        Self {
            people: name("people"),
            sessions: name("sessions"),
            codes: name("codes"),
            messages: name("messages"),
            audit: name("audit"),
            cache: name("cache"),
        }
    }

    /// Names with a common prefix, for the local world.
    pub fn with_prefix(prefix: &str) -> Self {
        let name = |table: &str| format!("{prefix}{table}");
        Self {
            people: name("people"),
            sessions: name("sessions"),
            codes: name("codes"),
            messages: name("messages"),
            audit: name("audit"),
            cache: name("cache"),
        }
    }
}

/// The tables, and the keys that seal what they hold.
#[derive(Clone)]
pub struct Tables {
    client: Client,
    names: Names,
    keys: Arc<KeyRing>,
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

impl Tables {
    pub fn new(client: Client, names: Names, keys: Arc<KeyRing>) -> Self {
        Self {
            client,
            names,
            keys,
        }
    }

    /// The keys as last read.
    pub fn keys(&self) -> Arc<Keys> {
        self.keys.current()
    }

    /// The keys, and how to read them again.
    pub fn ring(&self) -> &KeyRing {
        &self.keys
    }
}

/// Why a table gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Throttled, conflicting, unreachable or incomplete: the same again, later, may work.
    #[error("dynamodb: {operation} did not go through: {code}")]
    Retryable {
        operation: &'static str,
        code: String,
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// Refused for good: a mistake of ours or missing rights.
    #[error("dynamodb: {operation} was refused: {code}")]
    Refused {
        operation: &'static str,
        code: String,
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// An item that this release does not understand; it is left as it is.
    #[error("dynamodb: an item of {table} is not understood")]
    NotUnderstood {
        table: &'static str,
        #[source]
        source: serde_dynamo::Error,
    },
    #[error("a sealed field of {table} can't be read")]
    Sealed {
        table: &'static str,
        #[source]
        source: SealError,
    },
}

impl TableError {
    /// What was to be opened is not as it was sealed for its place, and never will be.
    pub const fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Sealed {
                source: SealError::Refused,
                ..
            }
        )
    }

    /// Sorts an SDK error; its text goes no further than the log.
    fn of<E, R>(operation: &'static str, error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: fmt::Debug + Send + Sync + 'static,
    {
        let code = error.code().map_or_else(
            || {
                DisplayErrorContext(&error)
                    .to_string()
                    .chars()
                    .take(60)
                    .collect()
            },
            str::to_owned,
        );
        let refused = matches!(&error, SdkError::ServiceError(_))
            && matches!(
                error.code(),
                Some(
                    "ValidationException"
                        | "AccessDeniedException"
                        | "ResourceNotFoundException"
                        | "UnrecognizedClientException"
                )
            );
        let source = Some(Box::new(error) as _);
        if refused {
            Self::Refused {
                operation,
                code,
                source,
            }
        } else {
            Self::Retryable {
                operation,
                code,
                source,
            }
        }
    }
}

/// A text attribute.
fn s(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number attribute.
fn n(value: impl ToString + Copy) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Is the item past its own end? The table deletes late, so every read asks.
fn has_ended(item: &Item, now: domain::time::Moment) -> bool {
    item.get("expires_at")
        .and_then(|at| at.as_n().ok())
        .and_then(|at| at.parse::<i64>().ok())
        .is_some_and(|at| at <= now.unix())
}

fn read<T: serde::de::DeserializeOwned>(table: &'static str, item: Item) -> Result<T, TableError> {
    serde_dynamo::from_item(item).map_err(|source| TableError::NotUnderstood { table, source })
}

/// Everything stored here serialises: structs with string keys, no floats.
#[expect(clippy::expect_used, reason = "our own item types always serialise")]
fn write<T: serde::Serialize>(value: &T) -> Item {
    serde_dynamo::to_item(value).expect("our own item types serialise")
}
