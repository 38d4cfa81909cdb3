//! What was paid, and the account it was paid from or to.

use fluent_bundle::FluentValue;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::{taught, words};
use crate::flash::{Account, Details, Level, Limit, Limited, Rail, Transaction, TransactionStatus};
use crate::format;
use crate::language::Language;
use crate::money::Cents;
use crate::outside;
use crate::place;
use crate::policy::{HISTORY_MOST, WITH_YEAR};
use crate::request;
use crate::time::Moment;

/// Characters of a payment's id by which Flash's support finds it.
const REFERENCE: usize = 8;

/// A payer's words, in one line of a chat.
const MEMO: usize = 200;

/// `rows` of a list, `before` of which were shown earlier; `more` follow.
pub fn payments(
    l: Language,
    before: usize,
    rows: &[&Transaction],
    more: bool,
    now: Moment,
    zone: &TimeZone,
) -> String {
    let title = if before == 0 {
        "payments-title"
    } else {
        "payments-title-more"
    };
    let first = before.saturating_add(1);
    let rows = (first..).zip(rows).map(|(number, payment)| {
        let settled = payment.status == TransactionStatus::Settled;
        let mut fills = vec![
            ("number", number.to_string().into()),
            ("money", amount(l, payment.dollars).into()),
            ("rail", rail(l, payment.rail).into()),
            ("when", when(l, payment.at, now, zone).into()),
        ];
        if settled {
            words(l, "payments-row", &fills)
        } else {
            fills.push(("status", payment_status(l, payment.status).into()));
            words(l, "payments-row-unsettled", &fills)
        }
    });
    let rows: Vec<_> = rows.collect();
    let end = if more {
        "payments-end-more"
    } else {
        "payments-end"
    };
    format!(
        "{}\n\n{}\n\n{}",
        words(l, title, &[]),
        rows.join("\n"),
        words(l, end, &[("number", first.to_string().into())])
    )
}

/// `receiving`: the chat can ask to be paid.
pub fn no_payments(l: Language, receiving: bool) -> String {
    let id = if receiving {
        "payments-none-receiving"
    } else {
        "payments-none"
    };
    words(l, id, &[])
}

/// Whether there are any is not known.
pub fn payments_not_available(l: Language, command: &str) -> String {
    let command = taught(l, command);
    words(l, "payments-not-available", &[("command", command.into())])
}

pub fn how_many_payments(l: Language) -> String {
    let most = HISTORY_MOST.to_string();
    words(l, "payments-how-many", &[("most", most.into())])
}

/// A number, or more, of a list that is not there.
pub fn nothing_listed(l: Language) -> String {
    words(l, "payments-no-list", &[])
}

/// Those that were listed are `all` there are, or all that can be seen here.
pub fn no_more_payments(l: Language, all: bool) -> String {
    let id = if all {
        "payments-no-more"
    } else {
        "payments-no-more-here"
    };
    words(l, id, &[])
}

pub fn which_payment(l: Language, listed: usize) -> String {
    words(l, "payments-which", &[("last", listed.to_string().into())])
}

pub fn no_such_payment(l: Language) -> String {
    words(l, "payments-gone", &[])
}

/// The payment of this number in the list.
pub fn payment(
    l: Language,
    number: usize,
    details: &Details,
    now: Moment,
    zone: &TimeZone,
) -> String {
    let payment = &details.transaction;
    let line = |id: &str, name: &'static str, value: String| words(l, id, &[(name, value.into())]);
    let title: [(&'static str, FluentValue<'_>); 2] = [
        ("number", number.to_string().into()),
        ("money", exact_amount(l, payment.dollars).into()),
    ];
    let way: [(&'static str, FluentValue<'_>); 2] = [
        ("rail", rail(l, payment.rail).into()),
        ("when", when(l, payment.at, now, zone).into()),
    ];
    let mut lines = vec![
        words(l, "payment-title", &title),
        words(l, "payment-way", &way),
    ];
    let fee = details.fee.and_then(|fee| exact(l, fee));
    lines.extend(fee.map(|fee| line("payment-fee", "fee", fee)));
    if let Some(whole) = details.memo.as_deref() {
        let memo = outside::words(whole, MEMO);
        if request::poses(whole) {
            lines.push(words(l, "notice-note-left-out", &[]));
        } else if !memo.is_empty() {
            lines.push(line("payment-memo", "memo", memo));
        }
    }
    lines.push(line(
        "payment-status",
        "status",
        payment_status(l, payment.status),
    ));
    let reference = outside::words(&payment.id.0, REFERENCE);
    lines.push(line("payment-reference", "id", reference));
    lines.join("\n")
}

/// `+US$5.00`, `−US$2.50`, `+<US$0.01`.
fn amount(l: Language, dollars: Option<Decimal>) -> String {
    signed(l, dollars, |l, dollars| {
        let cents = whole_cents(dollars)?;
        Some(if cents == Cents(0) && !dollars.is_zero() {
            format!("<{}", format::usd(l, Cents(1)))
        } else {
            format::usd(l, cents)
        })
    })
}

/// The same, and less than a cent with all its digits.
fn exact_amount(l: Language, dollars: Option<Decimal>) -> String {
    signed(l, dollars, exact)
}

