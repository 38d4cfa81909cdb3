//! Flash's WhatsApp bot itself: what is said, decided and counted. Pure: no network, no clock, no randomness of its own.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions
    )
)]

pub mod address;
pub mod amount;
pub mod announcement;
pub mod assistant;
pub mod breaker;
pub mod cached;
pub mod command;
pub mod consent;
pub mod conversation;
pub mod counts;
pub mod export;
pub mod flash;
pub mod flash_event;
pub mod flood;
pub mod flow;
pub mod format;
pub mod guard;
pub mod ids;
pub mod knowledge;
pub mod language;
pub mod linking;
pub mod minimise;
pub mod money;
pub mod notification;
pub mod outbox;
pub mod outside;
pub mod parting;
pub mod place;
pub mod policy;
pub mod preferences;
pub mod receiving;
pub mod recovery;
pub mod renewal;
pub mod request;
pub mod risk;
pub mod role;
pub mod sending;
pub mod split;
pub mod state;
pub mod step_up;
pub mod support;
pub mod texts;
pub mod ticket;
pub mod time;
pub mod watched;

#[cfg(test)]
mod properties;
