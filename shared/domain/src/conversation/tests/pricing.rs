//! `price` and `currency`: in whose money, and when there is no figure.

use super::super::*;
use super::chat::{Chat, balance_of, jmd, price_of};
use crate::money::{Currency, Quote};
use crate::policy::PRICE_STALE;

fn ttd() -> Currency {
    Currency {
        code: "TTD".into(),
        symbol: "TT$".into(),
        fraction_digits: 2,
    }
}

fn asks_for(code: &str) -> [Question; 1] {
    [Question::Price {
        currency: code.to_owned(),
    }]
}

#[test]
fn a_stranger_sees_the_price_in_the_money_of_the_place() {
    let mut chat = Chat::of_a_stranger();
    let heard = chat.hears("price");
    assert_eq!(heard.asked, asks_for("JMD"));
    for figure in [
        "J$15,700,000.00",
        "US$100,000.00",
        "J$157.00",
        "from just now",
    ] {
        assert!(heard.text().contains(figure), "{}", heard.text());
    }
    let mut chat = Chat::of_a_stranger();
    chat.from = WhatsAppAddress::parse("whatsapp:+18685550104").unwrap();
    assert_eq!(chat.hears("precio").asked, asks_for("TTD"));
}

#[test]
fn a_linked_chat_sees_it_in_the_accounts_currency_with_one_question() {
    let mut chat = Chat::linked();
    let mut told = balance_of(None, chat.now);
    told.price.as_mut().unwrap().currency = ttd();
    chat.outside.balance = Ok(told);
    let heard = chat.hears("price");
    assert!(matches!(heard.asked[..], [Question::Balance { .. }]));
    assert!(heard.text().contains("TT$157.00"), "{}", heard.text());
    assert_eq!(heard.outcome.balance, Remember::AsItWas);
    assert!(!heard.text().contains("US$1.09"));
}

#[test]
fn after_a_balance_the_price_costs_no_question() {
    let mut chat = Chat::linked();
    chat.hears("balance");
    let heard = chat.hears("price");
    assert_eq!(heard.asked, []);
    assert!(heard.text().contains("J$157.00"));
}

#[test]
fn trouble_with_the_account_does_not_hide_the_price() {
    for trouble in [
        FlashTrouble::Moving,
        FlashTrouble::NeedsSupport,
        FlashTrouble::Declined,
        FlashTrouble::CredentialDamaged,
    ] {
        let mut chat = Chat::linked();
        chat.outside.balance = Err(trouble);
        let heard = chat.hears("price");
        assert_eq!(heard.asked.len(), 2, "{trouble:?}");
        assert!(heard.text().contains("J$157.00"), "{}", heard.text());
    }
    let mut chat = Chat::linked();
    let mut priceless = balance_of(Some("5"), chat.now);
    priceless.price = None;
    chat.outside.balance = Ok(priceless);
    assert!(chat.hears("price").text().contains("J$157.00"));
}

#[test]
fn trouble_with_flash_is_told_with_what_to_try() {
    for trouble in [
        FlashTrouble::Unavailable,
        FlashTrouble::Busy { retry_after_s: 90 },
    ] {
        let told = texts::flash_trouble(Language::English, trouble, "price");
        let mut linked = Chat::linked();
        linked.outside.balance = Err(trouble);
        let mut stranger = Chat::of_a_stranger();
        stranger.outside.price = Err(trouble);
        for mut chat in [linked, stranger] {
            let heard = chat.hears("price");
            assert_eq!((heard.text(), heard.asked.len()), (told.as_str(), 1));
        }
    }
    let down = texts::flash_trouble(Language::English, FlashTrouble::Unavailable, "price");
    for mut chat in [Chat::linked(), Chat::of_a_stranger()] {
        chat.state.flash_is_down = true;
        let heard = chat.hears("price");
        assert_eq!((heard.text(), heard.asked.len()), (down.as_str(), 0));
    }
    // Whatever Flash makes of a question without a key, no link ends for it.
    let mut chat = Chat::of_a_stranger();
    chat.outside.price = Err(FlashTrouble::CredentialGone);
    assert_eq!(chat.hears("price").text(), down);
}

