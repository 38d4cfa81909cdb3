//! Conversations as sentences: the past is told as events, the next message is sent, and what comes of it is asserted.

mod balance;
mod chat;
mod flooding;
mod linking;
mod locking;
mod opting;
mod pointing;
mod random;
mod shell;
mod steps;
mod unlinking;
mod verifying;
