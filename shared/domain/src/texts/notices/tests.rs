use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::money::{Currency, Sats};
use crate::policy::{DIGEST_LINES, PART_UNITS};
use crate::request::Code;
use crate::split;
use crate::time::Moment;

const NOW: Moment = Moment::from_unix(1_795_356_300);

fn jamaica() -> TimeZone {
    TimeZone::get("America/Jamaica").unwrap()
}

fn dollars(cents: i64) -> Money {
    Money {
        cents: Some(Cents(cents)),
        sats: None,
        local: None,
    }
}

fn beside_dollars(cents: i64, minor: i64) -> Money {
    let jmd = Currency {
        code: "JMD".into(),
        symbol: "J$".into(),
        fraction_digits: 2,
    };
    Money {
        local: Some((minor, jmd)),
        ..dollars(cents)
    }
}

fn sats(sats: i64) -> Money {
    Money {
        cents: None,
        sats: Some(Sats(sats)),
        local: None,
    }
}

fn username(name: &str) -> Other {
    Other::Username(name.to_owned())
}

fn name(name: &str) -> Other {
    Other::Name(name.to_owned())
}

fn told(what: ToldOf, money: impl Into<Option<Money>>, minutes: i64) -> Told {
    Told {
        what,
        money: money.into(),
        at: NOW.plus(minutes * 60),
    }
}

fn payment(
    direction: Direction,
    status: TransactionStatus,
    other: impl Into<Option<Other>>,
) -> ToldOf {
    ToldOf::Payment {
        direction,
        status,
        rail: None,
        other: other.into(),
        memo: None,
        request: None,
    }
}

fn received(other: impl Into<Option<Other>>) -> ToldOf {
    payment(Direction::Received, TransactionStatus::Settled, other)
}

fn sent(other: impl Into<Option<Other>>) -> ToldOf {
    payment(Direction::Sent, TransactionStatus::Settled, other)
}

fn with_memo(text: &str) -> ToldOf {
    ToldOf::Payment {
        direction: Direction::Received,
        status: TransactionStatus::Settled,
        rail: Some(Rail::Lightning),
        other: Some(username("marcia")),
        memo: Some(text.to_owned()),
        request: None,
    }
}

fn on_chain(status: TransactionStatus) -> ToldOf {
    ToldOf::Payment {
        direction: Direction::Received,
        status,
        rail: Some(Rail::OnChain),
        other: None,
        memo: None,
        request: None,
    }
}

fn pays_a_request() -> ToldOf {
    ToldOf::Payment {
        direction: Direction::Received,
        status: TransactionStatus::Settled,
        rail: Some(Rail::Flash),
        other: Some(username("devon")),
        memo: None,
        request: Code::parse("3F2K").ok(),
    }
}

fn all() -> Vec<(&'static str, Told)> {
    use Direction::{Received, Sent};
    use TransactionStatus::{Failed, Pending, Settled};
    vec![
        (
            "received, in two currencies, with a note",
            told(with_memo("lunch"), beside_dollars(500, 78_500), 0),
        ),
        (
            "received from a name",
            told(received(name("Marcia B.")), dollars(500), 0),
        ),
        (
            "received from somebody who poses, with such a note",
            told(
                ToldOf::Payment {
                    direction: Received,
                    status: Settled,
                    rail: None,
                    other: Some(name("*Flash Support*")),
                    memo: Some("Send me your code".into()),
                    request: None,
                },
                dollars(1),
                0,
            ),
        ),
        (
            "received from an underscored name",
            told(received(username("_marcia__b_")), dollars(500), 0),
        ),
        ("received on-chain", told(on_chain(Settled), sats(5_123), 0)),
        (
            "received less than a cent",
            told(
                received(None),
                Money {
                    sats: Some(Sats(1)),
                    ..beside_dollars(0, 15)
                },
                0,
            ),
        ),
        (
            "received, amount unknown",
            told(received(username("marcia")), None, 0),
        ),
        (
            "on its way",
            told(on_chain(Pending), beside_dollars(500, 78_500), 0),
        ),
        (
            "on its way, amount unknown",
            told(on_chain(Pending), None, 0),
        ),
        (
            "not come",
            told(payment(Received, Failed, None), dollars(500), 0),
        ),
        (
            "not come, amount unknown",
            told(payment(Received, Failed, None), None, 0),
        ),
        ("sent", told(sent(username("devon")), dollars(250), 0)),
        ("sent, amount unknown", told(sent(None), None, 0)),
        (
            "going",
            told(payment(Sent, Pending, username("devon")), dollars(250), 0),
        ),
        (
            "going, amount unknown",
            told(payment(Sent, Pending, None), None, 0),
        ),
        (
            "not sent",
            told(payment(Sent, Failed, username("devon")), dollars(250), 0),
        ),
        (
            "not sent, amount unknown",
            told(payment(Sent, Failed, None), None, 0),
        ),
        (
            "balance",
            told(ToldOf::Balance, beside_dollars(1_099, 171_130), 0),
        ),
        ("balance unknown", told(ToldOf::Balance, None, 0)),
        ("request paid", told(pays_a_request(), dollars(2_000), 0)),
        (
            "request paid, amount unknown",
            told(pays_a_request(), None, 0),
        ),
    ]
}

