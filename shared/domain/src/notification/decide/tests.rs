use proptest::prelude::*;

use super::super::fixtures::{
    THEN, address, asked, done, from_devon, of_balance, of_payment, outcome, payment, person,
    price, said, why, worth,
};
use super::*;
use crate::consent::Consent;
use crate::flash::{FlashTrouble, PaymentHash, Transaction, TransactionId};
use crate::ids::{AccountId, PersonKey, WalletId};
use crate::language::Language;
use crate::policy::{HELD_MOST, NEWS_PER_HOUR};
use crate::preferences::{Frequency, Quiet};

fn details(direction: Direction, dollars: &str) -> Details {
    Details {
        transaction: Transaction {
            id: TransactionId("t".into()),
            at: THEN,
            dollars: Some(dollars.parse().unwrap()),
            direction,
            rail: Rail::Lightning,
            status: TransactionStatus::Settled,
        },
        memo: Some("lunch".into()),
        payment_hash: PaymentHash::parse(&"ab".repeat(32)).ok(),
        fee: None,
    }
}

fn told_details(found: Result<Option<Details>, FlashTrouble>) -> Answers {
    Answers {
        details: Some(found),
        ..Answers::default()
    }
}

fn muted(event: &FlashEvent, state: &State, because: Why) {
    assert_eq!(why(&outcome(event, state)), because);
}

fn sent() -> Payment {
    Payment {
        direction: Direction::Sent,
        ..payment()
    }
}

#[test]
fn a_payment_is_told_with_its_amount_and_remembered() {
    let found = outcome(&of_payment(payment()), &person());
    assert!(said(&found).contains("US$20.00"), "{}", said(&found));
    assert_eq!(found.topic, Topic::Received);
    assert_eq!(found.seen.told, [THEN]);
    let Fate::Tell(reply) = &found.fate else {
        panic!("{:?}", found.fate);
    };
    assert_eq!(reply.class, Class::Notice);
    assert_eq!(reply.of_link.as_deref(), Some("0123abcd"));
    assert_eq!(outcome(&of_payment(sent()), &person()).topic, Topic::Sent);
}

#[test]
fn it_is_told_in_the_persons_own_language() {
    let mut state = person();
    state.person.language = Some(Language::Spanish);
    let Fate::Tell(reply) = outcome(&of_payment(payment()), &state).fate else {
        panic!();
    };
    assert_eq!(reply.language, Language::Spanish);
}

#[test]
fn only_whose_link_it_is_reads_of_it() {
    let event = of_payment(payment());
    let mut gone = person();
    gone.person.link = None;
    let mut ended = person();
    if let Some(link) = &mut ended.person.link {
        link.ends_at = THEN;
    }
    let mut suspended = person();
    suspended.person.suspended_at = Some(THEN);
    let mut locked = person();
    locked.guard = locked.guard.lock_by_staff(THEN);
    let mut other = person();
    other.person.user = PersonKey::from_digest("B".repeat(43)).ok();
    for state in [gone, ended, suspended, locked] {
        muted(&event, &state, Why::NotLinked);
        muted(&of_balance(Some(1), THEN), &state, Why::NotLinked);
    }
    let mut elsewhere = event.clone();
    elsewhere.whose.account = Some(AccountId("his".into()));
    muted(&elsewhere, &person(), Why::NotLinked);
    elsewhere.whose.account = None;
    elsewhere.whose.wallet = Some(WalletId("his wallet".into()));
    muted(&elsewhere, &person(), Why::NotLinked);
    elsewhere.whose.wallet = Some(WalletId("her wallet".into()));
    said(&outcome(&elsewhere, &person()));
    // An account may have further wallets.
    elsewhere.whose.account = Some(AccountId("hers".into()));
    elsewhere.whose.wallet = Some(WalletId("her other wallet".into()));
    said(&outcome(&elsewhere, &person()));
}

#[test]
fn who_does_not_want_it_is_not_told_and_flash_not_asked() {
    let mut state = person();
    state.standing.consents.notifications = None;
    let unknown = of_payment(Payment {
        amount: None,
        ..payment()
    });
    muted(&unknown, &state, Why::NotAgreed);
    let mut off = person();
    off.standing
        .preferences
        .topics
        .insert(Topic::Received, false);
    muted(&unknown, &off, Why::TopicOff);
    let mut minimum = person();
    minimum.standing.preferences.minimum = Some(Cents(2_001));
    muted(&of_payment(payment()), &minimum, Why::UnderMinimum);
    minimum.standing.preferences.minimum = Some(Cents(2_000));
    said(&outcome(&of_payment(payment()), &minimum));
    muted(&of_balance(Some(5), THEN), &person(), Why::TopicOff);
}

