use proptest::prelude::*;

use super::*;
use crate::money::{Currency, Quote};
use crate::time::Moment;

fn amount(minor: i64, currency: &str) -> Amount {
    let currency = match currency {
        "" => Typed::Unmarked,
        "USD" => Typed::Usd,
        code => Typed::Code(code.to_owned()),
    };
    Amount { minor, currency }
}

#[test]
fn every_way_to_write_an_amount_is_that_amount() {
    for (text, minor, currency) in [
        ("5", 500, ""),
        ("5.5", 550, ""),
        ("5.50", 550, ""),
        ("0.5", 50, ""),
        ("0.01", 1, ""),
        ("$5", 500, ""),
        ("$ 5", 500, ""),
        ("5$", 500, ""),
        ("5 $", 500, ""),
        ("5 dollars", 500, ""),
        ("5 dólares", 500, ""),
        ("US$5", 500, "USD"),
        ("us$ 5", 500, "USD"),
        ("5 USD", 500, "USD"),
        ("5usd", 500, "USD"),
        ("usd 5", 500, "USD"),
        ("USD5", 500, "USD"),
        ("US$5 usd", 500, "USD"),
        ("1,000", 100_000, ""),
        ("1,000.50", 100_050, ""),
        ("12,345.6", 1_234_560, ""),
        ("50000", 5_000_000, ""),
        ("J$500", 50_000, "JMD"),
        ("J$ 1,711.30", 171_130, "JMD"),
        ("500 JMD", 50_000, "JMD"),
        ("$500 jmd", 50_000, "JMD"),
        ("jmd 500", 50_000, "JMD"),
        ("5€", 500, "EUR"),
        ("100 MAD", 10_000, "MAD"),
    ] {
        assert_eq!(parse(text), Ok(amount(minor, currency)), "{text}");
    }
}

#[test]
fn what_could_be_another_amount_is_refused_each_for_its_reason() {
    use AmountError::*;
    for (text, reason) in [
        ("", Missing),
        ("   ", Missing),
        ("five", NotANumber),
        ("lunch 5", NotANumber),
        ("$", NotANumber),
        ("mad 5", NotANumber),
        ("\u{665}", OtherDigits),
        ("1\u{660}", OtherDigits),
        ("\u{ff15}", OtherDigits),
        ("½", OtherDigits),
        ("5 \u{665}", TwoNumbers),
        ("-5", Negative),
        ("\u{2212}5", Negative),
        ("US$-5", Negative),
        ("-$5", Negative),
        ("(5)", Negative),
        ("1e3", Shorthand),
        ("1E+3", Shorthand),
        ("5k", Shorthand),
        ("5 k", Shorthand),
        ("5 thousand", Shorthand),
        ("5 USD thousand", Shorthand),
        ("5 mil", Shorthand),
        ("5x3", Shorthand),
        ("5 x 3", Shorthand),
        ("5 por 3", Shorthand),
        ("5 and a half", Shorthand),
        ("5 point 5", Shorthand),
        ("10,50", Ambiguous),
        ("1,00", Ambiguous),
        ("1,0000", Ambiguous),
        ("1,00,000", Ambiguous),
        ("0,500", Ambiguous),
        ("5,", Ambiguous),
        (",500", Ambiguous),
        ("1.000", Ambiguous),
        ("1.000,50", Ambiguous),
        ("1'000", Ambiguous),
        ("0.001", TooFine),
        ("0.100", TooFine),
        ("5.0000", TooFine),
        ("0", Zero),
        ("0.00", Zero),
        ("50000.01", TooLarge),
        ("99999999", TooLarge),
        ("US$99,999,999", TooLarge),
        ("9999999999 JMD", TooLarge),
        ("5 5", TwoNumbers),
        ("1 000", TwoNumbers),
        ("5 USD 5", TwoNumbers),
        ("5 . 5", TwoNumbers),
        ("5 dollars 50 cents", TwoNumbers),
        ("US$5 JMD", TwoCurrencies),
        ("J$5 USD", TwoCurrencies),
        ("5 sats", OtherUnit),
        ("50 cents", OtherUnit),
        ("50c", OtherUnit),
        ("0.001 btc", TooFine),
        ("1 btc", OtherUnit),
        ("btc 1", OtherUnit),
        ("₿1", OtherUnit),
        ("5 pesos", OtherUnit),
        ("500 Jamaican dollars", OtherUnit),
        ("5 dollars Jamaican", OtherUnit),
        ("5 five dollars", OtherUnit),
        ("C$5", OtherUnit),
        ("B$5", OtherUnit),
        ("5..0", Malformed),
        ("5.5.5", Malformed),
        ("5.", Malformed),
        (".5", Malformed),
        ("05", Malformed),
        ("+5", Malformed),
        ("5-", Malformed),
        ("5/2", Malformed),
        ("#5", Malformed),
        ("5\u{20e3}", Malformed),
    ] {
        assert_eq!(parse(text), Err(reason), "{text}");
    }
    assert_eq!(parse(&"9".repeat(100_000)), Err(TooLarge));
    assert_eq!(parse(&format!("0.{}", "1".repeat(100_000))), Err(TooFine));
}

