//! `request 20 from @marcia`, and what becomes of it, by both of its people.

use super::super::*;
use super::chat::{Chat, Heard, START, person};
use crate::consent::Kind;
use crate::flash::WalletCurrency;
use crate::minimise::Secret;
use crate::notification::{When, Why};
use crate::outbox::{News, QuickSet};
use crate::policy::{
    BLOCKED_MOST, CREDENTIAL_LIFE, REQUEST_DAY, REQUEST_DECLINES, REQUEST_LIFE, REQUESTS_PER_DAY,
    REQUESTS_PER_PAIR, REQUESTS_SHOWN, REQUESTS_TOLD_PER_DAY,
};
use crate::request::{Code, Progress, Side};

/// What Flash and the tables know of requests, around one chat.
pub(in super::super) struct Around {
    /// Flash does not answer.
    trouble: Option<FlashTrouble>,
    /// Who is known to Flash, and how they stand here.
    people: Vec<(Username, WalletId, Option<Subject>)>,
    /// This chat's own.
    known: Vec<Request>,
    names: Vec<(Mark, Username)>,
    /// How its requests stand with others.
    other_side: OtherSide,
    /// Of whose requests whoever is asked was told today.
    told: Vec<Mark>,
    /// When whoever is asked may be told.
    when: When,
    made: usize,
}

impl Default for Around {
    fn default() -> Self {
        Self {
            trouble: None,
            people: Vec::new(),
            known: Vec::new(),
            names: Vec::new(),
            other_side: OtherSide {
                stands: true,
                names: Some(name("marcia")),
                chat: Some(other("devon")),
                when: When::Now,
            },
            told: Vec::new(),
            when: When::Now,
            made: 0,
        }
    }
}

fn name(name: &str) -> Username {
    Username::parse(name).unwrap()
}

fn other(name: &str) -> OtherChat {
    OtherChat {
        person: person(name),
        address: Sealed("sealed address".into()),
        language: Language::English,
    }
}

fn mark(what: &str) -> Mark {
    Mark::from_digest(format!("{what:0>43}")).unwrap()
}

impl Around {
    pub(in super::super) fn answer(&mut self, question: Question, answers: &mut Answers) {
        match question {
            Question::Payee { username } => {
                let found = self.people.iter().find(|(name, ..)| *name == username);
                let payee = found.map(|(_, wallet, _)| Payee {
                    wallet: wallet.clone(),
                    currency: WalletCurrency::Usd,
                });
                answers.payee = Some((username, self.trouble.map_or(Ok(payee), Err)));
            }
            Question::Requests => answers.requests = Some(self.known.clone()),
            Question::Asking { payee, mine } => {
                self.made += 1;
                let found = self.people.iter().find(|(_, wallet, _)| *wallet == payee);
                let letter = char::from(Code::ALPHABET[self.made % 30]);
                let asking = Asking {
                    mine: mine.iter().map(|wallet| mark(&wallet.0)).collect(),
                    theirs: mark(&payee.0),
                    payer: found.and_then(|(.., subject)| subject.clone()),
                    told: self.told.clone(),
                    when: self.when,
                    nobody: person("nobody"),
                    code: Code::parse(&format!("2A{letter}3")).unwrap(),
                    id: format!("id-{}", self.made),
                };
                answers.asking = Some((payee, asking));
            }
            Question::OtherSide { request } => {
                answers.other_side = Some((request.id, self.other_side.clone()));
            }
            Question::Marks { name, wallet } => {
                let marks = Marks {
                    name: mark(&format!("name-{}", name.as_str())),
                    wallet: wallet.map(|wallet| mark(&wallet.0)),
                };
                answers.marks = Some((name, marks));
            }
            Question::BlockedNames => answers.blocked_names = Some(self.names.clone()),
            other => panic!("not about requests: {other:?}"),
        }
    }

    pub(in super::super) fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Make(made) => self.known.push(made.mine.clone()),
                Change::End {
                    request, progress, ..
                } => {
                    let mut known = self.known.iter_mut();
                    let known = known.find(|it| it.id == request.id).unwrap();
                    assert_eq!(known.progress, Progress::Open);
                    known.progress = *progress;
                }
                Change::NameBlocked { wallet, name } => {
                    self.names.push((wallet.clone(), name.clone()));
                }
            }
        }
    }
}

