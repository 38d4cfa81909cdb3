//! Currencies and prices of a day that never ends.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};

use super::tree::Node;

/// Code, symbol, name, and hundredths of it for one US dollar. Flash lists these.
const CURRENCIES: [(&str, &str, &str, i64); 14] = [
    ("USD", "$", "US Dollar", 100),
    ("JMD", "J$", "Jamaican Dollar", 15_730),
    ("EUR", "€", "Euro", 92),
    ("GBP", "£", "British Pound", 78),
    ("HTG", "G", "Haitian Gourde", 13_150),
    ("XCD", "EC$", "East Caribbean Dollar", 270),
    ("ANG", "ƒ", "Antillean Guilder", 179),
    ("BSD", "B$", "Bahamian Dollar", 100),
    ("BBD", "Bds$", "Barbadian Dollar", 200),
    ("BZD", "BZ$", "Belize Dollar", 201),
    ("KYD", "CI$", "Cayman Islands Dollar", 83),
    ("CUP", "₱", "Cuban Peso", 2_400),
    ("DOP", "RD$", "Dominican Peso", 5_950),
    ("TTD", "TT$", "Trinidad and Tobago Dollar", 678),
];

/// One satoshi in US cents, times 10¹²: a bitcoin at 63,500 dollars.
const SAT_IN_CENTS: i64 = 63_500_000_000;

pub(super) fn is_listed(code: &str) -> bool {
    CURRENCIES.iter().any(|(listed, ..)| *listed == code)
}

pub(super) fn currency_list() -> Node {
    let currencies = CURRENCIES.iter().map(|(code, symbol, name, _)| {
        Node::object(
            "Currency",
            json!({"id": code, "symbol": symbol, "name": name, "fractionDigits": 2}),
        )
    });
    Node::List(currencies.collect())
}

/// What an invoice over so many cents asks for, in whole satoshis.
pub(super) fn sats(cents: Decimal) -> u64 {
    let sat = Decimal::new(SAT_IN_CENTS, 12);
    (cents / sat).ceil().to_u64().unwrap_or_default()
}

/// The price of nothing.
pub(super) fn absurd_price(code: &str, now: i64) -> Node {
    let nothing = |name| {
        (
            name,
            Node::object(kind(name), json!({"base": 0, "offset": 12})),
        )
    };
    Node::object(
        "RealtimePrice",
        json!({"timestamp": now, "denominatorCurrency": code}),
    )
    .with([nothing("btcSatPrice"), nothing("usdCentPrice")])
}

/// The price in `code` as of `now`.
pub(super) fn realtime_price(code: &str, now: i64) -> Node {
    let rate = CURRENCIES
        .iter()
        .find(|(listed, ..)| *listed == code)
        .map_or(100, |(.., rate)| *rate);
    let quote = |name, base: i64, offset: i64| -> (&str, Node) {
        let price: Value = json!({"base": base, "offset": offset});
        (name, Node::object(kind(name), price))
    };
    Node::object(
        "RealtimePrice",
        json!({"timestamp": now, "denominatorCurrency": code}),
    )
    .with([
        quote("btcSatPrice", SAT_IN_CENTS / 100 * rate, 12),
        quote("usdCentPrice", rate * 10_000, 6),
    ])
}

fn kind(field: &str) -> &'static str {
    if field == "btcSatPrice" {
        "PriceOfOneSatInMinorUnit"
    } else {
        "PriceOfOneUsdCentInMinorUnit"
    }
}