#[test]
fn nothing_is_said_of_nothing_of_failures_seen_elsewhere_or_of_old_times() {
    let nothing = |payment| muted(&of_payment(payment), &person(), Why::NothingToSay);
    for amount in ["0", "0.00", "0.0099"] {
        nothing(Payment {
            amount: Some(worth(amount, "USD")),
            ..payment()
        });
    }
    for status in [TransactionStatus::Pending, TransactionStatus::Failed] {
        for rail in [Rail::Lightning, Rail::Flash] {
            for payment in [payment(), sent()] {
                nothing(Payment {
                    status,
                    rail: Some(rail),
                    ..payment
                });
            }
        }
    }
    nothing(Payment {
        status: TransactionStatus::Pending,
        rail: Some(Rail::OnChain),
        ..sent()
    });
    let mut old = of_payment(payment());
    old.at = THEN.plus(-NEWS_OLDEST);
    said(&outcome(&old, &person()));
    old.at = THEN.plus(-NEWS_OLDEST - 1);
    muted(&old, &person(), Why::TooLate);
}

#[test]
fn money_on_the_chain_is_told_when_it_is_on_its_way_when_it_is_there_and_when_it_does_not_come() {
    for rail in [Some(Rail::OnChain), Some(Rail::Other), None] {
        let mut texts = Vec::new();
        for status in [
            TransactionStatus::Pending,
            TransactionStatus::Settled,
            TransactionStatus::Failed,
        ] {
            let found = outcome(
                &of_payment(Payment {
                    status,
                    rail,
                    ..payment()
                }),
                &person(),
            );
            texts.push(said(&found).to_owned());
        }
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), 3, "{texts:?}");
    }
}

#[test]
fn flash_is_asked_for_an_amount_that_the_event_lacks() {
    let event = of_payment(Payment {
        amount: None,
        rail: None,
        ..payment()
    });
    let question = asked(&event, &person(), &Answers::default());
    let id = TransactionId("t".into());
    assert_eq!(question, Decision::Ask(Question::Details(id)));
    let answers = told_details(Ok(Some(details(Direction::Received, "7.005"))));
    let found = done(asked(&event, &person(), &answers));
    assert!(said(&found).contains("US$7.00"), "{}", said(&found));
    assert!(said(&found).contains("lunch"), "{}", said(&found));
    let hash = EventId::PaymentHash("ab".repeat(32));
    assert_eq!(
        found.also_called,
        [hash],
        "by which another event may call it"
    );
    for none in [
        Ok(None),
        Err(FlashTrouble::Unavailable),
        Ok(Some(details(Direction::Sent, "-7.00"))),
    ] {
        let found = done(asked(&event, &person(), &told_details(none)));
        assert!(!said(&found).contains("7.00"), "{}", said(&found));
        assert!(!said(&found).is_empty());
        assert_eq!(found.also_called, []);
    }
    let nameless = of_payment(Payment {
        amount: None,
        transaction: None,
        ..payment()
    });
    said(&outcome(&nameless, &person()));
}

#[test]
fn an_amount_that_flash_tells_is_compared_with_the_minimum_and_without_its_sign() {
    let event = of_payment(Payment {
        amount: None,
        ..sent()
    });
    let answers = told_details(Ok(Some(details(Direction::Sent, "-7.00"))));
    let found = done(asked(&event, &person(), &answers));
    assert!(said(&found).contains("US$7.00"), "{}", said(&found));
    assert!(!said(&found).contains('-'), "{}", said(&found));
    let mut state = person();
    state.standing.preferences.minimum = Some(Cents(701));
    let found = done(asked(&event, &state, &answers));
    assert_eq!(why(&found), Why::UnderMinimum);
    assert_eq!(found.also_called.len(), 1, "muted once, by all its names");
}

