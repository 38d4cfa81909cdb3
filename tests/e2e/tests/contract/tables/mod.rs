//! The tables as the functions use them: `aws::tables::Tables` over the real AWS SDK.

mod bench;
mod codes;
mod commit;
mod counting;
mod due;
mod erasing;
mod events;
mod held;
mod moving;
mod reading;
mod remembering;
mod requests;
mod sending;
mod staff;
mod standing;

pub(crate) use bench::Bench;

use crate::case::Case;

pub(crate) fn cases() -> Vec<Case<Bench>> {
    [
        commit::cases(),
        counting::cases(),
        reading::cases(),
        remembering::cases(),
        requests::cases(),
        sending::cases(),
        standing::cases(),
        due::cases(),
        erasing::cases(),
        events::cases(),
        held::cases(),
        codes::cases(),
        moving::cases(),
        staff::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
