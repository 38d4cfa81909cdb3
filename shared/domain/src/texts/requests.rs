//! To whoever asks for money, and whoever is asked.

use fluent_bundle::FluentValue;
use jiff::tz::TimeZone;

use super::words;
use crate::amount::Amount;
use crate::flash::Username;
use crate::format::usd;
use crate::language::Language;
use crate::outside;
use crate::place;
use crate::policy::{
    BLOCKED_MOST, REQUEST_MEMO, REQUESTS_PER_DAY, REQUESTS_PER_PAIR, REQUESTS_SHOWN,
};
use crate::request::{Code, Progress, Request, Side, TooMany, Unclear};
use crate::time::Moment;

/// `@marcia`. An underscore within a word formats nothing, so the name can be copied and typed; elsewhere it might.
pub fn at(name: &Username) -> String {
    let name = name.as_str();
    if name.starts_with('_') || name.ends_with('_') || name.contains("__") {
        format!("@{}", outside::words(name, 50))
    } else {
        format!("@{name}")
    }
}

pub fn asking_is_off(l: Language) -> String {
    words(l, "requests-off", &[])
}

pub fn how_to_ask(l: Language) -> String {
    words(l, "request-how", &[])
}

pub fn unclear_request(l: Language, unclear: Unclear) -> String {
    match unclear {
        Unclear::Amount(error) => {
            let why = super::not_an_amount(l, error);
            words(l, "request-amount", &[("why", why.into())])
        }
        Unclear::OtherCurrency => words(l, "request-other-currency", &[]),
        Unclear::Whom => words(l, "request-whom", &[]),
        Unclear::Name => words(l, "request-no-name", &[]),
        Unclear::Memo => words(l, "request-memo-long", &[("most", REQUEST_MEMO.into())]),
        Unclear::Posing => words(l, "request-memo-posing", &[]),
    }
}

/// What can be typed to ask the same again.
pub fn asking_again(l: Language, amount: &Amount, name: &Username, memo: Option<&str>) -> String {
    let mut fills = vec![
        ("amount", amount.to_string().into()),
        ("who", name.as_str().into()),
    ];
    let Some(memo) = memo else {
        return words(l, "request-again", &fills);
    };
    fills.push(("memo", memo.into()));
    words(l, "request-again-for", &fills)
}

pub fn asking_needs_a_username(l: Language) -> String {
    words(l, "request-needs-username", &[])
}

/// Flash has no account of that name.
pub fn nobody_called_so(l: Language, name: &Username) -> String {
    words(l, "request-nobody", &[("who", at(name).into())])
}

pub fn asking_yourself(l: Language) -> String {
    words(l, "request-yourself", &[])
}

pub fn too_many_requests(l: Language, many: TooMany, name: &Username) -> String {
    match many {
        TooMany::OfThatPerson => words(
            l,
            "request-room-person",
            &[("most", REQUESTS_PER_PAIR.into()), ("who", at(name).into())],
        ),
        TooMany::Today => words(
            l,
            "request-room-today",
            &[("most", REQUESTS_PER_DAY.into())],
        ),
    }
}

/// To whoever asks: the same whether the other is told or not. `page` is where they are paid themself.
pub fn request_noted(l: Language, request: &Request, page: &str, zone: &TimeZone) -> String {
    let mut fills = of(l, request);
    fills.push(("page", page.to_owned().into()));
    fills.push(("until", place::date(l, request.ends_at, zone).into()));
    words(l, "request-noted", &fills)
}

/// To whoever is asked.
pub fn request_for_you(l: Language, request: &Request, page: &str) -> String {
    let mut fills = of(l, request);
    fills.push(("page", page.to_owned().into()));
    words(l, "request-for-you", &fills)
}

type Fills = Vec<(&'static str, FluentValue<'static>)>;

/// What it is called, how much, with whom, and what for.
fn of(l: Language, request: &Request) -> Fills {
    let memo = request.terms.memo.clone();
    let purpose = memo.map(|memo| words(l, "request-for", &[("memo", memo.into())]));
    vec![
        ("code", request.code.as_str().to_owned().into()),
        ("money", usd(l, request.terms.cents).into()),
        ("who", at(&request.terms.who).into()),
        ("for", purpose.unwrap_or_default().into()),
    ]
}

