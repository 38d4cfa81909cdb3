//! Breaking things on purpose: which outside system misbehaves, how, and for how many calls.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

/// What can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    Flash,
    Twilio,
    Maple,
    Dynamodb,
    Queue,
    /// Ours, as Twilio finds it: messages and delivery callbacks alike.
    Webhook,
}

/// How it is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Ok,
    /// Answers 503 at once; of the webhook, 502, as API Gateway does where no function answers.
    Down,
    /// Holds each answer longer than any caller waits.
    Slow,
    /// HTML, cut JSON and wrong types in turn.
    Nonsense,
    /// Refuses for now, as the real system words it.
    RateLimited,
    /// Does what was asked, then never answers.
    TimeoutAfterAccept,
    /// Of DynamoDB: a transaction is written and its answer lost; everything else works.
    CommitAnswerLost,
    /// Of DynamoDB: transactions are in conflict, batches come back incomplete, the index lags.
    Busy,
}

impl Mode {
    /// Whether `system` can be broken this way. DynamoDB and the queue know two ways: not done and no answer, or done and
    /// no answer; every other mode is the first for them. The webhook can only be down.
    pub fn fits(self, system: System) -> bool {
        match system {
            System::Webhook => matches!(self, Self::Ok | Self::Down),
            System::Dynamodb => true,
            _ => !matches!(self, Self::CommitAnswerLost | Self::Busy),
        }
    }
}

#[derive(Debug)]
struct Fault {
    mode: Mode,
    /// None: until told otherwise.
    calls_left: Option<u32>,
}

/// The faults in force.
#[derive(Debug, Default)]
pub struct Faults {
    broken: Mutex<HashMap<System, Fault>>,
    deaths: Mutex<Option<Deaths>>,
    died: AtomicUsize,
}

/// How invocations die.
#[derive(Debug)]
struct Deaths {
    chance: fastrand::Rng,
    one_in: u32,
    most_calls: u32,
}

impl Faults {
    /// From now on `system` behaves as `mode`, for `count` calls or until set to `Ok`.
    pub fn set(&self, system: System, mode: Mode, count: Option<u32>) {
        let mut faults = self
            .broken
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if mode == Mode::Ok || count == Some(0) {
            faults.remove(&system);
        } else {
            faults.insert(
                system,
                Fault {
                    mode,
                    calls_left: count,
                },
            );
        }
    }

    /// How `system` behaves for one call that begins now; counts it.
    pub fn strike(&self, system: System) -> Mode {
        let mut faults = self
            .broken
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(fault) = faults.get_mut(&system) else {
            return Mode::Ok;
        };
        let mode = fault.mode;
        if let Some(left) = &mut fault.calls_left {
            *left -= 1;
            if *left == 0 {
                faults.remove(&system);
            }
        }
        mode
    }

    /// How `system` behaves now, without counting a call.
    pub fn mode(&self, system: System) -> Mode {
        let faults = self
            .broken
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        faults.get(&system).map_or(Mode::Ok, |fault| fault.mode)
    }

    /// From now on one invocation in so many dies after one to `most_calls` of its calls; none for `one_in` 0.
    pub fn let_die(&self, seed: u64, one_in: u32, most_calls: u32) {
        let deaths = (one_in > 0).then(|| Deaths {
            chance: fastrand::Rng::with_seed(seed),
            one_in,
            most_calls,
        });
        *self
            .deaths
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = deaths;
    }

    /// After how many calls an invocation that begins now dies, if it does.
    pub fn death(&self) -> Option<u32> {
        let mut deaths = self
            .deaths
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let deaths = deaths.as_mut()?;
        let dies = deaths.chance.u32(0..deaths.one_in) == 0;
        self.died.fetch_add(usize::from(dies), Ordering::Relaxed);
        dies.then(|| deaths.chance.u32(1..=deaths.most_calls))
    }

    /// Invocations that were doomed so far.
    pub fn died(&self) -> usize {
        self.died.load(Ordering::Relaxed)
    }

    pub fn clear(&self) {
        self.broken
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clear();
    }
}
