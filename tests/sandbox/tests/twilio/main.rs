//! The Twilio stand-in and our client of it, over a real port: each keeps the other honest.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail it")]

mod delivery;
mod faults;
mod listing;
mod refusals;
mod saying;
mod sending;
mod templates;
mod world;
