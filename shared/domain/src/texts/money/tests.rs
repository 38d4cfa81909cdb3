use std::collections::BTreeSet;

use super::*;
use crate::address::WhatsAppAddress;
use crate::command::{Parsed, parse};
use crate::money::Quote;

const NOW: Moment = Moment::from_unix(1_795_356_300);
const LANGUAGES: [Language; 2] = [Language::English, Language::Spanish];

fn jamaica() -> TimeZone {
    place::zone(&WhatsAppAddress::parse("whatsapp:+18765550100").unwrap())
}

/// A US dollar at 157 JMD and a bitcoin at 100,000 US dollars, so many seconds ago.
fn quoted(code: &str, age: i64) -> Price {
    let (currency, cent, sat) = match code {
        "USD" => (Currency::usd(), 1, 100_000),
        _ => (jmd(), 157, 15_700_000),
    };
    let quote = |base, offset| Quote { base, offset };
    Price {
        currency,
        cent: quote(cent, 0),
        sat: quote(sat, 6),
        at: NOW.plus(-age),
    }
}

fn jmd() -> Currency {
    Currency {
        code: "JMD".into(),
        symbol: "J$".into(),
        fraction_digits: 2,
    }
}

fn shown(l: Language, cents: i64, price: Option<&Price>) -> String {
    balance(l, Cents(cents), price, (NOW, NOW), &jamaica())
}

/// Every text of this module, by the function that makes it and the case it is for.
fn all(l: Language) -> Vec<(&'static str, String)> {
    let cost = |code, age| price(l, &quoted(code, age), NOW).unwrap();
    let listed = [jmd(), Currency::usd()];
    vec![
        (
            "balance: in Jamaican dollars",
            shown(l, 109, Some(&quoted("JMD", 30))),
        ),
        (
            "balance: a minute old",
            shown(l, 123_456_789, Some(&quoted("JMD", 60))),
        ),
        (
            "balance: in US dollars",
            shown(l, 109, Some(&quoted("USD", 300))),
        ),
        ("balance: nothing", shown(l, 0, Some(&quoted("JMD", 0)))),
        ("balance: owed", shown(l, -250, Some(&quoted("JMD", 0)))),
        (
            "balance: price too old",
            shown(l, 109, Some(&quoted("JMD", PRICE_STALE + 1))),
        ),
        ("balance: no price", shown(l, 109, None)),
        ("balance_told_before", balance_told_before(l)),
        ("balance_not_available", balance_not_available(l)),
        ("price", cost("JMD", 59)),
        ("price: a minute old", cost("JMD", 60)),
        ("price: in US dollars", cost("USD", 840)),
        ("price_too_old", price_too_old(l, NOW, &jamaica())),
        ("price_unlisted", price_unlisted(l, "ANG")),
        ("currency_chosen", currency_chosen(l, "JMD")),
        ("currency_of_account", currency_of_account(l, Some("JMD"))),
        (
            "currency_of_account: not told",
            currency_of_account(l, None),
        ),
        ("currency_of_place", currency_of_place(l, "JMD")),
        ("currency_set", currency_set(l, &jmd(), false)),
        ("currency_set: linked", currency_set(l, &jmd(), true)),
        ("currency_given_back", currency_given_back(l, false)),
        ("currency_given_back: linked", currency_given_back(l, true)),
        ("currency_unknown", currency_unknown(l, "*XX{1}*", &listed)),
    ]
}

fn maker(name: &str) -> &str {
    name.split(':').next().unwrap()
}

#[test]
fn everything_said_of_money_as_it_is_read() {
    for l in LANGUAGES {
        let parts = all(l)
            .into_iter()
            .map(|(name, text)| format!("── {name}\n{text}\n"));
        let read = parts.collect::<Vec<_>>().join("\n");
        insta::with_settings!({
            snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
        }, {
            insta::assert_snapshot!(format!("money_{}", l.code()), read);
        });
    }
}

/// So that a text nobody looked at can't be said.
#[test]
fn no_text_is_left_out_of_these_tests() {
    let written = include_str!("../money.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next());
    let written: BTreeSet<_> = written.collect();
    let texts = all(Language::English);
    let read: BTreeSet<_> = texts.iter().map(|(name, _)| maker(name)).collect();
    assert!(written.len() > 10);
    assert_eq!(read, written);
}

#[test]
fn all_that_is_bold_is_a_figure_or_can_be_typed() {
    for l in LANGUAGES {
        for (name, text) in all(l) {
            assert_eq!(text.matches('*').count() % 2, 0, "{name}: {text}");
            for bold in text.split('*').skip(1).step_by(2) {
                let figure = ["balance", "price"].contains(&maker(name)) && bold.contains('$');
                assert!(
                    figure || matches!(parse(bold), Parsed::Run(..)),
                    "{name}: {bold}"
                );
            }
            assert!(
                !text.contains(['{', '}', '\u{2068}']) && text.trim() == text,
                "{name}"
            );
        }
    }
}

#[test]
fn a_figure_is_told_with_its_own_time_and_the_price_with_its_age_now() {
    let price = quoted("JMD", 100);
    let (at, zone) = (NOW.plus(-29), jamaica());
    let text = balance(
        Language::English,
        Cents(109),
        Some(&price),
        (at, NOW),
        &zone,
    );
    assert!(
        text.contains("9:04 AM") && text.contains("1 minute old"),
        "{text}"
    );
}

#[test]
fn an_absurd_quote_gives_no_price() {
    let mut price = quoted("JMD", 0);
    price.cent.base = 0;
    assert_eq!(super::price(Language::English, &price, NOW), None);
    let mut price = quoted("USD", 0);
    price.sat.base = -1;
    assert_eq!(super::price(Language::English, &price, NOW), None);
}

#[test]
fn a_clock_that_is_ahead_of_ours_makes_no_price_older_or_younger() {
    let text = price(Language::English, &quoted("JMD", -90), NOW).unwrap();
    assert!(text.contains("from just now"), "{text}");
}