#[test]
fn words_may_follow() {
    for (text, minor, currency, rest) in [
        ("5 lunch", 500, "", "lunch"),
        ("5 for 2 people", 500, "", "for 2 people"),
        (
            "20 from @marcia for lunch",
            2_000,
            "",
            "from @marcia for lunch",
        ),
        ("20 @marcia lunch", 2_000, "", "@marcia lunch"),
        ("5 USD MAD men", 500, "USD", "MAD men"),
        ("500 JMD: patties", 50_000, "JMD", "patties"),
        ("5 cup of tea", 500, "", "cup of tea"),
        ("5 por la comida", 500, "", "por la comida"),
        ("5 - lunch", 500, "", "- lunch"),
        ("5: lunch", 500, "", "lunch"),
        ("5USD: lunch", 500, "USD", "lunch"),
    ] {
        assert_eq!(leading(text), Ok((amount(minor, currency), rest)), "{text}");
    }
    assert_eq!(parse("5 lunch"), Err(AmountError::Malformed));
}

#[test]
fn another_currency_becomes_cents_by_its_own_price_alone() {
    let price = |code: &str, digits, base| Price {
        currency: Currency {
            code: code.into(),
            symbol: String::new(),
            fraction_digits: digits,
        },
        cent: Quote { base, offset: 6 },
        sat: Quote { base: 1, offset: 0 },
        at: Moment::from_unix(0),
    };
    let jmd = price("JMD", 2, 157_000_000);
    let at = |text: &str, price: &Price| parse(text).unwrap().cents_at(price);
    assert_eq!(at("500 JMD", &jmd), Some(Ok(Cents(318))));
    assert_eq!(at("500 TTD", &jmd), None);
    assert_eq!(at("5", &jmd), Some(Ok(Cents(500))));
    assert_eq!(at("0.78 JMD", &jmd), Some(Err(AmountError::TooFine)));
    assert_eq!(at("0.79 JMD", &jmd), Some(Ok(Cents(1))));
    assert_eq!(at("7,850,000 JMD", &jmd), Some(Ok(LARGEST_AMOUNT)));
    assert_eq!(at("7,850,000.50 JMD", &jmd), Some(Ok(LARGEST_AMOUNT)));
    assert_eq!(at("7,850,001 JMD", &jmd), Some(Err(AmountError::TooLarge)));
    assert_eq!(
        at("300 JPY", &price("JPY", 0, 1_500_000)),
        Some(Ok(Cents(200)))
    );
    assert_eq!(at("500 JMD", &price("JMD", 2, 0)), None);
    assert_eq!(parse("500 JMD").unwrap().cents(), None);
}

fn currency() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "USD", "JMD", "TTD", "MAD"])
}

/// What hands and keyboards make of amounts.
fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9.,$ +eEkx-]{0,12}",
        "(US|J|TT|C)?\\$? ?[0-9]{1,4}([.,][0-9]{1,3}){0,2} ?(USD|jmd|Mad|k|dollars|lunch)?( [a-z0-9]{1,4})?",
    ]
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(minor in 1..=LARGEST_AMOUNT.0, currency in currency()) {
        let amount = amount(minor, currency);
        prop_assert_eq!(parse(&amount.to_string()), Ok(amount));
    }

    #[test]
    fn what_is_read_is_printed_as_what_is_read_as_the_same(text in typed()) {
        if let Ok((amount, rest)) = leading(&text) {
            let again = format!("{amount} {rest}");
            prop_assert_eq!(leading(&again), Ok((amount, rest)), "{}", again);
        }
    }

    /// By a plain reading of the digits, which knows nothing of the grammar.
    #[test]
    fn nothing_is_ever_another_amount(text in typed()) {
        let Ok((amount, rest)) = leading(&text) else { return Ok(()) };
        let number = text.trim().strip_suffix(rest).unwrap_or(&text);
        let plain: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        let plain: Decimal = plain.parse().unwrap();
        prop_assert_eq!(Decimal::new(amount.minor, 2), plain, "{}", text);
        prop_assert!(!number.contains('-'));
    }
}
