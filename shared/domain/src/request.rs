//! Asking somebody for money: a request that the other may pay by themself, decline, or have no more of. Never a debit.
//!
//! Each stands twice, under whoever asks and under whoever is asked; the second only where they can be reached. Whoever asks
//! must not learn whether it does, so their own half is the same in both cases.

mod posing;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::posing::{kept, poses};

use crate::amount::{self, Amount, AmountError};
use crate::flash::Username;
use crate::format;
use crate::guard::Guard;
use crate::ids::{IdError, PersonKey};
use crate::language::Language;
use crate::money::Cents;
use crate::outside;
use crate::policy::{
    REQUEST_DAY, REQUEST_DECLINES, REQUEST_MEMO, REQUEST_MEMORY, REQUESTS_PER_DAY,
    REQUESTS_PER_PAIR, REQUESTS_TOLD_PER_DAY,
};
use crate::state::{Person, Standing};
use crate::time::Moment;

/// What a request is called between people: `3F2K`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

impl Code {
    /// Digits and letters of which none looks like another.
    pub const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
    pub const LENGTH: usize = 4;

    /// In any case. Letters alone would be a word, digits alone an amount, so there are both in each.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let code = text.to_ascii_uppercase();
        let shaped = code.len() == Self::LENGTH
            && code.bytes().all(|b| Self::ALPHABET.contains(&b))
            && code.bytes().any(|b| b.is_ascii_digit())
            && code.bytes().any(|b| b.is_ascii_uppercase());
        if shaped {
            Ok(Self(code))
        } else {
            Err(IdError("code of a request"))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Code {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Keyed hash of a Flash wallet or username, by which a block or a limit knows somebody without naming them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mark(String);

impl Mark {
    /// `digest` is the HMAC-SHA-256 in base64url.
    pub fn from_digest(digest: String) -> Result<Self, IdError> {
        PersonKey::from_digest(digest.clone()).map_err(|_| IdError("mark"))?;
        Ok(Self(digest))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody from whom a person wants no requests. Names are not kept with it, as it has no end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    pub wallet: Mark,
    pub name: Mark,
    pub at: Moment,
}

/// On whose side a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Of whoever is asked to pay.
    Asked,
    /// Of whoever asks.
    Asker,
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    Open,
    Declined,
    Withdrawn,
    /// Flash has told that whoever was asked paid exactly what was asked for. What is paid in other ways nobody tells us.
    Paid,
    /// One of the two has let go of their link.
    #[serde(other)]
    Ended,
}

/// What only the two may read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub cents: Cents,
    /// What it is for, made harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// The other's username.
    pub who: Username,
    /// The other's chat. Of whoever asks, if it is nobody's, the other was not told.
    pub other: PersonKey,
}

impl Terms {
    /// As its person may read it who asks for all that is kept: not whether the other was told.
    pub fn in_words(&self) -> String {
        let (money, who) = (
            format::usd(Language::English, self.cents),
            self.who.as_str(),
        );
        match &self.memo {
            None => format!("{money}, @{who}"),
            Some(memo) => format!("{money}, @{who}, for \u{201c}{memo}\u{201d}"),
        }
    }
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Terms(…)")
    }
}

/// A request as it stands on one of its sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub code: Code,
    /// Random, and never used again, as its code may be.
    pub id: String,
    pub side: Side,
    pub progress: Progress,
    pub asked_at: Moment,
    /// From then on it has expired.
    pub ends_at: Moment,
    /// The other's wallet.
    pub with: Mark,
    pub terms: Terms,
}

impl Request {
    pub fn is_open(&self, now: Moment) -> bool {
        self.progress == Progress::Open && now < self.ends_at
    }

    /// What its buttons carry: a code that is used again must not bring an old button to life.
    pub fn on_button(&self) -> String {
        format!("{}.{}", self.code.as_str(), self.id)
    }
}

/// Reads what a button carries: code and id.
pub fn from_button(text: &str) -> Option<(Code, &str)> {
    let (code, id) = text.split_once('.')?;
    Some((Code::parse(code).ok()?, id))
}

/// What somebody asks for, and whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub cents: Cents,
    pub from: Username,
    pub memo: Option<String>,
}

/// Why a text is no request that could be meant only one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error("it is not in US dollars")]
    OtherCurrency,
    #[error("it does not say whom, or not clearly")]
    Whom,
    #[error("that is no username")]
    Name,
    #[error("what it is for is too long")]
    Memo,
    #[error("what it is for reads as if Flash had written it, or has a number to call")]
    Posing,
}