/// Somebody linked here under that name who agrees to be written to.
fn reachable(called: &str) -> Subject {
    let mut chat = Chat::linked();
    chat.state.key = person(called);
    let consent = crate::consent::Consent::now(true, START);
    chat.state
        .standing
        .consents
        .set(Kind::Notifications, consent);
    Subject {
        state: chat.state,
        address: Some(Sealed("sealed address".into())),
        language: Language::English,
        heard: Some(START),
    }
}

impl Chat {
    /// Devon, linked, and Marcia, whom Flash knows and who stands here as told.
    fn beside(marcia: Option<Subject>) -> Self {
        let mut chat = Self::linked();
        let around = &mut chat.outside.requests;
        let wallet = WalletId("wallet-marcia".into());
        around.people.push((name("marcia"), wallet, marcia));
        chat.outside.account.as_mut().unwrap().username = Some("devon".into());
        chat
    }

    /// Marcia, whom Devon has asked for US$20 for lunch.
    fn asked() -> Self {
        let mut chat = Self::linked();
        chat.outside.requests.known.push(of_devon("3F2K", START));
        chat
    }
}

fn of_devon(code: &str, asked_at: Moment) -> Request {
    Request {
        code: Code::parse(code).unwrap(),
        id: format!("id-{code}"),
        side: Side::Asked,
        progress: Progress::Open,
        asked_at,
        ends_at: asked_at.plus(REQUEST_LIFE),
        with: mark("wallet-devon"),
        terms: crate::request::Terms {
            cents: crate::money::Cents(2_000),
            memo: Some("lunch".into()),
            who: name("devon"),
            other: person("devon"),
        },
    }
}

/// Whoever else is told, and what.
fn told(heard: &Heard) -> Option<(&PersonKey, &Reply)> {
    let mut says = heard.outcome.says.iter();
    says.find_map(|(recipient, reply)| match recipient {
        Recipient::Other(chat) => Some((&chat.person, reply)),
        Recipient::Sender => None,
    })
}

fn made(heard: &Heard) -> Option<&NewRequest> {
    heard
        .outcome
        .requests
        .iter()
        .find_map(|change| match change {
            Change::Make(made) => Some(&**made),
            _ => None,
        })
}

#[test]
fn who_can_be_reached_reads_who_asks_for_how_much_what_for_and_what_to_type() {
    let mut chat = Chat::beside(Some(reachable("marcia")));
    let heard = chat.hears("request 20 from @Marcia for lunch");
    let made = made(&heard).unwrap();
    let (who, reply) = told(&heard).unwrap();
    assert_eq!(*who, person("marcia"));
    let code = made.mine.code.as_str();
    for part in [
        "@devon",
        "US$20.00",
        "lunch",
        "They wrote this, not Flash. Nobody from Flash ever asks for a code.",
        "https://pay.flashapp.me/devon",
        &format!("*decline {code}*"),
        &format!("*block {code}*"),
    ] {
        assert!(reply.text.contains(part), "{part}: {}", reply.text);
    }
    let quick = reply.quick.as_ref().unwrap();
    assert_eq!(quick.set, QuickSet::Asked);
    assert_eq!(quick.fills, [format!("{code}.{}", made.mine.id)]);
    assert!(matches!(&reply.news, Some(News::PaymentRequest { .. })));
    assert!(reply.of_link.is_some());
    let theirs = made.theirs.as_ref().unwrap();
    assert_eq!((&theirs.code, &theirs.id), (&made.mine.code, &made.mine.id));
    assert_eq!((theirs.side, made.mine.side), (Side::Asked, Side::Asker));
    assert_eq!(theirs.terms.other, person("me"));
    assert_eq!(theirs.terms.who, name("devon"));
    assert_eq!(made.mine.terms.other, person("marcia"));
    assert_eq!(theirs.with, mark("wallet"));
    assert_eq!(made.mine.with, mark("wallet-marcia"));
    assert_eq!(made.mine.ends_at, chat.now.plus(REQUEST_LIFE));
    assert_eq!(heard.events(), []);
    assert!(heard.text().contains("@marcia") && heard.text().contains("/devon"));
}

