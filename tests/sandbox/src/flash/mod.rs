//! The stand-in for Flash: its public GraphQL API as the gateway shows it, strict where Flash is strict.
//!
//! It serves `POST /graphql`, validated against the project's part of Flash's schema, `GET /captcha.js`, the script of its
//! captcha, and `POST /admin/graphql`, the look-up for operators. The login code of everybody is `000000`.

mod admin;
mod execute;
mod gateway;
mod invoices;
mod keys;
mod limits;
mod login;
mod making;
mod market;
mod oddity;
mod people;
mod root;
mod tree;
mod view;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;
use aws::clock::Clock;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header;
use axum::routing::{any, get};
use serde_json::{Map, Value};

use crate::fault::Faults;
use crate::silence::{Kind, keep_person_private, keep_private};
use invoices::Invoice;
use keys::{Key, Session};
use limits::{Leaky, Limiter};
use oddity::Oddities;
use people::{Account, Person};

pub use admin::ADMIN_SECRET;
pub use login::{Solution, solve_captcha};
pub use oddity::Oddity;

const HOUR_S: i64 = 3_600;

/// What an operator of Flash can set.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Pages from these origins may talk to Flash.
    pub origins: Vec<String>,
    /// Codes one address may ask for in an hour; over it, a day's block.
    pub codes_per_ip: u32,
    /// Failed logins one address may make in six hours; over it, a day's block.
    pub failed_logins_per_ip: u32,
    /// Requests one address may make at once, whoever asks; they run out at 60 a minute.
    pub burst_per_ip: u32,
}

impl Default for Rules {
    /// Flash's own figures, and no foreign page.
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            codes_per_ip: 16,
            failed_logins_per_ip: 20,
            burst_per_ip: 2_400,
        }
    }
}

/// Flash, for one local world. Cheap to clone.
#[derive(Clone)]
pub struct FlashStandIn(Arc<Inner>);

struct Inner {
    clock: Clock,
    faults: Arc<Faults>,
    rules: Rules,
    schema: Valid<Schema>,
    state: Mutex<State>,
    requests: AtomicU64,
}

struct State {
    people: Vec<Person>,
    keys: Vec<Key>,
    sessions: Vec<Session>,
    challenges: HashMap<String, i64>,
    codes_by_phone: Limiter,
    codes_by_ip: Limiter,
    logins_by_phone: Limiter,
    logins_by_ip: Limiter,
    requests_by_key: Limiter,
    requests_by_ip: Leaky,
    invoices: Vec<Invoice>,
    invoices_by_account: Limiter,
    oddities: Oddities,
    /// Which kind of nonsense came last.
    nonsense: u8,
}

impl State {
    fn new(rules: &Rules, now: i64) -> Self {
        let people = people::initial(now);
        for person in &people {
            keep_person_private(&person.to_json());
        }
        keep_private(Kind::Secret, ADMIN_SECRET);
        Self {
            people,
            keys: Vec::new(),
            sessions: Vec::new(),
            challenges: HashMap::new(),
            codes_by_phone: Limiter::new(4, HOUR_S, 3 * HOUR_S),
            codes_by_ip: Limiter::new(rules.codes_per_ip, HOUR_S, 24 * HOUR_S),
            logins_by_phone: Limiter::new(8, HOUR_S / 3, HOUR_S),
            logins_by_ip: Limiter::new(rules.failed_logins_per_ip, 6 * HOUR_S, 24 * HOUR_S),
            requests_by_key: Limiter::new(0, 60, 0),
            requests_by_ip: Leaky::new(60, rules.burst_per_ip),
            invoices: Vec::new(),
            invoices_by_account: Limiter::new(20, 120, 300),
            oddities: Oddities::default(),
            nonsense: 0,
        }
    }

    fn account(&self, id: &str) -> Option<(&Person, &Account)> {
        self.by_account(|account| account.id == id)
    }

    fn by_wallet(&self, wallet: &str) -> Option<(&Person, &Account)> {
        self.by_account(|account| account.wallet_id == wallet)
    }

    fn by_account(&self, is: impl Fn(&Account) -> bool) -> Option<(&Person, &Account)> {
        self.people.iter().find_map(|person| {
            let account = person.account.as_ref()?;
            is(account).then_some((person, account))
        })
    }
}