/// Reads `amount [from] @name [for] [memo]`. After `from` (or `de`) the name may do without its `@`, if nothing follows but
/// `for` (or `por`, `para`) and the memo.
pub fn parse(text: &str) -> Result<Ask, Unclear> {
    let (amount, rest) = amount::leading(text)?;
    let cents = in_dollars(&amount).ok_or(Unclear::OtherCurrency)?;
    let (first, after) = word(rest);
    let (announced, name, after) = if is_one_of(first, &["from", "de"]) {
        let (name, after) = word(after);
        (true, name, after)
    } else if first.eq_ignore_ascii_case("a") {
        let (name, after) = word(after);
        (false, name, after)
    } else {
        (false, first, after)
    };
    let at = name.starts_with('@');
    if name.is_empty() || !(at || announced) {
        return Err(Unclear::Whom);
    }
    let from = Username::parse(name).map_err(|_| Unclear::Name)?;
    let (next, memo) = word(after);
    let memo = match (is_one_of(next, &["for", "por", "para"]), next) {
        (_, "") => None,
        (true, _) if memo.is_empty() => return Err(Unclear::Whom),
        (true, _) => Some(memo),
        (false, _) if at => Some(after),
        // `from mar cia`: whose name is how long?
        (false, _) => return Err(Unclear::Whom),
    };
    let memo = memo.map(|memo| outside::words(memo, REQUEST_MEMO.saturating_add(1)));
    if memo
        .as_ref()
        .is_some_and(|memo| memo.chars().count() > REQUEST_MEMO)
    {
        return Err(Unclear::Memo);
    }
    if memo.as_deref().is_some_and(poses) {
        return Err(Unclear::Posing);
    }
    Ok(Ask {
        cents,
        from,
        memo: memo.filter(|memo| !memo.is_empty()),
    })
}

fn in_dollars(amount: &Amount) -> Option<Cents> {
    amount.cents()
}

/// The first word, and what follows it.
fn word(text: &str) -> (&str, &str) {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    (first, rest.trim_start())
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether what follows `request` is meant as one: it begins as an amount does, or somebody is named.
pub fn looks_like_one(rest: &str) -> bool {
    let first = word(rest).0;
    first.contains(|c: char| c.is_numeric() || "$€£".contains(c))
        || rest
            .split(' ')
            .any(|word| word.len() > 1 && word.starts_with('@'))
}

/// Why no further request is made: one's own are counted, those that reached nobody among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMany {
    OfThatPerson,
    Today,
}

/// Whether there is room for one more to the wallet of that mark, `made` being all of one's own that are remembered.
pub fn room(made: &[Request], to: &Mark, now: Moment) -> Result<(), TooMany> {
    let is_of_today = |it: &&Request| now.since(it.asked_at) < REQUEST_DAY;
    // What was taken back at once was read all the same.
    let to_them = made.iter().filter(|it| it.with == *to);
    let to_them = to_them.filter(|it| it.is_open(now) || is_of_today(it));
    if to_them.count() >= REQUESTS_PER_PAIR {
        return Err(TooMany::OfThatPerson);
    }
    let today = made.iter().filter(is_of_today);
    if today.count() >= REQUESTS_PER_DAY {
        return Err(TooMany::Today);
    }
    Ok(())
}

/// Whether somebody has been told of as many as they are in a day, `told` being whose those were. Those of one asker are
/// counted here too, as whoever links anew has made none.
pub fn is_told_enough(told: &[Mark], asker: &[Mark]) -> bool {
    let of_asker = told.iter().filter(|mark| asker.contains(mark));
    told.len() >= REQUESTS_TOLD_PER_DAY || of_asker.count() >= REQUESTS_PER_PAIR
}

/// Whoever has declined so often wants no more of them, though they have not said so.
pub fn is_worn_out(made: &[Request], of: &Mark) -> bool {
    let declined = made
        .iter()
        .filter(|it| it.with == *of && it.progress == Progress::Declined);
    declined.count() >= REQUEST_DECLINES
}

/// Whether somebody, who stands so, may be told of a request of whoever has one of these wallets.
pub fn may_be_told(
    person: &Person,
    standing: &Standing,
    guard: &Guard,
    asker: &[Mark],
    now: Moment,
) -> bool {
    let agreed = standing.consents.notifications.as_ref();
    let blocks = |mark: &Mark| {
        standing
            .blocked
            .iter()
            .any(|blocked| blocked.wallet == *mark)
    };
    person.live_link(now).is_some()
        && !person.is_suspended(None)
        && agreed.is_some_and(crate::consent::Consent::counts)
        && standing.opted_out_at.is_none()
        && guard.locked(now).is_none()
        && !asker.iter().any(blocks)
}

