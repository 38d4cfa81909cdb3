//! Asking Twilio what was missed, and posting it in Twilio's place, against peers that answer in each way that matters.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail it")]

mod list;
mod peer;
mod repost;