#[test]
fn a_revoked_key_is_told_and_destroyed_whatever_was_asked() {
    let mut chat = Chat::linked();
    chat.outside.balance = Err(FlashTrouble::CredentialGone);
    assert_eq!(
        chat.hears("price").text(),
        texts::link_ended(Language::English)
    );
    assert!(chat.state.person.link.is_none());
    assert!(chat.hears("price").text().contains("J$157.00"));
}

#[test]
fn a_stale_price_is_refused() {
    let mut chat = Chat::of_a_stranger();
    chat.wait(PRICE_STALE);
    assert!(chat.hears("price").text().contains("15 minutes old"));
    chat.wait(1);
    let heard = chat.hears("price");
    assert!(heard.text().contains("too old") && heard.text().contains("*price*"));
    assert!(!heard.text().contains('$'), "{}", heard.text());
}

#[test]
fn a_price_that_makes_no_sense_is_no_price() {
    let mut chat = Chat::of_a_stranger();
    let mut absurd = price_of(chat.now);
    absurd.sat = Quote {
        base: 0,
        offset: 12,
    };
    chat.outside.price = Ok(Some(absurd));
    let none = texts::flash_trouble(Language::English, FlashTrouble::Unavailable, "price");
    assert_eq!(chat.hears("price").text(), none);
}

#[test]
fn where_flash_does_not_know_the_places_money_it_is_dollars() {
    let mut chat = Chat::of_a_stranger();
    chat.outside.price = Ok(None);
    let heard = chat.hears("price");
    assert_eq!(heard.asked, [asks_for("JMD"), asks_for("USD")].concat());
    let none = texts::flash_trouble(Language::English, FlashTrouble::Unavailable, "price");
    assert_eq!(heard.text(), none);
}

#[test]
fn the_currency_that_is_set_is_named_with_others_that_can_be_typed() {
    let l = Language::English;
    let mut linked = Chat::linked();
    let heard = linked.hears("currency");
    assert!(matches!(&heard.asked[..], [Question::Account { .. }]));
    assert_eq!(heard.text(), texts::currency_of_account(l, Some("JMD")));
    let mut stranger = Chat::of_a_stranger();
    let heard = stranger.hears("currency");
    assert_eq!(heard.asked, []);
    assert_eq!(heard.text(), texts::currency_of_place(l, "JMD"));
    linked.hears("currency usd");
    let heard = linked.hears("currency");
    assert_eq!(
        (heard.asked.len(), heard.text()),
        (0, &*texts::currency_chosen(l, "USD"))
    );
    for (told, shown, others) in [
        (texts::currency_chosen(l, "USD"), "USD", ["JMD", "EUR"]),
        (texts::currency_of_place(l, "JMD"), "JMD", ["USD", "EUR"]),
        (
            texts::currency_of_account(l, Some("TTD")),
            "TTD",
            ["JMD", "USD"],
        ),
    ] {
        assert!(told.contains(&format!("money in {shown} here")), "{told}");
        for other in others {
            assert!(told.contains(&format!("*currency {other}*")), "{told}");
        }
        assert!(!told.contains(&format!("*currency {shown}*")), "{told}");
    }

    // What Flash does not tell is not made up, and nobody waits for it.
    let unknown = texts::currency_of_account(l, None);
    let mut silent = Chat::linked();
    silent.outside.account = Err(FlashTrouble::Unavailable);
    assert_eq!(silent.hears("currency").text(), unknown);
    silent.state.flash_is_down = true;
    let heard = silent.hears("currency");
    assert_eq!((heard.asked.len(), heard.text()), (0, &*unknown));
    let mut gone = Chat::linked();
    gone.outside.account = Err(FlashTrouble::CredentialGone);
    assert_eq!(gone.hears("currency").text(), texts::link_ended(l));
    assert_eq!(gone.state.person.link, None);
    let mut locked = Chat::linked();
    locked.state.guard = locked.state.guard.lock_by_staff(locked.now);
    let heard = locked.hears("currency");
    assert_eq!((heard.asked.len(), heard.text()), (0, &*unknown));
}

