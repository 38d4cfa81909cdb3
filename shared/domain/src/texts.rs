//! Everything the bot says, by subject, in every language it speaks. Read on a small phone: who, what, what next.

pub mod privacy;

mod ai;
mod assistant;
mod commands;
mod feedback;
mod flows;
mod general;
mod help;
mod history;
mod language;
mod linking;
mod money;
mod notices;
mod operations;
mod preferences;
mod proof;
mod question;
mod receiving;
mod requests;
mod staff;
mod tickets;
mod warnings;
mod wordless;
mod words;

pub use ai::*;
pub use assistant::*;
pub use commands::{examples, taught, word};
pub use feedback::*;
pub use flows::*;
pub use general::*;
pub use help::*;
pub use history::*;
pub use language::*;
pub use linking::*;
pub use money::*;
pub use notices::{digest, notice};
pub use operations::*;
pub use preferences::*;
pub use proof::*;
pub use question::*;
pub use receiving::*;
pub use requests::*;
pub use staff::*;
pub use tickets::*;
pub use warnings::*;
pub use wordless::*;

use words::said;
pub(crate) use words::words;

#[cfg(test)]
pub(crate) mod tests;
