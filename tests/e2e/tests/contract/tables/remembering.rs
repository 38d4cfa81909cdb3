//! A balance that is remembered for half a minute, unless something happens to it.

use aws::tables::{CommitError, Part};
use domain::cached::{CachedBalance, Figure, Remember};
use domain::flash::Balance;
use domain::ids::{PersonKey, WalletId};
use domain::money::{Currency, Price, Quote};
use domain::policy::{BALANCE_CACHE, PRICE_CACHE};
use domain::time::Moment;

use super::bench::{Bench, account};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(a_balance_is_remembered_with_the_message_and_only_as_it_was_read),
        case(a_price_is_remembered_for_everybody),
    ]
}

fn price(at: Moment) -> Price {
    let quote = |base| Quote { base, offset: 6 };
    Price {
        currency: Currency::usd(),
        cent: quote(1_000_000),
        sat: quote(63_500),
        at,
    }
}

fn figure(at: Moment) -> Figure {
    Figure {
        of_link: "0123abcd".to_owned(),
        currency: None,
        at,
        balance: Balance {
            user: None,
            account: account(),
            wallet: WalletId("wallet".to_owned()),
            cents: Some("109.9346".parse().unwrap()),
            price: Some(price(at)),
        },
    }
}

async fn remembers(
    bench: &Bench,
    (person, read): (&PersonKey, &CachedBalance),
    now: Moment,
) -> Result<(), CommitError> {
    let mut known = bench.at(person, now).await;
    known.state.cached_balance = read.clone();
    let mut transaction = bench.tables.transaction(person, now);
    let figure = Remember::Figure(Box::new(figure(now)));
    transaction.balance(&known, &figure);
    transaction.commit().await
}

async fn a_balance_is_remembered_with_the_message_and_only_as_it_was_read(bench: Bench) {
    let (person, now) = (bench.person(1), bench.now);
    let cached = async |at| bench.at(&person, at).await.state.cached_balance;
    let nothing = cached(now).await;
    assert_eq!(nothing, CachedBalance::default());

    remembers(&bench, (&person, &nothing), now).await.unwrap();
    let first = cached(now).await;
    assert_eq!(first.figure, Some(figure(now)));
    assert_eq!(
        bench.known(&bench.person(2)).await.state.cached_balance,
        nothing
    );
    let over = now.plus(BALANCE_CACHE);
    assert!(cached(over.plus(-1)).await.figure.is_some());
    assert_eq!(cached(over).await, nothing);
    let raw = bench.items("cache").await;
    assert!(!raw[0].to_string().contains("109"), "{raw:?}");

    // Something happens to it: by itself, and with a transaction.
    bench.tables.balance_changed(&person, now).await.unwrap();
    let second = cached(now).await;
    assert!(second.figure.is_none() && second.generation > first.generation);
    let mut transaction = bench.tables.transaction(&person, now);
    transaction.balance_changed();
    transaction.commit().await.unwrap();
    let third = cached(now).await;
    assert!(third.figure.is_none() && third.generation > second.generation);

    // What was read before is not written, nor where nothing was.
    for read in [&first, &second, &nothing] {
        let tried = remembers(&bench, (&person, read), now).await;
        assert!(
            matches!(tried, Err(CommitError::Changed(Part::Balance))),
            "{tried:?}"
        );
    }
    remembers(&bench, (&person, &third), now).await.unwrap();
    let again = cached(now).await;
    assert_eq!(again.figure, Some(figure(now)));
    assert_eq!(again.generation, third.generation);

    // One that has ended is as none, and its place may be taken.
    remembers(&bench, (&person, &nothing), over).await.unwrap();
    assert_eq!(cached(over).await.figure, Some(figure(over)));

    // It goes with the link, whatever was read, and where there is none.
    for _ in 0..2 {
        let mut transaction = bench.tables.transaction(&person, now);
        transaction.balance(&bench.known(&person).await, &Remember::Nothing);
        transaction.commit().await.unwrap();
        assert_eq!(bench.items("cache").await.len(), 0);
    }
}

async fn a_price_is_remembered_for_everybody(bench: Bench) {
    let (tables, now) = (&bench.tables, bench.now);
    assert_eq!(tables.cached_price("USD", now).await.unwrap(), None);
    for at in [now.plus(-60), now] {
        tables.save_price(&price(at), now).await.unwrap();
        let found = tables.cached_price("USD", now).await.unwrap();
        assert_eq!(found, Some(price(at)));
    }
    assert_eq!(tables.cached_price("JMD", now).await.unwrap(), None);
    let over = now.plus(PRICE_CACHE);
    assert_eq!(tables.cached_price("USD", over).await.unwrap(), None);
}