/// What nobody knows has no sign either: Flash's word for the direction rests on the amount.
fn signed(
    l: Language,
    dollars: Option<Decimal>,
    shown: fn(Language, Decimal) -> Option<String>,
) -> String {
    let shown = dollars.and_then(|dollars| {
        let sign = if dollars.is_zero() {
            ""
        } else if dollars.is_sign_negative() {
            "−"
        } else {
            "+"
        };
        Some(format!("{sign}{}", shown(l, dollars.abs())?))
    });
    shown.unwrap_or_else(|| words(l, "payment-amount-unknown", &[]))
}

fn exact(l: Language, dollars: Decimal) -> Option<String> {
    let cents = whole_cents(dollars)?;
    Some(if cents == Cents(0) && !dollars.is_zero() {
        format!("US${}", dollars.normalize())
    } else {
        format::usd(l, cents)
    })
}

fn whole_cents(dollars: Decimal) -> Option<Cents> {
    Cents::floor(dollars.checked_mul(100.into())?)
}

/// In the person's own zone; with the year where it could be mistaken for this one's.
fn when(l: Language, at: Moment, now: Moment, zone: &TimeZone) -> String {
    if now.since(at) < WITH_YEAR {
        place::day_and_time(l, at, zone)
    } else {
        let time = place::time_of_day(l, at, zone);
        format!("{time}, {}", place::date(l, at, zone))
    }
}

fn rail(l: Language, rail: Rail) -> String {
    let id = match rail {
        Rail::Lightning => "rail-lightning",
        Rail::OnChain => "rail-on-chain",
        Rail::Flash => "rail-flash",
        Rail::Other => "rail-other",
    };
    words(l, id, &[])
}

pub(super) fn payment_status(l: Language, status: TransactionStatus) -> String {
    let id = match status {
        TransactionStatus::Settled => "status-settled",
        TransactionStatus::Pending => "status-pending",
        TransactionStatus::Failed => "status-failed",
    };
    words(l, id, &[])
}

/// A name is letters, digits and `_`; monospace keeps WhatsApp from formatting it, or taking the address for an e-mail's.
pub fn username(l: Language, name: &str, address: &str, page: &str) -> String {
    let fills = [
        ("name", name.into()),
        ("address", address.into()),
        ("page", page.into()),
    ];
    words(l, "username", &fills)
}

pub fn no_username(l: Language) -> String {
    words(l, "username-none", &[])
}

/// `linked`: since when and until when.
pub fn account(
    l: Language,
    account: &Account,
    linked: (Moment, Moment),
    zone: &TimeZone,
) -> String {
    let line = |id: &str, name: &'static str, value: String| words(l, id, &[(name, value.into())]);
    let (since, until) = linked;
    let linked = [
        ("since", place::date(l, since, zone).into()),
        ("until", place::date(l, until, zone).into()),
    ];
    let mut lines = vec![
        words(l, "account-title", &[]),
        match &account.username {
            Some(name) => line("account-username", "name", name.clone()),
            None => words(l, "account-no-username", &[]),
        },
    ];
    let level = account.level.map(|level| level_name(l, level));
    lines.extend(level.map(|level| line("account-level", "level", level)));
    if !account.currency.is_empty() {
        let currency = account.currency.clone();
        lines.push(line("account-currency", "currency", currency));
    }
    lines.push(words(l, "account-linked", &linked));
    format!("{}\n\n{}", lines.join("\n"), words(l, "account-next", &[]))
}

fn level_name(l: Language, level: Level) -> String {
    let id = match level {
        Level::Zero => "level-zero",
        Level::One => "level-one",
        Level::Two => "level-two",
        Level::Three => "level-three",
    };
    words(l, id, &[])
}

/// What may be sent in a day, and what is left of it.
pub fn limits(l: Language, account: &Account) -> String {
    if account.limits.is_empty() {
        return words(l, "limits-not-available", &[]);
    }
    let mut lines = vec![words(l, "limits-title", &[])];
    lines.extend(account.level.map(|level| {
        let level = level_name(l, level);
        words(l, "account-level", &[("level", level.into())])
    }));
    lines.push(String::new());
    lines.extend(account.limits.iter().map(|limit| limit_row(l, limit)));
    if account.level == Some(Level::Zero) {
        lines.push(String::new());
        lines.push(words(l, "limits-verify", &[]));
    }
    lines.join("\n")
}

fn limit_row(l: Language, limit: &Limit) -> String {
    let what = match limit.what {
        Limited::Withdrawal => "limits-withdrawal",
        Limited::Internal => "limits-internal",
        Limited::Convert => "limits-convert",
    };
    // A limit is never said to last shorter than it does.
    let hours = limit
        .seconds
        .max(1)
        .saturating_add(3_599)
        .checked_div(3_600);
    let row = words(
        l,
        "limits-row",
        &[
            ("what", words(l, what, &[]).into()),
            ("total", format::usd(l, limit.total).into()),
            ("hours", hours.unwrap_or(1).into()),
        ],
    );
    match limit.left {
        None => row,
        Some(left) => {
            let left = format::usd(l, left);
            words(
                l,
                "limits-left",
                &[("row", row.into()), ("left", left.into())],
            )
        }
    }
}

#[cfg(test)]
mod tests;