#[test]
fn who_is_asked_is_told_when_they_like_or_finds_it_in_their_list() {
    let asks = |when| {
        let mut chat = Chat::beside(Some(reachable("marcia")));
        chat.outside.requests.when = when;
        let heard = chat.hears("request 20 from @marcia for lunch");
        let theirs = made(&heard).unwrap().theirs.is_some();
        let told = told(&heard).map(|(_, reply)| reply.not_before);
        (seen(&heard), theirs, told)
    };
    let (shown, stands, told) = asks(When::Now);
    assert!(stands);
    assert_eq!(told, Some(None));
    let later = START.plus(3_600);
    let held = (shown.clone(), true, Some(Some(later)));
    assert_eq!(asks(When::At(later)), held);
    let muted = (shown, true, None);
    assert_eq!(asks(When::Never(Why::TopicOff)), muted);
    assert_eq!(asks(When::Never(Why::Paused)), muted);
}

#[test]
fn who_asked_is_told_of_a_decline_when_they_like_or_not_at_all() {
    let declines = |when| {
        let mut chat = Chat::asked();
        chat.outside.requests.other_side.when = when;
        let heard = chat.hears("decline 3F2K");
        assert!(
            heard
                .text()
                .contains("won't be asked for request 3F2K again")
        );
        told(&heard).map(|(_, reply)| reply.not_before)
    };
    assert_eq!(declines(When::Now), Some(None));
    let later = START.plus(3_600);
    assert_eq!(declines(When::At(later)), Some(Some(later)));
    assert_eq!(declines(When::Never(Why::NotAgreed)), None);
}

type Changes = fn(&mut State);

/// Everything that whoever asks may come to see of it, but for chance.
fn seen(heard: &Heard) -> String {
    let made = made(heard).unwrap();
    let mut mine = made.mine.clone();
    mine.terms.other = person("somebody");
    format!(
        "{:?} {} {mine:?} {} {:?} {:?}",
        heard.outcome.says[0].1,
        heard.text(),
        mine.terms.in_words(),
        heard.outcome.session,
        heard.asked,
    )
}

#[test]
fn whoever_can_not_be_reached_looks_as_one_who_can() {
    let mut chat = Chat::beside(Some(reachable("marcia")));
    let heard = chat.hears("request 20 @marcia lunch");
    assert!(told(&heard).is_some());
    let expected = seen(&heard);
    let silent: [(&str, Changes); 7] = [
        ("not linked", |it| it.person.link = None),
        ("link ended", |it| {
            it.person.link.as_mut().unwrap().ends_at = START;
        }),
        ("paused", |it| it.person.suspended_at = Some(START)),
        ("does not agree", |it| {
            it.standing.consents.notifications = None;
        }),
        ("opted out", |it| it.standing.opted_out_at = Some(START)),
        ("locked", |it| it.guard.locked_until = Some(START.plus(60))),
        ("blocks", |it| {
            it.standing.blocked.push(crate::request::Blocked {
                wallet: mark("wallet"),
                name: mark("name-devon"),
                at: START,
            });
        }),
    ];
    let silenced = silent.map(|(why, change)| {
        let mut marcia = reachable("marcia");
        change(&mut marcia.state);
        (why, Some(marcia))
    });
    let nobody = ("nobody here", None);
    for (why, marcia) in silenced.into_iter().chain([nobody]) {
        let mut chat = Chat::beside(marcia);
        let heard = chat.hears("request 20 @marcia lunch");
        assert_eq!(told(&heard), None, "{why}");
        assert_eq!(made(&heard).unwrap().theirs, None, "{why}");
        assert_eq!(seen(&heard), expected, "{why}");
        let list = chat.hears("requests").text().to_owned();
        assert!(list.contains("@marcia: US$20.00"), "{why}: {list}");
    }
}

