//! What an event says of an amount, as it is told: in US dollars, and beside them in what the person counts in.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Money;
use crate::flash_event::Worth;
use crate::money::{Cents, Currency, Price, Sats};

pub(super) const DOLLAR: &str = "USD";
pub(super) const BITCOIN: &str = "BTC";

/// The code of the currency whose price must be known to tell `amount`, which Flash shows as `display`, to somebody who counts
/// in `own`. None: there is nothing to convert.
pub(super) fn wants_price<'w>(
    amount: &'w Worth,
    display: Option<&Worth>,
    own: &'w str,
) -> Option<&'w str> {
    let in_dollars = shown(amount, display).is_some_and(|shown| shown.currency == DOLLAR);
    match amount.currency.as_str() {
        DOLLAR if own == DOLLAR => None,
        BITCOIN if own == DOLLAR && in_dollars => None,
        DOLLAR | BITCOIN => Some(own),
        other => Some(other),
    }
}

/// How Flash shows `amount`. Nothing is no worth of something.
fn shown<'w>(amount: &Worth, display: Option<&'w Worth>) -> Option<&'w Worth> {
    display.filter(|display| !display.value.is_zero() || amount.value.is_zero())
}

/// `amount` with what follows from `price`, if there is one: that of [`wants_price`]. `display` is the same amount as Flash
/// shows it, of that moment, so it goes before what follows from a price of today; `sats` what went over Lightning or the
/// chain. None: it says nothing that could be told.
pub(super) fn money(
    amount: &Worth,
    display: Option<&Worth>,
    sats: Option<Sats>,
    price: Option<&Price>,
) -> Option<Money> {
    let display = shown(amount, display);
    let (cents, sats) = match amount.currency.as_str() {
        DOLLAR => (Some(cents(amount)?), sats),
        BITCOIN => {
            let sats = minor(amount, 8).map(Sats)?;
            let shown = display.and_then(|display| cents_of(display, price));
            let today = || price.and_then(|price| price.cents(sats));
            (shown.or_else(today), Some(sats))
        }
        _ => {
            let price = price.filter(|price| price.currency.code == amount.currency)?;
            (cents_at(amount, price), sats)
        }
    };
    let foreign = price.filter(|price| price.currency.code != DOLLAR);
    let local = foreign.and_then(|price| {
        let code = &price.currency.code;
        let said = [Some(amount), display];
        let said = said
            .into_iter()
            .flatten()
            .find(|worth| worth.currency == *code);
        let minor = match said {
            Some(said) => minor(said, price.currency.fraction_digits),
            None => cents.and_then(|cents| price.display(cents)),
        };
        Some((minor?, price.currency.clone()))
    });
    Some(Money { cents, sats, local })
}

/// What is in `amount`, where it is in US dollars: what a request may ask for.
pub(super) fn dollars(amount: &Worth) -> Option<Cents> {
    (amount.currency == DOLLAR).then(|| cents(amount)).flatten()
}

/// So little that there is nothing to say of it: less than a cent, or than a satoshi where that is all that is known.
pub(super) fn is_dust(money: &Money) -> bool {
    match (money.cents, money.sats) {
        (Some(cents), _) => cents < Cents(1),
        (None, Some(sats)) => sats < Sats(1),
        (None, None) => matches!(money.local, Some((minor, _)) if minor < 1),
    }
}

/// US dollars.
pub(super) fn in_dollars(value: Decimal) -> Worth {
    Worth {
        value,
        currency: Currency::usd().code,
    }
}

/// Satoshis.
pub(super) fn in_sats(sats: Sats) -> Worth {
    Worth {
        value: Decimal::new(sats.0, 8),
        currency: BITCOIN.to_owned(),
    }
}

fn cents(dollars: &Worth) -> Option<Cents> {
    Cents::floor(dollars.value.checked_mul(Decimal::ONE_HUNDRED)?)
}

/// What Flash shows, in US dollars: as it is, or at the price of its currency.
fn cents_of(display: &Worth, price: Option<&Price>) -> Option<Cents> {
    if display.currency == DOLLAR {
        return cents(display);
    }
    let price = price.filter(|price| price.currency.code == display.currency);
    price.and_then(|price| cents_at(display, price))
}

fn cents_at(amount: &Worth, price: &Price) -> Option<Cents> {
    let units = unit(price.currency.fraction_digits)?;
    let minor = amount.value.checked_mul(units)?;
    Cents::floor(minor.checked_div(price.cent.value()?)?)
}

/// Rounded down.
fn minor(amount: &Worth, digits: u32) -> Option<i64> {
    let minor = amount.value.checked_mul(unit(digits)?)?;
    minor.floor().to_i64()
}

