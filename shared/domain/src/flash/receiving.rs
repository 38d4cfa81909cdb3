//! What is asked for and has not been paid yet.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::IdError;
use crate::money::{Cents, Sats};
use crate::time::Moment;

/// A memo's longest, in bytes of UTF-8: what an invoice's description holds (BOLT 11).
pub const MEMO_BYTES: usize = 639;

/// A Lightning invoice, in the form in which it is paid (BOLT 11): whoever has it can pay it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentRequest(String);

impl PaymentRequest {
    /// Lower case, letters and digits; what it says is not looked at.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let shaped = text.starts_with("ln")
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError("payment request"))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PaymentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaymentRequest")
    }
}

/// By which both sides of a Lightning payment know it: 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentHash(String);

impl PaymentHash {
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(IdError("payment hash"))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PaymentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaymentHash")
    }
}

/// An invoice that Flash has made. All but `cents` is what the invoice itself says.
#[derive(Clone, PartialEq, Eq)]
pub struct Invoice {
    pub payment_request: PaymentRequest,
    pub payment_hash: PaymentHash,
    /// What is to be paid, rounded up to whole satoshis.
    pub sats: Sats,
    /// What was asked for.
    pub cents: Cents,
    pub created_at: Moment,
    pub expires_at: Moment,
    /// As it was given; a payer's wallet shows it.
    pub memo: Option<String>,
}

impl fmt::Debug for Invoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invoice")
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Where an invoice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    Pending,
    Paid,
    Expired,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_request_is_letters_and_digits_and_a_hash_is_hexadecimal() {
        assert!(PaymentRequest::parse("lnbc10u1pvjluez").is_ok());
        for text in ["", "lnbc 1", "LNBC1", "bc1qxyz", "lnbc1\u{200b}", "lnbc*1"] {
            assert!(PaymentRequest::parse(text).is_err(), "{text}");
        }
        let hash = "AB".repeat(32);
        assert_eq!(
            PaymentHash::parse(&hash).unwrap().as_str(),
            hash.to_lowercase()
        );
        for text in ["", "ab", &"g".repeat(64), &"ab".repeat(33)] {
            assert!(PaymentHash::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn neither_shows_in_a_log() {
        let request = PaymentRequest::parse("lnbc10u1pvjluez").unwrap();
        let hash = PaymentHash::parse(&"ab".repeat(32)).unwrap();
        assert_eq!(
            format!("{request:?} {hash:?}"),
            "PaymentRequest PaymentHash"
        );
    }
}
