//! Empty tables, who is in them, and what goes over their wire.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws::clock::Clock;
use aws::keys::Keys;
use aws::ring::KeyRing;
use aws::tables::schema::TABLES;
use aws::tables::{CommitError, Known, Names, NewEntry, Part, Tables, Transaction};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::address::WhatsAppAddress;
use domain::conversation::{Audit, Event, Pointer};
use domain::ids::{AccountId, EntryId, EntryKey, MessageSid, PersonKey};
use domain::outbox::Reply;
use domain::policy::{CODE_LIFE, CREDENTIAL_LIFE};
use domain::state::{Link, Page, Person, Sealed, Session, WaitingCode};
use domain::time::Moment;
use futures::FutureExt;
use sandbox::database::LocalDatabase;
use serde_json::{Value, json};

/// What is typed where a code is right.
pub(crate) const CODE: &str = "012345";

pub(crate) struct Bench {
    pub(crate) tables: Tables,
    pub(crate) wire: Arc<Wire>,
    /// The real present, so that nothing a case leaves behind ends while it runs.
    pub(crate) now: Moment,
    ring: Arc<KeyRing>,
    names: Names,
    client: Client,
    _engine: Option<LocalDatabase>,
}

impl Bench {
    /// On tables that stand there, empty; `engine` is kept until the case has ended.
    pub(crate) async fn new(client: &Client, names: Names, engine: Option<LocalDatabase>) -> Self {
        let wire = Arc::new(Wire::default());
        let config = client.config().to_builder();
        let watched = config.interceptor(Watched(Arc::clone(&wire))).build();
        let key = |byte| STANDARD.encode([byte; 32]);
        let secret =
            json!({"pepper": key(7), "ring": [{"id": "k1", "key": key(1), "state": "current"}]});
        let ring = KeyRing::read(move || {
            let keys = Keys::from_secret(&secret.to_string());
            async move { Ok(keys?) }.boxed()
        });
        let ring = Arc::new(ring.await.unwrap());
        Self {
            tables: Tables::new(Client::from_conf(watched), names.clone(), Arc::clone(&ring)),
            wire,
            now: Clock::system().now(),
            ring,
            names,
            client: client.clone(),
            _engine: engine,
        }
    }

    /// The same tables by another client, as another instance of a function has it.
    pub(crate) fn another(&self) -> Tables {
        let client = Client::from_conf(self.client.config().clone());
        Tables::new(client, self.names.clone(), Arc::clone(&self.ring))
    }

    /// A deployment whose tables do not exist.
    pub(crate) fn nowhere(&self) -> Tables {
        let names = Names::with_prefix("nowhere-");
        Tables::new(self.client.clone(), names, Arc::clone(&self.ring))
    }

    pub(crate) fn person(&self, n: u32) -> PersonKey {
        self.tables.keys().person(&address(n))
    }

    pub(crate) async fn known(&self, person: &PersonKey) -> Known {
        self.at(person, self.now).await
    }

    pub(crate) async fn at(&self, person: &PersonKey, moment: Moment) -> Known {
        let known = self.tables.read_person(person, None, moment).await;
        known.unwrap()
    }

    /// A table's items as they stand.
    pub(crate) async fn items(&self, table: &str) -> Vec<Value> {
        let name = self.names.of(table).unwrap();
        let answer = self.client.scan().table_name(name).consistent_read(true);
        let items = answer.send().await.unwrap().items.unwrap_or_default();
        let items = items.into_iter().map(serde_dynamo::from_item::<_, Value>);
        let mut items: Vec<_> = items.map(Result::unwrap).collect();
        items.sort_by_key(ToString::to_string);
        items
    }

    /// Everything that stands in any table.
    pub(crate) async fn everything(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for shape in TABLES {
            all.extend(self.items(shape.table).await);
        }
        all
    }

    pub(crate) fn link(&self, person: &PersonKey) -> Link {
        Link {
            account: account(),
            key_id: "0123abcd".to_owned(),
            credential: self
                .tables
                .seal_credential(person, &"fk_example".to_owned().into()),
            linked_at: self.now,
            ends_at: self.now.plus(CREDENTIAL_LIFE),
            language: None,
            proven_at: None,
            wallet: None,
            user: None,
        }
    }

    pub(crate) fn code(&self, person: &PersonKey, challenge: &str) -> WaitingCode {
        WaitingCode {
            challenge: challenge.to_owned(),
            digest: self
                .tables
                .keys()
                .code_digest("link", person, challenge, CODE),
            expires_at: self.now.plus(CODE_LIFE),
            tries: 0,
            tried_by: Vec::new(),
            link: self.link(person),
            moves_from: None,
        }
    }

