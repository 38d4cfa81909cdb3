//! Numbers as people read them, by ICU.

use fixed_decimal::Decimal as Fixed;
use icu_decimal::DecimalFormatter;

use crate::language::Language;
use crate::money::{Cents, Currency, Sats};

/// `J$1,711.30`: minor units of `currency`, grouped, with all its digits.
pub fn money(l: Language, minor: i64, currency: &Currency) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let mut amount = Fixed::from(minor.unsigned_abs());
    let digits = i16::try_from(currency.fraction_digits.min(12)).unwrap_or(0);
    amount.multiply_pow10(digits.saturating_neg());
    amount.pad_end(digits.saturating_neg());
    format!("{sign}{}{}", currency.symbol, grouped(l, &amount))
}

/// `US$10.99`: dollars always carry their country here, because most people's own money is a dollar too.
pub fn usd(l: Language, cents: Cents) -> String {
    money(
        l,
        cents.0,
        &Currency {
            symbol: "US$".to_owned(),
            ..Currency::usd()
        },
    )
}

/// `0.00001090 BTC`.
pub fn btc(l: Language, sats: Sats) -> String {
    money(
        l,
        sats.0,
        &Currency {
            code: "BTC".to_owned(),
            symbol: String::new(),
            fraction_digits: 8,
        },
    ) + " BTC"
}

fn grouped(l: Language, amount: &Fixed) -> String {
    match DecimalFormatter::try_new(
        l.locale().into(),
        icu_decimal::options::DecimalFormatterOptions::default(),
    ) {
        Ok(formatter) => formatter.format(amount).to_string(),
        // The locale's data is compiled in; without it the plain digits are still right.
        Err(_) => amount.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spanish_puts_its_points_where_the_caribbean_does() {
        assert_eq!(usd(Language::Spanish, Cents(171_130)), "US$1,711.30");
        assert_eq!(usd(Language::Spanish, Cents(1_171_130)), "US$11,711.30");
        assert_eq!(btc(Language::Spanish, Sats(1_090)), "0.00001090 BTC");
    }

    #[test]
    fn money_is_grouped_and_keeps_its_digits() {
        let jmd = Currency {
            code: "JMD".into(),
            symbol: "J$".into(),
            fraction_digits: 2,
        };
        assert_eq!(money(Language::English, 171_130, &jmd), "J$1,711.30");
        assert_eq!(money(Language::English, 0, &jmd), "J$0.00");
        assert_eq!(money(Language::English, 5, &jmd), "J$0.05");
        assert_eq!(money(Language::English, -250, &jmd), "-J$2.50");
        assert_eq!(
            money(
                Language::English,
                1_000_000,
                &Currency {
                    code: "JPY".into(),
                    symbol: "¥".into(),
                    fraction_digits: 0
                }
            ),
            "¥1,000,000"
        );
        assert_eq!(usd(Language::English, Cents(109)), "US$1.09");
        assert_eq!(btc(Language::English, Sats(1_090)), "0.00001090 BTC");
        assert_eq!(
            btc(Language::English, Sats(2_100_000_000_000_000)),
            "21,000,000.00000000 BTC"
        );
    }
}