/// In the order to show them, those to the person and those from them; `page` says where somebody is paid.
pub fn requests(
    l: Language,
    requests: &[&Request],
    page: impl Fn(&Request) -> String,
    now: Moment,
    zone: &TimeZone,
) -> String {
    if requests.is_empty() {
        return words(l, "requests-none", &[]);
    }
    let mut parts = Vec::new();
    for (side, title, row, how) in [
        (
            Side::Asked,
            "requests-to-you",
            "requests-row-to-you",
            "requests-how-to-you",
        ),
        (
            Side::Asker,
            "requests-from-you",
            "requests-row-from-you",
            "requests-how-from-you",
        ),
    ] {
        let all: Vec<_> = requests.iter().filter(|it| it.side == side).collect();
        if all.is_empty() {
            continue;
        }
        let mut lines = vec![words(l, title, &[])];
        for request in all.iter().take(REQUESTS_SHOWN) {
            let mut fills = of(l, request);
            fills.push(("state", standing(l, request, now, zone).into()));
            lines.push(words(l, row, &fills));
            if side == Side::Asked && request.is_open(now) {
                lines.push(words(l, "requests-page", &[("page", page(request).into())]));
            }
        }
        let more = all.len().saturating_sub(REQUESTS_SHOWN);
        if more > 0 {
            lines.push(words(l, "requests-more", &[("count", more.into())]));
        }
        let open = all.iter().find(|it| it.is_open(now));
        lines.extend(open.map(|open| {
            let code = open.code.as_str().to_owned();
            words(l, how, &[("code", code.into())])
        }));
        parts.push(lines.join("\n"));
    }
    parts.join("\n\n")
}

fn standing(l: Language, request: &Request, now: Moment, zone: &TimeZone) -> String {
    if request.is_open(now) {
        let until = place::date(l, request.ends_at, zone);
        return words(l, "request-open", &[("until", until.into())]);
    }
    words(l, &format!("request-{}", over(request.progress)), &[])
}

/// How a request that is not open has come to its end.
const fn over(progress: Progress) -> &'static str {
    match progress {
        Progress::Declined => "declined",
        Progress::Withdrawn => "withdrawn",
        Progress::Paid => "paid",
        Progress::Open => "expired",
        Progress::Ended => "ended",
    }
}

pub fn which_request(l: Language, command: &str) -> String {
    words(l, &format!("request-which-{command}"), &[])
}

/// There is none, or it is somebody else's.
pub fn unknown_request(l: Language, code: &Code) -> String {
    words(l, "request-unknown", &[named(code)])
}

pub fn yours_to_withdraw(l: Language, request: &Request) -> String {
    words(l, "request-yours", &[named(&request.code)])
}

pub fn theirs_to_decline(l: Language, request: &Request) -> String {
    words(l, "request-theirs", &[named(&request.code)])
}

pub fn request_is_over(l: Language, request: &Request) -> String {
    let state = over(request.progress);
    words(
        l,
        "request-is-over",
        &[named(&request.code), ("state", state.into())],
    )
}

/// True whether whoever asked can be told so or not.
pub fn declined(l: Language, request: &Request) -> String {
    words(l, "request-declined-now", &[named(&request.code)])
}

/// To whoever has asked, about `request` as it stands with the other. None for `whom`: their own half can't be read.
pub fn was_declined(l: Language, request: &Request, whom: Option<&Username>) -> String {
    let money = ("money", usd(l, request.terms.cents).into());
    let code = named(&request.code);
    match whom {
        Some(whom) => words(
            l,
            "request-was-declined",
            &[code, money, ("who", at(whom).into())],
        ),
        None => words(l, "request-somebody-declined", &[code, money]),
    }
}

pub fn withdrawn(l: Language, request: &Request) -> String {
    words(l, "request-withdrawn-now", &of(l, request))
}

fn named(code: &Code) -> (&'static str, FluentValue<'static>) {
    ("code", code.as_str().to_owned().into())
}

pub fn whom_to_block(l: Language) -> String {
    words(l, "block-whom", &[])
}

pub fn blocking_yourself(l: Language) -> String {
    words(l, "block-yourself", &[])
}

pub fn blocked_now(l: Language, name: &Username) -> String {
    words(l, "block-done", &[("who", at(name).into())])
}

pub fn too_many_blocked(l: Language) -> String {
    words(l, "block-too-many", &[("most", BLOCKED_MOST.into())])
}

pub fn whom_to_unblock(l: Language) -> String {
    words(l, "unblock-whom", &[])
}

pub fn unblocked(l: Language, name: &Username) -> String {
    words(l, "unblock-done", &[("who", at(name).into())])
}

pub fn was_not_blocked(l: Language, name: &Username) -> String {
    words(l, "unblock-nothing", &[("who", at(name).into())])
}

pub fn nobody_blocked(l: Language) -> String {
    words(l, "blocked-nobody", &[])
}

/// The latest first, and since when; None where the name is no longer kept.
pub fn who_is_blocked(
    l: Language,
    blocked: &[(Option<&Username>, Moment)],
    zone: &TimeZone,
) -> String {
    let mut lines = vec![words(l, "blocked-title", &[])];
    for (name, at_moment) in blocked {
        let who = name.map_or_else(|| words(l, "blocked-unnamed", &[]), at);
        let since = place::date(l, *at_moment, zone);
        let fills = [("who", who.into()), ("since", since.into())];
        lines.push(words(l, "blocked-row", &fills));
    }
    lines.push(words(l, "blocked-how", &[]));
    lines.join("\n")
}

#[cfg(test)]
mod tests;