/// A day's news.
fn day() -> Vec<Told> {
    vec![
        told(with_memo("lunch"), beside_dollars(500, 78_500), 0),
        told(received(name("Marcia B.")), beside_dollars(100, 15_700), 5),
        told(sent(username("devon")), dollars(250), 60),
        told(ToldOf::Balance, dollars(350), 61),
        told(on_chain(TransactionStatus::Pending), sats(5_123), 90),
        told(pays_a_request(), beside_dollars(2_000, 314_000), 120),
        told(
            payment(Direction::Sent, TransactionStatus::Failed, None),
            dollars(300),
            150,
        ),
        told(ToldOf::Balance, beside_dollars(2_350, 368_950), 151),
    ]
}

fn many() -> Vec<Told> {
    let many = (0..12).map(|nth| told(received(username("marcia")), dollars(100), nth));
    let mut many: Vec<_> = many.collect();
    many.push(told(received(None), None, 20));
    many
}

/// What a closed window gets: the name and the variables of the template.
fn template(reply: &Reply) -> String {
    match &reply.news {
        Some(news) => serde_json::to_string(news).unwrap(),
        None => "nothing".to_owned(),
    }
}

#[test]
fn what_is_told_of_flashs_events() {
    for l in Language::ALL {
        let digests = [
            ("digest", digest(l, &day(), 0, &jamaica())),
            ("digest, more", digest(l, &many(), 12, &jamaica())),
            ("digest of one", digest(l, &day()[..1], 1, &jamaica())),
            ("digest of what is not known", digest(l, &[], 3, &jamaica())),
        ];
        let notices = all().into_iter();
        let notices = notices.map(|(name, told)| (name, notice(l, &told, &jamaica())));
        let mut said = String::new();
        for (name, reply) in notices.chain(digests) {
            assert_eq!((reply.language, reply.class), (l, Class::Notice));
            let template = template(&reply);
            let _ = writeln!(said, "── {name}\n{}\n[{template}]\n", reply.text);
        }
        insta::with_settings!({
            snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
        }, {
            insta::assert_snapshot!(format!("notices_{}", l.code()), said);
        });
    }
}

#[test]
fn what_poses_as_flash_is_not_shown_and_a_name_is_marked() {
    let zone = jamaica();
    for l in Language::ALL {
        for poses in [
            "Flash",
            "FLASH  Support",
            "su código",
            "send c0de",
            "Ｆｌａｓｈ",
            "Reply YES",
            "Call +1 876 555 0100",
        ] {
            let told = told(received(name(poses)), dollars(500), 0);
            let reply = notice(l, &told, &zone);
            for text in [&reply.text, &template(&reply)] {
                assert!(!text.contains('“'), "{text}");
            }
        }
        // What would not be shown of it anyway gives it away.
        let long = format!("{} Flash Support", "Marcia Brown ".repeat(4));
        let told_of = told(received(name(&long)), dollars(500), 0);
        for reply in [
            notice(l, &told_of, &zone),
            digest(l, std::slice::from_ref(&told_of), 0, &zone),
        ] {
            assert!(!reply.text.contains("Marcia"), "{}", reply.text);
        }
        let reply = notice(l, &told(received(name("Marcia")), None, 0), &zone);
        let marked = words(l, "notice-name", &[("name", "Marcia".into())]);
        assert!(reply.text.contains(&marked), "{}", reply.text);
        // What is no username of Flash's can't pass for one.
        let reply = notice(l, &told(received(username("Marcia B.")), None, 0), &zone);
        assert!(!reply.text.contains("@Marcia"), "{}", reply.text);
    }
}

#[test]
fn a_sum_is_exact_or_says_that_it_is_not() {
    let sums = |told: &[Told], more| {
        let reply = digest(Language::English, told, more, &jamaica());
        match reply.news {
            Some(News::Digest { sums }) => sums,
            _ => panic!("no digest"),
        }
    };
    let five = told(received(None), beside_dollars(500, 78_500), 0);
    let plain_five = told(received(None), dollars(500), 0);
    let unknown = told(received(None), None, 0);
    assert_eq!(
        sums(&[five.clone(), five.clone()], 0),
        "Received: US$10.00 = J$1,570.00 (2 payments)"
    );
    assert_eq!(
        sums(&[five.clone(), plain_five], 0),
        "Received: US$10.00 (2 payments)"
    );
    assert_eq!(
        sums(&[five.clone(), unknown.clone()], 0),
        "Received: at least US$5.00 (2 payments)"
    );
    assert_eq!(
        sums(std::slice::from_ref(&five), 1),
        "Received: at least US$5.00 = J$785.00 (at least 1 payment); … and 1 more"
    );
    assert_eq!(sums(&[unknown], 0), "Received: 1 payment");
    let most = told(received(None), dollars(i64::MAX), 0);
    assert_eq!(sums(&[most, five], 0), "Received: 2 payments");
}

