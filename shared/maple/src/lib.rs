//! Questions to a model: Maple's, inside an attested enclave, or one behind any address that speaks chat completions as
//! `OpenAI` does.
//!
//! # What is attested
//!
//! A client of [`ENCLAVE`] proves before it says anything that the other end is an AWS Nitro enclave running a release of
//! Maple's that is pinned or signed by its makers, and seals every question and answer for that enclave alone; whoever ends
//! the TLS on the way reads nothing but the API key. The crate `opensecret`, by Maple's makers, does that ([`Client::is_attested`]).
//! A release of the enclave that is younger than the crate is looked up in its makers' signed list, on GitHub.
//!
//! Every other address is taken at its word: plain chat completions over TLS, such as an operator's own `maple-proxy`, which
//! then does the proving in our stead. Nothing here claims it for them.

mod client;
mod enclave;
mod error;
mod plain;
mod wire;

#[cfg(test)]
mod tests;

pub use client::{Client, ClientConfig};
pub use error::Error;

/// Where Maple's own enclave answers.
pub const ENCLAVE: &str = "https://enclave.trymaple.ai";
