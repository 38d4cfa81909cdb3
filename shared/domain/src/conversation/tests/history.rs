//! `history`, `more`, `transaction`, and what is told of the account.

use super::super::*;
use super::chat::{Chat, START, account_of};
use crate::flash::{Direction, Rail, Transaction, TransactionStatus};
use crate::outbox::QuickSet;
use crate::policy::{HISTORY_PAGE, LARGE_BALANCE, LISTED_LIFE, PROOF_FOR_LARGE};
use crate::state::Listed;

fn id(number: u32) -> TransactionId {
    TransactionId(format!("00000000-0000-4000-8000-{number:012}"))
}

/// The `number`-th payment of somebody, a minute after the one before.
fn paid(number: u32, dollars: &str) -> Transaction {
    Transaction {
        id: id(number),
        at: START.plus(i64::from(number) * 60 - 86_400),
        dollars: Some(dollars.parse().unwrap()),
        direction: Direction::Received,
        rail: Rail::Lightning,
        status: TransactionStatus::Settled,
    }
}

fn details_of(transaction: Transaction) -> Details {
    Details {
        transaction,
        memo: Some("for lunch".into()),
        payment_hash: None,
        fee: None,
    }
}

impl Chat {
    /// Linked, and paid so often: 1, 2, 3 … dollars.
    fn paid_times(times: u32) -> Self {
        let mut chat = Self::linked();
        chat.is_paid(1..=times);
        chat
    }

    fn is_paid(&mut self, numbers: std::ops::RangeInclusive<u32>) {
        for number in numbers {
            let payment = paid(number, &number.to_string());
            self.outside.details.push(details_of(payment.clone()));
            self.outside
                .history
                .as_mut()
                .unwrap()
                .rows
                .insert(0, payment);
        }
    }

    fn listed(&self) -> Vec<TransactionId> {
        let listed = self.state.session.listed.as_ref();
        listed
            .map(|listed| listed.payments.clone())
            .unwrap_or_default()
    }
}

fn link_of(chat: &Chat) -> Link {
    chat.state.person.link.clone().unwrap()
}

fn quick(heard: &super::chat::Heard) -> Option<(QuickSet, &[String])> {
    let quick = heard.outcome.says[0].1.quick.as_ref()?;
    Some((quick.set, &quick.fills))
}

#[test]
fn the_newest_come_first_five_at_a_time_and_more_goes_on_to_the_end() {
    let mut chat = Chat::paid_times(12);
    let link = link_of(&chat);
    let heard = chat.hears("history");
    assert_eq!(heard.asked, [Question::History { link: link.clone() }]);
    assert!(
        heard
            .text()
            .contains("1) +US$12.00 · Lightning\n9:17 AM, Sat 21 Nov\n2) +US$11.00"),
        "{}",
        heard.text()
    );
    assert!(heard.text().contains("5) +US$8.00") && !heard.text().contains("6)"));
    assert!(heard.text().contains("*more*") && heard.text().contains("*transaction 1*"));
    assert_eq!(
        quick(&heard),
        Some((QuickSet::More, &["more".to_owned()][..]))
    );
    assert_eq!(heard.outcome.says[0].1.of_link, Some(link.key_id));

    let heard = chat.taps("cmd:more");
    assert!(
        heard.text().contains("6) +US$7.00") && heard.text().contains("10) +US$3.00"),
        "{}",
        heard.text()
    );
    assert!(heard.text().contains("*transaction 6*"));
    let heard = chat.hears("Más");
    assert!(
        heard.text().contains("11) +US$2.00") && heard.text().contains("12) +US$1.00"),
        "{}",
        heard.text()
    );
    assert!(!heard.text().contains("*more*"));
    assert_eq!(quick(&heard), None);
    assert_eq!(
        chat.hears("more").text(),
        texts::no_more_payments(Language::English, true)
    );
}