#[test]
fn of_several_balances_the_youngest_counts() {
    let now = told(ToldOf::Balance, dollars(200), 1);
    let before = told(ToldOf::Balance, dollars(100), 0);
    for told in [[now.clone(), before.clone()], [before, now]] {
        let text = digest(Language::English, &told, 0, &jamaica()).text;
        assert!(
            text.contains("US$2.00") && !text.contains("US$1.00"),
            "{text}"
        );
    }
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[*_~`{}<>@/. \n\r\t>\\-a-zA-Z0-9:\u{200b}\u{202e}\u{feff}\u{2028}\u{e0041}]{0,300}",
        "[😀-😿 ]{0,300}",
        Just("Flash support".to_owned()),
    ]
}

fn any_told() -> impl Strategy<Value = Told> {
    let direction = prop_oneof![Just(Direction::Received), Just(Direction::Sent)];
    let status = prop_oneof![
        Just(TransactionStatus::Settled),
        Just(TransactionStatus::Pending),
        Just(TransactionStatus::Failed)
    ];
    let rail = prop_oneof![
        Just(None),
        Just(Some(Rail::OnChain)),
        Just(Some(Rail::Flash))
    ];
    let other = prop_oneof![
        Just(None),
        hostile().prop_map(|text| Some(name(&text))),
        hostile().prop_map(|text| Some(username(&text))),
        "[a-z_]{3,50}".prop_map(|text| Some(username(&text))),
    ];
    let memo = proptest::option::of(hostile());
    let money = prop_oneof![
        Just(None),
        any::<i64>().prop_map(|cents| Some(dollars(cents))),
        any::<i64>().prop_map(|all| Some(sats(all))),
        any::<(i64, i64)>().prop_map(|(cents, minor)| Some(beside_dollars(cents, minor))),
    ];
    let payment = (direction, status, rail, other, memo, any::<bool>()).prop_map(
        |(direction, status, rail, other, memo, pays)| ToldOf::Payment {
            direction,
            status,
            rail,
            other,
            memo,
            request: Code::parse("3F2K").ok().filter(|_| pays),
        },
    );
    let what = prop_oneof![4 => payment, 1 => Just(ToldOf::Balance)];
    (what, money, 0_i64..100_000).prop_map(|(what, money, minutes)| told(what, money, minutes))
}

/// As WhatsApp wants what fills a template: on one line, without runs of spaces, not empty, without markup.
fn fits_a_template(value: &str, most: usize) -> Result<(), TestCaseError> {
    prop_assert!(!value.trim().is_empty());
    prop_assert!(
        value.chars().count() <= most,
        "{} characters",
        value.chars().count()
    );
    let breaks = |c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}';
    prop_assert_eq!(value.chars().find(|c| breaks(*c)), None);
    prop_assert!(!value.contains("  "), "{value}");
    let meaning = value.chars().find(|c| "*~`{}<>".contains(*c));
    prop_assert_eq!(meaning, None);
    // WhatsApp takes an underscore for markup only at the edge of a word.
    let edge = value.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '@');
    for word in edge {
        let word = word.trim_start_matches('@');
        prop_assert!(!word.starts_with('_') && !word.ends_with('_'), "{value}");
    }
    Ok(())
}

fn keeps_the_rules(reply: &Reply) -> Result<(), TestCaseError> {
    let Some(news) = &reply.news else {
        return Ok(());
    };
    let news = serde_json::to_value(news).unwrap();
    let mut all = 0;
    for (name, value) in news.as_object().unwrap() {
        let value = value.as_str().unwrap();
        if name != "kind" {
            fits_a_template(value, 450)?;
            all += value.chars().count();
        }
    }
    // WhatsApp's 1,024 characters, of which a template's own words take fewer than 324.
    prop_assert!(all <= 700, "{all} characters");
    Ok(())
}

proptest! {
    #[test]
    fn whatever_somebody_writes_stays_inside_the_rules(told in any_told(), spanish in any::<bool>()) {
        let l = if spanish { Language::Spanish } else { Language::English };
        let reply = notice(l, &told, &jamaica());
        keeps_the_rules(&reply)?;
        prop_assert_eq!(split::parts(l, &reply.text).len(), 1);
        // A title, a note, when, and what next.
        prop_assert!((4..=5).contains(&reply.text.split('\n').count()), "{}", reply.text);
        let bold = reply.text.matches('*').count();
        prop_assert!(bold.is_multiple_of(2) && bold <= 6, "{}", reply.text);
    }

    #[test]
    fn a_digest_is_one_message(told in proptest::collection::vec(any_told(), 0..60), more in 0_u32..100, spanish in any::<bool>()) {
        let l = if spanish { Language::Spanish } else { Language::English };
        let reply = digest(l, &told, more, &jamaica());
        keeps_the_rules(&reply)?;
        let units: usize = reply.text.chars().map(char::len_utf16).sum();
        prop_assert!(units <= PART_UNITS, "{units} units");
        let rows = reply.text.lines().filter(|line| line.starts_with('•')).count();
        prop_assert!(rows <= DIGEST_LINES);
        prop_assert_eq!(reply.text.matches('*').count(), 2);
    }
}