impl FlashStandIn {
    /// With Flash's own limits and no page of another origin.
    pub fn new(clock: Clock, faults: Arc<Faults>) -> Self {
        Self::with_rules(clock, faults, Rules::default())
    }

    pub fn with_rules(clock: Clock, faults: Arc<Faults>, rules: Rules) -> Self {
        let schema = Schema::parse_and_validate(::flash::SCHEMA, "schema.graphql")
            .unwrap_or_else(|errors| panic!("the project's part of Flash's schema: {errors}"));
        let state = State::new(&rules, clock.now().unix());
        Self(Arc::new(Inner {
            clock,
            faults,
            rules,
            schema,
            state: Mutex::new(state),
            requests: AtomicU64::new(0),
        }))
    }

    /// `/graphql`, `/captcha.js` and `/admin/graphql`; and, to make things happen, `/pay` and `/odd`.
    pub fn router(&self) -> Router {
        let standin = self.clone();
        let graphql = any(move |request: Request| {
            let standin = standin.clone();
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, 1024 * 1024).await.unwrap_or_default();
                standin.answer(parts, body).await
            }
        });
        let script = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
        Router::new()
            .route("/graphql", graphql)
            .route("/admin/graphql", self.admin_route())
            .route("/captcha.js", get((script, include_str!("captcha.js"))))
            .route("/pay", self.pay_route())
            .route("/odd", self.odd_route())
    }

    /// Everybody, in the shape of the people route.
    pub fn people(&self) -> Vec<Value> {
        self.state().people.iter().map(Person::to_json).collect()
    }

    /// Adds somebody: `{"phone", "name"?}` alone has no account; any other member gives one. Err says what is wrong.
    pub fn add_person(&self, person: &Value) -> Result<Value, String> {
        let person = Person::from_json(person)?;
        let mut state = self.state();
        if state.people.iter().any(|known| known.phone == person.phone) {
            return Err("somebody has this phone already".to_owned());
        }
        let shown = person.to_json();
        keep_person_private(&shown);
        state.people.push(person);
        Ok(shown)
    }

    /// Changes the person with this phone. Beside the members of the people route: `keys_revoked: true`,
    /// `balance: null` (the custodian fails), `cutover` (`in_progress`, `needs_review`, null), `price_down`,
    /// `push` (`ok`, or one of Flash's codes for why no device has a message),
    /// `payments: [{"at", "amount", "via", "id"?, "currency"?}]`. All of the patch or, with Err, nothing.
    pub fn update_person(&self, phone: &str, patch: &Value) -> Result<Value, String> {
        let mut members: Map<String, Value> =
            patch.as_object().cloned().ok_or("a patch is an object")?;
        let revoke = members.remove("keys_revoked") == Some(Value::Bool(true));
        let mut state = self.state();
        let person = state
            .people
            .iter_mut()
            .find(|person| person.phone == phone)
            .ok_or("nobody has this phone")?;
        person.patch(&members)?;
        let (shown, account) = (
            person.to_json(),
            person.account.as_ref().map(|a| a.id.clone()),
        );
        keep_person_private(&shown);
        if let Some(account) = account.filter(|_| revoke) {
            state.revoke_all_keys(&account);
        }
        Ok(shown)
    }

    /// Sets the balance in cents; null is a custodian that fails.
    pub fn set_balance(&self, phone: &str, cents: &Value) -> Result<Value, String> {
        self.update_person(phone, &serde_json::json!({ "balance": cents }))
    }

    /// Revokes every key of the account, as its owner would in the app, and says how many there were.
    pub fn revoke_keys(&self, account: &str) -> usize {
        self.state().revoke_all_keys(account)
    }

    /// From now on Flash's answers are odd in this way: to one account's requests and those that would pay it, or to all;
    /// for `count` requests, or until it is ended by None.
    pub fn be_odd(&self, phone: Option<&str>, oddity: Option<Oddity>, count: Option<u32>) {
        let now = self.0.clock.now().unix();
        let oddities = &mut self.state().oddities;
        match oddity {
            Some(oddity) => oddities.begin(phone, oddity, count, now),
            None => oddities.end(phone),
        }
    }

    /// Back to the beginning: the first people, no keys, no sessions, no limits used.
    pub fn reset(&self) {
        let fresh = State::new(&self.0.rules, self.0.clock.now().unix());
        *self.state() = fresh;
    }

    /// How many requests came in since the start, answered or not.
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FlashStandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlashStandIn")
    }
}
