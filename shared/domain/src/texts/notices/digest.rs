//! Several of Flash's events in one message.

use jiff::tz::TimeZone;

use super::super::history::payment_status;
use super::super::words;
use super::{Happened, Notice, amount, beside, plain};
use crate::flash::TransactionStatus;
use crate::format;
use crate::language::Language;
use crate::money::{Cents, Currency};
use crate::notification::{Money, Told};
use crate::outbox::{News, Reply};
use crate::place;
use crate::policy::{DIGEST_LINES, DIGEST_NAME};

/// All of `told`, the earliest first, and that there were `more`, of which only the number is known: sums, which then are the
/// least that they may be, and a line each as far as they go. Times are those of `zone`.
pub fn digest(l: Language, told: &[Told], more: u32, zone: &TimeZone) -> Reply {
    let sums = sums(l, told, more);
    let rows: Vec<_> = told.iter().filter_map(|it| row(l, it, zone)).collect();
    let hidden = rows.len().saturating_sub(DIGEST_LINES);
    let hidden = u64::try_from(hidden).unwrap_or(u64::MAX);
    let hidden = hidden.saturating_add(more.into());
    let mut lines = vec![words(l, "digest-title", &[])];
    lines.extend(sums.iter().cloned());
    if !rows.is_empty() {
        lines.push(String::new());
    }
    lines.extend(rows.into_iter().take(DIGEST_LINES));
    if hidden > 0 {
        lines.push(words(l, "digest-more", &[("count", hidden.into())]));
    }
    lines.push(String::new());
    lines.push(words(l, "notice-see-history", &[]));
    let mut sums = sums;
    if more > 0 || sums.is_empty() {
        sums.push(words(l, "digest-more", &[("count", more.into())]));
    }
    let sums = sums.join("; ");
    Reply::from(lines.join("\n"))
        .language(l)
        .news(News::Digest { sums })
}

/// `Received: US$15.00 (3 payments)`, and so on for each kind there is; what the wallet holds as it was told last.
fn sums(l: Language, told: &[Told], more: u32) -> Vec<String> {
    let of_kind = |kinds: &[Happened]| -> Vec<&Told> {
        let of_kind = told
            .iter()
            .filter(|it| kinds.contains(&Notice::of(it).what));
        of_kind.collect()
    };
    let line = |what: Happened, money: String| {
        let fills = [("what", what.as_str().into()), ("money", money.into())];
        words(l, "digest-sum", &fills)
    };
    // Of which kind those are that were only counted nobody knows.
    let count = |id: &str, count: usize| {
        let counted = || words(l, id, &[("count", count.into())]);
        (count > 0).then(|| at_least(l, counted(), more > 0))
    };
    let mut lines = Vec::new();
    for (what, kinds) in [
        (Happened::Received, &[Happened::Received][..]),
        (Happened::Coming, &[Happened::Coming]),
        (Happened::Sent, &[Happened::Sent, Happened::Going]),
    ] {
        let all = of_kind(kinds);
        let payments = count("digest-payments", all.len());
        lines.extend(payments.map(|payments| match sum(l, &all, more) {
            Some(money) => line(what, beside(l, money, Some(payments))),
            None => line(what, payments),
        }));
    }
    let paid = told.iter().filter(|it| Notice::of(it).code.is_some());
    lines.extend(count("digest-requests-paid", paid.count()));
    let failed = of_kind(&[Happened::NotCome, Happened::NotSent]);
    lines.extend(count("digest-failed", failed.len()));
    let balances = of_kind(&[Happened::Balance]);
    let youngest = balances.into_iter().max_by_key(|it| it.at);
    let money = youngest.and_then(|it| it.money.as_ref());
    lines.extend(money.map(|money| line(Happened::Balance, plain(l, Some(money)))));
    lines
}

/// None where nothing can be said of it. Whether more is known to have come, or some amount is not known, shows.
fn sum(l: Language, all: &[&Told], more: u32) -> Option<String> {
    let known = |it: &&Told| it.money.as_ref().and_then(|money| money.cents);
    let cents: Vec<Cents> = all.iter().filter_map(known).collect();
    if cents.is_empty() {
        return None;
    }
    let total = cents
        .iter()
        .try_fold(0_i64, |total, cents| total.checked_add(cents.0))?;
    let whole = cents.len() == all.len();
    let local = local(all).filter(|_| whole);
    let local = local.map(|(minor, currency)| format::money(l, minor, currency));
    let money = match local {
        Some(local) => format!("{} = {local}", format::usd(l, Cents(total))),
        None => format::usd(l, Cents(total)),
    };
    Some(at_least(l, money, !whole || more > 0))
}

/// `what`, as it is or as the least that it may be.
fn at_least(l: Language, what: String, is_least: bool) -> String {
    if is_least {
        words(l, "digest-at-least", &[("what", what.into())])
    } else {
        what
    }
}

/// Of all of them in one currency.
fn local<'t>(all: &[&'t Told]) -> Option<(i64, &'t Currency)> {
    let mut total: Option<(i64, &Currency)> = None;
    for told in all {
        let Money { local, .. } = told.money.as_ref()?;
        let (minor, currency) = local.as_ref()?;
        total = Some(match total {
            None => (*minor, currency),
            Some((_, other)) if other != currency => return None,
            Some((before, _)) => (before.checked_add(*minor)?, currency),
        });
    }
    total
}

/// None: what the wallet holds stands among the sums.
fn row(l: Language, told: &Told, zone: &TimeZone) -> Option<String> {
    let of = Notice::of(told);
    let (sign, status_of) = match of.what {
        Happened::Balance => return None,
        Happened::Received => ("+", None),
        Happened::Coming => ("+", Some(TransactionStatus::Pending)),
        Happened::NotCome => ("+", Some(TransactionStatus::Failed)),
        Happened::Sent => ("−", None),
        Happened::Going => ("−", Some(TransactionStatus::Pending)),
        Happened::NotSent => ("−", Some(TransactionStatus::Failed)),
    };
    let money = match told.money.as_ref().and_then(|money| amount(l, money)) {
        Some((money, _)) => format!("{sign}{money}"),
        None => words(l, "payment-amount-unknown", &[]),
    };
    let mut fills = vec![
        ("money", money.into()),
        ("with", of.with(l, DIGEST_NAME).into()),
        ("when", place::day_and_time(l, told.at, zone).into()),
    ];
    Some(match (of.code, status_of) {
        (Some(code), _) => {
            fills.push(("code", code.into()));
            words(l, "digest-row-request", &fills)
        }
        (None, Some(of)) => {
            fills.push(("status", payment_status(l, of).into()));
            words(l, "digest-row-unsettled", &fills)
        }
        (None, None) => words(l, "digest-row", &fills),
    })
}