#[test]
fn the_price_is_asked_for_only_by_who_counts_in_something_else() {
    let event = of_payment(payment());
    let mut state = person();
    state.person.currency = Some("JMD".into());
    let question = asked(&event, &state, &Answers::default());
    assert_eq!(question, Decision::Ask(Question::Price("JMD".into())));
    let answer = |price| Answers {
        price: Some(price),
        ..Answers::default()
    };
    let found = done(asked(&event, &state, &answer(Some(price("JMD", THEN)))));
    assert!(said(&found).contains("J$3,140.00"), "{}", said(&found));
    let old = price("JMD", THEN.plus(-PRICE_STALE - 1));
    for none in [None, Some(old)] {
        let found = done(asked(&event, &state, &answer(none)));
        assert!(said(&found).contains("US$20.00"), "{}", said(&found));
        assert!(!said(&found).contains("J$"), "{}", said(&found));
    }
    state.person.currency = None;
    let found = done(asked(&event, &state, &Answers::default()));
    assert!(said(&found).contains("US$20.00"), "{}", said(&found));
    assert!(!said(&found).contains("J$"), "the place's is not asked for");
    let holds = of_balance(Some(20), THEN);
    state
        .standing
        .preferences
        .topics
        .insert(Topic::Balance, true);
    let found = done(asked(&holds, &state, &Answers::default()));
    assert!(!said(&found).contains("J$"), "{}", said(&found));
    let shown = of_payment(Payment {
        display: Some(worth("18.00", "EUR")),
        ..payment()
    });
    let question = asked(&shown, &state, &Answers::default());
    assert_eq!(
        question,
        Decision::Ask(Question::Price("EUR".into())),
        "the account's"
    );
    state
        .standing
        .preferences
        .topics
        .insert(Topic::Received, false);
    muted(&event, &state, Why::TopicOff);
}

#[test]
fn what_flash_shows_of_a_payment_is_told_without_asking_for_todays_price() {
    let mut state = person();
    state.person.currency = None;
    let shown = |amount: Option<&str>, display: (&str, &str)| {
        of_payment(Payment {
            amount: amount.map(|sats| worth(sats, "BTC")),
            display: Some(worth(display.0, display.1)),
            transaction: None,
            ..payment()
        })
    };
    let event = shown(Some("0.00002707"), ("1.00", "USD"));
    let found = done(asked(&event, &state, &Answers::default()));
    assert!(said(&found).contains("US$1.00"), "{}", said(&found));
    // Where the event has no other figure, that one is the amount.
    let event = shown(None, ("157.00", "JMD"));
    let question = asked(&event, &state, &Answers::default());
    assert_eq!(question, Decision::Ask(Question::Price("JMD".into())));
    let answers = Answers {
        price: Some(Some(price("JMD", THEN))),
        ..Answers::default()
    };
    let found = done(asked(&event, &state, &answers));
    assert!(said(&found).contains("J$157.00"), "{}", said(&found));
    assert!(said(&found).contains("US$1.00"), "{}", said(&found));
}

#[test]
fn bitcoin_without_a_price_is_told_in_satoshis_and_with_one_the_minimum_holds() {
    let event = of_payment(Payment {
        amount: Some(worth("0.00001735", "BTC")),
        ..payment()
    });
    let mut state = person();
    state.standing.preferences.minimum = Some(Cents(500));
    let answer = |price| Answers {
        price: Some(price),
        ..Answers::default()
    };
    let found = done(asked(&event, &state, &answer(None)));
    assert!(said(&found).contains("1,735"), "{}", said(&found));
    let found = done(asked(&event, &state, &answer(Some(price("USD", THEN)))));
    assert_eq!(why(&found), Why::UnderMinimum);
    let only_sats = of_payment(Payment {
        amount: None,
        transaction: None,
        sats: Some(crate::money::Sats(1_735)),
        ..payment()
    });
    let found = done(asked(&only_sats, &person(), &answer(None)));
    assert!(said(&found).contains("1,735"), "{}", said(&found));
}

#[test]
fn a_request_is_paid_by_who_was_asked_told_or_not() {
    let event = of_payment(from_devon());
    let question = asked(&event, &person(), &Answers::default());
    let asks = Question::Request {
        from: "devon".into(),
        cents: Cents(2_000),
    };
    assert_eq!(question, Decision::Ask(asks));
    let code = Code::parse("3F2K").unwrap();
    let paid = Answers {
        request: Some(Some(code.clone())),
        ..Answers::default()
    };
    let found = done(asked(&event, &person(), &paid));
    assert_eq!(found.pays.as_ref(), Some(&code));
    assert_eq!(found.topic, Topic::Requests);
    assert!(said(&found).contains("3F2K"), "{}", said(&found));
    let none = Answers {
        request: Some(None),
        ..Answers::default()
    };
    let found = done(asked(&event, &person(), &none));
    assert_eq!((found.pays.as_ref(), found.topic), (None, Topic::Received));

    let mut state = person();
    state
        .standing
        .preferences
        .topics
        .insert(Topic::Requests, false);
    let found = done(asked(&event, &state, &paid));
    assert_eq!(found.pays.as_ref(), Some(&code));
    assert_eq!(found.topic, Topic::Received, "told as any other");
    state
        .standing
        .preferences
        .topics
        .insert(Topic::Received, false);
    let found = done(asked(&event, &state, &paid));
    assert_eq!(
        (found.pays.as_ref(), why(&found)),
        (Some(&code), Why::TopicOff)
    );
    let mut disagrees = person();
    disagrees.standing.consents.notifications = None;
    let found = done(asked(&event, &disagrees, &paid));
    assert_eq!(
        (found.pays.as_ref(), why(&found)),
        (Some(&code), Why::NotAgreed)
    );
}

