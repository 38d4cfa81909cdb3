//! Flash's public API, as far as the bot needs it: who a key belongs to and what it may do, balance and history, prices,
//! and invoices to be paid by.
//! Operations stand in `graphql/`; nothing outside this crate sees Flash's own words.

mod admin;
mod answer;
#[cfg(test)]
mod awkward_answers;
#[cfg(test)]
mod checks;
mod client;
mod codes;
mod convert;
mod document;
mod error;
pub mod events;
mod fraction;
mod on_demand;
mod operation;

pub use admin::Admin;
pub use client::{Client, ClientConfig};
pub use error::{Error, Refusal, Unpushed};
pub use operation::page_operations;

/// The project's part of Flash's schema, for whoever plays Flash in tests.
pub const SCHEMA: &str = include_str!("../graphql/schema.graphql");

/// The same of its admin API.
pub const ADMIN_SCHEMA: &str = include_str!("../graphql/admin-schema.graphql");
