//! Single fields, as all forms have them.

use domain::flash::{PaymentHash, Rail, TransactionStatus};
use domain::flash_event::Worth;
use domain::money::Sats;
use domain::policy::{EVENT_AMOUNT, EVENT_ID};
use domain::time::Moment;
use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::value::RawValue;

use super::Malformed;
use crate::fraction::decimal;

/// `BTC` has eight digits after the point, a dollar two.
const BITCOIN_DIGITS: u32 = 8;
const CENT_DIGITS: u32 = 2;

/// There will never be more.
const BITCOINS: i64 = 21_000_000;

/// More digits than a decimal is sure to keep.
const MOST_DIGITS: usize = 28;

/// Seconds since 1970 are below it for 3,000 years, milliseconds have been above it since 1973.
const FIRST_MILLIS: i64 = 100_000_000_000;

/// Flash writes nothing for what it does not know.
pub(super) fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// A JSON number, or a text that holds one, exactly as it was written.
pub(super) fn number(raw: Option<&RawValue>) -> Result<Option<Decimal>, Malformed> {
    let Some(raw) = raw else { return Ok(None) };
    let text = raw.get();
    let held: String;
    let digits = if text.starts_with('"') {
        held = serde_json::from_str(text).map_err(|_| Malformed::BadAmount)?;
        &held
    } else {
        text
    };
    exact(digits).map(Some).ok_or(Malformed::BadAmount)
}

/// A number in JSON's own grammar: what else a decimal can be read from (`1_000`, `+5`, `.5`) is no amount.
fn exact(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    let bearable = digits <= MOST_DIGITS && exponent.len() <= 3;
    if !plain || !bearable || serde_json::from_str::<serde_json::Number>(text).is_err() {
        return None;
    }
    decimal(text)
}

/// Major units of `currency`; satoshis and Flash's dollar coin become what they are worth.
pub(super) fn worth(value: Decimal, currency: &str) -> Result<Worth, Malformed> {
    let code = currency.to_ascii_uppercase();
    let letters = code.bytes().all(|b| b.is_ascii_uppercase());
    if !letters || !(3..=4).contains(&code.len()) {
        return Err(Malformed::BadCurrency);
    }
    match code.as_str() {
        "USDT" => of("USD", value),
        "SAT" | "SATS" => of("BTC", minor(value, BITCOIN_DIGITS)?),
        _ => of(&code, value),
    }
}

/// A figure in a currency's smallest unit: satoshis or cents. None where Flash does not say which unit it uses.
pub(super) fn minor_worth(value: Decimal, currency: &str) -> Result<Option<Worth>, Malformed> {
    match currency {
        "BTC" => of("BTC", minor(value, BITCOIN_DIGITS)?).map(Some),
        "USD" => of("USD", minor(value, CENT_DIGITS)?).map(Some),
        _ => Ok(None),
    }
}

/// Major units of a currency that is known.
pub(super) fn of(currency: &str, value: Decimal) -> Result<Worth, Malformed> {
    if value.abs() > Decimal::from(EVENT_AMOUNT) {
        return Err(Malformed::BadAmount);
    }
    Ok(Worth {
        value: value.normalize(),
        currency: currency.to_owned(),
    })
}

fn minor(value: Decimal, digits: u32) -> Result<Decimal, Malformed> {
    let mut major = value.normalize();
    let scale = major.scale().saturating_add(digits);
    major.set_scale(scale).map_err(|_| Malformed::BadAmount)?;
    Ok(major)
}

/// Bitcoin in whole satoshis, where it is.
pub(super) fn sats_of(worth: &Worth) -> Option<Sats> {
    let sats = worth
        .value
        .checked_mul(Decimal::from(Sats::BITCOIN.0))
        .filter(|_| worth.currency == "BTC")?;
    sats.is_integer().then_some(Sats(sats.to_i64()?))
}

/// Whole satoshis, none less than nothing, and no more than there can be.
pub(super) fn sats(raw: Option<&RawValue>) -> Result<Option<Sats>, Malformed> {
    let Some(value) = number(raw)? else {
        return Ok(None);
    };
    let sats = value.to_i64().filter(|_| value.is_integer());
    let most = BITCOINS.saturating_mul(Sats::BITCOIN.0);
    match sats {
        Some(sats) if (0..=most).contains(&sats) => Ok(Some(Sats(sats))),
        _ => Err(Malformed::BadAmount),
    }
}

/// RFC 3339 with its zone, or seconds or milliseconds since 1970.
pub(super) fn time(raw: Option<&RawValue>) -> Result<Option<Moment>, Malformed> {
    let Some(text) = raw.map(RawValue::get) else {
        return Ok(None);
    };
    let seconds = if text.starts_with('"') {
        let held: String = serde_json::from_str(text).map_err(|_| Malformed::BadTime)?;
        let at: Timestamp = held.parse().map_err(|_| Malformed::BadTime)?;
        at.as_second()
    } else {
        let since = decimal(text).and_then(|since| since.floor().to_i64());
        let since = since
            .filter(|since| *since >= 0)
            .ok_or(Malformed::BadTime)?;
        if since < FIRST_MILLIS {
            since
        } else {
            since / 1_000
        }
    };
    // What a timestamp can't hold is no time.
    Timestamp::from_second(seconds).map_err(|_| Malformed::BadTime)?;
    Ok(Some(Moment::from_unix(seconds)))
}

