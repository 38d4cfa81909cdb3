//! A linked person who agrees to news, and what happens to them.

use rust_decimal::Decimal;

use super::{Answers, Decision, Fate, Outcome, Seen, Why, decide};
use crate::address::WhatsAppAddress;
use crate::cached::CachedBalance;
use crate::consent::Consent;
use crate::flash::{Direction, Rail, TransactionId, TransactionStatus};
use crate::flash_event::{EventId, FlashEvent, Other, Payment, What, Whose, Worth};
use crate::guard::Guard;
use crate::ids::{AccountId, PersonKey, WalletId};
use crate::money::{Currency, Price, Quote};
use crate::receiving::PayHosts;
use crate::state::{Link, Person, Sealed, Session, Standing, State};
use crate::time::Moment;

/// 9:05 on a Sunday morning in Jamaica.
pub(super) const THEN: Moment = Moment::from_unix(1_795_356_300);

pub(super) fn address() -> WhatsAppAddress {
    WhatsAppAddress::parse("whatsapp:+18765550100").unwrap()
}

pub(super) fn person() -> State {
    let mut standing = Standing::default();
    standing.consents.notifications = Some(Consent::now(true, THEN.plus(-99)));
    let link = Link {
        account: AccountId("hers".into()),
        key_id: "0123abcd".into(),
        credential: Sealed("sealed".into()),
        linked_at: THEN.plus(-99),
        ends_at: THEN.plus(9_999_999),
        language: None,
        proven_at: None,
        wallet: Some(WalletId("her wallet".into())),
        user: None,
    };
    State {
        key: PersonKey::from_digest("A".repeat(43)).unwrap(),
        person: Person {
            link: Some(link),
            currency: Some("USD".into()),
            ..Person::default()
        },
        standing,
        guard: Guard::default(),
        session: Session::begin(THEN),
        code: None,
        app_code: None,
        cached_balance: CachedBalance::default(),
        timed_out: None,
        flash_is_down: false,
        receiving: false,
        assistant: false,
        hosts: PayHosts::default(),
        support: None,
    }
}

pub(super) fn worth(value: &str, currency: &str) -> Worth {
    Worth {
        value: value.parse().unwrap(),
        currency: currency.to_owned(),
    }
}

pub(super) fn payment() -> Payment {
    Payment {
        direction: Direction::Received,
        status: TransactionStatus::Settled,
        amount: Some(worth("20.00", "USD")),
        display: None,
        sats: None,
        rail: Some(Rail::Lightning),
        other: None,
        memo: None,
        transaction: Some(TransactionId("t".into())),
    }
}

/// Paid by Devon, whose username Flash names.
pub(super) fn from_devon() -> Payment {
    Payment {
        rail: Some(Rail::Flash),
        other: Some(Other::Username("devon".into())),
        ..payment()
    }
}

fn event(what: What) -> FlashEvent {
    FlashEvent {
        what,
        whose: Whose {
            account: Some(AccountId("hers".into())),
            ..Whose::default()
        },
        ids: vec![EventId::Envelope("e".into())],
        at: THEN,
    }
}

pub(super) fn of_payment(payment: Payment) -> FlashEvent {
    event(What::Payment(Box::new(payment)))
}

pub(super) fn of_balance(dollars: Option<i64>, at: Moment) -> FlashEvent {
    let now = dollars.map(|dollars| Worth {
        value: Decimal::from(dollars),
        currency: "USD".into(),
    });
    FlashEvent {
        at,
        ..event(What::BalanceChanged { before: None, now })
    }
}

/// A cent is 1.57 of it, a bitcoin US$100,000.
pub(super) fn price(code: &str, at: Moment) -> Price {
    Price {
        currency: Currency {
            code: code.to_owned(),
            symbol: "J$".into(),
            fraction_digits: 2,
        },
        cent: Quote {
            base: 157_000_000,
            offset: 6,
        },
        sat: Quote {
            base: 15_700_000_000_000,
            offset: 12,
        },
        at,
    }
}

pub(super) fn asked(event: &FlashEvent, state: &State, answers: &Answers) -> Decision {
    decide(event, state, &address(), &Seen::default(), answers, THEN)
}

pub(super) fn done(decision: Decision) -> Outcome {
    match decision {
        Decision::Done(outcome) => *outcome,
        Decision::Ask(question) => panic!("{question:?}"),
    }
}

pub(super) fn outcome(event: &FlashEvent, state: &State) -> Outcome {
    done(asked(event, state, &Answers::default()))
}

pub(super) fn said(outcome: &Outcome) -> &str {
    match &outcome.fate {
        Fate::Tell(reply) => &reply.text,
        fate => panic!("{fate:?}"),
    }
}

pub(super) fn why(outcome: &Outcome) -> Why {
    match outcome.fate {
        Fate::Mute(why) => why,
        ref fate => panic!("{fate:?}"),
    }
}
