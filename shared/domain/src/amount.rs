//! An amount of money as people type it: right, or refused; never another amount than was meant.
//!
//! Grammar, whatever the case: `amount := [mark [" "]] number [[" "] mark]`, of which at most one mark names a currency
//! other than the other does.
//! `number := whole ["." digit [digit]]`, `whole := "0" | digit{1,9} without a leading zero | digit{1,3} ("," digit{3})+`
//! (thousands, as the Caribbean groups them in English and in Spanish), `digit := "0".."9"`.
//! `mark := "$" | "dollars" | "US$" | "J$" … | a code of ISO 4217`.
//!
//! Without a currency it is US dollars, and whoever answers says so. Words may follow, for what it is for; they must not
//! begin with what could belong to the amount.

mod marks;
mod number;

use std::fmt;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::money::{Cents, Price};
use crate::policy::LARGEST_AMOUNT;

/// A positive amount of money, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Hundredths of a unit of the currency, whatever it is itself divided into.
    pub minor: i64,
    pub currency: Typed,
}

/// In which currency somebody typed an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// In none, or in dollars of no country: US dollars, which the answer must say.
    Unmarked,
    Usd,
    /// Another one's code (ISO 4217): `JMD`.
    Code(String),
}

/// Why a text is no amount that could be meant only one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AmountError {
    #[error("there is no amount")]
    Missing,
    /// `five`, `lunch 5`.
    #[error("it does not begin with a number")]
    NotANumber,
    /// Arabic-Indic, full-width and all the others.
    #[error("its digits are not 0 to 9")]
    OtherDigits,
    #[error("it is negative")]
    Negative,
    /// `1e3`, `5k`, `5 thousand`, `5 x 3`.
    #[error("it is to be multiplied, or counted on")]
    Shorthand,
    /// `10,50`, `1,00`, `1.000`: tens or thousands, by whose habit?
    #[error("it reads two ways")]
    Ambiguous,
    #[error("it is less than a cent, or has a part that is")]
    TooFine,
    #[error("it is nothing")]
    Zero,
    #[error("it is more than can be asked for")]
    TooLarge,
    /// `5 5`, `1 000`.
    #[error("there are two numbers")]
    TwoNumbers,
    /// `US$5 JMD`.
    #[error("there are two currencies")]
    TwoCurrencies,
    /// `5 sats`, `50 cents`, `5 pesos`, `C$5`.
    #[error("it is of a unit that is not taken")]
    OtherUnit,
    /// `5..0`, `5.`, `.5`, `05`.
    #[error("it is not written as an amount")]
    Malformed,
}

/// The whole of `text` is an amount.
pub fn parse(text: &str) -> Result<Amount, AmountError> {
    match leading(text)? {
        (amount, "") => Ok(amount),
        _ => Err(AmountError::Malformed),
    }
}

/// The amount that `text` begins with, and what follows it.
pub fn leading(text: &str) -> Result<(Amount, &str), AmountError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AmountError::Missing);
    }
    // `US$5 …` and `US$ 5 …`
    let (first, mut rest) = word(text);
    let (before, mut token) = marks::before(first);
    if token.is_empty() {
        (token, rest) = word(rest);
    }
    let mut currency = before.map_or(Ok(Typed::Unmarked), marks::read)?;
    let (number, after) = number::split(token)?;
    let minor = number::read(number)?;
    // `5USD …` and `5 USD …`
    if after.is_empty() {
        let (next, later) = word(rest);
        if let Some(mark) = marks::follows(next)? {
            currency = marks::both(currency, mark)?;
            rest = later;
        }
    } else {
        currency = marks::both(currency, marks::read(after)?)?;
    }
    marks::ends_before(rest)?;
    match minor {
        0 => Err(AmountError::Zero),
        minor if currency.is_usd() && Cents(minor) > LARGEST_AMOUNT => Err(AmountError::TooLarge),
        minor => Ok((Amount { minor, currency }, rest)),
    }
}

/// The first word, and what follows it.
fn word(text: &str) -> (&str, &str) {
    match text.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim_start()),
        None => (text, ""),
    }
}

impl Typed {
    const fn is_usd(&self) -> bool {
        matches!(self, Self::Unmarked | Self::Usd)
    }
}

impl Amount {
    /// In US cents, where it was typed in US dollars. None: a price must say.
    pub fn cents(&self) -> Option<Cents> {
        self.currency.is_usd().then_some(Cents(self.minor))
    }

    /// In US cents at a price of its currency, to the nearest cent. None: the price is of another currency, or absurd.
    pub fn cents_at(&self, price: &Price) -> Option<Result<Cents, AmountError>> {
        let Typed::Code(code) = &self.currency else {
            return self.cents().map(Ok);
        };
        if *code != price.currency.code {
            return None;
        }
        // A price is of the currency's own smallest unit, which need not be a hundredth.
        let unit = 10_i64.checked_pow(price.currency.fraction_digits)?;
        let cents = Decimal::new(self.minor, 2)
            .checked_mul(Decimal::from(unit))?
            .checked_div(price.cent.value()?)?
            .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        Some(match cents.to_i64().map(Cents) {
            Some(Cents(0)) => Err(AmountError::TooFine),
            Some(cents) if cents <= LARGEST_AMOUNT => Ok(cents),
            _ => Err(AmountError::TooLarge),
        })
    }
}

/// As it can be typed: `5`, `5.50 USD`, `500 JMD`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minor = Decimal::new(self.minor, 2);
        if minor.fract().is_zero() {
            write!(f, "{}", minor.trunc())?;
        } else {
            write!(f, "{minor}")?;
        }
        match &self.currency {
            Typed::Unmarked => Ok(()),
            Typed::Usd => f.write_str(" USD"),
            Typed::Code(code) => write!(f, " {code}"),
        }
    }
}

#[cfg(test)]
mod tests;
