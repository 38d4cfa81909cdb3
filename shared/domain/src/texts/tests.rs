use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::*;
use crate::address::WhatsAppAddress;
use crate::command::{Parsed, parse};
use crate::conversation::Subject;
use crate::guard::Guard;
use crate::ids::{AccountId, PersonKey, WalletId};
use crate::linking::Refusal;
use crate::money::{Currency, Quote};
use crate::state::{Person, Sealed, Session, Standing, State};

const NOW: Moment = Moment::from_unix(1_795_356_300);
const OTHER_CHAT: &str = "+1 876 ••• ••01";
const TITLE: &str = "Flash on WhatsApp";

fn jamaica() -> TimeZone {
    place::zone(&WhatsAppAddress::parse("whatsapp:+18765550100").unwrap())
}

/// A US dollar at 157 JMD and a bitcoin at 100,000 US dollars, so many seconds ago.
fn price(code: &str, age: i64) -> Price {
    let (currency, cent, sat) = match code {
        "USD" => (Currency::usd(), 1, 100_000),
        _ => (
            Currency {
                code: "JMD".into(),
                symbol: "J$".into(),
                fraction_digits: 2,
            },
            157,
            15_700_000,
        ),
    };
    Price {
        currency,
        cent: Quote {
            base: cent,
            offset: 0,
        },
        sat: Quote {
            base: sat,
            offset: 6,
        },
        at: NOW.plus(-age),
    }
}

fn shown(cents: i64, price: Option<Price>) -> String {
    let held = Balance {
        account: AccountId("a".into()),
        wallet: WalletId("w".into()),
        cents: Some(Decimal::from(cents)),
        price,
    };
    balance(Language::English, &held, Cents(cents), NOW, &jamaica())
}

fn nobody() -> Subject {
    Subject {
        state: State {
            key: PersonKey::from_digest("A".repeat(43)).unwrap(),
            person: Person::default(),
            standing: Standing::default(),
            guard: Guard::default(),
            session: Session::begin(NOW),
            code: None,
            app_code: None,
            timed_out: None,
            flash_is_down: false,
        },
        address: None,
        heard: None,
    }
}

/// Linked, opted out, and locked after eight wrong codes.
fn locked() -> Subject {
    let guard = (0..8).fold(Guard::default(), |guard, _| guard.failed(NOW).0);
    let link = serde_json::json!({
        "account": "a", "key_id": "0123abcd", "credential": "sealed",
        "linked_at": NOW.unix(), "ends_at": NOW.plus(7_776_000).unix(),
    });
    let stranger = nobody();
    Subject {
        state: State {
            guard,
            person: Person {
                link: serde_json::from_value(link).unwrap(),
                ..Person::default()
            },
            standing: Standing {
                opted_out_at: Some(NOW),
                ..Standing::default()
            },
            ..stranger.state
        },
        address: Some(Sealed("sealed".into())),
        heard: Some(NOW),
    }
}