#[test]
fn whoever_has_declined_again_and_again_is_not_told_and_it_looks_the_same() {
    let mut chat = Chat::beside(Some(reachable("marcia")));
    for nth in 0..REQUEST_DECLINES {
        let heard = chat.hears("request 20 @marcia lunch");
        assert!(told(&heard).is_some(), "{nth}");
        chat.outside.requests.known[nth].progress = Progress::Declined;
        chat.wait(REQUEST_DAY);
    }
    let heard = chat.hears("request 20 @marcia lunch");
    assert_eq!(told(&heard), None);
    assert!(heard.text().contains("noted"));
}

#[test]
fn whoever_was_told_of_enough_today_is_not_told_and_it_looks_the_same() {
    let mut chat = Chat::beside(Some(reachable("marcia")));
    let expected = seen(&chat.hears("request 20 @marcia lunch"));
    for (told, reached) in [
        (vec![mark("other"); REQUESTS_TOLD_PER_DAY - 1], true),
        (vec![mark("other"); REQUESTS_TOLD_PER_DAY], false),
        (vec![mark("wallet"); REQUESTS_PER_PAIR], false),
    ] {
        let mut chat = Chat::beside(Some(reachable("marcia")));
        chat.outside.requests.told = told;
        let heard = chat.hears("request 20 @marcia lunch");
        assert_eq!(self::told(&heard).is_some(), reached);
        assert_eq!(made(&heard).unwrap().theirs.is_some(), reached);
        assert_eq!(seen(&heard), expected);
    }
}

#[test]
fn those_that_are_open_are_listed_first_and_no_code_is_named_that_is_not_shown() {
    let mut chat = Chat::linked();
    let codes = (0..=REQUESTS_SHOWN).map(|nth| format!("2{}A3", char::from(Code::ALPHABET[nth])));
    for (nth, code) in codes.enumerate() {
        let mut request = of_devon(&code, START.plus(i64::try_from(nth).unwrap()));
        if nth > 1 {
            request.progress = Progress::Declined;
        }
        chat.outside.requests.known.push(request);
    }
    let text = chat.hears("requests").text().to_owned();
    let at = |code: &str| text.find(&format!("*{code}* ·"));
    let (older, newer) = (at("22A3").unwrap(), at("23A3").unwrap());
    assert!(newer < older, "{text}");
    let declined = text.find("declined").unwrap();
    assert!(older < declined && text.contains("1 more"), "{text}");
    assert!(text.contains("*decline 23A3*"), "{text}");
}

#[test]
fn what_is_no_request_is_refused_with_an_example_and_nobody_is_asked() {
    let mut chat = Chat::beside(Some(reachable("marcia")));
    for body in [
        "request",
        "request -20 from @marcia",
        "request 10,50 from @marcia",
        "request five from @marcia",
        "request 20",
        "request 20 marcia",
        "request 20 from @ma",
        "request J$500 from @marcia",
        "ask $5 for lunch",
    ] {
        let heard = chat.hears(body);
        assert_eq!(heard.asked, [], "{body}");
        assert!(made(&heard).is_none());
        assert!(
            heard
                .text()
                .contains("*request 20 from @theirname for lunch*"),
            "{body}: {}",
            heard.text()
        );
    }
    chat.wait(60);
    let heard = chat.hears("ask me anything");
    assert!(heard.outcome.requests.is_empty() && heard.outcome.keeps.is_some());
}

#[test]
fn what_it_is_for_is_kept_without_what_is_private_and_no_request_is_made_with_a_secret() {
    let mut chat = Chat::beside(Some(reachable("marcia")));
    let heard = chat.hears("request 20 from @marcia for lunch by me@example.com");
    let memo = |heard: &Heard| made(heard)?.mine.terms.memo.clone();
    assert_eq!(memo(&heard).as_deref(), Some("lunch by [email]"));
    let heard = chat.hears("request 20 from @marcia for 4242 4242 4242 4242");
    assert_eq!(heard.text(), texts::secret(Language::English, Secret::Card));
    assert!(made(&heard).is_none());
}

