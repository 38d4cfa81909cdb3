//! Being paid: where, by which code, and what became of it; and what is wrong with an amount.

use super::{taught, words};
use crate::amount::{Amount, AmountError};
use crate::flash::{FlashTrouble, Invoice};
use crate::format;
use crate::language::Language;
use crate::money::{Cents, Currency, Sats};
use crate::policy::{INVOICE_MINUTES, LARGEST_AMOUNT, RECEIVE_MEMO};
use crate::time::Moment;

/// Where somebody is paid any amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidAt {
    /// A web page.
    pub link: String,
    /// A lightning address.
    pub address: String,
}

/// To whoever asked for no amount. `at` is none where Flash knows no name for the account.
pub fn receive_anything(l: Language, at: Option<&PaidAt>) -> String {
    match at {
        Some(PaidAt { link, address }) => words(
            l,
            "receive-anything",
            &[
                ("link", link.as_str().into()),
                ("address", address.as_str().into()),
            ],
        ),
        None => words(l, "receive-anything-nameless", &[]),
    }
}

/// Over a code that follows. `typed` is the amount in the currency it was typed in, if not in US dollars; `told` says that
/// the person will hear of its payment.
pub fn receive_this(
    l: Language,
    invoice: &Invoice,
    typed: Option<&str>,
    now: Moment,
    at: Option<&PaidAt>,
    told: bool,
) -> String {
    // Flash's clock may be ahead of ours.
    let longest = INVOICE_MINUTES.saturating_mul(60);
    let seconds = invoice.expires_at.since(now).clamp(1, longest);
    let usd = format::usd(l, invoice.cents);
    let money = match typed {
        Some(typed) => format!("{typed} = {usd}"),
        None => usd,
    };
    let mut text = words(
        l,
        "receive-this",
        &[
            ("money", money.into()),
            ("sats", whole(l, invoice.sats).into()),
            ("sats-count", invoice.sats.0.into()),
            ("seconds", seconds.into()),
        ],
    );
    if told {
        text.push(' ');
        text.push_str(&words(l, "receive-told-when-paid", &[]));
    }
    if let Some(memo) = &invoice.memo {
        text.push('\n');
        text.push_str(&words(l, "receive-note", &[("memo", memo.as_str().into())]));
    }
    if let Some(at) = at {
        text.push_str("\n\n");
        text.push_str(&always(l, at));
    }
    text
}

/// `J$500.00`: as somebody typed it, with what the currency is not divided into only if they typed such a part.
pub fn typed_amount(l: Language, amount: &Amount, currency: &Currency) -> String {
    let units = amount.minor.checked_div(100).unwrap_or(0);
    let whole = units.checked_mul(100) == Some(amount.minor);
    let (minor, fraction_digits) = match currency.fraction_digits {
        0 if whole => (units, 0),
        _ => (amount.minor, 2),
    };
    let currency = Currency {
        fraction_digits,
        ..currency.clone()
    };
    format::money(l, minor, &currency)
}

/// `5,123`.
pub(super) fn whole(l: Language, sats: Sats) -> String {
    let sat = Currency {
        code: "SAT".to_owned(),
        symbol: String::new(),
        fraction_digits: 0,
    };
    format::money(l, sats.0, &sat)
}

fn always(l: Language, at: &PaidAt) -> String {
    words(
        l,
        "receive-always",
        &[
            ("link", at.link.as_str().into()),
            ("address", at.address.as_str().into()),
        ],
    )
}

/// Under a picture of an invoice that is too long to stand there itself.
pub fn scan_this(l: Language) -> String {
    words(l, "receive-scan", &[])
}

/// Flash has made no code; the link works all the same.
pub fn no_invoice(
    l: Language,
    trouble: FlashTrouble,
    command: &str,
    at: Option<&PaidAt>,
) -> String {
    let command = ("command", taught(l, command).into());
    let mut text = match trouble {
        FlashTrouble::Busy { retry_after_s } => {
            let minutes = ("minutes", retry_after_s.div_ceil(60).max(1).into());
            words(l, "receive-no-invoice-busy", &[command, minutes])
        }
        FlashTrouble::Declined | FlashTrouble::NeedsSupport => {
            words(l, "receive-no-invoice-refused", &[])
        }
        FlashTrouble::Unavailable
        | FlashTrouble::Moving
        | FlashTrouble::CredentialGone
        | FlashTrouble::CredentialDamaged => words(l, "receive-no-invoice", &[command]),
    };
    if let Some(at) = at {
        text.push_str("\n\n");
        text.push_str(&always(l, at));
    }
    text
}

/// The operator has not switched it on.
pub fn receiving_is_off(l: Language) -> String {
    words(l, "receive-off", &[])
}

/// `why` is a sentence of [`not_an_amount`].
pub fn receive_how(l: Language, why: String) -> String {
    words(l, "receive-how", &[("why", why.into())])
}

pub fn receive_memo_too_long(l: Language) -> String {
    words(l, "receive-memo-long", &[("most", RECEIVE_MEMO.into())])
}

/// Only in US dollars, or in the person's own currency, which this is not.
pub fn receive_in_dollars(l: Language, currency: &str) -> String {
    words(l, "receive-in-dollars", &[("currency", currency.into())])
}

pub fn receive_no_price(l: Language, currency: &str) -> String {
    words(l, "receive-no-price", &[("currency", currency.into())])
}

/// What is wrong with an amount that somebody typed, in a sentence.
pub fn not_an_amount(l: Language, error: AmountError) -> String {
    let id = match error {
        AmountError::Missing => "amount-missing",
        AmountError::NotANumber => "amount-no-number",
        AmountError::OtherDigits => "amount-digits",
        AmountError::Negative => "amount-negative",
        AmountError::Shorthand => "amount-shorthand",
        AmountError::Ambiguous => "amount-ambiguous",
        AmountError::TooFine => "amount-too-fine",
        AmountError::Zero => "amount-zero",
        AmountError::TooLarge => {
            let most = format::usd(l, LARGEST_AMOUNT);
            return words(l, "amount-too-large", &[("most", most.into())]);
        }
        AmountError::TwoNumbers => "amount-two-numbers",
        AmountError::TwoCurrencies => "amount-two-currencies",
        AmountError::OtherUnit => "amount-other-unit",
        AmountError::Malformed => "amount-malformed",
    };
    words(l, id, &[])
}

pub fn invoice_paid(l: Language, cents: Cents, memo: Option<&str>) -> String {
    let money = ("money", format::usd(l, cents).into());
    match memo {
        Some(memo) => words(l, "invoice-paid-for", &[money, ("memo", memo.into())]),
        None => words(l, "invoice-paid", &[money]),
    }
}

/// `command` makes another; `has_link` says that there is a link that does not run out.
pub fn invoice_ran_out(l: Language, cents: Cents, command: &str, has_link: bool) -> String {
    let id = if has_link {
        "invoice-ran-out-link"
    } else {
        "invoice-ran-out"
    };
    let money = format::usd(l, cents);
    words(
        l,
        id,
        &[
            ("money", money.into()),
            ("command", taught(l, command).into()),
        ],
    )
}

/// Flash has not said for an hour.
pub fn invoice_not_known(l: Language, cents: Cents) -> String {
    words(
        l,
        "invoice-not-known",
        &[("money", format::usd(l, cents).into())],
    )
}

#[cfg(test)]
mod tests;
