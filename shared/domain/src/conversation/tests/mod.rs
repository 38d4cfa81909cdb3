//! Conversations as sentences: the past is told as events, the next message is sent, and what comes of it is asserted.

mod balance;
mod chat;
mod consenting;
mod erasing;
mod flooding;
mod guessing;
mod hands;
mod linking;
mod locking;
mod moving;
mod opting;
mod pointing;
mod random;
mod renewing;
mod shell;
mod staff;
mod stepping_up;
mod steps;
mod unlinking;
mod verifying;
mod watching;