#[test]
fn a_name_is_read_to_its_end() {
    let mut chat = Chat::beside(Some(reachable("marcia")));
    let wallet = WalletId("wallet-other".into());
    chat.outside
        .requests
        .people
        .push((name("marcia_"), wallet, None));
    let to = |chat: &mut Chat, body: &str| {
        let heard = chat.hears(body);
        made(&heard).unwrap().mine.with.clone()
    };
    assert_eq!(
        to(&mut chat, "request 20 from @marcia_"),
        mark("wallet-other")
    );
    assert_eq!(
        to(&mut chat, "request 20 from @marcia"),
        mark("wallet-marcia")
    );
    assert_eq!(
        to(&mut chat, "_request 20 from @marcia_"),
        mark("wallet-marcia")
    );
    assert_eq!(
        to(&mut chat, "request 20 from @marcia for _x_"),
        mark("wallet-marcia")
    );
}

#[test]
fn oneself_and_nobody_are_said_and_flash_has_its_troubles() {
    let mut chat = Chat::beside(None);
    let own = WalletId("wallet".into());
    chat.outside
        .requests
        .people
        .push((name("other_name"), own, None));
    for (body, says) in [
        ("request 20 from @other_name", "That is you"),
        (
            "request 20 from @winston",
            "Flash knows nobody called @winston",
        ),
    ] {
        let heard = chat.hears(body);
        assert!(heard.text().contains(says), "{}", heard.text());
        assert!(made(&heard).is_none());
    }
    chat.outside.requests.trouble = Some(FlashTrouble::Unavailable);
    let heard = chat.hears("request 20 from @marcia");
    assert!(heard.text().contains("isn't answering") && made(&heard).is_none());
    let again = |chat: &mut Chat, body: &str, shown: &str| {
        let heard = chat.hears(body);
        assert!(heard.text().contains(shown), "{body}: {}", heard.text());
    };
    let long = format!("pedir 5.50 @marcia {}", "x".repeat(50));
    for (body, shown) in [
        ("request 20 from @marcia", "*request 20 from @marcia*"),
        (
            "request 5 @marcia lunch",
            "*request 5 from @marcia for lunch*",
        ),
        (&long, "*request 5.50 from @marcia*"),
    ] {
        again(&mut chat, body, shown);
        chat.state.flash_is_down = true;
        chat.wait(60);
        again(&mut chat, body, shown);
        chat.state.flash_is_down = false;
        chat.wait(60);
    }
    again(&mut chat, "block @marcia", "*block @marcia*");
    chat.state.person.language = Some(Language::Spanish);
    chat.wait(60);
    for (body, shown) in [
        ("request 5 @marcia lunch", "*pedir 5 de @marcia por lunch*"),
        (&long, "*pedir 5.50 de @marcia*"),
        ("block @marcia", "*bloquear @marcia*"),
    ] {
        again(&mut chat, body, shown);
    }
    chat.state.person.language = None;
    chat.wait(60);
    chat.outside.requests.trouble = None;
    chat.outside.account.as_mut().unwrap().username = None;
    let heard = chat.hears("request 20 from @marcia");
    assert!(heard.text().contains("username first"), "{}", heard.text());
    chat.state.receiving = false;
    let heard = chat.hears("request 20 from @marcia");
    assert!(heard.asked.is_empty() && heard.text().contains("isn't possible here"));
}

#[test]
fn there_is_room_for_so_many_and_withdrawing_makes_room_the_day_after() {
    let mut chat = Chat::beside(None);
    for _ in 0..REQUESTS_PER_PAIR {
        assert!(made(&chat.hears("request 5 @marcia")).is_some());
    }
    let heard = chat.hears("request 5 @marcia");
    assert!(made(&heard).is_none() && heard.text().contains("3 requests to @marcia"));
    let code = chat.outside.requests.known[0].code.as_str().to_owned();
    let heard = chat.hears(&format!("withdraw {code}"));
    assert!(matches!(
        &heard.outcome.requests[..],
        [Change::End {
            progress: Progress::Withdrawn,
            on_both: true,
            ..
        }]
    ));
    assert_eq!(told(&heard), None, "withdrawing is silent");
    let full = chat.hears("request 5 @marcia");
    assert!(made(&full).is_none() && full.text().contains("3 requests to @marcia"));
    chat.wait(REQUEST_DAY);
    assert!(made(&chat.hears("request 5 @marcia")).is_some());
    let today = chat.outside.requests.known.clone();
    let more = (0..REQUESTS_PER_DAY).map(|_| Request {
        with: mark("others"),
        asked_at: chat.now,
        ..today[0].clone()
    });
    chat.outside.requests.known = more.collect();
    chat.wait(60);
    let heard = chat.hears("request 5 @marcia");
    assert!(
        heard.text().contains("20 requests in a day"),
        "{}",
        heard.text()
    );
}

