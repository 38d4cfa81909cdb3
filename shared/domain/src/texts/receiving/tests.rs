use std::fmt::Write as _;

use super::*;
use crate::command::{COMMANDS, Parsed, parse};
use crate::flash::{PaymentHash, PaymentRequest};
use crate::money::Sats;
use crate::outside;

const NOW: Moment = Moment::from_unix(1_795_356_300);
const LANGUAGES: [Language; 2] = [Language::English, Language::Spanish];

fn invoice(sats: i64, seconds: i64) -> Invoice {
    Invoice {
        payment_request: PaymentRequest::parse("lnbc50u1").unwrap(),
        payment_hash: PaymentHash::parse(&"ab".repeat(32)).unwrap(),
        sats: Sats(sats),
        cents: Cents(500),
        created_at: NOW,
        expires_at: NOW.plus(seconds),
        memo: (sats > 1).then(|| "lunch".into()),
    }
}

fn all(l: Language) -> Vec<(&'static str, String)> {
    let at = PaidAt {
        link: "https://pay.flashapp.me/marcia".into(),
        address: "marcia@flashapp.me".into(),
    };
    let at = Some(&at);
    let mut all = vec![
        ("receive_anything", receive_anything(l, at)),
        ("receive_anything nameless", receive_anything(l, None)),
        (
            "receive_this",
            receive_this(l, &invoice(5_123, 60), None, NOW, at, true),
        ),
        (
            "receive_this in another currency, by a clock that is ahead",
            receive_this(l, &invoice(1, 61), Some("J$785.00"), NOW, None, false),
        ),
        (
            "receive_this nameless, opted out, late",
            receive_this(l, &invoice(1, 12), None, NOW, None, false),
        ),
        ("scan_this", scan_this(l)),
        (
            "no_invoice",
            no_invoice(l, FlashTrouble::Unavailable, "receive 5", at),
        ),
        (
            "no_invoice busy",
            no_invoice(
                l,
                FlashTrouble::Busy { retry_after_s: 300 },
                "receive 5 lunch",
                None,
            ),
        ),
        (
            "no_invoice declined",
            no_invoice(l, FlashTrouble::Declined, "receive 5", at),
        ),
        ("receiving_is_off", receiving_is_off(l)),
        ("receive_memo_too_long", receive_memo_too_long(l)),
        ("receive_in_dollars", receive_in_dollars(l, "TTD")),
        ("receive_no_price", receive_no_price(l, "JMD")),
        ("invoice_paid", invoice_paid(l, Cents(500), None)),
        (
            "invoice_paid for",
            invoice_paid(l, Cents(100_050), Some("lunch")),
        ),
        (
            "invoice_ran_out",
            invoice_ran_out(l, Cents(500), "receive 5 lunch", true),
        ),
        (
            "invoice_ran_out nameless",
            invoice_ran_out(l, Cents(500), "receive 5", false),
        ),
        ("invoice_not_known", invoice_not_known(l, Cents(500))),
    ];
    for error in [
        AmountError::Missing,
        AmountError::NotANumber,
        AmountError::OtherDigits,
        AmountError::Negative,
        AmountError::Shorthand,
        AmountError::Ambiguous,
        AmountError::TooFine,
        AmountError::Zero,
        AmountError::TooLarge,
        AmountError::TwoNumbers,
        AmountError::TwoCurrencies,
        AmountError::OtherUnit,
        AmountError::Malformed,
    ] {
        all.push(("receive_how", receive_how(l, not_an_amount(l, error))));
    }
    all
}

#[test]
fn what_is_said_of_being_paid() {
    let mut said = String::new();
    for l in LANGUAGES {
        for (name, text) in all(l) {
            let _ = writeln!(said, "## {} {name}\n{text}\n", l.code());
        }
    }
    insta::assert_snapshot!("receiving", said);
}

#[test]
fn a_code_lives_no_longer_than_it_says_and_than_a_minute() {
    for (seconds, shown) in [
        (0, "one second"),
        (1, "one second"),
        (59, "59 seconds"),
        (60, "one minute"),
        (61, "one minute"),
        (3_600, "one minute"),
    ] {
        let invoice = invoice(1, seconds);
        let text = receive_this(Language::English, &invoice, None, NOW, None, false);
        assert!(text.contains(shown), "{seconds}: {text}");
    }
}

#[test]
fn an_amount_is_shown_as_it_was_typed() {
    for (symbol, fraction_digits, minor, shown) in [
        ("J$", 2, 50_000, "J$500.00"),
        ("J$", 2, 123_456, "J$1,234.56"),
        ("¥", 0, 50_000, "¥500"),
        ("¥", 0, 50_050, "¥500.50"),
        ("BD", 3, 50_050, "BD500.50"),
    ] {
        let currency = Currency {
            code: "XXX".into(),
            symbol: symbol.into(),
            fraction_digits,
        };
        let amount = Amount {
            minor,
            currency: crate::amount::Typed::Code("XXX".into()),
        };
        for l in LANGUAGES {
            assert_eq!(typed_amount(l, &amount, &currency), shown);
        }
    }
}

#[test]
fn what_stands_in_bold_can_be_typed() {
    for l in LANGUAGES {
        for (name, text) in all(l) {
            for typed in text.split('*').skip(1).step_by(2) {
                let parsed = parse(typed);
                assert!(
                    matches!(parsed, Parsed::Run(command, _) if COMMANDS.contains(command)),
                    "{name}: {typed}: {parsed:?}"
                );
            }
        }
    }
}

#[test]
fn somebody_elses_words_stay_words() {
    let memo = outside::words("*free* _money_ {{1}}\nhttps://evil.example", 100);
    let text = invoice_paid(Language::English, Cents(500), Some(&memo));
    assert!(
        !text.contains("https://evil.example") && !text.contains("*free*"),
        "{text}"
    );
}
