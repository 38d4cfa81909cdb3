//! `balance`: whose figure is shown, and when there is none.

use super::super::*;
use super::chat::{Chat, RIGHT, account, balance_of};
use crate::cached::{CachedBalance, Figure};
use crate::flash::Balance;
use crate::outbox::{Buttons, QuickSet};
use crate::policy::{BALANCE_CACHE, PRICE_STALE};

fn with_an_older_key(told: Result<Balance, FlashTrouble>) -> AskedBalance {
    let of_link = "older".to_owned();
    let figure = |balance| Figure {
        of_link: of_link.clone(),
        currency: None,
        at: super::chat::START,
        balance,
    };
    AskedBalance {
        told: told.map(figure),
        of_link,
        currency: None,
        generation: None,
    }
}

#[test]
fn balance_without_a_link_says_how_to_link_and_asks_nobody() {
    let mut chat = Chat::of_a_stranger();
    let heard = chat.hears("balance");
    assert_eq!(heard.text(), texts::link_first(Language::English));
    assert_eq!(heard.buttons(), Some(&Buttons::StartUnlinked));
    assert_eq!(heard.asked, []);
}

#[test]
fn balance_is_asked_with_the_key_of_the_link_and_shown_in_both_currencies_and_bitcoin() {
    let mut chat = Chat::linked();
    let link = chat.state.person.link.clone().unwrap();
    let heard = chat.hears("bal");
    let currency = None;
    assert_eq!(heard.asked, [Question::Balance { link, currency }]);
    let quick = heard.outcome.says[0].1.quick.as_ref();
    assert_eq!(quick.map(|quick| quick.set), Some(QuickSet::AfterBalance));
    for figure in [
        "J$171.13",
        "JMD",
        "US$1.09",
        "0.00001090 BTC",
        "9:05 AM, Sun 22 Nov",
    ] {
        assert!(heard.text().contains(figure), "{}", heard.text());
    }
}

#[test]
fn the_balance_button_is_the_command() {
    let mut chat = Chat::linked();
    assert!(chat.taps("cmd:balance").text().contains("US$1.09"));
}

#[test]
fn zero_is_zero_dust_is_zero_fractions_are_floored_and_unknown_is_not_a_figure() {
    for (cents, shown) in [
        ("0", "US$0.00"),
        ("0.9999", "US$0.00"),
        ("-0.0004", "US$0.00"),
        ("109.9346", "US$1.09"),
        ("110", "US$1.10"),
        ("-250", "-US$2.50"),
        ("123456789", "US$1,234,567.89"),
    ] {
        let mut chat = Chat::linked();
        chat.outside.balance = Ok(balance_of(Some(cents), chat.now));
        let heard = chat.hears("balance");
        assert!(
            heard.text().contains(&format!("\n{shown}\n")),
            "{cents}: {}",
            heard.text()
        );
    }
    for cents in [None, Some("99999999999999999999")] {
        let mut chat = Chat::linked();
        chat.outside.balance = Ok(balance_of(cents, chat.now));
        let heard = chat.hears("balance");
        assert_eq!(
            heard.text(),
            texts::balance_not_available(Language::English)
        );
        assert!(!heard.text().contains('0'));
    }
}

#[test]
fn a_stale_price_is_not_shown_and_the_dollars_are() {
    let mut chat = Chat::linked();
    chat.wait(PRICE_STALE);
    assert!(chat.hears("balance").text().contains("15 minutes old"));
    chat.wait(1);
    let heard = chat.hears("balance");
    assert!(heard.text().contains("*US$1.09*"), "{}", heard.text());
    for gone in ["J$", "BTC", "JMD"] {
        assert!(!heard.text().contains(gone), "{}", heard.text());
    }
}

#[test]
fn an_answer_got_with_another_key_is_not_shown() {
    let mut chat = Chat::linked();
    let message = chat.message("balance", None);
    let mut answers = Answers::default();
    chat.concludes(&message, &mut answers, &mut Vec::new());

    // Unlinked before it could be said.
    let mut unlinked = Chat::of_a_stranger();
    let outcome = unlinked.concludes(&message, &mut answers.clone(), &mut Vec::new());
    assert_eq!(outcome.says[0].1.text, texts::link_first(Language::English));

    // Linked to another account before it could be said.
    let mut relinked = Chat::of_a_stranger();
    relinked.outside.made = 10;
    relinked.hears("link");
    relinked.page_shows("new", RIGHT).unwrap();
    relinked.hears(RIGHT);
    relinked.outside.balance = Ok(balance_of(Some("4200"), relinked.now));
    let mut asked = Vec::new();
    let outcome = relinked.concludes(&message, &mut answers, &mut asked);
    assert_eq!(asked.len(), 1, "asked again, with the new key");
    assert!(outcome.says[0].1.text.contains("US$42.00"));
}