#[test]
fn declining_tells_whoever_asked_once_and_a_code_of_somebody_else_is_unknown() {
    let mut chat = Chat::asked();
    let heard = chat.hears("decline 7QK2");
    assert!(heard.text().contains("I know no request 7QK2"));
    assert!(heard.outcome.requests.is_empty());
    let heard = chat.hears("withdraw 3F2K");
    assert!(heard.text().contains("*decline 3F2K*"));
    let heard = chat.hears("Decline 3f2k!");
    let (who, reply) = told(&heard).unwrap();
    assert_eq!(*who, person("devon"));
    let named = "from @marcia (3F2K) was declined";
    assert!(reply.text.contains(named), "{}", reply.text);
    assert!(reply.text.contains("for US$"), "{}", reply.text);
    assert!(matches!(&reply.news, Some(News::RequestDeclined { .. })));
    let says = heard.text().to_owned();
    assert!(says.contains("won't be asked for request 3F2K again"));
    let heard = chat.hears("decline 3F2K");
    assert!(heard.text().contains("declined before") && told(&heard).is_none());

    let mut chat = Chat::asked();
    chat.outside.requests.other_side = OtherSide {
        stands: false,
        names: None,
        chat: None,
        when: When::Never(Why::NotLinked),
    };
    let heard = chat.hears("decline 3F2K");
    assert_eq!(told(&heard), None);
    assert_eq!(heard.text(), says, "true either way");
    assert!(matches!(
        &heard.outcome.requests[..],
        [Change::End { on_both: false, .. }]
    ));

    let mut chat = Chat::asked();
    chat.wait(REQUEST_LIFE);
    assert!(chat.hears("decline 3F2K").text().contains("has expired"));
}

#[test]
fn a_button_is_good_for_its_own_request_alone() {
    let mut chat = Chat::asked();
    for payload in ["decline:3F2K.id-other", "block:3F2K.id-other"] {
        let heard = chat.taps(payload);
        assert_eq!(heard.text(), texts::old_button(Language::English));
        assert!(heard.outcome.requests.is_empty());
    }
    for payload in ["decline:{{2}}", "decline:3F2K", "block:"] {
        assert_eq!(
            chat.taps(payload).text(),
            texts::old_button(Language::English)
        );
    }
    let heard = chat.taps("decline:3F2K.id-3F2K");
    assert!(told(&heard).is_some());
    let heard = chat.taps("decline:3F2K.id-3F2K");
    assert!(heard.text().contains("declined before"));
}

#[test]
fn blocking_is_silent_hides_what_they_asked_and_is_taken_back_by_name() {
    for body in ["block 3F2K", "block @devon", "block:3F2K.id-3F2K"] {
        let mut chat = Chat::asked();
        let wallet = WalletId("wallet-devon".into());
        chat.outside
            .requests
            .people
            .push((name("devon"), wallet, None));
        let heard = if body.contains(':') {
            chat.taps(body)
        } else {
            chat.hears(body)
        };
        assert_eq!(told(&heard), None, "{body}");
        assert!(
            heard
                .text()
                .contains("Requests from @devon don't reach you"),
            "{}",
            heard.text()
        );
        assert_eq!(chat.state.standing.blocked.len(), 1);
        assert_eq!(chat.state.standing.blocked[0].wallet, mark("wallet-devon"));
        let list = chat.hears("requests");
        assert!(list.text().contains("no requests"), "{}", list.text());
        assert!(
            chat.hears("decline 3F2K")
                .text()
                .contains("I know no request")
        );
        assert!(chat.hears("blocked").text().contains("• @devon, since"));
        chat.hears("block @devon");
        assert_eq!(chat.state.standing.blocked.len(), 1, "once");
        let heard = chat.hears("unblock @marcia");
        assert!(heard.text().contains("haven't blocked @marcia"));
        chat.outside.requests.trouble = Some(FlashTrouble::Unavailable);
        let heard = chat.hears("unblock @devon");
        assert!(heard.text().contains("can ask you for money again"));
        assert!(chat.state.standing.blocked.is_empty());
        assert!(chat.hears("requests").text().contains("*3F2K* · @devon"));
    }
}

