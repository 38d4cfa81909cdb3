//! Numbers with a fraction, read digit by digit: no float is ever made of them.

use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON number, or a string that holds one, as the exact decimal that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fraction(pub(crate) Decimal);

impl<'de> Deserialize<'de> for Fraction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        decimal(raw.get().trim_matches('"'))
            .map(Self)
            .ok_or_else(|| D::Error::custom("not a number"))
    }
}

impl Serialize for Fraction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.to_string())
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

/// Plain or exponent form; None for anything else (Flash writes `undefined` where it has no figure).
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    Decimal::from_str_exact(text)
        .or_else(|_| Decimal::from_scientific(text))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_survives() {
        for (json, expected) in [
            ("109.9346", "109.9346"),
            ("1e-7", "0.0000001"),
            ("-2.5E-3", "-0.0025"),
            ("0.1", "0.1"),
            ("123456789012.34567891", "123456789012.34567891"),
            ("\"109.9346\"", "109.9346"),
            ("0", "0"),
            ("-0.0001", "-0.0001"),
        ] {
            let read: Fraction = serde_json::from_str(json).unwrap();
            assert_eq!(read.0, expected.parse().unwrap(), "{json}");
            assert_eq!(serde_json::to_string(&read).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for json in ["\"undefined\"", "\"\"", "true", "[]", "{}", "\"1,5\""] {
            assert!(serde_json::from_str::<Fraction>(json).is_err(), "{json}");
        }
        assert_eq!(decimal("undefined"), None);
        assert_eq!(decimal("NaN"), None);
    }

    #[test]
    fn null_is_absent_not_zero() {
        assert_eq!(
            serde_json::from_str::<Option<Fraction>>("null").unwrap(),
            None
        );
    }
}
