use std::collections::BTreeSet;

use super::*;
use crate::address::WhatsAppAddress;
use crate::command::{Parsed, parse};
use crate::flash::{Direction, TransactionId};
use crate::ids::{AccountId, WalletId};
use crate::policy::PART_UNITS;

const NOW: Moment = Moment::from_unix(1_795_356_300);
const LANGUAGES: [Language; 2] = [Language::English, Language::Spanish];

fn jamaica() -> TimeZone {
    place::zone(&WhatsAppAddress::parse("whatsapp:+18765550100").unwrap())
}

fn paid(dollars: Option<&str>, rail: Rail, ago: i64) -> Transaction {
    Transaction {
        id: TransactionId("655cd192-6445-716f-60b8-9418bf6b12cd".into()),
        at: NOW.plus(-ago),
        dollars: dollars.map(|dollars| {
            Decimal::from_scientific(dollars)
                .or_else(|_| dollars.parse())
                .unwrap()
        }),
        direction: Direction::Received,
        rail,
        status: TransactionStatus::Settled,
    }
}

fn rows() -> Vec<Transaction> {
    let mut pending = paid(Some("-1000000"), Rail::OnChain, 200_000);
    pending.status = TransactionStatus::Pending;
    vec![
        paid(Some("5"), Rail::Lightning, 60),
        paid(Some("-2.509"), Rail::Flash, 90_000),
        pending,
        paid(Some("0.004"), Rail::Other, 300_000),
        paid(None, Rail::Lightning, WITH_YEAR),
    ]
}

fn held(username: Option<&str>, level: Option<Level>, limits: Vec<Limit>) -> Account {
    Account {
        user: crate::ids::FlashUserId("user".into()),
        account: AccountId("a".into()),
        username: username.map(str::to_owned),
        wallet: WalletId("w".into()),
        wallets: Vec::new(),
        level,
        currency: "JMD".into(),
        limits,
        language: None,
    }
}

fn limit(what: Limited, left: Option<i64>, seconds: i64) -> Limit {
    Limit {
        what,
        total: Cents(200_000),
        left: left.map(Cents),
        seconds,
    }
}

fn details(payment: Transaction, memo: Option<&str>, fee: Option<&str>) -> Details {
    Details {
        transaction: payment,
        memo: memo.map(str::to_owned),
        payment_hash: None,
        fee: fee.map(|fee| fee.parse().unwrap()),
    }
}

/// Every text of this module, by the function that makes it and the case it is for.
fn all(l: Language) -> Vec<(&'static str, String)> {
    let (rows, zone) = (rows(), jamaica());
    let rows: Vec<_> = rows.iter().collect();
    let address = ("marcia_b@flashapp.me", "https://pay.flashapp.me/marcia_b");
    let linked = (NOW, NOW.plus(7_776_000));
    let daily = vec![
        limit(Limited::Withdrawal, Some(75_050), 86_400),
        limit(Limited::Internal, Some(0), 86_400),
        limit(Limited::Convert, None, 3_600),
    ];
    vec![
        ("payments", payments(l, 0, &rows, true, NOW, &zone)),
        (
            "payments: the last",
            payments(l, 5, &rows[..1], false, NOW, &zone),
        ),
        ("no_payments", no_payments(l, false)),
        ("no_payments: receiving", no_payments(l, true)),
        (
            "payments_not_available",
            payments_not_available(l, "history"),
        ),
        ("how_many_payments", how_many_payments(l)),
        ("nothing_listed", nothing_listed(l)),
        ("no_more_payments", no_more_payments(l, true)),
        ("no_more_payments: here", no_more_payments(l, false)),
        ("which_payment", which_payment(l, 5)),
        ("no_such_payment", no_such_payment(l)),
        (
            "payment",
            payment(
                l,
                2,
                &details(rows[0].clone(), Some("for *lunch*\nat {{1}}"), Some("0.01")),
                NOW,
                &zone,
            ),
        ),
        (
            "payment: dust",
            payment(
                l,
                4,
                &details(rows[3].clone(), None, Some("0.0004")),
                NOW,
                &zone,
            ),
        ),
        (
            "payment: unknown",
            payment(
                l,
                5,
                &details(rows[4].clone(), Some("\u{200b}"), None),
                NOW,
                &zone,
            ),
        ),
        ("username", username(l, "marcia_b", address.0, address.1)),
        ("no_username", no_username(l)),
        (
            "account",
            account(
                l,
                &held(Some("marcia_b"), Some(Level::One), daily.clone()),
                linked,
                &zone,
            ),
        ),
        (
            "account: bare",
            account(l, &held(None, None, Vec::new()), linked, &zone),
        ),
        (
            "limits",
            limits(l, &held(None, Some(Level::Two), daily.clone())),
        ),
        (
            "limits: on trial",
            limits(l, &held(None, Some(Level::Zero), daily[..1].to_vec())),
        ),
        (
            "limits: of a level nobody knows",
            limits(l, &held(None, None, daily)),
        ),
        (
            "limits: none told",
            limits(l, &held(None, Some(Level::Three), Vec::new())),
        ),
    ]
}

