//! What the wallet holds, what money costs, and in which currency it is shown.

use jiff::tz::TimeZone;

use super::{taught, words};
use crate::format;
use crate::language::Language;
use crate::money::{Cents, Currency, Price, Sats};
use crate::outside;
use crate::place;
use crate::policy::PRICE_STALE;
use crate::time::Moment;

/// Currencies that are named when somebody asks for one that there is not: a screen of a phone. Flash lists 14.
const MOST_CURRENCIES: usize = 60;

/// Of those that Flash lists, what is asked for most where it is used.
const EXAMPLES: [&str; 3] = ["JMD", "USD", "EUR"];

/// What of a currency's code is repeated that somebody typed.
const TYPED: usize = 12;

/// The cash wallet in the display currency and in US dollars, as it was `at`, and what it is in bitcoin at the price of
/// the moment.
pub fn balance(
    l: Language,
    cents: Cents,
    price: Option<&Price>,
    (at, now): (Moment, Moment),
    zone: &TimeZone,
) -> String {
    let when = place::day_and_time(l, at, zone);
    let dollars = format::usd(l, cents);
    let fresh = price.filter(|price| now.since(price.at) <= PRICE_STALE);
    let figures = fresh.and_then(|price| Some((price, price.display(cents)?, price.sats(cents)?)));
    let mut fills = vec![("dollars", dollars.into()), ("when", when.into())];
    let Some((price, shown, sats)) = figures else {
        return words(l, "balance-without-price", &fills);
    };
    fills.extend([
        ("bitcoin", format::btc(l, sats).into()),
        ("age", age(l, price, now).into()),
    ]);
    if price.currency == Currency::usd() {
        return words(l, "balance-in-dollars", &fills);
    }
    let shown = format::money(l, shown, &price.currency);
    let code = price.currency.code.as_str();
    fills.extend([("shown", shown.into()), ("code", code.into())]);
    words(l, "balance", &fills)
}

/// Ends a balance that was told a moment ago.
pub fn balance_told_before(l: Language) -> String {
    words(l, "balance-told-before", &[])
}

pub fn balance_not_available(l: Language) -> String {
    words(l, "balance-not-available", &[])
}

fn age(l: Language, price: &Price, now: Moment) -> String {
    let minutes = now.since(price.at).max(0).checked_div(60).unwrap_or(0);
    words(l, "price-age", &[("minutes", minutes.into())])
}

/// A bitcoin and a US dollar in the price's currency. None where a quote is absurd.
pub fn price(l: Language, price: &Price, now: Moment) -> Option<String> {
    let in_dollars = format::usd(l, price.cents(Sats::BITCOIN)?);
    let age = age(l, price, now);
    let mut fills = vec![
        ("bitcoin-in-dollars", in_dollars.into()),
        ("age", age.into()),
    ];
    if price.currency == Currency::usd() {
        return Some(words(l, "price-in-dollars", &fills));
    }
    let shown = |minor| format::money(l, minor, &price.currency);
    fills.extend([
        ("bitcoin", shown(price.cost(Sats::BITCOIN)?).into()),
        ("dollar", shown(price.display(Cents(100))?).into()),
        ("code", price.currency.code.as_str().into()),
    ]);
    Some(words(l, "price", &fills))
}

pub fn price_too_old(l: Language, at: Moment, zone: &TimeZone) -> String {
    let when = place::day_and_time(l, at, zone);
    words(l, "price-too-old", &[("when", when.into())])
}

pub fn price_unlisted(l: Language, code: &str) -> String {
    words(l, "price-unlisted", &[("code", code.into())])
}

pub fn currency_chosen(l: Language, code: &str) -> String {
    let fills = [("code", code.into()), ("examples", others(l, code).into())];
    words(l, "currency-chosen", &fills)
}

/// None: Flash has not said which it is.
pub fn currency_of_account(l: Language, code: Option<&str>) -> String {
    let examples = ("examples", others(l, code.unwrap_or_default()).into());
    match code {
        Some(code) => words(l, "currency-of-account", &[("code", code.into()), examples]),
        None => words(l, "currency-of-account-unknown", &[examples]),
    }
}

pub fn currency_of_place(l: Language, code: &str) -> String {
    let fills = [("code", code.into()), ("examples", others(l, code).into())];
    words(l, "currency-of-place", &fills)
}

/// Two currencies that are not `code`, as they are typed.
fn others(l: Language, code: &str) -> String {
    let others = EXAMPLES.into_iter().filter(|other| *other != code);
    let typed = others.map(|other| format!("*{} {other}*", taught(l, "currency")));
    let mut typed = typed.take(2);
    let fills = ["one", "other"].map(|name| (name, typed.next().unwrap_or_default().into()));
    words(l, "currency-examples", &fills)
}

pub fn currency_set(l: Language, currency: &Currency, linked: bool) -> String {
    let id = if linked {
        "currency-set-linked"
    } else {
        "currency-set"
    };
    let fills = [
        ("code", currency.code.as_str().into()),
        ("symbol", currency.symbol.as_str().into()),
    ];
    words(l, id, &fills)
}

/// Money is shown as it is in the Flash app, or by the place.
pub fn currency_given_back(l: Language, linked: bool) -> String {
    let id = if linked {
        "currency-given-back-linked"
    } else {
        "currency-given-back"
    };
    words(l, id, &[])
}

/// Flash has no currency of this code; `listed` it has.
pub fn currency_unknown(l: Language, typed: &str, listed: &[Currency]) -> String {
    let codes = listed.iter().map(|currency| currency.code.as_str());
    let codes: Vec<_> = codes.take(MOST_CURRENCIES).collect();
    let fills = [
        ("typed", outside::words(typed, TYPED).into()),
        ("codes", codes.join(", ").into()),
        ("example", codes.first().copied().unwrap_or("USD").into()),
    ];
    words(l, "currency-unknown", &fills)
}

#[cfg(test)]
mod tests;