#[test]
fn nobody_is_asked_about_a_request_that_it_can_not_pay() {
    for payment in [
        Payment {
            other: Some(Other::Name("devon".into())),
            ..from_devon()
        },
        Payment {
            direction: Direction::Sent,
            ..from_devon()
        },
        Payment {
            amount: None,
            transaction: None,
            ..from_devon()
        },
        Payment {
            rail: Some(Rail::OnChain),
            status: TransactionStatus::Pending,
            ..from_devon()
        },
    ] {
        said(&outcome(&of_payment(payment), &person()));
    }
}

#[test]
fn an_older_balance_is_never_told_after_a_younger_one() {
    let mut state = person();
    state
        .standing
        .preferences
        .topics
        .insert(Topic::Balance, true);
    let balance = |dollars, at, seen: &Seen| {
        let event = of_balance(dollars, at);
        done(decide(
            &event,
            &state,
            &address(),
            seen,
            &Answers::default(),
            THEN.plus(60),
        ))
    };
    let first = balance(Some(7), THEN.plus(9), &Seen::default());
    assert!(said(&first).contains("US$7.00"), "{}", said(&first));
    assert_eq!(first.seen.balance_at, Some(THEN.plus(9)));
    let older = balance(Some(5), THEN.plus(8), &first.seen);
    assert_eq!(why(&older), Why::Older);
    assert_eq!(older.seen, first.seen);
    let younger = balance(Some(0), THEN.plus(10), &first.seen);
    assert!(said(&younger).contains("US$0.00"), "{}", said(&younger));
    let unknown = balance(None, THEN.plus(10), &first.seen);
    assert!(!said(&unknown).contains("US$"), "{}", said(&unknown));
    state.standing.preferences.topics.clear();
    let off = balance_of(&state, Some(3));
    assert_eq!(why(&off), Why::TopicOff);
    assert_eq!(off.seen.balance_at, Some(THEN), "known all the same");
}

fn balance_of(state: &State, dollars: Option<i64>) -> Outcome {
    outcome(&of_balance(dollars, THEN), state)
}

#[test]
fn a_balance_that_is_as_it_was_is_no_news() {
    let mut state = person();
    state
        .standing
        .preferences
        .topics
        .insert(Topic::Balance, true);
    let mut event = of_balance(Some(5), THEN);
    event.what = What::BalanceChanged {
        before: Some(worth("5", "USD")),
        now: Some(worth("5.00", "USD")),
    };
    muted(&event, &state, Why::NothingToSay);
}

#[test]
fn what_waits_is_kept_up_to_a_number_and_then_counted() {
    let mut state = person();
    state.standing.preferences.frequency = Frequency::Hourly;
    let event = of_payment(payment());
    let mut seen = Seen::default();
    for nth in 0..HELD_MOST + 12 {
        let answers = Answers::default();
        let found = done(decide(&event, &state, &address(), &seen, &answers, THEN));
        let Fate::Hold { held, until } = found.fate else {
            panic!("{:?}", found.fate);
        };
        assert_eq!(held.is_some(), nth < HELD_MOST);
        assert_eq!(until, THEN.plus(3_300), "ten o'clock");
        seen = found.seen;
    }
    assert_eq!(seen.more(THEN.plus(3_300)), 12);
    assert_eq!(seen.told, []);
}

#[test]
fn nothing_overtakes_what_should_have_been_told_by_now() {
    let (seen, _) = Seen::default().holding(THEN.plus(-1), THEN.plus(-9));
    let event = of_payment(payment());
    let answers = Answers::default();
    let found = done(decide(&event, &person(), &address(), &seen, &answers, THEN));
    assert!(
        matches!(found.fate, Fate::Hold { until, .. } if until == THEN.plus(-1)),
        "{:?}",
        found.fate
    );
    let (seen, _) = Seen::default().holding(THEN.plus(1), THEN.plus(1));
    let found = done(decide(&event, &person(), &address(), &seen, &answers, THEN));
    assert!(matches!(found.fate, Fate::Tell(_)), "{:?}", found.fate);
}

