//! One chat with its past.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::super::*;
use super::handing_over::Tickets;
use super::requesting::Around;
use crate::announcement::{Announcement, Readers};
use crate::cached::CachedBalance;
use crate::flash::{Account, Balance, Details, History, Level, Limit, Limited};
use crate::ids::{FlashUserId, WalletId};
use crate::linking::{Refusal, current_page, may_show_code};
use crate::money::{Cents, Currency, Price, Quote};
use crate::outbox::{Buttons, QuickSet};
use crate::policy::{CODE_LIFE, CREDENTIAL_LIFE};
use crate::state::{Page, WaitingCode};

pub(super) const START: Moment = Moment::from_unix(1_795_356_300);
pub(super) const RIGHT: &str = "012345";
pub(super) const WRONG: &str = "999999";

pub(super) struct Chat {
    pub(super) now: Moment,
    pub(super) from: WhatsAppAddress,
    /// What the tables hold.
    pub(super) state: State,
    pub(super) outside: Outside,
    pub(super) sent: u32,
}

/// What only the shell can find out, and what its tables hold of others.
pub(super) struct Outside {
    /// None: there is no admin API.
    pub(super) flash_account: Option<bool>,
    /// A code can be shown in the Flash app.
    pub(super) app: bool,
    pub(super) balance: Result<Balance, FlashTrouble>,
    pub(super) currencies: Result<Vec<Currency>, FlashTrouble>,
    /// In whatever currency it is asked for.
    pub(super) price: Result<Option<Price>, FlashTrouble>,
    pub(super) account: Result<Account, FlashTrouble>,
    pub(super) history: Result<History, FlashTrouble>,
    /// Why Flash makes no invoice; None: it does.
    pub(super) invoices: Option<FlashTrouble>,
    /// Every payment that can be looked at, the account's own.
    pub(super) details: Vec<Details>,
    /// The chat that staff may ask about.
    pub(super) subject: Option<Subject>,
    /// Why there is none of that name.
    pub(super) no_subject: Option<NoSubject>,
    pub(super) status: Status,
    /// Today first.
    pub(super) report: Vec<DayCounts>,
    pub(super) announcement: Option<Announcement>,
    pub(super) readers: Readers,
    /// In which other chats are read.
    pub(super) others_read: Language,
    /// Who each account is linked to, and until when.
    pub(super) pointers: HashMap<AccountId, (PersonKey, Moment)>,
    pub(super) requests: Around,
    /// Of which answers, and which of the two.
    pub(super) thumbs: HashMap<String, bool>,
    pub(super) tickets: Tickets,
    /// Pages and codes so far: each is a new one.
    pub(super) made: u32,
}

/// What came of one message.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) asked: Vec<Question>,
    pub(super) outcome: Outcome,
}

impl Heard {
    /// What the sender reads.
    pub(super) fn text(&self) -> &str {
        let (recipient, reply) = &self.outcome.says[0];
        assert_eq!(*recipient, Recipient::Sender);
        &reply.text
    }

    pub(super) fn buttons(&self) -> Option<&Buttons> {
        self.outcome.says[0].1.buttons.as_ref()
    }

    /// The set of quick replies, and what fills it.
    pub(super) fn quick(&self) -> Option<(QuickSet, Vec<&str>)> {
        let quick = self.outcome.says[0].1.quick.as_ref()?;
        Some((quick.set, quick.fills.iter().map(String::as_str).collect()))
    }

    pub(super) fn events(&self) -> Vec<Event> {
        self.outcome.audit.iter().map(|line| line.event).collect()
    }
}

pub(super) fn account(name: &str) -> AccountId {
    AccountId(format!("account-{name}"))
}

pub(super) fn person(name: &str) -> PersonKey {
    PersonKey::from_digest(format!("{name:0>43}")).unwrap()
}

pub(super) fn jmd() -> Currency {
    Currency {
        code: "JMD".into(),
        symbol: "J$".into(),
        fraction_digits: 2,
    }
}

