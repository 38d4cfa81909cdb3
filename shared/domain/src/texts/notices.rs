//! What is told without having been asked: money that has come or gone, alone or together.

mod digest;

use jiff::tz::TimeZone;

pub use self::digest::digest;
use super::receiving::whole;
use super::{at, words};
use crate::flash::{Direction, Rail, TransactionStatus, Username};
use crate::flash_event::Other;
use crate::format;
use crate::language::Language;
use crate::money::Cents;
use crate::notification::{Money, Told, ToldOf};
use crate::outbox::{Class, News, Reply};
use crate::outside;
use crate::place;
use crate::policy::{EVENT_MEMO, EVENT_NAME};
use crate::request;

/// One of Flash's events, told by itself. Times are those of `zone`.
pub fn notice(l: Language, told: &Told, zone: &TimeZone) -> Reply {
    let of = Notice::of(told);
    let mut lines = vec![of.title(l, told)];
    lines.extend(of.note().map(|note| match note {
        Note::Shown(memo) => words(l, "notice-note", &[("memo", memo.into())]),
        Note::LeftOut => words(l, "notice-note-left-out", &[]),
    }));
    let when = [("when", place::day_and_time(l, told.at, zone).into())];
    lines.push(match of.rail {
        Some(Rail::OnChain) => words(l, "notice-when-on-chain", &when),
        _ => words(l, "notice-when", &when),
    });
    let next = match of.what {
        Happened::Received => "notice-see-balance",
        Happened::Sent | Happened::Going => "notice-if-not-you",
        Happened::Balance if told.money.is_none() => "notice-see-balance",
        Happened::Coming | Happened::NotCome | Happened::NotSent | Happened::Balance => {
            "notice-see-history"
        }
    };
    let text = format!("{}\n\n{}", lines.join("\n"), words(l, next, &[]));
    let reply = Reply::from(text).language(l).class(Class::Notice);
    match of.news(l, told, zone) {
        Some(news) => reply.news(news),
        None => reply,
    }
}

/// What has happened, in a word of the files of words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Happened {
    Received,
    Coming,
    NotCome,
    Sent,
    Going,
    NotSent,
    Balance,
}

impl Happened {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Coming => "coming",
            Self::NotCome => "not-come",
            Self::Sent => "sent",
            Self::Going => "going",
            Self::NotSent => "not-sent",
            Self::Balance => "balance",
        }
    }
}

/// What whoever pays has written.
enum Note {
    Shown(String),
    /// It reads as if Flash had written it, or has a number to call.
    LeftOut,
}

struct Notice<'t> {
    what: Happened,
    rail: Option<Rail>,
    other: Option<&'t Other>,
    memo: Option<&'t str>,
    /// The code of the request that it pays.
    code: Option<&'t str>,
}

impl<'t> Notice<'t> {
    fn of(told: &'t Told) -> Self {
        match &told.what {
            ToldOf::Balance => Self {
                what: Happened::Balance,
                rail: None,
                other: None,
                memo: None,
                code: None,
            },
            ToldOf::Payment {
                direction,
                status,
                rail,
                other,
                memo,
                request,
            } => {
                let what = match (direction, status) {
                    (Direction::Received, TransactionStatus::Settled) => Happened::Received,
                    (Direction::Received, TransactionStatus::Pending) => Happened::Coming,
                    (Direction::Received, TransactionStatus::Failed) => Happened::NotCome,
                    (Direction::Sent, TransactionStatus::Settled) => Happened::Sent,
                    (Direction::Sent, TransactionStatus::Pending) => Happened::Going,
                    (Direction::Sent, TransactionStatus::Failed) => Happened::NotSent,
                };
                let code = request.as_ref().filter(|_| what == Happened::Received);
                Self {
                    what,
                    rail: *rail,
                    other: other.as_ref(),
                    memo: memo.as_deref(),
                    code: code.map(request::Code::as_str),
                }
            }
        }
    }

    fn title(&self, l: Language, told: &Told) -> String {
        let amount = told.money.as_ref().and_then(|money| amount(l, money));
        let mut fills = vec![("with", self.with(l, EVENT_NAME).into())];
        let known = amount.is_some();
        if let Some((amount, local)) = amount {
            let money = beside(l, format!("*{amount}*"), local);
            fills.push(("money", money.into()));
        }
        let id = match (self.code, known) {
            (Some(_), true) => "notice-request-paid",
            (Some(_), false) => "notice-request-paid-no-amount",
            (None, true) => "notice-title",
            (None, false) => "notice-title-no-amount",
        };
        fills.push(match self.code {
            Some(code) => ("code", code.into()),
            None => ("what", self.what.as_str().into()),
        });
        words(l, id, &fills)
    }