#[test]
fn a_refusal_got_with_another_key_ends_no_link() {
    let mut chat = Chat::linked();
    let message = chat.message("balance", None);
    let mut answers = Answers {
        balance: Some(with_an_older_key(Err(FlashTrouble::CredentialGone))),
        ..Answers::default()
    };
    let outcome = chat.concludes(&message, &mut answers, &mut Vec::new());
    assert!(outcome.person.link.is_some());
}

#[test]
fn a_revoked_credential_is_destroyed_with_its_pointer() {
    let mut chat = Chat::linked();
    chat.outside.balance = Err(FlashTrouble::CredentialGone);
    let heard = chat.hears("balance");
    assert_eq!(heard.text(), texts::link_ended(Language::English));
    assert_eq!(chat.state.person, Person::default());
    assert_eq!(heard.outcome.pointers, [Pointer::Release(account("mine"))]);
    assert_eq!(
        heard.outcome.audit,
        [Audit {
            event: Event::UnlinkedCredentialGone,
            account: Some(account("mine"))
        }]
    );
}

#[test]
fn a_link_past_its_end_is_destroyed_unasked_and_leaves_a_pointer_that_may_be_anothers() {
    let mut chat = Chat::with_an_ended_link();
    chat.other_links("mine");
    let heard = chat.hears("balance");
    assert_eq!(heard.text(), texts::link_ended(Language::English));
    assert_eq!(heard.asked, []);
    assert_eq!(heard.outcome.pointers, []);
    assert_eq!(heard.events(), [Event::UnlinkedCredentialGone]);
    assert_eq!(chat.state.person, Person::default());
}

#[test]
fn every_trouble_of_flash_has_its_own_answer_and_leaves_the_link() {
    for trouble in [
        FlashTrouble::Unavailable,
        FlashTrouble::Busy { retry_after_s: 30 },
        FlashTrouble::Moving,
        FlashTrouble::NeedsSupport,
        FlashTrouble::CredentialDamaged,
    ] {
        let mut chat = Chat::linked();
        chat.outside.balance = Err(trouble);
        let heard = chat.hears("balance");
        assert_eq!(
            heard.text(),
            texts::flash_trouble(Language::English, trouble, "balance")
        );
        assert!(chat.state.person.link.is_some());
        assert_eq!(heard.outcome.audit, []);
    }
}

#[test]
fn flash_is_not_asked_while_it_is_down() {
    let mut chat = Chat::linked();
    chat.state.flash_is_down = true;
    let heard = chat.hears("balance");
    assert_eq!(
        heard.text(),
        texts::flash_trouble(Language::English, FlashTrouble::Unavailable, "balance")
    );
    assert_eq!(heard.asked, []);
}

#[test]
fn flash_is_not_asked_while_it_is_down_even_if_there_is_an_answer_to_another_key() {
    let mut chat = Chat::linked();
    chat.state.flash_is_down = true;
    let message = chat.message("balance", None);
    let mut answers = Answers {
        balance: Some(with_an_older_key(Ok(balance_of(Some("4200"), chat.now)))),
        ..Answers::default()
    };
    let mut asked = Vec::new();
    let outcome = chat.concludes(&message, &mut answers, &mut asked);
    assert_eq!(asked, []);
    assert_eq!(
        outcome.says[0].1.text,
        texts::flash_trouble(Language::English, FlashTrouble::Unavailable, "balance")
    );
}

#[test]
fn an_answer_that_came_in_is_said_though_flash_went_down_since() {
    let mut chat = Chat::linked();
    let message = chat.message("balance", None);
    let mut answers = Answers::default();
    chat.concludes(&message, &mut answers, &mut Vec::new());
    chat.state.flash_is_down = true;
    let outcome = chat.concludes(&message, &mut answers, &mut Vec::new());
    assert!(outcome.says[0].1.text.contains("US$1.09"));
}

#[test]
fn a_balance_is_told_again_for_half_a_minute_as_of_when_it_was_asked_without_asking_flash() {
    let mut chat = Chat::linked();
    let first = chat.hears("balance");
    chat.outside.balance = Ok(balance_of(Some("4200"), chat.now));
    chat.wait(BALANCE_CACHE - 1);
    let again = chat.hears("saldo");
    assert_eq!(again.asked, []);
    assert_eq!(
        again.text(),
        format!(
            "{}\n{}",
            first.text(),
            texts::balance_told_before(Language::English)
        ),
        "to the minute"
    );
    assert!(again.text().contains("US$1.09") && again.text().contains("9:05 AM"));
    chat.wait(1);
    let later = chat.hears("balance");
    assert_eq!(later.asked.len(), 1);
    assert!(later.text().contains("US$42.00") && later.text().contains("9:05 AM"));
    assert!(!later.text().contains("*refresh*"));
}