/// An id of Flash's; UUIDs are written in lower case, as Flash does.
pub(super) fn id(text: Option<&str>) -> Result<Option<String>, Malformed> {
    let Some(text) = filled(text) else {
        return Ok(None);
    };
    let shaped = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
    if !shaped || text.len() > EVENT_ID {
        return Err(Malformed::BadId);
    }
    if text.len() == UUID_LETTERS && uuid::Uuid::try_parse(text).is_ok() {
        return Ok(Some(text.to_ascii_lowercase()));
    }
    Ok(Some(text.to_owned()))
}

const UUID_LETTERS: usize = 36;

/// The payment's hash under any of its names; two that differ are an error.
pub(super) fn payment_hash<const N: usize>(
    names: [Option<&str>; N],
) -> Result<Option<String>, Malformed> {
    let mut found: Option<String> = None;
    for text in names.into_iter().filter_map(filled) {
        let hash = PaymentHash::parse(text).map_err(|_| Malformed::BadId)?;
        if found.as_deref().is_some_and(|other| other != hash.as_str()) {
            return Err(Malformed::BadId);
        }
        found = Some(hash.as_str().to_owned());
    }
    Ok(found)
}

/// Of a transaction on a chain: 64 hex digits, on some chains behind `0x`.
pub(super) fn tx_hash(text: Option<&str>) -> Result<Option<String>, Malformed> {
    let text = filled(text).map(|text| text.strip_prefix("0x").unwrap_or(text));
    payment_hash([text])
}

/// None: the form says nothing else than that it has happened.
pub(super) fn status(text: Option<&str>) -> Result<TransactionStatus, Malformed> {
    match filled(text) {
        None | Some("success" | "settled" | "completed") => Ok(TransactionStatus::Settled),
        Some("pending") => Ok(TransactionStatus::Pending),
        Some("failure" | "failed") => Ok(TransactionStatus::Failed),
        Some(_) => Err(Malformed::BadStatus),
    }
}