#[test]
fn a_currency_is_chosen_shown_and_given_back() {
    for mut chat in [Chat::of_a_stranger(), Chat::linked()] {
        let l = Language::English;
        let linked = chat.state.person.link.is_some();
        let before = chat.hears("currency").text().to_owned();
        let heard = chat.hears("currency jmd");
        assert_eq!(heard.asked, [Question::Currencies]);
        assert_eq!(heard.text(), texts::currency_set(l, &jmd(), linked));
        assert_eq!(chat.state.person.currency.as_deref(), Some("JMD"));
        assert_eq!(
            chat.hears("Moneda").text(),
            texts::currency_chosen(l, "JMD")
        );
        assert_eq!(chat.hears("price").asked, asks_for("JMD"));
        let heard = chat.hears("currency Flash");
        assert_eq!(heard.asked, []);
        assert_eq!(heard.text(), texts::currency_given_back(l, linked));
        assert_eq!(chat.state.person.currency, None);
        assert_eq!(chat.hears("currency").text(), before);
    }
}

#[test]
fn the_balance_is_asked_in_the_chosen_currency_and_what_is_remembered_in_another_is_not_told() {
    let mut chat = Chat::linked();
    chat.hears("balance");
    chat.hears("currency JMD");
    let heard = chat.hears("balance");
    assert!(
        matches!(&heard.asked[..], [Question::Balance { currency: Some(code), .. }] if code == "JMD"),
        "{:?}",
        heard.asked
    );
    assert_eq!(chat.hears("balance").asked, [], "and is remembered in it");
    chat.hears("currency off");
    assert_eq!(chat.hears("balance").asked.len(), 1);
}

#[test]
fn a_currency_that_flash_has_not_is_told_with_those_it_has() {
    let mut chat = Chat::of_a_stranger();
    for (typed, repeated) in [("currency XXX", "XXX"), ("currency jamaican", "JAMAICAN")] {
        let heard = chat.hears(typed);
        let text = heard.text();
        assert!(
            text.contains(repeated) && text.contains("USD, JMD"),
            "{text}"
        );
        assert!(text.contains("*currency USD*"), "{text}");
        assert_eq!(chat.state.person.currency, None);
    }
}

#[test]
fn a_sentence_about_a_currency_is_a_sentence() {
    let mut chat = Chat::of_a_stranger();
    for text in ["currency is what", "currency supercalifragilistic"] {
        assert_eq!(chat.hears(text).asked, [], "{text}");
        assert_eq!(chat.state.person.currency, None);
    }
}

#[test]
fn without_flash_no_currency_is_taken_on_trust() {
    let told = |trouble| texts::flash_trouble(Language::English, trouble, "currency");
    let mut chat = Chat::of_a_stranger();
    for trouble in [
        FlashTrouble::Unavailable,
        FlashTrouble::Busy { retry_after_s: 5 },
    ] {
        chat.outside.currencies = Err(trouble);
        assert_eq!(chat.hears("currency USD").text(), told(trouble));
    }
    chat.outside.currencies = Ok(Vec::new());
    assert_eq!(
        chat.hears("currency USD").text(),
        told(FlashTrouble::Unavailable)
    );
    chat.state.flash_is_down = true;
    let heard = chat.hears("currency USD");
    assert_eq!(
        (heard.text(), heard.asked.len()),
        (told(FlashTrouble::Unavailable).as_str(), 0)
    );
    assert_eq!(chat.state.person.currency, None);
}

#[test]
fn a_chosen_currency_that_flash_gives_up_is_told_as_that() {
    let mut chat = Chat::of_a_stranger();
    chat.hears("currency JMD");
    chat.outside.price = Ok(None);
    assert_eq!(
        chat.hears("price").text(),
        texts::price_unlisted(Language::English, "JMD")
    );
}
