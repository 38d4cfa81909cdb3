use std::collections::BTreeSet;

use super::*;
use crate::address::WhatsAppAddress;
use crate::amount::AmountError;
use crate::command::{Parsed, parse};
use crate::ids::PersonKey;
use crate::money::Cents;
use crate::policy::{PART_UNITS, REQUEST_LIFE};
use crate::request::{Mark, Terms};

const NOW: Moment = Moment::from_unix(1_795_356_300);
const LANGUAGES: [Language; 2] = [Language::English, Language::Spanish];
const PAGE: &str = "https://pay.flashapp.me/devon";

fn jamaica() -> TimeZone {
    place::zone(&WhatsAppAddress::parse("whatsapp:+18765550100").unwrap())
}

fn name(name: &str) -> Username {
    Username::parse(name).unwrap()
}

fn request(side: Side, code: &str, memo: Option<&str>) -> Request {
    Request {
        code: Code::parse(code).unwrap(),
        id: "id".into(),
        side,
        progress: Progress::Open,
        asked_at: NOW,
        ends_at: NOW.plus(REQUEST_LIFE),
        with: Mark::from_digest("m".repeat(43)).unwrap(),
        terms: Terms {
            cents: Cents(2_000),
            memo: memo.map(str::to_owned),
            who: match side {
                Side::Asked => name("devon"),
                Side::Asker => name("marcia"),
            },
            other: PersonKey::from_digest("p".repeat(43)).unwrap(),
        },
    }
}

fn over_by(code: &str, progress: Progress) -> Request {
    Request {
        progress,
        ..request(Side::Asker, code, None)
    }
}

/// Some of each side and standing.
fn some() -> Vec<Request> {
    let expired = Request {
        ends_at: NOW,
        ..request(Side::Asked, "9ZZ9", Some("rent"))
    };
    vec![
        request(Side::Asked, "3F2K", Some("lunch")),
        expired,
        request(Side::Asker, "7QK2", Some("the bus")),
        over_by("A2A2", Progress::Declined),
        over_by("B2B2", Progress::Withdrawn),
        over_by("C2C2", Progress::Ended),
        over_by("D2D2", Progress::Paid),
    ]
}

fn listed(l: Language, some: &[Request]) -> String {
    let some: Vec<_> = some.iter().collect();
    requests(l, &some, |_| PAGE.to_owned(), NOW, &jamaica())
}

/// Every text of this module, by the function that makes it and the case it is for.
fn all(l: Language) -> Vec<(&'static str, String)> {
    let zone = jamaica();
    let marcia = name("marcia");
    let (to, from) = (
        request(Side::Asked, "3F2K", Some("lunch")),
        request(Side::Asker, "7QK2", Some("lunch")),
    );
    let bare = request(Side::Asked, "3F2K", None);
    let five = Amount {
        minor: 500,
        currency: crate::amount::Typed::Unmarked,
    };
    let many = vec![request(Side::Asked, "3F2K", None); REQUESTS_SHOWN + 2];
    vec![
        ("at", at(&marcia)),
        ("asking_is_off", asking_is_off(l)),
        ("how_to_ask", how_to_ask(l)),
        (
            "unclear_request: amount",
            unclear_request(l, Unclear::Amount(AmountError::Ambiguous)),
        ),
        (
            "unclear_request: currency",
            unclear_request(l, Unclear::OtherCurrency),
        ),
        ("unclear_request: whom", unclear_request(l, Unclear::Whom)),
        ("unclear_request: name", unclear_request(l, Unclear::Name)),
        ("unclear_request: memo", unclear_request(l, Unclear::Memo)),
        (
            "unclear_request: posing",
            unclear_request(l, Unclear::Posing),
        ),
        ("asking_needs_a_username", asking_needs_a_username(l)),
        ("nobody_called_so", nobody_called_so(l, &marcia)),
        ("asking_yourself", asking_yourself(l)),
        (
            "too_many_requests: of one",
            too_many_requests(l, TooMany::OfThatPerson, &marcia),
        ),
        (
            "too_many_requests: today",
            too_many_requests(l, TooMany::Today, &marcia),
        ),
        ("request_noted", request_noted(l, &from, PAGE, &zone)),
        ("request_for_you", request_for_you(l, &to, PAGE)),
        ("request_for_you: bare", request_for_you(l, &bare, PAGE)),
        ("requests: none", listed(l, &[])),
        ("requests: some", listed(l, &some())),
        ("requests: many", listed(l, &many)),
        ("which_request: decline", which_request(l, "decline")),
        ("which_request: withdraw", which_request(l, "withdraw")),
        ("unknown_request", unknown_request(l, &to.code)),
        ("yours_to_withdraw", yours_to_withdraw(l, &from)),
        ("theirs_to_decline", theirs_to_decline(l, &to)),
        (
            "request_is_over: declined",
            request_is_over(l, &over_by("A2A2", Progress::Declined)),
        ),
        (
            "request_is_over: withdrawn",
            request_is_over(l, &over_by("A2A2", Progress::Withdrawn)),
        ),
        (
            "request_is_over: paid",
            request_is_over(l, &over_by("A2A2", Progress::Paid)),
        ),
        (
            "request_is_over: expired",
            request_is_over(l, &over_by("A2A2", Progress::Open)),
        ),
        (
            "request_is_over: ended",
            request_is_over(l, &over_by("A2A2", Progress::Ended)),
        ),
        ("declined", declined(l, &to)),
        ("was_declined", was_declined(l, &to, Some(&marcia))),
        ("was_declined: by somebody", was_declined(l, &to, None)),
        (
            "asking_again",
            asking_again(l, &five, &marcia, Some("lunch")),
        ),
        ("asking_again: bare", asking_again(l, &five, &marcia, None)),
        ("withdrawn", withdrawn(l, &from)),
        ("whom_to_block", whom_to_block(l)),
        ("blocking_yourself", blocking_yourself(l)),
        ("blocked_now", blocked_now(l, &marcia)),
        ("too_many_blocked", too_many_blocked(l)),
        ("whom_to_unblock", whom_to_unblock(l)),
        ("unblocked", unblocked(l, &marcia)),
        ("was_not_blocked", was_not_blocked(l, &marcia)),
        ("nobody_blocked", nobody_blocked(l)),
        (
            "who_is_blocked",
            who_is_blocked(l, &[(Some(&marcia), NOW), (None, NOW)], &zone),
        ),
    ]
}

