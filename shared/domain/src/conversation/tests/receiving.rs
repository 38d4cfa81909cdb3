//! Being paid: what is asked of Flash, what is said, and what is watched afterwards.

use super::super::*;
use super::chat::{Chat, account_of, balance_of, price_of};
use crate::flash::{Invoice, InvoiceStatus, PaymentHash, PaymentRequest};
use crate::money::{Cents, Sats};
use crate::outbox::{Class, QuickSet};
use crate::policy::{PRICE_STALE, RECEIVE_MEMO};
use crate::watched::{Look, Watched};

/// As Flash makes it: good for a minute.
pub(super) fn fresh(asked: &InvoiceFor, made: u32, now: Moment) -> FreshInvoice {
    FreshInvoice {
        invoice: Invoice {
            payment_request: PaymentRequest::parse(&format!("lnbc50u1p{made}")).unwrap(),
            payment_hash: PaymentHash::parse(&format!("{made:064x}")).unwrap(),
            sats: Sats(5_123),
            cents: asked.cents,
            created_at: now,
            expires_at: now.plus(60),
            memo: asked.memo.clone(),
        },
        picture: format!("https://bot.example/qr/{made}"),
    }
}

fn asked_for(heard: &super::chat::Heard) -> Vec<(i64, Option<String>)> {
    let invoices = heard.asked.iter().filter_map(|question| match question {
        Question::Invoice(asked) => Some((asked.cents.0, asked.memo.clone())),
        _ => None,
    });
    invoices.collect()
}

fn watched(heard: &super::chat::Heard) -> &Watched {
    heard.outcome.watches.as_ref().unwrap()
}

#[test]
fn without_an_amount_it_tells_where_to_pay_and_makes_no_code() {
    let mut chat = Chat::linked();
    for text in ["receive", "Recibir", "get paid"] {
        let heard = chat.hears(text);
        assert!(heard.text().contains("https://pay.flashapp.me/marcia"));
        assert!(heard.text().contains("marcia@flashapp.me"));
        assert_eq!(heard.outcome.says.len(), 1);
        assert_eq!(asked_for(&heard), []);
        assert_eq!(heard.outcome.watches, None);
    }
    chat.outside.account = Ok(account_of(None));
    let nameless = chat.hears("receive");
    assert!(!nameless.text().contains("http"), "{}", nameless.text());
}