#[test]
fn as_many_as_are_asked_for_and_never_silently_another_number() {
    for (typed, shown) in [("history 1", 1), ("history 7", 7), ("history 20", 20)] {
        let mut chat = Chat::paid_times(30);
        chat.hears(typed);
        assert_eq!(chat.listed().len(), shown, "{typed}");
    }
    let mut chat = Chat::paid_times(30);
    for typed in [
        "history 0",
        "history 21",
        "history -5",
        "history 1.5",
        "history ١٠",
        "history 99999999999999999999",
    ] {
        let heard = chat.hears(typed);
        assert_eq!(
            heard.text(),
            texts::how_many_payments(Language::English),
            "{typed}"
        );
        assert_eq!(heard.asked, []);
    }
    let heard = chat.hears("history of the bank");
    assert_eq!(heard.asked, [], "a sentence");
}

#[test]
fn numbers_and_more_mean_the_list_as_it_was_read_though_payments_come_in() {
    let mut chat = Chat::paid_times(12);
    chat.hears("history");
    chat.is_paid(13..=15);
    let heard = chat.hears("more");
    assert!(heard.text().contains("6) +US$7.00"), "{}", heard.text());
    let heard = chat.hears("transaction 1");
    assert!(
        heard.text().contains("Payment 1: +US$12.00"),
        "{}",
        heard.text()
    );
    assert!(chat.hears("history").text().contains("1) +US$15.00"));
}

#[test]
fn of_payments_made_at_once_none_is_left_out_and_none_is_listed_twice() {
    let mut chat = Chat::paid_times(12);
    for row in &mut chat.outside.history.as_mut().unwrap().rows {
        row.at = START;
    }
    for command in ["history", "more", "more"] {
        chat.hears(command);
    }
    let listed = chat.listed();
    assert_eq!(listed.len(), 12);
    assert!((1..=12).all(|number| listed.contains(&id(number))));
}

#[test]
fn more_after_a_list_that_flash_no_longer_shows_goes_on_with_what_is_older() {
    let mut chat = Chat::paid_times(12);
    chat.hears("history");
    let history = chat.outside.history.as_mut().unwrap();
    history.rows.retain(|row| row.at < paid(6, "0").at);
    assert!(chat.hears("more").text().contains("6) +US$5.00"));
}

#[test]
fn an_outage_is_never_told_as_no_payments() {
    let mut chat = Chat::linked();
    let l = Language::English;
    for receiving in [false, true] {
        chat.state.receiving = receiving;
        assert_eq!(
            chat.hears("history").text(),
            texts::no_payments(l, receiving)
        );
    }
    chat.outside.history.as_mut().unwrap().doubtful = true;
    assert_eq!(
        chat.hears("history").text(),
        texts::payments_not_available(l, "history")
    );

    let mut chat = Chat::paid_times(12);
    chat.hears("history");
    for doubtful in [true, false] {
        let history = chat.outside.history.as_mut().unwrap();
        history.rows.clear();
        history.doubtful = doubtful;
        assert_eq!(
            chat.hears("more").text(),
            texts::payments_not_available(l, "more")
        );
    }
    chat.is_paid(1..=12);
    assert!(
        chat.hears("more").text().contains("6) +US$7.00"),
        "the list stands"
    );
}

#[test]
fn every_trouble_of_flash_is_told_with_the_command_to_send_again() {
    let l = Language::English;
    let trouble = FlashTrouble::Unavailable;
    let mut chat = Chat::paid_times(6);
    chat.hears("history");
    chat.outside.history = Err(trouble);
    chat.outside.account = Err(trouble);
    for (typed, name) in [
        ("history", "history"),
        ("más", "more"),
        ("history 7", "history 7"),
        ("tx 1", "transaction 1"),
        ("mi cuenta", "account"),
        ("usuario", "username"),
        ("límites", "limits"),
    ] {
        assert_eq!(
            chat.hears(typed).text(),
            texts::flash_trouble(l, trouble, name),
            "{typed}"
        );
    }
    chat.state.flash_is_down = true;
    chat.wait(60);
    for typed in [
        "history",
        "more",
        "transaction 1",
        "account",
        "username",
        "limits",
    ] {
        let heard = chat.hears(typed);
        assert_eq!(heard.asked, [], "{typed}");
        assert!(heard.text().contains("isn't answering"), "{typed}");
    }
}

