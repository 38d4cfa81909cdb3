//! Prices, and the currencies they are in.

use domain::money::{Currency, Price, Quote};
use domain::outside;
use domain::time::Moment;

use crate::operation::{balance, balance_in, currencies, realtime_price};

/// What one cent and one satoshi cost, whichever operation read it.
pub(super) struct Quoted {
    code: String,
    at: i64,
    cent: (i64, i64),
    sat: (i64, i64),
}

macro_rules! quoted {
    ($($module:ident)*) => {$(
        impl From<$module::PriceFields> for Quoted {
            fn from(price: $module::PriceFields) -> Self {
                let (cent, sat) = (price.usd_cent_price, price.btc_sat_price);
                Self {
                    code: price.denominator_currency,
                    at: price.timestamp,
                    cent: (cent.base, cent.offset),
                    sat: (sat.base, sat.offset),
                }
            }
        }
    )*};
}
quoted!(balance balance_in realtime_price);

/// A row of Flash's list of currencies, whichever operation read it.
pub(super) struct Listed {
    code: String,
    symbol: String,
    fraction_digits: i64,
}

macro_rules! listed {
    ($($module:ident $row:ident)*) => {$(
        impl From<$module::$row> for Listed {
            fn from(row: $module::$row) -> Self {
                Self {
                    code: row.id,
                    symbol: row.symbol,
                    fraction_digits: row.fraction_digits,
                }
            }
        }
    )*};
}
listed!(
    balance BalanceCurrencyList
    balance_in BalanceInCurrencyList
    realtime_price RealtimePriceCurrencyList
    currencies CurrenciesCurrencyList
);

/// A code of Flash's: 3 or 4 letters.
const CODE_LETTERS: usize = 4;

/// Longer symbols are none.
const SYMBOL_LETTERS: usize = 6;

impl Listed {
    /// None where its digits are absurd.
    pub(super) fn currency(&self) -> Option<Currency> {
        Some(Currency {
            // Both stand in the message.
            code: code(&self.code),
            symbol: outside::words(&self.symbol, SYMBOL_LETTERS),
            fraction_digits: u32::try_from(self.fraction_digits)
                .ok()
                .filter(|digits| *digits <= 8)?,
        })
    }
}

/// What Flash calls a currency, made harmless.
pub(super) fn code(text: &str) -> String {
    outside::words(text, CODE_LETTERS)
}

/// None where the quote's currency is not in Flash's list: its digits would be a guess, and money is not guessed.
pub(super) fn price<L: Into<Listed>>(
    quoted: impl Into<Quoted>,
    list: impl IntoIterator<Item = L>,
) -> Option<Price> {
    let quoted = quoted.into();
    let currency = list
        .into_iter()
        .map(Into::into)
        .find(|listed: &Listed| listed.code == quoted.code)
        .and_then(|listed| listed.currency())
        .or_else(|| (quoted.code == "USD").then(Currency::usd))?;
    Some(Price {
        currency,
        cent: quote(quoted.cent)?,
        sat: quote(quoted.sat)?,
        at: Moment::from_unix(quoted.at),
    })
}

fn quote((base, offset): (i64, i64)) -> Option<Quote> {
    let quote = Quote {
        base,
        offset: u32::try_from(offset).ok()?,
    };
    quote.value().map(|_| quote)
}