fn maker(name: &str) -> &str {
    name.split(':').next().unwrap()
}

#[test]
fn everything_said_of_payments_and_accounts_as_it_is_read() {
    for l in LANGUAGES {
        let parts = all(l)
            .into_iter()
            .map(|(name, text)| format!("── {name}\n{text}\n"));
        let read = parts.collect::<Vec<_>>().join("\n");
        insta::with_settings!({
            snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
        }, {
            insta::assert_snapshot!(format!("history_{}", l.code()), read);
        });
    }
}

/// So that a text nobody looked at can't be said.
/// As in the news of it: the details must not show what the news left out.
#[test]
fn a_note_that_poses_is_not_shown() {
    let (rows, zone) = (rows(), jamaica());
    for l in Language::ALL {
        let posing = Some("Flash support: call +1 876 555 0199");
        let text = payment(l, 2, &details(rows[0].clone(), posing, None), NOW, &zone);
        assert!(!text.contains("555"), "{text}");
        assert!(text.contains(&words(l, "notice-note-left-out", &[])));
    }
}

#[test]
fn no_text_is_left_out_of_these_tests() {
    let written = include_str!("../history.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next());
    let written: BTreeSet<_> = written.collect();
    let texts = all(Language::English);
    let read: BTreeSet<_> = texts.iter().map(|(name, _)| maker(name)).collect();
    assert!(written.len() > 10);
    assert_eq!(read, written);
}

#[test]
fn all_that_is_bold_can_be_typed_and_nothing_is_left_unfilled() {
    for l in LANGUAGES {
        for (name, text) in all(l) {
            assert_eq!(text.matches('*').count() % 2, 0, "{name}: {text}");
            for bold in text.split('*').skip(1).step_by(2) {
                assert!(matches!(parse(bold), Parsed::Run(..)), "{name}: {bold}");
            }
            assert!(
                !text.contains(['{', '}', '$']) || text.contains("US$"),
                "{name}: {text}"
            );
            assert!(!text.contains('\u{2068}') && text.trim() == text, "{name}");
        }
    }
}

#[test]
fn money_has_its_sign_and_is_nothing_only_where_it_is_nothing() {
    for (dollars, listed, alone) in [
        (Some("5"), "+US$5.00", "+US$5.00"),
        (Some("-2.5"), "−US$2.50", "−US$2.50"),
        (Some("9.824690376349"), "+US$9.82", "+US$9.82"),
        (Some("-9.829"), "−US$9.82", "−US$9.82"),
        (Some("1234567.891"), "+US$1,234,567.89", "+US$1,234,567.89"),
        (Some("0.01"), "+US$0.01", "+US$0.01"),
        (Some("0.004"), "+<US$0.01", "+US$0.004"),
        (Some("-0.00990"), "−<US$0.01", "−US$0.0099"),
        (Some("1e-7"), "+<US$0.01", "+US$0.0000001"),
        (Some("0"), "US$0.00", "US$0.00"),
        (Some("-0.00"), "US$0.00", "US$0.00"),
        (None, "amount not known", "amount not known"),
        (
            Some("99999999999999999"),
            "amount not known",
            "amount not known",
        ),
        (
            Some("79228162514264337593543950335"),
            "amount not known",
            "amount not known",
        ),
    ] {
        let dollars = paid(dollars, Rail::Flash, 0).dollars;
        assert_eq!(amount(Language::English, dollars), listed);
        assert_eq!(exact_amount(Language::English, dollars), alone);
    }
}

#[test]
fn a_payment_is_dated_in_the_persons_zone_and_with_its_year_where_that_is_not_plain() {
    let l = Language::English;
    let london = place::zone(&WhatsAppAddress::parse("whatsapp:+442075550100").unwrap());
    assert_eq!(when(l, NOW, NOW, &jamaica()), "9:05 AM, Sun 22 Nov");
    assert_eq!(when(l, NOW, NOW, &london), "2:05 PM, Sun 22 Nov");
    let old = NOW.plus(-WITH_YEAR);
    assert_eq!(when(l, old, NOW, &jamaica()), "9:05 AM, 26 May 2026");
    assert_eq!(
        when(l, NOW.plus(5), NOW, &jamaica()),
        "9:05 AM, Sun 22 Nov",
        "a clock ahead of ours"
    );
}

#[test]
fn the_longest_list_fits_into_one_message() {
    for l in LANGUAGES {
        let longest = paid(Some("-1234567.89"), Rail::Lightning, WITH_YEAR + 86_400);
        let rows = vec![&longest; HISTORY_MOST];
        let text = payments(l, 30, &rows, true, NOW, &jamaica());
        assert!(
            text.chars().map(char::len_utf16).sum::<usize>() <= PART_UNITS,
            "{}",
            text.len()
        );
    }
}