/// Which of the person's own requests a payment of `cents` by `who` pays: of several the one made first.
pub fn paid_by<'r>(
    requests: &'r [Request],
    who: &Username,
    cents: Cents,
    now: Moment,
) -> Option<&'r Request> {
    let asked = |it: &&Request| {
        let (name, amount) = (&it.terms.who, it.terms.cents);
        it.side == Side::Asker && it.is_open(now) && name == who && amount == cents
    };
    let asked = requests.iter().filter(asked);
    asked.min_by(|a, b| (a.asked_at, a.code.as_str()).cmp(&(b.asked_at, b.code.as_str())))
}

/// Until when it is remembered.
pub fn forgotten_at(ends_at: Moment) -> Moment {
    ends_at.plus(REQUEST_MEMORY)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::consent::{Consent, Kind};
    use crate::ids::AccountId;
    use crate::state::{Link, Sealed};

    const NOW: Moment = Moment::from_unix(1_795_356_300);

    fn mark(name: &str) -> Mark {
        Mark::from_digest(format!("{name:0>43}")).unwrap()
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is compared with what parsing gives"
    )]
    fn asks(cents: i64, name: &str, memo: Option<&str>) -> Result<Ask, Unclear> {
        Ok(Ask {
            cents: Cents(cents),
            from: Username::parse(name).unwrap(),
            memo: memo.map(str::to_owned),
        })
    }

    #[test]
    fn a_request_says_how_much_from_whom_and_for_what() {
        for (text, expected) in [
            (
                "20 from @marcia for lunch",
                asks(2_000, "marcia", Some("lunch")),
            ),
            ("20 @marcia lunch", asks(2_000, "marcia", Some("lunch"))),
            ("$20 from marcia", asks(2_000, "marcia", None)),
            (
                "US$20.50 FROM Marcia FOR the bus",
                asks(2_050, "marcia", Some("the bus")),
            ),
            (
                "20 USD de @marcia por el almuerzo",
                asks(2_000, "marcia", Some("el almuerzo")),
            ),
            (
                "20 a @marcia para el bus",
                asks(2_000, "marcia", Some("el bus")),
            ),
            ("usd 1,000 @marcia", asks(100_000, "marcia", None)),
            (
                "20 from @marcia for 2 lunches",
                asks(2_000, "marcia", Some("2 lunches")),
            ),
            (
                "20 @marcia *now*_{{1}}",
                asks(2_000, "marcia", Some("∗now∗ˍ((1))")),
            ),
            ("20 from marcia for for", asks(2_000, "marcia", Some("for"))),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_unclear_is_refused_for_its_own_reason() {
        for (text, why) in [
            ("", Unclear::Amount(AmountError::Missing)),
            (
                "five from @marcia",
                Unclear::Amount(AmountError::NotANumber),
            ),
            ("-20 from @marcia", Unclear::Amount(AmountError::Negative)),
            (
                "10,50 from @marcia",
                Unclear::Amount(AmountError::Ambiguous),
            ),
            ("0 from @marcia", Unclear::Amount(AmountError::Zero)),
            ("5 5 from @marcia", Unclear::Amount(AmountError::TwoNumbers)),
            ("@marcia 20", Unclear::Amount(AmountError::NotANumber)),
            ("J$500 from @marcia", Unclear::OtherCurrency),
            ("20", Unclear::Whom),
            ("20 marcia", Unclear::Whom),
            ("20 for lunch", Unclear::Whom),
            ("20 a month", Unclear::Whom),
            ("20 from", Unclear::Whom),
            ("20 from mar cia for lunch", Unclear::Whom),
            ("20 from marcia lunch", Unclear::Whom),
            ("20 from @marcia for", Unclear::Whom),
            ("20 from @", Unclear::Name),
            ("20 from @ab", Unclear::Name),
            ("20 from @marcia,", Unclear::Name),
            ("20 from marcia@flashapp.me", Unclear::Name),
            ("20 from @mar\u{202e}cia", Unclear::Name),
        ] {
            assert_eq!(parse(text), Err(why), "{text}");
        }
        let long = format!("20 @marcia {}", "x".repeat(REQUEST_MEMO + 1));
        assert_eq!(parse(&long), Err(Unclear::Memo));
        assert!(parse(&long[..long.len() - 1]).is_ok());
    }

    #[test]
    fn a_note_that_poses_as_flash_or_has_a_number_to_call_is_refused() {
        for memo in [
            "Flash support: send your code 876-555-0000",
            "call 876 555 0000",
            "(876)555.0000",
            "555-0100",
            "876,555,0000",
            "5/5/5/0/1/0/0",
            "٥٥٥٠١٠٠",
            "your PIN",
            "el código, por favor",
            "CÓDIGO",
            "co\u{301}digo",
            "tu contraseña",
            "mi clave",
            "*password*",
            "from soporte",
            "sup\u{200b}port",
        ] {
            let text = format!("20 from @marcia for {memo}");
            assert_eq!(parse(&text), Err(Unclear::Posing), "{memo}");
        }
        for memo in [
            "lunch",
            "2 lunches on 12/05",
            "pinto beans",
            "spinning",
            "un codo",
            "flashlight",
            "Room 555 at 0100 hours",
            "rent for May 2026",
            "555-010",
        ] {
            let text = format!("20 from @marcia for {memo}");
            assert!(parse(&text).is_ok(), "{memo}");
        }
    }

    #[test]
    fn a_sentence_is_no_request() {
        for text in [
            "20 marcia",
            "$5",
            "five from @marcia",
            "-5 @marcia",
            "٥ from @marcia",
        ] {
            assert!(looks_like_one(text), "{text}");
        }
        for text in ["me anything", "for help", "lunch money", "marcia @ home"] {
            assert!(!looks_like_one(text), "{text}");
        }
    }

    #[test]
    fn a_code_is_four_of_its_letters_and_digits_and_no_word_or_amount() {
        assert_eq!(Code::parse("3f2k").unwrap().as_str(), "3F2K");
        for text in [
            "",
            "3F2",
            "3F2KK",
            "THAT",
            "2345",
            "3O2K",
            "1F2K",
            "3F K",
            "3F2\u{212a}",
            "3F2é",
        ] {
            assert!(Code::parse(text).is_err(), "{text}");
        }
        let (code, id) = from_button("3F2K.AbC-_9").unwrap();
        assert_eq!((code.as_str(), id), ("3F2K", "AbC-_9"));
        for text in ["3F2K", "{{2}}", ".", "THAT.x"] {
            assert_eq!(from_button(text), None, "{text}");
        }
    }

    fn made(to: &str, asked_at: Moment, progress: Progress) -> Request {
        Request {
            code: Code::parse("3F2K").unwrap(),
            id: "id".to_owned(),
            side: Side::Asker,
            progress,
            asked_at,
            ends_at: asked_at.plus(crate::policy::REQUEST_LIFE),
            with: mark(to),
            terms: Terms {
                cents: Cents(2_000),
                memo: None,
                who: Username::parse("marcia").unwrap(),
                other: PersonKey::from_digest("o".repeat(43)).unwrap(),
            },
        }
    }

    #[test]
    fn a_payment_pays_the_first_open_request_of_exactly_so_much_to_that_user() {
        let marcia = Username::parse("marcia").unwrap();
        let pays = |all: &[Request], cents| {
            let paid = paid_by(all, &marcia, Cents(cents), NOW);
            paid.map(|request| request.asked_at)
        };
        let (first, second) = (NOW.plus(-20), NOW.plus(-10));
        let open = |at| made("marcia", at, Progress::Open);
        assert_eq!(pays(&[open(second), open(first)], 2_000), Some(first));
        assert_eq!(pays(&[open(first)], 2_001), None);
        assert_eq!(pays(&[open(first)], 1_999), None);
        let devon = Username::parse("devon").unwrap();
        assert!(paid_by(&[open(first)], &devon, Cents(2_000), NOW).is_none());
        for over in [
            Progress::Declined,
            Progress::Withdrawn,
            Progress::Paid,
            Progress::Ended,
        ] {
            let all = [made("marcia", first, over), open(second)];
            assert_eq!(pays(&all, 2_000), Some(second), "{over:?}");
        }
        let expired = open(NOW.plus(-crate::policy::REQUEST_LIFE));
        assert_eq!(pays(&[expired], 2_000), None);
        let asked = Request {
            side: Side::Asked,
            ..open(first)
        };
        assert_eq!(pays(&[asked], 2_000), None);
    }

    #[test]
    fn three_are_open_or_of_a_day_to_one_person_and_twenty_are_made_in_a_day() {
        let mut some = vec![made("marcia", NOW.plus(-REQUEST_DAY), Progress::Open); 2];
        assert_eq!(room(&some, &mark("marcia"), NOW), Ok(()));
        some.push(made("marcia", NOW.plus(-REQUEST_DAY), Progress::Declined));
        some.push(made(
            "marcia",
            NOW.plus(-crate::policy::REQUEST_LIFE),
            Progress::Open,
        ));
        assert_eq!(room(&some, &mark("marcia"), NOW), Ok(()), "over are over");
        some.push(made("marcia", NOW, Progress::Open));
        assert_eq!(
            room(&some, &mark("marcia"), NOW),
            Err(TooMany::OfThatPerson)
        );
        assert_eq!(room(&some, &mark("devon"), NOW), Ok(()));
        for over in [
            Progress::Declined,
            Progress::Withdrawn,
            Progress::Paid,
            Progress::Ended,
        ] {
            let day = vec![made("marcia", NOW.plus(1 - REQUEST_DAY), over); REQUESTS_PER_PAIR];
            let to = mark("marcia");
            assert_eq!(room(&day, &to, NOW), Err(TooMany::OfThatPerson), "{over:?}");
            assert_eq!(room(&day, &to, NOW.plus(1)), Ok(()), "{over:?}");
        }
        let today = vec![made("devon", NOW.plus(-86_399), Progress::Withdrawn); REQUESTS_PER_DAY];
        assert_eq!(room(&today, &mark("marcia"), NOW), Err(TooMany::Today));
        assert_eq!(room(&today, &mark("marcia"), NOW.plus(1)), Ok(()));
    }

    #[test]
    fn one_is_told_of_three_of_somebody_and_ten_of_all_in_a_day() {
        let mine = [mark("w1"), mark("w2")];
        let others = |times| vec![mark("other"); times];
        assert!(!is_told_enough(&others(REQUESTS_TOLD_PER_DAY - 1), &mine));
        assert!(is_told_enough(&others(REQUESTS_TOLD_PER_DAY), &mine));
        let some = [others(2), vec![mark("w1"), mark("w2")]].concat();
        assert!(!is_told_enough(&some, &mine));
        assert!(is_told_enough(&[some, vec![mark("w1")]].concat(), &mine));
    }

    #[test]
    fn whoever_declines_again_and_again_is_left_alone() {
        let declined = |times| vec![made("marcia", NOW, Progress::Declined); times];
        assert!(!is_worn_out(&declined(2), &mark("marcia")));
        assert!(is_worn_out(&declined(3), &mark("marcia")));
        assert!(!is_worn_out(&declined(3), &mark("devon")));
    }

    fn reachable() -> (Person, Standing, Guard) {
        let link = Link {
            account: AccountId("a".into()),
            key_id: "k".into(),
            credential: Sealed("s".into()),
            linked_at: NOW,
            ends_at: NOW.plus(100),
            language: None,
            proven_at: None,
            wallet: None,
            user: None,
        };
        let person = Person {
            link: Some(link),
            ..Person::default()
        };
        let mut standing = Standing::default();
        standing
            .consents
            .set(Kind::Notifications, Consent::now(true, NOW));
        (person, standing, Guard::default())
    }

    #[test]
    fn only_who_is_linked_agrees_and_does_not_block_is_told() {
        type Change = fn(&mut (Person, Standing, Guard));
        let told = |change: Change, at: Moment| {
            let mut who = reachable();
            change(&mut who);
            may_be_told(&who.0, &who.1, &who.2, &[mark("w1"), mark("w2")], at)
        };
        assert!(told(|_| {}, NOW));
        assert!(!told(|_| {}, NOW.plus(100)), "the link has ended");
        let silent: [(&str, Change); 8] = [
            ("not linked", |who| who.0.link = None),
            ("suspended", |who| who.0.suspended_at = Some(NOW)),
            ("never asked", |who| who.1.consents.notifications = None),
            ("refuses", |who| {
                who.1
                    .consents
                    .set(Kind::Notifications, Consent::now(false, NOW));
            }),
            ("agreed to another notice", |who| {
                let mut consent = Consent::now(true, NOW);
                consent.policy = "2026-01-01".to_owned();
                who.1.consents.set(Kind::Notifications, consent);
            }),
            ("opted out", |who| who.1.opted_out_at = Some(NOW)),
            ("locked", |who| who.2.locked_until = Some(NOW.plus(1))),
            ("blocks", |who| {
                who.1.blocked.push(Blocked {
                    wallet: mark("w2"),
                    name: mark("n"),
                    at: NOW,
                });
            }),
        ];
        for (why, change) in silent {
            assert!(!told(change, NOW), "{why}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_asks_for_nothing(text in any::<String>()) {
            let _ = looks_like_one(&text);
            if let Ok(ask) = parse(&text) {
                prop_assert!(ask.cents > Cents(0));
                prop_assert!(ask.memo.is_none_or(|memo| !memo.is_empty() && memo.chars().count() <= REQUEST_MEMO));
            }
        }
    }
}
