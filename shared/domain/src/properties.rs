//! What holds for every value, of the parts that stand alone.

use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::address::{PhoneNumber, WhatsAppAddress};
use crate::breaker::Breaker;
use crate::command::{COMMANDS, Command, Parsed, parse};
use crate::guard::{Guard, Issue};
use crate::ids::EntryKey;
use crate::language::Language;
use crate::money::{Cents, Currency, Price, Quote};
use crate::policy::{BREAKER_PAUSE_LONGEST, CODE_ISSUES_PER_HOUR, FAILURES_TO_LOCK, LOCK_LONGEST};
use crate::time::Moment;
use crate::{format, place};

/// Seconds of some twenty thousand years to either side: beyond, the calendar itself ends.
const AGES: i64 = 600_000_000_000;

/// What phones, keyboards and copying put around words.
fn noise() -> impl Strategy<Value = String> {
    "[ \t\n\r.!*_~\"'\u{200b}\u{200e}\u{202e}\u{2060}\u{feff}]{0,6}"
}

fn quote() -> impl Strategy<Value = Quote> {
    (any::<i64>(), 0_u32..32).prop_map(|(base, offset)| Quote { base, offset })
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

proptest! {
    #[test]
    fn noise_around_a_command_does_not_change_it(
        command in prop::sample::select(COMMANDS), before in noise(), after in noise(), upper in any::<bool>(),
    ) {
        let name = if upper { command.name.to_uppercase() } else { command.name.to_owned() };
        let meant = match command.name {
            "verify" => Parsed::MalformedCode,
            _ => Parsed::Run(Command::named(command.name).unwrap(), None),
        };
        prop_assert_eq!(parse(&format!("{before}{name}{after}")), meant);
    }

    #[test]
    fn a_code_is_made_of_the_six_digits_that_were_typed(text in any::<String>(), digits in "[0-9]{3}[ -]?[0-9]{3}") {
        for body in [text, digits] {
            if let Parsed::Code(code) = parse(&body) {
                prop_assert_eq!(code.expose(), digits_of(&body));
                prop_assert_eq!(code.expose().len(), 6);
            }
        }
    }

    #[test]
    fn numbers_of_another_length_are_never_a_code(digits in "[0-9]{1,5}|[0-9]{7,20}") {
        prop_assert_eq!(parse(&digits), Parsed::Unknown);
        prop_assert_eq!(parse(&format!("verify {digits}")), Parsed::MalformedCode);
    }

    #[test]
    fn cents_are_rounded_down_by_less_than_one(units in any::<i64>(), scale in 0_u32..20) {
        let fractional = Decimal::try_new(units, scale).unwrap();
        if let Some(Cents(cents)) = Cents::floor(fractional) {
            let off = fractional - Decimal::from(cents);
            let dust = cents == 0 && fractional > Decimal::NEGATIVE_ONE;
            prop_assert!(off < Decimal::ONE && (off >= Decimal::ZERO || dust), "{fractional} gave {cents}");
        } else {
            prop_assert!(fractional.floor().abs() > Decimal::from(10_000_000_000_000_i64));
        }
    }

    #[test]
    fn a_converted_figure_is_never_more_than_the_price_gives(cents in any::<i64>(), cent in quote(), sat in quote()) {
        let price = Price { currency: Currency::usd(), cent, sat, at: Moment::from_unix(0) };
        if let Some(minor) = price.display(Cents(cents)) {
            let exact = Decimal::from(cents) * cent.value().unwrap();
            prop_assert!(Decimal::from(minor) <= exact && exact - Decimal::from(minor) < Decimal::ONE);
        }
        // No quote, however absurd, is worth a panic.
        price.sats(Cents(cents));
    }

    #[test]
    fn money_is_shown_with_all_its_digits_and_no_others(l in prop::sample::select(&Language::ALL[..]), minor in any::<i64>(), fraction_digits in 0_u32..12) {
        let currency = Currency { code: "XXX".into(), symbol: "$".into(), fraction_digits };
        let shown = format::money(l, minor, &currency);
        prop_assert_eq!(shown.starts_with('-'), minor < 0);
        prop_assert_eq!(digits_of(&shown).parse::<u64>().unwrap(), minor.unsigned_abs(), "{}", shown);
        let fraction = shown.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        prop_assert_eq!(fraction, usize::try_from(fraction_digits).unwrap());
    }

    #[test]
    fn any_time_can_be_told(unix in prop_oneof![any::<i64>(), -AGES..AGES], phone in "\\+[1-9][0-9]{6,13}") {
        let at = Moment::from_unix(unix);
        let zone = place::zone(&WhatsAppAddress::Phone(PhoneNumber::parse(&phone).unwrap()));
        for l in Language::ALL {
        for told in [place::time_of_day(l, at, &zone), place::day_and_time(l, at, &zone), place::date(l, at, &zone)] {
            prop_assert!((7..40).contains(&told.len()), "{told}");
        }
        }
    }

    #[test]
    fn a_masked_number_shows_too_little_to_call_it(phone in "\\+[1-9][0-9]{6,13}") {
        let shown = digits_of(&PhoneNumber::parse(&phone).unwrap().masked()).len();
        prop_assert!(shown <= 6 && digits_of(&phone).len() - shown >= 4, "{shown}");
    }

    #[test]
    fn an_address_or_key_of_anybody_is_read_or_refused(text in any::<String>()) {
        for text in [&text, &format!("whatsapp:{text}"), &format!("whatsapp:+{text}")] {
            if let Ok(address) = WhatsAppAddress::parse(text) {
                prop_assert_eq!(&address.to_twilio(), text);
            }
            if let Ok(key) = EntryKey::parse(text) {
                prop_assert_eq!(&key.to_string(), text);
            }
        }
    }

    #[test]
    fn a_guard_stays_small_and_its_locks_end(steps in prop::collection::vec((0_u8..3, any::<bool>(), 0_i64..5_000), 0..200)) {
        let (mut guard, mut now) = (Guard::default(), Moment::from_unix(1_000_000));
        for (step, repeat, wait) in steps {
            now = now.plus(wait);
            guard = match step {
                0 => guard.failed(now).0,
                1 if guard.may_issue(now, repeat) == Issue::Allowed => guard.issued(now, repeat),
                _ => guard.succeeded(),
            };
            prop_assert!(guard.failures.len() < FAILURES_TO_LOCK && guard.issues.len() < CODE_ISSUES_PER_HOUR);
            prop_assert!(guard.locked(now).is_none_or(|until| until.since(now) <= LOCK_LONGEST));
            prop_assert!(guard.locked(now).is_none_or(|until| until < guard.ends_at(now)), "forgotten while locked");
            if let Issue::Wait(until) = guard.may_issue(now, false) {
                prop_assert!(now < until, "told to wait for what is past");
            }
        }
    }

    #[test]
    fn a_breaker_opens_for_a_while_and_never_for_good(steps in prop::collection::vec((any::<bool>(), 0_i64..600), 0..100)) {
        let (mut breaker, mut now) = (Breaker::default(), Moment::from_unix(1_000_000));
        for (well, wait) in steps {
            now = now.plus(wait);
            breaker = if well { breaker.succeeded() } else { breaker.failed(now) };
            prop_assert!(!well || !breaker.is_open(now));
            prop_assert!(!breaker.is_open(now.plus(BREAKER_PAUSE_LONGEST)));
        }
    }
}