/// 157 JMD for a US dollar and 100,000 US dollars for a bitcoin, priced at `at`.
pub(super) fn price_of(at: Moment) -> Price {
    Price {
        currency: jmd(),
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

/// `cents` at [`price_of`] that moment.
pub(super) fn balance_of(cents: Option<&str>, at: Moment) -> Balance {
    Balance {
        user: Some(FlashUserId("user".into())),
        account: account("mine"),
        wallet: WalletId("wallet".into()),
        cents: cents.map(|cents| cents.parse::<Decimal>().unwrap()),
        price: Some(price_of(at)),
    }
}

/// An account of the first level that is shown in Jamaican dollars, under this username.
pub(super) fn account_of(username: Option<&str>) -> Account {
    let limit = |what, total, left| Limit {
        what,
        total: Cents(total),
        left: Some(Cents(left)),
        seconds: 86_400,
    };
    Account {
        user: FlashUserId("user".into()),
        account: account("mine"),
        username: username.map(str::to_owned),
        wallet: WalletId("wallet".into()),
        wallets: vec![WalletId("wallet".into())],
        level: Some(Level::One),
        currency: "JMD".into(),
        limits: vec![
            limit(Limited::Withdrawal, 100_000, 75_000),
            limit(Limited::Internal, 200_000, 200_000),
        ],
        language: Some(Language::English),
    }
}

impl Chat {
    /// Somebody with a Flash account who has never written.
    pub(super) fn of_a_stranger() -> Self {
        Self {
            now: START,
            from: WhatsAppAddress::parse("whatsapp:+18765550100").unwrap(),
            state: State {
                key: person("me"),
                person: Person::default(),
                standing: Standing::default(),
                guard: Guard::default(),
                session: Session::begin(START),
                code: None,
                app_code: None,
                cached_balance: CachedBalance::default(),
                timed_out: None,
                flash_is_down: false,
                receiving: true,
                assistant: true,
                hosts: crate::receiving::PayHosts::default(),
                support: None,
            },
            outside: Outside {
                flash_account: Some(true),
                app: false,
                balance: Ok(balance_of(Some("109.9346"), START)),
                currencies: Ok(vec![Currency::usd(), jmd()]),
                price: Ok(Some(price_of(START))),
                account: Ok(account_of(Some("marcia"))),
                history: Ok(History {
                    rows: Vec::new(),
                    wallets: vec![WalletId("wallet".into())],
                    doubtful: false,
                }),
                details: Vec::new(),
                invoices: None,
                subject: None,
                no_subject: None,
                status: Status::default(),
                report: Vec::new(),
                announcement: None,
                readers: Readers {
                    count: 12,
                    or_more: false,
                },
                others_read: Language::English,
                pointers: HashMap::new(),
                requests: Around::default(),
                thumbs: HashMap::new(),
                tickets: Tickets::default(),
                made: 0,
            },
            sent: 0,
        }
    }

    /// Somebody who has asked for a page and logged in on it: [`RIGHT`] is shown.
    pub(super) fn with_a_code() -> Self {
        let mut chat = Self::of_a_stranger();
        chat.hears("link");
        chat.page_shows("mine", RIGHT).unwrap();
        chat
    }

    pub(super) fn linked() -> Self {
        let mut chat = Self::with_a_code();
        chat.hears(RIGHT);
        assert!(chat.state.person.link.is_some());
        chat
    }

    /// Linked once, for as long as a credential lasts.
    pub(super) fn with_an_ended_link() -> Self {
        let mut chat = Self::linked();
        chat.wait(CREDENTIAL_LIFE);
        chat
    }

    pub(super) fn locked_until(until: Moment) -> Self {
        let mut chat = Self::of_a_stranger();
        chat.state.guard.locked_until = Some(until);
        chat
    }

    /// The answer to whoever would link what is linked.
    pub(super) fn already_linked(&self) -> String {
        let link = self.state.person.link.as_ref().unwrap();
        texts::already_linked(
            Language::English,
            link.ends_at,
            &crate::place::zone(&self.from),
        )
    }

    pub(super) fn wait(&mut self, seconds: i64) {
        self.now = self.now.plus(seconds);
    }

    /// Somebody else is linked to `account` from now on.
    pub(super) fn other_links(&mut self, name: &str) {
        self.outside.pointers.insert(
            account(name),
            (person("other"), self.now.plus(CREDENTIAL_LIFE)),
        );
    }

    /// The page's half of linking, for the one key of the account called `name`.
    pub(super) fn page_shows(&mut self, name: &str, code: &str) -> Result<(), Refusal> {
        self.forget();
        let id = self.state.session.page.as_ref().map(|page| page.id.clone());
        let id = id.unwrap_or_default();
        let page = current_page(&self.state.session, &id, self.now)?.clone();
        let repeat = may_show_code(&page, name, &self.state.guard, self.now)?;
        self.state.guard = self.state.guard.issued(self.now, repeat);
        self.state.session.page = Some(Page {
            issues: page.issues + 1,
            key_digest: Some(name.to_owned()),
            ..page
        });
        self.outside.made += 1;
        let ends_at = self.now.plus(CREDENTIAL_LIFE);
        self.state.code = Some(WaitingCode {
            challenge: format!("challenge-{}", self.outside.made),
            digest: code.to_owned(),
            expires_at: self.now.plus(CODE_LIFE),
            tries: 0,
            tried_by: Vec::new(),
            link: Link {
                account: account(name),
                key_id: format!("key-{}", self.outside.made),
                credential: Sealed("sealed".into()),
                linked_at: self.now,
                ends_at,
                language: None,
                proven_at: None,
                wallet: None,
                user: None,
            },
            moves_from: None,
        });
        Ok(())
    }

    /// As [`Chat::page_shows`], and on the page it was confirmed that the account moves from the other chat.
    pub(super) fn page_moves(&mut self, name: &str, code: &str) -> Result<(), Refusal> {
        self.page_shows(name, code)?;
        let waiting = self.state.code.as_mut().unwrap();
        waiting.moves_from = Some(person("other"));
        Ok(())
    }

    pub(super) fn message(&mut self, body: &str, payload: Option<&str>) -> Message {
        self.sent += 1;
        Message {
            user: None,
            sid: MessageSid::parse(&format!("SM{:032x}", self.sent)).unwrap(),
            from: self.from.clone(),
            body: body.to_owned(),
            brings: Brings::Text,
            payload: payload.map(str::to_owned),
            found_later: false,
        }
    }

    pub(super) fn hears(&mut self, body: &str) -> Heard {
        let message = self.message(body, None);
        self.receives(&message)
    }

    pub(super) fn taps(&mut self, payload: &str) -> Heard {
        let message = self.message("Button", Some(payload));
        self.receives(&message)
    }
}