    /// ` from @marcia`, or nothing where it is not known who it was.
    fn with(&self, l: Language, longest: usize) -> String {
        let Some(who) = self.who(l, longest) else {
            return String::new();
        };
        let id = match self.what {
            Happened::Sent | Happened::Going | Happened::NotSent => "notice-to",
            Happened::Received | Happened::Coming | Happened::NotCome | Happened::Balance => {
                "notice-from"
            }
        };
        words(l, id, &[("who", who.into())])
    }

    /// A username is Flash's word. A name is what somebody has written of themself: it is marked as such, and left out where
    /// it reads as if it were Flash's.
    fn who(&self, l: Language, longest: usize) -> Option<String> {
        let name = match self.other? {
            Other::Username(name) => match Username::parse(name) {
                // Letters that look like others are nobody's word.
                Ok(plain) if plain.as_str().is_ascii() => return Some(at(&plain)),
                _ => name,
            },
            Other::Name(name) => name,
        };
        let poses = request::poses(name);
        let name = unquoted(&outside::words(name, longest));
        let shown = !name.is_empty() && !poses;
        shown.then(|| words(l, "notice-name", &[("name", name.into())]))
    }

    fn note(&self) -> Option<Note> {
        let whole = self.memo?;
        let memo = unquoted(&outside::words(whole, EVENT_MEMO));
        if request::poses(whole) {
            Some(Note::LeftOut)
        } else {
            (!memo.is_empty()).then_some(Note::Shown(memo))
        }
    }

    /// The same for a closed window: on one line each, and without markup. None: it is not worth that.
    fn news(&self, l: Language, told: &Told, zone: &TimeZone) -> Option<News> {
        let amount = plain(l, told.money.as_ref());
        let who = self.who(l, EVENT_NAME);
        let memo = match self.note() {
            Some(Note::Shown(memo)) => Some(memo),
            Some(Note::LeftOut) | None => None,
        };
        let at = place::day_and_time(l, told.at, zone);
        Some(match (self.what, self.code) {
            (_, Some(code)) => News::RequestPaid {
                code: code.to_owned(),
                amount,
                who,
                at,
            },
            (Happened::Received, None) => News::PaymentReceived {
                amount,
                who,
                memo,
                at,
            },
            (Happened::Coming, None) => News::PaymentComing { amount, who, at },
            (Happened::Sent | Happened::Going, None) => News::PaymentSent { amount, who, at },
            (Happened::Balance, None) => News::BalanceChanged { amount, at },
            (Happened::NotCome | Happened::NotSent, None) => return None,
        })
    }
}

/// In US dollars, and in what the person counts in where that is another; in satoshis where nobody knows, or what they are
/// worth is less than a cent. None: nothing is known.
fn amount(l: Language, money: &Money) -> Option<(String, Option<String>)> {
    match (money.cents, money.sats) {
        (None | Some(Cents(0)), Some(sats)) if sats.0 != 0 => {
            let fills = [("count", sats.0.into()), ("shown", whole(l, sats).into())];
            Some((words(l, "notice-sats", &fills), None))
        }
        (None, _) => None,
        (Some(cents), _) => {
            let local = money.local.as_ref();
            let local = local.map(|(minor, currency)| format::money(l, *minor, currency));
            Some((format::usd(l, cents), local))
        }
    }
}

/// `US$5.00 (J$785.00)`.
fn beside(l: Language, money: String, other: Option<String>) -> String {
    match other {
        Some(other) => words(
            l,
            "notice-beside",
            &[("money", money.into()), ("other", other.into())],
        ),
        None => money,
    }
}

/// As it stands in a template, which has a place for it in any case.
fn plain(l: Language, money: Option<&Money>) -> String {
    match money.and_then(|money| amount(l, money)) {
        Some((money, local)) => beside(l, money, local),
        None => words(l, "notice-amount-unknown", &[]),
    }
}

/// With marks that can't end the quotation it stands in.
fn unquoted(words: &str) -> String {
    words.replace(['“', '”', '„', '«', '»', '"'], "'")
}

#[cfg(test)]
mod tests;