#[test]
fn everything_said_of_requests_as_it_is_read() {
    for l in LANGUAGES {
        let parts = all(l)
            .into_iter()
            .map(|(name, text)| format!("── {name}\n{text}\n"));
        let read = parts.collect::<Vec<_>>().join("\n");
        insta::with_settings!({
            snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
        }, {
            insta::assert_snapshot!(format!("requests_{}", l.code()), read);
        });
    }
}

/// So that a text nobody looked at can't be said.
#[test]
fn no_text_is_left_out_of_these_tests() {
    let written = include_str!("../requests.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next());
    let written: BTreeSet<_> = written.collect();
    let texts = all(Language::English);
    let read = texts
        .iter()
        .map(|(name, _)| name.split(':').next().unwrap());
    assert!(written.len() > 10);
    assert_eq!(read.collect::<BTreeSet<_>>(), written);
}

#[test]
fn all_that_is_bold_can_be_typed_and_nothing_is_left_unfilled() {
    for l in LANGUAGES {
        for (name, text) in all(l) {
            assert_eq!(text.matches('*').count() % 2, 0, "{name}: {text}");
            for bold in text.split('*').skip(1).step_by(2) {
                let shown = bold.starts_with("US$") || Code::parse(bold).is_ok();
                let typed = matches!(parse(bold), Parsed::Run(..));
                assert!(shown || typed, "{name}: {bold}");
            }
            assert!(!text.contains(['{', '}', '\u{2068}']), "{name}: {text}");
            assert!(text.trim() == text && !text.is_empty(), "{name}: {text}");
            assert!(text.encode_utf16().count() <= PART_UNITS, "{name}");
        }
    }
}

#[test]
fn the_longest_request_leaves_room_for_its_buttons() {
    let mut request = request(Side::Asked, "3F2K", Some(&"W".repeat(REQUEST_MEMO)));
    request.terms.who = name(&"w".repeat(50));
    request.terms.cents = crate::policy::LARGEST_AMOUNT;
    let page = format!("https://pay.flashapp.me/{}", "%C3%A9".repeat(50));
    for l in LANGUAGES {
        let text = request_for_you(l, &request, &page);
        assert!(text.chars().count() <= 1_024, "{}", text.chars().count());
    }
}

#[test]
fn a_name_can_be_typed_as_it_is_shown_unless_that_would_format_it() {
    assert_eq!(at(&name("mar_cia2")), "@mar_cia2");
    for formats in ["_marcia_", "marcia_", "mar__cia"] {
        assert!(!at(&name(formats)).contains('_'), "{formats}");
    }
}
