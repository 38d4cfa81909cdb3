//! `balance`: whose figure is shown, and when there is none.

use super::super::*;
use super::chat::{Chat, RIGHT, account, balance_of};
use crate::outbox::Buttons;
use crate::policy::PRICE_STALE;

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
    assert_eq!(heard.asked, [Question::Balance { link }]);
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
        balance: Some(("older".into(), Err(FlashTrouble::CredentialGone))),
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
        balance: Some(("older".into(), Ok(balance_of(Some("4200"), chat.now)))),
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