pub(super) fn rail(text: Option<&str>) -> Option<Rail> {
    Some(match filled(text)? {
        "lightning" => Rail::Lightning,
        "intraledger" => Rail::Flash,
        "onchain" => Rail::OnChain,
        _ => Rail::Other,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amount(json: &str) -> Result<Option<Decimal>, Malformed> {
        let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
        number(Some(&raw))
    }

    fn moment(json: &str) -> Result<i64, Malformed> {
        let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
        time(Some(&raw)).map(|at| at.unwrap().unix())
    }

    #[test]
    fn an_amount_is_a_number_or_a_text_that_holds_one() {
        for (json, expected) in [
            ("1.10237620493", "1.10237620493"),
            ("\"1.10237620493\"", "1.10237620493"),
            ("0.1", "0.1"),
            ("1e-7", "0.0000001"),
            ("\"2.5E+3\"", "2500"),
            ("-0.5", "-0.5"),
            ("0", "0"),
            ("\"\\u0031\"", "1"),
            ("100000000000", "100000000000"),
            (
                "12345678901.12345678901234567",
                "12345678901.12345678901234567",
            ),
        ] {
            assert_eq!(amount(json), Ok(Some(expected.parse().unwrap())), "{json}");
        }
    }

    #[test]
    fn what_is_no_number_too_long_or_too_large_is_no_amount() {
        for json in [
            "true",
            "[]",
            "{}",
            "\"\"",
            "\" 1\"",
            "\"1 \"",
            "\"+1\"",
            "\".5\"",
            "\"5.\"",
            "\"1_000\"",
            "\"1,5\"",
            "\"1,000.00\"",
            "\"$5\"",
            "\"0x10\"",
            "\"01\"",
            "\"NaN\"",
            "\"undefined\"",
            "\"Infinity\"",
            "\"--1\"",
            "\"٥\"",
            "1e999",
            "1e-999",
            "0.1000000000000000055511151231257827",
            "\"1\\u0000\"",
        ] {
            assert_eq!(amount(json), Err(Malformed::BadAmount), "{json}");
        }
    }

    #[test]
    fn currencies_that_mean_the_same_are_one() {
        let is = |value: &str, currency: &str, expected: &str, code: &str| {
            let read = worth(value.parse().unwrap(), currency).unwrap();
            assert_eq!(read, of(code, expected.parse().unwrap()).unwrap());
        };
        is("1.5", "USDT", "1.5", "USD");
        is("1.5", "usd", "1.5", "USD");
        is("150000", "SATS", "0.0015", "BTC");
        is("1", "SAT", "0.00000001", "BTC");
        is("173.07", "JMD", "173.07", "JMD");
        for currency in ["", "J$", "US", "DOLLARS", "U5D", "ÜSD"] {
            let read = worth(Decimal::ONE, currency).map(|_| ());
            assert_eq!(read, Err(Malformed::BadCurrency), "{currency}");
        }
    }

    #[test]
    fn an_amount_is_no_larger_than_flash_bears_in_whichever_unit_it_is_written() {
        let most = Decimal::from(EVENT_AMOUNT);
        for (value, currency, fits) in [
            (most, "USD", true),
            (-most, "JMD", true),
            (most + Decimal::ONE, "USD", false),
            (-most - Decimal::ONE, "USDT", false),
            (most + Decimal::ONE, "SATS", true),
        ] {
            assert_eq!(worth(value, currency).is_ok(), fits, "{value} {currency}");
        }
        let read = |json: &str| {
            let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
            sats(Some(&raw))
        };
        assert_eq!(read("1735"), Ok(Some(Sats(1_735))));
        assert_eq!(read("\"1735\""), Ok(Some(Sats(1_735))));
        assert_eq!(
            read("2100000000000000"),
            Ok(Some(Sats(2_100_000_000_000_000)))
        );
        for json in ["2100000000000001", "-1", "1.5", "1e27"] {
            assert_eq!(read(json), Err(Malformed::BadAmount), "{json}");
        }
    }

    #[test]
    fn a_time_is_written_in_three_ways() {
        for json in [
            "\"2026-08-15T05:33:17Z\"",
            "\"2026-08-15T00:33:17.999-05:00\"",
            "1786771997",
            "1786771997.9",
            "1786771997123",
        ] {
            assert_eq!(moment(json), Ok(1_786_771_997), "{json}");
        }
        for json in [
            "\"2026-08-15T05:33:17\"",
            "\"2026-08-15\"",
            "\"1786771997\"",
            "\"\"",
            "\"yesterday\"",
            "-1",
            "true",
            "{}",
            "1e300",
            "9999999999999999",
        ] {
            assert_eq!(moment(json), Err(Malformed::BadTime), "{json}");
        }
    }

    #[test]
    fn the_hash_has_many_names_and_one_form() {
        let (hash, other) = ("ab".repeat(32), "cd".repeat(32));
        let upper = hash.to_uppercase();
        let same = payment_hash([None, Some(""), Some(&hash), Some(&upper)]);
        assert_eq!(same, Ok(Some(hash.clone())));
        assert_eq!(
            payment_hash([Some(&hash), Some(&other)]),
            Err(Malformed::BadId)
        );
        assert_eq!(payment_hash([Some("abc")]), Err(Malformed::BadId));
        assert_eq!(tx_hash(Some(&format!("0x{hash}"))), Ok(Some(hash)));
        assert_eq!(tx_hash(Some("0x12")), Err(Malformed::BadId));
    }

    #[test]
    fn an_id_is_short_and_plain() {
        let upper = "0C9B6F3E-2D71-4F7B-A1C8-53E0D4B70001";
        assert_eq!(id(Some(upper)), Ok(Some(upper.to_lowercase())));
        assert_eq!(id(Some("655cD1")), Ok(Some("655cD1".to_owned())));
        assert_eq!(id(Some("")), Ok(None));
        for text in ["a b", "a#b", "é", "a\n", &"x".repeat(129)] {
            assert_eq!(id(Some(text)), Err(Malformed::BadId), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_digit_of_an_amount_survives(whole in 0_i64..EVENT_AMOUNT, fraction in 0_u64..1_000_000_000_000, minus: bool) {
            let text = format!("{}{whole}.{fraction:012}", if minus { "-" } else { "" });
            let expected: Decimal = text.parse().unwrap();
            prop_assert_eq!(amount(&text), Ok(Some(expected)));
            prop_assert_eq!(amount(&format!("\"{text}\"")), Ok(Some(expected)));
        }

        #[test]
        fn a_shifted_point_is_only_a_shifted_point(units in 0_i64..1_000_000_000, exponent in -12_i32..=2) {
            let read = amount(&format!("{units}e{exponent}")).unwrap().unwrap();
            let mut expected = Decimal::from(units);
            if exponent < 0 {
                expected.set_scale(exponent.unsigned_abs()).unwrap();
            } else {
                expected *= Decimal::from(10_i64.pow(exponent.unsigned_abs()));
            }
            prop_assert_eq!(read, expected);
        }

        #[test]
        fn no_text_is_a_number_to_us_and_none_to_json(text in "[-+0-9.eE_, ]{0,12}") {
            let json = serde_json::to_string(&text).unwrap();
            if let Ok(Some(value)) = amount(&json) {
                let parsed: f64 = serde_json::from_str(&text).unwrap();
                prop_assert!((value.to_f64().unwrap() - parsed).abs() <= parsed.abs() * 1e-9);
            }
        }

        #[test]
        fn satoshis_and_bitcoin_are_the_same_money(sats in 0_i64..2_100_000_000_000_000) {
            let read = worth(Decimal::from(sats), "SATS").unwrap();
            prop_assert_eq!(sats_of(&read), Some(Sats(sats)));
        }
    }
}