/// Minor units in a major one.
fn unit(digits: u32) -> Option<Decimal> {
    10_i64.checked_pow(digits).map(Decimal::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Quote;
    use crate::time::Moment;

    fn worth(value: &str, currency: &str) -> Worth {
        Worth {
            value: value.parse().unwrap(),
            currency: currency.to_owned(),
        }
    }

    /// A cent is J$1.57, a bitcoin US$100,000.
    fn jmd() -> Price {
        Price {
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
        }
    }

    fn found(money: Option<Money>) -> (Option<i64>, Option<i64>, Option<i64>) {
        let money = money.unwrap();
        let local = money.local.map(|(minor, _)| minor);
        (money.cents.map(|c| c.0), money.sats.map(|s| s.0), local)
    }

    #[test]
    fn a_price_is_asked_for_only_where_there_is_something_to_convert() {
        for (amount, own, code) in [
            ("USD", "USD", None),
            ("USD", "JMD", Some("JMD")),
            ("BTC", "USD", Some("USD")),
            ("BTC", "JMD", Some("JMD")),
            ("JMD", "JMD", Some("JMD")),
            ("EUR", "JMD", Some("EUR")),
        ] {
            assert_eq!(
                wants_price(&worth("1", amount), None, own),
                code,
                "{amount} {own}"
            );
        }
    }

    #[test]
    fn what_flash_shows_in_dollars_needs_no_price_of_bitcoin() {
        for (amount, display, own, code) in [
            ("BTC", "USD", "USD", None),
            ("BTC", "JMD", "USD", Some("USD")),
            ("BTC", "USD", "JMD", Some("JMD")),
            ("BTC", "JMD", "JMD", Some("JMD")),
            ("JMD", "USD", "JMD", Some("JMD")),
        ] {
            let (amount, display) = (worth("1", amount), worth("1", display));
            let wanted = wants_price(&amount, Some(&display), own);
            assert_eq!(wanted, code, "{} {own}", display.currency);
        }
        let nothing = worth("0.00", "USD");
        let amount = worth("1", "BTC");
        let wanted = wants_price(&amount, Some(&nothing), "USD");
        assert_eq!(wanted, Some("USD"));
    }

    /// A price that has moved since must not change what was paid.
    #[test]
    fn bitcoin_is_worth_what_flash_shows_and_not_what_it_is_worth_today() {
        let (amount, jmd) = (worth("0.00001735", "BTC"), jmd());
        let shown = |display: &Worth, price| found(money(&amount, Some(display), None, price));
        let dollars = worth("1.09", "USD");
        assert_eq!(shown(&dollars, None), (Some(109), Some(1_735), None));
        assert_eq!(
            shown(&dollars, Some(&jmd)),
            (Some(109), Some(1_735), Some(17_113))
        );
        let own = worth("171.13", "JMD");
        assert_eq!(
            shown(&own, Some(&jmd)),
            (Some(109), Some(1_735), Some(17_113))
        );
        assert_eq!(shown(&own, None), (None, Some(1_735), None));
        let today = (Some(173), Some(1_735), Some(27_161));
        assert_eq!(shown(&worth("0.00", "USD"), Some(&jmd)), today);
        assert_eq!(shown(&worth("7", "TTD"), Some(&jmd)), today);
    }

    #[test]
    fn dollars_are_rounded_down_and_shown_in_the_persons_own_money() {
        let amount = worth("1.10237620493", "USD");
        let plain = money(&amount, None, Some(Sats(1_735)), None);
        assert_eq!(found(plain), (Some(110), Some(1_735), None));
        let priced = money(&amount, None, None, Some(&jmd()));
        assert_eq!(found(priced), (Some(110), None, Some(17_270)));
        let display = worth("173.07", "JMD");
        let shown = money(&amount, Some(&display), None, Some(&jmd()));
        assert_eq!(
            found(shown),
            (Some(110), None, Some(17_307)),
            "as Flash says"
        );
        let other = worth("173.07", "TTD");
        let shown = money(&amount, Some(&other), None, Some(&jmd()));
        assert_eq!(
            found(shown),
            (Some(110), None, Some(17_270)),
            "not in theirs"
        );
    }

    #[test]
    fn bitcoin_is_told_with_and_without_a_price() {
        let amount = worth("0.00001735", "BTC");
        assert_eq!(
            found(money(&amount, None, None, None)),
            (None, Some(1_735), None)
        );
        let priced = money(&amount, None, None, Some(&jmd()));
        assert_eq!(found(priced), (Some(173), Some(1_735), Some(27_161)));
    }

    #[test]
    fn another_currency_is_told_as_it_is_and_in_dollars_if_it_has_a_price() {
        let amount = worth("1570", "JMD");
        assert_eq!(money(&amount, None, None, None), None);
        let priced = money(&amount, None, None, Some(&jmd()));
        assert_eq!(found(priced), (Some(1_000), None, Some(157_000)));
        assert_eq!(money(&worth("5", "TTD"), None, None, Some(&jmd())), None);
    }

    #[test]
    fn less_than_a_cent_is_nothing_and_so_are_figures_beyond_any_wallet() {
        let dust =
            |amount, price: Option<&Price>| is_dust(&money(&amount, None, None, price).unwrap());
        assert!(dust(worth("0.0099", "USD"), None));
        assert!(!dust(worth("0.01", "USD"), None));
        assert!(dust(worth("0", "BTC"), None));
        assert!(
            !dust(worth("0.00000001", "BTC"), None),
            "no price to tell by"
        );
        assert!(dust(worth("0.00000001", "BTC"), Some(&jmd())));
        assert_eq!(
            money(&worth("99999999999999999", "USD"), None, None, None),
            None
        );
        let most = worth("79228162514264337593543950335", "BTC");
        assert_eq!(money(&most, None, None, None), None);
    }

    #[test]
    fn a_request_is_paid_in_dollars_alone() {
        assert_eq!(dollars(&worth("20.00", "USD")), Some(Cents(2_000)));
        assert_eq!(dollars(&worth("20.00", "JMD")), None);
        assert_eq!(in_sats(Sats(1_735)), worth("0.00001735", "BTC"));
        assert_eq!(in_dollars(Decimal::ONE), worth("1", "USD"));
    }
}
