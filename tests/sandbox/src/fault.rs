//! Breaking things on purpose: which outside system misbehaves, how, and for how many calls.

use std::collections::HashMap;
use std::sync::Mutex;

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
}

/// How it is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Ok,
    /// Answers 503 at once.
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
}

impl Mode {
    /// Whether `system` can be broken this way. DynamoDB and the queue know two ways: not done and no answer, or done and
    /// no answer; every other mode is the first for them.
    pub fn fits(self, system: System) -> bool {
        self != Self::CommitAnswerLost || system == System::Dynamodb
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
pub struct Faults(Mutex<HashMap<System, Fault>>);

impl Faults {
    /// From now on `system` behaves as `mode`, for `count` calls or until set to `Ok`.
    pub fn set(&self, system: System, mode: Mode, count: Option<u32>) {
        let mut faults = self
            .0
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
            .0
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
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        faults.get(&system).map_or(Mode::Ok, |fault| fault.mode)
    }

    pub fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clear();
    }
}