#[test]
fn a_credential_that_is_gone_ends_the_link_whichever_command_finds_out() {
    for typed in ["history", "account", "username", "limits"] {
        let mut chat = Chat::linked();
        chat.outside.history = Err(FlashTrouble::CredentialGone);
        chat.outside.account = Err(FlashTrouble::CredentialGone);
        let heard = chat.hears(typed);
        assert_eq!(
            heard.text(),
            texts::link_ended(Language::English),
            "{typed}"
        );
        assert_eq!(chat.state.person.link, None);
        assert_eq!(heard.events(), [Event::UnlinkedCredentialGone]);
    }
}

#[test]
fn nothing_of_the_kind_is_asked_without_a_link() {
    for typed in [
        "history",
        "more",
        "transaction 1",
        "account",
        "username",
        "limits",
    ] {
        let mut chat = Chat::of_a_stranger();
        let heard = chat.hears(typed);
        assert_eq!(
            heard.text(),
            texts::link_first(Language::English),
            "{typed}"
        );
        assert_eq!(heard.asked, []);
    }
}

#[test]
fn a_detail_is_asked_for_by_the_number_of_the_list_and_by_nothing_else() {
    let mut chat = Chat::paid_times(12);
    let (link, l) = (link_of(&chat), Language::English);
    for typed in ["transaction", "transaction 1", "more", "tx 2"] {
        let heard = chat.hears(typed);
        assert_eq!(heard.text(), texts::nothing_listed(l), "{typed}");
        assert_eq!(heard.asked, []);
    }
    chat.hears("history");
    let heard = chat.hears("transaction 2");
    assert_eq!(heard.asked, [Question::Transaction { link, id: id(11) }]);
    let text = "Payment 2: +US$11.00\nLightning, 9:16 AM, Sat 21 Nov\nNote: “for lunch”\nStatus: done\nReference: 00000000";
    assert_eq!(heard.text(), text);
    for typed in ["detalle 2", "tx #2", "payment 02"] {
        assert_eq!(chat.hears(typed).text(), text, "{typed}");
    }
    let last = HISTORY_PAGE;
    chat.wait(60);
    for typed in [
        "transaction",
        "transaction 0",
        "transaction 6",
        "transaction -1",
        "transaction 99999999999999999999",
        "transaction 00000000-0000-4000-8000-000000000011",
        "transaction 655cd192-6445-416f-80b8-9418bf6b12cd",
    ] {
        let heard = chat.hears(typed);
        assert_eq!(heard.text(), texts::which_payment(l, last), "{typed}");
        assert_eq!(heard.asked, [], "{typed}");
    }
    assert_eq!(chat.hears("transaction is wrong").asked, [], "a sentence");
    chat.outside.details.clear();
    assert_eq!(
        chat.hears("transaction 2").text(),
        texts::no_such_payment(l)
    );
}

#[test]
fn a_list_is_forgotten_after_a_while_and_with_its_link() {
    let l = Language::English;
    let mut chat = Chat::paid_times(12);
    chat.hears("history");
    chat.wait(LISTED_LIFE - 1);
    assert!(chat.hears("transaction 1").text().contains("Payment 1"));
    chat.wait(1);
    assert_eq!(chat.hears("more").text(), texts::nothing_listed(l));
    chat.hears("help");
    assert_eq!(chat.state.session.listed, None, "nothing of it is kept");

    chat.hears("history");
    let of_another = Listed {
        of_link: "older".into(),
        ..chat.state.session.listed.clone().unwrap()
    };
    chat.state.session.listed = Some(of_another);
    assert_eq!(chat.hears("transaction 1").asked, []);

    chat.hears("history");
    chat.hears("unlink");
    chat.hears("yes");
    assert_eq!(chat.state.person.link, None);
    assert_eq!(chat.state.session.listed, None);
}

