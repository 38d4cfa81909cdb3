//! Amounts as people type them, and whom they ask for them.

use domain::amount::{self, Amount, Typed};
use domain::money::{Cents, Currency, Price, Quote};
use domain::policy::{LARGEST_AMOUNT, REQUEST_MEMO};
use domain::request;
use domain::time::Moment;

use crate::near_text;

pub(crate) const AMOUNTS: [&str; 12] = [
    "5",
    "US$5.50 lunch",
    "$ 1,000.25",
    "J$ 500 for the bus",
    "1,234,567.89 JMD",
    "5 dollars for lunch",
    "5USD",
    "0.01",
    "50,000",
    "10,50",
    "5..0",
    "٥",
];

/// What a dollar costs in another currency, which has no such thing as cents, or a thousand of them.
fn price(code: &str, fraction_digits: u32) -> Price {
    let quote = |base| Quote { base, offset: 6 };
    Price {
        currency: Currency {
            code: code.to_owned(),
            fraction_digits,
            ..Currency::usd()
        },
        cent: quote(157_300_000),
        sat: quote(99_885_500),
        at: Moment::from_unix(1_795_348_800),
    }
}

/// Never another amount than was meant.
pub(crate) fn amounts(input: &[u8]) {
    let text = near_text(&AMOUNTS, input);
    let Ok((amount, rest)) = amount::leading(&text) else {
        assert!(amount::parse(&text).is_err());
        return;
    };
    assert!(text.trim_end().ends_with(rest.trim_end()));
    assert_eq!(amount::parse(&text).is_ok(), rest.is_empty());
    is_sound(&amount);
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let taken = text.trim().strip_suffix(rest).unwrap_or_default();
    let value = digits(taken).parse::<i64>().unwrap_or_default();
    assert!(
        [value, value * 10, value * 100].contains(&amount.minor),
        "{taken}: {amount:?}"
    );
}

fn is_sound(amount: &Amount) {
    assert!(amount.minor > 0);
    assert_eq!(amount::parse(&amount.to_string()).as_ref(), Ok(amount));
    if let Some(cents) = amount.cents() {
        assert!(cents.0 == amount.minor && cents <= LARGEST_AMOUNT);
    }
    if let Typed::Code(code) = &amount.currency {
        assert!(code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()));
        for fraction_digits in [0, 2, 3, 40] {
            let cents = amount.cents_at(&price(code, fraction_digits));
            if let Some(Ok(cents)) = cents {
                assert!(cents > Cents(0) && cents <= LARGEST_AMOUNT);
            }
        }
        let other = if code == "JMD" { "TTD" } else { "JMD" };
        assert_eq!(amount.cents_at(&price(other, 2)), None);
    }
}

pub(crate) const REQUESTS: [&str; 6] = [
    "20 from @marcia for lunch",
    "US$20.50 @marcia",
    "5 a @marcia por el almuerzo",
    "5 de marcia para la luz",
    "5 from mar cia",
    "J$500 from @marcia",
];

/// Of one person, in dollars, in words that pose as nobody's.
pub(crate) fn requests(input: &[u8]) {
    let text = near_text(&REQUESTS, input);
    let _ = request::looks_like_one(&text);
    let Ok(ask) = request::parse(&text) else {
        return;
    };
    assert!(ask.cents > Cents(0) && ask.cents <= LARGEST_AMOUNT);
    if let Some(memo) = &ask.memo {
        assert!((1..=REQUEST_MEMO).contains(&memo.chars().count()));
        assert!(!request::poses(memo) && !memo.contains(['*', '~', '`', '{', '\n', '/']));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_what_the_parsers_take() {
        let amounts = AMOUNTS.iter().filter(|text| amount::leading(text).is_ok());
        assert_eq!(amounts.count(), 9);
        let requests = REQUESTS.iter().filter(|text| request::parse(text).is_ok());
        assert_eq!(requests.count(), 4);
    }
}
