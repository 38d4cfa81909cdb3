//! Money without floats: whole cents and sats, `Decimal` for what Flash sends as fractions, floor for display.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// Whole US cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub i64);

impl Cents {
    /// Flash's fractional cents, rounded down to what can be spent; negative dust (above -1) is zero.
    /// None where the figure is beyond any wallet (Flash's own bound is ±10¹³).
    pub fn floor(fractional: Decimal) -> Option<Self> {
        let whole = if fractional > Decimal::NEGATIVE_ONE && fractional < Decimal::ZERO {
            Decimal::ZERO
        } else {
            fractional.floor()
        };
        whole
            .to_i64()
            .filter(|cents| cents.unsigned_abs() <= 10_000_000_000_000)
            .map(Self)
    }
}

/// Whole satoshis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sats(pub i64);

impl Sats {
    /// One bitcoin.
    pub const BITCOIN: Self = Self(100_000_000);
}

/// `base / 10^offset`, as Flash quotes prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub base: i64,
    pub offset: u32,
}

impl Quote {
    /// None where the quote is absurd (not positive, or an offset no decimal can hold).
    pub fn value(self) -> Option<Decimal> {
        if self.base <= 0 || self.offset > 28 {
            return None;
        }
        Decimal::try_new(self.base, self.offset).ok()
    }
}

/// A currency money is shown in, as Flash's `currencyList` names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Currency {
    /// `JMD`.
    pub code: String,
    /// `J$`.
    pub symbol: String,
    /// Digits after the point.
    pub fraction_digits: u32,
}

impl Currency {
    pub fn usd() -> Self {
        Self {
            code: "USD".to_owned(),
            symbol: "$".to_owned(),
            fraction_digits: 2,
        }
    }
}

/// What one US cent and one satoshi cost in minor units of `currency`, at `at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    pub currency: Currency,
    pub cent: Quote,
    pub sat: Quote,
    pub at: Moment,
}

impl Price {
    /// `cents` in minor units of the price's currency, rounded down. None where a quote is absurd.
    pub fn display(&self, cents: Cents) -> Option<i64> {
        Decimal::from(cents.0)
            .checked_mul(self.cent.value()?)?
            .floor()
            .to_i64()
    }

    /// `cents` in satoshis, rounded down. None where a quote is absurd.
    pub fn sats(&self, cents: Cents) -> Option<Sats> {
        let minor = Decimal::from(cents.0).checked_mul(self.cent.value()?)?;
        minor
            .checked_div(self.sat.value()?)?
            .floor()
            .to_i64()
            .map(Sats)
    }

    /// What `sats` cost in minor units of the price's currency, rounded down. None where a quote is absurd.
    pub fn cost(&self, sats: Sats) -> Option<i64> {
        Decimal::from(sats.0)
            .checked_mul(self.sat.value()?)?
            .floor()
            .to_i64()
    }

    /// The same in US cents.
    pub fn cents(&self, sats: Sats) -> Option<Cents> {
        let minor = Decimal::from(sats.0).checked_mul(self.sat.value()?)?;
        Cents::floor(minor.checked_div(self.cent.value()?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(text: &str) -> Option<Cents> {
        Cents::floor(text.parse().unwrap())
    }

    #[test]
    fn fractional_cents_are_floored_and_dust_is_zero() {
        assert_eq!(cents("109.9346"), Some(Cents(109)));
        assert_eq!(cents("0"), Some(Cents(0)));
        assert_eq!(cents("0.9999"), Some(Cents(0)));
        assert_eq!(cents("-0.0001"), Some(Cents(0)));
        assert_eq!(cents("-0.9999"), Some(Cents(0)));
        assert_eq!(cents("-1"), Some(Cents(-1)));
        assert_eq!(cents("-1.5"), Some(Cents(-2)));
        assert_eq!(cents("99999999999999999"), None);
    }

    #[test]
    fn a_price_converts_by_base_and_offset() {
        let price = Price {
            currency: Currency {
                code: "JMD".into(),
                symbol: "J$".into(),
                fraction_digits: 2,
            },
            cent: Quote {
                base: 157_000_000,
                offset: 6,
            },
            sat: Quote {
                base: 15_700_000_000_000,
                offset: 12,
            },
            at: Moment::from_unix(0),
        };
        assert_eq!(price.display(Cents(109)), Some(17_113));
        assert_eq!(price.sats(Cents(109)), Some(Sats(1_090)));
        assert_eq!(price.cost(Sats::BITCOIN), Some(1_570_000_000));
        assert_eq!(price.cents(Sats::BITCOIN), Some(Cents(10_000_000)));
    }

    #[test]
    fn an_absurd_quote_gives_no_figure() {
        for quote in [
            Quote { base: 0, offset: 6 },
            Quote {
                base: -1,
                offset: 6,
            },
            Quote {
                base: 1,
                offset: 60,
            },
        ] {
            assert_eq!(quote.value(), None);
        }
    }
}