#[test]
fn an_answer_got_with_another_key_or_for_another_payment_is_not_shown() {
    let mut chat = Chat::paid_times(12);
    chat.hears("history");
    let link = link_of(&chat);
    let other = Ok(Some(details_of(paid(99, "4200"))));
    for stale in [
        ("older".to_owned(), id(12), other.clone()),
        (link.key_id.clone(), id(99), other),
    ] {
        let message = chat.message("transaction 1", None);
        let mut answers = Answers {
            transaction: Some(stale),
            ..Answers::default()
        };
        let outcome = chat.concludes(&message, &mut answers, &mut Vec::new());
        assert!(outcome.says[0].1.text.contains("+US$12.00"));
    }
    let message = chat.message("history", None);
    let mut answers = Answers {
        history: Some(("older".into(), Err(FlashTrouble::CredentialGone))),
        account: Some(("older".into(), Ok(account_of(Some("devon"))))),
        ..Answers::default()
    };
    let outcome = chat.concludes(&message, &mut answers, &mut Vec::new());
    assert!(outcome.person.link.is_some());
    let message = chat.message("username", None);
    let outcome = chat.concludes(&message, &mut answers, &mut Vec::new());
    assert!(outcome.says[0].1.text.contains("marcia@flashapp.me"));
}

#[test]
fn a_large_payment_is_shown_after_a_fresh_proof_without_being_typed_again() {
    let mut chat = Chat::paid_times(12);
    let large = LARGE_BALANCE.0 / 100;
    chat.outside.history.as_mut().unwrap().rows[6].dollars = Some((-large).into());
    chat.outside.details[11].transaction.dollars = Some(large.into());
    chat.wait(PROOF_FOR_LARGE);
    assert!(
        chat.hears("history").text().contains("1) +US$12.00"),
        "no large one among these"
    );
    for (typed, waits) in [
        ("more", "more"),
        ("history 7", "history 7"),
        ("tx 1", "transaction 1"),
    ] {
        let heard = chat.hears(typed);
        assert!(
            heard.text().contains("/confirm/"),
            "{typed}: {}",
            heard.text()
        );
        assert!(!heard.text().contains("US$"), "{typed}");
        let step_up = chat.state.session.step_up.as_ref().unwrap();
        assert_eq!(step_up.waiting, waits);
    }
}

#[test]
fn an_account_is_told_without_what_is_nobodys_business() {
    let mut chat = Chat::linked();
    let link = link_of(&chat);
    let heard = chat.hears("account");
    assert_eq!(heard.asked, [Question::Account { link: link.clone() }]);
    let text = heard.text().to_owned();
    for told in [
        "`marcia`",
        "verified",
        "JMD",
        "since 22 November 2026",
        "until 20 February 2027",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    for private in [
        "+1876",
        "8765550100",
        "account-mine",
        "wallet",
        &link.key_id,
    ] {
        assert!(!text.contains(private), "{text}");
    }
    let text = chat.hears("username").text().to_owned();
    assert!(
        text.contains("`marcia@flashapp.me`") && text.contains("\nhttps://pay.flashapp.me/marcia"),
        "{text}"
    );
    let text = chat.hears("limits").text().to_owned();
    assert!(
        text.contains("Out of Flash: US$1,000.00 in 24 hours, US$750.00 left now"),
        "{text}"
    );
    assert!(
        text.contains("To other Flash users: US$2,000.00 in 24 hours, US$2,000.00 left now"),
        "{text}"
    );

    chat.outside.account = Ok(account_of(None));
    assert_eq!(
        chat.hears("username").text(),
        texts::no_username(Language::English)
    );
}