#[test]
fn beyond_the_hours_number_the_rest_waits_for_its_end() {
    let event = of_payment(payment());
    let mut seen = Seen::default();
    let mut ends = Vec::new();
    for nth in 0..NEWS_PER_HOUR + 3 {
        let now = THEN.plus(i64::try_from(nth).unwrap());
        let found = done(decide(
            &event,
            &person(),
            &address(),
            &seen,
            &Answers::default(),
            now,
        ));
        seen = found.seen;
        match found.fate {
            Fate::Tell(_) => assert!(nth < NEWS_PER_HOUR),
            Fate::Hold { until, .. } => ends.push(until),
            Fate::Mute(why) => panic!("{why:?}"),
        }
    }
    assert_eq!(ends, [THEN.plus(3_600); 3], "all of it together");
}

fn any_payment() -> impl Strategy<Value = Payment> {
    let direction = prop::sample::select(vec![Direction::Received, Direction::Sent]);
    let status = prop::sample::select(vec![
        TransactionStatus::Settled,
        TransactionStatus::Pending,
        TransactionStatus::Failed,
    ]);
    let rail = prop::option::of(prop::sample::select(vec![
        Rail::Lightning,
        Rail::OnChain,
        Rail::Flash,
        Rail::Other,
    ]));
    let worth = || {
        let currency = prop::sample::select(vec!["USD", "JMD", "BTC", "XAF"]);
        (any::<i64>(), 0_u32..28, currency).prop_map(|(value, scale, currency)| Worth {
            value: rust_decimal::Decimal::new(value, scale).abs(),
            currency: currency.to_owned(),
        })
    };
    let other = prop::option::of(prop_oneof![
        ".{0,60}".prop_map(Other::Name),
        "[a-z_]{3,50}".prop_map(Other::Username),
    ]);
    let parts = (
        direction,
        status,
        rail,
        prop::option::of(worth()),
        prop::option::of(worth()),
        prop::option::of(any::<i64>().prop_map(crate::money::Sats)),
        other,
        prop::option::of(".{0,90}"),
        prop::option::of(Just(TransactionId("t".into()))),
    );
    parts.prop_map(
        |(direction, status, rail, amount, display, sats, other, memo, transaction)| Payment {
            direction,
            status,
            amount,
            display,
            sats,
            rail,
            other,
            memo,
            transaction,
        },
    )
}

proptest! {
    #[test]
    fn every_event_is_told_held_or_muted_with_a_reason_after_three_questions_at_most(
        payment in any_payment(), at in -200_000_i64..600, agrees in any::<bool>(),
        minimum in prop::option::of(0_i64..100_000), daily in any::<bool>(),
        quiet in prop::option::of((0_u16..1_440, 0_u16..1_440)),
        priced in any::<bool>(), known in any::<bool>(), pays in any::<bool>(),
    ) {
        let mut state = person();
        state.person.currency = Some("JMD".into());
        state.standing.consents.notifications = Some(Consent::now(agrees, THEN));
        let preferences = &mut state.standing.preferences;
        preferences.minimum = minimum.map(Cents);
        preferences.quiet = quiet.map(|(from, until)| Quiet { from, until });
        if daily {
            preferences.frequency = Frequency::Daily;
        }
        let mut event = of_payment(payment);
        event.at = THEN.plus(at);
        let (mut answers, mut asked) = (Answers::default(), 0);
        let outcome = loop {
            match decide(&event, &state, &address(), &Seen::default(), &answers, THEN) {
                Decision::Done(outcome) => break outcome,
                Decision::Ask(Question::Details(_)) => {
                    let found = known.then(|| details(Direction::Received, "3.50"));
                    answers.details = Some(Ok(found));
                }
                Decision::Ask(Question::Price(code)) => {
                    answers.price = Some(priced.then(|| price(&code, THEN)));
                }
                Decision::Ask(Question::Request { .. }) => {
                    answers.request = Some(pays.then(|| Code::parse("3F2K").unwrap()));
                }
            }
            asked += 1;
            prop_assert!(asked <= 3, "asked again and again");
        };
        match outcome.fate {
            Fate::Tell(reply) => {
                prop_assert!(agrees && !reply.text.is_empty());
                prop_assert_eq!(outcome.seen.told.len(), 1);
            }
            Fate::Hold { held, until } => {
                prop_assert!(agrees && held.is_some() && until > THEN);
                prop_assert_eq!(outcome.seen.waiting.len(), 1);
            }
            Fate::Mute(why) => prop_assert_ne!(why, Why::SomethingElse),
        }
    }
}
