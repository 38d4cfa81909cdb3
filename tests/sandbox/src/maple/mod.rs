//! The stand-in for Maple: a model behind chat completions, as strict as `OpenAI`'s API where that is strict, and stricter
//! where this project must say no more than it does.
//!
//! It serves `POST /v1/chat/completions` and `GET /v1/models` to whoever has the key, keeps what it was asked, and does next
//! what it is told: by [`MapleStandIn::will`], by `POST /sandbox/maple`, or by the fault in force. Left alone it is a small
//! honest model that says what stands in its prompt.

mod answer;
mod api;
mod manner;
mod model;
mod request;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws::clock::Clock;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::fault::Faults;
use crate::silence::{Kind, keep_private};

pub use manner::Manner;
pub use model::MODEL;

/// The API key that opens every local world's Maple, until it is rotated.
pub const KEY: &str = "local-maple-key";

/// Maple, on this machine. Clones are the same one.
#[derive(Clone)]
pub struct MapleStandIn(Arc<Inner>);

struct Inner {
    clock: Clock,
    faults: Arc<Faults>,
    state: Mutex<State>,
}

struct State {
    key: String,
    /// How it answers when nothing else was ordered.
    always: Manner,
    next: VecDeque<Manner>,
    /// What it was asked and found in order, the oldest first.
    asked: Vec<Value>,
    /// Who is held goes on when this ends.
    holds: Arc<Semaphore>,
    /// Requests for a completion, refused and broken ones included.
    requests: u64,
    nonsense: u64,
}

impl State {
    fn new() -> Self {
        keep_private(Kind::Secret, KEY);
        Self {
            key: KEY.to_owned(),
            always: Manner::Honest,
            next: VecDeque::new(),
            asked: Vec::new(),
            holds: Arc::new(Semaphore::new(0)),
            requests: 0,
            nonsense: 0,
        }
    }
}

impl MapleStandIn {
    pub fn new(clock: Clock, faults: Arc<Faults>) -> Self {
        Self(Arc::new(Inner {
            clock,
            faults,
            state: Mutex::new(State::new()),
        }))
    }

    /// The next question that is not spoken for meets this.
    pub fn will(&self, manner: Manner) {
        self.state().next.push_back(manner);
    }

    /// From now on every question that is not spoken for meets this.
    pub fn always(&self, manner: Manner) {
        self.state().always = manner;
    }

    /// The bodies of all questions that were in order, the oldest first, whatever came of them.
    pub fn asked(&self) -> Vec<Value> {
        self.state().asked.clone()
    }

    /// Questions that came, refused and broken ones included.
    pub fn requests(&self) -> u64 {
        self.state().requests
    }

    /// The key that opens.
    pub fn key(&self) -> String {
        self.state().key.clone()
    }

    /// From now on only this key opens.
    pub fn rotate_key(&self, key: &str) {
        keep_private(Kind::Secret, key);
        key.clone_into(&mut self.state().key);
    }

    /// Whoever is held has their answer now.
    pub fn release(&self) {
        self.state().holds.close();
    }

    /// As it was at first.
    pub fn reset(&self) {
        *self.state() = State::new();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MapleStandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MapleStandIn")
    }
}
