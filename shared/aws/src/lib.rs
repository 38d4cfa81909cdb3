//! The house on AWS: clock, configuration, secrets, keys, tables, queues, batches, telemetry.

pub mod batch;
pub mod clients;
pub mod clock;
pub mod config;
pub mod dead_letter;
pub mod events;
pub mod keys;
pub mod observe;
pub mod pictures;
pub mod queue;
pub mod refreshed;
pub mod remembered;
pub mod ring;
pub mod secrets;
pub mod tables;
pub mod telemetry;
pub mod tokens;
pub mod topic;
pub mod traffic;