/// Every text of this module, by the function that makes it and the case it is for.
#[expect(clippy::too_many_lines, reason = "a few for each text")]
fn all() -> Vec<(&'static str, String)> {
    vec![
        (
            "codes_paused",
            codes_paused(Language::English, NOW.plus(10_800), &jamaica()),
        ),
        ("link_paused", link_paused(Language::English)),
        (
            "missed_command",
            missed_command(Language::English, "balance"),
        ),
        ("linking_cancelled", linking_cancelled(Language::English)),
        ("yes_or_no", yes_or_no(Language::English)),
        (
            "proof_page",
            proof_page(Language::English, "https://bot.example/confirm/TOKEN"),
        ),
        ("code_in_app", code_in_app(Language::English, "balance")),
        ("push_title", push_title(Language::English)),
        ("push_body", push_body(Language::English, "012345")),
        ("wrong_app_code", wrong_app_code(Language::English, 2)),
        ("app_code_destroyed", app_code_destroyed(Language::English)),
        (
            "no_app_code_waiting",
            no_app_code_waiting(Language::English),
        ),
        ("app_code_ran_out", app_code_ran_out(Language::English)),
        (
            "codes_locked",
            codes_locked(Language::English, NOW.plus(3_600), &jamaica()),
        ),
        ("proof_cancelled", proof_cancelled(Language::English)),
        ("proven", proven(Language::English)),
        (
            "help: unlinked",
            help(Language::English, false, false, false),
        ),
        ("help: linked", help(Language::English, true, false, false)),
        ("help: staff", help(Language::English, true, false, true)),
        ("for_staff_only", for_staff_only(Language::English)),
        ("staff_example", staff_example(Language::English, "unlock")),
        (
            "chat_for_staff: a stranger",
            chat_for_staff(Language::English, &nobody(), NOW, &jamaica()),
        ),
        (
            "chat_for_staff",
            chat_for_staff(Language::English, &locked(), NOW, &jamaica()),
        ),
        ("not_your_own_lock", not_your_own_lock(Language::English)),
        ("is_not_locked", is_not_locked(Language::English)),
        ("unlocked_for_staff", unlocked_for_staff(Language::English)),
        (
            "unlocked_by_support",
            unlocked_by_support(Language::English),
        ),
        (
            "locked_for_misuse",
            locked_for_misuse(Language::English, NOW.plus(3_600), &jamaica()),
        ),
        (
            "help: opted out",
            help(Language::English, true, true, false),
        ),
        ("opted_out", opted_out(Language::English, false, false)),
        (
            "opted_out: linked",
            opted_out(Language::English, true, false),
        ),
        (
            "opted_out: while linking",
            opted_out(Language::English, false, true),
        ),
        ("opted_in", opted_in(Language::English)),
        ("missed_start", missed_start(Language::English)),
        (
            "moved_away_before",
            moved_away_before(Language::English, NOW, &jamaica()),
        ),
        ("how_to_start", how_to_start(Language::English, false)),
        (
            "how_to_start: but alerts",
            how_to_start(Language::English, true),
        ),
        ("nothing_open", nothing_open(Language::English, false)),
        (
            "nothing_open: opted out",
            nothing_open(Language::English, true),
        ),
        ("unknown: unlinked", unknown(Language::English, false)),
        ("unknown: linked", unknown(Language::English, true)),
        ("not_text", not_text(Language::English)),
        ("flooded", flooded(Language::English)),
        ("rest_left_out", rest_left_out(Language::English)),
        ("old_button", old_button(Language::English)),
        ("nothing_to_confirm", nothing_to_confirm(Language::English)),
        (
            "link_page",
            link_page(Language::English, "https://bot.example/link/TOKEN"),
        ),
        ("no_flash_account", no_flash_account(Language::English)),
        (
            "already_linked",
            already_linked(Language::English, NOW.plus(7_776_000), &jamaica()),
        ),
        (
            "renewal_page",
            renewal_page(
                Language::English,
                "https://bot.example/link/TOKEN",
                NOW.plus(604_800),
                &jamaica(),
            ),
        ),
        (
            "renewed",
            renewed(Language::English, NOW.plus(7_776_000), &jamaica()),
        ),
        ("moved_here", moved_here(Language::English)),
        ("moved_away", moved_away(Language::English, OTHER_CHAT)),
        (
            "link_ending: a week before",
            link_ending(Language::English, 7, NOW.plus(604_800), &jamaica()),
        ),
        (
            "link_ending: the day before",
            link_ending(Language::English, 1, NOW.plus(86_400), &jamaica()),
        ),
        ("link_has_ended", link_has_ended(Language::English)),
        ("link_first", link_first(Language::English)),
        ("linked", linked(Language::English)),
        ("linked_elsewhere", linked_elsewhere(Language::English)),
        (
            "owner_linked_elsewhere",
            owner_linked_elsewhere(Language::English, OTHER_CHAT),
        ),
        ("wrong_code: some left", wrong_code(Language::English, 4)),
        ("wrong_code: one left", wrong_code(Language::English, 1)),
        ("code_destroyed", code_destroyed(Language::English)),
        ("malformed_code", malformed_code(Language::English)),
        ("no_code_waiting", no_code_waiting(Language::English)),
        ("code_ran_out", code_ran_out(Language::English)),
        (
            "chat_locked",
            chat_locked(Language::English, NOW.plus(3_600), &jamaica()),
        ),
        (
            "owner_chat_locked",
            owner_chat_locked(Language::English, OTHER_CHAT),
        ),
        ("confirm_unlink", confirm_unlink(Language::English)),
        ("kept", kept(Language::English)),
        (
            "unlinked",
            unlinked(Language::English, NOW.plus(7_776_000), &jamaica()),
        ),
        ("not_linked", not_linked(Language::English)),
        ("link_ended", link_ended(Language::English)),
        (
            "balance: in Jamaican dollars",
            shown(109, Some(price("JMD", 30))),
        ),
        (
            "balance: a minute old",
            shown(123_456_789, Some(price("JMD", 60))),
        ),
        (
            "balance: in US dollars",
            shown(109, Some(price("USD", 300))),
        ),
        ("balance: nothing", shown(0, Some(price("JMD", 0)))),
        ("balance: owed", shown(-250, Some(price("JMD", 0)))),
        (
            "balance: price too old",
            shown(109, Some(price("JMD", PRICE_STALE + 1))),
        ),
        ("balance: no price", shown(109, None)),
        (
            "balance_not_available",
            balance_not_available(Language::English),
        ),
        (
            "flash_trouble: gone",
            flash_trouble(Language::English, FlashTrouble::CredentialGone, "balance"),
        ),
        (
            "flash_trouble: unavailable",
            flash_trouble(Language::English, FlashTrouble::Unavailable, "balance"),
        ),
        (
            "flash_trouble: busy",
            flash_trouble(
                Language::English,
                FlashTrouble::Busy { retry_after_s: 42 },
                "balance",
            ),
        ),
        (
            "flash_trouble: very busy",
            flash_trouble(
                Language::English,
                FlashTrouble::Busy { retry_after_s: 61 },
                "balance",
            ),
        ),
        (
            "flash_trouble: too busy",
            flash_trouble(
                Language::English,
                FlashTrouble::Busy {
                    retry_after_s: u32::MAX,
                },
                "balance",
            ),
        ),
        (
            "flash_trouble: moving",
            flash_trouble(Language::English, FlashTrouble::Moving, "balance"),
        ),
        (
            "flash_trouble: support",
            flash_trouble(Language::English, FlashTrouble::NeedsSupport, "balance"),
        ),
        (
            "flash_trouble: damaged",
            flash_trouble(
                Language::English,
                FlashTrouble::CredentialDamaged,
                "balance",
            ),
        ),
    ]
}