#[test]
fn refresh_asks_flash_anew_and_so_does_a_balance_to_be_refreshed() {
    let mut chat = Chat::linked();
    chat.hears("balance");
    for (cents, shown, text) in [
        ("4200", "US$42.00", "refresh"),
        ("4300", "US$43.00", "balance refresh"),
        ("4400", "US$44.00", "Actualizar"),
    ] {
        chat.outside.balance = Ok(balance_of(Some(cents), chat.now));
        let heard = chat.hears(text);
        assert_eq!(heard.asked.len(), 1);
        assert!(heard.text().contains(shown), "{}", heard.text());
        let again = chat.hears("balance");
        assert_eq!(again.asked, []);
        assert!(again.text().contains(shown), "the new one is remembered");
    }
}

#[test]
fn what_happens_to_a_balance_ends_what_is_remembered_of_it() {
    let mut chat = Chat::linked();
    chat.hears("balance");
    chat.balance_changes();
    chat.outside.balance = Ok(balance_of(Some("4200"), chat.now));
    let heard = chat.hears("balance");
    assert_eq!(heard.asked.len(), 1);
    assert!(heard.text().contains("US$42.00"));
}

#[test]
fn an_answer_on_its_way_while_something_happened_to_the_balance_is_neither_told_nor_remembered() {
    let mut chat = Chat::linked();
    let message = chat.message("balance", None);
    let (mut answers, mut asked) = (Answers::default(), Vec::new());
    let outcome = chat.concludes(&message, &mut answers, &mut asked);
    assert!(matches!(outcome.balance, Remember::Figure(_)));
    // The commit fails for that, and the message is decided once more.
    chat.balance_changes();
    chat.outside.balance = Ok(balance_of(Some("4200"), chat.now));
    let outcome = chat.concludes(&message, &mut answers, &mut asked);
    assert_eq!(asked.len(), 2);
    assert!(outcome.says[0].1.text.contains("US$42.00"));
}

#[test]
fn what_flash_could_not_say_is_not_remembered() {
    for told in [
        Ok(balance_of(None, super::chat::START)),
        Err(FlashTrouble::Moving),
    ] {
        let mut chat = Chat::linked();
        chat.outside.balance = told;
        assert_eq!(chat.hears("balance").outcome.balance, Remember::AsItWas);
        assert_eq!(chat.hears("balance").asked.len(), 1);
    }
}

#[test]
fn a_remembered_balance_is_told_while_flash_is_down_and_no_other() {
    let mut chat = Chat::linked();
    chat.hears("balance");
    chat.state.flash_is_down = true;
    assert!(chat.hears("balance").text().contains("US$1.09"));
    let down = texts::flash_trouble(Language::English, FlashTrouble::Unavailable, "refresh");
    assert_eq!(chat.hears("refresh").text(), down);
}

#[test]
fn what_is_remembered_goes_with_the_link_and_with_the_person() {
    for words in [["unlink", "yes"], ["delete my data", "yes"]] {
        let mut chat = Chat::linked();
        chat.hears("balance");
        let heard = words.map(|text| chat.hears(text));
        assert_eq!(heard[0].outcome.balance, Remember::AsItWas, "only asked");
        assert_eq!(heard[1].outcome.balance, Remember::Nothing, "{words:?}");
        assert_eq!(chat.state.cached_balance, CachedBalance::default());
    }
    // The key is revoked.
    let mut chat = Chat::linked();
    chat.hears("balance");
    chat.outside.balance = Err(FlashTrouble::CredentialGone);
    assert_eq!(chat.hears("refresh").outcome.balance, Remember::Nothing);
    // Somebody else has the number.
    let mut chat = Chat::linked();
    let mut message = chat.message("balance", None);
    message.user = Some(super::chat::person("first"));
    chat.receives(&message);
    message = chat.message("help", None);
    message.user = Some(super::chat::person("second"));
    assert_eq!(chat.receives(&message).outcome.balance, Remember::Nothing);
}

#[test]
fn nothing_remembered_with_another_key_or_in_another_currency_is_told() {
    let mut chat = Chat::linked();
    chat.hears("balance");
    let figure = chat.state.cached_balance.figure.clone().unwrap();
    for other in [
        Figure {
            of_link: "older".into(),
            ..figure.clone()
        },
        Figure {
            currency: Some("JMD".into()),
            ..figure
        },
    ] {
        chat.state.cached_balance.figure = Some(other);
        assert_eq!(chat.hears("balance").asked.len(), 1);
    }
}

#[test]
fn a_large_balance_that_is_remembered_wants_its_proof_all_the_same() {
    let mut chat = Chat::linked();
    chat.outside.balance = Ok(balance_of(Some("100000"), chat.now));
    assert!(chat.hears("balance").text().contains("US$1,000.00"));
    // As if it had been linked long before.
    let link = chat.state.person.link.as_mut().unwrap();
    link.linked_at = link.linked_at.plus(-crate::policy::PROOF_FOR_LARGE);
    let heard = chat.hears("balance");
    let proof = |asked: &Question| {
        matches!(
            asked,
            Question::PushCode { .. } | Question::ProofPage { .. }
        )
    };
    assert!(heard.asked.iter().all(proof), "{:?}", heard.asked);
    assert!(!heard.text().contains("1,000"));
}
