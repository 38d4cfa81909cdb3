//! The operator's command line: what is done to a deployment by hand, one module per subcommand.
//!
//! A subcommand returns a report that can be printed; only `main.rs` prints, and turns a report into an exit code.

pub mod assistant;
pub mod broker;
pub mod check;
pub mod dead_letters;
pub mod events;
pub mod feedback;
pub mod keys;
pub mod knowledge;
pub mod restore;
pub mod roles;
pub mod sending;
pub mod templates;