fn maker(name: &str) -> &str {
    name.split(':').next().unwrap()
}

/// What stands between asterisks, which a phone shows bold.
fn bold(text: &str) -> Vec<&str> {
    assert_eq!(text.matches('*').count() % 2, 0, "{text}");
    text.split('*').skip(1).step_by(2).collect()
}

fn read_aloud<'a>(texts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let parts = texts
        .into_iter()
        .map(|(name, text)| format!("── {name}\n{text}\n"));
    parts.collect::<Vec<_>>().join("\n")
}

#[test]
fn everything_the_bot_says_as_it_is_read() {
    insta::with_settings!({
        snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!("texts", read_aloud(all()));
    });
}

#[test]
fn everything_the_link_page_is_told_as_it_is_read() {
    let refusals = [
        Refusal::PageEnded,
        Refusal::OtherKey,
        Refusal::TooManyCodes,
        Refusal::TooSoon {
            until: crate::time::Moment::from_unix(0),
        },
        Refusal::KeyReadsTooLittle,
        Refusal::ChatLocked,
        Refusal::KeyRefused,
        Refusal::KeyMayMoveMoney,
        Refusal::OtherPhone,
        Refusal::ConfirmOtherPhone,
        Refusal::ConfirmMove,
        Refusal::AuthenticatorApp,
    ];
    let told = refusals.map(|refusal| (refusal.reason(), refusal.to_string()));
    insta::with_settings!({
        snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!("refusals", read_aloud(told));
    });
}

#[test]
fn everything_the_page_is_told_of_a_proof_as_it_is_read() {
    use crate::step_up::Refusal;
    let refusals = [
        Refusal::PageEnded,
        Refusal::KeyRefused,
        Refusal::OtherAccount,
        Refusal::KeyReachesTooFar,
        Refusal::KeyUsed,
        Refusal::OtherPhone,
        Refusal::AuthenticatorApp,
    ];
    let told = refusals.map(|refusal| (refusal.reason(), refusal.to_string()));
    insta::with_settings!({
        snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!("proof_refusals", read_aloud(told));
    });
}

/// So that a text nobody looked at can't be said.
#[test]
fn no_text_is_left_out_of_these_tests() {
    let written: BTreeSet<_> = [include_str!("../texts.rs"), include_str!("staff.rs")]
        .into_iter()
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next())
        .collect();
    let read: BTreeSet<_> = all().iter().map(|(name, _)| maker(name)).collect();
    assert!(written.len() > 20);
    assert_eq!(read, written);
}

#[test]
fn every_command_in_bold_works_as_it_is_printed() {
    let mut commands = 0;
    for (name, text) in all() {
        for words in bold(&text) {
            let figure = maker(name) == "balance" && words.contains('$');
            if figure || words == TITLE {
                continue;
            }
            commands += 1;
            assert_ne!(parse(words), Parsed::Unknown, "{name}: {words}");
        }
    }
    assert!(commands > 30, "{commands} were found");
}

#[test]
fn whatever_says_send_says_in_bold_what_to_send() {
    for (name, text) in all() {
        for verb in ["Send ", "send "] {
            for rest in text.split(verb).skip(1) {
                let told = ["*", "it like this: *", "me."]
                    .iter()
                    .any(|next| rest.starts_with(next));
                assert!(told, "{name}: {verb}{rest}");
            }
        }
    }
}

#[test]
fn a_wait_is_never_said_shorter_than_it_is() {
    for (seconds, said) in [
        (0, "a minute"),
        (60, "a minute"),
        (61, "2 minutes"),
        (3_540, "59 minutes"),
        (3_541, "a few hours"),
    ] {
        assert_eq!(wait(seconds), said);
    }
}