    /// Something to say to `person`, due now.
    pub(crate) fn send(&self, person: &PersonKey, cause: &MessageSid) -> NewEntry {
        let reply = Reply::from("Hello".to_owned());
        let cause = (cause.as_str(), 0);
        let entries = self
            .tables
            .sends(person, &address(0), &reply, cause, self.now);
        let [entry] = <[NewEntry; 1]>::try_from(entries).unwrap();
        entry
    }

    pub(crate) fn seal_address(&self, person: &PersonKey) -> Sealed {
        self.tables.seal_address(person, &address(0))
    }

    /// All that one message of `person` can write.
    pub(crate) fn write_all(
        &self,
        transaction: &mut Transaction<'_>,
        known: &Known,
        cause: &MessageSid,
    ) {
        let person = &known.state.key;
        let send = self.send(person, cause);
        transaction.receipt(person, cause, std::slice::from_ref(&send));
        self.write_person(transaction, known);
        transaction.session(known, &session_of(self.now, 1));
        transaction.guard(known, &known.state.guard.failed(self.now).0);
        transaction.alias(&self.person(99), None);
        transaction.pointer(&self.claim());
        transaction.await_code(&self.code(person, "challenge"), None);
        transaction.entry(&send);
        transaction.audit(&linked(), cause.as_str());
    }

    /// The person becomes linked.
    pub(crate) fn write_person(&self, transaction: &mut Transaction<'_>, known: &Known) {
        let person = &known.state.key;
        let linked = Person {
            link: Some(self.link(person)),
            ..Person::default()
        };
        transaction.person(known, &linked, &self.seal_address(person));
    }

    pub(crate) fn claim(&self) -> Pointer {
        Pointer::Claim {
            account: account(),
            until: self.now.plus(CREDENTIAL_LIFE),
            moves_from: None,
        }
    }

    /// `person` as it is after one message that changed all there is; what it gave rise to.
    pub(crate) async fn settled(&self, person: &PersonKey, cause: &MessageSid) -> EntryKey {
        let known = self.known(person).await;
        let mut transaction = self.tables.transaction(person, self.now);
        self.write_all(&mut transaction, &known, cause);
        transaction.commit().await.unwrap();
        entry(person, cause)
    }

    /// `entries` stand in the outbox.
    pub(crate) async fn put(&self, entries: &[NewEntry]) {
        for new in entries {
            let person = new.key().person.clone();
            let mut transaction = self.tables.transaction(&person, self.now);
            transaction.entry(new);
            transaction.commit().await.unwrap();
        }
    }
}

/// Which line of the transaction was not as it had been read.
pub(crate) async fn changed(transaction: Transaction<'_>) -> Part {
    match transaction.commit().await {
        Err(CommitError::Changed(part)) => part,
        other => panic!("not told what has changed: {other:?}"),
    }
}

pub(crate) fn sid(n: u32) -> MessageSid {
    MessageSid::parse(&format!("SM{n:032x}")).unwrap()
}

pub(crate) fn entry(person: &PersonKey, cause: &MessageSid) -> EntryKey {
    EntryKey {
        person: person.clone(),
        id: EntryId::caused_by(cause.as_str(), 0),
    }
}

/// Something to look at when its time has come.
pub(crate) fn timer(person: &PersonKey, cause: &MessageSid, due_at: Moment) -> NewEntry {
    NewEntry::Expire {
        key: entry(person, cause),
        challenge: "challenge".to_owned(),
        due_at,
    }
}

pub(crate) fn account() -> AccountId {
    AccountId("00000000-0000-4000-8000-000000000001".to_owned())
}

pub(crate) fn linked() -> Audit {
    Audit {
        event: Event::Linked,
        account: Some(account()),
    }
}

/// A session in which a page was issued so often.
pub(crate) fn session_of(now: Moment, issues: u32) -> Session {
    Session {
        page: Some(Page {
            id: "page".to_owned(),
            until: now,
            issues,
            key_digest: None,
            refused: 0,
        }),
        ..Session::begin(now)
    }
}

/// Fictional numbers.
pub(crate) fn address(n: u32) -> WhatsAppAddress {
    WhatsAppAddress::parse(&format!("whatsapp:+1876555{n:04}")).unwrap()
}

/// The requests that went out, and which answers get lost.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    sent: Mutex<Vec<String>>,
    lose: AtomicUsize,
}

impl Wire {
    /// The next answer is lost after the request was carried out.
    pub(crate) fn lose_an_answer(&self) {
        self.lose.store(1, Ordering::SeqCst);
    }

    /// What was asked since the last look, each try of it.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }
}

#[derive(Debug)]
struct Watched(Arc<Wire>);

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Watched {
    fn name(&self) -> &'static str {
        "Watched"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(operation) = config.load::<Metadata>() {
            self.0
                .sent
                .lock()
                .unwrap()
                .push(operation.name().to_owned());
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        _: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.0.lose.swap(0, Ordering::SeqCst) > 0 {
            return Err("the answer is lost, on purpose".into());
        }
        Ok(())
    }
}
