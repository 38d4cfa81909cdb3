//! The queues as the functions use them: `aws::queue::Queue`, and what Lambda's poller does on the other side.

mod bench;
mod dead;
mod fifo;
mod taking;

pub(crate) use bench::{Bench, Local, Wire};

use crate::case::Case;

pub(crate) fn cases() -> Vec<Case<Bench>> {
    [fifo::cases(), taking::cases(), dead::cases()]
        .into_iter()
        .flatten()
        .collect()
}