#[test]
fn a_block_outlives_the_link_its_name_need_not_and_there_are_not_too_many() {
    let mut chat = Chat::asked();
    chat.hears("block 3F2K");
    chat.hears("unlink");
    chat.hears("yes");
    assert_eq!(chat.state.person.link, None);
    assert_eq!(chat.state.standing.blocked.len(), 1);
    chat.outside.requests.names.clear();
    assert!(
        chat.hears("blocked")
            .text()
            .contains("name I no longer keep")
    );
    assert!(chat.hears("unblock @devon").text().contains("can ask you"));
    assert!(chat.hears("blocked").text().contains("blocked nobody"));

    let mut chat = Chat::asked();
    let some = crate::request::Blocked {
        wallet: mark("w"),
        name: mark("n"),
        at: START,
    };
    chat.state.standing.blocked = vec![some; BLOCKED_MOST];
    let heard = chat.hears("block 3F2K");
    assert!(heard.text().contains("as many as I can remember"));
    assert_eq!(heard.outcome.standing.blocked.len(), BLOCKED_MOST);
}

#[test]
fn whoever_has_the_number_now_sees_nothing_of_it() {
    let mut chat = Chat::asked();
    chat.state.person.user = Some(person("her"));
    chat.state.person.suspended_at = Some(START);
    for body in [
        "requests",
        "decline 3F2K",
        "block 3F2K",
        "unblock @devon",
        "blocked",
        "request 5 @marcia",
    ] {
        let heard = chat.hears(body);
        assert_eq!(heard.asked, [], "{body}");
        assert!(heard.text().contains("paused"), "{body}: {}", heard.text());
    }
    let heard = chat.taps("decline:3F2K.id-3F2K");
    assert!(heard.asked.is_empty() && heard.text().contains("paused"));
}

#[test]
fn the_user_whom_flash_names_points_here_from_then_on_until_the_link_goes() {
    for asks in ["account", "balance"] {
        let mut chat = Chat::linked();
        let until = chat.state.person.link.as_ref().unwrap().ends_at;
        let user = FlashUserId("user".into());
        let claim = Pointer::ClaimUser {
            user: user.clone(),
            until,
        };
        let heard = chat.hears(asks);
        assert!(heard.outcome.pointers.contains(&claim), "{asks}");
        assert_eq!(
            chat.state.person.link.as_ref().unwrap().user,
            Some(user.clone())
        );
        assert_eq!(chat.hears(asks).outcome.pointers, [], "{asks}: once");
        chat.hears("unlink");
        let heard = chat.hears("yes");
        assert!(heard.outcome.pointers.contains(&Pointer::ReleaseUser(user)));
    }
}

#[test]
fn the_wallet_that_flash_names_points_here_from_then_on_until_the_link_goes() {
    let mut chat = Chat::linked();
    let link = chat.state.person.link.as_mut().unwrap();
    (link.wallet, link.user) = (None, Some(FlashUserId("user".into())));
    let until = link.ends_at;
    let heard = chat.hears("balance");
    let wallet = WalletId("wallet".into());
    let claim = Pointer::ClaimWallet {
        wallet: wallet.clone(),
        until,
    };
    assert_eq!(heard.outcome.pointers, [claim]);
    assert_eq!(
        chat.state.person.link.as_ref().unwrap().wallet,
        Some(wallet.clone())
    );
    assert_eq!(chat.hears("balance").outcome.pointers, [], "once");
    chat.hears("unlink");
    let heard = chat.hears("yes");
    assert!(
        heard
            .outcome
            .pointers
            .contains(&Pointer::ReleaseWallet(wallet))
    );
    let mut chat = Chat::linked();
    chat.wait(CREDENTIAL_LIFE);
    assert_eq!(
        chat.hears("balance").outcome.pointers,
        [],
        "it ended with the link"
    );
}