#[test]
fn with_an_amount_there_is_a_code_as_a_picture_with_its_text_to_copy() {
    let mut chat = Chat::linked();
    let heard = chat.hears("receive 5 lunch");
    assert_eq!(asked_for(&heard), [(500, Some("lunch".into()))]);
    let text = heard.text();
    for part in [
        "US$5.00",
        "5,123 sats",
        "one minute",
        "https://pay.flashapp.me/marcia",
        "when it is paid",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let [(_, first), (recipient, code)] = &*heard.outcome.says else {
        panic!("two messages");
    };
    let quick = first.quick.as_ref().unwrap();
    assert_eq!(quick.set, QuickSet::Receive);
    assert_eq!(quick.fills, ["receive 5 lunch"]);
    assert_eq!(*recipient, Recipient::Sender);
    assert!(code.text.starts_with("lnbc"), "nothing but the invoice");
    assert!(
        code.picture
            .as_ref()
            .unwrap()
            .starts_with("https://bot.example/qr/")
    );
    assert_eq!(code.class, Class::Code);
    assert_eq!(code.until, Some(chat.now.plus(60)));
    let key = &chat.state.person.link.as_ref().unwrap().key_id;
    assert!(
        heard
            .outcome
            .says
            .iter()
            .all(|(_, it)| it.of_link.as_ref() == Some(key))
    );
    assert_eq!(watched(&heard).command, "receive 5 lunch");
    assert_eq!(
        chat.state.session.invoice.as_ref(),
        Some(&watched(&heard).asked_in)
    );
}

#[test]
fn what_the_button_says_gives_the_same_code_again() {
    let mut chat = Chat::linked();
    for (typed, button, cents) in [
        ("receive 5", "receive 5", 500),
        ("receive $5.50 two patties", "receive 5.50 two patties", 550),
        ("invoice US$1,000 *rent*", "receive 1000 USD rent", 100_000),
        ("receive 5: lunch!", "receive 5 lunch", 500),
    ] {
        let first = chat.hears(typed);
        let fills = first.outcome.says[0]
            .1
            .quick
            .as_ref()
            .unwrap()
            .fills
            .clone();
        assert_eq!(fills, [button], "{typed}");
        let again = chat.taps(&format!("cmd:{button}"));
        assert_eq!(asked_for(&again), asked_for(&first));
        assert_eq!(asked_for(&again)[0].0, cents);
        assert_eq!(watched(&again).command, button);
        chat.wait(60);
    }
}

#[test]
fn an_amount_that_could_be_another_is_refused_and_flash_is_not_asked() {
    let mut chat = Chat::linked();
    for text in [
        "receive -5",
        "receive 1e3",
        "receive 10,50",
        "receive 0",
        "receive 0.001",
        "receive 99999999",
        "receive five",
        "receive \u{665}",
        "receive 5..0",
        "receive 5-",
        "receive 5+",
        "receive 5*",
        "receive 5/",
        "receive 1,00",
        "receive 5 5",
        "receive 5 €0.50",
        "receive 50¢",
        "receive 5 ¢",
        "receive 5₿",
        "receive 5%",
        "receive 5 sats",
        "receive 500 Jamaican dollars",
    ] {
        let heard = chat.hears(text);
        assert!(heard.asked.is_empty(), "{text}: {:?}", heard.asked);
        assert!(
            heard.text().contains("*receive 5*"),
            "{text}: {}",
            heard.text()
        );
        assert_eq!(heard.outcome.watches, None);
        chat.wait(30);
    }
    let long = format!("receive 5 {}", "x".repeat(RECEIVE_MEMO + 1));
    assert!(chat.hears(&long).asked.is_empty());
    let fits = format!("receive 5 {}", "x".repeat(RECEIVE_MEMO));
    assert_eq!(asked_for(&chat.hears(&fits)).len(), 1);
}

#[test]
fn the_persons_own_currency_is_taken_at_a_price_of_now_and_no_other_is() {
    let mut chat = Chat::linked();
    let own = chat.hears("receive J$500 lunch");
    assert_eq!(asked_for(&own), [(318, Some("lunch".into()))]);
    assert!(own.text().contains("J$500.00 = US$3.18"), "{}", own.text());
    assert_eq!(watched(&own).command, "receive 500 JMD lunch");

    let other = chat.hears("receive 500 TTD");
    assert_eq!(asked_for(&other), []);
    assert!(other.text().contains("TTD") && other.text().contains("*receive US$5*"));
    chat.state.person.currency = Some("TTD".into());
    assert_eq!(
        asked_for(&chat.hears("receive J$500")),
        [],
        "she has chosen another"
    );

    chat.state.person.currency = None;
    for price in [
        Ok(Some(price_of(chat.now.plus(-PRICE_STALE - 1)))),
        Ok(None),
        Err(FlashTrouble::Unavailable),
    ] {
        chat.outside.price = price;
        let heard = chat.hears("receive 500 JMD");
        assert_eq!(asked_for(&heard), []);
        assert!(heard.text().contains("*receive US$5*"), "{}", heard.text());
    }
}

#[test]
fn flash_may_make_no_code_and_the_link_works_all_the_same() {
    for (trouble, said) in [
        (FlashTrouble::Unavailable, "isn't answering"),
        (FlashTrouble::Busy { retry_after_s: 300 }, "in 5 minutes"),
        (FlashTrouble::Declined, "won't make a code"),
    ] {
        let mut chat = Chat::linked();
        chat.outside.invoices = Some(trouble);
        let heard = chat.hears("receive 5 lunch");
        assert!(heard.text().contains(said), "{}", heard.text());
        assert!(heard.text().contains("https://pay.flashapp.me/marcia"));
        assert_eq!(heard.outcome.says.len(), 1);
        assert_eq!(heard.outcome.watches, None);
        assert!(chat.state.person.link.is_some());
    }
    let mut chat = Chat::linked();
    chat.outside.account = Err(FlashTrouble::CredentialGone);
    chat.hears("receive 5");
    assert_eq!(chat.state.person.link, None);
}

#[test]
fn whoever_is_to_try_again_is_told_what_to_send() {
    let long = "x".repeat(RECEIVE_MEMO);
    for (typed, again) in [
        ("receive", "*receive*"),
        ("receive 5", "*receive 5*"),
        ("cobrar J$500 lunch", "*receive 500 JMD lunch*"),
        (&format!("receive 5 {long}"), "*receive 5*"),
    ] {
        let mut chat = Chat::linked();
        chat.outside.account = Err(FlashTrouble::Unavailable);
        let heard = chat.hears(typed);
        assert!(heard.text().contains(again), "{typed}: {}", heard.text());
        chat.state.flash_is_down = true;
        chat.wait(60);
        let heard = chat.hears(typed);
        assert!(heard.text().contains(again), "{typed}: {}", heard.text());
    }
}

#[test]
fn switched_off_it_makes_nothing_and_says_where_to_look() {
    let mut chat = Chat::linked();
    chat.state.receiving = false;
    for text in ["receive", "receive 5 lunch"] {
        let heard = chat.hears(text);
        assert!(heard.asked.is_empty());
        assert!(heard.text().contains("*username*"), "{}", heard.text());
    }
    let mut stranger = Chat::of_a_stranger();
    assert!(stranger.hears("receive 5").asked.is_empty(), "needs a link");
}

#[test]
fn whoever_said_stop_gets_the_code_they_ask_for_and_no_news_of_it() {
    let mut chat = Chat::linked();
    chat.hears("stop");
    let heard = chat.hears("receive 5");
    assert_eq!(heard.outcome.watches, None);
    assert!(
        !heard.text().contains("when it is paid"),
        "{}",
        heard.text()
    );
    assert!(heard.outcome.says[1].1.text.starts_with("lnbc"));
    assert!(
        !heard.outcome.says[1].1.text.contains(' '),
        "only the invoice"
    );
}

#[test]
fn what_becomes_of_a_code_is_told_to_whoever_may_still_hear_it() {
    let mut chat = Chat::linked();
    let heard = chat.hears("receive 5 lunch");
    let watched = watched(&heard).clone();
    let says = |chat: &Chat, look| {
        let reply = watched.says(look, &chat.state, &chat.from)?;
        assert!(reply.of_link.is_some());
        Some(reply.text)
    };
    assert!(watched.is_wanted(&chat.state, chat.now));
    let paid = says(&chat, Look::Paid).unwrap();
    assert!(paid.contains("US$5.00") && paid.contains("lunch"), "{paid}");
    let over = says(&chat, Look::RanOut).unwrap();
    assert!(over.contains("*receive 5 lunch*"), "{over}");
    assert!(says(&chat, Look::NeverSaid).unwrap().contains("*history*"));

    let look = watched.look(0, Some(InvoiceStatus::Pending), chat.now.plus(5));
    assert_eq!(says(&chat, look), None);

    // A younger code takes the older one's place; that the older one was paid matters all the same.
    chat.hears("receive 7");
    assert_eq!(says(&chat, Look::RanOut), None);
    assert!(says(&chat, Look::Paid).is_some());

    let mut opted_out = chat.state.clone();
    opted_out.standing.opted_out_at = Some(chat.now);
    assert!(!watched.is_wanted(&opted_out, chat.now));
    let mut suspended = chat.state.clone();
    suspended.person.suspended_at = Some(chat.now);
    assert!(!watched.is_wanted(&suspended, chat.now));
    let mut another = chat.state.clone();
    another.person.link.as_mut().unwrap().account = super::chat::account("other");
    assert!(!watched.is_wanted(&another, chat.now));
    chat.hears("unlink");
    chat.hears("yes");
    assert!(!watched.is_wanted(&chat.state, chat.now));
}

#[test]
fn an_answer_for_another_amount_or_wallet_is_not_shown() {
    let mut chat = Chat::linked();
    chat.outside.balance = Ok(balance_of(Some("0"), chat.now));
    let asked = InvoiceFor {
        wallet: account_of(None).wallet,
        cents: Cents(499),
        memo: None,
    };
    let message = chat.message("receive 5", None);
    let mut answers = Answers {
        invoice: Some((asked.clone(), Ok(fresh(&asked, 1, chat.now)))),
        ..Answers::default()
    };
    let mut questions = Vec::new();
    chat.concludes(&message, &mut answers, &mut questions);
    let again = |question: &Question| matches!(question, Question::Invoice(asked) if asked.cents == Cents(500));
    assert!(questions.iter().any(again));
}
